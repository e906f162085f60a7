#include "stops.h"

/* Inlined once for each choice of stops, so that none of them costs those who do not ask. */
static inline int look(
    const char *p, size_t windows, uint64_t *newline, uint64_t *quote, uint64_t *escape)
{
	struct simd_laid laid = simd_laid_none();

	for (size_t i = 0; i < windows; i++, p += SIMD_WINDOW) {
		newline[i] = simd_window_equal(p, '\n');
		if (quote)
			quote[i] = simd_window_equal(p, '"');
		if (escape)
			escape[i] = simd_window_equal(p, '\\');
		laid = simd_lay_window(laid, p);
	}
	return !simd_laid_is_ascii(laid);
}

#if defined(__x86_64__) && !defined(SIMD_PORTABLE)
#include <immintrin.h>

/* The same by registers twice as wide, where the processor has them: all the text goes through here
 * and nothing of it is kept in between, so that here they are worth their while. */
#define WIDE __attribute__((target("avx2")))

WIDE static inline uint64_t wide_equal(__m256i low, __m256i high, char c)
{
	const __m256i all = _mm256_set1_epi8(c);

	return (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, all)) |
	    (uint64_t)(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(high, all)) << 32;
}

WIDE static inline int wide_look(
    const char *p, size_t windows, uint64_t *newline, uint64_t *quote, uint64_t *escape)
{
	__m256i laid = _mm256_setzero_si256();

	for (size_t i = 0; i < windows; i++, p += SIMD_WINDOW) {
		const __m256i *bytes = (const __m256i *)(const void *)p;
		const __m256i low = _mm256_loadu_si256(bytes);
		const __m256i high = _mm256_loadu_si256(bytes + 1);

		newline[i] = wide_equal(low, high, '\n');
		if (quote)
			quote[i] = wide_equal(low, high, '"');
		if (escape)
			escape[i] = wide_equal(low, high, '\\');
		laid = _mm256_or_si256(laid, _mm256_or_si256(low, high));
	}
	return _mm256_movemask_epi8(laid) != 0;
}

WIDE static int look_wide(
    const char *p, size_t windows, uint64_t *newline, uint64_t *quote, uint64_t *escape)
{
	if (quote && escape)
		return wide_look(p, windows, newline, quote, escape);
	return quote ? wide_look(p, windows, newline, quote, NULL)
	             : wide_look(p, windows, newline, NULL, NULL);
}

static int is_wide(void)
{
	return __builtin_cpu_supports("avx2");
}
#else
#define look_wide look
static int is_wide(void)
{
	return 0;
}
#endif

int stops_look(const char *p, size_t windows, uint64_t *newline, uint64_t *quote, uint64_t *escape)
{
	if (is_wide())
		return look_wide(p, windows, newline, quote, escape);
	if (quote && escape)
		return look(p, windows, newline, quote, escape);
	return quote ? look(p, windows, newline, quote, NULL)
	             : look(p, windows, newline, NULL, NULL);
}
