# shellcheck shell=sh
# packages.sh: what building and testing need, by Debian package, and a function that installs what is missing.
# Sourced by run.sh and examples/quickstart.sh.

# packages_missing GROUP...: the packages of these groups that dpkg does not know as installed.
packages_missing() {
	for group; do
		case $group in
		build) echo gcc libc6-dev cmake ninja-build pkg-config libpcre2-dev libyaml-dev zlib1g-dev libxxhash-dev libsqlite3-dev \
			libzstd-dev
			case $(dpkg --print-architecture) in amd64 | arm64) echo libisal-dev ;; esac ;;
		test) echo check clang libclang-rt-dev clang-format clang-tidy binutils gzip jq mandoc python3 python3-jsonschema \
			python3-yaml shellcheck sqlite3 tzdata util-linux zstd ;;
		peers) echo logrotate nginx-light strace systemd valgrind ;; # tests that need them skip, saying so
		esac
	done | tr ' ' '\n' | while read -r package; do
		[ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || echo "$package"
	done
}

# packages_install GROUP...: installs them, with sudo where not root; elsewhere than on Debian says what is needed.
packages_install() {
	if ! command -v apt-get >/dev/null; then
		cat >&2 <<-'END'
			There is no apt-get here. Needed are a C11 compiler, CMake (3.21), Ninja, pkg-config, and the headers of
			PCRE2, libyaml, zlib, xxHash and SQLite (3.37), and, if wanted, of zstd and ISA-L:
			  Fedora   dnf install gcc cmake ninja-build pkgconf pcre2-devel libyaml-devel zlib-devel xxhash-devel sqlite-devel \
			           libzstd-devel isa-l-devel
			  Arch     pacman -S gcc cmake ninja pkgconf pcre2 libyaml zlib xxhash sqlite zstd isa-l
			  Alpine   apk add build-base cmake samurai pkgconf pcre2-dev yaml-dev zlib-dev xxhash-dev sqlite-dev zstd-dev tzdata
			  macOS    brew install cmake ninja pkgconf pcre2 libyaml xxhash sqlite zstd isa-l
			Going on with what is there.
		END
		return 0
	fi
	packages=$(packages_missing "$@" | tr '\n' ' ')
	[ -n "$packages" ] || return 0
	as_root=
	[ "$(id -u)" -eq 0 ] || as_root=sudo
	echo "Installing: $packages"
	# shellcheck disable=SC2086
	$as_root apt-get update -q >/dev/null &&
		$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $packages >/dev/null
}
