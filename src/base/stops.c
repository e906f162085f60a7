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

int stops_look(const char *p, size_t windows, uint64_t *newline, uint64_t *quote, uint64_t *escape)
{
	if (quote && escape)
		return look(p, windows, newline, quote, escape);
	return quote ? look(p, windows, newline, quote, NULL)
	             : look(p, windows, newline, NULL, NULL);
}
