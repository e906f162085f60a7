#include "suite.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "mem.h"
#include "report.h"
#include "spec.h"
#include "tally_room.h"
#include "when.h"

#define MINUTE 60
#define HOUR   3600
#define DAY    86400

struct bench {
	struct spec *spec;
	struct tally tally;
	struct report_input input;
	struct nines_question question;
	struct report *report;
	struct nines_error err;
};

static int64_t at(const char *text)
{
	int64_t t;
	int has_offset;

	ck_assert_msg(when_rfc3339(str_of(text), &t, &has_offset), "%s", text);
	return t;
}

static void begin_bucket(struct bench *b, const char *config, int64_t bucket_s)
{
	char text[8000];
	int n =
	    snprintf(text, sizeof text, "version: 1\nlogs: { format: combined+time }\n%s", config);
	enum nines_status rc;

	*b = (struct bench){ .question = { .as_of = NINES_NEVER, .max_unparsed_ppb = UINT64_MAX } };
	ck_assert(n > 0 && (size_t)n < sizeof text);
	rc = spec_build(
	    &b->spec, nines_io_system(), "nines.yaml", (struct str){ text, (size_t)n }, &b->err);
	if (rc == NINES_E_SYNTAX)
		ck_abort_msg(
		    "%u: %s", b->spec->diag.finding[0].line, b->spec->diag.finding[0].text);
	ck_assert_msg(rc == NINES_OK, "%s", b->err.text);
	tally_init(&b->tally, b->spec->slis, bucket_s);
}

static void begin(struct bench *b, const char *config)
{
	begin_bucket(b, config, MINUTE);
}

/* A config of one SLI with this objective, and what else there is. */
#define ONE(objective, rest)                                                                      \
	"journeys: [ { name: j, slis: [ { name: s, good: { status: '^2' }, objective: " objective \
	" } ] } ]\n" rest

static void end(struct bench *b)
{
	report_free(b->report);
	tally_fini(&b->tally);
	spec_free(b->spec);
}

/* `valid` lines at t, so many of them good for every SLI. */
static void put(struct bench *b, int64_t t, uint64_t valid, uint64_t good)
{
	struct tally_row *row = tally_room_at(&b->tally, t);

	row->lines += valid;
	row->judged += valid;
	for (size_t i = 0; i < b->tally.slis; i++) {
		row->cell[i].valid += valid;
		row->cell[i].good += good;
	}
	b->input.parsed += valid;
}

static enum nines_status try_report(struct bench *b)
{
	b->input.lines = b->input.parsed + b->input.unparsed + b->input.blank + b->input.comments;
	report_free(b->report);
	b->report = NULL;
	tally_room_settle(&b->tally);
	return report_build(
	    &b->report, b->spec, &b->tally, &b->input, nines_io_system(), &b->question, &b->err);
}

static const struct report_objective *report(struct bench *b)
{
	ck_assert_msg(try_report(b) == NINES_OK, "%s", b->err.text);
	return &b->report->journey[0].sli[0].objective[0];
}

static void ck_is(double value, double expected)
{
	ck_assert_msg(
	    !(value < expected) && !(value > expected), "%.17g is not %.17g", value, expected);
}

static void ck_near(double value, double expected, double within)
{
	ck_assert_msg(fabs(value - expected) <= within, "%.17g is not within %g of %.17g", value,
	    within, expected);
}

/* ---- verdicts ---- */

START_TEST(a_missed_objective_is_told_in_full)
{
	const struct report_objective *o;
	struct bench b;

	begin(&b, ONE("99.9%", ""));
	put(&b, at("2025-01-01T00:00:30Z"), 182934, 182934 - 2905);
	b.question.as_of = at("2025-01-29T00:00:00Z");
	o = report(&b);
	ck_assert_uint_eq(o->valid, 182934);
	ck_assert_uint_eq(o->bad, 2905);
	ck_is(o->sli, 180029 / 182934.0);
	ck_is(o->allowed, 182.934);
	ck_is(o->remaining, -2722.066);
	ck_near(o->remaining_ratio, -14.88, 0.005);
	ck_near(o->consumed_ratio, 15.88, 0.005);
	ck_assert_int_eq(o->state, REPORT_MISSED);
	ck_assert_int_eq(o->met, 0);
	ck_assert_str_eq(o->window.name, "28d");
	ck_assert_str_eq(o->method, "occurrences");
	ck_assert(!o->window.calendar);
	ck_assert_int_eq(o->window.from, at("2025-01-01T00:00:00Z"));
	ck_is(o->confidence, 0.95);
	end(&b);
}
END_TEST

