#include "tally_room.h"

#include <string.h>

#define SLIS 3

static uint64_t draw(uint64_t *seed)
{
	*seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return *seed >> 33;
}

static void count(struct tally *t, int64_t instant, uint64_t bits)
{
	struct tally_row *row = tally_room_at(t, instant);

	row->lines++;
	row->judged += bits & 1;
	for (size_t i = 0; i < t->slis; i++) {
		row->cell[i].valid += bits >> (2 * i) & 1;
		row->cell[i].good += bits >> (2 * i) & bits >> (2 * i + 1) & 1;
		row->cell[i].missing += bits >> (i + 7) & 1;
	}
}

static struct tally random_tally(uint64_t seed, size_t events)
{
	struct tally t;

	tally_init(&t, SLIS, 60);
	for (size_t i = 0; i < events; i++)
		count(&t, (int64_t)(draw(&seed) % 200000) - 100000, draw(&seed));
	return t;
}

static void merge(struct tally *into, struct tally *from)
{
	ck_assert_int_eq(tally_merge(into, from, NULL), NINES_OK);
}

START_TEST(merging_in_any_order_gives_the_same_tally)
{
	for (uint64_t seed = 1; seed <= 20; seed++) {
		struct tally a = random_tally(seed, 5000), b = random_tally(seed + 100, 3000);
		struct tally c = random_tally(seed, 5000), d = random_tally(seed + 100, 3000);

		merge(&a, &b);
		merge(&d, &c);
		tally_room_same(&a, &d);
		tally_fini(&a);
		tally_fini(&b);
		tally_fini(&c);
		tally_fini(&d);
	}
}
END_TEST

START_TEST(merging_is_associative)
{
	struct tally left[3], right[3];

	for (uint64_t i = 0; i < 3; i++) {
		left[i] = random_tally(i, 4000);
		right[i] = random_tally(i, 4000);
	}
	merge(&left[0], &left[1]);
	merge(&left[0], &left[2]);
	merge(&right[1], &right[2]);
	merge(&right[0], &right[1]);
	tally_room_same(&left[0], &right[0]);
	for (size_t i = 0; i < 3; i++) {
		tally_fini(&left[i]);
		tally_fini(&right[i]);
	}
}
END_TEST

START_TEST(the_empty_tally_changes_nothing_and_a_merged_one_is_empty)
{
	struct tally a = random_tally(5, 1000), b = random_tally(5, 1000), none, nothing;

	tally_init(&none, SLIS, 60);
	tally_init(&nothing, SLIS, 60);
	merge(&a, &none);
	tally_room_same(&a, &b);
	merge(&none, &a);
	tally_room_same(&none, &b);
	tally_room_same(&a, &nothing);
	ck_assert_uint_eq(tally_bytes(&a), 0);
	tally_fini(&a);
	tally_fini(&b);
	tally_fini(&none);
	tally_fini(&nothing);
}
END_TEST

START_TEST(counting_in_parts_is_counting_at_once)
{
	struct tally whole = random_tally(9, 0), parts[4];
	uint64_t seed = 77;

	for (int i = 0; i < 4; i++)
		tally_init(&parts[i], SLIS, 60);
	for (int i = 0; i < 5000; i++) {
		int64_t t = (int64_t)(draw(&seed) % 50000);
		uint64_t bits = draw(&seed);

		count(&whole, t, bits);
		count(&parts[draw(&seed) % 4], t, bits);
	}
	for (int i = 1; i < 4; i++)
		merge(&parts[0], &parts[i]);
	tally_room_same(&whole, &parts[0]);
	tally_fini(&whole);
	for (int i = 0; i < 4; i++)
		tally_fini(&parts[i]);
}
END_TEST

START_TEST(rows_come_sorted_with_negative_instants_first)
{
	static const int64_t instant[] = { 120, -1, 59, -61, 60, 1700000000, -1700000000 };
	const struct tally_row *row;
	struct tally_walk walk;
	int64_t last = INT64_MIN;
	struct tally t;

	tally_init(&t, 0, 60);
	for (size_t i = 0; i < sizeof instant / sizeof *instant; i++)
		ck_assert_int_eq(
		    tally_room_at(&t, instant[i])->start_s, when_floor(instant[i], 60));
	tally_room_settle(&t);
	ck_assert_uint_eq(tally_rows(&t), 7);
	ck_assert_int_eq(tally_walk_begin(&walk, &t, NULL), NINES_OK);
	for (; (row = tally_walk_next(&walk)) != NULL; last = row->start_s)
		ck_assert_int_lt(last, row->start_s);
	tally_walk_end(&walk);
	ck_assert_int_eq(t.first_s, -1700000000);
	ck_assert_int_eq(t.last_s, 1700000000);
	tally_fini(&t);
}
END_TEST

/* ---- against a table ---- */

#define BUCKETS 3000

struct table {
	int is_there[BUCKETS];
	struct tally_cell cell[BUCKETS][SLIS + 1]; /* the last column is the traffic */
};

