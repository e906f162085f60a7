#include "store_room.h"

#include <fcntl.h>

#include "mem.h"
#include "store_impl.h"

#define MIDNIGHT (NOON - 12 * HOUR)

static struct store *store;

static void begin(void)
{
	room_make();
	store = room_open(STORE_WRITE);
}

static void ck_sound(void)
{
	char text[256] = "";

	ck_assert_msg(room_verify(store, text) == 0, "%s", text);
}

static void end(void)
{
	ck_sound();
	store_close(store);
	room_clear();
}

static uint64_t prune(int64_t before)
{
	uint64_t folded = 0;

	OK(store_begin(store, &room_err));
	OK(store_prune(store, before, &folded, &room_err));
	OK(store_commit(store, &room_err));
	return folded;
}

static size_t forget(const char *name)
{
	size_t n = 0;

	OK(store_begin(store, &room_err));
	OK(store_forget(store, name, &n, &room_err));
	OK(store_commit(store, &room_err));
	return n;
}

static struct room_sum sum(int64_t from, int64_t to)
{
	return room_sum(store, from, to);
}

static void ck_same_sum(struct room_sum a, struct room_sum b)
{
	ck_assert_mem_eq(&a, &b, sizeof a);
}

static int64_t count_of(const char *sql)
{
	sqlite3_stmt *stmt;
	int64_t n;

	ck_assert_int_eq(sqlite3_prepare_v2(store->db, sql, -1, &stmt, NULL), SQLITE_OK);
	ck_assert_int_eq(sqlite3_step(stmt), SQLITE_ROW);
	n = sqlite3_column_int64(stmt, 0);
	(void)sqlite3_finalize(stmt);
	return n;
}

/* ---- prune ---- */

START_TEST(folding_keeps_all_sums_by_the_hour)
{
	struct room_sum before[48], whole;
	struct store_view view;

	begin();
	(void)room_add(store, "a", MIDNIGHT - DAY + 30 * MINUTE, 600);
	(void)room_add(store, "b", MIDNIGHT - DAY + 31 * MINUTE, 500);
	(void)room_add(store, "c", MIDNIGHT + HOUR, 90);
	whole = sum(NINES_NEVER, NINES_NEVER);
	for (int64_t h = 0; h < 48; h++)
		before[h] = sum(MIDNIGHT - DAY + h * HOUR, MIDNIGHT - DAY + (h + 1) * HOUR);
	ck_assert_uint_eq(prune(MIDNIGHT + 5 * HOUR), 600 - 10); /* no hour's first minute */
	ck_same_sum(whole, sum(NINES_NEVER, NINES_NEVER));
	for (int64_t h = 0; h < 48; h++)
		ck_same_sum(
		    before[h], sum(MIDNIGHT - DAY + h * HOUR, MIDNIGHT - DAY + (h + 1) * HOUR));
	view = room_load(store, NINES_NEVER, NINES_NEVER);
	ck_assert_int_eq(view.folded_until, MIDNIGHT);
	ck_assert_uint_eq(tally_rows(&view.tally), 11 + 90);
	ck_assert_int_eq(view.counted[0][0].from, MIDNIGHT - DAY + 30 * MINUTE);
	store_view_fini(&view);
	ck_assert_int_eq(count_of("SELECT count(*) FROM count WHERE source = 0"), 11 * 3);
	ck_sound();
	ck_assert_uint_eq(prune(MIDNIGHT), 0);
	ck_same_sum(whole, sum(NINES_NEVER, NINES_NEVER));
	ck_assert_uint_eq(prune(MIDNIGHT + DAY), 88);
	ck_same_sum(whole, sum(NINES_NEVER, NINES_NEVER));
	end();
}
END_TEST

START_TEST(folding_to_an_earlier_day_takes_nothing_back)
{
	struct store_view view;

	begin();
	(void)room_add(store, "a", MIDNIGHT - HOUR, 120);
	(void)prune(MIDNIGHT);
	(void)prune(MIDNIGHT - 3 * DAY);
	view = room_load(store, NINES_NEVER, NINES_NEVER);
	ck_assert_int_eq(view.folded_until, MIDNIGHT);
	store_view_fini(&view);
	end();
}
END_TEST

