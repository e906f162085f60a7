/* Inflaters: raw deflate data (RFC 1951) to bytes, by whatever library the build has.  The framing
 * around the data and its check are the caller's (decode_gzip.c), so that the libraries differ in
 * speed alone. */
#ifndef DECODE_INFLATE_H
#define DECODE_INFLATE_H
#include <stddef.h>
#include <stdint.h>

/* What there is to inflate and where to; both ends move. */
struct decode_inflate_io {
	const unsigned char *in;
	size_t in_left;
	unsigned char *out;
	size_t out_left;
};

enum decode_inflate_status {
	DECODE_INFLATE_MORE,   /* all input is consumed or all room is used */
	DECODE_INFLATE_DONE,   /* the data ended just before `in`, which may lie some bytes before
	                          where it stood: input that came earlier */
	DECODE_INFLATE_BROKEN, /* no deflate data; `in` is about where that showed */
	DECODE_INFLATE_NOMEM,
};

#define DECODE_INFLATE_REST 2

struct decode_inflate {
	const char *name;
	void *(*init)(void); /* NULL: no memory */
	void (*fini)(void *state);
	void (*reset)(void *state); /* for new data */
	enum decode_inflate_status (*some)(void *state, struct decode_inflate_io *io);
	/* When no more input comes: bytes that are whole in what was consumed, but were not given.
	 * NULL where there are none. */
	size_t (*rest)(const void *state, unsigned char rest[DECODE_INFLATE_REST]);
	/* CRC-32 as gzip has it (RFC 1952, 8), to be begun with 0. */
	uint32_t (*crc)(uint32_t crc, const void *p, size_t n);
};

/* The rows of this build, the fastest first; NULL ends. */
const struct decode_inflate *decode_inflate_row(size_t i);

extern const struct decode_inflate decode_inflate_zlib, decode_inflate_isal;
#endif
