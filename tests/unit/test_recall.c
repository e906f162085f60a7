#include "store_room.h"

#include <sqlite3.h>

#include "recall.h"
#include "spec.h"

static const char config[] = "version: 1\n"
                             "journeys:\n"
                             "- name: checkout\n"
                             "  slis:\n"
                             "  - { name: availability, good: { status: '^2' }, objective: 90% }\n"
                             "  - { name: latency, good: { path: fast }, objective: 90% }\n";

struct place {
	struct spec *spec;
	struct mem_arena arena;
	struct store_shape shape;
	struct store *store;
};

static void begin(struct place *p)
{
	room_make();
	*p = (struct place){ .spec = NULL };
	OK(spec_build(&p->spec, nines_io_system(), "nines.yaml", str_of(config), &room_err));
	OK(recall_shape(&p->shape, p->spec, &p->arena, &room_err));
	p->store = room_open(STORE_WRITE);
}

static void end(struct place *p)
{
	store_close(p->store);
	mem_arena_fini(&p->arena);
	spec_free(p->spec);
	room_clear();
}

/* `minutes` minutes of two lines each from `start`. */
static int64_t add(
    struct place *p, const char *name, const char *status, int64_t start, int64_t minutes)
{
	struct store_source source;
	struct tally t;
	int64_t id;

	tally_init(&t, 2, 60);
	room_count(&t, start, minutes, 2);
	source = room_source(name, &t);
	source.status = status;
	source.note = strcmp(status, "ok") == 0 ? NULL : "a word about it";
	id = room_write(p->store, &source, &p->shape, &t, 0);
	tally_fini(&t);
	return id;
}

static const struct recall_order everything = { NINES_NEVER, NINES_NEVER, NINES_NEVER, NINES_NEVER,
	0 };

static struct nines_tally *recall(struct place *p, const struct recall_order *order)
{
	struct nines_tally *t = NULL;

	OK(recall_tally(&t, p->store, p->spec, order, &room_err));
	ck_assert(run_sums_hold(t));
	return t;
}

/* ---- what was counted ---- */

START_TEST(a_store_gives_back_what_was_counted)
{
	struct nines_tally *t;
	struct place p;

	begin(&p);
	(void)add(&p, "a.log", "ok", NOON, 10);
	(void)add(&p, "b.log", "ok", NOON + 10 * MINUTE, 5);
	t = recall(&p, &everything);
	ck_assert_uint_eq(tally_rows(&t->tally), 15);
	ck_assert_uint_eq(tally_room_find(&t->tally, NOON).cell[0].valid, 2);
	ck_assert_uint_eq(tally_room_find(&t->tally, NOON).cell[0].good, 1);
	ck_assert_uint_eq(t->count.lines, 34);
	ck_assert_uint_eq(t->count.parsed, 30);
	ck_assert_uint_eq(t->count.reject[RECORD_BAD_TIME], 4);
	ck_assert_uint_eq(t->count.out_of_range, 0);
	ck_assert_uint_eq(t->count.ignored, 0);
	ck_assert_uint_eq(t->sources, 2);
	ck_assert_str_eq(t->source[0].source.name, "a.log");
	ck_assert_str_eq(t->source[1].source.decoder, "plain");
	ck_assert_uint_eq(t->source[1].lines, 12);
	ck_assert_int_eq(t->incomplete, 0);
	ck_assert_str_eq(t->store->path, room_path);
	ck_assert_int_eq(t->store->newest_event, NOON + 14 * MINUTE);
	ck_assert_uint_eq(t->store->counteds[0], 1);
	ck_assert_int_eq(t->store->traffic[0].from, NOON);
	run_free(t);
	end(&p);
}
END_TEST

