#include "decode_inflate.h"

#include <limits.h>

/* Without the gz* calls, which are banned; memory is ours in any case. */
#define Z_SOLO
#define ZLIB_CONST
#include <zlib.h>

#include "mem.h"

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

static void *zlib_init(void)
{
	z_stream *z = mem_new(1, sizeof *z);

	if (!z)
		return NULL;
	z->zalloc = allocate;
	z->zfree = release;
	if (inflateInit2(z, -MAX_WBITS) == Z_OK)
		return z;
	mem_free(z);
	return NULL;
}

static void zlib_fini(void *state)
{
	(void)inflateEnd(state);
	mem_free(state);
}

static void zlib_reset(void *state)
{
	(void)inflateReset(state);
}

static enum decode_inflate_status zlib_some(void *state, struct decode_inflate_io *io)
{
	const size_t in = io->in_left < UINT_MAX ? io->in_left : UINT_MAX;
	const size_t out = io->out_left < UINT_MAX ? io->out_left : UINT_MAX;
	z_stream *z = state;
	int rc;

	z->next_in = io->in;
	z->avail_in = (uInt)in;
	z->next_out = io->out;
	z->avail_out = (uInt)out;
	rc = inflate(z, Z_NO_FLUSH);
	io->in = z->next_in;
	io->in_left -= in - z->avail_in;
	io->out = z->next_out;
	io->out_left -= out - z->avail_out;
	switch (rc) {
	case Z_OK:
	case Z_BUF_ERROR:
		return DECODE_INFLATE_MORE;
	case Z_STREAM_END:
		return DECODE_INFLATE_DONE;
	case Z_MEM_ERROR:
		return DECODE_INFLATE_NOMEM;
	default:
		return DECODE_INFLATE_BROKEN;
	}
}

static uint32_t zlib_crc(uint32_t crc, const void *p, size_t n)
{
	return (uint32_t)crc32_z(crc, p, n);
}

const struct decode_inflate decode_inflate_zlib = {
	.name = "zlib",
	.init = zlib_init,
	.fini = zlib_fini,
	.reset = zlib_reset,
	.some = zlib_some,
	.crc = zlib_crc,
};
