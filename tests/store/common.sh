# shellcheck shell=sh
# common.sh: what the scripts of this folder share.  Sourced with $program set.
unset NINES_CONFIG STATE_DIRECTORY XDG_CONFIG_HOME XDG_STATE_HOME
export LC_ALL=C TZ=UTC
program=$(cd "$(dirname "$program")" && pwd)/$(basename "$program")
fast=${TMPDIR:-/tmp}
[ ! -w /dev/shm ] || fast=/dev/shm
work=$(mktemp -d "$fast/nines-XXXXXX") || exit 2
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
# shellcheck disable=SC2034
failed=0

fail() {
	echo "FAILED: $*"
	# shellcheck disable=SC2034
	failed=1
}

skip() {
	echo "skipped: $*"
	exit 77
}

# config TARGET [RETAIN]: two journeys, by what the path begins with.
config() {
	cat <<-END
		version: 1
		logs: { format: combined+time }
		window: all
		${2+retain: $2}
		journeys:
		  - name: shop
		    valid: { path: '^/shop' }
		    slis:
		      - { name: availability, good: { status: '^2' }, objective: $1 }
		      - { name: latency, good: { within: 100ms }, objective: 95% }
		  - name: rest
		    valid: { path: '^/rest' }
		    slis:
		      - { name: availability, good: { status: '^[23]' }, objective: 99% }
	END
}

# lines FROM TO [DAY]: these lines, no two alike, of 14 January 2025 or that day.
lines() {
	awk -v from="$1" -v to="$2" -v day="${3:-14}" 'BEGIN {
		for (i = from; i <= to; i++)
			printf "192.0.2.1 - - [%02d/Jan/2025:%02d:%02d:%02d +0000] \"GET /%s/%d HTTP/1.1\" %d 7 \"-\" \"-\" 0.%03d\n",
				day, i / 3600 % 24, i / 60 % 60, i % 60, i % 3 ? "shop" : "rest", i,
				i % 7 ? 200 : 503, i % 11 * 20
	}'
}

# only_counts: a report less what a store's says more than one of logs, and what is said of single files.
only_counts() {
	jq -S 'del(.input.sources, .input.bytes, .input.store, .store, (.. | .counted?))'
}

# state: what the store has counted, less what is said of single files, and when.
state() {
	"$program" report -c nines.yaml --state s/nines.db --as-of 2025-01-20T00:00:00Z -f json 2>err |
		jq -S 'del(.input.sources, .input.bytes, (.. | .written?, .folded_until?))'
}
