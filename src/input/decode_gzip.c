#include "decode_impl.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

/* Without the gz* calls, which are banned; memory is ours in any case. */
#define Z_SOLO
#include <zlib.h>

#include "mem.h"

/* Magic, method and flags, which tell whether a member can be read; and the whole fixed header. */
#define HEADER_BYTES      4u
#define FULL_HEADER_BYTES 10u
/* zlib reads header and trailer itself, and checks CRC-32 and size. */
#define WINDOW_GZIP       (16 + MAX_WBITS)

enum place {
	GZIP_BETWEEN, /* before a member, or the zero padding before it */
	GZIP_INSIDE,
	GZIP_STRAY, /* behind the last member, in bytes that are none */
	GZIP_LOST,  /* behind damage, looking for the next member */
};

struct gzip {
	z_stream z;
	enum place place;
	uint64_t members;   /* begun so far */
	uint64_t member_at; /* raw offset of the last one begun */
	/* Up to here a search for the next member went back once.  It does not do so again: no byte
	 * is inflated more than twice, whatever comes. */
	uint64_t tried;
};

static voidpf allocate(voidpf ctx, uInt count, uInt size)
{
	(void)ctx;
	return mem_new(count, size);
}

static void release(voidpf ctx, voidpf p)
{
	(void)ctx;
	mem_free(p);
}

int decode_gzip_begin(void **state)
{
	struct gzip *g = *state;

	if (!g) {
		g = mem_new(1, sizeof *g);
		if (!g)
			return 0;
		g->z.zalloc = allocate;
		g->z.zfree = release;
		if (inflateInit2(&g->z, WINDOW_GZIP) != Z_OK) {
			mem_free(g);
			return 0;
		}
		*state = g;
	}
	g->place = GZIP_BETWEEN;
	g->members = g->member_at = g->tried = 0;
	return 1;
}

void decode_gzip_fini(void *state)
{
	struct gzip *g = state;

	(void)inflateEnd(&g->z);
	mem_free(g);
}

/* What n <= HEADER_BYTES bytes may begin: a member of the one method there is, reserved flags zero
 * (RFC 1952, 2.3). */
static int may_be_header(const unsigned char *p, size_t n)
{
	static const unsigned char magic[] = { 0x1f, 0x8b, Z_DEFLATED };

	if (memcmp(p, magic, n < sizeof magic ? n : sizeof magic) != 0)
		return 0;
	return n < HEADER_BYTES || (p[3] & 0xe0) == 0;
}

/* Whether the full header is one that a known writer makes: extra flags of the method, a system of
 * the list.  Random bytes pass once in 2^37 places, so that a search hardly ever stops at none. */
static int is_likely_header(const unsigned char *p)
{
	return may_be_header(p, HEADER_BYTES) && (p[8] == 0 || p[8] == 2 || p[8] == 4) &&
	    (p[9] <= 13 || p[9] == 255);
}

static void begin_member(struct decode *d, struct gzip *g)
{
	(void)inflateReset(&g->z);
	g->place = GZIP_INSIDE;
	g->members++;
	g->member_at = decode_offset(d);
}

/* Whether a member came before: then zero padding and stray bytes may follow. */
static int is_behind_one(struct decode *d, const struct gzip *g)
{
	return g->members > 0 || decode_source(d)->start > 0;
}

/* Between members, until one begins or an event is due.  1: go on. */
static int between(struct decode *d, struct gzip *g, enum decode_event *event)
{
	ptrdiff_t n;

	while ((n = decode_want(d, 1)) == 1 && d->in[d->at] == 0 && is_behind_one(d, g))
		d->at++;
	if (n == 1)
		n = decode_want(d, HEADER_BYTES);
	*event = n < 0 ? DECODE_FAILED : DECODE_END;
	if (n <= 0)
		return 0;
	if (may_be_header(d->in + d->at, (size_t)n)) {
		if (n == HEADER_BYTES) {
			begin_member(d, g);
			return 1;
		}
		decode_damage(d, SOURCE_TRUNCATED, decode_offset(d) + (size_t)n);
		*event = DECODE_TRUNCATED;
		return 0;
	}
	if (is_behind_one(d, g)) {
		decode_damage(d, SOURCE_TRAILING, decode_offset(d));
		g->place = GZIP_STRAY;
		return 1;
	}
	decode_damage(d, SOURCE_CORRUPT, decode_offset(d));
	g->place = GZIP_LOST;
	*event = DECODE_CORRUPT;
	return 0;
}

