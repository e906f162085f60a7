#!/bin/sh
# banned.sh LIBRARY: what the library's objects call, whatever the headers say.  Memory comes from mem.c, floating
# point text from num.c, the system from io.c; nothing prints, exits, or looks at locale, environment or clock.
# Sanitizers replace calls: skipped there (77).
[ -z "${NINES_SANITIZE-}" ] || { echo "skipped: built with -fsanitize=$NINES_SANITIZE"; exit 77; }
bad=$(nm -A -u "$1" | awk '
function allow(file, names,    i, n, name) {
	n = split(names, name, " ")
	for (i = 1; i <= n; i++)
		only[name[i]] = file
}
BEGIN {
	allow("mem", "malloc calloc realloc free strdup strndup posix_memalign aligned_alloc reallocarray")
	allow("num", "strtod strtof strtold")
	allow("io", "open open64 read write fsync rename unlink clock_gettime lseek lseek64 fchmod readlink getpid poll")
	allow("-", "strcpy strcat sprintf vsprintf strtok strtok_r atoi atol atoll atof strtol strtoul strtoll strtoull")
	allow("-", "scanf sscanf fscanf __isoc99_sscanf gmtime localtime gmtime_r localtime_r mktime timegm strptime")
	allow("-", "strftime setlocale nl_langinfo mmap mmap64 gzopen gzread gzgets getenv secure_getenv time gettimeofday")
	allow("-", "printf puts putchar fprintf vprintf vfprintf perror stdout stderr exit _exit abort signal sigaction")
	allow("-", "system popen fork execv socket rand srand random tmpfile mkstemp fopen fopen64")
}
{
	split($1, part, ":")
	file = part[2]
	sub(/\.c\.o$/, "", file)
	name = $NF
	sub(/@.*/, "", name)
	sub(/^__isoc99_/, "", name)
	if (name ~ /^__.*_chk$/) {
		sub(/^__/, "", name)
		sub(/_chk$/, "", name)
	}
	stem = file
	sub(/_.*/, "", stem)
	# xxhash.h is a header of functions; two that nobody calls stay in a build without optimisation.
	if ((file == "spec_digest" || file == "partial_text" || file == "identity") && (name == "malloc" || name == "free"))
		next
	if (name in only && only[name] != stem)
		print file ".c calls " name
}')
[ -z "$bad" ] || { echo "$bad"; exit 1; }
