#include "tally_room.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report.h"
#include "spec.h"
#include "tally.h"

#define MINUTE 60
#define HOUR   3600
#define DAY    86400
#define NOW    INT64_C(1740787200) /* 2025-03-01T00:00:00Z */

/* Ten days of a line a minute, all good. */
struct place {
	struct spec *spec;
	struct tally tally;
	struct report_span span[2], all;
	struct report_counted counted;
	struct report_former former;
	struct report_store store;
	struct report *report;
	struct nines_error err;
};

static void begin(struct place *p, const char *objective)
{
	char text[1000];
	int n = snprintf(text, sizeof text,
	    "version: 1\njourneys: [ { name: j, slis: [ { name: s, good: { status: '^2' },"
	    " objective: %s } ] } ]\n",
	    objective);

	*p = (struct place){ .all = { NOW - 10 * DAY, NOW } };
	ck_assert_int_eq(spec_build(&p->spec, nines_io_system(), "nines.yaml",
	                     (struct str){ text, (size_t)n }, &p->err),
	    NINES_OK);
	tally_init(&p->tally, 1, MINUTE);
	p->counted.span = p->span;
	p->store = (struct report_store){ .path = "store",
		.newest_event = NOW - 1,
		.folded_until = NINES_NEVER,
		.later_event = NINES_NEVER,
		.counted = &p->counted,
		.traffic = { &p->all, 1 } };
}

static void count_between(struct place *p, int64_t from, int64_t to)
{
	p->span[p->counted.spans++] = (struct report_span){ from, to };
}

static int is_counted(const struct place *p, int64_t t)
{
	for (size_t i = 0; i < p->counted.spans; i++)
		if (t >= p->span[i].from && t < p->span[i].to)
			return 1;
	return 0;
}

static const struct report_objective *report(struct place *p, int64_t step)
{
	struct report_input input = { .store = &p->store };
	const struct nines_question q = { .as_of = NOW, .max_unparsed_ppb = UINT64_MAX };

	for (int64_t t = p->all.from; t < p->all.to; t += step) {
		struct tally_row *row = tally_room_at(&p->tally, t);

		row->lines = row->judged = 1;
		row->cell[0].valid = row->cell[0].good = (uint64_t)is_counted(p, t);
		input.parsed++;
	}
	input.lines = input.parsed;
	tally_room_settle(&p->tally);
	ck_assert_msg(report_build(&p->report, p->spec, &p->tally, &input, nines_io_system(), &q,
	                  &p->err) == NINES_OK,
	    "%s", p->err.text);
	return &p->report->journey[0].sli[0].objective[0];
}

static void end(struct place *p)
{
	report_free(p->report);
	tally_fini(&p->tally);
	spec_free(p->spec);
}

static void ck_is(double value, double expected)
{
	ck_assert_msg(fabs(value - expected) < 1e-12, "%.17g is not %.17g", value, expected);
}

static size_t longest_burn(const struct report_objective *o)
{
	return o->burns == 0 ? 0 : (size_t)o->burn[o->burns - 1].length_s;
}

START_TEST(what_was_counted_all_the_time_is_covered)
{
	const struct report_objective *o;
	struct place p;

	begin(&p, "{ target: 90%, window: 10d }");
	count_between(&p, NOW - 10 * DAY, NOW);
	o = report(&p, MINUTE);
	ck_is(o->window.covered, 1);
	ck_assert_uint_eq(o->valid, 14400);
	ck_assert_uint_eq(longest_burn(o), 3 * DAY);
	ck_assert_uint_eq(p.report->journey[0].sli[0].uncounteds, 0);
	ck_assert_int_eq(p.report->journey[0].sli[0].recalled, 1);
	end(&p);
}
END_TEST

