/* Precedents: verdicts that are kept by what decided them, to be said again of the next event in
 * which all of that is the same.  None is replaced while its events are being counted: when there
 * is no room no more are kept, until all are settled. */
#ifndef PRECEDENTS_H
#define PRECEDENTS_H
#include "nines.h"
#include "verdict.h"

#define PRECEDENT_WORDS 5 /* of a key, at most */
#define PRECEDENT_MOST  511
#define PRECEDENT_HITS  4096 /* of all verdicts together */
#define PRECEDENT_BITS  10   /* of the table's size: it is never more than half full */

struct precedent {
	uint64_t key[PRECEDENT_WORDS];
	struct verdict verdict;
};
struct precedents {
	size_t words;                     /* of a key */
	size_t n, hits;                   /* kept ones, from precedent[1] on, and their hits */
	int full;                         /* one found no room */
	uint16_t at[1 << PRECEDENT_BITS]; /* open addressing; 0: empty */
	struct precedent precedent[1 + PRECEDENT_MOST];
	struct verdict_hit hit[PRECEDENT_HITS];
};
enum nines_status precedents_new(
    struct precedents **precedents, size_t words, struct nines_error *err);
void precedents_free(struct precedents *precedents);
/* A verdict that is not kept yet.  NULL: there is no room. */
struct verdict *precedents_add(
    struct precedents *precedents, const uint64_t *key, const struct verdict *verdict);
/* Hands over those whose count of events is not zero, which it then is.  If there was no room for
 * one, all are forgotten, and no longer kept. */
void precedents_settle(struct precedents *precedents,
    void (*take)(void *ctx, const struct verdict *verdict), void *ctx);

/* Where the search for a key begins: the multiplier is 2^64 by the golden ratio. */
static inline size_t precedents_start(const uint64_t *key, size_t words)
{
	uint64_t hash = 0;

	for (size_t i = 0; i < words; i++)
		hash = (hash ^ key[i]) * UINT64_C(0x9e3779b97f4a7c15);
	return hash >> (64 - PRECEDENT_BITS);
}

/* By a key of that many words.  NULL: none is kept for it. */
static inline struct verdict *precedents_find(
    struct precedents *p, const uint64_t *key, size_t words)
{
	size_t at = precedents_start(key, words);

	for (;; at = (at + 1) % (1 << PRECEDENT_BITS)) {
		struct precedent *const found = &p->precedent[p->at[at]];
		uint64_t differs = 0;

		if (p->at[at] == 0)
			return NULL;
		for (size_t i = 0; i < words; i++)
			differs |= found->key[i] ^ key[i];
		if (!differs)
			return &found->verdict;
	}
}
#endif
