#include "suite.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "gate.h"
#include "objective.h"

#define PERCENT UINT64_C(10000000)
#define T99     (99 * PERCENT)

struct said {
	char text[4000];
	size_t n;
	enum nines_answer answer;
	enum nines_status rc;
	struct nines_error err;
};

static int take(void *ctx, const char *p, size_t n)
{
	struct said *s = ctx;

	ck_assert_uint_lt(s->n + n, sizeof s->text);
	memcpy(s->text + s->n, p, n);
	s->n += n;
	return 0;
}

static struct said judge(const struct report *r, const struct nines_gate *gate)
{
	struct said s = { .answer = (enum nines_answer)99 };
	struct out o;

	out_init(&o, take, &s);
	s.rc = gate_judge(r, gate, nines_io_system(), &o, &s.answer, &s.err);
	ck_assert_int_eq(out_finish(&o), 0);
	return s;
}

static void ck_said(const struct report *r, const struct nines_gate *gate, enum nines_answer answer,
    const char *text)
{
	struct said s = judge(r, gate);

	ck_assert_msg(s.rc == NINES_OK, "%s", s.err.text);
	ck_assert_str_eq(s.text, text);
	ck_assert_int_eq(s.answer, answer);
}

/* ---- a report of one objective ---- */

struct bench {
	struct report report;
	struct report_journey journey;
	struct report_sli sli;
	struct report_objective objective;
};

static void weigh(struct bench *b, uint64_t valid, uint64_t good, uint64_t target)
{
	struct objective_budget budget = objective_budget(good, valid, target);
	struct report_objective *o = &b->objective;

	o->target_ppb = target;
	o->valid = valid;
	o->good = good;
	o->bad = valid - good;
	o->sli = objective_sli(good, valid);
	o->allowed = budget.allowed;
	o->remaining = budget.remaining;
	o->remaining_ratio = budget.remaining_ratio;
	o->consumed_ratio = budget.consumed_ratio;
	o->met = valid == 0 ? -1 : objective_met(good, valid, target);
	o->state = valid == 0 ? REPORT_NO_DATA : o->met ? REPORT_MET : REPORT_MISSED;
}

static struct bench *set_up(struct bench *b, uint64_t valid, uint64_t good, uint64_t target)
{
	*b = (struct bench){
		.report = { .input = { .lines = valid, .parsed = valid }, .journeys = 1 },
		.journey = { .name = "checkout", .slis = 1 },
		.sli = { .name = "availability", .objectives = 1 },
		.objective = { .method = "occurrences", .window = { .name = "28d", .covered = 1 } },
	};
	b->report.journey = &b->journey;
	b->journey.sli = &b->sli;
	b->sli.objective = &b->objective;
	weigh(b, valid, good, target);
	return b;
}

#define NAME "checkout/availability"

START_TEST(a_met_objective_passes_in_silence)
{
	struct bench b;

	ck_said(&set_up(&b, 1000, 990, T99)->report, &(struct nines_gate){ 0 }, NINES_PASS, "");
}
END_TEST

START_TEST(a_missed_objective_says_by_how_much)
{
	struct bench b;

	ck_said(&set_up(&b, 182934, 182934 - 2905, 999 * PERCENT / 10)->report,
	    &(struct nines_gate){ 0 }, NINES_MISSED,
	    "missed: " NAME " 98.412 % < 99.9 % (28d): 2,905 bad, 182.934 allowed\n");
}
END_TEST

START_TEST(a_missed_objective_never_reads_as_its_target)
{
	static const struct {
		uint64_t valid, good, target;
		const char *text;
	} row[] = {
		{ 1000000, 989999, T99, "98.9999 % < 99 %" },
		{ 1000000000, 989999999, T99, "98.9999999 % < 99 %" },
		{ 100000000000, 98999999999, T99, "98.9999999 % < 99 %" },
		{ UINT64_MAX, UINT64_MAX - 1, NINES_PPB, "99.9999999 % < 100 %" },
		{ 3, 0, T99, "0.000 % < 99 %" },
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct bench b;
		struct said s = judge(&set_up(&b, row[i].valid, row[i].good, row[i].target)->report,
		    &(struct nines_gate){ 0 });

		ck_assert_msg(strstr(s.text, row[i].text) != NULL, "%s", s.text);
	}
}
END_TEST

