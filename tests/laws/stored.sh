#!/bin/sh
# stored.sh PROGRAM LOG CONFIG: a store that a log was ingested into says of every objective what the log says, as of any
# instant and over any window, although it reads no more of its counts than it must; and over all time it has read the
# same lines.  LOG may be compressed.  Skipped (77) where it is not there.
set -u
prog=$1 log=$2 config=$3
[ -r "$log" ] || { echo "skipped: there is no $log"; exit 77; }
command -v jq >/dev/null || { echo "skipped: jq is not installed"; exit 77; }
prog=$(cd "$(dirname "$prog")" && pwd)/$(basename "$prog")
unset NINES_CONFIG STATE_DIRECTORY
export LC_ALL=C TZ=UTC
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
bad=0 laws=0

case $(head -c 2 "$log" | od -An -tx1) in
*1f*8b*) gzip -dc "$log" ;;
*) cat "$log" ;;
esac | awk 1 >"$work/log"
cp "$config" "$work/nines.yaml"
cd "$work" || exit 2
mkdir state
"$prog" ingest -q --state state/n.db log 2>err || [ $? -eq 3 ] || { cat err; exit 1; }

report() { # report FILTER OPTION...: that of the log, that of the store
	filter=$1
	shift
	"$prog" report "$@" -f json log 2>err | jq -S "$filter" >want
	"$prog" report "$@" -f json --state state/n.db 2>err | jq -S "$filter" >got
	laws=$((laws + 1))
	[ -s want ] && cmp -s want got && return
	bad=$((bad + 1))
	echo "broken: nines report $*"
	diff want got | head -n 10 | cut -c -400
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

echo "$laws laws tried, $bad broken"
[ $bad -eq 0 ]
