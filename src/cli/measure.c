#include "measure.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "config.h"
#include "counts.h"
#include "inputs.h"
#include "interrupt.h"
#include "outputs.h"
#include "saver.h"
#include "stored.h"
#include "term.h"

/* ---- reading ---- */

static int instant(struct cli *cli, const char *option, const char *text, int64_t *t)
{
	const char *zone = cli->opt.tz != NULL ? cli->opt.tz : nines_spec_zone(cli->spec);
	struct nines_error err = { 0 };

	*t = NINES_NEVER;
	if (text == NULL)
		return 1;
	if (nines_parse_instant(text, cli->now, zone, &cli->io, t, &err) == NINES_OK)
		return 1;
	cli_complain(cli, "%s: %s", option, err.text);
	return 0;
}

/* Buckets must tile the hour, so that windows begin and end with one. */
static int bucket(struct cli *cli, int64_t *seconds)
{
	struct nines_error err = { 0 };
	int64_t ns;

	*seconds = 60;
	if (cli->opt.bucket == NULL)
		return 1;
	if (nines_parse_duration(cli->opt.bucket, &ns, &err) != NINES_OK) {
		cli_complain(cli, "--bucket: %s", err.text);
		return 0;
	}
	*seconds = ns / 1000000000;
	if (*seconds >= 60 && *seconds % 60 == 0 && 3600 % *seconds == 0)
		return 1;
	cli_complain(cli,
	    "--bucket: an hour must be a whole number of buckets: 1m, 5m, 10m, 15m, 30m or"
	    " 1h, not '%s'",
	    cli->opt.bucket);
	return 0;
}

unsigned measure_threads(const struct cli *cli)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	if (cli->opt.jobs > 0)
		return cli->opt.jobs < 256 ? (unsigned)cli->opt.jobs : 256;
	return cores < 1 ? 1 : cores < 256 ? (unsigned)cores : 256;
}

static int reading_of(struct cli *cli, struct nines_reading *reading)
{
	*reading = (struct nines_reading){
		.operand = (const char *const *)cli->inputs.gl_pathv,
		.operands = cli->inputs.gl_pathc,
		.jobs = measure_threads(cli),
		.buffer_bytes = (size_t)cli->opt.buffer_bytes,
		.range_bytes = (size_t)cli->opt.range_bytes,
		.allow_missing = cli->opt.allow_missing,
		.no_jit = cli->opt.no_jit,
	};
	if (!instant(cli, "--since", cli->opt.since, &reading->since) ||
	    !instant(cli, "--until", cli->opt.until, &reading->until) ||
	    !bucket(cli, &reading->bucket_s))
		return 0;
	if (reading->since == NINES_NEVER || reading->until == NINES_NEVER ||
	    reading->since < reading->until)
		return 1;
	cli_complain(cli, "--since %s is not before --until %s", cli->opt.since, cli->opt.until);
	return 0;
}

static int read_inputs(struct measure *m, struct nines_reading *reading)
{
	struct cli *cli = m->cli;
	struct nines_error err = { 0 };
	struct term_progress progress;
	struct saver saver = { 0 };

	if (!term_progress_init(&progress, cli))
		return 0;
	if (cli->opt.save_unparsed != NULL) {
		if (!saver_open(&saver, cli))
			return 0;
		reading->reject = saver_line;
		reading->reject_ctx = &saver;
	}
	reading->progress = term_progress;
	reading->progress_ctx = &progress;
	reading->stop = interrupt_listen(cli);
	if (nines_tally_read(&m->tally, cli->spec, &cli->io, reading, &err) != NINES_OK)
		cli_fail(cli, &err);
	term_progress_end(&progress);
	saver_close(&saver, cli);
	return m->tally != NULL;
}

static void show_notes(struct measure *m)
{
	struct nines_note note;

	for (size_t i = 0; nines_tally_note(m->tally, i, &note); i++)
		if (note.text != NULL && !note.whole && !m->cli->opt.quiet)
			cli_note(&note);
}

/* ---- the report ---- */