START_TEST(without_data_or_with_too_little_it_cannot_tell)
{
	struct bench b;

	set_up(&b, 0, 0, T99);
	ck_said(&b.report, &(struct nines_gate){ 0 }, NINES_UNKNOWN,
	    "cannot tell: " NAME " has no valid events in 28d\n");
	ck_said(&b.report, &(struct nines_gate){ .fail_on = "missed,no-data" }, NINES_MISSED,
	    "missed: " NAME " has no valid events in 28d\n");
	set_up(&b, 9, 0, T99);
	b.objective.state = REPORT_LOW_SAMPLE;
	ck_said(&b.report, &(struct nines_gate){ .fail_on = "missed,budget<25%" }, NINES_UNKNOWN,
	    "cannot tell: " NAME " has too few valid events, 9, in 28d\n");
	b.report.journeys = 0;
	ck_said(&b.report, &(struct nines_gate){ 0 }, NINES_UNKNOWN,
	    "cannot tell: there is no objective to judge\n");
}
END_TEST

START_TEST(missed_beats_cannot_tell)
{
	struct report_objective objective[2];
	struct bench b;

	set_up(&b, 0, 0, T99);
	objective[0] = b.objective;
	set_up(&b, 10, 0, T99);
	objective[1] = b.objective;
	b.sli.objective = objective;
	b.sli.objectives = 2;
	ck_assert_int_eq(judge(&b.report, &(struct nines_gate){ 0 }).answer, NINES_MISSED);
}
END_TEST

START_TEST(an_interval_that_straddles_leaves_it_open)
{
	struct nines_gate gate = { .with_confidence = 1 };
	struct bench b;

	set_up(&b, 20, 19, T99);
	b.objective.straddles = 1;
	b.objective.interval_low = 0.7639;
	b.objective.interval_high = 0.9911;
	b.objective.confidence = 0.95;
	ck_said(&b.report, &gate, NINES_UNKNOWN,
	    "cannot tell: " NAME " (28d): between 76.3900 % and 99.1100 % at 95 % confidence, the "
	    "target 99 % is in between\n");
	ck_assert_int_eq(judge(&b.report, &(struct nines_gate){ 0 }).answer, NINES_MISSED);
	b.objective.straddles = 0;
	ck_assert_int_eq(judge(&b.report, &gate).answer, NINES_MISSED);
}
END_TEST

START_TEST(a_verdict_that_hangs_on_unparsed_lines_is_open_when_strict)
{
	struct bench b;

	set_up(&b, 1000, 989, T99);
	b.report.input.unparsed = 1234;
	b.objective.hangs_on_unparsed = 1;
	ck_said(&b.report, &(struct nines_gate){ .strict = 1 }, NINES_UNKNOWN,
	    "cannot tell: " NAME " (28d): the verdict hangs on 1,234 unparsed lines\n");
	ck_assert_int_eq(judge(&b.report, &(struct nines_gate){ 0 }).answer, NINES_MISSED);
}
END_TEST

START_TEST(too_little_coverage_leaves_it_open)
{
	struct nines_gate gate = { .min_coverage_ppb = 90 * PERCENT };
	struct bench b;

	set_up(&b, 1000, 1000, T99);
	b.objective.window.covered = 0.9;
	ck_said(&b.report, &gate, NINES_PASS, "");
	b.objective.window.covered = 0.8999999;
	ck_said(&b.report, &gate, NINES_UNKNOWN,
	    "cannot tell: " NAME ": logs cover 89.999 % of 28d, less than 90 %\n");
}
END_TEST

