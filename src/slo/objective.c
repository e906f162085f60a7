#include "objective.h"

#include <math.h>

#include "nines.h"

__extension__ typedef __int128 objective_wide;

/* Events times 10^9: V (1 - T) and B as integers that can be told apart. */
struct scaled {
	objective_wide allowed, bad;
};

static struct scaled scaled_of(uint64_t good, uint64_t valid, uint64_t target_ppb)
{
	return (struct scaled){ (objective_wide)valid * (NINES_PPB - target_ppb),
		(objective_wide)(valid - good) * NINES_PPB };
}

int objective_met(uint64_t good, uint64_t valid, uint64_t target_ppb)
{
	return (objective_wide)good * NINES_PPB >= (objective_wide)valid * target_ppb;
}

double objective_sli(uint64_t good, uint64_t valid)
{
	return valid == 0 ? (double)NAN : (double)good / (double)valid;
}

struct objective_budget objective_budget(uint64_t good, uint64_t valid, uint64_t target_ppb)
{
	struct scaled s = scaled_of(good, valid, target_ppb);
	double allowed = (double)s.allowed;

	return (struct objective_budget){
		.allowed = allowed / NINES_PPB,
		.remaining = (double)(s.allowed - s.bad) / NINES_PPB,
		.remaining_ratio =
		    s.allowed == 0 ? (double)NAN : (double)(s.allowed - s.bad) / allowed,
		.consumed_ratio = s.allowed == 0 ? (double)NAN : (double)s.bad / allowed,
	};
}

int objective_below(uint64_t good, uint64_t valid, uint64_t target_ppb, uint64_t warn_ppb)
{
	struct scaled s = scaled_of(good, valid, target_ppb);

	return s.allowed > 0 &&
	    (s.allowed - s.bad) * NINES_PPB < s.allowed * (objective_wide)warn_ppb;
}

/* Solves erfc(z / sqrt 2) = 1 - confidence by Newton's method from 0.  For z >= 0 erfc falls and is
 * convex, so no step overshoots: the first that does not go up is the last.  The error is that of
 * libm's erfc, one or two units in the last place. */
double objective_z(uint64_t confidence_ppb)
{
	const double root2 = 1.4142135623730950488,
	             slope = 0.79788456080286535588; /* sqrt(2 / pi) */
	double outside = (double)(NINES_PPB - confidence_ppb) / NINES_PPB, z = 0;

	if (confidence_ppb >= NINES_PPB)
		return (double)INFINITY;
	for (;;) {
		double next = z + (erfc(z / root2) - outside) / (slope * exp(-z * z / 2));

		if (!(next > z))
			return z;
		z = next;
	}
}

struct objective_interval objective_wilson_mean(double mean, double trials, double z)
{
	double shrink, middle, half;

	if (!(trials > 0))
		return (struct objective_interval){ (double)NAN, (double)NAN };
	if (isinf(z))
		return (struct objective_interval){ 0, 1 };
	shrink = 1 + z * z / trials;
	middle = (mean + z * z / (2 * trials)) / shrink;
	half = z / shrink * sqrt(mean * (1 - mean) / trials + z * z / (4 * trials * trials));
	return (struct objective_interval){
		.low = mean > 0 ? fmax(middle - half, 0) : 0,
		.high = mean < 1 ? fmin(middle + half, 1) : 1,
	};
}

struct objective_interval objective_wilson(uint64_t good, uint64_t valid, double z)
{
	return objective_wilson_mean(objective_sli(good, valid), (double)valid, z);
}
