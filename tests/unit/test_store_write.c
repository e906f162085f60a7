#include "store_room.h"

#include "mem.h"

static struct store *store;

static void begin(void)
{
	room_make();
	store = room_open(STORE_WRITE);
}

static void end(void)
{
	char text[256] = "";

	ck_assert_msg(room_verify(store, text) == 0, "%s", text);
	store_close(store);
	room_clear();
}

static struct tally counted(int64_t start, int64_t minutes, uint64_t lines)
{
	struct tally t;

	tally_init(&t, 2, 60);
	room_count(&t, start, minutes, lines);
	return t;
}

static void ck_counts(size_t sli, uint64_t valid, uint64_t good, uint64_t missing)
{
	const struct tally_cell sum = room_sum(store, NINES_NEVER, NINES_NEVER).cell[sli];

	ck_assert_uint_eq(sum.valid, valid);
	ck_assert_uint_eq(sum.good, good);
	ck_assert_uint_eq(sum.missing, missing);
}

static uint64_t item_of(const struct item *item, const char *name)
{
	for (; item->name; item++)
		if (strcmp(item->name, name) == 0)
			return item->n;
	return 0;
}

/* ---- writing and loading ---- */

START_TEST(what_was_written_is_loaded)
{
	struct tally t = counted(NOON + 7, 90, 3);
	struct store_source source = room_source("a.log", &t);
	struct store_view view;
	int64_t id;

	begin();
	id = room_write(store, &source, &room_shape, &t, 0);
	ck_assert_int_eq(id, 1);
	view = room_load(store, NINES_NEVER, NINES_NEVER);
	ck_assert_uint_eq(tally_rows(&view.tally), 90);
	for (int64_t m = 0; m < 90; m++) {
		const struct tally_room_row row = tally_room_find(&view.tally, NOON + m * MINUTE);

		ck_assert(row.is_there);
		ck_assert_uint_eq(row.lines, 3);
		ck_assert_uint_eq(row.judged, 3);
		ck_assert_uint_eq(row.cell[0].valid, 3);
		ck_assert_uint_eq(row.cell[0].good, 1);
		ck_assert_uint_eq(row.cell[0].missing, 0);
		ck_assert_uint_eq(row.cell[1].missing, 1);
	}
	ck_assert_int_eq(view.tally.first_s, NOON + 7);
	ck_assert_int_eq(view.tally.last_s, NOON + 89 * MINUTE + 7);
	ck_assert_uint_eq(view.sources, 1);
	ck_assert_int_eq(view.source[0].id, id);
	ck_assert_str_eq(view.source[0].name, "a.log");
	ck_assert_uint_eq(item_of(view.item[0], "lines"), 272);
	ck_assert_uint_eq(item_of(view.item[0], "unparsed.time"), 2);
	ck_assert_uint_eq(item_of(view.item[0], "parsed"), 270);
	ck_assert_int_eq(view.newest_event, t.last_s);
	ck_assert_int_eq(view.written_s, t.last_s + 5);
	ck_assert_int_eq(view.folded_until, NINES_NEVER);
	ck_assert_uint_eq(view.losts, 0);
	ck_assert_uint_eq(view.formers, 0);
	store_view_fini(&view);
	tally_fini(&t);
	end();
}
END_TEST

START_TEST(an_empty_store_loads_as_nothing)
{
	struct store_view view;

	begin();
	view = room_load(store, NINES_NEVER, NINES_NEVER);
	ck_assert_uint_eq(tally_rows(&view.tally), 0);
	ck_assert_int_gt(view.tally.first_s, view.tally.last_s);
	ck_assert_uint_eq(view.sources, 0);
	ck_assert_uint_eq(view.counteds[0], 0);
	ck_assert_uint_eq(view.counteds[1], 0);
	ck_assert_int_eq(view.newest_event, NINES_NEVER);
	ck_assert_int_eq(view.written_s, NINES_NEVER);
	store_view_fini(&view);
	end();
}
END_TEST

