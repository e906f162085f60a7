#include "interrupt.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>

/* Set by the first Ctrl-C; the second has its default effect.  Whichever thread takes the signal
 * sets it, and all look at it. */
static volatile int stop;

static int stopped_by(void)
{
	return __atomic_load_n(&stop, __ATOMIC_RELAXED);
}

static void on_signal(int number)
{
	__atomic_store_n(&stop, number, __ATOMIC_RELAXED);
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

/* A read that waits on a quiet pipe must end when the user says so. */
static ssize_t unless_stopped(ssize_t got)
{
	if (got < 0 && errno == EINTR && stopped_by() != 0)
		errno = ECANCELED;
	return got;
}

static ssize_t stopped(void)
{
	errno = ECANCELED;
	return -1;
}

static ssize_t interruptible_read(void *ctx, int fd, void *p, size_t n)
{
	return stopped_by() != 0 ? stopped()
	                         : unless_stopped(nines_io_system()->read(ctx, fd, p, n));
}

static ssize_t interruptible_read_at(void *ctx, int fd, void *p, size_t n, int64_t offset)
{
	return stopped_by() != 0
	    ? stopped()
	    : unless_stopped(nines_io_system()->read_at(ctx, fd, p, n, offset));
}

const volatile int *interrupt_listen(struct cli *cli)
{
	cli->io.read = interruptible_read;
	cli->io.read_at = interruptible_read_at;
	catch_signals();
	return &stop;
}
