
#include "render.h"
#include "when.h"

/* Keys are only ever added: what stands here has been read by someone's program. */

static void put_str(struct out *o, const char *s)
{
	if (s)
		out_json_str(o, str_of(s));
	else
		out_cstr(o, "null");
}

static void put_when(struct out *o, int64_t t)
{
	char buf[WHEN_SIZE];

	if (t == NINES_NEVER)
		out_cstr(o, "null");
	else
		out_fmt(o, "\"%s\"", when_text(buf, t));
}

static void put_truth(struct out *o, int truth)
{
	out_cstr(o, truth < 0 ? "null" : truth ? "true" : "false");
}

/* Parts per billion as the shortest decimal, exact: 999000000 is 0.999. */
static void put_ppb(struct out *o, uint64_t ppb)
{
	uint64_t rest = ppb % NINES_PPB;
	int places = 9;

	out_u64(o, ppb / NINES_PPB);
	if (rest == 0)
		return;
	for (; rest % 10 == 0; rest /= 10)
		places--;
	out_fmt(o, ".%0*llu", places, (unsigned long long)rest);
}

static void put_digest(struct out *o, uint64_t digest)
{
	out_fmt(o, "\"%016llx\"", (unsigned long long)digest);
}

/* Members: `before` is the punctuation and the key, `{"a":` or `,"b":`. */
static void key_str(struct out *o, const char *before, const char *s)
{
	out_cstr(o, before);
	put_str(o, s);
}

static void key_u64(struct out *o, const char *before, uint64_t v)
{
	out_cstr(o, before);
	out_u64(o, v);
}

static void key_num(struct out *o, const char *before, double v)
{
	out_cstr(o, before);
	out_json_num(o, v);
}

static void key_when(struct out *o, const char *before, int64_t t)
{
	out_cstr(o, before);
	put_when(o, t);
}

static void key_truth(struct out *o, const char *before, int truth)
{
	out_cstr(o, before);
	put_truth(o, truth);
}

/* ---- input ---- */

static void put_counts(
    struct out *o, const char *before, const struct report_count *count, size_t n)
{
	out_cstr(o, before);
	out_char(o, '{');
	for (size_t i = 0; i < n; i++) {
		out_cstr(o, i ? "," : "");
		put_str(o, count[i].name);
		key_u64(o, ":", count[i].count);
	}
	out_char(o, '}');
}

static void put_source(struct out *o, const struct report_source *s)
{
	key_str(o, "{\"name\":", s->name);
	key_u64(o, ",\"bytes\":", s->bytes);
	key_u64(o, ",\"lines\":", s->lines);
	key_str(o, ",\"status\":", s->status);
	key_u64(o, ",\"raw_bytes\":", s->raw_bytes);
	key_u64(o, ",\"discarded_lines\":", s->discarded_lines);
	key_str(o, ",\"decoder\":", s->decoder);
	key_truth(o, ",\"whole\":", s->whole != 0);
	key_str(o, ",\"note\":", s->note);
	out_char(o, '}');
}

static void put_input(struct out *o, const struct report_input *in)
{
	key_u64(o, "{\"lines\":", in->lines);
	key_u64(o, ",\"parsed\":", in->parsed);
	key_u64(o, ",\"unparsed\":", in->unparsed);
	key_u64(o, ",\"blank\":", in->blank);
	key_u64(o, ",\"comments\":", in->comments);
	key_u64(o, ",\"judged\":", in->judged);
	key_u64(o, ",\"ignored\":", in->ignored);
	key_u64(o, ",\"excluded\":", in->excluded);
	key_u64(o, ",\"out_of_range\":", in->out_of_range);
	key_u64(o, ",\"bytes\":", in->bytes);
	key_when(o, ",\"first_event\":", in->first_event);
	key_when(o, ",\"last_event\":", in->last_event);
	put_counts(o, ",\"unparsed_reasons\":", in->reason, in->reasons);
	out_cstr(o, ",\"sources\":[");
	for (size_t i = 0; i < in->sources; i++) {
		out_cstr(o, i ? "," : "");
		put_source(o, &in->source[i]);
	}
	put_counts(o, "],\"anomalies\":", in->anomaly, in->anomalies);
	out_cstr(o, ",\"max_unparsed\":");
	put_ppb(o, in->max_unparsed_ppb);
	key_truth(o, ",\"too_many_unparsed\":", in->too_many_unparsed != 0);
	out_char(o, '}');
}

