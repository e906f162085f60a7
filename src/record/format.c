#include "format.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "err.h"
#include "format_gap.h"
#include "format_impl.h"

enum nines_status format_fail(struct nines_error *err, size_t column, const char *fmt, ...)
{
	const int is_first = err && err->code == NINES_OK;
	char text[sizeof((struct nines_error *)0)->text];
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(text, sizeof text, fmt, args);
	va_end(args);
	(void)err_set(err, NINES_E_SYNTAX, "%s", text);
	if (is_first)
		err->column = (unsigned)column;
	return NINES_E_SYNTAX;
}

static unsigned canonical(struct str name)
{
	for (unsigned i = 0; i < RECORD_FIELDS; i++)
		if (str_is(name, record_field_name((enum record_field)i)))
			return i;
	return str_is(name, "request") ? FORMAT_REQUEST : FORMAT_OWN;
}

static int is_duration(unsigned field)
{
	return field == RECORD_DURATION || field == RECORD_UPSTREAM_DURATION;
}

unsigned format_name_field(struct str name, enum record_unit *unit)
{
	static const struct {
		struct str text;
		enum record_unit unit;
	} suffix[] = {
		{ { "_ms", 3 }, RECORD_UNIT_MS },
		{ { "_us", 3 }, RECORD_UNIT_US },
		{ { "_ns", 3 }, RECORD_UNIT_NS },
		{ { "_s", 2 }, RECORD_UNIT_S },
	};
	const unsigned field = canonical(name);

	*unit = is_duration(field) ? RECORD_UNIT_S : RECORD_UNIT_NONE;
	for (size_t i = 0; field == FORMAT_OWN && i < sizeof suffix / sizeof *suffix; i++) {
		const struct str s = suffix[i].text;
		unsigned base;

		if (name.n <= s.n || memcmp(name.p + name.n - s.n, s.p, s.n))
			continue;
		base = canonical((struct str){ name.p, name.n - s.n });
		if (!is_duration(base) && suffix[i].unit == RECORD_UNIT_S)
			break;
		*unit = suffix[i].unit;
		return is_duration(base) ? base : FORMAT_OWN;
	}
	return field;
}

struct str format_origin_name(const struct format_origin *origin)
{
	if (origin->field == FORMAT_REQUEST)
		return STR("request");
	if (origin->field == FORMAT_OWN)
		return origin->name;
	return str_of(record_field_name((enum record_field)origin->field));
}

struct format_origin *format_origin_add(
    struct format *f, struct str name, unsigned field, unsigned rank)
{
	struct format_origin *grown =
	    mem_grow(f->origin, &f->origin_room, f->origins + 1, sizeof *grown);

	if (!grown)
		return NULL;
	f->origin = grown;
	grown += f->origins;
	*grown = (struct format_origin){ .field = field, .rank = rank };
	grown->name = mem_arena_str(&f->arena, name);
	if (!grown->name.p)
		return NULL;
	f->origins++;
	return grown;
}

/* Which part of an origin of field `from` gives the wanted field.  `after` is added to the origin's
 * rank: what was logged as such goes before what is derived, the request line before a rewritten
 * target. */
static const struct {
	uint8_t wanted, from, part, after;
} derivations[] = {
	{ RECORD_METHOD, FORMAT_REQUEST, FORMAT_METHOD, 50 },
	{ RECORD_URI, FORMAT_REQUEST, FORMAT_URI, 50 },
	{ RECORD_PATH, RECORD_URI, FORMAT_TARGET_PATH, 20 },
	{ RECORD_PATH, FORMAT_REQUEST, FORMAT_PATH, 50 },
	{ RECORD_QUERY, RECORD_URI, FORMAT_TARGET_QUERY, 20 },
	{ RECORD_QUERY, FORMAT_REQUEST, FORMAT_QUERY, 50 },
	{ RECORD_PROTO, FORMAT_REQUEST, FORMAT_PROTO, 50 },
};

static enum format_part direct_part(const struct format_origin *origin)
{
	switch (origin->field) {
	case RECORD_STATUS:
	case RECORD_BYTES:
	case RECORD_BYTES_IN:
		return FORMAT_NUMBER;
	case RECORD_UPSTREAM_STATUS:
		return FORMAT_LAST;
	case RECORD_QUERY:
		return FORMAT_ARGS;
	case RECORD_PATH:
		return origin->decoded ? FORMAT_WHOLE : FORMAT_TARGET_PATH;
	default:
		return FORMAT_WHOLE;
	}
}

