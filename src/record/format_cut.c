#include "format_impl.h"

#include <string.h>

#include "simd.h"

/* ---- where a field ends ---- */

/* A line being cut: what is left of it, and, once a field has no end, where and why not. */
struct walk {
	const char *begin, *p, *end;
	const char *failed;
	const char *expected;
	struct format_cutter *cutter;
};

static int is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static const char *token_end(const struct walk *w)
{
	return simd_find_either(w->begin, w->p, w->end, ' ', '\t');
}

/* Whether stop is at p.  A word of the line is compared at once where it has one. */
static inline int is_stop(const struct format_cut *cut, const char *p, const char *end)
{
	uint64_t word;

	if ((size_t)(end - p) >= sizeof word && cut->stop_mask) {
		memcpy(&word, p, sizeof word);
		return (word & cut->stop_mask) == cut->stop_word;
	}
	if ((size_t)(end - p) < cut->stop.n)
		return 0;
	for (size_t i = 0; i < cut->stop.n; i++)
		if (p[i] != cut->stop.p[i])
			return 0;
	return 1;
}

/* Whether the field may end at p: its stop is there and, behind the last field, the end of the line
 * or of a word. */
static inline int stops_at(const struct format_cut *cut, const char *p, const char *end)
{
	if (cut->stop.n && !is_stop(cut, p, end))
		return 0;
	if (!cut->last)
		return 1;
	p += cut->stop.n;
	return p == end || is_blank(*p) || (cut->stop.n && is_blank(p[-1]));
}

static const char *find_stop(const struct format_cut *cut, const struct walk *w, const char *p)
{
	if (!cut->stop.n)
		return NULL;
	for (; (p = simd_find(w->begin, p, w->end, cut->stop.p[0])); p++)
		if (stops_at(cut, p, w->end))
			return p;
	return NULL;
}

/* An odd number of backslashes before p.  Runs of them are looked at once each, so a line costs its
 * length. */
static int is_escaped(const char *start, const char *p)
{
	const char *q = p;

	while (q > start && q[-1] == '\\')
		q--;
	return (p - q) % 2 != 0;
}

static const char *find_unescaped(
    const struct format_cut *cut, const struct walk *w, const char *start)
{
	const char *p = start;

	for (; (p = simd_find_far(w->begin, p, w->end, cut->stop.p[0])); p++)
		if (stops_at(cut, p, w->end) && !is_escaped(start, p))
			return p;
	return NULL;
}

/* Without its stop either the quote is missing, or what must come after the quote. */
static const char *quoted_end(const struct format_cut *cut, struct walk *w)
{
	static const struct format_cut quote = { .stop = { "\"", 1 } };
	const char *p = find_unescaped(cut, w, w->p), *open;

	if (p)
		return p;
	open = find_unescaped(&quote, w, w->p);
	if (open) {
		w->failed = open + 1;
		w->expected = cut->absent;
	}
	return NULL;
}

/* A number ends at a blank, or at a stop that is none. */
static const char *number_end(const struct format_cut *cut, struct walk *w)
{
	const char *p = w->p;

	if (!cut->stop.n || is_blank(cut->stop.p[0]))
		p = token_end(w);
	else
		while (p < w->end && !is_blank(*p) &&
		    !(*p == cut->stop.p[0] && stops_at(cut, p, w->end)))
			p++;
	if (p == w->p && cut->filled)
		w->expected = cut->absent;
	else if (stops_at(cut, p, w->end))
		return p;
	w->failed = p;
	return NULL;
}

static const char *list_end(const struct format_cut *cut, struct walk *w)
{
	const char *p = w->p;

	for (;;) {
		while (p < w->end && !is_blank(*p) && *p != ',')
			p++;
		if (w->end - p >= 3 && !memcmp(p, " : ", 3))
			p += 3;
		else if (w->end - p >= 2 && !memcmp(p, ", ", 2))
			p += 2;
		else if (p < w->end && *p == ',' && !stops_at(cut, p, w->end))
			p++;
		else
			break;
	}
	w->failed = p;
	return stops_at(cut, p, w->end) ? p : NULL;
}

/* As stamp_width.  A stamp in the minute of the last line's is known by comparing, with its time.
 */
static size_t width_of_stamp(struct format_cutter *c, const char *p, const char *end)
{
	const struct str s = { p, (size_t)(end - p) };
	const size_t width = stamp_again(&c->memo, s, &c->again_s, &c->again_ambiguous);

	if (!width)
		return stamp_width(s);
	c->again = (struct str){ p, width };
	return width;
}

/* A stamp ends where its shape ends.  What stands in its place is a bad time if the line goes on as
 * it should. */
static const char *time_end(const struct format_cut *cut, struct walk *w)
{
	size_t width;
	const char *p;

	width = width_of_stamp(w->cutter, w->p, w->end);
	p = w->p + width;
	if (width && stops_at(cut, p, w->end))
		return p;
	w->failed = p;
	if (!width)
		w->expected = cut->absent;
	if (cut->stop.n || !cut->last)
		return find_stop(cut, w, w->p);
	return w->p < w->end ? token_end(w) : NULL;
}

