#include "decode_unit.h"

#include <errno.h>
#include <string.h>

#include "mem.h"

/* RFC 1952, 2.3: magic, method and flags; time, extra flags and system follow. */
#define HEADER_FEW_BYTES 4u
#define HEADER_BYTES     10u
#define METHOD_DEFLATE   8
#define FLAG_CHECK       0x02u
#define FLAG_EXTRA       0x04u
#define FLAG_NAME        0x08u
#define FLAG_COMMENT     0x10u
#define FLAGS_RESERVED   0xe0u

struct gzip {
	struct decode_unit unit;
	const struct decode_inflate *inflate;
	void *data;    /* what *inflate keeps */
	int headed;    /* the member's header was read */
	size_t rested; /* bytes given of the rest, when the input ended */
	uint32_t crc, size;
};

int decode_gzip_begin(struct decode *d)
{
	struct gzip *g = *d->state;

	if (!g) {
		g = mem_new(1, sizeof *g);
		if (!g)
			return 0;
		g->inflate = d->inflate;
		g->data = g->inflate->init();
		if (!g->data) {
			mem_free(g);
			return 0;
		}
		*d->state = g;
	}
	g->unit = (struct decode_unit){ 0 };
	return 1;
}

void decode_gzip_fini(void *state)
{
	struct gzip *g = state;

	g->inflate->fini(g->data);
	mem_free(g);
}

static int may_begin(const unsigned char *p, size_t n)
{
	static const unsigned char magic[] = { 0x1f, 0x8b, METHOD_DEFLATE };

	if (memcmp(p, magic, n < sizeof magic ? n : sizeof magic) != 0)
		return 0;
	return n < HEADER_FEW_BYTES || (p[3] & FLAGS_RESERVED) == 0;
}

/* Whether the full header is one that a known writer makes: extra flags of the method, a system of
 * the list.  Random bytes pass once in 2^37 places, so that a search hardly ever stops at none. */
static int is_likely(const unsigned char *p)
{
	return may_begin(p, HEADER_FEW_BYTES) && (p[8] == 0 || p[8] == 2 || p[8] == 4) &&
	    (p[9] <= 13 || p[9] == 255);
}

static void begin(struct decode *d)
{
	struct gzip *g = *d->state;

	g->inflate->reset(g->data);
	g->headed = 0;
	g->rested = 0;
	g->crc = g->size = 0;
}

/* ---- the header, under the CRC that it may carry ---- */

/* Consumes n <= sizeof d->in - DECODE_HISTORY bytes, which stay at *p until more is asked for. */
static enum decode_piece take(struct decode *d, size_t n, const unsigned char **p)
{
	const ptrdiff_t have = decode_want(d, n);

	if (have < 0)
		return DECODE_PIECE_FAILED;
	*p = d->in + d->at;
	d->at += (size_t)have;
	return (size_t)have < n ? DECODE_PIECE_ENDED : DECODE_PIECE_WHOLE;
}

static enum decode_piece take_checked(struct decode *d, size_t n, const unsigned char **p)
{
	struct gzip *g = *d->state;
	const enum decode_piece piece = take(d, n, p);

	if (piece == DECODE_PIECE_WHOLE)
		g->crc = g->inflate->crc(g->crc, *p, n);
	return piece;
}

/* Passes over bytes up to and with a zero byte. */
static enum decode_piece pass_string(struct decode *d)
{
	const unsigned char *p, *end;
	enum decode_piece piece;

	do {
		const ptrdiff_t have = decode_want(d, 1);
		size_t n;

		if (have <= 0)
			return have < 0 ? DECODE_PIECE_FAILED : DECODE_PIECE_ENDED;
		end = memchr(d->in + d->at, 0, d->used - d->at);
		n = end ? (size_t)(end - (d->in + d->at)) + 1 : d->used - d->at;
		piece = take_checked(d, n, &p);
	} while (piece == DECODE_PIECE_WHOLE && !end);
	return piece;
}

static uint32_t little_endian(const unsigned char *p, size_t n)
{
	uint32_t x = 0;

	while (n-- > 0)
		x = x << 8 | p[n];
	return x;
}

static enum decode_piece pass_extra(struct decode *d)
{
	const unsigned char *p;
	enum decode_piece piece = take_checked(d, 2, &p);

	if (piece == DECODE_PIECE_WHOLE)
		piece = take_checked(d, little_endian(p, 2), &p);
	return piece;
}

