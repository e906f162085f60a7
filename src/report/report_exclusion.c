#include <math.h>

#include "err.h"
#include "mem.h"
#include "report_frame.h"
#include "when.h"

enum nines_status report_exclusion_mark(struct report_frame *f, struct nines_error *err)
{
	const struct spec *spec = f->spec;

	f->exclusion = mem_new(spec->exclusions + 1, sizeof *f->exclusion);
	if (f->exclusion == NULL)
		return err_nomem(err);
	for (; f->exclusions < spec->exclusions; f->exclusions++)
		f->exclusion[f->exclusions] =
		    (struct window_span){ spec->exclusion[f->exclusions].from,
			    spec->exclusion[f->exclusions].to };
	f->exclusions = window_join(f->exclusion, f->exclusions);
	f->rows.excluded = f->exclusion;
	f->rows.exclusions = f->exclusions;
	return NINES_OK;
}

/* ---- receipts ---- */

/* The rows that start in the span, as if nothing were excluded. */
static struct report_rows rows_in(const struct report_rows *rows, struct window_span span)
{
	struct report_rows in = {
		.tally = rows->tally, .bucket_s = rows->bucket_s, .within = rows->within
	};

	if (span.from > in.within.from)
		in.within.from = span.from;
	if (span.to < in.within.to)
		in.within.to = span.to;
	return in;
}

/* The start of the first of them; without one, the end of the span. */
static int64_t first_row(const struct report_rows *rows)
{
	struct ledger_walk row;

	ledger_walk_near(&row, tally_traffic(rows->tally), rows->within.from);
	while (ledger_walk_next(&row) && row.start_s < rows->within.to)
		if (row.start_s >= rows->within.from)
			return row.start_s;
	return rows->within.to;
}

static enum nines_status take_events(struct report_frame *f, const struct report_rows *rows,
    const struct spec_sli *sli, struct nines_error *err)
{
	return report_series_events(&f->events, rows, tally_column(rows->tally, sli->index), err);
}

/* The bad slices among those that the exclusion touches. */
static enum nines_status bad_slices(struct report_frame *f, const struct spec_sli *sli,
    struct window_span span, double *bad, struct nines_error *err)
{
	const struct spec_objective *o = &sli->objective[0];
	struct window_span whole = { when_floor(span.from, o->slice_s),
		when_floor(span.to + o->slice_s - 1, o->slice_s) };
	const struct report_column *column = &f->columns[sli->index];
	const struct report_rows rows = rows_in(&f->rows, whole);
	const struct report_slices slices = {
		.objective = o,
		.span = whole,
		.excluded = column->hole,
		.exclusions = column->holes,
		.since = first_row(&rows),
	};
	struct tally_cell total;
	enum nines_status rc;

	rc = take_events(f, &rows, sli, err);
	if (rc == NINES_OK)
		rc = report_series_slices(&f->slices, &f->events, &slices, err);
	if (rc != NINES_OK)
		return rc;
	total = report_series_sum(&f->slices, whole);
	*bad = (double)(total.valid - total.good) / (double)f->slices.unit;
	return NINES_OK;
}

/* What the exclusion took from the SLI, the budget as bad events or slices; valid 0: nothing. */
static enum nines_status remove_from(struct report_frame *f, const struct spec_sli *sli,
    struct window_span span, struct report_removed *removed, struct nines_error *err)
{
	struct report_rows rows = rows_in(&f->rows, span);
	enum nines_status rc = take_events(f, &rows, sli, err);
	struct tally_cell total;

	if (rc != NINES_OK)
		return rc;
	total = report_series_sum(&f->events, span);
	removed->valid = total.valid;
	removed->bad = total.valid - total.good;
	removed->budget = (double)removed->bad;
	if (total.valid > 0 && sli->objectives > 0 && sli->objective[0].method != SPEC_OCCURRENCES)
		rc = bad_slices(f, sli, span, &removed->budget, err);
	return rc;
}

/* Against what the SLI's first objective allows. */
static double budget_share(double bad, const struct report_sli *sli)
{
	if (sli->objectives == 0 || !(sli->objective[0].allowed > 0))
		return (double)NAN;
	return bad / sli->objective[0].allowed;
}

static enum nines_status list_removed(struct report_frame *f, const struct report *r,
    struct report_exclusion *to, struct report_removed *scratch, struct nines_error *err)
{
	struct window_span span = { to->from, to->to };
	size_t chosen = 0;

	for (size_t j = 0; j < r->journeys; j++)
		for (size_t i = 0; i < r->journey[j].slis; i++) {
			const struct report_sli *sli = &r->journey[j].sli[i];
			struct report_removed *removed = &scratch[to->removals];
			enum nines_status rc = remove_from(f, f->sli[chosen++], span, removed, err);

			if (rc != NINES_OK)
				return rc;
			removed->journey = r->journey[j].name;
			removed->sli = sli->name;
			removed->budget = budget_share(removed->budget, sli);
			to->removals += removed->valid > 0;
		}
	to->removed = mem_arena_new(f->arena, to->removals + 1, sizeof *to->removed);
	if (to->removed == NULL)
		return err_nomem(err);
	for (size_t i = 0; i < to->removals; i++)
		to->removed[i] = scratch[i];
	return NINES_OK;
}

static enum nines_status list_one(struct report_frame *f, struct report *r,
    const struct spec_exclusion *from, struct report_removed *scratch, struct nines_error *err)
{
	struct report_exclusion *to = &r->exclusion[r->exclusions];

	*to = (struct report_exclusion){ .from = from->from, .to = from->to };
	if (!report_frame_copy(f, &to->reason, from->reason))
		return err_nomem(err);
	to->lines = report_frame_judged(f, (struct window_span){ from->from, from->to });
	r->exclusions++;
	return list_removed(f, r, to, scratch, err);
}

enum nines_status report_exclusion_list(
    struct report_frame *f, struct report *r, struct nines_error *err)
{
	const struct spec *spec = f->spec;
	struct report_removed *scratch = mem_new(f->slis + 1, sizeof *scratch);
	enum nines_status rc = NINES_OK;

	r->exclusion = mem_arena_new(f->arena, spec->exclusions + 1, sizeof *r->exclusion);
	if (scratch == NULL || r->exclusion == NULL)
		rc = err_nomem(err);
	for (size_t i = 0; i < spec->exclusions && rc == NINES_OK; i++) {
		const struct spec_exclusion *e = &spec->exclusion[i];

		if (f->rows.rows > 0 && e->from < f->data.to && e->to > f->data.from)
			rc = list_one(f, r, e, scratch, err);
	}
	mem_free(scratch);
	return rc;
}
