#include "render_table.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "render_number.h"
#include "render_time.h"
#include "when.h"

#define BAR_CELLS  10
#define INDENT     2  /* of rows under their journey */
#define NAME_LEAST 24 /* a longer name may stand on a line of its own */

struct row {
	const struct report_journey *journey;
	const struct report_sli *sli;
	const struct report_objective *objective; /* NULL: measured, not judged */
};

struct cell {
	char text[RENDER_NUMBER_SIZE];
	enum render_tone tone;
};

struct column;
typedef void cell_fn(struct cell *cell, const struct render_page *page, const struct column *column,
    const struct row *row);

/* Cells of a column meet at a line: their left end, their right end, or their decimal point. */
enum meet { AT_LEFT, AT_RIGHT, AT_POINT };
struct column {
	const char *heading;
	cell_fn *cell;
	enum meet meet;
	int lean_left;    /* where the heading is wider than the cells, they stand to the left */
	const char *glue; /* joins it to the column before; NULL: the gap between columns */
	unsigned rank;    /* the highest goes first when the page is narrow; 0 stays */
	int64_t burn_s;   /* look-back of a burn rate */
	int verbose;      /* shown only on request */
};

static cell_fn sli_cell, target_cell, window_cell, bar_cell, left_cell, bad_cell, allowed_cell,
    burn_cell, spark_cell, state_cell;

static const struct column columns[] = {
	{ "SLI", sli_cell, AT_POINT, 0, NULL, 0, 0, 0 },
	{ "target", target_cell, AT_POINT, 1, NULL, 2, 0, 0 },
	{ "window", window_cell, AT_LEFT, 1, NULL, 1, 0, 0 },
	{ "budget left", bar_cell, AT_LEFT, 1, NULL, 5, 0, 0 },
	{ "budget left", left_cell, AT_POINT, 0, NULL, 3, 0, 0 },
	{ "bad", bad_cell, AT_POINT, 0, NULL, 4, 0, 0 },
	{ "allowed", allowed_cell, AT_POINT, 1, " / ", 4, 0, 0 },
	{ "5m", burn_cell, AT_RIGHT, 0, NULL, 8, 300, 1 },
	{ "30m", burn_cell, AT_RIGHT, 0, NULL, 8, 1800, 1 },
	{ "1h", burn_cell, AT_RIGHT, 0, NULL, 6, 3600, 0 },
	{ "2h", burn_cell, AT_RIGHT, 0, NULL, 8, 7200, 1 },
	{ "6h", burn_cell, AT_RIGHT, 0, NULL, 7, 21600, 0 },
	{ "1d", burn_cell, AT_RIGHT, 0, NULL, 8, 86400, 1 },
	{ "3d", burn_cell, AT_RIGHT, 0, NULL, 7, 259200, 0 },
	{ "", spark_cell, AT_LEFT, 1, NULL, 9, 0, 0 },
	{ "", state_cell, AT_LEFT, 1, NULL, 0, 0, 0 },
};
#define COLUMNS   (sizeof columns / sizeof *columns)
#define RANK_MOST 9

struct measure {
	int shown;
	unsigned left, right, width;
	char heading[RENDER_TIME_SIZE];
};
struct layout {
	const struct render_page *page;
	struct measure column[COLUMNS];
	unsigned name, name_most, gap;
};

/* ---- cells ---- */

static void set(struct cell *cell, const char *text, enum render_tone tone)
{
	(void)snprintf(cell->text, sizeof cell->text, "%s", text);
	cell->tone = tone;
}

static int is_judged(const struct row *row)
{
	return row->objective && row->objective->state != REPORT_NO_DATA;
}

static void sli_cell(struct cell *cell, const struct render_page *page, const struct column *column,
    const struct row *row)
{
	(void)column;
	if (row->objective)
		(void)render_number_sli(cell->text, row->objective, page->dash);
	else
		(void)render_number_ratio(cell->text, row->sli->good, row->sli->valid, page->dash);
}

static void target_cell(struct cell *cell, const struct render_page *page,
    const struct column *column, const struct row *row)
{
	(void)column;
	if (row->objective)
		(void)render_number_ppb(cell->text, row->objective->target_ppb);
	else
		set(cell, page->dash, RENDER_DIM);
}

