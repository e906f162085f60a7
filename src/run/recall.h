/* Recalling: counts of a store as the tally that a run over its logs would have made. */
#ifndef RECALL_H
#define RECALL_H
#include "run.h"
#include "store.h"

struct recall_order {
	int64_t from, to;     /* rows of [from, to) are needed; NINES_NEVER: no bound */
	int64_t since, until; /* as asked: no others count; whole minutes, or NINES_NEVER */
	int allow_missing;    /* a gap leaves nothing incomplete */
};
/* Sources with an event in the span, or read in it without finding any, stand with all of their
 * lines; those that are not in the rows are out of range.  A gap is a source of its own, of status
 * SOURCE_GAP.  NINES_E_STORE when the lines do not add up. */
enum nines_status recall_tally(struct nines_tally **tally, struct store *store,
    const struct spec *spec, const struct recall_order *order, struct nines_error *err);
/* The series of the spec's SLIs, on the arena. */
enum nines_status recall_shape(struct store_shape *shape, const struct spec *spec,
    struct mem_arena *arena, struct nines_error *err);
#endif
