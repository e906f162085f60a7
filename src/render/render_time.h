/* Instants and spans as people read them, in UTC.  Blanks at which no line should end are
 * RENDER_GLUE. */
#ifndef RENDER_TIME_H
#define RENDER_TIME_H
#include "render_page.h"

#define RENDER_TIME_SIZE 80
/* "2025-01-29 00:00 UTC" */
const char *render_time_instant(char buf[RENDER_TIME_SIZE], int64_t t);
/* "14 Jan 10:05–10:50", "14 Jan 23:50 – 15 Jan 00:20". */
const char *render_time_span(
    char buf[RENDER_TIME_SIZE], const struct render_page *page, int64_t from, int64_t to);
/* "28 days", "36 hours", "90 minutes". */
const char *render_time_length(char buf[RENDER_TIME_SIZE], int64_t seconds);
#endif
