/* Brief fields: a method or a status is of a few bytes and takes few values, so that what the rules
 * say of a value is worth keeping by the value: one look-up a field and line answers every rule
 * that asks for it, by one bit each.  What is kept was said by the very evaluation it stands for.
 */
#ifndef BRIEF_H
#define BRIEF_H
#include <string.h>

#include "str.h"
#include <stdint.h>

#define BRIEF_BYTES  8 /* of a value; longer ones are not kept */
#define BRIEF_VALUES 64
#define BRIEF_RULES  64 /* of all brief fields together: one bit each */

struct brief_value {
	uint64_t word; /* its bytes, as brief_word packs them */
	size_t n;      /* how many; 0: nothing is kept here */
	uint64_t yes;  /* the rules that say yes to it, the others saying no */
};
struct brief {
	unsigned slot;
	uint64_t rules; /* that ask for the field */
	struct brief_value value[BRIEF_VALUES];
};

/* The bytes in a word; 1 to 8 of them, read by at most two loads that may overlap. */
static inline uint64_t brief_word(struct str s)
{
	uint32_t head, tail;
	uint16_t first, last;

	if (s.n >= sizeof head) {
		memcpy(&head, s.p, sizeof head);
		memcpy(&tail, s.p + s.n - sizeof tail, sizeof tail);
		return (uint64_t)tail << 32 | head;
	}
	if (s.n == 1)
		return (unsigned char)*s.p;
	memcpy(&first, s.p, sizeof first);
	memcpy(&last, s.p + s.n - sizeof last, sizeof last);
	return (uint64_t)last << 16 | first;
}

/* Where a value is kept, or would be. */
static inline struct brief_value *brief_at(struct brief *b, uint64_t word)
{
	return &b->value[(word * UINT64_C(0x9e3779b97f4a7c15)) >> 58];
}
#endif
