#include "report_reach.h"

#include "err.h"
#include "report_frame.h"
#include "when.h"

#define HOUR_S 3600

static void reach_back(int64_t *reach, int64_t t)
{
	if (t < *reach)
		*reach = t;
}

/* The longest look-back of what is told of an objective, before it is rounded up to steps. */
static int64_t longest_lookback(const struct report_frame *f, int64_t period_s)
{
	int64_t longest = f->question.forecast_from_s;

	for (size_t i = 0; i < REPORT_BURNS; i++)
		if (report_objective_lookback[i].length_s <= period_s &&
		    report_objective_lookback[i].length_s > longest)
			longest = report_objective_lookback[i].length_s;
	for (size_t i = 0; i < f->spec->alerts; i++)
		if (f->spec->alert[i].long_s > longest)
			longest = f->spec->alert[i].long_s;
	return longest;
}

static void reach_objective(
    const struct report_frame *f, const struct spec_objective *objective, int64_t *reach)
{
	const struct spec_window *window = f->has_window ? &f->window : &objective->window;
	const int64_t step =
	    objective->method == SPEC_OCCURRENCES ? f->rows.bucket_s : objective->slice_s;
	struct window_span span;

	if (window->kind == SPEC_ALL_TIME)
		*reach = NINES_NEVER;
	if (*reach == NINES_NEVER)
		return;
	span = window_at(window, f->zone, f->as_of, (struct window_span){ 0, 0 });
	/* A line this long before the window makes the silence up to its first one no gap. */
	reach_back(reach, span.from - f->spec->max_gap_s - f->rows.bucket_s);
	reach_back(
	    reach, f->as_of - longest_lookback(f, window_period_s(window, f->zone, span)) - step);
}

/* An exclusion is told of with all that it removed, in whole slices. */
static void reach_exclusions(const struct report_frame *f, int64_t *reach)
{
	int64_t slice = HOUR_S;

	for (size_t i = 0; i < f->slis; i++)
		for (size_t k = 0; k < f->sli[i]->objectives; k++)
			if (f->sli[i]->objective[k].slice_s > slice)
				slice = f->sli[i]->objective[k].slice_s;
	for (size_t i = f->exclusions; i-- > 0;) {
		const struct window_span *e = &f->exclusion[i];

		if (e->from < f->as_of && when_floor(e->to + slice - 1, slice) > *reach)
			reach_back(reach, when_floor(e->from, slice));
	}
}

static int64_t reach_of(const struct report_frame *f)
{
	int64_t reach = f->as_of;

	for (size_t i = 0; i < f->slis && reach != NINES_NEVER; i++) {
		const struct spec_sli *sli = f->sli[i];

		if (sli->objectives == 0)
			return NINES_NEVER;
		for (size_t k = 0; k < sli->objectives; k++)
			reach_objective(f, &sli->objective[k], &reach);
	}
	if (reach == NINES_NEVER || f->slis == 0)
		return NINES_NEVER;
	reach = when_floor(reach, HOUR_S);
	reach_exclusions(f, &reach);
	return when_floor(reach, HOUR_S);
}

enum nines_status report_reach(int64_t *reach, const struct spec *spec, const struct nines_io *io,
    const struct nines_question *question, struct nines_error *err)
{
	struct report_frame f = { .question = *question };
	enum nines_status rc;
	struct tally none;

	if (question->as_of == NINES_NEVER)
		return err_set(err, NINES_E_INTERNAL, "how far back depends on as of when");
	tally_init(&none, spec->slis, 60);
	rc = report_frame_init(&f, spec, &none, io, err);
	if (rc == NINES_OK)
		*reach = reach_of(&f);
	report_frame_fini(&f);
	return rc;
}
