#include "lint.h"
#include "suite.h"
#include <stdio.h>
#include <string.h>

static struct spec *build(const char *top, const char *slis)
{
	char text[4096];
	struct nines_error err = { 0 };
	struct spec *spec = NULL;

	(void)snprintf(
	    text, sizeof text, "version: 1\n%sjourneys:\n- name: shop\n  slis:\n%s", top, slis);
	ck_assert_msg(
	    spec_build(&spec, nines_io_system(), "x.yaml", str_of(text), &err) == NINES_OK, "%s",
	    err.text);
	return spec;
}

static struct spec *build_target(const char *objective)
{
	char sli[512];

	(void)snprintf(
	    sli, sizeof sli, "  - { name: a, good: { status: '^2' }, objective: %s }\n", objective);
	return build("", sli);
}

static size_t count(const struct spec *spec, const char *words)
{
	size_t n = 0;

	for (size_t i = 0; i < spec->diag.used; i++)
		n += strstr(spec->diag.finding[i].text, words) != NULL;
	return n;
}

START_TEST(a_sound_spec_has_no_advice)
{
	struct spec *spec = build_target("[99.9%, { target: 99.9%, window: 7d }]");

	ck_assert_uint_eq(spec->diag.used, 0);
	spec_free(spec);
}
END_TEST

START_TEST(linting_twice_adds_nothing)
{
	struct spec *spec = build_target("[90%, 90%, { target: 90%, window: 1m }]");
	size_t used = spec->diag.used;

	ck_assert_uint_gt(used, 2);
	lint_spec(spec);
	ck_assert_uint_eq(spec->diag.used, used);
	spec_free(spec);
}
END_TEST

/* 2 % of the budget of 28 days in 1 h is a burn rate of 13.44; none is above 1/(1 - T). */
START_TEST(an_alert_that_can_just_fire_is_no_finding)
{
	static const struct {
		const char *target;
		size_t findings;
	} row[] = {
		{ "92.5595239%", 0 }, /* 1/(1 - T) = 13.4400001... */
		{ "92.5595238%", 1 }, /* 13.4399999... */
		{ "100%", 0 },
		{ "{ target: 50%, window: all }", 0 },
		{ "{ target: 80%, window: 7d }", 0 },
		{ "{ target: 80%, window: month }", 1 },
		{ "{ target: 80%, window: day }", 0 },
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct spec *spec = build_target(row[i].target);

		ck_assert_msg(
		    count(spec, "can never fire") == row[i].findings, "%s", row[i].target);
		spec_free(spec);
	}
}
END_TEST

START_TEST(own_alerts_that_cannot_fire_are_warnings_at_their_place)
{
	struct spec *spec = build("alerts: [{ budget: 50%, long: 1h, short: 5m, severity: page },\n"
	                          "  { budget: 50%, long: 2h, short: 5m, severity: page }]\n",
	    "  - { name: a, good: { status: '^2' }, objective: 99% }\n");

	ck_assert_uint_eq(count(spec, "can never fire"), 2);
	ck_assert_int_eq(spec->diag.finding[0].severity, NINES_WARNING);
	ck_assert_uint_eq(spec->diag.finding[0].line, 2);
	ck_assert_uint_eq(spec->diag.finding[1].line, 3);
	spec_free(spec);
}
END_TEST

START_TEST(rules_that_count_the_same_are_found_across_journeys)
{
	struct spec *spec = build("",
	    "  - { name: a, good: { status: '^2', path: x } }\n"
	    "- name: other\n  slis:\n"
	    "  - { name: b, good: { path: x, status: ['^2'] } }\n"
	    "  - { name: c, bad: { path: x, status: '^2' } }\n");

	ck_assert_uint_eq(spec->diag.used, 1);
	ck_assert_str_eq(
	    spec->diag.finding[0].text, "counts the same events as \"shop/a\" (at 5:13)");
	spec_free(spec);
}
END_TEST

START_TEST(three_slis_are_not_too_many)
{
	static const char four[] =
	    "  - { name: a, good: { status: 1 } }\n  - { name: b, good: { status: 2 } }\n"
	    "  - { name: c, good: { status: 3 } }\n  - { name: d, good: { status: 4 } }\n";
	char three[sizeof four];
	struct spec *spec = build("", four);

	ck_assert_uint_eq(count(spec, "4 SLIs"), 1);
	spec_free(spec);
	(void)snprintf(
	    three, sizeof three, "%.*s", (int)(strstr(four, "  - { name: d") - four), four);
	spec = build("", three);
	ck_assert_uint_eq(spec->diag.used, 0);
	spec_free(spec);
}
END_TEST

START_TEST(traffic_tells_which_targets_can_be_told_apart)
{
	static const struct {
		const char *objective;
		uint64_t valid;
		const char *words;
		size_t findings;
	} row[] = {
		{ "[99.9%, 99.95%]", 1000, "allows not one bad event", 1 },
		{ "[99.9%, 99.95%]", 999, "allows not one bad event", 2 },
		{ "[99.9%, 99.95%]", 2000, "cannot be told apart", 0 },
		{ "[99.9%, 99.91%]", 1500, "cannot be told apart", 1 },
		{ "[99.9%, 99.91%]", 1500, "both allow 1 bad", 1 },
		{ "[99.9%, 99.91%]", 1000000, "", 0 },
		{ "[99.9%, { target: 99.91%, window: 7d }]", 1500, "", 0 },
		{ "[100%]", 10, "", 0 },
		{ "[99.9%]", 0, "", 0 },
		{ "[{ target: 99.9%, method: timeslices }]", 10, "", 0 },
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct spec *spec = build_target(row[i].objective);
		const struct spec_sli *sli = spec->sli[0];

		for (size_t k = 0; k < sli->objectives; k++)
			lint_traffic(spec, sli, &sli->objective[k], row[i].valid);
		ck_assert_msg(count(spec, row[i].words) == row[i].findings, "row %zu: %zu", i,
		    count(spec, row[i].words));
		spec_free(spec);
	}
}
END_TEST

SUITE("lint", a_sound_spec_has_no_advice, linting_twice_adds_nothing,
    an_alert_that_can_just_fire_is_no_finding,
    own_alerts_that_cannot_fire_are_warnings_at_their_place,
    rules_that_count_the_same_are_found_across_journeys, three_slis_are_not_too_many,
    traffic_tells_which_targets_can_be_told_apart)
