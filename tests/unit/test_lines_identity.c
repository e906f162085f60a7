/* Lines that know what was read before: halting at known marks, holding back what is half written,
 * going on where an earlier reading ended. */
#include "lines.h"

#include <stdio.h>

#include "gz.h"
#include "memory_io.h"
#include "suite.h"

struct setting {
	const void *p;
	size_t n;
	size_t buffer, piece;
	int hold;
	const struct mark *known;
	size_t knowns;
	uint64_t start;
	const char *decoder; /* to go on with at `start` */
	struct identity_state from;
};

static void expect(void *ctx, struct mark first, const struct mark **known, size_t *n)
{
	const struct setting *s = ctx;

	(void)first;
	*known = s->known;
	*n = s->knowns;
}

/* A letter for each event and each line: L, l (over the cap), K, C, D, X, E. */
struct told {
	char p[1 << 16];
	size_t n;
	struct identity_state state;
	struct lines_count count;
	struct source source;
};

static void tell_block(struct told *t, struct str block)
{
	struct lines_walk walk = { .block = block };
	struct str line;

	while (lines_split(&walk, &line, &t->count))
		t->p[t->n++] = 'L';
}

static void read_all(const struct setting *s, struct told *t)
{
	static const char letter[] = { [LINES_LONG] = 'l',
		[LINES_COMMIT] = 'C',
		[LINES_KNOWN] = 'K',
		[LINES_DISCARD] = 'D',
		[LINES_CUT] = 'X',
		[LINES_END] = 'E' };
	struct memory_file file[] = { memory_log(s->p, s->n) };
	const char *const name[] = { "log" };
	struct setting copy = *s;
	struct identity *id = NULL;
	struct source_list list;
	struct lines *lines;
	struct memory_io m;
	enum lines_event event;
	struct str block;

	memory_init(&m, file, 1);
	m.piece = s->piece;
	t->n = 0;
	t->count = (struct lines_count){ 0 };
	ck_assert_int_eq(source_list_open(&list, name, 1, &m.io, NULL), NINES_OK);
	ck_assert_int_eq(lines_new(&lines, s->buffer, NULL), NINES_OK);
	ck_assert_int_eq(identity_new(&id, IDENTITY_MARKS, NULL), NINES_OK);
	source_seek(&list, 0, s->start, s->decoder);
	identity_begin(id, s->start ? &s->from : NULL, expect, &copy);
	lines_identify(lines, id);
	lines_hold(lines, s->hold);
	ck_assert_int_eq(lines_begin(lines, &list, 0, NULL), NINES_OK);
	do {
		event = lines_next(lines, &block, &t->count);
		ck_assert(block.n > 0 || event != LINES_BLOCK);
		if (event == LINES_BLOCK)
			tell_block(t, block);
		else
			t->p[t->n++] = letter[event];
	} while (event != LINES_END);
	ck_assert_int_eq(lines_next(lines, &block, &t->count), LINES_END);
	t->p[t->n] = '\0';
	t->state = identity_state(id);
	source_done(&list, 0);
	t->source = list.source[0];
	source_list_close(&list);
	lines_free(lines);
	identity_free(id);
}

/* The same through every small buffer, the usual one and short reads. */
static void every_buffer_tells(struct setting s, const char *want, struct told *t)
{
	for (size_t buffer = 0; buffer < 40; buffer++) {
		for (s.piece = 0; s.piece < 4; s.piece += 3) {
			s.buffer = buffer;
			read_all(&s, t);
			ck_assert_msg(
			    strcmp(t->p, want) == 0, "buffer %zu: %s, not %s", buffer, t->p, want);
		}
	}
}

static struct mark mark_of(const char *p, size_t n)
{
	return (struct mark){ n, (uint32_t)crc32(0, (const Bytef *)p, (uInt)n) };
}

START_TEST(all_lines_up_to_a_known_mark_come_before_it_is_told)
{
	static const char text[] = "one\ntwo\nthree\n\nfive\n";
	const struct mark known[] = { mark_of(text, 4), { 8, 1 }, mark_of(text, 14), { 17, 2 } };
	struct setting s = { .p = text, .n = sizeof text - 1, .known = known, .knowns = 4 };
	struct told t;

	every_buffer_tells(s, "LKLLKLLCE", &t);
	ck_assert_uint_eq(t.state.known.length, 14);
	ck_assert_uint_eq(t.state.new_bytes, 6);
	s.knowns = 0;
	every_buffer_tells(s, "LLLLLCE", &t);
}
END_TEST

