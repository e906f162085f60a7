#!/bin/sh
# laws.sh PROGRAM LOG CONFIG: how a log reaches the program changes nothing that the report says.  Any split, any order,
# any number of threads, plain or compressed, file or pipe, any read size, JIT or not: the byte-identical JSON report,
# apart from the list of sources.
set -u
# shellcheck source=tests/laws/law.sh
. "$(dirname "$0")/law.sh"
lines=$(wc -l <"$work/log")

report() { # report OPTION|LOG...: the report less what is said of single files
	"$prog" report -c "$config" -f json "$@" >"$work/json" 2>"$work/err"
	rc=$?
	jq -S 'del(.input.sources)' "$work/json" >"$work/got" || cat "$work/err"
	[ $rc -eq 0 ] || [ $rc -eq 3 ] || { echo "exit status $rc"; cat "$work/err"; }
}

report -j1 "$work/log"
cp "$work/got" "$work/want"
[ "$(jq '.input.lines' "$work/want")" = "$lines" ] || { echo "lines: not $lines"; bad=1; }
jq -e '.input | .lines == .parsed + .unparsed + .blank + .comments
	and .parsed == .judged + .ignored + .excluded + .out_of_range' "$work/want" >/dev/null ||
	{ echo "the sums do not hold"; bad=1; }

for jobs in 2 7; do
	report -j$jobs "$work/log"
	law "$jobs threads"
done
report -j1 --no-jit "$work/log"
law "without JIT"

for size in 1000 4093 65536 262144; do
	for jobs in 1 2 7; do
		report -j$jobs --range-bytes $size "$work/log"
		law "$jobs threads, ranges of $size bytes"
	done
done

