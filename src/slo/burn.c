#include "burn.h"

#include <math.h>

#include "fraction.h"
#include "nines.h"

/* (B/V) / (1 - T) as one fraction; below is 0 when it has no value. */
static struct fraction burn_of(uint64_t good, uint64_t valid, uint64_t target_ppb)
{
	return (struct fraction){ (fraction_wide)(valid - good) * NINES_PPB,
		(fraction_wide)valid * (NINES_PPB - target_ppb) };
}

double burn_rate(uint64_t good, uint64_t valid, uint64_t target_ppb)
{
	struct fraction burn = burn_of(good, valid, target_ppb);

	return burn.below == 0 ? (double)NAN : (double)burn.above / (double)burn.below;
}

/* budget * period / look-back. */
static struct fraction factor_of(uint64_t budget_ppb, int64_t period_s, int64_t long_s)
{
	return (struct fraction){ (fraction_wide)budget_ppb * (uint64_t)period_s,
		(fraction_wide)NINES_PPB * (uint64_t)long_s };
}

double burn_factor(uint64_t budget_ppb, int64_t period_s, int64_t long_s)
{
	struct fraction factor = factor_of(budget_ppb, period_s, long_s);

	return (double)factor.above / (double)factor.below;
}

int burn_exceeds(uint64_t good, uint64_t valid, uint64_t target_ppb, uint64_t budget_ppb,
    int64_t period_s, int64_t long_s)
{
	struct fraction burn = burn_of(good, valid, target_ppb);

	return burn.below > 0 &&
	    fraction_compare(burn, factor_of(budget_ppb, period_s, long_s)) > 0;
}

double burn_highest(uint64_t target_ppb)
{
	if (target_ppb >= NINES_PPB)
		return (double)INFINITY;
	return (double)NINES_PPB / (double)(NINES_PPB - target_ppb);
}
