#include "render_table.h"

#include <stdio.h>
#include <string.h>

#include "render_cell.h"

#define INDENT     2  /* of rows under their journey */
#define NAME_LEAST 24 /* a longer name may stand on a line of its own */

/* "last 28 days" where all rows show the same ones. */
static void trend_heading(const struct render_page *page, char buf[RENDER_TIME_SIZE])
{
	const struct report *r = page->report;
	const struct report_objective *o = NULL;
	char length[RENDER_TIME_SIZE];

	for (size_t j = 0; j < r->journeys && !o; j++)
		for (size_t s = 0; s < r->journey[j].slis && !o; s++)
			if (r->journey[j].sli[s].objectives > 0)
				o = &r->journey[j].sli[s].objective[0];
	if (!o || !page->same_window)
		(void)snprintf(buf, RENDER_TIME_SIZE, "trend");
	else if (o->window.calendar)
		(void)snprintf(buf, RENDER_TIME_SIZE, "%.40s", o->window.name);
	else if (strcmp(o->window.name, "all") == 0)
		(void)snprintf(buf, RENDER_TIME_SIZE, "whole span");
	else
		(void)snprintf(buf, RENDER_TIME_SIZE, "last %.40s",
		    render_time_length(length, o->window.to - o->window.from));
	for (char *p = strchr(buf, *RENDER_GLUE); p; p = strchr(p, *RENDER_GLUE))
		*p = ' ';
}

/* clang-format off */
static const struct render_column columns[] = {
	{ "SLI",         render_cell_sli,     RENDER_AT_POINT, 0, NULL,  0, 0,      0, 0, NULL },
	{ "target",      render_cell_target,  RENDER_AT_POINT, 1, NULL,  2, 0,      0, 0, NULL },
	{ "window",      render_cell_window,  RENDER_AT_LEFT,  1, NULL,  1, 0,      0, 0, NULL },
	{ "budget left", render_cell_bar,     RENDER_AT_LEFT,  1, NULL,  5, 0,      0, 0, NULL },
	{ "budget left", render_cell_left,    RENDER_AT_POINT, 0, NULL,  3, 0,      0, 1, NULL },
	{ "bad",         render_cell_bad,     RENDER_AT_POINT, 0, NULL,  4, 0,      0, 0, NULL },
	{ "allowed",     render_cell_allowed, RENDER_AT_POINT, 1, " / ", 4, 0,      0, 0, NULL },
	{ "5m",          render_cell_burn,    RENDER_AT_RIGHT, 0, NULL,  8, 300,    1, 0, NULL },
	{ "30m",         render_cell_burn,    RENDER_AT_RIGHT, 0, NULL,  8, 1800,   1, 0, NULL },
	{ "1h",          render_cell_burn,    RENDER_AT_RIGHT, 0, NULL,  6, 3600,   0, 0, NULL },
	{ "2h",          render_cell_burn,    RENDER_AT_RIGHT, 0, NULL,  8, 7200,   1, 0, NULL },
	{ "6h",          render_cell_burn,    RENDER_AT_RIGHT, 0, NULL,  7, 21600,  0, 0, NULL },
	{ "1d",          render_cell_burn,    RENDER_AT_RIGHT, 0, NULL,  8, 86400,  1, 0, NULL },
	{ "3d",          render_cell_burn,    RENDER_AT_RIGHT, 0, NULL,  7, 259200, 0, 0, NULL },
	{ "",            render_cell_trend,   RENDER_AT_LEFT,  1, NULL,  9, 0,      0, 0, trend_heading },
	{ "",            render_cell_state,   RENDER_AT_LEFT,  1, NULL,  0, 0,      0, 0, NULL },
};
/* clang-format on */

static void each_row(struct render_grid *grid, render_row_fn *visit)
{
	const struct report *r = grid->rows;

	for (size_t j = 0; j < r->journeys; j++)
		for (size_t s = 0; s < r->journey[j].slis; s++) {
			struct render_row row = { &r->journey[j], &r->journey[j].sli[s], NULL,
				NULL };

			if (row.sli->objectives == 0)
				visit(grid, &row);
			for (size_t i = 0; i < row.sli->objectives; i++) {
				row.objective = &row.sli->objective[i];
				visit(grid, &row);
			}
		}
}

static void put_name(const struct render_page *page, struct out *o, const struct render_row *row)
{
	char buf[RENDER_NUMBER_SIZE];

	out_repeat(o, " ", INDENT);
	render_page_visible(page, o, row->sli->label);
	out_cstr(o, render_cell_method(buf, row));
}

static int is_first(const struct render_row *row)
{
	return row->sli == row->journey->sli &&
	    (!row->objective || row->objective == row->sli->objective);
}

static void put_journey(const struct render_page *page, const struct render_row *row)
{
	if (!is_first(row))
		return;
	render_page_tone(page, page->out, RENDER_STRONG);
	render_page_visible(page, page->out, row->journey->name);
	render_page_tone(page, page->out, RENDER_PLAIN);
	out_char(page->out, '\n');
}

void render_table(const struct render_page *page)
{
	struct render_grid grid = {
		.page = page,
		.column = columns,
		.columns = sizeof columns / sizeof *columns,
		.rows = page->report,
		.each = each_row,
		.lead = put_name,
		.before = put_journey,
		.lead_least = NAME_LEAST,
	};

	render_grid(&grid);
}
