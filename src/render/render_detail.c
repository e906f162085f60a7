#include "render_detail.h"

#include <math.h>
#include <string.h>

#include "render_number.h"
#include "render_say.h"
#include "when.h"

#define G      RENDER_GLUE
#define MARGIN 14

typedef int has_fn(const struct render_subject *s);
typedef void say_fn(const struct render_subject *s, struct out *o);

static int has_data(const struct render_subject *s)
{
	return s->objective->state != REPORT_NO_DATA;
}

static int has_window(const struct render_subject *s)
{
	return s->objective->window.from != NINES_NEVER;
}

static void say_window(const struct render_subject *s, struct out *o)
{
	const struct report *r = s->page->report;
	char buf[RENDER_NUMBER_SIZE];

	render_say_instant(o, s->objective->window.from);
	out_cstr(o, " to ");
	render_say_instant(o, s->objective->window.to);
	if (s->objective->window.calendar && strcmp(r->zone, "UTC") != 0) {
		out_cstr(o, ", by the calendar of ");
		render_page_visible(s->page, o, r->zone);
	}
	out_cstr(o, ", ");
	render_say_percent(o, render_number_covered(buf, s->objective->window.covered));
	out_cstr(o, " covered");
}

static void say_events(const struct render_subject *s, struct out *o)
{
	const struct report_objective *objective = s->objective;

	render_say_count(o, objective->good);
	out_cstr(o, " good of ");
	render_say_count(o, objective->valid);
	out_cstr(o, objective->missing > 0 ? " valid, " : " valid");
	if (objective->missing == 0)
		return;
	render_say_count(o, objective->missing);
	out_cstr(o, " lacked a field");
}

static int has_slices(const struct render_subject *s)
{
	return s->objective->slice_s > 0;
}

static void say_slices(const struct render_subject *s, struct out *o)
{
	char span[WHEN_SIZE];

	if (strcmp(s->objective->method, "timeslices") == 0) {
		render_say_count(o, s->objective->good_slices);
		out_cstr(o, " good of ");
	}
	render_say_count(o, s->objective->slices);
	out_fmt(
	    o, " judged, of" G "%s each", when_span_text(span, s->objective->slice_s * 1000000000));
}

static void say_unparsed(const struct render_subject *s, struct out *o)
{
	const uint64_t n = s->page->report->input.unparsed;

	render_say_range(s->page, o, s->objective->unparsed_low, s->objective->unparsed_high);
	out_cstr(o, " if the ");
	render_say_count(o, n);
	out_fmt(o, " unparsed line%s had been bad or good", n == 1 ? "" : "s");
}

static void say_interval(const struct render_subject *s, struct out *o)
{
	render_say_interval(s, o);
	out_cstr(o, " (");
	render_say_confidence(s, o);
	out_cstr(o, " confidence)");
}

static int has_unparsed(const struct render_subject *s)
{
	return isfinite(s->objective->unparsed_low) && s->page->report->input.unparsed > 0;
}

static void say_budget(const struct render_subject *s, struct out *o)
{
	const struct report_objective *objective = s->objective;
	char buf[RENDER_NUMBER_SIZE];

	out_cstr(o, render_number_bad(buf, objective, s->page->dash));
	out_fmt(o, " of %s spent", render_number_allowed(buf, objective, s->page->dash));
	if (!isfinite(objective->consumed_ratio))
		return;
	out_cstr(o, " (");
	render_say_percent(o, render_number_left(buf, objective->consumed_ratio, s->page->dash));
	out_char(o, ')');
}

static int has_burns(const struct render_subject *s)
{
	return has_data(s) && s->objective->burns > 0;
}

static void say_burns(const struct render_subject *s, struct out *o)
{
	for (size_t i = 0; i < s->objective->burns; i++) {
		out_fmt(o, "%s%s" G, i ? ", " : "", s->objective->burn[i].window);
		render_say_rate(s->page, o, s->objective->burn[i].rate);
	}
}

static int has_alerts(const struct render_subject *s)
{
	return has_data(s) && s->objective->alerts > 0;
}

static void say_alerts(const struct render_subject *s, struct out *o)
{
	for (size_t i = 0; i < s->objective->alerts; i++) {
		const struct report_alert *a = &s->objective->alert[i];

		out_cstr(o, i ? ", " : "");
		render_page_visible(s->page, o, a->severity);
		out_fmt(o, G "%s/%s" G "above" G, a->long_name, a->short_name);
		render_say_factor(s->page, o, a->factor);
		out_cstr(o, a->firing ? G "FIRES" : "");
	}
}

static void say_forecast(const struct render_subject *s, struct out *o)
{
	if (s->objective->exhaustion == NINES_NEVER) {
		out_cstr(o, "no change of verdict within the window's length");
		return;
	}
	out_cstr(o, s->objective->met == 0 ? "met again by " : "the budget is spent by ");
	render_say_instant(o, s->objective->exhaustion);
}

static int has_worst(const struct render_subject *s)
{
	return s->objective->worst.bad > 0;
}

static void say_worst(const struct render_subject *s, struct out *o)
{
	const uint64_t bad = s->objective->worst.bad;

	render_say_span(s->page, o, s->objective->worst.from, s->objective->worst.to);
	out_cstr(o, ": ");
	render_say_count(o, bad);
	out_fmt(o, " bad event%s", bad == 1 ? "" : "s");
}

static int has_aspiration(const struct render_subject *s)
{
	return s->objective->aspire_ppb > 0;
}

static void say_aspiration(const struct render_subject *s, struct out *o)
{
	render_say_ppb(o, s->objective->aspire_ppb);
}

static int has_meaning(const struct render_subject *s)
{
	return s->sli->description && *s->sli->description;
}

static void say_meaning(const struct render_subject *s, struct out *o)
{
	render_page_visible(s->page, o, s->sli->description);
}

static const struct {
	const char *label;
	has_fn *has;
	say_fn *say;
} rows[] = {
	{ "  meaning", has_meaning, say_meaning },
	{ "  window", has_window, say_window },
	{ "  events", has_data, say_events },
	{ "  slices", has_slices, say_slices },
	{ "  budget", has_data, say_budget },
	{ "  interval", has_data, say_interval },
	{ "  unparsed", has_unparsed, say_unparsed },
	{ "  worst", has_worst, say_worst },
	{ "  burn", has_burns, say_burns },
	{ "  alerts", has_alerts, say_alerts },
	{ "  forecast", has_data, say_forecast },
	{ "  aspires", has_aspiration, say_aspiration },
};

static size_t detail(const struct render_subject *s, void *ctx)
{
	struct render_flow f;

	(void)ctx;
	out_char(s->page->out, '\n');
	render_flow_begin(&f, s->page, 0, RENDER_PLAIN, "");
	render_page_tone(s->page, &f.out, RENDER_STRONG);
	render_say_plain_name(s, &f.out);
	render_page_tone(s->page, &f.out, RENDER_PLAIN);
	out_cstr(&f.out, "   ");
	render_say_ppb(&f.out, s->objective->target_ppb);
	out_fmt(&f.out, " over %s by %s", s->objective->window.name, s->objective->method);
	render_flow_end(&f);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (!rows[i].has(s))
			continue;
		render_flow_begin(&f, s->page, MARGIN, RENDER_DIM, rows[i].label);
		rows[i].say(s, &f.out);
		render_flow_end(&f);
	}
	return 1;
}

void render_detail(const struct render_page *page)
{
	(void)render_say_each(page, detail, NULL);
}
