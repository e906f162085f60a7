#include "render_object.h"

#include "render_key.h"

void render_object_head(struct out *o, const char *schema, const struct report *r)
{
	render_key_str(o, "{\"schema\":", schema);
	render_key_str(o, ",\"generator\":{\"name\":\"nines\",\"version\":", NINES_VERSION);
	render_key_str(o, "},\"service\":", r->service ? r->service : "");
	render_key_digest(o, ",\"config_digest\":", r->digest);
}

/* ---- input ---- */

static void put_counts(
    struct out *o, const char *before, const struct report_count *count, size_t n)
{
	out_cstr(o, before);
	out_char(o, '{');
	for (size_t i = 0; i < n; i++) {
		render_key_str(o, i ? "," : "", count[i].name);
		render_key_u64(o, ":", count[i].count);
	}
	out_char(o, '}');
}

static void put_source(struct out *o, const struct report_source *s)
{
	render_key_str(o, "{\"name\":", s->name);
	render_key_u64(o, ",\"bytes\":", s->bytes);
	render_key_u64(o, ",\"lines\":", s->lines);
	render_key_str(o, ",\"status\":", s->status);
	render_key_u64(o, ",\"raw_bytes\":", s->raw_bytes);
	render_key_u64(o, ",\"discarded_lines\":", s->discarded_lines);
	render_key_str(o, ",\"decoder\":", s->decoder);
	render_key_truth(o, ",\"whole\":", s->whole != 0);
	render_key_str(o, ",\"note\":", s->note);
	out_char(o, '}');
}

static void put_store(struct out *o, const struct report_store *s)
{
	if (s == NULL)
		return;
	render_key_str(o, ",\"store\":{\"path\":", s->path);
	render_key_when(o, ",\"newest_event\":", s->newest_event);
	render_key_when(o, ",\"folded_until\":", s->folded_until);
	out_char(o, '}');
}

void render_object_input(struct out *o, const char *before, const struct report_input *in)
{
	out_cstr(o, before);
	render_key_u64(o, "{\"lines\":", in->lines);
	render_key_u64(o, ",\"parsed\":", in->parsed);
	render_key_u64(o, ",\"unparsed\":", in->unparsed);
	render_key_u64(o, ",\"blank\":", in->blank);
	render_key_u64(o, ",\"comments\":", in->comments);
	render_key_u64(o, ",\"judged\":", in->judged);
	render_key_u64(o, ",\"ignored\":", in->ignored);
	render_key_u64(o, ",\"excluded\":", in->excluded);
	render_key_u64(o, ",\"out_of_range\":", in->out_of_range);
	render_key_u64(o, ",\"bytes\":", in->bytes);
	render_key_when(o, ",\"first_event\":", in->first_event);
	render_key_when(o, ",\"last_event\":", in->last_event);
	put_counts(o, ",\"unparsed_reasons\":", in->reason, in->reasons);
	out_cstr(o, ",\"sources\":[");
	for (size_t i = 0; i < in->sources; i++) {
		out_cstr(o, i ? "," : "");
		put_source(o, &in->source[i]);
	}
	put_counts(o, "],\"anomalies\":", in->anomaly, in->anomalies);
	put_store(o, in->store);
	render_key_ppb(o, ",\"max_unparsed\":", in->max_unparsed_ppb);
	render_key_truth(o, ",\"too_many_unparsed\":", in->too_many_unparsed != 0);
	out_char(o, '}');
}

/* ---- objectives ---- */

static void put_window(struct out *o, const struct report_objective *x)
{
	render_key_str(o, "{\"name\":", x->window.name);
	render_key_when(o, ",\"from\":", x->window.from);
	render_key_when(o, ",\"to\":", x->window.to);
	render_key_num(o, ",\"covered\":", x->window.covered);
	render_key_truth(o, ",\"calendar\":", x->window.calendar != 0);
	out_char(o, '}');
}

static void put_budget(struct out *o, const struct report_objective *x)
{
	render_key_num(o, "{\"allowed\":", x->allowed);
	render_key_num(o, ",\"remaining\":", x->remaining);
	render_key_num(o, ",\"remaining_ratio\":", x->remaining_ratio);
	render_key_num(o, ",\"consumed_ratio\":", x->consumed_ratio);
	out_char(o, '}');
}

