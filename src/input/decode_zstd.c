#include "decode_unit.h"

#include <errno.h>
#include <string.h>

#include <zstd.h>
#include <zstd_errors.h>

#include "mem.h"

/* What zstd -d allows without being asked for more: 128 MiB.  The library takes no more than the
 * frame declares. */
#define WINDOW_LOG_MOST  27
#define WINDOW_LOG_LEAST 10

/* RFC 8878, 3.1.1: the magic, the descriptor of the header and the byte behind it; blocks. */
#define MAGIC_BYTES      4u
#define HEADER_BYTES     6u
#define DESCRIPTOR       4u
#define SINGLE_SEGMENT   0x20u
#define HAS_CHECK        0x04u
#define FLAGS_RESERVED   0x08u
#define BLOCK_BYTES      3u
#define BLOCK_LAST       0x01u
#define BLOCK_TYPE(head) ((head) >> 1 & 3)
#define BLOCK_SIZE(head) ((head) >> 3)
#define BLOCK_RLE        1u
#define CHECK_BYTES      4u
/* 3.1.2 */
#define SKIPPABLE_BYTES  8u
#define SKIPPABLE_LOOSE  0x0fu

/* A frame is given to the library part by part, and all parts but the content of blocks only when
 * they are there whole: then damage shows at the end of a part, however the input was cut. */
struct zstd {
	struct decode_unit unit;
	ZSTD_DCtx *context;
	enum {
		PART_HEADER,
		PART_BLOCK, /* the header of one */
		PART_CONTENT,
		PART_CHECK,
		PART_SKIPPED, /* of a skippable frame, all of it */
		PART_NONE,    /* the frame is given */
	} part;
	uint64_t left; /* bytes of the part that are yet to be given; 0: it is not begun */
	int is_last, has_check;
	int may_hold; /* the room was used up: the library may have bytes left to give */
};

int decode_zstd_begin(struct decode *d)
{
	struct zstd *z = *d->state;

	if (!z) {
		z = mem_new(1, sizeof *z);
		if (!z)
			return 0;
		z->context = ZSTD_createDCtx();
		if (!z->context) {
			mem_free(z);
			return 0;
		}
		(void)ZSTD_DCtx_setParameter(z->context, ZSTD_d_windowLogMax, WINDOW_LOG_MOST);
		*d->state = z;
	}
	z->unit = (struct decode_unit){ 0 };
	return 1;
}

void decode_zstd_fini(void *state)
{
	struct zstd *z = state;

	(void)ZSTD_freeDCtx(z->context);
	mem_free(z);
}

static const unsigned char magic[MAGIC_BYTES] = { 0x28, 0xb5, 0x2f, 0xfd };

static int is_skippable(const unsigned char *p, size_t n)
{
	static const unsigned char skippable[MAGIC_BYTES] = { 0x50, 0x2a, 0x4d, 0x18 };

	return (p[0] & ~SKIPPABLE_LOOSE) == skippable[0] &&
	    memcmp(p + 1, skippable + 1, n - 1) == 0;
}

static int may_begin(const unsigned char *p, size_t n)
{
	return memcmp(p, magic, n) == 0 || is_skippable(p, n);
}

/* A search stops at frames with data in them only. */
static int is_likely(const unsigned char *p)
{
	return memcmp(p, magic, MAGIC_BYTES) == 0 && (p[4] & FLAGS_RESERVED) == 0 &&
	    (p[4] & SINGLE_SEGMENT || WINDOW_LOG_LEAST + (p[5] >> 3) <= WINDOW_LOG_MOST);
}

static void begin(struct decode *d)
{
	struct zstd *z = *d->state;

	(void)ZSTD_initDStream(z->context);
	z->part = is_skippable(d->in + d->at, MAGIC_BYTES) ? PART_SKIPPED : PART_HEADER;
	z->left = 0;
	z->may_hold = 0;
}

/* ---- parts ---- */

static uint32_t little_endian(const unsigned char *p, size_t n)
{
	uint32_t v = 0;

	while (n > 0)
		v = v << 8 | p[--n];
	return v;
}

/* 3.1.1.1: from the magic to the first block. */
static size_t header_bytes(unsigned char descriptor)
{
	static const unsigned char dictionary[] = { 0, 1, 2, 4 }, content[] = { 0, 2, 4, 8 };
	const size_t is_single = (descriptor & SINGLE_SEGMENT) != 0;

	return MAGIC_BYTES + 1 + !is_single + dictionary[descriptor & 3] +
	    (descriptor >> 6 ? content[descriptor >> 6] : is_single);
}

/* What has to be there for the part to be begun: the bytes that tell how long it is. */
static const size_t part_needs[] = {
	[PART_HEADER] = DESCRIPTOR + 1,
	[PART_BLOCK] = BLOCK_BYTES,
	[PART_CONTENT] = 0,
	[PART_CHECK] = CHECK_BYTES,
	[PART_SKIPPED] = SKIPPABLE_BYTES,
	[PART_NONE] = 0,
};

/* Begins the part, whose first bytes are at p; its content is `left` already. */
static void begin_part(struct zstd *z, const unsigned char *p)
{
	if (z->part == PART_HEADER) {
		z->has_check = (p[DESCRIPTOR] & HAS_CHECK) != 0;
		z->left = header_bytes(p[DESCRIPTOR]);
	} else if (z->part == PART_SKIPPED) {
		z->left = SKIPPABLE_BYTES + (uint64_t)little_endian(p + MAGIC_BYTES, 4);
	} else {
		z->left = part_needs[z->part];
	}
}

