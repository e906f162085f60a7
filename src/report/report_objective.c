#include <math.h>

#include "burn.h"
#include "err.h"
#include "mem.h"
#include "objective.h"
#include "report_frame.h"
#include "when.h"

const struct report_lookback report_objective_lookback[REPORT_BURNS] = {
	{ "5m", 300 },
	{ "30m", 1800 },
	{ "1h", 3600 },
	{ "2h", 7200 },
	{ "6h", 21600 },
	{ "1d", 86400 },
	{ "3d", 259200 },
};

static const char *const method_name[] = {
	[SPEC_OCCURRENCES] = "occurrences",
	[SPEC_TIMESLICES] = "timeslices",
	[SPEC_RATIO_TIMESLICES] = "ratio-timeslices",
};

/* ---- what is measured ---- */

/* An alert needs data as long as its longer look-back.  The standard pairs are made for windows of
 * weeks: where a pair's factor falls below what it is there (10 % in 3d of 28d is 0.93), it would
 * fire within the budget. */
#define STANDARD_FACTOR_LEAST 0.9

static int applies(
    const struct report_frame *f, const struct report_measure *m, const struct spec_alert *alert)
{
	int standard = alert->mark.line == 0;

	if (alert->long_s > report_counted_history(f))
		return 0;
	return !standard ||
	    burn_factor(alert->budget_ppb, m->period_s, alert->long_s) >= STANDARD_FACTOR_LEAST;
}

/* Of what is told: no burn rate looks back further than the SLO's period. */
static int64_t longest_lookback(const struct report_frame *f, const struct report_measure *m)
{
	int64_t longest = 0;

	for (size_t i = 0; i < REPORT_BURNS; i++)
		if (report_objective_lookback[i].length_s <= m->period_s)
			longest = report_objective_lookback[i].length_s;
	for (size_t i = 0; i < f->spec->alerts; i++)
		if (f->spec->alert[i].long_s > longest && applies(f, m, &f->spec->alert[i]))
			longest = f->spec->alert[i].long_s;
	return longest;
}

static enum nines_status measure_slices(
    struct report_frame *f, struct report_measure *m, struct nines_error *err)
{
	const struct spec_objective *o = m->objective;
	struct report_slices slices = {
		.objective = o,
		.excluded = f->column->excluded,
		.exclusions = f->column->exclusions,
		.since = report_counted_history(f) > 0 ? f->column->since : f->as_of,
	};
	int64_t past = longest_lookback(f, m) + o->slice_s;

	/* The whole span of the data begins with a whole slice. */
	if (m->kind == SPEC_ALL_TIME)
		m->span.from = when_floor(m->span.from, o->slice_s);
	if (f->question.forecast_from_s > past)
		past = f->question.forecast_from_s;
	slices.span = (struct window_span){ f->as_of - past, f->as_of };
	if (m->span.from < slices.span.from)
		slices.span.from = m->span.from;
	m->series = &f->slices;
	return report_series_slices(&f->slices, &f->events, &slices, err);
}

static enum nines_status measure(struct report_frame *f, struct report_measure *m,
    struct report_objective *to, struct nines_error *err)
{
	const struct spec_window *window = f->has_window ? &f->window : &m->objective->window;
	enum nines_status rc = NINES_OK;
	struct tally_cell events;

	m->kind = window->kind;
	m->span = window_at(window, f->zone, f->as_of, f->data);
	m->period_s = window_period_s(window, f->zone, m->span);
	m->series = &f->events;
	to->window.from = m->span.from;
	to->window.to = m->span.to;
	to->window.covered = report_cover_share(f, m->span);
	events = report_series_sum(&f->events, m->span);
	to->valid = events.valid;
	to->good = events.good;
	to->bad = events.valid - events.good;
	to->missing = events.missing;
	if (m->objective->method != SPEC_OCCURRENCES)
		rc = measure_slices(f, m, err);
	if (rc == NINES_OK)
		m->total = report_series_sum(m->series, m->span);
	return rc;
}

/* ---- what it means ---- */

