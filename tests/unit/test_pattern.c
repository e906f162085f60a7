#include "pattern.h"

#include <string.h>

#include "suite.h"

static struct pattern *compiled(const char *regex)
{
	struct nines_error err = { 0 };
	struct pattern *p = NULL;

	ck_assert_msg(pattern_new(&p, str_of(regex), &err) == NINES_OK, "%s: %s", regex, err.text);
	return p;
}

static enum pattern_result test_once(const char *regex, struct str subject, int no_jit)
{
	struct pattern *const p = compiled(regex);
	struct pattern_scratch *s = NULL;
	enum pattern_result r;

	ck_assert_int_eq(pattern_scratch_new(&s, no_jit, NULL), NINES_OK);
	r = pattern_test(p, s, subject);
	pattern_scratch_free(s);
	pattern_free(p);
	return r;
}

START_TEST(patterns_mean_bytes_with_and_without_native_code)
{
	static const struct {
		const char *regex;
		struct str subject;
		enum pattern_result result;
	} row[] = {
		{ "^/api/", { "/api/x", 6 }, PATTERN_YES },
		{ "api", { "/API/", 5 }, PATTERN_NO },
		{ "(?i)api", { "/API/", 5 }, PATTERN_YES },
		{ "^[234]", { "502", 3 }, PATTERN_NO },
		{ "end$", { "the end", 7 }, PATTERN_YES },
		{ "end$", { "the end\n", 8 }, PATTERN_NO },
		{ "^$", { NULL, 0 }, PATTERN_YES },
		{ "^$", { "", 0 }, PATTERN_YES },
		{ "x", { NULL, 0 }, PATTERN_NO },
		{ "a.b", { "a\0b", 3 }, PATTERN_YES },
		{ "^.$", { "\xc3\xa9", 2 }, PATTERN_NO },
		{ "^..$", { "\xc3\xa9", 2 }, PATTERN_YES },
		{ "\\xff", { "\xff", 1 }, PATTERN_YES },
		{ "a\\K", { "a", 1 }, PATTERN_YES },
		{ "a(*COMMIT)b|.", { "ac", 2 }, PATTERN_NO },
		{ "", { "x", 1 }, PATTERN_YES },
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		ck_assert_msg(test_once(row[i].regex, row[i].subject, 0) == row[i].result, "%s",
		    row[i].regex);
		ck_assert_msg(test_once(row[i].regex, row[i].subject, 1) == row[i].result, "%s",
		    row[i].regex);
	}
}
END_TEST

START_TEST(mistakes_have_their_place)
{
	static const struct {
		const char *regex;
		unsigned column;
	} row[] = {
		{ "a(b", 4 },
		{ "[a-", 4 },
		{ "ab\\C", 5 },
		{ "(*UTF)a", 1 },
		{ "(*LIMIT_MATCH=1)a", 1 },
		{ "(*NO_JIT)a", 1 },
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct nines_error err = { 0 };
		struct pattern *p = NULL;

		ck_assert_int_eq(pattern_new(&p, str_of(row[i].regex), &err), NINES_E_SYNTAX);
		ck_assert_ptr_null(p);
		ck_assert_msg(err.column == row[i].column, "%s: %u", row[i].regex, err.column);
		ck_assert_str_ne(err.text, "");
	}
}
END_TEST

START_TEST(groups_are_named_and_captured)
{
	struct pattern *const p = compiled("(?<ip>\\S+) (x)?(?<what>.*)");
	struct pattern_scratch *s = NULL;
	struct str group[6];

	ck_assert_int_eq(pattern_scratch_new(&s, 0, NULL), NINES_OK);
	ck_assert(str_is(pattern_text(p), "(?<ip>\\S+) (x)?(?<what>.*)"));
	ck_assert_uint_eq(pattern_groups(p), 3);
	ck_assert(str_is(pattern_group_name(p, 1), "ip"));
	ck_assert(str_is(pattern_group_name(p, 2), ""));
	ck_assert(str_is(pattern_group_name(p, 3), "what"));
	ck_assert(str_is(pattern_group_name(p, 4), ""));
	ck_assert_int_eq(pattern_match(p, s, STR("1.2.3.4 "), group, 6), PATTERN_YES);
	ck_assert(str_is(group[0], "1.2.3.4 "));
	ck_assert(str_is(group[1], "1.2.3.4"));
	ck_assert_ptr_null(group[2].p);
	ck_assert_ptr_nonnull(group[3].p);
	ck_assert_uint_eq(group[3].n, 0);
	ck_assert_ptr_null(group[4].p);
	ck_assert_ptr_null(group[5].p);
	ck_assert_int_eq(pattern_match(p, s, STR("nothing"), group, 6), PATTERN_NO);
	pattern_scratch_free(s);
	pattern_free(p);
}
END_TEST

