#include "diag.h"

#include <stdio.h>
#include <string.h>

#include "suite.h"

START_TEST(findings_show_their_line)
{
	const struct str text = STR("version: 1\r\n\tname: \x1b[31mx\nlast \xc3\xa9");
	struct diag_list d;

	diag_init(&d, STR("a\nb.yaml"), text);
	diag_add(&d, NINES_ERROR, (struct diag_place){ 2, 2, 4 }, "say it\n", "unknown key '%s'",
	    "na\x1bme");
	diag_add(&d, NINES_WARNING, (struct diag_place){ 1, 1, 7 }, NULL, "first");
	diag_add(&d, NINES_ADVICE, (struct diag_place){ 3, 1, 4 }, NULL, "last");
	diag_add(&d, NINES_ADVICE, (struct diag_place){ 0, 0, 0 }, NULL, "whole file");
	diag_add(&d, NINES_ADVICE, (struct diag_place){ 4, 1, 1 }, NULL, "beyond");
	ck_assert_int_eq(d.failed, 0);
	ck_assert_uint_eq(d.used, 5);
	ck_assert_uint_eq(d.errors, 1);
	ck_assert_str_eq(d.finding[0].source, "a\\x0ab.yaml");
	ck_assert_str_eq(d.finding[0].text, "unknown key 'na\\x1bme'");
	ck_assert_str_eq(d.finding[0].hint, "say it\\x0a");
	ck_assert_str_eq(d.finding[0].excerpt, " name: ?[31mx");
	ck_assert_str_eq(d.finding[1].excerpt, "version: 1");
	ck_assert_ptr_null(d.finding[1].hint);
	ck_assert_str_eq(d.finding[2].excerpt, "last \xc3\xa9");
	ck_assert_ptr_null(d.finding[3].excerpt);
	ck_assert_ptr_null(d.finding[4].excerpt);
	diag_fini(&d);
}
END_TEST

START_TEST(findings_come_in_source_order_without_repetitions)
{
	static const struct {
		enum nines_severity severity;
		struct diag_place place;
		const char *text;
	} row[] = {
		{ NINES_ERROR, { 3, 1, 1 }, "c" },
		{ NINES_ADVICE, { 1, 5, 1 }, "b" },
		{ NINES_ERROR, { 1, 5, 1 }, "a" },
		{ NINES_ERROR, { 3, 1, 1 }, "d" },
		{ NINES_ERROR, { 3, 1, 1 }, "c" },
		{ NINES_ERROR, { 1, 2, 1 }, "first" },
	};
	static const char *const want[] = { "first", "a", "b", "c", "d" };
	struct diag_list d;

	diag_init(&d, STR("x"), STR(""));
	for (size_t i = 0; i < sizeof row / sizeof *row; i++)
		diag_add(&d, row[i].severity, row[i].place, NULL, "%s", row[i].text);
	diag_sort(&d);
	ck_assert_uint_eq(d.used, 5);
	ck_assert_uint_eq(d.errors, 4);
	for (size_t i = 0; i < 5; i++)
		ck_assert_str_eq(d.finding[i].text, want[i]);
	diag_fini(&d);
}
END_TEST

START_TEST(a_flood_of_findings_is_cut_and_says_so)
{
	struct diag_list d;

	diag_init(&d, STR("x"), STR(""));
	for (unsigned i = 0; i < DIAG_MAX + 50; i++)
		diag_add(&d, i == DIAG_MAX + 20 ? NINES_ERROR : NINES_ADVICE,
		    (struct diag_place){ DIAG_MAX + 50 - i, 1, 1 }, NULL, "finding %u", i);
	diag_sort(&d);
	ck_assert_uint_eq(d.used, DIAG_MAX + 1);
	ck_assert_uint_eq(d.errors, 1);
	ck_assert_str_eq(d.finding[0].text, "finding 999");
	ck_assert_ptr_nonnull(strstr(d.finding[DIAG_MAX].text, "left out"));
	ck_assert_int_eq(d.finding[DIAG_MAX].severity, NINES_ERROR);
	diag_fini(&d);
}
END_TEST

START_TEST(a_long_line_is_cut_between_characters)
{
	static char text[2000];
	struct diag_list d;

	memset(text, 'a', sizeof text);
	memcpy(text + 399, "\xc3\xa9", 2);
	diag_init(&d, STR("x"), (struct str){ text, sizeof text });
	diag_add(&d, NINES_ERROR, (struct diag_place){ 1, 1, 1 }, NULL, "long");
	ck_assert_uint_eq(strlen(d.finding[0].excerpt), 399);
	diag_fini(&d);
}
END_TEST

SUITE("diag", findings_show_their_line, findings_come_in_source_order_without_repetitions,
    a_flood_of_findings_is_cut_and_says_so, a_long_line_is_cut_between_characters)
