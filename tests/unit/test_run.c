/* The run through the public API: what is read, what is taken back, and that order, threads and
 * packing change nothing. */
#include "suite.h"

#include <stdio.h>

#include "gz.h"
#include "memory_io.h"
#include "str.h"

#define CONFIG                                                       \
	"version: 1\n"                                               \
	"journeys:\n"                                                \
	"- name: all\n"                                              \
	"  slis:\n"                                                  \
	"  - { name: ok, good: { status: '^2' }, objective: 99% }\n" \
	"logs: { format: common }\n"

static struct nines_spec *spec_of_tests(void)
{
	struct nines_spec *spec = NULL;
	struct nines_error err = { 0 };

	ck_assert_msg(nines_spec_parse(&spec, nines_io_system(), "test.yaml", CONFIG,
	                  sizeof CONFIG - 1, &err) == NINES_OK,
	    "%s", err.text);
	return spec;
}

/* n lines, a minute apart; every third is bad. */
static size_t write_lines(char *p, size_t room, int from, int n)
{
	size_t used = 0;

	for (int i = from; i < from + n; i++)
		used += (size_t)snprintf(p + used, room - used,
		    "h - - [14/Jan/2025:%02d:%02d:%02d +0000] \"GET /%d HTTP/1.1\" %d 1\n",
		    i / 60 % 24, i % 60, i % 60, i, i % 3 == 0 ? 500 : 200);
	return used;
}

struct collected {
	char p[1 << 16];
	size_t n;
};

static int collect(void *ctx, const char *p, size_t n)
{
	struct collected *c = ctx;

	ck_assert_uint_lt(c->n + n, sizeof c->p);
	memcpy(c->p + c->n, p, n);
	c->n += n;
	c->p[c->n] = '\0';
	return 0;
}

struct how { /* of struct nines_reading */
	unsigned jobs;
	size_t buffer_bytes, range_bytes;
};

/* The JSON report of these files. */
static void report(struct memory_io *m, struct how how, struct collected *c, int *incomplete)
{
	struct nines_spec *spec = spec_of_tests();
	const char *name[16];
	struct nines_reading reading = { .operand = name,
		.operands = m->files,
		.jobs = how.jobs,
		.since = NINES_NEVER,
		.until = NINES_NEVER,
		.latest = NINES_NEVER,
		.buffer_bytes = how.buffer_bytes,
		.range_bytes = how.range_bytes };
	struct nines_question question = { .as_of = NINES_NEVER, .max_unparsed_ppb = UINT64_MAX };
	struct nines_style style = { 0 };
	struct nines_error err = { 0 };
	struct nines_tally *tally = NULL;
	struct nines_report *r = NULL;

	for (size_t i = 0; i < m->files; i++)
		name[i] = m->file[i].name;
	ck_assert_msg(
	    nines_tally_read(&tally, spec, &m->io, &reading, &err) == NINES_OK, "%s", err.text);
	*incomplete = nines_tally_incomplete(tally);
	ck_assert_msg(
	    nines_report_build(&r, spec, tally, nines_io_system(), &question, &err) == NINES_OK,
	    "%s", err.text);
	c->n = 0;
	ck_assert_int_eq(nines_report_write(r, "json", &style, collect, c, &err), NINES_OK);
	nines_report_free(r);
	nines_tally_free(tally);
	nines_spec_free(spec);
}

/* From "journeys" on: what stands before it tells of the files. */
static const char *judged(const struct collected *c)
{
	const char *journeys = strstr(c->p, "\"journeys\":");

	ck_assert_ptr_nonnull(journeys);
	return journeys;
}

START_TEST(files_in_any_number_of_threads_and_pieces_give_one_report)
{
	static char text[8][8192];
	static struct collected one, other;
	struct memory_file file[8];
	struct memory_io m;
	int incomplete;

	for (int i = 0; i < 8; i++) {
		static const char *const name[] = { "a", "b", "c", "d", "e", "f", "g", "h" };

		file[i] = (struct memory_file){ .name = name[i],
			.p = text[i],
			.inode = (uint64_t)i + 1,
			.n = write_lines(text[i], sizeof text[i], i * 90, 90),
			.size = -1 };
	}
	memory_init(&m, file, 8);
	report(&m, (struct how){ .jobs = 1 }, &one, &incomplete);
	ck_assert_int_eq(incomplete, 0);
	for (unsigned jobs = 1; jobs <= 4; jobs++)
		for (size_t buffer = 1; buffer <= 4096; buffer = buffer * 3 + 1) {
			report(&m, (struct how){ jobs, buffer, 0 }, &other, &incomplete);
			ck_assert_str_eq(judged(&one), judged(&other));
		}
}
END_TEST

