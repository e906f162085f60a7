/* Identity: what a log holds, so that it is known again under another name, inode or compression.
 *
 * It is taken of the decoded bytes as they pass from the decoder to lines: NUL bytes (holes,
 * however they are read) and whole comment lines ('#') at the beginning are left out, since logs
 * that have nothing else in common share them.  All lengths here count the bytes that are left.
 * What was read of a unit (a gzip member) counts for certain only when its check verified; a
 * damaged unit's bytes are taken back, so that a second reading comes to the same identity.
 *
 * A log that was met before is recognised on the way: `expect` is asked once, at the end of the
 * first line, which marks are known of logs that begin so, and feeding then halts at each of them
 * that is met. */
#ifndef IDENTITY_H
#define IDENTITY_H
#include "mark.h"
#include "nines.h"
#include <stddef.h>

struct identity;
/* Fills *known with ascending marks, borrowed until the source's end, for a log whose first line is
 * this.  Several may have one length. */
typedef void identity_expect_fn(void *ctx, struct mark first, const struct mark **known, size_t *n);

struct identity_state {     /* where an identity stands; plain values */
	struct mark first;  /* the first line; length 0: none yet */
	struct mark end;    /* to the end of the last whole line of verified content */
	struct mark known;  /* the longest known mark that was met; length 0: none.  Never beyond
	                       `end` */
	struct mark within; /* a known mark in the unfinished line after `end`; length 0: none */
	uint64_t raw_end;   /* stored bytes up to `end`: for plain content the offset to go on from;
	                       of a compressed log the end of the last verified unit */
	uint64_t unit_end;  /* raw offset of the last unit boundary that is at `end`, or 0: where a
	                       compressed log can be gone on with */
	/* Decoded bytes up to `end`, nothing left out: of this reading, and from `known` on. */
	uint64_t bytes, new_bytes;
	uint64_t rest; /* bytes of content after `end`, in a line that lacks its own */
};

/* What is asked of an identity: marks, or the hash alone. */
enum identity_kind { IDENTITY_MARKS, IDENTITY_HASH };
enum nines_status identity_new(
    struct identity **identity, enum identity_kind kind, struct nines_error *err);
void identity_free(struct identity *identity);
/* At the start of a source.  from: NULL, or the state of an earlier reading that this one goes on
 * from at its raw_end or unit_end.  expect may be NULL. */
void identity_begin(struct identity *identity, const struct identity_state *from,
    identity_expect_fn *expect, void *ctx);
struct identity_state identity_state(const struct identity *identity);
/* XXH3 (64 bits) of all decoded bytes of verified content but NUL.  Only of IDENTITY_HASH, for a
 * source that was read from its beginning. */
uint64_t identity_hash(const struct identity *identity);
/* Marks of line ends worth remembering, ascending, verified, the last one being `end`: every line's
 * within the first MARK_SURE bytes, then ever further apart (1/256 of the length, at least
 * MARK_SURE), so that a copy taken at any time is recognised.  Borrowed until the next begin;
 * new ones only when `from` was given. */
const struct mark *identity_marks(struct identity *identity, size_t *n);
/* CRC-32 of RFC 1952, as all marks have it, of the bytes before and these; 0 begins. */
uint32_t identity_crc(uint32_t crc, const char *p, size_t n);
/* The greatest distance from a mark of this length to the next, but for the line it falls in. */
uint64_t identity_distance(uint64_t length);

/* For lines.c: what it hands on.  raw_at: the raw offset of p of plain content; IDENTITY_PACKED of
 * a unit that waits for its check.  Takes bytes up to the next known mark that is met: how many. */
#define IDENTITY_PACKED UINT64_MAX
size_t identity_feed(struct identity *identity, const char *p, size_t n, uint64_t raw_at);
void identity_skipped(struct identity *identity, uint64_t n); /* NUL bytes of a hole */
void identity_verified(struct identity *identity, uint64_t raw_at);
void identity_corrupt(struct identity *identity);
/* The content is over, and its unterminated last line counts as one. */
void identity_finished(struct identity *identity);
/* 1 once when the bytes fed so far end at a known mark with its CRC. */
int identity_is_known(struct identity *identity);
#endif
