#include "tally_room.h"

#include <stdio.h>
#include <string.h>

#include "history.h"
#include "mem.h"
#include "spec.h"
#include "tally.h"
#include "when.h"

#define HOUR 3600
#define DAY  86400

struct bench {
	struct spec *spec;
	struct tally tally;
	struct report_input input;
	struct history_question question;
	struct history *history;
	struct nines_error err;
};

static int64_t at(const char *text)
{
	int64_t t;
	int has_offset;

	ck_assert_msg(when_rfc3339(str_of(text), &t, &has_offset), "%s", text);
	return t;
}

static void ck_is_at(int64_t t, const char *text)
{
	char buf[WHEN_SIZE];

	ck_assert_str_eq(when_text(buf, t), text);
}

static void begin(struct bench *b, const char *by, const char *zone, const char *config)
{
	char text[4000];
	int n =
	    snprintf(text, sizeof text, "version: 1\nlogs: { format: combined+time }\n%s", config);
	enum nines_status rc;

	*b = (struct bench){ .question = { by, NINES_NEVER, NINES_NEVER, { 0 } } };
	b->question.question.as_of = NINES_NEVER;
	b->question.question.max_unparsed_ppb = UINT64_MAX;
	b->question.question.zone = zone;
	ck_assert(n > 0 && (size_t)n < sizeof text);
	rc = spec_build(
	    &b->spec, nines_io_system(), "nines.yaml", (struct str){ text, (size_t)n }, &b->err);
	if (rc == NINES_E_SYNTAX)
		ck_abort_msg("%s", b->spec->diag.finding[0].text);
	ck_assert_msg(rc == NINES_OK, "%s", b->err.text);
	tally_init(&b->tally, b->spec->slis, 60);
}

#define ONE(objective, rest)                                                                      \
	"journeys: [ { name: j, slis: [ { name: s, good: { status: '^2' }, objective: " objective \
	" } ] } ]\n" rest

static void end(struct bench *b)
{
	history_free(b->history);
	tally_fini(&b->tally);
	spec_free(b->spec);
}

static void put(struct bench *b, const char *when, uint64_t valid, uint64_t good)
{
	struct tally_row *row = tally_room_at(&b->tally, at(when));

	row->lines += valid;
	row->judged += valid;
	for (size_t i = 0; i < b->tally.slis; i++) {
		row->cell[i].valid += valid;
		row->cell[i].good += good;
	}
	b->input.parsed += valid;
}

static enum nines_status try(struct bench *b)
{
	b->input.lines = b->input.parsed;
	history_free(b->history);
	b->history = NULL;
	tally_room_settle(&b->tally);
	return history_build(
	    &b->history, b->spec, &b->tally, &b->input, nines_io_system(), &b->question, &b->err);
}

static const struct history *build(struct bench *b)
{
	ck_assert_msg(try(b) == NINES_OK, "%s", b->err.text);
	return b->history;
}

static const struct report_objective *objective(const struct history *h, size_t period)
{
	return &h->period[period].journey[0].sli[0].objective[0];
}

/* ---- the calendar ---- */

