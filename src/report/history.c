#include "history.h"

#include "err.h"
#include "history_period.h"
#include "report_frame.h"
#include "tally.h"
#include "when.h"

/* ---- room: everything that periods hold of one kind is one array ---- */

struct room {
	struct report_journey *journey;
	struct report_sli *sli;
	struct report_objective *objective;
	size_t journeys, slis, objectives; /* of one period */
};

static enum nines_status room_make(struct room *room, struct history *h, struct nines_error *err)
{
	const struct report *whole = h->whole;

	*room = (struct room){ .journeys = whole->journeys };
	for (size_t j = 0; j < whole->journeys; j++) {
		room->slis += whole->journey[j].slis;
		for (size_t i = 0; i < whole->journey[j].slis; i++)
			room->objectives += whole->journey[j].sli[i].objectives;
	}
	if (h->periods > SIZE_MAX / (room->journeys + room->slis + room->objectives + 1))
		return err_nomem(err);
	room->journey =
	    mem_arena_new(&h->arena, h->periods * room->journeys, sizeof *room->journey);
	room->sli = mem_arena_new(&h->arena, h->periods * room->slis, sizeof *room->sli);
	room->objective =
	    mem_arena_new(&h->arena, h->periods * room->objectives, sizeof *room->objective);
	if (room->journey == NULL || room->sli == NULL || room->objective == NULL)
		return err_nomem(err);
	return NINES_OK;
}

/* Every period gets the journeys and SLIs of the whole, with its own counts and objectives to come.
 */
static void share_out(struct room *room, struct history *h)
{
	const struct report *whole = h->whole;

	for (size_t p = 0; p < h->periods; p++) {
		h->period[p].journey = room->journey;
		for (size_t j = 0; j < whole->journeys; j++) {
			struct report_journey *to = room->journey++;

			*to = whole->journey[j];
			to->sli = room->sli;
			for (size_t i = 0; i < to->slis; i++) {
				*room->sli = whole->journey[j].sli[i];
				room->sli->objective = room->objective;
				room->objective += room->sli->objectives;
				room->sli++;
			}
		}
	}
}

/* ---- judging ---- */

static enum nines_status judge(struct report_frame *f, const struct history_period *period,
    struct report_sli *to, const struct spec_sli *from, struct nines_error *err)
{
	struct tally_cell total =
	    report_series_sum(&f->events, (struct window_span){ period->from, period->to });
	enum nines_status rc = NINES_OK;

	to->valid = total.valid;
	to->good = total.good;
	to->missing = total.missing;
	f->as_of = period->to;
	for (size_t i = 0; i < to->objectives && rc == NINES_OK; i++)
		rc = report_objective_build(f, &to->objective[i], &from->objective[i], err);
	return rc;
}

/* The SLIs that were asked for are those of the whole report, in order. */
static enum nines_status judge_all(
    struct report_frame *f, struct history *h, struct nines_error *err)
{
	enum nines_status rc = NINES_OK;
	size_t chosen = 0;

	for (size_t j = 0; j < h->whole->journeys; j++)
		for (size_t i = 0; i < h->whole->journey[j].slis; i++) {
			const struct spec_sli *sli = f->sli[chosen++];

			rc = report_counted_take(f, sli, err);
			for (size_t p = 0; p < h->periods && rc == NINES_OK; p++)
				rc = judge(
				    f, &h->period[p], &h->period[p].journey[j].sli[i], sli, err);
			if (rc != NINES_OK)
				return rc;
		}
	return rc;
}

/* ---- changes ---- */

typedef void change_fn(struct history *h, const struct history_change *change);

static void each_change_of(struct history *h, size_t p, size_t j, size_t i, change_fn *visit)
{
	const struct report_journey *journey = &h->period[p].journey[j];
	const struct report_sli *before = &h->period[p - 1].journey[j].sli[i],
	                        *after = &journey->sli[i];

	for (size_t k = 0; k < after->objectives; k++)
		if (before->objective[k].state != after->objective[k].state)
			visit(h,
			    &(struct history_change){ &h->period[p], journey, after,
			        &after->objective[k], k, before->objective[k].state });
}

static void each_change(struct history *h, change_fn *visit)
{
	h->changes = 0;
	for (size_t p = 1; p < h->periods; p++)
		for (size_t j = 0; j < h->whole->journeys; j++)
			for (size_t i = 0; i < h->whole->journey[j].slis; i++)
				each_change_of(h, p, j, i, visit);
}

