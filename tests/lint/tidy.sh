#!/bin/sh
# tidy.sh SOURCE_DIR BUILD_DIR [FILE...]: clang-tidy with the checks of .clang-tidy on the named files, or on all of
# src/, which takes two minutes.  NINES_TIDY=all shows those findings, too, that are matters of judgement and not
# failures: size, complexity and recursion (all of it is bounded), and checks that this code gives false alarms.
command -v clang-tidy >/dev/null || { echo "skipped: clang-tidy is not installed"; exit 77; }
src=$(cd "$1" && pwd) || exit 2
build=$(cd "$2" && pwd) || exit 2
shift 2
[ -e "$build/compile_commands.json" ] || { echo "no $build/compile_commands.json"; exit 2; }
cd "$src" || exit 2

judgement='-readability-function-size,-readability-function-cognitive-complexity,-misc-no-recursion'
# The analyzer sees one file at a time and so not what others guarantee; failing allocations are tested in tests/fault.
alarms='-clang-analyzer-core.NullDereference,-clang-analyzer-core.NonNullParamChecker,-clang-analyzer-valist.Uninitialized'
alarms="$alarms,-clang-analyzer-optin.performance.Padding,-bugprone-sizeof-expression,-bugprone-macro-parentheses"
alarms="$alarms,-bugprone-implicit-widening-of-multiplication-result,-bugprone-narrowing-conversions"
alarms="$alarms,-bugprone-suspicious-string-compare,-bugprone-reserved-identifier"
checks="$judgement,$alarms"
[ "${NINES_TIDY-}" != all ] || checks=
if [ $# -eq 0 ]; then
	find src -name '*.c' -print
else
	printf '%s\n' "$@"
fi | xargs -P "$(getconf _NPROCESSORS_ONLN)" -n 2 clang-tidy --quiet --checks="$checks" -p "$build"
