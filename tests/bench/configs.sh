# shellcheck shell=sh disable=SC2154
# configs.sh: what is measured, all from one table of journeys.  Sourced by bench.sh and instructions.sh, which set
# $peers and $work.

# journeys N: the first N of the table, filled up with groups of products.
journeys() {
	cat "$peers/journeys.tsv"
	i=10
	while [ $i -lt 100 ]; do
		printf 'p%d\tGET\t^/p/%d\n' $i $i
		i=$((i + 1))
	done
}

# config N FORMAT
config() {
	printf 'version: 1\nlogs:\n  format: %s\nwindow: all\njourneys:\n' "$2"
	awk -F '\t' -v n="$1" 'NR <= n {
		printf "  - name: %s\n    valid: { method: \047^%s$\047, path: \047%s\047 }\n", $1, $2, $3
		printf "    slis:\n      - name: availability\n        good: { status: \047^[234]\047 }\n"
		printf "        objective: 99.9%%\n"
		printf "      - name: latency\n        valid: { status: \047^[23]\047 }\n"
		printf "        good: { within: 1000ms }\n        objective: 99%%\n"
	}' "$work/journeys"
}

named_groups='^(?<client>\S+) \S+ \S+ \[(?<time>[^\]]+)\] "(?<method>[A-Z]+) (?<path>[^ ?]+)[^"]*"'
named_groups=$named_groups' (?<status>\d+) (?<bytes>\d+) "[^"]*" "[^"]*" (?<duration>[\d.]+)$'
order='"POST /api/completePurchase '
answered='" [234][0-9][0-9] '

configs() {
	journeys >"$work/journeys"
	config 3 combined+time >"$work/t1.yaml"
	config 10 combined+time >"$work/t2.yaml"
	for n in 12 25 50 100; do
		config $n combined+time >"$work/j$n.yaml"
	done
	config 3 json >"$work/json.yaml"
	config 3 "{ pattern: '$named_groups' }" >"$work/pattern.yaml"
	cat >"$work/t3.yaml" <<EOF
version: 1
logs:
  format: combined+time
window: all
journeys:
  - name: checkout
    valid: { line: '$order' }
    slis:
      - name: availability
        good: { line: '$answered' }
        objective: 99.9%
EOF
}
