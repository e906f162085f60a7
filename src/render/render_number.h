/* Numbers as people read them.  None is rounded across the line that a verdict draws. */
#ifndef RENDER_NUMBER_H
#define RENDER_NUMBER_H
#include "report.h"

#define RENDER_NUMBER_SIZE 96
/* Every function writes to buf and returns it.  `dash` is what stands for "no value". */

/* The SLI, "98.412 %": at least three decimals, and as many as it takes to tell it from the target.
 * "100 %" only if it is. */
const char *render_number_sli(
    char buf[RENDER_NUMBER_SIZE], const struct report_objective *o, const char *dash);
/* The same for good of valid events without a target. */
const char *render_number_ratio(
    char buf[RENDER_NUMBER_SIZE], uint64_t good, uint64_t valid, const char *dash);
const char *render_number_ppb(char buf[RENDER_NUMBER_SIZE], uint64_t ppb); /* "99.9 %" */
/* What is left of a budget: "87 %", "-1488 %", "0.4 %". */
const char *render_number_left(char buf[RENDER_NUMBER_SIZE], double ratio, const char *dash);
/* a of b, for things that are best rare: "0.0007 %", "12 %". */
const char *render_number_share(char buf[RENDER_NUMBER_SIZE], uint64_t a, uint64_t b);
/* A share of time seen: "12 %", "99.8 %", and "100 %" only if it is. */
const char *render_number_covered(char buf[RENDER_NUMBER_SIZE], double covered);
const char *render_number_count(char buf[RENDER_NUMBER_SIZE], uint64_t n); /* "182,934" */
/* What was bad and what was allowed, in events or slices.  Allowed has decimals where it is small,
 * and more of them where it would else seem that what was bad had been allowed; rounded, for a
 * sentence, fewer. */
const char *render_number_bad(
    char buf[RENDER_NUMBER_SIZE], const struct report_objective *o, const char *dash);
const char *render_number_allowed(
    char buf[RENDER_NUMBER_SIZE], const struct report_objective *o, const char *dash);
const char *render_number_allowed_round(
    char buf[RENDER_NUMBER_SIZE], const struct report_objective *o, const char *dash);
const char *render_number_rate(char buf[RENDER_NUMBER_SIZE], double rate, const char *dash);
/* To be compared with another: "13.44", "0.9333". */
const char *render_number_factor(char buf[RENDER_NUMBER_SIZE], double rate, const char *dash);
/* "98.1–99.9 %", rounded outward to two digits of what lies between. */
const char *render_number_range(
    char buf[RENDER_NUMBER_SIZE], double low, double high, const char *dash);
const char *render_number_bytes(char buf[RENDER_NUMBER_SIZE], uint64_t bytes); /* "1.7 GB" */
#endif
