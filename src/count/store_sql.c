#include "store_impl.h"

#include <errno.h>
#include <string.h>

#include "err.h"

/* A source's columns as store_source.c reads and binds them. */
#define SOURCE                                                                    \
	"id, name, device, inode, first_length, first_crc, end_length, end_crc, " \
	"tail_crc, raw_end, unit_end, raw_size, decoder, status, note, live, "    \
	"first_event, last_event, seen, folded, path"
#define SOURCES   "SELECT " SOURCE " FROM source WHERE "
#define IS_FOLDED "source IN (SELECT id FROM source WHERE folded)"
#define IS_WANTED "series IN (SELECT series FROM temp.wanted)"
/* Counts that folding changes: minutes, and hours whose source is told apart no more. */
#define FINE_WITHIN \
	"FROM count WHERE start >= ?1 AND start < ?2 AND (start % 3600 <> 0 OR " IS_FOLDED ")"

/* clang-format off */
static const char *const text[STORE_SQLS] = {
	[STORE_SQL_BEGIN_WRITE] = "BEGIN IMMEDIATE",
	[STORE_SQL_BEGIN_READ] = "BEGIN",
	[STORE_SQL_COMMIT] = "COMMIT",
	[STORE_SQL_ROLLBACK] = "ROLLBACK",
	[STORE_SQL_SAVEPOINT] = "SAVEPOINT step",
	[STORE_SQL_RELEASE] = "RELEASE step",
	[STORE_SQL_ROLLBACK_TO] = "ROLLBACK TO step",
	[STORE_SQL_VERSION] = "PRAGMA user_version",

	[STORE_SQL_META] = "SELECT folded_until, written FROM meta",
	[STORE_SQL_META_WRITTEN] = "UPDATE meta SET written = max(coalesce(written, ?1), ?1)",
	[STORE_SQL_META_FOLDED] = "UPDATE meta SET folded_until = max(coalesce(folded_until, ?1), ?1)",
	[STORE_SQL_NEWEST_SOURCE] = "SELECT max(last_event) FROM source",
	[STORE_SQL_NEWEST_COUNT] = "SELECT max(start) FROM count",
	[STORE_SQL_OLDEST_COUNT] = "SELECT min(start) FROM count",

	[STORE_SQL_SOURCE_BY_FIRST] = SOURCES "first_length = ?1 AND first_crc = ?2 ORDER BY id",
	[STORE_SQL_SOURCE_BY_INODE] = SOURCES "device = ?1 AND inode = ?2 ORDER BY id",
	[STORE_SQL_SOURCE_LIVE] = SOURCES "path = ?1 AND live = 1 ORDER BY id",
	[STORE_SQL_SOURCE_BY_NAME] = SOURCES "name = ?1 ORDER BY id",
	[STORE_SQL_SOURCE_BY_ID] = SOURCES "id = ?1",
	[STORE_SQL_SOURCE_BY_EVENT] = SOURCES
		"(last_event >= ?1 AND first_event < ?2) OR "
		"(first_event IS NULL AND seen >= ?1 AND seen - 60 < ?2) ORDER BY first_event, name, id",
	[STORE_SQL_SOURCE_NEWEST_FIRST] = "SELECT " SOURCE
		" FROM source ORDER BY last_event DESC NULLS LAST, name, id",
	[STORE_SQL_SOURCE_INSERT] = "INSERT INTO source(" SOURCE ") VALUES (NULL, ?2, ?3, ?4, ?5, ?6, "
		"?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, 0, ?20)",
	[STORE_SQL_SOURCE_UPDATE] = "UPDATE source SET name = ?2, device = ?3, inode = ?4, "
		"first_length = ?5, first_crc = ?6, end_length = ?7, end_crc = ?8, tail_crc = ?9, "
		"raw_end = ?10, unit_end = ?11, raw_size = ?12, decoder = ?13, status = ?14, "
		"note = ?15, live = ?16, "
		"first_event = iif(?21, ?17, min(coalesce(first_event, ?17), coalesce(?17, first_event))), "
		"last_event = iif(?21, ?18, max(coalesce(last_event, ?18), coalesce(?18, last_event))), "
		"seen = ?19, path = ?20 WHERE id = ?1",
	[STORE_SQL_SOURCE_TOUCH] = "UPDATE source SET name = ?2, device = ?3, inode = ?4, "
		"raw_size = ?5, live = ?6, seen = ?7, path = ?8 WHERE id = ?1",
	[STORE_SQL_SOURCE_DEAD] = "UPDATE source SET live = 0 WHERE id = ?1",
	[STORE_SQL_SOURCE_DELETE] = "DELETE FROM source WHERE id = ?1",
	[STORE_SQL_SOURCE_FOLD] = "UPDATE source SET folded = 1 WHERE last_event < ?1 AND folded = 0",
	[STORE_SQL_MARK_LIST] = "SELECT length, crc FROM mark WHERE source = ?1 ORDER BY length",
	[STORE_SQL_MARK_THIN] = "DELETE FROM mark WHERE source IN (SELECT id FROM source "
		"WHERE seen < ?1 AND coalesce(last_event < ?1, 1)) AND length NOT IN ("
		"SELECT min(length) FROM mark AS m WHERE m.source = mark.source UNION ALL "
		"SELECT min(length) FROM mark AS m WHERE m.source = mark.source AND length >= ?2)",
	[STORE_SQL_MARK_PUT] = "INSERT INTO mark(source, length, crc) VALUES (?1, ?2, ?3) "
		"ON CONFLICT DO UPDATE SET crc = excluded.crc",

	[STORE_SQL_SERIES_FIND] = "SELECT id FROM series WHERE digest = ?1",
	[STORE_SQL_SERIES_PUT] = "INSERT INTO series(digest, journey, sli) VALUES (?1, ?2, ?3) "
		"ON CONFLICT DO UPDATE SET journey = excluded.journey, sli = excluded.sli "
		"WHERE journey IS NOT excluded.journey OR sli IS NOT excluded.sli",
	[STORE_SQL_SERIES_LIST] = "SELECT id, digest, journey, sli FROM series ORDER BY id",
	[STORE_SQL_COUNT_PUT] = "INSERT INTO count(start, series, source, valid, good, missing) "
		"VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO UPDATE SET "
		"valid = valid + excluded.valid, good = good + excluded.good, "
		"missing = missing + excluded.missing",
	[STORE_SQL_COUNT_WALK] = "SELECT start, series, source, valid, good, missing FROM count "
		"WHERE start >= ?1 AND start < ?2 ORDER BY start, series, source",
	[STORE_SQL_COUNT_DELETE] = "DELETE FROM count WHERE start >= ?1 AND start < ?2 AND source = ?3",
	[STORE_SQL_COUNT_DELETE_WANTED] = "DELETE FROM count WHERE start >= ?1 AND start < ?2 AND "
		"source = ?3 AND " IS_WANTED,
	[STORE_SQL_COUNT_FINE] = "SELECT start " FINE_WITHIN " ORDER BY start LIMIT 1",
	[STORE_SQL_COUNT_HOUR] = "SELECT start, series, iif(" IS_FOLDED ", 0, source), valid, good, "
		"missing " FINE_WITHIN " ORDER BY start, series",
	[STORE_SQL_COUNT_HOUR_DELETE] = "DELETE " FINE_WITHIN,
	[STORE_SQL_ITEM_PUT] = "INSERT INTO item(source, series, name, n) VALUES (?1, ?2, ?3, ?4) "
		"ON CONFLICT DO UPDATE SET n = n + excluded.n",
	[STORE_SQL_ITEM_LIST] = "SELECT name, n FROM item WHERE source = ?1 AND series = ?2 "
		"ORDER BY name",
	[STORE_SQL_ITEM_DELETE_WANTED] = "DELETE FROM item WHERE source = ?1 AND " IS_WANTED,

	[STORE_SQL_SPAN_REACH] = "SELECT min(since), max(until) FROM span "
		"WHERE source = ?1 AND series = ?2 AND since <= ?4 AND until >= ?3",
	[STORE_SQL_SPAN_DELETE] = "DELETE FROM span "
		"WHERE source = ?1 AND series = ?2 AND since <= ?4 AND until >= ?3",
	[STORE_SQL_SPAN_PUT] = "INSERT INTO span(source, series, since, until) VALUES (?1, ?2, ?3, ?4)",
	[STORE_SQL_SPAN_LIST] = "SELECT series, since, until FROM span ORDER BY series, since",
	[STORE_SQL_SPAN_BOUNDS] = "SELECT min(since), max(until) FROM span WHERE source = ?1",
	[STORE_SQL_SPAN_FOLDED] = "SELECT series, since, until FROM span WHERE " IS_FOLDED
		" ORDER BY series, since",
	[STORE_SQL_SPAN_DELETE_SOURCE] = "DELETE FROM span WHERE source = ?1",
	[STORE_SQL_SPAN_DELETE_FOLDED] = "DELETE FROM span WHERE " IS_FOLDED,
	[STORE_SQL_SPAN_DELETE_WANTED] = "DELETE FROM span WHERE source = ?1 AND " IS_WANTED,

	[STORE_SQL_WANTED_MAKE] = "CREATE TEMP TABLE IF NOT EXISTS wanted (series INTEGER PRIMARY KEY)",
	[STORE_SQL_WANTED_CLEAR] = "DELETE FROM temp.wanted",
	[STORE_SQL_WANTED_PUT] = "INSERT OR IGNORE INTO temp.wanted(series) VALUES (?1)",
	[STORE_SQL_WANTED_BOUNDS] = "SELECT min(since), max(until) FROM span "
		"WHERE source = ?1 AND " IS_WANTED,

	[STORE_SQL_GAP_PUT] = "INSERT INTO gap(source, name, since, until, noticed) "
		"VALUES (?1, ?2, ?3, ?4, ?5)",
	[STORE_SQL_GAP_LIST] = "SELECT name, since, until, noticed FROM gap "
		"WHERE until > ?1 AND since < ?2 ORDER BY since, name, id",
	[STORE_SQL_GAP_DELETE] = "DELETE FROM gap WHERE source = ?1",
};
/* clang-format on */

