# What the races share: `. race.sh`, behind the script's own usage, be_tiny and defaults of lines, rounds and only (empty
# where it has no groups), and called with its options.  Leaves $here, $work (removed at the end), fail, build and median.
# shellcheck shell=sh disable=SC2034
tiny=no install=yes nines='' zlib='' generate='' stopwatch='' failed=0 missed=0
while [ $# -gt 0 ]; do
	case $1 in
	--tiny) tiny=yes; be_tiny ;;
	--no-install) install=no ;;
	--help) usage; exit 0 ;;
	--lines | --rounds | --only | --nines | --zlib | --generate | --stopwatch)
		[ $# -gt 1 ] || { usage >&2; exit 2; }
		case $1 in
		--lines) lines=$2 ;;
		--rounds) rounds=$2 ;;
		--only) only=$2 ;;
		--nines) nines=$2 ;;
		--zlib) zlib=$2 ;;
		--generate) generate=$2 ;;
		--stopwatch) stopwatch=$2 ;;
		esac
		shift ;;
	*) usage >&2; exit 2 ;;
	esac
	shift
done

here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 2' HUP INT TERM
mkdir "$work/out"
: >"$work/times"

fail() {
	echo "FAILED: $*"
	failed=1
}

# make FOLDER OPTION...: builds for release there.
make() {
	folder=$1
	shift
	{ cmake -S "$here/../.." -B "$work/$folder" -DCMAKE_BUILD_TYPE=Release "$@" &&
		cmake --build "$work/$folder" --target nines_cli nines_generate nines_stopwatch; } \
		>"$work/built" 2>&1 || { tail -n 20 "$work/built"; exit 2; }
}

build() {
	[ -z "$nines" ] || [ -z "$generate" ] || [ -z "$stopwatch" ] || return 0
	echo 'building for release'
	make build
	nines=${nines:-$work/build/nines}
	generate=${generate:-$work/build/tests/bench/nines_generate}
	stopwatch=${stopwatch:-$work/build/tests/bench/nines_stopwatch}
}

# median NAME: of its times, in microseconds.
median() { awk -F '\t' -v n="$1" '$1 == n { print $2 }' "$work/times"; }
