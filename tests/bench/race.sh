# What the races share: `. race.sh`, behind the script's own usage, be_tiny and defaults of lines, rounds and only (empty
# where it has no groups), and called with its options.  Leaves $here, $work (removed at the end), fail, build and median.
# shellcheck shell=sh disable=SC2034
tiny=no install=yes nines='' zlib='' tools='' failed=0 missed=0
while [ $# -gt 0 ]; do
	case $1 in
	--tiny) tiny=yes; be_tiny ;;
	--no-install) install=no ;;
	--help) usage; exit 0 ;;
	--lines | --rounds | --only | --nines | --zlib | --tools)
		[ $# -gt 1 ] || { usage >&2; exit 2; }
		case $1 in
		--lines) lines=$2 ;;
		--rounds) rounds=$2 ;;
		--only) only=$2 ;;
		--nines) nines=$2 ;;
		--zlib) zlib=$2 ;;
		--tools) tools=$2 ;;
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
		cmake --build "$work/$folder" --target nines_cli nines_generate nines_drain nines_lay nines_stopwatch; } \
		>"$work/built" 2>&1 || { tail -n 20 "$work/built"; exit 2; }
}

build() {
	if [ -z "$nines" ] || [ -z "$tools" ]; then
		echo 'building for release'
		make build
	fi
	nines=${nines:-$work/build/nines}
	tools=${tools:-$work/build/tests/bench}
	generate=$tools/nines_generate drain=$tools/nines_drain lay=$tools/nines_lay stopwatch=$tools/nines_stopwatch
}

# median NAME: of its times, in microseconds.
median() { awk -F '\t' -v n="$1" '$1 == n { print $2 }' "$work/times"; }