START_TEST(a_load_takes_rows_from_the_hour_of_its_start_up_to_its_end)
{
	static const struct {
		int64_t from, to;
		uint64_t rows;
	} row[] = {
		{ NOON, NOON + HOUR, 60 },
		{ NOON + 30 * MINUTE, NOON + HOUR, 60 },
		{ NOON + HOUR, NOON + 2 * HOUR, 60 },
		{ NOON + HOUR, NOON + HOUR + 1, 1 },
		{ NOON, NOON, 0 },
		{ NINES_NEVER, NOON + 1, 1 },
		{ NOON + 2 * HOUR, NINES_NEVER, 60 },
		{ NOON + DAY, NINES_NEVER, 0 },
		{ NINES_NEVER, NINES_NEVER, 180 },
	};

	begin();
	(void)room_add(store, "a", NOON, 180);
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct store_view view = room_load(store, row[i].from, row[i].to);

		ck_assert_uint_eq(tally_rows(&view.tally), row[i].rows);
		ck_assert_uint_eq(view.sources, row[i].rows > 0);
		store_view_fini(&view);
	}
	end();
}
END_TEST

START_TEST(the_first_and_last_event_are_exact_where_a_source_tells_them)
{
	struct tally t = counted(NOON + 13, 180, 1);
	struct store_source source = room_source("a", &t);
	struct store_view view;

	begin();
	(void)room_write(store, &source, &room_shape, &t, 0);
	view = room_load(store, NOON + HOUR, NOON + 2 * HOUR);
	ck_assert_int_eq(view.tally.first_s, NOON + HOUR);
	ck_assert_int_eq(view.tally.last_s, NOON + 2 * HOUR - MINUTE);
	store_view_fini(&view);
	view = room_load(store, NOON, NOON + HOUR);
	ck_assert_int_eq(view.tally.first_s, NOON + 13);
	ck_assert_int_eq(view.tally.last_s, NOON + HOUR - MINUTE);
	store_view_fini(&view);
	tally_fini(&t);
	end();
}
END_TEST

START_TEST(a_second_write_of_a_source_adds)
{
	struct tally t = counted(NOON, 10, 2), more = counted(NOON + 5 * MINUTE, 10, 4);
	struct store_source source = room_source("a", &t);
	struct store_view view;

	begin();
	source.id = room_write(store, &source, &room_shape, &t, 0);
	source.end.length = 9000;
	source.first_event = more.first_s; /* of what is new; the store keeps the earliest */
	source.last_event = more.last_s;
	ck_assert_int_eq(room_write(store, &source, &room_shape, &more, 0), source.id);
	ck_counts(0, 60, 30, 0);
	ck_counts(1, 60, 30, 20);
	view = room_load(store, NINES_NEVER, NINES_NEVER);
	ck_assert_uint_eq(tally_rows(&view.tally), 15);
	ck_assert_uint_eq(tally_room_find(&view.tally, NOON + 5 * MINUTE).lines, 6);
	ck_assert_uint_eq(view.sources, 1);
	ck_assert_uint_eq(view.source[0].end.length, 9000);
	ck_assert_int_eq(view.source[0].first_event, t.first_s);
	ck_assert_int_eq(view.source[0].last_event, more.last_s);
	ck_assert_uint_eq(item_of(view.item[0], "lines"), 64);
	store_view_fini(&view);
	tally_fini(&t);
	tally_fini(&more);
	end();
}
END_TEST

START_TEST(a_recount_stands_in_place_of_what_the_source_counted)
{
	struct tally t = counted(NOON, 10, 2), again = counted(NOON + 3 * MINUTE, 4, 8);
	struct store_source source = room_source("a", &t);

	begin();
	(void)room_add(store, "other", NOON, 10);
	source.id = room_write(store, &source, &room_shape, &t, 0);
	ck_counts(0, 40, 20, 0);
	source.first_event = again.first_s;
	source.last_event = again.last_s;
	for (int i = 0; i < 3; i++) {
		struct store_view view;

		ck_assert_int_eq(room_write(store, &source, &room_shape, &again, 1), source.id);
		ck_counts(0, 20 + 32, 10 + 16, 0);
		ck_counts(1, 20 + 32, 10 + 16, 10 + 4);
		view = room_load(store, NINES_NEVER, NINES_NEVER);
		ck_assert_uint_eq(view.sources, 2);
		ck_assert_int_eq(view.source[1].id, source.id);
		ck_assert_int_eq(view.source[1].first_event, again.first_s);
		ck_assert_uint_eq(item_of(view.item[1], "lines"), 34);
		store_view_fini(&view);
	}
	tally_fini(&t);
	tally_fini(&again);
	end();
}
END_TEST

