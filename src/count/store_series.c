#include "store_rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "err.h"

const char *store_series_text(char text[STORE_DIGEST_SIZE], uint64_t digest)
{
	(void)snprintf(text, STORE_DIGEST_SIZE, "%016llx", (unsigned long long)digest);
	return text;
}

/* The way back; 0 when the text is none. */
static int digest_read(const char *text, uint64_t *digest)
{
	static const char digits[] = "0123456789abcdef";

	*digest = 0;
	for (size_t i = 0; i < STORE_DIGEST_SIZE - 1; i++) {
		const char *digit = text[i] ? strchr(digits, text[i]) : NULL;

		if (!digit)
			return 0;
		*digest = *digest << 4 | (uint64_t)(digit - digits);
	}
	return text[STORE_DIGEST_SIZE - 1] == '\0';
}

static void series_read(struct store_rows *r, void *row)
{
	struct store_series_row *s = row;

	s->id = sqlite3_column_int64(r->stmt, 0);
	s->journey = store_rows_text(r, 2);
	s->sli = store_rows_text(r, 3);
	r->damaged |= !digest_read(store_rows_name(r, 1), &s->digest) || !s->journey != !s->sli;
}

enum nines_status store_series_list(struct store *store, struct mem_arena *arena,
    struct store_series_row **row, size_t *n, struct nines_error *err)
{
	struct store_rows r = { .arena = arena };
	struct store_list list = { 0 };
	enum nines_status status =
	    store_sql_ask(store, STORE_SQL_SERIES_LIST, NULL, 0, &r.stmt, err);

	if (status == NINES_OK)
		status = store_rows_list(store, &r, sizeof **row, series_read, &list, err);
	*row = list.row;
	*n = list.rows;
	return status;
}

/* ---- the series of a shape ---- */

static struct store_series of_column(const struct store_shape *shape, size_t column)
{
	return column == STORE_TRAFFIC ? (struct store_series){ .digest = shape->traffic }
	                               : shape->sli[column];
}

/* *id stays 0 when there is no such series. */
static enum nines_status find(
    struct store *store, uint64_t digest, int64_t *id, struct nines_error *err)
{
	char text[STORE_DIGEST_SIZE];
	struct store_bind b;
	int row = 0;
	enum nines_status status = store_bind_begin(store, STORE_SQL_SERIES_FIND, &b, err);

	if (status != NINES_OK)
		return status;
	store_bind_text(&b, store_series_text(text, digest));
	if (b.rc != SQLITE_OK)
		return store_sql_fail(store, b.rc, NULL, err);
	status = store_sql_next(store, b.stmt, &row, err);
	if (row) {
		*id = sqlite3_column_int64(b.stmt, 0);
		(void)sqlite3_reset(b.stmt);
	}
	(void)sqlite3_clear_bindings(b.stmt);
	return status;
}

static enum nines_status put(
    struct store *store, const struct store_series *series, struct nines_error *err)
{
	char text[STORE_DIGEST_SIZE];
	struct store_bind b;
	enum nines_status status = store_bind_begin(store, STORE_SQL_SERIES_PUT, &b, err);

	if (status != NINES_OK)
		return status;
	store_bind_text(&b, store_series_text(text, series->digest));
	store_bind_text(&b, series->journey);
	store_bind_text(&b, series->sli);
	return store_bind_run(store, &b, err);
}

static int by_series(const void *a, const void *b)
{
	const struct store_want *x = a, *y = b;

	if (x->series != y->series)
		return (x->series > y->series) - (x->series < y->series);
	return (x->column > y->column) - (x->column < y->column);
}

static enum nines_status resolve(struct store *store, const struct store_shape *shape, int make,
    struct store_want *want, struct nines_error *err)
{
	enum nines_status status = NINES_OK;

	for (size_t i = shape->slis + 1; i-- > 0 && status == NINES_OK;) {
		struct store_series series;

		want[i].column = i < shape->slis ? i : STORE_TRAFFIC;
		series = of_column(shape, want[i].column);
		if (i < shape->slis && series.digest == shape->traffic)
			return err_about(err, NINES_E_INTERNAL, store->path,
			    "an SLI has the digest of the traffic");
		if (make)
			status = put(store, &series, err);
		if (status == NINES_OK)
			status = find(store, series.digest, &want[i].series, err);
	}
	qsort(want, shape->slis + 1, sizeof *want, by_series);
	return status;
}

static enum nines_status wants(struct store *store, const struct store_shape *shape, int make,
    struct mem_arena *arena, struct store_want **want, struct nines_error *err)
{
	*want = mem_arena_new(arena, shape->slis + 1, sizeof **want);
	return *want ? resolve(store, shape, make, *want, err) : err_nomem(err);
}

enum nines_status store_series_find(struct store *store, const struct store_shape *shape,
    struct mem_arena *arena, struct store_want **want, size_t *n, struct nines_error *err)
{
	*n = shape->slis + 1;
	return wants(store, shape, 0, arena, want, err);
}

enum nines_status store_series_make(struct store *store, const struct store_shape *shape,
    struct mem_arena *arena, struct store_want **want, size_t *n, struct nines_error *err)
{
	*n = shape->slis + 1;
	return wants(store, shape, 1, arena, want, err);
}