static int question_of(struct cli *cli, struct nines_question *q)
{
	struct nines_error err = { 0 };
	int64_t ns = 0;

	*q = (struct nines_question){
		.window = cli->opt.window,
		.zone = cli->opt.tz,
		.journey = cli->opt.journey.item,
		.journeys = cli->opt.journey.used,
		.sli = cli->opt.sli.item,
		.slis = cli->opt.sli.used,
		.confidence_ppb = cli->opt.confidence_ppb,
		.min_events = cli->opt.min_events,
		.max_unparsed_ppb = cli->opt.max_unparsed_ppb,
	};
	if (cli->opt.forecast_from != NULL &&
	    nines_parse_duration(cli->opt.forecast_from, &ns, &err) != NINES_OK) {
		cli_complain(cli, "--forecast-from: %s", err.text);
		return 0;
	}
	q->forecast_from_s = ns / 1000000000;
	return instant(cli, "--as-of", cli->opt.as_of, &q->as_of);
}

static void list_inputs(const struct measure *m)
{
	const struct cli *cli = m->cli;

	if (m->stored) {
		(void)fputs("would answer from the store ", stdout);
		(void)nines_visible(m->state.path, strlen(m->state.path), cli_write, stdout);
		(void)fputc('\n', stdout);
	}
	for (size_t i = 0; i < cli->inputs.gl_pathc; i++) {
		const char *name = cli->inputs.gl_pathv[i];

		(void)fputs("would read ", stdout);
		(void)nines_visible(name, strlen(name), cli_write, stdout);
		(void)fputc('\n', stdout);
	}
}

static enum nines_status build_report(struct measure *m, struct nines_error *err)
{
	return nines_report_build(
	    &m->report, m->cli->spec, m->tally, &m->cli->io, &m->question, err);
}

static int report_incomplete(const struct measure *m)
{
	return nines_report_incomplete(m->report);
}

static enum nines_status write_report(const struct measure *m, const char *format,
    const struct nines_style *style, nines_write_fn *write, void *ctx, struct nines_error *err)
{
	return nines_report_write(m->report, format, style, write, ctx, err);
}

static const struct measure_product a_report = {
	.store = MEASURE_STORE,
	.format = nines_report_format,
	.build = build_report,
	.incomplete = report_incomplete,
	.write = write_report,
};

/* The logs go into the store that then answers. */
static int choose_record(struct measure *m)
{
	struct cli *cli = m->cli;

	if (!state_find(cli, NINES_STORE_WRITE, &m->state) || !inputs_find(cli) ||
	    !state_is_no_input(cli, &m->state))
		return 0;
	m->stored = m->records = 1;
	cli->store = m->state.path;
	return stored_check(cli);
}

/* Logs, partial counts or the store. */
static int choose_inputs(struct measure *m)
{
	const int records = m->product->record != NULL;
	struct cli *cli = m->cli;

	if (!counts_check(cli, m->product == &a_report))
		return 0;
	if (records && cli->opt.state != NULL && cli->opt.operands > 0 && !cli->opt.counts)
		return choose_record(m);
	if (cli->opt.state != NULL && (cli->opt.operands > 0 || cli->opt.counts)) {
		cli_complain(cli, "--state answers without files; leave out either it or them");
		return 0;
	}
	if (m->product->store != MEASURE_NO_STORE && !cli->opt.counts &&
	    !stored_choose(cli, &m->state, &m->stored))
		return 0;
	if (!m->stored)
		return inputs_find(cli);
	cli->store = m->state.path;
	return stored_check(cli);
}

/* The last event must not be older than --max-age, counted back from now or --as-of. */
static int max_age(struct cli *cli, int64_t *seconds)
{
	struct nines_error err = { 0 };
	int64_t ns = 0;

	*seconds = INT64_MAX;
	if (cli->opt.max_age == NULL)
		return 1;
	if (nines_parse_duration(cli->opt.max_age, &ns, &err) != NINES_OK) {
		cli_complain(cli, "--max-age: %s", err.text);
		return 0;
	}
	*seconds = ns / 1000000000;
	return 1;
}

