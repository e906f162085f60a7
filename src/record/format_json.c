/* JSON lines: one object a line, read once from left to right.  Only the wanted paths are looked
 * at; the rest is checked for its form and skipped.  Beyond RFC 8259 exactly what servers are known
 * to write is taken: \xHH in strings and a bare '-' or nothing for a value (nginx's default
 * escaping of a hand-made JSON log_format), leading zeros
 * ("status":000), and "escape=json" before the object (nginx before 1.11.8).
 *
 * A path goes through nested objects, "request.headers.User-Agent"; a key that holds the dots
 * itself fits as well.  Of an array the last scalar is its value.  Of a repeated key the first
 * counts.  Keys are compared as written. */
#include "format_exact.h"
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
	const char *line, *end;
	const char *p;        /* where a gap that is read has come to, or where something fails */
	const char *expected; /* what is missing at p, once a function said that it failed */
	struct format_cutter *c;
	struct record *r;
	const struct format_place *place; /* where a gap that is read has come to */
	struct value last;                /* of the array being read that somebody wants */
	int is_full;                      /* the scratch could not hold a value */
};

static const char *fail(struct json *j, const char *p, const char *expected)
{
	j->p = p;
	j->expected = expected;
	return NULL;
}

/* Why what begins behind the quote at p is no string: without a quote that ends it, that is what it
 * lacks, whatever its escapes are. */
static const char *refuse_string(struct json *j, const char *p)
{
	const char *end = j->end, *quote, *escape;

	for (p++; p < end && (quote = memchr(p, '"', (size_t)(end - p)));) {
		size_t width;

		escape = memchr(p, '\\', (size_t)(quote - p));
		if (!escape)
			break;
		width = format_escape_width(escape, end);
		if (!width)
			return fail(j, escape, "an escape that JSON has");
		p = escape + width;
	}
	return fail(j, end, "a '\"' that closes a string");
}

/* As next_mark. */
static const char *next_far_mark(const struct json *j, const char *p)
{
	const struct stops *m = j->c->stops;
	const char *quote, *escape;

	if (p >= j->end)
		return j->end;
	quote = stops_find(m, m->quote, p, j->end);
	escape = stops_find(m, m->escape, p, quote ? quote : j->end);
	if (escape)
		return escape;
	return quote ? quote : j->end;
}

/* The first quote or backslash from p on, or something from j->end on.  Nearly all are in the next
 * 64 bytes, which two windows tell of together, so that it does not matter, which could not be
 * foreseen, whether one of them ends between. */
static inline const char *next_mark(const struct json *j, const char *p)
{
	const struct stops *m = j->c->stops;
	const size_t at = (size_t)(p - m->block.p), shift = at % SIMD_WINDOW;
	const uint64_t *quote = m->quote + at / SIMD_WINDOW, *escape = m->escape + at / SIMD_WINDOW;
	const uint64_t bits = (quote[0] | escape[0]) >> shift |
	    (quote[1] | escape[1]) << 1 << (SIMD_WINDOW - 1 - shift);

	return bits ? p + __builtin_ctzll(bits) : next_far_mark(j, p + SIMD_WINDOW);
}

/* The same byte by byte. */
static const char *next_mark_slowly(const struct json *j, const char *p)
{
	while (p < j->end && *p != '"' && *p != '\\')
		p++;
	return p;
}

/* Reads what begins at p and returns its end.  NULL: it fails.  is_marked: the line's stops are
 * known, and bytes behind the line may be read. */
static inline const char *read_string(
    struct json *j, int is_marked, const char *p, struct value *value)
{
	const char *start = p++;

	value->kind = VALUE_PLAIN;
	for (;;) {
		size_t width;

		p = is_marked ? next_mark(j, p) : next_mark_slowly(j, p);
		if (p >= j->end)
			return refuse_string(j, start);
		if (*p == '"')
			break;
		width = format_escape_width(p, j->end);
		if (!width)
			return refuse_string(j, start);
		value->kind = VALUE_ESCAPED;
		p += width;
	}
	value->text = (struct str){ start + 1, (size_t)(p - start) - 1 };
	return p + 1;
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
static const char *read_bare(struct json *j, const char *p, struct value *value)
{
	const char *start = p;

	while (p < j->end && is_bare_byte(*p))
		p++;
	value->text = (struct str){ start, (size_t)(p - start) };
	value->kind = VALUE_PLAIN;
	if (!value->text.n || str_is(value->text, "null"))
		value->kind = VALUE_NONE;
	else if (!str_is(value->text, "false") && !str_is(value->text, "true") &&
	    !str_is(value->text, "-") && !is_number(value->text))
		return fail(j, start, "a JSON value");
	return p;
}

#define GLANCE FORMAT_GAP_GLANCE /* bytes */

/* Digits, perhaps with a dot among them, which is what nearly all numbers are.  NULL: ask the
 * above. */
static inline const char *read_digits(const struct json *j, const char *p, struct value *value)
{
	const uint64_t others =
	    ~(simd_digits(p) | (uint64_t)simd_digits(p + SIMD_BYTES) << SIMD_BYTES);
	size_t n = (size_t)__builtin_ctzll(others);

	if (!n || n >= GLANCE - 1)
		return NULL;
	if (p[n] == '.' && !(others >> (n + 1) & 1))
		n = (size_t)__builtin_ctzll(others & (others - 1));
	if (n >= GLANCE || (size_t)(j->end - p) < n || (p[n] != ',' && is_bare_byte(p[n])))
		return NULL;
	value->kind = VALUE_PLAIN;
	value->text = (struct str){ p, n };
	return p + n;
}

static inline const char *read_scalar(
    struct json *j, int is_marked, const char *p, struct value *value)
{
	const char *end;

