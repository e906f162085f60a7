/* The exact way to find the end of a field, and what it and the quick way have in common. */
#ifndef FORMAT_EXACT_H
#define FORMAT_EXACT_H
#include <stddef.h>
#include <string.h>

#include "format_impl.h"

/* The end of the field that begins at *p, which it may move, or NULL. */
const char *format_exact_end(
    struct format_cutter *c, const struct format_cut *cut, const char **p, const char *line_end);

static inline int format_is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Whether the cut's stop is at p, which may lie behind the end: a look at what may be read goes
 * there. A word is compared at once where so much may be read. */
static inline int format_is_stop(
    const struct format_cut *cut, const char *p, const char *end, const char *readable)
{
	uint64_t word;

	if (end - p < (ptrdiff_t)cut->stop.n)
		return 0;
	if ((size_t)(readable - p) >= sizeof word && cut->stop_mask) {
		memcpy(&word, p, sizeof word);
		return (word & cut->stop_mask) == cut->stop_word;
	}
	for (size_t i = 0; i < cut->stop.n; i++)
		if (p[i] != cut->stop.p[i])
			return 0;
	return 1;
}

/* Whether the field may end at p: its stop is there and, behind the last field, the end of the line
 * or of a word. */
static inline int format_stops_at(const struct format_cut *cut, const char *p, const char *end)
{
	if (cut->stop.n && !format_is_stop(cut, p, end, end))
		return 0;
	if (!cut->last)
		return 1;
	p += cut->stop.n;
	return p == end || format_is_blank(*p) || (cut->stop.n && format_is_blank(p[-1]));
}

/* The end of a stamp in the minute of the last line's, which is known by comparing, with its time.
 * NULL: it is none. */
static inline const char *format_again_end(struct format_cutter *c, const char *p, const char *end)
{
	const struct str s = { p, (size_t)(end - p) };
	size_t width;

	if (c->again.p == p)
		return p + c->again.n;
	width = stamp_again(&c->memo, s, &c->again_s, &c->again_ambiguous);
	if (!width)
		return NULL;
	c->again = (struct str){ p, width };
	return p + width;
}
#endif