START_TEST(a_source_that_was_not_met_for_long_keeps_few_marks)
{
	struct mem_arena arena = { 0 };
	struct tally t;
	struct store_source source;
	struct store_known *known;
	size_t n;

	begin();
	tally_init(&t, 2, 60);
	room_count(&t, MIDNIGHT - DAY, 10, 2);
	(void)room_add(store, "gone", MIDNIGHT - DAY, 10);
	source = room_source("still there", &t);
	source.seen_s = MIDNIGHT + 5;
	(void)room_write(store, &source, &room_shape, &t, 0);
	(void)room_add(store, "new", MIDNIGHT - MINUTE, 10);
	ck_assert_int_eq(sqlite3_exec(store->db,
	                     "INSERT INTO mark SELECT id, 900, 7 FROM source WHERE id > 0;"
	                     "INSERT INTO mark SELECT id, 4100, 8 FROM source WHERE id > 0",
	                     NULL, NULL, NULL),
	    SQLITE_OK);
	(void)prune(MIDNIGHT);
	OK(store_find_inode(store, UINT64_MAX, 7, &arena, &known, &n, &room_err));
	ck_assert_uint_eq(n, 3);
	ck_assert_str_eq(known[0].source.name, "gone");
	ck_assert_int_eq(known[0].source.folded, 1);
	ck_assert_uint_eq(known[0].marks, 2);
	ck_assert_uint_eq(known[0].mark[0].length, 100);
	ck_assert_uint_eq(known[0].mark[1].length, 4100);
	ck_assert_str_eq(known[1].source.name, "still there");
	ck_assert_int_eq(known[1].source.folded, 1);
	ck_assert_uint_eq(known[1].marks, 4);
	ck_assert_str_eq(known[2].source.name, "new");
	ck_assert_int_eq(known[2].source.folded, 0);
	ck_assert_uint_eq(known[2].marks, 4);
	mem_arena_fini(&arena);
	tally_fini(&t);
	end();
}
END_TEST

START_TEST(a_source_that_reaches_over_the_fold_can_still_be_counted_anew)
{
	struct tally t, again;
	struct store_source source;
	struct room_sum whole;

	begin();
	(void)room_add(store, "other", MIDNIGHT - 2 * HOUR, 100);
	tally_init(&t, 2, 60);
	tally_init(&again, 2, 60);
	room_count(&t, MIDNIGHT - 90 * MINUTE, 180, 4);
	room_count(&again, MIDNIGHT - 90 * MINUTE, 180, 6);
	source = room_source("a", &t);
	source.id = room_write(store, &source, &room_shape, &t, 0);
	whole = sum(NINES_NEVER, NINES_NEVER);
	(void)prune(MIDNIGHT);
	ck_same_sum(whole, sum(NINES_NEVER, NINES_NEVER));
	for (int i = 0; i < 2; i++) {
		(void)room_write(store, &source, &room_shape, &again, 1);
		ck_assert_uint_eq(sum(NINES_NEVER, NINES_NEVER).lines, whole.lines + 180 * 2);
	}
	ck_assert_int_eq(
	    count_of(
	        "SELECT count(*) FROM count, meta WHERE start < folded_until AND start % 3600"),
	    0);
	ck_assert_uint_eq(forget("a"), 1);
	ck_assert_uint_eq(sum(NINES_NEVER, NINES_NEVER).lines, 200);
	tally_fini(&t);
	tally_fini(&again);
	end();
}
END_TEST

START_TEST(what_comes_late_is_kept_by_the_hour_at_once)
{
	struct store_view view;

	begin();
	(void)room_add(store, "a", MIDNIGHT + HOUR, 10);
	(void)prune(MIDNIGHT);
	(void)room_add(store, "late", MIDNIGHT - 90 * MINUTE, 60);
	view = room_load(store, NINES_NEVER, MIDNIGHT);
	ck_assert_uint_eq(tally_rows(&view.tally), 2);
	ck_assert_uint_eq(tally_room_find(&view.tally, MIDNIGHT - 2 * HOUR).lines, 60);
	ck_assert_uint_eq(tally_room_find(&view.tally, MIDNIGHT - HOUR).lines, 60);
	store_view_fini(&view);
	ck_sound();
	ck_assert_uint_eq(prune(MIDNIGHT), 0);
	ck_assert_uint_eq(sum(NINES_NEVER, NINES_NEVER).lines, 140);
	end();
}
END_TEST

