#include "precedents.h"

#include <assert.h>
#include <string.h>

#include "err.h"
#include "mem.h"

enum nines_status precedents_new(
    struct precedents **precedents, size_t words, struct nines_error *err)
{
	struct precedents *p = mem_new(1, sizeof *p);

	assert(words <= PRECEDENT_WORDS);
	if (p == NULL)
		return err_nomem(err);
	p->words = words;
	*precedents = p;
	return NINES_OK;
}

void precedents_free(struct precedents *p)
{
	mem_free(p);
}

struct verdict *precedents_add(
    struct precedents *p, const uint64_t *key, const struct verdict *verdict)
{
	size_t at = precedents_start(key, p->words);
	struct precedent *kept;
	struct verdict_hit *hit = &p->hit[p->hits];

	if (p->n == PRECEDENT_MOST || verdict->hits > PRECEDENT_HITS - p->hits) {
		p->full = 1;
		return NULL;
	}
	while (p->at[at] != 0)
		at = (at + 1) % (1 << PRECEDENT_BITS);
	p->at[at] = (uint16_t)++p->n;
	kept = &p->precedent[p->n];
	memcpy(kept->key, key, p->words * sizeof *key);
	for (size_t i = 0; i < verdict->hits; i++)
		hit[i] = verdict->hit[i];
	p->hits += verdict->hits;
	kept->verdict = *verdict;
	kept->verdict.hit = hit;
	kept->verdict.events = 0;
	kept->verdict.kept = 1;
	return &kept->verdict;
}

static void forget(struct precedents *p)
{
	for (size_t i = 1; i <= p->n; i++)
		p->precedent[i].verdict.kept = 0;
	memset(p->at, 0, sizeof p->at);
	p->n = p->hits = 0;
	p->full = 0;
}

void precedents_settle(
    struct precedents *p, void (*take)(void *ctx, const struct verdict *verdict), void *ctx)
{
	for (size_t i = 1; i <= p->n; i++) {
		struct verdict *const v = &p->precedent[i].verdict;

		if (v->events == 0)
			continue;
		take(ctx, v);
		v->events = 0;
	}
	if (p->full)
		forget(p);
}