/* Sets part and rank of the output that leads from the origin to the field; 0: there is none. */
static int derives(const struct format_origin *origin, unsigned field, struct format_output *output)
{
	output->unit = RECORD_UNIT_NONE;
	if (origin->field == field) {
		output->part = (uint8_t)direct_part(origin);
		output->rank = (uint8_t)origin->rank;
		return 1;
	}
	for (size_t i = 0; i < sizeof derivations / sizeof *derivations; i++) {
		if (derivations[i].wanted != field || derivations[i].from != origin->field)
			continue;
		output->part = derivations[i].part;
		output->rank = (uint8_t)(origin->rank + derivations[i].after);
		return 1;
	}
	return 0;
}

/* The best origin of a field, or f->origins. */
static size_t best_origin(const struct format *f, unsigned field, struct format_output *output)
{
	struct format_output o = { 0 };
	size_t best = f->origins;

	if (field == FORMAT_OWN)
		return best;
	for (size_t i = 0; i < f->origins; i++) {
		if (!derives(&f->origin[i], field, &o) ||
		    (best < f->origins && o.rank >= output->rank))
			continue;
		best = i;
		*output = o;
	}
	return best;
}

static void link_add(struct format *f, size_t origin, struct format_output output)
{
	struct format_link *grown = mem_grow(f->link, &f->link_room, f->links + 1, sizeof *grown);

	if (!grown) {
		f->failed = 1;
		return;
	}
	f->link = grown;
	grown[f->links++] = (struct format_link){ origin, output };
}

/* Links every origin of the field to the slot; a unit that is not the slot's is written after the
 * number. */
static void link_all(struct format *f, unsigned field, uint8_t slot, enum record_unit unit)
{
	struct format_output o = { 0 };

	for (size_t i = 0; i < f->origins; i++) {
		if (!derives(&f->origin[i], field, &o))
			continue;
		o.slot = slot;
		if (f->origin[i].unit != unit)
			o.unit = (uint8_t)f->origin[i].unit;
		link_add(f, i, o);
	}
}

/* The origin known by that name of its own, or f->origins.  A JSON path is an origin once it is
 * named. */
static size_t own_origin(struct format *f, struct str name)
{
	struct format_origin *o;

	for (size_t i = 0; i < f->origins; i++)
		if (str_equal(f->origin[i].name, name))
			return i;
	if (!f->well_known || str_find(name, 0, '.') == name.n)
		return f->origins;
	o = format_origin_add(f, name, FORMAT_OWN, 0);
	if (!o) {
		f->failed = 1;
		return f->origins;
	}
	o->path = o->name;
	return f->origins - 1;
}

int format_want(struct format *f, struct str name)
{
	const unsigned field = canonical(name);
	struct format_output output = { .part = FORMAT_WHOLE };
	struct format_slot *slot;
	size_t origin;

	assert(!f->ready);
	for (int i = 0; i < f->slots; i++)
		if (str_equal(f->slot[i].name, name))
			return i;
	origin = best_origin(f, field, &output);
	if (origin == f->origins)
		origin = own_origin(f, name);
	if (origin == f->origins)
		return -1;
	if (f->slots == RECORD_SLOTS)
		return -2;
	slot = &f->slot[f->slots];
	slot->name = mem_arena_str(&f->arena, name);
	slot->unit = output.part == FORMAT_WHOLE ? f->origin[origin].unit : RECORD_UNIT_NONE;
	f->failed |= !slot->name.p;
	output.slot = (uint8_t)f->slots;
	if (f->several && field != FORMAT_OWN)
		link_all(f, field, output.slot, slot->unit);
	else
		link_add(f, origin, output);
	return f->slots++;
}

enum record_unit format_unit(const struct format *f, int slot)
{
	return slot >= 0 && slot < f->slots ? f->slot[slot].unit : RECORD_UNIT_NONE;
}

struct str format_slot_name(const struct format *f, int slot)
{
	return slot >= 0 && slot < f->slots ? f->slot[slot].name : STR("");
}

int format_slots(const struct format *f)
{
	return f->slots;
}

const char *format_field(const struct format *f, size_t i)
{
	return i < f->names ? f->name[i] : NULL;
}

const char *format_advice(const struct format *f, size_t *column, size_t i)
{
	if (i >= f->notes)
		return NULL;
	*column = f->note[i].column;
	return f->note[i].text;
}

/* The canonical fields it has, then those known by their own names. */
static enum nines_status list_fields(struct format *f, struct nines_error *err)
{
	struct format_output o = { 0 };

	f->name = mem_arena_new(&f->arena, RECORD_FIELDS + 1 + f->origins, sizeof *f->name);
	if (!f->name)
		return err_nomem(err);
	for (unsigned i = 0; i < RECORD_FIELDS; i++)
		if (best_origin(f, i, &o) < f->origins)
			f->name[f->names++] = record_field_name((enum record_field)i);
	if (best_origin(f, FORMAT_REQUEST, &o) < f->origins)
		f->name[f->names++] = "request";
	for (size_t i = 0; i < f->origins; i++)
		if (f->origin[i].field == FORMAT_OWN)
			f->name[f->names++] = f->origin[i].name.p;
	return NINES_OK;
}

