#include "render_stored.h"

#include <string.h>

#include "render_note.h"
#include "render_say.h"

#define HOLES_TOLD 3

int render_stored_is_gap(const struct report_source *s)
{
	return strcmp(s->status, "gap") == 0;
}

/* ---- rules that changed ---- */

int render_stored_lacks(const struct report_sli *sli, const struct report_objective *objective)
{
	for (size_t i = 0; i < sli->uncounteds; i++)
		if (sli->uncounted[i].from < objective->window.to &&
		    sli->uncounted[i].to > objective->window.from)
			return 1;
	return 0;
}

static int is_worth_telling(const struct report_sli *sli)
{
	int lacks = sli->counted_since == NINES_NEVER;

	for (size_t i = 0; i < sli->objectives; i++)
		lacks |= render_stored_lacks(sli, &sli->objective[i]);
	return lacks || (sli->objectives == 0 && sli->uncounteds > 0);
}

static int same_story(const struct report_sli *a, const struct report_sli *b)
{
	return a->counted_since == b->counted_since && a->former_until == b->former_until &&
	    a->uncounteds == b->uncounteds &&
	    (a->uncounteds == 0 ||
	        memcmp(a->uncounted, b->uncounted, a->uncounteds * sizeof *a->uncounted) == 0);
}

/* The SLIs of the report in order; NULL ends. */
static const struct report_sli *sli_at(
    const struct report *r, size_t n, const struct report_journey **journey)
{
	for (size_t j = 0; j < r->journeys; j++) {
		*journey = &r->journey[j];
		if (n < r->journey[j].slis)
			return &r->journey[j].sli[n];
		n -= r->journey[j].slis;
	}
	return NULL;
}

static int is_told_before(const struct report *r, size_t n, const struct report_sli *sli)
{
	const struct report_journey *journey;

	for (size_t i = 0; i < n; i++) {
		const struct report_sli *other = sli_at(r, i, &journey);

		if (is_worth_telling(other) && same_story(other, sli))
			return 1;
	}
	return 0;
}

static size_t count_others(const struct report *r, size_t n, const struct report_sli *sli)
{
	const struct report_journey *journey;
	const struct report_sli *other;
	size_t others = 0;

	for (size_t i = n + 1; (other = sli_at(r, i, &journey)) != NULL; i++)
		others += is_worth_telling(other) && same_story(other, sli);
	return others;
}

static void say_digest(struct out *o, const char *before, uint64_t digest)
{
	out_fmt(o, "%s%016llx", before, (unsigned long long)digest);
}

static void say_former(struct out *o, const struct report_sli *sli, int with_digest)
{
	if (sli->former_until == NINES_NEVER)
		return;
	out_cstr(o, "; by others ");
	if (with_digest)
		say_digest(o, "(digest" RENDER_GLUE, sli->former_digest);
	out_cstr(o, with_digest ? ") until " : "until ");
	render_say_instant(o, sli->former_until);
	out_cstr(o, " (nines backfill --state recounts the logs that are left)");
}

static void say_story(
    const struct render_page *page, struct out *o, const struct report_sli *sli, int alone)
{
	const int with_digest = alone && sli->counted_since == NINES_NEVER;
	size_t told = 0;

	if (sli->counted_since == NINES_NEVER) {
		out_cstr(o, "nothing in the store was counted by the present rules");
		if (with_digest)
			say_digest(o, " (digest" RENDER_GLUE, sli->digest);
		out_cstr(o, with_digest ? ")" : "");
		say_former(o, sli, with_digest);
		return;
	}
	out_cstr(o, "counted by the present rules since ");
	render_say_instant(o, sli->counted_since);
	for (size_t i = 0; i < sli->uncounteds; i++) {
		const struct report_span *hole = &sli->uncounted[i];

		if (hole->from < sli->counted_since || told++ == HOLES_TOLD)
			continue;
		out_cstr(o, ", but not ");
		render_say_span(page, o, hole->from, hole->to);
	}
	say_former(o, sli, with_digest);
}

size_t render_stored_rules(const struct render_page *page)
{
	const struct report *r = page->report;
	const struct report_journey *journey;
	const struct report_sli *sli;
	size_t notes = 0;

	if (r->input.store == NULL)
		return 0;
	for (size_t i = 0; (sli = sli_at(r, i, &journey)) != NULL; i++) {
		struct render_flow f;
		size_t others;

		if (!is_worth_telling(sli) || is_told_before(r, i, sli))
			continue;
		others = count_others(r, i, sli);
		render_flow_begin(&f, page, RENDER_NOTE_MARGIN, RENDER_PLAIN, "rules");
		render_page_visible(page, &f.out, journey->name);
		out_char(&f.out, '/');
		render_page_visible(page, &f.out, sli->name);
		if (others > 0) {
			out_cstr(&f.out, " and ");
			render_say_count(&f.out, others);
			out_cstr(&f.out, " more");
		}
		out_cstr(&f.out, ": ");
		say_story(page, &f.out, sli, others == 0);
		render_flow_end(&f);
		notes++;
	}
	return notes;
}

/* ---- hours ---- */

static size_t begins_before(const struct render_subject *s, void *ctx)
{
	return s->objective->window.from < *(const int64_t *)ctx;
}

size_t render_stored_hours(const struct render_page *page)
{
	const struct report_store *store = page->report->input.store;
	struct render_flow f;
	int64_t until;

	if (store == NULL || store->folded_until == NINES_NEVER ||
	    page->report->input.first_event >= store->folded_until)
		return 0;
	until = store->folded_until;
	if (render_say_each(page, begins_before, &until) == 0)
		return 0;
	render_flow_begin(&f, page, RENDER_NOTE_MARGIN, RENDER_PLAIN, "hours");
	out_cstr(&f.out, "before ");
	render_say_instant(&f.out, until);
	out_cstr(&f.out, " counts are kept by the hour: an hour counts where it begins");
	render_flow_end(&f);
	return 1;
}

/* ---- the last lines ---- */

void render_stored_origin(const struct render_page *page)
{
	const struct report_store *store = page->report->input.store;
	struct render_flow f;

	if (store == NULL)
		return;
	render_flow_begin(&f, page, RENDER_NOTE_MARGIN, RENDER_PLAIN, "store");
	render_page_visible(page, &f.out, store->path);
	if (store->newest_event == NINES_NEVER) {
		out_cstr(&f.out, ": it holds no event");
	} else {
		out_cstr(&f.out, ": its last event is of ");
		render_say_instant(&f.out, store->newest_event);
	}
	render_flow_end(&f);
}
