#!/bin/sh
# run.sh [--no-install] [PART...]: builds and tests everything; what CI runs.  Parts, all of them by default:
#   quick   gcc, warnings as errors; all tests, lints included
#   san     AddressSanitizer and UndefinedBehaviorSanitizer over the tests that run much code on few data
#   tsan    ThreadSanitizer over the tests that have threads
#   clang   clang, warnings as errors; the unit tests
#   fuzz    the libFuzzer programs, some seconds each
#   tidy    clang-tidy
# Debian packages that are missing are installed first (with sudo where not root).  Writes to build/ only.
set -u
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root" || exit 2
# shellcheck source=tests/packages.sh
. tests/packages.sh

install=1
[ "${1-}" != --no-install ] || { install=0; shift; }
[ $# -gt 0 ] || set -- quick san tsan clang fuzz tidy
[ $install -eq 0 ] || packages_install build test || exit 2
[ $install -eq 0 ] || packages_install peers || echo 'going on without them: the tests that need them are skipped'

mkdir -p build
passed=0 failed=0 skipped=0
jobs=$(getconf _NPROCESSORS_ONLN)

say() {
	printf '\n== %s\n' "$*"
}

# one NAME COMMAND...: a step that passes or fails as a whole.
one() {
	name=$1
	shift
	if "$@"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAILED: $name"
		return 1
	fi
}

compile() { # compile PRESET
	cmake --preset "$1" >"build/$1.configure" 2>&1 || { cat "build/$1.configure"; return 1; }
	cmake --build "build/$1" -- -k 20 >"build/$1.log" 2>&1 ||
		{ grep -v '^\[' "build/$1.log" | head -n 100; return 1; }
}

# tests PRESET [CTEST OPTION...]: runs CTest and adds its counts to ours.
tests() {
	preset=$1
	shift
	rm -f "build/$preset.status"
	{ ctest --test-dir "build/$preset" -j "$jobs" --output-on-failure --no-tests=error --timeout 600 "$@" ||
		echo 1 >"build/$preset.status"; } | tee "build/$preset.tests" |
		grep -v -e ' Passed  ' -e '^ *Start ' -e '^$'
	counts=$(awk '
		/^ *[0-9]+\/[0-9]+ Test +#[0-9]+:/ { if (/ Passed /) p++; else if (/Skipped/) s++; else f++ }
		END { print p + 0, f + 0, s + 0 }' "build/$preset.tests")
	# shellcheck disable=SC2086
	set -- $counts
	passed=$((passed + $1)) failed=$((failed + $2)) skipped=$((skipped + $3))
	[ ! -e "build/$preset.status" ] || [ "$2" -gt 0 ] || failed=$((failed + 1))
}

quietly() { # quietly NAME COMMAND...: shows what it printed only when it fails
	log=build/$1.log
	shift
	"$@" >"$log" 2>&1 || { tail -n 60 "$log"; return 1; }
}

fuzz() { # each target a few seconds from its corpus; what it finds stays in build/fuzz
	for program in build/fuzz/tests/fuzz_*; do
		[ -x "$program" ] || continue
		name=${program##*/fuzz_}
		mkdir -p "build/fuzz/found/$name"
		one "fuzz $name" quietly "fuzz.$name" "$program" -seed=1 -max_total_time=5 -timeout=5 -rss_limit_mb=1024 -print_final_stats=0 -verbosity=0 \
			-artifact_prefix="build/fuzz/" "build/fuzz/found/$name" "tests/fuzz/corpus/$name"
	done
}

for part in "$@"; do
	say "$part"
	case $part in
	quick) one "build with gcc" compile dev && tests dev ;;
	san) one "build with sanitizers" compile san &&
		tests san -E '^(lint|bench|data|docs)\.|^laws\.(.*\.)?(nasa|apache|nginx|incident)$|^store\.(kill|nginx|crons|schedule\.[2-9])' ;;
	tsan) one "build with ThreadSanitizer" compile tsan && tests tsan -R '^(unit\.(run|nines|tally|decode)|cli\.input|laws\.shop)' ;;
	clang) one "build with clang" compile clang && tests clang -R '^(unit|fuzz)\.' ;;
	fuzz) one "build the fuzzers" compile fuzz && fuzz ;;
	tidy) one "configure for clang-tidy" cmake --preset clang >build/clang.configure &&
		one "clang-tidy" quietly tidy sh tests/lint/tidy.sh . build/clang ;;
	*) echo "run.sh: there is no part '$part'" >&2; exit 2 ;;
	esac
done

say summary
printf '%d passed, %d failed, %d skipped\n' $passed $failed $skipped
[ $failed -eq 0 ]
