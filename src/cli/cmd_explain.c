#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "config.h"
#include "inputs.h"

/* An operand is a log when there is such a file or it is '-'; text with a blank in it is a line. */
static int is_line(const char *operand)
{
	struct stat st;

	return strcmp(operand, "-") != 0 && strpbrk(operand, " {") != NULL &&
	    stat(operand, &st) != 0;
}

static void explain_logs(struct cli *cli)
{
	struct nines_reading reading = { .buffer_bytes = (size_t)cli->opt.buffer_bytes };
	struct nines_error err = { 0 };
	int incomplete = 0;

	if (!inputs_find(cli))
		return;
	reading.operand = (const char *const *)cli->inputs.gl_pathv;
	reading.operands = cli->inputs.gl_pathc;
	if (nines_explain_log(cli->spec, &cli->io, &reading, &cli->style, cli_write, stdout,
	        &incomplete, &err) != NINES_OK)
		cli_fail(cli, &err);
	if (incomplete) {
		(void)fputs("nines: some input could not be read whole\n", stderr);
		cli_exit(cli, CLI_UNKNOWN);
	}
}

void cmd_explain(struct cli *cli)
{
	struct nines_error err = { 0 };

	if (!config_load(cli))
		return;
	if (cli->opt.operands != 1 || !is_line(cli->opt.operand[0])) {
		explain_logs(cli);
		return;
	}
	if (nines_explain(cli->spec, cli->opt.operand[0], strlen(cli->opt.operand[0]), &cli->style,
	        cli_write, stdout, &err) != NINES_OK)
		cli_fail(cli, &err);
}