/* ---- errors ---- */

#define OTHERWISE "the store cannot be used"

/* clang-format off */
static const struct {
	int rc;                   /* an extended result code, or a primary one for all of its kind */
	enum nines_status status;
	int errno_tells;          /* the system's own words are added */
	const char *says;
} failure[] = {
	{ SQLITE_BUSY,      NINES_E_BUSY,  0, "another process holds the store" },
	{ SQLITE_LOCKED,    NINES_E_BUSY,  0, "another process holds the store" },
	{ SQLITE_NOMEM,     NINES_E_NOMEM, 0, "out of memory" },
	{ SQLITE_READONLY_ROLLBACK, NINES_E_IO, 0,
		"an interrupted write must be undone first, and the store cannot be written here: open it "
		"once where it can be" },
	{ SQLITE_READONLY_DBMOVED, NINES_E_IO, 0, "the store was moved or removed while it was in use" },
	{ SQLITE_READONLY,  NINES_E_IO,    0, "the store or its folder cannot be written" },
	{ SQLITE_FULL,      NINES_E_IO,    0, "the disk is full" },
	{ SQLITE_CANTOPEN,  NINES_E_IO,    1, "cannot open the store or its journal" },
	{ SQLITE_IOERR,     NINES_E_IO,    1, "reading or writing the store failed" },
	{ SQLITE_PERM,      NINES_E_IO,    1, "the store or its folder cannot be written" },
	{ SQLITE_NOLFS,     NINES_E_IO,    0, "the file system cannot hold files as large as the store" },
	{ SQLITE_PROTOCOL,  NINES_E_IO,    0, "the file system cannot lock the store" },
	{ SQLITE_NOTADB,    NINES_E_STORE, 0, "is damaged or not a store of nines" },
	{ SQLITE_TOOBIG,    NINES_E_LIMIT, 0, "a text is longer than a store holds" },
	{ SQLITE_IOERR_NOMEM, NINES_E_NOMEM, 0, "out of memory" },
	{ SQLITE_CONSTRAINT, NINES_E_INTERNAL, 0, "what was to be written breaks a rule of the store" },
	{ SQLITE_CONSTRAINT_DATATYPE, NINES_E_LIMIT, 0, "a count would exceed 9223372036854775807" },
};
/* clang-format on */

