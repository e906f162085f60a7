/* Styles: an event as a line of a log. */
#ifndef STYLE_H
#define STYLE_H
#include "shop.h"

#define STYLE_LINE_BYTES ((size_t)8 << 10) /* room for one line, in every style */
#define DAY_MINUTES      1440

/* The text of a minute, made once for all its lines. */
struct stamp {
	int64_t minute;
	char clf[18]; /* "14/Jan/2025:10:06:" */
	char iso[17]; /* "2025-01-14T10:06:" */
};

/* Days from 1970-01-01, for years from 1970. */
int64_t style_days(int64_t year, unsigned month, unsigned day);
void style_stamp(struct stamp *s, int64_t minute);

struct style {
	const char *name;
	void (*line)(struct buf *, const struct event *, const struct stamp *);
	enum wording wording;
};

/* NULL when no style has the name. */
const struct style *style_find(const char *name);
/* The line as life spoils it: it can no longer be read. */
void style_odd_line(const struct style *style, struct buf *b, const struct event *e,
    const struct stamp *s, struct dice *dice);
#endif
