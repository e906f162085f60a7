#include "format_impl.h"

#include <string.h>

#include "simd.h"

/* ---- what of a field goes into a slot ---- */

/* A request line, cut once for all the outputs that need it. */
struct request {
	enum { REQUEST_UNREAD, REQUEST_NONE, REQUEST_READ } state;
	struct str method, uri, proto;
	const char *line; /* where it begins */
};

/* tchar of RFC 9110, 5.6.2: bit c % 32 of word c / 32. */
static const uint32_t token_bytes[8] = { 0, 0x03ff6cfa, 0xc7fffffe, 0x57ffffff };

static int is_token_byte(char c)
{
	return token_bytes[(unsigned char)c / 32] >> ((unsigned char)c % 32) & 1;
}

/* Where the protocol of a request line begins: behind its last blank.  NULL: it has none. */
static const char *find_proto(struct str uri)
{
	static const char http[] = { 'H', 'T', 'T', 'P', '/' };
	const char *end = uri.p + uri.n;
	const char *blank = simd_find_last(uri.p - 1, end, ' ');

	if (!blank || (size_t)(end - blank) <= sizeof http || memcmp(blank + 1, http, sizeof http))
		return NULL;
	return blank + 1;
}

/* METHOD uri[ PROTO]; the uri may hold blanks.  "-" stands for a request that never came. */
static void read_request(struct request *q, struct str s)
{
	const char *proto;
	size_t n = 0;

	q->state = REQUEST_NONE;
	while (n < s.n && is_token_byte(s.p[n]))
		n++;
	if (!n || n == s.n || s.p[n] != ' ' || (n == 1 && s.p[0] == '-'))
		return;
	q->method = (struct str){ s.p, n };
	q->uri = (struct str){ s.p + n + 1, s.n - n - 1 };
	q->proto = (struct str){ NULL, 0 };
	q->state = REQUEST_READ;
	while (q->uri.n && q->uri.p[q->uri.n - 1] == ' ')
		q->uri.n--;
	if (!q->uri.n || !(proto = find_proto(q->uri)))
		return;
	q->proto = (struct str){ proto, (size_t)(q->uri.p + q->uri.n - proto) };
	q->uri.n = proto > q->uri.p ? (size_t)(proto - q->uri.p) - 1 : 0;
}

/* Bytes of "scheme://authority" at the front of a target, or 0.  Of a bare one the last '/' of "//"
 * is left to stand for its empty path. */
static size_t origin_width(struct str uri)
{
	size_t n, end;

	if (!uri.n || uri.p[0] == '/')
		return 0;
	n = str_find(uri, 0, ':');
	if (n + 2 >= uri.n || uri.p[n + 1] != '/' || uri.p[n + 2] != '/')
		return 0;
	for (size_t i = 0; i < n; i++)
		if (!is_token_byte(uri.p[i]))
			return 0;
	for (end = n + 3; end < uri.n; end++)
		if (uri.p[end] == '/' || uri.p[end] == '?' || uri.p[end] == '#')
			return end;
	return end;
}

static size_t path_end(struct str uri, size_t i, const char *line)
{
	return (size_t)(simd_find_either(line, uri.p + i, uri.p + uri.n, '?', '#') - uri.p);
}

static struct str target_path(struct str uri, const char *line)
{
	const size_t from = origin_width(uri), to = path_end(uri, from, line);

	if (from && to == from)
		return (struct str){ uri.p + str_find(uri, 0, '/'), 1 };
	return (struct str){ uri.p + from, to - from };
}

/* From the first '?' to a '#'; empty when there is none. */
static struct str target_query(struct str uri, const char *line)
{
	size_t from = path_end(uri, 0, line);

	if (from < uri.n && uri.p[from] == '?')
		from++;
	return (struct str){ uri.p + from, str_find(uri, from, '#') - from };
}

/* The last item of an nginx list. */
static struct str last_item(struct str s)
{
	for (size_t i = s.n; i > 1; i--)
		if (s.p[i - 1] == ' ' && (s.p[i - 2] == ',' || s.p[i - 2] == ':'))
			return (struct str){ s.p + i, s.n - i };
	return s;
}

static int is_lacking(struct str s)
{
	return !s.n || (s.n == 1 && s.p[0] == '-');
}

