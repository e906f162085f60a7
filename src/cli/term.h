/* The terminal: how wide, which characters, which colours, and the progress line on standard error.
 */
#ifndef TERM_H
#define TERM_H
#include "cli.h"

/* Fills cli->style for standard output from the options, the terminal and the environment
 * (NO_COLOR, TERM, LC_ALL, LC_CTYPE, LANG).  0 after complaining about a bad option value. */
int term_style(struct cli *cli);

struct term_progress {
	struct cli *cli;
	enum { TERM_NONE, TERM_LINE, TERM_PLAIN } how;
	int64_t started_ns, shown_ns;
	int shown; /* a progress line stands on the screen */
};
int term_progress_init(struct term_progress *p, struct cli *cli);
nines_progress_fn term_progress; /* ctx is the struct term_progress */
void term_progress_end(struct term_progress *p);
#endif