static void window_cell(struct cell *cell, const struct render_page *page,
    const struct column *column, const struct row *row)
{
	(void)column;
	if (row->objective && !page->same_window)
		set(cell, row->objective->window.name, RENDER_PLAIN);
}

static double budget_share(const struct row *row)
{
	return row->objective ? row->objective->remaining_ratio : (double)NAN;
}

/* A spent budget keeps the thinnest sliver, so that a bar is never taken for a missing one. */
static void bar_cell(struct cell *cell, const struct render_page *page, const struct column *column,
    const struct row *row)
{
	static const char eighth[][4] = { "", "▏", "▎", "▍", "▌", "▋", "▊", "▉" };
	const double share = fmin(fmax(budget_share(row), 0), 1);
	const int ascii = page->style->ascii;
	unsigned eighths;

	(void)column;
	if (isnan(budget_share(row)))
		return;
	eighths = (unsigned)(share * BAR_CELLS * 8 + 1e-9);
	if (eighths == 0 && !ascii)
		eighths = 1;
	for (unsigned i = 0; i < eighths / 8; i++)
		(void)strncat(cell->text, ascii ? "#" : "█", 4);
	if (!ascii)
		(void)strncat(cell->text, eighth[eighths % 8], 4);
	for (unsigned i = eighths / 8; i < BAR_CELLS && ascii; i++)
		(void)strncat(cell->text, ".", 2);
	(void)render_page_state(row->objective->state, &cell->tone);
}

static void left_cell(struct cell *cell, const struct render_page *page,
    const struct column *column, const struct row *row)
{
	(void)column;
	if (is_judged(row))
		(void)render_number_left(cell->text, budget_share(row), page->dash);
}

static void bad_cell(struct cell *cell, const struct render_page *page, const struct column *column,
    const struct row *row)
{
	(void)column;
	if (is_judged(row))
		(void)render_number_bad(cell->text, row->objective, page->dash);
	else if (!row->objective && row->sli->valid > 0)
		(void)render_number_count(cell->text, row->sli->valid - row->sli->good);
}

static void allowed_cell(struct cell *cell, const struct render_page *page,
    const struct column *column, const struct row *row)
{
	(void)column;
	if (is_judged(row))
		(void)render_number_allowed(cell->text, row->objective, page->dash);
}

static void burn_cell(struct cell *cell, const struct render_page *page,
    const struct column *column, const struct row *row)
{
	const size_t n = is_judged(row) ? row->objective->burns : 0;

	for (size_t i = 0; i < n; i++) {
		const struct report_burn *burn = &row->objective->burn[i];

		if (burn->length_s == column->burn_s)
			(void)render_number_rate(cell->text, burn->rate, page->dash);
	}
}

/* How fast the budget went in that part of the window: at 1, the middle, it just lasts. */
static size_t spark_level(double sli, uint64_t target_ppb)
{
	static const double rate[] = { 0.25, 0.5, 1, 2, 5, 10 };
	const double budget = 1 - (double)target_ppb / 1e9;
	size_t faster = 0;

	if (!(sli < 1))
		return 6;
	while (faster < 6 && 1 - sli > rate[faster] * budget)
		faster++;
	return 6 - faster;
}

static void spark_cell(struct cell *cell, const struct render_page *page,
    const struct column *column, const struct row *row)
{
	static const char *const glyph[2][7] = {
		{ "▁", "▂", "▃", "▄", "▅", "▆", "▇" },
		{ ".", ":", "-", "=", "+", "*", "#" },
	};

	(void)column;
	if (!is_judged(row))
		return;
	for (size_t i = 0; i < REPORT_SPARK; i++) {
		const double sli = row->objective->spark[i];

		(void)strncat(cell->text,
		    isnan(sli) ? " "
		               : glyph[page->style->ascii != 0]
		                      [spark_level(sli, row->objective->target_ppb)],
		    4);
	}
}

static void state_cell(struct cell *cell, const struct render_page *page,
    const struct column *column, const struct row *row)
{
	(void)page;
	(void)column;
	if (row->objective)
		(void)snprintf(cell->text, sizeof cell->text, "%s",
		    render_page_state(row->objective->state, &cell->tone));
}