/* Consumes n bytes that tell what was reckoned. */
static enum decode_piece check(struct decode *d, size_t n, uint32_t reckoned)
{
	const unsigned char *p;
	const enum decode_piece piece = take(d, n, &p);

	if (piece == DECODE_PIECE_WHOLE && little_endian(p, n) != reckoned)
		return DECODE_PIECE_BROKEN;
	return piece;
}

static enum decode_piece pass_header(struct decode *d)
{
	struct gzip *g = *d->state;
	const unsigned char *p;
	enum decode_piece piece = take_checked(d, HEADER_BYTES, &p);
	unsigned flags;

	if (piece != DECODE_PIECE_WHOLE)
		return piece;
	flags = p[3];
	if (flags & FLAG_EXTRA)
		piece = pass_extra(d);
	if (piece == DECODE_PIECE_WHOLE && flags & FLAG_NAME)
		piece = pass_string(d);
	if (piece == DECODE_PIECE_WHOLE && flags & FLAG_COMMENT)
		piece = pass_string(d);
	if (piece == DECODE_PIECE_WHOLE && flags & FLAG_CHECK)
		piece = check(d, 2, g->crc & 0xffff);
	g->crc = 0;
	return piece;
}

/* ---- the data and what is said of it behind it ---- */

static enum decode_inflate_status inflate_some(
    struct decode *d, struct gzip *g, char *p, size_t room, size_t *got)
{
	struct decode_inflate_io io = {
		.in = d->in + d->at,
		.in_left = d->used - d->at,
		.out = (unsigned char *)p + *got,
		.out_left = room - *got,
	};
	const enum decode_inflate_status status = g->inflate->some(g->data, &io);
	const size_t n = room - *got - io.out_left;

	d->at = (size_t)(io.in - d->in);
	g->crc = g->inflate->crc(g->crc, p + *got, n);
	g->size += (uint32_t)n;
	*got += n;
	return status;
}

/* What the library still had of a member that is cut. */
static enum decode_piece give_rest(struct gzip *g, char *p, size_t room, size_t *got)
{
	unsigned char rest[DECODE_INFLATE_REST];
	const size_t n = g->inflate->rest ? g->inflate->rest(g->data, rest) : 0;

	while (g->rested < n && *got < room)
		p[(*got)++] = (char)rest[g->rested++];
	return g->rested < n ? DECODE_PIECE_MORE : DECODE_PIECE_ENDED;
}

/* The library may hold output back although all input is consumed, so it is asked before more is
 * read. */
static enum decode_piece inflate_data(struct decode *d, char *p, size_t room, size_t *got)
{
	struct gzip *g = *d->state;

	for (;;) {
		ptrdiff_t n;

		switch (inflate_some(d, g, p, room, got)) {
		case DECODE_INFLATE_DONE:
			return DECODE_PIECE_WHOLE;
		case DECODE_INFLATE_BROKEN:
			return DECODE_PIECE_BROKEN;
		case DECODE_INFLATE_NOMEM:
			(void)decode_fail(d, SOURCE_READ_ERROR, ENOMEM);
			return DECODE_PIECE_FAILED;
		case DECODE_INFLATE_MORE:
			break;
		}
		if (*got == room)
			return DECODE_PIECE_MORE;
		n = decode_want(d, 1);
		if (n < 0)
			return DECODE_PIECE_FAILED;
		if (n == 0)
			return give_rest(g, p, room, got);
	}
}

static enum decode_piece inside(struct decode *d, char *p, size_t room, size_t *got)
{
	struct gzip *g = *d->state;
	enum decode_piece piece = DECODE_PIECE_WHOLE;

	if (!g->headed)
		piece = pass_header(d);
	g->headed = 1;
	if (piece == DECODE_PIECE_WHOLE)
		piece = inflate_data(d, p, room, got);
	if (piece == DECODE_PIECE_WHOLE)
		piece = check(d, 4, g->crc);
	if (piece == DECODE_PIECE_WHOLE)
		piece = check(d, 4, g->size);
	return piece;
}

enum decode_event decode_gzip_next(struct decode *d, char *p, size_t room, size_t *got)
{
	static const struct decode_codec gzip = {
		.first = 0x1f,
		.few = HEADER_FEW_BYTES,
		.full = HEADER_BYTES,
		.may_begin = may_begin,
		.is_likely = is_likely,
		.begin = begin,
		.inside = inside,
	};
	struct gzip *g = *d->state;

	return decode_unit_next(d, &g->unit, &gzip, p, room, got);
}
