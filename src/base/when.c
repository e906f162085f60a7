#include "when.h"

#include <stdio.h>
#include <string.h>

#include "num.h"

#define DAY_S   86400
#define FIRST_S INT64_C(-62135596800) /* 0001-01-01T00:00:00Z */
#define LAST_S  INT64_C(253402300799) /* 9999-12-31T23:59:59Z */

static int days_in_month(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	const int leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return month == 2 && leap ? 29 : days[month - 1];
}

int when_valid(const struct when_civil *c)
{
	return c->year >= 1 && c->year <= 9999 && c->month >= 1 && c->month <= 12 && c->day >= 1 &&
	    c->day <= days_in_month(c->year, c->month) && c->hour >= 0 && c->hour <= 23 &&
	    c->minute >= 0 && c->minute <= 59 && c->second >= 0 && c->second <= 60;
}

/* Years begin in March and eras have 400 years, so that the leap day is the last of its year. */
int64_t when_from_civil(const struct when_civil *c)
{
	const int64_t year = (int64_t)c->year - (c->month <= 2);
	const int64_t era = (year >= 0 ? year : year - 399) / 400;
	const int64_t year_of_era = year - era * 400;
	const int64_t month = (c->month + 9) % 12;
	const int64_t day_of_year = (153 * month + 2) / 5 + c->day - 1;
	const int64_t day_of_era =
	    year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
	const int64_t days = era * 146097 + day_of_era - 719468;

	return days * DAY_S + c->hour * 3600 + c->minute * 60 + c->second;
}

