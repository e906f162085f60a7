#include "tally_room.h"

#include <stdio.h>
#include <string.h>

#include "mem.h"
#include "render_object.h"
#include "report.h"
#include "report_reach.h"
#include "spec.h"
#include "tally.h"
#include "when.h"

#define MINUTE 60
#define HOUR   3600
#define DAY    86400
#define SLIS   2
#define SPANS  4
#define NOW    INT64_C(1740787200) /* 2025-03-01T00:00:00Z */

/* xorshift64*, Vigna 2016. */
struct dice {
	uint64_t state;
};

static uint64_t roll(struct dice *d, uint64_t sides)
{
	d->state ^= d->state >> 12;
	d->state ^= d->state << 25;
	d->state ^= d->state >> 27;
	return (d->state * UINT64_C(2685821657736338717) >> 11) % sides;
}

/* ---- a random config ---- */

struct text {
	char p[8000];
	size_t n;
};

static void add(struct text *t, const char *s)
{
	t->n += (size_t)snprintf(t->p + t->n, sizeof t->p - t->n, "%s", s);
	ck_assert(t->n < sizeof t->p);
}

#define ANY(d, list) (list[roll(d, sizeof(list) / sizeof *(list))])

static void add_objective(struct text *t, struct dice *d)
{
	static const char *const target[] = { "99.9%", "90%", "50%", "100%" };
	static const char *const window[] = { "1h", "6h", "1d", "3d", "7d", "28d", "hour", "day",
		"week", "month", "quarter" };
	static const char *const method[] = { "", "", ", method: timeslices, slice: 5m",
		", method: timeslices, slice: 1h", ", method: ratio-timeslices, slice: 20m",
		", method: timeslices, slice: 1m" };
	static const char *const empty[] = { "", ", on_empty: good", ", on_empty: bad" };
	const char *how = ANY(d, method);

	add(t, "{ target: ");
	add(t, ANY(d, target));
	add(t, ", window: ");
	add(t, ANY(d, window));
	add(t, how);
	add(t, *how != '\0' ? ANY(d, empty) : "");
	add(t, " }");
}

static void add_exclusions(struct text *t, struct dice *d)
{
	char line[160], from[WHEN_SIZE], to[WHEN_SIZE];
	size_t n = roll(d, 4);

	if (n == 0)
		return;
	add(t, "exclude:\n");
	for (size_t i = 0; i < n; i++) {
		int64_t at = NOW - (int64_t)roll(d, 50 * DAY / MINUTE) * MINUTE;

		(void)snprintf(line, sizeof line, "  - { from: '%s', to: '%s', reason: work }\n",
		    when_text(from, at),
		    when_text(to, at + MINUTE + (int64_t)roll(d, 3000) * MINUTE));
		add(t, line);
	}
}

static struct spec *random_spec(struct dice *d)
{
	static const char *const gap[] = { "10m", "1h", "12h", "3d" };
	static const char *const alerts[] = { "alerts: default\n", "alerts: []\n",
		"alerts: [ { budget: 5%, long: 12h, short: 30m, severity: page } ]\n",
		"alerts: [ { budget: 5%, long: 10d, short: 1d, severity: page } ]\n" };
	static const char *const zone[] = { "UTC", "Asia/Kathmandu", "America/New_York" };
	struct text t = { .n = 0 };
	struct nines_error err = { 0 };
	struct spec *spec;

	add(&t, "version: 1\ntimezone: ");
	add(&t, ANY(d, zone));
	add(&t, "\nlogs: { format: combined, max_gap: ");
	add(&t, ANY(d, gap));
	add(&t, " }\n");
	add(&t, ANY(d, alerts));
	add_exclusions(&t, d);
	add(&t, "journeys:\n- name: j\n  slis:\n");
	for (int i = 0; i < SLIS; i++) {
		add(&t,
		    i == 0 ? "  - name: a\n    good: { status: '^2' }\n"
		           : "  - name: b\n    good: { status: '^[23]' }\n");
		add(&t, "    objective:\n    - ");
		add_objective(&t, d);
		add(&t, "\n    - ");
		add_objective(&t, d);
		add(&t, "\n");
	}
	ck_assert_msg(spec_build(&spec, nines_io_system(), "nines.yaml", (struct str){ t.p, t.n },
	                  &err) == NINES_OK,
	    "%s\n%s", err.text, t.p);
	return spec;
}

/* ---- random counts ---- */

struct world {
	struct spec *spec;
	struct tally tally;
	struct report_span span[SLIS][SPANS], all;
	struct report_counted counted[SLIS];
	struct report_store store;
};

static int is_counted(const struct report_counted *c, int64_t t)
{
	for (size_t i = 0; i < c->spans; i++)
		if (t >= c->span[i].from && t < c->span[i].to)
			return 1;
	return 0;
}

