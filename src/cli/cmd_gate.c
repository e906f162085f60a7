#include <stdio.h>

#include "measure.h"

/* The reasons go to standard output, one a line; the report itself only where -f or -o asks for it.
 */
static void judge(struct measure *m)
{
	struct cli *cli = m->cli;
	const struct nines_gate gate = {
		.fail_on = cli->opt.fail_on,
		.min_coverage_ppb = cli->opt.min_coverage_ppb,
		.with_confidence = cli->opt.confidence_ppb > 0,
		.strict = cli->opt.strict,
	};
	enum nines_answer answer = NINES_UNKNOWN;
	struct nines_error err = { 0 };
	FILE *to = cli->opt.quiet ? NULL : stdout;

	if (nines_report_gate(m->report, &gate, &cli->io, cli_write, to, &answer, &err) !=
	    NINES_OK) {
		cli_fail(cli, &err);
		return;
	}
	if (answer == NINES_MISSED)
		cli_exit(cli, CLI_MISSED);
	if (answer == NINES_UNKNOWN)
		cli_exit(cli, CLI_UNKNOWN);
}

void cmd_gate(struct cli *cli)
{
	struct measure m;

	if (measure_run(&m, cli)) {
		measure_write(&m, NULL);
		judge(&m);
	}
	measure_free(&m);
	measure_obey_signal();
}
