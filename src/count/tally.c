#include "tally.h"

#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "mem.h"
#include "when.h"

#define SLAB_BYTES  65536u
#define SLOTS_FIRST 64u

struct tally_slab {
	struct tally_slab *next;
	uint64_t data[];
};

static size_t row_bytes(const struct tally *t)
{
	return sizeof(struct tally_row) + t->slis * sizeof(struct tally_cell);
}

static size_t rows_per_slab(const struct tally *t)
{
	size_t rows = SLAB_BYTES / row_bytes(t);

	return rows > 0 ? rows : 1;
}

void tally_init(struct tally *t, size_t slis, int64_t bucket_s)
{
	*t = (struct tally){
		.slis = slis, .bucket_s = bucket_s, .first_s = INT64_MAX, .last_s = INT64_MIN
	};
}

static void slabs_free(struct tally_slab *slab)
{
	while (slab != NULL) {
		struct tally_slab *next = slab->next;

		mem_free(slab);
		slab = next;
	}
}

void tally_fini(struct tally *t)
{
	slabs_free(t->slab);
	slabs_free(t->spare);
	mem_free(t->slot);
	tally_init(t, t->slis, t->bucket_s);
}

void tally_clear(struct tally *t)
{
	size_t rows = rows_per_slab(t);

	t->spare_rows -= t->slab != NULL ? t->spare_rows % rows : 0;
	while (t->slab != NULL) {
		struct tally_slab *slab = t->slab;

		t->slab = slab->next;
		memset(slab->data, 0, rows * row_bytes(t));
		slab->next = t->spare;
		t->spare = slab;
		t->spare_rows += rows;
	}
	if (t->rows > 0)
		memset(t->slot, 0, t->slots * sizeof *t->slot);
	t->rows = 0;
	t->first_s = INT64_MAX;
	t->last_s = INT64_MIN;
}

/* ---- the table ---- */

/* Fibonacci hashing (Knuth, TAOCP 3, 6.4): neighbouring buckets land far apart and evenly. */
static size_t slot_of(int64_t start_s, int64_t bucket_s, size_t slots)
{
	uint64_t hash = (uint64_t)(start_s / bucket_s) * UINT64_C(0x9e3779b97f4a7c15);

	return (size_t)(hash >> 32) & (slots - 1);
}

/* The row's slot, or the empty one where it belongs.  There is always an empty one. */
static size_t seek(const struct tally *t, int64_t start_s)
{
	size_t at = slot_of(start_s, t->bucket_s, t->slots);

	while (t->slot[at] != NULL && t->slot[at]->start_s != start_s)
		at = (at + 1) & (t->slots - 1);
	return at;
}

static int table_reserve(struct tally *t, size_t rows)
{
	size_t old_slots = t->slots, slots = old_slots > 0 ? old_slots : SLOTS_FIRST;
	struct tally_row **old = t->slot, **slot;

	while (slots / 2 < rows) {
		if (slots > SIZE_MAX / 2)
			return 0;
		slots *= 2;
	}
	if (slots == old_slots)
		return 1;
	slot = mem_new(slots, sizeof *slot);
	if (slot == NULL)
		return 0;
	t->slot = slot;
	t->slots = slots;
	for (size_t i = 0; i < old_slots; i++)
		if (old[i] != NULL)
			t->slot[seek(t, old[i]->start_s)] = old[i];
	mem_free(old);
	return 1;
}

/* ---- rows ---- */

/* Makes room so that the next `rows` calls of row_make cannot fail. */
static int reserve(struct tally *t, size_t rows)
{
	size_t per_slab = rows_per_slab(t);

	if (rows > SIZE_MAX - t->rows || !table_reserve(t, t->rows + rows))
		return 0;
	while (t->spare_rows < rows) {
		struct tally_slab *slab = mem_new(1, sizeof *slab + per_slab * row_bytes(t));

		if (slab == NULL)
			return 0;
		slab->next = t->spare;
		t->spare = slab;
		t->spare_rows += per_slab;
	}
	return 1;
}

static struct tally_row *row_make(struct tally *t, size_t at, int64_t start_s)
{
	size_t per_slab = rows_per_slab(t);
	size_t left = t->spare_rows % per_slab;
	struct tally_row *row;

