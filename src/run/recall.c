#include "recall.h"

#include <string.h>

#include "err.h"
#include "when.h"

/* One recall: the view's memory is the tally's from the beginning. */
struct recalling {
	struct nines_tally *tally;
	struct store_view view;
	const struct recall_order *order;
	const char *path;
};

static enum nines_status damaged(
    const struct recalling *r, struct nines_error *err, const char *why)
{
	return err_about(err, NINES_E_STORE, r->path,
	    "%s: the store is damaged; nines store verify says more", why);
}

/* ---- what is asked of the store ---- */

enum nines_status recall_shape(struct store_shape *shape, const struct spec *spec,
    struct mem_arena *arena, struct nines_error *err)
{
	struct store_series *series = mem_arena_new(arena, spec->slis + 1, sizeof *series);

	if (series == NULL)
		return err_nomem(err);
	for (size_t j = 0; j < spec->journeys; j++)
		for (size_t i = 0; i < spec->journey[j].slis; i++) {
			const struct spec_sli *sli = &spec->journey[j].sli[i];

			series[sli->index] =
			    (struct store_series){ sli->digest, spec->journey[j].name, sli->name };
		}
	*shape = (struct store_shape){ spec->traffic_digest, series, spec->slis };
	return NINES_OK;
}

/* ---- rows ---- */

/* Hours are loaded whole; of the first one only what is at or after `since` was asked for. */
static enum nines_status cut_rows(struct recalling *r, struct nines_error *err)
{
	const int64_t since = r->order->since;

	if (since == NINES_NEVER || when_floor(since, 3600) == since)
		return NINES_OK;
	return tally_cut(&r->view.tally, since, err);
}

struct row_sums {
	uint64_t lines, judged;
	uint64_t folded; /* of the lines: those of which only the hour is known */
};

static struct row_sums sum_rows(const struct recalling *r)
{
	const struct store_view *view = &r->view;
	struct row_sums sum = { 0 };
	struct ledger_walk row;

	for (ledger_walk_begin(&row, tally_traffic(&view->tally)); ledger_walk_next(&row);) {
		sum.lines += row.cell.valid;
		sum.judged += row.cell.good;
		if (view->folded_until != NINES_NEVER && row.start_s < view->folded_until)
			sum.folded += row.cell.valid;
	}
	return sum;
}

/* ---- sources ---- */

/* A log of which nothing was counted by these rules is not worth a word. */
static enum nines_status take_source(struct recalling *r, size_t i, struct nines_error *err)
{
	const struct store_source *from = &r->view.source[i];
	struct run_source *to = &r->tally->source[r->tally->sources];
	struct run_count count = { 0 };

	for (const struct item *item = r->view.item[i]; item->name != NULL; item++)
		if (!run_items_add(&count, item) || !run_items_add(&r->tally->count, item))
			return damaged(r, err, "an unknown count");
	*to = (struct run_source){ .lines = count.lines, .finished = 1, .note = from->note };
	to->source.name = from->name;
	to->source.fd = -1;
	to->source.decoder = from->decoder;
	to->source.raw_bytes = from->raw_end;
	to->source.bytes = count.bytes;
	if (!source_status_find(from->status, &to->source.status))
		return damaged(r, err, "an unknown status");
	to->whole = source_status_whole(to->source.status);
	r->tally->incomplete |= !to->whole;
	r->tally->sources += count.lines > 0 || !to->whole;
	return NINES_OK;
}

static enum nines_status take_gap(
    struct recalling *r, const struct store_lost *gap, struct nines_error *err)
{
	struct run_source *to = &r->tally->source[r->tally->sources++];
	char from[WHEN_SIZE], until[WHEN_SIZE];

	*to = (struct run_source){ .whole = r->order->allow_missing };
	to->source.name = gap->name;
	to->source.fd = -1;
	to->source.status = SOURCE_GAP;
	to->note = mem_arena_fmt(&r->view.arena,
	    "was gone before its end was read: lines between %s and %s may be missing",
	    when_text(from, gap->from), when_text(until, gap->to));
	r->tally->incomplete |= !to->whole;
	return to->note != NULL ? NINES_OK : err_nomem(err);
}

