/* What one indicator counted in one bucket of time. */
#ifndef TALLY_CELL_H
#define TALLY_CELL_H
#include <stdint.h>

struct tally_cell {
	uint64_t valid, good, missing;
}; /* good <= valid */
#endif
