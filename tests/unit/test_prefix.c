#include <string.h>

#include "pattern.h"
#include "prefix.h"
#include "suite.h"

static const char *const regexes[] = {
	"^POST$",
	"^GET$",
	"^[234]",
	"^/(p|c|search)\\b",
	"^/api/cart",
	"^/api/v[0-9]+/(users|orders)$",
	"^/(?:a|b(?:c|d)?)x?$",
	"^[^/]",
	"^[]a]",
	"^[^]a-c]b",
	"^[a\\-c]",
	"^[a-]",
	"^\\d\\d\\d$",
	"^\\D\\W\\S",
	"^\\w\\s",
	"^.b$",
	"^a+b",
	"^ab*c",
	"^ab?c$",
	"^ab??c",
	"^ab?+c",
	"^a{2}b",
	"^a{b",
	"^(a|b|)c",
	"^a$b",
	"^a$|^b$",
	"^a\\b$",
	"^/(a|$)",
	"^(a$|b)c",
	"^a\\b/",
	"^a|b",
	"^(a)(b)(c)\\2",
	"^(?i)get$",
	"^a(?=b)",
	"^a(?#|)b",
	"^a\\Qb|c\\E|d",
	"^x+\\c[|b]",
	"^x+[\\]|]|^y",
	"^x+\\||^y",
	"^\\.\\/",
	"^",
	"^$",
	"a",
	"^(a|b)(a|b)(a|b)(a|b)(a|b)",
	"^aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab$",
	"^(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab|aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac)$",
	"^[[:alpha:]]a",
	"^[a\\d]b",
	"^[\\w.]+@",
	"^((((((((((a))))))))))b",
	"^a.c\\b",
	"^(a|b)+c",
	"^(a|b)?c",
	"^(ab|a)b$",
	"^\\x41",
	"^\\ta",
	"^[\\t ]a",
	"^a\\.b",
	"^(GET|HEAD|POST)$",
	"^/static/|^/img/",
	"^a\\B",
	"^\\^a",
	"^[.$]$",
	"^a]b}",
	"^\xc3\xa4",
	"^[\x80-\xff]",
	"^/p/[0-9]+$",
	"^/c/[a-z-]+$",
	"^a+$",
	"^a*b",
	"^ab*$",
	"^ab+\\b",
	"^ab*\\b",
	"^ab+",
	"^(a+|b)$",
	"^(a|b)+$",
	"^(a+)+$",
	"^(a$)+",
	"^a+()$",
	"^a+?$",
	"^a++$",
	"^a{1,3}$",
	"^a{2,}$",
	"^a{0,}$",
	"^ba{0,2}$",
	"^ba{,2}$",
	"^ba{0}b",
	"^a{3",
	"^[0-9]{3}$",
	"^[0-9]{1,3}[.]",
	"^(ab){2}c",
	"^(ab)+b",
	"^a[ab]+$|^ab(c|b+$)",
	"^[^/]+$",
	"^.+$",
};

static const char *const subjects[] = {
	"",
	"POST",
	"POSTS",
	"POS",
	"GET",
	"get",
	"200",
	"404",
	"500",
	"/p",
	"/p/1",
	"/pq",
	"/c?",
	"/search",
	"/searching",
	"/search/x",
	"/api/cart",
	"/api/carts",
	"/api/ca",
	"/api/v1/users",
	"/api/v12/orders",
	"/api/v1/orders/",
	"/ax",
	"/b",
	"/bcx",
	"/bdx",
	"/bex",
	"]",
	"a",
	"b",
	"ab",
	"bb",
	"db",
	"-",
	"123",
	"1234",
	"a b",
	"\nb",
	"xb",
	"aab",
	"abc",
	"ac",
	"abbc",
	"aabc",
	"a{b",
	"c",
	"ac",
	"bc",
	"a\n",
	"\ta",
	"ta",
	"a/",
	"/a",
	"/",
	"/ab",
	"abcb",
	"abcc",
	"a|",
	"b|c",
	"d",
	"x\x1b",
	"x|",
	"x]",
	"y",
	"xx||",
	"./",
	"ababa",
	"abab",
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab",
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab",
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac",
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaad",
	"9b",
	"w.x@",
	"ab",
	"a.c",
	"axc",
	"axcd",
	"a\nc",
	"abb",
	"A",
	"a.b",
	"HEAD",
	"/static/x",
	"/img/",
	"/imh/",
	"^a",
	".",
	"$",
	"a]b}",
	"\xc3\xa4",
	"\xff",
	"\x7f",
	"a_",
	"a-",
	"/p/12",
	"/p/",
	"/p/12x",
	"/p/x",
	"/c/",
	"/c/a-b",
	"/c/a-b/",
	"aaa",
	"aa",
	"abbb",
	"abbb-",
	"abbb-b",
	"ba",
	"baa",
	"baaa",
	"ba{,2}",
	"a{3",
	"ababc",
	"12.",
	"1234.",
};

