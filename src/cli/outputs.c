#include "outputs.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "state.h"

const char *outputs_path(const struct opt *opt, size_t i)
{
	const char *equals = strchr(opt->format.item[i], '=');

	return equals != NULL ? equals + 1 : opt->output;
}

static int ignore(void *ctx, const char *p, size_t n)
{
	(void)ctx;
	(void)p;
	(void)n;
	return 0;
}

static int is_log_format(const char *name)
{
	return nines_formats(name, ignore, NULL, NULL) == NINES_OK;
}

static int known_format(struct cli *cli, outputs_format_fn *format, const char *typed)
{
	size_t n = strcspn(typed, "="), used = 0;
	char list[256] = "";
	const char *known;

	for (size_t i = 0; (known = format(i)) != NULL; i++) {
		const char *glue = i == 0 ? "" : format(i + 1) != NULL ? ", " : " and ";

		if (strlen(known) == n && memcmp(known, typed, n) == 0)
			return 1;
		if (used < sizeof list)
			used +=
			    (size_t)snprintf(list + used, sizeof list - used, "%s%s", glue, known);
	}
	cli_complain(cli, "unknown format '%s'; there are %s%s", typed, list,
	    is_log_format(typed) ? "; what a log is written in is said by --log-format" : "");
	return 0;
}

/* Devices and pipes may be written to by many; a regular file is one thing only. */
static int same_file(const char *a, const char *b)
{
	struct stat x, y;

	return stat(a, &x) == 0 && stat(b, &y) == 0 && S_ISREG(x.st_mode) && x.st_dev == y.st_dev &&
	    x.st_ino == y.st_ino;
}

/* An output would replace what it was made from. */
static int spares_inputs(struct cli *cli, const char *path)
{
	for (size_t i = 0; i < cli->inputs.gl_pathc; i++)
		if (same_file(path, cli->inputs.gl_pathv[i])) {
			cli_complain(cli, "'%s' is an input; writing there would destroy it", path);
			return 0;
		}
	if (cli->store != NULL && state_is_of(cli->store, path)) {
		cli_complain(cli, "'%s' is the store; writing there would destroy it", path);
		return 0;
	}
	if (cli->config == NULL || !same_file(path, cli->config))
		return 1;
	cli_complain(cli, "'%s' is the config; writing there would destroy it", path);
	return 0;
}

static int is_free(struct cli *cli, size_t i, const char *path)
{
	struct stat st;

	for (size_t k = 0; k < i; k++) {
		const char *other = outputs_path(&cli->opt, k);

		if (other == NULL || (stat(path, &st) == 0 && !S_ISREG(st.st_mode)))
			continue;
		if (strcmp(path, other) == 0 || same_file(path, other)) {
			cli_complain(
			    cli, "two outputs go to '%s'; give each a FILE of its own", path);
			return 0;
		}
	}
	return 1;
}

int outputs_check_path(struct cli *cli, const char *option, const char *path)
{
	if (path == NULL)
		return 1;
	if (*path == '\0') {
		cli_complain(cli, "%s names no file", option);
		return 0;
	}
	return spares_inputs(cli, path);
}

int outputs_check(struct cli *cli, outputs_format_fn *format)
{
	const struct opt *opt = &cli->opt;
	int taken = opt->output == NULL || opt->format.used == 0;

	for (size_t i = 0; i < opt->format.used; i++) {
		const char *path = outputs_path(opt, i);

		if (!known_format(cli, format, opt->format.item[i]) ||
		    !outputs_check_path(cli, opt->format.item[i], path))
			return 0;
		if (path != NULL && !is_free(cli, i, path))
			return 0;
		taken |= path == opt->output;
	}
	if (!taken)
		cli_complain(
		    cli, "-o %s is for no output: every -f names a FILE of its own", opt->output);
	return taken && outputs_check_path(cli, "-o", opt->output);
}

void outputs_write(struct cli *cli, const char *path, outputs_write_fn *write, const void *what)
{
	struct nines_error err = { 0 };
	struct nines_output *output;

	if (nines_output_open(&output, &cli->io, path, &err) != NINES_OK) {
		cli_fail(cli, &err);
		return;
	}
	if (write(what, nines_output_write, output, &err) != NINES_OK ||
	    nines_output_commit(output, &err) != NINES_OK) {
		if (err.source[0] == '\0')
			(void)snprintf(err.source, sizeof err.source, "%s",
			    path != NULL ? path : "standard output");
		cli_fail(cli, &err);
	}
	nines_output_free(output);
}
