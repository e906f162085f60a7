/* Inputs: what a run reads.  Operands with their globs expanded, else the config's logs.files, else
 * standard input when it is a pipe or a file. */
#ifndef INPUTS_H
#define INPUTS_H
#include "cli.h"

/* Fills cli->inputs.  0 after complaining: a glob that matches nothing, or nothing to read. */
int inputs_find(struct cli *cli);
/* Lists them anew, silently: what a glob matches changes while logs are rotated. */
void inputs_again(struct cli *cli);
void inputs_free(struct cli *cli);
#endif
