#include "report_series.h"

#include "err.h"
#include "fraction.h"
#include "mem.h"
#include "objective.h"
#include "when.h"

void report_series_fini(struct report_series *s)
{
	mem_free(s->start);
	mem_free(s->sum);
	*s = (struct report_series){ 0 };
}

static int reserve(struct report_series *s, size_t steps)
{
	void *start, *sum;

	start = mem_grow(s->start, &s->start_room, steps + 1, sizeof *s->start);
	if (start == NULL)
		return 0;
	s->start = start;
	sum = mem_grow(s->sum, &s->sum_room, steps + 1, sizeof *s->sum);
	if (sum == NULL)
		return 0;
	s->sum = sum;
	return 1;
}

static int restart(struct report_series *s, int64_t step_s, uint64_t unit)
{
	s->step_s = step_s;
	s->unit = unit;
	s->steps = 0;
	if (!reserve(s, 0))
		return 0;
	s->sum[0] = (struct tally_cell){ 0 };
	return 1;
}

/* There is room.  0 when a sum would overflow. */
static int append(struct report_series *s, int64_t start, const struct tally_cell *cell)
{
	const struct tally_cell *before = &s->sum[s->steps];
	struct tally_cell *after = &s->sum[s->steps + 1];

	s->start[s->steps++] = start;
	after->valid = before->valid + cell->valid;
	after->good = before->good + cell->good;
	after->missing = before->missing + cell->missing;
	return after->valid >= cell->valid && after->good >= cell->good &&
	    after->missing >= cell->missing;
}

enum nines_status report_series_events(
    struct report_series *s, const struct report_rows *rows, size_t column, struct nines_error *err)
{
	static const struct tally_cell none;

	if (!restart(s, rows->bucket_s, 1) || !reserve(s, rows->rows))
		return err_nomem(err);
	for (size_t i = 0; i < rows->rows; i++) {
		const struct tally_row *row = rows->row[i];
		const struct tally_cell *cell = &row->cell[column];

		if (cell->good > cell->valid)
			return err_set(err, NINES_E_INTERNAL, "more good events than valid ones");
		if (rows->excluded != NULL && rows->excluded[i])
			cell = &none;
		if (!append(s, row->start_s, cell))
			return err_set(err, NINES_E_LIMIT, "more events than can be counted");
	}
	return NINES_OK;
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

/* Where the walk over the slices stands: the first event step and exclusion not yet behind it. */
struct walk {
	size_t event, exclusion;
};

static int excluded(const struct report_slices *slices, struct walk *at, int64_t start)
{
	const struct window_span *e = slices->excluded;

	while (at->exclusion < slices->exclusions && e[at->exclusion].to <= start)
		at->exclusion++;
	return at->exclusion < slices->exclusions &&
	    e[at->exclusion].from < start + slices->objective->slice_s;
}

/* The end of the steps of events that fall into the slice; those past `to` fall into none. */
static size_t slice_end(const struct report_series *events, size_t from, int64_t end)
{
	while (from < events->steps && events->start[from] < end)
		from++;
	return from;
}

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* The first slice to judge: the first that begins in the span, but none before the data. */
static int64_t first_slice(const struct report_series *events, const struct report_slices *slices)
{
	int64_t step = slices->objective->slice_s,
	        first = when_floor(slices->span.from + step - 1, step);
	int64_t data = slices->since;

	if (data == NINES_NEVER)
		data = events->steps > 0 ? events->start[0] : slices->span.to;
	data = when_floor(data, step);
	return first > data ? first : data;
}

enum nines_status report_series_slices(struct report_series *s, const struct report_series *events,
    const struct report_slices *slices, struct nines_error *err)
{
	const struct spec_objective *o = slices->objective;
	uint64_t unit = o->method == SPEC_RATIO_TIMESLICES ? NINES_PPB : 1;
	int64_t t = first_slice(events, slices), to = slices->span.to;
	struct walk at = { .event = report_series_seek(events, t) };

	if (!restart(s, o->slice_s, unit))
		return err_nomem(err);
	for (; t < to; t += o->slice_s) {
		size_t end = slice_end(events, at.event, earlier(t + o->slice_s, to));
		struct tally_cell held = report_series_between(events, at.event, end), slice;

		if (end == at.event && o->on_empty == SPEC_EMPTY_IGNORE) {
			if (end == events->steps || events->start[end] >= to)
				break;
			t = when_floor(events->start[end], o->slice_s) - o->slice_s;
			continue;
		}
		at.event = end;
		slice = slice_of(o, &held, unit);
		if (slice.valid == 0 || excluded(slices, &at, t))
			continue;
		if (s->steps == REPORT_SLICES_MAX && o->on_empty != SPEC_EMPTY_IGNORE)
			return err_set(err, NINES_E_LIMIT, "a window of more than %u slices",
			    REPORT_SLICES_MAX);
		if (!reserve(s, s->steps + 1))
			return err_nomem(err);
		(void)append(s, t, &slice); /* a year holds 2^20 minutes: no overflow */
	}
	return NINES_OK;
}

/* ---- spans ---- */

size_t report_series_seek(const struct report_series *s, int64_t t)
{
	size_t low = 0, high = s->steps;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (s->start[middle] < t)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct tally_cell report_series_between(const struct report_series *s, size_t from, size_t to)
{
	const struct tally_cell *a = &s->sum[from], *b = &s->sum[to];

	return (
	    struct tally_cell){ b->valid - a->valid, b->good - a->good, b->missing - a->missing };
}

struct tally_cell report_series_sum(const struct report_series *s, struct window_span span)
{
	size_t from = report_series_seek(s, span.from), to = report_series_seek(s, span.to);

	return report_series_between(s, from, to > from ? to : from);
}
