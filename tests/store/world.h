/* A small world of logs that servers write, rotate, compress, copy and truncate, in real files
 * below one folder; and beside it the model: which line was written where, so that it is known what
 * must have been counted.
 *
 * A line belongs to a stream, what one log held from its making to its truncation.  A body is what
 * an inode holds: the first so many lines of a stream.  Files are names of bodies. */
#ifndef WORLD_H
#define WORLD_H
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define WORLD_SLIS    8
#define WORLD_LOGS    3
#define WORLD_LINES   600
#define WORLD_STREAMS 160
#define WORLD_BODIES  200
#define WORLD_FILES   64
#define WORLD_SLOTS   5 /* x, x.1 ... x.4 */
#define WORLD_PATH    256

/* What a line is known by is its tick: journey tick % WORLD_SLIS, minute tick / WORLD_SLIS. */
struct world_line {
	int tick, stream, at; /* the at-th of its stream */
	int counted;          /* by an ingest that came to its end */
	int maybe;            /* by one that was ended, or while files changed under its hands */
};
struct world_stream {
	int lines;
	int known;  /* lines at the last ingest that came to its end */
	int unsure; /* one that did not came since */
	int live;   /* 1 + the log under whose own name it was seen last; 0: none */
};
struct world_body {
	int stream, lines, names;
	uint64_t real, shown; /* inodes */
	int broken;           /* gzip that lacks its end */
	int gzip;
	int64_t at; /* where its writer writes next; -1: a copy, which has none */
	char *rest; /* of a line, or of a gzip member, that is half written */
	size_t rest_n;
	int rest_lines, rest_tick; /* lines that are whole with it */
	int garbage;               /* the other half of a line whose first half is elsewhere */
	int seen_lines, seen_slot; /* at the last ingest that came to its end */
};
enum world_kind { WORLD_LOG, WORLD_GZIP, WORLD_COPY, WORLD_LINK };
struct world_file {
	char path[WORLD_PATH];
	int body, log, slot;
	enum world_kind kind;
};
struct world_log {
	char path[WORLD_PATH - 32]; /* room for what a rotation appends */
	int header;                 /* new files begin with comments */
	int gzip;                   /* written as gzip, a member a flush */
	int holes;                  /* its writer does not append: a truncated file gets a hole */
	int padding;                /* bytes that make its lines longer */
};
struct world {
	char folder[WORLD_PATH / 2];
	struct world_log log[WORLD_LOGS];
	int logs;
	struct world_line line[WORLD_LINES];
	int lines;
	struct world_stream stream[WORLD_STREAMS];
	int streams;
	struct world_body body[WORLD_BODIES];
	int bodies;
	struct world_file file[WORLD_FILES];
	int files;
	int tick, burst; /* in a burst some lines are alike */
	int reuse;       /* inodes of removed files are given out again */
	int destroyed;   /* a file went that nobody had read to its end */
	int gap_due;     /* an ingest must have noticed */
	uint64_t inodes;
	char note[WORLD_PATH * 2]; /* what the last step did; "": nothing */
};

int world_init(struct world *w, const char *folder);
void world_fini(struct world *w); /* removes the files */

/* Steps.  r decides whatever is to be decided; where a step makes no sense it does nothing. */
typedef void world_step_fn(struct world *w, uint64_t r);
world_step_fn world_write, world_write_half, world_finish, world_write_late, world_rotate,
    world_gzip, world_gzip_keep, world_gzip_begin, world_copy, world_link, world_remove_extra,
    world_copytruncate, world_truncate, world_rewrite, world_recreate;
/* The same lines at the beginning of two logs. */
void world_alike(struct world *w, int lines);

uint64_t world_inode(const struct world *w, uint64_t real);
/* An ingest came to its end; or it did not, or files changed meanwhile. */
void world_ingested(struct world *w);
void world_perhaps_ingested(struct world *w);
/* Something is there that cannot be read to its end. */
int world_is_broken(const struct world *w);
/* How often a line of this tick must have been counted. */
void world_expect(const struct world *w, int tick, int *least, int *most);

uint64_t world_random(uint64_t *state);
#endif