START_TEST(periods_are_those_of_the_zones_calendar)
{
	static const struct {
		const char *by, *zone, *event, *name, *from;
		int64_t hours_30; /* length in half hours */
	} row[] = {
		{ "day", "UTC", "2025-03-30T12:00:00Z", "2025-03-30", "2025-03-30T00:00:00Z", 48 },
		{ "day", "Europe/Berlin", "2025-03-30T12:00:00Z", "2025-03-30",
		    "2025-03-29T23:00:00Z", 46 },
		{ "day", "Europe/Berlin", "2025-10-26T12:00:00Z", "2025-10-26",
		    "2025-10-25T22:00:00Z", 50 },
		{ "day", "America/New_York", "2025-03-09T12:00:00Z", "2025-03-09",
		    "2025-03-09T05:00:00Z", 46 },
		{ "day", "America/New_York", "2025-11-02T12:00:00Z", "2025-11-02",
		    "2025-11-02T04:00:00Z", 50 },
		{ "day", "Australia/Lord_Howe", "2025-10-05T02:00:00Z", "2025-10-05",
		    "2025-10-04T13:30:00Z", 47 },
		{ "hour", "UTC", "2025-01-14T10:59:59Z", "2025-01-14 10:00", "2025-01-14T10:00:00Z",
		    2 },
		{ "hour", "Asia/Kolkata", "2025-01-14T10:10:00Z", "2025-01-14 15:00+05:30",
		    "2025-01-14T09:30:00Z", 2 },
		{ "hour", "America/St_Johns", "2025-01-14T10:40:00Z", "2025-01-14 07:00-03:30",
		    "2025-01-14T10:30:00Z", 2 },
		{ "hour", "Europe/Berlin", "2025-10-26T00:30:00Z", "2025-10-26 02:00+02:00",
		    "2025-10-26T00:00:00Z", 2 },
		{ "hour", "Europe/Berlin", "2025-10-26T01:30:00Z", "2025-10-26 02:00+01:00",
		    "2025-10-26T01:00:00Z", 2 },
		{ "week", "UTC", "2025-01-01T00:00:00Z", "2024-12-30", "2024-12-30T00:00:00Z",
		    7 * 48 },
		{ "week", "Europe/Berlin", "2025-03-30T12:00:00Z", "2025-03-24",
		    "2025-03-23T23:00:00Z", 7 * 48 - 2 },
		{ "month", "UTC", "2024-02-29T23:59:59Z", "2024-02", "2024-02-01T00:00:00Z",
		    29 * 48 },
		{ "month", "UTC", "2025-02-28T23:59:59Z", "2025-02", "2025-02-01T00:00:00Z",
		    28 * 48 },
		{ "month", "Asia/Tokyo", "2025-01-31T16:00:00Z", "2025-02", "2025-01-31T15:00:00Z",
		    28 * 48 },
		{ "quarter", "UTC", "2024-03-31T23:00:00Z", "2024-Q1", "2024-01-01T00:00:00Z",
		    91 * 48 },
		{ "quarter", "Europe/Berlin", "2025-12-31T22:59:00Z", "2025-Q4",
		    "2025-09-30T22:00:00Z", 92 * 48 + 2 },
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		const struct history *h;
		struct bench b;

		begin(&b, row[i].by, row[i].zone, ONE("99%", ""));
		put(&b, row[i].event, 10, 10);
		h = build(&b);
		ck_assert_uint_eq(h->periods, 1);
		ck_assert_str_eq(h->period[0].name, row[i].name);
		ck_is_at(h->period[0].from, row[i].from);
		ck_assert_msg(h->period[0].to - h->period[0].from == row[i].hours_30 * 1800,
		    "row %zu: %lld half hours", i,
		    (long long)(h->period[0].to - h->period[0].from) / 1800);
		ck_assert_int_eq(objective(h, 0)->window.from, h->period[0].from);
		ck_assert_int_eq(objective(h, 0)->window.to, h->period[0].to);
		ck_assert_str_eq(objective(h, 0)->window.name, row[i].by);
		ck_assert(objective(h, 0)->window.calendar);
		ck_assert_uint_eq(objective(h, 0)->valid, 10);
		end(&b);
	}
}
END_TEST

