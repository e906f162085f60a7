#include "store_impl.h"

#include <stdio.h>
#include <string.h>

#include "err.h"

/* Questions that a sound store answers with no row.  A row's columns are put where its finding says
 * %s. */
/* clang-format off */
static const struct {
	const char *sql, *says;
} question[] = {
	{ "SELECT column1 FROM (VALUES ('meta'), ('series'), ('source'), ('mark'), ('count'), ('item'), "
	  "('span'), ('gap')) WHERE column1 NOT IN (SELECT name FROM sqlite_schema WHERE type = 'table')",
	  "the table %s is not there" },
	{ "SELECT count(*) FROM meta HAVING count(*) <> 1", "meta has %s rows in place of one" },
	{ "SELECT \"table\", rowid, parent FROM pragma_foreign_key_check",
	  "%s: row %s names a row of %s that is not there" },
	{ "SELECT count(*), min(start) FROM count WHERE NOT (0 <= good AND good <= valid AND 0 <= missing) "
	  "HAVING count(*) > 0",
	  "%s counts have good > valid or a negative number, the first at %s" },
	{ "SELECT count(*), min(start) FROM count WHERE start % 60 <> 0 HAVING count(*) > 0",
	  "%s counts do not start at a minute, the first at %s" },
	{ "SELECT count(*), min(start) FROM count, meta "
	  "WHERE start < folded_until AND start % 3600 <> 0 HAVING count(*) > 0",
	  "%s counts from before folded_until do not start at an hour, the first at %s" },
	{ "SELECT series, count(*) FROM count WHERE series NOT IN (SELECT id FROM series) GROUP BY series",
	  "series %s is not there and has %s counts" },
	{ "SELECT source, count(*) FROM count WHERE source <> 0 AND source NOT IN (SELECT id FROM source) "
	  "GROUP BY source",
	  "source %s is not there and has %s counts" },
	{ "SELECT source, series FROM span WHERE series NOT IN (SELECT id FROM series) "
	  "OR (source <> 0 AND source NOT IN (SELECT id FROM source))",
	  "a span of source %s and series %s: one of them is not there" },
	/* Every SLI is counted beside the traffic it is a part of. */
	{ "SELECT count(*), min(start) FROM count AS c WHERE max(valid, missing) > coalesce(("
	  "SELECT max(t.valid) FROM count AS t WHERE t.start = c.start AND t.source = c.source "
	  "AND t.series IN (SELECT id FROM series WHERE journey IS NULL)), 0) HAVING count(*) > 0",
	  "%s counts exceed the lines of their minute, the first at %s" },
	{ "SELECT source, name, n FROM (SELECT source, series, 'lines' AS name, "
	  "sum(iif(name = 'lines', n, 0)) AS n, sum(iif(name IN ('parsed', 'blank', 'comments') "
	  "OR name GLOB 'unparsed.*', n, 0)) AS parts FROM item GROUP BY source, series) WHERE n <> parts",
	  "source %s: the kinds of lines do not add up to its %s (%s)" },
	{ "SELECT c.source, sum(c.valid), coalesce(i.n, 0) FROM count AS c JOIN series AS s ON s.id = c.series "
	  "LEFT JOIN item AS i ON i.source = c.source AND i.series = c.series AND i.name = 'parsed' "
	  "WHERE s.journey IS NULL AND c.source <> 0 GROUP BY c.source, c.series "
	  "HAVING sum(c.valid) > coalesce(i.n, 0)",
	  "source %s has %s lines counted, and parsed %s" },
	{ "SELECT source, max(length), end_length FROM mark JOIN source ON source.id = mark.source "
	  "WHERE length > end_length GROUP BY source",
	  "source %s has a mark at %s, beyond its end at %s" },
	{ "SELECT id, first_event, last_event FROM source WHERE first_event > last_event",
	  "source %s has its first event at %s, after its last at %s" },
	{ "SELECT id, first_length, end_length FROM source WHERE first_length > end_length",
	  "source %s has a first line of %s bytes, beyond its end at %s" },
};
/* clang-format on */
#define COLUMNS_MAX 3

