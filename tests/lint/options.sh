#!/bin/sh
# options.sh PROGRAM SOURCE_DIR: the options that the help of all verbs shows are those that nines(1) describes, with the
# same letters.
set -eu
prog=$1 src=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$prog" help | sed -n 's/^  nines \([a-z]*\) .*/\1/p' >"$work/verbs"
[ -s "$work/verbs" ] || { echo "nines help lists no verbs"; exit 1; }
while read -r verb; do
	"$prog" help "$verb"
done <"$work/verbs" | sed -n 's/^  \(-[a-zA-Z]\), \(--[a-z-]*\).*/\1 \2/p; s/^ *\(--[a-z-]*\).*/\1/p' |
	sort -u >"$work/help"
sed 's/Fl Fl /Fl -/g' "$src/man/nines.1" |
	sed -n 's/^\.It Fl \([a-zA-Z]\) , Fl -\([a-z-]*\).*/-\1 --\2/p; s/^\.It Fl -\([a-z-]*\).*/--\1/p' |
	sort -u >"$work/page"
sed -n 's/^\.It Cm \([a-z]*\)$/\1/p' "$src/man/nines.1" | sort -u >"$work/page.verbs"
sort -u "$work/verbs" >"$work/help.verbs"
bad=0
diff -u "$work/help.verbs" "$work/page.verbs" | grep '^-[^-]' && { echo "verbs that nines.1 lacks"; bad=1; }
diff -u "$work/help" "$work/page" || { echo "help (-) and nines.1 (+) differ"; bad=1; }
exit $bad
