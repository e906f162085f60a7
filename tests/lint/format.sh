#!/bin/sh
# format.sh SOURCE_DIR: every C file stands as clang-format would lay it out.  Aligned tables are fenced in the files.
# Other versions than the one here lay some things out otherwise, so they are not asked.
command -v clang-format >/dev/null || { echo "skipped: clang-format is not installed"; exit 77; }
case $(clang-format --version) in
*' 14.'*) ;;
*) echo "skipped: clang-format is not version 14"; exit 77 ;;
esac
cd "$1" || exit 2
find include src tests -name '*.[ch]' -exec clang-format --dry-run -Werror {} +
