/* Decoders: stored bytes to log bytes, chosen by content, never by name.
 * A decoder works in units (a gzip member, a zstd frame, a whole plain file).  A unit is a
 * transaction: what was read of it counts for certain only when its check verified. gzip: RFC 1952;
 * zstd: RFC 8878, skippable frames included, windows up to 128 MiB; a frame that carries no
 * checksum is verified by its proper end.  Both: any number of units, zero padding between and
 * after them, resynchronised on the magic of a unit after damage.  The events and the bytes before
 * each do not depend on how the input is cut into reads, nor on room; but how many bytes there are
 * that DECODE_CORRUPT takes back does. */
#ifndef DECODE_H
#define DECODE_H
#include "source.h"

enum decode_event {
	DECODE_DATA,      /* bytes, more to come */
	DECODE_VERIFIED,  /* these bytes end a unit whose check verified */
	DECODE_CORRUPT,   /* what came since the last VERIFIED is in doubt; reading goes on at the
	                     next unit, or ends */
	DECODE_TRUNCATED, /* the input ended inside a unit whose data was sound so far */
	DECODE_END,       /* nothing more; no bytes */
	DECODE_FAILED, /* read error or unsupported content: source->status says which.  DECODE_END
	                  follows */
};

struct decode;
enum nines_status decode_new(
    struct decode **decode, struct nines_error *err); /* reusable from source to source */
void decode_free(struct decode *decode);
/* Whether sources begun from now on may be decoded by a thread of their own, some blocks ahead of
 * decode_next, where that pays.  It changes no event and no byte. */
void decode_may_run_ahead(struct decode *decode, int may);
void decode_begin(struct decode *decode, struct source_list *list, size_t i);
/* Lets go of the source, which may then be closed; for a reader that stops before DECODE_END. */
void decode_end(struct decode *decode);
/* Puts at most `room` (> 0) bytes at p; *got of them are valid whatever the event.  Sets the
 * source's status, decoder, bytes and damage_at as it goes. */
enum decode_event decode_next(struct decode *decode, char *p, size_t room, size_t *got);
/* Moves past a hole in a plain file, as source_skip_hole: NUL bytes that decode_next will not give.
 */
uint64_t decode_skip_hole(struct decode *decode);
/* Raw offset behind what was read of the source so far: in plain content behind the bytes given, in
 * other content, at DECODE_VERIFIED, behind the unit. */
uint64_t decode_at(const struct decode *decode);
int decode_reads_plain(const struct decode *decode);
/* Whether content that starts so (all of it, when shorter than DECODE_MAGIC_MOST) is plain. */
#define DECODE_MAGIC_MOST 16
int decode_is_plain(struct str start);
/* Names of the decoders in this build, NULL ends: "plain", "gzip", ... */
const char *decode_name(size_t i);
#endif
