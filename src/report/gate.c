#include "gate.h"

#include <math.h>
#include <string.h>

#include "burn.h"
#include "err.h"
#include "fraction.h"
#include "gate_list.h"
#include "num.h"
#include "objective.h"

struct judging {
	const struct report *report;
	const struct nines_gate *gate;
	const struct gate_list *list;
	struct out *o;
	int missed, unknown;
	size_t objectives;
};

/* What a reason is about. */
struct subject {
	const struct report_journey *journey;
	const struct report_sli *sli;
	const struct report_objective *objective;
};

/* ---- words ---- */

static void begin(struct judging *j, enum nines_answer answer, const struct subject *s)
{
	j->missed |= answer == NINES_MISSED;
	j->unknown |= answer == NINES_UNKNOWN;
	out_cstr(j->o, answer == NINES_MISSED ? "missed: " : "cannot tell: ");
	if (s == NULL)
		return;
	out_cstr(j->o, s->journey->name);
	out_char(j->o, '/');
	out_cstr(j->o, s->sli->name);
}

static void percent(struct judging *j, uint64_t ppb)
{
	char buf[NUM_SIZE];

	out_fmt(j->o, "%s %%", num_percent_text(buf, ppb));
}

/* s as a percentage with so many places, in units of the last: to the nearest, or cut off. */
static uint64_t in_places(struct gate_share s, uint64_t scale, int nearest)
{
	fraction_wide wide = (fraction_wide)s.good * 100 * scale;

	return (uint64_t)((wide * 2 + (nearest ? s.valid : 0)) / ((fraction_wide)s.valid * 2));
}

/* A share below the limit never reads as the limit: more places are shown until it does not, and
 * with seven, all that a limit can have, the rest is cut off. */
static void percent_below(struct judging *j, struct gate_share s, uint64_t limit_ppb)
{
	struct gate_share limit = { limit_ppb, NINES_PPB };
	uint64_t scale = 1000, shown;
	int places = 3;

	for (; places < 7 && in_places(s, scale, 1) >= in_places(limit, scale, 1); places++)
		scale *= 10;
	shown = in_places(s, scale, 1);
	if (shown >= in_places(limit, scale, 1))
		shown = in_places(s, scale, 0);
	out_fmt(j->o, "%llu.%0*llu %%", (unsigned long long)(shown / scale), places,
	    (unsigned long long)(shown % scale));
}

static void number(struct judging *j, double v)
{
	char buf[NUM_SIZE];

	out_cstr(j->o, num_shortest(buf, v));
}

static void in_window(struct judging *j, const struct report_objective *o)
{
	out_fmt(j->o, " in %s\n", o->window.name);
}

/* In percent to three places, rounded down, so that what is below a limit does not read as it. */
static double down(double ratio)
{
	return floor(100000 * ratio) / 1000;
}

/* ---- shares ---- */

/* What the method counts.  A mean of ratios is taken to nine places. */
static struct gate_share share_of(const struct report_objective *o)
{
	if (strcmp(o->method, "occurrences") == 0)
		return (struct gate_share){ o->good, o->valid };
	if (strcmp(o->method, "timeslices") == 0)
		return (struct gate_share){ o->good_slices, o->slices };
	return (struct gate_share){ (uint64_t)llround(o->sli * NINES_PPB), NINES_PPB };
}

static int has_verdict(const struct report_objective *o)
{
	return o->state != REPORT_NO_DATA && o->state != REPORT_LOW_SAMPLE;
}

/* The verdict would be another one within the interval, or with the unparsed lines. */
static int in_doubt(const struct judging *j, const struct report_objective *o)
{
	return (j->gate->with_confidence && o->straddles) ||
	    (j->gate->strict && o->hangs_on_unparsed);
}

/* ---- conditions ---- */

static void bad_of(struct judging *j, const struct report_objective *o)
{
	if (strcmp(o->method, "ratio-timeslices") == 0)
		out_fmt(j->o, "%.3f", (1 - o->sli) * (double)o->slices);
	else
		out_grouped(j->o, o->slice_s == 0 ? o->bad : o->slices - o->good_slices);
	out_cstr(j->o, o->slice_s == 0 ? " bad, " : " bad slices, ");
}

static void check_missed(struct judging *j, const struct gate_condition *c, const struct subject *s)
{
	const struct report_objective *o = s->objective;

	(void)c;
	if (!has_verdict(o) || o->met != 0 || in_doubt(j, o))
		return;
	begin(j, NINES_MISSED, s);
	out_char(j->o, ' ');
	percent_below(j, share_of(o), o->target_ppb);
	out_cstr(j->o, " < ");
	percent(j, o->target_ppb);
	out_fmt(j->o, " (%s): ", o->window.name);
	bad_of(j, o);
	number(j, o->allowed);
	out_cstr(j->o, " allowed\n");
}

static void check_no_data(
    struct judging *j, const struct gate_condition *c, const struct subject *s)
{
	(void)c;
	if (s->objective->state != REPORT_NO_DATA)
		return;
	begin(j, NINES_MISSED, s);
	out_cstr(j->o, " has no valid events");
	in_window(j, s->objective);
}

