/* Burn rates and multi-window alerts (SRE Workbook, chapter 5). */
#ifndef BURN_H
#define BURN_H
#include <stdint.h>

/* (B/V) / (1 - T) of the look-back's counts; NaN when valid is 0 or the target is 100 %. */
double burn_rate(uint64_t good, uint64_t valid, uint64_t target_ppb);
/* budget * period / look-back: 2 % of 30 d over 1 h is 14.4. */
double burn_factor(uint64_t budget_ppb, int64_t period_s, int64_t long_s);
/* Is burn(good, valid) > factor?  Strict and exact in integers.  0 when the burn rate has no value.
 */
int burn_exceeds(uint64_t good, uint64_t valid, uint64_t target_ppb, uint64_t budget_ppb,
    int64_t period_s, int64_t long_s);
/* 1/(1 - T): no burn rate can be higher.  Infinity at 100 %. */
double burn_highest(uint64_t target_ppb);
#endif