/* 60 minutes of one SLI, 56 bytes each while they are counted into, and two pages then: alone,
 * dealt out, or packed. */
START_TEST(counts_of_more_memory_than_they_may_take_are_an_error_however_they_came)
{
	static char half[2][4096];
	struct nines_spec *spec = spec_of_tests();
	struct gz packed[2] = { { 0 } };
	struct memory_file file[4];
	const char *const name[] = { "0", "1", "2", "3" };

	for (int i = 0; i < 2; i++) {
		const size_t n = write_lines(half[i], sizeof half[i], 30 * i, 30);

		file[i] = memory_log(half[i], n);
		gz_member(&packed[i], half[i], n, 6);
		file[2 + i] = memory_log(packed[i].p, packed[i].n);
	}
	for (size_t i = 0; i < 4; i++) {
		file[i].name = name[i];
		file[i].inode = i + 1;
	}
	for (unsigned how = 0; how < 8; how++) {
		struct nines_reading reading = { .operand = name + how / 4 * 2,
			.operands = 2,
			.jobs = 1 + how % 2,
			.since = NINES_NEVER,
			.until = NINES_NEVER,
			.latest = NINES_NEVER,
			.tally_bytes = how / 2 % 2 ? 60 * 56 : 2 * 248 - 1 };
		struct nines_tally *tally = NULL;
		struct nines_error err = { 0 };
		enum nines_status rc;
		struct memory_io m;

		memory_init(&m, file, 4);
		rc = nines_tally_read(&tally, spec, &m.io, &reading, &err);
		ck_assert_int_eq(rc, how / 2 % 2 ? NINES_OK : NINES_E_LIMIT);
		ck_assert((strstr(err.text, "more than 495 bytes") != NULL) == (rc != NINES_OK));
		nines_tally_free(tally);
	}
	gz_fini(&packed[0]);
	gz_fini(&packed[1]);
	nines_spec_free(spec);
}
END_TEST

START_TEST(a_damaged_member_is_left_out_and_the_others_stay)
{
	static char text[3][8192];
	static struct collected c;
	struct memory_file file = { .name = "a.gz", .inode = 1, .size = -1 };
	struct memory_io m;
	struct gz g = { 0 };
	size_t second;
	int incomplete;

	for (int i = 0; i < 3; i++)
		gz_member(&g, text[i], write_lines(text[i], sizeof text[i], i * 30, 30), 6);
	second = g.n / 3;
	g.p[second + 60] ^= 0x55;
	file.p = g.p;
	file.n = g.n;
	memory_init(&m, &file, 1);
	report(&m, (struct how){ .jobs = 1 }, &c, &incomplete);
	ck_assert_int_eq(incomplete, 1);
	ck_assert_ptr_nonnull(strstr(c.p, "\"lines\":60,"));
	ck_assert_ptr_nonnull(strstr(c.p, "\"status\":\"corrupt\""));
	ck_assert_ptr_nonnull(strstr(c.p, "\"valid\":60,\"good\":40"));
	gz_fini(&g);
}
END_TEST

START_TEST(a_truncated_member_counts_its_whole_lines)
{
	static char text[8192];
	static struct collected c;
	struct memory_file file = { .name = "a.gz", .inode = 1, .size = -1 };
	struct memory_io m;
	struct gz g = { 0 };
	int incomplete;

	gz_member(&g, text, write_lines(text, sizeof text, 0, 90), 0);
	file.p = g.p;
	file.n = g.n / 2;
	memory_init(&m, &file, 1);
	report(&m, (struct how){ .jobs = 1 }, &c, &incomplete);
	ck_assert_int_eq(incomplete, 1);
	ck_assert_ptr_nonnull(strstr(c.p, "\"status\":\"truncated\""));
	ck_assert_ptr_nonnull(strstr(c.p, "\"discarded_lines\":0"));
	ck_assert_ptr_null(strstr(c.p, "\"lines\":0,"));
	gz_fini(&g);
}
END_TEST

START_TEST(a_read_error_keeps_what_came_before_it)
{
	static char text[8192];
	static struct collected c;
	struct memory_file file = { .name = "a", .p = text, .inode = 1, .size = -1 };
	struct memory_io m;
	int incomplete;

	file.n = write_lines(text, sizeof text, 0, 90);
	memory_init(&m, &file, 1);
	m.fail_at = 4096;
	m.fail_errno = EIO;
	m.piece = 1024;
	report(&m, (struct how){ 1, 1024, 0 }, &c, &incomplete);
	ck_assert_int_eq(incomplete, 1);
	ck_assert_ptr_nonnull(strstr(c.p, "\"status\":\"read_error\""));
	ck_assert_ptr_null(strstr(c.p, "\"lines\":0,"));
}
END_TEST

