/* Ingest: new complete lines of logs, each exactly once, into the store.
 *
 * Every source is a transaction of its own: what is known of it is looked up, it is read from where
 * it is new, and counts and checkpoint are written together.  What decides is the content
 * (identity.h):
 *   - a file that goes on from a known source's end continues it, whatever its name, inode,
 *     compression;
 *   - one that ends within a known source is an older copy, or the same: nothing is counted;
 *   - one that leaves a known source at a mark before its end has only what follows the mark
 *     counted, as a source of its own, a part;
 *   - anything else is new.
 * Where less than MARK_SURE bytes are known, a match needs more: the same device and inode, or
 * names of one family (x, x.1, x.gz, x-20250114) and no other file that is the known source by its
 * inode unless it lies in the same folder; two tiny logs may be alike by chance.  A stream has no
 * name: all of the known source must be in it.
 *
 * Files that are a known source by device and inode come first, so that the log itself goes on and
 * its copies are then found to be copies.  The others come by size: of two copies of one log, taken
 * at different times, the longer one then continues the shorter one from its very end, and nothing
 * hangs on which marks in between were remembered.
 *
 * Marks are sparse.  A copy that ends between two of a known source's marks and holds no event
 * later than that source's last one is an older copy; with a later event it has left it. */
#ifndef INGEST_H
#define INGEST_H
#include "run.h"
#include "store.h"

enum ingest_fate {
	INGEST_NEW,
	INGEST_GROWN,
	INGEST_KNOWN,  /* already counted, nothing new */
	INGEST_EMPTY,  /* no complete line yet */
	INGEST_UNREAD, /* see the source's status */
	INGEST_FATES,
};
struct ingest_source {
	struct run_source source;
	enum ingest_fate fate;
	int64_t id;
	int waits;            /* a last line without its end was left for later */
	const char *known_as; /* the name it was known by, when another; or NULL */
};
struct ingest_gap {
	const char *name, *text;
};
struct ingest { /* what a run did */
	struct mem_arena arena;
	struct ingest_source *source; /* in the order of the operands */
	size_t sources;
	struct ingest_gap *gap;
	size_t gaps;
	struct store_former *former; /* SLIs that are counted under new rules from now on */
	size_t formers;
	struct run_count count; /* of what was new */
	uint64_t events;        /* counted now */
	uint64_t folded;        /* minutes folded by retain */
	int incomplete;
	int unsettled; /* files were renamed faster than they could be opened */
};
/* Lists the operands anew, globs expanded; the names are borrowed until the next call. */
typedef void ingest_names_fn(void *ctx, const char *const **name, size_t *n);
struct ingest_order {
	const struct nines_reading *reading; /* operand only when `names` is NULL */
	ingest_names_fn *names; /* asked until what is open is what is there; may be NULL */
	void *names_ctx;
	const char *folder; /* where relative names lie; NULL: they are as good as paths */
	int recount;     /* known sources are counted anew from their beginning to their end; parts,
	                    whose beginning is another's, stay as they are */
	int dry_run;     /* say what would be done */
	int64_t clock_s; /* now */
};
/* store may be NULL in a dry run: nothing is known. */
enum nines_status ingest_run(struct ingest **ingest, struct store *store, const struct spec *spec,
    const struct nines_io *io, const struct ingest_order *order, struct nines_error *err);
void ingest_free(struct ingest *ingest);
#endif
