/* Short ways to count into a tally and to read it. */
#ifndef TALLY_ROOM_H
#define TALLY_ROOM_H
#include "suite.h"

#include "tally.h"
#include "when.h"

#define TALLY_ROOM_SLIS 4

static inline struct tally_row *tally_room_at(struct tally *t, int64_t instant)
{
	struct tally_row *row = NULL;

	ck_assert_int_eq(tally_at(t, instant, &row, NULL), NINES_OK);
	return row;
}

static inline void tally_room_settle(struct tally *t)
{
	ck_assert_int_eq(tally_settle(t, NULL), NINES_OK);
}

struct tally_room_row {
	int is_there;
	uint64_t lines, judged;
	struct tally_cell cell[TALLY_ROOM_SLIS];
};

static inline struct tally_room_row tally_room_find(const struct tally *t, int64_t instant)
{
	struct tally_room_row found = { 0 };
	const struct tally_row *row;
	struct tally_walk walk;

	ck_assert_uint_le(t->slis, TALLY_ROOM_SLIS);
	ck_assert_int_eq(tally_walk_begin(&walk, t, NULL), NINES_OK);
	while ((row = tally_walk_next(&walk)) != NULL) {
		if (row->start_s != when_floor(instant, t->bucket_s))
			continue;
		found = (struct tally_room_row){ 1, row->lines, row->judged, { { 0 } } };
		for (size_t i = 0; i < t->slis; i++)
			found.cell[i] = row->cell[i];
	}
	tally_walk_end(&walk);
	return found;
}

static inline void tally_room_same_row(
    const struct tally_row *a, const struct tally_row *b, size_t slis)
{
	ck_assert_int_eq(a->start_s, b->start_s);
	ck_assert_uint_eq(a->lines, b->lines);
	ck_assert_uint_eq(a->judged, b->judged);
	for (size_t i = 0; i < slis; i++)
		ck_assert_mem_eq(&a->cell[i], &b->cell[i], sizeof a->cell[i]);
}

/* Settles both. */
static inline void tally_room_same(struct tally *a, struct tally *b)
{
	const struct tally_row *x, *y;
	struct tally_walk v, w;

	tally_room_settle(a);
	tally_room_settle(b);
	ck_assert_uint_eq(tally_rows(a), tally_rows(b));
	ck_assert_int_eq(a->first_s, b->first_s);
	ck_assert_int_eq(a->last_s, b->last_s);
	ck_assert_int_eq(tally_walk_begin(&v, a, NULL), NINES_OK);
	ck_assert_int_eq(tally_walk_begin(&w, b, NULL), NINES_OK);
	while ((x = tally_walk_next(&v)) != NULL) {
		y = tally_walk_next(&w);
		ck_assert_ptr_nonnull(y);
		tally_room_same_row(x, y, a->slis);
	}
	ck_assert_ptr_null(tally_walk_next(&w));
	tally_walk_end(&v);
	tally_walk_end(&w);
}
#endif
