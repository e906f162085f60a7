#include <stdio.h>
#include <string.h>

#include "render_cell.h"
#include "render_history.h"
#include "render_note.h"
#include "render_read.h"
#include "render_say.h"

#define LEAD_LEAST 36 /* a longer period and name may stand on a line of their own */
#define NAME_MOST  60 /* in the list of changes longer names are not aligned */

/* ---- the first line ---- */

/* "by day, 2025-01-01 to 2025-01-28 in Europe/Berlin" */
static void say_span(const struct render_page *page, const struct history *h, struct out *o)
{
	const char *zone = page->report->zone;

	out_fmt(o, "by %s, ", h->by);
	if (h->periods == 0) {
		out_cstr(o, "no events");
		return;
	}
	out_cstr(o, h->period[0].name);
	if (h->periods > 1)
		out_fmt(o, " to %s", h->period[h->periods - 1].name);
	if (strcmp(zone, "UTC") == 0)
		return;
	out_cstr(o, " in ");
	render_page_visible(page, o, zone);
}

static void put_header(const struct render_page *page, const struct history *h)
{
	struct render_flow f;

	render_flow_begin(&f, page, 0, RENDER_PLAIN, "");
	f.indent = 3;
	render_read_service(page, &f.out);
	say_span(page, h, &f.out);
	render_read_incomplete(page, &f.out);
	render_flow_end(&f);
}

/* ---- the table: every row says all, so that lines can be searched for ---- */

/* clang-format off */
static const struct render_column columns[] = {
	{ "SLI",         render_cell_sli,     RENDER_AT_POINT, 0, NULL,  0, 0, 0, 0, NULL },
	{ "target",      render_cell_target,  RENDER_AT_POINT, 1, NULL,  3, 0, 0, 0, NULL },
	{ "budget left", render_cell_bar,     RENDER_AT_LEFT,  1, NULL,  5, 0, 0, 0, NULL },
	{ "budget left", render_cell_left,    RENDER_AT_POINT, 0, NULL,  1, 0, 0, 1, NULL },
	{ "bad",         render_cell_bad,     RENDER_AT_POINT, 0, NULL,  2, 0, 0, 0, NULL },
	{ "allowed",     render_cell_allowed, RENDER_AT_POINT, 1, " / ", 2, 0, 0, 0, NULL },
	{ "covered",     render_cell_covered, RENDER_AT_POINT, 0, NULL,  4, 0, 0, 0, NULL },
	{ "",            render_cell_state,   RENDER_AT_LEFT,  1, NULL,  0, 0, 0, 0, NULL },
};
/* clang-format on */

struct visit {
	struct render_grid *grid;
	render_row_fn *row;
};

static void visit_row(void *ctx, const struct render_history_row *row)
{
	const struct visit *visit = ctx;

	visit->row(visit->grid,
	    &(struct render_row){ row->journey, row->sli, row->objective, row->period->name });
}

static void each_row(struct render_grid *grid, render_row_fn *row)
{
	struct visit visit = { grid, row };

	render_history_each(grid->rows, visit_row, &visit);
}

/* "checkout/latency ≤ 1 s" */
static void put_name(const struct render_page *page, struct out *o, const struct render_row *row)
{
	char buf[RENDER_NUMBER_SIZE];

	render_page_visible(page, o, row->journey->name);
	out_char(o, '/');
	render_page_visible(page, o, row->sli->label);
	out_cstr(o, render_cell_method(buf, row));
}

static void put_lead(const struct render_page *page, struct out *o, const struct render_row *row)
{
	out_fmt(o, "%s   ", row->period);
	put_name(page, o, row);
}

static void put_table(const struct render_page *page, const struct history *h)
{
	struct render_grid grid = {
		.page = page,
		.column = columns,
		.columns = sizeof columns / sizeof *columns,
		.rows = h,
		.each = each_row,
		.lead = put_lead,
		.lead_least = LEAD_LEAST,
	};

	render_grid(&grid);
	out_char(page->out, '\n');
}

/* ---- changes ---- */

