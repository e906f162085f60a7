/* What becomes of a field's text. */
#ifndef FORMAT_STORE_H
#define FORMAT_STORE_H
#include "format_part.h"

/* Into one slot, be it the spare one. */
static inline void format_store_as_is(
    const struct format_cut *cut, const char *p, const char *end, struct record *r)
{
	r->field[cut->slot] = (struct str){ p, (size_t)(end - p) };
	r->have |= cut->have;
}

/* Whatever is to become of it. */
static inline void format_store_field(
    struct format_cutter *c, const struct format_cut *cut, struct str text, struct record *r)
{
	if (cut->use == FORMAT_USE_REQUEST)
		format_part_request(c, cut->origin, text, r);
	else if (cut->use == FORMAT_USE_TIME)
		c->time = text;
	else if (cut->use != FORMAT_USE_NONE)
		format_part_store(c, cut->origin, text, r);
}

static inline void format_store(struct format_cutter *c, const struct format_cut *cut,
    const char *p, const char *end, struct record *r)
{
	/* A number of two bytes or more is not lacking. */
	if (cut->use <= FORMAT_USE_AS_IS || (cut->use == FORMAT_USE_NUMBER && end - p > 1))
		format_store_as_is(cut, p, end, r);
	else
		format_store_field(c, cut, (struct str){ p, (size_t)(end - p) }, r);
}
#endif
