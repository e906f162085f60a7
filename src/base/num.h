/* Exact decimals in, exact decimals out.  No locale, no floating point where a verdict hangs on it.
 */
#ifndef NUM_H
#define NUM_H
#include "str.h"

#define NUM_PPB 1000000000u

/* "99.9%", up to seven decimals, 0 to 100, blanks before the sign allowed: parts per billion,
 * exact. */
enum num_problem {
	NUM_OK,
	NUM_NO_PERCENT_SIGN,
	NUM_TOO_MANY_PLACES,
	NUM_OUT_OF_RANGE,
	NUM_NOT_A_NUMBER
};
enum num_problem num_percent(struct str s, uint64_t *ppb);

/* A decimal fraction times 10^scale as an integer ("0.031", 9 -> 31,000,000): digits, at most one
 * dot, no sign, no exponent; digits beyond the scale are cut off.  0 unless it fits and is well
 * formed. */
int num_scaled(struct str s, unsigned scale, uint64_t *value);

#define NUM_SIZE 48
/* The shortest decimal that reads back as the same double; "null" for NaN and infinities. */
const char *num_shortest(char buf[NUM_SIZE], double v);
/* ppb as a percentage without needless zeros: 999500000 -> "99.95". */
const char *num_percent_text(char buf[NUM_SIZE], uint64_t ppb);
/* a/b as a percentage, rounded down (up = 0) or up to `places` decimals, exact in 128-bit integers:
 * the display never rounds a missed objective up to its target. b > 0. */
const char *num_ratio_text(char buf[NUM_SIZE], uint64_t a, uint64_t b, unsigned places, int up);
#endif