# Order and splits.
awk '{ line[NR] = $0 } END { for (i = NR; i > 0; i--) print line[i] }' "$work/log" >"$work/reversed"
report "$work/reversed"
law "reversed"
awk 'BEGIN { srand(7) } { printf "%.9f\t%s\n", rand(), $0 }' "$work/log" | sort | cut -f 2- >"$work/shuffled"
report -j2 "$work/shuffled"
law "shuffled"
for seed in 1 2 3; do
	rm -rf "$work/piece"
	mkdir "$work/piece"
	awk -v seed=$seed -v dir="$work/piece" -v lines="$lines" '
		BEGIN { srand(seed); k = 1 }
		{ print >(dir "/" k ".log") }
		rand() < 6 / lines { close(dir "/" k ".log"); k++ }' "$work/log"
	report -j2 "$work"/piece/*.log
	law "split into $(find "$work/piece" -type f | wc -l) files"
done
awk -v dir="$work" '{ print >(dir "/dealt." NR % 5) }' "$work/log"
report -j7 "$work"/dealt.*
law "dealt out to five files"

# Counted apart, added up in any tree: pieces may be alike by chance, hence --allow-duplicates.
counts() { "$prog" count -c "$config" "$@" 2>>"$work/err"; }
combine() { "$prog" merge --partial "$@"; }
for seed in 4 5 6; do
	rm -rf "$work/piece"
	mkdir "$work/piece"
	awk -v seed=$seed -v dir="$work/piece" '
		BEGIN { srand(seed); k = 2 + int(rand() * 9) }
		{ print >(dir "/" int(rand() * k) ".log") }' "$work/log"
	for piece in "$work"/piece/*.log; do counts -j$((seed % 3 + 1)) "$piece" >"$piece.part"; done
	report --counts --allow-duplicates "$work"/piece/*.part
	law "counts of $(find "$work/piece" -name '*.part' | wc -l) pieces"
	"$prog" merge -q --allow-duplicates "$work"/piece/*.part >"$work/sum" || { echo "broken: merge"; bad=$((bad + 1)); }
	report --counts --allow-duplicates - <"$work/sum"
	law "their sum"
	cat "$work"/piece/*.part >"$work/lines"
	for round in 1 2 3; do
		awk -v seed=$round$seed 'BEGIN { srand(seed) } { printf "%.9f\t%s\n", rand(), $0 }' "$work/lines" | sort |
			cut -f 2- | split -l $((900 * round)) - "$work/piece/cut."
		for cut in "$work"/piece/cut.*; do combine "$cut"; done >"$work/lines"
		rm "$work"/piece/cut.*
	done
	combine "$work/lines" | cmp -s - "$work/sum" || { echo "broken: another tree, another sum"; bad=$((bad + 1)); }
	report --counts --allow-duplicates "$work/lines"
	law "lines shuffled and added up three times"
done
counts "$work/log" >"$work/whole"
gzip -c "$work/log" | counts - | grep -v '^~' >"$work/piped"
grep -v '^~' "$work/whole" | cmp -s - "$work/piped" || { echo "broken: a pipe counts otherwise"; bad=$((bad + 1)); }
report --counts "$work/whole"
law "counts of the whole"

# Compression and pipes.
gzip -c "$work/log" >"$work/log.gz"
report "$work/log.gz"
law "gzip"
report -j1 "$work/log.gz"
law "gzip, one thread"
report -j2 "$work/log.gz"
law "gzip, one thread beside the other"
for k in 0 1 2 3 4; do gzip -c "$work/dealt.$k"; done >"$work/members.gz"
report -j2 "$work/members.gz"
law "gzip of five members"
{ gzip -c "$work/dealt.0"; head -c 700 /dev/zero; cat "$work/dealt.1" "$work/dealt.2" "$work/dealt.3" "$work/dealt.4" |
	gzip -1c; head -c 512 /dev/zero; } >"$work/padded"
report "$work/padded"
law "gzip members with zero padding, by no name"
if command -v zstd >/dev/null && zstd -qc <"$work/dealt.0" >"$work/0.zst" &&
	"$prog" report -c "$config" "$work/0.zst" 2>&1 >"$work/zstd" | grep -q zstdcat; then
	echo "skipped: zstd is not built in"
elif [ -s "$work/0.zst" ]; then
	zstd -qc <"$work/log" >"$work/log.zst"
	for jobs in 1 2; do
		report -j$jobs "$work/log.zst"
		law "zstd, $jobs threads"
	done
	{ printf '\120\052\115\030\003\000\000\000abc'; for k in 0 1 2 3 4; do
		zstd -qc --no-check <"$work/dealt.$k"; done; } >"$work/frames"
	report -j2 "$work/frames"
	law "zstd frames without checksums behind a skippable one, by no name"
fi
report -j7 "$work/dealt.0" "$work/members.gz" 2>/dev/null
cp "$work/got" "$work/double"
report -j1 "$work/members.gz" "$work/dealt.0"
cmp -s "$work/got" "$work/double" || { echo "broken: files in another order"; bad=1; }
# A pipe is what is meant here, not a file.
# shellcheck disable=SC2002
cat "$work/log" | report -
law "pipe"
gzip -dc "$work/log.gz" | report -j2 -
law "zcat pipe"
# shellcheck disable=SC2002
cat "$work/log.gz" | report -
law "compressed pipe"
report - <"$work/log"
law "redirected file"
(cat "$work/dealt.0"; sleep 0.1; cat "$work/dealt.1" "$work/dealt.2" "$work/dealt.3" "$work/dealt.4") | report -
law "slow pipe"

# Read sizes, on a few lines of it: all small ones, and those around the powers of two.
head -n 60 "$work/log" >"$work/few"
gzip -c "$work/few" >"$work/few.gz"
report -j1 "$work/few"
cp "$work/got" "$work/want"
for size in 1 2 3 4 5 6 7 8 9 10 11 12 13 15 16 17 18 19 23 29 31 32 33 37 41 47 53 61 63 64 65 71 79 83 97 101 127 \
	128 129 151 199 211 223 241 251 255 256 257 307 401 499 511 512 513 800 1023 1024 1025 2047 2048 4095 4096 8191; do
	report -j1 --buffer-bytes $size "$work/few"
	law "reads of $size bytes"
	report -j2 --buffer-bytes $size "$work/few.gz"
	law "compressed, reads of $size bytes"
	report -j2 --range-bytes $size "$work/few"
	law "ranges of $size bytes"
done
end
