/* Ingest through the public API, on real files: whatever is done to the logs, every line is counted
 * once. */
#include "suite.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gz.h"
#include "nines.h"
#include "store.h"

#define CONFIG(good)                                                       \
	"version: 1\n"                                                     \
	"journeys:\n"                                                      \
	"- name: all\n"                                                    \
	"  slis:\n"                                                        \
	"  - { name: ok, good: { status: '" good "' }, objective: 99% }\n" \
	"logs: { format: common }\n"

#define NOW       INT64_C(1736900000)
#define LINE_MOST 100

/* A folder with a store and logs in it. */
struct world {
	char folder[64], store[96];
	struct nines_spec *spec;
	const char *config;
	int64_t now;
	int recount, dry_run, incomplete;
	char said[4096], noted[4096];
	nines_names_fn *names;
	const char *at; /* the folder that names are from */
};

static void world_init(struct world *w)
{
	struct nines_error err = { 0 };

	*w = (struct world){ .folder = "/tmp/ingest.XXXXXX", .config = CONFIG("^2"), .now = NOW };
	ck_assert_ptr_nonnull(mkdtemp(w->folder));
	ck_assert_int_eq(chdir(w->folder), 0);
	(void)snprintf(w->store, sizeof w->store, "%s/store.db", w->folder);
	ck_assert_msg(nines_spec_parse(&w->spec, nines_io_system(), "test.yaml", w->config,
	                  strlen(w->config), &err) == NINES_OK,
	    "%s", err.text);
}

static void world_rules(struct world *w, const char *config)
{
	nines_spec_free(w->spec);
	ck_assert_int_eq(nines_spec_parse(&w->spec, nines_io_system(), "test.yaml", config,
	                     strlen(config), NULL),
	    NINES_OK);
}

static void world_fini(struct world *w)
{
	char command[128];

	nines_spec_free(w->spec);
	ck_assert_int_eq(chdir("/tmp"), 0);
	(void)snprintf(command, sizeof command, "rm -r %s", w->folder);
	ck_assert_int_eq(system(command), 0);
}

/* ---- logs: line i is a request at second i ---- */

static size_t line_of(char *p, int i)
{
	return (size_t)snprintf(p, LINE_MOST,
	    "h - - [14/Jan/2025:%02d:%02d:%02d +0000] \"GET /%d HTTP/1.1\" %d 1\n", i / 3600 % 24,
	    i / 60 % 60, i % 60, i, i % 3 == 0 ? 500 : 200);
}

static struct gz lines_of(int from, int to)
{
	struct gz text = { 0 };
	char line[LINE_MOST];

	for (int i = from; i < to; i++)
		gz_bytes(&text, line, line_of(line, i));
	return text;
}

static void put_bytes(const char *name, int flags, const void *p, size_t n)
{
	const int fd = open(name, O_WRONLY | O_CREAT | flags, 0600);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, p, n), (ssize_t)n);
	(void)close(fd);
}

static void add_text(const char *name, const char *text)
{
	put_bytes(name, O_APPEND, text, strlen(text));
}

static void add(const char *name, int from, int to)
{
	struct gz text = lines_of(from, to);

	put_bytes(name, O_APPEND, text.p, text.n);
	gz_fini(&text);
}

/* A gzip member of these lines, without its last `cut` bytes. */
static void pack(const char *name, int from, int to, size_t cut)
{
	struct gz text = lines_of(from, to), packed = { 0 };

	gz_member(&packed, text.p, text.n, 9);
	put_bytes(name, O_APPEND, packed.p, packed.n - cut);
	gz_fini(&text);
	gz_fini(&packed);
}

static void copy(const char *from, const char *to)
{
	static char p[1 << 20];
	const int fd = open(from, O_RDONLY);
	const ssize_t n = read(fd, p, sizeof p);

	ck_assert_int_ge(n, 0);
	(void)close(fd);
	(void)unlink(to);
	put_bytes(to, O_EXCL, p, (size_t)n);
}

static void flip(const char *name, long at)
{
	FILE *f = fopen(name, "r+");
	int c;

	ck_assert_ptr_nonnull(f);
	(void)fseek(f, at, at < 0 ? SEEK_END : SEEK_SET);
	c = fgetc(f);
	(void)fseek(f, -1, SEEK_CUR);
	(void)fputc(c ^ 0x55, f);
	(void)fclose(f);
}

/* ---- what ingest does with them ---- */

struct room {
	char *p;
	size_t n, most;
};

static int collect(void *ctx, const char *p, size_t n)
{
	struct room *r = ctx;

	ck_assert_uint_lt(r->n + n, r->most);
	memcpy(r->p + r->n, p, n);
	r->n += n;
	r->p[r->n] = '\0';
	return 0;
}

static void keep_notes(struct world *w, const struct nines_ingested *ingested)
{
	struct nines_note note;
	size_t n = 0;

	w->noted[0] = '\0';
	for (size_t i = 0; nines_ingested_note(ingested, i, &note); i++)
		n += (size_t)snprintf(
		    w->noted + n, sizeof w->noted - n, "%s: %s\n", note.source, note.text);
}

