/* The first byte chooses rules, the rest are lines of words, which they judge: as a judge that has
 * judged before does, one that was told of the block and one that was not, so plain evaluation
 * does. */
#include <stdlib.h>
#include <string.h>

#include "../unit/judge_model.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

#define HEAD "version: 1\nlogs: { format: combined+time }\n"

static const char *const configs[] = {
	/* As most are. */
	HEAD "journeys:\n"
	     "  - name: checkout\n"
	     "    valid: { method: '^POST$', path: '^/api/completePurchase$' }\n"
	     "    slis:\n"
	     "    - { name: availability, good: { status: '^[234]' } }\n"
	     "    - { name: latency, valid: { status: '^[23]' }, good: { within: 1s } }\n"
	     "  - name: browse\n"
	     "    valid: { method: '^GET$', path: '^/(p|c|search)(/|$)' }\n"
	     "    slis:\n"
	     "    - { name: availability, bad: { status: '^5' } }\n"
	     "    - { name: latency, missing: exclude, good: { within: 300ms } }\n"
	     "  - name: cart\n"
	     "    valid: { path: '^/api/cart$' }\n"
	     "    slis: [ { name: s, good: { status: '^[234]', within: 250ms } } ]\n",
	/* Whole lines. */
	HEAD "ignore: { line: 'kube-probe/' }\n"
	     "journeys:\n"
	     "  - name: checkout\n"
	     "    valid: { line: 'POST\t/api/completePurchase\t' }\n"
	     "    slis: [ { name: s, good: { line: '\t[234][0-9][0-9]\t' } } ]\n"
	     "  - name: both\n"
	     "    valid: { line: 'bot', path: 'p/[0-9]' }\n"
	     "    slis: [ { name: s, good: { line: '(aaab|abcd?e)' } } ]\n",
	/* Overlapping branches, other anchors, what is missing. */
	HEAD "ignore: [ { agent: 'bot' }, { path: '^/health' } ]\n"
	     "journeys:\n"
	     "  - name: a\n"
	     "    valid: { path: '^/p|^/p/1|^/[a-z]|^/.*' }\n"
	     "    slis: [ { name: s, good: { not: { status: '^5' } } } ]\n"
	     "  - name: b\n"
	     "    valid: [ { path: '^/(p|p/|search)\\b' }, { method: 'S' } ]\n"
	     "    slis: [ { name: s, valid: { within: 1s }, good: { agent: 'x.?y' } } ]\n"
	     "  - name: r\n"
	     "    valid: { path: '^/p/[0-9]+$|^/(p|[a-z]+)$|^/[^/]{2,3}$' }\n"
	     "    slis: [ { name: s, good: { status: '^[0-9]{3}$' } } ]\n"
	     "  - name: c\n"
	     "    valid: { not: { path: '^/p' }, referer: '^[^-]' }\n"
	     "    slis: [ { name: s, good: { status: '^(200|304)$' } } ]\n",
	/* Nothing is guarded, and nothing but brief fields and durations asked for. */
	HEAD "journeys:\n"
	     "  - name: a\n"
	     "    valid: { method: '^(GET|POST)$' }\n"
	     "    slis:\n"
	     "    - { name: a, bad: { status: '^5' } }\n"
	     "    - { name: b, missing: exclude, good: [ { status: '^3' }, { within: 250ms } ] }\n"
	     "    - { name: c, good: { within: 1s, not: { method: '^G' } } }\n"
	     "    - { name: d, valid: { within: 10s }, good: { not: { within: 300500us } } }\n"
	     "  - name: b\n"
	     "    slis: [ { name: s, good: { not: { status: '^(4|5)', method: 'S' } } } ]\n",
};
#define CONFIGS (sizeof configs / sizeof *configs)

static const char *const fields[] = { "method", "path", "status", "duration", "referer", "agent",
	NULL };

static void require(int holds)
{
	if (!holds)
		abort();
}

/* Specs are made once. */
static const struct spec *spec_at(size_t i)
{
	static struct spec *made[CONFIGS];
	struct nines_error err = { 0 };

	if (made[i] == NULL)
		require(spec_build(&made[i], nines_io_system(), "nines.yaml", str_of(configs[i]),
		            &err) == NINES_OK);
	return made[i];
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static struct pattern_scratch *scratch;
	static struct model_counts told_counts, untold_counts;
	const struct str block = { (const char *)p + 1, n > 0 ? n - 1 : 0 };
	const struct spec *spec = spec_at(n > 0 ? *p % CONFIGS : 0);
	struct judge *told = NULL, *untold = NULL;
	struct record r;

	if (scratch == NULL)
		require(pattern_scratch_new(&scratch, 0, NULL) == NINES_OK);
	require(judge_new(&told, spec, 0, NULL) == NINES_OK);
	require(judge_new(&untold, spec, 0, NULL) == NINES_OK);
	if (block.n > 0)
		judge_see(told, block);
	for (size_t at = 0; at < block.n;) {
		const size_t end = str_find(block, at, '\n');
		const struct str line = { block.p + at, end - at };

		model_cut(spec, line, fields, &r);
		require(model_agrees(spec, scratch, told, &r, &told_counts));
		require(model_agrees(spec, scratch, untold, &r, &untold_counts));
		at = end + 1;
	}
	require(model_settles(told, &told_counts));
	require(model_settles(untold, &untold_counts));
	judge_free(told);
	judge_free(untold);
	return 0;
}
