/* The head of a field: its first bytes in a word, so that one load and one comparison see to all of
 * them.  Fields nearly always lie well within their line, and then the load may take in bytes
 * behind the field, which are masked off; nothing outside the line is read. */
#ifndef HEAD_H
#define HEAD_H
#include <stdint.h>
#include <string.h>

#include "str.h"

#define HEAD_BYTES 8

static inline uint64_t head_turn(uint64_t word)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	word = __builtin_bswap64(word);
#endif
	return word;
}

static inline uint64_t head_load(const void *p)
{
	uint64_t word;

	memcpy(&word, p, sizeof word);
	return head_turn(word);
}

static inline void head_put(unsigned char *p, uint64_t word)
{
	word = head_turn(word);
	memcpy(p, &word, sizeof word);
}

/* Where a load of HEAD_BYTES may begin, seen from the line's first byte: up to `last`.  A line that
 * is too short for that has no such place. */
struct head_room {
	uintptr_t line;
	size_t last;
};

static inline struct head_room head_room(struct str line)
{
	if (line.n < HEAD_BYTES) /* no field is so far before it */
		return (struct head_room){ UINTPTR_MAX, 0 };
	return (struct head_room){ (uintptr_t)line.p, line.n - HEAD_BYTES };
}

static inline int head_is_near(struct str s, struct head_room room)
{
	return (uintptr_t)s.p - room.line <= room.last; /* before the line it is huge */
}

/* What of a word is a field's own, by its length. */
static const uint64_t head_kept[HEAD_BYTES + 1] = { 0, 0xff, 0xffff, 0xffffff, 0xffffffff,
	0xffffffffff, 0xffffffffffff, 0xffffffffffffff, UINT64_MAX };

/* The first byte is the lowest one; those behind the end are zero.  For fields that are near. */
static inline uint64_t head_of(struct str s)
{
	return head_load(s.p) & head_kept[s.n < HEAD_BYTES ? s.n : HEAD_BYTES];
}

/* The same byte by byte, for any field. */
static inline uint64_t head_of_far(struct str s)
{
	uint64_t word = 0;

	for (size_t i = 0; i < s.n && i < HEAD_BYTES; i++)
		word |= (uint64_t)(unsigned char)s.p[i] << 8 * i;
	return word;
}

/* Whether a zero byte is one of the field's own. */
static inline int head_has_zero(uint64_t head, size_t n)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	const uint64_t filled = head | (n < HEAD_BYTES ? UINT64_MAX << 8 * n : 0);

	return ((filled - ones) & ~filled & ones << 7) != 0;
}
#endif
