/* A grid: rows of aligned cells under headings, as many columns as the page has room for.  A narrow
 * page loses columns, the least important first; a number is never cut. */
#ifndef RENDER_GRID_H
#define RENDER_GRID_H
#include "render_number.h"
#include "render_page.h"
#include "render_time.h"

#define RENDER_GRID_COLUMNS 24
#define RENDER_GRID_RANKS   9 /* the highest rank */

struct render_row {
	const struct report_journey *journey;
	const struct report_sli *sli;
	const struct report_objective *objective; /* NULL: measured, not judged */
	const char *period;                       /* its name; NULL in a report */
};

struct render_cell {
	char text[RENDER_NUMBER_SIZE]; /* harmless; "": nothing */
	enum render_tone tone;
};

struct render_column;
typedef void render_cell_fn(struct render_cell *cell, const struct render_page *page,
    const struct render_column *column, const struct render_row *row);

/* Cells of a column meet at a line: their left end, their right end, or their decimal point. */
enum render_meet { RENDER_AT_LEFT, RENDER_AT_RIGHT, RENDER_AT_POINT };
struct render_column {
	const char *heading;
	render_cell_fn *cell;
	enum render_meet meet;
	int lean_left;    /* where the heading is wider than the cells, they stand to the left */
	const char *glue; /* joins it to the column before; NULL: the gap between columns */
	unsigned rank;    /* the highest goes first when the page is narrow; 0 stays */
	int64_t burn_s;   /* look-back of a burn rate; the first of these says what they are */
	int verbose;      /* shown only on request */
	int shares;       /* the heading of the column before, when that is shown */
	/* In place of `heading`, or NULL. */
	void (*title)(const struct render_page *page, char buf[RENDER_TIME_SIZE]);
};

struct render_grid;
typedef void render_row_fn(struct render_grid *grid, const struct render_row *row);
struct render_grid {
	const struct render_page *page;
	const struct render_column *column;
	size_t columns;   /* at most RENDER_GRID_COLUMNS */
	const void *rows; /* what `each` visits, in order, always the same */
	void (*each)(struct render_grid *grid, render_row_fn *visit);
	/* What stands left of the cells; no colour in it. */
	void (*lead)(const struct render_page *page, struct out *o, const struct render_row *row);
	/* Lines before a row; may be NULL. */
	void (*before)(const struct render_page *page, const struct render_row *row);
	unsigned lead_least; /* columns, however narrow the page; a longer lead may stand on a line
	                        of its own */
	/* private */
	struct {
		int shown;
		unsigned left, right, width;
		char heading[RENDER_TIME_SIZE];
	} layout[RENDER_GRID_COLUMNS];
	unsigned lead_columns, lead_most, gap;
};
void render_grid(struct render_grid *grid);
#endif