	if (p < j->end && *p == '"')
		return read_string(j, is_marked, p, value);
	end = is_marked ? read_digits(j, p, value) : NULL;
	return end ? end : read_bare(j, p, value);
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
	j->c->line = value->kind == VALUE_PLAIN ? j->line : NULL;
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

static inline int next_is(const struct json *j, char c)
{
	return j->p < j->end && *j->p == c;
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
	const char *end;

	skip_blanks(j);
	if (!next_is(j, '"'))
		return fail_step(j, "a key in quotes");
	end = read_string(j, 0, j->p, &key);
	if (!end)
		return STEP_FAILED;
	j->p = end;
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

/* The gap at p, or NULL.  It ends at j->p. */
static struct format_gap *read_gap(struct json *j, const char *p, struct format_gap *before)
{
	struct format_gaps *gaps = j->c->gaps;
	const struct format_place *from = before->to;
	enum step step;

	gaps->read.wanted = gaps->read.closed = NULL;
	j->p = p;
	j->place = from;
	step = from ? STEP_PASSED : step_into_line(j);
	while (step == STEP_OPENED || step == STEP_PASSED)
		step = step == STEP_OPENED ? step_inside(j) : step_on(j);
	if (step == STEP_FAILED)
		return NULL;
	gaps->read.from = from;
	gaps->read.to = j->place;
	return format_gap_keep(gaps, before, (struct str){ p, (size_t)(j->p - p) });
}

/* ---- lines ---- */

/* Whether the gap is the one at p.  It must not go on there: at its end is the line's, or what
 * begins a scalar. */
static inline int is_gap_at(const struct json *j, const struct format_gap *gap, const char *p)
{
	if (!format_gap_is_at(gap, p, j->end))
		return 0;
	p += gap->n;
	return gap->to ? *p == '"' || is_bare_byte(*p) : p == j->end;
}

static void take(struct json *j, const struct format_gap *gap, const struct value *value)
{
	if (value->kind == VALUE_NONE)
		return;
	if (gap->to->is_array)
		j->last = *value;
	else
		give(j, gap->wanted, value);
}

static inline int read_line(struct json *j, int is_marked, const char *p)
{
	struct format_gap *before = &j->c->gaps->begin, *gap;
	struct value value;

	for (;; before = gap) {
		gap = before->next;
		if (is_marked && is_gap_at(j, gap, p)) {
			p += gap->n;
			if (gap->closed)
				give_last(j, gap->closed);
		} else {
			gap = read_gap(j, p, before);
			if (!gap)
				return 0;
			p = j->p;
		}
		if (!gap->to)
			return 1;
		p = read_scalar(j, is_marked, p, &value);
		if (!p)
			return 0;
		if (gap->wanted)
			take(j, gap, &value);
	}
}

enum record_reject format_json_cut(struct format_cutter *c, struct str line, struct record *r)
{
	struct json j = { .line = line.p, .end = line.p + line.n, .c = c, .r = r };
	const int is_marked = c->stops && c->readable - j.end >= SIMD_WINDOW;

	memset(c->rank, FORMAT_RANK_NONE, sizeof c->rank);
	c->scratch_used = 0;
	if (c->gaps->is_full)
		format_gap_forget(c->gaps);
	if (!(is_marked ? read_line(&j, 1, line.p) : read_line(&j, 0, line.p)))
		return format_cut_fail(c, (size_t)(j.p - line.p), j.expected);
	if (j.is_full) {
		(void)format_cut_fail(c, line.n, "fewer bytes of escaped text");
		return RECORD_TOO_LONG;
	}
	/* A stamp in the minute of the last one is known by comparing. */
	if ((uintptr_t)c->time.p - (uintptr_t)line.p < line.n)
		(void)format_again_end(c, c->time.p, c->readable);
	return RECORD_OK;
}
