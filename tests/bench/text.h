/* Text: bytes appended to a buffer that has room for them; the callers' buffers are made so large
 * that the longest line fits. */
#ifndef TEXT_H
#define TEXT_H
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

struct text {
	const char *p;
	size_t n;
};
/* clang-format off */
#define TEXT(s) { s, sizeof(s) - 1 }
/* clang-format on */

struct buf {
	char *p;
	size_t n;
};

static inline void put(struct buf *b, const char *p, size_t n)
{
	memcpy(b->p + b->n, p, n);
	b->n += n;
}

#define PUT(b, literal) put(b, literal, sizeof(literal) - 1)

static inline void put_text(struct buf *b, struct text t)
{
	put(b, t.p, t.n);
}

static inline void put_buf(struct buf *b, const struct buf *from)
{
	put(b, from->p, from->n);
}

static inline void put_number(struct buf *b, uint64_t v)
{
	char digits[20];
	size_t at = sizeof(digits);

	do
		digits[--at] = (char)('0' + v % 10);
	while (v /= 10);
	put(b, digits + at, sizeof(digits) - at);
}

/* v in exactly `width` digits. */
static inline void put_digits(struct buf *b, unsigned v, unsigned width)
{
	for (unsigned i = width; i-- > 0; v /= 10)
		b->p[b->n + i] = (char)('0' + v % 10);
	b->n += width;
}
#endif
