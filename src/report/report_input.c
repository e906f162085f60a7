#include "err.h"
#include "mem.h"
#include "objective.h"
#include "report_frame.h"

static enum nines_status copy_counts(struct report_frame *f, struct report_count **to,
    const struct report_count *from, size_t n, struct nines_error *err)
{
	*to = mem_arena_new(f->arena, n + 1, sizeof **to);
	if (*to == NULL)
		return err_nomem(err);
	for (size_t i = 0; i < n; i++) {
		(*to)[i].count = from[i].count;
		if (!report_frame_copy(f, &(*to)[i].name, from[i].name))
			return err_nomem(err);
	}
	return NINES_OK;
}

static enum nines_status copy_sources(struct report_frame *f, struct report_input *to,
    const struct report_input *from, struct nines_error *err)
{
	to->source = mem_arena_new(f->arena, from->sources + 1, sizeof *to->source);
	if (to->source == NULL)
		return err_nomem(err);
	for (size_t i = 0; i < from->sources; i++) {
		const struct report_source *s = &from->source[i];
		struct report_source *copy = &to->source[i];

		*copy = *s;
		if (!report_frame_copy(f, &copy->name, s->name) ||
		    !report_frame_copy(f, &copy->status, s->status) ||
		    !report_frame_copy(f, &copy->decoder, s->decoder) ||
		    !report_frame_copy(f, &copy->note, s->note))
			return err_nomem(err);
	}
	return NINES_OK;
}

static enum nines_status copy_store(struct report_frame *f, struct report_input *to,
    const struct report_store *from, struct nines_error *err)
{
	struct report_store *store;

	if (from == NULL)
		return NINES_OK;
	store = mem_arena_new(f->arena, 1, sizeof *store);
	if (store == NULL)
		return err_nomem(err);
	*store = (struct report_store){ .newest_event = from->newest_event,
		.folded_until = from->folded_until };
	to->store = store;
	return report_frame_copy(f, &store->path, from->path) ? NINES_OK : err_nomem(err);
}

static void count_rows(const struct report_frame *f, struct report_input *to)
{
	to->excluded = 0;
	for (size_t i = 0; i < f->exclusions; i++)
		to->excluded += report_frame_judged(f, f->exclusion[i]);
	to->judged = f->judged - to->excluded;
}

/* Does whole = the n parts together, without overflow? */
static int adds_up(uint64_t whole, const uint64_t *part, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (part[i] > whole)
			return 0;
		whole -= part[i];
	}
	return whole == 0;
}

static enum nines_status check_sums(const struct report_input *in, struct nines_error *err)
{
	const uint64_t lines[] = { in->parsed, in->unparsed, in->blank, in->comments };
	const uint64_t parsed[] = { in->judged, in->ignored, in->excluded, in->out_of_range };

	if (!adds_up(in->lines, lines, 4))
		return err_set(
		    err, NINES_E_INTERNAL, "lines are not parsed + unparsed + blank + comments");
	if (!adds_up(in->parsed, parsed, 4))
		return err_set(err, NINES_E_INTERNAL,
		    "parsed lines are not judged + ignored + excluded + out of range");
	return NINES_OK;
}

/* unparsed / (parsed + unparsed) > max, in other words: the parsed share misses 1 - max. */
int report_input_too_many(uint64_t parsed, uint64_t unparsed, uint64_t max_ppb)
{
	return !objective_met(parsed, parsed + unparsed, NINES_PPB - max_ppb);
}

enum nines_status report_input_build(struct report_frame *f, struct report *r,
    const struct report_input *input, struct nines_error *err)
{
	struct report_input *to = &r->input;
	enum nines_status rc;

	*to = *input;
	rc = copy_counts(f, &to->reason, input->reason, input->reasons, err);
	if (rc == NINES_OK)
		rc = copy_counts(f, &to->anomaly, input->anomaly, input->anomalies, err);
	if (rc == NINES_OK)
		rc = copy_sources(f, to, input, err);
	if (rc == NINES_OK)
		rc = copy_store(f, to, input->store, err);
	if (rc != NINES_OK)
		return rc;
	count_rows(f, to);
	to->max_unparsed_ppb = f->question.max_unparsed_ppb;
	to->too_many_unparsed =
	    report_input_too_many(to->parsed, to->unparsed, to->max_unparsed_ppb);
	r->incomplete = to->too_many_unparsed;
	for (size_t i = 0; i < to->sources; i++)
		r->incomplete |= !to->source[i].whole;
	return check_sums(to, err);
}
