/* A regex with named groups, or one that only finds the time. */
#include "err.h"
#include "format_exact.h"

/* The group that holds the time: the first, or 0 for the whole match. */
static enum nines_status add_time(struct format *f, struct nines_error *err)
{
	struct format_origin *o = format_origin_add(f, STR("time"), RECORD_TIME, 0);

	if (!o)
		return err_nomem(err);
	o->column = pattern_groups(f->pattern) > 0;
	return NINES_OK;
}

static enum nines_status add_groups(struct format *f, struct nines_error *err)
{
	int has_time = 0;

	for (unsigned i = 1; i <= pattern_groups(f->pattern); i++) {
		const struct str name = pattern_group_name(f->pattern, i);
		enum record_unit unit;
		unsigned field;
		struct format_origin *o;

		if (!name.n)
			continue;
		if (i >= PATTERN_GROUPS_MAX)
			return format_fail(
			    err, 1, "the pattern has more than %d groups", PATTERN_GROUPS_MAX - 1);
		field = format_name_field(name, &unit);
		o = format_origin_add(f, name, field, 0);
		if (!o)
			return err_nomem(err);
		o->column = i;
		o->unit = unit;
		has_time |= field == RECORD_TIME;
	}
	if (!has_time)
		return format_fail(err, 1, "no time: the pattern has no group (?<time>...)");
	return NINES_OK;
}

enum nines_status format_pattern_new(struct format *f, struct str text, struct nines_error *err)
{
	const enum nines_status rc = pattern_new(&f->pattern, text, err);

	if (rc != NINES_OK)
		return rc;
	return f->kind == FORMAT_TIME ? add_time(f, err) : add_groups(f, err);
}

static enum format_use choose_use(const struct format_origin *origin)
{
	const struct format_output *o = origin->output;

	if (origin->outputs > 1 || (o->part != FORMAT_WHOLE && o->part != FORMAT_NUMBER))
		return FORMAT_USE_PARTS;
	if (o->slot == FORMAT_TIME_SLOT)
		return o->part == FORMAT_WHOLE ? FORMAT_USE_TIME : FORMAT_USE_PARTS;
	return o->part == FORMAT_WHOLE ? FORMAT_USE_AS_IS : FORMAT_USE_NUMBER;
}

enum nines_status format_pattern_ready(struct format *f, struct nines_error *err)
{
	uint8_t wanted[PATTERN_GROUPS_MAX] = { 0 };
	const size_t groups = (size_t)pattern_groups(f->pattern) + 1;

	f->capture = mem_arena_new(&f->arena, f->origins, sizeof *f->capture);
	if (!f->capture)
		return err_nomem(err);
	for (size_t i = 0; i < f->origins; i++) {
		struct format_origin *o = &f->origin[i];
		struct format_capture *capture = &f->capture[f->captures];

		if (!o->outputs)
			continue;
		f->captures++;
		wanted[o->column] = 1;
		*capture = (struct format_capture){
			.use = choose_use(o),
			.group = o->column,
			.origin = o,
		};
		if (capture->use == FORMAT_USE_AS_IS || capture->use == FORMAT_USE_NUMBER)
			capture->slot = o->output->slot;
	}
	return chain_new(&f->chain, pattern_text(f->pattern), wanted,
	    groups < PATTERN_GROUPS_MAX ? groups : PATTERN_GROUPS_MAX, err);
}

/* Whether and how the line matches; where a chain does not say, PCRE2 does. */
static inline enum pattern_result match(struct format_cutter *c, struct str line)
{
	const struct format *f = c->format;

	if (f->chain && chain_match(f->chain, line, c->stops, c->group))
		return PATTERN_YES;
	return pattern_match(f->pattern, c->pattern, line, c->group, c->groups);
}

static inline void store(struct format_cutter *c, const struct format_capture *capture,
    struct str text, struct record *r)
{
	/* A number of two bytes or more is not lacking. */
	if (capture->use == FORMAT_USE_AS_IS || (capture->use == FORMAT_USE_NUMBER && text.n > 1)) {
		r->field[capture->slot] = text;
		r->have |= UINT64_C(1) << capture->slot;
	} else if (capture->use == FORMAT_USE_TIME) {
		c->time = text;
		(void)format_again_end(c, text.p, r->line.p + r->line.n);
	} else {
		format_part_store(c, capture->origin, text, r);
	}
}

enum record_reject format_pattern_cut(struct format_cutter *c, struct str line, struct record *r)
{
	const struct format_capture *capture = c->format->capture;
	const struct format_capture *const end = capture + c->format->captures;
	const struct str *const group = c->group;

	switch (match(c, line)) {
	case PATTERN_NO:
		return format_cut_fail(c, 0, "a match of the pattern");
	case PATTERN_LIMIT:
		(void)format_cut_fail(c, 0, "a match within the regex's budget");
		return RECORD_REGEX_LIMIT;
	case PATTERN_YES:
		break;
	}
	for (; capture < end; capture++) {
		const struct str text = group[capture->group];

		if (text.p)
			store(c, capture, text, r);
	}
	return RECORD_OK;
}
