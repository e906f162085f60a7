/* The store: one SQLite file in which counts and the logs they came from change together, in one
 * transaction.  A crash, a full disk or two runs at once therefore neither lose nor double a line.
 *
 * Counts are kept per (series, minute, source).  A series is what one SLI counts, named by the
 * digest of its rules: another rule is another series, and the old one stays.  The series of all
 * lines ("traffic": lines and judged lines) has a digest of its own, of log format and ignore
 * rules.  A source is a log by its content (mark.h), not by its name.
 *
 * SQLite settings and schema: store_schema.c; for people, nines-store(5).  The store reads and
 * writes through SQLite, not through struct nines_io, and one thread at a time uses it.  Functions
 * that need a transaction say so; all fail with NINES_E_IO (the system), NINES_E_STORE (no store, a
 * newer or a damaged one: nothing was touched), NINES_E_BUSY (another process holds the write lock)
 * or NINES_E_NOMEM, and err->source names the file. */
#ifndef STORE_H
#define STORE_H
#include "item.h"
#include "mark.h"
#include "mem.h"
#include "nines.h"
#include "tally.h"

#define STORE_BUCKET_S 60

/* READ needs no permission to write.  WRITE makes a store that does not exist, whole or not at all,
 * with its last folder.  A file that is no store is refused and stays as it is. */
enum store_mode { STORE_READ, STORE_WRITE };
struct store;
enum nines_status store_open(struct store **store, const char *path, enum store_mode mode,
    unsigned wait_ms, struct nines_error *err);
void store_close(struct store *store); /* rolls back what was not committed */
const char *store_path(const struct store *store);
/* One writer at a time; readers see what was committed last. */
enum nines_status store_begin(struct store *store, struct nines_error *err);
/* A failure ends the transaction: nothing of it stands. */
enum nines_status store_commit(struct store *store, struct nines_error *err);
void store_rollback(struct store *store);

/* ---- what is counted: plain values of a spec ---- */

struct store_series {
	uint64_t digest;
	const char *journey, *sli;
};
struct store_shape {      /* column i of a tally is series sli[i]; two columns may share a digest */
	uint64_t traffic; /* digest of what decides which lines are judged */
	const struct store_series *sli;
	size_t slis;
};

/* ---- sources ---- */

struct store_source {
	int64_t id;       /* 0: not yet in the store */
	const char *name; /* last seen under */
	const char *path; /* the same from the root; to be written NULL: as the name */
	uint64_t device, inode;
	struct mark first, end;     /* first line; all that was counted */
	uint32_t tail_crc;          /* of the last min(4096, raw_end) stored bytes before raw_end */
	uint64_t raw_end, unit_end; /* as identity.h has them */
	uint64_t raw_size;          /* of the file when it was last read */
	const char *decoder;        /* "plain", "gzip", ... */
	const char *status;         /* as in the JSON report: "ok", "truncated", ... */
	const char *note;           /* NULL, or what should be said of the status; hostile */
	int live; /* may still grow: a later one in its place means that its end was not read */
	int64_t first_event, last_event; /* NINES_NEVER: none */
	int64_t seen_s;                  /* when it was last read */
	int folded; /* its counts were folded, so they cannot be told from others' any more: it
	             * cannot be counted anew or forgotten.  Writing does not change this */
};
struct store_known { /* a source and the marks that were remembered of it */
	struct store_source source;
	const struct mark *mark; /* ascending */
	size_t marks;
};
/* Each list is on the arena.  By first line; by device and inode; by path, only live ones. */
enum nines_status store_find_first(struct store *store, struct mark first, struct mem_arena *arena,
    struct store_known **known, size_t *n, struct nines_error *err);
enum nines_status store_find_inode(struct store *store, uint64_t device, uint64_t inode,
    struct mem_arena *arena, struct store_known **known, size_t *n, struct nines_error *err);
enum nines_status store_find_live(struct store *store, const char *path, struct mem_arena *arena,
    struct store_known **known, size_t *n, struct nines_error *err);

/* What one reading of a source adds, or counts anew. */
struct store_record {
	const struct store_source *source; /* id 0: a new one; else its new state */
	const struct mark *mark;           /* to be remembered beside those there are */
	size_t marks;
	const struct store_shape *shape;
	const struct tally *tally; /* of shape->slis columns */
	const struct item *item; /* what became of the lines ("lines", "unparsed.time", ...), under
	                            shape->traffic */
	size_t items;
	int recount; /* in place of what this source counted under these series; else added to it */
};
/* In a transaction, which stays as it was when this fails.  *id (may be NULL) gets the source's id.
 * first_event and last_event of a known source are widened, by a recount replaced; minutes before
 * folded_until are kept by the hour at once.  NINES_E_LIMIT: a count would pass 2^63 - 1;
 * NINES_E_STORE: a recount of a source that is folded. */
