#!/bin/sh
# bench.sh: nines beside the tools a user would otherwise use, on the same files in the same run.
#
# Makes the logs, runs everything in turns, takes medians, checks that all count the same, and prints
# each ratio beside its target.  Exit status: 0 all targets met, 1 a target missed, 2 a count differs or
# something failed, 77 it cannot run here.  Everything is written below $TMPDIR and removed.
set -eu
export LC_ALL=C TZ=UTC

usage() {
	cat <<'EOF'
usage: bench.sh [OPTION...]
  --lines N         lines of the large log (5000000)
  --rounds R        runs of each command, of which the median counts (5)
  --tiny            20000 lines, one round: compares counts, judges no time
  --only LIST       groups to run: plain,slow,gzip,gzips,pipe,json,merge,start,growth (all)
  --no-install      leave out peers that are not installed
  --nines FILE      a built nines, and where the benchmark's own tools, such as
  --tools DIR       nines_generate, are; without them all are built for release
  --zlib FILE       a nines that was built without ISA-L; without it and the others
                    one is built, where the first has ISA-L
EOF
}

lines=5000000 rounds=5 only=plain,slow,gzip,gzips,pipe,json,merge,start,growth
be_tiny() { lines=20000 rounds=1; }
# shellcheck source=tests/bench/race.sh
. "$(dirname "$0")/race.sh"
peers=$here/peers
# shellcheck source=tests/bench/configs.sh
. "$here/configs.sh"

say() { printf '%s\n' "$*"; }
has() { command -v "$1" >/dev/null 2>&1; }
wants() { case ,$only, in *",$1,"*) ;; *) return 1 ;; esac; }

# ---- what is needed ----

install_peers() {
	missing=''
	while read -r program package; do
		has "$program" || missing="$missing $package"
	done <<'EOF'
rg ripgrep
mawk mawk
gawk gawk
goaccess goaccess
mtail mtail
lnav lnav
pigz pigz
igzip isal
zstd zstd
jq jq
taskset util-linux
EOF
	[ -n "$missing" ] || return 0
	[ $install = yes ] || { say "left out, not installed:$missing"; return 0; }
	# Package names, one a word.
	# shellcheck disable=SC2086
	{ apt-get update && apt-get install -y --no-install-recommends $missing; } >"$work/apt" 2>&1 ||
		{ tail -n 5 "$work/apt"; say "cannot install:$missing"; exit 2; }
}

has_isal() { ldd "$nines" 2>/dev/null | grep -q isal; }

build_zlib() {
	[ -z "$zlib" ] && [ "$nines" = "$work/build/nines" ] && has_isal || return 0
	make zlib -DNINES_ISAL=OFF
	zlib=$work/zlib/nines
}

# ---- logs ----

log() {
	"$generate" --seed 1 --start 2025-01-01 "$@"
}

# part_up FILE N DIR FILTER: its lines in N files there, by a command that writes each "$FILE".
part_up() {
	mkdir "$3"
	split -n "l/$2" --filter="$4" "$1" "$3/"
}

