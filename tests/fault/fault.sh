#!/bin/sh
# fault.sh PROGRAM DRIVER PRELOAD KIND...: lays out the files the scenarios of fault.c read and runs it there.
# Sanitizers bring an allocator and I/O wrappers of their own, so under them this is skipped (status 77).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
prog=$1 driver=$2 preload=$3
shift 3
if [ -n "${NINES_SANITIZE-}" ]; then
	echo "skipped: the program is built with -fsanitize=$NINES_SANITIZE"
	exit 77
fi
unset NINES_CONFIG STATE_DIRECTORY
export LC_ALL=C TZ=UTC
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
mkdir "$work/run"
cp "$here/access.log" "$here/nines.yaml" "$here/bad.yaml" "$work/run"
{ head -n 20 "$here/access.log" | gzip -nc; tail -n +21 "$here/access.log" | gzip -nc; } >"$work/run/access.log.gz"
cd "$work/run"
head -n 20 access.log | "$prog" count -c nines.yaml - >a.part
tail -n +21 access.log | "$prog" count -c nines.yaml - >b.part
"$prog" ingest -q -c nines.yaml --state s.db access.log
"$driver" "$prog" "$preload" "$@"
