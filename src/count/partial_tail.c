#include "partial_impl.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "err.h"

enum nines_status partial_refuse(
    const struct partial_place *place, enum nines_status code, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	if (place->err != NULL && place->err->code == NINES_OK)
		place->err->line = place->line < UINT32_MAX ? (unsigned)place->line : UINT32_MAX;
	return err_about(place->err, code, place->where, "%s", text);
}

/* ---- fields: name=value, blanks between them ---- */

enum kind { VERSION, HEX, NUMBER, INSTANT, TEXT };

struct field {
	const char *name;
	enum kind kind;
	size_t at;
	int required;
};

#define AT(member) offsetof(struct partial_source, member)
static const struct field source_fields[] = {
	{ "v", VERSION, 0, 1 },
	{ "part", HEX, AT(part), 1 },
	{ "status", TEXT, AT(status), 1 },
	{ "decoder", TEXT, AT(decoder), 0 },
	{ "note", TEXT, AT(note), 0 },
};
#undef AT
#define AT(member) offsetof(struct partial_end, member)
static const struct field end_fields[] = {
	{ "v", VERSION, 0, 1 },
	{ "cfg", HEX, AT(config), 1 },
	{ "sources", NUMBER, AT(sources), 1 },
	{ "check", HEX, AT(check), 1 },
	{ "first", INSTANT, AT(first), 0 },
	{ "last", INSTANT, AT(last), 0 },
	{ "since", INSTANT, AT(since), 0 },
	{ "until", INSTANT, AT(until), 0 },
	{ "sum", HEX, AT(sum), 1 },
};
#define FIELDS(table) (sizeof(table) / sizeof *(table))

struct fields {
	struct partial *partial;
	const struct partial_place *place;
	const struct field *field;
	size_t fields;
	unsigned seen;
	struct item item[PARTIAL_ITEMS_MAX];
	size_t items;
};

static enum nines_status refuse_value(
    const struct fields *f, struct str name, enum partial_number n)
{
	if (n == PARTIAL_NUMBER_TOO_BIG)
		return partial_refuse(
		    f->place, NINES_E_LIMIT, "%.*s is beyond 2^64 - 1", STR_ARG(name));
	return partial_refuse(f->place, NINES_E_SYNTAX, "the value of %.*s is none", STR_ARG(name));
}

static enum nines_status set_instant(struct fields *f, struct str name, struct str value, void *at)
{
	int64_t instant;
	enum partial_number rc = partial_take_i64(&value, &instant);

	if (rc != PARTIAL_IS_NUMBER || value.n > 0 || instant < PARTIAL_INSTANT_MIN ||
	    instant > PARTIAL_INSTANT_MAX)
		return refuse_value(f, name, PARTIAL_NO_NUMBER);
	memcpy(at, &instant, sizeof instant);
	return NINES_OK;
}

static enum nines_status set_text(struct fields *f, struct str name, struct str value, void *at)
{
	const char *text;

	if (value.n == 0 || !partial_is_encoded(value))
		return refuse_value(f, name, PARTIAL_NO_NUMBER);
	text = partial_decode(&f->partial->arena, value);
	if (text == NULL)
		return err_nomem(f->place->err);
	memcpy(at, &text, sizeof text);
	return NINES_OK;
}

static enum nines_status set_known(
    struct fields *f, const struct field *field, struct str name, struct str value, void *to)
{
	void *at = (char *)to + field->at;
	enum partial_number rc;
	uint64_t n;

	switch (field->kind) {
	case VERSION:
		if (!str_is(value, "1"))
			return partial_refuse(f->place, NINES_E_SYNTAX,
			    "version %.*s of the format; this program reads version 1",
			    STR_ARG(value));
		return NINES_OK;
	case HEX:
		if (!partial_hex(value, &n))
			return refuse_value(f, name, PARTIAL_NO_NUMBER);
		break;
	case NUMBER:
		rc = partial_take_u64(&value, &n);
		if (rc != PARTIAL_IS_NUMBER || value.n > 0)
			return refuse_value(f, name, rc);
		break;
	case INSTANT:
		return set_instant(f, name, value, at);
	case TEXT:
		return set_text(f, name, value, at);
	}
	memcpy(at, &n, sizeof n);
	return NINES_OK;
}

