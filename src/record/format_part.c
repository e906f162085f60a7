#include "format_part.h"

#include <string.h>

#include "simd.h"

/* A request line, cut once for all the outputs that need it. */
struct request {
	enum { REQUEST_UNREAD, REQUEST_NONE, REQUEST_READ } state;
	struct str method, uri, proto;
	const char *from, *to; /* bytes that may be read beside it */
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

/* The bytes of a method that is followed by a blank, or 0. */
static inline size_t method_width(struct str s)
{
	size_t n = s.n >= sizeof(uint64_t) ? format_common_method(s.p) : 0;

	if (n)
		return n;
	while (n < s.n && is_token_byte(s.p[n]))
		n++;
	if (n == s.n || s.p[n] != ' ' || (n == 1 && s.p[0] == '-'))
		return 0;
	return n;
}

/* " HTTP/1.1" or the like at the end, with three bytes of version, none of them a blank: what comes
 * before it is then the uri. */
static inline int ends_in_http(struct str uri)
{
	const char *end = uri.p + uri.n;

	return uri.n >= FORMAT_HTTP_BYTES && !memcmp(end - FORMAT_HTTP_BYTES, " HTTP/", 6) &&
	    end[-3] > ' ' && end[-2] > ' ' && end[-1] > ' ';
}

/* METHOD uri[ PROTO]; the uri may hold blanks.  "-" stands for a request that never came. */
static inline void read_request(struct request *q, struct str s)
{
	const size_t n = method_width(s);
	const char *proto;

	q->state = REQUEST_NONE;
	if (!n)
		return;
	q->method = (struct str){ s.p, n };
	q->uri = (struct str){ s.p + n + 1, s.n - n - 1 };
	q->proto = (struct str){ NULL, 0 };
	q->state = REQUEST_READ;
	if (ends_in_http(q->uri)) {
		q->uri.n -= FORMAT_HTTP_BYTES;
		q->proto = (struct str){ q->uri.p + q->uri.n + 1, 8 };
		return;
	}
	while (q->uri.n && q->uri.p[q->uri.n - 1] == ' ')
		q->uri.n--;
	if (!q->uri.n || !(proto = find_proto(q->uri)))
		return;
	q->proto = (struct str){ proto, (size_t)(q->uri.p + q->uri.n - proto) };
	q->uri.n = proto > q->uri.p ? (size_t)(proto - q->uri.p) - 1 : 0;
}

/* Bytes of "scheme://authority" at the front of a target, or 0.  Of a bare one the last '/' of "//"
 * is left to stand for its empty path. */
static inline size_t origin_width(struct str uri)
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

/* Up to a '?' or '#' behind the first i bytes. */
static inline size_t path_end(struct str uri, size_t i, const struct request *q)
{
	const char *end = uri.p + uri.n;

	for (const char *p = uri.p + i; p < end; p += SIMD_BYTES) {
		const uint32_t hits = simd_next_either(q->from, p, q->to, '?', '#');

		if (hits) {
			p += __builtin_ctz(hits);
			return p < end ? (size_t)(p - uri.p) : uri.n;
		}
	}
	return uri.n;
}

static inline struct str target_path(struct str uri, const struct request *q)
{
	const size_t from = origin_width(uri), to = path_end(uri, from, q);

	if (from && to == from)
		return (struct str){ uri.p + str_find(uri, 0, '/'), 1 };
	return (struct str){ uri.p + from, to - from };
}

/* From the first '?' to a '#'; empty when there is none. */
static struct str target_query(struct str uri, const struct request *q)
{
	size_t from = path_end(uri, 0, q);

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
static inline struct str request_part(enum format_part part, struct str s, struct request *q)
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
		return target_path(q->uri, q);
	return part == FORMAT_QUERY ? target_query(q->uri, q) : q->uri;
}

/* .p NULL: lacking. */
static struct str pick(
    const struct format_cutter *c, enum format_part part, struct str s, struct request *q)
{
	q->from = c->line ? c->line : s.p;
	q->to = c->line ? c->readable : s.p + s.n;
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
		return target_path(s, q);
	case FORMAT_TARGET_QUERY:
		return target_query(s, q);
	case FORMAT_METHOD:
	case FORMAT_URI:
	case FORMAT_PATH:
	case FORMAT_QUERY:
	case FORMAT_PROTO:
		return request_part(part, s, q);
	}
	return s;
}

static inline void put_part(struct record *r, const struct format_output *o, struct str s)
{
	r->field[o->slot] = s;
	r->have |= UINT64_C(1) << o->slot;
}

struct format_plain format_part_plain_of(const struct format_origin *origin)
{
	struct format_plain plain = { 0, FORMAT_SPARE_SLOT, FORMAT_SPARE_SLOT, FORMAT_SPARE_SLOT };

	for (size_t i = 0; i < origin->outputs; i++) {
		const struct format_output *o = &origin->output[i];
		uint8_t *slot = o->part == FORMAT_METHOD ? &plain.method
		    : o->part == FORMAT_URI              ? &plain.uri
		    : o->part == FORMAT_PATH             ? &plain.path
		                                         : NULL;

		if (!slot || *slot != FORMAT_SPARE_SLOT)
			return (struct format_plain){ 0 };
		*slot = o->slot;
		plain.have |= UINT64_C(1) << o->slot;
	}
	return plain;
}

void format_part_request(
    struct format_cutter *c, const struct format_origin *origin, struct str text, struct record *r)
{
	const struct format_output *o = origin->output, *end = o + origin->outputs;
	struct request q;

	if (origin->plain.have && format_part_plain(&origin->plain, text, c->readable, r))
		return;
	q.from = c->line;
	q.to = c->readable;
	read_request(&q, text);
	for (; q.state == REQUEST_READ && o < end; o++) {
		const struct str s = request_part((enum format_part)o->part, text, &q);

		if (s.p)
			put_part(r, o, s);
	}
}

/* Where the line decides which origin fills a slot, one that is empty yet takes whatever comes. */
static inline int store_plain(
    struct format_cutter *c, const struct format_origin *origin, struct str text, struct record *r)
{
	const struct format_plain *plain = &origin->plain;
	const char *readable = c->line ? c->readable : text.p + text.n;

	if (!plain->have || r->have & plain->have || !format_part_plain(plain, text, readable, r))
		return 0;
	for (size_t i = 0; i < origin->outputs; i++)
		c->rank[origin->output[i].slot] = origin->output[i].rank;
	return 1;
}

void format_part_store(
    struct format_cutter *c, const struct format_origin *origin, struct str text, struct record *r)
{
	const struct format_output *o = origin->output, *end = o + origin->outputs;
	struct request request;

	if (store_plain(c, origin, text, r))
		return;

	request.state = REQUEST_UNREAD;
	for (; o < end; o++) {
		struct str s = text;

		if (c->format->several && o->rank >= c->rank[o->slot])
			continue;
		if (o->part != FORMAT_WHOLE)
			s = pick(c, (enum format_part)o->part, text, &request);
		if (!s.p)
			continue;
		if (o->unit != RECORD_UNIT_NONE)
			s = format_json_with_unit(c, s, (enum record_unit)o->unit);
		c->rank[o->slot] = o->rank;
		if (o->slot == FORMAT_TIME_SLOT)
			c->time = s;
		else
			put_part(r, o, s);
	}
}
