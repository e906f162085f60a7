#include "lines.h"

#include "gz.h"
#include "lines_model.h"
#include "memory_io.h"
#include "suite.h"

struct input {
	struct memory_file file;
	size_t piece;
	int interrupt;
	uint64_t fail_at;
	struct source source; /* what became of it */
	unsigned reads;
};

static void diary_of(struct diary *d, struct input *in, struct lines *lines)
{
	const char *const name[] = { "log" };
	struct source_list list;
	struct memory_io m;

	memory_init(&m, &in->file, 1);
	m.piece = in->piece;
	m.interrupt = in->interrupt;
	m.fail_at = in->fail_at ? in->fail_at : UINT64_MAX;
	d->n = 0;
	ck_assert_int_eq(source_list_open(&list, name, 1, &m.io, NULL), NINES_OK);
	diary_of_lines(d, lines, &list);
	source_done(&list, 0);
	in->source = list.source[0];
	in->reads = m.reads;
	source_list_close(&list);
}

static const size_t large[] = { 4096, 65535, 65536, 65537, 200000, 0 };
#define LARGE (sizeof large / sizeof *large)

/* The same diary for every size of the buffer up to `most` and some large ones, and for short
 * reads. */
static void every_buffer_gives(const char *want, struct input in, size_t most)
{
	static const size_t piece[] = { 0, 1, 13 };
	struct diary got = { 0 };

	for (size_t i = 0; i < most + LARGE; i++) {
		const size_t size = i < most ? i + 1 : large[i - most];
		struct lines *lines;

		ck_assert_int_eq(lines_new(&lines, size, NULL), NINES_OK);
		for (size_t k = 0; k < sizeof piece / sizeof *piece; k++) {
			in.piece = piece[k];
			in.interrupt = k == 1;
			diary_of(&got, &in, lines);
			ck_assert_msg(strcmp(got.p, want) == 0,
			    "buffer %zu, piece %zu:\n%s\nnot\n%s", size, piece[k], got.p, want);
		}
		lines_free(lines);
	}
	free(got.p);
}

static void plain_agrees(const void *p, size_t n, size_t most)
{
	const struct input in = { .file = memory_log(p, n) };
	struct diary want = { 0 };
	struct model model;

	model_init(&model, &want);
	model_bytes(&model, p, n);
	model_event(&model, 'C');
	model_end(&model);
	every_buffer_gives(want.p, in, most);
	model_fini(&model);
	free(want.p);
}

START_TEST(plain_text_comes_out_the_same_through_every_buffer)
{
	/* clang-format off */
	static const struct {
		const char *p;
		size_t n;
	} row[] = {
#define ROW(bytes) { bytes, sizeof(bytes) - 1 }
		ROW(""),
		ROW("\n"),
		ROW("\n\n\n"),
		ROW("one\n"),
		ROW("one"),
		ROW("one\ntwo\nthree"),
		ROW("a\r\nb\r\n\r\nc\rd\n\re\r\r\nf\r"),
		ROW("\r"),
		ROW("\xef\xbb\xbf" "first\nsecond\n"),
		ROW("\xef\xbb\xbf"),
		ROW("\xef\xbb\xbf\xef\xbb\xbf" "x\n"),
		ROW("\xef\xbb"),
		ROW("\xef\xbb\n\xbf"),
		ROW("\xef\xbbx\n"),
		ROW("x\n\xef\xbb\xbf" "y\n"),
		ROW("\0\xef\xbb\xbfx\n"),
		ROW("\xef\xbb\xbf\0\0x\n"),
		ROW("\0"),
		ROW("\0\0\0\0"),
		ROW("\0\0\n\0\n\n"),
		ROW("\0\0\0after a hole\nnext\n"),
		ROW("a\n\0\0\0b\n\0c\n"),
		ROW("a\0b\n\0\0a\0\0\n"),
		ROW("a\n\0\0\0"),
		ROW("a\n\0\0b"),
		ROW("valid \xc3\xa9\ninvalid \xe9\nboth \xc3\xa9\xff\n\xed\xa0\x80\n\xf0\x9f\x98\x80\n"),
		ROW("\xe9"),
		ROW("10.0.0.1 - - [14/Jan/2025:10:06:01 +0000] \"GET /a\xe9 HTTP/1.1\" 200 0\r\n"
		    "10.0.0.1 - - [14/Jan/2025:10:06:02 +0000] \"GET /b\xc3\xa9 HTTP/1.1\" 200 0\r\n"
		    "\0\0\0\0\0\0\0\0"
		    "10.0.0.1 - - [14/Jan/2025:10:06:03 +0000] \"\x16\x03\x01\" 400 0\n\n#"),
#undef ROW
	};
	/* clang-format on */

	for (size_t i = 0; i < sizeof row / sizeof *row; i++)
		plain_agrees(row[i].p, row[i].n, 200);
}
END_TEST

