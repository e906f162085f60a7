/* The arithmetic of one objective: SLI, budget, verdict.  V valid, G good, T target, B = V - G.
 * Verdicts are 128-bit integer comparisons; doubles are for display and rates only, NaN standing
 * for "no value". */
#ifndef OBJECTIVE_H
#define OBJECTIVE_H
#include <stdint.h>

struct objective_budget {
	double allowed;         /* V (1 - T) */
	double remaining;       /* allowed - B, signed, never clamped */
	double remaining_ratio; /* remaining / allowed; NaN when allowed is 0 */
	double consumed_ratio;  /* B / allowed; NaN when allowed is 0 */
};
/* G/V >= T, decided as G * 10^9 >= T_ppb * V.  V > 0. */
int objective_met(uint64_t good, uint64_t valid, uint64_t target_ppb);
double objective_sli(uint64_t good, uint64_t valid); /* NaN when valid is 0 */
struct objective_budget objective_budget(uint64_t good, uint64_t valid, uint64_t target_ppb);
/* remaining/allowed < warn, exactly; 0 when allowed is 0. */
int objective_below(uint64_t good, uint64_t valid, uint64_t target_ppb, uint64_t warn_ppb);
/* Wilson score interval of good/valid (E. B. Wilson 1927). z from objective_z(confidence). */
struct objective_interval {
	double low, high;
};
double objective_z(
    uint64_t confidence_ppb); /* two-sided normal quantile, e.g. 95 % -> 1.959963984540054 */
struct objective_interval objective_wilson(uint64_t good, uint64_t valid, double z);
/* The same for a mean of `trials` values between 0 and 1: their variance is at most that of yes and
 * no, so the interval errs on the wide side. */
struct objective_interval objective_wilson_mean(double mean, double trials, double z);
#endif