struct verifying {
	struct store *store;
	store_finding_fn *finding;
	void *ctx;
	size_t findings;
};

static void tell(struct verifying *v, const char *text)
{
	v->findings++;
	v->finding(v->ctx, text);
}

/* SQLite puts many findings, and a heading, into one text. */
static void tell_lines(struct verifying *v, char *text)
{
	for (char *line = text, *end; line != NULL; line = end) {
		end = strchr(line, '\n');
		if (end != NULL)
			*end++ = '\0';
		if (*line != '\0' && strncmp(line, "***", 3) != 0)
			tell(v, line);
	}
}

/* says, with each %s replaced by the next column. */
static enum nines_status tell_row(
    struct verifying *v, sqlite3_stmt *stmt, const char *says, struct nines_error *err)
{
	struct mem_arena arena = { 0 };
	char *text = mem_arena_fmt(&arena, "%s", "");

	for (int column = 0; text; column++) {
		const char *place = strstr(says, "%s"), *value;
		const int n = place ? (int)(place - says) : (int)strlen(says);

		value = place ? (const char *)sqlite3_column_text(stmt, column) : "";
		text = mem_arena_fmt(&arena, "%s%.*s%s", text, n, says, value ? value : "?");
		if (!place)
			break;
		says = place + 2;
	}
	if (text)
		tell_lines(v, text);
	mem_arena_fini(&arena);
	return text ? NINES_OK : err_nomem(err);
}

/* A question that cannot be asked is a finding, too: the schema is not as it was made. */
static enum nines_status ask(
    struct verifying *v, const char *sql, const char *says, struct nines_error *err)
{
	sqlite3_stmt *stmt = NULL;
	enum nines_status status = NINES_OK;
	int rc = sqlite3_prepare_v2(v->store->db, sql, -1, &stmt, NULL);

	while (rc == SQLITE_OK && status == NINES_OK) {
		rc = sqlite3_step(stmt);
		if (rc != SQLITE_ROW)
			break;
		rc = SQLITE_OK;
		status = tell_row(v, stmt, says, err);
	}
	if (status == NINES_OK && rc != SQLITE_OK && rc != SQLITE_DONE) {
		struct nines_error why = { .code = NINES_OK };

		status = store_sql_fail(v->store, rc, NULL, &why);
		if (status == NINES_E_STORE || status == NINES_E_LIMIT) {
			tell(v, sqlite3_errmsg(v->store->db));
			status = NINES_OK;
		} else if (err && err->code == NINES_OK) {
			*err = why;
		}
	}
	(void)sqlite3_finalize(stmt);
	return status;
}

/* "ok" is no finding. */
static enum nines_status integrity(struct verifying *v, struct nines_error *err)
{
	return ask(v,
	    "SELECT integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok'",
	    "%s", err);
}

enum nines_status store_verify(struct store *store, store_finding_fn *finding, void *ctx,
    size_t *findings, struct nines_error *err)
{
	struct verifying v = { .store = store, .finding = finding, .ctx = ctx };
	enum nines_status status = store_read_begin(store, err);

	if (status == NINES_OK)
		status = integrity(&v, err);
	if (status == NINES_OK && v.findings > 0)
		tell(&v, "the rest was not looked at: SQLite itself finds the file damaged");
	for (size_t i = 0; i < sizeof question / sizeof *question && status == NINES_OK; i++) {
		/* Nor can much be asked where a table is missing. */
		if (i <= 1 && v.findings > 0)
			break;
		status = ask(&v, question[i].sql, question[i].says, err);
	}
	store_read_end(store);
	if (status == NINES_OK && findings)
		*findings = v.findings;
	return status;
}
