#include "partial_impl.h"

#include "err.h"

#define UNKNOWN SIZE_MAX

/* The column of each name of *p, mem_free it; `slis` is that of the traffic. */
static enum nines_status columns(const struct partial *p, const char *const *name, size_t slis,
    size_t **column, struct nines_error *err)
{
	size_t *found = mem_new(p->names + 1, sizeof *found);
	struct mem_arena arena = { 0 };
	enum nines_status rc = found == NULL ? err_nomem(err) : NINES_OK;
	uint32_t at;

	for (size_t i = 0; rc == NINES_OK && i < p->names; i++)
		found[i] = UNKNOWN;
	for (size_t i = 0; rc == NINES_OK && i <= slis; i++) {
		const struct str text =
		    i < slis ? partial_encoded(&arena, str_of(name[i])) : STR(PARTIAL_TRAFFIC);

		if (text.p == NULL)
			rc = err_nomem(err);
		else if (partial_name_find(p, text, &at))
			found[at] = i;
	}
	for (size_t i = 0; rc == NINES_OK && i < p->names; i++)
		if (found[i] == UNKNOWN)
			rc = err_set(err, NINES_E_SYNTAX, "the config has no SLI %.*s",
			    STR_ARG(p->name[i].text));
	mem_arena_fini(&arena);
	if (rc == NINES_OK)
		*column = found;
	else
		mem_free(found);
	return rc;
}

/* What a report adds up must not overflow. */
static enum nines_status check_sums(
    const struct partial *p, const size_t *column, size_t slis, struct nines_error *err)
{
	uint64_t *sum = mem_new((slis + 1) * PARTIAL_NUMBERS, sizeof *sum);
	enum nines_status rc = sum == NULL ? err_nomem(err) : NINES_OK;

	for (size_t i = 0; i < p->rows && rc == NINES_OK; i++)
		for (size_t k = 0; k < PARTIAL_NUMBERS; k++) {
			uint64_t *to = &sum[column[p->row[i].name] * PARTIAL_NUMBERS + k];

			if (*to > UINT64_MAX - p->row[i].n[k])
				rc = err_set(err, NINES_E_LIMIT, "a sum would exceed %llu",
				    (unsigned long long)UINT64_MAX);
			*to += p->row[i].n[k];
		}
	mem_free(sum);
	return rc;
}

static enum nines_status fill(
    const struct partial *p, const size_t *column, struct tally *t, struct nines_error *err)
{
	for (size_t i = 0; i < p->rows; i++) {
		const struct partial_row *from = &p->row[i];
		struct tally_row *row;
		enum nines_status rc = tally_at(t, from->start_s, &row, err);

		if (rc != NINES_OK)
			return rc;
		if (column[from->name] == t->slis) {
			row->lines = from->n[0];
			row->judged = from->n[1];
			continue;
		}
		row->cell[column[from->name]] =
		    (struct tally_cell){ from->n[0], from->n[1], from->n[2] };
	}
	return tally_settle(t, err);
}

/* The rows know the events' buckets only. */
static void set_bounds(const struct partial *p, struct tally *t)
{
	int64_t first = INT64_MAX, last = INT64_MIN;

	for (size_t i = 0; i < p->ends; i++) {
		if (p->end[i].first == NINES_NEVER)
			continue;
		first = p->end[i].first < first ? p->end[i].first : first;
		last = p->end[i].last > last ? p->end[i].last : last;
	}
	if (first > last)
		return;
	t->first_s = first;
	t->last_s = last;
}

enum nines_status partial_tally(const struct partial *p, const char *const *name, size_t slis,
    struct tally *tally, struct nines_error *err)
{
	const uint32_t length = p->rows > 0 ? p->row[0].length_s : 60;
	enum nines_status rc;
	size_t *column;
	struct tally t;

	for (size_t i = 0; i < p->rows; i++)
		if (p->row[i].length_s != length)
			return err_set(err, NINES_E_SYNTAX,
			    "buckets of %u s and of %u s cannot be reported together",
			    (unsigned)length, (unsigned)p->row[i].length_s);
	rc = columns(p, name, slis, &column, err);
	if (rc != NINES_OK)
		return rc;
	tally_init(&t, slis, length);
	rc = check_sums(p, column, slis, err);
	if (rc == NINES_OK)
		rc = fill(p, column, &t, err);
	mem_free(column);
	if (rc != NINES_OK) {
		tally_fini(&t);
		return rc;
	}
	set_bounds(p, &t);
	*tally = t;
	return NINES_OK;
}
