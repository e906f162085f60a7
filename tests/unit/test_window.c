#include "suite.h"

#include "nines.h"
#include "when.h"
#include "window.h"

#define DAY 86400

static int64_t at(const char *text)
{
	int64_t t;
	int has_offset;

	ck_assert_msg(when_rfc3339(str_of(text), &t, &has_offset), "%s", text);
	return t;
}

static struct zone *load(const char *name)
{
	struct zone *zone;

	ck_assert_int_eq(zone_load(&zone, str_of(name), nines_io_system(), NULL), NINES_OK);
	return zone;
}

static const struct window_span no_data;

START_TEST(a_rolling_window_ends_at_as_of)
{
	struct spec_window w = { .kind = SPEC_ROLLING, .length_s = 28 * DAY };
	int64_t as_of = at("2025-01-29T00:00:00Z");
	struct window_span span = window_at(&w, NULL, as_of, no_data);

	ck_assert_int_eq(span.to, as_of);
	ck_assert_int_eq(span.from, at("2025-01-01T00:00:00Z"));
	ck_assert_int_eq(window_period_s(&w, NULL, span), 28 * DAY);
}
END_TEST

START_TEST(a_calendar_window_is_the_period_of_the_last_instant_before_as_of)
{
	static const struct {
		enum spec_window_kind kind;
		const char *zone, *as_of, *from;
		double period_h;
	} row[] = {
		{ SPEC_HOUR, "UTC", "2025-01-29T12:30:00Z", "2025-01-29T12:00:00Z", 1 },
		{ SPEC_HOUR, "UTC", "2025-01-29T12:00:00Z", "2025-01-29T11:00:00Z", 1 },
		{ SPEC_HOUR, "Asia/Kolkata", "2025-01-29T12:00:00Z", "2025-01-29T11:30:00Z", 1 },
		{ SPEC_DAY, "UTC", "2025-01-29T12:00:00Z", "2025-01-29T00:00:00Z", 24 },
		{ SPEC_DAY, "UTC", "2025-01-29T00:00:00Z", "2025-01-28T00:00:00Z", 24 },
		{ SPEC_WEEK, "UTC", "2025-01-29T12:00:00Z", "2025-01-27T00:00:00Z", 168 },
		{ SPEC_WEEK, "UTC", "2025-01-27T00:00:00Z", "2025-01-20T00:00:00Z", 168 },
		{ SPEC_MONTH, "UTC", "2025-02-01T00:00:00Z", "2025-01-01T00:00:00Z", 744 },
		{ SPEC_MONTH, "UTC", "2025-02-01T00:01:00Z", "2025-02-01T00:00:00Z", 672 },
		{ SPEC_MONTH, "UTC", "2024-02-29T23:59:00Z", "2024-02-01T00:00:00Z", 696 },
		{ SPEC_QUARTER, "UTC", "2025-05-05T00:00:00Z", "2025-04-01T00:00:00Z", 91 * 24 },
		{ SPEC_YEAR, "UTC", "2025-01-01T00:00:00Z", "2024-01-01T00:00:00Z", 366 * 24 },
		/* Clocks go forward on 30 March 2025 and back on 26 October. */
		{ SPEC_DAY, "Europe/Berlin", "2025-03-30T12:00:00Z", "2025-03-29T23:00:00Z", 23 },
		{ SPEC_DAY, "Europe/Berlin", "2025-10-26T12:00:00Z", "2025-10-25T22:00:00Z", 25 },
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct spec_window w = { .kind = row[i].kind };
		struct zone *zone = load(row[i].zone);
		struct window_span span = window_at(&w, zone, at(row[i].as_of), no_data);

		ck_assert_msg(span.from == at(row[i].from), "row %zu", i);
		ck_assert_int_eq(span.to, at(row[i].as_of));
		ck_assert_int_eq(
		    window_period_s(&w, zone, span), (int64_t)(row[i].period_h * 3600));
		zone_free(zone);
	}
}
END_TEST

START_TEST(the_window_of_all_time_is_the_span_of_the_data_before_as_of)
{
	struct spec_window w = { .kind = SPEC_ALL_TIME };
	struct window_span data = { 600, 6000 };
	static const struct {
		int64_t as_of, from, to;
	} row[] = {
		{ 9000, 600, 6000 },
		{ 6000, 600, 6000 },
		{ 1200, 600, 1200 },
		{ 60, 60, 60 },
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct window_span span = window_at(&w, NULL, row[i].as_of, data);

		ck_assert_int_eq(span.from, row[i].from);
		ck_assert_int_eq(span.to, row[i].to);
		ck_assert_int_eq(window_period_s(&w, NULL, span), row[i].to - row[i].from);
	}
}
END_TEST

SUITE("window", a_rolling_window_ends_at_as_of,
    a_calendar_window_is_the_period_of_the_last_instant_before_as_of,
    the_window_of_all_time_is_the_span_of_the_data_before_as_of)
