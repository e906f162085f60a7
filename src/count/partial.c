#include "partial_impl.h"

#include <string.h>

#include "err.h"

enum nines_status partial_new(struct partial **partial, struct nines_error *err)
{
	struct partial *p = mem_new(1, sizeof *p);

	if (p == NULL)
		return err_nomem(err);
	*partial = p;
	return NINES_OK;
}

void partial_free(struct partial *p)
{
	if (p == NULL)
		return;
	for (size_t i = 0; i < p->columns; i++)
		ledger_clear(&p->column[i].ledger, &p->pool);
	ledger_pool_fini(&p->pool);
	mem_free(p->column);
	mem_free(p->slot);
	mem_free(p->source);
	mem_free(p->source_line);
	mem_free(p->end);
	mem_free(p->end_line);
	mem_arena_fini(&p->arena);
	mem_free(p);
}

size_t partial_sources(const struct partial *p, const struct partial_source **source)
{
	*source = p->source;
	return p->sources;
}

size_t partial_ends(const struct partial *p, const struct partial_end **end)
{
	*end = p->end;
	return p->ends;
}

/* ---- a row as text ---- */

/* "218" and the blank before the next number, if there is one to come. */
static enum nines_status read_number(
    struct str *text, int more, uint64_t *n, const struct partial_place *place)
{
	switch (partial_take_u64(text, n)) {
	case PARTIAL_NUMBER_TOO_BIG:
		return partial_refuse(place, NINES_E_LIMIT, "a count is beyond 2^64 - 1");
	case PARTIAL_IS_NUMBER:
		if (!more && text->n == 0)
			return NINES_OK;
		if (more && text->n > 0 && text->p[0] == ' ') {
			text->p++;
			text->n--;
			return NINES_OK;
		}
		break;
	case PARTIAL_NO_NUMBER:
		break;
	}
	return partial_refuse(place, NINES_E_SYNTAX,
	    "after the TAB there are not valid, good and missing (of *: lines and judged)");
}

static enum nines_status read_bucket(
    struct str *text, struct partial_row *row, const struct partial_place *place)
{
	enum partial_number start = partial_take_i64(text, &row->start_s), length;
	uint64_t length_s = 0;

	if (text->n == 0 || text->p[0] != '|')
		start = PARTIAL_NO_NUMBER;
	text->p += text->n > 0;
	text->n -= text->n > 0;
	length = partial_take_u64(text, &length_s);
	if (start != PARTIAL_IS_NUMBER || length != PARTIAL_IS_NUMBER || text->n > 0)
		return partial_refuse(place, NINES_E_SYNTAX,
		    "a key is SLI|START|SECONDS; START and SECONDS are whole numbers");
	if (length_s < 60 || length_s > 3600 || length_s % 60 != 0 || 3600 % length_s != 0)
		return partial_refuse(place, NINES_E_SYNTAX,
		    "an hour is no whole number of buckets of %llu s",
		    (unsigned long long)length_s);
	if (row->start_s % (int64_t)length_s != 0 || row->start_s < PARTIAL_INSTANT_MIN ||
	    row->start_s > PARTIAL_INSTANT_MAX)
		return partial_refuse(place, NINES_E_SYNTAX, "no bucket of %llu s starts at %lld",
		    (unsigned long long)length_s, (long long)row->start_s);
	row->length_s = (uint32_t)length_s;
	return NINES_OK;
}

/* Off the front of *key, with the '|' that follows; mostly it is that of the line before. */
static struct str take_name(const struct partial *p, struct str *key)
{
	struct str last = { 0 };

	if (p->columns > 0)
		last = p->column[p->last].name;
	if (last.n == 0 || key->n <= last.n || memcmp(key->p, last.p, last.n + 1) != 0)
		return partial_cut(key, '|');
	key->p += last.n + 1;
	key->n -= last.n + 1;
	return last;
}

static enum nines_status check_name(
    const struct partial *p, struct str name, const struct partial_place *place)
{
	if ((p->columns > 0 && name.p == p->column[p->last].name.p) || partial_is_traffic(name) ||
	    (name.n > 0 && partial_is_encoded(name)))
		return NINES_OK;
	return partial_refuse(place, NINES_E_SYNTAX,
	    "a line begins with the name of an SLI, bytes other than [A-Za-z0-9_.:,+=@/-]"
	    " as %%HH");
}

static enum nines_status read_counts(
    struct str *text, int of_traffic, struct tally_cell *cell, const struct partial_place *place)
{
	enum nines_status rc = read_number(text, 1, &cell->valid, place);

	if (rc == NINES_OK)
		rc = read_number(text, !of_traffic, &cell->good, place);
	if (rc == NINES_OK && !of_traffic)
		rc = read_number(text, 0, &cell->missing, place);
	if (rc == NINES_OK && cell->good > cell->valid)
		rc = partial_refuse(place, NINES_E_SYNTAX,
		    of_traffic ? "more lines judged than there are"
		               : "more good events than valid ones");
	return rc;
}

static enum nines_status row_add(
    struct partial *p, struct str line, const struct partial_place *place)
{
	struct str text = line, key = partial_cut(&text, '\t'), name = take_name(p, &key);
	struct partial_row row = { .name = name };
	enum nines_status rc;

	if (key.n + name.n >= line.n)
		return partial_refuse(place, NINES_E_SYNTAX,
		    "no line of nines-partial/1: it has no TAB, or no '|' before it");
	rc = read_bucket(&key, &row, place);
	if (rc == NINES_OK)
		rc = check_name(p, name, place);
	if (rc == NINES_OK)
		rc = read_counts(&text, partial_is_traffic(name), &row.cell, place);
	return rc == NINES_OK ? partial_row_add(p, &row, place) : rc;
}

enum nines_status partial_add_line(struct partial *p, struct str line, const char *where,
    uint64_t line_number, struct nines_error *err)
{
	const struct partial_place place = { where, line_number, err };

	if (line.n > PARTIAL_LINE_MAX)
		return partial_refuse(
		    &place, NINES_E_LIMIT, "a line of more than %u bytes", PARTIAL_LINE_MAX);
	if (line.n == 0)
		return NINES_OK;
	return line.p[0] == '~' ? partial_tail_add(p, line, &place) : row_add(p, line, &place);
}