static void ingest(struct world *w, const char *const *name, size_t n)
{
	const struct nines_reading reading = {
		.operand = name, .operands = n, .latest = NINES_NEVER
	};
	const struct nines_ingest order = {
		.reading = &reading,
		.now = w->now,
		.recount = w->recount,
		.dry_run = w->dry_run,
		.names = w->names,
		.names_ctx = w,
		.folder = w->at,
	};
	struct room said = { w->said, 0, sizeof w->said };
	struct nines_ingested *ingested = NULL;
	struct nines_store *store = NULL;
	struct nines_error err = { 0 };

	ck_assert_msg(nines_store_open(&store, w->store, NINES_STORE_WRITE, 1, &err) == NINES_OK,
	    "%s", err.text);
	ck_assert_msg(nines_store_ingest(
	                  &ingested, store, w->spec, nines_io_system(), &order, &err) == NINES_OK,
	    "%s", err.text);
	ck_assert_int_eq(nines_ingested_write(ingested, 1, collect, &said, NULL), NINES_OK);
	w->incomplete = nines_ingested_incomplete(ingested);
	keep_notes(w, ingested);
	nines_ingested_free(ingested);
	nines_store_free(store);
}

/* All lines in the store, of all rules; and in *bad those that were not good. */
static uint64_t counted(struct world *w, uint64_t *bad)
{
	struct store *store = NULL;
	struct store_info info;
	uint64_t lines = 0;

	ck_assert_int_eq(store_open(&store, w->store, STORE_READ, 1, NULL), NINES_OK);
	ck_assert_int_eq(store_inspect(store, &info, NULL), NINES_OK);
	*bad = 0;
	for (size_t i = 0; i < info.series_count; i++) {
		if (info.series[i].sli == NULL)
			lines += info.series[i].valid;
		else
			*bad += info.series[i].valid - info.series[i].good;
	}
	store_info_fini(&info);
	store_close(store);
	return lines;
}

static void has_lines(struct world *w, const char *where, int line, uint64_t from, uint64_t to)
{
	uint64_t bad, lines = counted(w, &bad), want_bad = 0;

	for (uint64_t i = from; i < to; i++)
		want_bad += i % 3 == 0;
	ck_assert_msg(lines == to - from && bad == want_bad,
	    "%s:%d: %ju lines, %ju bad, not %ju and %ju\n%s", where, line, (uintmax_t)lines,
	    (uintmax_t)bad, (uintmax_t)(to - from), (uintmax_t)want_bad, w->said);
}

#define LOGS(...)             \
	(const char *const[]) \
	{                     \
		__VA_ARGS__   \
	}
#define INGEST(w, ...)         ingest(w, LOGS(__VA_ARGS__), sizeof LOGS(__VA_ARGS__) / sizeof(char *))
#define HAS_LINES(w, from, to) has_lines(w, __FILE__, __LINE__, from, to)
#define SAID(w, what)          ck_assert_msg(strstr((w)->said, what) != NULL, "%s", (w)->said)
#define NOTED(w, what)         ck_assert_msg(strstr((w)->noted, what) != NULL, "%s", (w)->noted)

START_TEST(what_is_appended_is_counted_once)
{
	struct world w;

	world_init(&w);
	add("x.log", 0, 10);
	INGEST(&w, "x.log");
	ck_assert_str_eq(w.said,
	    "x.log: new, 10 lines\n1 file: 1 new, 0 grown, 0 already counted; 10 lines counted\n");
	INGEST(&w, "x.log");
	ck_assert_str_eq(w.said,
	    "x.log: already counted\n1 file: 0 new, 0 grown, 1 already counted; 0 lines counted\n");
	add("x.log", 10, 300);
	INGEST(&w, "x.log");
	SAID(&w, "x.log: grown, 290 lines\n");
	add("x.log", 300, 301);
	INGEST(&w, "x.log");
	SAID(&w, "x.log: grown, 1 line\n");
	HAS_LINES(&w, 0, 301);
	ck_assert_int_eq(w.incomplete, 0);
	world_fini(&w);
}
END_TEST

START_TEST(a_half_written_line_waits_for_its_end)
{
	char line[LINE_MOST];
	const size_t n = line_of(line, 5);
	struct world w;

	for (size_t cut = 1; cut < n; cut += 7) {
		world_init(&w);
		add("x.log", 0, 5);
		put_bytes("x.log", O_APPEND, line, cut);
		INGEST(&w, "x.log");
		SAID(&w, "new, 5 lines");
		put_bytes("x.log", O_APPEND, line + cut, n - cut);
		INGEST(&w, "x.log");
		SAID(&w, "grown, 1 line");
		HAS_LINES(&w, 0, 6);
		world_fini(&w);
	}
}
END_TEST

START_TEST(a_rotated_log_goes_on_under_its_new_name)
{
	struct world w;

	world_init(&w);
	add("x.log", 0, 200);
	INGEST(&w, "x.log");
	add("x.log", 200, 210);
	(void)rename("x.log", "x.log.1");
	add("x.log", 210, 220);
	INGEST(&w, "x.log", "x.log.1");
	SAID(&w, "x.log: new, 10 lines\nx.log.1: grown, 10 lines, known as x.log\n");
	INGEST(&w, "x.log.1", "x.log");
	SAID(&w, "2 already counted");
	(void)rename("x.log.1", "x.log.2");
	(void)rename("x.log", "x.log.1");
	add("x.log", 220, 225);
	INGEST(&w, "x.log.1", "x.log.2", "x.log");
	HAS_LINES(&w, 0, 225);
	ck_assert_str_eq(w.noted, "");
	world_fini(&w);
}
END_TEST

