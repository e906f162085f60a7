#include "out.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "err.h"
#include "suite.h"

struct page {
	char text[16384];
	size_t used;
	int refuse_after; /* writes; -1: never */
	int calls;
};

static int take(void *ctx, const char *p, size_t n)
{
	struct page *const page = ctx;

	page->calls++;
	if (page->refuse_after >= 0 && page->calls > page->refuse_after) {
		errno = ENOSPC;
		return -1;
	}
	ck_assert_uint_lt(page->used + n, sizeof page->text);
	memcpy(page->text + page->used, p, n);
	page->used += n;
	return 0;
}

static void shows(const char *before, struct str hostile, const char *want)
{
	struct page page = { .refuse_after = -1 };
	struct out o;

	out_init(&o, take, &page);
	out_cstr(&o, before);
	out_visible(&o, hostile);
	ck_assert_int_eq(out_finish(&o), 0);
	ck_assert_str_eq(page.text + strlen(before), want);
}

START_TEST(hostile_text_is_made_visible)
{
	shows("", STR("plain caf\xc3\xa9 \xf0\x9f\x98\x80"), "plain caf\xc3\xa9 \xf0\x9f\x98\x80");
	shows("", STR("a\x1b[31mb"), "a\\x1b[31mb");
	shows("", STR("a\nb\tc\r\x7f"), "a\\x0ab\\x09c\\x0d\\x7f");
	shows("", STR("nul\0!"), "nul\\x00!");
	shows("",
	    STR("c1 \xc2\x9b"
	        "31m"),
	    "c1 \\xc2\\x9b31m");
	shows("", STR("bad \xff\xc3"), "bad \\xff\\xc3");
	shows("", STR("back\\slash"), "back\\\\slash");
	shows("",
	    STR("bidi \xe2\x80\xae"
	        "gpj.exe"),
	    "bidi \\xe2\\x80\\xaegpj.exe");
	shows("", STR("\xe2\x81\xa6\xe2\x80\xa8\xef\xbb\xbf"),
	    "\\xe2\\x81\\xa6\\xe2\\x80\\xa8\\xef\\xbb\\xbf");
}
END_TEST

START_TEST(commands_of_ci_runners_are_broken)
{
	shows("", STR("::error::x"), "\\x3a:error::x");
	shows("line\n  ", STR("::error::x"), "\\x3a:error::x");
	shows("", STR("  ::stop-commands::x"), "  \\x3a:stop-commands::x");
	shows("client ", STR("::1"), "::1");
	shows("text ", STR("##[group]"), "\\x23#[group]");
	shows("text ", STR("x##vso[task.setvariable]"), "x\\x23#vso[task.setvariable]");
	shows("text ", STR("##TeamCity[x]"), "\\x23#TeamCity[x]");
	shows("text ", STR("###[x]"), "#\\x23#[x]");
	shows("text ", STR("## heading"), "## heading");
}
END_TEST

static void quotes(struct str s, const char *want)
{
	struct page page = { .refuse_after = -1 };
	struct out o;

	out_init(&o, take, &page);
	out_json_str(&o, s);
	ck_assert_int_eq(out_finish(&o), 0);
	ck_assert_str_eq(page.text, want);
}

START_TEST(a_json_string_is_valid_whatever_comes)
{
	quotes(STR(""), "\"\"");
	quotes(STR("a\"b\\c\n\r\t"), "\"a\\\"b\\\\c\\n\\r\\t\"");
	quotes(STR("\0\x01\x1f\x7f"), "\"\\u0000\\u0001\\u001f\\u007f\"");
	quotes(STR("</script>"), "\"\\u003c/script>\"");
	quotes(STR("\xff"
	           "a\xe2\x82"),
	    "\"\xef\xbf\xbd"
	    "a\xef\xbf\xbd\xef\xbf\xbd\"");
	quotes(STR("\xe2\x80\xa8\xe2\x80\xae\xc2\x85"), "\"\\u2028\\u202e\\u0085\"");
	quotes(STR("\xe2\x82\xac"), "\"\xe2\x82\xac\"");
}
END_TEST

