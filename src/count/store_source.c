#include "err.h"
#include "store_rows.h"

/* ---- reading ---- */

static void source_read(struct store_rows *r, void *row)
{
	struct store_source *s = row;

	*s = (struct store_source){
		.id = sqlite3_column_int64(r->stmt, 0),
		.name = store_rows_name(r, 1),
		.device = (uint64_t)sqlite3_column_int64(r->stmt, 2),
		.inode = (uint64_t)sqlite3_column_int64(r->stmt, 3),
		.first = { store_rows_length(r, 4), store_rows_crc(r, 5) },
		.end = { store_rows_length(r, 6), store_rows_crc(r, 7) },
		.tail_crc = store_rows_crc(r, 8),
		.raw_end = store_rows_length(r, 9),
		.unit_end = store_rows_length(r, 10),
		.raw_size = store_rows_length(r, 11),
		.decoder = store_rows_name(r, 12),
		.status = store_rows_name(r, 13),
		.note = store_rows_text(r, 14),
		.live = sqlite3_column_int(r->stmt, 15) != 0,
		.first_event = store_rows_instant(r, 16),
		.last_event = store_rows_instant(r, 17),
		.seen_s = store_rows_instant(r, 18),
		.folded = sqlite3_column_int(r->stmt, 19) != 0,
		.path = store_rows_name(r, 20),
	};
	r->damaged |= s->id <= 0;
}

enum nines_status store_source_rows(struct store *store, sqlite3_stmt *stmt,
    struct mem_arena *arena, struct store_source **source, size_t *n, struct nines_error *err)
{
	struct store_rows r = { .stmt = stmt, .arena = arena };
	struct store_list list;
	enum nines_status status =
	    store_rows_list(store, &r, sizeof **source, source_read, &list, err);

	if (status != NINES_OK)
		return status;
	*source = list.row;
	*n = list.rows;
	return NINES_OK;
}

static void mark_read(struct store_rows *r, void *row)
{
	*(struct mark *)row = (struct mark){ store_rows_length(r, 0), store_rows_crc(r, 1) };
}

static enum nines_status marks_of(struct store *store, int64_t source, struct mem_arena *arena,
    struct store_known *known, struct nines_error *err)
{
	struct store_rows r = { .arena = arena };
	struct store_list list = { 0 };
	enum nines_status status =
	    store_sql_ask(store, STORE_SQL_MARK_LIST, &source, 1, &r.stmt, err);

	if (status == NINES_OK)
		status = store_rows_list(store, &r, sizeof(struct mark), mark_read, &list, err);
	known->mark = list.row;
	known->marks = list.rows;
	return status;
}

/* The rows of a question that is bound, with their marks, as of one moment. */
static enum nines_status find(struct store *store, sqlite3_stmt *stmt, struct mem_arena *arena,
    struct store_known **known, size_t *n, struct nines_error *err)
{
	struct store_source *source = NULL;
	struct store_known *list = NULL;
	size_t rows = 0;
	enum nines_status status = store_read_begin(store, err);

	if (status != NINES_OK)
		return status;
	status = store_source_rows(store, stmt, arena, &source, &rows, err);
	if (status == NINES_OK) {
		list = mem_arena_new(arena, rows, sizeof *list);
		if (!list)
			status = err_nomem(err);
	}
	for (size_t i = 0; status == NINES_OK && i < rows; i++) {
		list[i].source = source[i];
		status = marks_of(store, source[i].id, arena, &list[i], err);
	}
	store_read_end(store);
	if (status != NINES_OK)
		return status;
	*known = list;
	*n = rows;
	return NINES_OK;
}

enum nines_status store_find_first(struct store *store, struct mark first, struct mem_arena *arena,
    struct store_known **known, size_t *n, struct nines_error *err)
{
	const int64_t value[] = { (int64_t)first.length, first.crc };
	sqlite3_stmt *stmt;
	enum nines_status status =
	    store_sql_ask(store, STORE_SQL_SOURCE_BY_FIRST, value, 2, &stmt, err);

	return status == NINES_OK ? find(store, stmt, arena, known, n, err) : status;
}

enum nines_status store_find_inode(struct store *store, uint64_t device, uint64_t inode,
    struct mem_arena *arena, struct store_known **known, size_t *n, struct nines_error *err)
{
	const int64_t value[] = { (int64_t)device, (int64_t)inode };
	sqlite3_stmt *stmt;
	enum nines_status status =
	    store_sql_ask(store, STORE_SQL_SOURCE_BY_INODE, value, 2, &stmt, err);

