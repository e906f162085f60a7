/* drain: reads its input to the end and does nothing with it, from a pipe as wide as nines asks
 * for: what no reader of a pipe can better. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PIPE_BYTES (1 << 20)

int main(void)
{
	static char buffer[512 << 10];
	ssize_t got;

#ifdef F_SETPIPE_SZ
	(void)fcntl(STDIN_FILENO, F_SETPIPE_SZ, PIPE_BYTES);
#endif
	do
		got = read(STDIN_FILENO, buffer, sizeof buffer);
	while (got > 0 || (got < 0 && errno == EINTR));
	if (got == 0)
		return 0;
	fprintf(stderr, "nines_drain: %s\n", strerror(errno));
	return 1;
}