START_TEST(a_recount_under_other_rules_leaves_what_the_old_ones_counted)
{
	const struct store_series changed[] = { { 0xb1, "checkout", "availability" }, room_sli[1] };
	const struct store_shape shape = { room_shape.traffic, changed, 2 };
	struct tally t = counted(NOON, 10, 2);
	struct store_source source = room_source("a", &t);
	struct store_view view;

	begin();
	source.id = room_write(store, &source, &room_shape, &t, 0);
	OK(store_load(store, &shape, NINES_NEVER, NINES_NEVER, &view, &room_err));
	ck_assert_uint_eq(view.formers, 1);
	ck_assert_uint_eq(view.former[0].sli, 0);
	ck_assert_uint_eq(view.former[0].digest, 0xa1);
	ck_assert_int_eq(view.former[0].from, NOON);
	ck_assert_int_eq(view.former[0].until, NOON + 10 * MINUTE);
	ck_assert_uint_eq(view.counteds[0], 0);
	ck_assert_uint_eq(view.counteds[1], 1);
	store_view_fini(&view);

	(void)room_write(store, &source, &shape, &t, 1);
	ck_counts(0, 20, 10, 0);
	OK(store_load(store, &shape, NINES_NEVER, NINES_NEVER, &view, &room_err));
	ck_assert_uint_eq(view.formers, 0); /* all their minutes were counted anew */
	ck_assert_uint_eq(view.counteds[0], 1);
	ck_assert_uint_eq(tally_room_find(&view.tally, NOON).cell[0].valid, 2);
	ck_assert_uint_eq(tally_room_find(&view.tally, NOON).lines, 2);
	store_view_fini(&view);
	tally_fini(&t);
	end();
}
END_TEST

START_TEST(the_former_rules_are_told_for_the_minutes_that_lack_the_present_ones)
{
	const struct store_series changed[] = { { 0xb1, "checkout", "availability" }, room_sli[1] };
	const struct store_shape shape = { room_shape.traffic, changed, 2 };
	struct tally t = counted(NOON + DAY, 10, 2);
	struct store_source source = room_source("b", &t);
	struct store_view view;

	begin();
	(void)room_add(store, "a", NOON, 30);
	(void)room_write(store, &source, &shape, &t, 0);
	OK(store_load(store, &shape, NOON + DAY, NINES_NEVER, &view, &room_err));
	ck_assert_uint_eq(view.formers, 1);
	ck_assert_int_eq(view.former[0].until, NOON + 30 * MINUTE);
	ck_assert_int_eq(view.counted[0][0].from, NOON + DAY);
	ck_assert_uint_eq(view.counteds[1], 2);
	store_view_fini(&view);
	view = room_load(store, NINES_NEVER, NINES_NEVER); /* the old rules again */
	ck_assert_uint_eq(view.formers, 1);
	ck_assert_int_eq(view.former[0].from, NOON + DAY);
	store_view_fini(&view);
	tally_fini(&t);
	end();
}
END_TEST

START_TEST(columns_that_share_a_digest_are_one_series)
{
	const struct store_series twins[] = { { 0xc1, "a", "x" }, { 0xc1, "b", "y" } };
	const struct store_shape shape = { 0x7f, twins, 2 };
	struct tally t;
	struct store_source source;
	struct store_view view;

	tally_init(&t, 2, 60);
	for (size_t i = 0; i < 2; i++)
		tally_room_at(&t, NOON)->cell[i] = (struct tally_cell){ 7, 5, 1 };
	tally_room_at(&t, NOON)->lines = 9;
	source = room_source("a", &t);
	begin();
	(void)room_write(store, &source, &shape, &t, 0);
	OK(store_load(store, &shape, NINES_NEVER, NINES_NEVER, &view, &room_err));
	for (size_t i = 0; i < 2; i++) {
		const struct tally_cell cell = tally_room_find(&view.tally, NOON).cell[i];

		ck_assert_uint_eq(cell.valid, 7);
		ck_assert_uint_eq(cell.good, 5);
		ck_assert_uint_eq(cell.missing, 1);
		ck_assert_uint_eq(view.counteds[i], 1);
	}
	store_view_fini(&view);
	tally_fini(&t);
	end();
}
END_TEST

