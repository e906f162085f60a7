/* fault PROGRAM PRELOAD KIND...: runs scenarios of the real program, failing the 1st, 2nd, 3rd...
 * call of a kind until a run gets through without one being failed.  KIND is what failing.c takes,
 * KIND:HOW, with '+' after the kind for "this one and all after it": alloc alloc+ read:EIO
 * write+:ENOSPC ...
 *
 * Whatever fails, the program must end in one of two ways:
 *   - with its usual exit status and exactly its usual output (the failure was harmless), or
 *   - with 2 or 3 (or 1, if it is 1 anyway: a gate that is missed) and a message, having left an
 * old output file whole and no temporary file behind. With EINTR, EAGAIN and short transfers only
 * the first will do. It works in the current folder, which must hold the files the scenarios name
 * and nothing else that matters. */
#define _POSIX_C_SOURCE 200809L
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define ARGS     12
#define TRIES    20000
#define OLD_TEXT "what an earlier run wrote\n"

struct scenario {
	const char *name;
	const char *arg[ARGS];
	const char *in; /* standard input, or NULL */
};

/* clang-format off */
#define NINES(...) { __VA_ARGS__ }
static const struct scenario scenario[] = {
	{ "report as text",   NINES("report", "-c", "nines.yaml", "access.log"), NULL },
	{ "report as json",   NINES("report", "-c", "nines.yaml", "-f", "json", "access.log"), NULL },
	{ "report of gzip",   NINES("report", "-c", "nines.yaml", "-f", "json", "access.log.gz"), NULL },
	{ "report of stdin",  NINES("report", "-c", "nines.yaml", "-"), "access.log.gz" },
	{ "threads",          NINES("report", "-c", "nines.yaml", "-j2", "access.log", "access.log.gz"), NULL },
	{ "report to a file", NINES("report", "-c", "nines.yaml", "-f", "json", "-o", "out.txt", "access.log"), NULL },
	{ "two formats",      NINES("report", "-c", "nines.yaml", "-f", "text", "-f", "json=out.txt", "access.log"), NULL },
	{ "no config",        NINES("report", "--log-format", "combined+time", "--valid", "path=^/api/",
	                            "--good", "status=^[234]", "--objective", "99%", "access.log"), NULL },
	{ "gate",             NINES("gate", "-c", "nines.yaml", "access.log"), NULL },
	{ "backfill",         NINES("backfill", "-c", "nines.yaml", "--by", "hour", "-f", "text", "-f", "csv=out.txt", "access.log"), NULL },
	{ "count",            NINES("count", "-c", "nines.yaml", "-o", "out.txt", "access.log", "access.log.gz"), NULL },
	{ "merge",            NINES("merge", "a.part", "b.part"), NULL },
	{ "combine",          NINES("merge", "--partial", "-o", "out.txt", "-"), "a.part" },
	{ "report of counts", NINES("report", "-c", "nines.yaml", "-f", "json", "--counts", "b.part", "a.part"), NULL },
	{ "report of a store", NINES("report", "-c", "nines.yaml", "-f", "json", "--state", "s.db", "--as-of", "2025-02-01"), NULL },
	{ "past of a store",  NINES("backfill", "-c", "nines.yaml", "--state", "s.db", "--until", "2025-02-01"), NULL },
	{ "store info",       NINES("store", "info", "--state", "s.db"), NULL },
	{ "store verify",     NINES("store", "verify", "--state", "s.db"), NULL },
	{ "store prune",      NINES("store", "prune", "-n", "-c", "nines.yaml", "--state", "s.db"), NULL },
	{ "store forget",     NINES("store", "forget", "-n", "--state", "s.db", "access.log"), NULL },
	{ "first ingest",     NINES("ingest", "-n", "-c", "nines.yaml", "--state", "none.db", "access.log", "access.log.gz"), NULL },
	{ "ingest",           NINES("ingest", "-n", "-c", "nines.yaml", "--state", "s.db", "access.log.gz", "access.log", "a.part"), NULL },
	{ "check",            NINES("check", "-c", "nines.yaml"), NULL },
	{ "check, findings",  NINES("check", "-c", "bad.yaml"), NULL },
	{ "explain",          NINES("explain", "-c", "nines.yaml", "access.log"), NULL },
	{ "formats",          NINES("formats", "combined"), NULL },
	{ "schema",           NINES("schema", "config"), NULL },
	{ "help",             NINES("help", "report"), NULL },
};
/* clang-format on */
#define SCENARIOS (sizeof scenario / sizeof *scenario)

struct text {
	char *p;
	size_t n;
};
struct outcome {
	int status;
	struct text out, err, file;
};
struct setup {
	const char *program, *preload;
	size_t files;
};

static void die(const char *what)
{
	perror(what);
	exit(2);
}

static struct text slurp(const char *path)
{
	struct text t = { malloc(1), 0 };
	FILE *f = fopen(path, "rb");
	int c;

	for (size_t room = 1; f && t.p && (c = getc(f)) != EOF; t.p[t.n++] = (char)c)
		if (t.n + 1 >= room)
			t.p = realloc(t.p, room *= 2);
	if (!t.p)
		die("memory");
	t.p[t.n] = '\0';
	if (f)
		(void)fclose(f);
	return t;
}