START_TEST(a_log_that_is_packed_is_known)
{
	struct world w;

	for (int lines = 10; lines < 500; lines += 400) {
		world_init(&w);
		add("x.log.1", 0, lines);
		INGEST(&w, "x.log.1");
		pack("x.log.1.gz", 0, lines, 0);
		(void)unlink("x.log.1");
		INGEST(&w, "x.log.1.gz");
		SAID(&w, "x.log.1.gz: already counted, known as x.log.1\n");
		INGEST(&w, "x.log.1.gz");
		SAID(&w, "x.log.1.gz: already counted\n");
		(void)rename("x.log.1.gz", "x.log.2.gz");
		pack("x.log.1.gz", lines, lines + 20, 0);
		INGEST(&w, "x.log.1.gz", "x.log.2.gz");
		SAID(&w,
		    "x.log.1.gz: new, 20 lines\nx.log.2.gz: already counted, known as x.log.1.gz\n");
		HAS_LINES(&w, 0, (uint64_t)lines + 20);
		world_fini(&w);
	}
}
END_TEST

START_TEST(a_log_that_is_packed_before_its_end_was_read_goes_on)
{
	struct world w;

	for (int lines = 10; lines < 500; lines += 400) {
		world_init(&w);
		add("x.log", 0, lines);
		INGEST(&w, "x.log");
		pack("x.log.1.gz", 0, lines + 7, 0);
		(void)unlink("x.log");
		INGEST(&w, "x.log.1.gz");
		SAID(&w, "x.log.1.gz: grown, 7 lines, known as x.log\n");
		HAS_LINES(&w, 0, (uint64_t)lines + 7);
		world_fini(&w);
	}
}
END_TEST

/* gzip -k: both stay, in any order, in one run or in several. */
START_TEST(a_packed_copy_beside_the_plain_one_is_counted_once)
{
	static const char *const order[][2] = { { "x.log.1", "x.log.1.gz" },
		{ "x.log.1.gz", "x.log.1" } };
	struct world w;

	for (int i = 0; i < 8; i++) {
		const int lines = i & 4 ? 300 : 8;

		world_init(&w);
		add("x.log.1", 0, lines);
		pack("x.log.1.gz", 0, lines, 0);
		if (i & 2)
			ingest(&w, order[i & 1], 1);
		ingest(&w, order[i & 1], 2);
		HAS_LINES(&w, 0, (uint64_t)lines);
		ingest(&w, order[~i & 1], 2);
		ingest(&w, order[~i & 1], 1);
		SAID(&w, "1 already counted; 0 lines");
		HAS_LINES(&w, 0, (uint64_t)lines);
		ck_assert_int_eq(w.incomplete, 0);
		world_fini(&w);
	}
}
END_TEST

START_TEST(a_log_that_was_copied_and_truncated_is_counted_once)
{
	struct world w;

	for (int i = 0; i < 8; i++) {
		const int lines = i & 4 ? 300 : 8;

		world_init(&w);
		add("x.log", 0, lines);
		INGEST(&w, "x.log");
		add("x.log", lines, lines + 5);
		copy("x.log", "x.log.1");
		ck_assert_int_eq(truncate("x.log", 0), 0);
		if (i & 1)
			add("x.log", lines + 5, lines + 9);
		if (i & 2)
			INGEST(&w, "x.log", "x.log.1");
		else
			INGEST(&w, "x.log.1", "x.log");
		HAS_LINES(&w, 0, (uint64_t)(lines + (i & 1 ? 9 : 5)));
		ck_assert_str_eq(w.noted, "");
		add("x.log", lines + (i & 1 ? 9 : 5), lines + 20);
		INGEST(&w, "x.log", "x.log.1");
		HAS_LINES(&w, 0, (uint64_t)lines + 20);
		world_fini(&w);
	}
}
END_TEST

/* The writer did not open it for appending: what was truncated comes back as a hole. */
START_TEST(a_hole_where_the_truncated_lines_were_holds_none)
{
	struct gz text = lines_of(300, 305);
	struct world w;
	int fd;

	world_init(&w);
	add("x.log", 0, 300);
	INGEST(&w, "x.log");
	copy("x.log", "x.log.1");
	ck_assert_int_eq(truncate("x.log", 0), 0);
	fd = open("x.log", O_WRONLY);
	ck_assert_int_eq(pwrite(fd, text.p, text.n, 1 << 20), (ssize_t)text.n);
	INGEST(&w, "x.log", "x.log.1");
	SAID(&w, "x.log: new, 5 lines\nx.log.1: already counted, known as x.log\n");
	(void)close(fd);
	add("x.log", 305, 308);
	INGEST(&w, "x.log", "x.log.1");
	SAID(&w, "x.log: grown, 3 lines\n");
	HAS_LINES(&w, 0, 308);
	gz_fini(&text);
	world_fini(&w);
}
END_TEST

