#include "partial_impl.h"

#include <stdlib.h>
#include <string.h>

#include "err.h"

/* A row as it is sorted. */
struct line {
	const struct partial_row *row;
	uint32_t rank; /* of its name */
};

struct named {
	const struct partial_name *name;
	size_t i;
};

static int by_bytes(struct str a, struct str b)
{
	const size_t n = a.n < b.n ? a.n : b.n;
	const int order = n > 0 ? memcmp(a.p, b.p, n) : 0;

	return order != 0 ? order : (a.n > b.n) - (a.n < b.n);
}

/* In a key a '|' follows the name. */
static int by_name(const void *a, const void *b)
{
	const struct str x = ((const struct named *)a)->name->text;
	const struct str y = ((const struct named *)b)->name->text;
	const size_t n = x.n < y.n ? x.n : y.n;
	const int order = memcmp(x.p, y.p, n);

	if (order != 0 || x.n == y.n)
		return order;
	return (n < x.n ? x.p[n] : '|') - (n < y.n ? y.p[n] : '|');
}

/* A start and the '|' that follows it, as bytes: among starts of ten digits, which are those from
 * 2001 to 2286, in the order of time. */
static int by_start(int64_t a, int64_t b)
{
	const int64_t least = INT64_C(1000000000), most = INT64_C(9999999999);
	char x[24], y[24];
	size_t n, m;

	if (a >= least && b >= least && a <= most && b <= most)
		return (a > b) - (a < b);
	n = m = 0;
	if (a < 0)
		x[n++] = '-';
	if (b < 0)
		y[m++] = '-';
	n += partial_put_u64(x + n, (uint64_t)(a < 0 ? -a : a));
	m += partial_put_u64(y + m, (uint64_t)(b < 0 ? -b : b));
	x[n++] = '|';
	y[m++] = '|';
	return by_bytes((struct str){ x, n }, (struct str){ y, m });
}

/* A length and the TAB that follows it. */
static int by_length(uint32_t a, uint32_t b)
{
	char x[24], y[24];
	size_t n = partial_put_u64(x, a), m = partial_put_u64(y, b);

	return by_bytes((struct str){ x, n }, (struct str){ y, m });
}

static int by_key(const void *a, const void *b)
{
	const struct line *x = a, *y = b;
	int order = (x->rank > y->rank) - (x->rank < y->rank);

	if (order == 0)
		order = by_start(x->row->start_s, y->row->start_s);
	return order != 0 ? order : by_length(x->row->length_s, y->row->length_s);
}

static int by_text(const void *a, const void *b)
{
	return by_bytes(
	    ((const struct partial_tail *)a)->text, ((const struct partial_tail *)b)->text);
}

/* ---- writing ---- */

static void write_rows(const struct partial *p, const struct line *line, char *key, struct out *o)
{
	for (size_t i = 0; i < p->rows; i++) {
		const struct partial_row *row = line[i].row;
		const size_t numbers = partial_row_numbers(p, row);
		size_t n = partial_row_key(p, row, key);

		key[n++] = '\t';
		for (size_t k = 0; k < numbers; k++) {
			n += partial_put_u64(key + n, row->n[k]);
			key[n++] = k + 1 < numbers ? ' ' : '\n';
		}
		out_bytes(o, key, n);
	}
}

static void write_tails(const struct partial_tail *tail, size_t n, struct out *o)
{
	for (size_t i = 0; i < n; i++) {
		out_str(o, tail[i].text);
		out_char(o, '\n');
	}
}

/* The rows in order; the array is yours.  NULL when there is no memory. */
static struct line *sorted_rows(const struct partial *p)
{
	struct line *line = mem_new(p->rows + 1, sizeof *line);
	struct named *named = mem_new(p->names + 1, sizeof *named);
	uint32_t *rank = mem_new(p->names + 1, sizeof *rank);
	const int ready = line != NULL && named != NULL && rank != NULL;

	for (size_t i = 0; ready && i < p->names; i++)
		named[i] = (struct named){ &p->name[i], i };
	if (ready)
		qsort(named, p->names, sizeof *named, by_name);
	for (size_t i = 0; ready && i < p->names; i++)
		rank[named[i].i] = (uint32_t)i;
	for (size_t i = 0; ready && i < p->rows; i++)
		line[i] = (struct line){ &p->row[i], rank[p->row[i].name] };
	if (ready)
		qsort(line, p->rows, sizeof *line, by_key);
	mem_free(named);
	mem_free(rank);
	if (ready)
		return line;
	mem_free(line);
	return NULL;
}

static struct partial_tail *sorted_tails(const struct partial_tail *tail, size_t n)
{
	struct partial_tail *sorted = mem_new(n + 1, sizeof *sorted);

	if (sorted == NULL || n == 0)
		return sorted;
	memcpy(sorted, tail, n * sizeof *sorted);
	qsort(sorted, n, sizeof *sorted, by_text);
	return sorted;
}

enum nines_status partial_write(const struct partial *p, struct out *o, struct nines_error *err)
{
	struct line *line = sorted_rows(p);
	struct partial_tail *end = sorted_tails(p->end_line, p->ends);
	struct partial_tail *source = sorted_tails(p->source_line, p->sources);
	char *key = mem_new(PARTIAL_KEY_SIZE + 64, 1);
	enum nines_status rc = NINES_OK;

	if (line == NULL || end == NULL || source == NULL || key == NULL) {
		rc = err_nomem(err);
	} else {
		write_rows(p, line, key, o);
		write_tails(end, p->ends, o);
		write_tails(source, p->sources, o);
	}
	mem_free(line);
	mem_free(end);
	mem_free(source);
	mem_free(key);
	return rc;
}
