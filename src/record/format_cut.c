/* Cutting lines that are as lines nearly always are.  What is found here is what the exact way
 * would find; where that is not certain at a glance, it is asked. */
#include "format_exact.h"

#include "format_clf.h"
#include "format_store.h"
#include "simd.h"

/* ---- where a field ends; NULL: the exact way has to say ---- */

/* The last field, which is short and without a blank. */
static inline const char *last_word_end(
    const struct format_cutter *c, const char *p, const char *end)
{
	uint32_t blanks;

	if (end <= p || end - p > SIMD_BYTES)
		return NULL;
	blanks = simd_next_either(c->line, p, c->readable, ' ', '\t');
	return blanks & ((UINT32_C(1) << (end - p)) - 1) ? NULL : end;
}

/* The first quote from p on, which is not before those found earlier. */
static inline const char *find_quote(struct format_cutter *c, const char *p, const char *end)
{
	if (!c->quotes)
		return simd_find_far(c->line, p, end, '"');
	for (; c->quotes; c->quotes--, c->quote++)
		if (c->block + *c->quote >= p)
			return c->block + *c->quote;
	return NULL;
}

/* Up to the first quote, if no backslash is before it. */
static inline const char *quoted_end(
    struct format_cutter *c, const struct format_cut *cut, const char *p, const char *end)
{
	const char *q = find_quote(c, p, end);

	if (!q || q[-1] == '\\' || !format_is_stop(cut, q, end, c->readable))
		return NULL;
	return !cut->last || format_stops_at(cut, q, end) ? q : NULL;
}

static inline const char *number_end(
    const struct format_cutter *c, const struct format_cut *cut, const char *p, const char *end)
{
	const uint32_t blanks = simd_next_either(c->line, p, c->readable, ' ', '\t');
	const char *q;

	if (!blanks)
		return NULL;
	q = p + __builtin_ctz(blanks);
	return q > p && format_is_stop(cut, q, end, c->readable) ? q : NULL;
}

/* The user, if the first " [" or the like has a stamp behind it. */
static inline int is_user_end(
    struct format_cutter *c, const struct format_cut *cut, const char *q, const char *end)
{
	const struct format_cut *time = cut + 1;
	const char *stamp_end;

	if (!format_is_stop(cut, q, end, c->readable))
		return 0;
	stamp_end = format_again_end(c, q + cut->stop.n, end);
	return stamp_end && format_is_stop(time, stamp_end, end, c->readable) &&
	    (!time->last || format_stops_at(time, stamp_end, end));
}

static inline const char *word_end(
    struct format_cutter *c, const struct format_cut *cut, const char *p, const char *end)
{
	const uint32_t blanks = simd_next(c->line, p, c->readable, ' ');
	const char *q;

	if (!blanks)
		return NULL;
	q = p + __builtin_ctz(blanks);
	if (q >= end)
		return NULL;
	if (cut->quick == FORMAT_QUICK_BEFORE_TIME)
		return is_user_end(c, cut, q, end) ? q : NULL;
	if (cut->quick == FORMAT_QUICK_CLIENT)
		return q > p && q[-1] != ',' && end - q > 1 && q[1] != '[' ? q : NULL;
	return q;
}

static inline const char *quick_end(
    struct format_cutter *c, const struct format_cut *cut, const char *p, const char *end)
{
	const char *q;

