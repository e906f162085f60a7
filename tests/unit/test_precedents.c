#include "precedents.h"

#include <string.h>

#include "suite.h"

/* Keys of that many words, of which one or another differs, and verdicts told by their hits. */
static void key_of(size_t i, size_t words, uint64_t *key)
{
	for (size_t w = 0; w < words; w++)
		key[w] = w == i % words ? i / words + 1 : 0;
}

static struct verdict *add(struct precedents *p, size_t i, size_t words, size_t hits)
{
	struct verdict_hit hit[PRECEDENT_HITS];
	struct verdict verdict = { .hit = hit, .hits = (uint32_t)hits };
	uint64_t key[PRECEDENT_WORDS];

	for (size_t k = 0; k < hits; k++)
		hit[k] = (struct verdict_hit){ .sli = (uint32_t)(i + k), .valid = 1 };
	key_of(i, words, key);
	return precedents_add(p, key, &verdict);
}

static struct verdict *find(struct precedents *p, size_t i, size_t words)
{
	uint64_t key[PRECEDENT_WORDS];

	key_of(i, words, key);
	return precedents_find(p, key, words);
}

START_TEST(as_many_as_there_is_room_for_are_found_again)
{
	for (size_t words = 1; words <= PRECEDENT_WORDS; words++) {
		struct precedents *p = NULL;

		ck_assert_int_eq(precedents_new(&p, words, NULL), NINES_OK);
		for (size_t i = 0; i < PRECEDENT_MOST; i++) {
			ck_assert_ptr_null(find(p, i, words));
			ck_assert_ptr_nonnull(add(p, i, words, i % 4));
		}
		ck_assert(!p->full);
		ck_assert_ptr_null(add(p, PRECEDENT_MOST, words, 0));
		ck_assert(p->full);
		for (size_t i = 0; i < PRECEDENT_MOST; i++) {
			const struct verdict *v = find(p, i, words);

			ck_assert_ptr_nonnull(v);
			ck_assert(v->kept && v->events == 0);
			ck_assert_uint_eq(v->hits, i % 4);
			for (uint32_t k = 0; k < v->hits; k++)
				ck_assert_uint_eq(v->hit[k].sli, i + k);
		}
		ck_assert_ptr_null(find(p, PRECEDENT_MOST, words));
		precedents_free(p);
	}
}
END_TEST

struct taken {
	size_t verdicts;
	uint64_t events;
};

static void take(void *ctx, const struct verdict *v)
{
	struct taken *taken = ctx;

	ck_assert_uint_ne(v->events, 0);
	taken->verdicts++;
	taken->events += v->events;
}

START_TEST(those_that_were_said_are_handed_over_once)
{
	struct precedents *p = NULL;
	struct taken taken = { 0 };

	ck_assert_int_eq(precedents_new(&p, 2, NULL), NINES_OK);
	for (size_t i = 0; i < 10; i++)
		add(p, i, 2, 1)->events = i;
	precedents_settle(p, take, &taken);
	ck_assert_uint_eq(taken.verdicts, 9);
	ck_assert_uint_eq(taken.events, 45);
	precedents_settle(p, take, &taken);
	ck_assert_uint_eq(taken.verdicts, 9);
	ck_assert_ptr_nonnull(find(p, 3, 2));
	precedents_free(p);
}
END_TEST

/* Full of precedents, or of their hits. */
START_TEST(where_there_was_no_room_all_are_forgotten_when_settled)
{
	for (size_t hits = 1; hits < PRECEDENT_HITS; hits = hits * 16 - 1) {
		struct precedents *p = NULL;
		struct taken taken = { 0 };
		struct verdict *v, *last = NULL;
		size_t n = 0;

		ck_assert_int_eq(precedents_new(&p, 3, NULL), NINES_OK);
		for (; (v = add(p, n, 3, hits)) != NULL; n++) {
			v->events = 1;
			last = v;
		}
		ck_assert_uint_eq(n,
		    hits * PRECEDENT_MOST < PRECEDENT_HITS ? PRECEDENT_MOST
		                                           : PRECEDENT_HITS / hits);
		ck_assert_ptr_nonnull(find(p, 0, 3));
		precedents_settle(p, take, &taken);
		ck_assert_uint_eq(taken.events, n);
		ck_assert(!last->kept && last->hits == hits && last->hit[0].sli == n - 1);
		ck_assert_ptr_null(find(p, 0, 3));
		ck_assert_ptr_nonnull(add(p, n, 3, hits));
		ck_assert_ptr_nonnull(find(p, n, 3));
		precedents_free(p);
	}
}
END_TEST

SUITE("precedents", as_many_as_there_is_room_for_are_found_again,
    those_that_were_said_are_handed_over_once,
    where_there_was_no_room_all_are_forgotten_when_settled)
