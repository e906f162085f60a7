#include "store_impl.h"

/* Whether b comes after a in the order of the key.  A damaged file might lead in circles. */
static int ascends(const struct store_row *a, const struct store_row *b)
{
	if (a->start != b->start)
		return a->start < b->start;
	if (a->series != b->series)
		return a->series < b->series;
	return a->source < b->source;
}

void store_walk_row(sqlite3_stmt *stmt, struct store_row *row)
{
	row->start = sqlite3_column_int64(stmt, 0);
	row->series = sqlite3_column_int64(stmt, 1);
	row->source = sqlite3_column_int64(stmt, 2);
	row->cell.valid = (uint64_t)sqlite3_column_int64(stmt, 3);
	row->cell.good = (uint64_t)sqlite3_column_int64(stmt, 4);
	row->cell.missing = (uint64_t)sqlite3_column_int64(stmt, 5);
}

/* 0: a row that no version of nines writes.  A negative number is one above INT64_MAX here. */
static int is_sound(const struct store_row *row)
{
	return row->cell.good <= row->cell.valid && row->cell.valid <= INT64_MAX &&
	    row->cell.missing <= INT64_MAX && row->start % STORE_BUCKET_S == 0;
}

enum nines_status store_walk(struct store *store, const struct store_span *within,
    store_walk_fn *call, void *ctx, struct nines_error *err)
{
	const int64_t value[] = { within->from, within->to };
	struct store_row row, last = { INT64_MIN, INT64_MIN, INT64_MIN, { 0, 0, 0 } };
	sqlite3_stmt *stmt = NULL;
	enum nines_status status = store_sql_ask(store, STORE_SQL_COUNT_WALK, value, 2, &stmt, err);

	while (status == NINES_OK) {
		int more;

		status = store_sql_next(store, stmt, &more, err);
		if (status != NINES_OK || !more)
			return status;
		store_walk_row(stmt, &row);
		if (!is_sound(&row) || !ascends(&last, &row))
			status = store_sql_damaged(store, "a count that cannot be", err);
		else
			status = call(ctx, &row, err);
		last = row;
	}
	(void)sqlite3_reset(stmt);
	return status;
}
