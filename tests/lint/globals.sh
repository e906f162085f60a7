#!/bin/sh
# globals.sh LIBRARY: the library keeps no mutable state, so nothing may live in .data or .bss.  Const tables that hold
# pointers live in .data.rel.ro and are fine.  Sanitizers add sections of their own: skipped there (77).
[ -z "${NINES_SANITIZE-}" ] || { echo "skipped: built with -fsanitize=$NINES_SANITIZE"; exit 77; }
bad=$(objdump -t "$1" | awk '
	/\.o:/ { file = $1 }
	NF >= 5 && $(NF-2) ~ /^\.t?(data|bss)/ && $(NF-2) !~ /^\.data\.rel\.ro/ && $NF !~ /^\./ { print file " " $NF }')
[ -z "$bad" ] || { echo "mutable state:"; echo "$bad"; exit 1; }