/* Without any budget (a target of 100 %), less is left as soon as the objective is missed. */
static void check_budget(struct judging *j, const struct gate_condition *c, const struct subject *s)
{
	const struct report_objective *o = s->objective;
	struct gate_share share = share_of(o);
	int none = o->target_ppb == NINES_PPB;

	if (!has_verdict(o))
		return;
	if (none && o->met != 0)
		return;
	if (!none && !objective_below(share.good, share.valid, o->target_ppb, c->amount_ppb))
		return;
	begin(j, NINES_MISSED, s);
	if (none)
		out_cstr(j->o, " has no budget left");
	else
		out_fmt(
		    j->o, " has %.3f %% of its budget left, less than ", down(o->remaining_ratio));
	if (!none)
		percent(j, c->amount_ppb);
	in_window(j, o);
}

static const struct report_burn *burn_over(const struct report_objective *o, int64_t length_s)
{
	for (size_t i = 0; i < o->burns; i++)
		if (o->burn[i].length_s == length_s)
			return &o->burn[i];
	return NULL;
}

static const char *lookback(const struct gate_condition *c)
{
	return c->text.p + str_find(c->text, 0, '/') + 1;
}

static void check_burn(struct judging *j, const struct gate_condition *c, const struct subject *s)
{
	const struct report_objective *o = s->objective;
	const struct report_burn *burn = burn_over(o, c->length_s);
	int name = (int)(c->text.n - str_find(c->text, 0, '/') - 1);
	int endless = burn != NULL && o->target_ppb == NINES_PPB && burn->good < burn->valid;

	if (!has_verdict(o))
		return;
	if (burn == NULL || burn->valid == 0) {
		begin(j, NINES_UNKNOWN, s);
		out_fmt(j->o,
		    burn == NULL ? ": the data or the window is shorter than %.*s\n"
		                 : " has no valid events in the last %.*s\n",
		    name, lookback(c));
		return;
	}
	if (!endless && !burn_exceeds(burn->good, burn->valid, o->target_ppb, c->amount_ppb, 1, 1))
		return;
	begin(j, NINES_MISSED, s);
	out_cstr(j->o, " burns its budget at ");
	if (endless)
		out_cstr(j->o, "any");
	else
		number(j, burn->rate);
	out_fmt(j->o, " times the sustainable rate over %.*s, limit ", name, lookback(c));
	number(j, (double)c->amount_ppb / NINES_PPB);
	out_char(j->o, '\n');
}

/* then/valid - now/valid > limit, as then > (now + limit) in one fraction. */
static int dropped(struct gate_share then, struct gate_share now, uint64_t limit_ppb)
{
	struct fraction before = { then.good, then.valid };
	struct fraction least = {
		(fraction_wide)now.good * NINES_PPB + (fraction_wide)limit_ppb * now.valid,
		(fraction_wide)now.valid * NINES_PPB,
	};

	return fraction_compare(before, least) > 0;
}

static void check_drop(struct judging *j, const struct gate_condition *c, const struct subject *s)
{
	struct gate_share now = share_of(s->objective), then;

	if (!has_verdict(s->objective))
		return;
	if (!gate_baseline_find(c->baseline, s->journey, s->sli, s->objective, &then)) {
		begin(j, NINES_UNKNOWN, s);
		out_fmt(j->o, " (%s) has no value in ", s->objective->window.name);
		out_visible(j->o, c->path);
		out_char(j->o, '\n');
		return;
	}
	if (!dropped(then, now, c->amount_ppb))
		return;
	begin(j, NINES_MISSED, s);
	out_fmt(j->o, " fell from %.4f %% to %.4f %% (%s), by more than ",
	    100 * objective_sli(then.good, then.valid), 100 * objective_sli(now.good, now.valid),
	    s->objective->window.name);
	percent(j, c->amount_ppb);
	out_cstr(j->o, " since ");
	out_visible(j->o, c->path);
	out_char(j->o, '\n');
}

typedef void check_fn(struct judging *j, const struct gate_condition *c, const struct subject *s);
static check_fn *const check[] = {
	[GATE_MISSED] = check_missed,
	[GATE_BUDGET] = check_budget,
	[GATE_BURN] = check_burn,
	[GATE_NO_DATA] = check_no_data,
	[GATE_UNPARSED] = NULL, /* of the input, not of an objective */
	[GATE_DROP] = check_drop,
};

/* ---- what cannot be told ---- */

static void doubt_sample(struct judging *j, const struct subject *s)
{
	const struct report_objective *o = s->objective;

	if (o->state == REPORT_NO_DATA && !gate_list_has(j->list, GATE_NO_DATA)) {
		begin(j, NINES_UNKNOWN, s);
		out_cstr(j->o, " has no valid events");
		in_window(j, o);
	}
	if (o->state == REPORT_LOW_SAMPLE) {
		begin(j, NINES_UNKNOWN, s);
		out_cstr(j->o, " has too few valid events, ");
		out_grouped(j->o, o->valid);
		out_char(j->o, ',');
		in_window(j, o);
	}
}

