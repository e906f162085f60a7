/* Gzip members for tests. */
#ifndef GZ_H
#define GZ_H
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

/* Holds in every build, as assert does not. */
static inline void gz_require(int holds)
{
	if (!holds)
		abort();
}

struct gz {
	unsigned char *p;
	size_t n, room;
	size_t last; /* where the last member begins */
};

static inline void gz_bytes(struct gz *g, const void *p, size_t n)
{
	if (g->n + n > g->room) {
		g->room = (g->n + n) * 2;
		g->p = realloc(g->p, g->room);
		gz_require(g->p != NULL);
	}
	if (n > 0)
		memcpy(g->p + g->n, p, n);
	g->n += n;
}

static inline void gz_member(struct gz *g, const void *p, size_t n, int level)
{
	const size_t most = n + n / 100 + 100;
	unsigned char *out = malloc(most), *in = malloc(n + 1);
	z_stream z = { 0 };
	int rc;

	gz_require(out && in);
	if (n > 0)
		memcpy(in, p, n);
	rc = deflateInit2(&z, level, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
	gz_require(rc == Z_OK);
	z.next_in = in;
	z.avail_in = (uInt)n;
	z.next_out = out;
	z.avail_out = (uInt)most;
	rc = deflate(&z, Z_FINISH);
	gz_require(rc == Z_STREAM_END);
	g->last = g->n;
	gz_bytes(g, out, most - z.avail_out);
	(void)deflateEnd(&z);
	free(out);
	free(in);
}

static inline void gz_fini(struct gz *g)
{
	free(g->p);
	*g = (struct gz){ 0 };
}
#endif
