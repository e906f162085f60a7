/* Saving unparsed lines, for whoever wants to see them. */
#ifndef SAVER_H
#define SAVER_H
#include "cli.h"

struct saver {
	struct nines_output *output;
	uint64_t left; /* so many more lines are kept */
};
/* To --save-unparsed's FILE or FILE:N.  0 after complaining. */
int saver_open(struct saver *saver, struct cli *cli);
/* A nines_reading's reject, whose ctx is a struct saver; what fails is told by saver_close. */
void saver_line(
    void *ctx, const char *source, uint64_t number, const char *reason, const char *line, size_t n);
void saver_close(struct saver *saver, struct cli *cli);
#endif
