#include <string.h>

#include "render.h"
#include "render_detail.h"
#include "render_note.h"
#include "render_read.h"
#include "render_say.h"
#include "render_table.h"
#include "render_tell.h"

/* ---- the first line ---- */

static const struct report_objective *first_objective(const struct report *r)
{
	for (size_t j = 0; j < r->journeys; j++)
		for (size_t s = 0; s < r->journey[j].slis; s++)
			if (r->journey[j].sli[s].objectives > 0)
				return &r->journey[j].sli[s].objective[0];
	return NULL;
}

/* "28d to 2025-01-29 00:00 UTC" */
static void say_when(const struct render_page *page, struct out *o)
{
	const struct report *r = page->report;
	const struct report_objective *first = first_objective(r);

	if (r->as_of == NINES_NEVER) {
		out_cstr(o, "no events");
		return;
	}
	if (first == NULL || !page->same_window || first->window.from == NINES_NEVER) {
		out_cstr(o, "as of ");
		render_say_instant(o, r->as_of);
		return;
	}
	out_fmt(o, "%s ", first->window.name);
	if (first->window.calendar || strcmp(first->window.name, "all") == 0) {
		out_cstr(o, "from ");
		render_say_instant(o, first->window.from);
		out_char(o, ' ');
	}
	out_cstr(o, "to ");
	render_say_instant(o, first->window.to);
}

static void put_header(const struct render_page *page)
{
	struct render_flow f;

	render_flow_begin(&f, page, 0, RENDER_PLAIN, "");
	f.indent = 3;
	render_read_service(page, &f.out);
	say_when(page, &f.out);
	render_read_incomplete(page, &f.out);
	render_flow_end(&f);
}

void render_text(struct out *o, const struct report *r, const struct nines_style *style)
{
	struct render_page page;
	render_page_init(&page, o, r, style);
	put_header(&page);
	out_char(o, '\n');
	render_read_nothing(&page);
	if (r->journeys > 0) {
		render_table(&page);
		out_char(o, '\n');
	}
	if (r->input.first_event != NINES_NEVER && render_tell(&page) > 0)
		out_char(o, '\n');
	if (render_note(&page) > 0)
		out_char(o, '\n');
	render_read(&page);
	if (style->verbose)
		render_detail(&page);
}