START_TEST(periods_follow_one_another_across_both_changes_of_the_clocks)
{
	static const struct {
		const char *by;
		size_t periods;
	} row[] = { { "hour", 8760 }, { "day", 365 }, { "week", 53 }, { "month", 12 },
		{ "quarter", 4 } };
	static const char *const zone[] = { "Europe/Berlin", "America/New_York", "Asia/Kolkata" };
	/* The first and the last minute of 2025 there. */
	static const char *const first[] = { "2024-12-31T23:00:00Z", "2025-01-01T05:00:00Z",
		"2024-12-31T18:30:00Z" };
	static const char *const last[] = { "2025-12-31T22:59:00Z", "2026-01-01T04:59:00Z",
		"2025-12-31T18:29:00Z" };

	for (size_t z = 0; z < 3; z++)
		for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
			const struct history *h;
			uint64_t valid = 0;
			struct bench b;

			begin(&b, row[i].by, zone[z], ONE("99%", ""));
			put(&b, last[z], 3, 3);
			put(&b, first[z], 4, 4);
			h = build(&b);
			ck_assert_msg(h->periods == row[i].periods, "%zu %ss in %s", h->periods,
			    row[i].by, zone[z]);
			for (size_t p = 0; p < h->periods; p++) {
				ck_assert(p == 0 || h->period[p].from == h->period[p - 1].to);
				ck_assert(p == 0 ||
				    strcmp(h->period[p].name, h->period[p - 1].name) != 0);
				valid += objective(h, p)->valid;
			}
			ck_assert_uint_eq(valid, 7);
			end(&b);
		}
}
END_TEST

START_TEST(periods_end_with_the_data_unless_more_is_asked_for)
{
	static const struct {
		const char *since, *until;
		size_t periods;
		const char *first;
	} row[] = {
		{ NULL, NULL, 3, "2025-01-14" },
		{ "2025-01-10T00:00:00Z", NULL, 7, "2025-01-10" },
		{ NULL, "2025-01-20T00:00:00Z", 6, "2025-01-14" },
		{ "2025-01-10T00:00:00Z", "2025-01-20T00:00:01Z", 11, "2025-01-10" },
		{ "2025-01-10T13:00:00Z", "2025-01-10T14:00:00Z", 1, "2025-01-10" },
		{ "2025-02-10T00:00:00Z", NULL, 0, NULL },
		{ NULL, "2025-01-10T00:00:00Z", 0, NULL },
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		const struct history *h;
		struct bench b;

		begin(&b, "day", NULL, ONE("99%", ""));
		put(&b, "2025-01-14T10:00:00Z", 1, 1);
		put(&b, "2025-01-16T23:59:59Z", 1, 1);
		if (row[i].since)
			b.question.since = at(row[i].since);
		if (row[i].until)
			b.question.until = at(row[i].until);
		h = build(&b);
		ck_assert_msg(h->periods == row[i].periods, "row %zu: %zu", i, h->periods);
		if (row[i].first)
			ck_assert_str_eq(h->period[0].name, row[i].first);
		end(&b);
	}
}
END_TEST

START_TEST(nothing_read_has_no_periods_unless_both_ends_are_given)
{
	const struct history *h;
	struct bench b;

	begin(&b, "day", NULL, ONE("99%", ""));
	ck_assert_uint_eq(build(&b)->periods, 0);
	ck_assert_uint_eq(b.history->changes, 0);
	b.question.since = at("2025-01-14");
	ck_assert_uint_eq(build(&b)->periods, 0);
	b.question.until = at("2025-01-16");
	h = build(&b);
	ck_assert_uint_eq(h->periods, 2);
	ck_assert_int_eq(objective(h, 1)->state, REPORT_NO_DATA);
	end(&b);
}
END_TEST

