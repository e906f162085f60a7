#include "stamp.h"

#include <string.h>

#include "when.h"

#define LATEST_S   STAMP_LATEST_S
#define CLF_MINUTE 17 /* 10/Oct/2000:13:55 */
#define ISO_MINUTE 16 /* 2023-11-15T01:02 */
#define CLOCK      5  /* 13:55 */
#define SECONDS    STAMP_SECONDS
#define OFFSET_MAX 7 /* blank, sign, hh:mm */

static int is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static size_t count_digits(struct str s)
{
	size_t n = 0;

	while (n < s.n && is_digit(s.p[n]))
		n++;
	return n;
}

static struct str from(struct str s, size_t i)
{
	return (struct str){ s.p + i, s.n - i };
}

/* Each byte of shape: '9' is a digit, others themselves. */
static int has_shape(const char *p, const char *shape, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (shape[i] == '9' ? !is_digit(p[i]) : p[i] != shape[i])
			return 0;
	return 1;
}

/* Up to the seconds, byte by byte: the least that may stand there, and how many more.  One loop
 * without branches, since every line goes through it.  The byte that parts date and time, and the
 * month, are looked at more closely. */
static const unsigned char clf_least[] = "00/AAA/0000\t00:00:00";
static const unsigned char clf_more[] = {
	9,
	9,
	0,
	57,
	57,
	57,
	0,
	9,
	9,
	9,
	9,
	107,
	9,
	9,
	0,
	9,
	9,
	0,
	9,
	9,
};
static const unsigned char iso_least[] = "0000-00-00\t00:00:00";
static const unsigned char iso_more[] = {
	9,
	9,
	9,
	9,
	0,
	9,
	9,
	0,
	9,
	9,
	107,
	9,
	9,
	0,
	9,
	9,
	0,
	9,
	9,
};

static int in_ranges(const char *p, const unsigned char *least, const unsigned char *more, size_t n)
{
	int outside = 0;

	for (size_t i = 0; i < n; i++)
		outside |= (unsigned char)((unsigned char)p[i] - least[i]) > more[i];
	return !outside;
}

static int parts_date_and_time(char c)
{
	return c == ':' || c == 'T' || c == 't' || c == ' ' || c == '\t';
}

/* The bytes up to the minute, or 0 when s is neither CLF nor ISO up to its seconds. */
static size_t minute_width(struct str s)
{
	if (s.n >= CLF_MINUTE + SECONDS && s.p[2] == '/' && parts_date_and_time(s.p[11]))
		return in_ranges(s.p, clf_least, clf_more, CLF_MINUTE + SECONDS) ? CLF_MINUTE : 0;
	if (s.n >= ISO_MINUTE + SECONDS && s.p[4] == '-' && parts_date_and_time(s.p[10]))
		return in_ranges(s.p, iso_least, iso_more, ISO_MINUTE + SECONDS) ? ISO_MINUTE : 0;
	return 0;
}

/* A dot or comma and digits, or nothing. */
static size_t fraction_width(struct str s)
{
	size_t digits;

	if (!s.n || (s.p[0] != '.' && s.p[0] != ','))
		return 0;
	digits = count_digits(from(s, 1));
	return digits ? digits + 1 : 0;
}

/* "Z", "+0530", "+05:30" or "+05", a blank before it or not, or nothing. */
static size_t offset_width(struct str s)
{
	const size_t blank = s.n && s.p[0] == ' ';
	const struct str o = from(s, blank);

	if (!o.n)
		return 0;
	if (!blank && (o.p[0] == 'Z' || o.p[0] == 'z'))
		return 1;
	if ((o.p[0] != '+' && o.p[0] != '-') || o.n < 3 || !has_shape(o.p + 1, "99", 2))
		return 0;
	if (o.n >= 6 && has_shape(o.p + 3, ":99", 3))
		return blank + 6;
	if (o.n >= 5 && has_shape(o.p + 3, "99", 2))
		return blank + 5;
	return blank + 3;
}

