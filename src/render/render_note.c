#include "render_note.h"

#include <math.h>
#include <string.h>

#include "render_number.h"
#include "render_say.h"
#include "render_stored.h"

static size_t unsure(const struct render_subject *s, void *ctx)
{
	const uint64_t unparsed = s->page->report->input.unparsed;
	struct render_flow f;

	(void)ctx;
	if (!s->objective->hangs_on_unparsed)
		return 0;
	render_flow_begin(&f, s->page, RENDER_NOTE_MARGIN, RENDER_YELLOW, "unsure");
	render_say_name(s, &f.out);
	out_cstr(&f.out, ": the verdict hangs on ");
	render_say_count(&f.out, unparsed);
	out_fmt(&f.out, " unparsed line%s, the SLI is ", unparsed == 1 ? "" : "s");
	render_say_range(s->page, &f.out, s->objective->unparsed_low, s->objective->unparsed_high);
	out_cstr(&f.out, " with all of them bad or good");
	render_flow_end(&f);
	return 1;
}

static size_t missing(const struct render_subject *s, void *ctx)
{
	const uint64_t n = s->objective->missing;
	struct render_flow f;

	(void)ctx;
	if (n == 0)
		return 0;
	render_flow_begin(&f, s->page, RENDER_NOTE_MARGIN, RENDER_PLAIN, "missing");
	render_say_name(s, &f.out);
	out_cstr(&f.out, ": ");
	render_say_count(&f.out, n);
	out_fmt(&f.out, " event%s lacked a field that its rules need", n == 1 ? "" : "s");
	render_flow_end(&f);
	return 1;
}

/* ---- coverage ---- */

#define TOLD_MOST 32
#define TAIL_S    3600 /* silence at the end worth a word */
#define HEAD_S    60   /* windows begin with a minute, the first event somewhere in it */

struct told {
	struct {
		int64_t from, to;
		double covered;
	} window[TOLD_MOST];
	size_t used;
};

static int is_told(struct told *told, const struct report_objective *o)
{
	for (size_t i = 0; i < told->used; i++)
		if (told->window[i].from == o->window.from && told->window[i].to == o->window.to &&
		    !(told->window[i].covered < o->window.covered) &&
		    !(told->window[i].covered > o->window.covered))
			return 1;
	if (told->used < TOLD_MOST) {
		told->window[told->used].from = o->window.from;
		told->window[told->used].to = o->window.to;
		told->window[told->used].covered = o->window.covered;
		told->used++;
	}
	return 0;
}

static void say_why(const struct render_subject *s, struct out *o)
{
	const struct report_input *in = &s->page->report->input;
	const int late = in->first_event >= s->objective->window.from + HEAD_S;
	const int early = in->last_event < s->objective->window.to - TAIL_S;

	if (in->first_event == NINES_NEVER)
		return;
	out_cstr(o, ": ");
	if (late) {
		out_cstr(o, "the first event is of ");
		render_say_instant(o, in->first_event);
	}
	if (early) {
		out_cstr(o, late ? ", the last of " : "the last event is of ");
		render_say_instant(o, in->last_event);
	}
	if (!late && !early)
		out_cstr(o, "there are gaps without any line");
}

/* Each share of a window is told of once, whatever the number of objectives. */
static size_t coverage(const struct render_subject *s, void *ctx)
{
	const struct report_objective *o = s->objective;
	char buf[RENDER_NUMBER_SIZE];
	struct render_flow f;

	if (!(o->window.covered < 1) || is_told(ctx, o))
		return 0;
	render_flow_begin(&f, s->page, RENDER_NOTE_MARGIN, RENDER_PLAIN, "coverage");
	render_say_percent(&f.out, render_number_covered(buf, o->window.covered));
	out_fmt(&f.out, " of %s", o->window.name);
	if (render_stored_lacks(s->sli, o)) {
		out_cstr(&f.out, " for ");
		render_say_plain_name(s, &f.out);
		out_cstr(&f.out, ": its rules are new");
	} else {
		say_why(s, &f.out);
	}
	render_flow_end(&f);
	return 1;
}