static void count_change(struct history *h, const struct history_change *change)
{
	(void)change;
	h->changes++;
}

static void keep_change(struct history *h, const struct history_change *change)
{
	h->change[h->changes++] = *change;
}

static enum nines_status list_changes(struct history *h, struct nines_error *err)
{
	each_change(h, count_change);
	h->change = mem_arena_new(&h->arena, h->changes, sizeof *h->change);
	if (h->change == NULL)
		return err_nomem(err);
	each_change(h, keep_change);
	return NINES_OK;
}

/* ---- all of it ---- */

/* Rows that were left out are out of range, as they would be in a run over their logs. */
static enum nines_status build_whole(struct report_frame *f, struct history *h,
    const struct report_input *input, struct nines_error *err)
{
	struct report_input kept = *input;
	enum nines_status rc;

	kept.out_of_range += f->left_out;
	kept.ignored -= f->left_out - f->left_out_judged;
	f->window = (struct spec_window){ SPEC_ALL_TIME, 0, "all" };
	f->has_window = 1;
	f->as_of = f->rows.rows > 0 ? f->data.to : NINES_NEVER;
	rc = report_over(f, &kept, &h->whole, err);
	if (rc == NINES_OK) {
		h->whole->since = h->since;
		h->whole->until = h->until;
	}
	return rc;
}

/* From here on the frame is that of a period.  A period that is over has no forecast. */
static enum nines_status build_periods(struct report_frame *f, struct history *h,
    const struct spec_window *by, struct nines_error *err)
{
	struct window_span span = f->data;
	enum nines_status rc;
	struct room room;

	if (h->since != NINES_NEVER)
		span.from = h->since;
	if (h->until != NINES_NEVER)
		span.to = h->until;
	if (f->rows.rows == 0 && (h->since == NINES_NEVER || h->until == NINES_NEVER))
		span = (struct window_span){ 0 };
	rc = history_period_list(h, by, f->zone, span, err);
	if (rc != NINES_OK)
		return rc;
	rc = room_make(&room, h, err);
	if (rc != NINES_OK)
		return rc;
	share_out(&room, h);
	f->window = *by;
	f->arena = &h->arena;
	f->question.forecast_from_s = 0;
	f->hindsight = 1;
	return judge_all(f, h, err);
}

static enum nines_status build(struct report_frame *f, struct history *h,
    const struct report_input *input, const struct spec_window *by, struct nines_error *err)
{
	enum nines_status rc = build_whole(f, h, input, err);

	if (rc == NINES_OK)
		rc = build_periods(f, h, by, err);
	return rc == NINES_OK ? list_changes(h, err) : rc;
}

/* What counts: from since to until, and nothing from as_of on. */
static struct window_span bounds_of(const struct history_question *q, int64_t bucket_s)
{
	struct window_span bounds = { q->since, q->until == NINES_NEVER ? INT64_MAX : q->until };
	int64_t as_of = q->question.as_of;

	if (as_of != NINES_NEVER && when_floor(as_of, bucket_s) < bounds.to)
		bounds.to = when_floor(as_of, bucket_s);
	return bounds;
}

enum nines_status history_build(struct history **history, const struct spec *spec,
    const struct tally *tally, const struct report_input *input, const struct nines_io *io,
    const struct history_question *question, struct nines_error *err)
{
	const struct window_span bounds = bounds_of(question, tally->bucket_s);
	struct report_frame f = { .question = question->question,
		.unparsed = input->unparsed,
		.store = input->store,
		.bounds = &bounds };
	struct spec_window by;
	enum nines_status rc;
	struct history *h;

	if (!history_period_parse(question->by, &by))
		return err_set(err, NINES_E_SYNTAX,
		    "'%s' is no length of a period; there are hour, day, week, month and quarter",
		    question->by);
	h = mem_new(1, sizeof *h);
	if (h == NULL)
		return err_nomem(err);
	h->by = by.name;
	h->since = question->since;
	h->until = question->until;
	f.question.window = NULL;
	rc = report_frame_init(&f, spec, tally, io, err);
	if (rc == NINES_OK)
		rc = build(&f, h, input, &by, err);
	report_frame_fini(&f);
	if (rc == NINES_OK)
		*history = h;
	else
		history_free(h);
	return rc;
}

void history_free(struct history *h)
{
	if (h == NULL)
		return;
	report_free(h->whole);
	mem_arena_fini(&h->arena);
	mem_free(h);
}
