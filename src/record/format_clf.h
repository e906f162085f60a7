/* `client ident user [time] "request" status`, and perhaps `bytes "referer" "agent"` and a number
 * behind it: what most logs consist of.  The line's quotes are listed and tell where all the rest
 * must be, so that nothing is searched for: all is only compared.  Whatever is not as it should be
 * is left to the general way, which goes on where this one stopped. */
#ifndef FORMAT_CLF_H
#define FORMAT_CLF_H
#include "format_exact.h"
#include "format_store.h"

/* Behind every line that comes here so many bytes may be read: no look has to ask. */
#define FORMAT_CLF_SPARE SIMD_BYTES

/* Whether these bytes are there; the number is a constant, so it is one comparison or two. */
#define FORMAT_IS_AT(p, text) (!memcmp((p), (text), sizeof(text) - 1))

static inline const char *format_clf_quote(const struct format_cutter *c, size_t i)
{
	return c->stops->block.p + c->stops->listed[i];
}

/* ---- client ident user [time] ---- */

/* Where the first three words end. */
struct format_clf_words {
	const char *client, *ident, *user;
};

/* The first of the blanks, which is then no more one of them; without any, some byte. */
static inline const char *format_clf_blank(const char *p, uint64_t *blanks)
{
	p += __builtin_ctzll(*blanks | UINT64_C(1) << 63);
	*blanks &= *blanks - 1;
	return p;
}

/* Long clients, and users who have a name.  nginx always has '-' between them. */
static __attribute__((noinline)) struct format_clf_words format_clf_long_words(
    const char *p, const char *user, const char *readable, int is_nginx)
{
	const struct format_clf_words none = { NULL, NULL, NULL };
	struct format_clf_words words;
	uint64_t blanks;

	if (readable - p < SIMD_WINDOW)
		return none;
	blanks = simd_window_equal(p, ' ');
	words.client = format_clf_blank(p, &blanks);
	words.ident = format_clf_blank(p, &blanks);
	words.user = user;
	if (!blanks || format_clf_blank(p, &blanks) != user || words.client[1] == '[')
		return none;
	return !is_nginx || FORMAT_IS_AT(words.client, " - ") ? words : none;
}

/* "192.0.2.7 - - [", as nearly all lines begin: it is known where the bracket is, and only that no
 * blank is before the first of these remains to be seen. */
static inline struct format_clf_words format_clf_words(
    const char *p, const char *stamp, const char *readable, int is_nginx)
{
	const char *client = stamp - (sizeof " - - [" - 1);
	const uint32_t blanks = simd_equal(p, ' ') | UINT32_C(1) << SIMD_BYTES;

	if (!FORMAT_IS_AT(client, " - - [") || p + (unsigned)__builtin_ctz(blanks) != client)
		return format_clf_long_words(p, stamp - 2, readable, is_nginx);
	return (struct format_clf_words){ client, client + 2, client + 4 };
}

static __attribute__((noinline)) void format_clf_store_client(struct format_cutter *c,
    const struct format_cut *cut, const char *p, struct format_clf_words words, struct record *r)
{
	format_store(c, cut, p, words.client, r);
	if (cut->op == FORMAT_CUT_CLIENT)
		format_store(c, ++cut, words.client + 1, words.ident, r);
	format_store(c, cut + 1, words.ident + 1, words.user, r);
}

/* A stamp as wide as the last one, of another minute: the memo is of that from now on.  0: it is to
 * be looked at more closely. */
static __attribute__((noinline)) int format_clf_new_minute(
    struct format_cutter *c, const char *stamp, struct record *r)
{
	const size_t width = c->memo.width;
	const struct str text = { stamp, width };

	if (stamp_is_same_day(&c->memo, stamp, &r->time_s))
		return 1;
	return stamp_width(text) == width &&
	    stamp_parse(&c->memo, c->format->zone, text, &r->time_s, &r->ambiguous_time) &&
	    c->memo.width == width;
}

/* Returns where the request begins, or NULL. */
static inline const char *format_clf_client(
    struct format_cutter *c, const struct format_cut *cut, const char *p, struct record *r)
{
	const size_t width = c->memo.width;
	const char *quote = format_clf_quote(c, 0), *stamp;
	struct format_clf_words words;

	if (!width || quote - p < (ptrdiff_t)(width + sizeof "? - - [] " - 1))
		return NULL;
	stamp = quote - 2 - width;
	if (!FORMAT_IS_AT(quote - 2, "] ") || stamp[-1] != '[')
		return NULL;
	if (!stamp_is_again(&c->memo, stamp, &r->time_s) && !format_clf_new_minute(c, stamp, r))
		return NULL;
	r->ambiguous_time = c->memo.ambiguous;
	words = format_clf_words(p, stamp, c->readable, cut->op != FORMAT_CUT_CLIENT);
	/* Behind a comma nginx goes on with another client. */
	if (!words.client || words.client == p || words.client[-1] == ',')
		return NULL;
	if (c->format->wants_client)
		format_clf_store_client(c, cut, p, words, r);
	return quote + 1;
}

/* ---- "request" status ---- */

