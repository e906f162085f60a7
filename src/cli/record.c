#include "record.h"

#include <limits.h>
#include <unistd.h>

#include "inputs.h"
#include "interrupt.h"
#include "measure.h"
#include "term.h"

static void names_again(void *ctx, const char *const **name, size_t *n)
{
	struct cli *cli = ctx;

	inputs_again(cli);
	*name = (const char *const *)cli->inputs.gl_pathv;
	*n = cli->inputs_made ? cli->inputs.gl_pathc : 0;
}

static void show_notes(const struct nines_ingested *ingested)
{
	struct nines_note note;

	for (size_t i = 0; nines_ingested_note(ingested, i, &note); i++)
		cli_note(&note);
}

static struct nines_ingested *ingest(
    struct cli *cli, struct nines_store *store, const struct record_order *o)
{
	struct nines_reading reading = {
		.jobs = measure_threads(cli),
		.buffer_bytes = (size_t)cli->opt.buffer_bytes,
		.latest = o->clock_s + CLI_AHEAD_S,
		.allow_missing = cli->opt.allow_missing,
		.no_jit = cli->opt.no_jit,
		.progress = term_progress,
	};
	char room[PATH_MAX];
	/* Where that cannot be told, names are as good as paths. */
	const char *folder = getcwd(room, sizeof room);
	const struct nines_ingest order = {
		.reading = &reading,
		.names = names_again,
		.names_ctx = cli,
		.now = o->clock_s,
		.folder = folder,
		.recount = o->recount,
		.dry_run = o->dry_run,
	};
	struct nines_ingested *ingested = NULL;
	struct term_progress progress;
	struct nines_error err = { 0 };

	if (!term_progress_init(&progress, cli))
		return NULL;
	reading.progress_ctx = &progress;
	reading.stop = interrupt_listen(cli);
	if (nines_store_ingest(&ingested, store, cli->spec, &cli->io, &order, &err) != NINES_OK)
		cli_fail(cli, &err);
	term_progress_end(&progress);
	return ingested;
}

static void tell(struct cli *cli, const struct nines_ingested *ingested, FILE *to)
{
	struct nines_error err = { 0 };

	if (nines_ingested_incomplete(ingested))
		cli_exit(cli, CLI_UNKNOWN);
	if (cli->opt.quiet && !nines_ingested_incomplete(ingested))
		return;
	show_notes(ingested);
	if (nines_ingested_write(ingested, cli->opt.verbose, cli_write, to, &err) != NINES_OK)
		cli_fail(cli, &err);
}

int record_logs(struct cli *cli, struct nines_store *store, const struct record_order *order)
{
	struct nines_ingested *ingested = ingest(cli, store, order);

	if (ingested == NULL)
		return 0;
	tell(cli, ingested, order->to);
	nines_ingested_free(ingested);
	return 1;
}
