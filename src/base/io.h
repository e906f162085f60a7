/* Reading and writing through struct nines_io: interruptions are retried, waits waited out, pieces
 * put together. nines_io_system() of nines.h is in io.c, nines_output in io_output.c. */
#ifndef IO_H
#define IO_H
#include "nines.h"

/* As POSIX, with EINTR retried; O_CLOEXEC is always set. */
int io_open(const struct nines_io *io, const char *path, int flags, unsigned mode);
/* Up to n bytes, 0 at the end, -1 and errno.  A descriptor that would block is polled. */
ssize_t io_read(const struct nines_io *io, int fd, void *p, size_t n);
/* The same from that offset on, whatever was read before. */
ssize_t io_read_at(const struct nines_io *io, int fd, void *p, size_t n, int64_t offset);
/* Lets a pipe's writer run ahead as far as the system allows; no matter if it does not. */
void io_widen(const struct nines_io *io, int fd);
/* All n bytes: 0, or -1 and errno. */
int io_write_all(const struct nines_io *io, int fd, const void *p, size_t n);

/* The whole file, NUL-terminated (its own NUL bytes count in *n); mem_free it.  A file of more than
 * `limit` bytes is NINES_E_LIMIT, a directory a NINES_E_IO that says so. */
enum nines_status io_read_file(const struct nines_io *io, const char *path, size_t limit,
    char **text, size_t *n, struct nines_error *err);
#endif