	return status == NINES_OK ? find(store, stmt, arena, known, n, err) : status;
}

enum nines_status store_find_live(struct store *store, const char *path, struct mem_arena *arena,
    struct store_known **known, size_t *n, struct nines_error *err)
{
	sqlite3_stmt *stmt;
	enum nines_status status = store_sql_ready(store, STORE_SQL_SOURCE_LIVE, &stmt, err);
	int rc;

	if (status != NINES_OK)
		return status;
	rc = sqlite3_bind_text(stmt, 1, path, -1, SQLITE_STATIC);
	if (rc != SQLITE_OK)
		return store_sql_fail(store, rc, NULL, err);
	status = find(store, stmt, arena, known, n, err);
	(void)sqlite3_clear_bindings(stmt);
	return status;
}

/* ---- writing ---- */

static void bind_mark(struct store_bind *b, struct mark mark)
{
	store_bind_length(b, mark.length);
	store_bind_int(b, mark.crc);
}

static enum nines_status no_source(const struct store *store, int64_t id, struct nines_error *err)
{
	return err_about(
	    err, NINES_E_INTERNAL, store->path, "there is no source %lld", (long long)id);
}

static void bind_path(struct store_bind *b, const struct store_source *s)
{
	store_bind_text(b, s->path != NULL ? s->path : s->name);
}

static void source_bind(struct store_bind *b, const struct store_source *s)
{
	store_bind_int(b, s->id);
	store_bind_text(b, s->name);
	store_bind_int(b, (int64_t)s->device);
	store_bind_int(b, (int64_t)s->inode);
	bind_mark(b, s->first);
	bind_mark(b, s->end);
	store_bind_int(b, s->tail_crc);
	store_bind_length(b, s->raw_end);
	store_bind_length(b, s->unit_end);
	store_bind_length(b, s->raw_size);
	store_bind_text(b, s->decoder);
	store_bind_text(b, s->status);
	store_bind_text(b, s->note);
	store_bind_int(b, s->live != 0);
	store_bind_instant(b, s->first_event);
	store_bind_instant(b, s->last_event);
	store_bind_int(b, s->seen_s);
	bind_path(b, s);
}

enum nines_status store_source_put(struct store *store, const struct store_source *source,
    int recount, int64_t *id, struct nines_error *err)
{
	const enum store_sql sql =
	    source->id == 0 ? STORE_SQL_SOURCE_INSERT : STORE_SQL_SOURCE_UPDATE;
	struct store_bind b;
	enum nines_status status = store_bind_begin(store, sql, &b, err);

	if (status != NINES_OK)
		return status;
	source_bind(&b, source);
	if (source->id != 0)
		store_bind_int(&b, recount != 0);
	status = store_bind_run(store, &b, err);
	if (status != NINES_OK)
		return status;
	if (sqlite3_changes(store->db) != 1)
		return no_source(store, source->id, err);
	*id = source->id == 0 ? sqlite3_last_insert_rowid(store->db) : source->id;
	return NINES_OK;
}

enum nines_status store_source_stamp(struct store *store, int64_t now_s, struct nines_error *err)
{
	return store_sql_run(store, STORE_SQL_META_WRITTEN, &now_s, 1, err);
}

enum nines_status store_touch(
    struct store *store, const struct store_source *source, struct nines_error *err)
{
	struct store_bind b;
	enum nines_status status = store_in_transaction(store, err);

	if (status == NINES_OK)
		status = store_bind_begin(store, STORE_SQL_SOURCE_TOUCH, &b, err);
	if (status != NINES_OK)
		return status;
	store_bind_int(&b, source->id);
	store_bind_text(&b, source->name);
	store_bind_int(&b, (int64_t)source->device);
	store_bind_int(&b, (int64_t)source->inode);
	store_bind_length(&b, source->raw_size);
	store_bind_int(&b, source->live != 0);
	store_bind_int(&b, source->seen_s);
	bind_path(&b, source);
	status = store_bind_run(store, &b, err);
	if (status == NINES_OK && sqlite3_changes(store->db) != 1)
		status = no_source(store, source->id, err);
	return status == NINES_OK ? store_source_stamp(store, source->seen_s, err) : status;
}

/* ---- gaps ---- */

