#!/bin/sh
# bounds.sh PROGRAM STOPWATCH [--full]: whatever comes, memory stays within bounds, nothing crashes and the counts are
# right.  By itself at a size that takes seconds, with --full at the sizes that hurt.  Sanitizers keep memory of their
# own, so under them this is skipped (status 77), and so is what a missing program would have to make.
set -u
prog=$1 stopwatch=$2 full=${3-}
if [ -n "${NINES_SANITIZE-}" ]; then
	echo "skipped: the program is built with -fsanitize=$NINES_SANITIZE"
	exit 77
fi
command -v jq >/dev/null || { echo "skipped: jq is not installed"; exit 77; }
unset NINES_CONFIG
export LC_ALL=C TZ=UTC
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
cd "$work" || exit 2
bad=0 bounds=0

megabytes=200 paths=100000 files=300 stamps=200000 minutes=20000
if [ "$full" = --full ]; then
	megabytes=3000 paths=1000000 files=10000 stamps=1000000 minutes=1000000
fi

cat >nines.yaml <<'END'
version: 1
logs: { format: combined+time, max_unparsed: 100% }
window: all
journeys:
  - name: browse
    valid: { method: '^GET$', path: '^/p/' }
    slis:
      - { name: availability, good: { status: '^[234]' }, objective: 99.9% }
      - { name: latency, good: { within: 1s }, objective: 99% }
END

# within MIB NAME FILTER WANT COMMAND: COMMAND, in which nines stands for a report of two threads in JSON, takes at most
# so much memory, and what jq's FILTER makes of .input is WANT.
within() {
	bounds=$((bounds + 1))
	row=$(printf '%s' "$5" | sed "s|\\bnines\\b|exec $prog report -c nines.yaml -f json -j 2|")
	printf '%s\t%s\n' "$2" "$row" | "$stopwatch" 1 "$work" >raced || { echo "$2: no measurement"; bad=1; return; }
	peak=$(cut -f 4 raced)
	got=$(jq -c ".input | $3" "$2.out" 2>/dev/null)
	[ "$got" = "$4" ] || { echo "$2: $got, not $4"; head -n 3 "$2.err"; bad=1; }
	[ "$peak" -le $(($1 * 1024)) ] || { echo "$2: $((peak / 1024)) MiB, more than $1"; bad=1; }
	printf '%-12s %4d MiB\n' "$2" $((peak / 1024))
}

# lines N DAY: N lines, each of a path of its own; DAY is an awk expression that sets d m y h and i's minute.
lines() {
	awk -v n="$1" 'BEGIN {
		srand(7)
		split("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec", month, " ")
		for (i = 0; i < n; i++) {
			'"$2"'
			printf "192.0.2.1 - - [%02d/%s/%04d:%02d:%02d:00 +0000] ", d, month[m], y, h, i % 60
			printf "\"GET /p/%d HTTP/1.1\" 200 5 \"-\" \"-\" 0.010\n", i
		}
	}'
}
one_day='d = 14; m = 1; y = 2025; h = i % 24'

lines $paths "$one_day" >log
within 24 paths '[.lines, .judged]' "[$paths,$paths]" 'nines log'

within 24 long_line '[.lines, .unparsed_reasons.too_long]' '[1,1]' \
	"head -c ${megabytes}000000 /dev/zero | tr '\\0' x | nines -"

head -n 1000 log >short
if truncate -s 8G hole 2>/dev/null; then
	cat short >>hole
	within 24 hole '[.lines, .judged]' '[1000,1000]' 'nines hole'
fi

{ head -c ${megabytes}000000 /dev/zero; cat short; } | gzip -1c >bomb.gz
within 24 bomb '[.lines, .judged]' '[1000,1000]' 'nines bomb.gz'
yes "$(head -n 1 log)" | head -n $((megabytes * 10000)) | gzip -9c >same.gz
within 24 same '.judged' $((megabytes * 10000)) 'nines same.gz'
if command -v zstd >/dev/null; then
	zstd -qc <short >short.zst
	if "$prog" report -c nines.yaml short.zst >/dev/null 2>&1; then
		{ head -c ${megabytes}000000 /dev/zero; cat short; } | zstd -qc >bomb.zst
		within 24 zstd_bomb '[.lines, .judged]' '[1000,1000]' 'nines bomb.zst'
		# A header that asks for 2 TiB, and one for the 128 MiB that are granted, but not needed.
		printf '\050\265\057\375\000\370\051\000\000line\n' | cat - short.zst >greedy.zst
		within 24 greedy '[.lines, .judged, .sources[0].status]' '[1000,1000,"unsupported"]' \
			'nines greedy.zst'
	fi
fi

# Fewer descriptors than files; more lie open than there may be.
mkdir many
i=0
while [ $i -lt $files ]; do
	i=$((i + 1))
	head -n 3 short >"many/$i.log"
done
within 24 files '[.lines, .judged, (.sources | length)]' "[$((3 * files)),$((3 * files)),$files]" \
	"ulimit -n 64; nines many"'/*.log'

# Times of any year: most are rejects, since no server wrote a log before 1970 or writes one tomorrow.
lines $stamps 'd = 1 + int(rand() * 28); m = 1 + int(rand() * 12); y = int(rand() * 9999); h = int(rand() * 24)' \
	>stamps.log
within 24 stamps '.lines == .parsed + .unparsed and .unparsed_reasons.time > .lines / 10 and
	.unparsed_reasons.future > .lines / 2' true 'nines stamps.log'
# Those of every year that there were logs: each line may be a minute of its own, which takes some bytes, but for the
# minute alone.
lines $minutes 'd = 1 + int(rand() * 28); m = 1 + int(rand() * 12); y = 1970 + int(rand() * 55); h = int(rand() * 24)' \
	>minutes.log
within 24 minutes '.judged' $minutes 'nines minutes.log'

echo "$bounds bounds, $bad broken"
[ $bad -eq 0 ]
