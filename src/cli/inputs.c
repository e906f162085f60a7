#include "inputs.h"

#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A pattern that matches exactly this name, whatever characters are in it. */
static int literal(const char *name, char pattern[2 * PATH_MAX])
{
	size_t n = 0;

	for (; *name != '\0'; name++) {
		if (n + 3 > 2 * PATH_MAX)
			return 0;
		if (strchr("*?[]\\", *name) != NULL)
			pattern[n++] = '\\';
		pattern[n++] = *name;
	}
	pattern[n] = '\0';
	return 1;
}

static int exists(const char *name)
{
	struct stat st;

	return lstat(name, &st) == 0;
}

/* A glob is expanded; a name is kept even when there is no such file, so that its absence is
 * reported with the rest.  What glob() returns. */
static int list(struct cli *cli, const char *name)
{
	int flags = cli->inputs_made ? GLOB_APPEND : 0, rc;
	char pattern[2 * PATH_MAX];

	if (exists(name) && literal(name, pattern))
		rc = glob(pattern, flags, NULL, &cli->inputs);
	else if (strpbrk(name, "*?[") == NULL)
		rc = glob(name, flags | GLOB_NOCHECK | GLOB_NOESCAPE, NULL, &cli->inputs);
	else
		rc = glob(name, flags, NULL, &cli->inputs);
	cli->inputs_made |= rc == 0;
	return rc;
}

static int add(struct cli *cli, const char *name)
{
	const int rc = list(cli, name);

	if (rc == GLOB_NOMATCH)
		cli_complain(cli, "no file matches '%s'", name);
	else if (rc != 0)
		cli_complain(cli, "cannot list '%s'", name);
	return rc == 0;
}

/* A terminal is not an input unless '-' names it: nothing should seem to hang. */
static int stdin_is_input(void)
{
	struct stat st;

	return fstat(STDIN_FILENO, &st) == 0 &&
	    (S_ISFIFO(st.st_mode) || S_ISREG(st.st_mode) || S_ISSOCK(st.st_mode));
}

int inputs_find(struct cli *cli)
{
	const int from_config = cli->opt.operands == 0 && cli->spec != NULL && !cli->opt.counts;
	size_t files = from_config ? nines_spec_files(cli->spec) : 0;

	for (size_t i = 0; i < cli->opt.operands; i++)
		if (!add(cli, cli->opt.operand[i]))
			return 0;
	for (size_t i = 0; i < files; i++)
		if (!add(cli, nines_spec_file(cli->spec, i)))
			return 0;
	if (cli->inputs_made)
		return 1;
	if (stdin_is_input())
		return add(cli, "-");
	if (cli->spec == NULL || cli->opt.counts)
		cli_complain(cli,
		    "nothing to read: name files of partial counts, or '-' for standard input");
	else
		cli_complain(cli,
		    "nothing to read: name a log, '-' for standard input, or set logs.files in"
		    " the config");
	return 0;
}

void inputs_again(struct cli *cli)
{
	const size_t operands = cli->opt.operands, files = nines_spec_files(cli->spec);

	inputs_free(cli);
	for (size_t i = 0; i < operands; i++)
		(void)list(cli, cli->opt.operand[i]);
	for (size_t i = 0; operands == 0 && i < files; i++)
		(void)list(cli, nines_spec_file(cli->spec, i));
	if (operands == 0 && files == 0)
		(void)list(cli, "-");
}

void inputs_free(struct cli *cli)
{
	if (cli->inputs_made)
		globfree(&cli->inputs);
	cli->inputs_made = 0;
}
