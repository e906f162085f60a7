/* The head of a field: its first bytes in a word, so that one load and one comparison see to all of
 * them.  Fields nearly always lie well within their line, and then the load may take in bytes
 * behind the field, which are masked off; nothing outside the line is read. */
#ifndef HEAD_H
#define HEAD_H
#include <stdint.h>
#include <string.h>

#include "str.h"

#define HEAD_BYTES 8

/* The first byte is the lowest one. */
static inline uint64_t head_load(const char *p)
{
	uint64_t word;

	memcpy(&word, p, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	word = __builtin_bswap64(word);
#endif
	return word;
}

/* Where a load of so many bytes may begin, seen from the line's first byte: up to `last`.  A line
 * that is too short for that has no such place. */
struct head_room {
	uintptr_t line;
	size_t last;
};

static inline struct head_room head_room(struct str line, size_t bytes)
{
	if (line.n < bytes) /* no field is so far before it */
		return (struct head_room){ UINTPTR_MAX, 0 };
	return (struct head_room){ (uintptr_t)line.p, line.n - bytes };
}

static inline int head_is_near(struct str s, struct head_room room)
{
	return (uintptr_t)s.p - room.line <= room.last; /* before the line it is huge */
}

/* The same of any field, byte by byte; those behind its end are zero. */
static inline uint64_t head_of_far(struct str s)
{
	uint64_t word = 0;

	for (size_t i = 0; i < s.n && i < HEAD_BYTES; i++)
		word |= (uint64_t)(unsigned char)s.p[i] << 8 * i;
	return word;
}
#endif