START_TEST(what_is_gone_before_its_end_was_read_is_said_once)
{
	struct world w;

	world_init(&w);
	add("x.log", 0, 100);
	INGEST(&w, "x.log");
	(void)unlink("x.log");
	add("x.log", 150, 160);
	INGEST(&w, "x.log");
	NOTED(&w,
	    "x.log: was replaced before its end was read: lines after 2025-01-14T00:01:39Z may"
	    " be missing");
	ck_assert_int_eq(w.incomplete, 1);
	INGEST(&w, "x.log");
	ck_assert_str_eq(w.noted, "");
	ck_assert_int_eq(w.incomplete, 0);
	/* A rotated log is no longer written to: nothing is lost with it. */
	(void)rename("x.log", "x.log.1");
	add("x.log", 160, 170);
	INGEST(&w, "x.log", "x.log.1");
	(void)unlink("x.log.1");
	(void)rename("x.log", "x.log.1");
	add("x.log", 170, 175);
	INGEST(&w, "x.log", "x.log.1");
	ck_assert_str_eq(w.noted, "");
	world_fini(&w);
}
END_TEST

static size_t gaps(struct world *w)
{
	struct store *store = NULL;
	struct store_info info;
	size_t n;

	ck_assert_int_eq(store_open(&store, w->store, STORE_READ, 1, NULL), NINES_OK);
	ck_assert_int_eq(store_inspect(store, &info, NULL), NINES_OK);
	n = info.losts;
	store_info_fini(&info);
	store_close(store);
	return n;
}

START_TEST(a_gap_is_closed_when_the_rest_is_found_after_all)
{
	struct world w;

	world_init(&w);
	add("x.log", 0, 10);
	INGEST(&w, "x.log");
	add("x.log", 10, 15);
	(void)rename("x.log", "x.log.1");
	add("x.log", 15, 20);
	INGEST(&w, "x.log");
	ck_assert_uint_eq(gaps(&w), 1);
	INGEST(&w, "x.log", "x.log.1");
	SAID(&w, "x.log.1: grown, 5 lines, known as x.log");
	ck_assert_uint_eq(gaps(&w), 0);
	HAS_LINES(&w, 0, 20);
	world_fini(&w);
}
END_TEST

START_TEST(comments_at_the_beginning_tell_nothing)
{
	static const char header[] = "#Version: 1.0\n#Fields: date time\n";
	struct world w;

	world_init(&w);
	add_text("x.log", header);
	INGEST(&w, "x.log");
	SAID(&w, "x.log: empty\n1 file: 0 new, 0 grown, 0 already counted, 1 empty; 0 lines");
	add("x.log", 0, 100);
	add_text("y.log", header);
	add("y.log", 100, 150);
	INGEST(&w, "x.log", "y.log");
	SAID(&w, "x.log: new, 102 lines\ny.log: new, 52 lines\n");
	add("y.log", 150, 160);
	INGEST(&w, "x.log", "y.log");
	HAS_LINES(&w, 0, 160);
	world_fini(&w);
}
END_TEST

START_TEST(the_same_file_under_two_names_is_read_once)
{
	struct world w;

	world_init(&w);
	add("x.log", 0, 10);
	ck_assert_int_eq(link("x.log", "hard.log"), 0);
	ck_assert_int_eq(symlink("x.log", "soft.log"), 0);
	INGEST(&w, "soft.log", "x.log", "hard.log", "x.log");
	SAID(&w, "soft.log: new, 10 lines\n");
	SAID(&w, "4 files: 1 new, 0 grown, 3 already counted");
	add("x.log", 10, 20);
	INGEST(&w, "hard.log");
	INGEST(&w, "x.log");
	HAS_LINES(&w, 0, 20);
	ck_assert_int_eq(w.incomplete, 0);
	world_fini(&w);
}
END_TEST

START_TEST(an_older_copy_adds_nothing)
{
	struct world w;

	for (int end = 1; end < 400; end += 13) {
		world_init(&w);
		add("x.log", 0, 400);
		INGEST(&w, "x.log");
		add("x.log.bak", 0, end);
		pack("x.log-old.gz", 0, end, 0);
		INGEST(&w, "x.log.bak", "x.log");
		HAS_LINES(&w, 0, 400);
		if (end > 100) {
			INGEST(&w, "x.log-old.gz", "x.log.bak");
			HAS_LINES(&w, 0, 400);
		}
		ck_assert_int_eq(w.incomplete, 0);
		world_fini(&w);
	}
}
END_TEST

START_TEST(a_log_that_leaves_a_known_one_adds_what_follows)
{
	struct world w;

	world_init(&w);
	add("x.log", 0, 200);
	INGEST(&w, "x.log");
	copy("x.log", "y.log");
	add("x.log", 200, 300);
	INGEST(&w, "x.log");
	add("y.log", 300, 310);
	INGEST(&w, "y.log");
	SAID(&w, "y.log: new, 10 lines\n");
	INGEST(&w, "y.log", "x.log");
	SAID(&w, "2 already counted");
	add("y.log", 310, 320);
	INGEST(&w, "y.log", "x.log");
	SAID(&w, "y.log: grown, 10 lines\n");
	pack("y.log.gz", 0, 200, 0);
	pack("y.log.gz", 300, 325, 0);
	INGEST(&w, "y.log.gz");
	SAID(&w, "y.log.gz: grown, 5 lines, known as y.log\n");
	HAS_LINES(&w, 0, 325);
	world_fini(&w);
}
END_TEST