START_TEST(counts_that_do_not_fit_change_nothing)
{
	struct tally t = counted(NOON, 3, 2), large = counted(NOON, 3, 2);
	struct store_source source = room_source("a", &t), other = room_source("b", &t);
	const uint64_t too_large[] = { INT64_MAX, (uint64_t)INT64_MAX + 1, UINT64_MAX };

	begin();
	source.id = room_write(store, &source, &room_shape, &t, 0);
	for (size_t i = 0; i < sizeof too_large / sizeof *too_large; i++) {
		const struct store_record record = {
			.source = &source, .shape = &room_shape, .tally = &large
		};

		tally_clear(&large);
		room_count(&large, NOON, 3, 2);
		tally_room_at(&large, NOON + MINUTE)->lines = too_large[i];
		tally_room_at(&large, NOON + MINUTE)->judged = 1;
		tally_room_settle(&large);
		OK(store_begin(store, NULL));
		OK(store_write(store,
		    &(struct store_record){ .source = &other, .shape = &room_shape, .tally = &t },
		    NULL, NULL));
		FAILS(NINES_E_LIMIT, store_write(store, &record, NULL, &room_err));
		ck_assert_ptr_nonnull(strstr(room_err.text, "9223372036854775807"));
		room_err.code = NINES_OK;
		OK(store_commit(store, &room_err)); /* what else was written stands */
		ck_assert_uint_eq(room_lines(store), 6 * (i + 2));
	}
	source.raw_end = UINT64_MAX;
	OK(store_begin(store, NULL));
	FAILS(NINES_E_LIMIT,
	    store_write(store,
	        &(struct store_record){ .source = &source, .shape = &room_shape, .tally = &t },
	        NULL, &room_err));
	store_rollback(store);
	tally_fini(&t);
	tally_fini(&large);
	store_close(store);
	room_clear();
}
END_TEST

START_TEST(the_largest_count_comes_back)
{
	struct tally t = counted(NOON, 1, 2);
	struct store_source source = room_source("a", &t);
	struct store_view view;

	tally_room_at(&t, NOON)->lines = INT64_MAX - 2;
	tally_room_settle(&t);
	begin();
	OK(store_begin(store, &room_err));
	OK(store_write(store,
	    &(struct store_record){ .source = &source, .shape = &room_shape, .tally = &t }, NULL,
	    &room_err));
	OK(store_commit(store, &room_err));
	view = room_load(store, NINES_NEVER, NINES_NEVER);
	ck_assert_uint_eq(tally_room_find(&view.tally, NOON).lines, INT64_MAX);
	store_view_fini(&view);
	tally_fini(&t);
	store_close(store);
	room_clear();
}
END_TEST

START_TEST(a_tally_of_another_shape_is_a_bug)
{
	struct tally t;
	struct store_source source;

	begin();
	tally_init(&t, 1, 60);
	source = room_source("a", &t);
	OK(store_begin(store, &room_err));
	FAILS(NINES_E_INTERNAL,
	    store_write(store,
	        &(struct store_record){ .source = &source, .shape = &room_shape, .tally = &t },
	        NULL, &room_err));
	store_rollback(store);
	end();
}
END_TEST

/* ---- sources ---- */

static void ck_same_source(const struct store_source *a, const struct store_source *b)
{
	ck_assert_str_eq(a->name, b->name);
	ck_assert_uint_eq(a->device, b->device);
	ck_assert_uint_eq(a->inode, b->inode);
	ck_assert_uint_eq(a->first.length, b->first.length);
	ck_assert_uint_eq(a->first.crc, b->first.crc);
	ck_assert_uint_eq(a->end.length, b->end.length);
	ck_assert_uint_eq(a->end.crc, b->end.crc);
	ck_assert_uint_eq(a->tail_crc, b->tail_crc);
	ck_assert_uint_eq(a->raw_end, b->raw_end);
	ck_assert_uint_eq(a->unit_end, b->unit_end);
	ck_assert_uint_eq(a->raw_size, b->raw_size);
	ck_assert_str_eq(a->decoder, b->decoder);
	ck_assert_str_eq(a->status, b->status);
	ck_assert_pstr_eq(a->note, b->note);
	ck_assert_int_eq(a->live, b->live);
	ck_assert_int_eq(a->first_event, b->first_event);
	ck_assert_int_eq(a->last_event, b->last_event);
	ck_assert_int_eq(a->seen_s, b->seen_s);
}

