/* A tally: events per (SLI, time bucket).  Tallies form a commutative monoid: tally_init makes the
 * identity, tally_merge is associative and commutative.  Threads, files, days, hosts and backfill
 * are therefore one operation. Memory is proportional to the buckets that hold events, not to the
 * span between them. */
#ifndef TALLY_H
#define TALLY_H
#include "nines.h"

struct tally_cell {
	uint64_t valid, good, missing;
}; /* good <= valid */
/* What one bucket holds.  `lines`: parsed lines of any kind; `judged`: those not ignored. */
struct tally_row {
	int64_t start_s; /* UTC, a multiple of the bucket length */
	uint64_t lines, judged;
	struct tally_cell cell[]; /* one per SLI */
};

struct tally {
	size_t slis;
	int64_t bucket_s;
	size_t rows;
	/* private: a table of rows by start (open addressing, a power of two, at most half full),
	 * memory in slabs */
	struct tally_row **slot;
	size_t slots;
	struct tally_slab *slab;  /* in use; rows are cut from the newest */
	struct tally_slab *spare; /* zeroed, for rows to come */
	size_t spare_rows;       /* rows that fit into the newest slab's rest and the spare slabs */
	int64_t first_s, last_s; /* instants of the earliest and latest event; first > last: none.
	                          * tally_at widens them; a caller that keeps a row for several
	                          * events may widen them itself */
};

void tally_init(struct tally *t, size_t slis, int64_t bucket_s);
void tally_fini(struct tally *t);
void tally_clear(struct tally *t); /* empty again, memory kept for reuse */
/* The row that the instant falls in, made when new; NULL when memory ran out.  Stays valid until
 * fini or clear. */
struct tally_row *tally_at(struct tally *t, int64_t instant_s);
const struct tally_row *tally_find(const struct tally *t, int64_t instant_s);
/* Adds up, or leaves `into` as it was: NINES_E_NOMEM, NINES_E_LIMIT when a count would pass 2^64 -
 * 1, NINES_E_INTERNAL when the two differ in SLIs or bucket length. */
enum nines_status tally_merge(
    struct tally *into, const struct tally *from, struct nines_error *err);
/* All rows by ascending start; the array is yours (mem_free), the rows the tally's. */
enum nines_status tally_sorted(
    const struct tally *t, const struct tally_row ***row, struct nines_error *err);
#endif
