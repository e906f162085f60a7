#include "brief.h"
#include "guard.h"

#include <string.h>

#include "suite.h"

static const char *const regexes[] = {
	"^/api/cart",
	"^/api/cart$",
	"^/(p|c|search)\\b",
	"^/[a-f]+",
	"^POST$",
	"^/a|^/bcd$",
	"^/a very long path, longer than looked at/x$",
	"^/api/(v1|v22)/x$",
	"^/p/[0-9]+$",
	"^/[a-z]*$",
	"^/s[a-z]+\\b",
	"^/(p(x+)y|p)",
};
static const char *const subjects[] = {
	"",
	"/",
	"/a",
	"/api/cart",
	"/api/carts",
	"/p",
	"/pq",
	"/search",
	"/x",
	"POST",
	"POSTS",
	"POS",
	"/bcd",
	"/bc",
	"/bcde",
	"/a very long path, longer than looked at/x",
	"/a very long path, l",
	"/api/v1/x",
	"/api/v22/x",
	"/api/v2/x",
	"/p/1",
	"/p/1234567890",
	"/p/1234x",
	"/p/123456x",
	"/p/",
};
#define REGEXES (sizeof regexes / sizeof *regexes)

#define SUBJECTS (sizeof subjects / sizeof *subjects)
#define GATES    900 /* of all branches, one each and one for all, far apart */

struct gates {
	struct guard *guard;
	struct prefix prefix[REGEXES];
	size_t all[REGEXES];                 /* the gate that has all branches */
	size_t one[REGEXES][64], n[REGEXES]; /* those that have one each */
	int is_exact[REGEXES][64];
	size_t open, shut;
};

static void lay_gates(struct gates *g, size_t apart)
{
	size_t at = 0;

	*g = (struct gates){ .guard = NULL };
	ck_assert_int_eq(guard_new(&g->guard, GATES, NULL), NINES_OK);
	for (size_t i = 0; i < REGEXES; i++) {
		struct prefix *const x = &g->prefix[i];

		ck_assert(prefix_parse(x, str_of(regexes[i])));
		g->all[i] = at;
		at += apart;
		for (uint64_t first = x->first; first; first &= first - 1) {
			const size_t k = g->n[i]++;

			(void)guard_add(g->guard, g->all[i], x, first & -first);
			g->one[i][k] = at;
			g->is_exact[i][k] = guard_add(g->guard, at, x, first & -first);
			at += apart;
		}
	}
	g->open = at;
	g->shut = at + 1;
	ck_assert_uint_lt(g->shut, GATES);
	guard_open(g->guard, g->open);
}

static int passes(const struct guard *guard, size_t gate, struct str s)
{
	struct guard_look look;

	guard_look(s, s, &look);
	return guard_pass(guard, gate / 64, &look) >> gate % 64 & 1;
}

/* Whoever the prefix lets through passes, and whoever passes an exact gate the prefix lets
 * through; how many of the subjects are ruled out is counted. */
static size_t check_subject(const struct gates *g, size_t i, struct str s)
{
	const enum prefix_answer want = prefix_test(&g->prefix[i], s);
	const int all = passes(g->guard, g->all[i], s);
	int any = 0;

	ck_assert_msg(all || want == PREFIX_NO, "%s on %s", regexes[i], s.p);
	for (size_t k = 0; k < g->n[i]; k++) {
		const int one = passes(g->guard, g->one[i][k], s);

		ck_assert_msg(
		    !one || !g->is_exact[i][k] || want == PREFIX_YES, "%s on %s", regexes[i], s.p);
		any |= one;
	}
	ck_assert_msg(any || want == PREFIX_NO, "%s on %s", regexes[i], s.p);
	return !any;
}

static void check_spread(size_t apart)
{
	struct gates g;
	size_t ruled_out = 0;

	lay_gates(&g, apart);
	for (size_t k = 0; k < SUBJECTS; k++) {
		const struct str s = str_of(subjects[k]);

		for (size_t i = 0; i < REGEXES; i++)
			ruled_out += check_subject(&g, i, s);
		ck_assert(passes(g.guard, g.open, s) && !passes(g.guard, g.shut, s));
	}
	ck_assert_uint_gt(ruled_out, REGEXES * SUBJECTS / 2);
	guard_free(g.guard);
}

START_TEST(nobody_who_might_match_is_ruled_out)
{
	check_spread(1);
	check_spread(9);
	check_spread(29);
}
END_TEST

/* A byte that is zero is not the end, nor is the end a byte. */
START_TEST(an_exact_gate_tells_a_nul_byte_from_the_end)
{
	struct guard *guard = NULL;
	struct prefix end, any;

	ck_assert(prefix_parse(&end, STR("^/p$")) && prefix_parse(&any, STR("^/p[^/]")));
	ck_assert_int_eq(guard_new(&guard, 2, NULL), NINES_OK);
	ck_assert(guard_add(guard, 0, &end, end.first) && guard_add(guard, 1, &any, any.first));
	ck_assert(passes(guard, 0, STR("/p")) && !passes(guard, 1, STR("/p")));
	ck_assert(!passes(guard, 0, STR("/p\0")) && passes(guard, 1, STR("/p\0")));
	ck_assert(!passes(guard, 0, STR("/p\0\0\0\0\0\0\0\0\0")));
	guard_free(guard);
}
END_TEST