START_TEST(what_was_folded_is_neither_counted_anew_nor_forgotten)
{
	struct tally t;
	struct store_source source;
	struct store_record record = {
		.source = &source, .shape = &room_shape, .tally = &t, .recount = 1
	};

	begin();
	tally_init(&t, 2, 60);
	room_count(&t, MIDNIGHT - DAY, 10, 2);
	source = room_source("a", &t);
	source.seen_s = NOON;
	source.id = room_write(store, &source, &room_shape, &t, 0);
	(void)prune(MIDNIGHT);
	OK(store_begin(store, &room_err));
	FAILS(NINES_E_STORE, store_write(store, &record, NULL, &room_err));
	ck_assert_str_eq(room_err.source, "a");
	FAILS(NINES_E_STORE, store_forget(store, "a", NULL, &room_err));
	room_err.code = NINES_OK;
	OK(store_commit(store, &room_err));
	ck_assert_uint_eq(sum(NINES_NEVER, NINES_NEVER).lines, 20);
	record.recount = 0; /* but it may grow */
	OK(store_begin(store, &room_err));
	OK(store_write(store, &record, NULL, &room_err));
	OK(store_commit(store, &room_err));
	(void)prune(MIDNIGHT);
	ck_assert_uint_eq(sum(NINES_NEVER, NINES_NEVER).lines, 40);
	tally_fini(&t);
	store_close(store);
	room_clear();
}
END_TEST

/* ---- forget ---- */

START_TEST(forgetting_takes_back_what_the_sources_of_a_name_counted)
{
	struct room_sum before;
	struct store_view view;

	begin();
	(void)room_add(store, "stays", NOON, 30);
	before = sum(NINES_NEVER, NINES_NEVER);
	(void)room_add(store, "goes", NOON + 10 * MINUTE, 30);
	(void)room_add(store, "goes", NOON + 3 * HOUR, 30);
	OK(store_begin(store, &room_err));
	OK(store_gap(store, 2, NOON + DAY, NOON + DAY, &room_err));
	OK(store_commit(store, &room_err));
	ck_assert_uint_eq(forget("goe"), 0);
	ck_assert_uint_eq(forget("goes%"), 0);
	ck_assert_uint_eq(forget("goes"), 2);
	ck_same_sum(before, sum(NINES_NEVER, NINES_NEVER));
	view = room_load(store, NINES_NEVER, NINES_NEVER);
	ck_assert_uint_eq(view.sources, 1);
	ck_assert_uint_eq(view.counteds[0], 1);
	ck_assert_int_eq(view.counted[0][0].to, NOON + 30 * MINUTE);
	ck_assert_uint_eq(view.losts, 0);
	store_view_fini(&view);
	ck_assert_int_eq(count_of("SELECT count(*) FROM mark"), 2);
	ck_assert_int_eq(count_of("SELECT count(*) FROM item"), 3);
	ck_assert_uint_eq(forget("goes"), 0);
	end();
}
END_TEST

START_TEST(a_source_is_forgotten_by_its_number_unless_that_is_a_name)
{
	begin();
	(void)room_add(store, "a", NOON, 1);
	(void)room_add(store, "a", NOON, 1);
	(void)room_add(store, "#1", NOON, 1);
	ck_assert_uint_eq(forget("#9"), 0);
	ck_assert_uint_eq(forget("#"), 0);
	ck_assert_uint_eq(forget("#99999999999999999999"), 0);
	ck_assert_uint_eq(forget("#2"), 1);
	ck_assert_uint_eq(forget("#1"), 1);
	ck_assert_int_eq(count_of("SELECT id FROM source"), 1);
	ck_assert_uint_eq(forget("#1"), 1);
	ck_assert_uint_eq(sum(NINES_NEVER, NINES_NEVER).lines, 0);
	end();
}
END_TEST

/* ---- looking ---- */

START_TEST(an_inspection_tells_series_sources_and_gaps)
{
	struct store_info info;
	const struct store_info_series *latency = NULL, *traffic = NULL;

	begin();
	(void)room_add(store, "a", NOON, 30);
	(void)room_add(store, "b", NOON + 10 * MINUTE, 30);
	OK(store_begin(store, &room_err));
	OK(store_gap(store, 1, NOON + DAY, NOON + DAY, &room_err));
	OK(store_commit(store, &room_err));
	OK(store_inspect(store, &info, &room_err));
	ck_assert_int_eq(info.version, STORE_VERSION);
	ck_assert_uint_gt(info.bytes, 4096);
	ck_assert_int_eq(info.oldest_minute, NOON);
	ck_assert_int_eq(info.newest_minute, NOON + 39 * MINUTE);
	ck_assert_int_eq(info.newest_event, NOON + 39 * MINUTE);
	ck_assert_int_eq(info.written_s, NOON + DAY);
	ck_assert_int_eq(info.folded_until, NINES_NEVER);
	ck_assert_uint_eq(info.series_count, 3);
	for (size_t i = 0; i < info.series_count; i++) {
		if (!info.series[i].sli)
			traffic = &info.series[i];
		else if (strcmp(info.series[i].sli, "latency") == 0)
			latency = &info.series[i];
	}
	ck_assert_ptr_nonnull(traffic);
	ck_assert_ptr_nonnull(latency);
	ck_assert_uint_eq(latency->digest, 0xa2);
	ck_assert_uint_eq(latency->minutes, 40);
	ck_assert_uint_eq(latency->valid, 120);
	ck_assert_uint_eq(latency->good, 60);
	ck_assert_uint_eq(latency->missing, 60);
	ck_assert_int_eq(latency->from, NOON);
	ck_assert_int_eq(latency->to, NOON + 40 * MINUTE);
	ck_assert_uint_eq(traffic->valid, 120);
	ck_assert_uint_eq(info.sources, 2);
	ck_assert_str_eq(info.source[0].name, "b");
	ck_assert_uint_eq(info.losts, 1);
	store_info_fini(&info);
	end();
}
END_TEST