START_TEST(a_prefix_never_contradicts_its_regex)
{
	struct pattern_scratch *scratch = NULL;
	size_t answered = 0;

	ck_assert_int_eq(pattern_scratch_new(&scratch, 0, NULL), NINES_OK);
	for (size_t i = 0; i < sizeof regexes / sizeof *regexes; i++) {
		struct pattern *pattern = NULL;

		ck_assert_msg(
		    pattern_new(&pattern, str_of(regexes[i]), NULL) == NINES_OK, "%s", regexes[i]);
		for (size_t k = 0; k < sizeof subjects / sizeof *subjects; k++) {
			const struct str s = str_of(subjects[k]);
			const enum pattern_result want = pattern_test(pattern, scratch, s);
			enum prefix_answer got = PREFIX_ASK;

			if (pattern_prefix(pattern))
				got = prefix_test(pattern_prefix(pattern), s);
			answered += got != PREFIX_ASK;
			ck_assert_msg(
			    got == PREFIX_ASK || (got == PREFIX_YES) == (want == PATTERN_YES),
			    "%s on %s", regexes[i], subjects[k]);
		}
		pattern_free(pattern);
	}
	ck_assert_uint_gt(answered, 2000);
	pattern_scratch_free(scratch);
}
END_TEST

static unsigned next_of(uint32_t *seed, unsigned n)
{
	*seed = *seed * 1664525u + 1013904223u;
	return (*seed >> 16) % n;
}

static void append(char *regex, const char *more)
{
	memcpy(regex + strlen(regex), more, strlen(more) + 1);
}

static void make_regex(uint32_t *seed, char regex[64])
{
	static const char *const piece[] = { "a", "b", "[ab]", ".", "(a|b)", "(a|bb|)", "(ab)?",
		"(?:b+|a)", "(a$|b)", "()", "/", "[^/]", "|^", "$", "\\b" };
	static const char *const times[] = { "", "", "", "+", "*", "?", "{2}", "{1,3}", "{2,}",
		"{0}", "+?", "*+", "{" };

	append(regex, "^");
	for (unsigned i = next_of(seed, 5) + 1; i > 0; i--) {
		append(regex, piece[next_of(seed, sizeof piece / sizeof *piece)]);
		append(regex, times[next_of(seed, sizeof times / sizeof *times)]);
	}
	if (next_of(seed, 2))
		append(regex, "$");
}

START_TEST(whatever_a_regex_is_made_of_its_prefix_agrees)
{
	struct pattern_scratch *scratch = NULL;
	size_t answered = 0, run = 0;
	uint32_t seed = 1;

	ck_assert_int_eq(pattern_scratch_new(&scratch, 1, NULL), NINES_OK);
	for (int i = 0; i < 4000; i++) {
		struct pattern *pattern = NULL;
		char regex[64] = "";

		make_regex(&seed, regex);
		if (pattern_new(&pattern, str_of(regex), NULL) != NINES_OK)
			continue;
		for (int k = 0; k < 40 && pattern_prefix(pattern) != NULL; k++) {
			const struct prefix *x = pattern_prefix(pattern);
			enum prefix_answer got;
			char s[12] = "";

			for (unsigned n = next_of(&seed, sizeof s), c = 0; c < n; c++)
				s[c] = "aaabbb/-"[next_of(&seed, 8)];
			got = prefix_test(x, str_of(s));
			answered += got != PREFIX_ASK;
			run += got == PREFIX_YES && x->runs != 0;
			ck_assert_msg(got == PREFIX_ASK ||
			        (got == PREFIX_YES) ==
			            (pattern_test(pattern, scratch, str_of(s)) == PATTERN_YES),
			    "%s on %s", regex, s);
		}
		pattern_free(pattern);
	}
	ck_assert_uint_gt(answered, 20000);
	ck_assert_uint_gt(run, 200);
	pattern_scratch_free(scratch);
}
END_TEST

/* Where PCRE2 gives up, or may have given up before it came to the branch that fits, it is asked.
 */
