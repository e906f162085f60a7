#!/bin/sh
# run.sh PROGRAM CASE_DIR [--bless]: runs CASE_DIR/cmd in a scratch folder that holds the files of common/ and, over
# them, those of the case, with PROGRAM's folder first in PATH.  Compares standard output, standard error and exit status
# with out, err and rc, byte for byte; one that is absent stands for nothing, or for status 0.  --bless (or NINES_BLESS=1)
# writes what came out.
set -u
prog=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
dir=$2
bless=${3-}
[ "${NINES_BLESS-}" = 1 ] && bless=--bless
export LC_ALL=C TZ=UTC COLUMNS=100 NO_COLOR=1
unset NINES_CONFIG XDG_CONFIG_HOME XDG_STATE_HOME STATE_DIRECTORY
work=$(mktemp -d) || exit 2
export HOME="$work/home"
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
mkdir "$work/got" "$work/run" && cp -R "$(dirname "$0")/common/." "$dir/." "$work/run" || exit 2
rm -f "$work/run/out" "$work/run/err" "$work/run/rc"
(cd "$work/run" && PATH=$(dirname "$prog"):$PATH sh ./cmd) </dev/null >"$work/got/out" 2>"$work/got/err"
rc=$?
[ $rc -eq 0 ] || echo $rc >"$work/got/rc"
bad=0
for f in out err rc; do
	if [ "$bless" = --bless ]; then
		rm -f "$dir/$f"
		[ ! -s "$work/got/$f" ] || cp "$work/got/$f" "$dir/$f"
	fi
	want=$dir/$f
	[ -e "$want" ] || want=/dev/null
	[ -e "$work/got/$f" ] || : >"$work/got/$f"
	diff -u "$want" "$work/got/$f" || bad=1
done
exit $bad
