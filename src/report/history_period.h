/* The calendar of a history: which periods there are, and what they are called. */
#ifndef HISTORY_PERIOD_H
#define HISTORY_PERIOD_H
#include "history.h"
#include "window.h"

/* 0 unless it is a length that a history can have. */
int history_period_parse(const char *by, struct spec_window *window);
/* Fills in h->period, but for its journeys: those that touch the span. */
enum nines_status history_period_list(struct history *h, const struct spec_window *by,
    const struct zone *zone, struct window_span span, struct nines_error *err);
#endif
