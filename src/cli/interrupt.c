#include "interrupt.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

/* Set by the first Ctrl-C; the second has its default effect.  Whichever thread takes the signal
 * sets it, and all look at it. */
static volatile int stop;
/* A pipe that has a byte to read from then on, so that whoever waits for input wakes up, and
 * whoever was just about to wait does not; -1: there is none. */
static int wake[2] = { -1, -1 };

static int stopped_by(void)
{
	return __atomic_load_n(&stop, __ATOMIC_RELAXED);
}

static void on_signal(int number)
{
	const int error = errno;

	__atomic_store_n(&stop, number, __ATOMIC_RELAXED);
	(void)!write(wake[1], "", 1);
	errno = error;
}

/* Without such a pipe the signal still wakes the thread that takes it. */
static void make_wake(void)
{
	if (pipe(wake) != 0)
		return;
	for (int i = 0; i < 2; i++)
		(void)fcntl(wake[i], F_SETFD, FD_CLOEXEC);
}

static void catch_signals(void)
{
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND };

	(void)sigemptyset(&action.sa_mask);
	(void)sigaction(SIGINT, &action, NULL);
	(void)sigaction(SIGTERM, &action, NULL);
}

int interrupt_came(void)
{
	return stopped_by() != 0;
}

void interrupt_obey(void)
{
	int number = stopped_by();

	if (number == 0)
		return;
	(void)fflush(stdout);
	(void)signal(number, SIG_DFL);
	(void)raise(number);
}

/* A FIFO that nobody writes to yet would keep one waiting here, where nothing wakes.  Who reads it
 * then waits for its first writer, too. */
static int open_at_once(void *ctx, const char *path, int flags, unsigned mode)
{
	const int waits = (flags & O_ACCMODE) != O_RDONLY;
	const int fd = nines_io_system()->open(ctx, path, waits ? flags : flags | O_NONBLOCK, mode);

	if (fd >= 0 && !waits)
		(void)fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
	return fd;
}

static ssize_t stopped(void)
{
	errno = ECANCELED;
	return -1;
}

static ssize_t unless_stopped(ssize_t got)
{
	return got < 0 && errno == EINTR && stopped_by() != 0 ? stopped() : got;
}

/* Waits until there is input or the user says stop; negative when it cannot. */
static int await_input(int fd)
{
	struct pollfd input[2] = { { .fd = fd, .events = POLLIN },
		{ .fd = wake[0], .events = POLLIN } };
	int n = 0;

	while (stopped_by() == 0 && (n = poll(input, 2, -1)) < 0 && errno == EINTR)
		continue;
	return n;
}

/* A read that waits on a quiet pipe must end when the user says so.  One that cannot wait is an
 * error: read at once, a pipe without a writer yet would look as if it had ended. */
static ssize_t interruptible_read(void *ctx, int fd, void *p, size_t n)
{
	const int awaited = await_input(fd);

	if (stopped_by() != 0)
		return stopped();
	return awaited < 0 ? -1 : unless_stopped(nines_io_system()->read(ctx, fd, p, n));
}

/* Of files, which never keep one waiting. */
static ssize_t interruptible_read_at(void *ctx, int fd, void *p, size_t n, int64_t offset)
{
	return stopped_by() != 0
	    ? stopped()
	    : unless_stopped(nines_io_system()->read_at(ctx, fd, p, n, offset));
}

const volatile int *interrupt_listen(struct cli *cli)
{
	cli->io.open = open_at_once;
	cli->io.read = interruptible_read;
	cli->io.read_at = interruptible_read_at;
	make_wake();
	catch_signals();
	return &stop;
}
