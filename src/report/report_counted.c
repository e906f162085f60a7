#include "err.h"
#include "mem.h"
#include "report_frame.h"

/* What of the span is in none of those in which the SLI was counted. */
static int add_holes(struct report_column *column, size_t *room,
    const struct report_counted *counted, struct report_span span)
{
	for (size_t i = 0; i <= counted->spans && span.from < span.to; i++) {
		const struct report_span end = { span.to, span.to };
		const struct report_span own = i < counted->spans ? counted->span[i] : end;
		void *grown;

		if (own.to <= span.from)
			continue;
		if (own.from > span.from) {
			grown = mem_grow(
			    column->own_hole, room, column->holes + 1, sizeof *column->own_hole);
			if (grown == NULL)
				return 0;
			column->own_hole = grown;
			column->own_hole[column->holes++] = (struct window_span){ span.from,
				own.from < span.to ? own.from : span.to };
		}
		span.from = own.to;
	}
	return 1;
}

static int find_holes(const struct report_store *store, size_t index, struct report_column *column)
{
	const struct report_counted *counted = &store->counted[index];
	size_t room = 0;

	for (size_t i = 0; i < store->traffic.spans; i++)
		if (!add_holes(column, &room, counted, store->traffic.span[i]))
			return 0;
	for (size_t i = 0; i < store->formers; i++) {
		const struct report_former *former = &store->former[i];

		if (former->column == index &&
		    !add_holes(column, &room, counted,
		        (struct report_span){ former->from, former->until }))
			return 0;
	}
	column->holes = window_join(column->own_hole, column->holes);
	column->hole = column->own_hole;
	return 1;
}

static enum nines_status fill(struct report_frame *f, size_t index, struct nines_error *err)
{
	const struct report_counted *counted = &f->store->counted[index];
	struct report_column *column = &f->columns[index];
	struct window_span *both;

	column->since = counted->spans > 0 ? counted->span[0].from : NINES_NEVER;
	if (!find_holes(f->store, index, column))
		return err_nomem(err);
	if (column->holes == 0)
		return NINES_OK;
	both = mem_new(f->exclusions + column->holes, sizeof *both);
	if (both == NULL)
		return err_nomem(err);
	for (size_t i = 0; i < f->exclusions; i++)
		both[i] = f->exclusion[i];
	for (size_t i = 0; i < column->holes; i++)
		both[f->exclusions + i] = column->hole[i];
	column->own_excluded = both;
	column->excluded = both;
	column->exclusions = window_join(both, f->exclusions + column->holes);
	return NINES_OK;
}

enum nines_status report_counted_init(struct report_frame *f, struct nines_error *err)
{
	const struct report_store *store = f->store;
	enum nines_status rc = NINES_OK;

	f->columns = mem_new(f->spec->slis + 1, sizeof *f->columns);
	if (f->columns == NULL)
		return err_nomem(err);
	for (size_t i = 0; i < f->spec->slis && rc == NINES_OK; i++) {
		struct report_column *column = &f->columns[i];

		column->since = f->rows.rows > 0 ? f->data.from : NINES_NEVER;
		column->excluded = f->exclusion;
		column->exclusions = f->exclusions;
		if (store != NULL && store->counted != NULL)
			rc = fill(f, i, err);
	}
	return rc;
}

void report_counted_fini(struct report_frame *f)
{
	for (size_t i = 0; f->columns != NULL && i < f->spec->slis; i++) {
		mem_free(f->columns[i].own_hole);
		mem_free(f->columns[i].own_excluded);
	}
	mem_free(f->columns);
}

enum nines_status report_counted_take(
    struct report_frame *f, const struct spec_sli *sli, struct nines_error *err)
{
	f->column = &f->columns[sli->index];
	return report_series_events(
	    &f->events, &f->rows, tally_column(f->rows.tally, sli->index), err);
}

int64_t report_counted_history(const struct report_frame *f)
{
	return f->column->since == NINES_NEVER || f->column->since > f->as_of
	    ? 0
	    : f->as_of - f->column->since;
}

/* ---- what the reader is told ---- */

/* The one that was in use last. */
static const struct report_former *latest_former(const struct report_frame *f, size_t column)
{
	const struct report_former *latest = NULL;

	for (size_t i = 0; f->store != NULL && i < f->store->formers; i++) {
		const struct report_former *former = &f->store->former[i];

		if (former->column == column && (latest == NULL || former->until > latest->until))
			latest = former;
	}
	return latest;
}

enum nines_status report_counted_tell(struct report_frame *f, struct report_sli *to,
    const struct spec_sli *sli, struct nines_error *err)
{
	const struct report_column *column = &f->columns[sli->index];
	const struct report_former *former = latest_former(f, sli->index);

	to->recalled = f->store != NULL;
	to->counted_since = column->since;
	to->former_until = former != NULL ? former->until : NINES_NEVER;
	to->former_digest = former != NULL ? former->digest : 0;
	to->uncounted = mem_arena_new(f->arena, column->holes + 1, sizeof *to->uncounted);
	if (to->uncounted == NULL)
		return err_nomem(err);
	for (size_t i = 0; i < column->holes; i++)
		to->uncounted[to->uncounteds++] =
		    (struct report_span){ column->hole[i].from, column->hole[i].to };
	return NINES_OK;
}
