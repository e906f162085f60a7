#include "store_rows.h"

#include "err.h"

#define BRIDGE_S STORE_HOUR_S

enum nines_status store_span_add(
    struct store *store, int64_t source, const struct store_run *run, struct nines_error *err)
{
	int64_t value[] = { source, run->series, run->span.from - BRIDGE_S,
		run->span.to + BRIDGE_S };
	const int64_t from = run->span.from, to = run->span.to;
	int64_t since = from, until = to;
	sqlite3_stmt *stmt;
	int row = 0;
	enum nines_status status = store_sql_ask(store, STORE_SQL_SPAN_REACH, value, 4, &stmt, err);

	if (status == NINES_OK)
		status = store_sql_next(store, stmt, &row, err);
	if (row && sqlite3_column_type(stmt, 0) != SQLITE_NULL) {
		since = sqlite3_column_int64(stmt, 0);
		until = sqlite3_column_int64(stmt, 1);
	}
	if (row)
		(void)sqlite3_reset(stmt);
	if (status != NINES_OK || (since < from && until > to))
		return status;
	status = store_sql_run(store, STORE_SQL_SPAN_DELETE, value, 4, err);
	value[2] = since < from ? since : from;
	value[3] = until > to ? until : to;
	return status == NINES_OK ? store_sql_run(store, STORE_SQL_SPAN_PUT, value, 4, err)
	                          : status;
}

static void run_read(struct store_rows *r, void *row)
{
	struct store_run *run = row;

	run->series = sqlite3_column_int64(r->stmt, 0);
	run->span.from = sqlite3_column_int64(r->stmt, 1);
	run->span.to = sqlite3_column_int64(r->stmt, 2);
	r->damaged |= run->span.from >= run->span.to;
}

/* Whether b, which begins later, goes on where a ends. */
static int joins(const struct store_run *a, const struct store_run *b)
{
	return a->series == b->series &&
	    (b->span.from <= a->span.to || b->span.from - BRIDGE_S <= a->span.to);
}

/* Runs by series and time, joined in place; how many are left. */
static size_t join(struct store_run *run, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		struct store_run *last = kept > 0 ? &run[kept - 1] : NULL;

		if (!last || !joins(last, &run[i]))
			run[kept++] = run[i];
		else if (run[i].span.to > last->span.to)
			last->span.to = run[i].span.to;
	}
	return kept;
}

enum nines_status store_span_list(struct store *store, enum store_sql sql, struct mem_arena *arena,
    struct store_run **run, size_t *n, struct nines_error *err)
{
	struct store_rows r = { .arena = arena };
	struct store_list list = { 0 };
	enum nines_status status = store_sql_ask(store, sql, NULL, 0, &r.stmt, err);

	if (status == NINES_OK)
		status = store_rows_list(store, &r, sizeof **run, run_read, &list, err);
	*run = list.row;
	*n = status == NINES_OK ? join(list.row, list.rows) : 0;
	return status;
}

const struct store_run *store_span_of(
    const struct store_run *run, size_t runs, int64_t series, size_t *n)
{
	size_t low = 0, high = runs;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (run[middle].series < series)
			low = middle + 1;
		else
			high = middle;
	}
	for (*n = 0; low + *n < runs && run[low + *n].series == series;)
		++*n;
	return run + low;
}

int store_span_beyond(const struct store_run *a, size_t as, const struct store_run *b, size_t bs,
    struct store_span *bounds)
{
	size_t at = 0;
	int found = 0;

	for (size_t i = 0; i < as; i++) {
		int64_t from = a[i].span.from;

		while (from < a[i].span.to) {
			int64_t to = a[i].span.to;

			while (at < bs && b[at].span.to <= from)
				at++;
			if (at < bs && b[at].span.from <= from) {
				from = b[at].span.to;
				continue;
			}
			if (at < bs && b[at].span.from < to)
				to = b[at].span.from;
			if (!found)
				bounds->from = from;
			bounds->to = to;
			found = 1;
			from = to;
		}
	}
	return found;
}
