/* Trials: the config's own `tests:`, run by the same judge that reads logs. */
#ifndef TRIAL_H
#define TRIAL_H
#include "spec.h"

/* Adds a finding to spec->diag for each expectation that does not hold. */
enum nines_status trial_run(struct spec *spec, struct nines_error *err);
#endif
