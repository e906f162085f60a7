#include <stdio.h>
#include <string.h>

#include "interrupt.h"
#include "measure.h"

/* Whether a report stands on standard output, where reasons would spoil it. */
static int report_on_stdout(const struct opt *o)
{
	for (size_t i = 0; i < o->format.used; i++)
		if (strchr(o->format.item[i], '=') == NULL && o->output == NULL)
			return 1;
	return 0;
}

/* The report is written only where -f or -o asks for it.  The reasons, one a line, go to standard
 * output, or beside the report to standard error. */
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
	FILE *to = report_on_stdout(&cli->opt) ? stderr : stdout;

	if (cli->opt.quiet)
		to = NULL;

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
	struct measure m = { 0 };

	if (measure_run(&m, cli)) {
		measure_write(&m, NULL);
		judge(&m);
	}
	measure_free(&m);
	interrupt_obey();
}