START_TEST(every_defect_is_found_and_told)
{
	static const struct {
		const char *sql, *finding;
	} row[] = {
		{ "PRAGMA ignore_check_constraints = ON; UPDATE count SET good = valid + 1 "
		  "WHERE start % 3600 = 0 AND series = 2",
		    "CHECK" },
		{ "DELETE FROM series WHERE journey IS NULL", "series" },
		{ "PRAGMA foreign_keys = OFF; DELETE FROM source", "source" },
		{ "INSERT INTO count VALUES (1736942401, 1, 1, 0, 0, 0)", "start at a minute" },
		{ "UPDATE count SET valid = valid + 100 WHERE series = (SELECT id FROM series "
		  "WHERE sli = 'latency')",
		    "exceed the lines" },
		{ "UPDATE count SET missing = 3 WHERE series = (SELECT id FROM series WHERE "
		  "sli = 'latency')",
		    "exceed the lines" },
		{ "UPDATE item SET n = n + 1 WHERE name = 'unparsed.time'", "add up" },
		{ "UPDATE item SET n = n - 1 WHERE name IN ('lines', 'parsed')", "parsed" },
		{ "INSERT INTO mark VALUES (1, 5001, 0)", "beyond its end" },
		{ "UPDATE source SET first_length = 5001", "first line" },
		{ "INSERT INTO mark VALUES (77, 5, 0)", "mark" },
		{ "INSERT INTO span VALUES (77, 1, 0, 60)", "span" },
		{ "UPDATE meta SET folded_until = 1736985600", "folded_until" },
		{ "DROP TABLE gap; DROP TABLE span", "table gap is not there" },
	};
	char line[512], text[256];

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		begin();
		(void)room_add(store, "a", NOON, 30);
		store_close(store);
		(void)snprintf(line, sizeof line, "sqlite3 nines.db \"%s\"", row[i].sql);
		room_shell(line);
		store = room_open(STORE_READ);
		text[0] = '\0';
		ck_assert_msg(room_verify(store, text) > 0, "%s", row[i].sql);
		if (i > 2)
			ck_assert_msg(
			    strstr(text, row[i].finding) != NULL, "%s: %s", row[i].sql, text);
		store_close(store);
		room_clear();
	}
}
END_TEST

/* ---- the manual ---- */

/* Runs the statements that stand between `.\\" sql` and .Ed; how many blocks there were. */
static size_t run_blocks(FILE *page)
{
	char line[256], command[256];
	size_t blocks = 0;
	FILE *sql = NULL;

	while (fgets(line, sizeof line, page)) {
		if (strcmp(line, ".\\\" sql\n") == 0) {
			ck_assert_ptr_nonnull(fgets(line, sizeof line, page));
			(void)snprintf(command, sizeof command, "%s/query", room_folder);
			sql = fopen(command, "w");
			ck_assert_ptr_nonnull(sql);
		} else if (sql && strcmp(line, ".Ed\n") == 0) {
			(void)fclose(sql);
			sql = NULL;
			blocks++;
			room_shell(
			    "sqlite3 -readonly -bail nines.db < query > rows 2> errors && "
			    "test -s rows && test ! -s errors || { cat query errors; exit 1; }");
		} else if (sql) {
			(void)fputs(line, sql);
		}
	}
	return blocks;
}

