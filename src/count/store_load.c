#include "store_rows.h"

#include <string.h>

#include "err.h"
#include "when.h"

/* One call of store_load. */
struct loading {
	struct store *store;
	const struct store_shape *shape;
	struct store_view *view;
	struct store_span within;
	struct store_want *want; /* by series */
	size_t wants, at;        /* `at`: where in want the walk is */
	int64_t start;           /* of `row` */
	struct tally_row *row;
	struct store_run *run;
	size_t runs;
};

/* ---- counts ---- */

static int row_add(
    struct tally_row *row, const struct store_want *want, const struct tally_cell *cell)
{
	struct tally_cell traffic = { row->lines, row->judged, 0 };

	if (want->column != STORE_TRAFFIC)
		return tally_cell_add(&row->cell[want->column], cell);
	if (!tally_cell_add(&traffic, cell))
		return 0;
	row->lines = traffic.valid;
	row->judged = traffic.good;
	return 1;
}

/* Rows come by start and series, as `want` is sorted: the two are walked side by side. */
static enum nines_status count_add(void *ctx, const struct store_row *row, struct nines_error *err)
{
	struct loading *l = ctx;
	enum nines_status status = NINES_OK;

	if (!l->row || row->start != l->start) {
		l->start = row->start;
		l->row = NULL;
		l->at = 0;
	}
	while (l->at < l->wants && l->want[l->at].series < row->series)
		l->at++;
	for (size_t i = l->at; i < l->wants && l->want[i].series == row->series; i++) {
		if (!l->row)
			status = tally_at(&l->view->tally, row->start, &l->row, err);
		if (status != NINES_OK)
			return status;
		if (!row_add(l->row, &l->want[i], &row->cell))
			return err_about(err, NINES_E_LIMIT, l->store->path,
			    "a count would exceed %llu", (unsigned long long)UINT64_MAX);
	}
	return NINES_OK;
}

/* ---- sources ---- */

static void item_read(struct store_rows *r, void *row)
{
	struct item *item = row;

	item->name = store_rows_name(r, 0);
	item->n = store_rows_length(r, 1);
}

static enum nines_status items_load(struct loading *l, int64_t traffic, struct nines_error *err)
{
	struct store_view *view = l->view;
	enum nines_status status = NINES_OK;

	view->item = mem_arena_new(&view->arena, view->sources + 1, sizeof *view->item);
	if (!view->item)
		return err_nomem(err);
	for (size_t i = 0; i < view->sources && status == NINES_OK; i++) {
		const int64_t value[] = { view->source[i].id, traffic };
		struct store_rows r = { .arena = &view->arena };
		struct store_list list = { 0 };

		status = store_sql_ask(l->store, STORE_SQL_ITEM_LIST, value, 2, &r.stmt, err);
		if (status == NINES_OK)
			status = store_rows_list(
			    l->store, &r, sizeof(struct item), item_read, &list, err);
		view->item[i] = list.row; /* the list has a zeroed row beyond its last */
	}
	return status;
}

static enum nines_status sources_load(struct loading *l, struct nines_error *err)
{
	const int64_t value[] = { l->within.from, l->within.to };
	struct store_view *view = l->view;
	int64_t traffic = 0;
	sqlite3_stmt *stmt;
	enum nines_status status =
	    store_sql_ask(l->store, STORE_SQL_SOURCE_BY_EVENT, value, 2, &stmt, err);

	if (status == NINES_OK)
		status = store_source_rows(
		    l->store, stmt, &view->arena, &view->source, &view->sources, err);
	for (size_t i = 0; i < l->wants; i++)
		if (l->want[i].column == STORE_TRAFFIC)
			traffic = l->want[i].series;
	return status == NINES_OK ? items_load(l, traffic, err) : status;
}

/* The minute of the first row is known; the second is where a source's first event tells it.  So
 * too for the last. */
static void bounds_set(struct loading *l)
{
	struct tally *tally = &l->view->tally;
	const int64_t first = tally->first_s, last = tally->last_s;
	int64_t earliest = INT64_MAX, latest = INT64_MIN;

	if (tally_rows(tally) == 0)
		return;
	for (size_t i = 0; i < l->view->sources; i++) {
		const struct store_source *s = &l->view->source[i];

		if (when_floor(s->first_event, STORE_BUCKET_S) == first &&
		    s->first_event < earliest)
			earliest = s->first_event;
		if (when_floor(s->last_event, STORE_BUCKET_S) == last && s->last_event > latest)
			latest = s->last_event;
	}
	if (earliest != INT64_MAX)
		tally->first_s = earliest;
	if (latest != INT64_MIN)
		tally->last_s = latest;
}

/* ---- what was counted when ---- */

static const struct store_run *runs_of(const struct loading *l, int64_t series, size_t *n)
{
	return store_span_of(l->run, l->runs, series, n);
}

static enum nines_status spans_load(struct loading *l, struct nines_error *err)
{
	struct store_view *view = l->view;
	const size_t slis = l->shape->slis;

