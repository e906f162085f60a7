#include "saver.h"

#include <string.h>

#include "outputs.h"

void saver_line(
    void *ctx, const char *source, uint64_t number, const char *reason, const char *line, size_t n)
{
	struct saver *saver = ctx;

	(void)source;
	(void)number;
	(void)reason;
	if (saver->left == 0)
		return;
	saver->left--;
	(void)nines_output_write(saver->output, line, n);
	(void)nines_output_write(saver->output, "\n", 1);
}

int saver_open(struct saver *saver, struct cli *cli)
{
	const char *typed = cli->opt.save_unparsed, *colon = strrchr(typed, ':'), *digit;
	size_t n = strlen(typed);
	struct nines_error err = { 0 };
	uint64_t lines = 0;
	char path[4096];

	saver->left = 1000;
	if (colon != NULL && colon[1] != '\0') {
		for (digit = colon + 1; *digit >= '0' && *digit <= '9' && lines < 1000000000;
		     digit++)
			lines = lines * 10 + (uint64_t)(*digit - '0');
		if (*digit == '\0') {
			saver->left = lines;
			n = (size_t)(colon - typed);
		}
	}
	if (n >= sizeof path) {
		cli_complain(cli, "--save-unparsed: the name is too long");
		return 0;
	}
	memcpy(path, typed, n);
	path[n] = '\0';
	if (!outputs_check_path(cli, "--save-unparsed", path))
		return 0;
	if (nines_output_open(&saver->output, &cli->io, path, &err) != NINES_OK)
		cli_fail(cli, &err);
	return saver->output != NULL;
}

void saver_close(struct saver *saver, struct cli *cli)
{
	struct nines_error err = { 0 };

	if (saver->output == NULL)
		return;
	if (nines_output_commit(saver->output, &err) != NINES_OK)
		cli_fail(cli, &err);
	nines_output_free(saver->output);
}
