#include "suite.h"

#include <math.h>

#include "burn.h"
#include "nines.h"

#define PERCENT 10000000u
#define T90     (90 * PERCENT)
#define T999    (999 * (PERCENT / 10))
#define DAY     86400
#define HOUR    3600

static void ck_near(double value, double expected, double within)
{
	ck_assert_msg(fabs(value - expected) <= within, "%.17g is not within %g of %.17g", value,
	    within, expected);
}

START_TEST(the_workbook_factors_come_out)
{
	static const struct {
		uint64_t budget;
		int64_t period_d, long_h;
		double factor;
	} row[] = {
		{ 2, 30, 1, 14.4 },
		{ 5, 30, 6, 6 },
		{ 10, 30, 24, 3 },
		{ 10, 30, 72, 1 },
		{ 2, 28, 1, 13.44 },
		{ 5, 28, 6, 5.6 },
		{ 10, 28, 24, 2.8 },
		{ 10, 28, 72, 2.8 / 3 },
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++)
		ck_near(burn_factor(
		            row[i].budget * PERCENT, row[i].period_d * DAY, row[i].long_h * HOUR),
		    row[i].factor, 1e-15 * row[i].factor);
}
END_TEST

/* With every request failing, the first minute at which burn over the long window passes the
 * factor. */
START_TEST(the_workbook_detection_times_come_out)
{
	static const struct {
		uint64_t budget;
		int64_t long_h;
		double minutes;
	} row[] = {
		{ 2, 1, 0.864 },
		{ 5, 6, 2.16 },
		{ 10, 72, 4.32 },
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		/* 1,000 events a minute: the detection time is a whole number of events. */
		uint64_t valid = (uint64_t)row[i].long_h * 60 * 1000;
		uint64_t bad = (uint64_t)llround(row[i].minutes * 1000);

		ck_assert(!burn_exceeds(valid - bad, valid, T999, row[i].budget * PERCENT, 30 * DAY,
		    row[i].long_h * HOUR));
		ck_assert(burn_exceeds(valid - bad - 1, valid, T999, row[i].budget * PERCENT,
		    30 * DAY, row[i].long_h * HOUR));
	}
}
END_TEST

START_TEST(an_hour_of_errors_spends_139_percent_of_a_month)
{
	double spent = burn_rate(0, 1000, T999) * HOUR / (30.0 * DAY);

	ck_near(spent, 1.3888888888888889, 1e-12);
}
END_TEST

START_TEST(one_failure_in_ten_burns_at_100)
{
	double rate = burn_rate(9, 10, T999);

	ck_assert(!(rate < 100) && !(rate > 100));
	ck_near(rate * HOUR / (30.0 * DAY), 0.1389, 0.00005);
}
END_TEST

START_TEST(published_burn_rates_come_out)
{
	ck_near(burn_rate(94946, 100000, 94 * PERCENT), 0.842, 0.0005);
	ck_near(burn_rate(999750, 1000000, T999), 0.25, 0);
}
END_TEST

START_TEST(no_burn_is_higher_than_one_over_the_budget)
{
	ck_near(burn_highest(T90), 10, 0);
	ck_near(burn_rate(0, 7, T90), 10, 0);
	ck_assert(!burn_exceeds(0, 7, T90, 2 * PERCENT, 30 * DAY, HOUR)); /* 14.4 */
	ck_assert(isinf(burn_highest(NINES_PPB)));
}
END_TEST

START_TEST(a_burn_rate_at_the_factor_does_not_exceed_it)
{
	/* 14.4 x 0.1 % = 1.44 % of 100,000. */
	ck_assert(!burn_exceeds(100000 - 1440, 100000, T999, 2 * PERCENT, 30 * DAY, HOUR));
	ck_assert(burn_exceeds(100000 - 1441, 100000, T999, 2 * PERCENT, 30 * DAY, HOUR));
	/* 28 d: 10 % over 3 d is 14/15, which no double holds: 0.0933... % of 15,000 is 14. */
	ck_assert(!burn_exceeds(15000 - 14, 15000, T999, 10 * PERCENT, 28 * DAY, 3 * DAY));
	ck_assert(burn_exceeds(15000 - 15, 15000, T999, 10 * PERCENT, 28 * DAY, 3 * DAY));
}
END_TEST

START_TEST(the_largest_counts_compare_exactly)
{
	uint64_t most = UINT64_MAX;

	ck_assert(burn_exceeds(0, most, T999, NINES_PPB, 3 * DAY, 3 * DAY));
	ck_assert(!burn_exceeds(most, most, T999, 1, 1, INT64_MAX));
	ck_assert(burn_exceeds(most - 1, most, T999, 0, 1, 1));
}
END_TEST

START_TEST(without_events_or_budget_there_is_no_burn)
{
	ck_assert(isnan(burn_rate(0, 0, T999)));
	ck_assert(isnan(burn_rate(1, 2, NINES_PPB)));
	ck_assert(!burn_exceeds(0, 0, T999, 0, DAY, HOUR));
	ck_assert(!burn_exceeds(0, 5, NINES_PPB, 0, DAY, HOUR));
}
END_TEST

SUITE("burn", the_workbook_factors_come_out, the_workbook_detection_times_come_out,
    an_hour_of_errors_spends_139_percent_of_a_month, one_failure_in_ten_burns_at_100,
    published_burn_rates_come_out, no_burn_is_higher_than_one_over_the_budget,
    a_burn_rate_at_the_factor_does_not_exceed_it, the_largest_counts_compare_exactly,
    without_events_or_budget_there_is_no_burn)
