/* The run through the public API: what is read, what is taken back, and that order, threads and
 * packing change nothing. */
#include "suite.h"

#include <stdio.h>

#include "gz.h"
#include "memory_io.h"

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

/* The JSON report of these files, from "journeys" on: what stands before it tells of the files. */
static void report(
    struct memory_io *m, unsigned jobs, size_t buffer_bytes, struct collected *c, int *incomplete)
{
	struct nines_spec *spec = spec_of_tests();
	const char *name[16];
	struct nines_reading reading = { .operand = name,
		.operands = m->files,
		.jobs = jobs,
		.since = NINES_NEVER,
		.until = NINES_NEVER,
		.latest = NINES_NEVER,
		.buffer_bytes = buffer_bytes };
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
	report(&m, 1, 0, &one, &incomplete);
	ck_assert_int_eq(incomplete, 0);
	for (unsigned jobs = 1; jobs <= 4; jobs++)
		for (size_t buffer = 1; buffer <= 4096; buffer = buffer * 3 + 1) {
			report(&m, jobs, buffer, &other, &incomplete);
			ck_assert_str_eq(judged(&one), judged(&other));
		}
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
	report(&m, 1, 0, &c, &incomplete);
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
	report(&m, 1, 0, &c, &incomplete);
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
	report(&m, 1, 1024, &c, &incomplete);
	ck_assert_int_eq(incomplete, 1);
	ck_assert_ptr_nonnull(strstr(c.p, "\"status\":\"read_error\""));
	ck_assert_ptr_null(strstr(c.p, "\"lines\":0,"));
}
END_TEST

SUITE("run", files_in_any_number_of_threads_and_pieces_give_one_report,
    a_damaged_member_is_left_out_and_the_others_stay, a_truncated_member_counts_its_whole_lines,
    a_read_error_keeps_what_came_before_it)
