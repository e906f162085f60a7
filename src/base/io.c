#include "io.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "err.h"
#include "mem.h"

/* glibc and musl name these under _GNU_SOURCE only; the numbers are the kernel's. */
#if !defined(SEEK_DATA) && defined(__linux__)
#define SEEK_DATA 3
#endif
#if !defined(F_SETPIPE_SZ) && defined(__linux__)
#define F_SETPIPE_SZ 1031
#endif

/* What Linux allows without privilege (/proc/sys/fs/pipe-max-size). */
#define PIPE_BYTES (1 << 20)

#define PIECE_BYTES (16u << 10)

static int system_open(void *ctx, const char *path, int flags, unsigned mode)
{
	(void)ctx;
	return open(path, flags, (mode_t)mode);
}

static int system_close(void *ctx, int fd)
{
	(void)ctx;
	return close(fd);
}

static enum nines_file_kind kind_of(int fd, mode_t mode)
{
	if (S_ISREG(mode))
		return NINES_FILE_REGULAR;
	if (S_ISDIR(mode))
		return NINES_FILE_DIRECTORY;
	if (S_ISFIFO(mode) || S_ISSOCK(mode) || (S_ISCHR(mode) && isatty(fd)))
		return NINES_FILE_STREAM;
	return NINES_FILE_DEVICE;
}

static int system_info(void *ctx, int fd, struct nines_file_info *info)
{
	struct stat st;

	(void)ctx;
	if (fstat(fd, &st) != 0)
		return -1;
	*info = (struct nines_file_info){
		.kind = kind_of(fd, st.st_mode),
		.size = (int64_t)st.st_size,
		.device = (uint64_t)st.st_dev,
		.inode = (uint64_t)st.st_ino,
		.mode = (unsigned)st.st_mode & 07777u,
	};
	return 0;
}

static ssize_t system_read(void *ctx, int fd, void *p, size_t n)
{
	(void)ctx;
	return read(fd, p, n);
}

static ssize_t system_read_at(void *ctx, int fd, void *p, size_t n, int64_t offset)
{
	(void)ctx;
	return pread(fd, p, n, (off_t)offset);
}

static ssize_t system_write(void *ctx, int fd, const void *p, size_t n)
{
	(void)ctx;
	return write(fd, p, n);
}

static int system_widen(void *ctx, int fd)
{
	(void)ctx;
#ifdef F_SETPIPE_SZ
	return fcntl(fd, F_SETPIPE_SZ, PIPE_BYTES) < 0 ? -1 : 0;
#else
	(void)fd;
	errno = ENOSYS;
	return -1;
#endif
}

static int64_t system_seek_data(void *ctx, int fd, int64_t from)
{
	(void)ctx;
#ifdef SEEK_DATA
	return (int64_t)lseek(fd, (off_t)from, SEEK_DATA);
#else
	(void)fd;
	(void)from;
	errno = ENOSYS;
	return -1;
#endif
}

static int system_sync(void *ctx, int fd)
{
	(void)ctx;
	return fsync(fd);
}

static int system_rename(void *ctx, const char *from, const char *to)
{
	(void)ctx;
	return rename(from, to);
}

static int system_unlink(void *ctx, const char *path)
{
	(void)ctx;
	return unlink(path);
}

