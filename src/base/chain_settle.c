/* How the steps of a chain are best done, once all of them are known. */
#include <string.h>

#include "chain_impl.h"
#include "quantifier.h"

#define EACH_MAX 2 /* bytes that are sooner looked at than found */

/* The set's ranges, or 0 when there are more than there is room for. */
static unsigned find_ranges(const struct byteset *set, struct simd_range *range)
{
	unsigned n = 0;

	for (unsigned c = 0; c < 256; c++) {
		const unsigned from = c;

		if (!byteset_has(set, (char)c))
			continue;
		if (n == CHAIN_RANGES_MAX)
			return 0;
		while (c < 255 && byteset_has(set, (char)(c + 1)))
			c++;
		simd_range_set(&range[n++], (uint8_t)from, (uint8_t)c);
	}
	return n;
}

/* The ranges of the set or of the bytes that end it, whichever are fewer. */
static enum chain_run choose_ranges(struct chain_step *step, const struct byteset *stops)
{
	struct simd_range of_stops[CHAIN_RANGES_MAX];
	const unsigned n = find_ranges(stops, of_stops);

	step->ranges = find_ranges(&step->set, step->range);
	step->turned = 0;
	if (n && (!step->ranges || n < step->ranges)) {
		memcpy(step->range, of_stops, sizeof of_stops);
		step->ranges = n;
		step->turned = UINT32_MAX;
	}
	if (!step->ranges)
		return CHAIN_EACH;
	if (step->ranges > 2)
		return CHAIN_RANGES;
	return step->ranges == 1 ? CHAIN_RANGE : CHAIN_TWO_RANGES;
}

static enum chain_run choose_run(struct chain_step *step)
{
	struct byteset stops = step->set;
	int stop;

	byteset_turn(&stops);
	stop = byteset_only(&stops);
	if (step->least + step->spread <= EACH_MAX)
		return CHAIN_EACH;
	if (stop == '"')
		return CHAIN_QUOTE;
	if (stop < 0)
		return choose_ranges(step, &stops);
	step->stop = (char)stop;
	return CHAIN_BYTE;
}

/* A lazy run needs to know what ends it: its text, or the end of the line, to which the longest
 * goes. */
static int settle_lazy(const struct chain *c, struct chain_step *step)
{
	const struct chain_step *next = step + 1;

	if (step->text_bytes) {
		step->op = CHAIN_FIRST;
		return 1;
	}
	while (next < c->step + c->steps && next->op == CHAIN_CLOSE)
		next++;
	return next->op == CHAIN_END;
}

/* A run that its text might be a part of gives so much back that the text fits. */
static int gives_back(const struct chain_step *step)
{
	return step->spread && !step->lazy && !step->possessive && step->text_bytes &&
	    byteset_has(&step->set, step->text[0]);
}

/* A regex that may match anywhere does not before the bytes that it begins with, and at each start
 * PCRE2 counts anew.  Without such bytes the first start is where the line begins. */
static void settle_start(struct chain *c)
{
	struct chain_step *start = &c->step[0], *first = start + 1;

	while (first->op == CHAIN_OPEN)
		first++;
	if (first->run == CHAIN_HERE && first->text_bytes) {
		byteset_turn(&start->set);
		memcpy(start->text, first->text, sizeof start->text);
		start->text_bytes = first->text_bytes;
		start->lazy = 1;
	} else if (first->run == CHAIN_EACH && first->least > 0) {
		start->set = first->set;
		byteset_turn(&start->set);
	} else {
		return;
	}
	start->run = CHAIN_EACH;
	start->spread = QUANTIFIER_NO_MOST;
}

int chain_settle(struct chain *c, int anchored)
{
	size_t searches = 0;

	if (!anchored)
		settle_start(c);
	for (unsigned i = 0; i < c->steps; i++) {
		struct chain_step *step = &c->step[i];

		memcpy(&step->text_word, step->text, sizeof step->text_word);
		memset(&step->text_mask, 0xff, step->text_bytes);
		if (step->run != CHAIN_EACH)
			continue;
		step->run = choose_run(step);
		if (step->lazy && !settle_lazy(c, step))
			return 0;
		if (gives_back(step))
			step->op = CHAIN_LAST;
		searches += step->op != CHAIN_LONGEST;
	}
	return searches <= CHAIN_SEARCHES;
}
