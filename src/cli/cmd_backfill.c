#include <string.h>

#include "interrupt.h"
#include "measure.h"
#include "outputs.h"
#include "record.h"

#define BY_DEFAULT "day"

static const char *by(const struct cli *cli)
{
	return cli->opt.by != NULL ? cli->opt.by : BY_DEFAULT;
}

static enum nines_status build(struct measure *m, struct nines_error *err)
{
	const struct nines_periods periods = { by(m->cli), m->reading.since, m->reading.until };

	return nines_history_build(
	    &m->history, m->cli->spec, m->tally, &m->cli->io, &periods, &m->question, err);
}

static int incomplete(const struct measure *m)
{
	return nines_history_incomplete(m->history);
}

static enum nines_status write_history(const struct measure *m, const char *format,
    const struct nines_style *style, nines_write_fn *write, void *ctx, struct nines_error *err)
{
	return nines_history_write(m->history, format, style, write, ctx, err);
}

static int is_minute(int64_t t)
{
	return t == NINES_NEVER || t % 60 == 0;
}

/* What is new in the logs, and what is known of them anew, as the present rules count it. */
static int record(struct measure *m)
{
	const struct record_order order = {
		.clock_s = m->reading.latest - CLI_AHEAD_S,
		.recount = 1,
		.to = m->cli->opt.quiet ? NULL : stderr,
	};
	struct nines_store *store;
	int recorded;

	if (!is_minute(m->reading.since) || !is_minute(m->reading.until)) {
		cli_complain(
		    m->cli, "a store counts by the minute: --since and --until must be whole ones");
		return 0;
	}
	store = state_open(m->cli, NINES_STORE_WRITE, &m->state);
	if (store == NULL)
		return 0;
	/* A store that is new can only now be told from an output of another spelling. */
	recorded =
	    outputs_check(m->cli, nines_history_format) && record_logs(m->cli, store, &order);
	nines_store_free(store);
	return recorded;
}

static const struct measure_product a_history = {
	.store = MEASURE_STORE_WHOLE,
	.record = record,
	.format = nines_history_format,
	.build = build,
	.incomplete = incomplete,
	.write = write_history,
};

static int is_length(struct cli *cli, const char *typed)
{
	const char *names[8], *near;
	size_t n = 0;

	for (; n < sizeof names / sizeof *names; n++) {
		names[n] = nines_history_by(n);
		if (names[n] == NULL)
			break;
		if (strcmp(names[n], typed) == 0)
			return 1;
	}
	near = opt_nearest(typed, names, n);
	cli_complain(cli, "--by is hour, day, week, month or quarter, not '%s'%s%s%s", typed,
	    near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
	return 0;
}

void cmd_backfill(struct cli *cli)
{
	struct measure m = { .product = &a_history };

	if (!is_length(cli, by(cli)))
		return;
	if (measure_run(&m, cli))
		measure_write(&m, "text");
	measure_free(&m);
	interrupt_obey();
}