static int64_t system_now_ns(void *ctx)
{
	struct timespec now;

	(void)ctx;
	if (clock_gettime(CLOCK_REALTIME, &now) != 0)
		return 0;
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

const struct nines_io *nines_io_system(void)
{
	static const struct nines_io system_io = {
		.open = system_open,
		.close = system_close,
		.info = system_info,
		.read = system_read,
		.read_at = system_read_at,
		.write = system_write,
		.widen = system_widen,
		.seek_data = system_seek_data,
		.sync = system_sync,
		.rename = system_rename,
		.unlink = system_unlink,
		.now_ns = system_now_ns,
	};

	return &system_io;
}

int io_open(const struct nines_io *io, const char *path, int flags, unsigned mode)
{
	int fd;

	do
		fd = io->open(io->ctx, path, flags | O_CLOEXEC, mode);
	while (fd < 0 && errno == EINTR);
	return fd;
}

/* Whether the call that just failed is worth repeating; waits until the descriptor is ready. */
static int again(int fd, short events)
{
	struct pollfd ready = { .fd = fd, .events = events };
	const int number = errno;

	if (number == EINTR)
		return 1;
	if (number != EAGAIN && number != EWOULDBLOCK)
		return 0;
	if (poll(&ready, 1, -1) >= 0 || errno == EINTR)
		return 1;
	errno = number;
	return 0;
}

ssize_t io_read(const struct nines_io *io, int fd, void *p, size_t n)
{
	ssize_t got;

	do
		got = io->read(io->ctx, fd, p, n);
	while (got < 0 && again(fd, POLLIN));
	return got;
}

void io_widen(const struct nines_io *io, int fd)
{
	if (io->widen != NULL)
		(void)io->widen(io->ctx, fd);
}

ssize_t io_read_at(const struct nines_io *io, int fd, void *p, size_t n, int64_t offset)
{
	ssize_t got;

	do
		got = io->read_at(io->ctx, fd, p, n, offset);
	while (got < 0 && again(fd, POLLIN));
	return got;
}

int io_write_all(const struct nines_io *io, int fd, const void *p, size_t n)
{
	const char *from = p;

	while (n > 0) {
		const ssize_t put = io->write(io->ctx, fd, from, n);

		if (put < 0 && again(fd, POLLOUT))
			continue;
		if (put <= 0) {
			errno = put < 0 ? errno : EIO;
			return -1;
		}
		from += put;
		n -= (size_t)put;
	}
	return 0;
}

/* Appends what is left of the file to *text, of which *n bytes are used, until the end or over the
 * limit.  The room is always one byte more than is used. */
static enum nines_status read_rest(
    const struct nines_io *io, int fd, size_t limit, char **text, size_t *n)
{
	size_t room = 0;

	while (*n <= limit) {
		char *const grown = mem_grow(*text, &room, *n + PIECE_BYTES + 1, 1);
		ssize_t got;

		if (!grown)
			return NINES_E_NOMEM;
		*text = grown;
		got = io_read(io, fd, grown + *n, room - *n - 1);
		if (got < 0)
			return NINES_E_IO;
		if (got == 0)
			break;
		*n += (size_t)got;
	}
	if (*n > limit)
		return NINES_E_LIMIT;
	(*text)[*n] = '\0';
	return NINES_OK;
}

enum nines_status io_read_file(const struct nines_io *io, const char *path, size_t limit,
    char **text, size_t *n, struct nines_error *err)
{
	const int fd = io_open(io, path, O_RDONLY, 0);
	struct nines_file_info info;
	enum nines_status rc;
	char *read = NULL;
	size_t used = 0;

	if (fd < 0)
		return err_errno(err, errno, path, "cannot open");
	if (io->info(io->ctx, fd, &info) != 0) {
		rc = err_errno(err, errno, path, "cannot read");
		goto out;
	}
	if (info.kind == NINES_FILE_DIRECTORY) {
		rc = err_errno(err, EISDIR, path, NULL);
		goto out;
	}
	rc = read_rest(io, fd, limit, &read, &used);
	if (rc == NINES_E_NOMEM)
		rc = err_nomem(err);
	else if (rc == NINES_E_IO)
		rc = err_errno(err, errno, path, "cannot read");
	else if (rc == NINES_E_LIMIT)
		rc = err_about(err, rc, path, "larger than %zu bytes", limit);
out:
	(void)io->close(io->ctx, fd);
	if (rc == NINES_OK) {
		*text = read;
		*n = used;
	} else {
		mem_free(read);
	}
	return rc;
}
