/* Cutting lines that are as lines nearly always are.  What is found here is what the exact way
 * would find; where that is not certain at a glance, it is asked. */
#include "format_exact.h"

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

static inline const char *find_quote(const struct format_cutter *c, const char *p, const char *end)
{
	return c->stops ? stops_find(c->stops, c->stops->quote, p, end)
	                : simd_find_far(c->line, p, end, '"');
}

/* Up to the first quote, if no backslash is before it. */
static inline const char *quoted_end(
    const struct format_cutter *c, const struct format_cut *cut, const char *p, const char *end)
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

/* ---- what becomes of it ---- */

static inline void store_as_is(const struct format_cut *cut, struct str text, struct record *r)
{
	r->field[cut->slot] = text;
	r->have |= UINT64_C(1) << cut->slot;
}

static inline void store(struct format_cutter *c, const struct format_cut *cut, const char *p,
    const char *end, struct record *r)
{
	const struct str text = { p, (size_t)(end - p) };

	/* A number of two bytes or more is not lacking. */
	if (cut->use == FORMAT_USE_AS_IS || (cut->use == FORMAT_USE_NUMBER && text.n > 1))
		store_as_is(cut, text, r);
	else if (cut->use == FORMAT_USE_REQUEST)
		format_part_request(c, cut->origin, text, r);
	else if (cut->use == FORMAT_USE_TIME)
		c->time = text;
	else if (cut->use != FORMAT_USE_NONE)
		format_part_store(c, cut->origin, text, r);
}

/* ---- the beginning that most formats share ---- */

/* Whether these bytes are there; the number is a constant, so it is one comparison. */
#define IS_AT(p, text) (!memcmp((p), (text), sizeof(text) - 1))

/* Three bytes from '0' to '?', of which none is a blank, and a blank. */
static inline int is_status(const char *p)
{
	static const char high[4] = "\xf0\xf0\xf0\xff", digits[4] = "000 ";
	uint32_t word, mask, want;

	memcpy(&word, p, sizeof word);
	memcpy(&mask, high, sizeof mask);
	memcpy(&want, digits, sizeof want);
	return (word & mask) == want;
}

/* The first of the blanks, which is then no more one of them; without any, some byte. */
static inline const char *next_blank(const char *p, uint64_t *blanks)
{
	p += __builtin_ctzll(*blanks | UINT64_C(1) << 63);
	*blanks &= *blanks - 1;
	return p;
}

/* `client ident user [time] "`: the first cuts of a format that begins_clf.  Returns where the
 * request begins, or NULL when something is out of the ordinary. */
static inline const char *cut_client(struct format_cutter *c, const struct format_cut *cut,
    const char *p, const char *end, struct record *r)
{
	const char *client, *ident, *user, *stamp, *stamp_end;
	uint64_t blanks;

	if (c->readable - p < SIMD_WINDOW)
		return NULL;
	blanks = simd_equal(p, ' ');
	client = next_blank(p, &blanks);
	ident = client + 2;
	user = client + 4;
	if (client - p >= SIMD_BYTES || !IS_AT(client, " - - [")) {
		blanks = simd_window_equal(p, ' ');
		client = next_blank(p, &blanks);
		ident = next_blank(p, &blanks);
		if (!blanks)
			return NULL;
		user = next_blank(p, &blanks);
	}
	if (user >= end || client == p || client[-1] == ',' || client[1] == '[' || user[1] != '[')
		return NULL;
	stamp = user + 2;
	stamp_end = format_again_end(c, stamp, end);
	if (!stamp_end || end - stamp_end < 3 || !IS_AT(stamp_end, "] \""))
		return NULL;
	if (c->format->wants_client) {
		store(c, cut, p, client, r);
		store(c, cut + 1, client + 1, ident, r);
		store(c, cut + 2, ident + 1, user, r);
	}
	c->time = (struct str){ stamp, (size_t)(stamp_end - stamp) };
	return stamp_end + 3;
}

static inline void store_request(struct format_cutter *c, const struct format_cut *cut,
    const char *p, const char *end, struct record *r)
{
	store(c, cut, p, end, r);
	if (cut[1].use != FORMAT_USE_NONE)
		store_as_is(cut + 1, (struct str){ end + 2, 3 }, r);
}

/* `request" status ` behind that. */
static inline const char *cut_request(struct format_cutter *c, const struct format_cut *cut,
    const char *p, const char *end, struct record *r)
{
	const char *request = find_quote(c, p, end);

	if (!request || request[-1] == '\\' || end - request < 6 || !IS_AT(request, "\" ") ||
	    !is_status(request + 2))
		return NULL;
	store_request(c, cut, p, request, r);
	return request + 6;
}