/* A copy between two marks, that went on by itself. */
START_TEST(a_copy_between_marks_that_went_on_is_not_lost)
{
	struct world w;

	world_init(&w);
	add("x.log", 0, 5000);
	INGEST(&w, "x.log");
	add("y.log", 0, 4980);
	INGEST(&w, "y.log");
	SAID(&w, "y.log: already counted, known as x.log\n");
	add("y.log", 6000, 6003);
	INGEST(&w, "y.log");
	SAID(&w, "y.log: new, ");
	INGEST(&w, "y.log", "x.log");
	SAID(&w, "2 already counted");
	world_fini(&w);
}
END_TEST

START_TEST(tiny_logs_in_two_folders_may_be_alike)
{
	struct world w;

	world_init(&w);
	(void)mkdir("a", 0700);
	(void)mkdir("b", 0700);
	add("a/x.log", 0, 1);
	add("b/x.log", 0, 1);
	INGEST(&w, "a/x.log", "b/x.log");
	SAID(&w, "2 files: 2 new");
	add("a/x.log", 1, 4);
	add("b/x.log", 4, 6);
	INGEST(&w, "b/x.log", "a/x.log");
	SAID(&w, "2 files: 0 new, 2 grown, 0 already counted; 5 lines");
	INGEST(&w, "a/x.log");
	SAID(&w, "1 already counted");
	/* Names that have nothing in common are no evidence, either. */
	add("a/y.log", 0, 1);
	INGEST(&w, "a/y.log");
	SAID(&w, "a/y.log: new, 1 line");
	world_fini(&w);
}
END_TEST

/* "x.log" here and "x.log" there are two logs, and neither was replaced by the other. */
START_TEST(the_same_name_in_two_folders_is_no_gap)
{
	struct world w;
	char a[80], b[80];

	world_init(&w);
	(void)snprintf(a, sizeof a, "%s/a", w.folder);
	(void)snprintf(b, sizeof b, "%s/b", w.folder);
	ck_assert_int_eq(mkdir(a, 0700) | mkdir(b, 0700) | chdir(a), 0);
	w.at = a;
	add("x.log", 0, 300);
	INGEST(&w, "x.log");
	ck_assert_int_eq(chdir(b), 0);
	w.at = b;
	add("x.log", 5000, 5300);
	INGEST(&w, "./x.log");
	ck_assert_int_eq(w.incomplete, 0);
	SAID(&w, "1 new");
	INGEST(&w, "x.log", "../a/x.log");
	ck_assert_int_eq(w.incomplete, 0);
	SAID(&w, "2 already counted");
	ck_assert_int_eq(chdir(a), 0);
	w.at = a;
	ck_assert_int_eq(unlink("x.log"), 0);
	add("x.log", 6000, 6300);
	INGEST(&w, "x.log");
	ck_assert_int_eq(w.incomplete, 1);
	NOTED(&w, "was replaced before its end was read");
	world_fini(&w);
}
END_TEST

START_TEST(members_that_are_appended_are_read_by_themselves)
{
	struct world w;

	world_init(&w);
	pack("x.log.gz", 0, 100, 0);
	pack("x.log.gz", 100, 130, 0);
	INGEST(&w, "x.log.gz");
	SAID(&w, "new, 130 lines");
	pack("x.log.gz", 130, 140, 0);
	INGEST(&w, "x.log.gz");
	SAID(&w, "grown, 10 lines");
	pack("x.log.gz", 140, 150, 9);
	INGEST(&w, "x.log.gz");
	SAID(&w, "x.log.gz: already counted; ends early at byte");
	ck_assert_int_eq(w.incomplete, 1);
	HAS_LINES(&w, 0, 140);
	world_fini(&w);
}
END_TEST

START_TEST(a_member_that_is_not_yet_whole_is_left_for_later)
{
	struct gz text = lines_of(50, 90), packed = { 0 };
	struct world w;

	gz_member(&packed, text.p, text.n, 9);
	for (size_t cut = 1; cut < packed.n; cut += 11) {
		world_init(&w);
		pack("x.log.gz", 0, 50, 0);
		put_bytes("x.log.gz", O_APPEND, packed.p, packed.n - cut);
		INGEST(&w, "x.log.gz");
		HAS_LINES(&w, 0, 50);
		ck_assert_int_eq(w.incomplete, 1);
		INGEST(&w, "x.log.gz");
		HAS_LINES(&w, 0, 50);
		ck_assert_int_eq(w.incomplete, 1);
		NOTED(&w, "x.log.gz: ends early at byte");
		put_bytes("x.log.gz", O_APPEND, packed.p + packed.n - cut, cut);
		INGEST(&w, "x.log.gz");
		HAS_LINES(&w, 0, 90);
		ck_assert_int_eq(w.incomplete, 0);
		world_fini(&w);
	}
	gz_fini(&text);
	gz_fini(&packed);
}
END_TEST

