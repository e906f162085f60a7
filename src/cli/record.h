/* Recording: logs into the store, each line once.  What ingest does, and backfill before it answers
 * from the store. */
#ifndef RECORD_H
#define RECORD_H
#include "state.h"
#include <stdio.h>

struct record_order {
	int64_t clock_s; /* now, whatever --as-of says */
	int recount;     /* known logs are counted anew under the present rules */
	int dry_run;
	FILE *to; /* where the summary goes */
};
/* Counts what is new in cli->inputs and says so; what could not be read is exit status 3.  store:
 * NULL in a dry run where there is none.  0 when it failed. */
int record_logs(struct cli *cli, struct nines_store *store, const struct record_order *order);
#endif