static void fill_row(struct world *w, struct dice *d, struct tally_row *row)
{
	row->lines += 1 + roll(d, 20);
	row->judged = row->lines;
	for (size_t i = 0; i < SLIS; i++) {
		struct tally_cell *cell = &row->cell[i];

		if (!is_counted(&w->counted[i], row->start_s))
			continue;
		cell->valid = roll(d, 8) == 0 ? 0 : row->lines;
		cell->good = roll(d, 3) == 0 ? roll(d, cell->valid + 1) : cell->valid;
		cell->missing = roll(d, 3);
	}
}

/* All of the data, or up to four spans of it. */
static void choose_spans(struct world *w, struct dice *d, size_t i, int64_t length)
{
	int64_t from = w->all.from;

	w->counted[i].span = w->span[i];
	if (roll(d, 2) == 0) {
		w->span[i][w->counted[i].spans++] = w->all;
		return;
	}
	for (size_t n = roll(d, SPANS + 1); n > 0 && from < w->all.to; n--) {
		struct report_span *span = &w->span[i][w->counted[i].spans];

		span->from = from + (int64_t)roll(d, (uint64_t)(length / 2 / MINUTE)) * MINUTE;
		span->to = span->from + MINUTE +
		    (int64_t)roll(d, (uint64_t)(length / 2 / MINUTE)) * MINUTE;
		span->to = span->to < w->all.to ? span->to : w->all.to;
		w->counted[i].spans += span->from < span->to;
		from = span->to + 61 * MINUTE;
	}
}

static void random_counts(struct world *w, struct dice *d)
{
	static const int64_t pace[] = { MINUTE, 5 * MINUTE, HOUR / 2, 2 * HOUR };
	int64_t length = (int64_t)(1 + roll(d, 60)) * DAY;

	w->all = (struct report_span){ NOW - length, NOW };
	for (size_t i = 0; i < SLIS; i++)
		choose_spans(w, d, i, length);
	for (size_t clusters = 1 + roll(d, 8); clusters > 0; clusters--) {
		int64_t at = NOW - (int64_t)roll(d, (uint64_t)(length / MINUTE)) * MINUTE,
		        step = ANY(d, pace);

		for (size_t rows = 1 + roll(d, 150); rows > 0 && at < NOW; rows--, at += step)
			fill_row(w, d, tally_room_at(&w->tally, at));
	}
	tally_room_settle(&w->tally);
	w->store = (struct report_store){
		.path = "store",
		.newest_event = NOW,
		.folded_until = NINES_NEVER,
		.later_event = NINES_NEVER,
		.counted = w->counted,
		.traffic = { &w->all, 1 },
	};
}

/* ---- the law ---- */

static int keep(void *ctx, const char *p, size_t n)
{
	struct text *t = ctx;

	ck_assert(n < sizeof t->p - t->n);
	memcpy(t->p + t->n, p, n);
	t->n += n;
	return 0;
}

/* What a report of the rows of [from, to) says of the objectives. */
static void objectives(
    const struct world *w, const struct nines_question *q, int64_t from, struct text *text)
{
	struct report_input input = { .store = &w->store };
	struct nines_error err = { 0 };
	const struct tally_row *row;
	struct tally_walk walk;
	struct report *report;
	struct tally cut;
	struct out o;

	tally_init(&cut, SLIS, MINUTE);
	ck_assert_int_eq(tally_walk_begin(&walk, &w->tally, &err), NINES_OK);
	while ((row = tally_walk_next(&walk)) != NULL) {
		struct tally_row *copy;

		if (row->start_s >= q->as_of || (from != NINES_NEVER && row->start_s < from))
			continue;
		copy = tally_room_at(&cut, row->start_s);
		copy->lines = row->lines;
		copy->judged = row->judged;
		memcpy(copy->cell, row->cell, SLIS * sizeof *row->cell);
		input.parsed += row->lines;
	}
	tally_walk_end(&walk);
	tally_room_settle(&cut);
	input.lines = input.parsed;
	ck_assert_msg(
	    report_build(&report, w->spec, &cut, &input, nines_io_system(), q, &err) == NINES_OK,
	    "%s", err.text);
	for (size_t i = 0; i < report->journey[0].slis; i++) {
		struct report_sli *sli = &report->journey[0].sli[i];

		sli->valid = sli->good = sli->missing = 0;
	}
	memset(text, 0, sizeof *text);
	out_init(&o, keep, text);
	render_object_journeys(&o, "", report->journey, report->journeys);
	ck_assert_int_eq(out_finish(&o), 0);
	report_free(report);
	tally_fini(&cut);
}

static void ck_same(const struct text *a, const struct text *b, uint64_t seed)
{
	size_t at = 0;

	while (at < a->n && at < b->n && a->p[at] == b->p[at])
		at++;
	ck_assert_msg(at == a->n && at == b->n, "seed %llu: ...%.200s\nbut ...%.200s",
	    (unsigned long long)seed, a->p + (at < 80 ? 0 : at - 80),
	    b->p + (at < 80 ? 0 : at - 80));
}

