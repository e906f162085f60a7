/* JSON lines: one object a line, read once from left to right.  Only the wanted paths are looked
 * at; the rest is checked for its form and skipped.  Beyond RFC 8259 exactly what servers are known
 * to write is taken: \xHH in strings and a bare '-' or nothing for a value (nginx's default
 * escaping of a hand-made JSON log_format), leading zeros
 * ("status":000), and "escape=json" before the object (nginx before 1.11.8).
 *
 * A path goes through nested objects, "request.headers.User-Agent"; a key that holds the dots
 * itself fits as well.  Of an array the last scalar is its value.  Of a repeated key the first
 * counts.  Keys are compared as written. */
#include "format_impl.h"

#include <string.h>

#define DEPTH_MAX FORMAT_KEY_STEPS_MAX /* nested objects and arrays */

/* ---- strings ---- */

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The number that `digits` hex digits at p write, or -1. */
static int32_t read_hex(const char *p, const char *end, int digits)
{
	int32_t v = 0;

	if (end - p < digits)
		return -1;
	for (int i = 0; i < digits; i++) {
		const int d = hex_value(p[i]);

		if (d < 0)
			return -1;
		v = v * 16 + d;
	}
	return v;
}

/* Bytes of the escape at p, a backslash, or 0 when there is none such. */
static size_t escape_width(const char *p, const char *end)
{
	if (end - p < 2)
		return 0;
	if (p[1] == 'u')
		return read_hex(p + 2, end, 4) >= 0 ? 6 : 0;
	if (p[1] == 'x')
		return read_hex(p + 2, end, 2) >= 0 ? 4 : 0;
	return p[1] && strchr("\"\\/bfnrt", p[1]) ? 2 : 0;
}

static char *put_utf8(char *out, int32_t v)
{
	if (v < 0x80) {
		*out++ = (char)v;
		return out;
	}
	if (v >= 0x10000) {
		*out++ = (char)(0xf0 | v >> 18);
		*out++ = (char)(0x80 | (v >> 12 & 0x3f));
	} else if (v >= 0x800) {
		*out++ = (char)(0xe0 | v >> 12);
	} else {
		*out++ = (char)(0xc0 | v >> 6);
		*out++ = (char)(0x80 | (v & 0x3f));
		return out;
	}
	*out++ = (char)(0x80 | (v >> 6 & 0x3f));
	*out++ = (char)(0x80 | (v & 0x3f));
	return out;
}

/* \uXXXX, with the second of a surrogate pair; half a pair is U+FFFD.  Never writes more than it
 * reads. */
static char *put_unicode(char *out, const char **p, const char *end)
{
	int32_t v = read_hex(*p + 2, end, 4);

	*p += 6;
	if (v >= 0xd800 && v <= 0xdbff && end - *p >= 6 && (*p)[0] == '\\' && (*p)[1] == 'u') {
		const int32_t low = read_hex(*p + 2, end, 4);

		if (low >= 0xdc00 && low <= 0xdfff) {
			*p += 6;
			return put_utf8(out, 0x10000 + (v - 0xd800) * 0x400 + (low - 0xdc00));
		}
	}
	return put_utf8(out, v >= 0xd800 && v <= 0xdfff ? 0xfffd : v);
}

static char *put_escape(char *out, const char **p, const char *end)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char kind = (*p)[1];

	if (kind == 'u')
		return put_unicode(out, p, end);
	if (kind == 'x') {
		*out++ = (char)read_hex(*p + 2, end, 2);
		*p += 4;
		return out;
	}
	*out++ = to[strchr(from, kind) - from];
	*p += 2;
	return out;
}

/* Room for n bytes in the scratch, or NULL. */
static char *scratch_take(struct format_cutter *c, size_t n)
{
	char *p = c->scratch + c->scratch_used;

	if (n > FORMAT_SCRATCH - c->scratch_used)
		return NULL;
	c->scratch_used += n;
	return p;
}

/* The string without its escapes, which are known to be well formed. .p NULL: the scratch is full.
 */
static struct str unescape(struct format_cutter *c, struct str s)
{
	const char *p = s.p, *end = s.p + s.n;
	char *start = scratch_take(c, s.n), *out = start;

	if (!start)
		return (struct str){ NULL, 0 };
	while (p < end) {
		if (*p == '\\')
			out = put_escape(out, &p, end);
		else
			*out++ = *p++;
	}
	return (struct str){ start, (size_t)(out - start) };
}

struct str format_json_with_unit(struct format_cutter *c, struct str number, enum record_unit unit)
{
	static const char name[][4] = {
		[RECORD_UNIT_NONE] = "",
		[RECORD_UNIT_S] = "s",
		[RECORD_UNIT_MS] = "ms",
		[RECORD_UNIT_US] = "us",
		[RECORD_UNIT_NS] = "ns",
	};
	const size_t n = strlen(name[unit]);
	char *p;

