#!/bin/sh
# shell.sh SOURCE_DIR: shellcheck finds nothing to say about the scripts.
command -v shellcheck >/dev/null || { echo "skipped: shellcheck is not installed"; exit 77; }
cd "$1" || exit 2
find .ci tests examples \( -name "*.sh" -o -path .ci/run \) -exec shellcheck -x {} +
