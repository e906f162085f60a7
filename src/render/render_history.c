#include "render_history.h"

#include <string.h>

static const struct render_history table[] = {
	{ "text", "text/plain; charset=utf-8", "a table for people", render_history_text },
	{ "json", "application/json", "one object, schema nines-backfill/1", render_history_json },
	{ "csv", "text/csv; charset=utf-8; header=present", "a row for each objective and period",
	    render_history_csv },
};
#define FORMATS (sizeof table / sizeof *table)

const struct render_history *render_history_find(const char *name)
{
	for (size_t i = 0; i < FORMATS; i++)
		if (strcmp(table[i].name, name) == 0)
			return &table[i];
	return NULL;
}

const struct render_history *render_history_at(size_t i)
{
	return i < FORMATS ? &table[i] : NULL;
}

static void each_objective(struct render_history_row *row, render_history_row_fn *visit, void *ctx)
{
	const struct report_sli *sli = row->sli;

	row->objective = NULL;
	if (sli->objectives == 0)
		visit(ctx, row);
	for (row->position = 0; row->position < sli->objectives; row->position++) {
		row->objective = &sli->objective[row->position];
		visit(ctx, row);
	}
}

void render_history_each(const struct history *h, render_history_row_fn *visit, void *ctx)
{
	struct render_history_row row = { NULL, NULL, NULL, NULL, 0 };

	for (size_t p = 0; p < h->periods; p++) {
		row.period = &h->period[p];
		for (size_t j = 0; j < h->whole->journeys; j++) {
			row.journey = &row.period->journey[j];
			for (size_t i = 0; i < row.journey->slis; i++) {
				row.sli = &row.journey->sli[i];
				each_objective(&row, visit, ctx);
			}
		}
	}
}
