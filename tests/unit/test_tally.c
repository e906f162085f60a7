#include "suite.h"

#include <string.h>

#include "mem.h"
#include "tally.h"
#include "when.h"

#define SLIS 3

static uint64_t draw(uint64_t *seed)
{
	*seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return *seed >> 33;
}

static void count(struct tally *t, int64_t instant, uint64_t bits)
{
	struct tally_row *row = tally_at(t, instant);

	ck_assert_ptr_nonnull(row);
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

static void merge(struct tally *into, const struct tally *from)
{
	ck_assert_int_eq(tally_merge(into, from, NULL), NINES_OK);
}

static void ck_same(const struct tally *a, const struct tally *b)
{
	const struct tally_row **x, **y;

	ck_assert_uint_eq(a->rows, b->rows);
	ck_assert_int_eq(a->first_s, b->first_s);
	ck_assert_int_eq(a->last_s, b->last_s);
	ck_assert_int_eq(tally_sorted(a, &x, NULL), NINES_OK);
	ck_assert_int_eq(tally_sorted(b, &y, NULL), NINES_OK);
	for (size_t i = 0; i < a->rows; i++)
		ck_assert_mem_eq(x[i], y[i], sizeof **x + SLIS * sizeof(struct tally_cell));
	mem_free(x);
	mem_free(y);
}

START_TEST(merging_in_any_order_gives_the_same_tally)
{
	for (uint64_t seed = 1; seed <= 20; seed++) {
		struct tally a = random_tally(seed, 500), b = random_tally(seed + 100, 300), ab, ba;

		tally_init(&ab, SLIS, 60);
		tally_init(&ba, SLIS, 60);
		merge(&ab, &a);
		merge(&ab, &b);
		merge(&ba, &b);
		merge(&ba, &a);
		ck_same(&ab, &ba);
		tally_fini(&a);
		tally_fini(&b);
		tally_fini(&ab);
		tally_fini(&ba);
	}
}
END_TEST

START_TEST(merging_is_associative)
{
	struct tally a = random_tally(1, 400), b = random_tally(2, 400), c = random_tally(3, 400);
	struct tally left = random_tally(1, 400), right = random_tally(2, 400);

	merge(&left, &b);
	merge(&left, &c);
	merge(&right, &c);
	merge(&a, &right);
	ck_same(&left, &a);
	tally_fini(&a);
	tally_fini(&b);
	tally_fini(&c);
	tally_fini(&left);
	tally_fini(&right);
}
END_TEST

START_TEST(the_empty_tally_changes_nothing)
{
	struct tally a = random_tally(5, 100), b = random_tally(5, 100), none;

	tally_init(&none, SLIS, 60);
	merge(&a, &none);
	ck_same(&a, &b);
	merge(&none, &a);
	ck_same(&none, &a);
	tally_fini(&a);
	tally_fini(&b);
	tally_fini(&none);
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
	ck_same(&whole, &parts[0]);
	tally_fini(&whole);
	for (int i = 0; i < 4; i++)
		tally_fini(&parts[i]);
}
END_TEST

START_TEST(rows_stay_where_they_are_while_others_are_made)
{
	struct tally t;
	struct tally_row *first;

	tally_init(&t, SLIS, 60);
	first = tally_at(&t, 0);
	first->lines = 42;
	for (int64_t i = 1; i < 100000; i++)
		ck_assert_ptr_nonnull(tally_at(&t, i * 60));
	ck_assert_ptr_eq(tally_at(&t, 59), first);
	ck_assert_ptr_eq(tally_find(&t, 59), first);
	ck_assert_uint_eq(first->lines, 42);
	ck_assert_uint_eq(t.rows, 100000);
	tally_fini(&t);
}
END_TEST

START_TEST(rows_come_sorted_with_negative_instants_first)
{
	static const int64_t instant[] = { 120, -1, 59, -61, 60, 1700000000, -1700000000 };
	const struct tally_row **row;
	struct tally t;

	tally_init(&t, 0, 60);
	for (size_t i = 0; i < sizeof instant / sizeof *instant; i++)
		ck_assert_int_eq(tally_at(&t, instant[i])->start_s, when_floor(instant[i], 60));
	ck_assert_int_eq(tally_sorted(&t, &row, NULL), NINES_OK);
	ck_assert_uint_eq(t.rows, 7);
	for (size_t i = 1; i < t.rows; i++)
		ck_assert_int_lt(row[i - 1]->start_s, row[i]->start_s);
	ck_assert_int_eq(t.first_s, -1700000000);
	ck_assert_int_eq(t.last_s, 1700000000);
	mem_free(row);
	tally_fini(&t);
}
END_TEST

START_TEST(a_cleared_tally_is_empty_and_counts_again)
{
	struct tally t = random_tally(3, 2000), fresh;

	for (uint64_t round = 0; round < 5; round++) {
		uint64_t seed = round;

		tally_clear(&t);
		ck_assert_uint_eq(t.rows, 0);
		ck_assert_int_gt(t.first_s, t.last_s);
		ck_assert_ptr_null(tally_find(&t, 0));
		tally_init(&fresh, SLIS, 60);
		for (int i = 0; i < 3000; i++) {
			int64_t at = (int64_t)(draw(&seed) % 300000);
			uint64_t bits = draw(&seed);

			count(&t, at, bits);
			count(&fresh, at, bits);
		}
		ck_same(&t, &fresh);
		tally_fini(&fresh);
	}
	tally_fini(&t);
}
END_TEST

START_TEST(rows_larger_than_a_slab_work)
{
	struct tally t;

	tally_init(&t, 4096, 60);
	for (int64_t i = 0; i < 10; i++)
		tally_at(&t, i * 60)->cell[4095].missing = (uint64_t)i;
	tally_clear(&t);
	for (int64_t i = 0; i < 12; i++)
		ck_assert_uint_eq(tally_at(&t, i * 60)->cell[4095].missing, 0);
	tally_fini(&t);
}
END_TEST

START_TEST(a_sum_that_overflows_is_an_error_and_changes_nothing)
{
	struct tally a = random_tally(1, 50), b = random_tally(1, 50), big;
	struct nines_error err = { 0 };

	tally_init(&big, SLIS, 60);
	tally_at(&big, 7000000)->lines = 1;
	tally_at(&big, b.first_s)->cell[1].missing = UINT64_MAX;
	tally_at(&a, a.first_s)->cell[1].missing = 1;
	tally_at(&b, b.first_s)->cell[1].missing = 1;
	ck_assert_int_eq(tally_merge(&a, &big, &err), NINES_E_LIMIT);
	ck_assert_int_eq(err.code, NINES_E_LIMIT);
	ck_same(&a, &b);
	tally_fini(&a);
	tally_fini(&b);
	tally_fini(&big);
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
    the_empty_tally_changes_nothing, counting_in_parts_is_counting_at_once,
    rows_stay_where_they_are_while_others_are_made, rows_come_sorted_with_negative_instants_first,
    a_cleared_tally_is_empty_and_counts_again, rows_larger_than_a_slab_work,
    a_sum_that_overflows_is_an_error_and_changes_nothing, tallies_of_different_shape_do_not_merge)
