#!/bin/sh
# symbols.sh LIBRARY: every external symbol of foo.c starts with "foo_", so that a name tells its file; foo_bar.c may
# export foo_*, too.  The public nines_* live in nines.c and in base/io*.c, which implement struct nines_io.
# Sanitizers add symbols of their own: skipped there (77).
[ -z "${NINES_SANITIZE-}" ] || { echo "skipped: built with -fsanitize=$NINES_SANITIZE"; exit 77; }
bad=$(nm -A -g --defined-only "$1" | awk '{
	split($1, part, ":")
	file = part[2]
	sub(/\.c\.o$/, "", file)
	stem = file
	sub(/_.*/, "", stem)
	if ($NF == file || index($NF, stem "_") == 1)
		next
	if (stem == "io" && $NF ~ /^nines_(io|output)_/)
		next
	print file ".c: " $NF
}')
[ -z "$bad" ] || { echo "symbols that do not start with the name of their file:"; echo "$bad"; exit 1; }
