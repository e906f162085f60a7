/* Brief fields: a method or a status is of a few bytes and takes few values, so that what the rules
 * say of a value is worth keeping by the value: one look-up a field and line answers every rule
 * that asks for it, by one bit each.  What is kept was said by the very evaluation it stands for.
 */
#ifndef BRIEF_H
#define BRIEF_H
#include "head.h"

#define BRIEF_BYTES  7 /* of a value; longer ones are not kept */
#define BRIEF_VALUES 64
#define BRIEF_RULES  64 /* of all brief fields together: one bit each */

struct brief_value {
	uint64_t key; /* as brief_key makes it; 0: nothing is kept here */
	uint64_t yes; /* the rules that say yes to it, the others saying no */
};
struct brief {
	unsigned slot;
	uint64_t rules; /* that ask for the field */
	struct brief_value value[BRIEF_VALUES];
};

static inline int brief_fits(struct str s)
{
	return s.n - 1 < BRIEF_BYTES;
}

/* What of a word is a value's own, by its length. */
static const uint64_t brief_own[BRIEF_BYTES + 1] = { 0, 0xff, 0xffff, 0xffffff, 0xffffffff,
	0xffffffffff, 0xffffffffffff, 0xffffffffffffff };

/* The bytes of a value that fits and how many they are, which no other value has. */
static inline uint64_t brief_key(uint64_t head, size_t n)
{
	return (head & brief_own[n]) | (uint64_t)n << 56;
}

/* Where a value is kept, or would be. */
static inline size_t brief_at(uint64_t key)
{
	return (key * UINT64_C(0x9e3779b97f4a7c15)) >> 58;
}
#endif
