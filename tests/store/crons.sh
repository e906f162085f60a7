#!/bin/sh
# crons.sh PROGRAM: fifty ingests at once of the same logs, which grow meanwhile.  Each must succeed, and each line be
# counted once.
set -u
program=$1
# shellcheck source=tests/store/common.sh
. "$(dirname "$0")/common.sh"
command -v jq >/dev/null || skip "jq is not installed"
cd "$work" || exit 2
mkdir s rc
config 99% >nines.yaml
lines 1 200 >x.log
lines 20001 20100 >y.log
i=0
while [ $i -lt 50 ]; do
	i=$((i + 1))
	(
		"$program" ingest -q -c nines.yaml --state s/nines.db --wait 300s x.log y.log 2>"rc/$i.err"
		echo $? >"rc/$i"
	) &
	lines $((i * 10 + 191)) $((i * 10 + 200)) >>x.log
	[ $((i % 5)) -ne 0 ] || lines $((20100 + i)) $((20100 + i)) >>y.log
done
wait
for rc in rc/*[0-9]; do
	[ "$(cat "$rc")" = 0 ] || { fail "exit status $(cat "$rc")"; cat "$rc.err"; }
done
"$program" ingest -q -c nines.yaml --state s/nines.db x.log y.log || fail "the last: exit status $?"
state | only_counts >is
"$program" report -c nines.yaml --as-of 2025-01-20T00:00:00Z -f json x.log y.log |
	only_counts >want
cmp -s want is || { fail "not every line once"; diff want is | head -n 20; }
[ "$(jq .input.lines is)" = "$(cat x.log y.log | wc -l)" ] || fail "lines"
"$program" store verify --state s/nines.db || fail verify
exit $failed
