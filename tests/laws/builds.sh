#!/bin/sh
# builds.sh PROGRAM LOG CONFIG PLAIN: PLAIN, which was built without any instruction that a processor may lack, with zlib
# alone and without PCRE2's JIT, reports what PROGRAM reports: of lines and of gzip, cut at any byte, by any number of
# threads.
set -u
plain=$4
[ -x "$plain" ] || { echo "skipped: there is no $plain"; exit 77; }
plain=$(cd "$(dirname "$plain")" && pwd)/$(basename "$plain")
# shellcheck source=tests/laws/law.sh
. "$(dirname "$0")/law.sh"

same() { # same NAME OPTION|LOG...
	name=$1
	shift
	"$prog" report -c "$config" -f json "$@" >want 2>want.err
	echo $? >>want
	"$plain" report --no-jit -c "$config" -f json "$@" >got 2>got.err
	echo $? >>got
	cat want.err >>want
	cat got.err >>got
	law "$name"
}

same 'the log' -j1 log
same 'the log, seven threads' -j7 --range-bytes 4093 log
for bytes in 1 61 4096; do same "read by $bytes bytes" --buffer-bytes $bytes log; done

# Lines that are damaged everywhere: the nth byte of each is another one.
for n in 1 9 27 60 95; do
	for by in '"' "\\\\" ' ' x; do
		awk -v n=$n -v by="$by" '{ print substr($0, 1, n) by substr($0, n + 2) }' log >damaged
		same "with '$by' as byte $((n + 1)) of each line" damaged
	done
done

head -n 2000 log >some
{ head -n 900 some | gzip -1; tail -n +901 some | gzip -9; } >some.gz
n=$(wc -c <some.gz)
for part in 1 2 3 5 7 11 13; do
	head -c $((n * part / 14)) some.gz >cut.gz
	same "gzip, cut after $part fourteenths" -j$((part % 3 + 1)) cut.gz
done
same 'gzip' -j2 some.gz
end
