#include "num.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "suite.h"

START_TEST(a_percentage_is_read_exactly)
{
	static const struct {
		const char *text;
		enum num_problem problem;
		uint64_t ppb;
	} row[] = {
		{ "99.9%", NUM_OK, 999000000 },
		{ " 99.95 % ", NUM_OK, 999500000 },
		{ "0%", NUM_OK, 0 },
		{ "100%", NUM_OK, 1000000000 },
		{ "100.0000000%", NUM_OK, 1000000000 },
		{ "99.9999999%", NUM_OK, 999999999 },
		{ "0.0000001%", NUM_OK, 1 },
		{ ".5%", NUM_OK, 5000000 },
		{ "99.99999999%", NUM_TOO_MANY_PLACES, 0 },
		{ "100.0000001%", NUM_OUT_OF_RANGE, 0 },
		{ "-1%", NUM_OUT_OF_RANGE, 0 },
		{ "99999999999999999999%", NUM_OUT_OF_RANGE, 0 },
		{ "0.999", NUM_NO_PERCENT_SIGN, 0 },
		{ "1000", NUM_NO_PERCENT_SIGN, 0 },
		{ "", NUM_NOT_A_NUMBER, 0 },
		{ "%", NUM_NOT_A_NUMBER, 0 },
		{ ".%", NUM_NOT_A_NUMBER, 0 },
		{ "9.9.9%", NUM_NOT_A_NUMBER, 0 },
		{ "1e2%", NUM_NOT_A_NUMBER, 0 },
		{ "99,9%", NUM_NOT_A_NUMBER, 0 },
		{ "nan%", NUM_NOT_A_NUMBER, 0 },
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		uint64_t ppb = 0;

		ck_assert_msg(
		    num_percent(str_of(row[i].text), &ppb) == row[i].problem, "%s", row[i].text);
		ck_assert_uint_eq(ppb, row[i].ppb);
	}
}
END_TEST

START_TEST(a_decimal_is_scaled_exactly)
{
	static const struct {
		const char *text;
		unsigned scale;
		int ok;
		uint64_t value;
	} row[] = {
		{ "0.031", 9, 1, 31000000 },
		{ "12", 3, 1, 12000 },
		{ "12", 0, 1, 12 },
		{ "1.999", 0, 1, 1 },
		{ "0.1234567891", 9, 1, 123456789 },
		{ "5.", 1, 1, 50 },
		{ ".5", 1, 1, 5 },
		{ "18446744073709551615", 0, 1, UINT64_MAX },
		{ "18446744073709551616", 0, 0, 0 },
		{ "18446744073.709551615", 9, 1, UINT64_MAX },
		{ "18446744073.709551616", 9, 0, 0 },
		{ "", 9, 0, 0 },
		{ ".", 9, 0, 0 },
		{ "-", 9, 0, 0 },
		{ "-1", 9, 0, 0 },
		{ "1.2.3", 1, 0, 0 },
		{ "1.2x", 0, 0, 0 },
		{ "1e3", 9, 0, 0 },
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		uint64_t v = 0;

		ck_assert_msg(num_scaled(str_of(row[i].text), row[i].scale, &v) == row[i].ok, "%s",
		    row[i].text);
		ck_assert_uint_eq(v, row[i].value);
	}
}
END_TEST

START_TEST(the_shortest_decimal_is_written)
{
	static const struct {
		double v;
		const char *text;
	} row[] = {
		{ 0, "0" },
		{ -0.0, "0" },
		{ 1, "1" },
		{ -14.88, "-14.88" },
		{ 0.1, "0.1" },
		{ 0.1 + 0.2, "0.30000000000000004" },
		{ 100, "100" },
		{ 182.934, "182.934" },
		{ 1e-7, "0.0000001" },
		{ 1.5e-8, "1.5e-8" },
		{ 1e20, "100000000000000000000" },
		{ 1e21, "1e21" },
		{ 1.25e22, "1.25e22" },
		{ DBL_MAX, "1.7976931348623157e308" },
		{ -DBL_MAX, "-1.7976931348623157e308" },
		{ 5e-324, "5e-324" },
		{ (double)NAN, "null" },
		{ (double)INFINITY, "null" },
		{ -(double)INFINITY, "null" },
	};
	char buf[NUM_SIZE];

	for (size_t i = 0; i < sizeof row / sizeof *row; i++)
		ck_assert_str_eq(num_shortest(buf, row[i].v), row[i].text);
}
END_TEST

START_TEST(every_double_reads_back_the_same)
{
	uint64_t bits = 1;
	char buf[NUM_SIZE];

	for (int i = 0; i < 20000; i++) {
		double v;

		bits = bits * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
		memcpy(&v, &bits, sizeof v);
		if (!isfinite(v))
			continue;
		ck_assert_msg(strtod(num_shortest(buf, v), NULL) == v, "%s", buf);
	}
}
END_TEST

START_TEST(a_ratio_never_rounds_a_miss_up_to_its_target)
{
	static const struct {
		uint64_t a, b;
		unsigned places;
		int up;
		const char *text;
	} row[] = {
		{ 999, 1000, 1, 0, "99.9" },
		{ 99899, 100000, 1, 0, "99.8" },
		{ 1, 3, 3, 0, "33.333" },
		{ 1, 3, 3, 1, "33.334" },
		{ 1, 1, 0, 1, "100" },
		{ 0, 7, 2, 1, "0.00" },
		{ 1, UINT64_MAX, 3, 0, "0.000" },
		{ 1, UINT64_MAX, 3, 1, "0.001" },
		{ UINT64_MAX - 1, UINT64_MAX, 7, 0, "99.9999999" },
		{ UINT64_MAX, 1, 16, 0, "1844674407370955161500.0000000000000000" },
		{ UINT64_MAX, 1, 99, 1, "1844674407370955161500.0000000000000000" },
	};
	char buf[NUM_SIZE];

	for (size_t i = 0; i < sizeof row / sizeof *row; i++)
		ck_assert_str_eq(
		    num_ratio_text(buf, row[i].a, row[i].b, row[i].places, row[i].up), row[i].text);
	ck_assert_str_eq(num_percent_text(buf, 999500000), "99.95");
	ck_assert_str_eq(num_percent_text(buf, 1000000000), "100");
	ck_assert_str_eq(num_percent_text(buf, 0), "0");
	ck_assert_str_eq(num_percent_text(buf, 999999999), "99.9999999");
}
END_TEST

SUITE("num", a_percentage_is_read_exactly, a_decimal_is_scaled_exactly,
    the_shortest_decimal_is_written, every_double_reads_back_the_same,
    a_ratio_never_rounds_a_miss_up_to_its_target)
