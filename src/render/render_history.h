/* Renderers of a history: one file per format, one table.  They compute nothing. */
#ifndef RENDER_HISTORY_H
#define RENDER_HISTORY_H
#include "history.h"
#include "out.h"

typedef void render_history_fn(
    struct out *o, const struct history *h, const struct nines_style *style);
render_history_fn render_history_text, render_history_json, render_history_csv;
struct render_history {
	const char *name, *media_type, *summary;
	render_history_fn *render;
};
const struct render_history *render_history_find(const char *name);
const struct render_history *render_history_at(size_t i); /* NULL ends */

/* One row of a history: an objective in a period, or an SLI that is measured and not judged. */
struct render_history_row {
	const struct history_period *period;
	const struct report_journey *journey;
	const struct report_sli *sli;
	const struct report_objective *objective; /* or NULL */
	size_t position;                          /* of the objective in its SLI, from 0 */
};
typedef void render_history_row_fn(void *ctx, const struct render_history_row *row);
/* Visits all rows, by period, then in config order. */
void render_history_each(const struct history *h, render_history_row_fn *visit, void *ctx);
#endif