START_TEST(a_packed_log_that_is_cut_has_nothing_certain)
{
	struct world w;

	world_init(&w);
	pack("x.log.gz", 0, 100, 20);
	INGEST(&w, "x.log.gz");
	SAID(&w, "x.log.gz: unread; ends early at byte");
	SAID(&w, "1 unread; 0 lines counted");
	ck_assert_int_eq(w.incomplete, 1);
	(void)unlink("x.log.gz");
	pack("x.log.gz", 0, 100, 0);
	INGEST(&w, "x.log.gz");
	ck_assert_int_eq(w.incomplete, 0);
	HAS_LINES(&w, 0, 100);
	world_fini(&w);
}
END_TEST

/* The members around the damage count; a good copy that comes later is counted in its place. */
START_TEST(a_damaged_member_is_left_out_and_may_be_restored)
{
	struct world w;
	struct stat st;
	uint64_t bad;

	world_init(&w);
	pack("x.log.gz", 0, 100, 0);
	ck_assert_int_eq(stat("x.log.gz", &st), 0);
	pack("x.log.gz", 100, 200, 0);
	pack("x.log.gz", 200, 300, 0);
	copy("x.log.gz", "good.gz");
	flip("x.log.gz", (long)st.st_size + 200);
	INGEST(&w, "x.log.gz");
	SAID(&w, "x.log.gz: new, 200 lines; is damaged at byte");
	ck_assert_int_eq(w.incomplete, 1);
	for (int i = 0; i < 3; i++) {
		INGEST(&w, "x.log.gz");
		SAID(&w, "x.log.gz: already counted; is damaged at byte");
		NOTED(&w, "x.log.gz: is damaged at byte");
		ck_assert_int_eq(w.incomplete, 1);
		ck_assert_uint_eq(counted(&w, &bad), 200);
	}
	pack("x.log.gz", 300, 310, 0);
	pack("good.gz", 300, 310, 0);
	INGEST(&w, "x.log.gz");
	SAID(&w, "x.log.gz: grown, 10 lines");
	ck_assert_uint_eq(counted(&w, &bad), 210);
	(void)rename("good.gz", "x.log.gz");
	INGEST(&w, "x.log.gz");
	ck_assert_int_eq(w.incomplete, 0);
	HAS_LINES(&w, 0, 310);
	INGEST(&w, "x.log.gz");
	SAID(&w, "1 already counted");
	HAS_LINES(&w, 0, 310);
	world_fini(&w);
}
END_TEST

START_TEST(a_damaged_copy_of_a_known_log_adds_nothing)
{
	struct world w;
	struct stat st;

	world_init(&w);
	pack("x.log.gz", 0, 100, 0);
	ck_assert_int_eq(stat("x.log.gz", &st), 0);
	pack("x.log.gz", 100, 200, 0);
	pack("x.log.gz", 200, 300, 0);
	INGEST(&w, "x.log.gz");
	copy("x.log.gz", "copy.gz");
	flip("copy.gz", (long)st.st_size + 200);
	INGEST(&w, "copy.gz", "x.log.gz");
	HAS_LINES(&w, 0, 300);
	ck_assert_int_eq(w.incomplete, 1);
	NOTED(&w, "copy.gz: is damaged at byte");
	world_fini(&w);
}
END_TEST

START_TEST(a_packed_copy_cut_amid_a_line_goes_on_with_the_whole_one)
{
	struct gz text = lines_of(0, 200), packed = { 0 };
	char line[LINE_MOST];
	struct world w;

	world_init(&w);
	gz_member(&packed, text.p, text.n - line_of(line, 199) + 20, 9);
	put_bytes("x.log.1.gz", 0, packed.p, packed.n);
	add("x.log", 0, 199);
	INGEST(&w, "x.log");
	HAS_LINES(&w, 0, 199);
	/* A packed log has no later: its last line counts although it lacks its end. */
	INGEST(&w, "x.log.1.gz");
	SAID(&w, "x.log.1.gz: grown, 1 line, known as x.log");
	INGEST(&w, "x.log.1.gz");
	SAID(&w, "1 already counted");
	gz_fini(&text);
	gz_fini(&packed);
	world_fini(&w);
}
END_TEST

START_TEST(an_inode_that_is_used_again_is_no_identity)
{
	struct world w;

	world_init(&w);
	add("x.log", 0, 300);
	INGEST(&w, "x.log");
	copy("x.log", "x.log.1");
	/* Truncating keeps the inode; the new content is longer than the old one was. */
	ck_assert_int_eq(truncate("x.log", 0), 0);
	add("x.log", 300, 900);
	INGEST(&w, "x.log", "x.log.1");
	SAID(&w, "x.log: new, 600 lines\n");
	HAS_LINES(&w, 0, 900);
	world_fini(&w);
}
END_TEST

