#include "partial_impl.h"

#include <string.h>

#include "err.h"

#define SLOTS_FIRST 256u

/* ---- finding ---- */

static int holds(const struct partial_column *c, const struct partial_row *row)
{
	return row->start_s >= c->least_s && row->start_s <= c->most_s &&
	    row->length_s == c->length_s &&
	    (row->name.p == c->name.p || str_equal(row->name, c->name));
}

/* Where the row's column is in the table, or would be. */
static size_t seek(const struct partial *p, const struct partial_row *row, uint64_t hash)
{
	size_t at = (size_t)hash & (p->slots - 1);

	while (p->slot[at] != 0 && !holds(&p->column[p->slot[at] - 1], row))
		at = (at + 1) & (p->slots - 1);
	return at;
}

/* Room for one column more in the table, half of which stays free. */
static int table_grow(struct partial *p)
{
	const size_t slots = p->slots > 0 ? 2 * p->slots : SLOTS_FIRST;
	size_t *slot;

	if (p->slots / 2 > p->columns)
		return 1;
	slot = mem_new(slots, sizeof *slot);
	if (slot == NULL)
		return 0;
	mem_free(p->slot);
	p->slot = slot;
	p->slots = slots;
	for (size_t i = 0; i < p->columns; i++) {
		size_t at = (size_t)p->column[i].hash & (slots - 1);

		while (slot[at] != 0)
			at = (at + 1) & (slots - 1);
		slot[at] = i + 1;
	}
	return 1;
}

/* The starts that are written with the same sign and as many digits. */
static void set_range(struct partial_column *c, int64_t start_s)
{
	const int64_t size = start_s < 0 ? -start_s : start_s;
	int64_t least = 0, beyond = 10;

	for (; size >= beyond; beyond *= 10)
		least = beyond;
	c->least_s = start_s < 0 ? 1 - beyond : least;
	c->most_s = start_s < 0 ? -least : beyond - 1;
}

/* A column that holds the row, without any yet; NULL when there is no memory. */
static struct partial_column *column_make(
    struct partial *p, const struct partial_row *row, uint64_t hash)
{
	struct partial_column *grown =
	    mem_grow(p->column, &p->column_room, p->columns + 1, sizeof *grown);
	struct partial_column *c;
	char *name;

	if (grown == NULL)
		return NULL;
	p->column = grown;
	name = mem_arena_new(&p->arena, row->name.n + 1, 1);
	if (name == NULL || !table_grow(p))
		return NULL;
	memcpy(name, row->name.p, row->name.n);
	name[row->name.n] = '|';
	c = &p->column[p->columns];
	*c = (struct partial_column){
		.name = { name, row->name.n }, .hash = hash, .length_s = row->length_s
	};
	set_range(c, row->start_s);
	ledger_init(&c->ledger, row->length_s);
	p->slot[seek(p, row, hash)] = p->columns + 1;
	p->columns++;
	return c;
}

static struct partial_column *column_of(struct partial *p, const struct partial_row *row)
{
	struct partial_column *c;
	uint64_t hash;
	size_t i;

	if (p->columns > 0 && holds(&p->column[p->last], row))
		return &p->column[p->last];
	hash = partial_hash(row->name);
	i = p->columns > 0 ? p->slot[seek(p, row, hash)] : 0;
	c = i > 0 ? &p->column[i - 1] : column_make(p, row, hash);
	if (c != NULL)
		p->last = (size_t)(c - p->column);
	return c;
}

/* ---- adding ---- */

static int64_t turned(const struct partial_column *c, int64_t start_s)
{
	return c->most_s < 0 ? -start_s : start_s;
}

enum nines_status partial_row_add(
    struct partial *p, const struct partial_row *row, const struct partial_place *place)
{
	struct partial_column *c = column_of(p, row);
	enum nines_status rc = NINES_E_NOMEM;
	struct tally_cell there;

	/* As long as all rows of a column together do not pass the limit, none of them does. */
	if (c != NULL && (c->beyond || !tally_cell_add(&c->sum, &row->cell))) {
		there = ledger_at(&c->ledger, turned(c, row->start_s));
		if (!tally_cell_add(&there, &row->cell))
			return partial_refuse(place, NINES_E_LIMIT, "a count would exceed %llu",
			    (unsigned long long)UINT64_MAX);
		c->beyond = 1;
	}
	if (c != NULL)
		rc = ledger_add(&c->ledger, &p->pool, turned(c, row->start_s), &row->cell, NULL);
	if (rc != NINES_OK)
		return partial_refuse(place, rc, "out of memory");
	return NINES_OK;
}

/* ---- reading ---- */

enum nines_status partial_settle(struct partial *p, struct nines_error *err)
{
	enum nines_status rc = NINES_OK;

	for (size_t i = 0; i < p->columns && rc == NINES_OK; i++)
		rc = ledger_settle(&p->column[i].ledger, &p->pool, err);
	return rc;
}

int partial_walk_next(struct partial_walk *w)
{
	if (w->at.step_s == 0)
		ledger_walk_begin(&w->at, &w->column->ledger);
	w->more = ledger_walk_next(&w->at);
	w->start_s = turned(w->column, w->at.start_s);
	return w->more;
}
