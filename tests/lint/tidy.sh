#!/bin/sh
# tidy.sh SOURCE_DIR BUILD_DIR [FILE...]: clang-tidy with the checks of .clang-tidy on the named files, or on all of
# src/, which takes minutes.
command -v clang-tidy >/dev/null || { echo "skipped: clang-tidy is not installed"; exit 77; }
src=$(cd "$1" && pwd) || exit 2
build=$(cd "$2" && pwd) || exit 2
shift 2
[ -e "$build/compile_commands.json" ] || { echo "no $build/compile_commands.json"; exit 2; }
cd "$src" || exit 2
if [ $# -eq 0 ]; then
	find src -name '*.c' -print
else
	printf '%s\n' "$@"
fi | xargs -P "$(getconf _NPROCESSORS_ONLN)" -n 2 clang-tidy --quiet -p "$build"
