#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The text of a config that the options --log-format, --valid, --good and --objective stand for. */
struct text {
	char p[64 << 10];
	size_t n;
	int full;
};

static void put(struct text *t, const char *s)
{
	size_t n = strlen(s);

	if (n >= sizeof t->p - t->n) {
		t->full = 1;
		return;
	}
	memcpy(t->p + t->n, s, n + 1);
	t->n += n;
}

/* A YAML single-quoted scalar: any text without line ends. */
static void put_quoted(struct text *t, const char *s, size_t n)
{
	put(t, "'");
	for (size_t i = 0; i < n; i++) {
		const char c[3] = { s[i], s[i] == '\'' ? '\'' : '\0', '\0' };

		put(t, c);
	}
	put(t, "'");
}

static int has_line_end(const char *s)
{
	return strpbrk(s, "\r\n") != NULL;
}

/* --valid and --good: FIELD=REGEX, several of them on lines of their own. */
static int put_rules(struct cli *cli, struct text *t, const char *name, const char *indent,
    const struct opt_list *rules)
{
	put(t, indent);
	put(t, name);
	put(t, ":\n");
	for (size_t i = 0; i < rules->used; i++) {
		const char *rule = rules->item[i], *equals = strchr(rule, '=');

		if (equals == NULL || equals == rule || has_line_end(rule)) {
			cli_complain(
			    cli, "--%s takes FIELD=REGEX, as in --%s 'status=^[234]'", name, name);
			return 0;
		}
		for (size_t k = 0; k < i; k++)
			if (strncmp(rules->item[k], rule, (size_t)(equals - rule) + 1) == 0) {
				cli_complain(cli,
				    "--%s names %.*s twice; one regex must say both, or a config",
				    name, (int)(equals - rule), rule);
				return 0;
			}
		put(t, indent);
		put(t, "  ");
		put_quoted(t, rule, (size_t)(equals - rule));
		put(t, ": ");
		put_quoted(t, equals + 1, strlen(equals + 1));
		put(t, "\n");
	}
	return 1;
}

static int put_config(struct cli *cli, struct text *t)
{
	const struct opt *o = &cli->opt;

	put(t, "version: 1\n");
	if (o->log_format != NULL) {
		if (has_line_end(o->log_format)) {
			cli_complain(
			    cli, "--log-format takes one line; put longer ones into a config");
			return 0;
		}
		put(t, "logs:\n  format: ");
		if (o->log_format[0] == '{') /* a map, as a config would write it */
			put(t, o->log_format);
		else
			put_quoted(t, o->log_format, strlen(o->log_format));
		put(t, "\n");
	}
	put(t, "journeys:\n- name: requests\n");
	if (o->valid.used > 0 && !put_rules(cli, t, "valid", "  ", &o->valid))
		return 0;
	put(t, "  slis:\n  - name: good\n");
	if (!put_rules(cli, t, "good", "    ", &o->good))
		return 0;
	if (o->objective != NULL) {
		put(t, "    objective: ");
		put_quoted(t, o->objective, strlen(o->objective));
		put(t, "\n");
	}
	if (t->full)
		cli_complain(cli, "these options are too long; put them into a config");
	return !t->full;
}

static int from_options(struct cli *cli)
{
	struct nines_error err = { 0 };
	struct text text = { .n = 0 };
	enum nines_status rc;

	if (cli->opt.good.used == 0) {
		cli_complain(cli,
		    "without a config, --good must say what good means, as in --good"
		    " 'status=^[234]'");
		return 0;
	}
	if (!put_config(cli, &text))
		return 0;
	rc = nines_spec_parse(&cli->spec, &cli->io, "(options)", text.p, text.n, &err);
	if (rc != NINES_OK && rc != NINES_E_SYNTAX)
		cli_fail(cli, &err);
	return cli->spec != NULL;
}

static const char *search(void)
{
	static const char *const places[] = { "nines.yaml", "/etc/nines/nines.yaml" };
	const char *named = getenv("NINES_CONFIG");

	if (named != NULL && *named != '\0')
		return named;
	for (size_t i = 0; i < sizeof places / sizeof *places; i++)
		if (access(places[i], F_OK) == 0)
			return places[i];
	return NULL;
}

int config_exists(const struct cli *cli)
{
	return cli->opt.config != NULL || search() != NULL;
}

int config_find(struct cli *cli)
{
	const struct opt *o = &cli->opt;
	int by_options =
	    o->log_format != NULL || o->valid.used > 0 || o->good.used > 0 || o->objective != NULL;
	const char *path = o->config;
	struct nines_error err = { 0 };

	if (by_options && path != NULL) {
		cli_complain(cli,
		    "--log-format, --valid, --good and --objective stand for a config;"
		    " use them or -c, not both");
		return 0;
	}
	if (by_options)
		return from_options(cli);
	if (path == NULL)
		path = search();
	if (path == NULL) {
		cli_complain(cli,
		    "no config: there is no ./nines.yaml and no /etc/nines/nines.yaml;"
		    " name one with -c, or say what good means with --valid, --good and --objective");
		return 0;
	}
	cli->config = path;
	(void)nines_spec_load(&cli->spec, &cli->io, path, &err);
	if (cli->spec == NULL)
		cli_fail(cli, &err);
	return cli->spec != NULL;
}

static void show_finding(const struct nines_finding *f, FILE *to)
{
	static const char *const severity[] = {
		[NINES_ERROR] = "error",
		[NINES_WARNING] = "warning",
		[NINES_ADVICE] = "advice",
	};

	(void)nines_visible(f->source, strlen(f->source), cli_write, to);
	if (f->line > 0)
		(void)fprintf(to, ":%u:%u", f->line, f->column);
	(void)fprintf(to, ": %s: %s\n", severity[f->severity], f->text);
	if (f->line > 0 && f->excerpt != NULL) {
		(void)fprintf(to, "  | %s\n  | %*s^", f->excerpt, (int)f->column - 1, "");
		for (unsigned i = 1; i < f->width; i++)
			(void)fputc('~', to);
		(void)fputc('\n', to);
	}
	if (f->hint != NULL)
		(void)fprintf(to, "  hint: %s\n", f->hint);
}

void config_show(const struct cli *cli, enum nines_severity least, FILE *to)
{
	for (size_t i = 0; i < nines_spec_findings(cli->spec); i++) {
		const struct nines_finding *f = nines_spec_finding(cli->spec, i);

		if (f->severity <= least)
			show_finding(f, to);
	}
}

int config_load(struct cli *cli)
{
	if (!config_find(cli))
		return 0;
	config_show(cli, cli->opt.verbose ? NINES_ADVICE : NINES_ERROR, stderr);
	for (size_t i = 0; i < nines_spec_findings(cli->spec); i++)
		if (nines_spec_finding(cli->spec, i)->severity == NINES_ERROR) {
			cli_exit(cli, CLI_FAILED);
			return 0;
		}
	return 1;
}