static int is_item_name(struct str name)
{
	for (size_t i = 0; i < name.n; i++) {
		const char c = name.p[i];

		if (!(c >= 'a' && c <= 'z') &&
		    (i == 0 || !((c >= '0' && c <= '9') || c == '_' || c == '.')))
			return 0;
	}
	return name.n > 0;
}

static enum nines_status set_item(struct fields *f, struct str name, struct str value)
{
	enum partial_number rc;
	struct str copy;
	uint64_t n;

	if (!is_item_name(name))
		return partial_refuse(
		    f->place, NINES_E_SYNTAX, "'%.*s' is no name=value", STR_ARG(name));
	for (size_t i = 0; i < f->items; i++)
		if (str_is(name, f->item[i].name))
			return partial_refuse(
			    f->place, NINES_E_SYNTAX, "%.*s twice", STR_ARG(name));
	if (f->items == PARTIAL_ITEMS_MAX)
		return partial_refuse(
		    f->place, NINES_E_LIMIT, "more than %d numbers in a line", PARTIAL_ITEMS_MAX);
	rc = partial_take_u64(&value, &n);
	if (rc != PARTIAL_IS_NUMBER || value.n > 0)
		return refuse_value(f, name, rc);
	copy = mem_arena_str(&f->partial->arena, name);
	if (copy.p == NULL)
		return err_nomem(f->place->err);
	f->item[f->items++] = (struct item){ copy.p, n };
	return NINES_OK;
}

static enum nines_status set_field(struct fields *f, struct str word, void *to)
{
	const struct str name = partial_cut(&word, '=');

	for (size_t i = 0; i < f->fields; i++) {
		if (!str_is(name, f->field[i].name))
			continue;
		if (f->seen & 1u << i)
			return partial_refuse(
			    f->place, NINES_E_SYNTAX, "%.*s twice", STR_ARG(name));
		f->seen |= 1u << i;
		return set_known(f, &f->field[i], name, word, to);
	}
	return set_item(f, name, word);
}

/* Fills *to, a struct partial_source or partial_end, and f->item. */
static enum nines_status read_fields(struct fields *f, struct str text, void *to)
{
	enum nines_status rc = NINES_OK;

	if (text.n == 0 || text.p[text.n - 1] == ' ')
		return partial_refuse(f->place, NINES_E_SYNTAX, "a field is lacking");
	while (text.n > 0 && rc == NINES_OK)
		rc = set_field(f, partial_cut(&text, ' '), to);
	for (size_t i = 0; i < f->fields && rc == NINES_OK; i++)
		if (f->field[i].required && !(f->seen & 1u << i))
			rc = partial_refuse(
			    f->place, NINES_E_SYNTAX, "%s is lacking", f->field[i].name);
	return rc;
}

/* ---- lines ---- */

static enum nines_status copy_items(const struct fields *f, const struct item **item, size_t *items)
{
	struct item *copy = mem_arena_new(&f->partial->arena, f->items + 1, sizeof *copy);

	if (copy == NULL)
		return err_nomem(f->place->err);
	memcpy(copy, f->item, f->items * sizeof *copy);
	*item = copy;
	*items = f->items;
	return NINES_OK;
}

/* Room for one more line and what it says. */
static int reserve(void **what, size_t *room, size_t size, struct partial_tail **line,
    size_t *line_room, size_t used)
{
	void *grown = mem_grow(*what, room, used + 1, size);
	struct partial_tail *lines;

	if (grown == NULL)
		return 0;
	*what = grown;
	lines = mem_grow(*line, line_room, used + 1, sizeof *lines);
	if (lines == NULL)
		return 0;
	*line = lines;
	return 1;
}

/* The file's name is kept once for all of its lines. */
static int remember(struct partial *p, const char *where)
{
	if (p->where != NULL && strcmp(p->where, where) == 0)
		return 1;
	p->where = mem_arena_str(&p->arena, str_of(where)).p;
	p->places += p->places < 2;
	return p->where != NULL;
}

static enum nines_status source_add(
    struct partial *p, struct str line, struct str key, struct fields *f, struct str text)
{
	struct partial_source source = { 0 };
	const struct str hash = partial_cut(&key, '|');
	void *sources = p->source;
	enum nines_status rc;
	struct str copy;

