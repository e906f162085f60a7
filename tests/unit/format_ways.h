/* A line cut quickly, in a block whose stops are known and in a minute that is, and cut exactly,
 * alone: the same comes of it, down to the place of a complaint. */
#ifndef FORMAT_WAYS_H
#define FORMAT_WAYS_H
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "format.h"
#include "format_impl.h"
#include "lines.h"

static inline void ways_require(int holds)
{
	if (!holds)
		abort();
}

/* What most rules ask for, FEW, has ways of its own. */
enum ways_want { WAYS_NONE, WAYS_FEW, WAYS_ALL };

static inline int ways_wanted(enum ways_want want, const char *field)
{
	static const char *const few[] = { "method", "path", "uri", "status", "duration" };

	for (size_t i = 0; want == WAYS_FEW && i < sizeof few / sizeof *few; i++)
		if (!strcmp(field, few[i]))
			return 1;
	return want == WAYS_ALL;
}

static inline void ways_ready(struct format *f, enum ways_want want)
{
	for (size_t i = 0; format_field(f, i); i++) {
		const struct str field = str_of(format_field(f, i));

		if (ways_wanted(want, field.p))
			ways_require(format_want(f, field) >= 0 || format_slots(f) == RECORD_SLOTS);
	}
	ways_require(format_ready(f, NULL) == NINES_OK);
}

/* No field is looked for quickly any more. */
static inline void ways_make_exact(struct format *f)
{
	f->begins_clf = 0;
	for (size_t i = 0; i < f->cuts; i++)
		f->cut[i].quick = FORMAT_QUICK_NONE;
}

/* What the cutter knows beforehand, since it might else never have read the time of a line with a
 * fault: the minute of the line's first stamp, or another one of that day, or of another day. */
enum ways_minute { WAYS_SAME, WAYS_OTHER, WAYS_OTHER_DAY, WAYS_MINUTES };

/* Has the memo be of a stamp that is written as this one, but for a digit.  There may be no such
 * moment; then it is of none. */
static inline void ways_warm_otherwise(
    struct format_cutter *c, struct str stamp, enum ways_minute minute)
{
	const size_t day = stamp.p[2] == '/' ? 1 : 9;
	char other[64];
	int64_t t;
	int ambiguous;

	if (stamp.n > sizeof other)
		return;
	memcpy(other, stamp.p, stamp.n);
	other[minute == WAYS_OTHER ? c->memo.n - 1 : day] ^= 1;
	c->memo = (struct stamp_memo){ .n = 0 };
	(void)stamp_parse(
	    &c->memo, c->format->zone, (struct str){ other, stamp.n }, &t, &ambiguous);
}

static inline void ways_warm(struct format_cutter *c, struct str line, enum ways_minute minute)
{
	int64_t t;
	int ambiguous;

	for (size_t i = 0; i < line.n; i++) {
		const struct str stamp = { line.p + i,
			stamp_width((struct str){ line.p + i, line.n - i }) };

		if (!stamp.n || !stamp_parse(&c->memo, c->format->zone, stamp, &t, &ambiguous))
			continue;
		if (minute != WAYS_SAME && c->memo.n)
			ways_warm_otherwise(c, stamp, minute);
		break;
	}
}

/* Cuts the block's second line after its first, as a run would. */
static inline enum record_reject ways_cut_second(struct format_cutter *c, const struct format *f,
    struct str block, enum ways_minute minute, struct record *r)
{
	const size_t windows = block.n / SIMD_WINDOW + 1;
	uint64_t *words = calloc(windows, sizeof *words);
	struct stops stops = { .kind = format_wants_stops(f), .block = block, .mark = words };
	struct lines_walk walk = { .block = block, .stops = &stops };
	struct lines_count count = { 0 };
	enum record_reject reject = RECORD_OK;
	struct str line;

	ways_require(words != NULL);
	format_cutter_see(c, &stops);
	for (int i = 0; i < 2; i++) {
		ways_require(lines_split(&walk, &line, &count));
		ways_warm(c, line, minute);
		reject = format_cut(c, line, r);
	}
	format_cutter_see(c, NULL);
	free(words);
	return reject;
}

static inline void ways_compare(struct format_cutter *quick, struct format_cutter *exact,
    const struct format *f, struct str block, enum ways_minute minute)
{
	const char *expected[2];
	struct record a, b;
	const enum record_reject reject = ways_cut_second(quick, f, block, minute, &a);

	ways_require(format_cut(exact, a.line, &b) == reject);
	ways_require(
	    a.have == b.have && a.time_s == b.time_s && a.ambiguous_time == b.ambiguous_time);
	for (int i = 0; i < format_slots(f); i++)
		ways_require(!(a.have >> i & 1) || str_equal(a.field[i], b.field[i]));
	ways_require(reject == RECORD_OK ||
	    (format_failed_at(quick, &expected[0]) == format_failed_at(exact, &expected[1]) &&
	        !strcmp(expected[0], expected[1])));
}

/* Takes two equal formats and a line, not empty and without a newline.  The block ends soon behind
 * the line, at once, or not; the block has its own size, so that a sanitizer notices a byte read
 * outside. */
static inline void ways_check(struct format *f, struct format *exact, struct str line)
{
	static const char *const behind[] = { "", "\n", "\n0\n",
		"\n\" ] 00 \"\\\" - [\n and \" so on \"\n" };
	struct format_cutter *a = NULL, *b = NULL;

	ways_make_exact(exact);
	ways_require(format_cutter_new(&a, f, 0, NULL) == NINES_OK);
	ways_require(format_cutter_new(&b, exact, 0, NULL) == NINES_OK);
	for (size_t i = 0; i < sizeof behind / sizeof *behind; i++) {
		const size_t tail = strlen(behind[i]), n = 2 * line.n + 1 + tail;
		char *block = malloc(n);

		ways_require(block != NULL);
		memcpy(block, line.p, line.n);
		block[line.n] = '\n';
		memcpy(block + line.n + 1, line.p, line.n);
		memcpy(block + 2 * line.n + 1, behind[i], tail);
		for (int minute = WAYS_SAME; minute < WAYS_MINUTES; minute++)
			ways_compare(a, b, f, (struct str){ block, n }, (enum ways_minute)minute);
		free(block);
	}
	format_cutter_free(a);
	format_cutter_free(b);
	format_free(f);
	format_free(exact);
}
#endif