static enum nines_status link_time(struct format *f, struct nines_error *err)
{
	struct format_output o = { 0 };
	const size_t origin = best_origin(f, RECORD_TIME, &o);

	o.slot = FORMAT_TIME_SLOT;
	if (f->several)
		link_all(f, RECORD_TIME, FORMAT_TIME_SLOT, RECORD_UNIT_NONE);
	else if (origin < f->origins)
		link_add(f, origin, o);
	return f->failed ? err_nomem(err) : NINES_OK;
}

static enum nines_status build(
    struct format *f, const struct format_source *source, struct nines_error *err)
{
	const struct str text = source->text;
	enum nines_status rc = NINES_OK;

	f->kind = source->kind;
	f->zone = source->zone;
	if (f->kind == FORMAT_TEXT && str_is(text, "json"))
		f->kind = FORMAT_JSON;
	switch (f->kind) {
	case FORMAT_TEXT:
		rc = format_text_new(f, text, err);
		break;
	case FORMAT_JSON:
		rc = format_key_new(f, source, err);
		break;
	case FORMAT_PATTERN:
	case FORMAT_TIME:
		rc = format_pattern_new(f, text, err);
		break;
	}
	if (rc != NINES_OK)
		return rc;
	rc = link_time(f, err);
	return rc == NINES_OK ? list_fields(f, err) : rc;
}

enum nines_status format_new(
    struct format **format, const struct format_source *source, struct nines_error *err)
{
	struct format *f = mem_new(1, sizeof *f);
	enum nines_status rc;

	if (!f)
		return err_nomem(err);
	rc = build(f, source, err);
	if (rc == NINES_OK)
		*format = f;
	else
		format_free(f);
	return rc;
}

void format_free(struct format *f)
{
	if (!f)
		return;
	pattern_free(f->pattern);
	chain_free(f->chain);
	mem_free(f->origin);
	mem_free(f->link);
	mem_free(f->element);
	mem_arena_fini(&f->arena);
	mem_free(f);
}

/* Hands each origin its links as one array. */
static enum nines_status share_outputs(struct format *f, struct nines_error *err)
{
	for (size_t i = 0; i < f->links; i++)
		f->origin[f->link[i].origin].outputs++;
	for (size_t i = 0; i < f->origins; i++) {
		struct format_origin *o = &f->origin[i];

		if (!o->outputs)
			continue;
		o->output = mem_arena_new(&f->arena, o->outputs, sizeof *o->output);
		if (!o->output)
			return err_nomem(err);
		o->outputs = 0;
	}
	for (size_t i = 0; i < f->links; i++) {
		struct format_origin *o = &f->origin[f->link[i].origin];

		o->output[o->outputs++] = f->link[i].output;
	}
	return NINES_OK;
}

enum nines_status format_ready(struct format *f, struct nines_error *err)
{
	enum nines_status rc;

	assert(!f->ready);
	if (f->failed)
		return err_nomem(err);
	rc = share_outputs(f, err);
	if (rc == NINES_OK && f->kind == FORMAT_TEXT)
		rc = format_text_ready(f, err);
	if (rc == NINES_OK && f->kind == FORMAT_JSON)
		rc = format_key_ready(f, err);
	if (rc == NINES_OK && f->pattern)
		rc = format_pattern_ready(f, err);
	f->ready = rc == NINES_OK;
	return rc;
}

static enum nines_status equip(struct format_cutter *c, int no_jit, struct nines_error *err)
{
	const struct format *f = c->format;

	if (f->kind == FORMAT_JSON) {
		c->scratch = mem_new(FORMAT_SCRATCH, 1);
		c->gaps = format_gap_new();
		return c->scratch && c->gaps ? NINES_OK : err_nomem(err);
	}
	if (f->kind == FORMAT_TEXT)
		return NINES_OK;
	c->groups = (size_t)pattern_groups(f->pattern) + 1;
	c->group = mem_new(c->groups, sizeof *c->group);
	return c->group ? pattern_scratch_new(&c->pattern, no_jit, err) : err_nomem(err);
}

enum nines_status format_cutter_new(
    struct format_cutter **cutter, const struct format *format, int no_jit, struct nines_error *err)
{
	struct format_cutter *c;
	enum nines_status rc;

	assert(format->ready);
	c = mem_new(1, sizeof *c);
	if (!c)
		return err_nomem(err);
	c->format = format;
	rc = equip(c, no_jit, err);
	if (rc == NINES_OK)
		*cutter = c;
	else
		format_cutter_free(c);
	return rc;
}

void format_cutter_free(struct format_cutter *c)
{
	if (!c)
		return;
	pattern_scratch_free(c->pattern);
	mem_free(c->group);
	mem_free(c->scratch);
	mem_free(c->gaps);
	mem_free(c);
}
