#!/bin/sh
# instructions.sh GENERATE BUILD: how many instructions a line takes, which no busy or slow machine changes.
#
# Builds for release in BUILD and lets callgrind count two runs, one over twice as many lines of the same two hours as
# the other: what they differ by is the lines' own.  Bounds are a good seventh above what was measured with gcc 12 and
# PCRE2 10.42 on a processor with AVX2, which saves about 100; a change that takes more should say why.
set -eu
export LC_ALL=C TZ=UTC

skip() { echo "skipped: $*"; exit 77; }
command -v valgrind >/dev/null || skip 'valgrind is not installed'
[ "$(uname -m)" = x86_64 ] || skip 'the bounds are for x86-64'
[ -z "${NINES_SANITIZE-}" ] || skip 'sanitizers are not what is measured'
case ${CC:-cc} in *clang*) skip 'the bounds are for gcc' ;; esac

generate=$1 build=$2
here=$(cd "$(dirname "$0")" && pwd)
peers=$here/peers
# shellcheck source=tests/bench/configs.sh
. "$here/configs.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 2' HUP INT TERM

{ cmake -S "$here/../.." -B "$build" -DCMAKE_BUILD_TYPE=Release -DNINES_TESTS=OFF -DCMAKE_C_FLAGS= &&
	cmake --build "$build" --target nines_cli; } >"$work/built" 2>&1 || { tail -n 20 "$work/built"; exit 2; }

configs
lines=10000
for style in combined-time json-nginx json-caddy; do
	for n in $lines $((2 * lines)); do
		"$generate" --seed 1 --hours 2 --lines "$n" --style $style >"$work/$style.$n"
	done
done

# count CONFIG STYLE LINES: the instructions of one run.
count() {
	valgrind --tool=callgrind --smc-check=all-non-file --callgrind-out-file="$work/profile" \
		"$build/nines" report -c "$work/$1.yaml" -f json -j 1 "$work/$2.$3" 2>&1 >"$work/out" |
		awk '/ Collected : / { print $4 }'
}

failed=0
printf '%-8s %-14s %12s %7s\n' config log 'per line' 'bound'
while read -r config style bound; do
	few=$(count "$config" "$style" $lines)
	many=$(count "$config" "$style" $((2 * lines)))
	if [ -z "$few" ] || [ -z "$many" ]; then echo "$config: no count"; exit 2; fi
	each=$(((many - few) / lines))
	word=''
	[ $each -le "$bound" ] || word='TOO MANY' failed=1
	printf '%-8s %-14s %12d %7d %s\n' "$config" "$style" $each "$bound" "$word"
done <<'EOF'
t1 combined-time 1170
t2 combined-time 1330
j100 combined-time 1800
t3 combined-time 890
pattern combined-time 2210
json json-nginx 2110
json json-caddy 4550
EOF
exit $failed
