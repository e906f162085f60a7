#include "decode_inflate.h"

#include <string.h>

#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>

#include "mem.h"

/* A match reaches at most so far back. */
#define WINDOW_BYTES (32u << 10)
/* The library's counters have 32 bits. */
#define MOST         (1u << 30)

static void *isal_init(void)
{
	struct inflate_state *s = mem_new(1, sizeof *s);

	if (s)
		isal_inflate_init(s);
	return s;
}

static void isal_fini(void *state)
{
	mem_free(state);
}

static void isal_reset(void *state)
{
	isal_inflate_reset(state);
}

static enum decode_inflate_status isal_some(void *state, struct decode_inflate_io *io)
{
	struct inflate_state *s = state;
	const uint32_t in = io->in_left < MOST ? (uint32_t)io->in_left : MOST;
	const uint32_t out = io->out_left < MOST ? (uint32_t)io->out_left : MOST;
	size_t ahead;
	int rc;

	/* It refuses matches that reach back behind the first byte by what total_out says, which
	 * would begin anew after 4 GiB. */
	if (s->total_out > WINDOW_BYTES)
		s->total_out = WINDOW_BYTES;
	/* It does not write there. */
	s->next_in = (uint8_t *)(uintptr_t)io->in;
	s->avail_in = in;
	s->next_out = io->out;
	s->avail_out = out;
	rc = isal_inflate(s);
	io->out = s->next_out;
	io->out_left -= out - s->avail_out;
	io->in += in - s->avail_in;
	io->in_left -= in - s->avail_in;
	if (rc == ISAL_DECOMP_OK && s->block_state != ISAL_BLOCK_FINISH)
		return DECODE_INFLATE_MORE;
	/* Whole bytes that it took and did not use. */
	ahead = s->read_in_length > 0 ? (size_t)s->read_in_length / 8 : 0;
	io->in -= ahead;
	io->in_left += ahead;
	return rc == ISAL_DECOMP_OK ? DECODE_INFLATE_DONE : DECODE_INFLATE_BROKEN;
}

/* What comes out if the bits that are left are followed by that. */
static void continue_with(
    struct inflate_state *s, const struct inflate_state *from, int fill, unsigned char *out)
{
	uint8_t padding[8];

	*s = *from;
	memset(padding, fill, sizeof padding);
	memset(s->tmp_out_buffer, fill, sizeof s->tmp_out_buffer);
	memset(out, fill, DECODE_INFLATE_REST);
	s->total_out = s->dict_length = 0;
	s->tmp_out_valid = s->tmp_out_processed = 0;
	s->next_in = padding;
	s->avail_in = sizeof padding;
	s->next_out = out;
	s->avail_out = DECODE_INFLATE_REST;
	(void)isal_inflate(s);
}

/* The library decodes up to three symbols at a time, and takes all back when the input ends inside
 * the last of them: up to two literals are then whole.  They are what comes out whether zeros or
 * ones follow.  Nothing else does: a symbol that is cut becomes another one by zeros than by ones,
 * and a match finds nothing to copy and leaves behind what stood there. */
static size_t isal_rest(const void *state, unsigned char rest[DECODE_INFLATE_REST])
{
	const struct inflate_state *from = state;
	unsigned char other[DECODE_INFLATE_REST];
	struct inflate_state *s;
	size_t n = 0;

	if (from->block_state != ISAL_BLOCK_CODED)
		return 0;
	s = mem_new(1, sizeof *s);
	if (!s)
		return 0;
	continue_with(s, from, 0xff, other);
	continue_with(s, from, 0x00, rest);
	mem_free(s);
	while (n < DECODE_INFLATE_REST && rest[n] == other[n])
		n++;
	return n;
}

static uint32_t isal_crc(uint32_t crc, const void *p, size_t n)
{
	return crc32_gzip_refl(crc, p, n);
}

const struct decode_inflate decode_inflate_isal = {
	.name = "ISA-L",
	.init = isal_init,
	.fini = isal_fini,
	.reset = isal_reset,
	.some = isal_some,
	.rest = isal_rest,
	.crc = isal_crc,
};
