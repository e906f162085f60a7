#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "inputs.h"
#include "term.h"

/* clang-format off */
static const struct cli_verb verbs[] = {
	{ "report",   "[LOG...]",               "SLIs, objectives, error budgets and burn rates",           OPT_REPORT,   cmd_report   },
	{ "gate",     "[LOG...]",               "the same answer as an exit status, for CI and cron",       OPT_GATE,     cmd_gate     },
	{ "backfill", "[LOG...]",               "past periods, one row per objective and period",           OPT_BACKFILL, cmd_backfill },
	{ "ingest",   "[LOG...]",               "count what is new in logs, each line once, into the store", OPT_INGEST,   cmd_ingest   },
	{ "count",    "[LOG...]",               "partial counts, to be added up by merge or report",        OPT_COUNT,    cmd_count    },
	{ "merge",    "[PART...]",              "add up partial counts, and check that none is lacking",    OPT_MERGE,    cmd_merge    },
	{ "check",    "[LOG...]",               "lint the config, run its tests",                           OPT_CHECK,    cmd_check    },
	{ "explain",  "[LINE|LOG|-]",           "why each line counted as it did, rule by rule",            OPT_EXPLAIN,  cmd_explain  },
	{ "formats",  "[NAME]",                 "log formats and their fields",                             OPT_FORMATS,  cmd_formats  },
	{ "schema",   "config|report|backfill", "the JSON Schema of the config, or of what -f json writes", OPT_SCHEMA,   cmd_schema   },
	{ "store",    "info|verify|prune|forget", "what the store holds, and its upkeep",                   OPT_STORE,    cmd_store    },
	{ "help",     "[VERB]",                 "this overview, or a verb's options",                       OPT_HELP,     cmd_help     },
};
/* clang-format on */
#define VERBS (sizeof verbs / sizeof *verbs)

const struct cli_verb *cli_verb(size_t i)
{
	return i < VERBS ? &verbs[i] : NULL;
}

void cli_exit(struct cli *cli, enum cli_exit status)
{
	static const int weight[] = {
		[CLI_OK] = 0,
		[CLI_UNKNOWN] = 1,
		[CLI_MISSED] = 2,
		[CLI_BUSY] = 3,
		[CLI_FAILED] = 4,
	};

	if (weight[status] > weight[cli->exit])
		cli->exit = status;
}

int cli_write(void *ctx, const char *p, size_t n)
{
	FILE *to = ctx;

	return to == NULL || fwrite(p, 1, n, to) == n ? 0 : -1;
}

static void say(const char *about, const char *text)
{
	(void)fputs("nines: ", stderr);
	(void)nines_visible(about, strlen(about), cli_write, stderr);
	(void)fputs(*about != '\0' ? ": " : "", stderr);
	(void)nines_visible(text, strlen(text), cli_write, stderr);
	(void)fputc('\n', stderr);
}

void cli_complain(struct cli *cli, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	say("", text);
	cli_exit(cli, CLI_FAILED);
}

void cli_fail(struct cli *cli, const struct nines_error *err)
{
	say(err->source, err->text);
	cli_exit(cli, err->code == NINES_E_BUSY ? CLI_BUSY : CLI_FAILED);
}

void cli_note(const struct nines_note *note)
{
	say(note->source, note->text);
}

/* A closed standard stream would be the next file opened, and be written to by accident.  It is
 * occupied the wrong way round, so that reading and writing fail on it as they should. */
static int occupy_standard_streams(void)
{
	for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; stream++) {
		int wrong_way = stream == STDIN_FILENO ? O_WRONLY : O_RDONLY, fd;

		if (fcntl(stream, F_GETFD) >= 0)
			continue;
		do
			fd = open("/dev/null", wrong_way | O_CLOEXEC);
		while (fd < 0 && errno == EINTR);
		if (fd != stream)
			return 0;
	}
	return 1;
}

/* What was printed must have arrived. */
static void flush(struct cli *cli)
{
	if (fflush(stdout) != 0)
		cli_complain(cli, "standard output: %s", strerror(errno));
	else if (ferror(stdout) && cli->exit != CLI_FAILED)
		cli_complain(cli, "standard output: not all could be written");
}

static void show_version(void)
{
	(void)printf("nines %s\n", nines_version());
}

const struct cli_verb *cli_find_verb(struct cli *cli, const char *name)
{
	const char *names[VERBS], *near;

	for (size_t i = 0; i < VERBS; i++) {
		names[i] = verbs[i].name;
		if (strcmp(names[i], name) == 0)
			return &verbs[i];
	}
	near = opt_nearest(name, names, VERBS);
	if (near != NULL)
		cli_complain(cli, "there is no verb '%s'; did you mean %s?", name, near);
	else
		cli_complain(cli, "there is no verb '%s'; nines help lists them", name);
	return NULL;
}

/* -h and -V may stand in place of a verb. */
static int before_verb(struct cli *cli, const char *typed)
{
	if (strcmp(typed, "--version") == 0 || strcmp(typed, "-V") == 0)
		show_version();
	else if (strcmp(typed, "--help") == 0 || strcmp(typed, "-h") == 0)
		cmd_help(cli);
	else
		return 0;
	return 1;
}

static void run(struct cli *cli, int argc, char **argv)
{
	struct nines_error err = { 0 };
	const struct cli_verb *verb;

	if (argc < 2) {
		cli_complain(cli, "which verb? nines help lists them");
		return;
	}
	if (before_verb(cli, argv[1]))
		return;
	verb = cli_find_verb(cli, argv[1]);
	if (verb == NULL)
		return;
	if (opt_parse(&cli->opt, verb->bit, argc - 2, argv + 2, &err) != NINES_OK) {
		cli_fail(cli, &err);
		return;
	}
	if (cli->opt.version) {
		show_version();
		return;
	}
	if (cli->opt.help) {
		cli->opt.operand = &argv[1];
		cli->opt.operands = 1;
		cmd_help(cli);
		return;
	}
	if (term_style(cli))
		verb->run(cli);
}

int main(int argc, char **argv)
{
	struct cli cli = { .io = *nines_io_system() };

	if (!occupy_standard_streams()) {
		(void)fputs(
		    "nines: /dev/null cannot be opened in place of a closed stream\n", stderr);
		return CLI_FAILED;
	}
	(void)signal(SIGXFSZ, SIG_IGN); /* a file size limit is a write error, not a death */
	cli.now = cli.io.now_ns(cli.io.ctx) / 1000000000;
	run(&cli, argc, argv);
	flush(&cli);
	inputs_free(&cli);
	nines_spec_free(cli.spec);
	return (int)cli.exit;
}