logs() {
	say "logs of $lines lines"
	tenth=$((lines / 10))
	log --lines "$lines" --days 30 | "$lay" "$work/log"
	log --lines $tenth --days 30 | "$lay" "$work/tenth"
	! wants plain || cp "$work/log" "$work/at-one-go"
	! wants gzip || gzip -c "$work/log" >"$work/log.gz"
	! wants gzip || ! has zstd || zstd -qc "$work/log" >"$work/log.zst"
	! wants json || log --lines $((lines / 5)) --days 30 --style json-nginx | "$lay" "$work/nginx"
	! wants json || log --lines $((lines / 5)) --days 30 --style json-caddy | "$lay" "$work/caddy"
	! wants start || log --lines 1000 --days 1 >"$work/short"
	! wants gzips || part_up "$work/log" 24 "$work/split" "gzip >\"\$FILE.gz\""
	! wants growth || growth_logs
	cat "$work"/* >/dev/null 2>&1 || :
}

growth_logs() {
	for n in 1 2 4 8; do
		head -n $((lines * n / 8)) "$work/log" | "$lay" "$work/lines$n"
	done
	for n in 1 2 4 8 16 32 64; do
		part_up "$work/tenth" $n "$work/files$n" "'$lay' \"\$FILE\""
	done
	for n in 8 16 32 64 128; do
		log --lines $tenth --days $n | "$lay" "$work/days$n"
	done
}

# ---- what must come out ----

# oracle FILE N: what mawk counts in the first N journeys.
oracle() {
	awk -v journeys="$2" -f "$peers/count.awk" "$work/journeys" "$1" | sort
}

# counts NAME: the counts that a nines run or a peer left, as "JOURNEY/SLI VALID GOOD".
counts() {
	case $1 in
	mtail) sed -n 's/^\(valid\|good\){.*sli="\(.*\)"} \(.*\)$/\1 \2 \3/p' "$work/out/$1.out" |
		awk '{ v[$2, $1] = $3; s[$2] } END { for (k in s) print k, v[k, "valid"], v[k, "good"] }' ;;
	mawk | gawk | mawk-tenth) cat "$work/out/$1.out" ;;
	lnav) tr ',' ' ' <"$work/out/$1.out" | grep / ;;
	wc* | zcat* | zstdcat* | cat* | sort* | pigz | igzip) awk '{ print "lines", $1 }' "$work/out/$1.out" ;;
	rg | rg-twice | grep | merge | mawk-merge) cat "$work/out/$1.out" ;;
	goaccess) jq -r '"lines \(.general.valid_requests)"' "$work/goaccess.json" ;;
	*) jq -r '.journeys[] | .name as $j | .slis[] |
		"\($j)/\(.name) \(.objectives[0].valid) \(.objectives[0].good)"' "$work/out/$1.out" ;;
	esac | sort
}

# agree NAME EXPECTED: compares what NAME counted with a file.
agree() {
	counts "$1" >"$work/counted"
	cmp -s "$2" "$work/counted" && return 0
	fail "$1 counts otherwise:"
	diff "$2" "$work/counted" | head -n 5
}

# ---- races: rows for the stopwatch, and what each has to count ----

race() {
	: >"$work/race"
	: >"$work/expect"
}

# row NAME EXPECTED COMMAND: EXPECTED is a file, or - for a command that counts nothing.
row() {
	printf '%s\t%s\n' "$1" "$3" >>"$work/race"
	printf '%s %s\n' "$1" "$2" >>"$work/expect"
}

# peer PROGRAM NAME EXPECTED COMMAND: a row when the program is there.
peer() {
	! has "$1" || row "$2" "$3" "$4"
}

# report NAME EXPECTED CONFIG JOBS INPUT...
report() {
	name=$1 expected=$2 config=$3 jobs=$4
	shift 4
	row "$name" "$expected" "exec $nines report -c $work/$config.yaml -f json -j $jobs $*"
}

# report_zlib NAME EXPECTED INPUT...
report_zlib() {
	name=$1 expected=$2
	shift 2
	[ -z "$zlib" ] || row "$name" "$expected" "exec $zlib report -c $work/t1.yaml -f json -j 2 $*"
}

run() {
	say "racing: $(cut -f 1 "$work/race" | tr '\n' ' ')"
	"$stopwatch" "$rounds" "$work/out" <"$work/race" >"$work/raced"
	cat "$work/raced" >>"$work/times"
	while read -r name expected; do
		status=$(awk -F '\t' -v n="$name" '$1 == n { print $5 }' "$work/raced")
		[ "$status" = 0 ] || { fail "$name ended with $status"; tail -n 3 "$work/out/$name.err"; continue; }
		[ "$expected" = - ] || agree "$name" "$expected"
	done <"$work/expect"
}

expectations() {
	echo "lines $lines" >"$work/all"
	echo "lines $tenth" >"$work/all.tenth"
	oracle "$work/log" 3 >"$work/is.t1"
	oracle "$work/log" 10 >"$work/is.t2"
	oracle "$work/tenth" 3 >"$work/is.tenth"
	grep availability "$work/is.tenth" >"$work/is.lnav"
	grep checkout/availability "$work/is.t1" >"$work/is.t3"
	cut -d ' ' -f 2 "$work/is.t3" >"$work/is.rg"
	cut -d ' ' -f 2- "$work/is.t3" | tr ' ' '\n' | sort >"$work/is.rg-twice"
}

plain_race() {
	race
	row wc "$work/all" "exec wc -l $work/log"
	report t1 "$work/is.t1" t1 1 "$work/log"
	report t1-j2 "$work/is.t1" t1 2 "$work/log"
	report t2 "$work/is.t2" t2 1 "$work/log"
	report t2-j2 "$work/is.t2" t2 2 "$work/log"
	report j100 - j100 1 "$work/log"
	peer rg rg "$work/is.rg" "exec rg -c '$order' $work/log"
	peer rg rg-twice "$work/is.rg-twice" "rg -c '$order' $work/log; exec rg -c '$order.*$answered' $work/log"
	report t3 "$work/is.t3" t3 1 "$work/log"
	report pattern "$work/is.t1" pattern 1 "$work/log"
	peer mawk mawk "$work/is.t1" "exec mawk -f $peers/t1.awk $work/log"
	peer gawk gawk "$work/is.t1" "exec gawk -f $peers/t1.awk $work/log"
	row wc-at-one-go "$work/all" "exec wc -l $work/at-one-go"
	report t1-at-one-go "$work/is.t1" t1 1 "$work/at-one-go"
	row cat - "exec cat $work/log >/dev/null"
	row twice - "$nines report -c $work/t1.yaml -j 1 $work/log & $nines report -c $work/t1.yaml -j 1 $work/log; wait"
	row grep "$work/is.rg" "exec grep -cP '$order' $work/log"
	run
}

lnav_query=";SELECT CASE WHEN cs_uri_stem = '/api/completePurchase' THEN 'checkout'
 WHEN cs_uri_stem = '/api/cart' THEN 'cart' ELSE 'browse' END || '/availability' AS sli, count(*) AS valid,
 sum(sc_status BETWEEN 200 AND 499) AS good FROM access_log
 WHERE cs_method = 'POST' AND cs_uri_stem IN ('/api/completePurchase', '/api/cart')
 OR cs_method = 'GET' AND (cs_uri_stem = '/search' OR cs_uri_stem LIKE '/p/%' OR cs_uri_stem LIKE '/c/%')
 GROUP BY 1"
lnav_query=$(printf '%s' "$lnav_query" | tr '\n' ' ')

slow_race() {
	mkdir -p "$work/home"
	race
	report t1-tenth "$work/is.tenth" t1 1 "$work/tenth"
	peer mawk mawk-tenth "$work/is.tenth" "exec mawk -f $peers/t1.awk $work/tenth"
	peer mtail mtail "$work/is.tenth" "exec mtail -one_shot -one_shot_format prometheus \
		-log_dir $work/home -progs $peers/t1.mtail -logs $work/tenth"
	peer goaccess goaccess "$work/all.tenth" "exec goaccess $work/tenth --no-global-config --no-progress \
		--log-format='%h %^[%d:%t %^] \"%r\" %s %b \"%R\" \"%u\" %T' --date-format=%d/%b/%Y \
		--time-format=%T -o $work/goaccess.json"
	peer lnav lnav "$work/is.lnav" "HOME=$work/home exec lnav -n -q -c \"$lnav_query\" \
		-c ':write-csv-to -' $work/tenth"
	run
}

reads_zstd() {
	[ -e "$work/log.zst" ] && ! "$nines" report -c "$work/t1.yaml" "$work/log.zst" 2>&1 >"$work/zstd" | grep -q zstdcat
}

gzip_race() {
	race
	row zcat-wc "$work/all" "zcat $work/log.gz | wc -l"
	row zcat-null - "exec zcat $work/log.gz >/dev/null"
	peer pigz pigz "$work/all" "pigz -dc $work/log.gz | wc -l"
	peer igzip igzip "$work/all" "igzip -dc $work/log.gz | wc -l"
	report gz "$work/is.t1" t1 2 "$work/log.gz"
	report gz-j1 "$work/is.t1" t1 1 "$work/log.gz"
	report_zlib gz-zlib "$work/is.t1" "$work/log.gz"
	row piped-gz "$work/is.t1" "cat $work/log.gz | exec $nines report -c $work/t1.yaml -f json -j 2 -"
	if reads_zstd; then
		row zstdcat-wc "$work/all" "zstdcat $work/log.zst | wc -l"
		report zst "$work/is.t1" t1 2 "$work/log.zst"
		report zst-j1 "$work/is.t1" t1 1 "$work/log.zst"
	fi
	run
}

gzips_race() {
	race
	row zcats-wc "$work/all" "zcat $work/split/*.gz | wc -l"
	report gzs "$work/is.t1" t1 2 "$work/split/*.gz"
	report_zlib gzs-zlib "$work/is.t1" "$work/split/*.gz"
	run
}

# Pipes are raced free and with both ends on one CPU: which of the two a user gets is the scheduler's choice.
pipe_race() {
	command="cat $work/log | exec $nines report -c $work/t1.yaml -f json -"
	race
	row cat-wc "$work/all" "cat $work/log | wc -l"
	row piped "$work/is.t1" "$command"
	row cat-drain - "cat $work/log | $drain"
	peer taskset cat-wc-1cpu "$work/all" "taskset -c 0 sh -c 'cat $work/log | wc -l'"
	peer taskset piped-1cpu "$work/is.t1" "taskset -c 0 sh -c '$command'"
	run
}

# The same dice roll the same requests in every style, so combined lines tell what the JSON lines must give.
json_race() {
	log --lines $((lines / 5)) --days 30 >"$work/fifth"
	oracle "$work/fifth" 3 >"$work/is.nginx"
	# Caddy tells durations more finely: what is a second in the one is more than that in the other.
	sed -E 's/.*"method":"([A-Z]+)",.*"uri":"([^"]*)",.*"duration":([0-9.]+),.*"status":([0-9]+),.*/"\1 \2" \4 "" "" \3/' \
		"$work/caddy" >"$work/fifth"
	oracle "$work/fifth" 3 >"$work/is.caddy"
	rm "$work/fifth"
	echo "lines $((lines / 5))" >"$work/all.json"
	race
	row wc-nginx "$work/all.json" "exec wc -l $work/nginx"
	report nginx "$work/is.nginx" json 1 "$work/nginx"
	row wc-caddy "$work/all.json" "exec wc -l $work/caddy"
	report caddy "$work/is.caddy" json 1 "$work/caddy"
	run
}