	if (left == 0) {
		struct tally_slab *slab = t->spare;

		t->spare = slab->next;
		slab->next = t->slab;
		t->slab = slab;
		left = per_slab;
	}
	row = (void *)((char *)t->slab->data + (per_slab - left) * row_bytes(t));
	row->start_s = start_s;
	t->slot[at] = row;
	t->spare_rows--;
	t->rows++;
	return row;
}

struct tally_row *tally_at(struct tally *t, int64_t instant_s)
{
	int64_t start_s = when_floor(instant_s, t->bucket_s);
	struct tally_row *row = NULL;

	if (t->rows > 0)
		row = t->slot[seek(t, start_s)];
	if (row == NULL) {
		if (!reserve(t, 1))
			return NULL;
		row = row_make(t, seek(t, start_s), start_s);
	}
	if (instant_s < t->first_s)
		t->first_s = instant_s;
	if (instant_s > t->last_s)
		t->last_s = instant_s;
	return row;
}

const struct tally_row *tally_find(const struct tally *t, int64_t instant_s)
{
	return t->rows == 0 ? NULL : t->slot[seek(t, when_floor(instant_s, t->bucket_s))];
}

/* ---- merging ---- */

static int fits(uint64_t a, uint64_t b)
{
	return a <= UINT64_MAX - b;
}

static int row_fits(const struct tally_row *a, const struct tally_row *b, size_t slis)
{
	int all = fits(a->lines, b->lines) && fits(a->judged, b->judged);

	for (size_t i = 0; i < slis && all; i++)
		all = fits(a->cell[i].valid, b->cell[i].valid) &&
		    fits(a->cell[i].good, b->cell[i].good) &&
		    fits(a->cell[i].missing, b->cell[i].missing);
	return all;
}

static void row_add(struct tally_row *into, const struct tally_row *from, size_t slis)
{
	into->lines += from->lines;
	into->judged += from->judged;
	for (size_t i = 0; i < slis; i++) {
		into->cell[i].valid += from->cell[i].valid;
		into->cell[i].good += from->cell[i].good;
		into->cell[i].missing += from->cell[i].missing;
	}
}

/* How many of from's rows are new to `into`; 0 in *all_fit when a sum would overflow. */
static size_t new_rows(const struct tally *into, const struct tally *from, int *all_fit)
{
	size_t fresh = 0;

	*all_fit = 1;
	for (size_t i = 0; i < from->slots; i++) {
		const struct tally_row *row = from->slot[i], *mine;

		if (row == NULL)
			continue;
		mine = tally_find(into, row->start_s);
		if (mine == NULL)
			fresh++;
		else if (!row_fits(mine, row, into->slis))
			*all_fit = 0;
	}
	return fresh;
}

enum nines_status tally_merge(struct tally *into, const struct tally *from, struct nines_error *err)
{
	size_t fresh;
	int all_fit;

	if (into->slis != from->slis || into->bucket_s != from->bucket_s)
		return err_set(
		    err, NINES_E_INTERNAL, "tallies of different shape cannot be merged");
	fresh = new_rows(into, from, &all_fit);
	if (!all_fit)
		return err_set(err, NINES_E_LIMIT, "a count would exceed %llu",
		    (unsigned long long)UINT64_MAX);
	if (!reserve(into, fresh))
		return err_nomem(err);
	for (size_t i = 0; i < from->slots; i++) {
		const struct tally_row *row = from->slot[i];
		size_t at;

		if (row == NULL)
			continue;
		at = seek(into, row->start_s);
		row_add(into->slot[at] != NULL ? into->slot[at] : row_make(into, at, row->start_s),
		    row, into->slis);
	}
	if (from->first_s < into->first_s)
		into->first_s = from->first_s;
	if (from->last_s > into->last_s)
		into->last_s = from->last_s;
	return NINES_OK;
}

static int by_start(const void *a, const void *b)
{
	const struct tally_row *const *x = a, *const *y = b;

	return ((*x)->start_s > (*y)->start_s) - ((*x)->start_s < (*y)->start_s);
}

enum nines_status tally_sorted(
    const struct tally *t, const struct tally_row ***row, struct nines_error *err)
{
	const struct tally_row **sorted = mem_new(t->rows + 1, sizeof *sorted);
	size_t n = 0;

	if (sorted == NULL)
		return err_nomem(err);
	for (size_t i = 0; i < t->slots; i++)
		if (t->slot[i] != NULL)
			sorted[n++] = t->slot[i];
	qsort(sorted, n, sizeof *sorted, by_start);
	*row = sorted;
	return NINES_OK;
}