static int same(struct text a, struct text b)
{
	return a.n == b.n && memcmp(a.p, b.p, a.n) == 0;
}

static void outcome_free(struct outcome *o)
{
	free(o->out.p);
	free(o->err.p);
	free(o->file.p);
}

static size_t count_files(void)
{
	DIR *d = opendir(".");
	size_t n = 0;

	if (!d)
		die("opendir");
	while (readdir(d))
		n++;
	(void)closedir(d);
	return n;
}

static void redirect(const char *path, int flags, int to)
{
	int fd = open(path, flags, 0600);

	if (fd < 0 || dup2(fd, to) < 0)
		_exit(126);
	(void)close(fd);
}

static void become(const struct setup *s, const struct scenario *what, const char *plan)
{
	char *argv[ARGS + 2] = { NULL };
	size_t n = 0;

	memcpy(&argv[n++], &s->program, sizeof *argv);
	for (size_t i = 0; i < ARGS && what->arg[i]; i++)
		memcpy(&argv[n++], &what->arg[i], sizeof *argv);
	redirect(what->in ? what->in : "/dev/null", O_RDONLY, 0);
	redirect("../stdout", O_WRONLY | O_CREAT | O_TRUNC, 1);
	redirect("../stderr", O_WRONLY | O_CREAT | O_TRUNC, 2);
	(void)setenv("LD_PRELOAD", s->preload, 1);
	if (plan)
		(void)setenv("NINES_FAIL", plan, 1);
	(void)alarm(20);
	(void)execv(s->program, argv);
	_exit(127);
}

static struct outcome run(const struct setup *s, const struct scenario *what, const char *plan)
{
	struct outcome o;
	FILE *f = fopen("out.txt", "w");
	pid_t pid;

	if (!f || fputs(OLD_TEXT, f) < 0 || fclose(f))
		die("out.txt");
	(void)unlink("../fired");
	pid = fork();
	if (pid < 0)
		die("fork");
	if (pid == 0)
		become(s, what, plan);
	while (waitpid(pid, &o.status, 0) < 0)
		if (errno != EINTR)
			die("waitpid");
	o.out = slurp("../stdout");
	o.err = slurp("../stderr");
	o.file = slurp("out.txt");
	return o;
}

/* NULL, or what is wrong with this end of a run in which a call failed. */
static const char *judge(
    const struct setup *s, const struct outcome *usual, const struct outcome *o, int harmless)
{
	int old = o->file.n == sizeof OLD_TEXT - 1 && memcmp(o->file.p, OLD_TEXT, o->file.n) == 0;
	int rc;

	if (!WIFEXITED(o->status))
		return "ended by a signal";
	if (count_files() != s->files)
		return "left a file behind";
	if (o->status == usual->status && same(o->out, usual->out) && same(o->file, usual->file))
		return NULL;
	if (harmless)
		return "a harmless failure changed the result";
	rc = WEXITSTATUS(o->status);
	if (rc != 2 && rc != 3 && (rc == 0 || o->status != usual->status))
		return "other output, and neither 2 nor 3";
	if (o->err.n == 0)
		return "no message";
	if (rc == 2 && !old && !same(o->file, usual->file))
		return "the old output file is not whole";
	return NULL;
}

/* 0, or the number of failures of one scenario under one kind. */
static int campaign(
    const struct setup *s, const struct scenario *what, const char *kind, long *tries)
{
	int harmless = strstr(kind, "EINTR") || strstr(kind, "EAGAIN") || strstr(kind, "short");
	size_t name = strcspn(kind, "+:");
	int plus = kind[name] == '+', failures = 0, fired = 1;
	const char *how = strchr(kind, ':');
	struct outcome usual = run(s, what, NULL);

	for (long n = 1; fired && n < TRIES && failures < 20; n++) {
		char plan[64];
		const char *wrong;
		struct outcome o;

		(void)snprintf(plan, sizeof plan, "%.*s:%ld%s%s", (int)name, kind, n,
		    plus ? "+" : "", how ? how : "");
		o = run(s, what, plan);
		fired = access("../fired", F_OK) == 0;
		wrong = judge(s, &usual, &o, harmless || !fired);
		if (wrong) {
			failures++;
			printf("%s, NINES_FAIL=%s: %s (status %#x)\n%.*s\n", what->name, plan,
			    wrong, (unsigned)o.status, o.err.n > 2000 ? 2000 : (int)o.err.n,
			    o.err.p);
		}
		outcome_free(&o);
		++*tries;
	}
	outcome_free(&usual);
	return failures;
}

int main(int argc, char **argv)
{
	struct setup s;
	int failures = 0;
	long tries = 0;

	if (argc < 4) {
		(void)fputs("usage: fault PROGRAM PRELOAD KIND...\n", stderr);
		return 2;
	}
	s = (struct setup){ .program = argv[1], .preload = argv[2], .files = 0 };
	(void)fclose(fopen("out.txt", "w"));
	s.files = count_files();
	(void)setenv("NINES_FAIL_FIRED", "../fired", 1);
	for (int k = 3; k < argc; k++)
		for (size_t i = 0; i < SCENARIOS && failures < 20; i++)
			failures += campaign(&s, &scenario[i], argv[k], &tries);
	printf("%ld runs with a failing call, %d wrong\n", tries, failures);
	return failures ? 1 : 0;
}
