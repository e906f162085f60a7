/* Quantifiers: how often an atom of a regex comes, as PCRE2 reads them (pcre2pattern(3)). */
#ifndef QUANTIFIER_H
#define QUANTIFIER_H
#include <stddef.h>
#include <stdint.h>

#define QUANTIFIER_NO_MOST (SIZE_MAX / 2) /* no number at all */

struct quantifier {
	size_t least, most;
	int lazy, possessive;
};
/* Reads what stands behind an atom at *p: '*', '+', '?', "{n}", "{n,}" or "{n,m}" with a '?' or '+'
 * of its own, or none of these, which is once.  Moves *p past it.  0 for other braces; *p is then
 * somewhere in them. */
int quantifier_read(struct quantifier *q, const char **p, const char *end);
#endif
