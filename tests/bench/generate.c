/* generate: the access log of a web shop, for benchmarks, examples and tests.
 *
 * The same options give the same bytes on every machine: the dice are its own, all arithmetic is on
 * integers, and nothing is read but the options.  Traffic follows a day's curve and the day of the
 * week; from 10:05 to 10:50 on one day there is an incident.  See shop.h for what the lines tell.
 */
#include "style.h"
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define FLUSH_BYTES ((size_t)1 << 20)
#define LINES_MOST  UINT64_C(1000000000)
#define DAYS_MOST   UINT64_C(1000)

struct plan {
	uint64_t lines, minutes, seed;
	int64_t start_s;
	uint64_t incident_day; /* from 1; 0: none */
	unsigned campaign;     /* lines in a thousand, from 10:00 to 11:00 on the incident's day */
	uint64_t odd;          /* one line in so many cannot be read; 0: none */
	const struct style *style;
};

/* Minutes from the start of the incident's day, or a number that no minute reaches. */
static uint64_t minutes_into_incident_day(const struct plan *plan, uint64_t minute)
{
	const uint64_t of_day = ((uint64_t)plan->start_s / 60 + minute) % DAY_MINUTES;
	const uint64_t first = (uint64_t)plan->start_s / 60 % DAY_MINUTES;

	return plan->incident_day && (minute + first) / DAY_MINUTES + 1 == plan->incident_day
	    ? of_day
	    : UINT64_MAX;
}

static int in_incident(const struct plan *plan, uint64_t minute)
{
	const uint64_t at = minutes_into_incident_day(plan, minute);

	return at >= 605 && at < 650;
}

/* Traffic of a minute by the hour of the day, between hours in a straight line, and the day of the
 * week. */
static uint64_t minute_weight(const struct plan *plan, uint64_t minute)
{
	/* clang-format off */
	static const unsigned hour[25] = {
		62, 48, 40, 36, 36, 42, 58, 78, 98, 114, 124, 128,
		132, 126, 122, 120, 122, 128, 136, 148, 154, 142, 112, 84, 62,
	};
	/* In tenths, from Thursday, as 1 January 1970 was. */
	static const unsigned weekday[7] = { 10, 10, 10, 11, 12, 11, 10 };
	/* clang-format on */
	const uint64_t at = (uint64_t)plan->start_s / 60 + minute;
	const uint64_t hh = at % DAY_MINUTES / 60, mm = at % 60;

	return (hour[hh] * (60 - mm) + hour[hh + 1] * mm) / 60 * weekday[at / DAY_MINUTES % 7];
}

struct writer {
	struct buf buf;
	struct stamp stamp;
};

static int writer_flush(struct writer *w)
{
	for (size_t at = 0; at < w->buf.n;) {
		const ssize_t n = write(STDOUT_FILENO, w->buf.p + at, w->buf.n - at);

		if (n < 0)
			return -1;
		at += (size_t)n;
	}
	w->buf.n = 0;
	return 0;
}

static int writer_line(
    struct writer *w, struct shop *shop, const struct plan *plan, const struct event *e)
{
	if (w->stamp.minute != e->time_s / 60)
		style_stamp(&w->stamp, e->time_s / 60);
	if (plan->odd && dice_roll(&shop->dice) % plan->odd == 0)
		style_odd_line(plan->style, &w->buf, e, &w->stamp, &shop->dice);
	else
		plan->style->line(&w->buf, e, &w->stamp);
	return w->buf.n < FLUSH_BYTES ? 0 : writer_flush(w);
}

/* One line in twelve is up to four seconds older than those before it; the first and the last one
 * are not, so that the log's span is the one that was asked for. */
static int64_t choose_delay(struct dice *dice, uint64_t done, uint64_t lines)
{
	const unsigned at = dice_below(dice, 48);

	return at < 4 && done > 60 && done + 1 < lines ? (int64_t)at + 1 : 0;
}

static int write_log(struct writer *w, struct shop *shop, const struct plan *plan)
{
	uint64_t total = 0, sum = 0, extra, done = 0;
	struct event e;

	for (uint64_t m = 0; m < plan->minutes; m++)
		total += minute_weight(plan, m);
	extra = total * plan->campaign / (1000 - plan->campaign) / 60;
	if (plan->campaign)
		total += extra * 60;
	for (uint64_t m = 0; m < plan->minutes; m++) {
		const uint64_t at = minutes_into_incident_day(plan, m), first = done;
		uint64_t until;

		sum += minute_weight(plan, m) + (at >= 600 && at < 660 ? extra : 0);
		until = m + 1 == plan->minutes ? plan->lines : plan->lines * sum / total;
		for (; done < until; done++) {
			const uint64_t second =
			    ((done - first) * 60 + dice_below(&shop->dice, 60)) / (until - first);

			e.time_s = plan->start_s + (int64_t)(m * 60 + second) -
			    choose_delay(&shop->dice, done, plan->lines);
			shop_event(shop, &e, in_incident(plan, m));
			if (writer_line(w, shop, plan, &e))
				return -1;
		}
	}
	return writer_flush(w);
}

static const char usage[] =
    "usage: nines_generate [OPTION...] >LOG\n"
    "  --lines N            lines (1000)\n"
    "  --days D, --hours H  span (28 days)\n"
    "  --start DATE         its first minute, UTC: 2025-01-01 (the default) or "
    "2025-01-01T10:00:00Z\n"
    "  --seed S             other dice (1)\n"
    "  --style NAME         combined-time, short, long, json-nginx or json-caddy (combined-time)\n"
    "  --journeys-mix NAME  shop (shop)\n"
    "  --incident-day K     the day of the outage, from 1; 0: none (the middle one)\n"
    "  --campaign P         lines in a thousand that a newsletter brings at 10:00 that day (0)\n"
    "  --odd N              one line in N cannot be read (0: none)\n";

