#include "tally.h"

#include <assert.h>
#include <string.h>

#include "err.h"
#include "mem.h"
#include "when.h"

/* As many open rows as fit, within bounds: lines that come late, and times that come in any order,
 * are the better gathered the more there are. */
#define OPEN_BYTES 262144u
#define OPEN_LEAST 16u
#define OPEN_MOST  512u

static size_t row_bytes(const struct tally *t)
{
	return sizeof(struct tally_row) + t->slis * sizeof(struct tally_cell);
}

static size_t open_most(const struct tally *t)
{
	const size_t rows = OPEN_BYTES / row_bytes(t);

	return rows < OPEN_LEAST ? OPEN_LEAST : rows > OPEN_MOST ? OPEN_MOST : rows;
}

void tally_init(struct tally *t, size_t slis, int64_t bucket_s)
{
	*t = (struct tally){
		.slis = slis, .bucket_s = bucket_s, .first_s = INT64_MAX, .last_s = INT64_MIN
	};
}

static void unpack_none(struct tally *t)
{
	for (size_t i = 0; t->ledger != NULL && i <= t->slis; i++)
		ledger_clear(&t->ledger[i], &t->pool);
}

void tally_fini(struct tally *t)
{
	for (size_t i = 0; i < t->made; i++)
		mem_free(t->row[i]);
	mem_free(t->row);
	unpack_none(t);
	mem_free(t->ledger);
	ledger_pool_fini(&t->pool);
	tally_init(t, t->slis, t->bucket_s);
}

void tally_clear(struct tally *t)
{
	for (size_t i = 0; i < t->open; i++)
		memset(t->row[i], 0, row_bytes(t));
	t->open = 0;
	if (t->pool.pages > 0)
		unpack_none(t);
	t->first_s = INT64_MAX;
	t->last_s = INT64_MIN;
}

uint64_t tally_bytes(const struct tally *t)
{
	return (uint64_t)t->pool.pages * sizeof(struct ledger_page) +
	    (uint64_t)t->open * row_bytes(t);
}

/* ---- packing ---- */

static int has_ledgers(struct tally *t)
{
	if (t->ledger != NULL)
		return 1;
	t->ledger = mem_new(t->slis + 1, sizeof *t->ledger);
	if (t->ledger == NULL)
		return 0;
	for (size_t i = 0; i <= t->slis; i++)
		ledger_init(&t->ledger[i], t->bucket_s);
	return 1;
}

static struct tally_cell traffic_of(const struct tally_row *row)
{
	return (struct tally_cell){ row->lines, row->judged, 0 };
}

/* Moves the row's counts into the ledgers. */
static enum nines_status pack(struct tally *t, struct tally_row *row, struct nines_error *err)
{
	const struct tally_cell traffic = traffic_of(row);
	enum nines_status rc =
	    ledger_add(&t->ledger[t->slis], &t->pool, row->start_s, &traffic, err);

	for (size_t i = 0; i < t->slis && rc == NINES_OK; i++) {
		const struct tally_cell *cell = &row->cell[i];

		if ((cell->valid | cell->good | cell->missing) != 0)
			rc = ledger_add(&t->ledger[i], &t->pool, row->start_s, cell, err);
	}
	memset(row, 0, row_bytes(t));
	return rc;
}

/* Packs, by ascending start, the open rows that were not given out in the last `recent` turns. */
static enum nines_status close_rows(struct tally *t, uint64_t recent, struct nines_error *err)
{
	enum nines_status rc = has_ledgers(t) ? NINES_OK : err_nomem(err);
	size_t kept = 0;

	for (size_t i = 0; i < t->open && rc == NINES_OK; i++) {
		struct tally_row *row = t->row[i];

		if (t->turn - row->turn >= recent) {
			rc = pack(t, row, err);
			continue;
		}
		t->row[i] = t->row[kept];
		t->row[kept++] = row;
	}
	if (rc == NINES_OK)
		t->open = kept;
	return rc;
}

/* ---- open rows ---- */