/* ---- ranges ---- */

static uint64_t dice(uint64_t *state, uint64_t sides)
{
	*state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (*state >> 33) % sides;
}

static void many(struct gz *g, char c, size_t n)
{
	for (size_t i = 0; i < n; i++)
		gz_bytes(g, &c, 1);
}

/* One line of a log that saw much, or several. */
static void write_odd(struct gz *g, uint64_t *state, size_t longest)
{
	const struct str odd[] = { STR("\n"), STR("\n\n\n"), STR("# comment\n"), STR("\r\n"),
		STR("nonsense\n"), STR("\xff\xfe\n"), STR("\xef\xbb\xbf\n"), STR("a\0b\n"),
		STR("\r\r\n"), STR("\0\n") };
	const struct str o = odd[dice(state, sizeof odd / sizeof *odd)];
	char line[200];
	size_t n;

	switch (dice(state, 8)) {
	case 0:
		gz_bytes(g, o.p, o.n);
		return;
	case 1:
		many(g, '\0', 1 + dice(state, 50));
		break;
	case 2:
		many(g, 'x', dice(state, longest));
		many(g, '\n', dice(state, 2));
		return;
	default:
		break;
	}
	n = write_lines(line, sizeof line, (int)dice(state, 1000), 1);
	if (dice(state, 4) == 0) {
		line[n - 1] = '\r';
		line[n++] = '\n';
	}
	gz_bytes(g, line, n);
}

static void write_log(struct gz *g, uint64_t seed, size_t lines, size_t longest)
{
	uint64_t state = seed;

	if (dice(&state, 3) == 0)
		gz_bytes(g, "\xef\xbb\xbf", 3);
	for (size_t i = 0; i < lines; i++)
		write_odd(g, &state, longest);
	switch (dice(&state, 4)) {
	case 0:
		g->n--;
		break;
	case 1:
		many(g, '\0', dice(&state, 100));
		break;
	case 2:
		many(g, 'y', dice(&state, longest));
		break;
	default:
		break;
	}
}

static void ranges_change_nothing(struct memory_io *m, size_t from, size_t to, size_t step)
{
	static struct collected one, other;
	int incomplete_one, incomplete;

	report(m, (struct how){ .jobs = 1 }, &one, &incomplete_one);
	for (size_t range = from; range <= to; range += 1 + range * step / 100) {
		const struct how how = { 1 + (unsigned)range % 4, range % 3 * 1000, range };

		report(m, how, &other, &incomplete);
		ck_assert_msg(strcmp(one.p, other.p) == 0, "ranges of %zu:\n%.900s\nnot\n%.900s",
		    range, other.p, one.p);
		ck_assert_int_eq(incomplete, incomplete_one);
	}
}

START_TEST(ranges_of_any_size_give_the_report_of_the_whole_file)
{
	for (uint64_t seed = 1; seed <= 12; seed++) {
		struct gz g = { 0 };
		struct memory_file file;
		struct memory_io m;

		write_log(&g, seed, 1 + seed * 3, 300);
		file = memory_log(g.p, g.n);
		memory_init(&m, &file, 1);
		m.interrupt = seed % 2 == 0;
		m.piece = seed % 3 == 0 ? 7 : 0;
		ranges_change_nothing(&m, 1, seed == 1 ? 200 : 3000, seed == 1 ? 0 : 20);
		gz_fini(&g);
	}
}
END_TEST

START_TEST(lines_over_the_cap_count_in_the_range_that_they_begin_in)
{
	for (uint64_t seed = 1; seed <= 6; seed++) {
		struct gz g = { 0 };
		struct memory_file file;
		struct memory_io m;

		write_log(&g, seed, 60, 200000);
		file = memory_log(g.p, g.n);
		memory_init(&m, &file, 1);
		ranges_change_nothing(&m, 2000, 300000, 120);
		gz_fini(&g);
	}
}
END_TEST

START_TEST(a_hole_lies_in_one_range_and_is_jumped)
{
	static char text[8192];
	struct memory_file file = memory_log(text, write_lines(text, sizeof text, 0, 90));
	struct memory_io m;

	file.hole = (uint64_t)5 << 40;
	for (int tail = 0; tail < 2; tail++) {
		file.tail = tail ? (uint64_t)3 << 40 : 0;
		memory_init(&m, &file, 1);
		ranges_change_nothing(&m, 100, 100000, 100);
		ck_assert_uint_lt(m.reads, 10000);
	}
}
END_TEST

