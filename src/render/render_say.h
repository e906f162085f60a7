/* Parts of sentences about objectives, written into a paragraph. */
#ifndef RENDER_SAY_H
#define RENDER_SAY_H
#include "render_page.h"

/* One objective and where it belongs. */
struct render_subject {
	const struct render_page *page;
	const struct report_journey *journey;
	const struct report_sli *sli;
	const struct report_objective *objective;
};

typedef size_t render_subject_fn(const struct render_subject *s, void *ctx);
/* Visits every objective in config order; the sum of what the visits returned. */
size_t render_say_each(const struct render_page *page, render_subject_fn *visit, void *ctx);

/* "checkout/availability", and its target and window where the name alone is not enough. */
void render_say_name(const struct render_subject *s, struct out *o);
void render_say_plain_name(const struct render_subject *s, struct out *o);
void render_say_confidence(const struct render_subject *s, struct out *o); /* "95 %" */
void render_say_interval(const struct render_subject *s, struct out *o);   /* "98.1–99.9 %" */
void render_say_count(struct out *o, uint64_t n);
void render_say_ppb(struct out *o, uint64_t ppb);
/* A number of render_number, kept on one line. */
void render_say_percent(struct out *o, const char *text);
void render_say_instant(struct out *o, int64_t t);
void render_say_span(const struct render_page *page, struct out *o, int64_t from, int64_t to);
void render_say_rate(const struct render_page *page, struct out *o, double rate);
void render_say_factor(const struct render_page *page, struct out *o, double rate);
void render_say_range(const struct render_page *page, struct out *o, double low, double high);
#endif