START_TEST(a_source_is_found_by_its_first_line_its_inode_and_its_name)
{
	struct mem_arena arena = { 0 };
	struct tally t = counted(NOON, 1, 2);
	struct store_source source = room_source("/var/log/\x1b[31m\xff.log", &t);
	struct store_known *known;
	size_t n;

	source.note = "what is to be said: \xc3\xa4\n";
	source.unit_end = UINT32_MAX;
	source.inode = UINT64_C(0x8000000000000000);
	source.first_event = NINES_NEVER;
	source.last_event = NINES_NEVER;
	begin();
	source.id = room_write(store, &source, &room_shape, &t, 0);
	for (int by = 0; by < 3; by++) {
		if (by == 0)
			OK(store_find_first(store, source.first, &arena, &known, &n, &room_err));
		if (by == 1)
			OK(store_find_inode(
			    store, source.device, source.inode, &arena, &known, &n, &room_err));
		if (by == 2)
			OK(store_find_live(store, source.name, &arena, &known, &n, &room_err));
		ck_assert_uint_eq(n, 1);
		ck_assert_int_eq(known[0].source.id, source.id);
		ck_same_source(&known[0].source, &source);
		ck_assert_uint_eq(known[0].marks, 2);
		ck_assert_uint_eq(known[0].mark[0].length, 100);
		ck_assert_uint_eq(known[0].mark[1].length, 5000);
		ck_assert_uint_eq(known[0].mark[1].crc, UINT32_MAX);
	}
	source.first.crc++;
	OK(store_find_first(store, source.first, &arena, &known, &n, &room_err));
	ck_assert_uint_eq(n, 0);
	OK(store_find_inode(store, source.device, 1, &arena, &known, &n, &room_err));
	ck_assert_uint_eq(n, 0);
	OK(store_find_live(store, "", &arena, &known, &n, &room_err));
	ck_assert_uint_eq(n, 0);
	mem_arena_fini(&arena);
	tally_fini(&t);
	end();
}
END_TEST

START_TEST(marks_are_remembered_beside_those_there_are)
{
	struct mem_arena arena = { 0 };
	struct tally t = counted(NOON, 1, 2);
	struct store_source source = room_source("a", &t);
	const struct mark mark[] = { { 300, 3 }, { 200, 2 }, { 5000, 9 } };
	struct store_known *known;
	size_t n;

	begin();
	source.id = room_write(store, &source, &room_shape, &t, 0);
	OK(store_begin(store, &room_err));
	OK(store_write(store,
	    &(struct store_record){ .source = &source,
	        .shape = &room_shape,
	        .tally = &t,
	        .recount = 1,
	        .mark = mark,
	        .marks = 3,
	        .item = (struct item[]){ { "lines", 2 }, { "parsed", 2 } },
	        .items = 2 },
	    NULL, &room_err));
	OK(store_commit(store, &room_err));
	OK(store_find_first(store, source.first, &arena, &known, &n, &room_err));
	ck_assert_uint_eq(n, 1);
	ck_assert_uint_eq(known->marks, 4);
	for (size_t i = 1; i < known->marks; i++)
		ck_assert_uint_lt(known->mark[i - 1].length, known->mark[i].length);
	ck_assert_uint_eq(known->mark[3].crc, 9);
	mem_arena_fini(&arena);
	tally_fini(&t);
	end();
}
END_TEST