/* ---- time that does not count, time that is explained ---- */

static void say_removed(
    const struct render_page *page, struct out *o, const struct report_removed *removed)
{
	char buf[RENDER_NUMBER_SIZE];

	out_cstr(o, "; ");
	render_page_visible(page, o, removed->journey);
	out_char(o, '/');
	render_page_visible(page, o, removed->sli);
	out_char(o, ' ');
	render_say_count(o, removed->bad);
	out_cstr(o, " bad of ");
	render_say_count(o, removed->valid);
	if (!isfinite(removed->budget) || removed->bad == 0)
		return;
	out_cstr(o, ", ");
	render_say_percent(o, render_number_left(buf, removed->budget, page->dash));
	out_cstr(o, " of its budget");
}

static void exclusion(const struct render_page *page, const struct report_exclusion *x)
{
	struct render_flow f;

	render_flow_begin(&f, page, RENDER_NOTE_MARGIN, RENDER_PLAIN, "excluded");
	render_say_span(page, &f.out, x->from, x->to);
	if (x->reason && *x->reason) {
		out_cstr(&f.out, " (");
		render_page_visible(page, &f.out, x->reason);
		out_char(&f.out, ')');
	}
	out_cstr(&f.out, ": ");
	render_say_count(&f.out, x->lines);
	out_fmt(&f.out, " line%s", x->lines == 1 ? "" : "s");
	for (size_t i = 0; i < x->removals; i++)
		if (x->removed[i].bad > 0 || page->style->verbose)
			say_removed(page, &f.out, &x->removed[i]);
	render_flow_end(&f);
}

static void annotation(const struct render_page *page, const struct report_annotation *a)
{
	struct render_flow f;

	render_flow_begin(&f, page, RENDER_NOTE_MARGIN, RENDER_PLAIN, "noted");
	render_say_span(page, &f.out, a->from, a->to);
	out_cstr(&f.out, ": ");
	render_page_visible(page, &f.out, a->label);
	render_flow_end(&f);
}

static size_t range(const struct render_page *page)
{
	const struct report *r = page->report;
	struct render_flow f;

	if (r->since == NINES_NEVER && r->until == NINES_NEVER)
		return 0;
	render_flow_begin(&f, page, RENDER_NOTE_MARGIN, RENDER_PLAIN, "range");
	out_cstr(&f.out, "only events");
	if (r->since != NINES_NEVER) {
		out_cstr(&f.out, " since ");
		render_say_instant(&f.out, r->since);
	}
	if (r->until != NINES_NEVER) {
		out_cstr(&f.out, " until ");
		render_say_instant(&f.out, r->until);
	}
	out_cstr(&f.out, ", as asked");
	render_flow_end(&f);
	return 1;
}

static size_t by_calendar(const struct render_subject *s, void *ctx)
{
	(void)ctx;
	return s->objective->window.calendar != 0;
}

static size_t zone(const struct render_page *page)
{
	const char *name = page->report->zone;
	struct render_flow f;

	if (!name || strcmp(name, "UTC") == 0 || render_say_each(page, by_calendar, NULL) == 0)
		return 0;
	render_flow_begin(&f, page, RENDER_NOTE_MARGIN, RENDER_PLAIN, "zone");
	out_cstr(&f.out, "days, weeks and months are those of ");
	render_page_visible(page, &f.out, name);
	render_flow_end(&f);
	return 1;
}

size_t render_note(const struct render_page *page)
{
	size_t n = render_say_each(page, unsure, NULL);

	return n + render_note_basis(page);
}

size_t render_note_basis(const struct render_page *page)
{
	const struct report *r = page->report;
	struct told told = { .used = 0 };
	size_t n = render_say_each(page, missing, NULL);

	n += range(page);
	n += zone(page);
	n += render_stored_rules(page);
	n += render_stored_hours(page);
	n += render_say_each(page, coverage, &told);
	for (size_t i = 0; i < r->exclusions; i++)
		exclusion(page, &r->exclusion[i]);
	for (size_t i = 0; i < r->annotations; i++)
		annotation(page, &r->annotation[i]);
	return n + r->exclusions + r->annotations;
}
