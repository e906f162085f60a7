/* What the decoders share, and nobody else sees: the input buffer and the row of the table. */
#ifndef DECODE_IMPL_H
#define DECODE_IMPL_H
#include "decode.h"
#include "decode_inflate.h"

/* Raw bytes kept behind the reading position, so that a search for the next unit can begin before
 * the byte at which damage showed: a decoder that ran off the end of a cut unit has by then read
 * well into the next one.  A stored block or an extra field of gzip swallows up to 64 KiB without a
 * sign of damage. */
#define DECODE_HISTORY (64u << 10)
#define DECODE_INPUT   (64u << 10) /* raw bytes asked for at a time */

struct decode_row {
	const char *name;
	const char *magic;    /* a '?' stands for any byte */
	unsigned char loose;  /* bits of the first byte that may be anything */
	unsigned char n;      /* bytes of magic */
	unsigned char enough; /* of them are enough to tell when the input ends there: a cut file is
	                         no text */
	/* NULL: content that this build knows but cannot read, and what to do about it. */
	enum decode_event (*next)(struct decode *d, char *p, size_t room, size_t *got);
	const char *advice;
	/* Both may be NULL.  begin makes *d->state, NULL at first, or resets it for a new source;
	 * 0: no memory. */
	int (*begin)(struct decode *d);
	void (*fini)(void *state);
};

#define DECODE_ROWS 16

struct decode {
	struct source_list *list;
	size_t i;
	const struct decode_row *row; /* NULL until the content was seen */
	int over;                     /* DECODE_END is all that comes */
	void *states[DECODE_ROWS]; /* one for each row, made when first needed, kept from source to
	                              source */
	void **state;              /* of this row */
	int seeking;               /* amid a line that began before the range */
	const struct decode_inflate *inflate; /* the fastest of this build; tests choose others */
	int may_run_ahead;
	struct decode_ahead *ahead; /* NULL until first used */
	size_t at, used;            /* in[at..used) is not consumed, in[0..at) is history */
	unsigned char in[DECODE_HISTORY + DECODE_INPUT];
};

struct source *decode_source(struct decode *d);
/* Sees to it that n (small) unconsumed bytes are at in + at, or all up to the end; how many there
 * are, or -1 after a read error.  What is consumed stays reachable for decode_rewind. */
ptrdiff_t decode_want(struct decode *d, size_t n);
uint64_t decode_offset(const struct decode *d); /* raw offset of in[at] */
void decode_rewind(
    struct decode *d, uint64_t offset); /* back to there, or as far as the history goes */
/* The first damage decides the status; later ones change nothing. */
void decode_damage(struct decode *d, enum source_status status, uint64_t offset);
/* A failure that ends the source: returns DECODE_FAILED. */
enum decode_event decode_fail(struct decode *d, enum source_status status, int error);

/* decode.c: what decode_next does once the content is known, in the thread that reads. */
enum decode_event decode_step(struct decode *d, char *p, size_t room, size_t *got);

/* decode_ahead.c: a thread that calls decode_step, at most some blocks ahead of decode_next. While
 * it runs, all of struct decode but `ahead` is its own. */
int decode_ahead_begin(struct decode *d); /* 0: there is no thread, decode_step is to be called */
void decode_ahead_end(struct decode *d);
void decode_ahead_free(struct decode *d);
int decode_ahead_runs(const struct decode *d);
uint64_t decode_ahead_at(const struct decode *d); /* as decode_at */
enum decode_event decode_ahead_next(struct decode *d, char *p, size_t room, size_t *got);

/* decode_gzip.c, decode_zstd.c */
enum decode_event decode_gzip_next(struct decode *d, char *p, size_t room, size_t *got);
int decode_gzip_begin(struct decode *d);
void decode_gzip_fini(void *state);
enum decode_event decode_zstd_next(struct decode *d, char *p, size_t room, size_t *got);
int decode_zstd_begin(struct decode *d);
void decode_zstd_fini(void *state);
#endif