/* Read with what is around it, whatever that is, and byte by byte: the same. */
START_TEST(a_brief_value_is_the_same_from_near_and_far)
{
	static const char line[] = "0123456789abcdefghijk\xff\0\x80";
	const struct str whole = { line, sizeof line - 1 };
	size_t near = 0;

	for (size_t n = 0; n <= whole.n; n++)
		for (size_t from = 0; from <= n; from++)
			for (size_t to = from + 1; to <= n && to <= from + BRIEF_BYTES; to++) {
				const struct str s = { line + from, to - from };

				ck_assert(brief_fits(s));
				if (!head_is_near(
				        s, head_room((struct str){ line, n }, HEAD_BYTES)))
					continue;
				near++;
				ck_assert_uint_le(from + HEAD_BYTES, n);
				ck_assert_uint_eq(
				    brief_key(head_load(s.p), s.n), brief_key(head_of_far(s), s.n));
			}
	ck_assert_uint_gt(near, 1000);
	ck_assert(!head_is_near(STR("elsewhere, and long enough"), head_room(whole, HEAD_BYTES)));
	ck_assert(!head_is_near((struct str){ NULL, 0 }, head_room(whole, HEAD_BYTES)));
	ck_assert(
	    !head_is_near((struct str){ NULL, 0 }, head_room((struct str){ NULL, 0 }, HEAD_BYTES)));
	ck_assert(!brief_fits(STR("")) && !brief_fits(STR("12345678")));
}
END_TEST

/* With what is around the field, whatever that is, or without: the same. */
START_TEST(a_look_takes_in_the_field_and_nothing_else)
{
	static const char line[] = "0123456789abcdefghijk\xff\0\x80lmnopq";
	const size_t n = sizeof line - 1;

	for (size_t from = 0; from <= n; from++)
		for (size_t to = from; to <= n; to++) {
			const struct str s = { line + from, to - from };
			const size_t seen = s.n < GUARD_PLACES ? s.n : GUARD_PLACES;
			struct guard_look whole, alone;

			memset(&whole, 0x55, sizeof whole);
			memset(&alone, 0xaa, sizeof alone);
			guard_look(s, (struct str){ line, n }, &whole);
			guard_look(s, s, &alone);
			ck_assert_uint_eq(whole.length, alone.length);
			ck_assert_uint_eq(whole.length, s.n < GUARD_ENDS ? s.n : GUARD_ENDS - 1);
			ck_assert_mem_eq(whole.byte, alone.byte, GUARD_PLACES);
			ck_assert_mem_eq(whole.byte, s.p, seen);
			for (size_t i = seen; i < GUARD_PLACES; i++)
				ck_assert_uint_eq(whole.byte[i], 0);
		}
}
END_TEST

START_TEST(a_zero_byte_makes_a_run_doubtful)
{
	static const char bytes[] = "/p/1234567890123456789";
	struct guard *guard = NULL;
	struct guard_look look;
	struct prefix x;

	ck_assert(prefix_parse(&x, STR("^/p/[0-9]+$")));
	ck_assert_int_eq(guard_new(&guard, 2, NULL), NINES_OK);
	for (int runs = 0; runs < 2; runs++) {
		if (runs)
			(void)guard_add_run(guard, 0, &x, x.first);
		for (size_t n = 0; n < sizeof bytes; n++)
			for (size_t zero = 0; zero <= n; zero++) {
				char own[sizeof bytes];

				memcpy(own, bytes, sizeof bytes);
				if (zero < n)
					own[zero] = '\0';
				guard_look((struct str){ own, n }, (struct str){ own, n }, &look);
				ck_assert_int_eq(guard_is_doubtful(guard, &look),
				    runs && zero < n && zero < GUARD_PLACES);
			}
	}
	guard_free(guard);
}
END_TEST

/* A run's two gates share the fields between them by length, and the first is exact. */
START_TEST(a_run_that_is_looked_at_whole_is_told_exactly)
{
	static const char *const field[] = { "/p/", "/p/1", "/p/12", "/p/1x", "/p/12345",
		"/p/1234x", "/p/123456", "/p/12345x", "/q/1", "/p/12345678901", "/p/1234567890123",
		"/p/12345678901234", "/p/123456789012x", "/p/1234567890123x", "" };
	struct guard *guard = NULL;
	struct prefix x;

	ck_assert(prefix_parse(&x, STR("^/p/[0-9]+$")));
	ck_assert(guard_is_run(&x, x.first));
	ck_assert_int_eq(guard_new(&guard, 64, NULL), NINES_OK);
	ck_assert(guard_add_run(guard, 5, &x, x.first));
	for (size_t i = 0; i < sizeof field / sizeof *field; i++) {
		const struct str s = str_of(field[i]);
		const int is_it = prefix_test(&x, s) == PREFIX_YES;

		ck_assert_int_eq(passes(guard, 5, s), is_it && s.n <= GUARD_PLACES);
		ck_assert(!passes(guard, 6, s) || s.n > GUARD_PLACES);
		ck_assert(!is_it || passes(guard, 5, s) || passes(guard, 6, s));
	}
	guard_free(guard);
}
END_TEST

SUITE("guard", a_look_takes_in_the_field_and_nothing_else, a_zero_byte_makes_a_run_doubtful,
    a_run_that_is_looked_at_whole_is_told_exactly, nobody_who_might_match_is_ruled_out,
    an_exact_gate_tells_a_nul_byte_from_the_end, a_brief_value_is_the_same_from_near_and_far)
