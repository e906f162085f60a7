#include "objective.h"
#include "report_frame.h"
#include "when.h"

#define SPAN_S 300

/* A run of spans under way: steps [first, end) of the series. */
struct stretch {
	size_t first, end;
	int64_t from, to;
	uint64_t bad;
};

static uint64_t bad_between(const struct report_series *s, size_t from, size_t to)
{
	struct tally_cell c = report_series_between(s, from, to);

	return c.valid - c.good;
}

/* A span burns budget when it has bad events and misses the target on its own. */
static int burns(const struct report_series *s, size_t from, size_t to, uint64_t target_ppb)
{
	struct tally_cell c = report_series_between(s, from, to);

	return c.valid > c.good && !objective_met(c.good, c.valid, target_ppb);
}

static struct stretch find(
    const struct report_series *s, struct window_span span, uint64_t target_ppb, int64_t length_s)
{
	size_t i = report_series_seek(s, span.from), stop = report_series_seek(s, span.to), next;
	struct stretch run = { 0 }, best = { 0 };

	for (; i < stop; i = next) {
		int64_t start = when_floor(s->start[i], length_s);

		for (next = i + 1; next < stop && s->start[next] < start + length_s; next++)
			;
		if (!burns(s, i, next, target_ppb))
			continue;
		if (run.bad == 0 || start - run.to > length_s)
			run = (struct stretch){ .first = i, .from = start };
		run.end = next;
		run.to = start + length_s;
		run.bad = bad_between(s, run.first, run.end);
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