START_TEST(touching_changes_where_and_when_a_source_was_met_and_nothing_else)
{
	struct mem_arena arena = { 0 };
	struct tally t = counted(NOON, 1, 2);
	struct store_source source = room_source("a", &t), touched;
	struct store_known *known;
	struct store_view view;
	size_t n;

	begin();
	source.id = room_write(store, &source, &room_shape, &t, 0);
	touched = source;
	touched.name = "a.1";
	touched.device = 3;
	touched.inode = 4;
	touched.raw_size = 6000;
	touched.live = 0;
	touched.seen_s += 1000;
	source = touched;
	touched.first.crc = 0;
	touched.end.length = 0;
	touched.decoder = "gzip";
	touched.status = "corrupt";
	touched.note = "x";
	touched.raw_end = 0;
	touched.last_event = NINES_NEVER;
	OK(store_begin(store, &room_err));
	OK(store_touch(store, &touched, &room_err));
	OK(store_commit(store, &room_err));
	OK(store_find_inode(store, 3, 4, &arena, &known, &n, &room_err));
	ck_assert_uint_eq(n, 1);
	ck_same_source(&known->source, &source);
	OK(store_find_live(store, "a.1", &arena, &known, &n, &room_err));
	ck_assert_uint_eq(n, 0);
	view = room_load(store, NINES_NEVER, NINES_NEVER);
	ck_assert_int_eq(view.written_s, source.seen_s);
	store_view_fini(&view);
	mem_arena_fini(&arena);
	tally_fini(&t);
	end();
}
END_TEST

START_TEST(a_gap_ends_a_source_and_shows_where_it_touches)
{
	static const struct {
		int64_t from, to;
		size_t losts;
	} row[] = {
		{ NINES_NEVER, NINES_NEVER, 1 },
		{ NOON, NOON + HOUR, 1 },
		{ NOON - HOUR, NOON, 0 },
		{ NOON + 2 * HOUR, NINES_NEVER, 0 },
		{ NOON + HOUR, NINES_NEVER, 1 },
	};
	struct mem_arena arena = { 0 };
	struct store_known *known;
	int64_t id;
	size_t n;

	begin();
	id = room_add(store, "a", NOON, 10);
	OK(store_begin(store, &room_err));
	OK(store_gap(store, id, NOON + 2 * HOUR, NOON + 3 * HOUR, &room_err));
	OK(store_commit(store, &room_err));
	OK(store_find_live(store, "a", &arena, &known, &n, &room_err));
	ck_assert_uint_eq(n, 0);
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct store_view view = room_load(store, row[i].from, row[i].to);

		ck_assert_uint_eq(view.losts, row[i].losts);
		if (view.losts > 0) {
			ck_assert_str_eq(view.lost[0].name, "a");
			ck_assert_int_eq(view.lost[0].from, NOON + 9 * MINUTE);
			ck_assert_int_eq(view.lost[0].to, NOON + 2 * HOUR);
			ck_assert_int_eq(view.lost[0].noticed_s, NOON + 3 * HOUR);
		}
		store_view_fini(&view);
	}
	mem_arena_fini(&arena);
	end();
}
END_TEST

START_TEST(a_gap_whose_lines_were_read_after_all_is_closed)
{
	struct store_view view;
	int64_t a, b;

	begin();
	a = room_add(store, "a", NOON, 10);
	b = room_add(store, "b", NOON, 10);
	OK(store_begin(store, &room_err));
	OK(store_gap(store, a, NOON + HOUR, NOON + HOUR, &room_err));
	OK(store_gap(store, b, NOON + HOUR, NOON + HOUR, &room_err));
	OK(store_gap_close(store, a, &room_err));
	OK(store_commit(store, &room_err));
	FAILS(NINES_E_INTERNAL, store_gap_close(store, b, &room_err));
	room_err.code = NINES_OK;
	view = room_load(store, NINES_NEVER, NINES_NEVER);
	ck_assert_uint_eq(view.losts, 1);
	ck_assert_str_eq(view.lost[0].name, "b");
	store_view_fini(&view);
	end();
}
END_TEST

START_TEST(sources_come_by_first_event_then_name)
{
	struct store_view view;
	static const char *const order[] = { "z", "a", "b" };

	begin();
	(void)room_add(store, "b", NOON, 5);
	(void)room_add(store, "a", NOON, 500);
	(void)room_add(store, "z", NOON - MINUTE, 5);
	(void)room_add(store, "later", NOON + DAY, 5);
	view = room_load(store, NOON - HOUR, NOON + HOUR);
	ck_assert_uint_eq(view.sources, 3);
	for (size_t i = 0; i < 3; i++) {
		ck_assert_str_eq(view.source[i].name, order[i]);
		ck_assert_uint_gt(item_of(view.item[i], "lines"), 0);
	}
	ck_assert_int_eq(view.newest_event, NOON + DAY + 4 * MINUTE);
	store_view_fini(&view);
	end();
}
END_TEST

/* ---- spans ---- */

