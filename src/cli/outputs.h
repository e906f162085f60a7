/* Outputs: where reports go, and what must not be overwritten by them. */
#ifndef OUTPUTS_H
#define OUTPUTS_H
#include "cli.h"

/* Where the i-th -f goes: its own FILE, else -o's, else NULL for standard output. */
const char *outputs_path(const struct opt *opt, size_t i);
/* Every output has a format that the list knows and a place of its own, which is neither an input
 * nor the config.  0 after complaining.  Asked before anything is read. */
typedef const char *outputs_format_fn(size_t i); /* NULL ends */
int outputs_check(struct cli *cli, outputs_format_fn *format);
/* One of them: not empty, no input, not the config.  NULL is standard output. */
int outputs_check_path(struct cli *cli, const char *option, const char *path);
/* Lets `write` write what it is given to path, whole or not at all; what fails ends in cli_fail. */
typedef enum nines_status outputs_write_fn(
    const void *what, nines_write_fn *write, void *ctx, struct nines_error *err);
void outputs_write(struct cli *cli, const char *path, outputs_write_fn *write, const void *what);
#endif
