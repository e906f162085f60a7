/* The gate: a report to an answer.  --fail-on is a comma separated list of
 *   missed | budget<25% | burn>14.4/1h | no-data | unparsed>1% | drop>0.5%:BASELINE.json
 * drop compares each objective's SLI with the same one (journey, sli, window name) of a
 * nines-report/1 file. */
#ifndef GATE_H
#define GATE_H
#include "out.h"
#include "report.h"

/* Writes one line per reason.  MISSED beats UNKNOWN.  UNKNOWN: the report is incomplete, an
 * objective has no data or too small a sample, coverage below the minimum, the interval straddles
 * (with_confidence: MISSED only when the whole interval is below the target), the verdict hangs on
 * unparsed lines (strict). */
enum nines_status gate_judge(const struct report *r, const struct nines_gate *gate,
    const struct nines_io *io, struct out *o, enum nines_answer *answer, struct nines_error *err);
#endif
