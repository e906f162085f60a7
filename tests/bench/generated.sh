#!/bin/sh
# generated.sh GENERATOR: the generator gives the bytes it always gave, and the examples' logs are those that their
# READMEs' commands make.
set -u
export LC_ALL=C
generate=$1
examples=$(dirname "$0")/../../examples
bad=0

while read -r style sum bytes; do
	got=$("$generate" --lines 3000 --odd 100 --campaign 30 --style "$style" | cksum)
	[ "$got" = "$sum $bytes" ] || { echo "$style: cksum $got, was $sum $bytes"; bad=1; }
done <<'EOF'
combined-time 3840025001 675395
short 615506921 342523
long 807359847 1564973
json-nginx 3065139668 1063139
json-caddy 4170667598 2329711
EOF

# same FILE READER: the README beside FILE has one line "nines_generate OPTIONS >NAME" or
# "nines_generate OPTIONS | gzip -9n >NAME".
same() {
	options=$(sed -n "s/^nines_generate \(.*\) >$(basename "$1")\$/\1/p" "$(dirname "$1")/README.md")
	options=${options% | gzip -9n}
	[ -n "$options" ] || { echo "$1: no command in its README"; bad=1; return; }
	# Words of options.
	# shellcheck disable=SC2086
	"$generate" $options >"$work/made"
	$2 <"$1" | cmp - "$work/made" || { echo "$1 is not what its README makes"; bad=1; }
}

work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
same "$examples/shop/access.log" cat
same "$examples/pipe/access.log.gz" 'gzip -dc'
same "$examples/ci-gate/canary-good.log" cat
same "$examples/ci-gate/canary-bad.log" cat
exit $bad
