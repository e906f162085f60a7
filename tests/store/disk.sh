#!/bin/sh
# disk.sh PROGRAM limit|full|readonly: the store cannot be written.  Exit status 2 and a message, the store as it was,
# and the next run does all that this one could not.  `limit`: files may not grow beyond a limit; `full`: a file system
# without room; `readonly`: one that is read-only.
set -u
program=$1 kind=$2
# shellcheck source=tests/store/common.sh
. "$(dirname "$0")/common.sh"
command -v jq >/dev/null || skip "jq is not installed"
cd "$work" || exit 2
case $kind in full | readonly)
	unshare -rm sh -c 'mount -t tmpfs -o size=64k none /mnt' 2>/dev/null || skip "nothing can be mounted here" ;;
esac

ingest() { "$program" ingest -q -c nines.yaml --state s/nines.db "$@"; }

outcome() {
	state
	"$program" store verify --state s/nines.db || echo "verify: $?"
}

logs() { # FROM TO: logs of a line a minute, so that there is much to be written of little
	lines 1 20000 | awk -v from="$1" -v to="$2" 'NR % 60 == 0 && NR >= from * 60 && NR <= to * 60'
}

config 99% >nines.yaml
logs 1 100 >a.log
logs 101 330 >b.log
mkdir s
ingest a.log || exit 1
cp -R s s.a
outcome >want.a
ingest a.log b.log || exit 1
outcome >want.b
size=$(wc -c <s.a/nines.db)

# judge RC: after a run that could not, or could.
judge() {
	case $1 in
	0) outcome >is; cmp -s want.b is || fail "$name: exit status 0, and other counts"; done=$((done + 1)) ;;
	2)
		[ -s err ] || fail "$name: no message"
		outcome >is
		cmp -s want.a is || cmp -s want.b is || { fail "$name: the store is not what it was"; diff want.a is | head; }
		refused=$((refused + 1)) ;;
	*) fail "$name: exit status $1"; cat err ;;
	esac
}

again() { # with room
	ingest a.log b.log || fail "$name: then exit status $?"
	outcome >is
	cmp -s want.b is || { fail "$name: then other counts"; diff want.b is | head; }
}

refused=0 done=0
case $kind in
limit)
	# In blocks of 512 bytes, from none at all to enough.
	for blocks in 0 1 2 8 9 16 24 $((size / 512 - 8)) $((size / 512)) $((size / 512 + 8)) $((size / 512 + 16)) \
		$((size / 512 + 32)) $((size / 512 + 64)) $((size / 512 + 128)) $((size / 512 + 4096)); do
		name="limit of $blocks blocks"
		rm -rf s && cp -R s.a s || exit 2
		# The limit's signal is to be ignored; the message must not be limited.
		{ (trap '' XFSZ; ulimit -f "$blocks"; ingest a.log b.log); echo $? >&3; } 3>rc 2>&1 | cat >err
		judge "$(cat rc)"
		again
	done ;;
full)
	for blocks in 0 1 2 3 4 6 8 12 16 24 32 1000; do
		name="$blocks free pages"
		rm -rf s && mkdir s || exit 2
		# A file of ballast leaves just that much room; what is there in the end is taken out again.
		# The inner shell expands these.
		# shellcheck disable=SC2016
		unshare -rm sh -c 'mount -t tmpfs -o size=8m none s && cp s.a/* s/ && cd s &&
			head -c 8m /dev/zero >ballast 2>/dev/null
			truncate -s -$(('"$blocks"' * 4096)) ballast
			cd .. && "$@" ingest -q -c nines.yaml --state s/nines.db a.log b.log 2>err
			echo $? >rc
			rm s/ballast; mkdir out && cp s/* out/' sh "$program" 2>/dev/null
		rm -rf s && mv out s || exit 2
		judge "$(cat rc)"
		again
	done ;;
readonly)
	name=read-only
	rm -rf s && mkdir s || exit 2
	# shellcheck disable=SC2016
	unshare -rm sh -c 'mount -t tmpfs -o size=8m none s && cp s.a/* s/ && mount -o remount,ro s &&
		"$@" ingest -q -c nines.yaml --state s/nines.db a.log b.log 2>err
		echo $? >rc
		"$@" report -c nines.yaml --state s/nines.db --as-of 2025-01-20T00:00:00Z -f json >report
		"$@" ingest -q -c nines.yaml --state s/none.db a.log 2>err2
		echo $? >rc2
		mkdir out && cp s/* out/' sh "$program"
	rm -rf s && mv out s || exit 2
	jq -e '.input.lines == 100' report >/dev/null || fail "no report of a store that cannot be written"
	{ [ "$(cat rc2)" = 2 ] && [ -s err2 ]; } || fail "making a store: exit status $(cat rc2)"
	judge "$(cat rc)"
	again
	done=1 ;;
esac
echo "$kind: refused $refused times, done $done times"
{ [ $refused -gt 0 ] && [ $done -gt 0 ]; } || fail "one of the two never happened"
exit $failed
