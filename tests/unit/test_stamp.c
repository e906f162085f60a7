#include "stamp.h"
#include "suite.h"

#include <stdio.h>
#include <string.h>

#include "nines.h"

#define BAD INT64_MIN

static int64_t parse_in(
    struct stamp_memo *memo, const struct zone *zone, const char *text, int *ambiguous)
{
	int64_t t = 77;
	int twice = 7;

	if (!stamp_parse(memo, zone, str_of(text), &t, &twice)) {
		ck_assert_int_eq(t, 77);
		ck_assert_int_eq(twice, 7);
		return BAD;
	}
	if (ambiguous)
		*ambiguous = twice;
	return t;
}

static int64_t parse(const char *text)
{
	struct stamp_memo memo = { .n = 0 };

	return parse_in(&memo, NULL, text, NULL);
}

static const struct {
	const char *text;
	int64_t t;
} rows[] = {
	{ "10/Oct/2000:13:55:36 -0700", 971211336 },
	{ "[10/Oct/2000:13:55:36 -0700]", 971211336 },
	{ "10/Oct/2000:13:55:36 -07:00", 971211336 },
	{ "10/Oct/2000:20:55:36 +0000", 971211336 },
	{ "10/Oct/2000:20:55:36 Z", BAD },
	{ "10/Oct/2000:20:55:36Z", 971211336 },
	{ "10/Oct/2000:20:55:36", 971211336 },
	{ "10/Oct/2000:20:55:36.999", 971211336 },
	{ "10/Oct/2000:20:55:36,999 +0000", 971211336 },
	{ "10/Oct/2000 20:55:36.123 +0000", 971211336 },
	{ "06/Feb/2009:12:14:14.655", 1233922454 },
	{ "01/Jan/1970:00:00:00 +0000", 0 },
	{ "01/Jan/1970:00:00:00 +0100", BAD },
	{ "31/Dec/9999:23:59:59 +0000", 253402300799 },
	{ "31/Dec/9999:23:59:60 +0000", BAD },
	{ "31/Dec/9999:23:59:59 -0100", BAD },
	{ "29/Feb/2024:00:00:00 +0000", 1709164800 },
	{ "29/Feb/2023:00:00:00 +0000", BAD },
	{ "29/Feb/2100:00:00:00 +0000", BAD },
	{ "31/Feb/2024:00:00:00 +0000", BAD },
	{ "30/Feb/2023:00:00:00 +0000", BAD },
	{ "31/Apr/2023:00:00:00 +0000", BAD },
	{ "00/Jan/2023:00:00:00 +0000", BAD },
	{ "01/Jan/0000:00:00:00 +0000", BAD },
	{ "10/Okt/2000:13:55:36 -0700", BAD },
	{ "10/oct/2000:13:55:36 -0700", BAD },
	{ "10/OCT/2000:13:55:36 -0700", BAD },
	{ "10/Oct/2000:24:00:00 +0000", BAD },
	{ "10/Oct/2000:25:00:00 +0000", BAD },
	{ "10/Oct/2000:23:60:00 +0000", BAD },
	{ "30/Jun/2015:23:59:60 +0000", 1435708800 },
	{ "30/Jun/2015:23:59:61 +0000", BAD },
	{ "10/Oct/2000:13:55:36 +2359", 971099796 },
	{ "10/Oct/2000:13:55:36 +2400", BAD },
	{ "10/Oct/2000:13:55:36 +0060", BAD },
	{ "10/Oct/2000:13:55:36 +05", 971168136 },
	{ "10/Oct/2000:13:55:36 +5", BAD },
	{ "10/Oct/2000:13:55:36 0700", BAD },
	{ "10/Oct/2000:13:55:36 -0700 ", BAD },
	{ " 10/Oct/2000:13:55:36 -0700", BAD },
	{ "10/Oct/2000:13:55:36 -07000", BAD },
	{ "10/Oct/2000:13:55:36.", BAD },
	{ "10/Oct/2000:13:55", BAD },
	{ "10/Oct/00:13:55:36 -0700", BAD },
	{ "1/Oct/2000:13:55:36 -0700", BAD },
	{ "Feb  6 12:14:14", BAD },
	{ "2023-11-15T01:02:03+01:00", 1700006523 },
	{ "2023-11-15T01:02:03.123456789+01:00", 1700006523 },
	{ "2023-11-15T01:02:03,5+0100", 1700006523 },
	{ "2023-11-15 01:02:03 +0100", 1700006523 },
	{ "2023-11-15T00:02:03Z", 1700006523 },
	{ "2023-11-15t00:02:03z", 1700006523 },
	{ "2023-11-15 00:02:03", 1700006523 },
	{ "2019-12-13\t22:36:27", 1576276587 },
	{ "1995-07-03 09:00:00", 804762000 },
	{ "2023-11-15", BAD },
	{ "2023-11-15T00:02", BAD },
	{ "2023-11-31T00:02:03Z", BAD },
	{ "2023-13-01T00:02:03Z", BAD },
	{ "2023-11-15T00:02:03ZZ", BAD },
	{ "2023-11-15T00:02:03+25:00", BAD },
	{ "1700000000", 1700000000 },
	{ "1700000000.123", 1700000000 },
	{ "1646861401.5241024", 1646861401 },
	{ "1700000000123", 1700000000 },
	{ "1700000000123456", 1700000000 },
	{ "1700000000123456789", 1700000000 },
	{ "1700000000123.75", 1700000000 },
	{ "804762000", 804762000 },
	{ "804762000123", 804762000 },
	{ "1.7e9", 1700000000 },
	{ "1.700006523123E+09", 1700006523 },
	{ "1.700006523123e12", 1700006523 },
	{ "17000065230e-1", 1700006523 },
	{ "1.7e99", BAD },
	{ "1.7e", BAD },
	{ "1700000000.", BAD },
	{ "404", BAD },
	{ "17000000000", BAD },
	{ "17000000001234567890", BAD },
	{ "01700000000", BAD },
	{ "-1700000000", BAD },
	{ "1700000000x", BAD },
	{ "", BAD },
	{ "-", BAD },
	{ "[]", BAD },
	{ "[", BAD },
};

