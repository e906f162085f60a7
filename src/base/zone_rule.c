#include "zone_rule.h"

#include "when.h"

#define DAY_S INT64_C(86400)

static int cut(struct str *s, char c)
{
	if (s->n == 0 || s->p[0] != c)
		return 0;
	s->p++;
	s->n--;
	return 1;
}

static int cut_number(struct str *s, int most, int *value)
{
	int v = 0, digits = 0;

	for (; s->n > 0 && s->p[0] >= '0' && s->p[0] <= '9'; s->p++, s->n--, digits++) {
		v = v * 10 + (s->p[0] - '0');
		if (v > most)
			return 0;
	}
	*value = v;
	return digits > 0;
}

static int is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* "CET" or "<+03>". */
static int cut_name(struct str *s)
{
	size_t n = 0;

	if (cut(s, '<')) {
		n = str_find(*s, 0, '>');
		if (n == s->n)
			return 0;
		*s = (struct str){ s->p + n + 1, s->n - n - 1 };
		return 1;
	}
	while (n < s->n && is_letter(s->p[n]))
		n++;
	*s = (struct str){ s->p + n, s->n - n };
	return n >= 3;
}

/* [+-]hh[:mm[:ss]] */
static int cut_time(struct str *s, int hours, int64_t *seconds)
{
	const int negative = cut(s, '-');
	int h, m = 0, sec = 0;

	if (!negative)
		(void)cut(s, '+');
	if (!cut_number(s, hours, &h))
		return 0;
	if (cut(s, ':')) {
		if (!cut_number(s, 59, &m))
			return 0;
		if (cut(s, ':') && !cut_number(s, 59, &sec))
			return 0;
	}
	*seconds = (h * 3600 + m * 60 + sec) * (negative ? -1 : 1);
	return 1;
}

static int cut_day(struct str *s, struct zone_day *r)
{
	*r = (struct zone_day){ .time_s = 2 * 3600 };
	if (!cut(s, ','))
		return 0;
	if (cut(s, 'M')) {
		r->kind = ZONE_DAY_OF_WEEK;
		if (!cut_number(s, 12, &r->month) || !cut(s, '.') || !cut_number(s, 5, &r->week) ||
		    !cut(s, '.') || !cut_number(s, 6, &r->day) || r->month < 1 || r->week < 1)
			return 0;
	} else if (cut(s, 'J')) {
		r->kind = ZONE_DAY_WITHOUT_LEAP;
		if (!cut_number(s, 365, &r->day) || r->day < 1)
			return 0;
	} else {
		r->kind = ZONE_DAY_OF_YEAR;
		if (!cut_number(s, 365, &r->day))
			return 0;
	}
	return !cut(s, '/') || cut_time(s, 167, &r->time_s);
}

int zone_rule_parse(struct str s, struct zone_rule *rule)
{
	int64_t west;

	*rule = (struct zone_rule){ 0 };
	if (s.n == 0)
		return 1;
	if (!cut_name(&s) || !cut_time(&s, 24, &west))
		return 0;
	rule->present = 1;
	rule->standard_s = (int32_t)-west;
	if (s.n == 0)
		return 1;
	rule->has_dst = 1;
	rule->dst_s = rule->standard_s + 3600;
	if (!cut_name(&s))
		return 0;
	if (s.n > 0 && s.p[0] != ',') {
		if (!cut_time(&s, 24, &west))
			return 0;
		rule->dst_s = (int32_t)-west;
	}
	return cut_day(&s, &rule->start) && cut_day(&s, &rule->end) && s.n == 0;
}

static int64_t first_of(int year, int month)
{
	return when_from_civil(&(struct when_civil){ .year = year, .month = month, .day = 1 });
}

/* Local civil seconds of the change in that year. */
static int64_t local_of(const struct zone_day *r, int year)
{
	int64_t day = first_of(year, 1);
	int weekday;

	if (r->kind == ZONE_DAY_OF_WEEK) {
		const int64_t next =
		    r->month == 12 ? first_of(year + 1, 1) : first_of(year, r->month + 1);

		day = first_of(year, r->month);
		weekday = (when_weekday(day) + 1) % 7; /* 0 = Sunday, as the rule counts */
		day += ((r->day - weekday + 7) % 7 + (r->week - 1) * 7) * DAY_S;
		while (day >= next)
			day -= 7 * DAY_S;
	} else if (r->kind == ZONE_DAY_WITHOUT_LEAP) {
		const int leap = first_of(year, 3) - first_of(year, 2) == 29 * DAY_S;

		day += (r->day - 1 + (leap && r->day >= 60)) * DAY_S;
	} else {
		day += r->day * DAY_S;
	}
	return day + r->time_s;
}

struct zone_stretch zone_rule_stretch(const struct zone_rule *rule, int64_t t)
{
	struct zone_stretch s = { INT64_MIN, INT64_MAX, rule->standard_s };
	struct when_civil c;

	if (!rule->has_dst)
		return s;
	when_to_civil(t, &c);
	for (int year = c.year - 1; year <= c.year + 1; year++) {
		/* clang-format off */
		const struct zone_stretch change[] = {
			{ local_of(&rule->end, year) - rule->dst_s, 0, rule->standard_s },
			{ local_of(&rule->start, year) - rule->standard_s, 0, rule->dst_s },
		};
		/* clang-format on */

		for (size_t i = 0; i < 2; i++) {
			/* Ends come first: where one falls on a start, daylight saving time goes
			 * on. */
			if (change[i].from <= t && change[i].from >= s.from) {
				s.from = change[i].from;
				s.offset = change[i].offset;
			} else if (change[i].from > t && change[i].from < s.until) {
				s.until = change[i].from;
			}
		}
	}
	return s;
}