static struct nines_question random_question(struct dice *d)
{
	static const char *const window[] = { NULL, NULL, NULL, "1h", "3d", "week" };
	static const int64_t forecast[] = { 0, HOUR, 5 * DAY };

	return (struct nines_question){
		.as_of = NOW + DAY - (int64_t)roll(d, 12 * DAY / MINUTE) * MINUTE,
		.window = ANY(d, window),
		.zone = roll(d, 4) == 0 ? "Australia/Adelaide" : NULL,
		.forecast_from_s = ANY(d, forecast),
		.max_unparsed_ppb = UINT64_MAX,
	};
}

START_TEST(what_is_out_of_reach_changes_no_objective)
{
	static struct text whole, near;
	int cuts = 0;

	for (uint64_t seed = 1; seed <= 400; seed++) {
		struct dice d = { seed * UINT64_C(0x9e3779b97f4a7c15) };
		struct world w = { .spec = random_spec(&d) };
		struct nines_question q = random_question(&d);
		struct nines_error err = { 0 };
		int64_t reach;

		tally_init(&w.tally, SLIS, MINUTE);
		random_counts(&w, &d);
		ck_assert_int_eq(
		    report_reach(&reach, w.spec, nines_io_system(), &q, &err), NINES_OK);
		ck_assert(reach != NINES_NEVER && reach % HOUR == 0);
		objectives(&w, &q, NINES_NEVER, &whole);
		objectives(&w, &q, reach, &near);
		ck_same(&whole, &near, seed);
		cuts += w.tally.first_s < reach;
		tally_fini(&w.tally);
		spec_free(w.spec);
	}
	ck_assert_int_gt(cuts, 100);
}
END_TEST

/* ---- bounds ---- */

static int64_t reach_of(const char *slis, const struct nines_question *q)
{
	struct nines_error err = { 0 };
	struct text t = { .n = 0 };
	struct spec *spec;
	int64_t reach = 0;

	add(&t, "version: 1\nalerts: []\njourneys: [ { name: j, slis: [ ");
	add(&t, slis);
	add(&t, " ] } ]\n");
	ck_assert_msg(spec_build(&spec, nines_io_system(), "nines.yaml", (struct str){ t.p, t.n },
	                  &err) == NINES_OK,
	    "%s", err.text);
	ck_assert_int_eq(report_reach(&reach, spec, nines_io_system(), q, &err), NINES_OK);
	spec_free(spec);
	return reach;
}

#define GOOD "good: { status: '^2' }"

START_TEST(windows_and_look_backs_say_how_far)
{
	static const struct {
		const char *slis, *window, *sli;
		int64_t back; /* hours before NOW; 0: no bound */
	} rows[] = {
		/* the silence before the window, of at most an hour */
		{ "{ name: a, " GOOD ", objective: { target: 99%, window: 28d } }", NULL, NULL,
		    28 * 24 + 2 },
		{ "{ name: a, " GOOD ", objective: { target: 99%, window: 1h } }", NULL, NULL,
		    24 + 1 }, /* the forecast's day */
		{ "{ name: a, " GOOD ", objective: { target: 99%, window: all } }", NULL, NULL, 0 },
		{ "{ name: a, " GOOD ", objective: { target: 99%, window: all } }", "7d", NULL,
		    7 * 24 + 2 },
		{ "{ name: a, " GOOD " }", "7d", NULL, 0 },
		{ "{ name: a, " GOOD " }, { name: b, bad: { status: '^5' },"
		  " objective: { target: 99%, window: 7d } }",
		    NULL, "b", 7 * 24 + 2 },
		{ "{ name: a, " GOOD ", objective: { target: 99%, window: month } }", NULL, NULL,
		    28 * 24 + 2 },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct nines_question q = {
			.as_of = NOW,
			.window = rows[i].window,
			.sli = &rows[i].sli,
			.slis = rows[i].sli != NULL,
			.max_unparsed_ppb = UINT64_MAX,
		};
		int64_t reach = reach_of(rows[i].slis, &q);

		ck_assert_int_eq(
		    reach, rows[i].back == 0 ? NINES_NEVER : NOW - rows[i].back * HOUR);
	}
}
END_TEST

START_TEST(a_question_without_an_instant_is_refused)
{
	const struct nines_question q = { .as_of = NINES_NEVER, .max_unparsed_ppb = UINT64_MAX };
	struct nines_error err = { 0 };
	struct dice d = { 1 };
	struct spec *spec = random_spec(&d);
	int64_t reach;

	ck_assert_int_eq(report_reach(&reach, spec, nines_io_system(), &q, &err), NINES_E_INTERNAL);
	spec_free(spec);
}
END_TEST

SUITE("report_reach", what_is_out_of_reach_changes_no_objective, windows_and_look_backs_say_how_far,
    a_question_without_an_instant_is_refused)
