/* A regex with named groups, or one that only finds the time. */
#include "format_impl.h"

#include "err.h"

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

enum record_reject format_pattern_cut(struct format_cutter *c, struct str line, struct record *r)
{
	const struct format *f = c->format;

	switch (pattern_match(f->pattern, c->pattern, line, c->group, c->groups)) {
	case PATTERN_NO:
		return format_cut_fail(c, 0, "a match of the pattern");
	case PATTERN_LIMIT:
		(void)format_cut_fail(c, 0, "a match within the regex's budget");
		return RECORD_REGEX_LIMIT;
	case PATTERN_YES:
		break;
	}
	for (size_t i = 0; i < f->origins; i++) {
		const struct str text = c->group[f->origin[i].column];

		if (text.p && f->origin[i].outputs)
			format_part_store(c, &f->origin[i], text, r);
	}
	return RECORD_OK;
}
