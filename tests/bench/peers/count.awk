# count.awk: what nines must count, from combined + $request_time, counted by other means.
#
#	awk -v journeys=3 -f count.awk journeys.tsv LOG...
#
# Of the first `journeys` journeys: availability is status 2xx to 4xx; latency is at most one second
# where the status is 2xx or 3xx.  Prints "JOURNEY/SLI VALID GOOD".
BEGIN { FS = "\t" }
FNR == NR {
	if (FNR <= journeys) {
		name[FNR] = $1
		method[FNR] = $2
		path[FNR] = $3
	}
	next
}
FNR == 1 { FS = "\""; $0 = $0 }
{
	split($2, request, " ")
	split($3, answer, " ")
	sub(/\?.*/, "", request[2])
	class = substr(answer[1], 1, 1)
	for (i = 1; i <= journeys; i++) {
		if (request[1] != method[i] || request[2] !~ path[i])
			continue
		valid[i]++
		good[i] += class ~ /[234]/
		if (class ~ /[23]/) {
			timed[i]++
			fast[i] += $7 <= 1
		}
	}
}
END {
	for (i = 1; i <= journeys; i++) {
		printf "%s/availability %d %d\n", name[i], valid[i], good[i]
		printf "%s/latency %d %d\n", name[i], timed[i], fast[i]
	}
}
