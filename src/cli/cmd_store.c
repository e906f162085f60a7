#include <stdio.h>
#include <string.h>

#include "config.h"
#include "outputs.h"
#include "state.h"

/* What the verb is asked to do, by its first operand. */
struct task {
	const char *name;
	int operands; /* after the name */
	enum nines_store_mode mode;
	int needs_config;
	enum nines_status (*run)(
	    struct cli *cli, struct nines_store *store, struct nines_error *err);
};

static enum nines_status info(struct cli *cli, struct nines_store *store, struct nines_error *err)
{
	const struct opt_list *format = &cli->opt.format;

	return nines_store_info(store, format->used > 0 ? format->item[0] : "text",
	    cli->opt.verbose, cli_write, stdout, err);
}

static enum nines_status verify(struct cli *cli, struct nines_store *store, struct nines_error *err)
{
	size_t findings = 0;
	enum nines_status rc = nines_store_verify(store, cli_write, stdout, &findings, err);

	if (rc != NINES_OK)
		return rc;
	if (findings > 0)
		cli_complain(
		    cli, "the store is damaged: %zu finding%s", findings, findings == 1 ? "" : "s");
	else if (!cli->opt.quiet)
		(void)puts("ok");
	return NINES_OK;
}

static FILE *unless_quiet(const struct cli *cli)
{
	return cli->opt.quiet ? NULL : stdout;
}

static enum nines_status prune(struct cli *cli, struct nines_store *store, struct nines_error *err)
{
	return nines_store_prune(
	    store, cli->spec, cli->opt.dry_run, cli_write, unless_quiet(cli), err);
}

static enum nines_status forget(struct cli *cli, struct nines_store *store, struct nines_error *err)
{
	return nines_store_forget(
	    store, cli->opt.operand[1], cli->opt.dry_run, cli_write, unless_quiet(cli), err);
}

/* clang-format off */
static const struct task tasks[] = {
	{ "info",   0, NINES_STORE_READ,  0, info   },
	{ "verify", 0, NINES_STORE_READ,  0, verify },
	{ "prune",  0, NINES_STORE_WRITE, 1, prune  },
	{ "forget", 1, NINES_STORE_WRITE, 0, forget },
};
/* clang-format on */
#define TASKS (sizeof tasks / sizeof *tasks)

static const struct task *find(struct cli *cli)
{
	const char *typed = cli->opt.operands > 0 ? cli->opt.operand[0] : "", *names[TASKS], *near;

	for (size_t i = 0; i < TASKS; i++) {
		names[i] = tasks[i].name;
		if (strcmp(tasks[i].name, typed) == 0)
			return &tasks[i];
	}
	near = opt_nearest(typed, names, TASKS);
	if (*typed == '\0')
		cli_complain(cli, "nines store does what: info, verify, prune or forget?");
	else if (near != NULL)
		cli_complain(cli, "nines store cannot '%s'; did you mean %s?", typed, near);
	else
		cli_complain(
		    cli, "nines store cannot '%s'; it can info, verify, prune and forget", typed);
	return NULL;
}

static int check(struct cli *cli, const struct task *task)
{
	const struct opt *o = &cli->opt;
	const size_t wanted = (size_t)task->operands + 1;

	if (o->operands < wanted) {
		cli_complain(cli, "which log shall be forgotten? nines store info lists them");
		return 0;
	}
	if (o->operands > wanted) {
		cli_complain(
		    cli, "nines store %s: '%s' is too many", task->name, o->operand[wanted]);
		return 0;
	}
	if (o->format.used > 1 || (o->format.used == 1 && task->run != info)) {
		cli_complain(cli, "-f is for nines store info, and for one format");
		return 0;
	}
	return outputs_check(cli, nines_store_format);
}

/* A config is needed only for what it says: where the store is, and how long minutes are kept. */
static int load_config(struct cli *cli, const struct task *task)
{
	if (!task->needs_config && (cli->opt.state != NULL || !config_exists(cli)))
		return 1;
	return config_load(cli);
}

static struct nines_store *open_store(struct cli *cli, enum nines_store_mode mode)
{
	struct state state;

	/* There must be one, even for writing. */
	if (!state_find(cli, NINES_STORE_READ, &state))
		return NULL;
	if (state.origin == STATE_NONE) {
		cli_complain(cli, "which store? name it with --state; nines ingest makes one");
		return NULL;
	}
	return state_exists(cli, &state) ? state_open(cli, mode, &state) : NULL;
}

void cmd_store(struct cli *cli)
{
	const struct task *task = find(cli);
	struct nines_store *store = NULL;
	struct nines_error err = { 0 };

	if (task == NULL || !check(cli, task) || !load_config(cli, task))
		return;
	store = open_store(cli, task->mode);
	if (store != NULL && task->run(cli, store, &err) != NINES_OK)
		cli_fail(cli, &err);
	nines_store_free(store);
}
