/* lay FILE: writes its input to FILE so that it comes to lie in memory as a server's log does,
 * whose pages came one at a time, between those of everything else that was written meanwhile.
 *
 * A file that is written at one go lies in a few large pages, which some kernels copy up to twice
 * as fast; then `wc -l`, which does nothing else, may take half the time, and what also computes is
 * hardly any faster.  Where a file came to lie is chance unless it is seen to. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PAGE_BYTES 4096
#define PATH_BYTES 4096

static int fail(const char *what)
{
	fprintf(stderr, "nines_lay: %s: %s\n", what, strerror(errno));
	return 1;
}

/* A file beside FILE that is gone when it is closed, or -1. */
static int open_other(const char *file)
{
	char path[PATH_BYTES];
	int fd;

	if (snprintf(path, sizeof path, "%s.other", file) >= (int)sizeof path) {
		errno = ENAMETOOLONG;
		return -1;
	}
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
	if (fd >= 0)
		(void)unlink(path);
	return fd;
}

/* Bytes of a page, fewer at the end, or -1. */
static ssize_t read_page(char *page)
{
	size_t n = 0;

	while (n < PAGE_BYTES) {
		const ssize_t got = read(STDIN_FILENO, page + n, PAGE_BYTES - n);

		if (got < 0)
			return -1;
		if (got == 0)
			break;
		n += (size_t)got;
	}
	return (ssize_t)n;
}

int main(int argc, char **argv)
{
	char page[PAGE_BYTES];
	ssize_t n;
	int log, other;

	if (argc != 2) {
		fputs("usage: nines_lay FILE <LOG\n", stderr);
		return 2;
	}
	log = open(argv[1], O_WRONLY | O_CREAT | O_TRUNC, 0666);
	other = log < 0 ? -1 : open_other(argv[1]);
	if (other < 0)
		return fail(argv[1]);
	while ((n = read_page(page)) > 0)
		if (write(log, page, (size_t)n) != n || write(other, page, (size_t)n) != n)
			return fail(argv[1]);
	if (n < 0 || close(other) != 0 || close(log) != 0)
		return fail(argv[1]);
	return 0;
}