START_TEST(new_rules_cover_only_what_they_counted)
{
	const struct report_objective *o;
	const struct report_sli *sli;
	struct place p;

	begin(&p, "{ target: 90%, window: 10d }");
	count_between(&p, NOW - 2 * DAY, NOW);
	p.former = (struct report_former){ 0, 0xabc, NOW - 10 * DAY, NOW - 2 * DAY };
	p.store.former = &p.former;
	p.store.formers = 1;
	o = report(&p, MINUTE);
	sli = &p.report->journey[0].sli[0];
	ck_is(o->window.covered, 0.2);
	ck_assert_uint_eq(o->valid, 2880);
	ck_assert_uint_eq(longest_burn(o), DAY);
	ck_assert_int_eq(sli->counted_since, NOW - 2 * DAY);
	ck_assert_uint_eq(sli->uncounteds, 1);
	ck_assert_int_eq(sli->uncounted[0].from, NOW - 10 * DAY);
	ck_assert_int_eq(sli->uncounted[0].to, NOW - 2 * DAY);
	ck_assert_int_eq(sli->former_until, NOW - 2 * DAY);
	ck_assert_uint_eq(sli->former_digest, 0xabc);
	end(&p);
}
END_TEST

START_TEST(rules_that_came_back_have_a_hole)
{
	const struct report_objective *o;
	struct place p;

	begin(&p, "{ target: 90%, window: 10d }");
	count_between(&p, NOW - 10 * DAY, NOW - 6 * DAY);
	count_between(&p, NOW - 5 * DAY, NOW);
	o = report(&p, MINUTE);
	ck_is(o->window.covered, 0.9);
	ck_assert_uint_eq(longest_burn(o), 3 * DAY);
	ck_assert_uint_eq(p.report->journey[0].sli[0].uncounteds, 1);
	ck_assert_int_eq(p.report->journey[0].sli[0].uncounted[0].from, NOW - 6 * DAY);
	end(&p);
}
END_TEST

/* A slice without valid events is bad here, but only where they would have been counted. */
START_TEST(slices_are_judged_only_where_they_were_counted)
{
	const struct report_objective *o;
	struct place p;

	begin(&p, "{ target: 90%, window: 10d, method: timeslices, slice: 1h, on_empty: bad }");
	count_between(&p, NOW - 10 * DAY, NOW - 6 * DAY);
	count_between(&p, NOW - 5 * DAY, NOW);
	o = report(&p, MINUTE);
	ck_assert_uint_eq(o->slices, 9 * 24);
	ck_assert_uint_eq(o->good_slices, 9 * 24);
	end(&p);
}
END_TEST

START_TEST(rules_that_never_counted_have_no_data)
{
	static const char *const objective[] = { "{ target: 90%, window: 10d }",
		"{ target: 90%, window: 10d, method: timeslices, slice: 1h, on_empty: bad }" };

	for (size_t i = 0; i < sizeof objective / sizeof *objective; i++) {
		const struct report_objective *o;
		struct place p;

		begin(&p, objective[i]);
		p.all.to = NOW - DAY;
		o = report(&p, MINUTE);
		ck_assert_int_eq(o->state, REPORT_NO_DATA);
		ck_is(o->window.covered, 0);
		ck_assert_uint_eq(o->slices, 0);
		ck_assert_uint_eq(o->burns, 0);
		ck_assert_uint_eq(o->alerts, 0);
		ck_assert_int_eq(p.report->journey[0].sli[0].counted_since, NINES_NEVER);
		end(&p);
	}
}
END_TEST

/* Of a folded hour only the first minute has a row; by itself that would be a gap. */
START_TEST(folded_hours_are_covered)
{
	static const struct {
		int64_t folded_until;
		double covered;
	} rows[] = { { NOW, 1 }, { NINES_NEVER, 1 / 60.0 } };

	for (size_t i = 0; i < 2; i++) {
		struct place p;

		begin(&p, "{ target: 90%, window: 10d }");
		count_between(&p, NOW - 10 * DAY, NOW);
		p.spec->max_gap_s = 30 * MINUTE;
		p.store.folded_until = rows[i].folded_until;
		ck_is(report(&p, HOUR)->window.covered, rows[i].covered);
		end(&p);
	}
}
END_TEST

SUITE("report_counted", what_was_counted_all_the_time_is_covered,
    new_rules_cover_only_what_they_counted, rules_that_came_back_have_a_hole,
    slices_are_judged_only_where_they_were_counted, rules_that_never_counted_have_no_data,
    folded_hours_are_covered)