/* Pieces: n times c. */
struct piece {
	size_t n;
	char c;
};

static void fill(struct gz *g, const struct piece *piece)
{
	for (; piece->n > 0; piece++) {
		for (size_t i = 0; i < piece->n; i++)
			gz_bytes(g, &piece->c, 1);
	}
}

START_TEST(a_line_up_to_the_cap_is_a_line_and_a_longer_one_is_reported_once)
{
	enum { CAP = LINES_CAP };
	/* clang-format off */
	static const struct piece row[][8] = {
		{ { CAP - 1, 'x' }, { 1, '\n' }, { 1, 'a' } },
		{ { CAP, 'x' }, { 1, '\n' }, { 1, 'a' } },
		{ { CAP, 'x' } },
		{ { CAP + 1, 'x' } },
		{ { CAP + 1, 'x' }, { 1, '\n' }, { 1, 'a' }, { 1, '\n' } },
		{ { CAP - 1, 'x' }, { 1, '\r' }, { 1, '\n' } },
		{ { CAP, 'x' }, { 1, '\r' }, { 1, '\n' } },
		{ { 3, 'a' }, { 1, '\n' }, { 2 * CAP, 'x' }, { 1, '\n' }, { 3, 'b' }, { 1, '\n' } },
		{ { 3 * CAP, 'x' }, { 1, '\n' }, { 2 * CAP, 'y' }, { 2, '\n' }, { 1, 'z' } },
		{ { 2 * CAP, '\0' }, { 3, 'a' }, { 1, '\n' } },
		{ { 2, 'a' }, { 1, '\n' }, { 2 * CAP, '\0' }, { 2 * CAP, 'x' }, { 1, '\n' }, { 1, 'b' } },
		{ { CAP, '\0' }, { CAP, 'a' }, { 1, '\n' }, { 1, '\0' }, { CAP + 1, 'a' }, { 1, '\n' } },
		{ { 1, 'a' }, { 2 * CAP, '\0' }, { 1, '\n' }, { 1, 'b' }, { 1, '\n' } },
	};
	/* clang-format on */
	static const size_t sizes[] = { 1, 100, 4096, CAP - 1, CAP, CAP + 1, 200000, 0 };

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct diary want = { 0 }, got = { 0 };
		struct input in = { 0 };
		struct model model;
		struct gz g = { 0 };

		fill(&g, row[i]);
		model_init(&model, &want);
		model_bytes(&model, g.p, g.n);
		model_event(&model, 'C');
		model_end(&model);
		for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
			struct lines *lines;

			in.file = memory_log(g.p, g.n);
			ck_assert_int_eq(lines_new(&lines, sizes[k], NULL), NINES_OK);
			diary_of(&got, &in, lines);
			ck_assert_msg(strcmp(got.p, want.p) == 0,
			    "row %zu, buffer %zu:\n%s\nnot\n%s", i, sizes[k], got.p, want.p);
			lines_free(lines);
		}
		model_fini(&model);
		free(want.p);
		free(got.p);
		gz_fini(&g);
	}
}
END_TEST

START_TEST(a_line_of_three_megabytes_is_skipped_to_its_newline)
{
	/* clang-format off */
	static const struct piece piece[] = {
		{ 1, 'a' }, { 1, '\n' }, { 3 << 20, 'x' }, { 1, '\n' }, { 1, 'b' }, { 1, '\n' }, { 0, 0 },
	};
	/* clang-format on */
	static const size_t sizes[] = { 1, 1000, 65536, 0 };
	struct diary got = { 0 };
	struct gz g = { 0 };

	fill(&g, piece);
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct input in = { .file = memory_log(g.p, g.n) };
		struct lines *lines;

		ck_assert_int_eq(lines_new(&lines, sizes[i], NULL), NINES_OK);
		diary_of(&got, &in, lines);
		ck_assert_ptr_eq(strstr(got.p, "L1:"), got.p);
		ck_assert_ptr_nonnull(strstr(got.p, " l65536:"));
		ck_assert_uint_eq(in.source.bytes, g.n);
		lines_free(lines);
	}
	free(got.p);
	gz_fini(&g);
}
END_TEST

