#include <stdio.h>

#include "counts.h"
#include "inputs.h"
#include "outputs.h"

static enum nines_status write_sum(
    const void *parts, nines_write_fn *write, void *ctx, struct nines_error *err)
{
	return nines_parts_write(parts, write, ctx, err);
}

static void say(struct cli *cli, const struct nines_parts *parts)
{
	struct nines_error err = { 0 };

	if (cli->opt.quiet)
		return;
	if (nines_parts_sum(parts).faults > 0)
		(void)fputs("nines: not merged: ", stderr);
	if (nines_parts_say(parts, cli_write, stderr, &err) != NINES_OK)
		cli_fail(cli, &err);
	(void)fputc('\n', stderr);
}

/* The combiner sees some of the lines only and judges none of them; what it cannot read, it cannot
 * leave out either. */
static void combine(struct cli *cli, const struct nines_parts *parts)
{
	if (nines_parts_sum(parts).unread == 0) {
		outputs_write(cli, cli->opt.output, write_sum, parts);
		return;
	}
	counts_show_notes(cli, parts);
	cli_exit(cli, CLI_UNKNOWN);
}

/* A sum that is not what was counted is not written: in a pipe it would pass for one that is.  Logs
 * that were damaged when they were counted are part of what was counted, and travel on. */
static void merge(struct cli *cli, const struct nines_parts *parts)
{
	const struct nines_parts_sum sum = nines_parts_sum(parts);

	counts_show_notes(cli, parts);
	if (sum.faults > 0 || sum.damaged > 0)
		cli_exit(cli, CLI_UNKNOWN);
	if (sum.faults == 0)
		outputs_write(cli, cli->opt.output, write_sum, parts);
	say(cli, parts);
}

void cmd_merge(struct cli *cli)
{
	struct nines_parts *parts;

	if (cli->opt.partial && cli->opt.allow_duplicates) {
		cli_complain(cli, "--partial verifies nothing; it needs no --allow-duplicates");
		return;
	}
	if (!inputs_find(cli) || !outputs_check_path(cli, "-o", cli->opt.output) ||
	    !counts_read(cli, &parts))
		return;
	if (cli->opt.partial)
		combine(cli, parts);
	else
		merge(cli, parts);
	nines_parts_free(parts);
}