START_TEST(incomplete_input_leaves_it_open_but_a_miss_is_a_miss)
{
	struct report_source source = { .name = "a\033.gz", .status = "truncated" };
	struct bench b;

	set_up(&b, 1000, 1000, T99);
	b.report.incomplete = 1;
	b.report.input.source = &source;
	b.report.input.sources = 1;
	ck_said(&b.report, &(struct nines_gate){ 0 }, NINES_UNKNOWN,
	    "cannot tell: a\\x1b.gz was not read whole: truncated\n");
	b.report.input.sources = 0;
	b.report.input.unparsed = 11;
	b.report.input.parsed = 989;
	b.report.input.max_unparsed_ppb = PERCENT;
	b.report.input.too_many_unparsed = 1;
	ck_said(&b.report, &(struct nines_gate){ 0 }, NINES_UNKNOWN,
	    "cannot tell: 11 of 1,000 lines (1.1000 %) could not be parsed, more than 1 %\n");
	weigh(&b, 1000, 0, T99);
	ck_assert_int_eq(judge(&b.report, &(struct nines_gate){ 0 }).answer, NINES_MISSED);
}
END_TEST

START_TEST(only_what_fail_on_names_is_a_miss)
{
	struct bench b;

	ck_said(&set_up(&b, 1000, 0, T99)->report, &(struct nines_gate){ .fail_on = "no-data" },
	    NINES_PASS, "");
}
END_TEST

START_TEST(a_budget_condition_fails_below_its_share)
{
	struct nines_gate gate = { .fail_on = "budget<25%" };
	struct bench b;

	ck_said(&set_up(&b, 10000, 10000 - 75, T99)->report, &gate, NINES_PASS, "");
	ck_said(&set_up(&b, 10000, 10000 - 76, T99)->report, &gate, NINES_MISSED,
	    "missed: " NAME " has 24.000 % of its budget left, less than 25 % in 28d\n");
	ck_said(&set_up(&b, 10, 10, NINES_PPB)->report, &gate, NINES_PASS, "");
	ck_said(&set_up(&b, 10, 9, NINES_PPB)->report, &gate, NINES_MISSED,
	    "missed: " NAME " has no budget left in 28d\n");
}
END_TEST

START_TEST(a_burn_condition_fails_above_its_factor)
{
	struct nines_gate gate = { .fail_on = "burn>14.4/1h" };
	struct bench b;

	set_up(&b, 100000, 100000, 999 * PERCENT / 10);
	ck_said(&b.report, &gate, NINES_UNKNOWN,
	    "cannot tell: " NAME ": the data or the window is shorter than 1h\n");
	b.objective.burns = 1;
	b.objective.burn[0] = (struct report_burn){ "1h", 3600, 14.4, 100000, 100000 - 1440 };
	ck_said(&b.report, &gate, NINES_PASS, "");
	b.objective.burn[0] = (struct report_burn){ "1h", 3600, 14.41, 100000, 100000 - 1441 };
	ck_said(&b.report, &gate, NINES_MISSED,
	    "missed: " NAME
	    " burns its budget at 14.41 times the sustainable rate over 1h, limit 14.4\n");
	b.objective.burn[0] = (struct report_burn){ "1h", 3600, (double)NAN, 0, 0 };
	ck_said(&b.report, &gate, NINES_UNKNOWN,
	    "cannot tell: " NAME " has no valid events in the last 1h\n");
}
END_TEST

START_TEST(an_unparsed_condition_fails_above_its_share)
{
	struct nines_gate gate = { .fail_on = "unparsed>1%" };
	struct bench b;

	set_up(&b, 990, 0, T99);
	b.report.input.unparsed = 10;
	ck_said(&b.report, &gate, NINES_PASS, "");
	b.report.input.unparsed = 11;
	ck_said(&b.report, &gate, NINES_MISSED,
	    "missed: 11 of 1,001 lines (1.0990 %) could not be parsed, more than 1 %\n");
}
END_TEST

