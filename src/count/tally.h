/* A tally: events per (SLI, time bucket).  Tallies form a commutative monoid: tally_init makes the
 * identity, tally_merge is associative and commutative.  Threads, files, days, hosts and backfill
 * are therefore one operation.
 *
 * The buckets that were counted into lately are rows of plain counters, so that counting is an
 * addition.  The others are packed in ledgers (ledger.h), one for each SLI and one for the traffic,
 * so that memory is proportional to the SLIs that were seen in a bucket: some bytes each. */
#ifndef TALLY_H
#define TALLY_H
#include "ledger.h"

/* What one bucket holds.  `lines`: parsed lines of any kind; `judged`: those not ignored. */
struct tally_row {
	int64_t start_s; /* UTC, a multiple of the bucket length */
	uint64_t lines, judged;
	uint64_t turn;            /* private: when tally_at last gave it out */
	struct tally_cell cell[]; /* one per SLI */
};

struct tally {
	size_t slis;
	int64_t bucket_s;
	int64_t first_s, last_s; /* instants of the earliest and latest event; first > last: none.
	                          * tally_at widens them; a caller that keeps a row for several
	                          * events may widen them itself */
	/* private */
	struct tally_row **row; /* `open` ones by start, then those that are zero, `made` in all */
	size_t open, made, row_room;
	uint64_t turn;
	struct ledger *ledger; /* slis + 1, the last one of the traffic; NULL: nothing is packed */
	struct ledger_pool pool;
};

void tally_init(struct tally *t, size_t slis, int64_t bucket_s);
void tally_fini(struct tally *t);
void tally_clear(struct tally *t); /* empty again, memory kept for reuse */
/* A row of the bucket that the instant falls in, to be added to until the next call of any
 * function; it need not hold what was added before.
 * These fail with NINES_E_NOMEM, or NINES_E_LIMIT when a count would pass 2^64 - 1; the tally is
 * then good for fini and clear only. */
enum nines_status tally_at(
    struct tally *t, int64_t instant_s, struct tally_row **row, struct nines_error *err);
/* Adds up, and leaves `from` empty: its memory becomes that of `into`.  NINES_E_INTERNAL, and
 * nothing is done, when the two differ in SLIs or bucket length. */
enum nines_status tally_merge(struct tally *into, struct tally *from, struct nines_error *err);
uint64_t tally_bytes(const struct tally *t); /* what its counts take */

/* Makes the tally readable, until it is counted into again. */
enum nines_status tally_settle(struct tally *t, struct nines_error *err);
/* Leaves out rows that start before `since`, of a settled tally. */
enum nines_status tally_cut(struct tally *t, int64_t since, struct nines_error *err);

/* A settled tally by columns.  The traffic has an entry for each row: lines as valid, judged lines
 * as good.  An SLI has one for each row in which it counted something. */
const struct ledger *tally_traffic(const struct tally *t);
const struct ledger *tally_column(const struct tally *t, size_t sli);
size_t tally_rows(const struct tally *t);

/* A settled tally by rows, ascending. */
struct tally_walk {
	const struct tally *tally;
	struct ledger_walk traffic, *column; /* each at the next entry; behind the last, its page is
	                                      * NULL */
	struct tally_row *row;
};
/* tally_walk_end whatever it returns. */
enum nines_status tally_walk_begin(
    struct tally_walk *w, const struct tally *t, struct nines_error *err);
const struct tally_row *tally_walk_next(struct tally_walk *w); /* the walk's own; NULL: no more */
void tally_walk_end(struct tally_walk *w);
#endif