START_TEST(a_known_mark_may_be_the_end_and_a_hole_may_follow_it)
{
	static const char text[] = "#c\n\0one\n\0\0\0two\n\0\0";
	const struct mark known[] = { mark_of("one\n", 4), mark_of("one\ntwo\n", 8) };
	struct setting s = { .p = text, .n = sizeof text - 1, .known = known, .knowns = 2 };
	struct told t;

	every_buffer_tells(s, "LLKLKCE", &t);
	ck_assert_uint_eq(t.state.end.length, 8);
	ck_assert_uint_eq(t.state.raw_end, sizeof text - 3);
	ck_assert_uint_eq(t.state.new_bytes, 0);
}
END_TEST

START_TEST(packed_content_is_known_within_its_units)
{
	static const char text[] = "one\ntwo\nthree\nfour\n";
	const struct mark known[] = { mark_of(text, 8), mark_of(text, 14) };
	struct setting s = { .known = known, .knowns = 2 };
	struct gz g = { 0 };
	struct told t;

	gz_member(&g, text, 10, 9);
	gz_member(&g, text + 10, sizeof text - 11, 9);
	s.p = g.p;
	s.n = g.n;
	every_buffer_tells(s, "LLKCLKLCE", &t);
	ck_assert_uint_eq(t.state.unit_end, g.n);
	ck_assert_uint_eq(t.state.end.length, sizeof text - 1);
	/* A unit whose check fails takes back what was known in it. */
	g.p[g.n - 5] ^= 1;
	every_buffer_tells(s, "LLKCLKLDE", &t);
	ck_assert_uint_eq(t.state.end.length, 8);
	ck_assert_uint_eq(t.state.known.length, 8);
	ck_assert_uint_eq(t.state.new_bytes, 0);
	gz_fini(&g);
}
END_TEST

START_TEST(a_half_written_last_line_is_held_back_but_for_packed_content)
{
	static const char text[] = "one\ntwo\nthr";
	struct setting s = { .p = text, .n = sizeof text - 1, .hold = 1 };
	struct gz g = { 0 };
	struct told t;

	every_buffer_tells(s, "LLCE", &t);
	ck_assert_uint_eq(t.state.raw_end, 8);
	ck_assert_uint_eq(t.state.bytes, 8);
	ck_assert_uint_eq(t.count.unterminated, 0);
	s.hold = 0;
	every_buffer_tells(s, "LLCLCE", &t);
	ck_assert_uint_eq(t.state.end.length, 11);
	s.hold = 1;
	gz_member(&g, text, sizeof text - 1, 9);
	s.p = g.p;
	s.n = g.n;
	every_buffer_tells(s, "LLCLCE", &t);
	ck_assert_uint_eq(t.state.end.length, 11);
	ck_assert_uint_eq(t.state.unit_end, g.n);
	ck_assert_uint_eq(t.count.unterminated, 1);
	gz_fini(&g);
}
END_TEST

START_TEST(an_unterminated_end_that_is_known_is_told_after_its_line)
{
	static const char text[] = "one\ntwo\nthr";
	const struct mark known[] = { mark_of(text, sizeof text - 1) };
	struct setting s = { .hold = 1, .known = known, .knowns = 1 };
	struct gz g = { 0 };
	struct told t;

	gz_member(&g, text, sizeof text - 1, 9);
	s.p = g.p;
	s.n = g.n;
	every_buffer_tells(s, "LLCLKCE", &t);
	ck_assert_uint_eq(t.state.new_bytes, 0);
	s.p = text;
	s.n = sizeof text - 1;
	every_buffer_tells(s, "LLCE", &t);
	ck_assert_uint_eq(t.state.known.length, 0);
	ck_assert_uint_eq(t.state.within.length, s.n);
	gz_fini(&g);
}
END_TEST