START_TEST(what_runs_out_of_its_budget_is_not_answered)
{
	static const char *const row[] = { "^(x(a+)+b|x)", "^(xa(a+)+b|x)", "^(xa(a+)+b|x[a-z]+$)",
		"^(x[a-z]+\\b-|xa(a+)+b)" };
	static const char subject[] = "xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
	struct pattern_scratch *scratch = NULL;

	ck_assert_int_eq(pattern_scratch_new(&scratch, 0, NULL), NINES_OK);
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct pattern *pattern = NULL;

		ck_assert_int_eq(pattern_new(&pattern, str_of(row[i]), NULL), NINES_OK);
		ck_assert_int_eq(pattern_test(pattern, scratch, str_of(subject)), PATTERN_LIMIT);
		ck_assert_int_eq(prefix_test(pattern_prefix(pattern), str_of(subject)), PREFIX_ASK);
		pattern_free(pattern);
	}
	pattern_scratch_free(scratch);
}
END_TEST

START_TEST(a_run_of_any_length_is_within_the_budget)
{
	static const char regex[] = "^(x|xa?|x(a|)(a|)[ab]{0,2})(a+|[ab]*)$";
	static char subject[1 << 20];
	struct pattern_scratch *scratch = NULL;
	struct pattern *pattern = NULL;

	memset(subject, 'a', sizeof subject);
	subject[0] = 'x';
	ck_assert_int_eq(pattern_new(&pattern, str_of(regex), NULL), NINES_OK);
	for (int no_jit = 0; no_jit < 2; no_jit++) {
		ck_assert_int_eq(pattern_scratch_new(&scratch, no_jit, NULL), NINES_OK);
		for (size_t n = 1; n <= sizeof subject; n *= 4) {
			const struct str s = { subject, n };
			const char last = subject[n - 1];

			subject[n - 1] = '-';
			ck_assert_int_eq(pattern_test(pattern, scratch, s), PATTERN_NO);
			subject[n - 1] = last;
		}
		pattern_scratch_free(scratch);
	}
	pattern_free(pattern);
}
END_TEST

START_TEST(what_rules_are_mostly_made_of_needs_no_regex)
{
	static const struct {
		const char *regex, *yes, *no;
	} row[] = {
		{ "^POST$", "POST", "GET" },
		{ "^[234]", "204", "500" },
		{ "^/(p|c|search)\\b", "/search?q=1", "/searching" },
		{ "^/api/cart", "/api/cart/1", "/api/orders" },
		{ "^/api/(v1|v2)/orders?(/|$)", "/api/v2/order", "/api/v3/order" },
		{ "^/img/|^/css/", "/css/x", "/cs" },
		{ "^/p/[0-9]+$", "/p/12345", "/p/1234x" },
		{ "^/c/[a-z-]*$", "/c/", "/c/a/" },
		{ "^[0-9]{3}$", "404", "40" },
		{ "^/(p|c)/[0-9]{1,3}\\b", "/p/12?x", "/p/1234" },
	};
	struct prefix prefix;

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		ck_assert_msg(prefix_parse(&prefix, str_of(row[i].regex)), "%s", row[i].regex);
		ck_assert_int_eq(prefix_test(&prefix, str_of(row[i].no)), PREFIX_NO);
		if (!strchr(row[i].regex + 1, '$') || row[i].regex[strlen(row[i].regex) - 1] == '$')
			ck_assert_int_eq(prefix_test(&prefix, str_of(row[i].yes)), PREFIX_YES);
		else
			ck_assert_int_ne(prefix_test(&prefix, str_of(row[i].yes)), PREFIX_NO);
	}
}
END_TEST

/* What is not anchored in every branch, or is read in another way than it looks, is left alone. */
START_TEST(what_may_begin_anywhere_has_no_prefix)
{
	static const char *const row[] = { "a", "", "^a|b", "^", "^$", "^a?", "^a*$", "(?i)^a",
		"^\\Qa|b\\E", "^a(?i)b" };
	struct prefix prefix;

	for (size_t i = 0; i < sizeof row / sizeof *row; i++)
		ck_assert_msg(!prefix_parse(&prefix, str_of(row[i])), "%s", row[i]);
}
END_TEST

SUITE("prefix", a_prefix_never_contradicts_its_regex, whatever_a_regex_is_made_of_its_prefix_agrees,
    what_runs_out_of_its_budget_is_not_answered, a_run_of_any_length_is_within_the_budget,
    what_rules_are_mostly_made_of_needs_no_regex, what_may_begin_anywhere_has_no_prefix)
