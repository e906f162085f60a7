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
};
#define REGEXES (sizeof regexes / sizeof *regexes)

/* Whoever the prefix lets through the guard lets through; spread over several words. */
static void check_spread(size_t apart)
{
	const size_t journeys = (REGEXES - 1) * apart + 2;
	struct prefix prefix[REGEXES];
	struct guard *guard = NULL;
	uint64_t alive[16];
	size_t ruled_out = 0;

	ck_assert_uint_le(journeys, 64 * 16);
	ck_assert_int_eq(guard_new(&guard, journeys, NULL), NINES_OK);
	for (size_t i = 0; i < REGEXES; i++) {
		ck_assert(prefix_parse(&prefix[i], str_of(regexes[i])));
		guard_add(guard, i * apart, &prefix[i]);
	}
	for (size_t k = 0; k < sizeof subjects / sizeof *subjects; k++) {
		const struct str s = str_of(subjects[k]);

		for (size_t w = 0; w < (journeys + 63) / 64; w++)
			alive[w] = guard_alive(guard, s, w);
		for (size_t i = 0; i < REGEXES; i++) {
			const int is_alive = alive[i * apart / 64] >> i * apart % 64 & 1;

			ruled_out += !is_alive;
			ck_assert_msg(is_alive || prefix_test(&prefix[i], s) == PREFIX_NO,
			    "%s on %s", regexes[i], subjects[k]);
		}
		/* The last journey asks for nothing, and there is none behind it. */
		ck_assert(alive[(journeys - 1) / 64] >> (journeys - 1) % 64 == 1);
	}
	ck_assert_uint_gt(ruled_out, REGEXES * sizeof subjects / sizeof *subjects / 2);
	guard_free(guard);
}

START_TEST(nobody_who_might_match_is_ruled_out)
{
	check_spread(1);
	check_spread(9);
	check_spread(64);
}
END_TEST

SUITE("guard", nobody_who_might_match_is_ruled_out)
