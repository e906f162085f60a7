#include "store_impl.h"

#include <string.h>

#include "err.h"

/* Counts have a key of (start, series, source): one day, and one report's window, lie together, and
 * a run appends at the end.  count, span and gap name sources and series without a foreign key: a
 * deleted source would have SQLite look through all counts, and source 0 stands for all sources
 * that are folded.  device and inode are unsigned 64-bit numbers by their bits. */
static const char version_1[] =
    "CREATE TABLE meta (\n"
    "  one INTEGER PRIMARY KEY CHECK (one = 1),\n"
    "  folded_until INTEGER, -- counts before are kept by the hour\n"
    "  written INTEGER\n"
    ") STRICT;\n"
    "INSERT INTO meta(one) VALUES (1);\n"
    "CREATE TABLE series (\n"
    "  id INTEGER PRIMARY KEY,\n"
    "  digest TEXT NOT NULL UNIQUE, -- of the rules\n"
    "  journey TEXT, -- NULL: traffic\n"
    "  sli TEXT,\n"
    "  CHECK ((journey IS NULL) = (sli IS NULL))\n"
    ") STRICT;\n"
    "CREATE TABLE source (\n"
    "  id INTEGER PRIMARY KEY CHECK (id > 0), -- 0: all sources that are folded\n"
    "  name TEXT NOT NULL, -- last seen under\n"
    "  path TEXT NOT NULL, -- the same from the root\n"
    "  device INTEGER NOT NULL,\n"
    "  inode INTEGER NOT NULL,\n"
    "  first_length INTEGER NOT NULL CHECK (first_length >= 0), -- the first line\n"
    "  first_crc INTEGER NOT NULL,\n"
    "  end_length INTEGER NOT NULL CHECK (end_length >= 0), -- all that was counted\n"
    "  end_crc INTEGER NOT NULL,\n"
    "  tail_crc INTEGER NOT NULL,\n"
    "  raw_end INTEGER NOT NULL CHECK (raw_end >= 0), -- stored bytes\n"
    "  unit_end INTEGER NOT NULL CHECK (unit_end >= 0),\n"
    "  raw_size INTEGER NOT NULL CHECK (raw_size >= 0),\n"
    "  decoder TEXT NOT NULL,\n"
    "  status TEXT NOT NULL,\n"
    "  note TEXT,\n"
    "  live INTEGER NOT NULL CHECK (live IN (0, 1)),\n"
    "  first_event INTEGER,\n"
    "  last_event INTEGER,\n"
    "  seen INTEGER NOT NULL, -- when it was last read\n"
    "  folded INTEGER NOT NULL CHECK (folded IN (0, 1))\n"
    ") STRICT;\n"
    "CREATE INDEX source_first ON source(first_length, first_crc);\n"
    "CREATE INDEX source_inode ON source(device, inode);\n"
    "CREATE INDEX source_path ON source(path);\n"
    "CREATE TABLE mark (\n"
    "  source INTEGER NOT NULL REFERENCES source(id) ON DELETE CASCADE,\n"
    "  length INTEGER NOT NULL CHECK (length >= 0),\n"
    "  crc INTEGER NOT NULL,\n"
    "  PRIMARY KEY (source, length)\n"
    ") STRICT, WITHOUT ROWID;\n"
    "CREATE TABLE item (\n"
    "  source INTEGER NOT NULL REFERENCES source(id) ON DELETE CASCADE,\n"
    "  series INTEGER NOT NULL REFERENCES series(id), -- traffic\n"
    "  name TEXT NOT NULL,\n"
    "  n INTEGER NOT NULL CHECK (n >= 0),\n"
    "  PRIMARY KEY (source, series, name)\n"
    ") STRICT, WITHOUT ROWID;\n"
    "CREATE TABLE count (\n"
    "  start INTEGER NOT NULL,\n"
    "  series INTEGER NOT NULL,\n"
    "  source INTEGER NOT NULL,\n"
    "  valid INTEGER NOT NULL, -- of traffic: lines\n"
    "  good INTEGER NOT NULL, -- of traffic: judged lines\n"
    "  missing INTEGER NOT NULL,\n"
    "  PRIMARY KEY (start, series, source),\n"
    "  CHECK (0 <= good AND good <= valid AND 0 <= missing)\n"
    ") STRICT, WITHOUT ROWID;\n"
    "CREATE TABLE span (\n"
    "  source INTEGER NOT NULL,\n"
    "  series INTEGER NOT NULL,\n"
    "  since INTEGER NOT NULL,\n"
    "  until INTEGER NOT NULL,\n"
    "  PRIMARY KEY (source, series, since),\n"
    "  CHECK (since < until)\n"
    ") STRICT, WITHOUT ROWID;\n"
    "CREATE TABLE gap (\n"
    "  id INTEGER PRIMARY KEY,\n"
    "  source INTEGER NOT NULL,\n"
    "  name TEXT NOT NULL,\n"
    "  since INTEGER NOT NULL,\n"
    "  until INTEGER NOT NULL,\n"
    "  noticed INTEGER NOT NULL,\n"
    "  CHECK (since < until)\n"
    ") STRICT;\n"
    "CREATE VIEW slis AS\n"
    "  SELECT journey, sli, digest, start, datetime(start, 'unixepoch') AS time,\n"
    "    sum(valid) AS valid, sum(good) AS good, sum(valid - good) AS bad,\n"
    "    sum(missing) AS missing\n"
    "  FROM count JOIN series ON series.id = count.series\n"
    "  WHERE journey IS NOT NULL GROUP BY start, series;\n"
    "CREATE VIEW traffic AS\n"
    "  SELECT digest, start, datetime(start, 'unixepoch') AS time,\n"
    "    sum(valid) AS lines, sum(good) AS judged\n"
    "  FROM count JOIN series ON series.id = count.series\n"
    "  WHERE journey IS NULL GROUP BY start, series;\n"
    "CREATE VIEW logs AS\n"
    "  SELECT id, name, status, end_length AS bytes,\n"
    "    datetime(first_event, 'unixepoch') AS first_event,\n"
    "    datetime(last_event, 'unixepoch') AS last_event,\n"
    "    datetime(seen, 'unixepoch') AS seen\n"
    "  FROM source;\n"
    "PRAGMA application_id = 1852403301;\n"
    "PRAGMA user_version = 1;\n";