/* How lines come: in order, backwards, anyhow, nearly in order, again and again from the start, or
 * two at once. */
enum order { ASCENDING, DESCENDING, ANYHOW, LATE, REPEATED, ENTWINED, ORDERS };

static size_t bucket_at(enum order order, size_t i, size_t n, uint64_t *seed)
{
	const size_t even = i * BUCKETS / n;

	switch (order) {
	case ASCENDING:
		return even;
	case DESCENDING:
		return BUCKETS - 1 - even;
	case LATE:
		return draw(seed) % 50 > 0 ? even : even - draw(seed) % (even + 1);
	case REPEATED:
		return i * 7 * BUCKETS / n % BUCKETS;
	case ENTWINED:
		return i % 2 ? even / 2 : BUCKETS / 2 + even / 2;
	case ANYHOW:
	case ORDERS:
		break;
	}
	return draw(seed) % BUCKETS;
}

/* Small as a rule, seldom so large that 2^20 of them just fit into 64 bits. */
static uint64_t draw_count(uint64_t *seed)
{
	const uint64_t bits = draw(seed);

	return bits % 4 == 0 ? 0 : bits % 8 < 7 ? bits % 3 : bits << 13 >> draw(seed) % 44;
}

static void add_some(struct tally *t, struct table *table, size_t bucket, uint64_t *seed)
{
	struct tally_row *row = tally_room_at(t, (int64_t)(bucket * 60 + draw(seed) % 60));
	struct tally_cell *of = table->cell[bucket];
	const uint64_t lines = draw_count(seed);

	table->is_there[bucket] = 1;
	row->lines += lines;
	row->judged += lines / 2;
	of[SLIS].valid += lines;
	of[SLIS].good += lines / 2;
	for (size_t i = 0; i < SLIS; i++) {
		const uint64_t valid = draw_count(seed), missing = draw_count(seed);
		const uint64_t good = draw(seed) % 2 ? valid : draw(seed) % (valid + 1);

		row->cell[i].valid += valid;
		row->cell[i].good += good;
		row->cell[i].missing += missing;
		of[i].valid += valid;
		of[i].good += good;
		of[i].missing += missing;
	}
}

static void ck_is_table(struct tally *t, const struct table *table, size_t since)
{
	const struct tally_row *row;
	struct tally_walk walk;

	tally_room_settle(t);
	ck_assert_int_eq(tally_walk_begin(&walk, t, NULL), NINES_OK);
	for (size_t b = since; b < BUCKETS; b++) {
		if (!table->is_there[b])
			continue;
		row = tally_walk_next(&walk);
		ck_assert_ptr_nonnull(row);
		ck_assert_int_eq(row->start_s, (int64_t)b * 60);
		ck_assert_uint_eq(row->lines, table->cell[b][SLIS].valid);
		ck_assert_uint_eq(row->judged, table->cell[b][SLIS].good);
		ck_assert_mem_eq(row->cell, table->cell[b], SLIS * sizeof *row->cell);
	}
	ck_assert_ptr_null(tally_walk_next(&walk));
	tally_walk_end(&walk);
}

START_TEST(counts_are_those_of_a_table_in_whatever_order_they_come)
{
	static struct table table;

	for (uint64_t seed = 1; seed <= 60; seed++) {
		const size_t n = 20000, parts = 1 + seed % 3;
		uint64_t dice = seed;
		struct tally t[3];

		memset(&table, 0, sizeof table);
		for (size_t i = 0; i < parts; i++)
			tally_init(&t[i], SLIS, 60);
		for (size_t i = 0; i < n; i++) {
			const size_t bucket = bucket_at(seed % ORDERS, i, n, &dice);
			const size_t part = draw(&dice) % parts;

			add_some(&t[part], &table, bucket, &dice);
			if (draw(&dice) % 5000 == 0)
				tally_room_settle(&t[part]);
			if (parts > 1 && draw(&dice) % 2000 == 0)
				merge(&t[part], &t[(part + 1) % parts]);
		}
		for (size_t i = 1; i < parts; i++)
			merge(&t[0], &t[i]);
		ck_is_table(&t[0], &table, 0);
		ck_assert_int_eq(tally_cut(&t[0], 1000 * 60, NULL), NINES_OK);
		ck_is_table(&t[0], &table, 1000);
		for (size_t i = 0; i < parts; i++)
			tally_fini(&t[i]);
	}
}
END_TEST

/* Counted over and over, what is packed takes at most about twice what it takes in the end. */
START_TEST(memory_is_bounded_by_the_buckets_not_by_the_events)
{
	for (enum order order = ASCENDING; order < ORDERS; order++) {
		uint64_t seed = 1, most = 0;
		const size_t n = 100000;
		struct tally t;

		tally_init(&t, SLIS, 60);
		for (size_t i = 0; i < n; i++) {
			count(&t, (int64_t)bucket_at(order, i, n, &seed) * 60, draw(&seed));
			most = tally_bytes(&t) > most ? tally_bytes(&t) : most;
		}
		tally_room_settle(&t);
		ck_assert_uint_le(tally_bytes(&t), BUCKETS * (SLIS + 1) * 5);
		ck_assert_uint_le(most, 600 * 120 + tally_bytes(&t) * 5 / 2);
		tally_fini(&t);
	}
}
END_TEST