START_TEST(states_are_told_apart)
{
	static const struct {
		uint64_t valid, bad, min_events;
		enum report_state state;
		int met;
	} row[] = {
		{ 0, 0, 0, REPORT_NO_DATA, -1 },
		{ 0, 0, 10, REPORT_NO_DATA, -1 },
		{ 9, 0, 10, REPORT_LOW_SAMPLE, 1 },
		{ 9, 9, 10, REPORT_LOW_SAMPLE, 0 },
		{ 10, 0, 10, REPORT_MET, 1 },
		{ 10000, 75, 0, REPORT_MET, 1 },
		{ 10000, 76, 0, REPORT_AT_RISK, 1 },
		{ 10000, 100, 0, REPORT_AT_RISK, 1 },
		{ 10000, 101, 0, REPORT_MISSED, 0 },
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		const struct report_objective *o;
		struct bench b;

		begin(&b, ONE("99%", ""));
		put(&b, at("2025-01-01T00:00:00Z"), row[i].valid, row[i].valid - row[i].bad);
		b.question.as_of = at("2025-01-20T00:00:00Z");
		b.question.min_events = row[i].min_events;
		o = report(&b);
		ck_assert_msg(
		    o->state == row[i].state, "row %zu: %s", i, report_state_name(o->state));
		ck_assert_int_eq(o->met, row[i].met);
		end(&b);
	}
}
END_TEST

START_TEST(a_firing_alert_puts_a_met_objective_at_risk)
{
	const struct report_objective *o;
	struct bench b;
	int64_t as_of = at("2025-01-29T00:00:00Z");

	begin(&b, ONE("99%", "alerts: [ { budget: 2%, long: 1h, short: 5m, severity: page } ]\n"));
	put(&b, as_of - 10 * DAY, 100000, 100000);
	put(&b, as_of - MINUTE, 1000, 850);
	b.question.as_of = as_of;
	o = report(&b);
	ck_assert_int_eq(o->state, REPORT_AT_RISK);
	ck_assert_uint_eq(o->alerts, 1);
	ck_assert_str_eq(o->alert[0].severity, "page");
	ck_assert_str_eq(o->alert[0].long_name, "1h");
	ck_assert_str_eq(o->alert[0].short_name, "5m");
	ck_is(o->alert[0].factor, 13.44);
	ck_is(o->alert[0].long_rate, 15);
	ck_assert(o->alert[0].firing);
	b.question.as_of = as_of + 6 * MINUTE; /* the short window is quiet */
	o = report(&b);
	ck_assert(!o->alert[0].firing);
	ck_assert_int_eq(o->state, REPORT_MET);
	end(&b);
}
END_TEST

/* ---- windows ---- */

START_TEST(a_window_holds_its_first_instant_and_not_its_last)
{
	const struct report_objective *o;
	struct bench b;
	int64_t as_of = at("2025-01-29T00:00:00Z");

	begin(&b, ONE("{ target: 99%, window: 1h }", ""));
	put(&b, as_of - HOUR - 1, 1, 0);
	put(&b, as_of - HOUR, 10, 10);
	put(&b, as_of - 1, 100, 100);
	put(&b, as_of, 1000, 0);
	b.question.as_of = as_of + 59; /* within a bucket: floored */
	o = report(&b);
	ck_assert_int_eq(b.report->as_of, as_of);
	ck_assert_uint_eq(o->valid, 110);
	ck_assert_uint_eq(o->good, 110);
	ck_assert_uint_eq(b.report->journey[0].sli[0].valid, 1111);
	end(&b);
}
END_TEST

START_TEST(as_of_is_the_end_of_the_last_events_bucket)
{
	struct bench b;

	begin(&b, ONE("99%", ""));
	put(&b, at("2025-01-14T10:05:59Z"), 1, 1);
	put(&b, at("2025-01-14T10:00:00Z"), 1, 1);
	(void)report(&b);
	ck_assert_int_eq(b.report->as_of, at("2025-01-14T10:06:00Z"));
	ck_assert_int_eq(b.report->input.first_event, at("2025-01-14T10:00:00Z"));
	ck_assert_int_eq(b.report->input.last_event, at("2025-01-14T10:05:59Z"));
	end(&b);
}
END_TEST

