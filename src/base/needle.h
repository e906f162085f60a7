/* A needle: a text that is looked for in much other text.  Two of its bytes are compared with all
 * the text there is, the whole of it only where both are met: they are chosen to be rare in logs,
 * and far apart, so that what is met by chance hardly counts. */
#ifndef NEEDLE_H
#define NEEDLE_H
#include "str.h"

struct needle {
	struct str text; /* borrowed; two bytes or more */
	size_t at[2];    /* where in it the two bytes are: at[0] < at[1] */
};
struct needle needle_of(struct str text);
/* The first place in [p, end) where all of it is, or NULL. */
const char *needle_find(const struct needle *needle, const char *p, const char *end);
#endif