/* Whether the first blank at p is this one: it is at most SIMD_BYTES - 1 away. */
static inline int is_first_blank(const char *p, const char *blank)
{
	const uint32_t blanks = simd_equal_either(p, ' ', '\t');

	return blanks && p + __builtin_ctz(blanks) == blank;
}

/* `request" status bytes "referer" "agent"` behind that: five quotes tell where all of it is. */
static inline const char *cut_combined(struct format_cutter *c, const struct format_cut *cut,
    const char *p, const char *end, struct record *r)
{
	struct stops_walk quotes = stops_walk(c->stops, c->stops->quote, p, end);
	const char *request_end = stops_next(&quotes), *bytes = request_end + 6;
	const char *referer = stops_next(&quotes), *referer_end = stops_next(&quotes);
	const char *agent = stops_next(&quotes), *agent_end = stops_next(&quotes);

	if (agent_end >= end || referer - bytes < 2 || c->readable - bytes < SIMD_BYTES)
		return NULL;
	if (!IS_AT(request_end, "\" ") || !is_status(request_end + 2) ||
	    !is_first_blank(bytes, referer - 1) || agent - referer_end != 2 ||
	    referer_end[1] != ' ' || !format_is_stop(cut + 4, agent_end, end, c->readable))
		return NULL;
	if (request_end[-1] == '\\' || referer_end[-1] == '\\' || agent_end[-1] == '\\' ||
	    (cut[4].last && !format_stops_at(cut + 4, agent_end, end)))
		return NULL;
	store_request(c, cut, p, request_end, r);
	if (c->format->wants_agent) {
		store(c, cut + 2, bytes, referer - 1, r);
		store(c, cut + 3, referer + 1, referer_end, r);
		store(c, cut + 4, agent + 1, agent_end, r);
	}
	return agent_end + cut[4].skip;
}

/* The first cuts of a format that begins_clf: as many as are ordinary, which are past afterwards.
 * Returns where the next field begins. */
static inline const char *cut_clf(struct format_cutter *c, const struct format_cut **cut,
    const char *p, const char *end, struct record *r)
{
	const char *request = cut_client(c, *cut, p, end, r), *next;

	if (!request)
		return p;
	*cut += 4;
	if (c->format->begins_combined && c->stops &&
	    (next = cut_combined(c, *cut, request, end, r))) {
		*cut += FORMAT_COMBINED - 4;
		return next;
	}
	if (!(next = cut_request(c, *cut, request, end, r)))
		return request;
	*cut += FORMAT_CLF - 4;
	return next;
}

/* ---- lines ---- */

enum record_reject format_cut_fail(struct format_cutter *c, size_t at, const char *expected)
{
	c->failed_at = at;
	c->expected = expected;
	return RECORD_BAD_FORMAT;
}

static inline enum record_reject cut_text(
    struct format_cutter *c, struct str line, struct record *r)
{
	const struct format *f = c->format;
	const struct format_cut *cut = f->cut, *last = cut + f->cuts;
	const char *p = line.p, *end = line.p + line.n, *field;

	if (f->lead.n) {
		if (line.n < f->lead.n || memcmp(line.p, f->lead.p, f->lead.n))
			return format_cut_fail(c, 0, f->lead_expected);
		p += f->lead.n;
	}
	if (f->begins_clf)
		p = cut_clf(c, &cut, p, end, r);
	for (; cut < last; cut++) {
		field = quick_end(c, cut, p, end);
		if (!field) {
			field = format_exact_end(c, cut, &p, end);
			if (!field)
				return RECORD_BAD_FORMAT;
		}
		store(c, cut, p, field, r);
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

struct format_stops format_wants_stops(const struct format *f)
{
	return (struct format_stops){
		.quote = f->kind == FORMAT_TEXT || f->kind == FORMAT_JSON || f->chain != NULL,
		.escape = f->kind == FORMAT_JSON,
	};
}

void format_cutter_see(struct format_cutter *c, const struct stops *stops)
{
	c->seen = stops;
}

/* What is known of the line beside itself. */
static inline void look_around(struct format_cutter *c, struct str line)
{
	const struct stops *m = c->seen;

	c->stops = NULL;
	c->readable = line.p + line.n;
	if (m && line.p >= m->block.p && c->readable <= m->block.p + m->block.n) {
		c->stops = m;
		c->readable = m->block.p + m->block.n;
	}
}

enum record_reject format_cut(struct format_cutter *c, struct str line, struct record *r)
{
	enum record_reject reject;

	r->line = line;
	r->have = 0;
	r->time_s = 0;
	r->ambiguous_time = 0;
	c->time.p = c->again.p = NULL;
	c->line = c->format->kind == FORMAT_JSON ? NULL : line.p;
	c->failed_cut = 0;
	look_around(c, line);
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