START_TEST(without_events_there_is_no_instant_and_no_data)
{
	const struct report_objective *o;
	struct bench b;

	begin(&b, ONE("99%", ""));
	o = report(&b);
	ck_assert(b.report->as_of == NINES_NEVER);
	ck_assert(b.report->input.first_event == NINES_NEVER);
	ck_assert(o->window.from == NINES_NEVER && o->window.to == NINES_NEVER);
	ck_assert_int_eq(o->state, REPORT_NO_DATA);
	ck_assert_int_eq(o->met, -1);
	ck_assert(
	    isnan(o->sli) && isnan(o->window.covered) && isnan(o->allowed) && isnan(o->spark[0]));
	b.question.as_of = at("2025-01-29T00:00:00Z");
	o = report(&b);
	ck_assert_int_eq(o->state, REPORT_NO_DATA);
	ck_is(o->window.covered, 0);
	ck_assert_uint_eq(o->burns, 0);
	ck_assert(o->exhaustion == NINES_NEVER);
	end(&b);
}
END_TEST

START_TEST(the_question_may_replace_window_and_zone)
{
	const struct report_objective *o;
	struct bench b;

	begin(&b, ONE("99%", ""));
	put(&b, at("2025-01-14T22:59:00Z"), 1, 1);
	put(&b, at("2025-01-14T23:00:00Z"), 10, 10);
	b.question.window = "day";
	b.question.zone = "Europe/Berlin";
	o = report(&b);
	ck_assert_uint_eq(o->valid, 10);
	ck_assert_str_eq(o->window.name, "day");
	ck_assert_str_eq(b.report->zone, "Europe/Berlin");
	ck_assert(o->window.calendar);
	b.question.window = "fortnight";
	ck_assert_int_eq(try_report(&b), NINES_E_SYNTAX);
	ck_assert_ptr_nonnull(strstr(b.err.text, "fortnight"));
	end(&b);
}
END_TEST

START_TEST(only_what_was_asked_for_is_reported)
{
	static const char config[] =
	    "journeys:\n"
	    "  - { name: buy, slis: [ { name: fast, good: { within: 1s }, objective: 99% },"
	    " { name: up, good: { status: '^2' } } ] }\n"
	    "  - { name: browse, slis: [ { name: up, good: { status: '^2' } } ] }\n";
	const char *journey = "browse", *sli = "up", *full = "buy/fast", *wrong = "brwose";
	struct bench b;

	begin(&b, config);
	put(&b, 0, 1, 1);
	ck_assert_int_eq(try_report(&b), NINES_OK);
	ck_assert_uint_eq(b.report->journeys, 2);
	b.question.journey = &journey;
	b.question.journeys = 1;
	ck_assert_int_eq(try_report(&b), NINES_OK);
	ck_assert_uint_eq(b.report->journeys, 1);
	ck_assert_str_eq(b.report->journey[0].name, "browse");
	b.question.journeys = 0;
	b.question.sli = &sli;
	b.question.slis = 1;
	ck_assert_int_eq(try_report(&b), NINES_OK);
	ck_assert_uint_eq(b.report->journeys, 2);
	ck_assert_uint_eq(b.report->journey[0].slis, 1);
	b.question.sli = &full;
	ck_assert_int_eq(try_report(&b), NINES_OK);
	ck_assert_uint_eq(b.report->journeys, 1);
	ck_assert_str_eq(b.report->journey[0].sli[0].name, "fast");
	b.question.journey = &wrong;
	b.question.journeys = 1;
	ck_assert_int_eq(try_report(&b), NINES_E_SYNTAX);
	ck_assert_str_eq(b.err.text, "there is no journey 'brwose'; did you mean 'browse'?");
	end(&b);
}
END_TEST

/* ---- coverage, burn rates, sparkline ---- */

START_TEST(coverage_leaves_out_missing_history_and_long_gaps)
{
	const int64_t as_of = at("2025-01-02T00:00:00Z");
	static const struct {
		int64_t from_m, to_m, step_m;
		double dark_m;
	} row[] = {
		{ 1440, 0, 1, 0 },        /* a line every minute of the day */
		{ 1500, 0, 1, 0 },        /* and before it */
		{ 720, 0, 1, 720 },       /* only the second half */
		{ 1440, 0, 61, 0 },       /* gaps of exactly an hour */
		{ 1440, 0, 62, 23 * 61 }, /* of an hour and a minute: 24 lines, 23 gaps and the last
		                             13 minutes */
		{ 1440, 60, 1, 0 }, /* nothing in the last 60 minutes: no longer than max_gap */
		{ 1440, 61, 1, 61 },
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct bench b;

		begin(&b, ONE("{ target: 99%, window: 1d }", ""));
		for (int64_t m = row[i].from_m; m > row[i].to_m; m -= row[i].step_m)
			put(&b, as_of - m * MINUTE, 1, 1);
		b.question.as_of = as_of;
		ck_near(report(&b)->window.covered, 1 - row[i].dark_m / 1440, 1e-12);
		end(&b);
	}
}
END_TEST

