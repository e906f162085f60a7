#include "report.h"

#include "err.h"
#include "report_frame.h"

const char *report_state_name(enum report_state s)
{
	static const char *const name[] = {
		[REPORT_MET] = "met",
		[REPORT_AT_RISK] = "at_risk",
		[REPORT_MISSED] = "missed",
		[REPORT_NO_DATA] = "no_data",
		[REPORT_LOW_SAMPLE] = "low_sample",
	};

	return name[s];
}

static enum nines_status build_sli(struct report_frame *f, struct report_sli *to,
    const struct spec_sli *from, struct nines_error *err)
{
	enum nines_status rc = report_counted_take(f, from, err);

	if (rc != NINES_OK)
		return rc;
	*to = (struct report_sli){ .digest = from->digest,
		.valid = f->events.total.valid,
		.good = f->events.total.good,
		.missing = f->events.total.missing };
	to->objective = mem_arena_new(f->arena, from->objectives + 1, sizeof *to->objective);
	if (to->objective == NULL || !report_frame_copy(f, &to->name, from->name) ||
	    !report_frame_copy(f, &to->label, from->label) ||
	    !report_frame_copy(f, &to->description, from->description))
		return err_nomem(err);
	rc = report_counted_tell(f, to, from, err);
	for (; to->objectives < from->objectives && rc == NINES_OK; to->objectives++)
		rc = report_objective_build(
		    f, &to->objective[to->objectives], &from->objective[to->objectives], err);
	return rc;
}

static enum nines_status build_journey(struct report_frame *f, struct report_journey *to,
    const struct spec_journey *from, struct nines_error *err)
{
	enum nines_status rc = NINES_OK;

	*to = (struct report_journey){ 0 };
	to->sli = mem_arena_new(f->arena, from->slis + 1, sizeof *to->sli);
	if (to->sli == NULL || !report_frame_copy(f, &to->name, from->name) ||
	    !report_frame_copy(f, &to->description, from->description))
		return err_nomem(err);
	for (size_t i = 0; i < from->slis && rc == NINES_OK; i++)
		if (report_choice_sli(f, from, &from->sli[i]))
			rc = build_sli(f, &to->sli[to->slis++], &from->sli[i], err);
	return rc;
}

/* Journeys without an SLI that was asked for are left out. */
static enum nines_status build_journeys(
    struct report_frame *f, struct report *r, struct nines_error *err)
{
	const struct spec *spec = f->spec;
	enum nines_status rc = NINES_OK;

	r->journey = mem_arena_new(f->arena, spec->journeys + 1, sizeof *r->journey);
	if (r->journey == NULL)
		return err_nomem(err);
	for (size_t j = 0; j < spec->journeys && rc == NINES_OK; j++) {
		if (!report_choice_journey(f, &spec->journey[j]))
			continue;
		rc = build_journey(f, &r->journey[r->journeys], &spec->journey[j], err);
		if (r->journey[r->journeys].slis > 0 || f->question.slis == 0)
			r->journeys++;
	}
	return rc;
}

static int touches_a_window(const struct report *r, const struct spec_annotation *a)
{
	for (size_t j = 0; j < r->journeys; j++)
		for (size_t i = 0; i < r->journey[j].slis; i++) {
			const struct report_sli *sli = &r->journey[j].sli[i];

			for (size_t k = 0; k < sli->objectives; k++)
				if (a->from < sli->objective[k].window.to &&
				    a->to > sli->objective[k].window.from)
					return 1;
		}
	return 0;
}

static enum nines_status list_annotations(
    struct report_frame *f, struct report *r, struct nines_error *err)
{
	const struct spec *spec = f->spec;

	r->annotation = mem_arena_new(f->arena, spec->annotations + 1, sizeof *r->annotation);
	if (r->annotation == NULL)
		return err_nomem(err);
	for (size_t i = 0; i < spec->annotations; i++) {
		const struct spec_annotation *a = &spec->annotation[i];
		struct report_annotation *to = &r->annotation[r->annotations];

		if (!touches_a_window(r, a))
			continue;
		*to = (struct report_annotation){ .from = a->from, .to = a->to };
		if (!report_frame_copy(f, &to->label, a->label))
			return err_nomem(err);
		r->annotations++;
	}
	return NINES_OK;
}

static enum nines_status build(struct report_frame *f, struct report *r,
    const struct report_input *input, struct nines_error *err)
{
	enum nines_status rc;

	r->digest = f->spec->digest;
	r->as_of = f->as_of;
	r->since = r->until = NINES_NEVER;
	if (!report_frame_copy(f, &r->service, f->spec->service) ||
	    !report_frame_copy(f, &r->zone, zone_name(f->zone)))
		return err_nomem(err);
	rc = report_input_build(f, r, input, err);
	if (rc == NINES_OK)
		rc = build_journeys(f, r, err);
	if (rc == NINES_OK)
		rc = report_exclusion_list(f, r, err);
	return rc == NINES_OK ? list_annotations(f, r, err) : rc;
}

enum nines_status report_over(struct report_frame *f, const struct report_input *input,
    struct report **report, struct nines_error *err)
{
	struct report *r = mem_new(1, sizeof *r);
	enum nines_status rc;

	if (r == NULL)
		return err_nomem(err);
	f->arena = &r->arena;
	rc = build(f, r, input, err);
	if (rc != NINES_OK) {
		report_free(r);
		return rc;
	}
	r->input.first_event = f->first_event;
	r->input.last_event = f->last_event;
	*report = r;
	return NINES_OK;
}

enum nines_status report_build(struct report **report, const struct spec *spec,
    const struct tally *tally, const struct report_input *input, const struct nines_io *io,
    const struct nines_question *question, struct nines_error *err)
{
	struct report_frame f = {
		.question = *question, .unparsed = input->unparsed, .store = input->store
	};
	enum nines_status rc = report_frame_init(&f, spec, tally, io, err);

	if (rc == NINES_OK)
		rc = report_over(&f, input, report, err);
	report_frame_fini(&f);
	return rc;
}

void report_free(struct report *r)
{
	if (r == NULL)
		return;
	mem_arena_fini(&r->arena);
	mem_free(r);
}