/* "10.0.0.2, 10.0.0.1, 127.0.0.1 - user [": behind proxies nginx is often told to log the whole
 * list as the client. */
static const char *client_end(const struct format_cut *cut, struct walk *w)
{
	static const struct format_cut dash = { .stop = { " - ", 3 } };
	const char *p = simd_find(w->begin, w->p, w->end, ' ');

	if (!p)
		return NULL;
	if (p > w->p && p[-1] == ',') {
		const char *list = find_stop(&dash, w, p);

		return list ? list : p;
	}
	if (w->end - p > 1 && p[1] == '[') {
		w->failed = p + 1;
		w->expected = cut[1].absent;
		return NULL;
	}
	return p;
}

/* A user's name may hold " [" too, so the right one has a stamp behind it, with what follows a
 * stamp.  Where none has, the first will do: the time is then the field that is wrong. */
static const char *before_time_end(const struct format_cut *cut, struct walk *w)
{
	const char *p = w->p;

	for (; (p = find_stop(cut, w, p)); p++) {
		const char *stamp = p + cut->stop.n;
		const size_t width = width_of_stamp(w->cutter, stamp, w->end);

		if (width && stops_at(cut + 1, stamp + width, w->end))
			return p;
	}
	w->failed = w->p;
	return find_stop(cut, w, w->p);
}

/* "::1:443": of several colons the one that only digits follow. */
static const char *before_port_end(const struct format_cut *cut, struct walk *w)
{
	const char *p = w->p;

	for (; (p = find_stop(cut, w, p)); p++) {
		const char *digits = p + cut->stop.n, *q = digits;

		while (q < w->end && *q >= '0' && *q <= '9')
			q++;
		if (q > digits && stops_at(cut + 1, q, w->end))
			return p;
	}
	return NULL;
}

static int is_seconds(const char *p, const char *end, const char *line_end)
{
	if (p == end)
		return 0;
	if (*p == '-' && end - p == 1)
		return str_trim((struct str){ end, (size_t)(line_end - end) }).n == 0;
	if (*p == '-' || *p == '+')
		p++;
	return p < end && ((*p >= '0' && *p <= '9') || *p == '.');
}

/* Quoted fields, then seconds.  A '-' that more text follows is not taken for them: it might be the
 * time of another thing, and the text behind it the seconds. */
static const char *seconds_end(const struct format_cut *cut, struct walk *w)
{
	static const struct format_cut quoted = { .stop = { "\" ", 2 } };
	const char *p = w->p;

	while (p && p < w->end && *p == '"') {
		p = find_unescaped(&quoted, w, p + 1);
		if (p)
			w->p = p += 2;
	}
	w->failed = w->p;
	w->expected = cut->absent;
	p = token_end(w);
	return is_seconds(w->p, p, w->end) ? p : NULL;
}

/* The end of the field that begins at w->p, or NULL. */
static const char *field_end(const struct format_cut *cut, struct walk *w)
{
	switch (cut->op) {
	case FORMAT_CUT_BYTE:
		return cut->last ? find_stop(cut, w, w->p)
		                 : simd_find(w->begin, w->p, w->end, cut->stop.p[0]);
	case FORMAT_CUT_UNTIL:
		return find_stop(cut, w, w->p);
	case FORMAT_CUT_QUOTED:
		return quoted_end(cut, w);
	case FORMAT_CUT_NUMBER:
		return number_end(cut, w);
	case FORMAT_CUT_LIST:
		return list_end(cut, w);
	case FORMAT_CUT_TIME:
		return time_end(cut, w);
	case FORMAT_CUT_CLIENT:
		return client_end(cut, w);
	case FORMAT_CUT_BEFORE_TIME:
		return before_time_end(cut, w);
	case FORMAT_CUT_BEFORE_PORT:
		return before_port_end(cut, w);
	case FORMAT_CUT_SECONDS:
		return seconds_end(cut, w);
	case FORMAT_CUT_TOKEN:
		return token_end(w);
	case FORMAT_CUT_REST:
		return w->end;
	}
	return NULL;
}

/* ---- lines ---- */

enum record_reject format_cut_fail(struct format_cutter *c, size_t at, const char *expected)
{
	c->failed_at = at;
	c->expected = expected;
	return RECORD_BAD_FORMAT;
}

/* Before the time: the first " [" or the like, if a stamp as the last line's is behind it. */
static inline int is_before_stamp(
    struct format_cutter *c, const struct format_cut *cut, const char *p, const char *end)
{
	const char *stamp = p + cut->stop.n;

	return is_stop(cut, p, end) && width_of_stamp(c, stamp, end) && c->again.p == stamp &&
	    stops_at(cut + 1, stamp + c->again.n, end);
}

/* The end of a field that is as fields nearly always are.  NULL: field_end has to say, and it would
 * say the same of all others. */
static inline const char *quick_end(
    struct format_cutter *c, const struct format_cut *cut, const char *p, const char *end)
{
	const char *q;
	uint32_t blanks;
	int is_end = 0;

