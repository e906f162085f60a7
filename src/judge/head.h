/* The head of a field: its first bytes in a word, so that one load and one comparison see to all of
 * them.  Fields nearly always lie well within their line, and then the load may take in bytes
 * behind the field, which are masked off; nothing outside the line is read. */
#ifndef HEAD_H
#define HEAD_H
#include <stdint.h>
#include <string.h>

#include "str.h"

#define HEAD_BYTES 8

/* The same byte by byte, for fields at the end of their line or of other memory. */
static inline uint64_t head_slow(struct str s)
{
	uint64_t word = 0;

	for (size_t i = 0; i < s.n && i < HEAD_BYTES; i++)
		word |= (uint64_t)(unsigned char)s.p[i] << 8 * i;
	return word;
}

static inline uint64_t head_turn(uint64_t word)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	word = __builtin_bswap64(word);
#endif
	return word;
}

static inline uint64_t head_load(const char *p)
{
	uint64_t word;

	memcpy(&word, p, sizeof word);
	return head_turn(word);
}

/* The first byte is the lowest one; those behind the end are zero. */
static inline uint64_t head_of(struct str s, struct str line)
{
	static const uint64_t kept[HEAD_BYTES + 1] = { 0, 0xff, 0xffff, 0xffffff, 0xffffffff,
		0xffffffffff, 0xffffffffffff, 0xffffffffffffff, UINT64_MAX };
	const uintptr_t at = (uintptr_t)s.p - (uintptr_t)line.p; /* before the line it is huge */

	if (at >= line.n || line.n - at < HEAD_BYTES)
		return head_slow(s);
	return head_load(s.p) & kept[s.n < HEAD_BYTES ? s.n : HEAD_BYTES];
}
#endif
