# What the laws share: `. law.sh`, called with PROGRAM LOG CONFIG.  Leaves $prog, the log's lines in $work/log and the config
# in $work/nines.yaml, which is also $config, and goes to $work.  LOG may be compressed.  Skipped (77) where it is not there.
# shellcheck shell=sh disable=SC2034
prog=$(cd "$(dirname "$1")" && pwd)/$(basename "$1") log=$2
[ -r "$log" ] || { echo "skipped: there is no $log"; exit 77; }
command -v jq >/dev/null || { echo "skipped: jq is not installed"; exit 77; }
unset NINES_CONFIG STATE_DIRECTORY
export LC_ALL=C TZ=UTC
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
bad=0 laws=0

# Whole lines only, so that pieces can be put together in any order.
case $(head -c 2 "$log" | od -An -tx1) in
*1f*8b*) gzip -dc "$log" ;;
*) cat "$log" ;;
esac | awk 1 >"$work/log"
config=$work/nines.yaml
cp "$3" "$config"
cd "$work" || exit 2

law() { # law NAME: got is what was wanted, and that is something
	laws=$((laws + 1))
	[ -s "$work/want" ] && cmp -s "$work/want" "$work/got" && return
	bad=$((bad + 1))
	echo "broken: $1"
	diff "$work/want" "$work/got" | head -n 20 | cut -c -400
}

end() { # the verdict; the last command of a script
	echo "$laws laws tried, $bad broken"
	[ $bad -eq 0 ]
}
