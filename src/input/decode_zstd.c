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

/* RFC 8878, 3.1: the magic, the descriptor of the header and the byte behind it. */
#define MAGIC_BYTES     4u
#define HEADER_BYTES    6u
#define SINGLE_SEGMENT  0x20u
#define FLAGS_RESERVED  0x08u
#define SKIPPABLE_LOOSE 0x0fu

struct zstd {
	struct decode_unit unit;
	ZSTD_DCtx *context;
	/* So many bytes more are needed for a step.  No more are given to one, so that where damage
	 * shows does not depend on how the input was cut. */
	size_t need;
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

	z->need = ZSTD_initDStream(z->context);
}

/* What ails the frame.  One that only asks for more than is given to it is no damage, but cannot be
 * read either.  The place of all that is the frame's first byte: how far the library has read when
 * it complains hangs on how much it was given at a time. */
static enum decode_piece complain(struct decode *d, size_t rc)
{
	const struct zstd *z = *d->state;
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
	if (advice && decode_source(d)->status == SOURCE_OK)
		decode_source(d)->note = advice;
	decode_damage(d, advice ? SOURCE_UNSUPPORTED : SOURCE_CORRUPT, z->unit.at);
	return DECODE_PIECE_BROKEN;
}

static enum decode_piece inside(struct decode *d, char *p, size_t room, size_t *got)
{
	struct zstd *z = *d->state;

	for (;;) {
		const size_t have = d->used - d->at;
		ZSTD_inBuffer in = { d->in + d->at, have < z->need ? have : z->need, 0 };
		ZSTD_outBuffer out = { p, room, *got };
		const size_t rc = ZSTD_decompressStream(z->context, &out, &in);
		ptrdiff_t n;

		if (ZSTD_isError(rc)) {
			d->at += in.size;
			return complain(d, rc);
		}
		d->at += in.pos;
		*got = out.pos;
		z->need = rc;
		if (rc == 0)
			return DECODE_PIECE_WHOLE;
		if (*got == room)
			return DECODE_PIECE_MORE;
		n = decode_want(d, 1);
		if (n <= 0)
			return n < 0 ? DECODE_PIECE_FAILED : DECODE_PIECE_ENDED;
	}
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
