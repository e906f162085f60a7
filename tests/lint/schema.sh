#!/bin/sh
# schema.sh PROGRAM SOURCE_DIR: the reports are what `nines schema report` says, histories what `nines schema backfill`
# says, and all good configs of the examples and tests what `nines schema config` says.  Python's jsonschema and yaml come
# with Debian's python3, not with every other.
for python in python3 /usr/bin/python3; do
	"$python" -c 'import jsonschema, yaml' 2>/dev/null && exec "$python" -B "$(dirname "$0")/schema.py" "$@"
done
echo "skipped: no python3 with jsonschema and yaml"
exit 77
