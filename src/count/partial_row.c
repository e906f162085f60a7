#include "partial_impl.h"

#include <string.h>

#include "err.h"

#define SLOTS_FIRST 256u

/* ---- tables ---- */

/* An empty table that `used` + 1 entries fill to half at most, or NULL. */
static uint32_t *table_for(size_t used, size_t *slots)
{
	size_t want = *slots > 0 ? *slots : SLOTS_FIRST;

	while (want / 2 <= used) {
		if (want > SIZE_MAX / 2)
			return NULL;
		want *= 2;
	}
	*slots = want;
	return mem_new(want, sizeof(uint32_t));
}

static enum nines_status check_room(size_t used, struct nines_error *err)
{
	if (used < UINT32_MAX - 1)
		return NINES_OK;
	return err_set(err, NINES_E_LIMIT, "more than %lu rows", (unsigned long)UINT32_MAX - 1);
}

/* ---- names ---- */

static size_t name_seek(const struct partial *p, struct str text, uint64_t hash)
{
	size_t at = (size_t)hash & (p->name_slots - 1);

	while (p->name_slot[at] != 0) {
		const struct partial_name *name = &p->name[p->name_slot[at] - 1];

		if (name->hash == hash && str_equal(name->text, text))
			break;
		at = (at + 1) & (p->name_slots - 1);
	}
	return at;
}

static int names_grow(struct partial *p)
{
	size_t slots = p->name_slots;
	uint32_t *table;

	if (p->name_slots / 2 > p->names)
		return 1;
	table = table_for(p->names, &slots);
	if (table == NULL)
		return 0;
	mem_free(p->name_slot);
	p->name_slot = table;
	p->name_slots = slots;
	for (size_t i = 0; i < p->names; i++)
		table[name_seek(p, p->name[i].text, p->name[i].hash)] = (uint32_t)(i + 1);
	return 1;
}

int partial_name_find(const struct partial *p, struct str text, uint32_t *name)
{
	size_t at;

	if (p->names == 0)
		return 0;
	at = name_seek(p, text, partial_hash(text));
	if (p->name_slot[at] == 0)
		return 0;
	*name = p->name_slot[at] - 1;
	return 1;
}

static enum nines_status name_make(
    struct partial *p, struct str text, uint32_t *name, struct nines_error *err)
{
	struct partial_name *grown;
	struct str copy;

	if (check_room(p->names, err) != NINES_OK)
		return NINES_E_LIMIT;
	grown = mem_grow(p->name, &p->name_room, p->names + 1, sizeof *grown);
	if (grown == NULL)
		return err_nomem(err);
	p->name = grown;
	copy = mem_arena_str(&p->arena, text);
	if (copy.p == NULL || !names_grow(p))
		return err_nomem(err);
	grown[p->names] = (struct partial_name){ copy, partial_hash(copy) };
	*name = (uint32_t)p->names++;
	p->name_slot[name_seek(p, copy, grown[*name].hash)] = *name + 1;
	return NINES_OK;
}

enum nines_status partial_name_of(
    struct partial *p, struct str text, uint32_t *name, struct nines_error *err)
{
	enum nines_status rc = NINES_OK;
	uint32_t found = p->last_name;

	if (p->names == 0 || !str_equal(p->name[found].text, text))
		if (!partial_name_find(p, text, &found))
			rc = name_make(p, text, &found, err);
	if (rc == NINES_OK)
		*name = p->last_name = found;
	return rc;
}

int partial_name_is_traffic(const struct partial *p, uint32_t name)
{
	return str_is(p->name[name].text, PARTIAL_TRAFFIC);
}

/* ---- rows ---- */

static int same_key(const struct partial_row *a, const struct partial_row *b)
{
	return a->start_s == b->start_s && a->name == b->name && a->length_s == b->length_s;
}

/* Two odd multipliers bring every bit of the key into the upper half. */
static size_t row_seek(const struct partial *p, const struct partial_row *row)
{
	const uint64_t a = (uint64_t)row->start_s * UINT64_C(0x9e3779b97f4a7c15);
	const uint64_t b =
	    ((uint64_t)row->name << 32 | row->length_s) * UINT64_C(0xc2b2ae3d27d4eb4f);
	const uint64_t hash = (a ^ (a >> 32) ^ b) * UINT64_C(0x9e3779b97f4a7c15);
	size_t at = (size_t)(hash >> 24) & (p->row_slots - 1);

	while (p->row_slot[at] != 0 && !same_key(&p->row[p->row_slot[at] - 1], row))
		at = (at + 1) & (p->row_slots - 1);
	return at;
}

static int rows_grow(struct partial *p)
{
	size_t slots = p->row_slots;
	uint32_t *table;

	if (p->row_slots / 2 > p->rows)
		return 1;
	table = table_for(p->rows, &slots);
	if (table == NULL)
		return 0;
	mem_free(p->row_slot);
	p->row_slot = table;
	p->row_slots = slots;
	for (size_t i = 0; i < p->rows; i++)
		table[row_seek(p, &p->row[i])] = (uint32_t)(i + 1);
	return 1;
}

static enum nines_status row_make(
    struct partial *p, const struct partial_row *row, struct nines_error *err)
{
	struct partial_row *grown;

	if (check_room(p->rows, err) != NINES_OK)
		return NINES_E_LIMIT;
	grown = mem_grow(p->row, &p->row_room, p->rows + 1, sizeof *grown);
	if (grown == NULL)
		return err_nomem(err);
	p->row = grown;
	if (!rows_grow(p))
		return err_nomem(err);
	grown[p->rows++] = *row;
	p->row_slot[row_seek(p, row)] = (uint32_t)p->rows;
	p->last_row = p->rows - 1;
	return NINES_OK;
}

static struct partial_row *row_find(struct partial *p, const struct partial_row *key)
{
	size_t at;

	if (p->last_row + 1 < p->rows && same_key(&p->row[p->last_row + 1], key))
		return &p->row[++p->last_row];
	if (p->rows == 0)
		return NULL;
	at = row_seek(p, key);
	if (p->row_slot[at] == 0)
		return NULL;
	p->last_row = p->row_slot[at] - 1;
	return &p->row[p->last_row];
}

enum nines_status partial_row_add(
    struct partial *p, const struct partial_row *row, struct nines_error *err)
{
	struct partial_row *into = row_find(p, row);

	if (into == NULL)
		return row_make(p, row, err);
	for (size_t i = 0; i < PARTIAL_NUMBERS; i++)
		if (into->n[i] > UINT64_MAX - row->n[i])
			return err_set(err, NINES_E_LIMIT, "a count would exceed %llu",
			    (unsigned long long)UINT64_MAX);
	for (size_t i = 0; i < PARTIAL_NUMBERS; i++)
		into->n[i] += row->n[i];
	return NINES_OK;
}

/* ---- as text ---- */

size_t partial_row_numbers(const struct partial *p, const struct partial_row *row)
{
	return partial_name_is_traffic(p, row->name) ? 2 : 3;
}

size_t partial_row_key(const struct partial *p, const struct partial_row *row, char *key)
{
	const struct str name = p->name[row->name].text;
	const int negative = row->start_s < 0;
	size_t n = name.n;

	memcpy(key, name.p, name.n);
	key[n++] = '|';
	if (negative)
		key[n++] = '-';
	n += partial_put_u64(
	    key + n, negative ? 0 - (uint64_t)row->start_s : (uint64_t)row->start_s);
	key[n++] = '|';
	return n + partial_put_u64(key + n, row->length_s);
}