START_TEST(burn_rates_are_given_for_spans_that_fit_the_data)
{
	static const struct {
		int64_t data_s;
		const char *window;
		size_t burns;
	} row[] = {
		{ 4 * MINUTE, "28d", 0 },
		{ 5 * MINUTE, "28d", 1 },
		{ HOUR, "28d", 3 },
		{ HOUR - MINUTE, "28d", 2 },
		{ 3 * DAY, "28d", 7 },
		{ 9 * DAY, "28d", 7 },
		{ 9 * DAY, "1h", 3 },
		{ 9 * DAY, "1d", 6 },
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		const struct report_objective *o;
		struct bench b;

		begin(&b, ONE("99%", ""));
		put(&b, at("2025-01-01T00:00:00Z"), 100, 100);
		put(&b, at("2025-01-01T00:00:00Z") + row[i].data_s - 1, 100, 97);
		b.question.window = row[i].window;
		o = report(&b);
		ck_assert_msg(o->burns == row[i].burns, "row %zu: %zu", i, o->burns);
		if (o->burns > 0) {
			ck_assert_str_eq(o->burn[0].window, "5m");
			ck_is(o->burn[0].rate, row[i].data_s > 5 * MINUTE ? 3 : 1.5);
		}
		end(&b);
	}
}
END_TEST

START_TEST(the_sparkline_is_twelve_parts_of_the_window)
{
	const struct report_objective *o;
	struct bench b;

	begin(&b, ONE("{ target: 99%, window: 1h }", ""));
	for (int64_t i = 0; i < 12; i++)
		if (i != 5)
			put(&b, i * 300 + (i % 2) * 299, 10, (uint64_t)(10 - i % 3));
	b.question.as_of = HOUR;
	o = report(&b);
	for (int i = 0; i < 12; i++) {
		if (i == 5)
			ck_assert(isnan(o->spark[i]));
		else
			ck_is(o->spark[i], (10 - i % 3) / 10.0);
	}
	end(&b);
}
END_TEST

START_TEST(the_worst_stretch_bridges_one_good_span_and_bears_its_label)
{
	const struct report_objective *o;
	struct bench b;
	int64_t t = at("2025-01-14T10:00:00Z");

	begin(&b,
	    ONE("99%",
	        "annotations: [ { from: 2025-01-14T10:06Z, to: 2025-01-14T10:07Z, label: INC-1 },"
	        " { from: 2024-01-14T10:06Z, to: 2024-01-14T10:07Z, label: INC-0 } ]\n"));
	put(&b, t - HOUR, 1000, 970); /* a run of its own */
	put(&b, t + 5 * MINUTE, 1000, 980);
	put(&b, t + 10 * MINUTE, 1000, 999); /* within the target: bridged */
	put(&b, t + 17 * MINUTE, 1000, 980);
	put(&b, t + 30 * MINUTE, 1000, 970); /* two spans later */
	o = report(&b);
	ck_assert_uint_eq(o->worst.bad, 41);
	ck_assert_int_eq(o->worst.from, t + 5 * MINUTE);
	ck_assert_int_eq(o->worst.to, t + 20 * MINUTE);
	ck_assert_str_eq(o->worst.label, "INC-1");
	ck_assert_uint_eq(b.report->annotations, 1);
	end(&b);
}
END_TEST

START_TEST(without_a_span_that_misses_the_target_there_is_no_worst_stretch)
{
	struct bench b;

	begin(&b, ONE("90%", ""));
	put(&b, 0, 1000, 900);
	put(&b, 600, 1000, 1000);
	ck_assert_uint_eq(report(&b)->worst.bad, 0);
	end(&b);
}
END_TEST

/* ---- slices ---- */

