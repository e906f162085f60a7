#include "store_rows.h"

#include <sys/stat.h>

#include "err.h"

struct inspecting {
	struct store_info *info;
	const struct store_series_row *row; /* by id, as the info's series are */
	int64_t *minute;                    /* of each series: the last one that was counted */
	size_t at;
	int64_t start;
};

static enum nines_status series_add(void *ctx, const struct store_row *row, struct nines_error *err)
{
	struct inspecting *i = ctx;
	struct store_info_series *series;

	if (row->start != i->start)
		i->at = 0;
	i->start = row->start;
	while (i->at < i->info->series_count && i->row[i->at].id < row->series)
		i->at++;
	if (i->at == i->info->series_count || i->row[i->at].id != row->series)
		return NINES_OK;
	series = &i->info->series[i->at];
	if (series->valid > UINT64_MAX - row->cell.valid ||
	    series->missing > UINT64_MAX - row->cell.missing)
		return err_set(err, NINES_E_LIMIT, "a count would exceed %llu",
		    (unsigned long long)UINT64_MAX);
	series->valid += row->cell.valid;
	series->good += row->cell.good;
	series->missing += row->cell.missing;
	series->minutes += i->minute[i->at] != row->start;
	i->minute[i->at] = row->start;
	return NINES_OK;
}

static enum nines_status series_load(
    struct store *store, struct store_info *info, struct nines_error *err)
{
	const struct store_span all = { INT64_MIN, INT64_MAX };
	struct inspecting i = { .info = info, .start = NINES_NEVER };
	struct store_series_row *row;
	struct store_run *run;
	size_t n, runs;
	enum nines_status status = store_series_list(store, &info->arena, &row, &n, err);

	if (status == NINES_OK)
		status =
		    store_span_list(store, STORE_SQL_SPAN_LIST, &info->arena, &run, &runs, err);
	if (status != NINES_OK)
		return status;
	info->series = mem_arena_new(&info->arena, n + 1, sizeof *info->series);
	i.minute = mem_arena_new(&info->arena, n + 1, sizeof *i.minute);
	if (!info->series || !i.minute)
		return err_nomem(err);
	for (size_t k = 0; k < n; k++) {
		size_t mine;
		const struct store_run *of = store_span_of(run, runs, row[k].id, &mine);

		info->series[k] = (struct store_info_series){
			.digest = row[k].digest,
			.journey = row[k].journey,
			.sli = row[k].sli,
			.from = mine > 0 ? of[0].span.from : NINES_NEVER,
			.to = mine > 0 ? of[mine - 1].span.to : NINES_NEVER,
		};
		i.minute[k] = NINES_NEVER;
	}
	i.row = row;
	info->series_count = n;
	return store_walk(store, &all, series_add, &i, err);
}

static enum nines_status inspect(
    struct store *store, struct store_info *info, struct nines_error *err)
{
	const struct store_span all = { INT64_MIN, INT64_MAX };
	struct store_meta meta;
	sqlite3_stmt *stmt;
	enum nines_status status = store_source_meta(store, &meta, err);

	info->folded_until = meta.folded_until;
	info->newest_event = meta.newest_event;
	info->written_s = meta.written_s;
	if (status == NINES_OK)
		status = store_sql_value(
		    store, STORE_SQL_OLDEST_COUNT, NULL, 0, &info->oldest_minute, err);
	if (status == NINES_OK)
		status = store_sql_value(
		    store, STORE_SQL_NEWEST_COUNT, NULL, 0, &info->newest_minute, err);
	if (status == NINES_OK)
		status = series_load(store, info, err);
	if (status == NINES_OK)
		status = store_sql_ask(store, STORE_SQL_SOURCE_NEWEST_FIRST, NULL, 0, &stmt, err);
	if (status == NINES_OK)
		status = store_source_rows(
		    store, stmt, &info->arena, &info->source, &info->sources, err);
	if (status == NINES_OK)
		status =
		    store_source_gaps(store, &all, &info->arena, &info->lost, &info->losts, err);
	return status;
}

enum nines_status store_inspect(
    struct store *store, struct store_info *info, struct nines_error *err)
{
	enum nines_status status = store_read_begin(store, err);
	struct stat st;

	*info = (struct store_info){
		.version = STORE_VERSION,
		.bytes = stat(store->path, &st) == 0 ? (uint64_t)st.st_size : 0,
		.oldest_minute = NINES_NEVER,
		.newest_minute = NINES_NEVER,
	};
	if (status == NINES_OK)
		status = inspect(store, info, err);
	store_read_end(store);
	if (status != NINES_OK)
		store_info_fini(info);
	return status;
}

void store_info_fini(struct store_info *info)
{
	mem_arena_fini(&info->arena);
}
