#include "report_series.h"

#include "err.h"
#include "fraction.h"
#include "mem.h"
#include "objective.h"
#include "when.h"

#define MARK_EVERY 16u

void report_series_fini(struct report_series *s)
{
	mem_free(s->mark);
	ledger_clear(&s->slices, &s->pool);
	ledger_pool_fini(&s->pool);
	*s = (struct report_series){ 0 };
}

/* ---- steps ---- */

static int add(struct tally_cell *into, const struct tally_cell *cell)
{
	into->valid += cell->valid;
	into->good += cell->good;
	into->missing += cell->missing;
	return into->valid >= cell->valid && into->good >= cell->good &&
	    into->missing >= cell->missing;
}

static int is_excluded(const struct report_series *s, struct report_step *step)
{
	const struct window_span *e = s->excluded;
	const int64_t start = step->at.start_s;

	while (step->exclusion < s->exclusions && e[step->exclusion].to <= start)
		step->exclusion++;
	return step->exclusion < s->exclusions && e[step->exclusion].from <= start;
}

/* To the next step that counts. */
static void advance(const struct report_series *s, struct report_step *step)
{
	do
		step->more = ledger_walk_next(&step->at) && step->at.start_s < s->within.to;
	while (step->more && (step->at.start_s < s->within.from || is_excluded(s, step)));
}

void report_series_next(const struct report_series *s, struct report_step *step)
{
	(void)add(&step->before, &step->at.cell);
	advance(s, step);
}

static size_t seek_mark(const struct report_series *s, int64_t t)
{
	size_t low = 0, high = s->marks;

	while (high - low > 1) {
		const size_t middle = low + (high - low) / 2;

		if (s->mark[middle].start_s <= t)
			low = middle;
		else
			high = middle;
	}
	return low;
}

struct report_step report_series_seek(const struct report_series *s, int64_t t)
{
	struct report_step step = { 0 };

	if (s->marks > 0) {
		const struct report_mark *mark = &s->mark[seek_mark(s, t)];

		step.before = mark->before;
		ledger_walk_from(&step.at, s->ledger, mark->page, mark->at, mark->walk_start_s);
		advance(s, &step);
	}
	while (step.more && step.at.start_s < t)
		report_series_next(s, &step);
	return step;
}

struct tally_cell report_series_minus(struct tally_cell all, struct tally_cell part)
{
	return (struct tally_cell){ all.valid - part.valid, all.good - part.good,
		all.missing - part.missing };
}

struct tally_cell report_series_sum(const struct report_series *s, struct window_span span)
{
	const struct report_step from = report_series_seek(s, span.from),
	                         to = report_series_seek(s, span.to);

	return span.from < span.to ? report_series_minus(to.before, from.before)
	                           : (struct tally_cell){ 0 };
}

/* `walk` is just before the step or, where steps are left out, before them. */
static int put_mark(struct report_series *s, const struct ledger_walk *walk, int64_t start_s)
{
	struct report_mark *grown = mem_grow(s->mark, &s->mark_room, s->marks + 1, sizeof *s->mark);

	if (grown == NULL)
		return 0;
	s->mark = grown;
	s->mark[s->marks++] =
	    (struct report_mark){ start_s, s->total, walk->page, walk->at, walk->start_s };
	return 1;
}

/* Adds up all steps and marks some. */
static enum nines_status add_up(struct report_series *s, struct nines_error *err)
{
	struct report_step step = { 0 };
	struct ledger_walk walk;
	size_t steps = 0;

	s->marks = 0;
	s->total = (struct tally_cell){ 0 };
	ledger_walk_near(&step.at, s->ledger, s->within.from);
	for (;; steps++) {
		walk = step.at;
		advance(s, &step);
		if (!step.more)
			return NINES_OK;
		if (step.at.cell.good > step.at.cell.valid)
			return err_set(err, NINES_E_INTERNAL, "more good events than valid ones");
		if (steps % MARK_EVERY == 0 && !put_mark(s, &walk, step.at.start_s))
			return err_nomem(err);
		if (!add(&s->total, &step.at.cell))
			return err_set(err, NINES_E_LIMIT, "more events than can be counted");
	}
}