/* ---- objectives ---- */

static void put_window(struct out *o, const struct report_objective *x)
{
	key_str(o, "{\"name\":", x->window.name);
	key_when(o, ",\"from\":", x->window.from);
	key_when(o, ",\"to\":", x->window.to);
	key_num(o, ",\"covered\":", x->window.covered);
	key_truth(o, ",\"calendar\":", x->window.calendar != 0);
	out_char(o, '}');
}

static void put_budget(struct out *o, const struct report_objective *x)
{
	key_num(o, "{\"allowed\":", x->allowed);
	key_num(o, ",\"remaining\":", x->remaining);
	key_num(o, ",\"remaining_ratio\":", x->remaining_ratio);
	key_num(o, ",\"consumed_ratio\":", x->consumed_ratio);
	out_char(o, '}');
}

static void put_burns(struct out *o, const struct report_objective *x)
{
	out_char(o, '[');
	for (size_t i = 0; i < x->burns; i++) {
		key_str(o, i ? ",{\"window\":" : "{\"window\":", x->burn[i].window);
		key_num(o, ",\"rate\":", x->burn[i].rate);
		key_u64(o, ",\"valid\":", x->burn[i].valid);
		key_u64(o, ",\"good\":", x->burn[i].good);
		out_char(o, '}');
	}
	out_char(o, ']');
}