/* Units: text, and what becomes of it: v verified, s its size does not verify, t cut by the end of
 * the input. */
struct unit {
	const char *p;
	size_t n;
	char fate;
};
#define UNIT(bytes, fate)                      \
	{                                      \
		bytes, sizeof(bytes) - 1, fate \
	}

START_TEST(commits_and_discards_stand_between_the_lines_of_their_units)
{
	/* clang-format off */
	static const struct unit row[][6] = {
		{ UNIT("a\nb\n", 'v') },
		{ UNIT("a\nb\n", 'v'), UNIT("c\nd\n", 'v') },
		{ UNIT("a\nb", 'v'), UNIT("c\nd", 'v'), UNIT("e", 'v') },
		{ UNIT("a", 'v'), UNIT("", 'v'), UNIT("\n", 'v') },
		{ UNIT("a\n\0\0", 'v'), UNIT("\0b\n", 'v') },
		{ UNIT("a\n\0\0", 'v'), UNIT("\0b\n", 's'), UNIT("\0c\n", 'v') },
		{ UNIT("\xef\xbb", 'v'), UNIT("\xbf" "a\n", 'v') },
		{ UNIT("\xef\xbb", 's'), UNIT("\xbf" "a\n", 'v') },
		{ UNIT("", 's'), UNIT("\xef\xbb\xbf" "a\n", 'v') },
		{ UNIT("a\nb\n", 's') },
		{ UNIT("a\nb", 's'), UNIT("c\nd", 'v') },
		{ UNIT("a\nb", 'v'), UNIT("c\nd", 's'), UNIT("e\nf", 'v') },
		{ UNIT("a\r\n", 'v'), UNIT("b\xff\r\n", 's'), UNIT("c\r", 'v'), UNIT("\nd", 'v') },
		{ UNIT("a\nb", 's'), UNIT("c\nd", 's') },
		{ UNIT("a\nb", 'v'), UNIT("c\nd\n\0ee", 't') },
		{ UNIT("a\nb", 't') },
		{ UNIT("a\nb\n", 't') },
		{ UNIT("a\nb", 's'), UNIT("c\nd\ne", 't') },
	};
	/* clang-format on */

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct diary want = { 0 };
		struct model model;
		struct gz g = { 0 };

		model_init(&model, &want);
		for (const struct unit *u = row[i]; u->fate; u++) {
			gz_member(&g, u->p, u->n, 6);
			if (u->fate == 's')
				g.p[g.n - 1] ^= 0x40;
			if (u->fate == 't')
				g.n -= 8;
			model_bytes(&model, u->p, u->n);
			model_event(&model, u->fate == 'v' ? 'C' : u->fate == 's' ? 'D' : 'X');
		}
		model_end(&model);
		every_buffer_gives(want.p, (struct input){ .file = memory_log(g.p, g.n) }, 60);
		model_fini(&model);
		free(want.p);
		gz_fini(&g);
	}
}
END_TEST

START_TEST(a_line_over_the_cap_may_straddle_units_and_ends_with_a_broken_one)
{
	enum { CAP = LINES_CAP };
	/* clang-format off */
	static const struct piece half[] = { { CAP - 5, 'x' }, { 0, 0 } };
	/* clang-format on */
	static const char fates[][3] = { "vvv", "vsv", "svv", "vvs", "vst" };
	struct gz text = { 0 };

	fill(&text, half);
	for (size_t i = 0; i < sizeof fates / sizeof *fates; i++) {
		struct diary want = { 0 };
		struct model model;
		struct gz g = { 0 };

		model_init(&model, &want);
		for (size_t k = 0; k < 3; k++) {
			struct gz unit = { 0 };

			gz_bytes(&unit, "a\n", k == 0 ? 2 : 0);
			gz_bytes(&unit, text.p, text.n);
			gz_bytes(&unit, "\nb\nc", k == 2 ? 4 : 0);
			gz_member(&g, unit.p, unit.n, 6);
			if (fates[i][k] == 's')
				g.p[g.n - 1] ^= 0x40;
			if (fates[i][k] == 't')
				g.n -= 8;
			model_bytes(&model, unit.p, unit.n);
			model_event(&model,
			    fates[i][k] == 'v'       ? 'C'
			        : fates[i][k] == 's' ? 'D'
			                             : 'X');
			gz_fini(&unit);
		}
		model_end(&model);
		every_buffer_gives(want.p, (struct input){ .file = memory_log(g.p, g.n) }, 3);
		model_fini(&model);
		free(want.p);
		gz_fini(&g);
	}
	gz_fini(&text);
}
END_TEST