#define FORMAT_CLF_STATUS 6 /* bytes of `" 200 ` */

/* A quote, a blank, three bytes from '0' to '?', of which none is a blank, and a blank. */
static inline int format_clf_is_status(const char *p)
{
	static const char text[8] = "\" 000 ", bits[8] = "\xff\xff\xf0\xf0\xf0\xff";
	uint64_t word, mask, want;

	memcpy(&word, p, sizeof word);
	memcpy(&mask, bits, sizeof mask);
	memcpy(&want, text, sizeof want);
	return (word & mask) == want;
}

static inline void format_clf_store_request(struct format_cutter *c, const struct format_cut *cut,
    const char *p, const char *end, struct record *r)
{
	const struct format_plain *plain = &cut->origin->plain;
	const struct str text = { p, (size_t)(end - p) };

	format_store_as_is(cut + 1, end + 2, end + 5, r);
	if (!plain->have || !format_part_plain(plain, text, c->readable, r))
		format_store_field(c, cut, text, r);
}

/* Returns what follows, or NULL. */
static inline const char *format_clf_request(struct format_cutter *c, const struct format_cut *cut,
    const char *p, const char *end, struct record *r)
{
	const char *request = format_clf_quote(c, 1);

	if (request[-1] == '\\' || end - request < FORMAT_CLF_STATUS ||
	    !format_clf_is_status(request))
		return NULL;
	format_clf_store_request(c, cut, p, request, r);
	return request + FORMAT_CLF_STATUS;
}

/* ---- "request" status bytes "referer" "agent" number ---- */

#define FORMAT_CLF_QUOTES 6

/* Whether the first blank at p is this one: it is at most SIMD_BYTES away and is one. */
static inline int format_clf_is_word(const char *p, const char *blank)
{
	const uint32_t blanks = simd_equal_either(p, ' ', '\t') | UINT32_C(1) << SIMD_BYTES;

	return *blank == ' ' && p + (unsigned)__builtin_ctz(blanks) == blank;
}

static __attribute__((noinline)) void format_clf_store_agent(
    struct format_cutter *c, const struct format_cut *cut, const char *bytes, struct record *r)
{
	format_store(c, cut, bytes, format_clf_quote(c, 2) - 1, r);
	format_store(c, cut + 1, format_clf_quote(c, 2) + 1, format_clf_quote(c, 3), r);
	format_store(c, cut + 2, format_clf_quote(c, 4) + 1, format_clf_quote(c, 5), r);
}

/* Returns what follows, or NULL. */
static inline const char *format_clf_combined(struct format_cutter *c, const struct format_cut *cut,
    const char *p, const char *end, struct record *r)
{
	const char *request = format_clf_quote(c, 1), *bytes = request + FORMAT_CLF_STATUS;
	const char *referer = format_clf_quote(c, 2), *referer_end = format_clf_quote(c, 3);
	const char *agent = format_clf_quote(c, 4), *agent_end = format_clf_quote(c, 5);

	if (referer - bytes < 2 || !format_clf_is_status(request) ||
	    !format_clf_is_word(bytes, referer - 1) || agent - referer_end != 2 ||
	    referer_end[1] != ' ')
		return NULL;
	if (end - agent_end < (ptrdiff_t)cut[4].stop.n ||
	    (stamp_word(agent_end) & cut[4].stop_mask) != cut[4].stop_word ||
	    (cut[4].last && !format_stops_at(cut + 4, agent_end, end)))
		return NULL;
	if (request[-1] == '\\' || referer_end[-1] == '\\' || agent_end[-1] == '\\')
		return NULL;
	format_clf_store_request(c, cut, p, request, r);
	if (c->format->wants_agent)
		format_clf_store_agent(c, cut + 2, bytes, r);
	return agent_end + cut[4].skip;
}

/* A number up to the end of the line. */
static inline int format_clf_is_number(const char *p, const char *end)
{
	const size_t n = (size_t)(end - p);

	return n - 1 < SIMD_BYTES && (unsigned char)(*p - '0') <= 9 &&
	    !((simd_equal_either(p, ' ', '\t') << (SIMD_BYTES - n)) & 0xffff);
}

/* The first cuts of a format that begins_clf: as many as are ordinary, which *cut is moved past;
 * none, or the time is among them and the record has it.  Returns where the next field begins. */
static inline const char *format_clf_cut(struct format_cutter *c, const struct format_cut **cut,
    const char *p, const char *end, struct record *r)
{
	const struct format *f = c->format;
	const char *request = format_clf_client(c, *cut, p, r), *next;

	if (!request)
		return p;
	*cut += f->begins_clf;
	if (f->begins_combined && c->stops->n >= FORMAT_CLF_QUOTES &&
	    (next = format_clf_combined(c, *cut, request, end, r))) {
		*cut += FORMAT_COMBINED;
		if (f->ends_in_number && format_clf_is_number(next, end))
			format_store_as_is((*cut)++, next, end, r);
		return next;
	}
	if (c->stops->n < 2 || !(next = format_clf_request(c, *cut, request, end, r)))
		return request;
	*cut += FORMAT_CLF;
	return next;
}
#endif
