/* Stored counts as input: the store that nines ingest keeps, instead of logs. */
#ifndef STORED_H
#define STORED_H
#include "state.h"

/* Whether the store answers: no operand is given, and a store is named, or the config names no logs
 * and there is one in a default place.  *answers is set; 0 after complaining. */
int stored_choose(struct cli *cli, struct state *state, int *answers);
/* 0 after complaining of options that are for logs. */
int stored_check(struct cli *cli);
/* The store's counts for the config's SLIs; 0 after complaining. */
int stored_tally(struct cli *cli, const struct state *state, const struct nines_recall *recall,
    struct nines_tally **tally);
#endif
