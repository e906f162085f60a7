/* JSON lines in a block whose stops are known, cut by one cutter in turn: what it remembers of the
 * lines before must not matter, and neither what stands beside a line. */
#include <stdlib.h>
#include <string.h>

#include "format.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void require(int holds)
{
	if (!holds)
		abort();
}

static struct format *make(void)
{
	static const char *const own[] = { "a.b", "a.b.c", "request.headers.Accept" };
	const struct format_source source = { .kind = FORMAT_JSON };
	struct format *f = NULL;

	if (format_new(&f, &source, NULL) != NINES_OK)
		abort();
	for (size_t i = 0; i < RECORD_FIELDS; i++)
		(void)format_want(f, str_of(record_field_name((enum record_field)i)));
	for (size_t i = 0; i < sizeof own / sizeof *own; i++)
		require(format_want(f, str_of(own[i])) >= 0);
	if (format_ready(f, NULL) != NINES_OK)
		abort();
	return f;
}

static void check_line(const struct format *f, struct format_cutter *exact,
    struct format_cutter *quick, struct str line)
{
	struct record want, got;
	const char *expected[2];
	const enum record_reject reject = format_cut(exact, line, &want);

	require(format_cut(quick, line, &got) == reject);
	require(reject == RECORD_OK ||
	    (format_failed_at(exact, &expected[0]) == format_failed_at(quick, &expected[1]) &&
	        !strcmp(expected[0], expected[1])));
	require(want.have == got.have && want.time_s == got.time_s &&
	    want.ambiguous_time == got.ambiguous_time);
	for (int i = 0; i < format_slots(f); i++)
		require(!(want.have >> i & 1) || str_equal(want.field[i], got.field[i]));
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	const size_t windows = n / SIMD_WINDOW + 1;
	char *block = calloc(windows, SIMD_WINDOW);
	uint64_t *words = calloc(windows, sizeof *words);
	uint32_t *list = calloc(n + STOPS_SPARE, sizeof *list);
	struct stops stops = { .kind = STOPS_MARKS, .block = { block, n }, .mark = words };
	struct format *f = make();
	struct format_cutter *exact = NULL, *quick = NULL;

	if (!block || !words || !list || format_cutter_new(&exact, f, 0, NULL) != NINES_OK ||
	    format_cutter_new(&quick, f, 0, NULL) != NINES_OK)
		abort();
	if (n)
		memcpy(block, p, n);
	(void)stops_look(STOPS_MARKS, block, windows, 0, &(struct stops_look){ list, stops.mark });
	format_cutter_see(quick, &stops);
	for (size_t at = 0, end; at < n; at = end + 1) {
		end = str_find(stops.block, at, '\n');
		stops.line = block + at;
		check_line(f, exact, quick, (struct str){ block + at, end - at });
	}
	format_cutter_free(exact);
	format_cutter_free(quick);
	format_free(f);
	free(block);
	free(words);
	free(list);
	return 0;
}
