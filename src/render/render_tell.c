#include "render_tell.h"

#include <math.h>
#include <string.h>

#include "render_number.h"
#include "render_say.h"
#include "when.h"

#define G RENDER_GLUE

/* What is counted: "events" or "slices of 5m". */
static void say_unit(const struct report_objective *objective, struct out *o, int many)
{
	char span[WHEN_SIZE];

	out_fmt(o, "%s%s", objective->slice_s > 0 ? "slice" : "event", many ? "s" : "");
	if (objective->slice_s > 0)
		out_fmt(o, " of" G "%s", when_span_text(span, objective->slice_s * 1000000000));
}

/* "2,905 of 182,934 events were bad, 183 were allowed" */
static void say_bad(const struct render_subject *s, struct out *o)
{
	const struct report_objective *objective = s->objective;
	const uint64_t all = objective->slice_s > 0 ? objective->slices : objective->valid;
	char bad[RENDER_NUMBER_SIZE], allowed[RENDER_NUMBER_SIZE];

	(void)render_number_bad(bad, objective, s->page->dash);
	(void)render_number_allowed_round(allowed, objective, s->page->dash);
	out_fmt(o, "%s of ", bad);
	render_say_count(o, all);
	out_char(o, ' ');
	say_unit(objective, o, all != 1);
	out_fmt(o, " %s bad, ", strcmp(bad, "1") == 0 ? "was" : "were");
	if (!(objective->allowed > 0))
		out_cstr(o, "none was allowed");
	else
		out_fmt(o, "%s %s allowed", allowed, strcmp(allowed, "1") == 0 ? "was" : "were");
}

/* Where failures are spread out, their worst stretch says nothing. */
static int stands_out(const struct report_objective *objective)
{
	return objective->worst.bad > 0 &&
	    (objective->worst.label || objective->worst.bad >= objective->bad / 10);
}

/* "; 2,104 of them on 14 Jan 10:05–10:50 (INC-42 payment gateway outage)" */
static void say_worst(const struct render_subject *s, struct out *o)
{
	const struct report_objective *objective = s->objective;
	const uint64_t bad = objective->worst.bad;

	if (!stands_out(objective))
		return;
	out_cstr(o, "; ");
	if (objective->slice_s > 0) {
		out_cstr(o, "at worst ");
		render_say_count(o, bad);
		out_fmt(o, " bad event%s", bad == 1 ? "" : "s");
	} else if (bad == 1 && objective->bad == 1) {
		out_cstr(o, "it came");
	} else if (bad == objective->bad) {
		out_cstr(o, "all of them");
	} else {
		render_say_count(o, bad);
		out_cstr(o, " of them");
	}
	out_cstr(o, " on ");
	render_say_span(s->page, o, objective->worst.from, objective->worst.to);
	if (objective->worst.label) {
		out_cstr(o, " (");
		render_page_visible(s->page, o, objective->worst.label);
		out_char(o, ')');
	}
}

static void say_alert(const struct render_subject *s, struct out *o, const struct report_alert *a)
{
	out_cstr(o, "; ");
	render_page_visible(s->page, o, a->severity);
	out_cstr(o, ": burn rate ");
	render_say_factor(s->page, o, a->long_rate);
	out_fmt(o, " over" G "%s and ", a->long_name);
	render_say_factor(s->page, o, a->short_rate);
	out_fmt(o, " over" G "%s, both above ", a->short_name);
	render_say_factor(s->page, o, a->factor);
}

/* The first in the config's order, which is that of urgency, stands for the others. */
static void say_alerts(const struct render_subject *s, struct out *o)
{
	size_t firing = 0;

	for (size_t i = 0; i < s->objective->alerts; i++)
		if (s->objective->alert[i].firing && firing++ == 0)
			say_alert(s, o, &s->objective->alert[i]);
	if (firing < 2)
		return;
	out_cstr(o, "; ");
	render_say_count(o, firing - 1);
	out_cstr(o, firing == 2 ? " more alert fires" : " more alerts fire");
}

static void say_forecast(const struct render_subject *s, struct out *o)
{
	if (s->objective->exhaustion == NINES_NEVER)
		return;
	out_fmt(o, "; if it goes on like this, %s by ",
	    s->objective->met == 0 ? "met again" : "the budget is spent");
	render_say_instant(o, s->objective->exhaustion);
}

static void say_missed(const struct render_subject *s, struct out *o)
{
	say_bad(s, o);
	say_worst(s, o);
	say_alerts(s, o);
	say_forecast(s, o);
	if (s->objective->straddles) {
		out_cstr(o, "; it may be chance: the ");
		render_say_confidence(s, o);
		out_cstr(o, " interval ");
		render_say_interval(s, o);
		out_cstr(o, " holds the target");
	}
}

static void say_at_risk(const struct render_subject *s, struct out *o)
{
	char buf[RENDER_NUMBER_SIZE];

	if (isfinite(s->objective->remaining_ratio)) {
		(void)render_number_left(buf, s->objective->remaining_ratio, s->page->dash);
		render_say_percent(o, buf);
		out_cstr(o, " of the budget is left: ");
	}
	say_bad(s, o);
	say_worst(s, o);
	say_alerts(s, o);
	say_forecast(s, o);
}

static void say_no_data(const struct render_subject *s, struct out *o)
{
	out_cstr(o, "no valid event");
	if (s->objective->window.from == NINES_NEVER)
		return;
	out_cstr(o, " from ");
	render_say_instant(o, s->objective->window.from);
	out_cstr(o, " to ");
	render_say_instant(o, s->objective->window.to);
}

static void say_low_sample(const struct render_subject *s, struct out *o)
{
	const uint64_t valid = s->objective->valid;

	out_cstr(o, "only ");
	render_say_count(o, valid);
	out_fmt(o, " valid event%s, too few to judge: ", valid == 1 ? "" : "s");
	render_say_confidence(s, o);
	out_cstr(o, " interval ");
	render_say_interval(s, o);
}

struct want {
	enum report_state state;
	unsigned margin;
};
static size_t verdict(const struct render_subject *s, void *ctx)
{
	static void (*const say[])(const struct render_subject *, struct out *) = {
		[REPORT_AT_RISK] = say_at_risk,
		[REPORT_MISSED] = say_missed,
		[REPORT_NO_DATA] = say_no_data,
		[REPORT_LOW_SAMPLE] = say_low_sample,
	};
	const struct want *want = ctx;
	struct render_flow f;
	enum render_tone tone;
	const char *word;

	if (s->objective->state != want->state)
		return 0;
	word = render_page_state(want->state, &tone);
	render_flow_begin(&f, s->page, want->margin, tone, word);
	render_say_name(s, &f.out);
	out_cstr(&f.out, ": ");
	say[want->state](s, &f.out);
	render_flow_end(&f);
	return 1;
}

static size_t widen(const struct render_subject *s, void *ctx)
{
	enum render_tone tone;
	unsigned *margin = ctx;
	const unsigned n = (unsigned)strlen(render_page_state(s->objective->state, &tone)) + 2;

	if (s->objective->state != REPORT_MET && n > *margin)
		*margin = n;
	return 0;
}

size_t render_tell(const struct render_page *page)
{
	static const enum report_state order[] = { REPORT_MISSED, REPORT_AT_RISK, REPORT_NO_DATA,
		REPORT_LOW_SAMPLE };
	struct want want = { REPORT_MISSED, 0 };
	size_t n = 0;

	(void)render_say_each(page, widen, &want.margin);
	for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
		want.state = order[i];
		n += render_say_each(page, verdict, &want);
	}
	return n;
}
