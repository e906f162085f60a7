/* A series: one indicator's counts over time as running sums, so that any span is one subtraction.
 * Its steps are buckets of events or, for slice objectives, slices; everything above (budget, burn
 * rate, sparkline, forecast) asks the series and need not know which. */
#ifndef REPORT_SERIES_H
#define REPORT_SERIES_H
#include "nines.h"
#include "spec.h"
#include "tally.h"
#include "window.h"

struct report_series {
	int64_t step_s;         /* length of a step */
	uint64_t unit;          /* what one event or slice counts: 1; 10^9 for RATIO_TIMESLICES */
	size_t steps;           /* only those that something is known of */
	int64_t *start;         /* of each, ascending */
	struct tally_cell *sum; /* steps + 1: what the steps before i hold together */
	size_t start_room, sum_room;
};

struct report_rows {
	const struct tally_row **row; /* ascending */
	size_t rows;
	int64_t bucket_s;
	const unsigned char *excluded; /* non-zero where row i does not count; NULL: all count */
};

void report_series_fini(struct report_series *s);
/* The column's events.  NINES_E_LIMIT when they pass 2^64 - 1, NINES_E_INTERNAL when good exceeds
 * valid in some bucket. */
enum nines_status report_series_events(struct report_series *s, const struct report_rows *rows,
    size_t column, struct nines_error *err);

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
	int64_t since; /* the first data; NINES_NEVER: that of the events at hand */
};
enum nines_status report_series_slices(struct report_series *s, const struct report_series *events,
    const struct report_slices *slices, struct nines_error *err);

/* The first step that starts at or after t, or `steps`. */
size_t report_series_seek(const struct report_series *s, int64_t t);
/* What steps from up to, without, to hold. */
struct tally_cell report_series_between(const struct report_series *s, size_t from, size_t to);
/* What the steps that start in the span hold. */
struct tally_cell report_series_sum(const struct report_series *s, struct window_span span);
#endif