static void doubt_coverage(struct judging *j, const struct subject *s)
{
	const struct report_objective *o = s->objective;
	double least = (double)j->gate->min_coverage_ppb / NINES_PPB;

	if (j->gate->min_coverage_ppb == 0 || o->window.covered >= least ||
	    isnan(o->window.covered))
		return;
	begin(j, NINES_UNKNOWN, s);
	out_fmt(j->o, ": logs cover %.3f %% of %s, less than ", down(o->window.covered),
	    o->window.name);
	percent(j, j->gate->min_coverage_ppb);
	out_char(j->o, '\n');
}

static void doubt_verdict(struct judging *j, const struct subject *s)
{
	const struct report_objective *o = s->objective;

	if (!has_verdict(o))
		return;
	if (j->gate->with_confidence && o->straddles) {
		begin(j, NINES_UNKNOWN, s);
		out_fmt(j->o, " (%s): between %.4f %% and %.4f %% at %g %% confidence, the target ",
		    o->window.name, 100 * o->interval_low, 100 * o->interval_high,
		    100 * o->confidence);
		percent(j, o->target_ppb);
		out_cstr(j->o, " is in between\n");
	}
	if (j->gate->strict && o->hangs_on_unparsed) {
		begin(j, NINES_UNKNOWN, s);
		out_fmt(j->o, " (%s): the verdict hangs on ", o->window.name);
		out_grouped(j->o, j->report->input.unparsed);
		out_cstr(j->o,
		    j->report->input.unparsed == 1 ? " unparsed line\n" : " unparsed lines\n");
	}
}

/* ---- the input ---- */

static void unparsed(struct judging *j, enum nines_answer answer, uint64_t limit_ppb)
{
	const struct report_input *in = &j->report->input;
	char buf[NUM_SIZE];

	begin(j, answer, NULL);
	out_grouped(j->o, in->unparsed);
	out_cstr(j->o, " of ");
	out_grouped(j->o, in->parsed + in->unparsed);
	out_fmt(j->o, " lines (%s %%) could not be parsed, more than ",
	    num_ratio_text(buf, in->unparsed, in->parsed + in->unparsed, 4, 1));
	percent(j, limit_ppb);
	out_char(j->o, '\n');
}

static void check_unparsed(struct judging *j, const struct gate_condition *c)
{
	const struct report_input *in = &j->report->input;

	if (!objective_met(in->parsed, in->parsed + in->unparsed, NINES_PPB - c->amount_ppb))
		unparsed(j, NINES_MISSED, c->amount_ppb);
}

static void doubt_input(struct judging *j)
{
	const struct report_input *in = &j->report->input;

	for (size_t i = 0; i < in->sources; i++) {
		if (in->source[i].whole)
			continue;
		begin(j, NINES_UNKNOWN, NULL);
		out_visible(j->o, str_of(in->source[i].name));
		out_fmt(j->o, " was not read whole: %s\n", in->source[i].status);
	}
	if (in->too_many_unparsed)
		unparsed(j, NINES_UNKNOWN, in->max_unparsed_ppb);
	j->unknown |= j->report->incomplete;
}

/* ---- the answer ---- */

static void judge_objective(struct judging *j, const struct subject *s)
{
	j->objectives++;
	for (size_t i = 0; i < j->list->conditions; i++) {
		const struct gate_condition *c = &j->list->condition[i];

		if (check[c->kind] != NULL)
			check[c->kind](j, c, s);
	}
	doubt_sample(j, s);
	doubt_coverage(j, s);
	doubt_verdict(j, s);
}

static void judge_report(struct judging *j)
{
	const struct report *r = j->report;

	for (size_t y = 0; y < r->journeys; y++)
		for (size_t i = 0; i < r->journey[y].slis; i++) {
			struct subject s = { &r->journey[y], &r->journey[y].sli[i], NULL };

			for (size_t k = 0; k < s.sli->objectives; k++) {
				s.objective = &s.sli->objective[k];
				judge_objective(j, &s);
			}
		}
	for (size_t i = 0; i < j->list->conditions; i++)
		if (j->list->condition[i].kind == GATE_UNPARSED)
			check_unparsed(j, &j->list->condition[i]);
	doubt_input(j);
	if (j->objectives == 0) {
		begin(j, NINES_UNKNOWN, NULL);
		out_cstr(j->o, "there is no objective to judge\n");
	}
}

enum nines_status gate_judge(const struct report *r, const struct nines_gate *gate,
    const struct nines_io *io, struct out *o, enum nines_answer *answer, struct nines_error *err)
{
	struct gate_list list = { 0 };
	struct judging j = { .report = r, .gate = gate, .list = &list, .o = o };
	enum nines_status rc = gate_list_parse(&list, gate->fail_on, io, err);

	if (rc == NINES_OK) {
		judge_report(&j);
		*answer = j.missed ? NINES_MISSED : j.unknown ? NINES_UNKNOWN : NINES_PASS;
	}
	gate_list_fini(&list);
	return rc;
}
