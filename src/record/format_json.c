/* JSON lines: one object a line, read once from left to right.  Only the wanted paths are looked
 * at; the rest is checked for its form and skipped.  Beyond RFC 8259 exactly what servers are known
 * to write is taken: \xHH in strings and a bare '-' or nothing for a value (nginx's default
 * escaping of a hand-made JSON log_format), leading zeros
 * ("status":000), and "escape=json" before the object (nginx before 1.11.8).
 *
 * A path goes through nested objects, "request.headers.User-Agent"; a key that holds the dots
 * itself fits as well.  Of an array the last scalar is its value.  Of a repeated key the first
 * counts.  Keys are compared as written. */
#include "format_json.h"
#include "format_exact.h"

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

static int fail(struct format_json *j, const char *expected)
{
	j->expected = expected;
	return 0;
}

/* Why what begins behind the quote at j->p is no string: without a quote that ends it, that is what
 * it lacks, whatever its escapes are. */
static int refuse_string(struct format_json *j)
{
	const char *quote, *escape;

	j->p++;
	while (j->p < j->end && (quote = memchr(j->p, '"', (size_t)(j->end - j->p)))) {
		size_t width;

		escape = memchr(j->p, '\\', (size_t)(quote - j->p));
		if (!escape)
			break;
		j->p = escape;
		width = format_escape_width(escape, j->end);
		if (!width)
			return fail(j, "an escape that JSON has");
		j->p += width;
	}
	j->p = j->end;
	return fail(j, "a '\"' that closes a string");
}

/* As next_mark. */
static const char *next_far_mark(const struct format_json *j, const char *p)
{
	const struct stops *m = j->marks;
	uint64_t bits, from = ~UINT64_C(0) << (size_t)(p - m->block.p) % SIMD_WINDOW;

	if (p >= j->end)
		return j->end;
	for (size_t i = stops_window(m, p), last = stops_window(m, j->end); i <= last; i++) {
		bits = m->mark[i] & from;
		if (bits)
			return m->block.p + i * SIMD_WINDOW + __builtin_ctzll(bits);
		from = ~UINT64_C(0);
	}
	return j->end;
}

/* The first quote or backslash from p on, or something from j->end on.  Nearly all are in the next
 * 64 bytes, which two windows tell of together: it could not be foreseen whether one of them ends
 * before. */
static inline const char *next_mark(const struct format_json *j, const char *p)
{
	const struct stops *m = j->marks;
	const size_t at = (size_t)(p - m->block.p), shift = at % SIMD_WINDOW;
	const uint64_t *mark = m->mark + at / SIMD_WINDOW;
	const uint64_t bits = mark[0] >> shift | mark[1] << 1 << (SIMD_WINDOW - 1 - shift);

	return bits ? p + __builtin_ctzll(bits) : next_far_mark(j, p + SIMD_WINDOW);
}

static const char *next_mark_slowly(const struct format_json *j, const char *p)
{
	while (p < j->end && *p != '"' && *p != '\\')
		p++;
	return p;
}

int format_json_string(struct format_json *j, struct format_json_value *value)
{
	const char *start = j->p + 1, *p = start;

	value->kind = FORMAT_JSON_PLAIN;
	for (;;) {
		size_t width;

		p = j->marks ? next_mark(j, p) : next_mark_slowly(j, p);
		if (p >= j->end)
			return refuse_string(j);
		if (*p == '"')
			break;
		width = format_escape_width(p, j->end);
		if (!width)
			return refuse_string(j);
		value->kind = FORMAT_JSON_ESCAPED;
		p += width;
	}
	value->text = (struct str){ start, (size_t)(p - start) };
	j->p = p + 1;
	return 1;
}