	if (!number.n || number.p[number.n - 1] < '0' || number.p[number.n - 1] > '9')
		return number;
	p = scratch_take(c, number.n + n);
	if (!p)
		return number;
	memcpy(p, number.p, number.n);
	memcpy(p + number.n, name[unit], n);
	return (struct str){ p, number.n + n };
}

/* ---- reading a line ---- */

struct value {
	enum {
		VALUE_NONE,
		VALUE_PLAIN,
		VALUE_ESCAPED
	} kind; /* NONE: null, nothing, an object or an empty array */
	struct str text;
};
struct json {
	const char *p, *end;
	const char *expected; /* what is missing at p, once a function returned 0 */
	struct format_cutter *c;
	struct record *r;
	int is_full; /* the scratch could not hold a value */
};

static int read_value(
    struct json *j, const struct format_node *node, int depth, struct value *value);

static int fail(struct json *j, const char *expected)
{
	j->expected = expected;
	return 0;
}

static inline void skip_blanks(struct json *j)
{
	/* Servers write none. */
	if (j->p<j->end && * j->p> ' ')
		return;
	while (j->p < j->end && (*j->p == ' ' || *j->p == '\t' || *j->p == '\r' || *j->p == '\n'))
		j->p++;
}

static inline int next_is(const struct json *j, char c)
{
	return j->p < j->end && *j->p == c;
}

static const char *find_byte(const struct json *j, char c)
{
	return j->p < j->end ? memchr(j->p, c, (size_t)(j->end - j->p)) : NULL;
}

/* The string whose quote is at j->p, byte by byte where it has escapes. */
static int read_escaped_string(struct json *j, struct value *value)
{
	const char *start = ++j->p, *quote = find_byte(j, '"'), *escape;

	value->kind = VALUE_PLAIN;
	while (quote && (escape = memchr(j->p, '\\', (size_t)(quote - j->p)))) {
		const size_t width = escape_width(escape, j->end);

		j->p = escape;
		if (!width)
			return fail(j, "an escape that JSON has");
		value->kind = VALUE_ESCAPED;
		j->p += width;
		if (quote < j->p)
			quote = find_byte(j, '"');
	}
	if (!quote) {
		j->p = j->end;
		return fail(j, "a '\"' that closes a string");
	}
	value->text = (struct str){ start, (size_t)(quote - start) };
	j->p = quote + 1;
	return 1;
}

/* The same by the block's stops: up to the first quote, if no backslash is before it. */
static inline int read_string(struct json *j, struct value *value)
{
	const struct stops *m = j->c->stops;
	const char *start = j->p + 1, *quote;
	size_t window, last;
	uint64_t bits, from;

	if (!m)
		return read_escaped_string(j, value);
	window = stops_window(m, start);
	last = stops_window(m, j->end);
	from = ~UINT64_C(0) << (size_t)(start - m->block.p) % SIMD_WINDOW;
	while (!(bits = (m->quote[window] | m->escape[window]) & from) && window < last) {
		window++;
		from = ~UINT64_C(0);
	}
	if (!bits)
		return read_escaped_string(j, value);
	quote = m->block.p + window * SIMD_WINDOW + __builtin_ctzll(bits);
	if (quote >= j->end || *quote != '"')
		return read_escaped_string(j, value);
	value->kind = VALUE_PLAIN;
	value->text = (struct str){ start, (size_t)(quote - start) };
	j->p = quote + 1;
	return 1;
}

/* -digits[.digits][e[+-]digits], leading zeros allowed. */
static int is_number(struct str s)
{
	size_t i = s.n && s.p[0] == '-', from = i;

	while (i < s.n && s.p[i] >= '0' && s.p[i] <= '9')
		i++;
	if (i == from)
		return 0;
	if (i < s.n && s.p[i] == '.') {
		from = ++i;
		while (i < s.n && s.p[i] >= '0' && s.p[i] <= '9')
			i++;
		if (i == from)
			return 0;
	}
	if (i < s.n && (s.p[i] == 'e' || s.p[i] == 'E')) {
		i++;
		i += i < s.n && (s.p[i] == '+' || s.p[i] == '-');
		from = i;
		while (i < s.n && s.p[i] >= '0' && s.p[i] <= '9')
			i++;
		if (i == from)
			return 0;
	}
	return i == s.n;
}

/* What a number or a word may be written with, "+-.0-9A-FEa-z": bit c % 32 of word c / 32. */
static const uint32_t bare_bytes[8] = { 0, 0x03ff6800, 0x0000007e, 0x07fffffe };