START_TEST(spans_join_over_an_hour_and_over_sources)
{
	struct store_view view;

	begin();
	(void)room_add(store, "a", NOON, 10);
	(void)room_add(store, "b", NOON + HOUR + 10 * MINUTE, 10);    /* an hour after a */
	(void)room_add(store, "c", NOON + 2 * HOUR + 21 * MINUTE, 1); /* more */
	(void)room_add(store, "d", NOON + MINUTE, 1);
	view = room_load(store, NOON, NOON + MINUTE);
	ck_assert_uint_eq(view.traffics, 2);
	ck_assert_mem_eq(view.traffic, view.counted[0], 2 * sizeof *view.traffic);
	for (size_t i = 0; i < 2; i++) {
		ck_assert_uint_eq(view.counteds[i], 2);
		ck_assert_int_eq(view.counted[i][0].from, NOON);
		ck_assert_int_eq(view.counted[i][0].to, NOON + HOUR + 20 * MINUTE);
		ck_assert_int_eq(view.counted[i][1].from, NOON + 2 * HOUR + 21 * MINUTE);
		ck_assert_int_eq(view.counted[i][1].to, NOON + 2 * HOUR + 22 * MINUTE);
	}
	store_view_fini(&view);
	end();
}
END_TEST

START_TEST(spans_of_a_source_grow_with_it)
{
	struct tally t = counted(NOON, 1, 2);
	struct store_source source = room_source("a", &t);
	static const int64_t at[] = { 300, 2, 61, 63, 122 };
	struct store_view view;

	begin();
	source.id = room_write(store, &source, &room_shape, &t, 0);
	for (size_t i = 0; i < sizeof at / sizeof *at; i++) {
		struct tally more = counted(NOON + at[i] * MINUTE, 1, 2);

		(void)room_write(store, &source, &room_shape, &more, 0);
		tally_fini(&more);
	}
	view = room_load(store, NINES_NEVER, NINES_NEVER);
	ck_assert_uint_eq(view.counteds[0], 2);
	ck_assert_int_eq(view.counted[0][0].from, NOON);
	ck_assert_int_eq(view.counted[0][0].to, NOON + 123 * MINUTE);
	ck_assert_int_eq(view.counted[0][1].to, NOON + 301 * MINUTE);
	store_view_fini(&view);
	tally_fini(&t);
	end();
}
END_TEST

START_TEST(minutes_without_valid_events_are_counted_all_the_same)
{
	struct tally t;
	struct store_source source;
	struct store_view view;

	tally_init(&t, 2, 60);
	tally_room_at(&t, NOON)->lines = 5;
	source = room_source("a", &t);
	begin();
	(void)room_write(store, &source, &room_shape, &t, 0);
	view = room_load(store, NINES_NEVER, NINES_NEVER);
	ck_assert_uint_eq(tally_rows(&view.tally), 1);
	ck_assert_uint_eq(view.counteds[0], 1);
	ck_assert_int_eq(view.counted[0][0].to, NOON + MINUTE);
	store_view_fini(&view);
	tally_fini(&t);
	end();
}
END_TEST

SUITE("store write", what_was_written_is_loaded, an_empty_store_loads_as_nothing,
    a_load_takes_rows_from_the_hour_of_its_start_up_to_its_end,
    the_first_and_last_event_are_exact_where_a_source_tells_them, a_second_write_of_a_source_adds,
    a_recount_stands_in_place_of_what_the_source_counted,
    a_recount_under_other_rules_leaves_what_the_old_ones_counted,
    the_former_rules_are_told_for_the_minutes_that_lack_the_present_ones,
    columns_that_share_a_digest_are_one_series, counts_that_do_not_fit_change_nothing,
    the_largest_count_comes_back, a_tally_of_another_shape_is_a_bug,
    a_source_is_found_by_its_first_line_its_inode_and_its_name,
    marks_are_remembered_beside_those_there_are,
    touching_changes_where_and_when_a_source_was_met_and_nothing_else,
    a_gap_ends_a_source_and_shows_where_it_touches, a_gap_whose_lines_were_read_after_all_is_closed,
    sources_come_by_first_event_then_name, spans_join_over_an_hour_and_over_sources,
    spans_of_a_source_grow_with_it, minutes_without_valid_events_are_counted_all_the_same)
