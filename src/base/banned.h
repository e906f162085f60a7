/* Calls that must not compile.  Every file of the library and the command line is built with this
 * header first. Unbounded or locale-bound calls have a replacement in base/; memory comes from
 * base/mem.  A file that wraps a banned call for the others says so in CMakeLists.txt. */
#ifndef BANNED_H
#define BANNED_H
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif
#pragma GCC poison strcpy strcat sprintf vsprintf strtok strtok_r atoi atol atoll atof strtol \
    strtoul strtoll strtoull
#pragma GCC poison scanf sscanf fscanf gmtime localtime gmtime_r localtime_r mktime strptime \
    setlocale mmap gzread gzgets
#ifndef BANNED_STRTOD_HERE
#pragma GCC poison strtod strtof strtold
#endif
#ifndef BANNED_MALLOC_HERE
#pragma GCC poison malloc calloc realloc free strdup strndup
#endif
#endif