	if (!str_starts(hash, "xxh3:") ||
	    !partial_hex((struct str){ hash.p + 5, hash.n - 5 }, &source.hash) ||
	    !partial_is_encoded(key))
		return partial_refuse(
		    f->place, NINES_E_SYNTAX, "~src is not followed by |xxh3:HASH|NAME");
	f->field = source_fields;
	f->fields = FIELDS(source_fields);
	rc = read_fields(f, text, &source);
	if (rc == NINES_OK)
		rc = copy_items(f, &source.item, &source.items);
	if (rc != NINES_OK)
		return rc;
	source.name = partial_decode(&p->arena, key);
	copy = mem_arena_str(&p->arena, line);
	if (source.name == NULL || copy.p == NULL || !remember(p, f->place->where) ||
	    !reserve(&sources, &p->source_room, sizeof source, &p->source_line,
	        &p->source_line_room, p->sources))
		return err_nomem(f->place->err);
	source.where = p->where;
	p->source = sources;
	p->source[p->sources] = source;
	p->source_line[p->sources++] = (struct partial_tail){ copy, partial_hash(copy) };
	return NINES_OK;
}

#define SUM_SIZE (sizeof " sum=" - 1 + 16)

/* "sum" is the last field, so that it covers all before it. */
static int ends_with_sum(struct str line)
{
	return line.n > SUM_SIZE && memcmp(line.p + line.n - SUM_SIZE, " sum=", 5) == 0;
}

static enum nines_status end_add(
    struct partial *p, struct str line, struct str key, struct fields *f, struct str text)
{
	struct partial_end end = { .first = NINES_NEVER,
		.last = NINES_NEVER,
		.since = NINES_NEVER,
		.until = NINES_NEVER };
	void *ends = p->end;
	enum nines_status rc;
	struct str copy;

	if (!partial_hex(key, &end.part))
		return partial_refuse(f->place, NINES_E_SYNTAX, "~end is not followed by |PART");
	if (!ends_with_sum(line))
		return partial_refuse(
		    f->place, NINES_E_SYNTAX, "sum=... is not the last field: a cut line");
	f->field = end_fields;
	f->fields = FIELDS(end_fields);
	rc = read_fields(f, text, &end);
	if (rc == NINES_OK && end.sources == 0)
		rc = partial_refuse(f->place, NINES_E_SYNTAX, "a part of no source");
	if (rc == NINES_OK && (end.first == NINES_NEVER) != (end.last == NINES_NEVER))
		rc = partial_refuse(f->place, NINES_E_SYNTAX, "one of first and last is lacking");
	if (rc == NINES_OK && end.first > end.last)
		rc = partial_refuse(f->place, NINES_E_SYNTAX, "first is later than last");
	if (rc == NINES_OK)
		rc = copy_items(f, &end.item, &end.items);
	if (rc != NINES_OK)
		return rc;
	copy = mem_arena_str(&p->arena, line);
	if (copy.p == NULL ||
	    !reserve(&ends, &p->end_room, sizeof end, &p->end_line, &p->end_line_room, p->ends))
		return err_nomem(f->place->err);
	p->end = ends;
	p->end[p->ends] = end;
	p->end_line[p->ends++] =
	    (struct partial_tail){ copy, partial_hash((struct str){ copy.p, copy.n - SUM_SIZE }) };
	return NINES_OK;
}

/* ASCII without controls but for the one TAB; everything else was looked at by whoever reads it. */
static int is_printable(struct str line)
{
	size_t tabs = 0;

	for (size_t i = 0; i < line.n; i++) {
		tabs += line.p[i] == '\t';
		if (line.p[i] != '\t' && (line.p[i] < ' ' || line.p[i] > '~'))
			return 0;
	}
	return tabs == 1;
}

enum nines_status partial_tail_add(
    struct partial *p, struct str line, const struct partial_place *place)
{
	struct fields f = { .partial = p, .place = place };
	struct str text = line, key = partial_cut(&text, '\t'), word;

	if (!is_printable(line))
		return partial_refuse(
		    place, NINES_E_SYNTAX, "a ~ line is ASCII with exactly one TAB");
	word = partial_cut(&key, '|');
	if (str_is(word, "~src"))
		return source_add(p, line, key, &f, text);
	if (str_is(word, "~end"))
		return end_add(p, line, key, &f, text);
	return partial_refuse(
	    place, NINES_E_SYNTAX, "a ~ line is ~src or ~end, not '%.*s'", STR_ARG(word));
}
