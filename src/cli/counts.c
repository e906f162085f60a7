#include "counts.h"

#include <stdio.h>
#include <string.h>

int counts_check(struct cli *cli, int bounded)
{
	const struct opt *o = &cli->opt;
	const struct {
		const char *name;
		int given;
	} for_logs[] = {
		{ "--since", bounded && o->since != NULL },
		{ "--until", bounded && o->until != NULL },
		{ "--bucket", o->bucket != NULL },
		{ "--save-unparsed", o->save_unparsed != NULL },
		{ "--allow-missing", o->allow_missing },
	};

	if (o->counts && o->state != NULL) {
		cli_complain(cli, "--state answers without files; leave out either it or them");
		return 0;
	}
	if (!o->counts && o->allow_duplicates) {
		cli_complain(
		    cli, "--allow-duplicates is for partial counts: it goes with --counts");
		return 0;
	}
	for (size_t i = 0; o->counts && i < sizeof for_logs / sizeof *for_logs; i++)
		if (for_logs[i].given) {
			cli_complain(cli,
			    "%s is for logs, not for counts of them; give it to nines count",
			    for_logs[i].name);
			return 0;
		}
	return 1;
}

/* Parts that cannot be understood are input that cannot be read: exit 3. */
static void tell(struct cli *cli, const struct nines_error *err)
{
	if (err->code != NINES_E_SYNTAX && err->code != NINES_E_LIMIT) {
		cli_fail(cli, err);
		return;
	}
	(void)fputs("nines: ", stderr);
	if (err->source[0] != '\0') {
		(void)fputs(err->source, stderr);
		if (err->line > 0)
			(void)fprintf(stderr, ":%u", err->line);
		(void)fputs(": ", stderr);
	}
	(void)fprintf(stderr, "%s\n", err->text);
	cli_exit(cli, CLI_UNKNOWN);
}

int counts_read(struct cli *cli, struct nines_parts **parts)
{
	const struct nines_parts_order order = {
		.path = (const char *const *)cli->inputs.gl_pathv,
		.paths = cli->inputs.gl_pathc,
		.allow_duplicates = cli->opt.allow_duplicates,
	};
	struct nines_error err = { 0 };

	if (nines_parts_read(parts, &cli->io, &order, &err) == NINES_OK)
		return 1;
	tell(cli, &err);
	return 0;
}

void counts_show_notes(const struct cli *cli, const struct nines_parts *parts)
{
	struct nines_note note;

	for (size_t i = 0; nines_parts_note(parts, i, &note); i++)
		if (note.text != NULL && !note.whole && !cli->opt.quiet)
			cli_note(&note);
}

int counts_tally(struct cli *cli, struct nines_tally **tally)
{
	struct nines_error err = { 0 };
	struct nines_parts *parts;
	enum nines_status rc;

	if (!counts_read(cli, &parts))
		return 0;
	rc = nines_parts_tally(tally, parts, cli->spec, &err);
	if (rc != NINES_OK) {
		counts_show_notes(cli, parts);
		tell(cli, &err);
	}
	nines_parts_free(parts);
	return rc == NINES_OK;
}