/* The row of this code, else of its kind (the low byte), else the number of rows. */
static size_t failure_of(int rc)
{
	const size_t rows = sizeof failure / sizeof *failure;
	size_t kind = rows;

	for (size_t i = 0; i < rows; i++) {
		if (failure[i].rc == rc)
			return i;
		if (failure[i].rc == (rc & 0xff) && kind == rows)
			kind = i;
	}
	return kind;
}

enum nines_status store_sql_damaged(
    const struct store *store, const char *what, struct nines_error *err)
{
	return err_about(err, NINES_E_STORE, store->path,
	    "is damaged (%s); 'nines store verify' says more, and a copy or a new count of the "
	    "logs repairs it",
	    what);
}

enum nines_status store_sql_fail(
    const struct store *store, int rc, const char *what, struct nines_error *err)
{
	const size_t i = failure_of(rc);
	const int number = sqlite3_system_errno(store->db);
	const char *says;

	if (i == sizeof failure / sizeof *failure)
		return store_sql_damaged(store, sqlite3_errmsg(store->db), err);
	if (failure[i].status == NINES_E_NOMEM)
		return err_nomem(err);
	says = what && failure[i].errno_tells ? what : failure[i].says;
	if (failure[i].errno_tells && number != 0)
		return err_errno(err, number, store->path, says);
	return err_about(err, failure[i].status, store->path, "%s", says);
}