/* Goes on to what follows a part that was given whole; its last bytes are before p. */
static void end_part(struct zstd *z, const unsigned char *p)
{
	uint32_t head;

	if (z->part == PART_BLOCK) {
		head = little_endian(p - BLOCK_BYTES, BLOCK_BYTES);
		z->is_last = (head & BLOCK_LAST) != 0;
		z->left = BLOCK_TYPE(head) == BLOCK_RLE ? 1 : BLOCK_SIZE(head);
		z->part = PART_CONTENT;
	}
	if (z->left > 0)
		return;
	if (z->part == PART_HEADER || (z->part == PART_CONTENT && !z->is_last))
		z->part = PART_BLOCK;
	else
		z->part = z->part == PART_CONTENT && z->has_check ? PART_CHECK : PART_NONE;
}

/* What ails the frame.  One that only asks for more than is given to it is no damage, but cannot be
 * read either. */
static enum decode_piece complain(struct decode *d, size_t rc)
{
	const char *advice = NULL;

	switch ((int)ZSTD_getErrorCode(rc)) {
	case ZSTD_error_memory_allocation:
		(void)decode_fail(d, SOURCE_READ_ERROR, ENOMEM);
		return DECODE_PIECE_FAILED;
	case ZSTD_error_frameParameter_windowTooLarge:
		advice = "it needs a window of more than 128 MiB; pipe it through "
		         "'zstdcat --long=31' and name '-'";
		break;
	case ZSTD_error_dictionary_wrong:
		advice = "it needs a dictionary; pipe it through 'zstdcat -D DICTIONARY' and name "
		         "'-'";
		break;
	default:
		break;
	}
	if (advice && decode_source(d)->status == SOURCE_OK) {
		decode_source(d)->note = advice;
		decode_damage(d, SOURCE_UNSUPPORTED, decode_offset(d));
	}
	return DECODE_PIECE_BROKEN;
}

/* How many bytes of the part under way are there to be given; all of a short part.  -1: the input
 * ended before, or could not be read, as *piece says. */
static ptrdiff_t have_of_part(struct decode *d, enum decode_piece *piece)
{
	struct zstd *z = *d->state;
	const size_t needs = z->left > 0 ? 0 : part_needs[z->part];
	size_t want = needs;
	ptrdiff_t n = decode_want(d, needs);

	if (n >= 0 && (size_t)n == needs) {
		if (needs > 0)
			begin_part(z, d->in + d->at);
		want = z->part == PART_CONTENT || z->part == PART_SKIPPED ? z->left > 0 : z->left;
		n = decode_want(d, want);
	}
	if (n >= 0 && (size_t)n == want)
		return d->used - d->at < z->left ? (ptrdiff_t)(d->used - d->at)
		                                 : (ptrdiff_t)z->left;
	if (n >= 0)
		d->at += (size_t)n;
	*piece = n < 0 ? DECODE_PIECE_FAILED : DECODE_PIECE_ENDED;
	return -1;
}

static void take(struct decode *d, size_t n)
{
	struct zstd *z = *d->state;

	d->at += n;
	z->left -= n;
	if (z->left == 0)
		end_part(z, d->in + d->at);
}

/* Goes past what is left of the part; of stored content some was given before. */
static void pass_part(struct decode *d)
{
	struct zstd *z = *d->state;

	while (z->left > 0 && decode_want(d, 1) > 0) {
		const size_t have = d->used - d->at, n = have < z->left ? have : (size_t)z->left;

		d->at += n;
		z->left -= n;
	}
}

/* Gives n bytes of the part to the library, which takes them all unless the room is used up. */
static enum decode_piece give(struct decode *d, size_t n, ZSTD_outBuffer *out)
{
	struct zstd *z = *d->state;
	ZSTD_inBuffer in = { d->in + d->at, n, 0 };
	const size_t rc = ZSTD_decompressStream(z->context, out, &in);

	if (ZSTD_isError(rc)) {
		pass_part(d);
		return complain(d, rc);
	}
	if (in.pos > 0)
		take(d, in.pos);
	else if (rc > 0 && z->part == PART_NONE && !z->may_hold)
		return DECODE_PIECE_BROKEN;
	z->may_hold = out->pos == out->size;
	return rc == 0 ? DECODE_PIECE_WHOLE : DECODE_PIECE_MORE;
}

static enum decode_piece inside(struct decode *d, char *p, size_t room, size_t *got)
{
	struct zstd *z = *d->state;
	ZSTD_outBuffer out = { .size = room, .pos = *got };
	enum decode_piece piece = DECODE_PIECE_MORE;

	out.dst = p;
	while (piece == DECODE_PIECE_MORE && out.pos < room) {
		const ptrdiff_t n = z->may_hold ? 0 : have_of_part(d, &piece);

		if (n < 0)
			break;
		if (z->part != PART_SKIPPED) {
			piece = give(d, (size_t)n, &out);
			continue;
		}
		take(d, (size_t)n);
		if (z->part == PART_NONE)
			piece = DECODE_PIECE_WHOLE;
	}
	*got = out.pos;
	return piece;
}

enum decode_event decode_zstd_next(struct decode *d, char *p, size_t room, size_t *got)
{
	static const struct decode_codec zstd = {
		.first = 0x28,
		.few = MAGIC_BYTES,
		.full = HEADER_BYTES,
		.may_begin = may_begin,
		.is_likely = is_likely,
		.begin = begin,
		.inside = inside,
	};
	struct zstd *z = *d->state;

	return decode_unit_next(d, &z->unit, &zstd, p, room, got);
}