	if (!cut->quick)
		return NULL;
	if (cut->op == FORMAT_CUT_QUOTED) {
		q = simd_find_far(c->line, p, end, '"');
		return q && is_stop(cut, q, end) && q[-1] != '\\' ? q : NULL;
	}
	if (cut->op == FORMAT_CUT_TIME) {
		q = p + c->again.n;
		return c->again.p == p && is_stop(cut, q, end) ? q : NULL;
	}
	blanks = simd_next(c->line, p, end, ' ');
	if (!blanks)
		return NULL;
	q = p + __builtin_ctz(blanks);
	if (cut->op == FORMAT_CUT_BYTE)
		is_end = 1;
	if (cut->op == FORMAT_CUT_CLIENT)
		is_end = q > p && q[-1] != ',' && end - q > 1 && q[1] != '[';
	if (cut->op == FORMAT_CUT_NUMBER)
		is_end = q > p && is_stop(cut, q, end) && !simd_next(c->line, p, q, '\t');
	if (cut->op == FORMAT_CUT_BEFORE_TIME)
		is_end = is_before_stamp(c, cut, q, end);
	return is_end ? q : NULL;
}

/* Most fields go as they are into one slot; a number of two bytes or more is not lacking. */
static inline void store(
    struct format_cutter *c, const struct format_origin *origin, struct str text, struct record *r)
{
	const struct format_output *o = origin->output;

	const int as_it_is = o->part == FORMAT_WHOLE || (o->part == FORMAT_NUMBER && text.n > 1);

	if (origin->outputs != 1 || !as_it_is) {
		format_part_store(c, origin, text, r);
	} else if (o->slot == FORMAT_TIME_SLOT) {
		c->time = text;
	} else {
		r->field[o->slot] = text;
		r->have |= UINT64_C(1) << o->slot;
	}
}

/* The long way for one field; w->p is where it begins, which it may move. */
static const char *end_exactly(
    struct format_cutter *c, const struct format_cut *cut, struct walk *w)
{
	const char *end;

	w->failed = w->end;
	w->expected = cut->expected;
	end = field_end(cut, w);
	if (!end) {
		c->failed_cut = (size_t)(cut - c->format->cut);
		(void)format_cut_fail(c, (size_t)(w->failed - w->begin), w->expected);
	}
	return end;
}

static enum record_reject cut_text(struct format_cutter *c, struct str line, struct record *r)
{
	const struct format *f = c->format;
	const struct format_cut *cut = f->cut, *last = cut + f->cuts;
	const char *p = line.p, *end = line.p + line.n, *field;

	c->line = line.p;
	if (f->lead.n) {
		if (line.n < f->lead.n || memcmp(line.p, f->lead.p, f->lead.n))
			return format_cut_fail(c, 0, f->lead_expected);
		p += f->lead.n;
	}
	for (; cut < last; cut++) {
		field = quick_end(c, cut, p, end);
		if (!field) {
			struct walk w = { .begin = line.p, .p = p, .end = end, .cutter = c };

			field = end_exactly(c, cut, &w);
			if (!field)
				return RECORD_BAD_FORMAT;
			p = w.p;
		}
		if (cut->origin->outputs)
			store(c, cut->origin, (struct str){ p, (size_t)(field - p) }, r);
		p = field + cut->skip;
	}
	return RECORD_OK;
}

static enum record_reject read_time(struct format_cutter *c, struct str line, struct record *r)
{
	const uintptr_t from = (uintptr_t)line.p, at = (uintptr_t)c->time.p;

	if (!c->time.p)
		return format_cut_fail(
		    c, line.n, c->format->time_expected ? c->format->time_expected : "a time");
	if (c->time.p == c->again.p && c->time.n == c->again.n) {
		r->time_s = c->again_s;
		r->ambiguous_time = c->again_ambiguous;
		return RECORD_OK;
	}
	if (stamp_parse(&c->memo, c->format->zone, c->time, &r->time_s, &r->ambiguous_time))
		return RECORD_OK;
	c->failed_at = at >= from && at <= from + line.n ? (size_t)(at - from) : 0;
	c->failed_cut = c->format->cuts;
	c->expected = "a time that exists";
	return RECORD_BAD_TIME;
}

enum record_reject format_cut(struct format_cutter *c, struct str line, struct record *r)
{
	enum record_reject reject;

	r->line = line;
	r->have = 0;
	r->time_s = 0;
	r->ambiguous_time = 0;
	c->time.p = c->again.p = NULL;
	c->line = NULL;
	c->failed_cut = 0;
	switch (c->format->kind) {
	case FORMAT_JSON:
		reject = format_json_cut(c, line, r);
		break;
	case FORMAT_PATTERN:
	case FORMAT_TIME:
		reject = format_pattern_cut(c, line, r);
		break;
	case FORMAT_TEXT:
	default:
		reject = cut_text(c, line, r);
		break;
	}
	return reject == RECORD_OK ? read_time(c, line, r) : reject;
}

size_t format_failed_at(const struct format_cutter *c, const char **expected)
{
	*expected = c->expected ? c->expected : "";
	return c->failed_at;
}