void when_to_civil(int64_t t, struct when_civil *c)
{
	int64_t days, second, day_of_era, year_of_era, day_of_year, month;

	t = t < FIRST_S ? FIRST_S : t > LAST_S ? LAST_S : t;
	days = when_floor(t, DAY_S) / DAY_S + 719468; /* since 0000-03-01: never negative here */
	second = t - when_floor(t, DAY_S);
	day_of_era = days % 146097;
	year_of_era =
	    (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	month = (5 * day_of_year + 2) / 153;
	c->day = (int)(day_of_year - (153 * month + 2) / 5 + 1);
	c->month = (int)(month < 10 ? month + 3 : month - 9);
	c->year = (int)(year_of_era + days / 146097 * 400) + (c->month <= 2);
	c->hour = (int)(second / 3600);
	c->minute = (int)(second / 60 % 60);
	c->second = (int)(second % 60);
}

int when_weekday(int64_t t)
{
	const int64_t days = when_floor(t, DAY_S) / DAY_S; /* day 0 was a Thursday */

	return (int)(((days % 7) + 7 + 3) % 7);
}

const char *when_text(char buf[WHEN_SIZE], int64_t t)
{
	struct when_civil c;

	when_to_civil(t, &c);
	(void)snprintf(buf, WHEN_SIZE, "%04u-%02u-%02uT%02u:%02u:%02uZ", (unsigned)c.year % 10000,
	    (unsigned)c.month % 100, (unsigned)c.day % 100, (unsigned)c.hour % 100,
	    (unsigned)c.minute % 100, (unsigned)c.second % 100);
	return buf;
}

/* Takes exactly `digits` decimal digits off the front of s. */
static int cut_number(struct str *s, size_t digits, int *value)
{
	uint64_t v;

	if (s->n < digits || !str_u64((struct str){ s->p, digits }, &v))
		return 0;
	s->p += digits;
	s->n -= digits;
	*value = (int)v;
	return 1;
}

static int cut_char(struct str *s, const char *any)
{
	if (s->n == 0 || s->p[0] == '\0' || !strchr(any, s->p[0]))
		return 0;
	s->p++;
	s->n--;
	return 1;
}

static int cut_clock(struct str *s, struct when_civil *c)
{
	size_t digits = 0;

	if (!cut_number(s, 2, &c->hour) || !cut_char(s, ":") || !cut_number(s, 2, &c->minute))
		return 0;
	if (!cut_char(s, ":"))
		return 1;
	if (!cut_number(s, 2, &c->second))
		return 0;
	if (!cut_char(s, "."))
		return 1;
	for (; cut_char(s, "0123456789"); digits++)
		;
	return digits > 0;
}

/* An offset, "Z" or nothing; s must end after it. */
static int cut_offset(struct str *s, int *offset_s, int *has_offset)
{
	const int west = s->n > 0 && s->p[0] == '-';
	int hour, minute;

	*offset_s = 0;
	*has_offset = s->n > 0;
	if (s->n == 0 || (s->n == 1 && cut_char(s, "Zz")))
		return 1;
	if (!cut_char(s, "+-") || !cut_number(s, 2, &hour) || !cut_char(s, ":") ||
	    !cut_number(s, 2, &minute) || hour > 23 || minute > 59)
		return 0;
	*offset_s = (hour * 3600 + minute * 60) * (west ? -1 : 1);
	return s->n == 0;
}

int when_rfc3339(struct str s, int64_t *t, int *has_offset)
{
	struct when_civil c = { 0 };
	int offset_s = 0, offset = 0;

	if (!cut_number(&s, 4, &c.year) || !cut_char(&s, "-") || !cut_number(&s, 2, &c.month) ||
	    !cut_char(&s, "-") || !cut_number(&s, 2, &c.day))
		return 0;
	if (s.n > 0 &&
	    (!cut_char(&s, "Tt ") || !cut_clock(&s, &c) || !cut_offset(&s, &offset_s, &offset)))
		return 0;
	if (!when_valid(&c))
		return 0;
	*t = when_from_civil(&c) - offset_s;
	*has_offset = offset;
	return 1;
}

/* The unit is 10^scale nanoseconds times `times`.  Weeks are read, never written. */
/* clang-format off */
static const struct span_unit {
	const char *name;
	unsigned scale;
	int64_t times;
	int written;
} span_unit[] = {
	{ "w", 9, 604800, 0 },
	{ "d", 9, 86400, 1 },
	{ "h", 9, 3600, 1 },
	{ "m", 9, 60, 1 },
	{ "s", 9, 1, 1 },
	{ "ms", 6, 1, 1 },
	{ "us", 3, 1, 1 },
	{ "ns", 0, 1, 1 },
};
/* clang-format on */
#define SPAN_UNITS (sizeof span_unit / sizeof *span_unit)

int when_span(struct str s, int64_t *ns)
{
	size_t digits = 0;
	struct str unit;
	uint64_t v;

	while (digits < s.n && ((s.p[digits] >= '0' && s.p[digits] <= '9') || s.p[digits] == '.'))
		digits++;
	unit = (struct str){ s.p + digits, s.n - digits };
	s.n = digits;
	for (size_t i = 0; i < SPAN_UNITS; i++) {
		const struct span_unit *const u = &span_unit[i];

		if (!str_is(unit, u->name))
			continue;
		if (!num_scaled(s, u->scale, &v) || v > (uint64_t)(INT64_MAX / u->times))
			return 0;
		*ns = (int64_t)v * u->times;
		return 1;
	}
	return 0;
}

static int64_t unit_ns(const struct span_unit *u)
{
	int64_t ns = u->times;

	for (unsigned i = 0; i < u->scale; i++)
		ns *= 10;
	return ns;
}

const char *when_span_text(char buf[WHEN_SIZE], int64_t ns)
{
	for (size_t i = 0; i < SPAN_UNITS; i++) {
		const int64_t unit = unit_ns(&span_unit[i]);

		if (ns == 0 || !span_unit[i].written || ns % unit != 0)
			continue;
		(void)snprintf(buf, WHEN_SIZE, "%lld%s", (long long)(ns / unit), span_unit[i].name);
		return buf;
	}
	(void)snprintf(buf, WHEN_SIZE, "0s");
	return buf;
}

int64_t when_floor(int64_t t, int64_t step)
{
	const int64_t rest = t % step;

	if (rest >= 0)
		return t - rest;
	return t < INT64_MIN + step + rest ? INT64_MIN : t - rest - step;
}
