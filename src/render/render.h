/* Renderers: a report to text.  One file per format, one table.  They compute nothing. */
#ifndef RENDER_H
#define RENDER_H
#include "out.h"
#include "report.h"

typedef void render_fn(struct out *o, const struct report *r, const struct nines_style *style);
render_fn render_text, render_json;
struct renderer {
	const char *name, *media_type, *summary;
	render_fn *render;
};
const struct renderer *render_find(const char *name);
const struct renderer *render_at(size_t i); /* NULL ends */
/* JSON Schemas of nines-report/1 and nines-backfill/1. */
void render_schema_report(struct out *o);
void render_schema_history(struct out *o);
#endif
