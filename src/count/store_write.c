#include "store_rows.h"

#include "err.h"
#include "when.h"

/* One call of store_write. */
struct writing {
	struct store *store;
	const struct store_record *record;
	struct mem_arena arena;
	struct store_want *want; /* by series, traffic among them */
	size_t wants;
	int64_t source, traffic, folded_until;
};

/* Two columns may share a series; it is written once. */
static int is_repeated(const struct writing *w, size_t i)
{
	return i > 0 && w->want[i].series == w->want[i - 1].series;
}

/* ---- taking back what a recount replaces ---- */

static enum nines_status want_all(struct writing *w, struct nines_error *err)
{
	enum nines_status status = store_sql_run(w->store, STORE_SQL_WANTED_MAKE, NULL, 0, err);

	if (status == NINES_OK)
		status = store_sql_run(w->store, STORE_SQL_WANTED_CLEAR, NULL, 0, err);
	for (size_t i = 0; i < w->wants && status == NINES_OK; i++)
		status = store_sql_run(w->store, STORE_SQL_WANTED_PUT, &w->want[i].series, 1, err);
	return status;
}

static enum nines_status refuse_folded(struct writing *w, struct nines_error *err)
{
	const struct store_source *known;
	enum nines_status status = store_source_by_id(w->store, w->source, &w->arena, &known, err);

	if (status != NINES_OK || !known->folded)
		return status;
	return err_about(err, NINES_E_STORE, known->name,
	    "was folded with others into hours, so it cannot be counted anew");
}

/* The counts lie within the spans, and where they were folded at the start of a span's first hour.
 */
static enum nines_status counts_delete(struct store *store, enum store_sql bounds,
    enum store_sql sql, int64_t source, struct nines_error *err)
{
	int64_t value[] = { 0, 0, source };
	sqlite3_stmt *stmt;
	int row = 0, any = 0;
	enum nines_status status = store_sql_ask(store, bounds, &source, 1, &stmt, err);

	if (status == NINES_OK)
		status = store_sql_next(store, stmt, &row, err);
	if (row) {
		any = sqlite3_column_type(stmt, 0) != SQLITE_NULL;
		value[0] = when_floor(sqlite3_column_int64(stmt, 0), STORE_HOUR_S);
		value[1] = sqlite3_column_int64(stmt, 1);
		(void)sqlite3_reset(stmt);
	}
	return status == NINES_OK && any ? store_sql_run(store, sql, value, 3, err) : status;
}

static enum nines_status take_back(struct writing *w, struct nines_error *err)
{
	enum nines_status status = refuse_folded(w, err);

	if (status == NINES_OK)
		status = want_all(w, err);
	if (status == NINES_OK)
		status = counts_delete(w->store, STORE_SQL_WANTED_BOUNDS,
		    STORE_SQL_COUNT_DELETE_WANTED, w->source, err);
	if (status == NINES_OK)
		status = store_sql_run(w->store, STORE_SQL_SPAN_DELETE_WANTED, &w->source, 1, err);
	if (status == NINES_OK)
		status = store_sql_run(w->store, STORE_SQL_ITEM_DELETE_WANTED, &w->source, 1, err);
	return status;
}

enum nines_status store_write_undo(struct store *store, int64_t source, struct nines_error *err)
{
	/* Items and marks go with the source's row. */
	static const enum store_sql step[] = { STORE_SQL_SPAN_DELETE_SOURCE, STORE_SQL_GAP_DELETE,
		STORE_SQL_SOURCE_DELETE };
	enum nines_status status =
	    counts_delete(store, STORE_SQL_SPAN_BOUNDS, STORE_SQL_COUNT_DELETE, source, err);

	for (size_t i = 0; i < sizeof step / sizeof *step && status == NINES_OK; i++)
		status = store_sql_run(store, step[i], &source, 1, err);
	return status;
}

/* ---- counts ---- */

static enum nines_status too_large(const struct store *store, struct nines_error *err)
{
	return err_about(
	    err, NINES_E_LIMIT, store->path, "a count would exceed %lld", (long long)INT64_MAX);
}

/* Minutes that are folded by now are kept by the hour from the start. */
static enum nines_status cell_put(struct writing *w, int64_t start, int64_t series,
    const struct tally_cell *cell, struct nines_error *err)
{
	const int64_t value[] = {
		start < w->folded_until ? when_floor(start, STORE_HOUR_S) : start,
		series,
		w->source,
		(int64_t)cell->valid,
		(int64_t)cell->good,
		(int64_t)cell->missing,
	};

	if (cell->valid == 0 && cell->missing == 0)
		return NINES_OK;
	if (cell->valid > INT64_MAX || cell->missing > INT64_MAX)
		return too_large(w->store, err);
	return store_sql_run(w->store, STORE_SQL_COUNT_PUT, value, 6, err);
}

static enum nines_status counts_put(struct writing *w, struct nines_error *err)
{
	struct tally_walk walk;
	enum nines_status status = tally_walk_begin(&walk, w->record->tally, err);
	const struct tally_row *row;

	while (status == NINES_OK && (row = tally_walk_next(&walk)) != NULL) {
		const struct tally_cell lines = { row->lines, row->judged, 0 };

		for (size_t i = 0; i < w->wants && status == NINES_OK; i++) {
			const struct store_want *want = &w->want[i];
			const int is_traffic = want->column == STORE_TRAFFIC;

			if (!is_repeated(w, i))
				status = cell_put(w, row->start_s, want->series,
				    is_traffic ? &lines : &row->cell[want->column], err);
		}
	}
	tally_walk_end(&walk);
	return status;
}