START_TEST(a_stamp_is_its_instant_or_is_refused)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		ck_assert_msg(parse(rows[i].text) == rows[i].t, "%s gives %lld", rows[i].text,
		    (long long)parse(rows[i].text));
}
END_TEST

START_TEST(a_cut_stamp_is_never_read_beyond_its_end)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const size_t n = strlen(rows[i].text);

		for (size_t j = 0; j < n; j++) {
			char *exact = malloc(j ? j : 1);
			struct stamp_memo memo = { .n = 0 };
			int64_t t;
			int twice;

			memcpy(exact, rows[i].text, j);
			(void)stamp_parse(&memo, NULL, (struct str){ exact, j }, &t, &twice);
			ck_assert_uint_le(stamp_width((struct str){ exact, j }), j);
			free(exact);
		}
	}
}
END_TEST

static uint64_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* Days counted one year and one month at a time. */
static int64_t slow_days(int year, int month, int day)
{
	static const int length[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int64_t days = day - 1;

	for (int y = 1970; y < year; y++)
		days += (y % 4 == 0 && y % 100 != 0) || y % 400 == 0 ? 366 : 365;
	for (int m = 1; m < month; m++)
		days += length[m - 1] +
		    (m == 2 && ((year % 4 == 0 && year % 100 != 0) || year % 400 == 0));
	return days;
}

/* One random stamp in either notation, and its instant. */
static int64_t random_stamp(uint64_t *seed, char text[64])
{
	static const char *const month_name[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul",
		"Aug", "Sep", "Oct", "Nov", "Dec" };
	const int year = 1971 + (int)(next_random(seed) % 400),
	          month = 1 + (int)(next_random(seed) % 12);
	const int day = 1 + (int)(next_random(seed) % 28), hour = (int)(next_random(seed) % 24);
	const int minute = (int)(next_random(seed) % 60), second = (int)(next_random(seed) % 60);
	const int off = (int)(next_random(seed) % (2 * 1439 + 1)) - 1439;
	const int size = off < 0 ? -off : off;
	const char sign = off < 0 ? '-' : '+';

	if (next_random(seed) & 1)
		snprintf(text, 64, "%02d/%s/%04d:%02d:%02d:%02d %c%02d%02d", day,
		    month_name[month - 1], year, hour, minute, second, sign, size / 60, size % 60);
	else
		snprintf(text, 64, "%04d-%02d-%02dT%02d:%02d:%02d.5%c%02d:%02d", year, month, day,
		    hour, minute, second, sign, size / 60, size % 60);
	return slow_days(year, month, day) * 86400 + hour * 3600 + minute * 60 + second - off * 60;
}

START_TEST(random_stamps_agree_with_a_slow_calendar)
{
	uint64_t seed = 88172645463325252u;
	char text[64];

	for (int i = 0; i < 20000; i++) {
		const int64_t want = random_stamp(&seed, text);

		ck_assert_msg(parse(text) == want, "%s", text);
		ck_assert_uint_eq(stamp_width(str_of(text)), strlen(text));
	}
}
END_TEST

START_TEST(a_memo_changes_nothing)
{
	static const char *const few[] = { "10/Oct/2000:13:55:36 -0700",
		"10/Oct/2000:13:55:59 -0700", "10/Oct/2000:13:55:60 -0700",
		"10/Oct/2000:13:55:61 -0700", "10/Oct/2000:13:55:36 +0700",
		"10/Oct/2000:13:55:36 +07:00", "10/Oct/2000:13:55:36.5", "10/Oct/2000:13:55:36",
		"31/Feb/2000:13:55:36", "31/Feb/2000:13:55:37", "2000-10-10T13:55:36",
		"2000-10-10 13:55:37", "2000-10-10T13:55:38Z", "1700000000", "10/Oct/2000:13:55:3x",
		"10/Oct/2000:13:55:36 +99", "1970-01-01T00:00:30+00:01",
		"1970-01-01T00:01:30+00:01" };
	struct stamp_memo memo = { .n = 0 };
	uint64_t seed = 42;

	for (int i = 0; i < 20000; i++) {
		const char *text = few[next_random(&seed) % (sizeof few / sizeof *few)];

		ck_assert_msg(parse_in(&memo, NULL, text, NULL) == parse(text), "%s", text);
	}
}
END_TEST

/* A day's stamps, some with a byte that is otherwise, in any order. */
START_TEST(a_memo_of_the_day_changes_nothing)
{
	static const char *const form[] = { "10/Oct/2000:%02d:%02d:%02d -0700",
		"2000-10-10T%02d:%02d:%02d+05:30", "01/Jan/1970:%02d:%02d:%02d +0100",
		"31/Dec/9999:%02d:%02d:%02d -0100", "2000-10-10T%02d:%02d:%02d" };
	static const char odd[] = "0123456789:/ +-TZa";
	struct stamp_memo memo = { .n = 0 };
	uint64_t seed = 4711;
	size_t read = 0;
	char text[64];

	for (int i = 0; i < 200000; i++) {
		const int hour = (int)(next_random(&seed) % 25),
		          minute = (int)(next_random(&seed) % 61),
		          second = (int)(next_random(&seed) % 62);
		int64_t want;

		snprintf(text, sizeof text, form[i / 100 % 5], hour, minute, second);
		if (next_random(&seed) % 8 == 0)
			text[next_random(&seed) % strlen(text)] =
			    odd[next_random(&seed) % (sizeof odd - 1)];
		want = parse(text);
		read += want != BAD;
		ck_assert_msg(parse_in(&memo, NULL, text, NULL) == want, "%s", text);
	}
	ck_assert_uint_gt(read, 100000);
}
END_TEST

START_TEST(a_stamp_without_an_offset_is_local_time)
{
	struct nines_error err = { .code = NINES_OK };
	struct stamp_memo memo = { .n = 0 };
	struct zone *zone = NULL;
	int twice;

	ck_assert_int_eq(
	    zone_load(&zone, STR("America/New_York"), nines_io_system(), &err), NINES_OK);
	ck_assert_int_eq(parse_in(&memo, zone, "1995-07-03 09:00:00", &twice), 804776400);
	ck_assert_int_eq(twice, 0);
	ck_assert_int_eq(parse_in(&memo, zone, "1995-07-03 09:00:59", &twice), 804776459);
	ck_assert_int_eq(parse_in(&memo, zone, "1995-07-03 09:00:00Z", &twice), 804762000);
	ck_assert_int_eq(parse_in(&memo, zone, "2023-11-05 01:30:00", &twice), 1699162200);
	ck_assert_int_eq(twice, 1);
	ck_assert_int_eq(parse_in(&memo, zone, "2023-11-05 01:30:01", &twice), 1699162201);
	ck_assert_int_eq(twice, 1);
	ck_assert_int_eq(parse_in(&memo, zone, "2023-11-05 02:00:00", &twice), 1699167600);
	ck_assert_int_eq(twice, 0);
	zone_free(zone);
}
END_TEST

/* Seconds are read at a glance unless they have an exponent, and of none it is as good as 0. */
START_TEST(seconds_are_read_as_with_an_exponent)
{
	static const char odd[] = "0123456789./:;-+ eE\xff";
	unsigned seed = 4;

	for (unsigned round = 0; round < 200000; round++) {
		char text[32] = "1735689600.444359", longer[40];

		for (unsigned i = 0; i < 1 + round % 3; i++) {
			seed = seed * 1664525u + 1013904223u;
			text[(seed >> 8) % 18] = odd[(seed >> 16) % (sizeof odd - 1)];
		}
		text[8 + round % 11] = '\0';
		if (strpbrk(text, "eE/-"))
			continue;
		(void)snprintf(longer, sizeof longer, "%se0", text);
		ck_assert_msg(parse(text) == parse(longer), "%s", text);
	}
	ck_assert_int_eq(parse("1735689600"), 1735689600);
	ck_assert_int_eq(parse("9876543210.9"), 9876543210);
	ck_assert_int_eq(parse("1735689600."), BAD);
	ck_assert_int_eq(parse("1735689600.4x"), BAD);
}
END_TEST

SUITE("stamp", a_stamp_is_its_instant_or_is_refused, a_cut_stamp_is_never_read_beyond_its_end,
    random_stamps_agree_with_a_slow_calendar, a_memo_changes_nothing,
    a_memo_of_the_day_changes_nothing, a_stamp_without_an_offset_is_local_time,
    seconds_are_read_as_with_an_exponent)
