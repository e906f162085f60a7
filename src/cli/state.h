/* The state: which store a run uses.  --state, else the config's `state:`, else nines.db in
 * $STATE_DIRECTORY (systemd.exec(5)), else a default place: /var/lib/nines, or
 * $XDG_STATE_HOME/nines (~/.local/state/nines) for those who may not write there. */
#ifndef STATE_H
#define STATE_H
#include "cli.h"

#define STATE_PATH_MAX 4096

enum state_origin {
	STATE_NONE,    /* reading: nothing names a store and no default place holds one */
	STATE_DEFAULT, /* a default place; when reading, there is a file */
	STATE_NAMED,   /* whether or not there is one */
};
struct state {
	enum state_origin origin;
	char path[STATE_PATH_MAX]; /* "" with STATE_NONE */
};
/* cli->spec may be NULL.  0 after complaining. */
int state_find(struct cli *cli, enum nines_store_mode mode, struct state *state);
/* 0 after complaining that there is no file yet. */
int state_exists(struct cli *cli, const struct state *state);
/* Whether path is the store of this name, or the journal that belongs to it. */
int state_is_of(const char *store, const char *path);
/* The store is no log.  0 after complaining that an input is it. */
int state_is_no_input(struct cli *cli, const struct state *state);
/* Opens that store, waiting for another run as long as --wait says.  NULL after complaining. */
struct nines_store *state_open(
    struct cli *cli, enum nines_store_mode mode, const struct state *state);
#endif