# A fleet's parts: a day of 20 SLIs from each of a hundred hosts.
merge_race() {
	log --lines $tenth --days 1 >"$work/day"
	"$nines" count -c "$work/t2.yaml" "$work/day" | grep -v '^~' >"$work/part"
	i=0
	while [ $i -lt 100 ]; do
		cat "$work/part"
		i=$((i + 1))
	done >"$work/parts"
	echo "lines $(wc -l <"$work/parts")" >"$work/all.parts"
	awk -f "$peers/merge.awk" "$work/parts" | sort >"$work/is.merged"
	race
	row merge "$work/is.merged" "exec $nines merge --partial $work/parts"
	peer mawk mawk-merge "$work/is.merged" "exec mawk -f $peers/merge.awk $work/parts"
	row sort-wc "$work/all.parts" "sort $work/parts | wc -l"
	row cat-parts-wc "$work/all.parts" "cat $work/parts | wc -l"
	run
}

start_race() {
	oracle "$work/short" 3 >"$work/is.short"
	race
	row true - 'exec true'
	report start "$work/is.short" t1 1 "$work/short"
	run
}

growth_race() {
	oracle "$work/tenth" 100 >"$work/is.j100"
	race
	for n in 1 2 4 8; do
		report lines$n - t1 1 "$work/lines$n"
	done
	for n in 12 25 50; do
		report journeys$n - j$n 1 "$work/tenth"
	done
	report journeys100 "$work/is.j100" j100 1 "$work/tenth"
	for n in 1 2 4 8 16 32 64; do
		report files$n "$work/is.tenth" t1 1 "$work/files$n/*"
	done
	for n in 8 16 32 64 128; do
		report days$n - t1 1 "$work/days$n"
	done
	run
}

