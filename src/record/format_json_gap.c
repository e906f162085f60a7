/* What stands between the scalars of a JSON line, byte by byte: brackets, commas and keys. */
#include "format_json.h"

#include <string.h>

enum step {
	STEP_FAILED,
	STEP_OPENED, /* behind the bracket that opens j->place */
	STEP_PASSED, /* behind a value in j->place, or behind the line's object */
	STEP_SCALAR, /* before a scalar in j->place: the gap ends here */
	STEP_END,    /* or here: nothing else is in the line */
};

static enum step fail_step(struct format_json *j, const char *expected)
{
	j->expected = expected;
	return STEP_FAILED;
}

static inline void skip_blanks(struct format_json *j)
{
	/* Servers write none. */
	if (j->p<j->end && * j->p> ' ')
		return;
	while (j->p < j->end && (*j->p == ' ' || *j->p == '\t' || *j->p == '\r' || *j->p == '\n'))
		j->p++;
}

static enum step open_place(struct format_json *j, int is_array, const struct format_node *node)
{
	const struct format_place *inner = format_gap_open(j->c->gaps, j->place, is_array, node);

	if (!inner)
		return fail_step(j, "less deeply nested values");
	j->place = inner;
	j->p++;
	return STEP_OPENED;
}

/* An array in an array is a part of that one's value. */
static enum step close_place(struct format_json *j)
{
	const struct format_place *inner = j->place;
	struct format_gap *gap = &j->c->gaps->read;

	j->p++;
	j->place = inner->parent;
	if (!inner->is_array || !inner->node || j->place->is_array)
		return STEP_PASSED;
	if (!gap->closed)
		gap->closed = inner->node;
	format_json_give_last(j, inner->node);
	return STEP_PASSED;
}

/* Before a value.  object, scalar: what is wanted inside of it, and who wants it, if it is one. */
static enum step begin_value(
    struct format_json *j, const struct format_node *object, const struct format_node *scalar)
{
	skip_blanks(j);
	if (format_json_is_next(j, '{'))
		return open_place(j, 0, object);
	if (format_json_is_next(j, '['))
		return open_place(j, 1, scalar);
	j->c->gaps->read.wanted = scalar;
	return STEP_SCALAR;
}

static enum step begin_item(struct format_json *j)
{
	return begin_value(j, NULL, j->place->node);
}

static enum step begin_member(struct format_json *j)
{
	const struct format_node *child;
	struct format_json_value key;

	skip_blanks(j);
	if (!format_json_is_next(j, '"'))
		return fail_step(j, "a key in quotes");
	if (!format_json_string(j, &key))
		return STEP_FAILED;
	skip_blanks(j);
	if (!format_json_is_next(j, ':'))
		return fail_step(j, "':' after a key");
	j->p++;
	child = j->place->node ? format_key_child(j->place->node, key.text) : NULL;
	return begin_value(j, child, child && child->leaf ? child : NULL);
}

static enum step step_inside(struct format_json *j)
{
	skip_blanks(j);
	if (format_json_is_next(j, j->place->is_array ? ']' : '}'))
		return close_place(j);
	return j->place->is_array ? begin_item(j) : begin_member(j);
}

static enum step step_on(struct format_json *j)
{
	skip_blanks(j);
	if (!j->place)
		return j->p == j->end ? STEP_END : fail_step(j, "the end of the line");
	if (format_json_is_next(j, j->place->is_array ? ']' : '}'))
		return close_place(j);
	if (!format_json_is_next(j, ','))
		return fail_step(j, j->place->is_array ? "',' or ']'" : "',' or '}'");
	j->p++;
	if (!j->place->is_array)
		return begin_member(j);
	/* A comma may stand behind the last item. */
	return format_json_is_next(j, ']') ? close_place(j) : begin_item(j);
}

static enum step step_into_line(struct format_json *j)
{
	static const char prefix[] = "escape=json";

	skip_blanks(j);
	if (str_starts((struct str){ j->p, (size_t)(j->end - j->p) }, prefix))
		j->p += sizeof prefix - 1;
	return format_json_is_next(j, '{') ? open_place(j, 0, j->c->format->root)
	                                   : fail_step(j, "'{'");
}

struct format_gap *format_json_gap_read(struct format_json *j, struct format_gap *before)
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
	gaps->read.only = NULL;
	if (gaps->read.wanted && !j->place->is_array)
		gaps->read.only = gaps->read.wanted->only;
	return format_gap_keep(gaps, before, (struct str){ start, (size_t)(j->p - start) });
}
