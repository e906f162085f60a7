/* stopwatch: wall time and peak memory of commands that take turns.
 *
 * Reads rows "NAME<TAB>COMMAND" and runs all of them with sh, one after the other, in as many
 *rounds as asked, so that whatever disturbs the machine disturbs all alike.  Prints a row a
 *command:
 *
 *	NAME  median-us  least-us  peak-KiB  worst-status
 *
 * Output and errors of the last round stay in DIR/NAME.out and DIR/NAME.err.  The peak is that of
 * the process which became COMMAND ("exec ..." keeps the shell out of it). */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define RUNNERS_MOST 64
#define ROUNDS_MOST  99
#define ROW_BYTES    4096

extern char **environ;

struct runner {
	char row[ROW_BYTES]; /* the name, a NUL, the command */
	char *command;
	int64_t us[ROUNDS_MOST];
	long peak_kib;
	int status;
};

static int64_t now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* Opens DIR/NAME.KIND as the command's descriptor fd. */
static int add_file(posix_spawn_file_actions_t *files, int fd, const char *dir, const char *name)
{
	static const char *const kind[] = { "in", "out", "err" };
	char path[ROW_BYTES];
	const int n = snprintf(path, sizeof(path), "%s/%s.%s", dir, name, kind[fd]);

	if (n < 0 || (size_t)n >= sizeof(path))
		return ENAMETOOLONG;
	return posix_spawn_file_actions_addopen(
	    files, fd, path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
}

static int spawn(struct runner *r, const char *dir, pid_t *pid)
{
	char sh[] = "sh", c[] = "-c";
	char *argv[] = { sh, c, r->command, NULL };
	posix_spawn_file_actions_t files;
	int rc = posix_spawn_file_actions_init(&files);

	if (rc)
		return rc;
	rc = posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
	if (!rc)
		rc = add_file(&files, 1, dir, r->row);
	if (!rc)
		rc = add_file(&files, 2, dir, r->row);
	if (!rc)
		rc = posix_spawn(pid, "/bin/sh", &files, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&files);
	return rc;
}

static int run_once(struct runner *r, const char *dir, int64_t *us)
{
	const int64_t start = now_us();
	struct rusage usage;
	pid_t pid = 0;
	int status;
	const int rc = spawn(r, dir, &pid);

	if (rc) {
		errno = rc;
		return -1;
	}
	while (wait4(pid, &status, 0, &usage) < 0)
		if (errno != EINTR)
			return -1;
	*us = now_us() - start;
	status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	r->status = status > r->status ? status : r->status;
	r->peak_kib = usage.ru_maxrss > r->peak_kib ? usage.ru_maxrss : r->peak_kib;
	return 0;
}

static int compare_us(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static int read_rows(struct runner *runner, size_t *runners)
{
	for (*runners = 0; *runners < RUNNERS_MOST; ++*runners) {
		struct runner *r = &runner[*runners];
		char *tab;

		if (!fgets(r->row, sizeof(r->row), stdin))
			return ferror(stdin) ? -1 : 0;
		r->row[strcspn(r->row, "\n")] = '\0';
		tab = strchr(r->row, '\t');
		if (!tab)
			return -1;
		*tab = '\0';
		r->command = tab + 1;
	}
	return getchar() == EOF ? 0 : -1;
}

static void print_rows(struct runner *runner, size_t runners, int rounds)
{
	for (size_t i = 0; i < runners; i++) {
		struct runner *r = &runner[i];

		qsort(r->us, (size_t)rounds, sizeof(*r->us), compare_us);
		printf("%s\t%lld\t%lld\t%ld\t%d\n", r->row,
		    (long long)(r->us[(rounds - 1) / 2] + r->us[rounds / 2]) / 2,
		    (long long)r->us[0], r->peak_kib, r->status);
	}
}

/* One or two digits; 0 for anything else. */
static int parse_rounds(const char *s)
{
	int n = 0;

	for (; *s; s++) {
		if (*s < '0' || *s > '9' || n > ROUNDS_MOST / 10)
			return 0;
		n = n * 10 + (*s - '0');
	}
	return n;
}

static int run_all(struct runner *runner, size_t runners, int rounds, const char *dir)
{
	for (int round = 0; round < rounds; round++)
		for (size_t i = 0; i < runners; i++)
			if (run_once(&runner[i], dir, &runner[i].us[round]))
				return -1;
	return 0;
}

int main(int argc, char **argv)
{
	const int rounds = argc == 3 ? parse_rounds(argv[1]) : 0;
	struct runner *runner = calloc(RUNNERS_MOST, sizeof(*runner));
	size_t runners;
	int rc = 2;

	if (!runner || !rounds || read_rows(runner, &runners)) {
		fputs("usage: nines_stopwatch ROUNDS DIR <ROWS\n"
		      "at most 99 rounds and 64 rows, each NAME<TAB>COMMAND\n",
		    stderr);
	} else if (run_all(runner, runners, rounds, argv[2])) {
		perror("nines_stopwatch");
	} else {
		print_rows(runner, runners, rounds);
		rc = 0;
	}
	free(runner);
	return rc;
}
