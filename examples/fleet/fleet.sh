#!/bin/sh
# fleet.sh HOST...: counts the access logs of all hosts where they are, and reports them together.
# SSH is the program that runs a command on a host.  Exit status: that of nines report; 3 when a host is lacking.
set -u
parts=${PARTS:-parts}
mkdir -p "$parts" || exit 2

# Status 3 is a log that was not whole: what was sound is in the part, and says so.  Any other one leaves no part, and
# the report then names it.
count() {
	rm -f "$parts/$1"
	${SSH:-ssh} "$1" nines count -c /dev/stdin access.log\* <slo.yaml >"$parts/$1.part"
	case $? in
	0 | 3) mv "$parts/$1.part" "$parts/$1" ;;
	*) rm -f "$parts/$1.part" ;;
	esac
}

for host; do
	count "$host" &
done
wait
for host; do
	set -- "$@" "$parts/$host"
	shift
done
exec nines report -c slo.yaml --counts "$@"