START_TEST(stray_bytes_between_members_break_the_line_they_stand_in)
{
	struct diary want = { 0 };
	struct model model;
	struct gz g = { 0 };

	gz_member(&g, "a\nb", 3, 6);
	gz_bytes(&g, "garbage", 7);
	gz_member(&g, "c\nd\n", 4, 6);
	model_init(&model, &want);
	model_bytes(&model, "a\nb", 3);
	model_event(&model, 'C');
	model_event(&model, 'D');
	model_bytes(&model, "c\nd\n", 4);
	model_event(&model, 'C');
	model_end(&model);
	every_buffer_gives(want.p, (struct input){ .file = memory_log(g.p, g.n) }, 30);
	model_fini(&model);
	free(want.p);
	gz_fini(&g);
}
END_TEST

START_TEST(a_read_error_keeps_whole_lines_and_drops_the_piece)
{
	static const char text[] = "first\r\nsecond\n\0\0third\nfourth";

	for (size_t at = 1; at < sizeof text; at++) {
		struct diary want = { 0 };
		struct model model;

		model_init(&model, &want);
		model_bytes(&model, text, at);
		model_event(&model, 'X');
		model_end(&model);
		every_buffer_gives(want.p,
		    (struct input){ .file = memory_log(text, sizeof text - 1), .fail_at = at }, 40);
		model_fini(&model);
		free(want.p);
	}
}
END_TEST

START_TEST(what_cannot_be_decoded_is_cut_before_its_first_line)
{
	every_buffer_gives("X(0,0,0,0,0,0)\n E(0,0,0,0,0,0)\n ",
	    (struct input){ .file = memory_log("\xff\xfe"
	                                       "1\0\n\0",
	                        6) },
	    10);
}
END_TEST

START_TEST(a_hole_of_terabytes_costs_no_time_and_counts_as_one_run)
{
	static const size_t sizes[] = { 1, 1000, 65536, 0 };
	static const uint64_t hole = (uint64_t)5 << 40;
	struct diary got = { 0 };
	char want[200];

	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct input in = { .file = memory_log("a\nb\n", 4) };
		struct lines *lines;

		in.file.hole = hole;
		in.file.zeros = 150000;
		in.file.tail = hole;
		ck_assert_int_eq(lines_new(&lines, sizes[i], NULL), NINES_OK);
		diary_of(&got, &in, lines);
		(void)snprintf(
		    want, sizeof want, "C(0,0,2,%ju,0,0)\n E(0,0,0,0,0,0)\n ", (uintmax_t)hole * 2);
		ck_assert_msg(strcmp(strchr(got.p, 'C'), want) == 0, "%s", got.p);
		ck_assert_uint_eq(in.source.bytes, 2 * hole + 4);
		ck_assert_uint_eq(in.source.raw_bytes, 2 * hole + 4);
		ck_assert_int_eq(in.source.status, SOURCE_OK);
		lines_free(lines);
	}
	free(got.p);
}
END_TEST

START_TEST(a_hole_within_a_line_over_the_cap_is_jumped_too)
{
	struct input in = { .file = memory_log("a\n", 2) };
	struct diary got = { 0 };
	struct lines *lines;

	in.file.p = "start of a line";
	in.file.n = 15;
	in.file.tail = (uint64_t)5 << 40;
	ck_assert_int_eq(lines_new(&lines, 0, NULL), NINES_OK);
	diary_of(&got, &in, lines);
	ck_assert_ptr_eq(strstr(got.p, "l65536:"), got.p);
	ck_assert_str_eq(strchr(got.p, 'C'), "C(0,0,0,0,0,0)\n C(0,0,0,0,1,0)\n E(0,0,0,0,0,0)\n ");
	ck_assert_uint_eq(in.source.bytes, in.file.tail + 15);
	lines_free(lines);
	free(got.p);
}
END_TEST

START_TEST(a_hole_within_a_line_is_part_of_it)
{
	enum { TAIL = 20000 };
	struct input in = { .file = memory_log("a\nbc", 4) };
	struct diary want = { 0 };
	struct model model;

	in.file.tail = TAIL;
	model_init(&model, &want);
	model_bytes(&model, "a\nbc", 4);
	for (size_t i = 0; i < TAIL; i++)
		model_bytes(&model, "", 1);
	model_event(&model, 'C');
	model_end(&model);
	every_buffer_gives(want.p, in, 5);
	model_fini(&model);
	free(want.p);
}
END_TEST

