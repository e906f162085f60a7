/* JSON lines: one object a line, read once from left to right.  Only the wanted paths are looked
 * at; the rest is checked for its form and skipped.  Beyond RFC 8259 exactly what servers are known
 * to write is taken: \xHH in strings and a bare '-' or nothing for a value (nginx's default
 * escaping of a hand-made JSON log_format), leading zeros
 * ("status":000), and "escape=json" before the object (nginx before 1.11.8).
 *
 * A path goes through nested objects, "request.headers.User-Agent"; a key that holds the dots
 * itself fits as well.  Of an array the last scalar is its value.  Of a repeated key the first
 * counts.  Keys are compared as written. */
#include "format_gap.h"

#include <string.h>

/* ---- values in the scratch ---- */

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
	char *start = scratch_take(c, s.n);

	return (struct str){ start, start ? format_escape_undo(start, s) : 0 };
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

/* ---- scalars ---- */

struct value {
	enum { VALUE_NONE, VALUE_PLAIN, VALUE_ESCAPED } kind; /* NONE: null or nothing */
	struct str text;
};
struct json {
	const char *p, *end;
	const char *expected; /* what is missing at p, once a function returned 0 */
	struct format_cutter *c;
	struct record *r;
	const struct format_place *place; /* where a gap that is read has come to */
	struct value last;                /* of the array being read that somebody wants */
	int is_full;                      /* the scratch could not hold a value */
};