static void put_burns(struct out *o, const struct report_objective *x)
{
	out_char(o, '[');
	for (size_t i = 0; i < x->burns; i++) {
		render_key_str(o, i ? ",{\"window\":" : "{\"window\":", x->burn[i].window);
		render_key_num(o, ",\"rate\":", x->burn[i].rate);
		render_key_u64(o, ",\"valid\":", x->burn[i].valid);
		render_key_u64(o, ",\"good\":", x->burn[i].good);
		out_char(o, '}');
	}
	out_char(o, ']');
}

static void put_alerts(struct out *o, const struct report_objective *x)
{
	out_char(o, '[');
	for (size_t i = 0; i < x->alerts; i++) {
		const struct report_alert *a = &x->alert[i];

		render_key_str(o, i ? ",{\"severity\":" : "{\"severity\":", a->severity);
		render_key_str(o, ",\"long\":", a->long_name);
		render_key_str(o, ",\"short\":", a->short_name);
		render_key_num(o, ",\"factor\":", a->factor);
		render_key_num(o, ",\"long_rate\":", a->long_rate);
		render_key_num(o, ",\"short_rate\":", a->short_rate);
		render_key_truth(o, ",\"firing\":", a->firing != 0);
		out_char(o, '}');
	}
	out_char(o, ']');
}

static void put_slices(struct out *o, const struct report_objective *x)
{
	if (x->slice_s == 0) {
		out_cstr(o, "null");
		return;
	}
	render_key_u64(o, "{\"length_s\":", (uint64_t)x->slice_s);
	render_key_u64(o, ",\"judged\":", x->slices);
	render_key_u64(o, ",\"good\":", x->good_slices);
	out_char(o, '}');
}

static void put_spark(struct out *o, const struct report_objective *x)
{
	for (size_t i = 0; i < REPORT_SPARK; i++)
		render_key_num(o, i ? "," : "[", x->spark[i]);
	out_char(o, ']');
}

static void put_worst(struct out *o, const struct report_objective *x)
{
	if (x->worst.bad == 0) {
		out_cstr(o, "null");
		return;
	}
	render_key_when(o, "{\"from\":", x->worst.from);
	render_key_when(o, ",\"to\":", x->worst.to);
	render_key_u64(o, ",\"bad\":", x->worst.bad);
	render_key_str(o, ",\"label\":", x->worst.label);
	out_char(o, '}');
}

static void put_verdict(struct out *o, const struct report_objective *x)
{
	render_key_u64(o, ",\"valid\":", x->valid);
	render_key_u64(o, ",\"good\":", x->good);
	render_key_u64(o, ",\"bad\":", x->bad);
	render_key_u64(o, ",\"missing\":", x->missing);
	render_key_num(o, ",\"sli\":", x->sli);
	render_key_num(o, ",\"interval\":{\"low\":", x->interval_low);
	render_key_num(o, ",\"high\":", x->interval_high);
	render_key_num(o, ",\"confidence\":", x->confidence);
	render_key_str(o, "},\"state\":", report_state_name(x->state));
}

static void put_extras(struct out *o, const struct report_objective *x)
{
	out_cstr(o, ",\"aspire\":");
	if (x->aspire_ppb)
		render_key_ppb(o, "", x->aspire_ppb);
	else
		out_cstr(o, "null");
	render_key_truth(o, ",\"met\":", x->met);
	out_cstr(o, ",\"slices\":");
	put_slices(o, x);
	out_cstr(o, ",\"alerts\":");
	put_alerts(o, x);
	out_cstr(o, ",\"trend\":");
	put_spark(o, x);
	render_key_num(o, ",\"unparsed\":{\"low\":", x->unparsed_low);
	render_key_num(o, ",\"high\":", x->unparsed_high);
	render_key_truth(o, ",\"decides\":", x->hangs_on_unparsed != 0);
	render_key_truth(o, "},\"straddles\":", x->straddles != 0);
	out_cstr(o, ",\"worst\":");
	put_worst(o, x);
}

static void put_objective(struct out *o, const struct report_objective *x)
{
	render_key_ppb(o, "{\"target\":", x->target_ppb);
	out_cstr(o, ",\"window\":");
	put_window(o, x);
	render_key_str(o, ",\"method\":", x->method);
	put_verdict(o, x);
	out_cstr(o, ",\"budget\":");
	put_budget(o, x);
	out_cstr(o, ",\"burn\":");
	put_burns(o, x);
	render_key_when(o, ",\"exhaustion\":", x->exhaustion);
	put_extras(o, x);
	out_char(o, '}');
}