	view->counted = mem_arena_new(&view->arena, slis + 1, sizeof *view->counted);
	view->counteds = mem_arena_new(&view->arena, slis + 1, sizeof *view->counteds);
	if (!view->counted || !view->counteds)
		return err_nomem(err);
	for (size_t i = 0; i < l->wants; i++) {
		const size_t column = l->want[i].column;
		const struct store_run *run;
		struct store_span *span;
		size_t n;

		run = runs_of(l, l->want[i].series, &n);
		span = mem_arena_new(&view->arena, n + 1, sizeof *span);
		if (!span)
			return err_nomem(err);
		for (size_t k = 0; k < n; k++)
			span[k] = run[k].span;
		*(column == STORE_TRAFFIC ? &view->traffic : &view->counted[column]) = span;
		*(column == STORE_TRAFFIC ? &view->traffics : &view->counteds[column]) = n;
	}
	return NINES_OK;
}

/* Whether this series counted the SLI by other rules, in minutes that the present ones lack. */
static int is_former(const struct loading *l, const struct store_series_row *row,
    const struct store_want *want, struct store_former *former)
{
	const struct store_series *now = &l->shape->sli[want->column];
	const struct store_run *theirs, *mine;
	struct store_span bounds;
	size_t their, my;

	if (row->digest == now->digest || !row->sli || strcmp(row->sli, now->sli) != 0 ||
	    strcmp(row->journey, now->journey) != 0)
		return 0;
	theirs = runs_of(l, row->id, &their);
	mine = runs_of(l, want->series, &my);
	if (!store_span_beyond(theirs, their, mine, my, &bounds))
		return 0;
	*former = (struct store_former){ want->column, row->digest, bounds.from, bounds.to };
	return 1;
}

static enum nines_status formers_load(struct loading *l, struct nines_error *err)
{
	struct store_view *view = l->view;
	struct store_former *list = NULL, *grown, former;
	struct store_series_row *row;
	size_t rows, room = 0, n = 0;
	enum nines_status status = store_series_list(l->store, &view->arena, &row, &rows, err);

	for (size_t i = 0; status == NINES_OK && i < l->wants; i++)
		for (size_t k = 0; l->want[i].column != STORE_TRAFFIC && k < rows; k++) {
			if (!is_former(l, &row[k], &l->want[i], &former))
				continue;
			grown = mem_grow(list, &room, n + 1, sizeof *list);
			if (!grown) {
				status = err_nomem(err);
				break;
			}
			list = grown;
			list[n++] = former;
		}
	view->former = mem_arena_new(&view->arena, n + 1, sizeof *list);
	if (!view->former && status == NINES_OK)
		status = err_nomem(err);
	if (view->former && n > 0)
		memcpy(view->former, list, n * sizeof *list);
	view->formers = n;
	mem_free(list);
	return status;
}

/* ---- the whole ---- */

static enum nines_status load(struct loading *l, struct nines_error *err)
{
	struct store_view *view = l->view;
	struct store_meta meta;
	enum nines_status status = store_source_meta(l->store, &meta, err);

	view->folded_until = meta.folded_until;
	view->newest_event = meta.newest_event;
	view->written_s = meta.written_s;
	if (status == NINES_OK)
		status =
		    store_series_find(l->store, l->shape, &view->arena, &l->want, &l->wants, err);
	if (status == NINES_OK)
		status = store_walk(l->store, &l->within, count_add, l, err);
	if (status == NINES_OK)
		status = tally_settle(&view->tally, err);
	if (status == NINES_OK)
		status = sources_load(l, err);
	if (status == NINES_OK)
		bounds_set(l);
	if (status == NINES_OK)
		status = store_span_list(
		    l->store, STORE_SQL_SPAN_LIST, &view->arena, &l->run, &l->runs, err);
	if (status == NINES_OK)
		status = spans_load(l, err);
	if (status == NINES_OK)
		status = formers_load(l, err);
	if (status == NINES_OK)
		status = store_source_gaps(
		    l->store, &l->within, &view->arena, &view->lost, &view->losts, err);
	return status;
}

enum nines_status store_load(struct store *store, const struct store_shape *shape, int64_t from,
    int64_t to, struct store_view *view, struct nines_error *err)
{
	struct loading l = {
		.store = store,
		.shape = shape,
		.view = view,
		.within = { from == NINES_NEVER ? from : when_floor(from, STORE_HOUR_S),
		    to == NINES_NEVER ? INT64_MAX : to },
	};
	enum nines_status status = store_read_begin(store, err);

	*view = (struct store_view){ 0 };
	tally_init(&view->tally, shape->slis, STORE_BUCKET_S);
	if (status == NINES_OK)
		status = load(&l, err);
	store_read_end(store);
	if (status != NINES_OK)
		store_view_fini(view);
	return status;
}

void store_view_fini(struct store_view *view)
{
	tally_fini(&view->tally);
	mem_arena_fini(&view->arena);
}