/* ---- layout ---- */

static unsigned columns_of(const char *text, size_t n)
{
	unsigned count = 0;

	for (size_t i = 0; i < n; i++)
		count += ((unsigned char)text[i] & 0xc0) != 0x80;
	return count;
}

/* How much of the cell stands left of the line at which the column's cells meet. */
static unsigned left_of(const struct column *column, const char *text)
{
	if (column->meet == AT_LEFT)
		return 0;
	return columns_of(text, column->meet == AT_RIGHT ? strlen(text) : strcspn(text, ". "));
}

static unsigned most(unsigned a, unsigned b)
{
	return a > b ? a : b;
}

/* What tells apart the objectives of one SLI: "availability, 5m slices"; of a mean, "5m slice
 * mean". */
static const char *method_text(char buf[RENDER_NUMBER_SIZE], const struct row *row)
{
	char span[WHEN_SIZE];

	*buf = '\0';
	if (row->objective && row->objective->slice_s > 0)
		(void)snprintf(buf, RENDER_NUMBER_SIZE, ", %s slice%s",
		    when_span_text(span, row->objective->slice_s * 1000000000),
		    strcmp(row->objective->method, "timeslices") == 0 ? "s" : " mean");
	return buf;
}

static void put_name(const struct render_page *page, struct out *o, const struct row *row)
{
	char buf[RENDER_NUMBER_SIZE];

	render_page_visible(page, o, row->sli->label);
	out_cstr(o, method_text(buf, row));
}

static unsigned name_columns(const struct render_page *page, const struct row *row)
{
	char buf[RENDER_NUMBER_SIZE];

	return INDENT + render_page_columns(page, row->sli->label) +
	    (unsigned)strlen(method_text(buf, row));
}

typedef void row_fn(struct layout *l, const struct row *row);
static void each_row(struct layout *l, row_fn *visit)
{
	const struct report *r = l->page->report;

	for (size_t j = 0; j < r->journeys; j++)
		for (size_t s = 0; s < r->journey[j].slis; s++) {
			struct row row = { &r->journey[j], &r->journey[j].sli[s], NULL };

			if (row.sli->objectives == 0)
				visit(l, &row);
			for (size_t i = 0; i < row.sli->objectives; i++) {
				row.objective = &row.sli->objective[i];
				visit(l, &row);
			}
		}
}

static void measure_row(struct layout *l, const struct row *row)
{
	const unsigned name = name_columns(l->page, row);

	if (name <= l->name_most)
		l->name = most(l->name, name);
	for (size_t c = 0; c < COLUMNS; c++) {
		struct measure *m = &l->column[c];
		struct cell cell = { .tone = RENDER_PLAIN };
		unsigned left;

		if (columns[c].verbose && !l->page->style->verbose)
			continue;
		columns[c].cell(&cell, l->page, &columns[c], row);
		if (*cell.text == '\0')
			continue;
		left = left_of(&columns[c], cell.text);
		m->shown = 1;
		m->left = most(m->left, left);
		m->right = most(m->right, columns_of(cell.text, strlen(cell.text)) - left);
	}
}

/* "last 28 days" where all rows show the same ones. */
static void spark_heading(const struct render_page *page, char buf[RENDER_TIME_SIZE])
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

/* Headings depend on what is shown: the bar takes that of the share beside it, and the first of the
 * burn rates says what they are. */
static void name_columns_shown(struct layout *l)
{
	int burns = 0, bar = 0;

	for (size_t c = 0; c < COLUMNS; c++) {
		struct measure *m = &l->column[c];
		const struct column *column = &columns[c];

		if (!m->shown)
			continue;
		(void)snprintf(m->heading, sizeof m->heading, "%s%s",
		    column->burn_s && !burns++ ? "burn " : "", column->heading);
		bar |= column->cell == bar_cell;
		if (column->cell == left_cell && bar)
			*m->heading = '\0';
		if (column->cell == spark_cell)
			spark_heading(l->page, m->heading);
		m->width = most(m->left + m->right, (unsigned)strlen(m->heading));
	}
}

