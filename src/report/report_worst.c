#include "objective.h"
#include "report_frame.h"
#include "when.h"

#define SPAN_S 300

/* A run of spans under way. */
struct stretch {
	struct tally_cell before; /* what the series held by then */
	int64_t from, to;
	uint64_t bad;
};

static uint64_t bad_between(struct tally_cell before, struct tally_cell after)
{
	const struct tally_cell c = report_series_minus(after, before);

	return c.valid - c.good;
}

/* A span burns budget when it has bad events and misses the target on its own. */
static int burns(struct tally_cell c, uint64_t target_ppb)
{
	return c.valid > c.good && !objective_met(c.good, c.valid, target_ppb);
}

static struct stretch find(
    const struct report_series *s, struct window_span span, uint64_t target_ppb, int64_t length_s)
{
	struct report_step step = report_series_seek(s, span.from);
	struct stretch run = { .bad = 0 }, best = run;

	while (step.more && step.at.start_s < span.to) {
		const int64_t start = when_floor(step.at.start_s, length_s);
		const struct tally_cell before = step.before;

		do
			report_series_next(s, &step);
		while (
		    step.more && step.at.start_s < span.to && step.at.start_s < start + length_s);
		if (!burns(report_series_minus(step.before, before), target_ppb))
			continue;
		if (run.bad == 0 || start - run.to > length_s)
			run = (struct stretch){ .before = before, .from = start };
		run.to = start + length_s;
		run.bad = bad_between(run.before, step.before);
		if (run.bad > best.bad)
			best = run;
	}
	return best;
}

void report_worst_find(const struct report_frame *f, struct report_objective *o)
{
	struct window_span span = { o->window.from, o->window.to };
	int64_t length_s = f->rows.bucket_s > SPAN_S ? f->rows.bucket_s : SPAN_S;
	struct stretch worst = find(&f->events, span, o->target_ppb, length_s);

	if (worst.bad == 0)
		return;
	o->worst.from = worst.from > span.from ? worst.from : span.from;
	o->worst.to = worst.to < span.to ? worst.to : span.to;
	o->worst.bad = worst.bad;
}
