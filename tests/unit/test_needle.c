#include "needle.h"

#include <stdlib.h>
#include <string.h>

#include "suite.h"

static const char *model(struct str text, const char *p, const char *end)
{
	for (; end - p >= (ptrdiff_t)text.n; p++)
		if (memcmp(p, text.p, text.n) == 0)
			return p;
	return NULL;
}

/* Text of few different bytes, so that the two that are looked for are often met by chance. */
static void fill(char *p, size_t n, unsigned rare, unsigned *seed)
{
	for (size_t i = 0; i < n; i++) {
		*seed = *seed * 1664525u + 1013904223u;
		p[i] = (*seed >> 16) % rare ? 'x' : "abP\xff"[(*seed >> 8) % 4];
	}
}

/* In memory of its own size, so that a sanitizer notices a byte read outside. */
START_TEST(a_needle_is_found_at_its_first_place)
{
	static const char *const texts[] = { "ab", "ba", "aa", "xx", "Px", "xP", "abab",
		"xxxxxxxxP", "axxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "a\xff", "aPb", "PaP" };
	unsigned seed = 5;
	size_t found = 0;

	for (size_t n = 0; n < 700; n += 1 + n / 60) {
		char *const p = malloc(n > 0 ? n : 1);

		ck_assert_ptr_nonnull(p);
		for (unsigned rare = 1; rare < 100; rare += rare) {
			fill(p, n, rare, &seed);
			for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
				const struct str text = str_of(texts[i]);
				const struct needle needle = needle_of(text);
				const char *at = p;

				while (at != NULL) {
					const char *const want = model(text, at, p + n);

					ck_assert_ptr_eq(needle_find(&needle, at, p + n), want);
					found += want != NULL;
					at = want != NULL ? want + 1 : NULL;
				}
			}
		}
		free(p);
	}
	ck_assert_uint_gt(found, 10000);
}
END_TEST

START_TEST(two_different_bytes_of_it_are_compared)
{
	static const struct {
		const char *text;
		size_t at[2];
	} row[] = {
		{ "ab", { 0, 1 } },
		{ "\"POST /api/completePurchase ", { 1, 19 } },
		{ "kube-probe/", { 0, 9 } },
		{ "0000", { 0, 3 } },
		{ "0a0", { 1, 2 } },
		{ "00a", { 0, 2 } },
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		const struct needle needle = needle_of(str_of(row[i].text));

		ck_assert_msg(needle.at[0] == row[i].at[0] && needle.at[1] == row[i].at[1], "%s",
		    row[i].text);
	}
}
END_TEST

SUITE("needle", a_needle_is_found_at_its_first_place, two_different_bytes_of_it_are_compared)
