#include "guard.h"

#include "err.h"
#include "mem.h"

enum nines_status guard_new(struct guard **guard, size_t gates, struct nines_error *err)
{
	const size_t words = (gates + 63) / 64;
	struct guard *g = mem_new(1, sizeof *g);
	struct guard_rows *rows = mem_new(words, sizeof *rows);

	if (g == NULL || rows == NULL) {
		mem_free(g);
		mem_free(rows);
		return err_nomem(err);
	}
	*g = (struct guard){ .words = words, .rows = rows };
	*guard = g;
	return NINES_OK;
}

void guard_free(struct guard *guard)
{
	if (guard == NULL)
		return;
	mem_free(guard->rows);
	mem_free(guard);
}

/* Any byte at these places, and any length from the first of them on. */
static void open_from(struct guard_rows *rows, size_t place, uint64_t bit)
{
	for (size_t length = place; length < GUARD_ENDS; length++)
		rows->ends[length] |= bit;
	for (; place < GUARD_PLACES; place++)
		for (unsigned c = 0; c < 256; c++)
			rows->fits[place][c] |= bit;
}

void guard_open(struct guard *g, size_t gate)
{
	open_from(&g->rows[gate / 64], 0, UINT64_C(1) << gate % 64);
}

/* Behind the end of a field its head is zero. */
static void end_at(struct guard_rows *rows, size_t place, uint64_t bit)
{
	rows->ends[place] |= bit;
	for (; place < GUARD_PLACES; place++)
		rows->fits[place][0] |= bit;
}

/* At these places what fits the branch's last one, or the end, if it must be there. */
static void run_from(
    struct guard_rows *rows, size_t place, const struct prefix *x, uint64_t branch, uint64_t bit)
{
	if (branch & x->at_word) {
		open_from(rows, place, bit);
		return;
	}
	end_at(rows, place, bit);
	for (size_t length = place; length < GUARD_ENDS; length++)
		rows->ends[length] |= bit;
	for (; place < GUARD_PLACES; place++)
		for (unsigned c = 0; c < 256; c++)
			if (x->fits[c] & branch)
				rows->fits[place][c] |= bit;
}

int guard_add(struct guard *g, size_t gate, const struct prefix *x, uint64_t branch)
{
	const uint64_t bit = UINT64_C(1) << gate % 64;
	struct guard_rows *rows = &g->rows[gate / 64];

	for (size_t place = 0; place < GUARD_PLACES; place++, branch <<= 1) {
		for (unsigned c = 0; c < 256; c++)
			if (x->fits[c] & branch)
				rows->fits[place][c] |= bit;
		if (!(branch & x->last))
			continue;
		if (branch & x->runs)
			run_from(rows, place + 1, x, branch, bit);
		else if (branch & x->at_end)
			end_at(rows, place + 1, bit);
		else
			open_from(rows, place + 1, bit);
		return (branch & (x->at_end | x->is_match) & ~x->runs) != 0 && x->unknown == 0;
	}
	open_from(rows, GUARD_PLACES + 1, bit);
	return 0;
}

int guard_is_run(const struct prefix *x, uint64_t branch)
{
	while (!(branch & x->last))
		branch <<= 1;
	return (branch & x->runs & x->at_end) != 0;
}

int guard_add_run(struct guard *g, size_t gate, const struct prefix *x, uint64_t branch)
{
	for (size_t i = gate; i <= gate + 1; i++) {
		const uint64_t bit = UINT64_C(1) << i % 64;
		struct guard_rows *rows = &g->rows[i / 64];

		(void)guard_add(g, i, x, branch);
		for (size_t length = 0; length < GUARD_ENDS; length++)
			if ((length > GUARD_PLACES) == (i == gate))
				rows->ends[length] &= ~bit;
	}
	g->runs = 1;
	return x->unknown == 0;
}
