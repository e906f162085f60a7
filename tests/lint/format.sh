#!/bin/sh
# format.sh SOURCE_DIR: every C file stands as clang-format would lay it out.  Aligned tables are fenced in the files.
command -v clang-format >/dev/null || { echo "skipped: clang-format is not installed"; exit 77; }
cd "$1" || exit 2
find include src tests -name '*.[ch]' -exec clang-format --dry-run -Werror {} +