/* ---- statements ---- */

enum nines_status store_sql_ready(
    struct store *store, enum store_sql sql, sqlite3_stmt **stmt, struct nines_error *err)
{
	if (!store->stmt[sql]) {
		const int rc = sqlite3_prepare_v3(
		    store->db, text[sql], -1, SQLITE_PREPARE_PERSISTENT, &store->stmt[sql], NULL);

		if (rc != SQLITE_OK)
			return store_sql_fail(store, rc, NULL, err);
	}
	*stmt = store->stmt[sql];
	return NINES_OK;
}

enum nines_status store_sql_next(
    struct store *store, sqlite3_stmt *stmt, int *row, struct nines_error *err)
{
	const int rc = sqlite3_step(stmt);
	enum nines_status status = NINES_OK;

	*row = rc == SQLITE_ROW;
	if (*row)
		return NINES_OK;
	if (rc != SQLITE_DONE)
		status = store_sql_fail(store, rc, NULL, err);
	(void)sqlite3_reset(stmt);
	return status;
}

enum nines_status store_sql_ask(struct store *store, enum store_sql sql, const int64_t *value,
    int values, sqlite3_stmt **stmt, struct nines_error *err)
{
	const enum nines_status status = store_sql_ready(store, sql, stmt, err);
	int rc = SQLITE_OK;

	if (status != NINES_OK)
		return status;
	for (int i = 0; i < values && rc == SQLITE_OK; i++)
		rc = sqlite3_bind_int64(*stmt, i + 1, value[i]);
	return rc == SQLITE_OK ? NINES_OK : store_sql_fail(store, rc, NULL, err);
}

enum nines_status store_sql_run(struct store *store, enum store_sql sql, const int64_t *value,
    int values, struct nines_error *err)
{
	sqlite3_stmt *stmt = NULL;
	enum nines_status status = store_sql_ask(store, sql, value, values, &stmt, err);

	for (int row = 1; status == NINES_OK && row;)
		status = store_sql_next(store, stmt, &row, err);
	return status;
}

enum nines_status store_sql_value(struct store *store, enum store_sql sql, const int64_t *argument,
    int arguments, int64_t *value, struct nines_error *err)
{
	sqlite3_stmt *stmt = NULL;
	enum nines_status status = store_sql_ask(store, sql, argument, arguments, &stmt, err);
	int row = 0;

	if (status == NINES_OK)
		status = store_sql_next(store, stmt, &row, err);
	if (!row)
		return status;
	if (sqlite3_column_type(stmt, 0) != SQLITE_NULL)
		*value = sqlite3_column_int64(stmt, 0);
	(void)sqlite3_reset(stmt);
	return NINES_OK;
}

enum nines_status store_sql_exec(
    const struct store *store, const char *sql, const char *what, struct nines_error *err)
{
	const int rc = sqlite3_exec(store->db, sql, NULL, NULL, NULL);

	return rc == SQLITE_OK ? NINES_OK : store_sql_fail(store, rc, what, err);
}

void store_sql_close(struct store *store)
{
	for (size_t i = 0; i < STORE_SQLS; i++) {
		(void)sqlite3_finalize(store->stmt[i]);
		store->stmt[i] = NULL;
	}
	(void)sqlite3_close(store->db);
	store->db = NULL;
}
