#include <stdio.h>
#include <unistd.h>

#include "config.h"
#include "inputs.h"

static size_t count(const struct cli *cli, enum nines_severity severity)
{
	size_t n = 0;

	for (size_t i = 0; i < nines_spec_findings(cli->spec); i++)
		n += nines_spec_finding(cli->spec, i)->severity == severity;
	return n;
}

/* Logs named on the command line show what the targets mean at this traffic. */
static void advise(struct cli *cli)
{
	struct nines_reading reading = { .since = NINES_NEVER, .until = NINES_NEVER,
		.latest = cli->now + 86400, .no_jit = cli->opt.no_jit };
	struct nines_tally *tally = NULL;
	struct nines_error err = { 0 };

	if (!inputs_find(cli))
		return;
	reading.operand = (const char *const *)cli->inputs.gl_pathv;
	reading.operands = cli->inputs.gl_pathc;
	if (nines_tally_read(&tally, cli->spec, &cli->io, &reading, &err) != NINES_OK ||
	    nines_spec_advise(cli->spec, tally, &err) != NINES_OK)
		cli_fail(cli, &err);
	else if (nines_tally_incomplete(tally)) {
		(void)fputs("nines: some input could not be read; this advice rests on the rest\n", stderr);
		cli_exit(cli, CLI_UNKNOWN);
	}
	nines_tally_free(tally);
}

static void conclude(struct cli *cli)
{
	struct nines_extent x = nines_spec_extent(cli->spec);
	size_t errors = count(cli, NINES_ERROR), warnings = count(cli, NINES_WARNING);
	size_t advice = count(cli, NINES_ADVICE);

	if (!cli->opt.quiet) {
		config_show(cli, NINES_ADVICE, stdout);
		if (errors + warnings + advice > 0)
			(void)printf("%zu error%s, %zu warning%s, %zu piece%s of advice\n", errors,
			    errors == 1 ? "" : "s", warnings, warnings == 1 ? "" : "s", advice,
			    advice == 1 ? "" : "s");
		if (errors == 0)
			(void)printf("ok: %zu journey%s, %zu SLI%s, %zu objective%s, %zu test%s passed\n",
			    x.journeys, x.journeys == 1 ? "" : "s", x.slis, x.slis == 1 ? "" : "s",
			    x.objectives, x.objectives == 1 ? "" : "s", x.tests, x.tests == 1 ? "" : "s");
	}
	if (errors + warnings > 0 || (cli->opt.strict && advice > 0))
		cli_exit(cli, CLI_MISSED);
}

void cmd_check(struct cli *cli)
{
	struct nines_error err = { 0 };

	if (!config_find(cli))
		return;
	if (count(cli, NINES_ERROR) == 0) {
		if (nines_spec_test(cli->spec, &err) != NINES_OK) {
			cli_fail(cli, &err);
			return;
		}
		if (cli->opt.operands > 0)
			advise(cli);
	}
	conclude(cli);
}