START_TEST(numbers_are_written_plainly)
{
	struct page page = { .refuse_after = -1 };
	struct out o;

	out_init(&o, take, &page);
	out_u64(&o, 0);
	out_char(&o, ' ');
	out_u64(&o, UINT64_MAX);
	out_char(&o, ' ');
	out_i64(&o, INT64_MIN);
	out_char(&o, ' ');
	out_grouped(&o, 182934);
	out_char(&o, ' ');
	out_grouped(&o, 999);
	out_char(&o, ' ');
	out_grouped(&o, UINT64_MAX);
	out_char(&o, ' ');
	out_json_num(&o, 0.984119956);
	out_char(&o, ' ');
	out_json_num(&o, (double)NAN);
	out_repeat(&o, "ab", 3);
	ck_assert_int_eq(out_finish(&o), 0);
	ck_assert_str_eq(page.text,
	    "0 18446744073709551615 -9223372036854775808 182,934 999 "
	    "18,446,744,073,709,551,615 0.984119956 nullababab");
}
END_TEST

START_TEST(pieces_of_any_size_arrive_in_order)
{
	static char large[9000];
	struct page page = { .refuse_after = -1 };
	struct out o;

	memset(large, 'y', sizeof large);
	out_init(&o, take, &page);
	for (int i = 0; i < 4000; i++)
		out_char(&o, 'x');
	out_bytes(&o, large, sizeof large);
	out_cstr(&o, "z");
	ck_assert_int_eq(out_finish(&o), 0);
	ck_assert_uint_eq(page.used, 13001);
	ck_assert_int_eq(page.text[3999], 'x');
	ck_assert_int_eq(page.text[4000], 'y');
	ck_assert_int_eq(page.text[13000], 'z');
}
END_TEST

START_TEST(the_first_failure_sticks)
{
	struct page page = { .refuse_after = 1 };
	struct out o;

	out_init(&o, take, &page);
	for (int i = 0; i < 10000; i++)
		out_cstr(&o, "line\n");
	ck_assert_int_eq(out_finish(&o), ENOSPC);
	ck_assert_int_eq(page.calls, 2);
}
END_TEST

START_TEST(a_formatted_piece_that_is_too_long_fails)
{
	struct page page = { .refuse_after = -1 };
	struct out o;

	out_init(&o, take, &page);
	out_fmt(&o, "%1024d", 1);
	ck_assert_int_eq(o.failed, 0);
	out_fmt(&o, "%1025d", 1);
	ck_assert_int_eq(out_finish(&o), EOVERFLOW);
}
END_TEST

START_TEST(the_first_error_wins_and_is_one_harmless_line)
{
	struct nines_error err = { 0 };
	char longer[700];

	ck_assert_int_eq(err_set(NULL, NINES_E_LIMIT, "x"), NINES_E_LIMIT);
	ck_assert_int_eq(err_errno(&err, EACCES, "lo\ng", "cannot open"), NINES_E_IO);
	ck_assert_int_eq(err_set(&err, NINES_E_LIMIT, "later"), NINES_E_LIMIT);
	ck_assert_int_eq(err.code, NINES_E_IO);
	ck_assert_str_eq(err.source, "lo\\x0ag");
	ck_assert_str_eq(err.text, "cannot open: Permission denied");

	err = (struct nines_error){ 0 };
	memset(longer, 'a', sizeof longer);
	memcpy(longer + 509, "\xe2\x82\xac", 3);
	longer[699] = '\0';
	ck_assert_int_eq(err_set(&err, NINES_E_SYNTAX, "%s", longer), NINES_E_SYNTAX);
	ck_assert_uint_eq(strlen(err.text), 509);
}
END_TEST

SUITE("out", hostile_text_is_made_visible, commands_of_ci_runners_are_broken,
    a_json_string_is_valid_whatever_comes, numbers_are_written_plainly,
    pieces_of_any_size_arrive_in_order, the_first_failure_sticks,
    a_formatted_piece_that_is_too_long_fails, the_first_error_wins_and_is_one_harmless_line)
