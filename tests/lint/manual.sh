#!/bin/sh
# manual.sh SOURCE_DIR: mandoc finds nothing to say about the manual pages.
command -v mandoc >/dev/null || { echo "skipped: mandoc is not installed"; exit 77; }
cd "$1/man" || exit 2
bad=$(mandoc -Tlint -Wwarning ./*.[1-8])
[ -z "$bad" ] || { echo "$bad"; exit 1; }