START_TEST(lines_outside_of_the_span_are_out_of_range)
{
	static const struct {
		struct recall_order order;
		uint64_t rows, parsed, out_of_range;
		size_t sources;
	} rows[] = {
		{ { NINES_NEVER, NOON + 5 * MINUTE, NINES_NEVER, NINES_NEVER, 0 }, 5, 20, 10, 1 },
		{ { NOON + HOUR, NINES_NEVER, NINES_NEVER, NINES_NEVER, 0 }, 10, 20, 0, 1 },
		/* `from` only says what is needed: its hour comes whole */
		{ { NOON + 5 * MINUTE, NINES_NEVER, NINES_NEVER, NINES_NEVER, 0 }, 20, 40, 0, 2 },
		/* `since` says what counts */
		{ { NINES_NEVER, NINES_NEVER, NOON + 5 * MINUTE, NINES_NEVER, 0 }, 15, 40, 10, 2 },
		{ { NINES_NEVER, NINES_NEVER, NOON + 5 * MINUTE, NOON + 8 * MINUTE, 0 }, 3, 20, 14,
		    1 },
		{ { NOON + 2 * DAY, NINES_NEVER, NINES_NEVER, NINES_NEVER, 0 }, 0, 0, 0, 0 },
	};
	struct place p;

	begin(&p);
	(void)add(&p, "a.log", "ok", NOON, 10);
	(void)add(&p, "b.log", "ok", NOON + HOUR, 10);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct nines_tally *t = recall(&p, &rows[i].order);

		ck_assert_uint_eq(tally_rows(&t->tally), rows[i].rows);
		ck_assert_uint_eq(t->count.parsed, rows[i].parsed);
		ck_assert_uint_eq(t->count.out_of_range, rows[i].out_of_range);
		ck_assert_uint_eq(t->sources, rows[i].sources);
		ck_assert_int_eq(t->since, rows[i].order.since);
		ck_assert_int_eq(t->until, rows[i].order.until);
		run_free(t);
	}
	end(&p);
}
END_TEST

START_TEST(a_source_that_was_not_read_whole_leaves_the_answer_incomplete)
{
	struct nines_tally *t;
	struct place p;

	begin(&p);
	(void)add(&p, "a.gz", "truncated", NOON, 10);
	t = recall(&p, &everything);
	ck_assert_int_eq(t->source[0].source.status, SOURCE_TRUNCATED);
	ck_assert_str_eq(t->source[0].note, "a word about it");
	ck_assert_int_eq(t->source[0].whole, 0);
	ck_assert_int_eq(t->incomplete, 1);
	run_free(t);
	end(&p);
}
END_TEST

/* A log whose format has changed has no event at all: its lines must not be lost from sight. */
START_TEST(a_log_without_an_event_counts_when_it_was_read)
{
	const struct recall_order before = { NINES_NEVER, NOON - HOUR, NINES_NEVER, NINES_NEVER,
		0 };
	struct store_source source;
	struct nines_tally *t;
	struct tally none;
	struct place p;

	begin(&p);
	tally_init(&none, 2, 60);
	source = room_source("junk.log", &none);
	(void)room_write(p.store, &source, &p.shape, &none, 0);
	t = recall(&p, &everything);
	ck_assert_uint_eq(t->sources, 1);
	ck_assert_uint_eq(t->count.lines, 2);
	ck_assert_uint_eq(t->count.reject[RECORD_BAD_TIME], 2);
	run_free(t);
	t = recall(&p, &before);
	ck_assert_uint_eq(t->sources, 0);
	run_free(t);
	end(&p);
}
END_TEST

START_TEST(a_gap_is_a_source_of_its_own)
{
	struct recall_order order = everything;
	struct nines_tally *t;
	struct place p;
	int64_t id;

	begin(&p);
	id = add(&p, "a.log", "ok", NOON, 10);
	OK(store_begin(p.store, &room_err));
	OK(store_gap(p.store, id, NOON + 20 * MINUTE, NOON + HOUR, &room_err));
	OK(store_commit(p.store, &room_err));
	t = recall(&p, &order);
	ck_assert_uint_eq(t->sources, 2);
	ck_assert_str_eq(t->source[1].source.name, "a.log");
	ck_assert_str_eq(source_status_name(t->source[1].source.status), "gap");
	ck_assert_str_eq(t->source[1].note,
	    "was gone before its end was read: lines between 2025-01-15T12:09:00Z and"
	    " 2025-01-15T12:20:00Z may be missing");
	ck_assert_int_eq(t->incomplete, 1);
	run_free(t);
	order.allow_missing = 1;
	t = recall(&p, &order);
	ck_assert_int_eq(t->source[1].whole, 1);
	ck_assert_int_eq(t->incomplete, 0);
	run_free(t);
	order = (struct recall_order){ NOON + 2 * HOUR, NINES_NEVER, NINES_NEVER, NINES_NEVER, 0 };
	t = recall(&p, &order);
	ck_assert_uint_eq(t->sources, 0);
	run_free(t);
	end(&p);
}
END_TEST

