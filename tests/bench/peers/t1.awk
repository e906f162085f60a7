# t1.awk: three journeys' availability and latency per day, as one would write it by hand.
# Prints the sums over all days: "JOURNEY/SLI VALID GOOD".
function count(journey) {
	valid[journey, day]++
	if (class == 2 || class == 3 || class == 4)
		good[journey, day]++
	if (class == 2 || class == 3) {
		timed[journey, day]++
		if ($7 <= 1)
			fast[journey, day]++
	}
}
function sum(days, total,    key, part) {
	for (key in days) {
		split(key, part, SUBSEP)
		total[part[1]] += days[key]
	}
}
function show(sli, of, among,    hit, all, journey) {
	sum(of, hit)
	sum(among, all)
	for (journey in all)
		printf "%s/%s %d %d\n", journey, sli, all[journey], hit[journey]
}
BEGIN { FS = "\"" }
{
	split($2, request, " ")
	class = substr($3, 2, 1)
	day = substr($1, index($1, "[") + 1, 11)
	path = request[2]
	if (request[1] == "POST") {
		if (path ~ /^\/api\/completePurchase(\?|$)/)
			count("checkout")
		else if (path ~ /^\/api\/cart(\?|$)/)
			count("cart")
	} else if (request[1] == "GET" && path ~ /^\/(p|c|search)([\/?]|$)/)
		count("browse")
}
END {
	show("availability", good, valid)
	show("latency", fast, timed)
}
