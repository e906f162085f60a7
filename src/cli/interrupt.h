/* Interruption: the first SIGINT or SIGTERM ends reading, so that what was read can be told; then
 * it has its effect. */
#ifndef INTERRUPT_H
#define INTERRUPT_H
#include "cli.h"

/* From now on a signal ends reading by cli->io, and sets what is returned. */
const volatile int *interrupt_listen(struct cli *cli);
/* A signal ended the reading. */
int interrupt_came(void);
/* Dies by that signal, if one came. */
void interrupt_obey(void);
#endif
