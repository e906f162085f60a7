#!/bin/sh
# history.sh PROGRAM LOG CONFIG: every period of a backfill is the report as of the period's end whose windows are the
# period, but for what only hindsight knows of open gaps; what its objectives count is what the events of the period alone
# give; all periods together count every event and cover every second once; and the order of lines and files changes not a
# byte.
set -u
# shellcheck source=tests/laws/law.sh
. "$(dirname "$0")/law.sh"

nines() { # nines VERB OPTION|LOG...: 0 and 3 will do, the answer is what is wanted
	verb=$1
	shift
	"$prog" "$verb" -c "$config" "$@" 2>"$work/err"
	rc=$?
	[ $rc -eq 0 ] || [ $rc -eq 3 ] || { echo "exit status $rc"; cat "$work/err"; }
}

objectives='[.[].slis[].objectives[] | del(.window.covered)]'
counts='[.[].slis[].objectives[] | {target, method, valid, good, bad, missing}]'
for zone in UTC America/New_York Asia/Kolkata; do
	for by in hour day week month quarter; do
		nines backfill -f json --by $by --tz $zone "$work/log" >"$work/history"
		jq -r '.periods[] | [.from, .to] | @tsv' "$work/history" >"$work/periods"
		n=$(wc -l <"$work/periods")
		[ "$n" -gt 0 ] || { echo "broken: no $by in $zone"; bad=1; }
		# The first, the last and some between.
		awk -v n="$n" 'NR == 1 || NR == n || NR % (int(n / 7) + 1) == 2 { print NR - 1 "\t" $0 }' "$work/periods" |
			while read -r i from to; do
				nines report -f json --as-of "$to" --window $by --tz $zone "$work/log" |
					jq -cS ".journeys | $objectives" >"$work/want"
				jq -cS ".periods[$i].journeys | $objectives" "$work/history" >"$work/got"
				law "$by $from in $zone is the report as of its end"
				nines report -f json --since "$from" --until "$to" --window all "$work/log" |
					jq -cS ".journeys | $counts" >"$work/want"
				jq -cS ".periods[$i].journeys | $counts" "$work/history" >"$work/got"
				law "$by $from in $zone counts what its events alone give"
				echo "$bad" >"$work/bad"
			done
		[ "$(cat "$work/bad")" -eq 0 ] || bad=1
		nines report -f json --window all "$work/log" |
			jq -cS '[.journeys[].slis[] | {name, valid, good, missing}]' >"$work/want"
		jq -cS '[.periods[].journeys[] | .name as $j | .slis[] | {j: $j, name, valid, good, missing}] as $all
			| [.periods[0].journeys[] | .name as $j | .slis[] | .name as $s
			| [$all[] | select(.j == $j and .name == $s)]
			| {name: $s, valid: map(.valid) | add, good: map(.good) | add, missing: map(.missing) | add}]' \
			"$work/history" >"$work/got"
		law "all $by periods in $zone together are the whole"
		nines report -f json --window all "$work/log" |
			jq '[.journeys[].slis[].objectives[].window | ((.to | fromdate) - (.from | fromdate)) * .covered][0] | round' \
				>"$work/want"
		jq '[.periods[] | [.journeys[].slis[].objectives[].window.covered][0] * ((.to | fromdate) - (.from | fromdate))]
			| add | round' "$work/history" >"$work/got"
		law "all $by periods in $zone together cover what the whole does"
		jq -r '.periods | length as $n | [range(1; $n) as $i | .[$i - 1].to == .[$i].from] | all' \
			"$work/history" >"$work/got"
		echo true >"$work/want"
		law "$by periods in $zone have no holes"
	done
done

# The order of lines and files.  What is said of single files differs.
less='del(.input.sources)'
nines backfill -f json --by day "$work/log" | jq -S "$less" >"$work/want"
awk 'BEGIN { srand(7) } { printf "%.9f\t%s\n", rand(), $0 }' "$work/log" | sort | cut -f 2- >"$work/shuffled"
awk -v dir="$work" '{ print >(dir "/dealt." NR % 3) }' "$work/log"
gzip -k "$work/dealt.1"
nines backfill -f json --by day "$work/shuffled" | jq -S "$less" >"$work/got"
law "lines in any order, json"
nines backfill -f json --by day -j3 "$work/dealt.2" "$work/dealt.1.gz" "$work/dealt.0" | jq -S "$less" >"$work/got"
law "files in any order, json"
for format in text csv; do
	nines backfill -f $format --by week "$work/log" >"$work/want"
	nines backfill -f $format --by week "$work/shuffled" >"$work/got"
	law "lines in any order, $format"
done
nines backfill -f csv --by week -j3 "$work/dealt.0" "$work/dealt.2" "$work/dealt.1" >"$work/got"
law "files in any order, csv"
nines backfill --by week "$work/dealt.0" "$work/dealt.1" "$work/dealt.2" >"$work/want"
nines backfill --by week -j3 "$work/dealt.2" "$work/dealt.0" "$work/dealt.1" >"$work/got"
law "files in any order, text"
end
