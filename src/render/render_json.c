#include "render.h"
#include "render_key.h"
#include "render_object.h"

void render_json(struct out *o, const struct report *r, const struct nines_style *style)
{
	(void)style;
	render_object_head(o, "nines-report/1", r);
	render_key_when(o, ",\"as_of\":", r->as_of);
	render_object_input(o, ",\"input\":", &r->input);
	render_object_journeys(o, ",\"journeys\":", r->journey, r->journeys);
	render_key_str(o, ",\"zone\":", r->zone ? r->zone : "UTC");
	render_object_notes(o, r);
	out_cstr(o, "}\n");
}