START_TEST(a_line_over_the_cap_is_told_at_its_end_when_lines_are_held_back)
{
	const size_t n = LINES_CAP * 3;
	char *p = malloc(n + 5);
	struct setting s = { .p = p, .hold = 1 };
	struct told t;

	memset(p, 'x', n);
	memcpy(p + n, "\nok\n", 4);
	s.n = n;
	every_buffer_tells(s, "CE", &t);
	ck_assert_uint_eq(t.state.end.length, 0);
	s.n = n + 1;
	every_buffer_tells(s, "lCE", &t);
	s.n = n + 4;
	every_buffer_tells(s, "lLCE", &t);
	for (size_t extra = 0; extra < 3; extra++) {
		s.buffer = LINES_CAP + extra;
		read_all(&s, &t);
		ck_assert_str_eq(t.p, "lLCE");
	}
	free(p);
}
END_TEST

START_TEST(a_later_reading_goes_on_where_the_first_one_ended)
{
	static const char text[] = "\xef\xbb\xbfone\ntwo\n\xef\xbb\xbf"
	                           "3\n#\n";
	struct setting s = { .p = text, .n = 13, .hold = 1 };
	struct told t;

	every_buffer_tells(s, "LLCE", &t);
	ck_assert_uint_eq(t.count.bom, 1);
	ck_assert_uint_eq(t.state.raw_end, 11);
	s.from = t.state;
	s.start = t.state.raw_end;
	s.decoder = "plain";
	s.n = sizeof text - 1;
	every_buffer_tells(s, "LLCE", &t);
	ck_assert_uint_eq(t.count.bom, 0);
	ck_assert_uint_eq(t.state.bytes, 7);
	ck_assert_uint_eq(t.state.raw_end, sizeof text - 1);
	s.start = s.n;
	s.from = t.state;
	every_buffer_tells(s, "CE", &t);
	ck_assert_int_eq(t.source.status, SOURCE_OK);
	ck_assert_uint_eq(t.state.end.length, sizeof text - 1);
}
END_TEST

/* What follows the last member is judged as behind one, and plain content that looks packed stays
 * plain. */
START_TEST(what_begins_amid_a_source_is_what_it_was_before)
{
	struct setting s = { .hold = 1, .decoder = "gzip" };
	struct gz g = { 0 };
	struct told t;

	gz_member(&g, "one\n", 4, 9);
	s.start = g.n;
	gz_bytes(&g, "\0\0\0\0", 4);
	s.p = g.p;
	s.n = g.n;
	s.from = (struct identity_state){ .first = mark_of("one\n", 4),
		.end = mark_of("one\n", 4),
		.raw_end = s.start,
		.unit_end = s.start };
	every_buffer_tells(s, "E", &t);
	ck_assert_int_eq(t.source.status, SOURCE_OK);
	ck_assert_uint_eq(t.state.unit_end, s.start);
	gz_member(&g, "two\n", 4, 9);
	s.p = g.p;
	s.n = g.n;
	every_buffer_tells(s, "LCE", &t);
	ck_assert_uint_eq(t.state.unit_end, g.n);
	ck_assert_uint_eq(t.state.end.length, 8);
	ck_assert_uint_eq(t.state.end.crc, mark_of("one\ntwo\n", 8).crc);
	gz_bytes(&g, "stray", 5);
	s.p = g.p;
	s.n = g.n;
	every_buffer_tells(s, "LCE", &t);
	ck_assert_int_eq(t.source.status, SOURCE_TRAILING);
	gz_fini(&g);

	s = (struct setting){ .p = "a\n\x1f\x8b\x08\n", .n = 6, .decoder = "plain", .start = 2 };
	s.from.first = s.from.end = mark_of("a\n", 2);
	s.from.raw_end = 2;
	every_buffer_tells(s, "LCE", &t);
	ck_assert_uint_eq(t.state.raw_end, 6);
}
END_TEST

SUITE("lines_identity", all_lines_up_to_a_known_mark_come_before_it_is_told,
    a_known_mark_may_be_the_end_and_a_hole_may_follow_it, packed_content_is_known_within_its_units,
    a_half_written_last_line_is_held_back_but_for_packed_content,
    an_unterminated_end_that_is_known_is_told_after_its_line,
    a_line_over_the_cap_is_told_at_its_end_when_lines_are_held_back,
    a_later_reading_goes_on_where_the_first_one_ended,
    what_begins_amid_a_source_is_what_it_was_before)
