/* Partial counts as input: the files that the operands name, instead of logs. */
#ifndef COUNTS_H
#define COUNTS_H
#include "cli.h"

/* 0 after complaining of options that are for logs, or for --counts alone.  bounded: --since and
 * --until choose what is counted. */
int counts_check(struct cli *cli, int bounded);
/* 0 when there is a line that is none of the format, after telling. */
int counts_read(struct cli *cli, struct nines_parts **parts);
/* What the parts' faults and logs need said. */
void counts_show_notes(const struct cli *cli, const struct nines_parts *parts);
/* The parts as a tally of the config's SLIs; 0 after telling why not. */
int counts_tally(struct cli *cli, struct nines_tally **tally);
#endif