static unsigned gap_before(const struct layout *l, size_t c)
{
	if (columns[c].glue)
		return (unsigned)strlen(columns[c].glue);
	if (columns[c].burn_s && c > 0)
		for (size_t i = c; i-- > 0 && columns[i].burn_s;)
			if (l->column[i].shown)
				return 2;
	if (columns[c].cell == left_cell && l->column[c - 1].shown)
		return 1;
	return l->gap;
}

static unsigned total(const struct layout *l)
{
	unsigned n = l->name;

	for (size_t c = 0; c < COLUMNS; c++)
		if (l->column[c].shown)
			n += gap_before(l, c) + l->column[c].width;
	return n;
}

static int fits(struct layout *l, unsigned gap)
{
	l->gap = gap;
	name_columns_shown(l);
	return l->page->style->width == 0 || total(l) <= l->page->style->width;
}

static void lay_out(struct layout *l)
{
	for (unsigned rank = RANK_MOST; !fits(l, 3) && !fits(l, 2) && rank > 0; rank--)
		for (size_t c = 0; c < COLUMNS; c++)
			if (columns[c].rank == rank)
				l->column[c].shown = 0;
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

/* Text, `left` of whose columns stand before the meeting line, in a place `m` wide. */
static void put_cell(struct pen *pen, const struct layout *l, size_t c, const struct cell *cell)
{
	const struct measure *m = &l->column[c];
	const unsigned left = left_of(&columns[c], cell->text);
	const unsigned right = columns_of(cell->text, strlen(cell->text)) - left;
	const unsigned extra = m->width - m->left - m->right;

	pen->blanks += m->left - left + (columns[c].lean_left ? 0 : extra);
	put(pen, l->page, cell->text, cell->tone);
	pen->blanks += m->right - right + (columns[c].lean_left ? extra : 0);
}

static void put_heading(struct pen *pen, const struct layout *l, size_t c)
{
	const unsigned extra = l->column[c].width - (unsigned)strlen(l->column[c].heading);

	pen->blanks += columns[c].lean_left ? 0 : extra;
	put(pen, l->page, l->column[c].heading, RENDER_DIM);
	pen->blanks += columns[c].lean_left ? extra : 0;
}

static void put_gap(struct pen *pen, const struct layout *l, size_t c, int joined)
{
	if (columns[c].glue && joined)
		put(pen, l->page, columns[c].glue, RENDER_PLAIN);
	else
		pen->blanks += gap_before(l, c);
}

static void put_headings(struct layout *l)
{
	struct pen pen = { l->page->out, l->name };

	for (size_t c = 0; c < COLUMNS; c++)
		if (l->column[c].shown) {
			put_gap(&pen, l, c, 1);
			put_heading(&pen, l, c);
		}
	out_char(l->page->out, '\n');
}

static int is_first(const struct row *row)
{
	return row->sli == row->journey->sli &&
	    (!row->objective || row->objective == row->sli->objective);
}

static void put_row(struct layout *l, const struct row *row)
{
	const unsigned name = name_columns(l->page, row);
	struct pen pen = { l->page->out, 0 };

	if (is_first(row)) {
		render_page_tone(l->page, pen.o, RENDER_STRONG);
		render_page_visible(l->page, pen.o, row->journey->name);
		render_page_tone(l->page, pen.o, RENDER_PLAIN);
		out_char(pen.o, '\n');
	}
	out_repeat(pen.o, " ", INDENT);
	put_name(l->page, pen.o, row);
	if (name > l->name) {
		out_char(pen.o, '\n');
		pen.blanks = l->name;
	} else {
		pen.blanks = l->name - name;
	}
	for (size_t c = 0; c < COLUMNS; c++) {
		struct cell cell = { .tone = RENDER_PLAIN };

		if (!l->column[c].shown)
			continue;
		columns[c].cell(&cell, l->page, &columns[c], row);
		put_gap(&pen, l, c, *cell.text != '\0');
		put_cell(&pen, l, c, &cell);
	}
	out_char(pen.o, '\n');
}

void render_table(const struct render_page *page)
{
	const unsigned width = page->style->width;
	struct layout l = { .page = page };

	l.name_most = width == 0 ? UINT32_MAX : most(NAME_LEAST, width * 2 / 5);
	l.name = INDENT;
	each_row(&l, measure_row);
	lay_out(&l);
	put_headings(&l);
	each_row(&l, put_row);
}