static enum nines_status take_sources(struct recalling *r, struct nines_error *err)
{
	const struct store_view *view = &r->view;
	enum nines_status rc = NINES_OK;

	r->tally->source = mem_new(view->sources + view->losts + 1, sizeof *r->tally->source);
	if (r->tally->source == NULL)
		return err_nomem(err);
	for (size_t i = 0; i < view->sources && rc == NINES_OK; i++)
		rc = take_source(r, i, err);
	for (size_t i = 0; i < view->losts && rc == NINES_OK; i++)
		rc = take_gap(r, &view->lost[i], err);
	return rc;
}

/* ---- lines ---- */

/* What the rows lack of the parsed lines lies outside of the span.  What they have more than the
 * sources is of folded hours that lie in the span, while the sources' events do not. */
static enum nines_status settle_lines(struct recalling *r, struct nines_error *err)
{
	struct run_count *count = &r->tally->count;
	struct row_sums rows = sum_rows(r);
	uint64_t beside;

	if (count->out_of_range > 0)
		return damaged(r, err, "lines that were left out");
	if (rows.judged > rows.lines || rows.lines - rows.folded > count->parsed)
		return damaged(r, err, "more lines than its logs had");
	beside = rows.lines > count->parsed ? rows.lines - count->parsed : 0;
	count->lines += beside;
	count->parsed += beside;
	count->out_of_range = count->parsed - rows.lines;
	count->ignored = rows.lines - rows.judged;
	return run_sums_hold(r->tally) ? NINES_OK
	                               : damaged(r, err, "the lines of its logs do not add up");
}

/* ---- the whole ---- */

static enum nines_status take_store(struct recalling *r, struct nines_error *err)
{
	const struct store_view *view = &r->view;
	struct run_store *store = mem_arena_new(&r->view.arena, 1, sizeof *store);
	struct str path = mem_arena_str(&r->view.arena, str_of(r->path));

	if (store == NULL || path.p == NULL)
		return err_nomem(err);
	*store = (struct run_store){
		.path = path.p,
		.newest_event = view->newest_event,
		.folded_until = view->folded_until,
		.counted = view->counted,
		.counteds = view->counteds,
		.traffic = view->traffic,
		.traffics = view->traffics,
		.former = view->former,
		.formers = view->formers,
	};
	r->tally->store = store;
	return NINES_OK;
}

static enum nines_status take(struct recalling *r, struct nines_error *err)
{
	enum nines_status rc = cut_rows(r, err);

	if (rc == NINES_OK)
		rc = take_sources(r, err);
	if (rc == NINES_OK)
		rc = settle_lines(r, err);
	if (rc == NINES_OK)
		rc = take_store(r, err);
	return rc;
}

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* NINES_NEVER is before all else; as an end it is no bound. */
static int64_t earlier_end(int64_t a, int64_t b)
{
	if (a == NINES_NEVER || b == NINES_NEVER)
		return later(a, b);
	return a < b ? a : b;
}

static enum nines_status load(
    struct recalling *r, struct store *store, const struct spec *spec, struct nines_error *err)
{
	const struct recall_order *order = r->order;
	struct mem_arena arena = { 0 };
	struct store_shape shape;
	enum nines_status rc = recall_shape(&shape, spec, &arena, err);

	if (rc == NINES_OK)
		rc = store_load(store, &shape, later(order->from, order->since),
		    earlier_end(order->to, order->until), &r->view, err);
	mem_arena_fini(&arena);
	return rc;
}

enum nines_status recall_tally(struct nines_tally **tally, struct store *store,
    const struct spec *spec, const struct recall_order *order, struct nines_error *err)
{
	struct recalling r = { .order = order, .path = store_path(store) };
	enum nines_status rc;

	r.tally = mem_new(1, sizeof *r.tally);
	if (r.tally == NULL)
		return err_nomem(err);
	rc = load(&r, store, spec, err);
	if (rc != NINES_OK) {
		mem_free(r.tally);
		return rc;
	}
	r.tally->since = order->since;
	r.tally->until = order->until;
	rc = take(&r, err);
	r.tally->tally = r.view.tally;
	r.tally->arena = r.view.arena;
	if (rc == NINES_OK)
		*tally = r.tally;
	else
		run_free(r.tally);
	return rc;
}