/* ---- spans ---- */

static enum nines_status run_put(
    struct writing *w, int64_t from, int64_t to, struct nines_error *err)
{
	enum nines_status status = NINES_OK;

	for (size_t i = 0; i < w->wants && status == NINES_OK; i++) {
		const struct store_run run = { w->want[i].series, { from, to } };

		if (!is_repeated(w, i))
			status = store_span_add(w->store, w->source, &run, err);
	}
	return status;
}

/* The minutes that hold lines, in runs; store_span_add joins what is near. */
static enum nines_status spans_put(struct writing *w, struct nines_error *err)
{
	enum nines_status status = NINES_OK;
	struct ledger_walk row;
	int64_t from, end;

	ledger_walk_begin(&row, tally_traffic(w->record->tally));
	if (!ledger_walk_next(&row))
		return NINES_OK;
	from = row.start_s;
	end = from + STORE_BUCKET_S;
	while (ledger_walk_next(&row) && status == NINES_OK) {
		if (row.start_s - end > STORE_HOUR_S) {
			status = run_put(w, from, end, err);
			from = row.start_s;
		}
		end = row.start_s + STORE_BUCKET_S;
	}
	return status == NINES_OK ? run_put(w, from, end, err) : status;
}

/* ---- what else there is of a source ---- */

static enum nines_status items_put(struct writing *w, struct nines_error *err)
{
	enum nines_status status = NINES_OK;

	for (size_t i = 0; i < w->record->items && status == NINES_OK; i++) {
		const struct item *item = &w->record->item[i];
		struct store_bind b;

		if (item->n == 0)
			continue;
		status = store_bind_begin(w->store, STORE_SQL_ITEM_PUT, &b, err);
		if (status != NINES_OK)
			break;
		store_bind_int(&b, w->source);
		store_bind_int(&b, w->traffic);
		store_bind_text(&b, item->name);
		store_bind_length(&b, item->n);
		status = store_bind_run(w->store, &b, err);
	}
	return status;
}

static enum nines_status marks_put(struct writing *w, struct nines_error *err)
{
	enum nines_status status = NINES_OK;

	for (size_t i = 0; i < w->record->marks && status == NINES_OK; i++) {
		const struct mark *mark = &w->record->mark[i];
		const int64_t value[] = { w->source, (int64_t)mark->length, mark->crc };

		status = mark->length > INT64_MAX
		    ? too_large(w->store, err)
		    : store_sql_run(w->store, STORE_SQL_MARK_PUT, value, 3, err);
	}
	return status;
}

/* ---- the whole ---- */

static enum nines_status prepare(struct writing *w, struct nines_error *err)
{
	const struct store_record *record = w->record;
	struct store_meta meta;
	enum nines_status status = store_source_meta(w->store, &meta, err);

	w->folded_until = meta.folded_until;
	if (status == NINES_OK)
		status =
		    store_source_put(w->store, record->source, record->recount, &w->source, err);
	if (status == NINES_OK)
		status =
		    store_series_make(w->store, record->shape, &w->arena, &w->want, &w->wants, err);
	for (size_t i = 0; status == NINES_OK && i < w->wants; i++)
		if (w->want[i].column == STORE_TRAFFIC)
			w->traffic = w->want[i].series;
	return status;
}

static enum nines_status write_all(struct writing *w, struct nines_error *err)
{
	enum nines_status status = prepare(w, err);

	if (status == NINES_OK && w->record->recount)
		status = take_back(w, err);
	if (status == NINES_OK)
		status = counts_put(w, err);
	if (status == NINES_OK)
		status = spans_put(w, err);
	if (status == NINES_OK)
		status = items_put(w, err);
	if (status == NINES_OK)
		status = marks_put(w, err);
	if (status == NINES_OK)
		status = store_source_stamp(w->store, w->record->source->seen_s, err);
	return status;
}

/* As one step, which leaves the transaction as it was when it fails. */
enum nines_status store_write(
    struct store *store, const struct store_record *record, int64_t *id, struct nines_error *err)
{
	struct writing w = { .store = store, .record = record };
	enum nines_status status = store_in_transaction(store, err);

	if (status == NINES_OK &&
	    (record->tally->slis != record->shape->slis ||
	        record->tally->bucket_s != STORE_BUCKET_S))
		status = err_about(
		    err, NINES_E_INTERNAL, store->path, "a tally of another shape than its series");
	if (status == NINES_OK)
		status = store_sql_run(store, STORE_SQL_SAVEPOINT, NULL, 0, err);
	if (status != NINES_OK)
		return status;
	status = write_all(&w, err);
	if (status != NINES_OK)
		(void)store_sql_run(store, STORE_SQL_ROLLBACK_TO, NULL, 0, NULL);
	if (status == NINES_OK)
		status = store_sql_run(store, STORE_SQL_RELEASE, NULL, 0, err);
	else
		(void)store_sql_run(store, STORE_SQL_RELEASE, NULL, 0, NULL);
	if (status == NINES_OK && id)
		*id = w.source;
	mem_arena_fini(&w.arena);
	return status;
}
