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
	struct nines_reading reading = { .since = NINES_NEVER,
		.until = NINES_NEVER,
		.latest = cli->now + CLI_AHEAD_S,
		.no_jit = cli->opt.no_jit };
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
		(void)fputs(
		    "nines: some input could not be read; this advice rests on the rest\n", stderr);
		cli_exit(cli, CLI_UNKNOWN);
	}
	nines_tally_free(tally);
}

static void print_count(size_t n, const char *one, const char *many, const char *after)
{
	(void)printf("%zu %s%s", n, n == 1 ? one : many, after);
}

static void print_summary(const struct cli *cli, int findings)
{
	struct nines_extent x = nines_spec_extent(cli->spec);

	if (nines_spec_findings(cli->spec) > 0) {
		print_count(count(cli, NINES_ERROR), "error", "errors", ", ");
		print_count(count(cli, NINES_WARNING), "warning", "warnings", ", ");
		print_count(count(cli, NINES_ADVICE), "piece of advice", "pieces of advice", "\n");
	}
	if (findings)
		return;
	(void)printf("ok: ");
	print_count(x.journeys, "journey", "journeys", ", ");
	print_count(x.slis, "SLI", "SLIs", ", ");
	print_count(x.objectives, "objective", "objectives", ", ");
	print_count(x.tests, "test", "tests", " passed\n");
}

static void conclude(struct cli *cli)
{
	int findings = count(cli, NINES_ERROR) + count(cli, NINES_WARNING) > 0 ||
	    (cli->opt.strict && count(cli, NINES_ADVICE) > 0);

	if (!cli->opt.quiet) {
		config_show(cli, NINES_ADVICE, stdout);
		print_summary(cli, findings);
	}
	if (findings)
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