static inline int is_bare_byte(char c)
{
	return bare_bytes[(unsigned char)c / 32] >> ((unsigned char)c % 32) & 1;
}

/* A number, true, false, null, a bare '-' or nothing. */
static int read_bare(struct json *j, struct value *value)
{
	const char *start = j->p, *p = start;

	while (p < j->end && is_bare_byte(*p))
		p++;
	value->text = (struct str){ start, (size_t)(p - start) };
	value->kind = VALUE_PLAIN;
	j->p = p;
	if (is_number(value->text))
		return 1;
	j->p = start;
	if (!value->text.n || str_is(value->text, "null"))
		value->kind = VALUE_NONE;
	else if (!str_is(value->text, "true") && !str_is(value->text, "false") &&
	    !str_is(value->text, "-"))
		return fail(j, "a JSON value");
	j->p = p;
	return 1;
}

static int read_array(struct json *j, int depth, struct value *value)
{
	struct value item;

	*value = (struct value){ VALUE_NONE, { NULL, 0 } };
	if (depth >= DEPTH_MAX)
		return fail(j, "less deeply nested values");
	j->p++;
	skip_blanks(j);
	while (!next_is(j, ']')) {
		if (!read_value(j, NULL, depth + 1, &item))
			return 0;
		if (item.kind != VALUE_NONE)
			*value = item;
		skip_blanks(j);
		if (!next_is(j, ',') && !next_is(j, ']'))
			return fail(j, "',' or ']'");
		j->p += *j->p == ',';
	}
	j->p++;
	return 1;
}

static void give(struct json *j, const struct format_node *node, const struct value *value)
{
	struct str text = value->text;

	if (value->kind == VALUE_ESCAPED)
		text = unescape(j->c, text);
	if (!text.p) {
		j->is_full = 1;
		return;
	}
	for (const struct format_leaf *leaf = node->leaf; leaf; leaf = leaf->next)
		format_part_store(j->c, leaf->origin, text, j->r);
}

static int read_member(struct json *j, const struct format_node *node, int depth)
{
	struct value key, value;
	const struct format_node *child;

	skip_blanks(j);
	if (!next_is(j, '"'))
		return fail(j, "a key in quotes");
	if (!read_string(j, &key))
		return 0;
	skip_blanks(j);
	if (!next_is(j, ':'))
		return fail(j, "':' after a key");
	j->p++;
	child = node ? format_key_child(node, key.text) : NULL;
	if (!read_value(j, child, depth, &value))
		return 0;
	if (child && child->leaf && value.kind != VALUE_NONE)
		give(j, child, &value);
	return 1;
}

static int read_object(struct json *j, const struct format_node *node, int depth)
{
	if (depth >= DEPTH_MAX)
		return fail(j, "less deeply nested values");
	j->p++;
	skip_blanks(j);
	if (next_is(j, '}')) {
		j->p++;
		return 1;
	}
	for (;;) {
		if (!read_member(j, node, depth + 1))
			return 0;
		skip_blanks(j);
		if (next_is(j, '}'))
			break;
		if (!next_is(j, ','))
			return fail(j, "',' or '}'");
		j->p++;
	}
	j->p++;
	return 1;
}

/* node: what is wanted below here, or NULL. */
static int read_value(
    struct json *j, const struct format_node *node, int depth, struct value *value)
{
	skip_blanks(j);
	if (next_is(j, '"'))
		return read_string(j, value);
	if (next_is(j, '{')) {
		*value = (struct value){ VALUE_NONE, { NULL, 0 } };
		return read_object(j, node, depth);
	}
	if (next_is(j, '['))
		return read_array(j, depth, value);
	return read_bare(j, value);
}

enum record_reject format_json_cut(struct format_cutter *c, struct str line, struct record *r)
{
	static const char prefix[] = "escape=json";
	struct json j = { .p = line.p, .end = line.p + line.n, .c = c, .r = r };

	memset(c->rank, FORMAT_RANK_NONE, sizeof c->rank);
	c->scratch_used = 0;
	skip_blanks(&j);
	if (str_starts((struct str){ j.p, (size_t)(j.end - j.p) }, prefix))
		j.p += sizeof prefix - 1;
	if (!next_is(&j, '{'))
		return format_cut_fail(c, (size_t)(j.p - line.p), "'{'");
	if (!read_object(&j, c->format->root, 0))
		return format_cut_fail(c, (size_t)(j.p - line.p), j.expected);
	skip_blanks(&j);
	if (j.p < j.end)
		return format_cut_fail(c, (size_t)(j.p - line.p), "the end of the line");
	if (!j.is_full)
		return RECORD_OK;
	(void)format_cut_fail(c, line.n, "fewer bytes of escaped text");
	return RECORD_TOO_LONG;
}