START_TEST(a_month_of_minutes_has_a_budget_of_432_slices)
{
	const struct report_objective *o;
	struct bench b;

	begin(&b,
	    ONE("{ target: 99%, window: 30d, method: timeslices, slice: 1m, slice_target: 95% }",
	        ""));
	for (int64_t m = 0; m < 43200; m++)
		put(&b, m * MINUTE, 20, m % 300 == 0 && m < 130 * 300 ? 18 : 19);
	o = report(&b);
	ck_assert_str_eq(o->method, "timeslices");
	ck_assert_uint_eq(o->slices, 43200);
	ck_assert_uint_eq(o->good_slices, 43200 - 130);
	ck_is(o->allowed, 432);
	ck_is(o->remaining, 302);
	ck_near(o->remaining_ratio, 0.69907, 0.000005);
	ck_assert_uint_eq(o->valid, 43200 * 20);
	ck_assert_int_eq(o->state, REPORT_MET);
	ck_is(o->burn[2].rate, 0);
	end(&b);
}
END_TEST

START_TEST(empty_slices_count_as_on_empty_says)
{
	static const struct {
		const char *on_empty;
		uint64_t slices, good;
	} row[] = {
		{ "ignore", 2, 1 },
		{ "good", 6, 5 },
		{ "bad", 6, 1 },
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		const struct report_objective *o;
		char config[400];
		struct bench b;

		(void)snprintf(config, sizeof config,
		    ONE("{ target: 50%%, window: 1h, method: timeslices,"
		        " slice: 5m, slice_target: 90%%, on_empty: %s }",
		        ""),
		    row[i].on_empty);
		begin(&b, config);
		put(&b, 30 * MINUTE, 5, 5); /* the first data: slices before it are not judged */
		put(&b, 40 * MINUTE, 10, 8);
		put(&b, 41 * MINUTE, 10, 9);
		b.question.as_of = HOUR;
		o = report(&b);
		ck_assert_uint_eq(o->slices, row[i].slices);
		ck_assert_uint_eq(o->good_slices, row[i].good);
		end(&b);
	}
}
END_TEST

START_TEST(slices_an_exclusion_touches_are_not_judged)
{
	const struct report_objective *o;
	struct bench b;

	begin(&b,
	    ONE("{ target: 50%, window: 1h, method: timeslices, slice: 5m,"
	        " slice_target: 90%, on_empty: bad }",
	        "exclude: [ { from: 1970-01-01T00:12Z, to: 1970-01-01T00:16Z, reason: work } ]\n"));
	for (int64_t m = 0; m < 60; m++)
		put(&b, m * MINUTE, 1, m != 10 && m != 13 && m != 30);
	o = report(&b);
	ck_assert_uint_eq(o->slices, 10);
	ck_assert_uint_eq(o->good_slices, 9);
	ck_assert_uint_eq(o->valid, 56);
	ck_assert_uint_eq(b.report->exclusions, 1);
	ck_assert_uint_eq(b.report->exclusion[0].removed[0].valid, 4);
	ck_assert_uint_eq(b.report->exclusion[0].removed[0].bad, 1);
	ck_is(b.report->exclusion[0].removed[0].budget,
	    1 / 5.0); /* one bad slice; 5 of 10 may be bad */
	end(&b);
}
END_TEST

START_TEST(a_mean_of_ratios_is_exact_at_its_target)
{
	const struct report_objective *o;
	struct bench b;

	begin(&b, ONE("{ target: 50%, window: 1h, method: ratio-timeslices, slice: 1m }", ""));
	put(&b, 0, 3, 1);
	put(&b, MINUTE, 300, 200);
	o = report(&b);
	ck_is(o->sli, 0.5);
	ck_assert_int_eq(o->met, 1);
	ck_assert_uint_eq(o->slices, 2);
	ck_is(o->allowed, 1);
	ck_is(o->remaining, 0);
	put(&b, 2 * MINUTE, 1000, 499);
	o = report(&b);
	ck_assert_int_eq(o->met, 0);
	ck_near(o->sli, 1.499 / 3, 1e-9);
	end(&b);
}
END_TEST

START_TEST(a_slice_belongs_to_the_window_that_holds_its_start)
{
	const struct report_objective *o;
	struct bench b;

	begin(&b, ONE("{ target: 50%, window: 1h, method: timeslices, slice: 10m }", ""));
	put(&b, 4 * MINUTE, 1, 0); /* begins before the window */
	put(&b, 12 * MINUTE, 1, 1);
	put(&b, 61 * MINUTE, 1, 1); /* judged on what it holds so far */
	put(&b, 66 * MINUTE, 5, 0);
	b.question.as_of = 64 * MINUTE;
	o = report(&b);
	ck_assert_uint_eq(o->slices, 2);
	ck_assert_uint_eq(o->good_slices, 2);
	end(&b);
}
END_TEST

