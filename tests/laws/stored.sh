#!/bin/sh
# stored.sh PROGRAM LOG CONFIG: a store that a log was ingested into says of every objective what the log says, as of any
# instant and over any window, although it reads no more of its counts than it must; and over all time it has read the
# same lines.
set -u
# shellcheck source=tests/laws/law.sh
. "$(dirname "$0")/law.sh"

mkdir state
"$prog" ingest -q --state state/n.db log 2>err || [ $? -eq 3 ] || { cat err; exit 1; }

report() { # report FILTER OPTION...: that of the log, that of the store
	filter=$1
	shift
	"$prog" report "$@" -f json log 2>err | jq -S "$filter" >want
	"$prog" report "$@" -f json --state state/n.db 2>err | jq -S "$filter" >got
	law "nines report $*"
}

# Of unparsed lines nobody knows when they were: those of logs that are in the window count, whole.
objectives='[.journeys[].slis[] | {name, objectives: [.objectives[] | del(.unparsed, .straddles)]}]'
everything='{journeys: del(.journeys[].slis[].counted).journeys, input: .input | del(.store, .sources[].raw_bytes)}'
last=$("$prog" report -f json log 2>err | jq -r .as_of)
first=$("$prog" report -f json log 2>err | jq -r .input.first_event)
for part in 0 0.1 0.37 0.5 0.83 0.99 1 1.02; do
	as_of=$(jq -nr --arg a "$first" --arg b "$last" --argjson p $part \
		'($a | fromdate) as $f | $f + (($b | fromdate) - $f) * $p | floor | todate')
	report "$objectives" --as-of "$as_of"
	for window in 1h 6h 1d 3d 7d 28d 400d hour day week month quarter year; do
		report "$objectives" --as-of "$as_of" --window $window
	done
	report "$objectives" --as-of "$as_of" --forecast-from 3d --tz Asia/Kathmandu --window month
done
report "$everything" --as-of "$last" --window all
report "$everything" --as-of "$last" --window 40000d

end
