#include <math.h>

#include "err.h"
#include "mem.h"
#include "report_frame.h"

/* Earlier and later than any event, with room to subtract. */
#define FAR (INT64_MAX / 4)

static int add_gap(struct report_frame *f, int64_t from, int64_t to)
{
	void *grown = mem_grow(f->gap, &f->gap_room, f->gaps + 1, sizeof *f->gap);

	if (grown == NULL)
		return 0;
	f->gap = grown;
	f->gap[f->gaps++] = (struct window_span){ from, to };
	return 1;
}

enum nines_status report_cover_gaps(struct report_frame *f, struct nines_error *err)
{
	int64_t end = -FAR;

	for (size_t i = 0; i < f->rows.rows; i++) {
		const struct tally_row *row = f->rows.row[i];

		if (row->lines == 0)
			continue;
		if (row->start_s - end > f->spec->max_gap_s && !add_gap(f, end, row->start_s))
			return err_nomem(err);
		end = row->start_s + f->rows.bucket_s;
	}
	return add_gap(f, end, FAR) ? NINES_OK : err_nomem(err);
}

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

double report_cover_share(const struct report_frame *f, struct window_span span)
{
	int64_t length = span.to - span.from, dark = 0;

	if (length <= 0)
		return (double)NAN;
	for (size_t i = 0; i < f->gaps; i++) {
		int64_t to = earlier(f->gap[i].to, span.to);

		if (to - f->gap[i].from > f->spec->max_gap_s)
			dark += later(to - later(f->gap[i].from, span.from), 0);
	}
	return (double)(length - dark) / (double)length;
}