/* ---- other rules ---- */

START_TEST(former_rules_are_kept_apart)
{
	struct store_series series[2];
	struct store_shape former;
	struct nines_tally *t;
	struct tally counts;
	struct store_source source;
	struct place p;

	begin(&p);
	memcpy(series, p.shape.sli, sizeof series);
	series[0].digest = 0xabc;
	former = (struct store_shape){ p.shape.traffic, series, 2 };
	tally_init(&counts, 2, 60);
	room_count(&counts, NOON, 10, 2);
	source = room_source("a.log", &counts);
	(void)room_write(p.store, &source, &former, &counts, 0);
	tally_fini(&counts);
	(void)add(&p, "b.log", "ok", NOON + 3 * HOUR, 10);
	t = recall(&p, &everything);
	ck_assert_uint_eq(tally_rows(&t->tally), 20);
	ck_assert_uint_eq(tally_room_find(&t->tally, NOON).cell[0].valid, 0);
	ck_assert_uint_eq(tally_room_find(&t->tally, NOON).cell[1].valid, 2);
	ck_assert_uint_eq(t->store->formers, 1);
	ck_assert_uint_eq(t->store->former[0].sli, 0);
	ck_assert_uint_eq(t->store->former[0].digest, 0xabc);
	ck_assert_uint_eq(t->store->counteds[0], 1);
	ck_assert_int_eq(t->store->counted[0][0].from, NOON + 3 * HOUR);
	ck_assert_uint_eq(t->store->counteds[1], 2);
	ck_assert_uint_eq(t->store->traffics, 2);
	run_free(t);
	end(&p);
}
END_TEST

START_TEST(folded_sources_leave_sums_that_hold)
{
	struct nines_tally *t;
	uint64_t folded;
	struct place p;

	begin(&p);
	(void)add(&p, "old.log", "ok", NOON - 10 * DAY, 10);
	(void)add(&p, "new.log", "ok", NOON, 10);
	OK(store_begin(p.store, &room_err));
	OK(store_prune(p.store, NOON - 5 * DAY, &folded, &room_err));
	OK(store_commit(p.store, &room_err));
	t = recall(&p, &everything);
	ck_assert_uint_eq(t->sources, 2);
	ck_assert_uint_eq(tally_rows(&t->tally), 11);
	ck_assert_uint_eq(t->count.parsed, 40);
	ck_assert_uint_eq(t->count.out_of_range, 0);
	ck_assert_int_gt(t->store->folded_until, NOON - 10 * DAY);
	run_free(t);
	end(&p);
}
END_TEST

/* ---- damage ---- */

START_TEST(counts_that_do_not_add_up_are_no_answer)
{
	static const char *const harm[] = {
		"UPDATE count SET valid = valid + 100",
		"UPDATE item SET n = n - 1 WHERE name = 'parsed'",
		"UPDATE item SET name = 'unparsed.moon' WHERE name = 'unparsed.time'",
		"UPDATE source SET status = 'odd'",
		"UPDATE item SET name = 'out_of_range' WHERE name = 'unparsed.time'",
	};

	for (size_t i = 0; i < sizeof harm / sizeof *harm; i++) {
		struct nines_tally *t = NULL;
		struct place p;
		char *why = NULL;
		sqlite3 *db;

		begin(&p);
		(void)add(&p, "a.log", "ok", NOON, 10);
		ck_assert_int_eq(sqlite3_open(room_path, &db), SQLITE_OK);
		ck_assert_msg(sqlite3_exec(db, harm[i], NULL, NULL, &why) == SQLITE_OK, "%s", why);
		ck_assert_int_eq(sqlite3_close(db), SQLITE_OK);
		FAILS(NINES_E_STORE, recall_tally(&t, p.store, p.spec, &everything, &room_err));
		ck_assert_ptr_null(t);
		end(&p);
	}
}
END_TEST

SUITE("recall", a_store_gives_back_what_was_counted, lines_outside_of_the_span_are_out_of_range,
    a_source_that_was_not_read_whole_leaves_the_answer_incomplete,
    a_log_without_an_event_counts_when_it_was_read, a_gap_is_a_source_of_its_own,
    former_rules_are_kept_apart, folded_sources_leave_sums_that_hold,
    counts_that_do_not_add_up_are_no_answer)
