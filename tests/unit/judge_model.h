/* What a judge is to say, said as plainly as can be: every regex is run by PCRE2, every rule is
 * evaluated on its own, nothing is kept, and nothing is ruled out beforehand. */
#ifndef JUDGE_MODEL_H
#define JUDGE_MODEL_H
#include <string.h>

#include "judge.h"
#include "pattern.h"

static inline enum judge_truth model_match(
    const struct pattern *pattern, struct pattern_scratch *scratch, struct str subject)
{
	struct str whole;

	switch (pattern_match(pattern, scratch, subject, &whole, 1)) {
	case PATTERN_NO:
		return JUDGE_NO;
	case PATTERN_YES:
		return JUDGE_YES;
	case PATTERN_LIMIT:
		break;
	}
	return JUDGE_LIMIT;
}

static inline enum judge_truth model_within(
    const struct spec *spec, const struct spec_rule *rule, const struct record *r)
{
	const enum record_unit unit = format_unit(spec->format, (int)rule->slot);
	int64_t ns;

	if (!(r->have >> rule->slot & 1) ||
	    record_took(r->field[rule->slot], unit, &ns) != RECORD_TOOK)
		return JUDGE_MISSING;
	return ns <= rule->within_ns ? JUDGE_YES : JUDGE_NO;
}

static inline enum judge_truth model_rule(const struct spec *spec, struct pattern_scratch *scratch,
    const struct spec_rule *rule, const struct record *r);

/* Each truth has its weight: in ALL a no weighs most and a yes least, in ANY the other way. */
static inline enum judge_truth model_children(const struct spec *spec,
    struct pattern_scratch *scratch, const struct spec_rule *rule, const struct record *r)
{
	int met[4] = { 0 };
	const int is_all = rule->kind == SPEC_ALL;

	for (size_t i = 0; i < rule->children; i++)
		met[model_rule(spec, scratch, rule->child[i], r)] = 1;
	if (met[is_all ? JUDGE_NO : JUDGE_YES])
		return is_all ? JUDGE_NO : JUDGE_YES;
	if (met[JUDGE_LIMIT])
		return JUDGE_LIMIT;
	if (met[JUDGE_MISSING])
		return JUDGE_MISSING;
	return is_all ? JUDGE_YES : JUDGE_NO;
}

static inline enum judge_truth model_rule(const struct spec *spec, struct pattern_scratch *scratch,
    const struct spec_rule *rule, const struct record *r)
{
	enum judge_truth t;

	if (rule == NULL)
		return JUDGE_YES;
	switch (rule->kind) {
	case SPEC_MATCH:
		if (!(r->have >> rule->slot & 1))
			return JUDGE_MISSING;
		return model_match(rule->pattern, scratch, r->field[rule->slot]);
	case SPEC_LINE:
		return model_match(rule->pattern, scratch, r->line);
	case SPEC_WITHIN:
		return model_within(spec, rule, r);
	case SPEC_NOT:
		t = model_rule(spec, scratch, rule->child[0], r);
		return t == JUDGE_NO ? JUDGE_YES : t == JUDGE_YES ? JUDGE_NO : t;
	case SPEC_ALL:
	case SPEC_ANY:
		break;
	}
	return model_children(spec, scratch, rule, r);
}