START_TEST(what_cannot_be_read_does_not_keep_the_others)
{
	struct world w;

	world_init(&w);
	add("x.log", 0, 10);
	add_text("empty.log", "");
	(void)mkdir("folder", 0700);
	INGEST(&w, "gone.log", "folder", "empty.log", "x.log");
	SAID(&w,
	    "4 files: 1 new, 0 grown, 0 already counted, 1 empty, 2 unread; 10 lines counted\n");
	NOTED(&w, "gone.log: no such file\nfolder: is a directory");
	ck_assert_int_eq(w.incomplete, 1);
	HAS_LINES(&w, 0, 10);
	world_fini(&w);
}
END_TEST

START_TEST(new_rules_start_a_new_series_and_say_so_once)
{
	struct world w;
	uint64_t bad;

	world_init(&w);
	add("x.log", 0, 300);
	INGEST(&w, "x.log");
	ck_assert_str_eq(w.noted, "");
	world_rules(&w, CONFIG("^[25]"));
	INGEST(&w, "x.log");
	ck_assert_str_eq(w.noted, "");
	add("x.log", 300, 600);
	INGEST(&w, "x.log");
	NOTED(&w,
	    "all/ok: is counted under new rules from now on; what was counted under the"
	    " old ones, up to 2025-01-14T00:05:00Z, stays apart");
	add("x.log", 600, 900);
	INGEST(&w, "x.log");
	ck_assert_str_eq(w.noted, "");
	ck_assert_uint_eq(counted(&w, &bad), 900);
	ck_assert_uint_eq(bad, 100);
	world_fini(&w);
}
END_TEST

START_TEST(a_recount_replaces_what_was_counted)
{
	struct world w;
	uint64_t bad;

	world_init(&w);
	add("x.log", 0, 90);
	pack("y.log.gz", 90, 120, 0);
	INGEST(&w, "x.log", "y.log.gz");
	w.recount = 1;
	for (int i = 0; i < 3; i++) {
		INGEST(&w, "x.log", "y.log.gz");
		HAS_LINES(&w, 0, 120);
	}
	add("x.log", 120, 130);
	INGEST(&w, "x.log", "y.log.gz");
	SAID(&w, "x.log: grown");
	HAS_LINES(&w, 0, 130);
	world_rules(&w, CONFIG("^[25]"));
	INGEST(&w, "x.log", "y.log.gz");
	ck_assert_uint_eq(counted(&w, &bad), 130);
	w.recount = 0;
	add("x.log", 130, 140);
	INGEST(&w, "x.log", "y.log.gz");
	SAID(&w, "x.log: grown, 10 lines\ny.log.gz: already counted\n");
	ck_assert_uint_eq(counted(&w, &bad), 140);
	world_fini(&w);
}
END_TEST

START_TEST(a_dry_run_says_the_same_and_writes_nothing)
{
	struct world w;
	char said[sizeof w.said];

	world_init(&w);
	add("x.log", 0, 200);
	INGEST(&w, "x.log");
	add("x.log", 200, 210);
	pack("x.log.1.gz", 0, 205, 0);
	add("y.log", 210, 215);
	w.dry_run = 1;
	INGEST(&w, "x.log", "x.log.1.gz", "y.log");
	SAID(&w,
	    "x.log: grown, 10 lines\nx.log.1.gz: already counted, known as x.log\n"
	    "y.log: new, 5 lines\n3 files: 1 new, 1 grown, 1 already counted; "
	    "15 lines would be counted\n");
	HAS_LINES(&w, 0, 200);
	memcpy(said, w.said, strcspn(w.said, ";"));
	said[strcspn(w.said, ";")] = '\0';
	w.dry_run = 0;
	INGEST(&w, "x.log", "x.log.1.gz", "y.log");
	ck_assert_ptr_nonnull(strstr(w.said, said));
	HAS_LINES(&w, 0, 215);
	world_fini(&w);
}
END_TEST

/* What is older than `retain` is kept by the hour, with all sources together; a log that still lies
 * there is not forgotten, so that it is not counted again. */
START_TEST(what_was_folded_is_neither_doubled_nor_counted_anew)
{
	static const char late[] = "h - - [20/Jan/2025:00:00:00 +0000] \"GET / HTTP/1.1\" 200 1\n";
	struct world w;
	uint64_t bad;

	world_init(&w);
	world_rules(&w, CONFIG("^2") "retain: 2d\n");
	w.now += 10 * 86400;
	add("x.log", 0, 300);
	add("copy.log", 0, 250);
	INGEST(&w, "x.log");
	add_text("y.log", late);
	INGEST(&w, "x.log", "y.log");
	SAID(&w, " minutes folded into hours\n");
	ck_assert_uint_eq(counted(&w, &bad), 301);
	for (int year = 0; year < 3; year++) {
		w.now += 366 * INT64_C(86400);
		INGEST(&w, "x.log", "y.log", "copy.log");
		SAID(&w, "3 already counted; 0 lines");
		add_text("y.log", late);
		INGEST(&w, "x.log", "y.log", "copy.log");
		SAID(&w, "1 grown, 2 already counted; 1 line");
	}
	w.recount = 1;
	INGEST(&w, "x.log", "y.log");
	ck_assert_int_eq(w.incomplete, 0);
	ck_assert_uint_eq(counted(&w, &bad), 304);
	world_rules(&w, CONFIG("^[23]") "retain: 2d\n");
	INGEST(&w, "x.log", "y.log");
	NOTED(&w, "x.log: stays as it was counted: it was folded into hours");
	ck_assert_int_eq(w.incomplete, 1);
	world_fini(&w);
}
END_TEST