START_TEST(what_lies_outside_does_not_count)
{
	static const struct {
		const char *since, *until, *as_of;
		uint64_t valid;
		size_t periods;
		const char *first_event, *last_event;
	} row[] = {
		{ NULL, NULL, NULL, 1111, 3, "2025-01-14T10:00:30Z", "2025-01-16T10:00:30Z" },
		{ "2025-01-14T10:01:00Z", NULL, NULL, 1110, 3, "2025-01-14T11:00:00Z",
		    "2025-01-16T10:00:30Z" },
		{ "2025-01-14T10:00:10Z", "2025-01-16T10:00:00Z", NULL, 111, 2 + 1,
		    "2025-01-14T10:00:30Z", "2025-01-15T10:00:59Z" },
		{ NULL, NULL, "2025-01-15T10:00:59Z", 11, 1, "2025-01-14T10:00:30Z",
		    "2025-01-14T11:00:59Z" },
		{ NULL, "2025-01-18T00:00:00Z", "2025-01-15T10:01:00Z", 111, 4,
		    "2025-01-14T10:00:30Z", "2025-01-15T10:00:59Z" },
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		const struct history *h;
		uint64_t valid = 0;
		struct bench b;

		begin(&b, "day", NULL, ONE("99%", ""));
		put(&b, "2025-01-14T10:00:30Z", 1, 1);
		put(&b, "2025-01-14T11:00:30Z", 10, 10);
		put(&b, "2025-01-15T10:00:30Z", 100, 100);
		put(&b, "2025-01-16T10:00:30Z", 1000, 1000);
		b.question.since = row[i].since ? at(row[i].since) : NINES_NEVER;
		b.question.until = row[i].until ? at(row[i].until) : NINES_NEVER;
		b.question.question.as_of = row[i].as_of ? at(row[i].as_of) : NINES_NEVER;
		h = build(&b);
		for (size_t p = 0; p < h->periods; p++)
			valid += objective(h, p)->valid;
		ck_assert_msg(valid == row[i].valid, "row %zu: %llu", i, (unsigned long long)valid);
		ck_assert_msg(h->periods == row[i].periods, "row %zu: %zu", i, h->periods);
		ck_assert_uint_eq(h->whole->input.judged, valid);
		ck_assert_uint_eq(h->whole->input.out_of_range, 1111 - valid);
		ck_is_at(h->whole->input.first_event, row[i].first_event);
		ck_is_at(h->whole->input.last_event, row[i].last_event);
		ck_assert_int_eq(h->whole->since, b.question.since);
		end(&b);
	}
}
END_TEST

/* ---- verdicts ---- */

START_TEST(every_period_is_judged_by_itself)
{
	const struct history *h;
	struct bench b;

	begin(&b, "day", NULL, ONE("99%", ""));
	put(&b, "2025-01-14T10:00:00Z", 1000, 1000);
	put(&b, "2025-01-15T10:00:00Z", 1000, 989);
	put(&b, "2025-01-16T10:00:00Z", 1000, 990);
	put(&b, "2025-01-17T23:59:59Z", 1000, 1000);
	h = build(&b);
	ck_assert_uint_eq(h->periods, 4);
	ck_assert_int_eq(objective(h, 0)->state, REPORT_MET);
	ck_assert_int_eq(objective(h, 1)->state, REPORT_MISSED);
	ck_assert_uint_eq(objective(h, 1)->bad, 11);
	ck_assert_int_eq(objective(h, 2)->state, REPORT_AT_RISK);
	ck_assert_int_eq(objective(h, 3)->state, REPORT_MET);
	ck_assert_uint_eq(h->period[1].journey[0].sli[0].valid, 1000);
	ck_assert_uint_eq(h->period[1].journey[0].sli[0].good, 989);
	ck_assert_str_eq(h->period[1].journey[0].name, "j");
	ck_assert_uint_eq(h->whole->journey[0].sli[0].valid, 4000);
	for (size_t i = 0; i < h->periods; i++)
		ck_assert_int_eq(objective(h, i)->exhaustion, NINES_NEVER);
	end(&b);
}
END_TEST

