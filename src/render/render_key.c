#include "render_key.h"

#include "when.h"

void render_key_str(struct out *o, const char *before, const char *s)
{
	out_cstr(o, before);
	if (s)
		out_json_str(o, str_of(s));
	else
		out_cstr(o, "null");
}

void render_key_u64(struct out *o, const char *before, uint64_t v)
{
	out_cstr(o, before);
	out_u64(o, v);
}

void render_key_num(struct out *o, const char *before, double v)
{
	out_cstr(o, before);
	out_json_num(o, v);
}

void render_key_when(struct out *o, const char *before, int64_t t)
{
	char buf[WHEN_SIZE];

	out_cstr(o, before);
	if (t == NINES_NEVER)
		out_cstr(o, "null");
	else
		out_fmt(o, "\"%s\"", when_text(buf, t));
}

void render_key_truth(struct out *o, const char *before, int truth)
{
	out_cstr(o, before);
	out_cstr(o, truth < 0 ? "null" : truth ? "true" : "false");
}

void render_key_ppb(struct out *o, const char *before, uint64_t ppb)
{
	uint64_t rest = ppb % NINES_PPB;
	int places = 9;

	out_cstr(o, before);
	out_u64(o, ppb / NINES_PPB);
	if (rest == 0)
		return;
	for (; rest % 10 == 0; rest /= 10)
		places--;
	out_fmt(o, ".%0*llu", places, (unsigned long long)rest);
}

void render_key_digest(struct out *o, const char *before, uint64_t digest)
{
	out_cstr(o, before);
	out_fmt(o, "\"%016llx\"", (unsigned long long)digest);
}
