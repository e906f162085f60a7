/* The plain form, wherever the tests run. */
#define SIMD_PORTABLE
#define needle_of   plain_needle_of
#define needle_find plain_needle_find
#include "test_needle.c"

#include "needle.c"
