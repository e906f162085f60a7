/* Rows of the store as plain values, and plain values as rows. */
#ifndef STORE_ROWS_H
#define STORE_ROWS_H
#include "store_impl.h"

/* The row that a statement stands at.  What is wrong with a value shows when all were read. */
struct store_rows {
	sqlite3_stmt *stmt;
	struct mem_arena *arena; /* where texts go */
	int nomem, damaged;
};
const char *store_rows_text(struct store_rows *r, int column); /* NULL for NULL */
const char *store_rows_name(struct store_rows *r, int column); /* never NULL */
uint64_t store_rows_length(struct store_rows *r, int column);  /* not negative */
uint32_t store_rows_crc(struct store_rows *r, int column);
int64_t store_rows_instant(struct store_rows *r, int column); /* NINES_NEVER for NULL */

/* All rows of a statement that stands before its first one, `size` bytes each, on the arena. `read`
 * fills one. */
typedef void store_rows_fn(struct store_rows *r, void *row);
struct store_list {
	void *row;
	size_t rows;
};
enum nines_status store_rows_list(struct store *store, struct store_rows *r, size_t size,
    store_rows_fn *read, struct store_list *list, struct nines_error *err);

/* A statement that is being bound, column after column; the first failure stays. */
struct store_bind {
	sqlite3_stmt *stmt;
	int at, rc, too_large;
};
enum nines_status store_bind_begin(
    struct store *store, enum store_sql sql, struct store_bind *b, struct nines_error *err);
void store_bind_int(struct store_bind *b, int64_t v);
void store_bind_length(struct store_bind *b, uint64_t v);
void store_bind_text(struct store_bind *b, const char *s); /* borrowed until the run */
void store_bind_instant(struct store_bind *b, int64_t t);
/* Runs it; NINES_E_LIMIT for a length that does not fit.  Nothing stays bound. */
enum nines_status store_bind_run(
    struct store *store, const struct store_bind *b, struct nines_error *err);
#endif
