#include "suite.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "partial.h"

/* Rows of any time, length and size, beside a model that keeps each by its key. */
#define ROWS_MOST 400

struct model_row {
	char key[64];
	uint64_t n[3];
};
struct model {
	struct model_row row[ROWS_MOST];
	size_t rows;
};

static uint64_t draw(uint64_t *seed)
{
	*seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return *seed >> 33;
}

/* 0, and nothing is added, when a count would not fit. */
static int model_add(struct model *m, const struct model_row *row)
{
	size_t i = 0;

	while (i < m->rows && strcmp(m->row[i].key, row->key) != 0)
		i++;
	if (i == m->rows) {
		m->row[m->rows++] = *row;
		return 1;
	}
	for (size_t k = 0; k < 3; k++)
		if (row->n[k] > UINT64_MAX - m->row[i].n[k])
			return 0;
	for (size_t k = 0; k < 3; k++)
		m->row[i].n[k] += row->n[k];
	return 1;
}

static void put_line(const struct model_row *row, char line[160])
{
	const int n =
	    snprintf(line, 160, "%s\t%" PRIu64 " %" PRIu64, row->key, row->n[0], row->n[1]);

	if (row->key[0] != '*')
		(void)snprintf(line + n, (size_t)(160 - n), " %" PRIu64, row->n[2]);
}

/* Around instants that are written with each number of digits. */
static int64_t draw_start(uint64_t *seed)
{
	int64_t start = 1, most;

	for (uint64_t digits = draw(seed) % 12; digits > 0; digits--)
		start *= 10;
	start += (int64_t)(draw(seed) % 5) * 60 - 120;
	most = start > 0 && draw(seed) % 4 == 0 ? INT64_C(62135596000) : INT64_C(253402300000);
	start = start < most ? start : most;
	return most < INT64_C(100000000000) ? -start : start;
}

static struct model_row draw_row(uint64_t *seed, unsigned lengths, int large)
{
	static const char *const name[] = { "*", "a/b", "a/b-c", "a/b%20", "shop/av",
		"shop/avail" };
	static const unsigned length[] = { 60, 120, 300, 3600 };
	const int64_t seconds = length[draw(seed) % lengths];
	const int64_t start = draw_start(seed) / seconds * seconds;
	const char *of = name[draw(seed) % 6];
	struct model_row row = { .n = { draw(seed) % 300 } };

	(void)snprintf(row.key, sizeof row.key, "%s|%" PRId64 "|%" PRId64, of, start, seconds);
	if (large && draw(seed) % 8 == 0)
		row.n[0] = UINT64_MAX - draw(seed) % 600;
	row.n[1] = row.n[0] / (1 + draw(seed) % 2);
	if (*of != '*' && draw(seed) % 4 == 0)
		row.n[2] = large ? UINT64_MAX / (1 + draw(seed) % 4) : draw(seed) % 9;
	return row;
}

static int by_line(const void *a, const void *b)
{
	return strcmp(a, b);
}

struct text {
	char p[ROWS_MOST * 160];
	size_t n;
};

static int append(void *ctx, const char *p, size_t n)
{
	struct text *text = ctx;

	ck_assert_uint_lt(text->n + n, sizeof text->p);
	memcpy(text->p + text->n, p, n);
	text->n += n;
	text->p[text->n] = '\0';
	return 0;
}

static void ck_same(struct partial *partial, const struct model *m)
{
	static char line[ROWS_MOST][160];
	static struct text got, want;
	struct out o;

	got.n = want.n = 0;
	out_init(&o, append, &got);
	ck_assert_int_eq(partial_write(partial, &o, NULL), NINES_OK);
	ck_assert_int_eq(out_finish(&o), 0);
	for (size_t i = 0; i < m->rows; i++)
		put_line(&m->row[i], line[i]);
	qsort(line, m->rows, sizeof *line, by_line);
	for (size_t i = 0; i < m->rows; i++) {
		append(&want, line[i], strlen(line[i]));
		append(&want, "\n", 1);
	}
	ck_assert_str_eq(got.p, want.p);
}

