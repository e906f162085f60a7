#include "when.h"

#include <string.h>

#include "suite.h"

START_TEST(ten_thousand_years_there_and_back_are_the_same)
{
	for (int64_t t = INT64_C(-62135596800); t <= INT64_C(253402300799); t += 11 * 86400 - 1) {
		struct when_civil c;

		when_to_civil(t, &c);
		if (!when_valid(&c) || when_from_civil(&c) != t)
			ck_abort_msg("%lld", (long long)t);
	}
}
END_TEST

START_TEST(instants_are_written_and_kept_in_range)
{
	static const struct {
		int64_t t;
		const char *text;
	} row[] = {
		{ 0, "1970-01-01T00:00:00Z" },
		{ -1, "1969-12-31T23:59:59Z" },
		{ 951782400, "2000-02-29T00:00:00Z" },
		{ 1738108800, "2025-01-29T00:00:00Z" },
		{ INT64_MIN, "0001-01-01T00:00:00Z" },
		{ INT64_MAX, "9999-12-31T23:59:59Z" },
	};
	char buf[WHEN_SIZE];

	for (size_t i = 0; i < sizeof row / sizeof *row; i++)
		ck_assert_str_eq(when_text(buf, row[i].t), row[i].text);
	ck_assert_int_eq(when_weekday(0), 3);
	ck_assert_int_eq(when_weekday(-1), 2);
	ck_assert_int_eq(when_weekday(1736726400), 0);
	ck_assert_int_eq(when_floor(-1, 60), -60);
	ck_assert_int_eq(when_floor(-60, 60), -60);
	ck_assert_int_eq(when_floor(119, 60), 60);
	ck_assert_int_eq(when_floor(INT64_MIN, 60), INT64_MIN);
}
END_TEST

START_TEST(rfc_3339_is_read_strictly)
{
	static const struct {
		const char *text, *utc;
		int has_offset;
	} row[] = {
		{ "2025-01-29T00:00:00Z", "2025-01-29T00:00:00Z", 1 },
		{ "2025-01-29t00:00:00z", "2025-01-29T00:00:00Z", 1 },
		{ "2025-01-29 00:00:00.999+01:00", "2025-01-28T23:00:00Z", 1 },
		{ "2025-01-20T01:00Z", "2025-01-20T01:00:00Z", 1 },
		{ "2025-01-20T01:00-23:59", "2025-01-21T00:59:00Z", 1 },
		{ "2025-01-14", "2025-01-14T00:00:00Z", 0 },
		{ "2025-01-14T10:05", "2025-01-14T10:05:00Z", 0 },
		{ "2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z", 1 },
		{ "2024-02-29", "2024-02-29T00:00:00Z", 0 },
		{ "2025-02-29", NULL, 0 },
		{ "1900-02-29", NULL, 0 },
		{ "2025-02-31T00:00:00Z", NULL, 0 },
		{ "2025-13-01", NULL, 0 },
		{ "2025-00-01", NULL, 0 },
		{ "2025-01-00", NULL, 0 },
		{ "0000-01-01", NULL, 0 },
		{ "2025-01-01T24:00:00Z", NULL, 0 },
		{ "2025-01-01T00:60:00Z", NULL, 0 },
		{ "2025-01-01T00:00:61Z", NULL, 0 },
		{ "2025-01-01T00:00:00+24:00", NULL, 0 },
		{ "2025-01-01T00:00:00+01", NULL, 0 },
		{ "2025-01-01T00:00:00.Z", NULL, 0 },
		{ "2025-01-01T", NULL, 0 },
		{ "2025-01-01Z", NULL, 0 },
		{ "2025-1-1", NULL, 0 },
		{ "25-01-01", NULL, 0 },
		{ "2025-01-01T00:00:00ZZ", NULL, 0 },
		{ "+025-01-01", NULL, 0 },
		{ "", NULL, 0 },
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		const struct str text = str_of(row[i].text);
		char buf[WHEN_SIZE];
		int64_t t = 0;
		int has_offset = 0;
		const int ok = when_rfc3339(text, &t, &has_offset);

		ck_assert_msg(ok == (row[i].utc != NULL), "%s", row[i].text);
		ck_assert_int_eq(has_offset, row[i].has_offset);
		if (ok)
			ck_assert_str_eq(when_text(buf, t), row[i].utc);
		for (size_t n = 0; n < text.n; n++)
			(void)when_rfc3339((struct str){ text.p, n }, &t, &has_offset);
	}
}
END_TEST

START_TEST(a_span_needs_its_unit)
{
	static const struct {
		const char *text;
		int ok;
		int64_t ns;
		const char *written;
	} row[] = {
		{ "28d", 1, INT64_C(2419200000000000), "28d" },
		{ "4w", 1, INT64_C(2419200000000000), "28d" },
		{ "1.5s", 1, 1500000000, "1500ms" },
		{ "1.5h", 1, INT64_C(5400000000000), "90m" },
		{ "300ms", 1, 300000000, "300ms" },
		{ "1000ms", 1, 1000000000, "1s" },
		{ "90s", 1, INT64_C(90000000000), "90s" },
		{ "5m", 1, INT64_C(300000000000), "5m" },
		{ "250us", 1, 250000, "250us" },
		{ "7ns", 1, 7, "7ns" },
		{ "0s", 1, 0, "0s" },
		{ "1000", 0, 0, NULL },
		{ "", 0, 0, NULL },
		{ "h", 0, 0, NULL },
		{ "-1h", 0, 0, NULL },
		{ "1 h", 0, 0, NULL },
		{ "1h30m", 0, 0, NULL },
		{ "1y", 0, 0, NULL },
		{ "1.5.5s", 0, 0, NULL },
		{ "9223372036854775807ns", 1, INT64_MAX, "9223372036854775807ns" },
		{ "9223372036854775808ns", 0, 0, NULL },
		{ "365000d", 0, 0, NULL },
	};
	char buf[WHEN_SIZE];

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		int64_t ns = 0;

		ck_assert_msg(when_span(str_of(row[i].text), &ns) == row[i].ok, "%s", row[i].text);
		ck_assert_int_eq(ns, row[i].ns);
		if (row[i].ok)
			ck_assert_str_eq(when_span_text(buf, ns), row[i].written);
	}
}
END_TEST

SUITE("when", ten_thousand_years_there_and_back_are_the_same,
    instants_are_written_and_kept_in_range, rfc_3339_is_read_strictly, a_span_needs_its_unit)
