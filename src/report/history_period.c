#include "history_period.h"

#include <string.h>

#include "err.h"
#include "when.h"

static const struct {
	const char *name, *many;
	enum spec_window_kind kind;
	enum zone_period period;
} lengths[] = {
	{ "hour", "hours", SPEC_HOUR, ZONE_HOUR },
	{ "day", "days", SPEC_DAY, ZONE_DAY },
	{ "week", "weeks", SPEC_WEEK, ZONE_WEEK },
	{ "month", "months", SPEC_MONTH, ZONE_MONTH },
	{ "quarter", "quarters", SPEC_QUARTER, ZONE_QUARTER },
};
#define LENGTHS (sizeof lengths / sizeof *lengths)

const char *history_by(size_t i)
{
	return i < LENGTHS ? lengths[i].name : NULL;
}

int history_period_parse(const char *by, struct spec_window *window)
{
	for (size_t i = 0; i < LENGTHS; i++) {
		if (strcmp(lengths[i].name, by) != 0)
			continue;
		*window = (struct spec_window){ lengths[i].kind, 0, lengths[i].name };
		return 1;
	}
	return 0;
}

/* ---- names ---- */

/* Hours that the clocks show twice differ in their offset. */
static const char *hour_name(struct history *h, const struct zone *zone, int64_t from)
{
	int32_t offset = zone_offset(zone, from), minutes = (offset < 0 ? -offset : offset) / 60;
	struct when_civil c;

	when_to_civil(from + offset, &c);
	if (strcmp(zone_name(zone), "UTC") == 0)
		return mem_arena_fmt(&h->arena, "%04d-%02d-%02d %02d:%02d", c.year, c.month, c.day,
		    c.hour, c.minute);
	return mem_arena_fmt(&h->arena, "%04d-%02d-%02d %02d:%02d%c%02d:%02d", c.year, c.month,
	    c.day, c.hour, c.minute, offset < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

static const char *name_of(
    struct history *h, enum zone_period length, const struct zone *zone, int64_t from)
{
	struct when_civil c;

	if (length == ZONE_HOUR)
		return hour_name(h, zone, from);
	when_to_civil(from + zone_offset(zone, from), &c);
	if (length == ZONE_MONTH)
		return mem_arena_fmt(&h->arena, "%04d-%02d", c.year, c.month);
	if (length == ZONE_QUARTER)
		return mem_arena_fmt(&h->arena, "%04d-Q%d", c.year, (c.month - 1) / 3 + 1);
	return mem_arena_fmt(&h->arena, "%04d-%02d-%02d", c.year, c.month, c.day);
}

/* ---- the list ---- */

static size_t find(enum spec_window_kind kind)
{
	size_t i = 0;

	while (i + 1 < LENGTHS && lengths[i].kind != kind)
		i++;
	return i;
}

static size_t count(enum zone_period length, const struct zone *zone, struct window_span span)
{
	size_t n = 0;

	for (int64_t t = span.from; t < span.to && n <= HISTORY_PERIODS_MAX; n++) {
		int64_t next = zone_next(zone, length, t);

		if (next <= t)
			break;
		t = next;
	}
	return n;
}

static enum nines_status too_many(
    const struct window_span *span, const char *many, struct nines_error *err)
{
	char from[WHEN_SIZE], to[WHEN_SIZE];

	return err_set(err, NINES_E_LIMIT,
	    "from %s to %s there are more than %d %s; --since and --until, or longer periods"
	    " (--by), make them fewer",
	    when_text(from, span->from), when_text(to, span->to), HISTORY_PERIODS_MAX, many);
}

enum nines_status history_period_list(struct history *h, const struct spec_window *by,
    const struct zone *zone, struct window_span span, struct nines_error *err)
{
	const size_t i = find(by->kind);
	const enum zone_period length = lengths[i].period;
	size_t n;

	if (span.from >= span.to)
		return NINES_OK;
	span.from = zone_floor(zone, length, span.from);
	n = count(length, zone, span);
	if (n > HISTORY_PERIODS_MAX)
		return too_many(&span, lengths[i].many, err);
	h->period = mem_arena_new(&h->arena, n, sizeof *h->period);
	if (h->period == NULL)
		return err_nomem(err);
	for (int64_t t = span.from; h->periods < n; h->periods++) {
		struct history_period *p = &h->period[h->periods];

		p->from = t;
		p->to = t = zone_next(zone, length, t);
		p->name = name_of(h, length, zone, p->from);
		if (p->name == NULL)
			return err_nomem(err);
	}
	return NINES_OK;
}