START_TEST(very_many_groups_do_no_harm)
{
	static char regex[300 * 4 + 1];
	struct pattern_scratch *s = NULL;
	struct str group[301];
	struct pattern *p;

	for (size_t i = 0; i < 300; i++)
		memcpy(regex + 4 * i, "(a)|", 4);
	regex[300 * 4 - 1] = '\0';
	p = compiled(regex);
	ck_assert_uint_eq(pattern_groups(p), 300);
	ck_assert_int_eq(pattern_scratch_new(&s, 0, NULL), NINES_OK);
	ck_assert_int_eq(pattern_match(p, s, STR("xa"), group, 301), PATTERN_YES);
	ck_assert(str_is(group[1], "a"));
	ck_assert_ptr_null(group[300].p);
	pattern_scratch_free(s);
	pattern_free(p);
}
END_TEST

START_TEST(a_runaway_pattern_says_that_it_cannot_tell)
{
	static const char *const regex[] = { "(a+)+[b-d]", "(a|a)*[b-d]", "^(?:a|aa)+[b-d]$" };
	static char subject[64 << 10];
	const struct str whole = { subject, sizeof subject }, shorter = { subject, 200 };

	memset(subject, 'a', sizeof subject);
	for (size_t i = 0; i < sizeof regex / sizeof *regex; i++) {
		for (int no_jit = 0; no_jit < 2; no_jit++) {
			ck_assert_int_eq(test_once(regex[i], shorter, no_jit), PATTERN_LIMIT);
			ck_assert_int_eq(test_once(regex[i], whole, no_jit), PATTERN_LIMIT);
		}
	}
}
END_TEST

START_TEST(a_long_subject_that_exhausts_the_stack_is_still_answered)
{
	static const char *const regex[] = { "^(?:a|b)*!$", "(?:a|b)*!", "a.*!", "(a|b)+!" };
	static char subject[64 << 10];
	const struct str whole = { subject, sizeof subject };

	memset(subject, 'a', sizeof subject);
	subject[sizeof subject - 1] = '!';
	for (size_t i = 0; i < sizeof regex / sizeof *regex; i++) {
		for (int no_jit = 0; no_jit < 2; no_jit++)
			ck_assert_msg(
			    test_once(regex[i], whole, no_jit) == PATTERN_YES, "%s", regex[i]);
	}
}
END_TEST

START_TEST(risks_are_told_and_sound_patterns_left_alone)
{
	static const struct {
		const char *regex;
		int offset; /* -1: no risk */
	} row[] = {
		{ "^/(p|c|search)\\b", -1 },
		{ "(?i)a|b", -1 },
		{ "^[234]", -1 },
		{ "(abc)+", -1 },
		{ "(\\d{3})+", -1 },
		{ "(a{1,3})+", -1 },
		{ "(/[^/]+)*", -1 },
		{ "^/([^/]+/)*x", -1 },
		{ "[(a+)+]", -1 },
		{ "\\(a+\\)+", -1 },
		{ "\\Q(a+)+\\E", -1 },
		{ "(?#(a+)+", -1 },
		{ "(?>a+)+", -1 },
		{ "(a++)+", -1 },
		{ "(a+)?", -1 },
		{ "(?=.*a)(?=.*b)", -1 },
		{ "^.*foo", -1 },
		{ "a+b+", -1 },
		{ "", -1 },
		{ "(", -1 },
		{ "[", -1 },
		{ "\\", -1 },
		{ "a{", -1 },
		{ "^(/[a-z]+)+$", -1 },
		{ "^/(\\w+-)+\\w+$", -1 },
		{ "^(/v\\d+)+$", -1 },
		{ "^(\\d+\\.)+\\d+$", -1 },
		{ "^(\\.[^.]+)+$", -1 },
		{ "^(-[a-z]+)+$", -1 },
		{ "^(a+b)+c", -1 },
		{ "(?:/[^/]+)*", -1 },
		{ "([^x]+x)+", -1 },
		{ "(\\w+=[^&]*&)*", -1 },
		{ "(\\s*,\\d{3})+", -1 },
		{ "(\\w+\\W)+", -1 },
		{ "(/[\\w.-]+)+", -1 },
		{ "(/[^/[:space:]]+)+", -1 },
		{ "([^]/]+[]/])+", -1 },
		{ "([^\\r\\n]+\\n)+", -1 },
		{ "(/\\d{1,3})+", -1 },
		{ "(?i)(/[a-z]+)+", -1 },
		{ "(a+)+", 0 },
		{ "^(a|b*)*$", 1 },
		{ "(\\w+\\s?)+", 0 },
		{ "([a-z]+)*", 0 },
		{ "(.*,)*", 0 },
		{ "(x+x+)+y", 0 },
		{ "(a*b?)*", 0 },
		{ "(a*b?){1,}", 0 },
		{ "(/[^/]*/?)+", 0 },
		{ "(/\\d+\\.?\\d*)+", 0 },
		{ "(/x+x+)+", 0 },
		{ "(/x{1,3}x+)+", 0 },
		{ "(_\\w+)+", 0 },
		{ "(-[!-~]+)+", 0 },
		{ "(-[\\w-]+)+", 0 },
		{ "(\\.\\S+)+", 0 },
		{ "(-[[:punct:]]+)+", 0 },
		{ "(a+-{0})+", 0 },
		{ "(a+-{0,2})+", 0 },
		{ "(a+\\b)+", 0 },
		{ "(a+$)+", 0 },
		{ "(a+\\x61)+", 0 },
		{ "([^\\x61]+b)+", 0 },
		{ "(a+{,2})+", 0 },
		{ "(a+", -1 },
		{ "(?i)(a+A)+", 4 },
		{ "(?x)(a+ a+ )+", 4 },
		{ "(?x)( a+)+", 4 },
		{ "x(a*)*", 1 },
		{ "(a+){2,}", 0 },
		{ "(?:a|b+)*", 0 },
		{ "((a+)?)*", 0 },
		{ "((a+)b)*", 0 },
		{ "(/?[^/]+)*", 0 },
		{ "([]()]+)+", 0 },
		{ "([[:alpha:]]+)+", 0 },
		{ ".*foo", 0 },
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		size_t offset = 99;
		const char *const risk = pattern_risk(str_of(row[i].regex), &offset);

		ck_assert_msg(!risk == (row[i].offset < 0), "%s", row[i].regex);
		if (risk)
			ck_assert_uint_eq(offset, (size_t)row[i].offset);
	}
}
END_TEST

