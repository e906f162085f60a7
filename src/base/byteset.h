/* Sets of bytes, and how regexes write them. */
#ifndef BYTESET_H
#define BYTESET_H
#include <stdint.h>

struct byteset {
	uint32_t word[8];
};

static inline int byteset_has(const struct byteset *set, char c)
{
	return set->word[(unsigned char)c / 32] >> (unsigned char)c % 32 & 1;
}

void byteset_add(struct byteset *set, unsigned from, unsigned to);
void byteset_turn(struct byteset *set); /* to all bytes that were not in it */
void byteset_merge(struct byteset *into, const struct byteset *from);
int byteset_only(const struct byteset *set); /* the byte, or -1 when there are more or none */
/* Adds what one byte of a subject may be: reads at *p, which is before end, a byte, an escape, a
 * class or '.', and moves *p past it.  0 when this is none of them or is not understood; *p is then
 * somewhere in it. */
int byteset_read(struct byteset *set, const char **p, const char *end);
/* The part of byteset_read behind '[' and perhaps '^', up to and with the ']'. */
int byteset_read_members(struct byteset *set, const char **p, const char *end);
#endif
