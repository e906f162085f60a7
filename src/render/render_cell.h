/* What the columns of a grid show of an objective. */
#ifndef RENDER_CELL_H
#define RENDER_CELL_H
#include "render_grid.h"

/* The budget that is left is a bar beside a share; the window is shown where windows differ; trend
 * is the sparkline; covered is shown where something lacks. */
render_cell_fn render_cell_sli, render_cell_target, render_cell_window, render_cell_bar,
    render_cell_left, render_cell_bad, render_cell_allowed, render_cell_burn, render_cell_trend,
    render_cell_covered, render_cell_state;
/* What tells apart the objectives of one SLI: ", 5m slices"; of a mean, ", 5m slice mean". */
const char *render_cell_method(char buf[RENDER_NUMBER_SIZE], const struct render_row *row);
#endif
