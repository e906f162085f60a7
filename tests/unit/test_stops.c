#include <stdlib.h>
#include <string.h>

#include "stops.h"
#include "suite.h"

#define WINDOWS 5

static void fill(char *p, size_t n, unsigned rare, unsigned *seed)
{
	static const char some[] = { '"', '\\', '\n', '\x80', '\xff', '#', '!', '\0' };

	for (size_t i = 0; i < n; i++) {
		*seed = *seed * 1664525u + 1013904223u;
		p[i] = (*seed >> 16) % rare ? 'x' : some[(*seed >> 8) % sizeof some];
	}
}

static uint64_t model(const char *p, char c)
{
	uint64_t bits = 0;

	for (unsigned i = 0; i < SIMD_WINDOW; i++)
		bits |= (uint64_t)(p[i] == c) << i;
	return bits;
}

/* The text is a block of its own size, so that a sanitizer notices a byte read outside. */
START_TEST(a_stop_is_where_its_byte_is)
{
	char *text = malloc(WINDOWS * SIMD_WINDOW);
	unsigned seed = 3;

	ck_assert_ptr_nonnull(text);
	for (unsigned round = 0; round < 300; round++) {
		uint64_t newline[WINDOWS], quote[WINDOWS], escape[WINDOWS];
		const size_t windows = 1 + round % WINDOWS;
		int high = 0;

		fill(text, WINDOWS * SIMD_WINDOW, 1 + round, &seed);
		memset(quote, 0, sizeof quote);
		for (size_t i = 0; i < windows * SIMD_WINDOW; i++)
			high |= (unsigned char)text[i] >> 7;
		ck_assert_int_eq(stops_look(text, windows, newline, NULL, NULL), high);
		ck_assert_int_eq(stops_look(text, windows, newline, quote, NULL), high);
		ck_assert_int_eq(stops_look(text, windows, newline, quote, escape), high);
		for (size_t i = 0; i < windows; i++) {
			ck_assert(newline[i] == model(text + i * SIMD_WINDOW, '\n'));
			ck_assert(quote[i] == model(text + i * SIMD_WINDOW, '"'));
			ck_assert(escape[i] == model(text + i * SIMD_WINDOW, '\\'));
		}
		for (size_t i = windows; i < WINDOWS; i++)
			ck_assert(quote[i] == 0); /* not looked at */
	}
	free(text);
}
END_TEST

START_TEST(the_first_stop_is_found_before_the_end_and_not_behind_it)
{
	char text[WINDOWS * SIMD_WINDOW];
	uint64_t newline[WINDOWS], quote[WINDOWS + 1];
	const struct stops stops = { { text, sizeof text }, quote, NULL };
	unsigned seed = 5;

	for (unsigned round = 1; round < 200; round++) {
		fill(text, sizeof text, 4 * round, &seed);
		quote[WINDOWS] = ~UINT64_C(0); /* whatever is left there from another block */
		(void)stops_look(text, WINDOWS, newline, quote, NULL);
		for (size_t from = 0; from <= sizeof text; from += 1 + from % 7)
			for (size_t to = from; to <= sizeof text; to += 1 + to % 11) {
				const char *want = memchr(text + from, '"', to - from);

				ck_assert_ptr_eq(
				    stops_find(&stops, quote, text + from, text + to), want);
			}
	}
}
END_TEST

START_TEST(a_walk_goes_from_stop_to_stop)
{
	char text[WINDOWS * SIMD_WINDOW];
	uint64_t newline[WINDOWS], quote[WINDOWS + 1];
	const struct stops stops = { { text, sizeof text }, quote, NULL };
	unsigned seed = 7;

	for (unsigned round = 1; round < 200; round++) {
		fill(text, sizeof text, 2 * round, &seed);
		quote[WINDOWS] = ~UINT64_C(0); /* whatever is left there from another block */
		(void)stops_look(text, WINDOWS, newline, quote, NULL);
		for (size_t from = 0; from <= sizeof text; from += 1 + from % 7) {
			const char *p = text + from, *end = text + sizeof text - round % 90;
			struct stops_walk walk;

			if (p > end)
				continue;
			walk = stops_walk(&stops, quote, p, end);
			while ((p = memchr(p, '"', (size_t)(end - p))))
				ck_assert_ptr_eq(stops_next(&walk), p++);
			ck_assert(stops_next(&walk) >= end);
			ck_assert(stops_next(&walk) >= end);
		}
	}
}
END_TEST

SUITE("stops", a_stop_is_where_its_byte_is,
    the_first_stop_is_found_before_the_end_and_not_behind_it, a_walk_goes_from_stop_to_stop)
