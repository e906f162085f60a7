#include "report_frame.h"

#include "err.h"
#include "mem.h"
#include "objective.h"
#include "when.h"

#define CONFIDENCE_PPB  950000000u
#define FORECAST_FROM_S 86400

static void fill_defaults(struct report_frame *f)
{
	struct nines_question *q = &f->question;

	if (q->confidence_ppb == 0)
		q->confidence_ppb = CONFIDENCE_PPB;
	if (q->forecast_from_s <= 0)
		q->forecast_from_s = FORECAST_FROM_S;
	if (q->max_unparsed_ppb == UINT64_MAX)
		q->max_unparsed_ppb = f->spec->max_unparsed_ppb;
	f->min_events = q->min_events > f->spec->min_events ? q->min_events : f->spec->min_events;
	f->z = objective_z(q->confidence_ppb);
}

static enum nines_status take_window(struct report_frame *f, struct nines_error *err)
{
	const char *name = f->question.window;

	if (name == NULL)
		return NINES_OK;
	if (!spec_window_parse(str_of(name), &f->window))
		return err_set(err, NINES_E_SYNTAX,
		    "'%s' is no window; there are spans such as 28d, 7d and 1h, and hour, day, week,"
		    " month, quarter, year and all",
		    name);
	f->window.name = name;
	f->has_window = 1;
	return NINES_OK;
}

static enum nines_status take_zone(
    struct report_frame *f, const struct nines_io *io, struct nines_error *err)
{
	enum nines_status rc;

	f->zone = f->spec->zone;
	if (f->question.zone == NULL)
		return NINES_OK;
	rc = zone_load(&f->own_zone, str_of(f->question.zone), io, err);
	if (rc == NINES_OK)
		f->zone = f->own_zone;
	return rc;
}

/* A row is within bounds when some of its bucket is. */
static void keep_bounds(struct report_frame *f)
{
	const struct window_span *bounds = f->bounds;

	f->rows.within = (struct window_span){ INT64_MIN, INT64_MAX };
	if (bounds == NULL)
		return;
	f->rows.within.to = bounds->to;
	if (bounds->from > INT64_MIN + f->rows.bucket_s)
		f->rows.within.from = bounds->from - f->rows.bucket_s + 1;
}

static void count_rows(struct report_frame *f)
{
	const struct window_span within = f->rows.within;
	struct ledger_walk row;

	ledger_walk_begin(&row, tally_traffic(f->rows.tally));
	while (ledger_walk_next(&row)) {
		if (row.start_s < within.from || row.start_s >= within.to) {
			f->left_out += row.cell.valid;
			f->left_out_judged += row.cell.good;
			continue;
		}
		if (f->rows.rows++ == 0)
			f->data.from = row.start_s;
		f->data.to = row.start_s + f->rows.bucket_s;
		f->judged += row.cell.good;
	}
}

uint64_t report_frame_judged(const struct report_frame *f, struct window_span span)
{
	const struct window_span within = f->rows.within;
	struct ledger_walk row;
	uint64_t judged = 0;

	ledger_walk_near(&row, tally_traffic(f->rows.tally), span.from);
	while (ledger_walk_next(&row) && row.start_s < span.to)
		if (row.start_s >= span.from && row.start_s >= within.from &&
		    row.start_s < within.to)
			judged += row.cell.good;
	return judged;
}

/* Where the first or last event was left out, of the next only the bucket is known. */
static void take_events(struct report_frame *f, const struct tally *tally)
{
	const struct window_span *bounds = f->bounds;

	f->first_event = f->last_event = NINES_NEVER;
	if (f->rows.rows == 0)
		return;
	f->first_event =
	    bounds != NULL && tally->first_s < bounds->from ? f->data.from : tally->first_s;
	f->last_event =
	    bounds != NULL && tally->last_s >= bounds->to ? f->data.to - 1 : tally->last_s;
}

static void take_rows(struct report_frame *f, const struct tally *tally)
{
	f->rows.tally = tally;
	f->rows.bucket_s = tally->bucket_s;
	keep_bounds(f);
	count_rows(f);
	take_events(f, tally);
}

static void take_as_of(struct report_frame *f)
{
	f->as_of = NINES_NEVER;
	if (f->question.as_of != NINES_NEVER)
		f->as_of = when_floor(f->question.as_of, f->rows.bucket_s);
	else if (f->rows.rows > 0)
		f->as_of = f->data.to;
	if (f->rows.rows == 0)
		f->data = (struct window_span){ f->as_of, f->as_of };
	/* A store's rows end before as_of, though the data go on. */
	if (f->store != NULL && f->rows.rows > 0 && f->data.to < f->as_of &&
	    f->store->later_event >= f->as_of)
		f->data.to = f->as_of;
}

enum nines_status report_frame_init(struct report_frame *f, const struct spec *spec,
    const struct tally *tally, const struct nines_io *io, struct nines_error *err)
{
	enum nines_status rc;

	f->spec = spec;
	fill_defaults(f);
	rc = take_window(f, err);
	if (rc == NINES_OK)
		rc = take_zone(f, io, err);
	if (rc == NINES_OK)
		rc = report_choice_make(f, err);
	if (rc != NINES_OK)
		return rc;
	take_rows(f, tally);
	take_as_of(f);
	rc = report_exclusion_mark(f, err);
	if (rc == NINES_OK)
		rc = report_cover_gaps(f, err);
	return rc == NINES_OK ? report_counted_init(f, err) : rc;
}

void report_frame_fini(struct report_frame *f)
{
	zone_free(f->own_zone);
	mem_free(f->exclusion);
	mem_free(f->gap);
	mem_free(f->sli);
	report_counted_fini(f);
	report_series_fini(&f->events);
	report_series_fini(&f->slices);
}

int report_frame_copy(struct report_frame *f, const char **to, const char *from)
{
	*to = from == NULL ? NULL : mem_arena_str(f->arena, str_of(from)).p;
	return from == NULL || *to != NULL;
}
