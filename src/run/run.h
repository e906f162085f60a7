/* The run: sources to a tally, in one or several threads, and what was met on the way. */
#ifndef RUN_H
#define RUN_H
#include "item.h"
#include "lines.h"
#include "mem.h"
#include "record.h"
#include "spec.h"
#include "store.h"
#include "tally.h"

struct run_source { /* what became of one source */
	struct source source;
	uint64_t lines; /* counted */
	uint64_t hash; /* of its content (identity_hash), when the reading asked for hash_sources */
	uint64_t discarded_lines; /* read from a damaged part, left out */
	int finished;             /* read to its end */
	int whole;        /* nothing is lacking: read to its end, or excused by allow_missing */
	const char *note; /* one line when something needs saying, or NULL; hostile names stand in
	                     it unescaped */
};
struct run_count { /* adds up: lines = parsed + unparsed + blank + comments; see run_sums_hold */
	uint64_t lines, parsed, blank, comments, ignored, out_of_range, bytes;
	uint64_t reject[RECORD_REJECTS];
	uint64_t ambiguous_time;
	struct lines_count anomaly;
};
struct run_store { /* the store that counts were recalled from */
	const char *path;
	int64_t newest_event, folded_until;      /* NINES_NEVER: none */
	const struct store_span *const *counted; /* of each column, as struct store_view's */
	const size_t *counteds;
	const struct store_span *traffic;
	size_t traffics;
	const struct store_former *former;
	size_t formers;
};
/* The public struct nines_tally. */
struct nines_tally {
	struct tally tally;
	struct run_count count;
	struct run_source *source;
	size_t sources;
	int incomplete;
	int64_t since, until;
	const struct run_store *store; /* NULL: counted from logs; on the arena */
	struct mem_arena arena;
};
enum nines_status run_read(struct nines_tally **tally, const struct spec *spec,
    const struct nines_io *io, const struct nines_reading *reading, struct nines_error *err);
void run_free(struct nines_tally *tally);
uint64_t run_unparsed(const struct run_count *c); /* all rejects together */
/* run_items.c: every count by name ("lines", "unparsed.time", "anomaly.crlf", ...), all of them. */
#define RUN_ITEMS_MAX 32
size_t run_items(const struct run_count *c, struct item item[RUN_ITEMS_MAX]);
/* The way back: adds one.  0 when no count has this name. */
int run_items_add(struct run_count *c, const struct item *item);
int run_sums_hold(const struct nines_tally *t);
#endif
