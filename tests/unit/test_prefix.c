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
	static const char *const row[] = { "a", "", "^a|b", "^", "^$", "^.*a", "^a?", "(?i)^a",
		"^\\Qa|b\\E", "^a(?i)b" };
	struct prefix prefix;

	for (size_t i = 0; i < sizeof row / sizeof *row; i++)
		ck_assert_msg(!prefix_parse(&prefix, str_of(row[i])), "%s", row[i]);
}
END_TEST

SUITE("prefix", a_prefix_never_contradicts_its_regex, what_rules_are_mostly_made_of_needs_no_regex,
    what_may_begin_anywhere_has_no_prefix)