START_TEST(several_files_in_ranges_and_a_packed_one_give_one_report)
{
	static char text[8192];
	struct gz g[3] = { 0 };
	struct memory_file file[3];
	struct memory_io m;

	for (size_t i = 0; i < 3; i++) {
		static const char *const name[] = { "a", "b", "c" };

		if (i == 1)
			gz_member(&g[i], text, write_lines(text, sizeof text, 0, 90), 6);
		else
			write_log(&g[i], i + 50, 40, 200);
		file[i] = memory_log(g[i].p, g[i].n);
		file[i].name = name[i];
		file[i].inode = i + 1;
	}
	memory_init(&m, file, 3);
	ranges_change_nothing(&m, 1, 5000, 50);
	for (size_t i = 0; i < 3; i++)
		gz_fini(&g[i]);
}
END_TEST

START_TEST(a_file_in_ranges_that_shrank_is_truncated)
{
	static char text[8192];
	struct memory_file file = memory_log(text, write_lines(text, sizeof text, 0, 90));
	struct memory_io m;

	for (int64_t more = 1; more < 3000; more *= 7) {
		file.size = (int64_t)file.n + more;
		memory_init(&m, &file, 1);
		ranges_change_nothing(&m, 1, 5000, 100);
	}
	file.size = (int64_t)file.n - 100;
	memory_init(&m, &file, 1);
	ranges_change_nothing(&m, 1, 5000, 100);
}
END_TEST

START_TEST(a_read_error_in_a_range_is_told_with_its_place)
{
	static char text[8192];
	static struct collected c;
	struct memory_file file = memory_log(text, write_lines(text, sizeof text, 0, 90));
	struct memory_io m;
	int incomplete;

	memory_init(&m, &file, 1);
	m.fail_at = 4096;
	ranges_change_nothing(&m, 100, 5000, 50);
	report(&m, (struct how){ 2, 0, 512 }, &c, &incomplete);
	ck_assert_int_eq(incomplete, 1);
	ck_assert_ptr_nonnull(strstr(c.p, "\"status\":\"read_error\""));
	ck_assert_ptr_nonnull(strstr(c.p, "at byte 4096"));
	ck_assert_ptr_null(strstr(c.p, "\"lines\":0,"));
}
END_TEST

static void stop_at_once(void *ctx, const struct nines_progress *progress)
{
	volatile int *stop = ctx;

	(void)progress;
	*stop = 1;
}

START_TEST(a_file_in_ranges_that_is_called_off_is_incomplete)
{
	static char text[8192];
	const char *const name[] = { "log" };
	struct memory_file file = memory_log(text, write_lines(text, sizeof text, 0, 90));
	int stop = 0;
	const struct nines_reading reading = { .operand = name,
		.operands = 1,
		.since = NINES_NEVER,
		.until = NINES_NEVER,
		.latest = NINES_NEVER,
		.range_bytes = 500,
		.stop = &stop,
		.progress = stop_at_once,
		.progress_ctx = &stop };
	struct nines_spec *spec = spec_of_tests();
	struct nines_tally *tally = NULL;
	struct nines_note note;
	struct memory_io m;

	memory_init(&m, &file, 1);
	ck_assert_int_eq(nines_tally_read(&tally, spec, &m.io, &reading, NULL), NINES_OK);
	ck_assert_int_eq(nines_tally_incomplete(tally), 1);
	ck_assert_int_eq(nines_tally_note(tally, 0, &note), 1);
	ck_assert_ptr_nonnull(strstr(note.text, "was interrupted"));
	ck_assert_uint_lt(m.reads, 10);
	nines_tally_free(tally);
	nines_spec_free(spec);
}
END_TEST

SUITE("run", files_in_any_number_of_threads_and_pieces_give_one_report,
    counts_of_more_memory_than_they_may_take_are_an_error_however_they_came,
    a_damaged_member_is_left_out_and_the_others_stay, a_truncated_member_counts_its_whole_lines,
    a_read_error_keeps_what_came_before_it, ranges_of_any_size_give_the_report_of_the_whole_file,
    lines_over_the_cap_count_in_the_range_that_they_begin_in,
    a_hole_lies_in_one_range_and_is_jumped,
    several_files_in_ranges_and_a_packed_one_give_one_report,
    a_file_in_ranges_that_shrank_is_truncated, a_read_error_in_a_range_is_told_with_its_place,
    a_file_in_ranges_that_is_called_off_is_incomplete)
