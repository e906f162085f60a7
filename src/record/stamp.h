/* Timestamps as logs write them, to UTC seconds.  Own, fixed-shape and locale-free.
 * CLF      10/Oct/2000:13:55:36 -0700, with or without brackets, with a fraction after the seconds
 * ISO      2023-11-15T01:02:03.123+01:00, T or blank, comma or dot fraction, Z, offset or none;
 * 2019-12-13\t22:36:27 too EPOCH    seconds, milli-, micro- or nanoseconds by magnitude (10, 13,
 * 16, 19 digits before the dot; one digit less is an earlier moment of the same kind), with
 * fraction, exponent forms as in JSON numbers A stamp without an offset is local time of the given
 * zone (NULL: UTC).  A stamp without a year is none. */
#ifndef STAMP_H
#define STAMP_H
#include "str.h"
#include "zone.h"
#include <string.h>

/* The minute of the last stamp, by its prefix: most lines share it.  Zero it to start. */
struct stamp_memo {
	char prefix[24]; /* and the ':' that is behind it */
	size_t n;        /* of prefix without that; 0: there is none */
	char offset[8];
	uint64_t offset_mask; /* which of its bytes there are */
	size_t width; /* of a stamp that stamp_again may know; 0: of none, since what follows it
	                 might be part of its offset, or some second of the minute is no instant */
	int64_t minute_s;
	int ambiguous;
};
/* 0: malformed, or no real moment (31 February, 25:00), or outside 1970 to 9999.  Seconds 60 is the
 * next second. *ambiguous: set when the zone's clocks showed that local time twice; the first is
 * taken.  One memo serves one zone. */
int stamp_parse(
    struct stamp_memo *memo, const struct zone *zone, struct str s, int64_t *t, int *ambiguous);
/* How many bytes at the start of s look like a CLF or ISO stamp without brackets, up to and with
 * its offset; 0: none. */
size_t stamp_width(struct str s);
#define STAMP_LATEST_S 253402300799 /* 9999-12-31T23:59:59Z */
#define STAMP_SECONDS  3            /* bytes of ":36" */

static inline uint64_t stamp_word(const char *p)
{
	uint64_t word;

	memcpy(&word, p, sizeof word);
	return word;
}

/* Whether at p is a stamp in the minute of the last one, with a like offset and no fraction; *t is
 * then its time.  The memo has a width, and as many bytes may be read and eight more.
 *
 * Words are compared: a minute with its ':' is two of them and a third that overlaps the second,
 * the offset a part of one. */
static inline int stamp_is_again(const struct stamp_memo *memo, const char *p, int64_t *t)
{
	const size_t colon = memo->n, third = colon + 1 - sizeof(uint64_t);
	const char *seconds = p + colon;
	unsigned tens, ones;

	if ((stamp_word(p) ^ stamp_word(memo->prefix)) |
	    (stamp_word(p + 8) ^ stamp_word(memo->prefix + 8)) |
	    (stamp_word(p + third) ^ stamp_word(memo->prefix + third)) |
	    ((stamp_word(seconds + STAMP_SECONDS) & memo->offset_mask) ^ stamp_word(memo->offset)))
		return 0;
	tens = (unsigned)(unsigned char)seconds[1] - '0';
	ones = (unsigned)(unsigned char)seconds[2] - '0';
	*t = memo->minute_s + tens * 10 + ones;
	return tens <= 5 && ones <= 9;
}

/* Whether it is in another minute of the last one's day, with a like offset: the memo is of that
 * minute from now on.  It has a width, and so many bytes may be read. */
int stamp_is_same_day(struct stamp_memo *memo, const char *p, int64_t *t);

/* As stamp_is_again for a text that may end soon after the stamp: how many bytes it has, and
 * *ambiguous as stamp_parse would say.  0: ask the two above. */
static inline size_t stamp_again(
    const struct stamp_memo *memo, struct str s, int64_t *t, int *ambiguous)
{
	if (!memo->width || s.n < memo->n + STAMP_SECONDS + sizeof memo->offset ||
	    !stamp_is_again(memo, s.p, t))
		return 0;
	*ambiguous = memo->ambiguous;
	return memo->width;
}
#endif
