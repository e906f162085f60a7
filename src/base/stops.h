/* Stops: where in a block of lines the bytes are that lines and fields end at, found in one pass
 * over the block for all who ask, a bit a byte.  Text is read in windows of 64 bytes, a word of
 * bits each; the bits of a last window that is not full are zero behind the text. */
#ifndef STOPS_H
#define STOPS_H
#include "simd.h"
#include "str.h"

struct stops {
	struct str block; /* whose stops these are, as far as it was looked at */
	uint64_t *quote;  /* '"', by window */
	uint64_t *escape; /* '\\', or NULL: nobody asks */
};

/* Looks at so many windows from p on.  quote and escape may be NULL.  Whether some byte is over
 * 0x7f. */
int stops_look(const char *p, size_t windows, uint64_t *newline, uint64_t *quote, uint64_t *escape);

static inline size_t stops_window(const struct stops *m, const char *p)
{
	return (size_t)(p - m->block.p) / SIMD_WINDOW;
}

/* The first byte of [p, end) that is marked in `mark`, or NULL. */
static inline const char *stops_find(
    const struct stops *m, const uint64_t *mark, const char *p, const char *end)
{
	const size_t last = stops_window(m, end);
	size_t window = stops_window(m, p);
	uint64_t bits = mark[window] & ~UINT64_C(0) << (size_t)(p - m->block.p) % SIMD_WINDOW;
	const char *found;

	while (!bits && window < last)
		bits = mark[++window];
	if (!bits)
		return NULL;
	found = m->block.p + window * SIMD_WINDOW + __builtin_ctzll(bits);
	return found < end ? found : NULL;
}

/* A walk over the marked bytes of [p, end), when several are asked for in turn. */
struct stops_walk {
	const uint64_t *window, *last;
	uint64_t bits;    /* of this window: those not yet passed */
	const char *from; /* where this window begins */
	const char *end;
};

static inline struct stops_walk stops_walk(
    const struct stops *m, const uint64_t *mark, const char *p, const char *end)
{
	const size_t at = (size_t)(p - m->block.p);
	const uint64_t *window = mark + at / SIMD_WINDOW;

	return (struct stops_walk){
		.window = window,
		.last = mark + stops_window(m, end),
		.bits = *window & ~UINT64_C(0) << at % SIMD_WINDOW,
		.from = p - at % SIMD_WINDOW,
		.end = end,
	};
}

/* The next one.  Behind the last it gives `end` or something behind that. */
static inline const char *stops_next(struct stops_walk *w)
{
	const char *found;

	while (!w->bits) {
		if (w->window == w->last)
			return w->end;
		w->bits = *++w->window;
		w->from += SIMD_WINDOW;
	}
	found = w->from + __builtin_ctzll(w->bits);
	w->bits &= w->bits - 1;
	return found;
}
#endif