static void put_counted(struct out *o, const struct report_sli *s)
{
	render_key_when(o, ",\"counted\":{\"since\":", s->counted_since);
	out_cstr(o, ",\"lacking\":[");
	for (size_t i = 0; i < s->uncounteds; i++) {
		render_key_when(o, i ? ",{\"from\":" : "{\"from\":", s->uncounted[i].from);
		render_key_when(o, ",\"to\":", s->uncounted[i].to);
		out_char(o, '}');
	}
	out_cstr(o, "],\"former\":");
	if (s->former_until == NINES_NEVER) {
		out_cstr(o, "null");
	} else {
		render_key_digest(o, "{\"digest\":", s->former_digest);
		render_key_when(o, ",\"until\":", s->former_until);
		out_char(o, '}');
	}
	out_char(o, '}');
}

static void put_sli(struct out *o, const struct report_sli *s)
{
	render_key_str(o, "{\"name\":", s->name);
	out_cstr(o, ",\"objectives\":[");
	for (size_t i = 0; i < s->objectives; i++) {
		out_cstr(o, i ? "," : "");
		put_objective(o, &s->objective[i]);
	}
	render_key_str(o, "],\"label\":", s->label);
	render_key_str(o, ",\"description\":", s->description);
	render_key_digest(o, ",\"digest\":", s->digest);
	render_key_u64(o, ",\"valid\":", s->valid);
	render_key_u64(o, ",\"good\":", s->good);
	render_key_u64(o, ",\"missing\":", s->missing);
	if (s->recalled)
		put_counted(o, s);
	out_char(o, '}');
}

static void put_journey(struct out *o, const struct report_journey *j)
{
	render_key_str(o, "{\"name\":", j->name);
	out_cstr(o, ",\"slis\":[");
	for (size_t i = 0; i < j->slis; i++) {
		out_cstr(o, i ? "," : "");
		put_sli(o, &j->sli[i]);
	}
	render_key_str(o, "],\"description\":", j->description);
	out_char(o, '}');
}

void render_object_journeys(
    struct out *o, const char *before, const struct report_journey *journey, size_t journeys)
{
	out_cstr(o, before);
	for (size_t i = 0; i < journeys; i++) {
		out_cstr(o, i ? "," : "[");
		put_journey(o, &journey[i]);
	}
	out_cstr(o, journeys > 0 ? "]" : "[]");
}

/* ---- what else the reader is told ---- */

static void put_exclusion(struct out *o, const struct report_exclusion *x)
{
	render_key_when(o, "{\"from\":", x->from);
	render_key_when(o, ",\"to\":", x->to);
	render_key_str(o, ",\"reason\":", x->reason);
	render_key_u64(o, ",\"lines\":", x->lines);
	out_cstr(o, ",\"removed\":[");
	for (size_t i = 0; i < x->removals; i++) {
		render_key_str(o, i ? ",{\"journey\":" : "{\"journey\":", x->removed[i].journey);
		render_key_str(o, ",\"sli\":", x->removed[i].sli);
		render_key_u64(o, ",\"valid\":", x->removed[i].valid);
		render_key_u64(o, ",\"bad\":", x->removed[i].bad);
		render_key_num(o, ",\"budget\":", x->removed[i].budget);
		out_char(o, '}');
	}
	out_cstr(o, "]}");
}

static void put_annotation(struct out *o, const struct report_annotation *a)
{
	render_key_when(o, "{\"from\":", a->from);
	render_key_when(o, ",\"to\":", a->to);
	render_key_str(o, ",\"label\":", a->label);
	out_char(o, '}');
}

void render_object_notes(struct out *o, const struct report *r)
{
	render_key_when(o, ",\"since\":", r->since);
	render_key_when(o, ",\"until\":", r->until);
	render_key_truth(o, ",\"incomplete\":", r->incomplete != 0);
	out_cstr(o, ",\"exclusions\":[");
	for (size_t i = 0; i < r->exclusions; i++) {
		out_cstr(o, i ? "," : "");
		put_exclusion(o, &r->exclusion[i]);
	}
	out_cstr(o, "],\"annotations\":[");
	for (size_t i = 0; i < r->annotations; i++) {
		out_cstr(o, i ? "," : "");
		put_annotation(o, &r->annotation[i]);
	}
	out_char(o, ']');
}
