#include "tester.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "store.h"

static struct tally_cell cell_of(const struct tally *tally, int64_t minute, int sli)
{
	struct ledger_walk w;

	ledger_walk_near(&w, tally_column(tally, (size_t)sli), minute);
	while (ledger_walk_next(&w))
		if (w.start_s == minute)
			return w.cell;
	return (struct tally_cell){ 0 };
}

static uint64_t sum_of(const struct ledger *column)
{
	struct ledger_walk w;
	uint64_t sum = 0;

	for (ledger_walk_begin(&w, column); ledger_walk_next(&w);)
		sum += w.cell.valid;
	return sum;
}

static int check_cells(struct tester *t, const struct store_view *view)
{
	uint64_t sum = 0, all = 0, lines;

	for (int tick = 0; tick <= t->world.tick; tick++) {
		const int64_t minute = TESTER_CLOCK_S - 86400 + tick / WORLD_SLIS * 60;
		const struct tally_cell cell = cell_of(&view->tally, minute, tick % WORLD_SLIS);
		int least, most;

		world_expect(&t->world, tick, &least, &most);
		sum += cell.valid;
		if (cell.valid < (uint64_t)least || cell.valid > (uint64_t)most)
			return tester_fail(t, "line %d was counted %" PRIu64 " times, not %d%s",
			    tick, cell.valid, least, most > least ? " or more" : "");
		if (cell.good != (tick % 5 ? cell.valid : 0))
			return tester_fail(t, "line %d was judged wrongly", tick);
	}
	for (size_t i = 0; i < WORLD_SLIS; i++)
		all += sum_of(tally_column(&view->tally, i));
	lines = sum_of(tally_traffic(&view->tally));
	if (all != sum)
		return tester_fail(t, "%" PRIu64 " events more than lines", all - sum);
	if (lines != sum)
		return tester_fail(t, "the traffic is %" PRIu64 " lines, not %" PRIu64, lines, sum);
	return 0;
}

/* The digests of the series, as the store has them. */
static struct store_shape shape_of(
    const struct store_info *info, struct store_series series[WORLD_SLIS], char name[WORLD_SLIS][8])
{
	struct store_shape shape = { .sli = series, .slis = WORLD_SLIS };

	for (size_t i = 0; i < WORLD_SLIS; i++) {
		(void)snprintf(name[i], sizeof name[i], "j%zu", i);
		series[i] = (struct store_series){ i + 1, name[i], "availability" };
	}
	for (size_t i = 0; i < info->series_count; i++) {
		const struct store_info_series *s = &info->series[i];

		if (!s->journey)
			shape.traffic = s->digest;
		for (size_t j = 0; s->journey && j < WORLD_SLIS; j++)
			if (strcmp(s->journey, name[j]) == 0)
				series[j].digest = s->digest;
	}
	return shape;
}

static void finding(void *ctx, const char *text)
{
	(void)tester_fail(ctx, "verify: %s", text);
}

static int check_open(struct tester *t, struct store *store, struct nines_error *err)
{
	struct store_series series[WORLD_SLIS];
	char name[WORLD_SLIS][8];
	struct store_shape shape;
	struct store_info info;
	struct store_view view;
	size_t findings, gaps;

	if (store_inspect(store, &info, err) != NINES_OK)
		return -1;
	shape = shape_of(&info, series, name);
	gaps = info.losts;
	store_info_fini(&info);
	if (store_load(store, &shape, NINES_NEVER, NINES_NEVER, &view, err) != NINES_OK)
		return -1;
	(void)check_cells(t, &view);
	store_view_fini(&view);
	if (gaps == 0 && t->world.gap_due)
		return tester_fail(t, "lines were lost, and no gap was noticed");
	if (gaps > 0 && !t->world.destroyed)
		return tester_fail(t, "a gap, though nothing was lost");
	if (t->seed % 4 == 0 && store_verify(store, finding, t, &findings, err) != NINES_OK)
		return -1;
	return 0;
}

void tester_check(struct tester *t)
{
	struct nines_error err = { NINES_OK, 0, 0, "", "" };
	struct store *store = NULL;

	if (store_open(&store, t->store, STORE_READ, 0, &err) != NINES_OK ||
	    (check_open(t, store, &err) != 0 && !t->failure[0]))
		(void)tester_fail(t, "the store cannot be read: %s: %s", err.source, err.text);
	store_close(store);
}