size_t stamp_width(struct str s)
{
	size_t n = minute_width(s);

	if (!n)
		return 0;
	n += SECONDS;
	n += fraction_width(from(s, n));
	return n + offset_width(from(s, n));
}

static int two_digits(const char *p)
{
	return (p[0] - '0') * 10 + (p[1] - '0');
}

static int month_of(const char *p)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

	for (int m = 0; m < 12; m++)
		if (!memcmp(p, names + m * 3, 3))
			return m + 1;
	return 0;
}

/* The civil minute of a prefix that has its shape. */
static struct when_civil civil_minute(const char *p, size_t n)
{
	struct when_civil c = { .second = 0 };

	if (n == CLF_MINUTE) {
		c.day = two_digits(p);
		c.month = month_of(p + 3);
		c.year = two_digits(p + 7) * 100 + two_digits(p + 9);
	} else {
		c.year = two_digits(p) * 100 + two_digits(p + 2);
		c.month = two_digits(p + 5);
		c.day = two_digits(p + 8);
	}
	c.hour = two_digits(p + n - 5);
	c.minute = two_digits(p + n - 2);
	return c;
}

/* Seconds to take off to get UTC; the text has the shape of an offset. 0 when there is no such
 * offset. */
static int offset_seconds(const char *p, size_t n, int *seconds)
{
	int hours, minutes;

	*seconds = 0;
	if (*p == 'Z' || *p == 'z')
		return 1;
	if (*p == ' ') {
		p++;
		n--;
	}
	hours = two_digits(p + 1);
	minutes = n > 3 ? two_digits(p + n - 2) : 0;
	*seconds = (hours * 60 + minutes) * 60;
	if (*p == '-')
		*seconds = -*seconds;
	return hours <= 23 && minutes <= 59;
}

/* A local second of a zone.  Its minute goes into the memo only when the zone's clocks ran through
 * it evenly. */
static int64_t local_second(
    struct stamp_memo *memo, const struct zone *zone, int64_t minute, int second, int *ambiguous)
{
	int64_t first, last, t;
	const enum zone_fit fit = zone_to_utc(zone, minute, &first);

	*ambiguous = zone_to_utc(zone, minute + second, &t) == ZONE_AMBIGUOUS;
	if (zone_to_utc(zone, minute + 60, &last) != fit || last - first != 60)
		memo->n = 0;
	memo->minute_s = first;
	memo->ambiguous = *ambiguous;
	return t;
}

/* The slow way, which fills the memo. */
static int parse_minute(
    struct stamp_memo *memo, const struct zone *zone, int second, int64_t *t, int *ambiguous)
{
	const struct when_civil c = civil_minute(memo->prefix, memo->n);
	int seconds;

	if (!when_valid(&c))
		return 0;
	memo->ambiguous = 0;
	memo->minute_s = when_from_civil(&c);
	if (memo->offset[0]) {
		if (!offset_seconds(memo->offset, strlen(memo->offset), &seconds))
			return 0;
		memo->minute_s -= seconds;
	} else if (zone) {
		*t = local_second(memo, zone, memo->minute_s, second, ambiguous);
		return 1;
	}
	*t = memo->minute_s + second;
	*ambiguous = 0;
	return 1;
}

/* What comes after the seconds: a fraction, which is dropped, and the offset, which is padded. */
static int take_offset(struct str tail, char offset[8])
{
	const size_t skip = fraction_width(tail);
	const struct str o = from(tail, skip);

	memset(offset, 0, 8);
	if (o.n > OFFSET_MAX || offset_width(o) != o.n)
		return 0;
	if (o.n)
		memcpy(offset, o.p, o.n);
	return 1;
}

/* "Z", "+0530" and "+05:30" are whole; after "+05" or nothing more might belong to the offset. */
static int ends_itself(const char *offset)
{
	const size_t n = strlen(offset);

	return n >= 5 || *offset == 'Z' || *offset == 'z';
}