START_TEST(all_time_begins_with_a_whole_slice)
{
	const struct report_objective *o;
	struct bench b;

	begin(&b, ONE("{ target: 50%, window: all, method: timeslices, slice: 10m }", ""));
	put(&b, 4 * MINUTE, 1, 0);
	put(&b, 12 * MINUTE, 1, 1);
	o = report(&b);
	ck_assert_uint_eq(o->slices, 2);
	ck_assert_int_eq(o->window.from, 4 * MINUTE);
	end(&b);
}
END_TEST

/* ---- exclusions, input ---- */

START_TEST(excluded_events_do_not_count_and_leave_a_receipt)
{
	const struct report_objective *o;
	struct bench b;

	begin(&b,
	    ONE("99%",
	        "exclude:\n"
	        "  - { from: 1970-01-01T00:10Z, to: 1970-01-01T00:20Z, reason: work }\n"
	        "  - { from: 1970-01-01T00:40Z, to: 1970-01-01T00:41Z, reason: nothing }\n"
	        "  - { from: 1980-01-01T00:40Z, to: 1980-01-01T00:41Z, reason: elsewhere }\n"));
	put(&b, 9 * MINUTE + 59, 1000, 990);
	put(&b, 10 * MINUTE, 500, 400);
	put(&b, 19 * MINUTE + 59, 50, 50);
	put(&b, 20 * MINUTE, 1000, 1000);
	put(&b, 50 * MINUTE, 1, 1);
	o = report(&b);
	ck_assert_uint_eq(o->valid, 2001);
	ck_assert_uint_eq(o->bad, 10);
	ck_assert_uint_eq(b.report->input.judged, 2001);
	ck_assert_uint_eq(b.report->input.excluded, 550);
	ck_assert_uint_eq(b.report->exclusions, 2);
	ck_assert_uint_eq(b.report->exclusion[0].lines, 550);
	ck_assert_uint_eq(b.report->exclusion[0].removals, 1);
	ck_assert_str_eq(b.report->exclusion[0].removed[0].sli, "s");
	ck_assert_uint_eq(b.report->exclusion[0].removed[0].valid, 550);
	ck_assert_uint_eq(b.report->exclusion[0].removed[0].bad, 100);
	ck_is(b.report->exclusion[0].removed[0].budget, 100 / 20.01);
	ck_assert_str_eq(b.report->exclusion[1].reason, "nothing");
	ck_assert_uint_eq(b.report->exclusion[1].removals, 0);
	end(&b);
}
END_TEST

START_TEST(unparsed_lines_bound_the_sli)
{
	static const struct {
		uint64_t bad, unparsed;
		double low, high;
		int hangs;
	} row[] = {
		{ 100, 0, 0.99, 0.99, 0 },
		{ 100, 1, 9900 / 10001.0, 9901 / 10001.0, 1 },
		{ 90, 5, 9910 / 10005.0, 9915 / 10005.0, 0 },
		{ 90, 20, 9910 / 10020.0, 9930 / 10020.0, 1 },
		{ 101, 1, 9899 / 10001.0, 9900 / 10001.0, 0 },
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		const struct report_objective *o;
		struct bench b;

		begin(&b, ONE("99%", ""));
		put(&b, 0, 10000, 10000 - row[i].bad);
		b.input.unparsed = row[i].unparsed;
		o = report(&b);
		ck_is(o->unparsed_low, row[i].low);
		ck_is(o->unparsed_high, row[i].high);
		ck_assert_msg(o->hangs_on_unparsed == row[i].hangs, "row %zu", i);
		end(&b);
	}
}
END_TEST

START_TEST(more_unparsed_lines_than_allowed_make_the_report_incomplete)
{
	static const struct {
		uint64_t unparsed, max_ppb;
		int too_many;
	} row[] = {
		{ 1, UINT64_MAX, 0 },
		{ 2, UINT64_MAX, 1 },
		{ 2, 20000000, 0 },
		{ 1, 0, 1 },
		{ 0, 0, 0 },
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct bench b;

		begin(&b, ONE("99%", ""));
		put(&b, 0, 100 - row[i].unparsed, 0);
		b.input.unparsed = row[i].unparsed;
		b.question.max_unparsed_ppb = row[i].max_ppb;
		(void)report(&b);
		ck_assert_msg(b.report->input.too_many_unparsed == row[i].too_many, "row %zu", i);
		ck_assert_int_eq(b.report->incomplete, row[i].too_many);
		end(&b);
	}
}
END_TEST