enum nines_status store_write(
    struct store *store, const struct store_record *record, int64_t *id, struct nines_error *err);
/* In a transaction: the source was met, nothing new in it.  Changes only name, device, inode,
 * raw_size, live and seen_s. */
enum nines_status store_touch(
    struct store *store, const struct store_source *source, struct nines_error *err);
/* In a transaction: what the source held after last_event and up to `to` may never have been read.
 * The source is live no more. */
enum nines_status store_gap(
    struct store *store, int64_t source, int64_t to, int64_t noticed_s, struct nines_error *err);

/* In a transaction: the source's end was read after all. */
enum nines_status store_gap_close(struct store *store, int64_t source, struct nines_error *err);

/* ---- reading counts ---- */

struct store_span {
	int64_t from, to;
};
struct store_lost { /* a gap */
	const char *name;
	int64_t from, to, noticed_s;
};
/* An SLI that other rules counted, too: from `from` up to `until` there are minutes that were
 * counted under those and not under the present ones.  None once all were counted anew. */
struct store_former {
	size_t sli; /* column */
	uint64_t digest;
	int64_t from, until;
};
struct store_view {
	struct mem_arena arena;
	struct tally tally; /* rows that start in [from, to), of traffic or any column.  first_s and
	                     * last_s are events where a source's first or last one lies in the
	                     * first or last row; elsewhere the start of that row */
	struct store_source
	    *source; /* those with an event in [from, to), by first event, then name; and before
	              * them those without any that were read then, or up to a minute later */
	struct item **item; /* of each source, `items` each, ended by a NULL name */
	size_t sources;
	const struct store_span **counted; /* of each column: the spans counted under its series */
	size_t *counteds;
	const struct store_span *traffic; /* the spans in which lines were counted */
	size_t traffics;
	struct store_former *former; /* by column */
	size_t formers;
	struct store_lost *lost; /* gaps that touch [from, to) */
	size_t losts;
	int64_t folded_until; /* counts before it are kept by the hour, at the hour's start;
	                         NINES_NEVER: none */
	int64_t newest_event; /* of all sources; NINES_NEVER: none */
	int64_t written_s;    /* when the store was last written; NINES_NEVER: never */
};
/* from, to: NINES_NEVER for no bound; `from` is rounded down to the hour. */
enum nines_status store_load(struct store *store, const struct store_shape *shape, int64_t from,
    int64_t to, struct store_view *view, struct nines_error *err);
void store_view_fini(struct store_view *view);

/* ---- upkeep ---- */

/* In a transaction: folds minutes older than `before` (rounded down to a UTC day) into hours.  A
 * source whose last event is older is `folded`: its counts are no longer told apart.  It stays
 * known, so that an old log is not counted again when it is back; of the marks of one that was not
 * met (seen_s) since `before` only two are kept, the first and the first that is sure.  Sums stay
 * as they are.  *folded (may be NULL): how many minutes there are less. */
enum nines_status store_prune(
    struct store *store, int64_t before, uint64_t *folded, struct nines_error *err);
/* In a transaction: takes back what the sources of this name (exact, or "#ID") counted. *forgotten:
 * how many; refuses (NINES_E_STORE) one whose minutes were folded. */
enum nines_status store_forget(
    struct store *store, const char *name, size_t *forgotten, struct nines_error *err);
/* Tells each finding: SQLite's own integrity, good <= valid, counts without a source, items that do
 * not add up, marks beyond a source's end. */
typedef void store_finding_fn(void *ctx, const char *text);
enum nines_status store_verify(struct store *store, store_finding_fn *finding, void *ctx,
    size_t *findings, struct nines_error *err);

struct store_info {
	struct mem_arena arena;
	int version;
	uint64_t bytes;
	int64_t oldest_minute, newest_minute, folded_until, newest_event, written_s;
	struct store_info_series {
		uint64_t digest;
		const char *journey, *sli; /* NULL: traffic */
		int64_t from, to;
		uint64_t minutes, valid, good, missing; /* of traffic: lines, judged, 0 */
	} * series;
	size_t series_count;
	struct store_source *source; /* by last event, newest first */
	size_t sources;
	struct store_lost *lost;
	size_t losts;
};
enum nines_status store_inspect(
    struct store *store, struct store_info *info, struct nines_error *err);
void store_info_fini(struct store_info *info);
#endif
