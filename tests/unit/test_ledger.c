#include "ledger.h"
#include "suite.h"

#include "nines.h"

#define STEP_S 60

/* Where numbers grow by a byte, and the largest. */
static const uint64_t edge[] = { 0, 1, 2, 31, 32, 126, 127, 128, 129, 16383, 16384, 1u << 21,
	UINT64_C(1) << 35, UINT64_C(1) << 63, UINT64_MAX };
#define EDGES (sizeof edge / sizeof *edge)

/* Entry i of a fixed list: every pair of edges as valid and good, even such as no event makes, with
 * some edge as missing. */
static struct tally_cell cell_of(size_t i)
{
	return (struct tally_cell){ edge[i % EDGES], edge[i / EDGES % EDGES],
		i % 3 == 0 ? edge[i / 3 % EDGES] : 0 };
}

/* Steps from the entry before it. */
static int64_t gap_of(size_t i)
{
	static const int64_t gap[] = { 1, 1, 1, 2, 31, 32, 33, 127, 128, 1 << 20 };

	return gap[i % (sizeof gap / sizeof *gap)];
}

static void check_cell(const struct tally_cell *is, const struct tally_cell *want, size_t i)
{
	ck_assert_msg(
	    is->valid == want->valid && is->good == want->good && is->missing == want->missing,
	    "entry %zu", i);
}

START_TEST(every_entry_reads_back_as_it_was_written)
{
	const size_t n = 5 * EDGES * EDGES;
	struct nines_error err = { .code = NINES_OK };
	struct ledger_pool pool = { 0 };
	int64_t start_s = -7 * STEP_S;
	struct ledger_walk walk;
	struct ledger l;

	ledger_init(&l, STEP_S);
	for (size_t i = 0; i < n; i++) {
		const struct tally_cell cell = cell_of(i);

		start_s += gap_of(i) * STEP_S;
		ck_assert_int_eq(ledger_add(&l, &pool, start_s, &cell, &err), NINES_OK);
	}
	ck_assert_uint_eq(ledger_entries(&l), n);
	start_s = -7 * STEP_S;
	ledger_walk_begin(&walk, &l);
	for (size_t i = 0; i < n; i++) {
		const struct tally_cell want = cell_of(i);

		start_s += gap_of(i) * STEP_S;
		ck_assert_int_eq(ledger_walk_next(&walk), 1);
		ck_assert_int_eq(walk.start_s, start_s);
		check_cell(&walk.cell, &want, i);
	}
	ck_assert_int_eq(ledger_walk_next(&walk), 0);
	ledger_clear(&l, &pool);
	ledger_pool_fini(&pool);
}
END_TEST

/* Pages are full at another entry for each, whatever its length. */
START_TEST(an_entry_fits_its_page_wherever_that_ends)
{
	for (size_t lead = 0; lead < LEDGER_DATA; lead++)
		for (size_t shape = 0; shape < EDGES; shape++) {
			const struct tally_cell small = { 1, 1, 0 },
			                        last = { edge[shape], edge[shape] / 2,
				                        edge[shape] };
			struct nines_error err = { .code = NINES_OK };
			struct ledger_pool pool = { 0 };
			struct ledger_walk walk;
			struct ledger l;

			ledger_init(&l, STEP_S);
			for (size_t i = 0; i < lead; i++)
				ck_assert_int_eq(
				    ledger_add(&l, &pool, (int64_t)i * STEP_S, &small, &err),
				    NINES_OK);
			ck_assert_int_eq(
			    ledger_add(&l, &pool, (int64_t)lead * STEP_S, &last, &err), NINES_OK);
			ledger_walk_begin(&walk, &l);
			for (size_t i = 0; i < lead; i++) {
				ck_assert_int_eq(ledger_walk_next(&walk), 1);
				check_cell(&walk.cell, &small, i);
			}
			ck_assert_int_eq(ledger_walk_next(&walk), 1);
			ck_assert_int_eq(walk.start_s, (int64_t)lead * STEP_S);
			check_cell(&walk.cell, &last, lead);
			ledger_clear(&l, &pool);
			ledger_pool_fini(&pool);
		}
}
END_TEST

SUITE("ledger", every_entry_reads_back_as_it_was_written, an_entry_fits_its_page_wherever_that_ends)
