#include "render_history.h"
#include "render_key.h"
#include "render_object.h"

/* Keys are only ever added: what stands here has been read by someone's program. */

static void put_period(struct out *o, const struct history *h, const struct history_period *p)
{
	render_key_str(o, "{\"name\":", p->name);
	render_key_when(o, ",\"from\":", p->from);
	render_key_when(o, ",\"to\":", p->to);
	render_object_journeys(o, ",\"journeys\":", p->journey, h->whole->journeys);
	out_char(o, '}');
}

static void put_change(struct out *o, const struct history_change *c)
{
	render_key_when(o, "{\"at\":", c->period->from);
	render_key_str(o, ",\"period\":", c->period->name);
	render_key_str(o, ",\"journey\":", c->journey->name);
	render_key_str(o, ",\"sli\":", c->sli->name);
	render_key_u64(o, ",\"objective\":", c->position);
	render_key_ppb(o, ",\"target\":", c->objective->target_ppb);
	render_key_str(o, ",\"before\":", report_state_name(c->before));
	render_key_str(o, ",\"after\":", report_state_name(c->objective->state));
	out_char(o, '}');
}

void render_history_json(struct out *o, const struct history *h, const struct nines_style *style)
{
	const struct report *r = h->whole;

	(void)style;
	render_object_head(o, "nines-backfill/1", r);
	render_key_str(o, ",\"by\":", h->by);
	render_key_str(o, ",\"zone\":", r->zone);
	render_object_input(o, ",\"input\":", &r->input);
	out_cstr(o, ",\"periods\":[");
	for (size_t i = 0; i < h->periods; i++) {
		out_cstr(o, i ? "," : "");
		put_period(o, h, &h->period[i]);
	}
	out_cstr(o, "],\"changes\":[");
	for (size_t i = 0; i < h->changes; i++) {
		out_cstr(o, i ? "," : "");
		put_change(o, &h->change[i]);
	}
	out_char(o, ']');
	render_object_notes(o, r);
	out_cstr(o, "}\n");
}