static void check_age(const struct measure *m)
{
	const int64_t before = m->cli->opt.as_of != NULL ? m->cli->now : INT64_MAX;
	const int64_t last = nines_tally_last_event(m->tally, before);
	char text[NINES_INSTANT_SIZE], now[NINES_INSTANT_SIZE];
	struct cli *cli = m->cli;

	if (cli->opt.max_age == NULL || (last != NINES_NEVER && cli->now - last <= m->max_age_s))
		return;
	cli_exit(cli, CLI_UNKNOWN);
	if (cli->opt.quiet)
		return;
	if (last == NINES_NEVER)
		(void)fprintf(stderr, "nines: --max-age: there is no event%s\n",
		    m->stored ? " in the time that was asked for" : "");
	else
		(void)fprintf(stderr,
		    "nines: --max-age: the last event is of %s, more than %s before %s\n",
		    nines_instant_text(text, last), cli->opt.max_age,
		    nines_instant_text(now, cli->now));
}

static int recall(struct measure *m)
{
	const struct nines_recall order = {
		.question = &m->question,
		.since = m->reading.since,
		.until = m->reading.until,
		.everything = m->product->store == MEASURE_STORE_WHOLE,
		.allow_missing = m->cli->opt.allow_missing,
	};

	return stored_tally(m->cli, &m->state, &order, &m->tally);
}

static int count(struct measure *m)
{
	if (m->records && !m->product->record(m))
		return 0;
	if (m->stored)
		return recall(m);
	return m->cli->opt.counts ? counts_tally(m->cli, &m->tally) : read_inputs(m, &m->reading);
}

/* Every option is understood before the first byte is read. */
static int prepare(struct measure *m)
{
	struct nines_reading *reading = &m->reading;
	struct nines_question *question = &m->question;
	struct cli *cli = m->cli;
	int64_t clock;

	if (!config_load(cli) || !choose_inputs(m) || !outputs_check(cli, m->product->format))
		return 0;
	/* Words such as "yesterday" count from --as-of; what is in the future, the clock says. */
	clock = cli->now;
	if (cli->opt.as_of != NULL && !instant(cli, "--as-of", cli->opt.as_of, &cli->now))
		return 0;
	if (!reading_of(cli, reading) || !question_of(cli, question) ||
	    !max_age(cli, &m->max_age_s))
		return 0;
	if (m->stored && question->as_of == NINES_NEVER)
		question->as_of = cli->now;
	reading->latest = clock + CLI_AHEAD_S;
	reading->hash_sources = m->product->hash_sources;
	return 1;
}

int measure_run(struct measure *m, struct cli *cli)
{
	const struct measure_product *product = m->product != NULL ? m->product : &a_report;
	struct nines_error err = { 0 };

	*m = (struct measure){ .cli = cli, .product = product };
	if (!prepare(m))
		return 0;
	if (cli->opt.dry_run) {
		list_inputs(m);
		return 0;
	}
	if (!count(m))
		return 0;
	show_notes(m);
	check_age(m);
	if (product->build(m, &err) != NINES_OK) {
		cli_fail(cli, &err);
		return 0;
	}
	if (product->incomplete(m))
		cli_exit(cli, CLI_UNKNOWN);
	return 1;
}

/* A product in a format. */
struct page {
	const struct measure *measure;
	const char *format;
	struct nines_style style;
};

static enum nines_status write_page(
    const void *what, nines_write_fn *write, void *ctx, struct nines_error *err)
{
	const struct page *page = what;

	return page->measure->product->write(
	    page->measure, page->format, &page->style, write, ctx, err);
}

static void write_one(struct measure *m, const char *format, const char *path)
{
	struct cli *cli = m->cli;
	struct page page = { m, format, cli->style };

	if (path != NULL) {
		page.style.width = 0;
		page.style.color = cli->opt.color != NULL && strcmp(cli->opt.color, "always") == 0;
	}
	outputs_write(cli, path, write_page, &page);
}

void measure_write(struct measure *m, const char *otherwise)
{
	const struct opt *o = &m->cli->opt;

	for (size_t i = 0; i < o->format.used; i++) {
		char format[32];

		(void)snprintf(format, sizeof format, "%.*s", (int)strcspn(o->format.item[i], "="),
		    o->format.item[i]);
		write_one(m, format, outputs_path(o, i));
	}
	if (o->format.used == 0 && (otherwise != NULL || o->output != NULL))
		write_one(m, otherwise != NULL ? otherwise : "text", o->output);
}

void measure_free(struct measure *m)
{
	nines_history_free(m->history);
	nines_report_free(m->report);
	nines_tally_free(m->tally);
}
