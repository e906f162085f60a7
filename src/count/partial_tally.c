#include "partial_impl.h"

#include "err.h"

/* A column of the sum that becomes one of the tally; `slis` is that of the traffic. */
struct feed {
	struct partial_walk walk;
	size_t sli;
};

/* ---- columns ---- */

/* The names as keys have them, on the arena, the traffic's last; NULL when there is no memory. */
static struct str *encoded_names(struct mem_arena *arena, const char *const *name, size_t slis)
{
	struct str *text = mem_arena_new(arena, slis + 1, sizeof *text);

	for (size_t i = 0; text != NULL && i < slis; i++) {
		text[i] = partial_encoded(arena, str_of(name[i]));
		if (text[i].p == NULL)
			return NULL;
	}
	if (text != NULL)
		text[slis] = STR(PARTIAL_TRAFFIC);
	return text;
}

static enum nines_status find_columns(const struct partial *p, const char *const *name, size_t slis,
    struct feed *feed, struct nines_error *err)
{
	struct mem_arena arena = { 0 };
	const struct str *text = encoded_names(&arena, name, slis);
	enum nines_status rc = text == NULL ? err_nomem(err) : NINES_OK;

	for (size_t i = 0; i < p->columns && rc == NINES_OK; i++) {
		size_t sli = 0;

		while (sli <= slis && !str_equal(text[sli], p->column[i].name))
			sli++;
		if (sli > slis)
			rc = err_set(err, NINES_E_SYNTAX, "the config has no SLI %.*s",
			    STR_ARG(p->column[i].name));
		feed[i] = (struct feed){ { .column = &p->column[i] }, sli };
	}
	mem_arena_fini(&arena);
	return rc;
}

/* What a report adds up must not overflow. */
static enum nines_status check_sums(
    const struct partial *p, const struct feed *feed, size_t slis, struct nines_error *err)
{
	struct tally_cell *sum = mem_new(slis + 1, sizeof *sum);
	enum nines_status rc = sum == NULL ? err_nomem(err) : NINES_OK;

	for (size_t i = 0; i < p->columns && rc == NINES_OK; i++) {
		const struct partial_column *c = &p->column[i];

		if (c->beyond || !tally_cell_add(&sum[feed[i].sli], &c->sum))
			rc = err_set(err, NINES_E_LIMIT, "a sum would exceed %llu",
			    (unsigned long long)UINT64_MAX);
	}
	mem_free(sum);
	return rc;
}

/* ---- rows ---- */

/* The feed whose next row starts first; NULL when none has one. */
static const struct feed *earliest(const struct feed *feed, size_t feeds)
{
	const struct feed *first = NULL;

	for (const struct feed *f = feed; f < feed + feeds; f++)
		if (f->walk.more && (first == NULL || f->walk.start_s < first->walk.start_s))
			first = f;
	return first;
}

static void put(struct tally_row *row, size_t slis, const struct feed *from)
{
	const struct tally_cell *cell = &from->walk.at.cell;

	if (from->sli < slis) {
		row->cell[from->sli] = *cell;
		return;
	}
	row->lines = cell->valid;
	row->judged = cell->good;
}

/* Row by row, so that the tally packs each once.  Rows before 1970 come in descending order, some
 * of them in pieces: the tally adds them up. */
static enum nines_status fill(
    struct tally *t, struct feed *feed, size_t feeds, struct nines_error *err)
{
	const struct feed *first;

	for (size_t i = 0; i < feeds; i++)
		(void)partial_walk_next(&feed[i].walk);
	while ((first = earliest(feed, feeds)) != NULL) {
		const int64_t start_s = first->walk.start_s;
		struct tally_row *row;
		enum nines_status rc = tally_at(t, start_s, &row, err);

		if (rc != NINES_OK)
			return rc;
		for (struct feed *f = feed; f < feed + feeds; f++)
			if (f->walk.more && f->walk.start_s == start_s) {
				put(row, t->slis, f);
				(void)partial_walk_next(&f->walk);
			}
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

enum nines_status partial_tally(struct partial *p, const char *const *name, size_t slis,
    struct tally *tally, struct nines_error *err)
{
	const uint32_t length = p->columns > 0 ? p->column[0].length_s : 60;
	enum nines_status rc = partial_settle(p, err);
	struct feed *feed;
	struct tally t;

	for (size_t i = 0; i < p->columns && rc == NINES_OK; i++)
		if (p->column[i].length_s != length)
			rc = err_set(err, NINES_E_SYNTAX,
			    "buckets of %u s and of %u s cannot be reported together",
			    (unsigned)length, (unsigned)p->column[i].length_s);
	if (rc != NINES_OK)
		return rc;
	feed = mem_new(p->columns + 1, sizeof *feed);
	if (feed == NULL)
		return err_nomem(err);
	tally_init(&t, slis, length);
	rc = find_columns(p, name, slis, feed, err);
	if (rc == NINES_OK)
		rc = check_sums(p, feed, slis, err);
	if (rc == NINES_OK)
		rc = fill(&t, feed, p->columns, err);
	mem_free(feed);
	if (rc != NINES_OK) {
		tally_fini(&t);
		return rc;
	}
	set_bounds(p, &t);
	*tally = t;
	return NINES_OK;
}
