/* Advice about a spec that is correct: what its authors would want to know before an incident
 * tells them.  What hangs on one spot of the text (risky regexes, a format's traps, a clock too
 * coarse for a limit) is found while the config is read. */
#ifndef LINT_H
#define LINT_H
#include "spec.h"

/* Adds findings of severity WARNING and ADVICE to spec->diag, for a spec without errors: more than
 * three SLIs for a journey, rules identical in two SLIs, indicators that call every valid event
 * good, objectives given twice, alerts that can never fire (factor above 1/(1 - T)), windows of a
 * minute, exclusions without a reason.  spec_build calls it; running it again adds nothing. */
void lint_spec(struct spec *spec);
/* Advice that depends on traffic: valid events per SLI in its window.  Targets of one SLI and
 * window that allow the same number of bad events cannot be told apart; a target that allows less
 * than one cannot be met with one. */
void lint_traffic(struct spec *spec, const struct spec_sli *sli,
    const struct spec_objective *objective, uint64_t valid);
#endif
