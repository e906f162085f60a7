#!/bin/sh
# kill.sh PROGRAM SCENARIO: kills a run at each call that writes, syncs, cuts, removes, renames or opens one of its files;
# after each the same command, run again, must leave exactly what a run that nobody killed leaves.
set -u
program=$1 scenario=$2
# shellcheck source=tests/store/common.sh
. "$(dirname "$0")/common.sh"
command -v strace >/dev/null || skip "strace is not installed"
command -v jq >/dev/null || skip "jq is not installed"
[ -z "${NINES_SANITIZE-}" ] || skip "built with -fsanitize=$NINES_SANITIZE, which opens and writes by itself"
strace -o /dev/null true 2>/dev/null || skip "ptrace is not permitted here"

ingest() { "$program" ingest -q -c nines.yaml --state s/nines.db "$@"; }

# What is there before the run that is killed.
prepare() {
	mkdir s
	config 99% >nines.yaml
	lines 1 40 >x.log
	[ "$scenario" != create ] || : >x.log
	case $scenario in
	create | first) return 0 ;;
	prune) config 99% 2d >nines.yaml; lines 1 20 11 >x.log; lines 1 20 12 >>x.log ;;
	esac
	ingest x.log || exit 1
	case $scenario in
	append) lines 41 60 >>x.log ;;
	rotate) lines 41 50 >>x.log; mv x.log x.log.1; gzip x.log.1; lines 51 70 >x.log ;;
	sources) lines 101 120 >y.log; lines 41 50 >>x.log ;;
	many) for i in 2 3 4; do lines ${i}01 ${i}20 >x.log.$i; done ;;
	rule | recount) lines 41 60 >>x.log; config 99% | sed 's/\^2/^[25]/' >nines.yaml ;;
	prune) config 99% >later.yaml; lines 1 20 16 >>x.log; "$program" ingest -q -c later.yaml --state s/nines.db x.log ;;
	forget) lines 101 120 >y.log; ingest y.log ;;
	esac || exit 1
}

# The run that is killed.
run() {
	case $scenario in
	create | first | append | rule) set -- ingest -q -c nines.yaml --state s/nines.db x.log ;;
	rotate) set -- ingest -q -c nines.yaml --state s/nines.db x.log x.log.1.gz ;;
	sources) set -- ingest -q -c nines.yaml --state s/nines.db x.log y.log ;;
	many) set -- ingest -q -c nines.yaml --state s/nines.db x.log x.log.2 x.log.3 x.log.4 ;;
	recount) set -- backfill -c nines.yaml --state s/nines.db x.log ;;
	prune) set -- store prune -c nines.yaml --state s/nines.db ;;
	forget) set -- store forget -c nines.yaml --state s/nines.db x.log ;;
	esac
	$tracer "$program" "$@" </dev/null >out 2>err
}

outcome() { # what there is in the end
	state
	"$program" store verify --state s/nines.db || echo "verify: $?"
}

mkdir "$work/start" && cd "$work/start" && prepare
cp -R "$work/start" "$work/want" && cd "$work/want" || exit 2
tracer='strace -f -o trace -e trace=write,pwrite64,fsync,fdatasync,ftruncate,unlink,rename,link,openat'
run || { cat err; fail "nobody killed it, and it failed"; exit 1; }
outcome >ended

# Each call by its name and number; of what is opened, only what is of the run.
points=$(sed -n 's/^[0-9]* *\([a-z0-9]*\)(.*/&/p' trace | awk '{
	call = $2
	sub(/\(.*/, "", call)
	n[call]++
	if (call != "openat" || $0 ~ /nines\.(db|yaml)|\.log|"s/)
		print call ":" n[call]
}')
[ -n "$points" ] || { fail "no calls were seen"; exit 1; }
killed=0
for point in $points; do
	rm -rf "$work/is"
	cp -R "$work/start" "$work/is" && cd "$work/is" || exit 2
	tracer="strace -f -o /dev/null -e inject=${point%:*}:signal=SIGKILL:when=${point#*:}"
	run
	rc=$?
	[ $rc -ne 137 ] || killed=$((killed + 1))
	tracer=
	run
	rc=$?
	# What was forgotten before the end came is not there to be forgotten again.
	[ $rc -eq 0 ] || [ "$scenario" = forget ] || { cat err; fail "$point: then exit status $rc"; }
	outcome >ended
	cmp -s "$work/want/ended" ended || { fail "killed at $point"; diff "$work/want/ended" ended | head -n 20; }
done
echo "$scenario: killed at $killed of $(echo "$points" | wc -l) calls"
[ $killed -gt 5 ] || fail "hardly ever killed"
exit $failed