START_TEST(a_row_far_from_the_one_before_it_is_where_it_was)
{
	static const int64_t start[] = { INT64_MIN, INT64_MIN + 1, -1, 0, INT64_MAX - 1,
		INT64_MAX };
	const size_t n = sizeof start / sizeof *start;
	struct ledger_walk row;
	struct tally t;

	tally_init(&t, 1, 1);
	for (size_t i = n; i-- > 0;)
		tally_room_at(&t, start[i])->lines = UINT64_MAX - i;
	tally_room_settle(&t);
	ledger_walk_begin(&row, tally_traffic(&t));
	for (size_t i = 0; i < n; i++) {
		ck_assert_int_eq(ledger_walk_next(&row), 1);
		ck_assert_int_eq(row.start_s, start[i]);
		ck_assert_uint_eq(row.cell.valid, UINT64_MAX - i);
		ck_assert_uint_eq(row.cell.good, 0);
	}
	ck_assert_int_eq(ledger_walk_next(&row), 0);
	ck_assert_uint_eq(ledger_entries(tally_column(&t, 0)), 0);
	tally_fini(&t);
}
END_TEST

/* ---- the rest ---- */

START_TEST(a_cleared_tally_is_empty_and_counts_again)
{
	struct tally t = random_tally(3, 2000), fresh;

	for (uint64_t round = 0; round < 5; round++) {
		uint64_t seed = round;

		tally_clear(&t);
		ck_assert_uint_eq(tally_bytes(&t), 0);
		ck_assert_int_gt(t.first_s, t.last_s);
		ck_assert_uint_eq(tally_rows(&t), 0);
		tally_init(&fresh, SLIS, 60);
		for (int i = 0; i < 3000; i++) {
			int64_t at = (int64_t)(draw(&seed) % 300000);
			uint64_t bits = draw(&seed);

			count(&t, at, bits);
			count(&fresh, at, bits);
		}
		tally_room_same(&t, &fresh);
		tally_fini(&fresh);
	}
	tally_fini(&t);
}
END_TEST

START_TEST(rows_of_many_slis_work)
{
	struct tally t;

	tally_init(&t, 4096, 60);
	for (int64_t i = 0; i < 100; i++)
		tally_room_at(&t, i * 60)->cell[4095].missing = (uint64_t)i;
	tally_clear(&t);
	for (int64_t i = 0; i < 120; i++)
		ck_assert_uint_eq(tally_room_at(&t, i * 60)->cell[4095].missing, 0);
	tally_fini(&t);
}
END_TEST

START_TEST(a_sum_that_overflows_is_an_error)
{
	for (int packed = 0; packed < 2; packed++) {
		struct tally a = random_tally(1, 50), big;
		struct nines_error err = { 0 };
		enum nines_status rc;

		tally_init(&big, SLIS, 60);
		tally_room_at(&big, a.first_s)->cell[1].missing = UINT64_MAX;
		tally_room_at(&a, a.first_s)->cell[1].missing = 1;
		if (packed) {
			tally_room_settle(&a);
			tally_room_settle(&big);
		}
		rc = tally_merge(&a, &big, &err);
		ck_assert_int_eq(rc == NINES_OK ? tally_settle(&a, &err) : rc, NINES_E_LIMIT);
		ck_assert_int_eq(err.code, NINES_E_LIMIT);
		tally_fini(&a);
		tally_fini(&big);
	}
}
END_TEST

START_TEST(tallies_of_different_shape_do_not_merge)
{
	struct tally a, b, c;

	tally_init(&a, 3, 60);
	tally_init(&b, 4, 60);
	tally_init(&c, 3, 3600);
	ck_assert_int_eq(tally_merge(&a, &b, NULL), NINES_E_INTERNAL);
	ck_assert_int_eq(tally_merge(&a, &c, NULL), NINES_E_INTERNAL);
}
END_TEST

SUITE("tally", merging_in_any_order_gives_the_same_tally, merging_is_associative,
    the_empty_tally_changes_nothing_and_a_merged_one_is_empty,
    counting_in_parts_is_counting_at_once, rows_come_sorted_with_negative_instants_first,
    counts_are_those_of_a_table_in_whatever_order_they_come,
    memory_is_bounded_by_the_buckets_not_by_the_events,
    a_row_far_from_the_one_before_it_is_where_it_was, a_cleared_tally_is_empty_and_counts_again,
    rows_of_many_slis_work, a_sum_that_overflows_is_an_error,
    tallies_of_different_shape_do_not_merge)
