/* Windows: half-open spans of event time. Rolling: [as_of - length, as_of).  Calendar: from the
 * start of the period that holds the last instant before as_of, to as_of; a finished period is
 * judged whole. ALL_TIME: the data's span. */
#ifndef WINDOW_H
#define WINDOW_H
#include "spec.h"

struct window_span {
	int64_t from, to;
};
/* data: from the start of the first bucket with lines to the end of the last; used by ALL_TIME (cut
 * off at as_of) and ignored otherwise. */
struct window_span window_at(const struct spec_window *window, const struct zone *zone,
    int64_t as_of, struct window_span data);
/* Sorts and joins spans that overlap or touch; how many are left. */
size_t window_join(struct window_span *span, size_t spans);
/* Length of the SLO period in seconds: what budgets are divided over. A month is its own 28 to 31
 * days. */
int64_t window_period_s(
    const struct spec_window *window, const struct zone *zone, struct window_span span);
#endif
