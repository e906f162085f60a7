#include <math.h>

#include "err.h"
#include "mem.h"
#include "report_frame.h"

/* Earlier and later than any event, with room to subtract. */
#define FAR    (INT64_MAX / 4)
#define HOUR_S 3600

static int add_gap(struct report_frame *f, int64_t from, int64_t to)
{
	void *grown = mem_grow(f->gap, &f->gap_room, f->gaps + 1, sizeof *f->gap);

	if (grown == NULL)
		return 0;
	f->gap = grown;
	f->gap[f->gaps++] = (struct window_span){ from, to };
	return 1;
}

/* How much time the row's events come from: a folded one stands for its hour. */
static int64_t held_s(const struct report_frame *f, int64_t start_s)
{
	int folded = f->store != NULL && f->store->folded_until != NINES_NEVER &&
	    start_s < f->store->folded_until;

	return folded ? HOUR_S : f->rows.bucket_s;
}

enum nines_status report_cover_gaps(struct report_frame *f, struct nines_error *err)
{
	const struct window_span within = f->rows.within;
	struct ledger_walk row;
	int64_t end = -FAR;

	ledger_walk_near(&row, tally_traffic(f->rows.tally), within.from);
	while (ledger_walk_next(&row) && row.start_s < within.to) {
		if (row.start_s < within.from || row.cell.valid == 0)
			continue;
		if (row.start_s - end > f->spec->max_gap_s && !add_gap(f, end, row.start_s))
			return err_nomem(err);
		end = row.start_s + held_s(f, row.start_s);
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

/* The first gap that ends after t. */
static size_t seek_gap(const struct report_frame *f, int64_t t)
{
	size_t low = 0, high = f->gaps;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (f->gap[middle].to <= t)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* What of the part, which lies in the span, is in gaps. */
static int64_t dark_in(
    const struct report_frame *f, struct window_span span, struct window_span part)
{
	int64_t dark = 0;

	for (size_t i = seek_gap(f, part.from); i < f->gaps && f->gap[i].from < part.to; i++) {
		const struct window_span *gap = &f->gap[i];

		if (f->hindsight || earlier(gap->to, span.to) - gap->from > f->spec->max_gap_s)
			dark += earlier(gap->to, part.to) - later(gap->from, part.from);
	}
	return dark;
}

double report_cover_share(const struct report_frame *f, struct window_span span)
{
	int64_t length = span.to - span.from, dark;

	if (length <= 0)
		return (double)NAN;
	dark = dark_in(f, span, span);
	for (size_t i = 0; i < f->column->holes; i++) {
		struct window_span hole = { later(f->column->hole[i].from, span.from),
			earlier(f->column->hole[i].to, span.to) };

		if (hole.from < hole.to)
			dark += hole.to - hole.from - dark_in(f, span, hole);
	}
	return (double)(length - dark) / (double)length;
}