START_TEST(slice_methods_are_told_in_slices)
{
	struct bench b;

	set_up(&b, 43200, 43200 - 433, T99);
	b.objective.method = "timeslices";
	b.objective.slice_s = 60;
	b.objective.slices = b.objective.valid;
	b.objective.good_slices = b.objective.good;
	ck_said(&b.report, &(struct nines_gate){ 0 }, NINES_MISSED,
	    "missed: " NAME " 98.998 % < 99 % (28d): 433 bad slices, 432 allowed\n");
}
END_TEST

/* ---- the list ---- */

START_TEST(a_list_that_cannot_be_understood_is_named_and_nothing_is_said)
{
	static const struct {
		const char *list, *text;
	} row[] = {
		{ "mised",
		    "fail-on: 'mised' is no condition; there are missed, budget<25%, burn>14.4/1h,"
		    " no-data, unparsed>1% and drop>0.5%:BASELINE.json" },
		{ "missed,",
		    "fail-on: '' is no condition; there are missed, budget<25%, burn>14.4/1h,"
		    " no-data, unparsed>1% and drop>0.5%:BASELINE.json" },
		{ "missed, budget<25",
		    "fail-on: 'budget<25' cannot be understood; write budget<25%" },
		{ "burn>14.4/3h",
		    "fail-on: 'burn>14.4/3h' cannot be understood; write burn>14.4/1h,"
		    " over 5m, 30m, 1h, 2h, 6h, 1d or 3d" },
		{ "burn>x/1h",
		    "fail-on: 'burn>x/1h' cannot be understood; write burn>14.4/1h,"
		    " over 5m, 30m, 1h, 2h, 6h, 1d or 3d" },
		{ "missed!", "fail-on: 'missed!' cannot be understood; write missed" },
		{ "drop>1%",
		    "fail-on: 'drop>1%' cannot be understood; write drop>0.5%:BASELINE.json" },
		{ "drop>1%:",
		    "fail-on: 'drop>1%:' cannot be understood; write drop>0.5%:BASELINE.json" },
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct bench b;
		struct said s = judge(&set_up(&b, 1000, 0, T99)->report,
		    &(struct nines_gate){ .fail_on = row[i].list });

		ck_assert_int_eq(s.rc, NINES_E_SYNTAX);
		ck_assert_str_eq(s.err.text, row[i].text);
		ck_assert_str_eq(s.text, "");
		ck_assert_int_eq(s.answer, 99);
	}
}
END_TEST

/* ---- baselines ---- */

static struct said judge_drop(const struct report *r, const char *limit, const char *json)
{
	char path[] = "/tmp/nines-gate-XXXXXX", list[100];
	int fd = mkstemp(path);
	struct said s;
	char *named;

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, json, strlen(json)), (ssize_t)strlen(json));
	ck_assert_int_eq(close(fd), 0);
	(void)snprintf(list, sizeof list, "drop>%s:%s", limit, path);
	s = judge(r, &(struct nines_gate){ .fail_on = list });
	ck_assert_int_eq(unlink(path), 0);
	while ((named = strstr(s.text, path)) != NULL)
		memmove(named, named + strlen(path), strlen(named + strlen(path)) + 1);
	return s;
}

#define BASELINE(method, rest)                                                                \
	"{\"schema\":\"nines-report/"                                                         \
	"1\",\"journeys\":[{\"name\":\"checkout\",\"slis\":[{\"name\":\"availability\","      \
	"\"objectives\":[{\"target\":0.99,\"window\":{\"name\":\"28d\"},\"method\":\"" method \
	"\"," rest "}]}]}]}\n"

