/* Measuring: what report and gate have in common.  Reads the inputs, builds the report, writes the
 * outputs. */
#ifndef MEASURE_H
#define MEASURE_H
#include "cli.h"

struct measure {
	struct cli *cli;
	struct nines_tally *tally;
	struct nines_report *report;
};
/* 0 when there is no report; the exit status says why. */
int measure_run(struct measure *m, struct cli *cli);
/* Writes the formats asked for; `otherwise` (may be NULL) when none was. */
void measure_write(struct measure *m, const char *otherwise);
void measure_free(struct measure *m);
/* Dies by the signal that ended the reading, if one did. */
void measure_obey_signal(void);
#endif