_Static_assert(STORE_APPLICATION_ID == 1852403301, "version_1 names it in decimals");

/* migration[i] leads from version i to i + 1. */
static const char *const migration[] = { version_1 };
_Static_assert(sizeof migration / sizeof *migration == STORE_VERSION, "one step a version");

enum nines_status store_schema_migrate(
    const struct store *store, int version, struct nines_error *err)
{
	enum nines_status status = NINES_OK;

	for (int i = version; i < STORE_VERSION && status == NINES_OK; i++)
		status = store_sql_exec(store, migration[i], "cannot make the store", err);
	return status;
}

/* ---- settings ---- */

/* A store may come from anywhere: nothing in it may run, and nothing may ask for much memory. */
static const struct {
	int option, on;
} config[] = {
	{ SQLITE_DBCONFIG_DEFENSIVE, 1 },
	{ SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0 },
	{ SQLITE_DBCONFIG_ENABLE_TRIGGER, 0 },
	{ SQLITE_DBCONFIG_ENABLE_VIEW, 0 },
	{ SQLITE_DBCONFIG_ENABLE_FKEY, 1 },
	{ SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0 },
	{ SQLITE_DBCONFIG_DQS_DDL, 0 },
	{ SQLITE_DBCONFIG_DQS_DML, 0 },
};
static const struct {
	int what, most;
} limit[] = {
	{ SQLITE_LIMIT_LENGTH, 1 << 20 },
	{ SQLITE_LIMIT_SQL_LENGTH, 1 << 16 },
	{ SQLITE_LIMIT_COLUMN, 64 },
	{ SQLITE_LIMIT_EXPR_DEPTH, 64 },
	{ SQLITE_LIMIT_COMPOUND_SELECT, 8 },
	{ SQLITE_LIMIT_ATTACHED, 0 },
	{ SQLITE_LIMIT_TRIGGER_DEPTH, 1 },
	{ SQLITE_LIMIT_WORKER_THREADS, 0 },
};

static void settle_handle(sqlite3 *db)
{
	for (size_t i = 0; i < sizeof config / sizeof *config; i++)
		(void)sqlite3_db_config(db, config[i].option, config[i].on, NULL);
	for (size_t i = 0; i < sizeof limit / sizeof *limit; i++)
		(void)sqlite3_limit(db, limit[i].what, limit[i].most);
}

/* TRUNCATE is as durable as DELETE and cheaper: a transaction makes and removes no file, so its
 * folder need not be synced.  A file that somebody set to WAL comes back here. */
static enum nines_status settle_journal(struct store *store, struct nines_error *err)
{
	sqlite3_stmt *stmt = NULL;
	const unsigned char *mode;
	enum nines_status status = NINES_OK;
	int rc = sqlite3_prepare_v2(store->db, "PRAGMA journal_mode = TRUNCATE", -1, &stmt, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_step(stmt);
	mode = rc == SQLITE_ROW ? sqlite3_column_text(stmt, 0) : NULL;
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		status = store_sql_fail(store, rc, NULL, err);
	else if (!mode || strcmp((const char *)mode, "truncate") != 0)
		status = err_about(err, NINES_E_BUSY, store->path,
		    "another process holds the store in another journal mode");
	(void)sqlite3_finalize(stmt);
	return status;
}

/* A writer's cache is large because what does not fit goes to the file before the commit, which
 * shuts readers out. */
static const char every[] = "PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0; "
                            "PRAGMA temp_store = MEMORY";
static const char reader[] = "PRAGMA query_only = ON";
static const char writer[] = "PRAGMA synchronous = FULL; PRAGMA secure_delete = OFF; "
                             "PRAGMA cache_size = -65536";

/* Brings an older file up to date; another process may do so first. */
static enum nines_status update(struct store *store, struct nines_error *err)
{
	int64_t version = 0;
	enum nines_status status;

	status = store_sql_value(store, STORE_SQL_VERSION, NULL, 0, &version, err);
	if (status != NINES_OK || version == STORE_VERSION || store->mode == STORE_READ)
		return status;
	status = store_sql_run(store, STORE_SQL_BEGIN_WRITE, NULL, 0, err);
	if (status == NINES_OK)
		status = store_sql_value(store, STORE_SQL_VERSION, NULL, 0, &version, err);
	if (status == NINES_OK)
		status = store_schema_migrate(store, (int)version, err);
	if (status == NINES_OK)
		status = store_sql_run(store, STORE_SQL_COMMIT, NULL, 0, err);
	if (status != NINES_OK && !sqlite3_get_autocommit(store->db))
		(void)store_sql_run(store, STORE_SQL_ROLLBACK, NULL, 0, NULL);
	return status;
}

enum nines_status store_schema_settle(struct store *store, struct nines_error *err)
{
	const int is_writer = store->mode == STORE_WRITE;
	enum nines_status status;

	settle_handle(store->db);
	status = store_sql_exec(store, every, NULL, err);
	if (status == NINES_OK)
		status = store_sql_exec(store, is_writer ? writer : reader, NULL, err);
	if (status == NINES_OK && is_writer)
		status = settle_journal(store, err);
	return status == NINES_OK ? update(store, err) : status;
}
