/* Instants: int64_t seconds since 1970-01-01T00:00:00Z, proleptic Gregorian, no leap seconds.
 * Civil arithmetic is own, integer and locale-free (days-from-civil: Hinnant, "chrono-Compatible
 * Low-Level Date Algorithms"). */
#ifndef WHEN_H
#define WHEN_H
#include "str.h"

struct when_civil {
	int year;                 /* 1 to 9999 */
	int month, day;           /* from 1 */
	int hour, minute, second; /* second 60 is accepted and is the next second */
};

/* 1 when the fields name a real moment (no 31 February, no 24:00). */
int when_valid(const struct when_civil *c);
int64_t when_from_civil(const struct when_civil *c);
void when_to_civil(
    int64_t t, struct when_civil *c); /* t is brought into the years 1 to 9999 first */
int when_weekday(int64_t t);          /* 0 = Monday */

#define WHEN_SIZE 32
const char *when_text(char buf[WHEN_SIZE], int64_t t); /* 2025-01-29T00:00:00Z */

/* RFC 3339: date, T or blank, hh:mm[:ss[.fraction]], Z or offset.  *has_offset tells whether there
 * was one; without it the instant is as if UTC.  A date alone is its midnight.  0 when malformed or
 * not a real moment. */
int when_rfc3339(struct str s, int64_t *t, int *has_offset);

/* A span with its unit: ms s m h d w, digits with an optional fraction ("1.5s"); nanoseconds.  0
 * when malformed, without a unit, or over 292 years (what an int64_t holds). us and ns are units
 * too. */
int when_span(struct str s, int64_t *ns);
/* A span as people write it: "28d", "1h", "300ms", "90s": the largest unit that leaves no
 * remainder. */
const char *when_span_text(char buf[WHEN_SIZE], int64_t ns);

int64_t when_floor(int64_t t, int64_t step); /* also right for negative t */
#endif
