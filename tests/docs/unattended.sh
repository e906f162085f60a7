#!/bin/sh
# unattended.sh PROGRAM SOURCE_DIR: what examples/unattended installs works: systemd accepts the units, logrotate itself runs
# the hook and no line is lost or doubled, and cron's commands run as they stand.
set -u
PATH=$(cd "$(dirname "$1")" && pwd):$PATH
source=$2
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
cp -r "$source/examples/unattended" "$work/example" || exit 2
cd "$work/example" || exit 2
failed=0 skipped=

fail() {
	echo "FAILED: $*"
	failed=1
}

if command -v systemd-analyze >/dev/null; then
	mkdir "$work/units"
	cp nines-ingest.timer "$work/units"
	sed "s|/usr/bin/nines|$(command -v nines)|" nines-ingest.service >"$work/units/nines-ingest.service"
	said=$(SYSTEMD_LOG_LEVEL=warning systemd-analyze verify --man=no "$work/units/nines-ingest.service" \
		"$work/units/nines-ingest.timer" 2>&1) || fail "systemd-analyze verify: $said"
	[ -z "$said" ] || fail "systemd-analyze verify says: $said"
else
	skipped="$skipped systemd-analyze"
fi

logrotate=$(PATH=$PATH:/usr/sbin:/sbin command -v logrotate)
if [ -n "$logrotate" ]; then
	mkdir "$work/log"
	owner=$(id -un) group=$(id -gn)
	sed -e "s|/var/log/nginx|$work/log|" -e "s|www-data adm|$owner $group|" nginx.logrotate >"$work/logrotate.conf"
	chmod 644 "$work/logrotate.conf"
	sed "s|'access.log\*'|'$work/log/access.log*'|" nines.yaml >"$work/nines.yaml"
	sed -i "s|^state: .*|state: $work/log.db|" "$work/nines.yaml"
	NINES_CONFIG=$work/nines.yaml
	export NINES_CONFIG
	zcat access.log.2.gz | cat - access.log.1 access.log >"$work/all"
	total=$(wc -l <"$work/all")
	at=0
	while [ "$at" -lt "$total" ]; do # thirty lines at a time, a rotation after each
		sed -n "$((at + 1)),$((at + 30))p" "$work/all" >>"$work/log/access.log"
		at=$((at + 30))
		"$logrotate" -f -s "$work/logrotate.state" "$work/logrotate.conf" 2>"$work/said" || fail "logrotate: $(cat "$work/said")"
	done
	nines ingest -q || fail "the last ingest"
	counted=$(nines report -f json --as-of 2025-02-06 | jq .input.lines)
	[ "$counted" = "$total" ] || fail "logrotate: $counted of $total lines were counted"
	unset NINES_CONFIG
else
	skipped="$skipped logrotate"
fi

grep '^[*0-9]' nines.cron | while read -r minute hour day month weekday user command; do
	case "$minute $hour $day $month $weekday $user" in
	*[!0-9*/,\ a-z-]*) echo "not a cron line: $minute $hour $day $month $weekday $user" ;;
	esac
	case $command in
	*gate*) expected=3 ;; # the sample's counts are stale by now
	*) expected=0 ;;
	esac
	sh -c "$command" >"$work/said" 2>&1
	status=$?
	[ "$status" -eq "$expected" ] || { echo "exit status $status of: $command"; cat "$work/said"; }
done >"$work/cron"
[ ! -s "$work/cron" ] || fail "cron: $(cat "$work/cron")"

[ -z "$skipped" ] || echo "skipped:$skipped not installed"
exit $failed