static inline int is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* -digits[.digits][e[+-]digits], leading zeros allowed. */
static int is_number(struct str s)
{
	size_t i = s.n && s.p[0] == '-', from = i;

	while (i < s.n && is_digit(s.p[i]))
		i++;
	if (i == from)
		return 0;
	if (i < s.n && s.p[i] == '.') {
		from = ++i;
		while (i < s.n && is_digit(s.p[i]))
			i++;
		if (i == from)
			return 0;
	}
	if (i < s.n && (s.p[i] == 'e' || s.p[i] == 'E')) {
		i++;
		i += i < s.n && (s.p[i] == '+' || s.p[i] == '-');
		from = i;
		while (i < s.n && is_digit(s.p[i]))
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

/* The length is a constant, so it is one comparison. */
#define IS_WORD(s, word) ((s).n == sizeof(word) - 1 && !memcmp((s).p, (word), sizeof(word) - 1))

/* A number, true, false, null, a bare '-' or nothing. */
static int read_bare(struct format_json *j, struct format_json_value *value)
{
	const char *start = j->p, *p = start;
	struct str text;

	while (p < j->end && is_bare_byte(*p))
		p++;
	text = (struct str){ start, (size_t)(p - start) };
	*value = (struct format_json_value){ FORMAT_JSON_PLAIN, text };
	if (!text.n || IS_WORD(text, "null"))
		value->kind = FORMAT_JSON_NONE;
	else if (!IS_WORD(text, "false") && !IS_WORD(text, "true") && !IS_WORD(text, "-") &&
	    !is_number(text))
		return fail(j, "a JSON value");
	j->p = p;
	return 1;
}

/* The same as format_part_store, for one output that takes the text as it is. */
static inline void put(struct format_json *j, const struct format_output *o, struct str text)
{
	struct format_cutter *c = j->c;

	if (o->rank >= c->rank[o->slot])
		return;
	c->rank[o->slot] = o->rank;
	if (o->slot == FORMAT_TIME_SLOT) {
		c->time = text;
		return;
	}
	j->r->field[o->slot] = text;
	j->r->have |= UINT64_C(1) << o->slot;
}

static void give(
    struct format_json *j, const struct format_node *node, const struct format_json_value *value)
{
	struct str text = value->text;

	if (value->kind == FORMAT_JSON_ESCAPED)
		text = unescape(j->c, text);
	if (!text.p) {
		j->is_full = 1;
		return;
	}
	j->c->line = value->kind == FORMAT_JSON_PLAIN ? j->line : NULL;
	for (const struct format_leaf *leaf = node->leaf; leaf; leaf = leaf->next)
		format_part_store(j->c, leaf->origin, text, j->r);
}

void format_json_give_last(struct format_json *j, const struct format_node *node)
{
	if (j->last.kind != FORMAT_JSON_NONE)
		give(j, node, &j->last);
	j->last.kind = FORMAT_JSON_NONE;
}

static void take(
    struct format_json *j, const struct format_gap *gap, const struct format_json_value *value)
{
	if (value->kind == FORMAT_JSON_NONE)
		return;
	if (gap->to->is_array)
		j->last = *value;
	else
		give(j, gap->wanted, value);
}

/* Reads the scalar behind that gap. */
static int read_scalar(struct format_json *j, const struct format_gap *gap)
{
	struct format_json_value value;

	if (!(format_json_is_next(j, '"') ? format_json_string(j, &value) : read_bare(j, &value)))
		return 0;
	if (gap->wanted)
		take(j, gap, &value);
	return 1;
}

static int read_line(struct format_json *j)
{
	struct format_gap *gap = &j->c->gaps->begin;

	while ((gap = format_json_gap_read(j, gap)) && gap->to)
		if (!read_scalar(j, gap))
			return 0;
	return gap != NULL;
}

/* ---- lines with marks ---- */

/* Whether the gap is the one at p, and does not go on: at its end is the line's, or what begins a
 * scalar. */
static inline int is_gap_at(
    const struct format_json *j, const struct format_gap *gap, const char *p)
{
	if (!format_gap_is_at(gap, p, j->end))
		return 0;
	p += gap->n;
	return gap->to ? *p == '"' || is_digit(*p) || is_bare_byte(*p) : p == j->end;
}

/* The gap at p, when it is not the one of the last time, by its first key.  NULL: it has to be
 * read. */
static struct format_gap *find_gap(struct format_json *j, struct format_gap *before, const char *p)
{
	const char *key = next_mark(j, p), *key_end = key < j->end ? next_mark(j, key + 1) : key;
	struct format_gap *gap;

	if (key_end >= j->end)
		return NULL;
	gap = format_gap_first(j->c->gaps, key, (size_t)(key_end - key));
	for (; gap; gap = gap->beside)
		if (gap->from == before->to && is_gap_at(j, gap, p)) {
			before->next = gap;
			return gap;
		}
	return NULL;
}

/* Of digits, perhaps with a dot among them.  NULL: it is something else, or long. */
static inline const char *digits_end(const char *p, const char *end)
{
	const uint64_t others =
	    ~(simd_digits(p) | (uint64_t)simd_digits(p + SIMD_BYTES) << SIMD_BYTES);
	size_t n = (size_t)__builtin_ctzll(others);

	if (n - 1 >= 2 * SIMD_BYTES - 2)
		return NULL;
	if (p[n] == '.' && !(others >> (n + 1) & 1))
		n = (size_t)__builtin_ctzll(others & (others - 1));
	p += n;
	return n < 2 * SIMD_BYTES && p <= end && (*p == ',' || !is_bare_byte(*p)) ? p : NULL;
}

/* The end of a scalar as nearly all are: a string without escapes, or a number without a sign.
 * NULL: it has to be read. */
static inline const char *scalar_end(const struct format_json *j, const char *p)
{
	const char *mark;

	if (*p != '"')
		return digits_end(p, j->end);
	mark = next_mark(j, p + 1);
	return mark < j->end && *mark == '"' ? mark + 1 : NULL;
}

static inline void take_plain(
    struct format_json *j, const struct format_gap *gap, const char *p, const char *end)
{
	const size_t quote = *p == '"';
	const struct str text = { p + quote, (size_t)(end - p) - 2 * quote };

	/* A number of two bytes or more is not lacking. */
	if (gap->only && text.n > 1)
		put(j, gap->only, text);
	else
		take(j, gap, &(struct format_json_value){ FORMAT_JSON_PLAIN, text });
}

/* The same as read_line, and nearly all by comparing. */
static int pass_line(struct format_json *j)
{
	struct format_gap *before = &j->c->gaps->begin, *gap;
	const char *p = j->p, *end;

	for (;; before = gap, p = end) {
		gap = before->next;
		if (is_gap_at(j, gap, p) || (gap = find_gap(j, before, p))) {
			p += gap->n;
			if (gap->closed)
				format_json_give_last(j, gap->closed);
		} else {
			j->p = p;
			gap = format_json_gap_read(j, before);
			if (!gap)
				return 0;
			p = j->p;
		}
		if (!gap->to)
			return 1;
		end = scalar_end(j, p);
		if (!end) {
			j->p = p;
			if (!read_scalar(j, gap))
				return 0;
			end = j->p;
		} else if (gap->wanted) {
			take_plain(j, gap, p, end);
		}
	}
}

/* ---- lines ---- */

enum record_reject format_json_cut(struct format_cutter *c, struct str line, struct record *r)
{
	struct format_json j = {
		.line = line.p, .end = line.p + line.n, .p = line.p, .c = c, .r = r
	};

	memset(c->rank, FORMAT_RANK_NONE, sizeof c->rank);
	c->scratch_used = 0;
	if (c->gaps->is_full)
		format_gap_forget(c->gaps);
	if (c->stops && c->readable - j.end > SIMD_WINDOW)
		j.marks = c->stops;
	if (!(j.marks ? pass_line(&j) : read_line(&j)))
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
