#include "store_rows.h"

#include <string.h>

#include "err.h"

/* ---- reading ---- */

const char *store_rows_text(struct store_rows *r, int column)
{
	const unsigned char *p = sqlite3_column_text(r->stmt, column);
	const char *s;

	if (!p) {
		r->nomem |= sqlite3_column_type(r->stmt, column) != SQLITE_NULL;
		return NULL;
	}
	s = mem_arena_str(r->arena, str_of((const char *)p)).p;
	r->nomem |= !s;
	return s;
}

const char *store_rows_name(struct store_rows *r, int column)
{
	const char *s = store_rows_text(r, column);

	r->damaged |= !s;
	return s ? s : "";
}

uint64_t store_rows_length(struct store_rows *r, int column)
{
	const int64_t v = sqlite3_column_int64(r->stmt, column);

	r->damaged |= v < 0;
	return (uint64_t)v;
}

uint32_t store_rows_crc(struct store_rows *r, int column)
{
	const int64_t v = sqlite3_column_int64(r->stmt, column);

	r->damaged |= v < 0 || v > UINT32_MAX;
	return (uint32_t)v;
}

int64_t store_rows_instant(struct store_rows *r, int column)
{
	return sqlite3_column_type(r->stmt, column) == SQLITE_NULL
	    ? NINES_NEVER
	    : sqlite3_column_int64(r->stmt, column);
}

/* The rows on the heap, moved to the arena. */
static enum nines_status settle(struct mem_arena *arena, const char *heap, size_t rows, size_t size,
    struct store_list *list, struct nines_error *err)
{
	void *row = mem_arena_new(arena, rows + 1, size);

	if (!row)
		return err_nomem(err);
	if (rows > 0)
		memcpy(row, heap, rows * size);
	*list = (struct store_list){ row, rows };
	return NINES_OK;
}

enum nines_status store_rows_list(struct store *store, struct store_rows *r, size_t size,
    store_rows_fn *read, struct store_list *list, struct nines_error *err)
{
	enum nines_status status = NINES_OK;
	size_t room = 0, rows = 0;
	char *heap = NULL;

	for (int row = 1; !r->nomem && !r->damaged;) {
		char *grown;

		status = store_sql_next(store, r->stmt, &row, err);
		if (!row)
			break;
		grown = mem_grow(heap, &room, rows + 1, size);
		if (grown) {
			heap = grown;
			read(r, heap + rows++ * size);
		}
		r->nomem |= !grown;
	}
	(void)sqlite3_reset(r->stmt);
	if (status == NINES_OK && r->nomem)
		status = err_nomem(err);
	if (status == NINES_OK && r->damaged)
		status = store_sql_damaged(store, "a value that cannot be", err);
	if (status == NINES_OK)
		status = settle(r->arena, heap, rows, size, list, err);
	mem_free(heap);
	return status;
}

/* ---- writing ---- */

enum nines_status store_bind_begin(
    struct store *store, enum store_sql sql, struct store_bind *b, struct nines_error *err)
{
	*b = (struct store_bind){ .rc = SQLITE_OK };
	return store_sql_ready(store, sql, &b->stmt, err);
}

void store_bind_int(struct store_bind *b, int64_t v)
{
	b->at++;
	if (b->rc == SQLITE_OK)
		b->rc = sqlite3_bind_int64(b->stmt, b->at, v);
}

void store_bind_length(struct store_bind *b, uint64_t v)
{
	b->too_large |= v > INT64_MAX;
	store_bind_int(b, (int64_t)v);
}

void store_bind_text(struct store_bind *b, const char *s)
{
	b->at++;
	if (b->rc == SQLITE_OK)
		b->rc = sqlite3_bind_text(b->stmt, b->at, s, -1, SQLITE_STATIC);
}

void store_bind_instant(struct store_bind *b, int64_t t)
{
	b->at++;
	if (b->rc == SQLITE_OK)
		b->rc = t == NINES_NEVER ? sqlite3_bind_null(b->stmt, b->at)
		                         : sqlite3_bind_int64(b->stmt, b->at, t);
}

enum nines_status store_bind_run(
    struct store *store, const struct store_bind *b, struct nines_error *err)
{
	enum nines_status status = NINES_OK;

	if (b->rc != SQLITE_OK)
		status = store_sql_fail(store, b->rc, NULL, err);
	else if (b->too_large)
		status = err_about(err, NINES_E_LIMIT, store->path, "a number would exceed %lld",
		    (long long)INT64_MAX);
	for (int row = 1; status == NINES_OK && row;)
		status = store_sql_next(store, b->stmt, &row, err);
	(void)sqlite3_clear_bindings(b->stmt);
	return status;
}
