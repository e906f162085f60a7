/* The exact way to find the end of a field. */
#include "format_exact.h"

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

static const char *token_end(const struct walk *w)
{
	return simd_find_either(w->begin, w->p, w->end, ' ', '\t');
}

static const char *find_stop(const struct format_cut *cut, const struct walk *w, const char *p)
{
	if (!cut->stop.n)
		return NULL;
	for (; (p = simd_find(w->begin, p, w->end, cut->stop.p[0])); p++)
		if (format_stops_at(cut, p, w->end))
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
		if (format_stops_at(cut, p, w->end) && !is_escaped(start, p))
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

	if (!cut->stop.n || format_is_blank(cut->stop.p[0]))
		p = token_end(w);
	else
		while (p < w->end && !format_is_blank(*p) &&
		    !(*p == cut->stop.p[0] && format_stops_at(cut, p, w->end)))
			p++;
	if (p == w->p && cut->filled)
		w->expected = cut->absent;
	else if (format_stops_at(cut, p, w->end))
		return p;
	w->failed = p;
	return NULL;
}

static const char *list_end(const struct format_cut *cut, struct walk *w)
{
	const char *p = w->p;

	for (;;) {
		while (p < w->end && !format_is_blank(*p) && *p != ',')
			p++;
		if (w->end - p >= 3 && !memcmp(p, " : ", 3))
			p += 3;
		else if (w->end - p >= 2 && !memcmp(p, ", ", 2))
			p += 2;
		else if (p < w->end && *p == ',' && !format_stops_at(cut, p, w->end))
			p++;
		else
			break;
	}
	w->failed = p;
	return format_stops_at(cut, p, w->end) ? p : NULL;
}

/* As stamp_width. */
static size_t width_of_stamp(struct format_cutter *c, const char *p, const char *end)
{
	const char *again = format_again_end(c, p, end);

	return again ? (size_t)(again - p) : stamp_width((struct str){ p, (size_t)(end - p) });
}

/* A stamp ends where its shape ends.  What stands in its place is a bad time if the line goes on as
 * it should. */
static const char *time_end(const struct format_cut *cut, struct walk *w)
{
	size_t width;
	const char *p;

	width = width_of_stamp(w->cutter, w->p, w->end);
	p = w->p + width;
	if (width && format_stops_at(cut, p, w->end))
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

		if (width && format_stops_at(cut + 1, stamp + width, w->end))
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
		if (q > digits && format_stops_at(cut + 1, q, w->end))
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

const char *format_exact_end(
    struct format_cutter *c, const struct format_cut *cut, const char **p, const char *line_end)
{
	struct walk w = { .begin = c->line, .p = *p, .end = line_end, .cutter = c };
	const char *end;

	w.failed = w.end;
	w.expected = cut->expected;
	end = field_end(cut, &w);
	*p = w.p;
	if (!end) {
		c->failed_cut = (size_t)(cut - c->format->cut);
		(void)format_cut_fail(c, (size_t)(w.failed - w.begin), w.expected);
	}
	return end;
}
