/* Parts: what was counted as text (partial.h), and the way back to what a run counts. */
#ifndef PARTS_H
#define PARTS_H
#include "partial.h"
#include "run.h"

struct parts { /* a sum of parts that was read */
	struct partial *partial;
	struct mem_arena arena;
	struct nines_note *fault; /* files that were not read whole, then those of partial_check */
	size_t faults, unread;
};
enum nines_status parts_read(struct parts **parts, const struct nines_io *io,
    const struct nines_parts_order *order, struct nines_error *err);
void parts_free(struct parts *parts);

/* The sources of a sum as those of a run, by name; mem_free the array, which has room for the
 * faults too.  Their texts are on the arena. */
enum nines_status parts_sources(const struct parts *parts, struct mem_arena *arena,
    struct run_source **source, size_t *sources, struct nines_error *err);
enum nines_status parts_tally(struct nines_tally **tally, const struct parts *parts,
    const struct spec *spec, struct nines_error *err);

/* Adds what was counted as one part. */
enum nines_status parts_add(struct partial *partial, const struct nines_tally *tally,
    const struct spec *spec, struct nines_error *err);
/* What parts that may be added up have in common: the SLIs' names and the digests of all rules.
 * Objectives, windows, and the order of SLIs do not matter. */
uint64_t parts_config(const struct spec *spec);
/* "journey/sli" of each column, on the arena; NULL when there is no memory. */
const char *const *parts_names(const struct spec *spec, struct mem_arena *arena);
#endif
