#include <stdio.h>
#include <unistd.h>

#include "config.h"
#include "inputs.h"
#include "interrupt.h"
#include "measure.h"
#include "record.h"

/* A dry run makes no store: where there is none, nothing is known. */
static int open_store(struct cli *cli, struct nines_store **store)
{
	struct state state;

	*store = NULL;
	if (!state_find(cli, NINES_STORE_WRITE, &state) || !state_is_no_input(cli, &state))
		return 0;
	if (cli->opt.dry_run && access(state.path, F_OK) != 0)
		return 1;
	*store = state_open(cli, NINES_STORE_WRITE, &state);
	return *store != NULL;
}

void cmd_ingest(struct cli *cli)
{
	const struct record_order order = {
		.clock_s = cli->now,
		.dry_run = cli->opt.dry_run,
		.to = cli->opt.quiet ? stderr : stdout,
	};
	struct nines_store *store = NULL;

	if (config_load(cli) && inputs_find(cli) && open_store(cli, &store))
		(void)record_logs(cli, store, &order);
	nines_store_free(store);
	interrupt_obey();
}
