/* What one indicator counted in one bucket of time. */
#ifndef TALLY_CELL_H
#define TALLY_CELL_H
#include <stdint.h>

struct tally_cell {
	uint64_t valid, good, missing;
}; /* good <= valid */

/* 0, and nothing is added, when a sum would pass 2^64 - 1. */
static inline int tally_cell_add(struct tally_cell *into, const struct tally_cell *from)
{
	const struct tally_cell sum = { into->valid + from->valid, into->good + from->good,
		into->missing + from->missing };

	if (sum.valid < into->valid || sum.good < into->good || sum.missing < into->missing)
		return 0;
	*into = sum;
	return 1;
}
#endif