enum nines_status store_source_by_id(struct store *store, int64_t id, struct mem_arena *arena,
    const struct store_source **source, struct nines_error *err)
{
	struct store_source *list;
	sqlite3_stmt *stmt;
	size_t n = 0;
	enum nines_status status = store_sql_ask(store, STORE_SQL_SOURCE_BY_ID, &id, 1, &stmt, err);

	if (status == NINES_OK)
		status = store_source_rows(store, stmt, arena, &list, &n, err);
	if (status != NINES_OK)
		return status;
	if (n == 0)
		return err_about(
		    err, NINES_E_INTERNAL, store->path, "there is no source %lld", (long long)id);
	*source = list;
	return NINES_OK;
}

/* From the last event that was counted, or of a source without any from when it was last read. */
static enum nines_status gap_put(struct store *store, const struct store_source *source, int64_t to,
    int64_t noticed_s, struct nines_error *err)
{
	const int64_t from =
	    source->last_event != NINES_NEVER ? source->last_event : source->seen_s;
	struct store_bind b;
	enum nines_status status = store_bind_begin(store, STORE_SQL_GAP_PUT, &b, err);

	if (status != NINES_OK)
		return status;
	store_bind_int(&b, source->id);
	store_bind_text(&b, source->name);
	store_bind_int(&b, from);
	store_bind_int(&b, to > from ? to : from + 1);
	store_bind_int(&b, noticed_s);
	return store_bind_run(store, &b, err);
}

enum nines_status store_gap(
    struct store *store, int64_t source, int64_t to, int64_t noticed_s, struct nines_error *err)
{
	struct mem_arena arena = { 0 };
	const struct store_source *row = NULL;
	enum nines_status status = store_in_transaction(store, err);

	if (status == NINES_OK)
		status = store_source_by_id(store, source, &arena, &row, err);
	if (status == NINES_OK)
		status = gap_put(store, row, to, noticed_s, err);
	if (status == NINES_OK)
		status = store_sql_run(store, STORE_SQL_SOURCE_DEAD, &source, 1, err);
	if (status == NINES_OK)
		status = store_source_stamp(store, noticed_s, err);
	mem_arena_fini(&arena);
	return status;
}

enum nines_status store_gap_close(struct store *store, int64_t source, struct nines_error *err)
{
	const enum nines_status status = store_in_transaction(store, err);

	return status == NINES_OK ? store_sql_run(store, STORE_SQL_GAP_DELETE, &source, 1, err)
	                          : status;
}

static void gap_read(struct store_rows *r, void *row)
{
	*(struct store_lost *)row = (struct store_lost){ store_rows_name(r, 0),
		store_rows_instant(r, 1), store_rows_instant(r, 2), store_rows_instant(r, 3) };
}

enum nines_status store_source_gaps(struct store *store, const struct store_span *within,
    struct mem_arena *arena, struct store_lost **lost, size_t *n, struct nines_error *err)
{
	const int64_t value[] = { within->from, within->to };
	struct store_rows r = { .arena = arena };
	struct store_list list = { 0 };
	enum nines_status status = store_sql_ask(store, STORE_SQL_GAP_LIST, value, 2, &r.stmt, err);

	if (status == NINES_OK)
		status = store_rows_list(store, &r, sizeof **lost, gap_read, &list, err);
	*lost = list.row;
	*n = list.rows;
	return status;
}

/* ---- what is known of all sources ---- */

enum nines_status store_source_meta(
    struct store *store, struct store_meta *meta, struct nines_error *err)
{
	struct store_rows r = { 0 };
	int64_t start = NINES_NEVER;
	int row = 0;
	enum nines_status status = store_sql_ask(store, STORE_SQL_META, NULL, 0, &r.stmt, err);

	meta->newest_event = NINES_NEVER;
	if (status == NINES_OK)
		status = store_sql_next(store, r.stmt, &row, err);
	if (status == NINES_OK && !row)
		status = store_sql_damaged(store, "no row in meta", err);
	if (status != NINES_OK)
		return status;
	meta->folded_until = store_rows_instant(&r, 0);
	meta->written_s = store_rows_instant(&r, 1);
	(void)sqlite3_reset(r.stmt);
	status = store_sql_value(store, STORE_SQL_NEWEST_SOURCE, NULL, 0, &meta->newest_event, err);
	if (status == NINES_OK)
		status = store_sql_value(store, STORE_SQL_NEWEST_COUNT, NULL, 0, &start, err);
	if (start > meta->newest_event)
		meta->newest_event = start;
	return status;
}
