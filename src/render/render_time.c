#include "render_time.h"

#include <stdio.h>

#include "when.h"

#define G RENDER_GLUE

const char *render_time_instant(char buf[RENDER_TIME_SIZE], int64_t t)
{
	struct when_civil c;
	char second[16] = "";

	when_to_civil(t, &c);
	if (c.second != 0)
		(void)snprintf(second, sizeof second, ":%02d", c.second);
	(void)snprintf(buf, RENDER_TIME_SIZE, "%04d-%02d-%02d" G "%02d:%02d%s" G "UTC", c.year,
	    c.month, c.day, c.hour, c.minute, second);
	return buf;
}

static void day_text(
    char buf[RENDER_TIME_SIZE], const struct render_page *page, const struct when_civil *c)
{
	static const char month[][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug",
		"Sep", "Oct", "Nov", "Dec" };
	char year[16] = "";

	if (c->year != page->year)
		(void)snprintf(year, sizeof year, G "%04d", c->year);
	(void)snprintf(buf, RENDER_TIME_SIZE, "%d" G "%s%s", c->day, month[c->month - 1], year);
}

const char *render_time_span(
    char buf[RENDER_TIME_SIZE], const struct render_page *page, int64_t from, int64_t to)
{
	char first[RENDER_TIME_SIZE], second[RENDER_TIME_SIZE];
	struct when_civil a, b;

	when_to_civil(from, &a);
	when_to_civil(to, &b);
	day_text(first, page, &a);
	day_text(second, page, &b);
	if (a.year == b.year && a.month == b.month && a.day == b.day)
		(void)snprintf(buf, RENDER_TIME_SIZE, "%.24s" G "%02d:%02d%s%02d:%02d", first,
		    a.hour, a.minute, page->dash, b.hour, b.minute);
	else
		(void)snprintf(buf, RENDER_TIME_SIZE, "%.24s" G "%02d:%02d %s %.24s" G "%02d:%02d",
		    first, a.hour, a.minute, page->dash, second, b.hour, b.minute);
	return buf;
}

const char *render_time_length(char buf[RENDER_TIME_SIZE], int64_t seconds)
{
	static const struct {
		int64_t seconds;
		const char *name;
	} unit[] = {
		{ 86400, "day" },
		{ 3600, "hour" },
		{ 60, "minute" },
		{ 1, "second" },
	};
	size_t i = 0;
	long long n;

	while (i < 3 && seconds % unit[i].seconds != 0)
		i++;
	n = (long long)(seconds / unit[i].seconds);
	(void)snprintf(buf, RENDER_TIME_SIZE, "%lld" G "%s%s", n, unit[i].name, n == 1 ? "" : "s");
	return buf;
}