/* The first open row that does not start before. */
static size_t seek(const struct tally *t, int64_t start_s)
{
	size_t low = 0, high = t->open;

	if (high > 0 && t->row[high - 1]->start_s < start_s)
		return high;
	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (t->row[middle]->start_s < start_s)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Sees to it that there is a row beyond the open ones.  Where as many are open as may be, those in
 * use stay open, so that a ledger seldom gets a second entry for a bucket. */
static enum nines_status make_room(struct tally *t, struct nines_error *err)
{
	const size_t most = open_most(t);
	struct tally_row **grown;

	if (t->open < t->made)
		return NINES_OK;
	if (t->open == most)
		return close_rows(t, most / 4, err);
	grown = mem_grow(t->row, &t->row_room, t->made + 1, sizeof *t->row);
	if (grown == NULL)
		return err_nomem(err);
	t->row = grown;
	t->row[t->made] = mem_new(1, row_bytes(t));
	if (t->row[t->made] == NULL)
		return err_nomem(err);
	t->made++;
	return NINES_OK;
}

static enum nines_status open_row(
    struct tally *t, int64_t start_s, size_t *at, struct nines_error *err)
{
	enum nines_status rc = make_room(t, err);
	struct tally_row *row;

	if (rc != NINES_OK)
		return rc;
	*at = seek(t, start_s);
	row = t->row[t->open];
	memmove(&t->row[*at + 1], &t->row[*at], (t->open - *at) * sizeof(struct tally_row *));
	t->row[*at] = row;
	t->open++;
	row->start_s = start_s;
	return NINES_OK;
}

static enum nines_status find_row(
    struct tally *t, int64_t start_s, struct tally_row **row, struct nines_error *err)
{
	size_t at = seek(t, start_s);
	enum nines_status rc = NINES_OK;

	if (at == t->open || t->row[at]->start_s != start_s)
		rc = open_row(t, start_s, &at, err);
	if (rc != NINES_OK)
		return rc;
	*row = t->row[at];
	(*row)->turn = ++t->turn;
	return NINES_OK;
}

enum nines_status tally_at(
    struct tally *t, int64_t instant_s, struct tally_row **row, struct nines_error *err)
{
	enum nines_status rc = find_row(t, when_floor(instant_s, t->bucket_s), row, err);

	if (rc != NINES_OK)
		return rc;
	if (instant_s < t->first_s)
		t->first_s = instant_s;
	if (instant_s > t->last_s)
		t->last_s = instant_s;
	return NINES_OK;
}

/* ---- merging ---- */

/* 0 when a count would overflow. */
static int row_add(struct tally_row *into, const struct tally_row *from, size_t slis)
{
	const struct tally_cell more = traffic_of(from);
	struct tally_cell traffic = traffic_of(into);
	int all = tally_cell_add(&traffic, &more);

	into->lines = traffic.valid;
	into->judged = traffic.good;
	for (size_t i = 0; i < slis && all; i++)
		all = tally_cell_add(&into->cell[i], &from->cell[i]);
	return all;
}

static enum nines_status merge_open(
    struct tally *into, const struct tally *from, struct nines_error *err)
{
	for (size_t i = 0; i < from->open; i++) {
		struct tally_row *row;
		enum nines_status rc = find_row(into, from->row[i]->start_s, &row, err);

		if (rc != NINES_OK)
			return rc;
		if (!row_add(row, from->row[i], into->slis))
			return err_set(err, NINES_E_LIMIT, "a count would exceed %llu",
			    (unsigned long long)UINT64_MAX);
	}
	return NINES_OK;
}

/* Closed first, the rows of `into` come before those of `from` where the events did. */
static enum nines_status merge_packed(
    struct tally *into, struct tally *from, struct nines_error *err)
{
	enum nines_status rc = close_rows(into, 0, err);

	for (size_t i = 0; i <= into->slis && rc == NINES_OK; i++)
		rc = ledger_take(&into->ledger[i], &into->pool, &from->ledger[i], &from->pool, err);
	return rc;
}

enum nines_status tally_merge(struct tally *into, struct tally *from, struct nines_error *err)
{
	enum nines_status rc = NINES_OK;

	if (into->slis != from->slis || into->bucket_s != from->bucket_s)
		return err_set(
		    err, NINES_E_INTERNAL, "tallies of different shape cannot be merged");
	if (from->pool.pages > 0)
		rc = merge_packed(into, from, err);
	if (rc == NINES_OK)
		rc = merge_open(into, from, err);
	if (from->first_s < into->first_s)
		into->first_s = from->first_s;
	if (from->last_s > into->last_s)
		into->last_s = from->last_s;
	tally_clear(from);
	return rc;
}

/* ---- reading ---- */

enum nines_status tally_settle(struct tally *t, struct nines_error *err)
{
	enum nines_status rc = t->open > 0 ? close_rows(t, 0, err) : NINES_OK;

	for (size_t i = 0; t->ledger != NULL && i <= t->slis && rc == NINES_OK; i++)
		rc = ledger_settle(&t->ledger[i], &t->pool, err);
	return rc;
}

static enum nines_status cut_ledger(
    struct ledger *l, struct ledger_pool *pool, int64_t since, struct nines_error *err)
{
	struct ledger whole = *l;
	enum nines_status rc = NINES_OK;
	struct ledger_walk w;

	ledger_init(l, whole.step_s);
	for (ledger_walk_begin(&w, &whole); rc == NINES_OK && ledger_walk_next(&w);)
		if (w.start_s >= since)
			rc = ledger_add(l, pool, w.start_s, &w.cell, err);
	ledger_clear(&whole, pool);
	return rc;
}

enum nines_status tally_cut(struct tally *t, int64_t since, struct nines_error *err)
{
	enum nines_status rc = NINES_OK;
	struct ledger_walk w;

	assert(t->open == 0);
	for (size_t i = 0; t->ledger != NULL && i <= t->slis && rc == NINES_OK; i++)
		rc = cut_ledger(&t->ledger[i], &t->pool, since, err);
	if (rc != NINES_OK)
		return rc;
	ledger_walk_begin(&w, tally_traffic(t));
	if (!ledger_walk_next(&w)) {
		t->first_s = INT64_MAX;
		t->last_s = INT64_MIN;
	} else if (t->first_s < since) {
		t->first_s = w.start_s;
	}
	return NINES_OK;
}

const struct ledger *tally_column(const struct tally *t, size_t sli)
{
	static const struct ledger none = { .step_s = 1 };

	assert(t->open == 0);
	return t->ledger != NULL ? &t->ledger[sli] : &none;
}

const struct ledger *tally_traffic(const struct tally *t)
{
	return tally_column(t, t->slis);
}

size_t tally_rows(const struct tally *t)
{
	return ledger_entries(tally_traffic(t));
}

enum nines_status tally_walk_begin(
    struct tally_walk *w, const struct tally *t, struct nines_error *err)
{
	*w = (struct tally_walk){ .tally = t };
	ledger_walk_begin(&w->traffic, tally_traffic(t));
	w->column = mem_new(t->slis, sizeof *w->column);
	w->row = mem_new(1, row_bytes(t));
	if (w->column == NULL || w->row == NULL)
		return err_nomem(err);
	for (size_t i = 0; i < t->slis; i++) {
		ledger_walk_begin(&w->column[i], tally_column(t, i));
		(void)ledger_walk_next(&w->column[i]);
	}
	return NINES_OK;
}

const struct tally_row *tally_walk_next(struct tally_walk *w)
{
	struct tally_row *row = w->row;

	if (!ledger_walk_next(&w->traffic))
		return NULL;
	row->start_s = w->traffic.start_s;
	row->lines = w->traffic.cell.valid;
	row->judged = w->traffic.cell.good;
	for (size_t i = 0; i < w->tally->slis; i++) {
		struct ledger_walk *column = &w->column[i];

		row->cell[i] = (struct tally_cell){ 0 };
		if (column->page == NULL || column->start_s != row->start_s)
			continue;
		row->cell[i] = column->cell;
		(void)ledger_walk_next(column);
	}
	return row;
}

void tally_walk_end(struct tally_walk *w)
{
	mem_free(w->column);
	mem_free(w->row);
}
