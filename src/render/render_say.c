#include "render_say.h"

#include <string.h>

#include "render_number.h"
#include "render_time.h"

#define G RENDER_GLUE

size_t render_say_each(const struct render_page *page, render_subject_fn *visit, void *ctx)
{
	const struct report *r = page->report;
	size_t sum = 0;

	for (size_t j = 0; j < r->journeys; j++)
		for (size_t s = 0; s < r->journey[j].slis; s++)
			for (size_t i = 0; i < r->journey[j].sli[s].objectives; i++) {
				const struct report_sli *sli = &r->journey[j].sli[s];

				sum += visit(&(struct render_subject){ page, &r->journey[j], sli,
				                 &sli->objective[i] },
				    ctx);
			}
	return sum;
}

void render_say_percent(struct out *o, const char *text)
{
	for (const char *p = text; *p; p++)
		out_char(o, *p == ' ' ? *G : *p);
}

void render_say_count(struct out *o, uint64_t n)
{
	char buf[RENDER_NUMBER_SIZE];

	out_cstr(o, render_number_count(buf, n));
}

void render_say_instant(struct out *o, int64_t t)
{
	char buf[RENDER_TIME_SIZE];

	out_cstr(o, render_time_instant(buf, t));
}

void render_say_span(const struct render_page *page, struct out *o, int64_t from, int64_t to)
{
	char buf[RENDER_TIME_SIZE];

	out_cstr(o, render_time_span(buf, page, from, to));
}

void render_say_rate(const struct render_page *page, struct out *o, double rate)
{
	char buf[RENDER_NUMBER_SIZE];

	out_cstr(o, render_number_rate(buf, rate, page->dash));
}

void render_say_factor(const struct render_page *page, struct out *o, double rate)
{
	char buf[RENDER_NUMBER_SIZE];

	out_cstr(o, render_number_factor(buf, rate, page->dash));
}

void render_say_range(const struct render_page *page, struct out *o, double low, double high)
{
	char buf[RENDER_NUMBER_SIZE];

	render_say_percent(o, render_number_range(buf, low, high, page->dash));
}

void render_say_ppb(struct out *o, uint64_t ppb)
{
	char buf[RENDER_NUMBER_SIZE];

	render_say_percent(o, render_number_ppb(buf, ppb));
}

void render_say_plain_name(const struct render_subject *s, struct out *o)
{
	render_page_visible(s->page, o, s->journey->name);
	out_char(o, '/');
	render_page_visible(s->page, o, s->sli->name);
}

void render_say_name(const struct render_subject *s, struct out *o)
{
	render_say_plain_name(s, o);
	if (s->sli->objectives > 1) {
		out_cstr(o, " (");
		render_say_ppb(o, s->objective->target_ppb);
		out_fmt(o, G "over" G "%s)", s->objective->window.name);
	} else if (!s->page->same_window) {
		out_fmt(o, " (%s)", s->objective->window.name);
	}
}

void render_say_confidence(const struct render_subject *s, struct out *o)
{
	render_say_ppb(o, (uint64_t)(s->objective->confidence * NINES_PPB + 0.5));
}

void render_say_interval(const struct render_subject *s, struct out *o)
{
	render_say_range(s->page, o, s->objective->interval_low, s->objective->interval_high);
}
