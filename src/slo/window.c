#include "window.h"

#include <assert.h>
#include <stdlib.h>

static enum zone_period period_of(enum spec_window_kind kind)
{
	static const enum zone_period period[] = {
		[SPEC_HOUR] = ZONE_HOUR,
		[SPEC_DAY] = ZONE_DAY,
		[SPEC_WEEK] = ZONE_WEEK,
		[SPEC_MONTH] = ZONE_MONTH,
		[SPEC_QUARTER] = ZONE_QUARTER,
		[SPEC_YEAR] = ZONE_YEAR,
	};

	assert(kind != SPEC_ROLLING && kind != SPEC_ALL_TIME);
	return period[kind];
}

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

struct window_span window_at(const struct spec_window *window, const struct zone *zone,
    int64_t as_of, struct window_span data)
{
	if (window->kind == SPEC_ROLLING)
		return (struct window_span){ as_of - window->length_s, as_of };
	if (window->kind == SPEC_ALL_TIME)
		return (struct window_span){ least(data.from, as_of), least(data.to, as_of) };
	return (struct window_span){ zone_floor(zone, period_of(window->kind), as_of - 1), as_of };
}

int64_t window_period_s(
    const struct spec_window *window, const struct zone *zone, struct window_span span)
{
	if (window->kind == SPEC_ROLLING)
		return window->length_s;
	if (window->kind == SPEC_ALL_TIME)
		return span.to - span.from;
	return zone_next(zone, period_of(window->kind), span.from) - span.from;
}

static int by_from(const void *a, const void *b)
{
	int64_t x = ((const struct window_span *)a)->from,
	        y = ((const struct window_span *)b)->from;

	return (x > y) - (x < y);
}

size_t window_join(struct window_span *span, size_t spans)
{
	size_t n = 0;

	if (spans > 0)
		qsort(span, spans, sizeof *span, by_from);
	for (size_t i = 0; i < spans; i++) {
		if (n > 0 && span[i].from <= span[n - 1].to)
			span[n - 1].to = span[i].to > span[n - 1].to ? span[i].to : span[n - 1].to;
		else
			span[n++] = span[i];
	}
	return n;
}
