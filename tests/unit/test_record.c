#include "record.h"
#include "suite.h"

#include <stdio.h>
#include <string.h>

#define MISSING (-1)
#define INVALID (-2)

static const struct {
	const char *text;
	enum record_unit unit;
	int64_t ns;
} rows[] = {
	{ "0.031", RECORD_UNIT_S, 31000000 },
	{ "0.000", RECORD_UNIT_S, 0 },
	{ "9.876", RECORD_UNIT_S, 9876000000 },
	{ "9.876", RECORD_UNIT_MS, 9876000 },
	{ "9:876", RECORD_UNIT_S, INVALID },
	{ "0.0:0", RECORD_UNIT_S, INVALID },
	{ "/.000", RECORD_UNIT_S, INVALID },
	{ "12", RECORD_UNIT_S, 12000000000 },
	{ "1500", RECORD_UNIT_MS, 1500000000 },
	{ "1500", RECORD_UNIT_US, 1500000 },
	{ "357313", RECORD_UNIT_NS, 357313 },
	{ "0.5", RECORD_UNIT_NS, 0 },
	{ "1.9999999999", RECORD_UNIT_S, 1999999999 },
	{ "1", RECORD_UNIT_NONE, 1000000000 },
	{ " 0.5 ", RECORD_UNIT_S, 500000000 },
	{ ".5", RECORD_UNIT_S, 500000000 },
	{ "0.248406s", RECORD_UNIT_S, 248406000 },
	{ "123ms", RECORD_UNIT_S, 123000000 },
	{ "123000ms", RECORD_UNIT_US, 123000000000 },
	{ "17.5us", RECORD_UNIT_S, 17500 },
	{ "17.5\xc2\xb5s", RECORD_UNIT_S, 17500 },
	{ "17ns", RECORD_UNIT_S, 17 },
	{ "1m2.5s", RECORD_UNIT_S, 62500000000 },
	{ "1h0m1s", RECORD_UNIT_S, 3601000000000 },
	{ "1m2", RECORD_UNIT_S, 62000000000 },
	{ "9.29675e-05", RECORD_UNIT_S, 92967 },
	{ "1.5E+1", RECORD_UNIT_S, 15000000000 },
	{ "1e-9", RECORD_UNIT_S, 1 },
	{ "1e-99", RECORD_UNIT_S, 0 },
	{ "0e99", RECORD_UNIT_S, 0 },
	{ "+384", RECORD_UNIT_MS, 384000000 },
	{ "0.001, 0.020", RECORD_UNIT_S, 21000000 },
	{ "0.005 : 0.019", RECORD_UNIT_S, 24000000 },
	{ "0.001, 0.020 : 0.003", RECORD_UNIT_S, 24000000 },
	{ "-, 0.020", RECORD_UNIT_S, 20000000 },
	{ "0.020 : -", RECORD_UNIT_S, 20000000 },
	{ "-", RECORD_UNIT_S, MISSING },
	{ "", RECORD_UNIT_S, MISSING },
	{ "  ", RECORD_UNIT_S, MISSING },
	{ "-1", RECORD_UNIT_MS, MISSING },
	{ "-, -", RECORD_UNIT_S, MISSING },
	{ "- : -", RECORD_UNIT_S, MISSING },
	{ "-2", RECORD_UNIT_MS, INVALID },
	{ "-0.5", RECORD_UNIT_S, INVALID },
	{ "-1234", RECORD_UNIT_US, INVALID },
	{ "--", RECORD_UNIT_S, INVALID },
	{ "+", RECORD_UNIT_S, INVALID },
	{ ".", RECORD_UNIT_S, INVALID },
	{ "1,5", RECORD_UNIT_S, INVALID },
	{ "1:30", RECORD_UNIT_S, INVALID },
	{ "0.001,0.002", RECORD_UNIT_S, INVALID },
	{ "0.001, ", RECORD_UNIT_S, INVALID },
	{ "0.001, x", RECORD_UNIT_S, INVALID },
	{ "1 2", RECORD_UNIT_S, INVALID },
	{ "1e", RECORD_UNIT_S, INVALID },
	{ "1e100", RECORD_UNIT_S, INVALID },
	{ "1e30", RECORD_UNIT_S, INVALID },
	{ "1d", RECORD_UNIT_S, INVALID },
	{ "NaN", RECORD_UNIT_S, INVALID },
	{ "true", RECORD_UNIT_S, INVALID },
	{ "0x10", RECORD_UNIT_S, INVALID },
	{ "9223372036", RECORD_UNIT_S, 9223372036000000000 },
	{ "9223372037", RECORD_UNIT_S, INVALID },
	{ "9223372036854775807", RECORD_UNIT_NS, INT64_MAX },
	{ "9223372036854775808", RECORD_UNIT_NS, INVALID },
	{ "99999999999999999999999999", RECORD_UNIT_NS, INVALID },
	{ "9000000000, 9000000000", RECORD_UNIT_S, INVALID },
	{ "0000000000000000000000000000000000000001", RECORD_UNIT_S, 1000000000 },
};