static void ck_rows(uint64_t seed)
{
	const unsigned lengths = 1 + (unsigned)(seed % 4);
	const int large = seed % 3 == 0;
	struct partial *partial;
	struct model m = { .rows = 0 };
	char line[160];

	ck_assert_int_eq(partial_new(&partial, NULL), NINES_OK);
	for (size_t i = 1; i <= ROWS_MOST; i++) {
		const struct model_row row = draw_row(&seed, lengths, large);
		struct nines_error err = { 0 };
		enum nines_status rc;

		put_line(&row, line);
		rc = partial_add_line(partial, (struct str){ line, strlen(line) }, "x", i, &err);
		ck_assert_int_eq(rc, model_add(&m, &row) ? NINES_OK : NINES_E_LIMIT);
		ck_assert_uint_eq(err.line, rc == NINES_OK ? 0 : i);
		if (i % 100 == 0)
			ck_same(partial, &m);
	}
	partial_free(partial);
}

START_TEST(rows_of_any_time_length_and_size_add_up_and_sort_as_bytes)
{
	for (uint64_t seed = 1; seed <= 60; seed++)
		ck_rows(seed);
}
END_TEST

START_TEST(a_sum_may_pass_the_limit_where_no_row_does)
{
	static const char *const name[] = { "a/b" };
	static const char *const line[] = { "a/b|60|60\t18446744073709551615 0 0",
		"a/b|120|60\t18446744073709551615 0 0", "a/b|0|60\t1 0 18446744073709551615" };
	struct partial *partial;
	struct nines_error err = { 0 };
	struct tally t;

	ck_assert_int_eq(partial_new(&partial, NULL), NINES_OK);
	for (size_t i = 0; i < 3; i++)
		ck_assert_int_eq(partial_add_line(partial, (struct str){ line[i], strlen(line[i]) },
		                     "x", i, NULL),
		    NINES_OK);
	for (size_t i = 0; i < 3; i++)
		ck_assert_int_eq(partial_add_line(partial, (struct str){ line[i], strlen(line[i]) },
		                     "x", i, NULL),
		    NINES_E_LIMIT);
	ck_assert_int_eq(partial_tally(partial, name, 1, &t, &err), NINES_E_LIMIT);
	ck_assert_str_eq(err.text, "a sum would exceed 18446744073709551615");
	partial_free(partial);
}
END_TEST

START_TEST(rows_before_1970_become_a_tally)
{
	static const char *const name[] = { "a/b", "c" };
	static const char *const line[] = { "a/b|-60|60\t1 1 0", "a/b|-120|60\t2 1 0",
		"c|-120|60\t3 1 0", "*|-120|60\t9 9", "a/b|0|60\t4 0 0", "*|-60|60\t5 5" };
	struct tally_walk walk;
	const struct tally_row *row;
	struct partial *partial;
	struct tally t;

	ck_assert_int_eq(partial_new(&partial, NULL), NINES_OK);
	for (size_t i = 0; i < sizeof line / sizeof *line; i++)
		ck_assert_int_eq(partial_add_line(partial, (struct str){ line[i], strlen(line[i]) },
		                     "x", i, NULL),
		    NINES_OK);
	ck_assert_int_eq(partial_tally(partial, name, 2, &t, NULL), NINES_OK);
	ck_assert_int_eq(tally_walk_begin(&walk, &t, NULL), NINES_OK);
	row = tally_walk_next(&walk);
	ck_assert_int_eq(row->start_s, -120);
	ck_assert_uint_eq(row->lines, 9);
	ck_assert_uint_eq(row->cell[0].valid, 2);
	ck_assert_uint_eq(row->cell[1].valid, 3);
	row = tally_walk_next(&walk);
	ck_assert_int_eq(row->start_s, -60);
	ck_assert_uint_eq(row->judged, 5);
	ck_assert_uint_eq(row->cell[0].good, 1);
	row = tally_walk_next(&walk);
	ck_assert_uint_eq(row->cell[0].valid, 4);
	ck_assert_ptr_null(tally_walk_next(&walk));
	tally_walk_end(&walk);
	tally_fini(&t);
	partial_free(partial);
}
END_TEST

SUITE("partial_rows", rows_of_any_time_length_and_size_add_up_and_sort_as_bytes,
    a_sum_may_pass_the_limit_where_no_row_does, rows_before_1970_become_a_tally)
