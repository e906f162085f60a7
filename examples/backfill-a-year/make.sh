#!/bin/sh
# make.sh: makes the archives of this folder anew, the same bytes on every machine.  nines_generate comes from tests/bench.
set -eu
month=0
for days in 31 29 31 30 31 30 31 31 30 31 30 31; do
	month=$((month + 1))
	case $month in
	3) incident=14 campaign=30 ;;
	11) incident=29 campaign=60 ;;
	*) incident=0 campaign=0 ;;
	esac
	name=$(printf 'shop.access.log-2024%02d.gz' $month)
	nines_generate --lines $((700 + 20 * month)) --days $days --start "2024-$(printf %02d $month)-01" --seed $((month + 50)) \
		--incident-day $incident --campaign $campaign | gzip -9n >"$name"
done