static void put_alerts(struct out *o, const struct report_objective *x)
{
	out_char(o, '[');
	for (size_t i = 0; i < x->alerts; i++) {
		const struct report_alert *a = &x->alert[i];

		key_str(o, i ? ",{\"severity\":" : "{\"severity\":", a->severity);
		key_str(o, ",\"long\":", a->long_name);
		key_str(o, ",\"short\":", a->short_name);
		key_num(o, ",\"factor\":", a->factor);
		key_num(o, ",\"long_rate\":", a->long_rate);
		key_num(o, ",\"short_rate\":", a->short_rate);
		key_truth(o, ",\"firing\":", a->firing != 0);
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
	key_u64(o, "{\"length_s\":", (uint64_t)x->slice_s);
	key_u64(o, ",\"judged\":", x->slices);
	key_u64(o, ",\"good\":", x->good_slices);
	out_char(o, '}');
}

static void put_spark(struct out *o, const struct report_objective *x)
{
	for (size_t i = 0; i < REPORT_SPARK; i++)
		key_num(o, i ? "," : "[", x->spark[i]);
	out_char(o, ']');
}

static void put_worst(struct out *o, const struct report_objective *x)
{
	if (x->worst.bad == 0) {
		out_cstr(o, "null");
		return;
	}
	key_when(o, "{\"from\":", x->worst.from);
	key_when(o, ",\"to\":", x->worst.to);
	key_u64(o, ",\"bad\":", x->worst.bad);
	key_str(o, ",\"label\":", x->worst.label);
	out_char(o, '}');
}

static void put_verdict(struct out *o, const struct report_objective *x)
{
	key_u64(o, ",\"valid\":", x->valid);
	key_u64(o, ",\"good\":", x->good);
	key_u64(o, ",\"bad\":", x->bad);
	key_u64(o, ",\"missing\":", x->missing);
	key_num(o, ",\"sli\":", x->sli);
	key_num(o, ",\"interval\":{\"low\":", x->interval_low);
	key_num(o, ",\"high\":", x->interval_high);
	key_num(o, ",\"confidence\":", x->confidence);
	key_str(o, "},\"state\":", report_state_name(x->state));
}

static void put_extras(struct out *o, const struct report_objective *x)
{
	out_cstr(o, ",\"aspire\":");
	if (x->aspire_ppb)
		put_ppb(o, x->aspire_ppb);
	else
		out_cstr(o, "null");
	key_truth(o, ",\"met\":", x->met);
	out_cstr(o, ",\"slices\":");
	put_slices(o, x);
	out_cstr(o, ",\"alerts\":");
	put_alerts(o, x);
	out_cstr(o, ",\"trend\":");
	put_spark(o, x);
	key_num(o, ",\"unparsed\":{\"low\":", x->unparsed_low);
	key_num(o, ",\"high\":", x->unparsed_high);
	key_truth(o, ",\"decides\":", x->hangs_on_unparsed != 0);
	key_truth(o, "},\"straddles\":", x->straddles != 0);
	out_cstr(o, ",\"worst\":");
	put_worst(o, x);
}

static void put_objective(struct out *o, const struct report_objective *x)
{
	out_cstr(o, "{\"target\":");
	put_ppb(o, x->target_ppb);
	out_cstr(o, ",\"window\":");
	put_window(o, x);
	key_str(o, ",\"method\":", x->method);
	put_verdict(o, x);
	out_cstr(o, ",\"budget\":");
	put_budget(o, x);
	out_cstr(o, ",\"burn\":");
	put_burns(o, x);
	key_when(o, ",\"exhaustion\":", x->exhaustion);
	put_extras(o, x);
	out_char(o, '}');
}

static void put_sli(struct out *o, const struct report_sli *s)
{
	key_str(o, "{\"name\":", s->name);
	out_cstr(o, ",\"objectives\":[");
	for (size_t i = 0; i < s->objectives; i++) {
		out_cstr(o, i ? "," : "");
		put_objective(o, &s->objective[i]);
	}
	key_str(o, "],\"label\":", s->label);
	key_str(o, ",\"description\":", s->description);
	out_cstr(o, ",\"digest\":");
	put_digest(o, s->digest);
	key_u64(o, ",\"valid\":", s->valid);
	key_u64(o, ",\"good\":", s->good);
	key_u64(o, ",\"missing\":", s->missing);
	out_char(o, '}');
}

static void put_journey(struct out *o, const struct report_journey *j)
{
	key_str(o, "{\"name\":", j->name);
	out_cstr(o, ",\"slis\":[");
	for (size_t i = 0; i < j->slis; i++) {
		out_cstr(o, i ? "," : "");
		put_sli(o, &j->sli[i]);
	}
	key_str(o, "],\"description\":", j->description);
	out_char(o, '}');
}

/* ---- what else the reader is told ---- */

static void put_exclusion(struct out *o, const struct report_exclusion *x)
{
	key_when(o, "{\"from\":", x->from);
	key_when(o, ",\"to\":", x->to);
	key_str(o, ",\"reason\":", x->reason);
	key_u64(o, ",\"lines\":", x->lines);
	out_cstr(o, ",\"removed\":[");
	for (size_t i = 0; i < x->removals; i++) {
		key_str(o, i ? ",{\"journey\":" : "{\"journey\":", x->removed[i].journey);
		key_str(o, ",\"sli\":", x->removed[i].sli);
		key_u64(o, ",\"valid\":", x->removed[i].valid);
		key_u64(o, ",\"bad\":", x->removed[i].bad);
		key_num(o, ",\"budget\":", x->removed[i].budget);
		out_char(o, '}');
	}
	out_cstr(o, "]}");
}

static void put_annotation(struct out *o, const struct report_annotation *a)
{
	key_when(o, "{\"from\":", a->from);
	key_when(o, ",\"to\":", a->to);
	key_str(o, ",\"label\":", a->label);
	out_char(o, '}');
}

static void put_notes(struct out *o, const struct report *r)
{
	key_str(o, ",\"zone\":", r->zone ? r->zone : "UTC");
	key_when(o, ",\"since\":", r->since);
	key_when(o, ",\"until\":", r->until);
	key_truth(o, ",\"incomplete\":", r->incomplete != 0);
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

void render_json(struct out *o, const struct report *r, const struct nines_style *style)
{
	(void)style;
	out_cstr(o, "{\"schema\":\"nines-report/1\"");
	out_cstr(o, ",\"generator\":{\"name\":\"nines\",\"version\":");
	put_str(o, NINES_VERSION);
	key_str(o, "},\"service\":", r->service ? r->service : "");
	out_cstr(o, ",\"config_digest\":");
	put_digest(o, r->digest);
	key_when(o, ",\"as_of\":", r->as_of);
	out_cstr(o, ",\"input\":");
	put_input(o, &r->input);
	out_cstr(o, ",\"journeys\":[");
	for (size_t i = 0; i < r->journeys; i++) {
		out_cstr(o, i ? "," : "");
		put_journey(o, &r->journey[i]);
	}
	out_char(o, ']');
	put_notes(o, r);
	out_cstr(o, "}\n");
}
