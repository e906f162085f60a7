#include "guard.h"

#include <string.h>

#include "err.h"
#include "mem.h"

enum nines_status guard_new(struct guard **guard, size_t journeys, struct nines_error *err)
{
	const size_t words = (journeys + 63) / 64,
	             rows = GUARD_PLACES * 256 + (GUARD_PLACES + 1) + GUARD_PLACES + 1;
	struct guard *g = mem_new(1, sizeof *g);
	uint64_t *row = mem_new(rows, words * sizeof *row);

	if (g == NULL || row == NULL) {
		mem_free(g);
		mem_free(row);
		return err_nomem(err);
	}
	memset(row, 0xff, rows * words * sizeof *row);
	*g = (struct guard){ .words = words, .all = row };
	g->ends = g->all + words;
	g->fits = g->ends + (GUARD_PLACES + 1) * words;
	g->asks = g->fits + GUARD_PLACES * 256 * words;
	memset(g->asks, 0, GUARD_PLACES * words * sizeof *row);
	for (size_t i = journeys; i < words * 64; i++)
		g->all[i / 64] &= ~(UINT64_C(1) << i % 64);
	*guard = g;
	return NINES_OK;
}

void guard_free(struct guard *guard)
{
	if (guard == NULL)
		return;
	mem_free(guard->all);
	mem_free(guard);
}

/* Walks all branches of the prefix at once, place by place, until one of them asks for no more or
 * none is left. */
void guard_add(struct guard *g, size_t i, const struct prefix *x)
{
	const uint64_t bit = UINT64_C(1) << i % 64;
	const uint64_t enough = x->is_match | x->at_word | x->unknown;
	uint64_t *word = g->fits + i / 64, *end = g->ends + i / 64;
	uint64_t at = x->first;
	size_t place = 0;

	*end &= ~bit;
	while (place < GUARD_PLACES) {
		g->asks[place * g->words + i / 64] |= bit;
		for (unsigned c = 0; c < 256; c++, word += g->words)
			if (!(at & x->fits[c]))
				*word &= ~bit;
		place++;
		end += g->words;
		if (at & enough || !at)
			break;
		if (!(at & x->at_end))
			*end &= ~bit;
		at = (at & ~x->last) << 1;
	}
}