# ---- the table ----

# verdict ID WORK VALUE UNIT at-most|at-least TARGET STRETCH: one row; VALUE may be empty (not measured).
verdict() {
	if [ -z "$3" ]; then
		printf '%-4s %-44s %10s %3s %8s  %s\n' "$1" "$2" - '' "$6" 'not measured'
		return 0
	fi
	word=$(awk -v v="$3" -v how="$5" -v t="$6" -v s="$7" 'BEGIN {
		sign = how == "at-least" ? -1 : 1
		print sign * v <= sign * s ? "stretch" : sign * v <= sign * t ? "met" : "MISSED" }')
	[ $tiny = no ] || word='(too small to judge)'
	[ "$word" != MISSED ] || missed=1
	printf '%-4s %-44s %10s %-3s %8s  %s\n' "$1" "$2" "$3" "$4" "$6" "$word"
}

# ratio OF TO: OF's median over TO's, or nothing.
ratio() {
	of=$(median "$1") to=$(median "$2")
	[ -z "$of" ] || [ -z "$to" ] || awk -v a="$of" -v b="$to" 'BEGIN { printf "%.2f", a / b }'
}

# at_most ID WORK OF TO TARGET STRETCH
at_most() { verdict "$1" "$2" "$(ratio "$3" "$4")" x at-most "$5" "$6"; }
at_least() { verdict "$1" "$2" "$(ratio "$3" "$4")" x at-least "$5" "$6"; }