START_TEST(changes_of_state_are_told_with_their_time)
{
	static const struct {
		const char *period;
		enum report_state before, after;
	} row[] = {
		{ "2025-01-15", REPORT_MET, REPORT_MISSED },
		{ "2025-01-16", REPORT_MISSED, REPORT_NO_DATA },
		{ "2025-01-18", REPORT_NO_DATA, REPORT_MET },
	};
	const struct history *h;
	struct bench b;

	begin(&b, "day", NULL, ONE("[ 99%, 50% ]", ""));
	put(&b, "2025-01-14T10:00:00Z", 1000, 1000);
	put(&b, "2025-01-15T10:00:00Z", 1000, 900);
	put(&b, "2025-01-18T10:00:00Z", 1000, 1000);
	h = build(&b);
	ck_assert_uint_eq(h->changes, 5); /* the easy objective is never missed */
	for (size_t i = 0, n = 0; i < h->changes; i++) {
		const struct history_change *c = &h->change[i];

		ck_assert_str_eq(c->journey->name, "j");
		ck_assert_str_eq(c->sli->name, "s");
		if (c->position > 0)
			continue;
		ck_assert_str_eq(c->period->name, row[n].period);
		ck_assert_int_eq(c->period->from, at(row[n].period));
		ck_assert_int_eq(c->before, row[n].before);
		ck_assert_int_eq(c->objective->state, row[n].after);
		ck_assert_uint_eq(c->objective->target_ppb, 990000000);
		n++;
	}
	end(&b);
}
END_TEST

START_TEST(silence_is_a_failure_where_the_objective_says_so)
{
	const struct history *h;
	struct bench b;

	begin(&b, "day", NULL,
	    ONE("{ target: 99%, method: timeslices, slice: 1h, on_empty: bad }", ""));
	put(&b, "2025-01-14T00:00:00Z", 1, 1);
	put(&b, "2025-01-16T23:00:00Z", 1, 1);
	h = build(&b);
	ck_assert_uint_eq(h->periods, 3);
	for (size_t i = 0; i < 3; i++) {
		ck_assert_uint_eq(objective(h, i)->slices, 24);
		ck_assert_uint_eq(objective(h, i)->good_slices, i != 1);
		ck_assert_int_eq(objective(h, i)->state, REPORT_MISSED);
	}
	end(&b);
}
END_TEST

START_TEST(coverage_and_low_samples_are_the_periods_own)
{
	const struct history *h;
	struct bench b;

	begin(&b, "hour", NULL, ONE("99%", "min_events: 5\n"));
	put(&b, "2025-01-14T10:30:00Z", 10, 10);
	put(&b, "2025-01-14T11:20:00Z", 4, 4); /* 49 minutes later: no gap */
	put(&b, "2025-01-14T13:30:00Z", 10, 10);
	put(&b, "2025-01-14T13:44:00Z", 10, 10);
	h = build(&b);
	ck_assert_uint_eq(h->periods, 4);
	ck_assert_double_eq_tol(objective(h, 0)->window.covered, 0.5, 1e-9);
	ck_assert_double_eq_tol(objective(h, 1)->window.covered, 21 / 60.0, 1e-9);
	ck_assert_int_eq(objective(h, 1)->state, REPORT_LOW_SAMPLE);
	ck_assert_double_eq_tol(objective(h, 2)->window.covered, 0, 1e-9);
	ck_assert_int_eq(objective(h, 2)->state, REPORT_NO_DATA);
	ck_assert_double_eq_tol(objective(h, 3)->window.covered, 0.25, 1e-9);
	end(&b);
}
END_TEST

START_TEST(excluded_time_is_taken_out_of_its_period)
{
	const struct history *h;
	struct bench b;

	begin(&b, "day", NULL,
	    ONE("99%",
	        "exclude: [ { from: 2025-01-14T10:00Z, to: 2025-01-14T11:00Z, reason: work } ]\n"));
	put(&b, "2025-01-14T09:00:00Z", 100, 100);
	put(&b, "2025-01-14T10:30:00Z", 100, 0);
	put(&b, "2025-01-15T10:30:00Z", 100, 100);
	h = build(&b);
	ck_assert_uint_eq(objective(h, 0)->valid, 100);
	ck_assert_int_eq(objective(h, 0)->state, REPORT_MET);
	ck_assert_uint_eq(h->whole->exclusions, 1);
	ck_assert_uint_eq(h->whole->exclusion[0].lines, 100);
	end(&b);
}
END_TEST

