/* Which config a run uses: -c, $NINES_CONFIG, ./nines.yaml, /etc/nines/nines.yaml, or the options
 * that stand for one. */
#ifndef CONFIG_H
#define CONFIG_H
#include "cli.h"
#include <stdio.h>

/* Loads cli->spec.  0 after saying why not: findings go to standard error. */
int config_load(struct cli *cli);
/* Whether there is one to be found: a run may do without. */
int config_exists(const struct cli *cli);
/* The same without judging what was found: for `check`. */
int config_find(struct cli *cli);
void config_show(const struct cli *cli, enum nines_severity least, FILE *to);
#endif