START_TEST(split_takes_a_block_of_any_content)
{
	struct lines_count count = { 0 };
	struct lines_walk walk = { .block = { "", 0 } };
	struct str line;

	ck_assert_int_eq(lines_split(&walk, &line, &count), 0);
	walk = (struct lines_walk){ .block = { "\0\0", 2 } };
	ck_assert_int_eq(lines_split(&walk, &line, &count), 0);
	ck_assert_uint_eq(walk.at, 2);
	ck_assert_uint_eq(count.nul_bytes, 2);
	walk = (struct lines_walk){ .block = STR("ab\r") };
	ck_assert_int_eq(lines_split(&walk, &line, &count), 1);
	ck_assert_uint_eq(line.n, 3);
	ck_assert_uint_eq(count.crlf, 0);
	/* A byte over 0x7f is seen wherever it stands, and none behind the line. */
	for (size_t n = 1; n < 200; n++) {
		for (size_t i = 0; i <= n; i++) {
			char text[300];

			memset(text, 'x', n);
			memset(text + n, '\xff', sizeof text - n);
			text[i] = '\xff';
			count.invalid_utf8 = 0;
			walk = (struct lines_walk){ .block = { text, n } };
			ck_assert_int_eq(lines_split(&walk, &line, &count), 1);
			ck_assert_uint_eq(count.invalid_utf8, i < n);
		}
	}
}
END_TEST

static size_t count_quotes(struct str line)
{
	size_t n = 0;

	for (size_t i = 0; i < line.n; i++)
		n += line.p[i] == '"';
	return n;
}

static void check_quotes(const struct stops *m, struct str line)
{
	size_t k = 0;

	ck_assert_ptr_eq(m->line, line.p);
	ck_assert(m->n > STOPS_LINE_MOST ? count_quotes(line) > STOPS_LINE_MOST
	                                 : m->n == count_quotes(line));
	for (size_t i = 0; i < line.n && m->n <= STOPS_LINE_MOST; i++)
		if (line.p[i] == '"')
			ck_assert_ptr_eq(m->block.p + m->listed[k++], line.p + i);
}

/* Lines of a few bytes and of several looks, with few and with too many quotes. */
START_TEST(a_line_comes_with_its_quotes)
{
	static char text[40000];
	unsigned seed = 9;

	for (unsigned round = 0; round < 60; round++) {
		struct stops stops = { .kind = STOPS_QUOTES,
			.block = { text, sizeof text - round } };
		struct lines_walk walk = { .block = stops.block, .stops = &stops };
		struct lines_count count = { 0 };
		struct str line;
		size_t seen = 0;

		for (size_t i = 0; i < sizeof text; i++) {
			seed = seed * 1664525u + 1013904223u;
			text[i] = (seed >> 12) % (1 + round * round) == 0 ? '\n'
			    : (seed >> 8) % (3 + round) == 0              ? '"'
			                                                  : 'x';
		}
		while (lines_split(&walk, &line, &count)) {
			check_quotes(&stops, line);
			seen += line.n + 1;
		}
		ck_assert(seen == stops.block.n || seen == stops.block.n + 1);
	}
}
END_TEST

START_TEST(a_buffer_beyond_all_memory_is_refused)
{
	struct nines_error err = { 0 };
	struct lines *lines = NULL;

	ck_assert_int_eq(lines_new(&lines, SIZE_MAX, &err), NINES_E_LIMIT);
	ck_assert_ptr_null(lines);
	lines_free(NULL);
}
END_TEST

SUITE("lines", plain_text_comes_out_the_same_through_every_buffer,
    a_line_up_to_the_cap_is_a_line_and_a_longer_one_is_reported_once,
    a_line_of_three_megabytes_is_skipped_to_its_newline,
    commits_and_discards_stand_between_the_lines_of_their_units,
    a_line_over_the_cap_may_straddle_units_and_ends_with_a_broken_one,
    stray_bytes_between_members_break_the_line_they_stand_in,
    a_read_error_keeps_whole_lines_and_drops_the_piece,
    what_cannot_be_decoded_is_cut_before_its_first_line,
    a_hole_of_terabytes_costs_no_time_and_counts_as_one_run,
    a_hole_within_a_line_over_the_cap_is_jumped_too, a_hole_within_a_line_is_part_of_it,
    split_takes_a_block_of_any_content, a_line_comes_with_its_quotes,
    a_buffer_beyond_all_memory_is_refused)