struct widths {
	unsigned name, target;
};

static int count_columns(void *ctx, const char *p, size_t n)
{
	unsigned *seen = ctx;

	for (size_t i = 0; i < n; i++)
		*seen += ((unsigned char)p[i] & 0xc0) != 0x80;
	return 0;
}

static void put_name_of(
    const struct render_page *page, struct out *o, const struct history_change *c)
{
	put_name(
	    page, o, &(struct render_row){ c->journey, c->sli, c->objective, c->period->name });
}

static struct widths measure(const struct render_page *page, const struct history_change *c)
{
	char target[RENDER_NUMBER_SIZE];
	struct widths w = { 0, 0 };
	struct out o;

	out_init(&o, count_columns, &w.name);
	put_name_of(page, &o, c);
	(void)out_finish(&o);
	w.target = (unsigned)strlen(render_number_ppb(target, c->objective->target_ppb));
	return w;
}

static void put_state(const struct render_page *page, enum report_state state)
{
	enum render_tone tone;
	const char *word = render_page_state(state, &tone);

	render_page_tone(page, page->out, tone);
	out_cstr(page->out, word);
	render_page_tone(page, page->out, RENDER_PLAIN);
}

static void put_change(
    const struct render_page *page, const struct history_change *c, const struct widths *most)
{
	const struct widths w = measure(page, c);
	char target[RENDER_NUMBER_SIZE];
	enum render_tone tone;

	out_fmt(page->out, "%s   ", c->period->name);
	put_name_of(page, page->out, c);
	out_repeat(page->out, " ", w.name < most->name ? most->name - w.name : 0);
	out_fmt(page->out, "   %s", render_number_ppb(target, c->objective->target_ppb));
	out_repeat(page->out, " ", most->target - w.target);
	out_fmt(page->out, "   %s -> ", render_page_state(c->before, &tone));
	put_state(page, c->objective->state);
	out_char(page->out, '\n');
}

/* "2025-01-14   checkout/availability   99.9 %   met -> MISSED" */
static void put_changes(const struct render_page *page, const struct history *h)
{
	struct widths most = { 0, 0 };

	if (h->changes == 0)
		return;
	for (size_t i = 0; i < h->changes; i++) {
		const struct widths w = measure(page, &h->change[i]);

		if (w.name > most.name && w.name <= NAME_MOST)
			most.name = w.name;
		if (w.target > most.target)
			most.target = w.target;
	}
	for (size_t i = 0; i < h->changes; i++)
		put_change(page, &h->change[i], &most);
	out_char(page->out, '\n');
}

/* ---- what it rests on ---- */

static void count_unsure(void *ctx, const struct render_history_row *row)
{
	size_t *n = ctx;

	*n += row->objective && row->objective->hangs_on_unparsed;
}

static size_t put_unsure(const struct render_page *page, const struct history *h)
{
	const uint64_t unparsed = page->report->input.unparsed;
	struct render_flow f;
	size_t n = 0;

	render_history_each(h, count_unsure, &n);
	if (n == 0)
		return 0;
	render_flow_begin(&f, page, RENDER_NOTE_MARGIN, RENDER_YELLOW, "unsure");
	render_say_count(&f.out, n);
	out_fmt(&f.out, n == 1 ? " verdict hangs on " : " verdicts hang on ");
	render_say_count(&f.out, unparsed);
	out_fmt(&f.out, " unparsed line%s, whose period is not known", unparsed == 1 ? "" : "s");
	render_flow_end(&f);
	return 1;
}

void render_history_text(struct out *o, const struct history *h, const struct nines_style *style)
{
	struct render_page page;
	size_t notes;

	render_page_init(&page, o, h->whole, style);
	put_header(&page, h);
	out_char(o, '\n');
	render_read_nothing(&page);
	if (h->periods > 0 && h->whole->journeys > 0) {
		put_table(&page, h);
		put_changes(&page, h);
	}
	notes = put_unsure(&page, h);
	notes += render_note_basis(&page);
	if (notes > 0)
		out_char(o, '\n');
	render_read(&page);
}