START_TEST(a_source_that_was_not_read_whole_makes_the_report_incomplete)
{
	struct report_source source[] = {
		{ .name = "a.log", .status = "ok", .decoder = "plain", .whole = 1 },
		{ .name = "b.log.gz",
		    .status = "truncated",
		    .decoder = "gzip",
		    .note = "at byte 7" },
	};
	struct report_count reason[] = { { "format", 3 } };
	struct bench b;

	begin(&b, ONE("99%", ""));
	b.input.source = source;
	b.input.reason = reason;
	b.input.reasons = 1;
	b.input.sources = 1;
	(void)report(&b);
	ck_assert(!b.report->incomplete);
	b.input.sources = 2;
	(void)report(&b);
	ck_assert(b.report->incomplete);
	ck_assert_ptr_ne(b.report->input.source[1].name, source[1].name);
	ck_assert_str_eq(b.report->input.source[1].note, "at byte 7");
	ck_assert_ptr_null(b.report->input.source[0].note);
	ck_assert_str_eq(b.report->input.reason[0].name, "format");
	end(&b);
}
END_TEST

START_TEST(sums_that_do_not_hold_are_never_a_report)
{
	struct bench b;

	begin(&b, ONE("99%", ""));
	put(&b, 0, 10, 10);
	b.input.ignored = 1;
	ck_assert_int_eq(try_report(&b), NINES_E_INTERNAL);
	ck_assert_ptr_null(b.report);
	b.input.parsed = 11;
	b.err = (struct nines_error){ 0 };
	ck_assert_int_eq(try_report(&b), NINES_OK);
	tally_room_at(&b.tally, 0)->cell[0].good = 11;
	ck_assert_int_eq(try_report(&b), NINES_E_INTERNAL);
	end(&b);
}
END_TEST

START_TEST(counts_that_overflow_are_an_error)
{
	struct bench b;

	begin(&b, ONE("99%", ""));
	tally_room_at(&b.tally, 0)->cell[0].valid = UINT64_MAX;
	tally_room_at(&b.tally, 60)->cell[0].valid = 1;
	ck_assert_int_eq(try_report(&b), NINES_E_LIMIT);
	end(&b);
}
END_TEST

START_TEST(the_interval_straddles_the_target_or_not)
{
	static const struct {
		uint64_t valid, good;
		int straddles;
	} row[] = {
		{ 10, 9, 0 },
		{ 20, 19, 1 },
		{ 10, 10, 1 },
		{ 100000, 99900, 0 },
		{ 100000, 90000, 0 },
		{ 0, 0, 0 },
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct bench b;

		begin(&b, ONE("99%", ""));
		put(&b, 0, row[i].valid, row[i].good);
		ck_assert_msg(report(&b)->straddles == row[i].straddles, "row %zu", i);
		end(&b);
	}
}
END_TEST

/* ---- forecast ---- */

#define HOURS 48

/* The forecast step by step, in hours: what the window would hold if each hour to come were the
 * mean of the last `past` ones. */
static int naive_turn(const uint64_t *valid, const uint64_t *good, int window, int past)
{
	double v0 = 0, g0 = 0, v = 0, g = 0;
	int met;

	for (int i = HOURS - past; i < HOURS; i++) {
		v0 += (double)valid[i] / past;
		g0 += (double)good[i] / past;
	}
	for (int i = HOURS - window; i < HOURS; i++) {
		v += (double)valid[i];
		g += (double)good[i];
	}
	met = g >= 0.9 * v;
	for (int k = 1; k <= window; k++) {
		v += v0 - (double)valid[HOURS - window + k - 1];
		g += g0 - (double)good[HOURS - window + k - 1];
		if ((g >= 0.9 * v) != met)
			return k;
	}
	return -1;
}

START_TEST(the_forecast_is_that_of_a_simulation_hour_by_hour)
{
	uint64_t seed = 1;
	int turns = 0;

	for (int round = 0; round < 300; round++) {
		uint64_t valid[HOURS], good[HOURS];
		const struct report_objective *o;
		struct bench b;
		int turn;

		begin_bucket(&b, ONE("{ target: 90%, window: 2d }", ""), HOUR);
		for (int i = 0; i < HOURS; i++) {
			seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
			valid[i] = 1 + (seed >> 40) % 997;
			good[i] =
			    valid[i] - valid[i] * (seed >> 33 & 127) / (round % 2 ? 640 : 1280) * 2;
			if (round % 3 == 0 && i > 30)
				good[i] = valid[i] - valid[i] / 9;
			put(&b, i * HOUR, valid[i], good[i]);
		}
		o = report(&b);
		turn = naive_turn(valid, good, HOURS, 24);
		turns += turn > 0;
		ck_assert_msg(o->exhaustion == (turn < 0 ? NINES_NEVER : (HOURS + turn) * HOUR),
		    "round %d: %d", round, turn);
		end(&b);
	}
	ck_assert_int_gt(turns, 50);
	ck_assert_int_lt(turns, 290);
}
END_TEST

