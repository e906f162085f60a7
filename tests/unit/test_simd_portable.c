/* The plain form, wherever the tests run. */
#define SIMD_PORTABLE
#include "test_simd.c"
