/* A ledger: one indicator's counts by time, packed.  An entry is two bytes as a rule: the steps of
 * time since the entry before it and what kind it is, then the counts that the kind does not imply.
 *
 * Entries may be added in any order.  A ledger is a list of runs, each ascending; what comes later
 * than the end of the newest run is appended to it, anything else begins a run.  Before that, runs
 * are merged until each is at least twice as long as the next newer one (O'Neil et al., The
 * log-structured merge-tree, 1996), equal starts being added up.  So a ledger never holds more than
 * about twice the entries of its settled form, and adding n entries takes n log n steps at worst;
 * of a log, whose times nearly ascend, each is written once.
 *
 * Whoever owns ledgers owns the pool that their pages come from. */
#ifndef LEDGER_H
#define LEDGER_H
#include "nines.h"
#include "tally_cell.h"
#include <stddef.h>

#define LEDGER_DATA  227 /* a page and malloc's word make 256 bytes */
#define LEDGER_SPARE 3   /* behind an entry so many bytes may be read and written */

struct ledger_page {
	struct ledger_page *next;
	int64_t first_s; /* of its first entry: a page can be read by itself */
	uint16_t used;
	unsigned char data[LEDGER_DATA + LEDGER_SPARE];
};

struct ledger_pool {
	struct ledger_page *spare;
	size_t pages; /* in the ledgers */
};
void ledger_pool_fini(struct ledger_pool *pool);

struct ledger {
	int64_t step_s; /* every start is a multiple */
	struct ledger_run *newest;
};

void ledger_init(struct ledger *l, int64_t step_s);
void ledger_clear(struct ledger *l, struct ledger_pool *pool); /* nothing is left to free */
/* These fail with NINES_E_NOMEM, or NINES_E_LIMIT when a count would pass 2^64 - 1; counts may then
 * be lost, and the ledger is good for ledger_clear only. */
enum nines_status ledger_add(struct ledger *l, struct ledger_pool *pool, int64_t start_s,
    const struct tally_cell *cell, struct nines_error *err);
/* Moves all of `from`, whose pages are of another pool, into `l`. */
enum nines_status ledger_take(struct ledger *l, struct ledger_pool *pool, struct ledger *from,
    struct ledger_pool *from_pool, struct nines_error *err);
/* Merges what there is into one run, so that it can be read. */
enum nines_status ledger_settle(
    struct ledger *l, struct ledger_pool *pool, struct nines_error *err);
/* What was added for one start, settled or not; it takes as long as there are pages. */
struct tally_cell ledger_at(const struct ledger *l, int64_t start_s);

/* The entries of a settled ledger, one for each start, ascending. */
struct ledger_walk {
	int64_t start_s;
	struct tally_cell cell;
	const struct ledger_page *page; /* of this entry; NULL behind the last */
	size_t at;
	int64_t step_s;
};
size_t ledger_entries(const struct ledger *l);
const struct ledger_page *ledger_first(const struct ledger *l); /* NULL: it is empty */
/* On from where a walk was: its page, at and start_s. */
void ledger_walk_from(struct ledger_walk *w, const struct ledger *l, const struct ledger_page *page,
    size_t at, int64_t start_s);
void ledger_walk_begin(struct ledger_walk *w, const struct ledger *l);
/* As ledger_walk_begin, but of what is before `from` most is left out, unread. */
void ledger_walk_near(struct ledger_walk *w, const struct ledger *l, int64_t from);
int ledger_walk_next(struct ledger_walk *w); /* 0 behind the last */
#endif
