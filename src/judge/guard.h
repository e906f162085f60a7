/* The guard: which journeys the first bytes of one field rule out, for all of them at once, so that
 * a hundred journeys cost hardly more than three.  Most journeys ask for a path that begins in a
 * certain way: for each place in the field and each byte there, a row of bits, one a journey, says
 * for whom that byte will do.  The rows of a path's first bytes, taken together, leave the few
 * journeys that are worth a look.  What a guard rules out is certain; what it leaves is not. */
#ifndef GUARD_H
#define GUARD_H
#include "nines.h"
#include "prefix.h"
#include "str.h"

/* Bytes looked at: behind them paths differ no more, or are told apart anyway. */
#define GUARD_PLACES 16

struct guard {
	size_t words;   /* of a row */
	uint64_t *all;  /* one row: every journey */
	uint64_t *fits; /* by place and byte: whom that byte will do for */
	uint64_t *ends; /* by length, 0 to GUARD_PLACES: for whom a field may end there */
	uint64_t *asks; /* by place: who asks for something there or behind */
};
enum nines_status guard_new(struct guard **guard, size_t journeys, struct nines_error *err);
void guard_free(struct guard *guard);
/* Journey i asks for that prefix, and for those it was added with before. */
void guard_add(struct guard *guard, size_t i, const struct prefix *prefix);
/* Word w of the row of journeys that are not ruled out. */
static inline uint64_t guard_alive(const struct guard *g, struct str field, size_t w)
{
	const size_t places = field.n < GUARD_PLACES ? field.n : GUARD_PLACES;
	const uint64_t *fits = g->fits + w, *asks = g->asks + w;
	uint64_t left = g->all[w];

	if (field.n <= GUARD_PLACES)
		left &= g->ends[field.n * g->words + w];
	for (size_t i = 0; i < places && left & *asks; i++) {
		left &= fits[(unsigned char)field.p[i] * g->words];
		fits += 256 * g->words;
		asks += g->words;
	}
	return left;
}
#endif
