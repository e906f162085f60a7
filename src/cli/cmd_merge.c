#include <stdio.h>

#include "counts.h"
#include "inputs.h"
#include "outputs.h"

static void write_sum(struct cli *cli, const struct nines_parts *parts)
{
	const char *path = cli->opt.output;
	struct nines_error err = { 0 };
	struct nines_output *output;

	if (nines_output_open(&output, &cli->io, path, &err) != NINES_OK) {
		cli_fail(cli, &err);
		return;
	}
	if (nines_parts_write(parts, nines_output_write, output, &err) != NINES_OK ||
	    nines_output_commit(output, &err) != NINES_OK) {
		if (err.source[0] == '\0')
			(void)snprintf(err.source, sizeof err.source, "%s",
			    path != NULL ? path : "standard output");
		cli_fail(cli, &err);
	}
	nines_output_free(output);
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
		write_sum(cli, parts);
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
		write_sum(cli, parts);
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
