/* The command line.  One struct holds the program's state; verbs are rows of a table; the exit
 * status has one setter that can only worsen. */
#ifndef CLI_H
#define CLI_H
#include "nines.h"
#include "opt.h"
#include <glob.h>

enum cli_exit {
	CLI_OK = 0,
	CLI_MISSED = 1,  /* measured and missed; `check`: findings */
	CLI_FAILED = 2,  /* usage, config, internal error, or an output that could not be written */
	CLI_UNKNOWN = 3, /* cannot tell: some input was not read, or not understood */
	CLI_BUSY = 75,   /* another run holds the store: try again (EX_TEMPFAIL of sysexits.h) */
};

#define CLI_AHEAD_S 86400 /* an event further ahead of the clock than this cannot be right */

struct cli {
	struct opt opt;
	struct nines_io io; /* the system's, with a read that Ctrl-C can end */
	int64_t now;        /* read once; --as-of replaces it */
	enum cli_exit exit;
	struct nines_spec *spec;
	const char *config; /* the file it was read from; NULL: options stood for it */
	const char *store;  /* the store that is read, or NULL */
	glob_t inputs;      /* operands with their globs expanded */
	int inputs_made;
	struct nines_style style; /* of standard output */
};

struct cli_verb {
	const char *name, *operands, *summary;
	enum opt_verb bit;
	void (*run)(struct cli *cli);
};
const struct cli_verb *cli_verb(size_t i); /* NULL ends */
/* NULL after complaining, with the verb that was probably meant. */
const struct cli_verb *cli_find_verb(struct cli *cli, const char *name);

/* Worsens the exit status: 2 over 75 over 1 over 3 over 0. */
void cli_exit(struct cli *cli, enum cli_exit status);
/* Prints "nines: [source: ]text" to standard error and sets status 2, or 75 for NINES_E_BUSY. */
void cli_fail(struct cli *cli, const struct nines_error *err);
/* The same for a text of our own. */
void cli_complain(struct cli *cli, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Prints a note the same way; the status stays. */
void cli_note(const struct nines_note *note);
/* Writes to a FILE: a nines_write_fn whose ctx is the stream. */
nines_write_fn cli_write;

/* One function for each verb, one file for each family. */
void cmd_report(struct cli *cli);
void cmd_gate(struct cli *cli);
void cmd_backfill(struct cli *cli);
void cmd_ingest(struct cli *cli);
void cmd_count(struct cli *cli);
void cmd_merge(struct cli *cli);
void cmd_check(struct cli *cli);
void cmd_explain(struct cli *cli);
void cmd_store(struct cli *cli);
void cmd_formats(struct cli *cli);
void cmd_schema(struct cli *cli);
void cmd_help(struct cli *cli);
#endif
