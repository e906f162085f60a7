#include <stdio.h>
#include <string.h>

#include "cli.h"

/* The only operand of a verb that takes at most one; 0 after complaining. */
static int one_operand(struct cli *cli, const char **operand)
{
	if (cli->opt.operands > 1) {
		cli_complain(cli, "one operand is enough; '%s' is too many", cli->opt.operand[1]);
		return 0;
	}
	*operand = cli->opt.operands == 1 ? cli->opt.operand[0] : NULL;
	return 1;
}

void cmd_formats(struct cli *cli)
{
	struct nines_error err = { 0 };
	const char *name;

	if (one_operand(cli, &name) && nines_formats(name, cli_write, stdout, &err) != NINES_OK)
		cli_fail(cli, &err);
}

void cmd_schema(struct cli *cli)
{
	struct nines_error err = { 0 };
	const char *name;

	if (!one_operand(cli, &name))
		return;
	if (name == NULL)
		cli_complain(cli, "which schema: config, report or backfill?");
	else if (nines_schema(name, cli_write, stdout, &err) != NINES_OK)
		cli_fail(cli, &err);
}

static void overview(void)
{
	const struct cli_verb *verb;

	(void)puts("nines: service level indicators and error budgets from access logs\n\n"
	           "usage: nines VERB [OPTION...] [OPERAND...]\n");
	for (size_t i = 0; (verb = cli_verb(i)) != NULL; i++)
		(void)printf("  nines %-8s %-24s %s\n", verb->name, verb->operands, verb->summary);
	(void)puts(
	    "\nAn operand is a log, plain or compressed, a quoted glob, or - for standard input.\n"
	    "Exit status: 0 done, 1 missed (gate, check), 2 usage or failure, 3 cannot tell,"
	    " 75 the store is held.\n\n"
	    "nines help VERB shows a verb's options; man nines, nines.yaml, nines-formats, nines-store and\n"
	    "nines-partial tell the rest.");
}

void cmd_help(struct cli *cli)
{
	const struct cli_verb *verb;
	const char *name;

	if (!one_operand(cli, &name))
		return;
	if (name == NULL) {
		overview();
		return;
	}
	verb = cli_find_verb(cli, name);
	if (verb == NULL)
		return;
	(void)printf(
	    "usage: nines %s [OPTION...] %s\n\n%s\n\n", verb->name, verb->operands, verb->summary);
	opt_help(verb->bit);
}