enum nines_status report_series_events(struct report_series *s, const struct report_rows *rows,
    const struct ledger *column, struct nines_error *err)
{
	s->step_s = rows->bucket_s;
	s->unit = 1;
	s->ledger = column;
	s->within = rows->within;
	s->excluded = rows->excluded;
	s->exclusions = rows->exclusions;
	return add_up(s, err);
}

/* ---- slices ---- */

static uint64_t share(uint64_t good, uint64_t valid, uint64_t unit)
{
	fraction_wide twice = (fraction_wide)good * unit * 2;

	return (uint64_t)((twice + valid) / ((fraction_wide)valid * 2));
}

static struct tally_cell slice_of(
    const struct spec_objective *o, const struct tally_cell *events, uint64_t unit)
{
	struct tally_cell slice = { .valid = unit };

	if (events->valid == 0 && o->on_empty == SPEC_EMPTY_IGNORE)
		slice.valid = 0;
	else if (events->valid == 0)
		slice.good = o->on_empty == SPEC_EMPTY_GOOD ? unit : 0;
	else if (o->method == SPEC_RATIO_TIMESLICES)
		slice.good = share(events->good, events->valid, unit);
	else
		slice.good =
		    objective_met(events->good, events->valid, o->slice_target_ppb) ? unit : 0;
	return slice;
}

static int is_touched(const struct report_slices *slices, size_t *exclusion, int64_t start)
{
	const struct window_span *e = slices->excluded;

	while (*exclusion < slices->exclusions && e[*exclusion].to <= start)
		++*exclusion;
	return *exclusion < slices->exclusions &&
	    e[*exclusion].from < start + slices->objective->slice_s;
}

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* The first slice to judge: the first that begins in the span, but none before the data. */
static int64_t first_slice(const struct report_slices *slices)
{
	int64_t step = slices->objective->slice_s,
	        first = when_floor(slices->span.from + step - 1, step),
	        data = when_floor(slices->since, step);

	return first > data ? first : data;
}

/* What the slice that ends there holds; the walk is then behind it. */
static struct tally_cell take_slice(
    const struct report_series *events, struct report_step *event, int64_t end)
{
	const struct tally_cell before = event->before;

	while (event->more && event->at.start_s < end)
		report_series_next(events, event);
	return report_series_minus(event->before, before);
}

static enum nines_status judge_slices(struct report_series *s, const struct report_series *events,
    const struct report_slices *slices, struct nines_error *err)
{
	const struct spec_objective *o = slices->objective;
	int64_t t = first_slice(slices), to = slices->span.to;
	struct report_step event = report_series_seek(events, t);
	enum nines_status rc = NINES_OK;
	size_t exclusion = 0, n = 0;

	for (; t < to && rc == NINES_OK; t += o->slice_s) {
		const int64_t end = earlier(t + o->slice_s, to);
		struct tally_cell held, slice;

		if (o->on_empty == SPEC_EMPTY_IGNORE && !(event.more && event.at.start_s < end)) {
			if (!event.more || event.at.start_s >= to)
				break;
			t = when_floor(event.at.start_s, o->slice_s) - o->slice_s;
			continue;
		}
		held = take_slice(events, &event, end);
		slice = slice_of(o, &held, s->unit);
		if (slice.valid == 0 || is_touched(slices, &exclusion, t))
			continue;
		if (n++ == REPORT_SLICES_MAX && o->on_empty != SPEC_EMPTY_IGNORE)
			return err_set(err, NINES_E_LIMIT, "a window of more than %u slices",
			    REPORT_SLICES_MAX);
		rc = ledger_add(&s->slices, &s->pool, t, &slice, err);
	}
	return rc;
}

enum nines_status report_series_slices(struct report_series *s, const struct report_series *events,
    const struct report_slices *slices, struct nines_error *err)
{
	const struct spec_objective *o = slices->objective;
	enum nines_status rc;

	s->step_s = o->slice_s;
	s->unit = o->method == SPEC_RATIO_TIMESLICES ? NINES_PPB : 1;
	s->within = (struct window_span){ INT64_MIN, INT64_MAX };
	ledger_clear(&s->slices, &s->pool);
	ledger_init(&s->slices, o->slice_s);
	s->ledger = &s->slices;
	rc = judge_slices(s, events, slices, err);
	return rc == NINES_OK ? add_up(s, err) : rc;
}
