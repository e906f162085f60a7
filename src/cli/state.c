#include "state.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_NAME   "nines.db"
#define JOURNAL     "-journal"
#define SYSTEM      "/var/lib/nines"
#define WAIT_S      60
#define WAIT_S_MOST 86400

/* 0 when the path does not fit. */
static int set_path(struct state *state, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static int set_path(struct state *state, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(state->path, sizeof state->path, fmt, ap);
	va_end(ap);
	return n > 0 && (size_t)n < sizeof state->path;
}

static const char *variable(const char *name)
{
	const char *value = getenv(name);

	return value != NULL && *value != '\0' ? value : NULL;
}

/* Several folders are separated by colons; the first is the state's. */
static int from_systemd(struct state *state)
{
	const char *folder = variable("STATE_DIRECTORY");

	return folder != NULL &&
	    set_path(state, "%.*s/" FILE_NAME, (int)strcspn(folder, ":"), folder);
}

static int is_usable(const struct state *state, enum nines_store_mode mode)
{
	return mode == NINES_STORE_WRITE || access(state->path, F_OK) == 0;
}

static int at_default(struct state *state, enum nines_store_mode mode)
{
	const char *xdg = variable("XDG_STATE_HOME"), *home = variable("HOME");

	if ((mode == NINES_STORE_READ || access(SYSTEM, W_OK | X_OK) == 0) &&
	    set_path(state, SYSTEM "/" FILE_NAME) && is_usable(state, mode))
		return 1;
	if (xdg != NULL && *xdg == '/')
		return set_path(state, "%s/nines/" FILE_NAME, xdg) && is_usable(state, mode);
	return home != NULL && set_path(state, "%s/.local/state/nines/" FILE_NAME, home) &&
	    is_usable(state, mode);
}

static const char *named(const struct cli *cli)
{
	if (cli->opt.state != NULL)
		return cli->opt.state;
	return cli->spec != NULL ? nines_spec_state(cli->spec) : NULL;
}

int state_find(struct cli *cli, enum nines_store_mode mode, struct state *state)
{
	const char *path = named(cli);

	state->origin = STATE_NAMED;
	if (path != NULL && *path == '\0') {
		cli_complain(cli, "--state names no file");
		return 0;
	}
	if (path != NULL) {
		if (set_path(state, "%s", path))
			return 1;
		cli_complain(cli, "the store's path is too long");
		return 0;
	}
	if (from_systemd(state))
		return 1;
	state->origin = STATE_DEFAULT;
	if (at_default(state, mode))
		return 1;
	state->origin = STATE_NONE;
	state->path[0] = '\0';
	if (mode == NINES_STORE_READ)
		return 1;
	cli_complain(cli,
	    "no place for the store: name one with --state, with `state:` in the config, or set"
	    " HOME");
	return 0;
}

/* The folders of a default place, as the XDG Base Directory Specification asks. */
static void make_folders(const struct state *state)
{
	char folder[STATE_PATH_MAX];

	for (const char *slash = strchr(state->path + 1, '/'); slash != NULL;
	     slash = strchr(slash + 1, '/')) {
		const size_t n = (size_t)(slash - state->path);

		memcpy(folder, state->path, n);
		folder[n] = '\0';
		(void)mkdir(folder, 0700);
	}
}

static int wait_s(struct cli *cli, unsigned *seconds)
{
	struct nines_error err = { 0 };
	int64_t ns;

	*seconds = WAIT_S;
	if (cli->opt.wait == NULL)
		return 1;
	if (nines_parse_duration(cli->opt.wait, &ns, &err) != NINES_OK) {
		cli_complain(cli, "--wait: %s", err.text);
		return 0;
	}
	ns = (ns + 999999999) / 1000000000;
	*seconds = ns < WAIT_S_MOST ? (unsigned)ns : WAIT_S_MOST;
	return 1;
}

int state_exists(struct cli *cli, const struct state *state)
{
	if (access(state->path, F_OK) == 0 || errno != ENOENT)
		return 1;
	cli_complain(cli, "%s: there is no store yet; nines ingest makes it", state->path);
	return 0;
}

static int same_file(const char *a, const char *b)
{
	struct stat x, y;

	return strcmp(a, b) == 0 ||
	    (stat(a, &x) == 0 && stat(b, &y) == 0 && S_ISREG(x.st_mode) && x.st_dev == y.st_dev &&
	        x.st_ino == y.st_ino);
}

int state_is_of(const char *store, const char *path)
{
	struct state journal;

	return same_file(store, path) ||
	    (set_path(&journal, "%s" JOURNAL, store) && same_file(journal.path, path));
}

int state_is_no_input(struct cli *cli, const struct state *state)
{
	for (size_t i = 0; cli->inputs_made && i < cli->inputs.gl_pathc; i++)
		if (state_is_of(state->path, cli->inputs.gl_pathv[i])) {
			cli_complain(cli, "'%s' is the store, not a log", cli->inputs.gl_pathv[i]);
			return 0;
		}
	return 1;
}

struct nines_store *state_open(
    struct cli *cli, enum nines_store_mode mode, const struct state *state)
{
	struct nines_store *store = NULL;
	struct nines_error err = { 0 };
	unsigned seconds;

	if (!wait_s(cli, &seconds))
		return NULL;
	if (mode == NINES_STORE_READ && !state_exists(cli, state))
		return NULL;
	if (mode == NINES_STORE_WRITE && state->origin == STATE_DEFAULT)
		make_folders(state);
	if (nines_store_open(&store, state->path, mode, seconds, &err) != NINES_OK) {
		cli_fail(cli, &err);
		return NULL;
	}
	return store;
}