/* Makes the memo one of these n bytes, a minute, and its offset. */
static void set_prefix(struct stamp_memo *memo, const char *p, size_t n, const char offset[8])
{
	memcpy(memo->prefix, p, n);
	memo->prefix[n] = ':';
	memo->n = n;
	memcpy(memo->offset, offset, sizeof memo->offset);
	memo->offset_mask = 0;
	memset(&memo->offset_mask, 0xff, strlen(offset));
	memo->width = 0;
}

/* "13:55" in seconds since midnight; -1: these five bytes are no time of day. */
static int clock_seconds(const char *p)
{
	if (!has_shape(p, "99:99", CLOCK) || two_digits(p) > 23 || two_digits(p + 3) > 59)
		return -1;
	return (two_digits(p) * 60 + two_digits(p + 3)) * 60;
}

int stamp_is_same_day(struct stamp_memo *memo, const char *p, int64_t *t)
{
	const size_t colon = memo->n, clock = colon - CLOCK, offset = colon + SECONDS;
	const int was = clock_seconds(memo->prefix + clock), is = clock_seconds(p + clock);
	const int64_t minute_s = memo->minute_s - was + is;

	if (memcmp(p, memo->prefix, clock) != 0 || is < 0 ||
	    memcmp(p + offset, memo->offset, memo->width - offset) != 0 ||
	    !has_shape(p + colon, ":99", SECONDS) || two_digits(p + colon + 1) > 59)
		return 0;
	if (minute_s < 0 || minute_s > LATEST_S - 59)
		return 0;
	memcpy(memo->prefix + clock, p + clock, CLOCK);
	memo->minute_s = minute_s;
	*t = minute_s + two_digits(p + colon + 1);
	return 1;
}

static int parse_civil(
    struct stamp_memo *memo, const struct zone *zone, struct str s, int64_t *t, int *ambiguous)
{
	const size_t n = s.n > 2 && s.p[2] == '/' ? CLF_MINUTE : ISO_MINUTE;
	char offset[8];
	int second, is_known;

	if (s.n < n + SECONDS || s.p[n] != ':' || !is_digit(s.p[n + 1]) || !is_digit(s.p[n + 2]))
		return 0;
	second = two_digits(s.p + n + 1);
	if (second > 60 || !take_offset(from(s, n + SECONDS), offset))
		return 0;
	is_known = memo->n == n && !memcmp(memo->prefix, s.p, n) &&
	    !memcmp(memo->offset, offset, sizeof offset);
	if (is_known)
		*t = memo->minute_s + second;
	if (is_known || (memo->width == s.n && stamp_is_same_day(memo, s.p, t))) {
		*ambiguous = memo->ambiguous;
		return 1;
	}
	memo->n = memo->width = 0;
	if (minute_width(s) != n)
		return 0;
	set_prefix(memo, s.p, n, offset);
	if (!parse_minute(memo, zone, second, t, ambiguous)) {
		memo->n = 0;
		return 0;
	}
	if (memo->n && ends_itself(offset) && memo->minute_s >= 0 &&
	    memo->minute_s <= LATEST_S - 59)
		memo->width = n + SECONDS + strlen(offset);
	return 1;
}

/* A JSON number: its digits without the dot, and how many of them are before it. */
struct number {
	struct str whole, fraction;
	int exponent;
};

