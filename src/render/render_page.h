/* A page: where text for people goes, how wide it is and what it may look like.  Text from logs,
 * configs and file names is hostile: it passes render_page_visible, never out_cstr. */
#ifndef RENDER_PAGE_H
#define RENDER_PAGE_H
#include "out.h"
#include "report.h"

struct render_page {
	struct out *out;
	const struct report *report;
	const struct nines_style *style;
	const char *dash; /* stands for "no value" and between the ends of a range: "–" or "-" */
	int same_window;  /* all objectives are judged over one and the same window */
	int year;         /* of as-of; days of other years are shown with theirs */
};
void render_page_init(struct render_page *page, struct out *o, const struct report *r,
    const struct nines_style *style);

enum render_tone {
	RENDER_PLAIN,
	RENDER_STRONG,
	RENDER_DIM,
	RENDER_RED,
	RENDER_YELLOW,
	RENDER_GREEN,
};
void render_page_tone(const struct render_page *page, struct out *o, enum render_tone tone);
void render_page_visible(const struct render_page *page, struct out *o, const char *text);
/* Columns that the text takes once made visible at the start of a line. */
unsigned render_page_columns(const struct render_page *page, const char *text);
/* The state as people are told: "MISSED", "AT RISK", ... "met", and its colour. */
const char *render_page_state(enum report_state state, enum render_tone *tone);

/* A paragraph: words written to `out` are wrapped to the page's width, later lines hanging under
 * the first.  A word is never cut.  RENDER_GLUE is a blank at which no line ends. */
#define RENDER_GLUE "\037"
struct render_flow {
	struct out out;
	struct out *to;
	unsigned width, indent, column;
	unsigned blanks; /* seen and not yet written */
	char word[256];
	size_t used;
	unsigned columns; /* of the word */
	int in_escape;    /* within a colour sequence, which takes no columns */
	int fresh;        /* nothing stands on the line but blanks */
};
/* `label` stands in the margin, which is `indent` wide. */
void render_flow_begin(struct render_flow *f, const struct render_page *page, unsigned indent,
    enum render_tone tone, const char *label);
void render_flow_end(struct render_flow *f);
#endif