static void fill_sli(
    const struct report_frame *f, const struct report_measure *m, struct report_objective *to)
{
	double unit = (double)m->series->unit;
	struct objective_interval interval;
	struct objective_budget budget;

	to->sli = objective_sli(m->total.good, m->total.valid);
	if (m->series == &f->slices)
		to->slices = m->total.valid / m->series->unit;
	if (m->objective->method == SPEC_TIMESLICES)
		to->good_slices = m->total.good;
	interval = objective_wilson_mean(to->sli, (double)m->total.valid / unit, f->z);
	to->interval_low = interval.low;
	to->interval_high = interval.high;
	if (m->total.valid == 0)
		return;
	budget = objective_budget(m->total.good, m->total.valid, to->target_ppb);
	to->allowed = budget.allowed / unit;
	to->remaining = budget.remaining / unit;
	to->remaining_ratio = budget.remaining_ratio;
	to->consumed_ratio = budget.consumed_ratio;
	to->met = objective_met(m->total.good, m->total.valid, to->target_ppb);
	to->straddles = interval.low < (double)to->target_ppb / NINES_PPB &&
	    (double)to->target_ppb / NINES_PPB <= interval.high;
}

/* Every unparsed line might have been a good event of this window, or a bad one; might have turned
 * a slice, at most one each. */
static void fill_bounds(
    const struct report_frame *f, const struct report_measure *m, struct report_objective *to)
{
	uint64_t good = m->total.good, valid = m->total.valid, u = f->unparsed;
	struct {
		uint64_t good, valid;
	} low, high;

	if (m->series == &f->slices) {
		u = u < to->slices ? u * m->series->unit : valid;
		low.good = good > u ? good - u : 0;
		high.good = valid - good > u ? good + u : valid;
		low.valid = high.valid = valid;
	} else {
		u = u < UINT64_MAX - valid ? u : UINT64_MAX - valid;
		low.good = good;
		high.good = good + u;
		low.valid = high.valid = valid + u;
	}
	to->unparsed_low = objective_sli(low.good, low.valid);
	to->unparsed_high = objective_sli(high.good, high.valid);
	to->hangs_on_unparsed = valid > 0 &&
	    objective_met(low.good, low.valid, to->target_ppb) !=
	        objective_met(high.good, high.valid, to->target_ppb);
}

/* What the last length_s before as_of hold, rounded up to whole steps. */
static struct tally_cell last(
    const struct report_frame *f, const struct report_measure *m, int64_t length_s)
{
	int64_t step = m->series->step_s, whole = (length_s + step - 1) / step * step;

	return report_series_sum(m->series, (struct window_span){ f->as_of - whole, f->as_of });
}

/* Look-backs that are no longer than the data and the SLO's period, in whole steps. */
static void fill_burns(
    const struct report_frame *f, const struct report_measure *m, struct report_objective *to)
{
	int64_t longest = report_counted_history(f);

	if (m->period_s < longest)
		longest = m->period_s;
	for (size_t i = 0; i < REPORT_BURNS; i++) {
		const struct report_lookback *back = &report_objective_lookback[i];
		struct tally_cell c;

		if (back->length_s > longest || back->length_s % m->series->step_s != 0)
			continue;
		c = last(f, m, back->length_s);
		to->burn[to->burns++] = (struct report_burn){
			.window = back->name,
			.length_s = back->length_s,
			.rate = burn_rate(c.good, c.valid, to->target_ppb),
			.valid = c.valid,
			.good = c.good,
		};
	}
}

static int fill_alert(struct report_frame *f, const struct report_measure *m,
    const struct spec_alert *from, struct report_alert *to)
{
	uint64_t target = m->objective->target_ppb;
	struct tally_cell far = last(f, m, from->long_s), near = last(f, m, from->short_s);
	char name[WHEN_SIZE];

	*to = (struct report_alert){
		.factor = burn_factor(from->budget_ppb, m->period_s, from->long_s),
		.long_rate = burn_rate(far.good, far.valid, target),
		.short_rate = burn_rate(near.good, near.valid, target),
		.firing = burn_exceeds(far.good, far.valid, target, from->budget_ppb, m->period_s,
		              from->long_s) &&
		    burn_exceeds(
		        near.good, near.valid, target, from->budget_ppb, m->period_s, from->long_s),
	};
	return report_frame_copy(f, &to->severity, from->severity) &&
	    report_frame_copy(f, &to->long_name, when_span_text(name, from->long_s * 1000000000)) &&
	    report_frame_copy(f, &to->short_name, when_span_text(name, from->short_s * 1000000000));
}

static enum nines_status fill_alerts(struct report_frame *f, const struct report_measure *m,
    struct report_objective *to, struct nines_error *err)
{
	const struct spec *spec = f->spec;
	size_t apply = 0;