/* hit[] has one for each SLI, in order.  0 when a regex that decides ran out of its budget. */
static inline int model_event(const struct spec *spec, struct pattern_scratch *scratch,
    const struct record *r, int *ignored, struct verdict_hit *hit)
{
	enum judge_truth t;

	for (size_t i = 0; i < spec->slis; i++)
		hit[i] = (struct verdict_hit){ .sli = (uint32_t)i };
	t = spec->ignore != NULL ? model_rule(spec, scratch, spec->ignore, r) : JUDGE_NO;
	*ignored = t == JUDGE_YES;
	if (t == JUDGE_LIMIT || t == JUDGE_YES)
		return t == JUDGE_YES;
	for (size_t k = 0; k < spec->journeys; k++) {
		const struct spec_journey *const journey = &spec->journey[k];

		if (journey->slis == 0)
			continue;
		t = model_rule(spec, scratch, journey->valid, r);
		if (t == JUDGE_LIMIT)
			return 0;
		for (size_t i = 0; i < journey->slis && t == JUDGE_YES; i++) {
			const struct spec_sli *const sli = &journey->sli[i];
			struct verdict_hit *const h = &hit[sli->index];
			const enum judge_truth valid = model_rule(spec, scratch, sli->valid, r);
			enum judge_truth good;

			if (valid == JUDGE_LIMIT)
				return 0;
			if (valid != JUDGE_YES)
				continue;
			good = model_rule(spec, scratch, sli->good, r);
			if (good == JUDGE_LIMIT)
				return 0;
			h->missing = good == JUDGE_MISSING;
			h->valid = !(h->missing && sli->missing_excludes);
			h->good = h->valid && good == (sli->good_is_bad ? JUDGE_NO : JUDGE_YES);
		}
	}
	return 1;
}

/* What is counted of events, by SLI: as the model judges them, and as the judge does. */
struct model_counts {
	unsigned events;
	uint64_t want[SPEC_SLIS_MAX][3], said[SPEC_SLIS_MAX][3];
};

static inline void model_add(uint64_t sum[3], const struct verdict_hit *hit, uint64_t events)
{
	sum[0] += hit->valid * events;
	sum[1] += hit->good * events;
	sum[2] += hit->missing * events;
}

static inline void model_take(void *ctx, const struct verdict *v)
{
	struct model_counts *counts = ctx;

	for (size_t i = 0; i < v->hits; i++)
		model_add(counts->said[v->hit[i].sli], &v->hit[i], v->events);
}

/* Whether the counts agree once the judge has handed over what it kept. */
static inline int model_settles(struct judge *judge, struct model_counts *counts)
{
	judge_settle(judge, model_take, counts);
	return memcmp(counts->want, counts->said, sizeof counts->want) == 0;
}

/* Whether the judge says of the event what the model does; hits come in ascending order.  The
 * counts take the event in. */
static inline int model_agrees(const struct spec *spec, struct pattern_scratch *scratch,
    struct judge *judge, const struct record *r, struct model_counts *counts)
{
	static struct verdict_hit want[SPEC_SLIS_MAX];
	struct verdict *const v = judge_event(judge, r);
	int ignored;

	if (!model_event(spec, scratch, r, &ignored, want))
		return v == NULL;
	if (v == NULL || v->ignored != ignored || (ignored && v->hits != 0))
		return 0;
	for (size_t i = 1; i < v->hits; i++)
		if (v->hit[i].sli <= v->hit[i - 1].sli)
			return 0;
	/* An event may be the first of a bucket, when the one before is settled. */
	if (++counts->events % 16 == 0)
		judge_settle(judge, model_take, counts);
	for (size_t i = 0; i < spec->slis; i++) {
		const struct verdict_hit said = verdict_of(v, i);

		if (said.valid != want[i].valid || said.good != want[i].good ||
		    said.missing != want[i].missing)
			return 0;
		model_add(counts->want[i], &want[i], 1);
		if (!v->kept)
			model_add(counts->said[i], &said, 1);
	}
	v->events += v->kept;
	return 1;
}

/* A line's words, parted by tabs, as the fields of `name` in turn; "~" is a field that lacks, what
 * comes last has the rest of the line. */
static inline void model_cut(
    const struct spec *spec, struct str line, const char *const *name, struct record *r)
{
	size_t at = 0;

	*r = (struct record){ .line = line };
	for (; *name != NULL; name++) {
		const size_t end = name[1] != NULL ? str_find(line, at, '\t') : line.n;
		const struct str word = { line.p + at, end - at };

		for (int slot = 0; slot < format_slots(spec->format); slot++)
			if (str_is(format_slot_name(spec->format, slot), *name) &&
			    !str_is(word, "~")) {
				r->field[slot] = word;
				r->have |= UINT64_C(1) << slot;
			}
		at = end < line.n ? end + 1 : end;
	}
}

#endif
