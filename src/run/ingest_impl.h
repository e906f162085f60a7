/* What the files of ingest share: a run under way. */
#ifndef INGEST_IMPL_H
#define INGEST_IMPL_H
#include "ingest.h"
#include "source.h"
#include "worker.h"

struct ingest_item {         /* one operand */
	const char *path;    /* its name from the root */
	int64_t id;          /* the source that it is or continues; 0: none */
	int64_t within;      /* the source that it is an older copy of; 0: none */
	int64_t first_event; /* of what was new; NINES_NEVER: none */
};

struct ingesting {
	const struct ingest_order *order;
	const struct spec *spec;
	const struct nines_io *io;
	struct store *store;
	struct source_list list;
	struct ingest_item *item; /* of each in the list */
	struct ingest *result;
	struct identity *identity;
	struct worker_shared shared;
	struct worker *worker;
	struct store_shape shape;
	struct nines_progress progress;
	int begun; /* a transaction is open */
	int wrote;
};

/* ---- ingest_match.c: which known source a file is ---- */

enum ingest_way {
	INGEST_WHOLE, /* read from the beginning, recognised on the way */
	INGEST_ON,    /* go on from the known source's end */
	INGEST_SAME,  /* nothing to read */
};
struct ingest_match {
	struct ingesting *in;
	size_t i;
	struct mem_arena arena;
	struct store_known *known; /* what it may be */
	size_t n;
	struct mark *mark; /* of these, ascending; for identity_begin */
	int64_t only;      /* before a recount: the source that it is; 0: not known yet */
	const struct store_known *source; /* what it is; NULL: none of these */
	enum ingest_fate fate;
	const struct store_source *alias; /* the file's own; the source is known by another, too */
	int whole;                        /* source ends within this file: not so an older copy */
	int replaces;  /* source is damaged and this file is not: it is counted anew from here */
	uint64_t part; /* NEW, but known up to this length */
	enum nines_status status; /* of what `expect` asked the store */
	struct nines_error err;
};
/* By device and inode, or by first line and last bytes: cheaply.  With INGEST_WHOLE source is NULL
 * still. */
enum nines_status ingest_match_peek(
    struct ingest_match *match, enum ingest_way *way, struct nines_error *err);
identity_expect_fn ingest_match_expect; /* ctx: the match */
/* After reading: source and fate. */
void ingest_match_decide(struct ingest_match *match, enum ingest_way way);
void ingest_match_fini(struct ingest_match *match);
/* CRC of the last min(MARK_SURE, raw_end) bytes before raw_end: 1, 0 when they cannot be read.
 */
int ingest_match_tail(const struct ingesting *in, size_t i, uint64_t raw_end, uint32_t *crc);

/* ---- ingest_open.c: what is read ---- */

/* Opens all operands; their order of reading. */
enum nines_status ingest_open(struct ingesting *in, struct nines_error *err);
enum nines_status ingest_open_order(
    struct ingesting *in, const size_t **order, struct nines_error *err);

/* What is there is what is open. */
int ingest_open_is_settled(const struct ingesting *in);

/* ---- ingest_write.c: what is recorded ---- */

enum nines_status ingest_write(
    const struct ingest_match *match, enum ingest_way way, struct nines_error *err);
enum nines_status ingest_write_begin(struct ingesting *in, struct nines_error *err);
enum nines_status ingest_write_commit(struct ingesting *in, struct nines_error *err);

/* ---- ingest_place.c: which file stands for a source ---- */

int ingest_place_is_file(const struct source *s); /* not a stream, nor given as standard input */
/* All but the events of the source's new state. */
void ingest_place_fill(const struct ingest_match *match, struct store_source *to);
/* Nothing is new in the file. */
enum nines_status ingest_place_known(
    const struct ingest_match *match, enum ingest_way way, struct nines_error *err);
/* The source, or a copy, is still there. */
enum nines_status ingest_place_seen(
    const struct ingest_match *match, const struct store_source *known, struct nines_error *err);

/* ---- ingest_gap.c ---- */

/* After all: names that hold something else than the live source that had them. */
enum nines_status ingest_gap_find(struct ingesting *in, struct nines_error *err);
#endif