/* pattern_match has no such ideas: it always asks PCRE2. */
START_TEST(a_text_that_must_be_there_is_looked_for_and_changes_nothing)
{
	static const char *const regex[] = { "abc", "abc?", "abcd*e", "abc{0}", "abc{", "abc+",
		"ab\\.c", "\"GET /", "abc|xyz", "(abc)?xyz", "xab(c|d)", "abc$", "abc(*ACCEPT)q",
		"ab\\d\\dc", "abc.", "abc[xyz]?", "aab", "abc\\b", "abc(?<=b)c", "ab\\\\c", "ab]c",
		"a b c", "ab[0-9][0-9]", "ab(c|d)x", "ab[0-9]?c$", "ab[cd]+x", "ab\\.[a-c]",
		"ab.\\b", "ab(?i)C", "abc|ab[0-9]", "aba(b|c)a", "ab(?=c)", "\" [234][0-9][0-9] ",
		"ab\\d*$" };
	static const char *const subject[] = {
		"", "a", "ab", "abc", "xxabcxx", "abe", "abce", "abcde", "ab.c", "abdc", "xyz",
		"xabd", "aaab", "ab12c", "abc{", "ab\\c", "ab]c", "a b c", "abcc", "ab1ab2ab34",
		"abababac", "abcxabdx", "\" 200 \" 300", "\" 20 \" 304 ", "abab.b", "abCabc",
		"ab12", "ab1c", "xab1c",
		"- \"GET / HTTP/1.1\" ababababababababababababababababababcababababababababababababa"
	};
	struct pattern_scratch *s = NULL;
	struct str whole;

	ck_assert_int_eq(pattern_scratch_new(&s, 0, NULL), NINES_OK);
	for (size_t i = 0; i < sizeof regex / sizeof *regex; i++) {
		struct pattern *const p = compiled(regex[i]);

		for (size_t k = 0; k < sizeof subject / sizeof *subject; k++)
			ck_assert_msg(pattern_test(p, s, str_of(subject[k])) ==
			        pattern_match(p, s, str_of(subject[k]), &whole, 1),
			    "%s on %s", regex[i], subject[k]);
		pattern_free(p);
	}
	pattern_scratch_free(s);
}
END_TEST

SUITE("pattern", patterns_mean_bytes_with_and_without_native_code, mistakes_have_their_place,
    groups_are_named_and_captured, very_many_groups_do_no_harm,
    a_runaway_pattern_says_that_it_cannot_tell,
    a_long_subject_that_exhausts_the_stack_is_still_answered,
    risks_are_told_and_sound_patterns_left_alone,
    a_text_that_must_be_there_is_looked_for_and_changes_nothing)