/* Moves to the next likely header at or after the reading position: 1, 0 when there is none, -1
 * read error. */
static int find_header(struct decode *d)
{
	for (;;) {
		const ptrdiff_t n = decode_want(d, FULL_HEADER_BYTES);
		const unsigned char *hit;

		if (n < (ptrdiff_t)FULL_HEADER_BYTES)
			return n < 0 ? -1 : 0;
		if (is_likely_header(d->in + d->at))
			return 1;
		d->at++;
		hit = memchr(d->in + d->at, 0x1f, d->used - d->at);
		d->at = hit ? (size_t)(hit - d->in) : d->used;
	}
}

/* Stray bytes with a member behind them were no trailing garbage, but a member whose header is
 * damaged. */
static int resume(struct decode *d, struct gzip *g, enum decode_event *event)
{
	const int found = find_header(d);

	*event = found < 0 ? DECODE_FAILED : DECODE_END;
	if (found <= 0)
		return 0;
	if (g->place == GZIP_LOST) {
		begin_member(d, g);
		return 1;
	}
	if (decode_source(d)->status == SOURCE_TRAILING)
		decode_source(d)->status = SOURCE_CORRUPT;
	g->place = GZIP_LOST;
	*event = DECODE_CORRUPT;
	return 0;
}

/* Sends the search for the next member back to just behind the header of this one, or as far as the
 * history goes. */
static void go_back(struct decode *d, struct gzip *g)
{
	const uint64_t at = decode_offset(d);
	uint64_t back = at > DECODE_HISTORY ? at - DECODE_HISTORY : 0;

	back = back > g->member_at ? back : g->member_at + 1;
	back = back > g->tried ? back : g->tried;
	if (back < at)
		decode_rewind(d, back);
	g->tried = at > g->tried ? at : g->tried;
	g->place = GZIP_LOST;
}

static enum decode_event broken(struct decode *d, struct gzip *g)
{
	decode_damage(d, SOURCE_CORRUPT, decode_offset(d));
	go_back(d, g);
	return DECODE_CORRUPT;
}

/* The input ended inside a member: it is cut, unless it had lost its own end and swallowed a later
 * one. */
static enum decode_event ended(struct decode *d, struct gzip *g)
{
	const uint64_t at = decode_offset(d);

	go_back(d, g);
	if (find_header(d) == 1) {
		decode_damage(d, SOURCE_CORRUPT, at);
		return DECODE_CORRUPT;
	}
	decode_damage(d, SOURCE_TRUNCATED, at);
	return DECODE_TRUNCATED;
}

static int inflate_some(struct decode *d, struct gzip *g, char *p, size_t room, size_t *got)
{
	const size_t most = room < UINT_MAX ? room : UINT_MAX;
	int rc;

	g->z.next_in = d->in + d->at;
	g->z.avail_in = (uInt)(d->used - d->at);
	g->z.next_out = (Bytef *)p;
	g->z.avail_out = (uInt)most;
	rc = inflate(&g->z, Z_NO_FLUSH);
	d->at = d->used - g->z.avail_in;
	*got += most - g->z.avail_out;
	return rc;
}

/* Called with room: zlib may hold output back although all input is consumed, so it is asked before
 * more is read. */
static enum decode_event inside(struct decode *d, struct gzip *g, char *p, size_t room, size_t *got)
{
	for (;;) {
		const int rc = inflate_some(d, g, p + *got, room - *got, got);
		ptrdiff_t n;

		if (rc == Z_STREAM_END) {
			g->place = GZIP_BETWEEN;
			return DECODE_VERIFIED;
		}
		if (rc == Z_MEM_ERROR)
			return decode_fail(d, SOURCE_READ_ERROR, ENOMEM);
		if (rc != Z_OK && rc != Z_BUF_ERROR)
			return broken(d, g);
		if (*got == room)
			return DECODE_DATA;
		n = decode_want(d, 1);
		if (n < 0)
			return DECODE_FAILED;
		if (n == 0)
			return ended(d, g);
	}
}

enum decode_event decode_gzip_next(struct decode *d, char *p, size_t room, size_t *got)
{
	struct gzip *g = *d->state;
	enum decode_event event;
	int more = 1;

	while (more && g->place != GZIP_INSIDE)
		more = g->place == GZIP_BETWEEN ? between(d, g, &event) : resume(d, g, &event);
	return more ? inside(d, g, p, room, got) : event;
}
