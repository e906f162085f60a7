/* What the store's files share: its handle, its statements and the ways to run them. */
#ifndef STORE_IMPL_H
#define STORE_IMPL_H
#include <sqlite3.h>

#include "store.h"

#define STORE_APPLICATION_ID 0x6e696e65u /* "nine", at offset 68 of the file */
#define STORE_VERSION        1           /* user_version, at offset 60 */
#define STORE_HOUR_S         3600
#define STORE_DAY_S          86400

/* Every statement that is run more than once, prepared at its first use.  The text is in
 * store_sql.c. */
enum store_sql {
	STORE_SQL_BEGIN_WRITE,
	STORE_SQL_BEGIN_READ,
	STORE_SQL_COMMIT,
	STORE_SQL_ROLLBACK,
	STORE_SQL_SAVEPOINT,
	STORE_SQL_RELEASE,
	STORE_SQL_ROLLBACK_TO,
	STORE_SQL_VERSION,
	STORE_SQL_META,
	STORE_SQL_META_WRITTEN,
	STORE_SQL_META_FOLDED,
	STORE_SQL_NEWEST_SOURCE,
	STORE_SQL_NEWEST_COUNT,
	STORE_SQL_OLDEST_COUNT,
	STORE_SQL_SOURCE_BY_FIRST,
	STORE_SQL_SOURCE_BY_INODE,
	STORE_SQL_SOURCE_LIVE,
	STORE_SQL_SOURCE_BY_NAME,
	STORE_SQL_SOURCE_BY_ID,
	STORE_SQL_SOURCE_BY_EVENT,
	STORE_SQL_SOURCE_NEWEST_FIRST,
	STORE_SQL_SOURCE_INSERT,
	STORE_SQL_SOURCE_UPDATE,
	STORE_SQL_SOURCE_TOUCH,
	STORE_SQL_SOURCE_DEAD,
	STORE_SQL_SOURCE_DELETE,
	STORE_SQL_SOURCE_FOLD,
	STORE_SQL_MARK_LIST,
	STORE_SQL_MARK_THIN,
	STORE_SQL_MARK_PUT,
	STORE_SQL_SERIES_FIND,
	STORE_SQL_SERIES_PUT,
	STORE_SQL_SERIES_LIST,
	STORE_SQL_COUNT_PUT,
	STORE_SQL_COUNT_WALK,
	STORE_SQL_COUNT_DELETE,
	STORE_SQL_COUNT_DELETE_WANTED,
	STORE_SQL_COUNT_FINE,
	STORE_SQL_COUNT_HOUR,
	STORE_SQL_COUNT_HOUR_DELETE,
	STORE_SQL_ITEM_PUT,
	STORE_SQL_ITEM_LIST,
	STORE_SQL_ITEM_DELETE_WANTED,
	STORE_SQL_SPAN_REACH,
	STORE_SQL_SPAN_DELETE,
	STORE_SQL_SPAN_PUT,
	STORE_SQL_SPAN_LIST,
	STORE_SQL_SPAN_BOUNDS,
	STORE_SQL_SPAN_FOLDED,
	STORE_SQL_SPAN_DELETE_SOURCE,
	STORE_SQL_SPAN_DELETE_FOLDED,
	STORE_SQL_SPAN_DELETE_WANTED,
	STORE_SQL_WANTED_MAKE,
	STORE_SQL_WANTED_CLEAR,
	STORE_SQL_WANTED_PUT,
	STORE_SQL_WANTED_BOUNDS,
	STORE_SQL_GAP_PUT,
	STORE_SQL_GAP_LIST,
	STORE_SQL_GAP_DELETE,
	STORE_SQLS
};

struct store {
	sqlite3 *db;
	char *path;
	enum store_mode mode;
	int own_read; /* the open transaction is store_read_begin's */
	sqlite3_stmt *stmt[STORE_SQLS];
};

/* ---- store_sql.c ---- */

/* What SQLite said, as one of ours.  what: what was being done, or NULL. */
enum nines_status store_sql_fail(
    const struct store *store, int rc, const char *what, struct nines_error *err);
/* The file holds what no version of nines writes. */
enum nines_status store_sql_damaged(
    const struct store *store, const char *what, struct nines_error *err);
/* Ready to be bound; it belongs to the store.  Whoever asks runs it to its end or resets it. */
enum nines_status store_sql_ready(
    struct store *store, enum store_sql sql, sqlite3_stmt **stmt, struct nines_error *err);
/* *row: 1, or 0 at the end, where the statement is reset. */
enum nines_status store_sql_next(
    struct store *store, sqlite3_stmt *stmt, int *row, struct nines_error *err);
/* Binds these integers to ?1, ?2, ... and runs the statement to its end. */
enum nines_status store_sql_run(struct store *store, enum store_sql sql, const int64_t *value,
    int values, struct nines_error *err);
/* The same for a question: stands before the first row. */
enum nines_status store_sql_ask(struct store *store, enum store_sql sql, const int64_t *value,
    int values, sqlite3_stmt **stmt, struct nines_error *err);
/* Asks for one row of one value.  *value stays as it is when there is none or it is NULL. */
enum nines_status store_sql_value(struct store *store, enum store_sql sql, const int64_t *argument,
    int arguments, int64_t *value, struct nines_error *err);
