#include "render_grid.h"

#include <stdio.h>
#include <string.h>

/* ---- layout ---- */

static unsigned columns_of(const char *text, size_t n)
{
	unsigned count = 0;

	for (size_t i = 0; i < n; i++)
		count += ((unsigned char)text[i] & 0xc0) != 0x80;
	return count;
}

/* How much of the cell stands left of the line at which the column's cells meet. */
static unsigned left_of(const struct render_column *column, const char *text)
{
	if (column->meet == RENDER_AT_LEFT)
		return 0;
	return columns_of(
	    text, column->meet == RENDER_AT_RIGHT ? strlen(text) : strcspn(text, ". "));
}

static unsigned most(unsigned a, unsigned b)
{
	return a > b ? a : b;
}

static int add_columns(void *ctx, const char *p, size_t n)
{
	*(unsigned *)ctx += columns_of(p, n);
	return 0;
}

static unsigned lead_columns(const struct render_grid *g, const struct render_row *row)
{
	unsigned columns = 0;
	struct out o;

	out_init(&o, add_columns, &columns);
	g->lead(g->page, &o, row);
	(void)out_finish(&o);
	return columns;
}

static void measure_row(struct render_grid *g, const struct render_row *row)
{
	const unsigned lead = lead_columns(g, row);

	if (lead <= g->lead_most)
		g->lead_columns = most(g->lead_columns, lead);
	for (size_t c = 0; c < g->columns; c++) {
		const struct render_column *column = &g->column[c];
		struct render_cell cell = { .tone = RENDER_PLAIN };
		unsigned left;

		if (column->verbose && !g->page->style->verbose)
			continue;
		column->cell(&cell, g->page, column, row);
		if (*cell.text == '\0')
			continue;
		left = left_of(column, cell.text);
		g->layout[c].shown = 1;
		g->layout[c].left = most(g->layout[c].left, left);
		g->layout[c].right =
		    most(g->layout[c].right, columns_of(cell.text, strlen(cell.text)) - left);
	}
}

/* Headings depend on what is shown. */
static void name_columns(struct render_grid *g)
{
	int burns = 0;

	for (size_t c = 0; c < g->columns; c++) {
		const struct render_column *column = &g->column[c];
		char *heading = g->layout[c].heading;

		if (!g->layout[c].shown)
			continue;
		(void)snprintf(heading, sizeof g->layout[c].heading, "%s%s",
		    column->burn_s && !burns++ ? "burn " : "", column->heading);
		if (column->shares && g->layout[c - 1].shown)
			*heading = '\0';
		if (column->title)
			column->title(g->page, heading);
		g->layout[c].width =
		    most(g->layout[c].left + g->layout[c].right, (unsigned)strlen(heading));
	}
}

static unsigned gap_before(const struct render_grid *g, size_t c)
{
	const struct render_column *column = &g->column[c];

	if (column->glue)
		return (unsigned)strlen(column->glue);
	if (column->burn_s && c > 0)
		for (size_t i = c; i-- > 0 && g->column[i].burn_s;)
			if (g->layout[i].shown)
				return 2;
	if (column->shares && g->layout[c - 1].shown)
		return 1;
	return g->gap;
}

static unsigned total(const struct render_grid *g)
{
	unsigned n = g->lead_columns;

	for (size_t c = 0; c < g->columns; c++)
		if (g->layout[c].shown)
			n += gap_before(g, c) + g->layout[c].width;
	return n;
}

static int fits(struct render_grid *g, unsigned gap)
{
	g->gap = gap;
	name_columns(g);
	return g->page->style->width == 0 || total(g) <= g->page->style->width;
}

static void lay_out(struct render_grid *g)
{
	for (unsigned rank = RENDER_GRID_RANKS; !fits(g, 3) && !fits(g, 2) && rank > 0; rank--)
		for (size_t c = 0; c < g->columns; c++)
			if (g->column[c].rank == rank)
				g->layout[c].shown = 0;
}

/* ---- writing ---- */

/* Blanks wait until something follows them: no line ends in one. */
struct pen {
	struct out *o;
	unsigned blanks;
};

static void put(
    struct pen *pen, const struct render_page *page, const char *text, enum render_tone tone)
{
	if (*text == '\0')
		return;
	out_repeat(pen->o, " ", pen->blanks);
	pen->blanks = 0;
	if (tone != RENDER_PLAIN)
		render_page_tone(page, pen->o, tone);
	out_cstr(pen->o, text);
	if (tone != RENDER_PLAIN)
		render_page_tone(page, pen->o, RENDER_PLAIN);
}

/* The cell's part left of the meeting line ends there, the other begins there. */
static void put_cell(
    struct pen *pen, const struct render_grid *g, size_t c, const struct render_cell *cell)
{
	const struct render_column *column = &g->column[c];
	const unsigned left = left_of(column, cell->text);
	const unsigned right = columns_of(cell->text, strlen(cell->text)) - left;
	const unsigned extra = g->layout[c].width - g->layout[c].left - g->layout[c].right;

	pen->blanks += g->layout[c].left - left + (column->lean_left ? 0 : extra);
	put(pen, g->page, cell->text, cell->tone);
	pen->blanks += g->layout[c].right - right + (column->lean_left ? extra : 0);
}

static void put_heading(struct pen *pen, const struct render_grid *g, size_t c)
{
	const unsigned extra = g->layout[c].width - (unsigned)strlen(g->layout[c].heading);

	pen->blanks += g->column[c].lean_left ? 0 : extra;
	put(pen, g->page, g->layout[c].heading, RENDER_DIM);
	pen->blanks += g->column[c].lean_left ? extra : 0;
}

static void put_gap(struct pen *pen, const struct render_grid *g, size_t c, int joined)
{
	if (g->column[c].glue && joined)
		put(pen, g->page, g->column[c].glue, RENDER_PLAIN);
	else
		pen->blanks += gap_before(g, c);
}

static void put_headings(struct render_grid *g)
{
	struct pen pen = { g->page->out, g->lead_columns };

	for (size_t c = 0; c < g->columns; c++)
		if (g->layout[c].shown) {
			put_gap(&pen, g, c, 1);
			put_heading(&pen, g, c);
		}
	out_char(g->page->out, '\n');
}

static void put_row(struct render_grid *g, const struct render_row *row)
{
	const unsigned lead = lead_columns(g, row);
	struct pen pen = { g->page->out, 0 };

	if (g->before)
		g->before(g->page, row);
	g->lead(g->page, pen.o, row);
	if (lead > g->lead_columns) {
		out_char(pen.o, '\n');
		pen.blanks = g->lead_columns;
	} else {
		pen.blanks = g->lead_columns - lead;
	}
	for (size_t c = 0; c < g->columns; c++) {
		struct render_cell cell = { .tone = RENDER_PLAIN };

		if (!g->layout[c].shown)
			continue;
		g->column[c].cell(&cell, g->page, &g->column[c], row);
		put_gap(&pen, g, c, *cell.text != '\0');
		put_cell(&pen, g, c, &cell);
	}
	out_char(pen.o, '\n');
}

void render_grid(struct render_grid *g)
{
	const unsigned width = g->page->style->width;

	g->lead_most = width == 0 ? UINT32_MAX : most(g->lead_least, width * 2 / 5);
	g->each(g, measure_row);
	lay_out(g);
	put_headings(g);
	g->each(g, put_row);
}
