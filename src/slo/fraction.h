/* Exact comparison of fractions whose cross products would not fit into 128 bits. */
#ifndef FRACTION_H
#define FRACTION_H
#include <stdint.h>

__extension__ typedef unsigned __int128 fraction_wide;

struct fraction {
	fraction_wide above, below;
}; /* below > 0 */

/* Negative, 0 or positive as a is less than, equal to or more than b. */
int fraction_compare(struct fraction a, struct fraction b);
#endif
