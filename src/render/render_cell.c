#include "render_cell.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "when.h"

#define BAR_CELLS 10

static void set(struct render_cell *cell, const char *text, enum render_tone tone)
{
	(void)snprintf(cell->text, sizeof cell->text, "%s", text);
	cell->tone = tone;
}

static int is_judged(const struct render_row *row)
{
	return row->objective && row->objective->state != REPORT_NO_DATA;
}

void render_cell_sli(struct render_cell *cell, const struct render_page *page,
    const struct render_column *column, const struct render_row *row)
{
	(void)column;
	if (row->objective)
		(void)render_number_sli(cell->text, row->objective, page->dash);
	else
		(void)render_number_ratio(cell->text, row->sli->good, row->sli->valid, page->dash);
}

void render_cell_target(struct render_cell *cell, const struct render_page *page,
    const struct render_column *column, const struct render_row *row)
{
	(void)column;
	if (row->objective)
		(void)render_number_ppb(cell->text, row->objective->target_ppb);
	else
		set(cell, page->dash, RENDER_DIM);
}

void render_cell_window(struct render_cell *cell, const struct render_page *page,
    const struct render_column *column, const struct render_row *row)
{
	(void)column;
	if (row->objective && !page->same_window)
		set(cell, row->objective->window.name, RENDER_PLAIN);
}

static double budget_share(const struct render_row *row)
{
	return row->objective ? row->objective->remaining_ratio : (double)NAN;
}

/* A spent budget keeps the thinnest sliver, so that a bar is never taken for a missing one. */
void render_cell_bar(struct render_cell *cell, const struct render_page *page,
    const struct render_column *column, const struct render_row *row)
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

void render_cell_left(struct render_cell *cell, const struct render_page *page,
    const struct render_column *column, const struct render_row *row)
{
	(void)column;
	if (is_judged(row))
		(void)render_number_left(cell->text, budget_share(row), page->dash);
}

void render_cell_bad(struct render_cell *cell, const struct render_page *page,
    const struct render_column *column, const struct render_row *row)
{
	(void)column;
	if (is_judged(row))
		(void)render_number_bad(cell->text, row->objective, page->dash);
	else if (!row->objective && row->sli->valid > 0)
		(void)render_number_count(cell->text, row->sli->valid - row->sli->good);
}

void render_cell_allowed(struct render_cell *cell, const struct render_page *page,
    const struct render_column *column, const struct render_row *row)
{
	(void)column;
	if (is_judged(row))
		(void)render_number_allowed(cell->text, row->objective, page->dash);
}

void render_cell_burn(struct render_cell *cell, const struct render_page *page,
    const struct render_column *column, const struct render_row *row)
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

void render_cell_trend(struct render_cell *cell, const struct render_page *page,
    const struct render_column *column, const struct render_row *row)
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

void render_cell_covered(struct render_cell *cell, const struct render_page *page,
    const struct render_column *column, const struct render_row *row)
{
	(void)page;
	(void)column;
	if (row->objective && row->objective->window.covered < 1)
		(void)render_number_covered(cell->text, row->objective->window.covered);
}

void render_cell_state(struct render_cell *cell, const struct render_page *page,
    const struct render_column *column, const struct render_row *row)
{
	(void)page;
	(void)column;
	if (row->objective)
		(void)snprintf(cell->text, sizeof cell->text, "%s",
		    render_page_state(row->objective->state, &cell->tone));
}

const char *render_cell_method(char buf[RENDER_NUMBER_SIZE], const struct render_row *row)
{
	char span[WHEN_SIZE];

	*buf = '\0';
	if (row->objective && row->objective->slice_s > 0)
		(void)snprintf(buf, RENDER_NUMBER_SIZE, ", %s slice%s",
		    when_span_text(span, row->objective->slice_s * 1000000000),
		    strcmp(row->objective->method, "timeslices") == 0 ? "s" : " mean");
	return buf;
}