static int take_number(struct str s, struct number *x)
{
	size_t n;
	int minus, e = 0;

	x->whole = (struct str){ s.p, count_digits(s) };
	s = from(s, x->whole.n);
	x->fraction = (struct str){ s.p, 0 };
	if (s.n && s.p[0] == '.') {
		x->fraction = (struct str){ s.p + 1, count_digits(from(s, 1)) };
		s = from(s, 1 + x->fraction.n);
		if (!x->fraction.n)
			return 0;
	}
	x->exponent = 0;
	if (!s.n)
		return x->whole.n > 0;
	if (s.p[0] != 'e' && s.p[0] != 'E')
		return 0;
	s = from(s, 1);
	minus = s.n && s.p[0] == '-';
	if (s.n && (s.p[0] == '-' || s.p[0] == '+'))
		s = from(s, 1);
	n = count_digits(s);
	if (!n || n > 2 || n != s.n)
		return 0;
	for (size_t i = 0; i < n; i++)
		e = e * 10 + (s.p[i] - '0');
	x->exponent = minus ? -e : e;
	return x->whole.n > 0;
}

/* The first 9 or 10 digits before the dot are seconds; by threes more of them are milli, micro,
 * nano. */
static int parse_epoch(struct str s, int64_t *t)
{
	struct number x;
	int64_t v = 0;
	int digits, seconds;

	if (!take_number(s, &x) || x.whole.n > 19 || x.whole.p[0] == '0')
		return 0;
	digits = (int)x.whole.n + x.exponent;
	if (digits < 9 || digits > 19)
		return 0;
	if (digits % 3 == 2)
		return 0;
	seconds = 9 + digits % 3;
	for (int i = 0; i < seconds; i++) {
		const size_t at = (size_t)i;
		char digit = '0';

		if (at < x.whole.n)
			digit = x.whole.p[at];
		else if (at - x.whole.n < x.fraction.n)
			digit = x.fraction.p[at - x.whole.n];
		v = v * 10 + (digit - '0');
	}
	*t = v;
	return 1;
}

/* Eight digits at once: of bytes, then of pairs, then of fours, one is taken times its base and the
 * one behind it added.  A byte is a digit when neither it nor six more than it is over fifteen; one
 * that is told of anyway may carry. */
static inline int eight_digits(const char *p, uint64_t *v)
{
	uint64_t word;

	memcpy(&word, p, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	word = __builtin_bswap64(word);
#endif
	word ^= UINT64_C(0x3030303030303030);
	if ((word | (word + UINT64_C(0x0606060606060606))) & UINT64_C(0xf0f0f0f0f0f0f0f0))
		return 0;
	word = (word * 10 + (word >> 8)) & UINT64_C(0x00ff00ff00ff00ff);
	word = (word * 100 + (word >> 16)) & UINT64_C(0x0000ffff0000ffff);
	*v = (word * 10000 + (word >> 32)) & UINT64_C(0xffffffff);
	return 1;
}

/* "1735689600.444359", as nearly all are: ten digits, and perhaps a dot and others.  0: it is
 * none. */
static int parse_seconds(struct str s, int64_t *t)
{
	uint64_t v;

	if (s.n < 10 || s.p[0] == '0' || !eight_digits(s.p, &v) || !is_digit(s.p[8]) ||
	    !is_digit(s.p[9]))
		return 0;
	if (s.n > 10 && (s.n == 11 || s.p[10] != '.'))
		return 0;
	for (size_t i = 11; i < s.n; i++)
		if (!is_digit(s.p[i]))
			return 0;
	*t = (int64_t)v * 100 + (s.p[8] - '0') * 10 + (s.p[9] - '0');
	return 1;
}

int stamp_parse(
    struct stamp_memo *memo, const struct zone *zone, struct str s, int64_t *t, int *ambiguous)
{
	int64_t at;
	int twice = 0, ok;

	if (s.n >= 2 && s.p[0] == '[' && s.p[s.n - 1] == ']')
		s = (struct str){ s.p + 1, s.n - 2 };
	if (s.n > 4 && (s.p[2] == '/' || s.p[4] == '-'))
		ok = parse_civil(memo, zone, s, &at, &twice);
	else
		ok = s.n && (parse_seconds(s, &at) || parse_epoch(s, &at));
	if (!ok || at < 0 || at > LATEST_S)
		return 0;
	*t = at;
	*ambiguous = twice;
	return 1;
}
