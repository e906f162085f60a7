#define _DEFAULT_SOURCE 1 /* struct winsize */
#include "term.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static int is_one_of(const char *text, const char *const *name, int n)
{
	for (int i = 0; i < n; i++)
		if (strcmp(text, name[i]) == 0)
			return i;
	return -1;
}

static int set_in_environment(const char *name)
{
	const char *value = getenv(name);

	return value != NULL && *value != '\0';
}

/* What nl_langinfo(CODESET) would say, without switching the process to the user's locale. */
static int locale_is_utf8(void)
{
	static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const char *value = getenv(names[i]);

		if (value == NULL || *value == '\0')
			continue;
		return strstr(value, "UTF-8") != NULL || strstr(value, "utf8") != NULL ||
		    strstr(value, "UTF8") != NULL || strstr(value, "utf-8") != NULL;
	}
	return 0;
}

static unsigned terminal_width(void)
{
	struct winsize size;

	if (!isatty(STDOUT_FILENO))
		return 0;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		return size.ws_col;
	return 80;
}

int term_style(struct cli *cli)
{
	static const char *const when[] = { "auto", "always", "never" };
	const char *term = getenv("TERM");
	int color = cli->opt.color == NULL ? 0 : is_one_of(cli->opt.color, when, 3);

	if (color < 0) {
		cli_complain(cli, "--color is auto, always or never, not '%s'", cli->opt.color);
		return 0;
	}
	cli->style = (struct nines_style){
		.width = terminal_width(),
		.color = color == 1 ||
		    (color == 0 && isatty(STDOUT_FILENO) && !set_in_environment("NO_COLOR") &&
		        term != NULL && strcmp(term, "dumb") != 0),
		.ascii = cli->opt.ascii || !locale_is_utf8(),
		.verbose = cli->opt.verbose,
	};
	return 1;
}

#define SECOND INT64_C(1000000000)

int term_progress_init(struct term_progress *p, struct cli *cli)
{
	static const char *const how[] = { "auto", "plain", "none" };
	int chosen = cli->opt.progress == NULL ? 0 : is_one_of(cli->opt.progress, how, 3);

	if (chosen < 0) {
		cli_complain(cli, "--progress is auto, plain or none, not '%s'", cli->opt.progress);
		return 0;
	}
	*p = (struct term_progress){ .cli = cli, .how = TERM_NONE };
	if (chosen == 1)
		p->how = TERM_PLAIN;
	else if (chosen == 0 && isatty(STDERR_FILENO) && !cli->opt.quiet)
		p->how = TERM_LINE;
	if (p->how != TERM_NONE)
		p->started_ns = p->shown_ns = cli->io.now_ns(cli->io.ctx);
	return 1;
}

static void describe(const struct nines_progress *now, int64_t elapsed_ns, char *text, size_t n)
{
	double done = (double)now->bytes_done, total = (double)now->bytes_total;
	double elapsed = (double)elapsed_ns / 1e9;
	unsigned left;

	if (now->bytes_total == 0 || now->bytes_done == 0 || done > total) {
		(void)snprintf(text, n, "%llu lines read, %.1f MB", (unsigned long long)now->lines,
		    done / 1e6);
		return;
	}
	left = (unsigned)(elapsed * (total - done) / done + 0.5);
	(void)snprintf(text, n,
	    "%3.0f %%  %.1f of %.1f MB, %zu of %zu files, %llu lines, %u:%02u left",
	    100 * done / total, done / 1e6, total / 1e6, now->sources_done, now->sources,
	    (unsigned long long)now->lines, left / 60, left % 60);
}

/* A line that redraws itself after the first second; with `plain` a new line every five. */
void term_progress(void *ctx, const struct nines_progress *now)
{
	struct term_progress *p = ctx;
	int64_t t, every = p->how == TERM_PLAIN ? 5 * SECOND : SECOND / 10;
	char text[160];

	if (p->how == TERM_NONE)
		return;
	t = p->cli->io.now_ns(p->cli->io.ctx);
	if (t - p->started_ns < SECOND || t - p->shown_ns < every)
		return;
	p->shown_ns = t;
	describe(now, t - p->started_ns, text, sizeof text);
	if (p->how == TERM_PLAIN)
		(void)fprintf(stderr, "nines: %s\n", text);
	else
		(void)fprintf(stderr, "\r\033[K%s", text);
	p->shown = p->how == TERM_LINE;
}

void term_progress_end(struct term_progress *p)
{
	if (p->shown)
		(void)fprintf(stderr, "\r\033[K");
	p->shown = 0;
}
