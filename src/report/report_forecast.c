#include "objective.h"
#include "report_frame.h"
#include "when.h"

__extension__ typedef __int128 forecast_wide;

/* After k steps into the future the window's good and valid counts, times the N steps that the
 * forecast extends, are N (held - dropped) + k (counted in those N steps).  With D = 10^9 good - T
 * valid of the first part and S the same of the second, the objective is met while D + k S >= 0: a
 * line, but for the steps at which an old bucket leaves the window.  All stays below 2^125. */
struct line {
	forecast_wide at_zero, slope;
};

static forecast_wide margin(const struct tally_cell *c, uint64_t target_ppb)
{
	return (forecast_wide)c->good * NINES_PPB - (forecast_wide)c->valid * target_ppb;
}

/* The first k in [from, to] at which the line is below 0; -1: none. */
static int64_t first_below(struct line h, int64_t from, int64_t to)
{
	if (h.at_zero + h.slope * from < 0)
		return from;
	if (h.at_zero + h.slope * to >= 0)
		return -1;
	return (int64_t)(h.at_zero / -h.slope) + 1;
}

/* The first k in [from, to] at which the verdict is no longer `met`. */
static int64_t first_turn(struct line h, int met, int64_t from, int64_t to)
{
	if (!met) /* h >= 0 as -h - 1 < 0: all are integers */
		h = (struct line){ -h.at_zero - 1, -h.slope };
	return first_below(h, from, to);
}

static int64_t horizon(const struct report_frame *f, const struct report_measure *m)
{
	int calendar = m->kind != SPEC_ROLLING && m->kind != SPEC_ALL_TIME;
	int64_t end = calendar ? m->span.from + m->period_s : f->as_of + m->period_s;

	return (end - f->as_of) / m->series->step_s;
}

/* The last k at which the step is still in the window. */
static int64_t stays(const struct report_measure *m, const struct report_step *step)
{
	return (step->at.start_s - m->span.from) / m->series->step_s;
}

/* Runs ahead from one leaving bucket to the next; the answer in steps, or -1.  Buckets start a step
 * or more apart, so one leaves at a time. */
static int64_t run(
    const struct report_measure *m, forecast_wide past, forecast_wide slope, int64_t steps)
{
	const struct report_series *s = m->series;
	uint64_t target = m->objective->target_ppb;
	struct report_step step = report_series_seek(s, m->span.from);
	int met = objective_met(m->total.good, m->total.valid, target);
	struct line h = { margin(&m->total, target) * past, slope };

	for (int64_t k = 1, to; k <= steps; k = to + 1) {
		const int some =
		    m->kind == SPEC_ROLLING && step.more && step.at.start_s < m->span.to;
		int64_t leaves = some ? stays(m, &step) : steps, turn;

		to = leaves < steps ? leaves : steps;
		turn = k <= to ? first_turn(h, met, k, to) : -1;
		if (turn > 0)
			return turn;
		if (some) {
			h.at_zero -= margin(&step.at.cell, target) * past;
			report_series_next(s, &step);
		}
	}
	return -1;
}

int64_t report_forecast_turn(const struct report_frame *f, const struct report_measure *m)
{
	int64_t step = m->series->step_s, past = f->question.forecast_from_s, history, turn;
	struct tally_cell rate;

	if (report_counted_history(f) == 0)
		return NINES_NEVER;
	history = f->as_of - when_floor(f->column->since, step);
	past = (past < history ? past : history) / step;
	if (past < 1 || m->total.valid == 0)
		return NINES_NEVER;
	rate =
	    report_series_sum(m->series, (struct window_span){ f->as_of - past * step, f->as_of });
	if (rate.valid == 0)
		return NINES_NEVER;
	if (!objective_met(m->total.good, m->total.valid, m->objective->target_ppb) &&
	    m->kind != SPEC_ROLLING)
		return NINES_NEVER;
	turn = run(m, past, margin(&rate, m->objective->target_ppb), horizon(f, m));
	return turn < 0 ? NINES_NEVER : f->as_of + turn * step;
}