static int fail(struct json *j, const char *expected)
{
	j->expected = expected;
	return 0;
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
		const size_t width = format_escape_width(escape, j->end);

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

/* Digits, perhaps with a dot among them, which is what nearly all numbers are, at a glance. */
static inline int read_digits(struct json *j, struct value *value)
{
	const char *p = j->p;
	uint32_t others;
	unsigned n;

	if (j->c->readable - p < SIMD_BYTES)
		return 0;
	others = ~simd_digits(p);
	n = (unsigned)__builtin_ctz(others);
	if (n && n < SIMD_BYTES - 1 && p[n] == '.' && !(others >> (n + 1) & 1))
		n = (unsigned)__builtin_ctz(others & (others - 1));
	if (!n || n >= SIMD_BYTES || j->end - p < n || is_bare_byte(p[n]))
		return 0;
	value->kind = VALUE_PLAIN;
	value->text = (struct str){ p, n };
	j->p = p + n;
	return 1;
}

static inline int read_scalar(struct json *j, struct value *value)
{
	if (next_is(j, '"'))
		return read_string(j, value);
	return read_digits(j, value) || read_bare(j, value);
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

/* At the end of an array: its last scalar is its value. */
static void give_last(struct json *j, const struct format_node *node)
{
	if (j->last.kind != VALUE_NONE)
		give(j, node, &j->last);
	j->last.kind = VALUE_NONE;
}

/* ---- gaps, byte by byte ---- */

enum step {
	STEP_FAILED,
	STEP_OPENED, /* behind the bracket that opens j->place */
	STEP_PASSED, /* behind a value in j->place, or behind the line's object */
	STEP_SCALAR, /* before a scalar in j->place: the gap ends here */
	STEP_END,    /* or here: nothing else is in the line */
};

static enum step fail_step(struct json *j, const char *expected)
{
	j->expected = expected;
	return STEP_FAILED;
}

static inline void skip_blanks(struct json *j)
{
	/* Servers write none. */
	if (j->p<j->end && * j->p> ' ')
		return;
	while (j->p < j->end && (*j->p == ' ' || *j->p == '\t' || *j->p == '\r' || *j->p == '\n'))
		j->p++;
}

static enum step open_place(struct json *j, int is_array, const struct format_node *node)
{
	const struct format_place *inner = format_gap_open(j->c->gaps, j->place, is_array, node);

	if (!inner)
		return fail_step(j, "less deeply nested values");
	j->place = inner;
	j->p++;
	return STEP_OPENED;
}

/* An array in an array is a part of that one's value. */
static enum step close_place(struct json *j)
{
	const struct format_place *inner = j->place;
	struct format_gap *gap = &j->c->gaps->read;

	j->p++;
	j->place = inner->parent;
	if (!inner->is_array || !inner->node || j->place->is_array)
		return STEP_PASSED;
	if (!gap->closed)
		gap->closed = inner->node;
	give_last(j, inner->node);
	return STEP_PASSED;
}

/* Before a value.  object, scalar: what is wanted inside of it, and who wants it, if it is one. */
static enum step begin_value(
    struct json *j, const struct format_node *object, const struct format_node *scalar)
{
	skip_blanks(j);
	if (next_is(j, '{'))
		return open_place(j, 0, object);
	if (next_is(j, '['))
		return open_place(j, 1, scalar);
	j->c->gaps->read.wanted = scalar;
	return STEP_SCALAR;
}

static enum step begin_item(struct json *j)
{
	return begin_value(j, NULL, j->place->node);
}

static enum step begin_member(struct json *j)
{
	const struct format_node *child;
	struct value key;

	skip_blanks(j);
	if (!next_is(j, '"'))
		return fail_step(j, "a key in quotes");
	if (!read_string(j, &key))
		return STEP_FAILED;
	skip_blanks(j);
	if (!next_is(j, ':'))
		return fail_step(j, "':' after a key");
	j->p++;
	child = j->place->node ? format_key_child(j->place->node, key.text) : NULL;
	return begin_value(j, child, child && child->leaf ? child : NULL);
}

static enum step step_inside(struct json *j)
{
	skip_blanks(j);
	if (next_is(j, j->place->is_array ? ']' : '}'))
		return close_place(j);
	return j->place->is_array ? begin_item(j) : begin_member(j);
}

static enum step step_on(struct json *j)
{
	skip_blanks(j);
	if (!j->place)
		return j->p == j->end ? STEP_END : fail_step(j, "the end of the line");
	if (next_is(j, j->place->is_array ? ']' : '}'))
		return close_place(j);
	if (!next_is(j, ','))
		return fail_step(j, j->place->is_array ? "',' or ']'" : "',' or '}'");
	j->p++;
	if (!j->place->is_array)
		return begin_member(j);
	/* A comma may stand behind the last item. */
	return next_is(j, ']') ? close_place(j) : begin_item(j);
}

static enum step step_into_line(struct json *j)
{
	static const char prefix[] = "escape=json";

	skip_blanks(j);
	if (str_starts((struct str){ j->p, (size_t)(j->end - j->p) }, prefix))
		j->p += sizeof prefix - 1;
	return next_is(j, '{') ? open_place(j, 0, j->c->format->root) : fail_step(j, "'{'");
}

/* The gap at j->p, or NULL. */
static struct format_gap *read_gap(struct json *j, struct format_gap *before)
{
	struct format_gaps *gaps = j->c->gaps;
	const struct format_place *from = before->to;
	const char *start = j->p;
	enum step step;

	gaps->read.wanted = gaps->read.closed = NULL;
	j->place = from;
	step = from ? STEP_PASSED : step_into_line(j);
	while (step == STEP_OPENED || step == STEP_PASSED)
		step = step == STEP_OPENED ? step_inside(j) : step_on(j);
	if (step == STEP_FAILED)
		return NULL;
	gaps->read.from = from;
	gaps->read.to = j->place;
	return format_gap_keep(gaps, before, (struct str){ start, (size_t)(j->p - start) });
}

/* ---- lines ---- */

/* The same where it is the one that was there last time.  It must not go on: at its end is the
 * line's, or what begins a scalar. */
static inline struct format_gap *pass_gap(struct json *j, struct format_gap *before)
{
	struct format_gap *gap = before->next;
	const char *p;

	if (!j->c->stops || !format_gap_is_at(gap, j->p, j->end, j->c->readable))
		return read_gap(j, before);
	p = j->p + gap->n;
	if (gap->to ? p == j->end || (*p != '"' && !is_bare_byte(*p)) : p != j->end)
		return read_gap(j, before);
	j->p = p;
	if (gap->closed)
		give_last(j, gap->closed);
	return gap;
}

static int read_line(struct json *j)
{
	struct format_gap *gap = &j->c->gaps->begin;
	struct value value;

	while ((gap = pass_gap(j, gap)) && gap->to) {
		if (!read_scalar(j, &value))
			return 0;
		if (!gap->wanted || value.kind == VALUE_NONE)
			continue;
		if (gap->to->is_array)
			j->last = value;
		else
			give(j, gap->wanted, &value);
	}
	return gap != NULL;
}

enum record_reject format_json_cut(struct format_cutter *c, struct str line, struct record *r)
{
	struct json j = { .p = line.p, .end = line.p + line.n, .c = c, .r = r };

	memset(c->rank, FORMAT_RANK_NONE, sizeof c->rank);
	c->scratch_used = 0;
	if (c->gaps->is_full)
		format_gap_forget(c->gaps);
	if (!read_line(&j))
		return format_cut_fail(c, (size_t)(j.p - line.p), j.expected);
	if (!j.is_full)
		return RECORD_OK;
	(void)format_cut_fail(c, line.n, "fewer bytes of escaped text");
	return RECORD_TOO_LONG;
}
