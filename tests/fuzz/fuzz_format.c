/* A format and a line, parted by the first newline.  Cutting is deterministic, does not depend on
 * which fields are wanted, is the same in a block and alone, quickly and exactly, and every slice
 * lies in the line or in the cutter's scratch. */
#include <stdlib.h>
#include <string.h>

#include "../unit/format_ways.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

#define require ways_require

static int lies_in(struct str s, const char *p, size_t n)
{
	const uintptr_t from = (uintptr_t)p, at = (uintptr_t)s.p;

	return at >= from && at + s.n <= from + n;
}

static void check_slices(const struct format_cutter *c, struct str line, const struct record *r)
{
	for (int i = 0; i < format_slots(c->format); i++) {
		if (!(r->have >> i & 1))
			continue;
		require(lies_in(r->field[i], line.p, line.n) ||
		    (c->scratch && lies_in(r->field[i], c->scratch, c->scratch_used)));
	}
}

static void check_reject(const struct format_cutter *c, struct str line)
{
	const char *expected;

	require(format_failed_at(c, &expected) <= line.n);
	require(*expected);
}

static void check_same(const struct format *f, const struct record *a, const struct record *b)
{
	require(
	    a->have == b->have && a->time_s == b->time_s && a->ambiguous_time == b->ambiguous_time);
	for (int i = 0; i < format_slots(f); i++)
		require(!(a->have >> i & 1) || str_equal(a->field[i], b->field[i]));
}

/* Two cutters of one format: the second has cut the line before. */
static enum record_reject cut_twice(const struct format *f, struct str line)
{
	struct format_cutter *fresh = NULL, *used = NULL;
	struct record first, again;
	enum record_reject reject;

	if (format_cutter_new(&fresh, f, 0, NULL) != NINES_OK ||
	    format_cutter_new(&used, f, 0, NULL) != NINES_OK)
		abort();
	(void)format_cut(used, line, &again);
	reject = format_cut(fresh, line, &first);
	require(format_cut(used, line, &again) == reject);
	check_slices(fresh, line, &first);
	check_same(f, &first, &again);
	if (reject != RECORD_OK)
		check_reject(fresh, line);
	format_cutter_free(fresh);
	format_cutter_free(used);
	return reject;
}

static struct format *make(struct str text, enum ways_want want)
{
	const struct format_source source = { .kind = FORMAT_TEXT, .text = text };
	struct nines_error err = { .code = NINES_OK };
	struct format *f = NULL;

	if (format_new(&f, &source, &err) != NINES_OK) {
		require(err.code != NINES_OK && err.text[0] && err.column <= text.n + 1);
		return NULL;
	}
	ways_ready(f, want);
	return f;
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	const struct str all = { (const char *)p, n };
	const size_t newline = str_find(all, 0, '\n');
	const struct str text = { all.p, newline };
	struct str line = { NULL, newline < n ? n - newline - 1 : 0 };
	struct format *full = make(text, WAYS_ALL), *bare;
	char *copy;

	if (!full)
		return 0;
	copy = malloc(line.n ? line.n : 1);
	bare = make(text, WAYS_NONE);
	if (!copy || !bare)
		abort();
	memcpy(copy, all.p + n - line.n, line.n);
	line.p = copy;
	if (cut_twice(full, line) != RECORD_TOO_LONG)
		require(cut_twice(full, line) == cut_twice(bare, line));
	if (!memchr(line.p, '\n', line.n) && line.n > 0) {
		for (int want = WAYS_NONE; want <= WAYS_ALL; want++)
			ways_check(make(text, (enum ways_want)want),
			    make(text, (enum ways_want)want), line);
	}
	format_free(full);
	format_free(bare);
	free(copy);
	return 0;
}