/* An archive that was away for so long that its minutes are folded is still known when it is back,
 * whole or in part. */
START_TEST(an_archive_that_comes_back_after_years_is_known)
{
	static const char late[] = "h - - [20/Jan/2025:00:00:00 +0000] \"GET / HTTP/1.1\" 200 1\n";
	struct world w;
	uint64_t bad;

	world_init(&w);
	world_rules(&w, CONFIG("^2") "retain: 2d\n");
	add("x.log", 0, 5000);
	INGEST(&w, "x.log");
	copy("x.log", "kept");
	ck_assert_int_eq(unlink("x.log"), 0);
	w.now += 10 * 86400;
	add_text("y.log", late);
	INGEST(&w, "y.log");
	SAID(&w, " minutes folded into hours\n");
	pack("x.log.gz", 0, 5000, 0);
	add("half", 0, 2600);
	INGEST(&w, "x.log.gz", "kept", "half", "y.log");
	SAID(&w, "4 already counted; 0 lines");
	add("kept", 5000, 5002);
	INGEST(&w, "kept");
	SAID(&w, "1 grown, 0 already counted; 2 lines");
	ck_assert_uint_eq(counted(&w, &bad), 5003);
	world_fini(&w);
}
END_TEST

/* Between the listing and the opening the log is rotated, twice. */
static void rotating_names(void *ctx, const char *const **name, size_t *n)
{
	static const char *const names[] = { "x.log", "x.log.1", "x.log.2" };
	struct world *w = ctx;

	if (w->now++ < NOW + 2) {
		(void)rename("x.log.1", "x.log.2");
		(void)rename("x.log", "x.log.1");
		add("x.log", (int)(w->now - NOW) * 100, (int)(w->now - NOW) * 100 + 100);
	}
	*name = names;
	*n = 3;
}

START_TEST(a_rotation_during_the_run_neither_loses_nor_doubles)
{
	struct world w;

	world_init(&w);
	add("x.log", 0, 100);
	INGEST(&w, "x.log");
	w.names = rotating_names;
	INGEST(&w, "x.log");
	SAID(&w,
	    "x.log: new, 100 lines\nx.log.1: new, 100 lines\n"
	    "x.log.2: already counted, known as x.log\n");
	HAS_LINES(&w, 0, 300);
	world_fini(&w);
}
END_TEST

START_TEST(standard_input_is_known_by_its_content)
{
	struct world w;
	int fd;

	world_init(&w);
	add("x.log", 0, 200);
	INGEST(&w, "x.log");
	add("x.log", 200, 210);
	fd = open("x.log", O_RDONLY);
	ck_assert_int_eq(dup2(fd, 0), 0);
	INGEST(&w, "-");
	SAID(&w, "-: grown, 10 lines, known as x.log");
	INGEST(&w, "x.log");
	SAID(&w, "x.log: already counted\n");
	add("x.log", 210, 220);
	INGEST(&w, "x.log");
	SAID(&w, "x.log: grown, 10 lines\n");
	HAS_LINES(&w, 0, 220);
	(void)close(fd);
	world_fini(&w);
}
END_TEST

SUITE("ingest", what_is_appended_is_counted_once, a_half_written_line_waits_for_its_end,
    a_rotated_log_goes_on_under_its_new_name, a_log_that_is_packed_is_known,
    a_log_that_is_packed_before_its_end_was_read_goes_on,
    a_packed_copy_beside_the_plain_one_is_counted_once,
    a_log_that_was_copied_and_truncated_is_counted_once,
    a_hole_where_the_truncated_lines_were_holds_none,
    what_is_gone_before_its_end_was_read_is_said_once,
    a_gap_is_closed_when_the_rest_is_found_after_all, comments_at_the_beginning_tell_nothing,
    the_same_file_under_two_names_is_read_once, an_older_copy_adds_nothing,
    a_log_that_leaves_a_known_one_adds_what_follows, a_copy_between_marks_that_went_on_is_not_lost,
    tiny_logs_in_two_folders_may_be_alike, the_same_name_in_two_folders_is_no_gap,
    members_that_are_appended_are_read_by_themselves,
    a_member_that_is_not_yet_whole_is_left_for_later, a_packed_log_that_is_cut_has_nothing_certain,
    a_damaged_member_is_left_out_and_may_be_restored, a_damaged_copy_of_a_known_log_adds_nothing,
    a_packed_copy_cut_amid_a_line_goes_on_with_the_whole_one,
    an_inode_that_is_used_again_is_no_identity, what_cannot_be_read_does_not_keep_the_others,
    new_rules_start_a_new_series_and_say_so_once, a_recount_replaces_what_was_counted,
    a_dry_run_says_the_same_and_writes_nothing, what_was_folded_is_neither_doubled_nor_counted_anew,
    an_archive_that_comes_back_after_years_is_known,
    a_rotation_during_the_run_neither_loses_nor_doubles, standard_input_is_known_by_its_content)
