#!/bin/sh
# quickstart.sh: from a fresh clone to a first report.  Installs the Debian packages that are missing (with sudo where not
# root), builds nines in build/release, and runs it on the shop's month of logs beside this file.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=tests/packages.sh
. "$root/tests/packages.sh"
packages_install build

cd "$root"
mkdir -p build
echo "Building nines in build/release ..."
{ cmake --preset release -DNINES_TESTS=OFF && cmake --build build/release; } >build/quickstart.log 2>&1 ||
	{ tail -n 40 build/quickstart.log; exit 2; }

cd examples/shop
echo "\$ nines report -c examples/shop/nines.yaml examples/shop/access.log"
echo
"$root/build/release/nines" report -c nines.yaml access.log
