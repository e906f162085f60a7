#!/bin/sh
# store.sh: what the store costs beside what a user would otherwise do, on the same files in the same run.
#
# Makes logs and stores, runs everything in turns, takes medians, checks that all count the same, and prints each ratio
# beside its target.  Exit status: 0 all targets met, 1 a target missed, 2 a count differs or something failed, 77 it
# cannot run here.  Everything is written below $TMPDIR and removed.
set -eu
export LC_ALL=C TZ=UTC
unset NINES_CONFIG STATE_DIRECTORY

usage() {
	cat <<'END'
usage: store.sh [OPTION...]
  --lines N         lines of the large log (500000)
  --rounds R        runs of each command, of which the median counts (7)
  --tiny            5000 lines, one round: compares counts, judges no time
  --nines FILE      a built nines, and where the benchmark's own tools, such as
  --tools DIR       nines_generate, are; without them all are built for release
END
}

lines=500000 rounds=7 days=400 parts=1000
be_tiny() { lines=5000 rounds=1 days=40 parts=20; }
# shellcheck source=tests/bench/race.sh
. "$(dirname "$0")/race.sh"
for program in jq sqlite3; do
	command -v $program >/dev/null || { echo "skipped: $program is not installed"; exit 77; }
done
mkdir "$work/part"

# Ten journeys of two SLIs: what bench.sh has, filled up with groups of products.
config() {
	printf 'version: 1\nlogs:\n  format: combined+time\nwindow: all\nretain: 800d\njourneys:\n'
	{
		cat "$here/peers/journeys.tsv"
		for i in 10 11 12 13 14 15 16 17 18 19; do printf 'p%d\tGET\t^/p/%d\n' $i $i; done
	} | awk -F '\t' 'NR <= 10 {
		printf "  - name: %s\n    valid: { method: \047^%s$\047, path: \047%s\047 }\n", $1, $2, $3
		printf "    slis:\n      - name: availability\n        good: { status: \047^[234]\047 }\n"
		printf "        objective: 99.9%%\n"
		printf "      - name: latency\n        valid: { status: \047^[23]\047 }\n"
		printf "        good: { within: 1000ms }\n        objective: 99%%\n"
	}'
}

prepare() {
	echo "a log of $lines lines, a store of $days days, $parts parts"
	"$generate" --seed 1 --start 2025-01-01 --days 30 --lines "$lines" >"$work/log"
	cp "$work/log" "$work/grows"
	"$nines" ingest -q -c "$work/nines.yaml" --state "$work/grows.db" "$work/grows" || exit 2
	"$generate" --seed 2 --start 2024-01-01 --days $days --lines "$lines" >"$work/year"
	"$nines" ingest -q -c "$work/nines.yaml" --state "$work/year.db" "$work/year" || exit 2
	split -n l/$parts -a 4 "$work/year" "$work/part/"
	for part in "$work"/part/*; do
		"$nines" count -q -c "$work/nines.yaml" "$part" >"$part.part" || exit 2
	done
	tail -n 1 "$work/log" >"$work/line"
	# The rows that an ingest of the log writes, for who writes nothing else.
	sqlite3 -tabs "$work/grows.db" 'SELECT * FROM count' >"$work/count"
	{
		sqlite3 "$work/grows.db" '.schema count'
		printf '.mode tabs\n.import %s count\n' "$work/count"
	} >"$work/import.sql"
	cat "$work"/* >/dev/null 2>&1 || :
}

# What the sums of the store must be, by the store and by SQLite.
sums='SELECT journey, sli, sum(valid), sum(good) FROM count JOIN series ON series.id = count.series
	WHERE journey IS NOT NULL GROUP BY series ORDER BY journey, sli'

race() {
	echo "$sums" >"$work/sums.sql"
	as_of=2026-01-01T00:00:00Z
	cat >"$work/rows" <<END
wc	exec wc -l $work/grows
line	cat $work/line >>$work/grows; exec $nines ingest -q -c $work/nines.yaml --state $work/grows.db $work/grows
nothing	exec $nines ingest -q -c $work/nines.yaml --state $work/grows.db $work/grows
scratch	rm -f $work/new.db; exec $nines ingest -q -c $work/nines.yaml --state $work/new.db $work/log
import	rm -f $work/import.db; exec sqlite3 $work/import.db <$work/import.sql
log	exec $nines report -c $work/nines.yaml -f json -j1 $work/log
report	exec $nines report -c $work/nines.yaml -f json --state $work/year.db --as-of $as_of
sums	exec sqlite3 -readonly -tabs $work/year.db <$work/sums.sql
merge	exec $nines merge $work/part/*.part
sort	cat $work/part/*.part | exec sort
catparts	cat $work/part/*.part | wc -l
END
	"$stopwatch" "$rounds" "$work/out" <"$work/rows" >"$work/times" || fail 'a command'
	awk -F '\t' '$5 != 0 { print "exit status", $5, "of", $1 }' "$work/times" | grep . && failed=1
	return 0
}

counts() {
	jq -r '.journeys[] | .name as $j | .slis[] | [$j, .name, .objectives[0].valid, .objectives[0].good] | @tsv' \
		"$work/out/report.out" | sort >"$work/is"
	sort "$work/out/sums.out" >"$work/want"
	# An SLI that no line was valid for has no row.
	awk '$3 > 0' "$work/is" | cmp -s - "$work/want" || fail 'the report of the store differs from its sums'
	is=$("$nines" report -c "$work/nines.yaml" -f json --state "$work/grows.db" --as-of 2026-01-01T00:00:00Z |
		jq .input.lines)
	[ "$is" = "$(wc -l <"$work/grows")" ] || fail "counted $is lines of $(wc -l <"$work/grows")"
	"$nines" report -c "$work/nines.yaml" -f json --counts "$work/out/merge.out" --as-of 2026-01-01T00:00:00Z |
		jq -r '.journeys[] | .name as $j | .slis[] | [$j, .name, .objectives[0].valid, .objectives[0].good] | @tsv' |
		sort | cmp -s - "$work/is" || fail 'the merged parts differ from the store'
}

# at_most WORK OF TO TARGET
at_most() {
	value=$(awk -v a="$(median "$2")" -v b="$(median "$3")" 'BEGIN { printf "%.3f", a / b }')
	word=$(awk -v v="$value" -v t="$4" 'BEGIN { print v <= t ? "met" : "MISSED" }')
	[ $tiny = no ] || word='(too small to judge)'
	[ "$word" != MISSED ] || missed=1
	printf '%-62s %9s x %8s  %s\n' "$1" "$value" "$4" "$word"
}

main() {
	build
	config >"$work/nines.yaml"
	prepare
	race
	counts
	printf '\n%-62s %11s %8s\n' "work (median of $rounds)" measured target
	at_most "one new line after $lines that are counted / wc -l of all" line wc 1
	at_most "one new line after $lines that are counted / all anew" line scratch 0.1
	at_most 'nothing new / wc -l of all' nothing wc 1
	at_most 'ingest of all / sqlite3 importing the counts of it' scratch import 1
	at_most "report of $days days, 20 SLIs / sqlite3 summing the same rows" report sums 1.5
	at_most "merge of $parts parts / cat | sort of them" merge sort 2
	at_most "merge of $parts parts / cat | wc -l of them" merge catparts 20
	awk -F '\t' '{ printf "     %-10s %10.1f ms %10.1f MiB\n", $1, $2 / 1000, $4 / 1024 }' "$work/times"
	[ $failed = 0 ] || exit 2
	[ $missed = 0 ] || exit 1
}

main
