#include "partial_impl.h"

#include <stdlib.h>
#include <string.h>

#include "err.h"

/* A column as lines, without the name that each begins with. */
struct stream {
	struct partial_walk walk;
	size_t n; /* 0: no more */
	char line[PARTIAL_TIME_SIZE + 3 * 21];
};

static int by_bytes(struct str a, struct str b)
{
	const size_t n = a.n < b.n ? a.n : b.n;
	const int order = n > 0 ? memcmp(a.p, b.p, n) : 0;

	return order != 0 ? order : (a.n > b.n) - (a.n < b.n);
}

/* With the '|' that follows, as in a key. */
static int by_name(const void *a, const void *b)
{
	const struct str x = (*(const struct partial_column *const *)a)->name;
	const struct str y = (*(const struct partial_column *const *)b)->name;

	return by_bytes((struct str){ x.p, x.n + 1 }, (struct str){ y.p, y.n + 1 });
}

static int by_text(const void *a, const void *b)
{
	return by_bytes(
	    ((const struct partial_tail *)a)->text, ((const struct partial_tail *)b)->text);
}

/* ---- rows ---- */

static size_t put_count(char *to, char before, uint64_t n)
{
	*to = before;
	return 1 + partial_put_u64(to + 1, n);
}

static void stream_next(struct stream *s)
{
	const struct partial_column *column = s->walk.column;
	const struct tally_cell *cell = &s->walk.at.cell;

	s->n = 0;
	if (!partial_walk_next(&s->walk))
		return;
	s->n = partial_put_time(s->line, s->walk.start_s, column->length_s);
	s->n += put_count(s->line + s->n, '\t', cell->valid);
	s->n += put_count(s->line + s->n, ' ', cell->good);
	if (!partial_is_traffic(column->name))
		s->n += put_count(s->line + s->n, ' ', cell->missing);
	s->line[s->n++] = '\n';
}

/* The stream whose line is the first of all; no two have the same key. */
static struct stream *stream_first(struct stream *stream, size_t streams)
{
	struct stream *first = stream;

	for (struct stream *s = stream + 1; s < stream + streams; s++)
		if (s->n > 0 &&
		    (first->n == 0 ||
		        by_bytes((struct str){ s->line, s->n },
		            (struct str){ first->line, first->n }) < 0))
			first = s;
	return first;
}

static void write_streams(struct stream *stream, size_t streams, struct out *o)
{
	const struct str name = stream->walk.column->name;
	struct stream *s;

	while ((s = stream_first(stream, streams))->n > 0) {
		out_bytes(o, name.p, name.n + 1);
		out_bytes(o, s->line, s->n);
		stream_next(s);
	}
}

/* Columns of one name, of which there is nearly always one, are written together.  0 when there is
 * no memory. */
static int write_columns(const struct partial_column *const *column, size_t columns, struct out *o)
{
	struct stream *stream = NULL, *grown;
	size_t room = 0, from = 0, n;

	for (; from < columns; from += n) {
		n = 1;
		while (from + n < columns && by_name(&column[from], &column[from + n]) == 0)
			n++;
		grown = mem_grow(stream, &room, n, sizeof *grown);
		if (grown == NULL)
			break;
		stream = grown;
		for (size_t i = 0; i < n; i++) {
			stream[i].walk = (struct partial_walk){ .column = column[from + i] };
			stream_next(&stream[i]);
		}
		write_streams(stream, n, o);
	}
	mem_free(stream);
	return from == columns;
}

static void write_tails(const struct partial_tail *tail, size_t n, struct out *o)
{
	for (size_t i = 0; i < n; i++) {
		out_str(o, tail[i].text);
		out_char(o, '\n');
	}
}

static const struct partial_column **sorted_columns(const struct partial *p)
{
	const struct partial_column **sorted = mem_new(p->columns + 1, sizeof *sorted);

	for (size_t i = 0; sorted != NULL && i < p->columns; i++)
		sorted[i] = &p->column[i];
	if (sorted != NULL)
		qsort(sorted, p->columns, sizeof *sorted, by_name);
	return sorted;
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

enum nines_status partial_write(struct partial *p, struct out *o, struct nines_error *err)
{
	const struct partial_column **column = sorted_columns(p);
	struct partial_tail *end = sorted_tails(p->end_line, p->ends);
	struct partial_tail *source = sorted_tails(p->source_line, p->sources);
	enum nines_status rc = partial_settle(p, err);

	if (rc == NINES_OK &&
	    (column == NULL || end == NULL || source == NULL ||
	        !write_columns(column, p->columns, o)))
		rc = err_nomem(err);
	if (rc == NINES_OK) {
		write_tails(end, p->ends, o);
		write_tails(source, p->sources, o);
	}
	mem_free(column);
	mem_free(end);
	mem_free(source);
	return rc;
}
