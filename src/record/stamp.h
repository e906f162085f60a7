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

struct stamp_memo { /* the minute of the last stamp, by its prefix: most lines share it. Zero it to
	               start. */
	char prefix[24];
	size_t n; /* of prefix; 0: there is none */
	char offset[8];
	size_t
	    offset_n; /* its length, when nothing that might follow would be part of it; else 0 */
	uint64_t offset_mask; /* which of its bytes there are */
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

/* The same for a stamp in the minute of the last one, with a like offset and no fraction: *t is
 * then its time, too, and *ambiguous as stamp_parse would say.  0: ask the two above.
 *
 * Words are compared: a minute is two of them and perhaps a byte, the offset a part of one.  Text
 * that ends too soon after the stamp for that is read the long way. */
static inline size_t stamp_again(
    const struct stamp_memo *memo, struct str s, int64_t *t, int *ambiguous)
{
	const size_t n = memo->n;
	const char *seconds = s.p + n;
	unsigned tens, ones;

	if (!n || !memo->offset_n || s.n < n + STAMP_SECONDS + sizeof memo->offset)
		return 0;
	if ((stamp_word(s.p) ^ stamp_word(memo->prefix)) |
	    (stamp_word(s.p + 8) ^ stamp_word(memo->prefix + 8)) |
	    ((stamp_word(seconds + STAMP_SECONDS) & memo->offset_mask) ^ stamp_word(memo->offset)))
		return 0;
	tens = (unsigned)(unsigned char)seconds[1] - '0';
	ones = (unsigned)(unsigned char)seconds[2] - '0';
	if (seconds[-1] != memo->prefix[n - 1] || seconds[0] != ':' || tens > 5 || ones > 9)
		return 0;
	*t = memo->minute_s + tens * 10 + ones;
	if (*t > STAMP_LATEST_S || *t < 0)
		return 0;
	*ambiguous = memo->ambiguous;
	return n + STAMP_SECONDS + memo->offset_n;
}
#endif