/* Any text of statements. */
enum nines_status store_sql_exec(
    const struct store *store, const char *sql, const char *what, struct nines_error *err);
void store_sql_close(struct store *store);

/* ---- store.c ---- */

/* The beginning of an SQLite file, https://www.sqlite.org/fileformat.html, and whether it is that
 * of a store of whatever version. */
#define STORE_HEADER_BYTES 100
int store_is_own(const unsigned char header[STORE_HEADER_BYTES]);

/* A view of one moment, for functions that ask several questions; inside a transaction it is that
 * transaction's. */
enum nines_status store_read_begin(struct store *store, struct nines_error *err);
void store_read_end(struct store *store);
enum nines_status store_in_transaction(const struct store *store, struct nines_error *err);

/* ---- store_schema.c ---- */

/* The settings of a connection; those of a writer bring the file to this version, too. */
enum nines_status store_schema_settle(struct store *store, struct nines_error *err);
/* In a transaction: from `version` to STORE_VERSION. */
enum nines_status store_schema_migrate(
    const struct store *store, int version, struct nines_error *err);

/* ---- store_create.c ---- */

/* Makes the store at `path`, whole or not at all, unless there is one by then. */
enum nines_status store_create(const char *path, unsigned wait_ms, struct nines_error *err);
/* Opens the file, whatever it holds; nothing is read yet. */
enum nines_status store_create_connect(
    struct store *store, const char *path, unsigned wait_ms, struct nines_error *err);

/* ---- store_source.c ---- */

/* All rows of a question for sources, on the arena. */
enum nines_status store_source_rows(struct store *store, sqlite3_stmt *stmt,
    struct mem_arena *arena, struct store_source **source, size_t *n, struct nines_error *err);
enum nines_status store_source_gaps(struct store *store, const struct store_span *within,
    struct mem_arena *arena, struct store_lost **lost, size_t *n, struct nines_error *err);
/* NINES_E_INTERNAL when there is none. */
enum nines_status store_source_by_id(struct store *store, int64_t id, struct mem_arena *arena,
    const struct store_source **source, struct nines_error *err);
/* In a transaction: inserts or updates; *id gets its id.  Its first and last event are widened, and
 * replaced by a recount. */
enum nines_status store_source_put(struct store *store, const struct store_source *source,
    int recount, int64_t *id, struct nines_error *err);
enum nines_status store_source_stamp(struct store *store, int64_t now_s, struct nines_error *err);
struct store_meta {
	int64_t folded_until, written_s, newest_event;
};
enum nines_status store_source_meta(
    struct store *store, struct store_meta *meta, struct nines_error *err);

/* ---- store_write.c ---- */

/* In a transaction: the source and all that it counted are gone. */
enum nines_status store_write_undo(struct store *store, int64_t source, struct nines_error *err);

/* ---- store_span.c ---- */

/* A run of minutes that were counted under a series. */
struct store_run {
	int64_t series;
	struct store_span span;
};
/* In a transaction: adds the run to a source's, joining those at most an hour apart. */
enum nines_status store_span_add(
    struct store *store, int64_t source, const struct store_run *run, struct nines_error *err);
/* All runs that the question finds, of whatever sources, joined, by series and time; on the arena.
 */
enum nines_status store_span_list(struct store *store, enum store_sql sql, struct mem_arena *arena,
    struct store_run **run, size_t *n, struct nines_error *err);
/* The slice of one series. */
const struct store_run *store_span_of(
    const struct store_run *run, size_t runs, int64_t series, size_t *n);
/* The bounds of what is in `a` and not in `b`; 0 when all of it is. */
int store_span_beyond(const struct store_run *a, size_t as, const struct store_run *b, size_t bs,
    struct store_span *bounds);

/* ---- store_walk.c ---- */

/* Walks the counts of [from, to) in the order of the key. */
struct store_row {
	int64_t start, series, source;
	struct tally_cell cell;
};
/* The row that a question with these columns stands at. */
void store_walk_row(sqlite3_stmt *stmt, struct store_row *row);
typedef enum nines_status store_walk_fn(
    void *ctx, const struct store_row *row, struct nines_error *err);
enum nines_status store_walk(struct store *store, const struct store_span *within,
    store_walk_fn *call, void *ctx, struct nines_error *err);

/* ---- store_series.c ---- */

#define STORE_DIGEST_SIZE 17
const char *store_series_text(char text[STORE_DIGEST_SIZE], uint64_t digest);
struct store_series_row {
	int64_t id;
	uint64_t digest;
	const char *journey, *sli; /* NULL: traffic */
};
/* All series by id, on the arena. */
enum nines_status store_series_list(struct store *store, struct mem_arena *arena,
    struct store_series_row **row, size_t *n, struct nines_error *err);
/* The series of a shape by id, each with a column of it; two columns may share one. */
#define STORE_TRAFFIC SIZE_MAX
struct store_want {
	int64_t series; /* 0: not in the store */
	size_t column;  /* or STORE_TRAFFIC */
};
enum nines_status store_series_find(struct store *store, const struct store_shape *shape,
    struct mem_arena *arena, struct store_want **want, size_t *n, struct nines_error *err);
/* In a transaction: the same, and those that are not in the store are made. */
enum nines_status store_series_make(struct store *store, const struct store_shape *shape,
    struct mem_arena *arena, struct store_want **want, size_t *n, struct nines_error *err);
#endif
