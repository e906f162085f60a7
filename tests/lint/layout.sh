#!/bin/sh
# layout.sh SOURCE_DIR: what every C file keeps to, whatever its author's editor: no blanks at a line's end, no carriage
# return, no line over 132 columns (a tab is 8) but for rows of tables and text of schemas.
cd "$1" || exit 2
find include src tests -name '*.[ch]' -exec awk '
function complain(what) {
	print FILENAME ":" FNR ": " what
	bad = 1
}
function columns(line,    i, n) {
	for (i = 1; i <= length(line); i++)
		n = substr(line, i, 1) == "\t" ? n - n % 8 + 8 : n + 1
	return n
}
FNR == 1 { table = 0 }
/clang-format off/ { table = 1 }
/clang-format on/ { table = 0 }
/[ \t]$/ { complain("blanks at the end of the line") }
/\r/ { complain("carriage return") }
length($0) > 60 && !table && !/^[\t ]*[{"]/ && columns($0) > 132 { complain(columns($0) " columns") }
END { exit bad }' {} + || exit 1
