#include "stored.h"

int stored_choose(struct cli *cli, struct state *state, int *answers)
{
	*answers = 0;
	if (cli->opt.operands > 0)
		return 1;
	if (!state_find(cli, NINES_STORE_READ, state))
		return 0;
	*answers = state->origin == STATE_NAMED ||
	    (state->origin == STATE_DEFAULT && nines_spec_files(cli->spec) == 0);
	return 1;
}

int stored_check(struct cli *cli)
{
	const struct opt *o = &cli->opt;
	const struct {
		const char *name;
		int given;
	} for_logs[] = {
		{ "--bucket", o->bucket != NULL },
		{ "--save-unparsed", o->save_unparsed != NULL },
	};

	for (size_t i = 0; i < sizeof for_logs / sizeof *for_logs; i++)
		if (for_logs[i].given) {
			cli_complain(cli, "%s is for logs; a store holds counts by the minute",
			    for_logs[i].name);
			return 0;
		}
	return 1;
}

int stored_tally(struct cli *cli, const struct state *state, const struct nines_recall *recall,
    struct nines_tally **tally)
{
	struct nines_store *store = state_open(cli, NINES_STORE_READ, state);
	struct nines_error err = { 0 };
	enum nines_status rc;

	if (store == NULL)
		return 0;
	rc = nines_tally_recall(tally, store, cli->spec, &cli->io, recall, &err);
	if (rc != NINES_OK)
		cli_fail(cli, &err);
	nines_store_free(store);
	return rc == NINES_OK;
}