START_TEST(only_what_is_asked_for_is_in_it)
{
	static const char *const name[] = { "b" };
	const struct history *h;
	struct bench b;

	begin(&b, "day", NULL,
	    "journeys:\n"
	    "  - { name: a, slis: [ { name: s, good: { status: '^2' }, objective: 99% } ] }\n"
	    "  - { name: b, slis: [ { name: t, good: { status: '^2' } },"
	    " { name: u, good: { status: '^2' }, objective: 90% } ] }\n");
	put(&b, "2025-01-14T09:00:00Z", 100, 95);
	put(&b, "2025-01-15T09:00:00Z", 50, 50);
	b.question.question.journey = name;
	b.question.question.journeys = 1;
	h = build(&b);
	ck_assert_uint_eq(h->whole->journeys, 1);
	ck_assert_str_eq(h->period[0].journey[0].name, "b");
	ck_assert_uint_eq(h->period[0].journey[0].sli[0].objectives, 0);
	ck_assert_uint_eq(h->period[0].journey[0].sli[0].good, 95);
	ck_assert_uint_eq(h->period[1].journey[0].sli[0].good, 50);
	ck_assert_uint_eq(h->period[0].journey[0].sli[1].objective[0].bad, 5);
	ck_assert_uint_eq(h->period[1].journey[0].sli[1].objective[0].bad, 0);
	end(&b);
}
END_TEST

/* ---- refusals ---- */

START_TEST(what_is_no_length_of_a_period_is_refused)
{
	static const char *const by[] = { "", "minute", "days", "Day", "28d", "year", "all" };

	for (size_t i = 0; i < sizeof by / sizeof *by; i++) {
		struct bench b;

		begin(&b, by[i], NULL, ONE("99%", ""));
		ck_assert_int_eq(try(&b), NINES_E_SYNTAX);
		ck_assert_ptr_null(b.history);
		end(&b);
	}
}
END_TEST

START_TEST(too_many_periods_are_refused_with_their_span)
{
	struct bench b;

	begin(&b, "hour", NULL, ONE("99%", ""));
	put(&b, "1970-01-01T00:00:00Z", 1, 1);
	put(&b, "2025-01-15T09:00:00Z", 50, 50);
	ck_assert_int_eq(try(&b), NINES_E_LIMIT);
	ck_assert_ptr_nonnull(
	    strstr(b.err.text, "from 1970-01-01T00:00:00Z to 2025-01-15T09:01:00Z"));
	b.question.by = "day";
	ck_assert_uint_eq(build(&b)->periods, 20104);
	b.question.by = "hour";
	b.question.since = at("2014-01-01");
	ck_assert_uint_eq(build(&b)->periods, 11 * 8760 + 3 * 24 + 14 * 24 + 10);
	b.question.since = at("0001-01-01");
	b.question.until = at("9999-12-31");
	ck_assert_int_eq(try(&b), NINES_E_LIMIT);
	b.question.by = "quarter";
	ck_assert_uint_eq(build(&b)->periods, 9999 * 4);
	end(&b);
}
END_TEST

SUITE("history", periods_are_those_of_the_zones_calendar,
    periods_follow_one_another_across_both_changes_of_the_clocks,
    periods_end_with_the_data_unless_more_is_asked_for,
    nothing_read_has_no_periods_unless_both_ends_are_given, what_lies_outside_does_not_count,
    every_period_is_judged_by_itself, changes_of_state_are_told_with_their_time,
    silence_is_a_failure_where_the_objective_says_so, coverage_and_low_samples_are_the_periods_own,
    excluded_time_is_taken_out_of_its_period, only_what_is_asked_for_is_in_it,
    what_is_no_length_of_a_period_is_refused, too_many_periods_are_refused_with_their_span)
