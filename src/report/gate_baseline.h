/* A baseline: an earlier nines-report/1 file, to compare with. */
#ifndef GATE_BASELINE_H
#define GATE_BASELINE_H
#include "nines.h"
#include "report.h"
#include "str.h"

#define GATE_BASELINE_BYTES_MAX (64u << 20)

/* A share as integers: events, slices, or billionths where only a ratio is known. */
struct gate_share {
	uint64_t good, valid;
};

struct gate_baseline;
enum nines_status gate_baseline_load(struct gate_baseline **baseline, struct str path,
    const struct nines_io *io, struct nines_error *err);
void gate_baseline_free(struct gate_baseline *baseline);
/* The share of the first objective of that journey, SLI, window name and method.  0 when it has
 * none, or one without data. */
int gate_baseline_find(const struct gate_baseline *baseline, const struct report_journey *journey,
    const struct report_sli *sli, const struct report_objective *objective,
    struct gate_share *share);
#endif
