#!/bin/sh
# laws.sh PROGRAM GENERATOR: how logs come into the store changes nothing that the report says.  One ingest, one a day, in
# any order, in pieces, plain or compressed, with threads, or by backfill: the byte-identical JSON report, which is that
# of the logs themselves.
set -u
program=$1 generator=$2
# shellcheck source=tests/store/common.sh
. "$(dirname "$0")/common.sh"
command -v jq >/dev/null || skip "jq is not installed"
generator=$(cd "$(dirname "$generator")" && pwd)/$(basename "$generator")
cd "$work" || exit 2
mkdir day s
cat >nines.yaml <<'END'
version: 1
logs: { format: combined+time }
window: 7d
journeys:
  - name: checkout
    valid: { method: '^POST$', path: '^/api/' }
    slis:
      - { name: availability, good: { status: '^[234]' }, objective: 99.9% }
      - { name: latency, valid: { status: '^[23]' }, good: { within: 1000ms }, objective: 99% }
  - name: browse
    valid: { method: '^GET$' }
    slis:
      - name: availability
        good: { status: '^[234]' }
        objective: [99.5%, { target: 95%, window: 5d, method: timeslices, slice: 5m, slice_target: 99% }]
END
"$generator" --seed 5 --start 2025-01-01 --days 10 --lines 6000 >all.log || exit 2
awk '{ print >("day/" substr($4, 2, 2) ".log") }' all.log
as_of=2025-01-11T00:00:00Z

# both ARG...: the report of everything, whole, and the one of the config's windows, of which the store reads no more than
# they touch: less what is said of all that was read.
both() {
	"$program" report -c nines.yaml --as-of $as_of -f json --window all "$@" 2>err | only_counts
	"$program" report -c nines.yaml --as-of $as_of -f json "$@" 2>err | only_counts |
		jq 'del(.input, .coverage, .journeys[].slis[]["good", "valid", "missing"])'
}
of_store() { # STORE
	both --state "$1"
}
ingest() { # STORE ARG...
	store=$1
	shift
	"$program" ingest -q -c nines.yaml --state "$store" "$@" || fail "ingest into $store: exit status $?"
}
law() { # STORE: its report is what was wanted
	of_store "$1" >is
	cmp -s want is || { fail "$1"; diff want is | head -n 20; cat err; }
}

both all.log >logs
ingest s/once all.log
of_store s/once >want
cmp -s logs want || { fail "the store says other things than the log"; diff logs want | head -n 20; }

for day in day/*.log; do ingest s/daily "$day"; done
law s/daily
for day in day/*.log; do echo "$day"; done | sort -r | while read -r day; do ingest s/reversed "$day"; done
law s/reversed
# The days' logs are the parts of the whole that come first, or later: only what is not yet known counts.
ingest s/together day/*.log
law s/together
ingest s/shuffled day/07.log day/03.log
ingest s/shuffled day/10.log day/01.log day/05.log
ingest s/shuffled day/*.log
law s/shuffled
for n in 1 700 701 3000 5999 6000; do
	head -n $n all.log >grown.log
	ingest s/grown grown.log
done
law s/grown
i=0
while [ $i -lt 6000 ]; do
	i=$((i + 1000))
	sed -n "$((i - 999)),${i}p" all.log >cron.log.new
	[ ! -e cron.log ] || mv cron.log cron.log.$i
	mv cron.log.new cron.log
	[ ! -e cron.log.$i ] || gzip cron.log.$i
	ingest s/rotated cron.log*
done
law s/rotated
gzip -k day/*.log
ingest s/compressed day/*.gz
law s/compressed
ingest s/compressed day/*.log day/*.gz
law s/compressed
ingest s/two all.log
ingest s/two all.log
law s/two
awk 1 all.log | "$program" ingest -q -c nines.yaml --state s/pipe - || fail "ingest of a pipe: exit status $?"
law s/pipe
awk 1 all.log | "$program" ingest -q -c nines.yaml --state s/pipe -
law s/pipe

if "$program" help backfill >/dev/null 2>&1; then
	"$program" backfill -q -c nines.yaml --state s/filled day/*.log >rows || fail "backfill: exit status $?"
	law s/filled
	"$program" backfill -q -c nines.yaml --state s/filled day/*.log >rows2
	law s/filled
	cmp -s rows rows2 || fail "a second backfill says other things"
	for day in day/*.log; do "$program" backfill -q -c nines.yaml --state s/filled2 "$day" >rows; done
	law s/filled2
	"$program" backfill -q -c nines.yaml --state s/once all.log >rows || fail "backfill of what is known"
	law s/once
else
	fail "there is no backfill"
fi
for store in s/*; do
	case $store in *-journal) continue ;; esac
	"$program" store verify --state "$store" >out || fail "verify $store"
done
exit $failed