START_TEST(the_queries_of_the_manual_give_rows)
{
	FILE *page = fopen(TESTS_DIR "/../man/nines-store.5", "r");

	ck_assert_ptr_nonnull(page);
	begin();
	(void)room_add(store, "a", NOON, 30);
	OK(store_begin(store, &room_err));
	OK(store_gap(store, 1, NOON + DAY, NOON + DAY, &room_err));
	OK(store_commit(store, &room_err));
	ck_assert_uint_eq(run_blocks(page), 6);
	(void)fclose(page);
	end();
}
END_TEST

START_TEST(the_views_add_up_all_sources)
{
	begin();
	(void)room_add(store, "a", NOON, 3);
	(void)room_add(store, "b", NOON + MINUTE, 3);
	room_shell(
	    "test \"$(sqlite3 nines.db \"SELECT time, valid, good, bad, missing FROM slis "
	    "WHERE sli = 'latency' AND start = 1736942460\")\" = '2025-01-15 12:01:00|4|2|2|2'");
	room_shell("test \"$(sqlite3 nines.db 'SELECT count(*), sum(lines), sum(judged) FROM "
	           "traffic')\" = '4|12|12'");
	room_shell(
	    "test \"$(sqlite3 nines.db 'SELECT name, last_event FROM logs WHERE id = 2')\" = "
	    "'b|2025-01-15 12:03:00'");
	end();
}
END_TEST

/* ---- damage ---- */

/* Whatever the bytes are, each call comes back with a status. */
static void use(void)
{
	struct store_view view;
	struct store_info info;
	struct store *s;
	size_t findings;

	if (store_open(&s, room_path, STORE_READ, 0, NULL) != NINES_OK)
		return;
	if (store_load(s, &room_shape, NINES_NEVER, NINES_NEVER, &view, NULL) == NINES_OK)
		store_view_fini(&view);
	if (store_inspect(s, &info, NULL) == NINES_OK)
		store_info_fini(&info);
	(void)store_verify(s, room_finding, NULL, &findings, NULL);
	store_close(s);
}

/* A store of a few small pages. */
static off_t small_store(void)
{
	struct stat st;

	begin();
	(void)room_add(store, "a", NOON, 30);
	store_close(store);
	room_shell("sqlite3 nines.db 'PRAGMA page_size = 512; VACUUM'");
	ck_assert_int_eq(stat(room_path, &st), 0);
	return st.st_size;
}

/* Every seventh byte from `first` on, so that all kinds of bytes on all pages have their turn. */
static void flip(off_t first, unsigned char mask)
{
	const off_t size = small_store();
	const int fd = open(room_path, O_RDWR);

	for (off_t at = first; at < size; at += 7) {
		unsigned char byte, other;

		ck_assert_int_eq(pread(fd, &byte, 1, at), 1);
		other = (unsigned char)(byte ^ mask);
		ck_assert_int_eq(pwrite(fd, &other, 1, at), 1);
		use();
		ck_assert_int_eq(pwrite(fd, &byte, 1, at), 1);
	}
	(void)close(fd);
	room_clear();
}

START_TEST(a_store_with_a_bit_turned_is_read_or_refused)
{
	flip(0, 0x01);
	flip(2, 0x80);
}
END_TEST

START_TEST(a_store_with_a_byte_turned_is_read_or_refused)
{
	flip(1, 0xff);
}
END_TEST

START_TEST(a_store_that_was_cut_off_is_refused)
{
	off_t size = small_store();

	for (size -= 512; size > 0; size -= 512) {
		size_t findings = 0;

		ck_assert_int_eq(truncate(room_path, size), 0);
		use();
		if (store_open(&store, room_path, STORE_READ, 0, NULL) != NINES_OK)
			continue;
		(void)store_verify(store, room_finding, NULL, &findings, NULL);
		ck_assert_uint_gt(findings, 0);
		store_close(store);
	}
	room_clear();
}
END_TEST

SUITE("store upkeep", folding_keeps_all_sums_by_the_hour,
    folding_to_an_earlier_day_takes_nothing_back,
    a_source_that_was_not_met_for_long_keeps_few_marks,
    a_source_that_reaches_over_the_fold_can_still_be_counted_anew,
    what_comes_late_is_kept_by_the_hour_at_once,
    what_was_folded_is_neither_counted_anew_nor_forgotten,
    forgetting_takes_back_what_the_sources_of_a_name_counted,
    a_source_is_forgotten_by_its_number_unless_that_is_a_name,
    an_inspection_tells_series_sources_and_gaps, every_defect_is_found_and_told,
    the_queries_of_the_manual_give_rows, the_views_add_up_all_sources,
    a_store_with_a_bit_turned_is_read_or_refused, a_store_with_a_byte_turned_is_read_or_refused,
    a_store_that_was_cut_off_is_refused)