/* Narrows a request line to one of its parts; .p NULL: it has none. */
static struct str request_part(enum format_part part, struct str s, struct request *q)
{
	if (q->state == REQUEST_UNREAD)
		read_request(q, s);
	if (q->state == REQUEST_NONE)
		return (struct str){ NULL, 0 };
	if (part == FORMAT_METHOD)
		return q->method;
	if (part == FORMAT_PROTO)
		return q->proto;
	if (part == FORMAT_PATH)
		return target_path(q->uri, q->line);
	return part == FORMAT_QUERY ? target_query(q->uri, q->line) : q->uri;
}

/* .p NULL: lacking. */
static struct str pick(enum format_part part, struct str s, struct request *q)
{
	switch (part) {
	case FORMAT_WHOLE:
		return s;
	case FORMAT_LAST:
		s = last_item(s);
		return is_lacking(s) ? (struct str){ NULL, 0 } : s;
	case FORMAT_NUMBER:
		return is_lacking(s) ? (struct str){ NULL, 0 } : s;
	case FORMAT_ARGS:
		return s.n && s.p[0] == '?' ? (struct str){ s.p + 1, s.n - 1 } : s;
	case FORMAT_TARGET_PATH:
		return target_path(s, q->line);
	case FORMAT_TARGET_QUERY:
		return target_query(s, q->line);
	case FORMAT_METHOD:
	case FORMAT_URI:
	case FORMAT_PATH:
	case FORMAT_QUERY:
	case FORMAT_PROTO:
		return request_part(part, s, q);
	}
	return s;
}

void format_cut_store(struct format_cutter *c, const struct format_origin *origin, struct str text,
		      struct record *r)
{
	const struct format_output *o = origin->output, *end = o + origin->outputs;
	struct request request;

	request.state = REQUEST_UNREAD;
	request.line = c->line ? c->line : text.p;
	for (; o < end; o++) {
		struct str s;

		if (c->format->several && o->rank >= c->rank[o->slot])
			continue;
		s = pick((enum format_part)o->part, text, &request);
		if (!s.p)
			continue;
		if (o->unit != RECORD_UNIT_NONE)
			s = format_json_with_unit(c, s, (enum record_unit)o->unit);
		c->rank[o->slot] = o->rank;
		if (o->slot == FORMAT_TIME_SLOT) {
			c->time = s;
			continue;
		}
		r->field[o->slot] = s;
		r->have |= UINT64_C(1) << o->slot;
	}
}

/* ---- where a field ends ---- */

/* A line being cut: what is left of it, and, once a field has no end, where and why not. */
struct walk {
	const char *begin, *p, *end;
	const char *failed;
	const char *expected;
	const char *stamp, *stamp_end; /* found while looking for the field before it */
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

	if ((size_t)(end - p) < sizeof word || !cut->stop_mask)
		return (size_t)(end - p) >= cut->stop.n && !memcmp(p, cut->stop.p, cut->stop.n);
	memcpy(&word, p, sizeof word);
	return (word & cut->stop_mask) == cut->stop_word;
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

static const char *find_unescaped(const struct format_cut *cut, const struct walk *w,
				  const char *start)
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

/* As stamp_width.  A stamp in the minute of the last line's is known by comparing, with its time. */
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

	if (w->p == w->stamp)
		return w->stamp_end;
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

		if (!width || !stops_at(cut + 1, stamp + width, w->end))
			continue;
		w->stamp = stamp;
		w->stamp_end = stamp + width;
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
		return cut->last ? find_stop(cut, w, w->p) :
		    simd_find(w->begin, w->p, w->end, cut->stop.p[0]);
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

static enum record_reject cut_text(struct format_cutter *c, struct str line, struct record *r)
{
	const struct format *f = c->format;
	const struct format_cut *cut = f->cut, *last = cut + f->cuts;
	struct walk w = { .begin = line.p, .p = line.p, .end = line.p + line.n, .stamp = NULL, .cutter = c };

	c->line = line.p;
	if (f->lead.n) {
		if (line.n < f->lead.n || memcmp(line.p, f->lead.p, f->lead.n))
			return format_cut_fail(c, 0, f->lead_expected);
		w.p += f->lead.n;
	}
	for (; cut < last; cut++) {
		const char *end;

		w.failed = w.end;
		w.expected = cut->expected;
		end = field_end(cut, &w);
		if (!end) {
			c->failed_cut = (size_t)(cut - f->cut);
			return format_cut_fail(c, (size_t)(w.failed - line.p), w.expected);
		}
		if (cut->origin->outputs)
			format_cut_store(c, cut->origin, (struct str){ w.p, (size_t)(end - w.p) },
					 r);
		w.p = end + cut->skip;
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
	c->time = c->again = (struct str){ NULL, 0 };
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
