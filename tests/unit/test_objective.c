#include "suite.h"

#include <math.h>

#include "fraction.h"
#include "nines.h"
#include "objective.h"

#define PERCENT UINT64_C(10000000) /* in parts per billion */

static const uint64_t targets[] = {
	90 * PERCENT,
	95 * PERCENT,
	97 * PERCENT,
	98 * PERCENT,
	99 * PERCENT,
	995 * PERCENT / 10,
	999 * PERCENT / 10,
	9995 * PERCENT / 100,
	9999 * PERCENT / 100,
	99999 * PERCENT / 1000,
};

static void ck_near(double value, double expected, double within)
{
	ck_assert_msg(fabs(value - expected) <= within, "%.17g is not within %g of %.17g", value,
	    within, expected);
}

static void ck_is(double value, double expected)
{
	ck_assert_msg(
	    !(value < expected) && !(value > expected), "%.17g is not %.17g", value, expected);
}

/* ---- published figures ---- */

START_TEST(the_workbook_chapter_2_figures_come_out)
{
	const uint64_t v = 3663253, g = 3557865;
	struct objective_budget at97 = objective_budget(g, v, 97 * PERCENT);
	struct objective_budget at99 = objective_budget(g, v, 99 * PERCENT);

	ck_near(objective_sli(g, v), 0.97123, 0.000005);
	ck_is(at97.allowed, 109897.59);
	ck_is(at97.remaining, 4509.59);
	ck_near(at97.consumed_ratio, 0.958966, 0.0000005);
	ck_assert(objective_met(g, v, 97 * PERCENT));
	ck_is(at99.allowed, 36632.53);
	ck_assert(!objective_met(g, v, 99 * PERCENT));
}
END_TEST

START_TEST(period_based_budgets_come_out)
{
	struct objective_budget month = objective_budget(43200 - 130, 43200, 99 * PERCENT);
	struct objective_budget weeks = objective_budget(20160, 20160, 95 * PERCENT);

	ck_is(month.allowed, 432);
	ck_is(month.remaining, 302);
	ck_near(month.remaining_ratio, 0.69907, 0.000005);
	ck_is(weeks.allowed, 1008);
}
END_TEST

START_TEST(consumed_and_remaining_shares_come_out)
{
	struct objective_budget a = objective_budget(94946, 100000, 94 * PERCENT);
	struct objective_budget b = objective_budget(999750, 1000000, 999 * PERCENT / 10);

	ck_near(a.consumed_ratio, 0.84233, 0.000005);
	ck_near(a.remaining_ratio, 0.15767, 0.000005);
	ck_is(b.consumed_ratio, 0.25);
	ck_is(b.remaining_ratio, 0.75);
}
END_TEST

START_TEST(allowed_outages_come_out)
{
	const double week = 7 * 86400, four = 28 * 86400;

	ck_is(
	    objective_budget((uint64_t)week, (uint64_t)week, 9995 * PERCENT / 100).allowed, 302.4);
	ck_is(objective_budget((uint64_t)four, (uint64_t)four, 99 * PERCENT).allowed,
	    6 * 3600 + 43 * 60 + 12);
	ck_is(objective_budget((uint64_t)four, (uint64_t)four, 999 * PERCENT / 10).allowed, 2419.2);
	ck_is(
	    objective_budget((uint64_t)four, (uint64_t)four, 9999 * PERCENT / 100).allowed, 241.92);
}
END_TEST

/* ---- boundaries ---- */

static uint64_t common_divisor(uint64_t a, uint64_t b)
{
	return b == 0 ? a : common_divisor(b, a % b);
}

START_TEST(exactly_the_allowed_number_of_bad_events_is_met_and_one_more_is_missed)
{
	for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
		uint64_t divisor = common_divisor(NINES_PPB - targets[i], NINES_PPB);

		for (uint64_t k = 1; k <= 2000; k++) {
			uint64_t allowed = k * ((NINES_PPB - targets[i]) / divisor),
			         v = k * (NINES_PPB / divisor);
			struct objective_budget b = objective_budget(v - allowed, v, targets[i]);

			ck_assert(objective_met(v - allowed, v, targets[i]));
			ck_is(b.allowed, (double)allowed);
			ck_is(b.consumed_ratio, 1);
			ck_is(b.remaining, 0);
			ck_is(b.remaining_ratio, 0);
			ck_assert(!objective_met(v - allowed - 1, v, targets[i]));
			ck_assert(objective_budget(v - allowed - 1, v, targets[i]).remaining < 0);
		}
	}
}
END_TEST

START_TEST(verdicts_hold_for_the_largest_counts)
{
	ck_assert(objective_met(UINT64_MAX, UINT64_MAX, NINES_PPB));
	ck_assert(!objective_met(UINT64_MAX - 1, UINT64_MAX, NINES_PPB));
	ck_assert(objective_met(0, UINT64_MAX, 0));
	ck_assert(objective_below(0, UINT64_MAX, 1, NINES_PPB));
	ck_assert(!objective_below(UINT64_MAX, UINT64_MAX, 1, NINES_PPB));
}
END_TEST

