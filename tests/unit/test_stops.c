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

struct seen {
	uint64_t mark[WINDOWS];
	uint32_t list[WINDOWS * SIMD_WINDOW + STOPS_SPARE];
	size_t n;
	int high;
};

#define AT 4096u /* the offset of the text in what it is taken for */

static struct seen look(enum stops_kind kind, const char *text, size_t windows)
{
	struct seen s = { .high = 0 };
	struct stops_look l = { .list = s.list, .mark = s.mark };

	s.high = stops_look(kind, text, windows, AT, &l);
	s.n = (size_t)(l.list - s.list);
	return s;
}

static void check_list(const struct seen *s, const char *text, size_t n, const char *bytes)
{
	size_t k = 0;

	for (size_t i = 0; i < n; i++) {
		if (!text[i] || !strchr(bytes, text[i]))
			continue;
		ck_assert_uint_lt(k, s->n);
		ck_assert_uint_eq(s->list[k++], AT + i);
	}
	ck_assert_uint_eq(k, s->n);
}

/* The text is a block of its own size, so that a sanitizer notices a byte read outside.  It has
 * from none to all of a window's bytes among the stops. */
START_TEST(a_stop_is_where_its_byte_is)
{
	char *text = malloc(WINDOWS * SIMD_WINDOW);
	unsigned seed = 3;

	ck_assert_ptr_nonnull(text);
	for (unsigned round = 0; round < 300; round++) {
		const size_t windows = 1 + round % WINDOWS, n = windows * SIMD_WINDOW;
		struct seen lines, quotes, marks;
		int high = 0;

		fill(text, WINDOWS * SIMD_WINDOW, 1 + round, &seed);
		if (round % 7 == 0)
			memset(text + round % 60, round % 2 ? '"' : '\n', SIMD_WINDOW);
		for (size_t i = 0; i < n; i++)
			high |= (unsigned char)text[i] >> 7;
		lines = look(STOPS_LINES, text, windows);
		quotes = look(STOPS_QUOTES, text, windows);
		marks = look(STOPS_MARKS, text, windows);
		ck_assert(lines.high == high && quotes.high == high && marks.high == high);
		check_list(&lines, text, n, "\n");
		check_list(&quotes, text, n, "\n\"");
		check_list(&marks, text, n, "\n");
		for (size_t i = 0; i < WINDOWS; i++) {
			const char *window = text + i * SIMD_WINDOW;

			ck_assert(lines.mark[i] == 0 && quotes.mark[i] == 0);
			ck_assert(marks.mark[i] ==
			    (i < windows ? model(window, '"') | model(window, '\\') : 0));
		}
	}
	free(text);
}
END_TEST

SUITE("stops", a_stop_is_where_its_byte_is)
