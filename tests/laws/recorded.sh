#!/bin/sh
# recorded.sh PROGRAM LOG CONFIG: a store that one backfill filled is the store that daily ingests filled; from either the
# past is what it is from the logs; and under new rules a backfill counts the past anew.
set -u
# shellcheck source=tests/laws/law.sh
. "$(dirname "$0")/law.sh"

mkdir daily once again
# Logs as a host leaves them, in order, of as many lines each.
split -l $(($(wc -l <log) / 23 + 1)) -d -a 2 log day.

nines() { # nines WANTED_RC VERB OPTION|LOG...
	want=$1
	shift
	"$prog" "$@" 2>err
	rc=$?
	[ $rc -eq "$want" ] || [ $rc -eq 3 ] || { echo "exit status $rc of nines $*"; cat err; }
}

for day in day.??; do nines 0 ingest -q -c nines.yaml --state daily/n.db "$day"; done >/dev/null
set -- day.??
nines 0 backfill -q -c nines.yaml --state once/n.db -f csv "$@" >first.csv
last=$("$prog" report -c nines.yaml -f json log 2>err | jq -r .as_of)

for as_of in "$last" "$(echo "$last" | cut -c -10)"; do
	for format in text json; do
		(cd daily && nines 0 report -c ../nines.yaml --state n.db --as-of "$as_of" -f $format) >want
		(cd once && nines 0 report -c ../nines.yaml --state n.db --as-of "$as_of" -f $format) >got
		law "a $format report as of $as_of of a backfill and of daily ingests"
	done
done

for by in hour day month; do
	nines 0 backfill -c nines.yaml --by $by -f csv log >want
	nines 0 backfill -c nines.yaml --by $by -f csv --state daily/n.db >got
	law "every $by of daily ingests is that of the logs"
	nines 0 backfill -c nines.yaml --by $by -f csv --state once/n.db >got
	law "every $by of a backfill is that of the logs"
done
nines 0 backfill -c nines.yaml -f csv log >want
cp first.csv got
law "what a backfill prints while it records"

from=$(jq -nr --arg t "$last" '$t | fromdate - 100000 | . - . % 60 | todate')
to=$(jq -nr --arg t "$last" '$t | fromdate - 20000 | . - . % 60 | todate')
nines 0 backfill -c nines.yaml --by hour -f csv --since "$from" --until "$to" log >want
nines 0 backfill -c nines.yaml --by hour -f csv --since "$from" --until "$to" --state once/n.db >got
law "a part of the past"

# Files that are met again, compressed and under other names, count no more than once.
for day in "$@"; do gzip -c "$day" >"again/$day.gz"; done
nines 0 backfill -c nines.yaml -f csv log >want
nines 0 backfill -q -c nines.yaml -f csv --state once/n.db again/*.gz >got
law "archives of logs that are known"

# Another rule: what was good was not.
sed "s/\^\[234\]/^[23]/; s/\^\[23\]'/^2'/" nines.yaml >strict.yaml
cmp -s nines.yaml strict.yaml && { echo "the rules were not changed"; bad=1; }
nines 0 backfill -c strict.yaml -f csv log >want
nines 0 backfill -q -c strict.yaml -f csv --state once/n.db "$@" >got
law "the past under new rules"
nines 0 backfill -c strict.yaml -f csv --state once/n.db >got
law "the past under new rules, from the store alone"
nines 0 backfill -c nines.yaml -f csv log >want
nines 0 backfill -c nines.yaml -f csv --state once/n.db >got
law "the past under the old rules is still there"

end
