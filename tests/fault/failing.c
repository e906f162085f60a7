/* Preloaded into the program under test, it makes the n-th call of a kind fail.
 *
 *   NINES_FAIL=KIND:N[+]:HOW     the N-th call (from 1), or with '+' that one and all after it
 *   NINES_FAIL_FIRED=PATH        made when a call was failed: a driver stops when it is not
 *
 * KIND is alloc, open, poll, read, write, sync or rename.  HOW is an errno name from the table
 * below, or `short`: the call moves a single byte and succeeds.  alloc ignores HOW.  Writes to
 * standard error are never failed: the message is what the test waits for.  Allocations before
 * main() belong to the loader and are not counted. */
#define _GNU_SOURCE
#undef _FILE_OFFSET_BITS /* open and open64 are both defined here */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

void *__libc_malloc(size_t n);
void *__libc_calloc(size_t a, size_t b);
void *__libc_realloc(void *p, size_t n);

enum kind { ALLOC, OPEN, POLL, READ, WRITE, SYNC, RENAME, KINDS };
static const char *const kind_name[KINDS] = { "alloc", "open", "poll", "read", "write", "sync",
	"rename" };
/* clang-format off */
static const struct { const char *name; int number; } how_name[] = {
	{ "short", 0 }, { "EIO", EIO }, { "EINTR", EINTR }, { "EAGAIN", EAGAIN }, { "ENOSPC", ENOSPC },
	{ "EACCES", EACCES }, { "EMFILE", EMFILE }, { "ENOMEM", ENOMEM }, { "EDQUOT", EDQUOT },
};
/* clang-format on */

static struct {
	enum kind kind;
	long at;
	int and_after, error;
	const char *fired;
} plan = { .kind = KINDS };
static atomic_long seen;

static void mark_fired(void)
{
	long fd;

	if (!plan.fired)
		return;
	fd = syscall(SYS_openat, AT_FDCWD, plan.fired, O_WRONLY | O_CREAT, 0600);
	if (fd >= 0)
		(void)syscall(SYS_close, fd);
}

static int fails(enum kind kind)
{
	long n;

	if (kind != plan.kind)
		return 0;
	n = atomic_fetch_add(&seen, 1) + 1;
	if (n != plan.at && !(plan.and_after && n > plan.at))
		return 0;
	mark_fired();
	errno = kind == ALLOC ? ENOMEM : plan.error;
	return 1;
}

__attribute__((constructor)) static void read_plan(void)
{
	const char *p = getenv("NINES_FAIL"), *colon = p ? strchr(p, ':') : NULL;
	enum kind kind = KINDS;
	char *end;

	if (!colon)
		return;
	for (int i = 0; i < KINDS; i++)
		if (strncmp(p, kind_name[i], (size_t)(colon - p)) == 0)
			kind = (enum kind)i;
	plan.at = strtol(colon + 1, &end, 10);
	plan.and_after = *end == '+';
	end += plan.and_after;
	for (size_t i = 0; *end == ':' && i < sizeof how_name / sizeof *how_name; i++)
		if (strcmp(end + 1, how_name[i].name) == 0)
			plan.error = how_name[i].number;
	plan.fired = getenv("NINES_FAIL_FIRED");
	plan.kind = kind;
}

void *malloc(size_t n)
{
	return fails(ALLOC) ? NULL : __libc_malloc(n);
}
void *calloc(size_t a, size_t b)
{
	return fails(ALLOC) ? NULL : __libc_calloc(a, b);
}
void *realloc(void *p, size_t n)
{
	return fails(ALLOC) ? NULL : __libc_realloc(p, n);
}

int poll(struct pollfd *fds, nfds_t n, int timeout_ms)
{
	struct timespec t = { timeout_ms / 1000, timeout_ms % 1000 * 1000000L };

	return fails(POLL)
	    ? -1
	    : (int)syscall(SYS_ppoll, fds, n, timeout_ms < 0 ? NULL : &t, NULL, (size_t)0);
}

/* A call to move *n bytes: 1 when it fails, otherwise it may have to make do with one. */
static int refused(enum kind kind, size_t *n)
{
	if (*n == 0 || !fails(kind))
		return 0;
	*n = 1;
	return plan.error != 0;
}

static ssize_t moved(enum kind kind, long number, int fd, void *p, size_t n)
{
	return refused(kind, &n) ? -1 : syscall(number, fd, p, n);
}

ssize_t read(int fd, void *p, size_t n)
{
	return moved(READ, SYS_read, fd, p, n);
}

static ssize_t moved_at(int fd, void *p, size_t n, off64_t offset)
{
	return refused(READ, &n) ? -1 : syscall(SYS_pread64, fd, p, n, offset);
}

ssize_t pread(int fd, void *p, size_t n, off_t offset)
{
	return moved_at(fd, p, n, offset);
}

ssize_t pread64(int fd, void *p, size_t n, off64_t offset)
{
	return moved_at(fd, p, n, offset);
}

ssize_t write(int fd, const void *p, size_t n)
{
	void *bytes;

	memcpy(&bytes, &p, sizeof bytes);
	return fd == STDERR_FILENO ? syscall(SYS_write, fd, p, n)
	                           : moved(WRITE, SYS_write, fd, bytes, n);
}

static int opened(const char *path, int flags, va_list args)
{
	unsigned mode = flags & O_CREAT ? va_arg(args, unsigned) : 0;

	return fails(OPEN) ? -1 : (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

int open(const char *path, int flags, ...)
{
	va_list args;
	int fd;

	va_start(args, flags);
	fd = opened(path, flags, args);
	va_end(args);
	return fd;
}

int open64(const char *path, int flags, ...)
{
	va_list args;
	int fd;

	va_start(args, flags);
	fd = opened(path, flags | O_LARGEFILE, args);
	va_end(args);
	return fd;
}

int fsync(int fd)
{
	return fails(SYNC) ? -1 : (int)syscall(SYS_fsync, fd);
}
int fdatasync(int fd)
{
	return fails(SYNC) ? -1 : (int)syscall(SYS_fdatasync, fd);
}

int rename(const char *from, const char *to)
{
	return fails(RENAME) ? -1 : (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}