	for (size_t i = 0; i < spec->alerts; i++)
		apply += applies(f, m, &spec->alert[i]) != 0;
	if (apply == 0)
		return NINES_OK;
	to->alert = mem_arena_new(f->arena, apply, sizeof *to->alert);
	if (to->alert == NULL)
		return err_nomem(err);
	for (size_t i = 0; i < spec->alerts; i++) {
		if (!applies(f, m, &spec->alert[i]))
			continue;
		if (!fill_alert(f, m, &spec->alert[i], &to->alert[to->alerts]))
			return err_nomem(err);
		to->alerts++;
	}
	return NINES_OK;
}

static enum report_state state_of(
    const struct report_frame *f, const struct report_measure *m, const struct report_objective *o)
{
	int firing = 0;

	if (m->total.valid == 0)
		return REPORT_NO_DATA;
	if (o->valid < f->min_events)
		return REPORT_LOW_SAMPLE;
	if (!o->met)
		return REPORT_MISSED;
	for (size_t i = 0; i < o->alerts; i++)
		firing |= o->alert[i].firing;
	if (firing ||
	    objective_below(m->total.good, m->total.valid, o->target_ppb, m->objective->warn_ppb))
		return REPORT_AT_RISK;
	return REPORT_MET;
}

static void fill_spark(const struct report_measure *m, struct report_objective *to)
{
	int64_t from = m->span.from, length = m->span.to - from;

	struct tally_cell before = report_series_seek(m->series, from).before;

	for (int i = 0; i < REPORT_SPARK; i++) {
		const int64_t end = from + length * (i + 1) / REPORT_SPARK;
		const struct tally_cell by_end = report_series_seek(m->series, end).before,
		                        c = report_series_minus(by_end, before);

		to->spark[i] = objective_sli(c.good, c.valid);
		before = by_end;
	}
}

static int label_worst(struct report_frame *f, struct report_objective *to)
{
	if (to->worst.bad == 0)
		return 1;
	for (size_t i = 0; i < f->spec->annotations; i++) {
		const struct spec_annotation *a = &f->spec->annotation[i];

		if (a->from < to->worst.to && a->to > to->worst.from)
			return report_frame_copy(f, &to->worst.label, a->label);
	}
	return 1;
}

static void fill_blank(
    const struct report_frame *f, const struct spec_objective *from, struct report_objective *to)
{
	const double none = (double)NAN;

	*to = (struct report_objective){
		.target_ppb = from->target_ppb,
		.aspire_ppb = from->aspire_ppb,
		.window = { .from = NINES_NEVER, .to = NINES_NEVER, .covered = none },
		.method = method_name[from->method],
		.slice_s = from->method == SPEC_OCCURRENCES ? 0 : from->slice_s,
		.sli = none,
		.interval_low = none,
		.interval_high = none,
		.confidence = (double)f->question.confidence_ppb / NINES_PPB,
		.state = REPORT_NO_DATA,
		.met = -1,
		.allowed = none,
		.remaining = none,
		.remaining_ratio = none,
		.consumed_ratio = none,
		.exhaustion = NINES_NEVER,
		.unparsed_low = none,
		.unparsed_high = none,
		.worst = { .from = NINES_NEVER, .to = NINES_NEVER },
	};
	for (int i = 0; i < REPORT_SPARK; i++)
		to->spark[i] = none;
}

enum nines_status report_objective_build(struct report_frame *f, struct report_objective *to,
    const struct spec_objective *from, struct nines_error *err)
{
	const struct spec_window *window = f->has_window ? &f->window : &from->window;
	struct report_measure m = { .objective = from };
	enum nines_status rc;

	fill_blank(f, from, to);
	to->window.calendar = window->kind != SPEC_ROLLING && window->kind != SPEC_ALL_TIME;
	if (!report_frame_copy(f, &to->window.name, window->name))
		return err_nomem(err);
	if (f->as_of == NINES_NEVER)
		return NINES_OK;
	rc = measure(f, &m, to, err);
	if (rc != NINES_OK)
		return rc;
	fill_sli(f, &m, to);
	fill_bounds(f, &m, to);
	fill_burns(f, &m, to);
	rc = fill_alerts(f, &m, to, err);
	if (rc != NINES_OK)
		return rc;
	to->state = state_of(f, &m, to);
	to->exhaustion = report_forecast_turn(f, &m);
	fill_spark(&m, to);
	report_worst_find(f, to);
	return label_worst(f, to) ? NINES_OK : err_nomem(err);
}
