#include "store_rows.h"

#include "err.h"
#include "when.h"

/* ---- prune ---- */

/* The rows of one hour, on their way from minutes to the hour. */
struct folding {
	struct store *store;
	struct store_row *row;
	size_t rows, room;
	uint64_t minutes; /* that are gone */
};

/* Reads what of the hour is to be folded; `source` is already what it becomes. */
static enum nines_status hour_read(
    struct folding *f, const int64_t hour[2], struct nines_error *err)
{
	sqlite3_stmt *stmt;
	int64_t last = NINES_NEVER;
	int more = 1;
	enum nines_status status =
	    store_sql_ask(f->store, STORE_SQL_COUNT_HOUR, hour, 2, &stmt, err);

	f->rows = 0;
	while (status == NINES_OK) {
		struct store_row *grown;

		status = store_sql_next(f->store, stmt, &more, err);
		if (status != NINES_OK || !more)
			return status;
		grown = mem_grow(f->row, &f->room, f->rows + 1, sizeof *f->row);
		if (!grown) {
			(void)sqlite3_reset(stmt);
			return err_nomem(err);
		}
		f->row = grown;
		store_walk_row(stmt, &f->row[f->rows]);
		f->minutes +=
		    f->row[f->rows].start != last && f->row[f->rows].start % STORE_HOUR_S != 0;
		last = f->row[f->rows++].start;
	}
	return status;
}

static enum nines_status hour_fold(
    struct folding *f, const int64_t hour[2], struct nines_error *err)
{
	enum nines_status status = hour_read(f, hour, err);

	if (status == NINES_OK)
		status = store_sql_run(f->store, STORE_SQL_COUNT_HOUR_DELETE, hour, 2, err);
	for (size_t i = 0; i < f->rows && status == NINES_OK; i++) {
		const struct store_row *row = &f->row[i];
		const int64_t value[] = { hour[0], row->series, row->source,
			(int64_t)row->cell.valid, (int64_t)row->cell.good,
			(int64_t)row->cell.missing };

		status = store_sql_run(f->store, STORE_SQL_COUNT_PUT, value, 6, err);
	}
	return status;
}

/* Hour by hour, so that memory does not grow with the years. */
static enum nines_status counts_fold(struct folding *f, int64_t before, struct nines_error *err)
{
	int64_t hour[2] = { INT64_MIN, before };

	for (;;) {
		int64_t start = NINES_NEVER;
		enum nines_status status =
		    store_sql_value(f->store, STORE_SQL_COUNT_FINE, hour, 2, &start, err);

		if (status != NINES_OK || start == NINES_NEVER)
			return status;
		/* In a damaged file the rows need not ascend, and there would be no end. */
		if (start < hour[0])
			return store_sql_damaged(f->store, "a count that cannot be", err);
		hour[0] = when_floor(start, STORE_HOUR_S);
		hour[1] = hour[0] + STORE_HOUR_S;
		status = hour_fold(f, hour, err);
		if (status != NINES_OK)
			return status;
		hour[0] = hour[1];
		hour[1] = before;
	}
}

static enum nines_status spans_fold(struct store *store, struct nines_error *err)
{
	struct mem_arena arena = { 0 };
	struct store_run *run;
	size_t n;
	enum nines_status status =
	    store_span_list(store, STORE_SQL_SPAN_FOLDED, &arena, &run, &n, err);

	if (status == NINES_OK)
		status = store_sql_run(store, STORE_SQL_SPAN_DELETE_FOLDED, NULL, 0, err);
	for (size_t i = 0; status == NINES_OK && i < n; i++)
		status = store_span_add(store, 0, &run[i], err);
	mem_arena_fini(&arena);
	return status;
}

static enum nines_status prune(
    struct store *store, struct folding *f, int64_t before, struct nines_error *err)
{
	const int64_t thin[] = { before, MARK_SURE };
	enum nines_status status = store_sql_run(store, STORE_SQL_SOURCE_FOLD, &before, 1, err);

	if (status == NINES_OK)
		status = counts_fold(f, before, err);
	if (status == NINES_OK)
		status = spans_fold(store, err);
	if (status == NINES_OK)
		status = store_sql_run(store, STORE_SQL_MARK_THIN, thin, 2, err);
	return status == NINES_OK ? store_sql_run(store, STORE_SQL_META_FOLDED, &before, 1, err)
	                          : status;
}

enum nines_status store_prune(
    struct store *store, int64_t before, uint64_t *folded, struct nines_error *err)
{
	struct folding f = { .store = store };
	enum nines_status status = store_in_transaction(store, err);

	if (status == NINES_OK)
		status = prune(store, &f, when_floor(before, STORE_DAY_S), err);
	if (status == NINES_OK && folded)
		*folded = f.minutes;
	mem_free(f.row);
	return status;
}

/* ---- forget ---- */

static enum nines_status by_name(struct store *store, const char *name, struct mem_arena *arena,
    struct store_source **source, size_t *n, struct nines_error *err)
{
	struct store_bind b;
	enum nines_status status = store_bind_begin(store, STORE_SQL_SOURCE_BY_NAME, &b, err);

	if (status != NINES_OK)
		return status;
	store_bind_text(&b, name);
	if (b.rc != SQLITE_OK)
		return store_sql_fail(store, b.rc, NULL, err);
	status = store_source_rows(store, b.stmt, arena, source, n, err);
	(void)sqlite3_clear_bindings(b.stmt);
	return status;
}

static enum nines_status by_number(struct store *store, const char *name, struct mem_arena *arena,
    struct store_source **source, size_t *n, struct nines_error *err)
{
	sqlite3_stmt *stmt;
	enum nines_status status;
	uint64_t number;
	int64_t id;

	if (name[0] != '#' || !str_u64(str_of(name + 1), &number) || number > INT64_MAX)
		return NINES_OK;
	id = (int64_t)number;
	status = store_sql_ask(store, STORE_SQL_SOURCE_BY_ID, &id, 1, &stmt, err);
	return status == NINES_OK ? store_source_rows(store, stmt, arena, source, n, err) : status;
}

static enum nines_status forget(
    struct store *store, const struct store_source *source, size_t n, struct nines_error *err)
{
	enum nines_status status = NINES_OK;

	for (size_t i = 0; i < n; i++)
		if (source[i].folded)
			return err_about(err, NINES_E_STORE, source[i].name,
			    "was folded with others into hours, so it cannot be taken back");
	for (size_t i = 0; i < n && status == NINES_OK; i++)
		status = store_write_undo(store, source[i].id, err);
	return status;
}

enum nines_status store_forget(
    struct store *store, const char *name, size_t *forgotten, struct nines_error *err)
{
	struct mem_arena arena = { 0 };
	struct store_source *source = NULL;
	size_t n = 0;
	enum nines_status status = store_in_transaction(store, err);

	if (status == NINES_OK)
		status = by_name(store, name, &arena, &source, &n, err);
	if (status == NINES_OK && n == 0)
		status = by_number(store, name, &arena, &source, &n, err);
	if (status == NINES_OK)
		status = forget(store, source, n, err);
	if (status == NINES_OK && forgotten)
		*forgotten = n;
	mem_arena_fini(&arena);
	return status;
}