enum option_id {
	LINES = 256,
	DAYS,
	HOURS,
	START,
	SEED,
	STYLE,
	MIX,
	INCIDENT_DAY,
	CAMPAIGN,
	ODD,
	HELP
};

/* clang-format off */
static const struct option options[] = {
	{ "lines", required_argument, NULL, LINES },
	{ "days", required_argument, NULL, DAYS },
	{ "hours", required_argument, NULL, HOURS },
	{ "start", required_argument, NULL, START },
	{ "seed", required_argument, NULL, SEED },
	{ "style", required_argument, NULL, STYLE },
	{ "journeys-mix", required_argument, NULL, MIX },
	{ "incident-day", required_argument, NULL, INCIDENT_DAY },
	{ "campaign", required_argument, NULL, CAMPAIGN },
	{ "odd", required_argument, NULL, ODD },
	{ "help", no_argument, NULL, HELP },
	{ NULL, 0, NULL, 0 },
};
/* clang-format on */

/* Decimal digits, at most `most`. */
static int parse_number(const char *s, uint64_t most, uint64_t *value)
{
	uint64_t v = 0;

	if (!*s)
		return -1;
	for (; *s; s++) {
		if (*s < '0' || *s > '9')
			return -1;
		v = v * 10 + (uint64_t)(*s - '0');
		if (v > most)
			return -1;
	}
	*value = v;
	return 0;
}

/* The digits of `s` where `shape` has a '0'; every other byte must be the shape's. */
static int parse_shape(const char *s, const char *shape, unsigned *digit)
{
	for (; *shape; s++, shape++) {
		if (*shape != '0' ? *s != *shape : *s < '0' || *s > '9')
			return -1;
		if (*shape == '0')
			*digit++ = (unsigned)(*s - '0');
	}
	return *s ? -1 : 0;
}

static int parse_start(const char *s, int64_t *start_s)
{
	unsigned d[14] = { 0 };
	unsigned year, month, day, hh, mm, ss;

	if (parse_shape(s, "0000-00-00", d) && parse_shape(s, "0000-00-00T00:00:00Z", d))
		return -1;
	year = d[0] * 1000 + d[1] * 100 + d[2] * 10 + d[3];
	month = d[4] * 10 + d[5];
	day = d[6] * 10 + d[7];
	hh = d[8] * 10 + d[9];
	mm = d[10] * 10 + d[11];
	ss = d[12] * 10 + d[13];
	if (year < 1970 || month < 1 || month > 12 || day < 1 || day > 31 || hh > 23 || mm > 59 ||
	    ss)
		return -1;
	*start_s = style_days(year, month, day) * 86400 + hh * 3600 + mm * 60;
	return 0;
}

static int parse_option(struct plan *plan, int id, const char *s)
{
	uint64_t n = 0;
	int rc = -1;

	switch (id) {
	case LINES:
		return parse_number(s, LINES_MOST, &plan->lines);
	case DAYS:
		rc = parse_number(s, DAYS_MOST, &n);
		plan->minutes = n * DAY_MINUTES;
		return rc;
	case HOURS:
		rc = parse_number(s, DAYS_MOST * 24, &n);
		plan->minutes = n * 60;
		return rc;
	case START:
		return parse_start(s, &plan->start_s);
	case SEED:
		return parse_number(s, UINT64_MAX / 10 - 1, &plan->seed);
	case STYLE:
		plan->style = style_find(s);
		return plan->style ? 0 : -1;
	case MIX:
		return strcmp(s, "shop") == 0 ? 0 : -1;
	case INCIDENT_DAY:
		return parse_number(s, DAYS_MOST, &plan->incident_day);
	case CAMPAIGN:
		rc = parse_number(s, 500, &n);
		plan->campaign = (unsigned)n;
		return rc;
	case ODD:
		return parse_number(s, LINES_MOST, &plan->odd);
	default:
		return -1;
	}
}

int main(int argc, char **argv)
{
	struct plan plan = { .lines = 1000,
		.minutes = 28 * DAY_MINUTES,
		.seed = 1,
		.start_s = 1735689600,
		.incident_day = UINT64_MAX,
		.style = style_find("combined-time") };
	struct writer w = { .stamp.minute = -1 };
	struct shop shop;
	int id, rc;

	while ((id = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (id == HELP)
			return fputs(usage, stdout) < 0;
		if (parse_option(&plan, id, optarg)) {
			fputs(usage, stderr);
			return 2;
		}
	}
	if (optind != argc || plan.minutes == 0) {
		fputs(usage, stderr);
		return 2;
	}
	if (plan.incident_day == UINT64_MAX)
		plan.incident_day = (plan.minutes / DAY_MINUTES + 1) / 2;
	w.buf.p = malloc(FLUSH_BYTES + STYLE_LINE_BYTES);
	if (!w.buf.p) {
		perror("nines_generate");
		return 2;
	}
	shop = (struct shop){ .dice.state = plan.seed, .wording = plan.style->wording };
	rc = write_log(&w, &shop, &plan);
	if (rc)
		perror("nines_generate");
	free(w.buf.p);
	return rc ? 2 : 0;
}
