#include "fraction.h"

/* Both are expanded as continued fractions, in step: the whole parts decide, or else the
 * reciprocals of what is left, in opposite order.  Euclid's algorithm, so it ends within 190 steps.
 */
int fraction_compare(struct fraction a, struct fraction b)
{
	int sign = 1;

	for (;;) {
		fraction_wide whole_a = a.above / a.below, rest_a = a.above % a.below;
		fraction_wide whole_b = b.above / b.below, rest_b = b.above % b.below;

		if (whole_a != whole_b)
			return whole_a > whole_b ? sign : -sign;
		if (rest_a == 0 || rest_b == 0)
			return sign * ((rest_a > 0) - (rest_b > 0));
		a = (struct fraction){ a.below, rest_a };
		b = (struct fraction){ b.below, rest_b };
		sign = -sign;
	}
}