# peaks: the peaks of all nines runs, largest first, "MIB NAME".
peaks() {
	awk -F '\t' 'NR == FNR { if ($2 ~ / report -c /) ours[$1]; next }
		$1 in ours { printf "%.1f %s\n", $4 / 1024, $1 }' "$work/rows" "$work/times" | sort -rn
}

# A table of doublings: NAME and its sizes.  Twice as much may take up to 2.2 times as long.
doublings() {
	prefix=$1
	shift
	last='' worst=''
	for n in "$@"; do
		us=$(median "$prefix$n")
		[ -n "$us" ] || return 0
		step=''
		[ -z "$last" ] || step=$(awk -v a="$us" -v b="$last" 'BEGIN { printf "%.2f", a / b }')
		printf '     %-10s %6s %12s us %8s\n' "$prefix" "$n" "$us" "${step:+x $step}"
		[ -z "$step" ] || worst=$(awk -v a="$step" -v b="${worst:-0}" 'BEGIN { print (a > b ? a : b) }')
		last=$us
	done
	verdict P13 "$prefix: worst doubling" "$worst" x at-most 2.2 2.05
}

table() {
	of_zlib=-zlib
	has_isal || of_zlib=''
	say
	printf '%-4s %-44s %10s %-3s %8s\n' '' "work ($lines lines, median of $rounds)" measured '' target
	at_most P1 'T1 -j1 / wc -l' t1 wc 2.5 2.0
	at_most P1 'T1 -j2 / wc -l' t1-j2 wc 1.4 1.1
	at_most P2 'T2 -j1 / wc -l' t2 wc 3.3 2.5
	at_most P2 'T2 -j2 / wc -l' t2-j2 wc 1.8 1.4
	at_most P3 '100 journeys / 3 journeys' j100 t1 2 1.3
	at_least P4 'mawk / T1 -j1' mawk t1 8 10
	at_least P4 'mtail / T1 -j1, a tenth of the lines' mtail t1-tenth 80 110
	at_least P4 'goaccess / T1 -j1, a tenth of the lines' goaccess t1-tenth 120 170
	at_most P5 'T3 / rg -c' t3 rg 1.1 0.9
	at_most P6 'pattern with named groups / wc -l' pattern wc 7.5 6
	at_most P7 'one .gz, zlib / zcat | wc -l' gz$of_zlib zcat-wc 0.40 0.32
	at_most P8 '24 .gz -j2, zlib / zcat | wc -l' gzs$of_zlib zcats-wc 0.22 0.18
	! has_isal || at_most P7 'one .gz, ISA-L / zcat | wc -l' gz zcat-wc 0.20 0.14
	! has_isal || at_most P8 '24 .gz -j2, ISA-L / zcat | wc -l' gzs zcats-wc 0.12 0.09
	at_most P9 'cat | nines / cat | wc -l' piped cat-wc 0.40 0.27
	at_most P10 'nginx JSON -j1 / wc -l' nginx wc-nginx 6 4
	at_most P10 'Caddy JSON -j1 / wc -l' caddy wc-caddy 6 4
	at_least P14 'mawk / merge, a hundred parts' mawk-merge merge 4 6
	at_most P14 'merge, a hundred parts / sort | wc -l' merge sort-wc 0.5 0.3
	peak=$(peaks | grep -v ' \(j\|journeys\)[0-9]*$' | head -n 1)
	verdict P11 "memory, up to ten journeys (most: ${peak#* })" "${peak% *}" MiB at-most 24 16
	start=$(median start)
	verdict P12 'start to finish, 1000 lines' "${start:+$(awk -v a="$start" 'BEGIN { printf "%.1f", a / 1000 }')}" \
		ms at-most 8 4
	doublings lines 1 2 4 8
	doublings journeys 12 25 50 100
	doublings files 1 2 4 8 16 32 64
	doublings days 8 16 32 64 128
	say
	say 'for comparison'
	# What nobody can better here: two that run at once, and a reader that does nothing.  And a log that was written at
	# one go: see lay.c.  What T3 asks, ripgrep needs two runs for.
	for pair in twice/t1 cat-drain/cat-wc wc-at-one-go/wc t1-at-one-go/wc-at-one-go cat/wc gawk/wc mawk/wc grep/wc rg/wc \
		t3/rg-twice lnav/t1-tenth zcat-null/zcat-wc pigz/zcat-wc igzip/zcat-wc \
		gz-j1/zcat-wc piped-gz/zcat-wc zst/zstdcat-wc zst-j1/zstdcat-wc piped-1cpu/cat-wc-1cpu merge/cat-parts-wc \
		start/true; do
		value=$(ratio "${pair%/*}" "${pair#*/}")
		[ -z "$value" ] || printf '     %-44s %10s x\n' "$pair" "$value"
	done
}

main() {
	install_peers
	has jq || { say 'skipped: jq is needed to read the counts'; exit 77; }
	build
	build_zlib
	configs
	logs
	expectations
	: >"$work/rows"
	for group in plain slow gzip gzips pipe json merge start growth; do
		wants $group || continue
		${group}_race
		cat "$work/race" >>"$work/rows"
	done
	say
	say "$(uname -sm), $(getconf _NPROCESSORS_ONLN) CPUs, $("$nines" --version | head -n 1)"
	table
	[ $failed = 0 ] || { say; say 'FAILED: see above'; exit 2; }
	[ $missed = 0 ] || exit 1
}

main