START_TEST(a_calendar_budget_is_forecast_to_the_end_of_its_period)
{
	/* A fortnight of 1,000 good events an hour, then a day with so many bad ones an hour: of
	 * the 3,600 that are allowed, 24 x bad are spent, and each hour to come spends bad - 10
	 * more than it allows. */
	static const struct {
		uint64_t bad;
		int64_t hours;
	} row[] = {
		{ 0, -1 },
		{ 15, -1 },
		{ 20, 313 },
		{ 100, 14 },
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		int64_t first = at("2025-01-01T00:00:00Z"),
		        turn = first + 15 * DAY + row[i].hours * HOUR;
		const struct report_objective *o;
		struct bench b;

		begin_bucket(&b, ONE("{ target: 99%, window: month }", ""), HOUR);
		for (int64_t h = 0; h < 15 * 24; h++)
			put(&b, first + h * HOUR, 1000, h < 14 * 24 ? 1000 : 1000 - row[i].bad);
		o = report(&b);
		if (row[i].hours < 0)
			ck_assert(o->exhaustion == NINES_NEVER);
		else
			ck_assert_msg(o->exhaustion == turn, "row %zu", i);
		end(&b);
	}
}
END_TEST

START_TEST(a_missed_rolling_objective_is_met_again_when_its_bad_events_leave)
{
	const struct report_objective *o;
	struct bench b;
	int64_t first = at("2025-01-01T00:00:00Z");

	begin_bucket(&b, ONE("{ target: 99%, window: 7d }", ""), HOUR);
	for (int64_t h = 0; h < 7 * 24; h++)
		put(&b, first + h * HOUR, 1000, h == 50 ? 0 : h == 90 ? 0 : 1000);
	o = report(&b);
	ck_assert_int_eq(o->state, REPORT_MISSED);
	ck_assert_int_eq(o->exhaustion, first + 7 * DAY + 51 * HOUR);
	end(&b);
}
END_TEST

START_TEST(a_quiet_day_forecasts_nothing)
{
	struct bench b;

	begin(&b, ONE("99%", ""));
	put(&b, 0, 1000, 0);
	b.question.as_of = 2 * DAY;
	ck_assert(report(&b)->exhaustion == NINES_NEVER);
	end(&b);
}
END_TEST

SUITE("report", a_missed_objective_is_told_in_full, states_are_told_apart,
    a_firing_alert_puts_a_met_objective_at_risk, a_window_holds_its_first_instant_and_not_its_last,
    as_of_is_the_end_of_the_last_events_bucket, without_events_there_is_no_instant_and_no_data,
    the_question_may_replace_window_and_zone, only_what_was_asked_for_is_reported,
    coverage_leaves_out_missing_history_and_long_gaps,
    burn_rates_are_given_for_spans_that_fit_the_data, the_sparkline_is_twelve_parts_of_the_window,
    the_worst_stretch_bridges_one_good_span_and_bears_its_label,
    without_a_span_that_misses_the_target_there_is_no_worst_stretch,
    a_month_of_minutes_has_a_budget_of_432_slices, empty_slices_count_as_on_empty_says,
    slices_an_exclusion_touches_are_not_judged, a_mean_of_ratios_is_exact_at_its_target,
    a_slice_belongs_to_the_window_that_holds_its_start, all_time_begins_with_a_whole_slice,
    excluded_events_do_not_count_and_leave_a_receipt, unparsed_lines_bound_the_sli,
    more_unparsed_lines_than_allowed_make_the_report_incomplete,
    a_source_that_was_not_read_whole_makes_the_report_incomplete,
    sums_that_do_not_hold_are_never_a_report, counts_that_overflow_are_an_error,
    the_interval_straddles_the_target_or_not, the_forecast_is_that_of_a_simulation_hour_by_hour,
    a_calendar_budget_is_forecast_to_the_end_of_its_period,
    a_missed_rolling_objective_is_met_again_when_its_bad_events_leave,
    a_quiet_day_forecasts_nothing)
