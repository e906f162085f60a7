#include "interrupt.h"
#include "measure.h"

void cmd_report(struct cli *cli)
{
	struct measure m = { 0 };

	if (measure_run(&m, cli))
		measure_write(&m, "text");
	measure_free(&m);
	interrupt_obey();
}