START_TEST(a_drop_is_measured_against_the_baseline_exactly)
{
	static const struct {
		const char *limit, *json;
		enum nines_answer answer;
		const char *text;
	} row[] = {
		/* From 99.9 % to 99 %. */
		{ "0.9%", BASELINE("occurrences", "\"valid\":1000,\"good\":999"), NINES_PASS, "" },
		{ "0.8999999%", BASELINE("occurrences", "\"valid\":1000,\"good\":999"),
		    NINES_MISSED,
		    "missed: " NAME
		    " fell from 99.9000 % to 99.0000 % (28d), by more than 0.8999999 % since \n" },
		{ "0%", BASELINE("occurrences", "\"valid\":100,\"good\":99"), NINES_PASS, "" },
		{ "0%", BASELINE("occurrences", "\"valid\":100,\"good\":1"), NINES_PASS, "" },
		{ "1%", BASELINE("occurrences", "\"valid\":0,\"good\":0"), NINES_UNKNOWN,
		    "cannot tell: " NAME " (28d) has no value in \n" },
		{ "1%", BASELINE("timeslices", "\"valid\":1000,\"good\":999"), NINES_UNKNOWN,
		    "cannot tell: " NAME " (28d) has no value in \n" },
		{ "1%", "{\"schema\":\"nines-report/1\"}", NINES_UNKNOWN,
		    "cannot tell: " NAME " (28d) has no value in \n" },
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct bench b;
		struct said s =
		    judge_drop(&set_up(&b, 1000, 990, T99)->report, row[i].limit, row[i].json);

		ck_assert_msg(s.rc == NINES_OK, "%s", s.err.text);
		ck_assert_str_eq(s.text, row[i].text);
		ck_assert_int_eq(s.answer, row[i].answer);
	}
}
END_TEST

START_TEST(slices_drop_by_their_ratio)
{
	struct bench b;

	set_up(&b, 1000, 990, T99);
	b.objective.method = "timeslices";
	b.objective.slices = 1000;
	b.objective.good_slices = 990;
	ck_assert_int_eq(
	    judge_drop(&b.report, "0.9%", BASELINE("timeslices", "\"sli\":0.999")).answer,
	    NINES_PASS);
	ck_assert_int_eq(
	    judge_drop(&b.report, "0.9%", BASELINE("timeslices", "\"sli\":0.9991")).answer,
	    NINES_MISSED);
	ck_assert_int_eq(
	    judge_drop(&b.report, "0.9%", BASELINE("timeslices", "\"sli\":null")).answer,
	    NINES_UNKNOWN);
}
END_TEST

START_TEST(a_baseline_that_is_no_report_is_refused)
{
	static const char *const text[] = { "", "{", "[]", "{\"schema\":\"nines-report/2\"}",
		"hello", "\xff" };
	struct bench b;
	struct said s;

	set_up(&b, 1000, 990, T99);
	for (size_t i = 0; i < sizeof text / sizeof *text; i++) {
		s = judge_drop(&b.report, "1%", text[i]);
		ck_assert_int_eq(s.rc, NINES_E_SYNTAX);
		ck_assert_ptr_nonnull(strstr(s.err.text, "is no nines-report/1 file"));
	}
	s = judge(&b.report, &(struct nines_gate){ .fail_on = "drop>1%:/nonexistent/report.json" });
	ck_assert_int_eq(s.rc, NINES_E_IO);
}
END_TEST

SUITE("gate", a_met_objective_passes_in_silence, a_missed_objective_says_by_how_much,
    a_missed_objective_never_reads_as_its_target, without_data_or_with_too_little_it_cannot_tell,
    missed_beats_cannot_tell, an_interval_that_straddles_leaves_it_open,
    a_verdict_that_hangs_on_unparsed_lines_is_open_when_strict, too_little_coverage_leaves_it_open,
    incomplete_input_leaves_it_open_but_a_miss_is_a_miss, only_what_fail_on_names_is_a_miss,
    a_budget_condition_fails_below_its_share, a_burn_condition_fails_above_its_factor,
    an_unparsed_condition_fails_above_its_share, slice_methods_are_told_in_slices,
    a_list_that_cannot_be_understood_is_named_and_nothing_is_said,
    a_drop_is_measured_against_the_baseline_exactly, slices_drop_by_their_ratio,
    a_baseline_that_is_no_report_is_refused)
