/* A series: one indicator's counts over time, such that what any span holds is found in a few
 * steps. Its steps are buckets of events or, for slice objectives, slices; everything above
 * (budget, burn rate, sparkline, forecast) asks the series and need not know which.
 *
 * The steps stay packed in a ledger; of every sixteenth a mark says where it is and what the steps
 * before it hold together.  So a year of minutes takes two megabytes beside the ledger, and a span
 * the reading of a few steps at either end. */
#ifndef REPORT_SERIES_H
#define REPORT_SERIES_H
#include "nines.h"
#include "spec.h"
#include "tally.h"
#include "window.h"

struct report_mark {
	int64_t start_s;
	struct tally_cell before; /* what the steps before it hold together */
	/* Of a walk just before it. */
	const struct ledger_page *page;
	size_t at;
	int64_t walk_start_s;
};

struct report_series {
	int64_t step_s; /* length of a step */
	uint64_t unit;  /* what one event or slice counts: 1; 10^9 for RATIO_TIMESLICES */
	struct tally_cell total;
	/* private */
	const struct ledger *ledger;
	struct window_span within;          /* steps that start elsewhere do not count */
	const struct window_span *excluded; /* nor do those that start in these */
	size_t exclusions;
	struct report_mark *mark; /* of the first step and every sixteenth after it */
	size_t marks, mark_room;
	struct ledger slices; /* a series of slices has its own */
	struct ledger_pool pool;
};

/* Where events come from: a settled tally, which must stay. */
struct report_rows {
	const struct tally *tally;
	int64_t bucket_s;
	size_t rows;               /* those within */
	struct window_span within; /* rows that start elsewhere do not count */
	const struct window_span
	    *excluded; /* nor do those that start in these; ascending, disjoint */
	size_t exclusions;
};

void report_series_fini(struct report_series *s);
/* The column's events.  NINES_E_LIMIT when they pass 2^64 - 1, NINES_E_INTERNAL when good exceeds
 * valid in some bucket. */
enum nines_status report_series_events(struct report_series *s, const struct report_rows *rows,
    const struct ledger *column, struct nines_error *err);

/* Slices are aligned to multiples of slice_s in UTC and belong to the span that holds their start;
 * the last is judged on what it holds before `to`.  A slice is good when its G/V >= slice_target; a
 * RATIO_TIMESLICES slice counts its G/V, to nine places.  Slices that an exclusion touches are not
 * judged; those without valid events as on_empty says, from the first data on. */
#define REPORT_SLICES_MAX (1u << 22) /* where empty slices count: 8 years of minutes */
struct report_slices {
	const struct spec_objective *objective;
	struct window_span span;
	const struct window_span *excluded; /* ascending, disjoint */
	size_t exclusions;
	int64_t since; /* the first data */
};
enum nines_status report_series_slices(struct report_series *s, const struct report_series *events,
    const struct report_slices *slices, struct nines_error *err);

/* A walk over the steps. */
struct report_step {
	int more;                 /* 0: behind the last, and `at` means nothing */
	struct tally_cell before; /* what the steps before this one hold together */
	struct ledger_walk at;    /* this one: at.start_s and at.cell */
	size_t exclusion;         /* private: the first not behind the walk */
};
/* The first step that starts at or after t. */
struct report_step report_series_seek(const struct report_series *s, int64_t t);
void report_series_next(const struct report_series *s, struct report_step *step);

struct tally_cell report_series_minus(struct tally_cell all, struct tally_cell part);
/* What the steps that start in the span hold. */
struct tally_cell report_series_sum(const struct report_series *s, struct window_span span);
#endif