START_TEST(at_100_percent_any_bad_event_misses_and_ratios_have_no_value)
{
	struct objective_budget b = objective_budget(9, 10, NINES_PPB);

	ck_assert(objective_met(10, 10, NINES_PPB));
	ck_assert(!objective_met(9, 10, NINES_PPB));
	ck_is(b.allowed, 0);
	ck_is(b.remaining, -1);
	ck_assert(isnan(b.remaining_ratio) && isnan(b.consumed_ratio));
	ck_assert(!objective_below(9, 10, NINES_PPB, 250000000));
}
END_TEST

START_TEST(no_valid_event_is_no_value)
{
	ck_assert(isnan(objective_sli(0, 0)));
	ck_assert(isnan(objective_wilson(0, 0, 1.96).low));
	ck_assert(isnan(objective_budget(0, 0, 99 * PERCENT).remaining_ratio));
	ck_assert(!objective_below(0, 0, 99 * PERCENT, 250000000));
}
END_TEST

START_TEST(remaining_exactly_at_the_warning_is_not_below_it)
{
	/* T 99 %, V 10,000: 100 allowed. */
	ck_assert(!objective_below(10000 - 75, 10000, 99 * PERCENT, 250000000));
	ck_assert(objective_below(10000 - 76, 10000, 99 * PERCENT, 250000000));
	ck_assert(objective_below(10000 - 101, 10000, 99 * PERCENT, 0));
	ck_assert(!objective_below(10000 - 100, 10000, 99 * PERCENT, 0));
}
END_TEST

/* ---- intervals ---- */

START_TEST(normal_quantiles_are_right_to_the_last_places)
{
	static const struct {
		uint64_t confidence;
		double z;
	} row[] = {
		{ 500000000, 0.674489750196081743203 },
		{ 800000000, 1.281551565544600466965 },
		{ 900000000, 1.644853626951472714864 },
		{ 950000000, 1.959963984540054235525 },
		{ 980000000, 2.326347874040841100886 },
		{ 990000000, 2.575829303548900760967 },
		{ 995000000, 2.807033768343804117222 },
		{ 999000000, 3.290526731491894793221 },
		{ 999999000, 4.891638475698590386231 },
		{ 999999999, 6.109410204869397139935 },
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++)
		ck_near(objective_z(row[i].confidence), row[i].z, 2e-15 * row[i].z);
	ck_is(objective_z(0), 0);
	ck_assert(isinf(objective_z(NINES_PPB)));
}
END_TEST

/* R: prop.test(x, n, correct = FALSE)$conf.int */
START_TEST(wilson_intervals_come_out)
{
	const double z = 1.959963984540054;
	struct objective_interval nine = objective_wilson(9, 10, z),
	                          all = objective_wilson(10, 10, z);
	struct objective_interval none = objective_wilson(0, 10, z),
	                          half = objective_wilson(50, 100, z);

	ck_near(nine.low, 0.5958499732, 1e-10);
	ck_near(nine.high, 0.9821237869, 1e-10);
	ck_near(all.low, 0.7224672001, 1e-10);
	ck_is(all.high, 1);
	ck_is(none.low, 0);
	ck_near(none.high, 0.2775327999, 1e-10);
	ck_near(half.low, 0.4038315304, 1e-10);
	ck_near(half.high, 0.5961684696, 1e-10);
	ck_is(objective_wilson(5, 10, (double)INFINITY).low, 0);
	ck_is(objective_wilson(5, 10, (double)INFINITY).high, 1);
}
END_TEST

START_TEST(a_wilson_interval_holds_its_share)
{
	for (uint64_t v = 1; v < 60; v++)
		for (uint64_t g = 0; g <= v; g++) {
			struct objective_interval w = objective_wilson(g, v, 1.96);
			double sli = objective_sli(g, v);

			ck_assert(0 <= w.low && w.low <= sli && sli <= w.high && w.high <= 1);
		}
}
END_TEST

/* ---- fractions ---- */

START_TEST(fractions_compare_as_their_cross_products)
{
	for (uint64_t a = 0; a < 12; a++)
		for (uint64_t b = 1; b < 12; b++)
			for (uint64_t c = 0; c < 12; c++)
				for (uint64_t d = 1; d < 12; d++) {
					struct fraction x = { a, b }, y = { c, d };
					int expected = (a * d > c * b) - (a * d < c * b);

					ck_assert_int_eq(fraction_compare(x, y), expected);
				}
}
END_TEST

START_TEST(fractions_beyond_128_bits_compare_exactly)
{
	fraction_wide big = ~(fraction_wide)0;
	struct fraction a = { big, big - 1 }, b = { big - 1, big - 2 };

	ck_assert_int_lt(fraction_compare(a, b), 0);
	ck_assert_int_gt(fraction_compare(b, a), 0);
	ck_assert_int_eq(fraction_compare(a, a), 0);
}
END_TEST

SUITE("objective", the_workbook_chapter_2_figures_come_out, period_based_budgets_come_out,
    consumed_and_remaining_shares_come_out, allowed_outages_come_out,
    exactly_the_allowed_number_of_bad_events_is_met_and_one_more_is_missed,
    verdicts_hold_for_the_largest_counts,
    at_100_percent_any_bad_event_misses_and_ratios_have_no_value, no_valid_event_is_no_value,
    remaining_exactly_at_the_warning_is_not_below_it, normal_quantiles_are_right_to_the_last_places,
    wilson_intervals_come_out, a_wilson_interval_holds_its_share,
    fractions_compare_as_their_cross_products, fractions_beyond_128_bits_compare_exactly)
