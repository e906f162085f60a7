#include "str.h"

#include <string.h>

#include "mem.h"
#include "suite.h"

START_TEST(a_number_is_digits_only_and_fits)
{
	static const struct {
		const char *text;
		int ok;
		uint64_t value;
	} row[] = {
		{ "0", 1, 0 },
		{ "007", 1, 7 },
		{ "18446744073709551615", 1, UINT64_MAX },
		{ "18446744073709551616", 0, 0 },
		{ "99999999999999999999999", 0, 0 },
		{ "", 0, 0 },
		{ "-1", 0, 0 },
		{ "1 ", 0, 0 },
		{ "0x1", 0, 0 },
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		uint64_t v = 0;

		ck_assert_msg(str_u64(str_of(row[i].text), &v) == row[i].ok, "%s", row[i].text);
		ck_assert_uint_eq(v, row[i].value);
	}
}
END_TEST

START_TEST(the_empty_string_is_like_any_other)
{
	const struct str none = { NULL, 0 };

	ck_assert(str_equal(none, STR("")));
	ck_assert(str_equal(str_of(NULL), none));
	ck_assert_uint_eq(str_find(none, 0, 'a'), 0);
	ck_assert_uint_eq(str_find(STR("abc"), 9, 'c'), 3);
	ck_assert_uint_eq(str_trim(STR(" \t ")).n, 0);
	ck_assert(str_starts(none, ""));
	ck_assert(!str_starts(none, "a"));
	ck_assert(str_utf8(none));
}
END_TEST

START_TEST(the_name_that_was_meant_is_found)
{
	static const char *const name[] = { "availability", "latency", "objective", "window",
		"valid", "good" };
	static const struct {
		const char *typed, *meant;
	} row[] = {
		{ "objectiv", "objective" },
		{ "ojbective", "objective" },
		{ "windwo", "window" },
		{ "god", "good" },
		{ "vaild", "valid" },
		{ "latencies", "latency" },
		{ "xyz", NULL },
		{ "a", NULL },
		{ "", NULL },
		{ "objective-of-the-whole-department-of-web-shops-and-of-their-friends", NULL },
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		const char *const got =
		    str_nearest(str_of(row[i].typed), name, sizeof name / sizeof *name);

		ck_assert_msg(!got == !row[i].meant, "%s", row[i].typed);
		if (got)
			ck_assert_str_eq(got, row[i].meant);
	}
}
END_TEST

START_TEST(utf_8_has_neither_surrogates_nor_long_forms)
{
	static const struct {
		const char *bytes;
		int ok;
	} row[] = {
		{ "plain", 1 },
		{ "\xc3\xa9", 1 },
		{ "\xe2\x82\xac", 1 },
		{ "\xf0\x9f\x98\x80", 1 },
		{ "\xf4\x8f\xbf\xbf", 1 },
		{ "\xc0\xaf", 0 },
		{ "\xe0\x80\xaf", 0 },
		{ "\xed\xa0\x80", 0 },
		{ "\xf0\x80\x80\x80", 0 },
		{ "\xf4\x90\x80\x80", 0 },
		{ "\xf5\x80\x80\x80", 0 },
		{ "\xe2\x82", 0 },
		{ "\x80", 0 },
		{ "\xff", 0 },
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++)
		ck_assert_msg(str_utf8(str_of(row[i].bytes)) == row[i].ok, "row %zu", i);
}
END_TEST

START_TEST(escaping_cuts_between_characters)
{
	char to[8];

	ck_assert_uint_eq(str_escape(to, sizeof to,
	                      STR("a\x1b"
	                          "b")),
	    6);
	ck_assert_str_eq(to, "a\\x1bb");
	ck_assert_uint_eq(str_escape(to, sizeof to,
	                      STR("abcd\x1b"
	                          "e")),
	    4);
	ck_assert_str_eq(to, "abcd");
	ck_assert_uint_eq(str_escape(to, sizeof to, STR("abcdef\xe2\x82\xac")), 6);
	ck_assert_str_eq(to, "abcdef");
	ck_assert_uint_eq(str_escape(to, 1, STR("abc")), 0);
	ck_assert_str_eq(to, "");
}
END_TEST

START_TEST(an_array_grows_zeroed_and_refuses_to_overflow)
{
	size_t room = 0;
	char *p = mem_grow(NULL, &room, 3, 1), *grown;

	ck_assert_ptr_nonnull(p);
	ck_assert_uint_ge(room, 3);
	memset(p, 'x', room);
	grown = mem_grow(p, &room, room + 1, 1);
	ck_assert_ptr_nonnull(grown);
	ck_assert_int_eq(grown[0], 'x');
	ck_assert_int_eq(grown[room - 1], 0);
	ck_assert_ptr_null(mem_grow(grown, &room, SIZE_MAX, 16));
	ck_assert_ptr_null(mem_new(SIZE_MAX, 16));
	mem_free(grown);
}
END_TEST

START_TEST(an_arena_keeps_small_and_large_things)
{
	struct mem_arena a = { 0 };
	struct str kept[200];
	char *large;

	for (size_t i = 0; i < 200; i++) {
		kept[i] = mem_arena_str(&a, STR("some text that is kept for long"));
		ck_assert_ptr_nonnull(kept[i].p);
		ck_assert_uint_eq((uintptr_t)mem_arena_new(&a, 3, 8) % _Alignof(max_align_t), 0);
	}
	large = mem_arena_new(&a, 100000, 1);
	ck_assert_ptr_nonnull(large);
	ck_assert_int_eq(large[99999], 0);
	for (size_t i = 0; i < 200; i++)
		ck_assert(str_is(kept[i], "some text that is kept for long"));
	ck_assert_str_eq(mem_arena_fmt(&a, "%s-%d", "x", 7), "x-7");
	ck_assert_ptr_null(mem_arena_new(&a, SIZE_MAX, 2));
	mem_arena_fini(&a);
}
END_TEST

SUITE("str", a_number_is_digits_only_and_fits, the_empty_string_is_like_any_other,
    the_name_that_was_meant_is_found, utf_8_has_neither_surrogates_nor_long_forms,
    escaping_cuts_between_characters, an_array_grows_zeroed_and_refuses_to_overflow,
    an_arena_keeps_small_and_large_things)