START_TEST(a_duration_is_nanoseconds_or_missing_or_invalid)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		int64_t ns = 77;
		const enum record_took took = record_took(str_of(rows[i].text), rows[i].unit, &ns);

		if (rows[i].ns >= 0) {
			ck_assert_msg(took == RECORD_TOOK && ns == rows[i].ns,
			    "'%s' gives %d, %lld", rows[i].text, took, (long long)ns);
			continue;
		}
		ck_assert_msg(
		    took == (rows[i].ns == MISSING ? RECORD_TOOK_MISSING : RECORD_TOOK_INVALID),
		    "'%s' gives %d", rows[i].text, took);
		ck_assert_int_eq(ns, 77);
	}
}
END_TEST

START_TEST(every_field_and_reject_has_its_own_name)
{
	for (int i = 0; i < RECORD_FIELDS; i++) {
		ck_assert_uint_gt(strlen(record_field_meaning((enum record_field)i)), 0);
		for (int j = 0; j < i; j++)
			ck_assert_str_ne(record_field_name((enum record_field)i),
			    record_field_name((enum record_field)j));
	}
	for (int i = 0; i < RECORD_REJECTS; i++)
		for (int j = 0; j < i; j++)
			ck_assert_str_ne(record_reject_name((enum record_reject)i),
			    record_reject_name((enum record_reject)j));
}
END_TEST

/* Digits in a byte each. */
static int64_t digits_ns(uint64_t digits)
{
	int64_t ms = 0;

	for (int byte = 4; byte >= 0; byte--)
		if (byte != 3)
			ms = ms * 10 + (int64_t)(digits >> 8 * byte & 0xff);
	return ms * 1000000;
}

START_TEST(the_digits_of_a_plain_duration_are_what_it_is)
{
	char text[] = "1.234";
	const struct str s = { text, 5 };
	uint64_t digits, before = 0;
	size_t read = 0;
	int64_t ns;

	for (size_t k = 0; k < 5; k++)
		for (size_t i = 0; i <= k; i++)
			for (unsigned c = 0; c < 256 * 256; c++) {
				memcpy(text, "1.234", 5);
				text[i] = (char)(c >> 8);
				text[k] = (char)(c & 0xff);
				if (!record_took_digits(s, &digits))
					continue;
				read++;
				ck_assert_int_eq(record_took(s, RECORD_UNIT_S, &ns), RECORD_TOOK);
				ck_assert_int_eq(digits_ns(digits), ns);
			}
	ck_assert_uint_gt(read, 1000);
	for (int ms = 0; ms < 10000; ms++) {
		char shown[6];

		(void)snprintf(shown, sizeof shown, "%d.%03d", ms / 1000, ms % 1000);
		ck_assert(record_took_digits(str_of(shown), &digits));
		ck_assert_int_eq(digits_ns(digits), (int64_t)ms * 1000000);
		ck_assert(ms == 0 || digits > before);
		before = digits;
	}
	ck_assert(!record_took_digits(STR("0.24"), &digits));
	ck_assert(!record_took_digits(STR("0.2480"), &digits));
	ck_assert(!record_took_digits(STR(""), &digits));
}
END_TEST

SUITE("record", a_duration_is_nanoseconds_or_missing_or_invalid,
    every_field_and_reject_has_its_own_name, the_digits_of_a_plain_duration_are_what_it_is)