	switch (cut->quick) {
	case FORMAT_QUICK_QUOTED:
		return quoted_end(c, cut, p, end);
	case FORMAT_QUICK_NUMBER:
		return number_end(c, cut, p, end);
	case FORMAT_QUICK_TIME:
		q = format_again_end(c, p, end);
		return q && format_is_stop(cut, q, end, c->readable) ? q : NULL;
	case FORMAT_QUICK_LAST_NUMBER:
		return p < end && *p >= '0' && *p <= '9' ? last_word_end(c, p, end) : NULL;
	case FORMAT_QUICK_LAST_WORD:
		return last_word_end(c, p, end);
	case FORMAT_QUICK_WORD:
	case FORMAT_QUICK_CLIENT:
	case FORMAT_QUICK_BEFORE_TIME:
		return word_end(c, cut, p, end);
	case FORMAT_QUICK_NONE:
		break;
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

static enum record_reject cut_text(struct format_cutter *c, const struct format_cut *cut,
    const char *p, const char *end, struct record *r)
{
	const struct format *f = c->format;
	const struct str lead = f->lead;

	if (lead.n) {
		if ((size_t)(end - p) < lead.n || memcmp(p, lead.p, lead.n))
			return format_cut_fail(c, 0, f->lead_expected);
		p += lead.n;
	}
	for (; cut < f->cuts_end; cut++) {
		const char *field = quick_end(c, cut, p, end);

		if (!field) {
			field = format_exact_end(c, cut, &p, end);
			if (!field)
				return RECORD_BAD_FORMAT;
		}
		format_store(c, cut, p, field, r);
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

enum stops_kind format_wants_stops(const struct format *f)
{
	static const enum stops_kind kind[] = {
		[FORMAT_TEXT] = STOPS_QUOTES,
		[FORMAT_JSON] = STOPS_MARKS,
		[FORMAT_PATTERN] = STOPS_LINES,
		[FORMAT_TIME] = STOPS_LINES,
	};

	return f->chain ? STOPS_QUOTES : kind[f->kind];
}

void format_cutter_see(struct format_cutter *c, const struct stops *stops)
{
	c->seen = stops;
}

/* What is known of the line beside itself: something, if it is the one last split. */
static inline void look_around(struct format_cutter *c, struct str line)
{
	const struct stops *m = c->seen;
	const int is_seen = m && line.p == m->line;

	c->stops = is_seen ? m : NULL;
	c->readable = is_seen ? m->block.p + m->block.n : line.p + line.n;
}

/* The quotes that are listed, one after the other.  Of too many some may be lost. */
static void begin_quotes(struct format_cutter *c)
{
	const struct stops *m = c->stops;

	c->quotes = m && m->n <= STOPS_LINE_MOST ? m->n : 0;
	if (!c->quotes)
		return;
	c->block = m->block.p;
	c->quote = m->listed;
}

/* Cuts what is left of a line, which is all of it when `cut` is the first.  Apart, so that a line
 * which format_clf_cut takes whole pays nothing for it. */
static __attribute__((noinline)) enum record_reject cut_rest(
    struct format_cutter *c, const struct format_cut *cut, const char *p, struct record *r)
{
	const struct format *f = c->format;
	const struct str line = r->line;
	const int is_timed = cut > f->cut;
	enum record_reject reject;

	c->time.p = c->again.p = NULL;
	c->failed_cut = 0;
	begin_quotes(c);
	if (!is_timed)
		r->time_s = r->ambiguous_time = 0;
	if (f->kind == FORMAT_TEXT) {
		reject = cut_text(c, cut, p, line.p + line.n, r);
	} else {
		c->line = f->kind == FORMAT_JSON ? NULL : line.p;
		reject = f->kind == FORMAT_JSON ? format_json_cut(c, line, r)
		                                : format_pattern_cut(c, line, r);
	}
	if (reject == RECORD_OK)
		return is_timed ? RECORD_OK : read_time(c, line, r);
	r->time_s = r->ambiguous_time = 0;
	return reject;
}

enum record_reject format_cut(struct format_cutter *c, struct str line, struct record *r)
{
	const struct format *f = c->format;
	const struct format_cut *cut = f->cut;
	const char *p = line.p, *end = line.p + line.n;

	r->line = line;
	r->have = 0;
	c->line = line.p;
	look_around(c, line);
	if (f->begins_clf && c->stops && c->stops->n && c->readable - end >= FORMAT_CLF_SPARE)
		p = format_clf_cut(c, &cut, p, end, r);
	return cut == f->cuts_end && cut ? RECORD_OK : cut_rest(c, cut, p, r);
}

size_t format_failed_at(const struct format_cutter *c, const char **expected)
{
	*expected = c->expected ? c->expected : "";
	return c->failed_at;
}
