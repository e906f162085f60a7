#include "io.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "err.h"
#include "mem.h"
#include "str.h"

#define LINKS_MAX  40 /* as the kernel */
#define LINK_BYTES 4096
#define NAME_TRIES 100

struct nines_output {
	const struct nines_io *io;
	int fd;        /* -1: closed */
	int failed;    /* errno of the first failed write */
	int keep_open; /* standard output is not ours to close */
	int named;     /* temporary exists and wants a rename or an unlink */
	char *target;  /* the real file, symbolic links followed */
	char *temporary;
	unsigned mode; /* of the old file */
	int has_mode;
};

/* The directory part of path with its slash: its length. */
static size_t directory_of(const char *path)
{
	const char *const slash = strrchr(path, '/');

	return slash ? (size_t)(slash - path) + 1 : 0;
}

/* Replaces *path by the file that it links to, in the end.  The file need not exist. */
static enum nines_status follow(char **path, struct nines_error *err)
{
	char link[LINK_BYTES];

	for (int i = 0; i <= LINKS_MAX; i++) {
		const ssize_t got = readlink(*path, link, sizeof link - 1);
		size_t directory;
		char *next;

		if (got < 0)
			return NINES_OK;
		link[got] = '\0';
		directory = link[0] == '/' ? 0 : directory_of(*path);
		next = mem_new(directory + (size_t)got + 1, 1);
		if (!next)
			return err_nomem(err);
		memcpy(next, *path, directory);
		memcpy(next + directory, link, (size_t)got);
		mem_free(*path);
		*path = next;
	}
	return err_errno(err, ELOOP, *path, "cannot write");
}

/* A well spread function of its argument (splitmix64), so that a name cannot be guessed from the
 * one before. */
static uint64_t spread(uint64_t v)
{
	v += UINT64_C(0x9e3779b97f4a7c15);
	v = (v ^ v >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	v = (v ^ v >> 27) * UINT64_C(0x94d049bb133111eb);
	return v ^ v >> 31;
}

static enum nines_status open_temporary(struct nines_output *o, struct nines_error *err)
{
	const struct nines_io *const io = o->io;
	const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW;
	const unsigned mode = o->has_mode ? o->mode & 0777u : 0666u;
	const size_t directory = directory_of(o->target),
	             room = directory + sizeof ".nines-0123456789abcdef";
	uint64_t seed = (uint64_t)(uintptr_t)o ^ (uint64_t)getpid() << 40;

	o->temporary = mem_new(room, 1);
	if (!o->temporary)
		return err_nomem(err);
	memcpy(o->temporary, o->target, directory);
	for (int i = 0; i < NAME_TRIES; i++) {
		seed = spread(seed ^ (uint64_t)io->now_ns(io->ctx));
		(void)snprintf(o->temporary + directory, room - directory, ".nines-%016llx",
		    (unsigned long long)seed);
		o->fd = io_open(io, o->temporary, flags, mode);
		if (o->fd >= 0 || errno != EEXIST)
			break;
	}
	if (o->fd < 0)
		return err_errno(err, errno, o->target, "cannot write beside it");
	o->named = 1;
	if (o->has_mode && fchmod(o->fd, (mode_t)o->mode & 0777) != 0)
		return err_errno(err, errno, o->target, "cannot keep its permissions");
	return NINES_OK;
}

/* Descriptors by name, whatever they lead to, are written in place: their files belong to others.
 */
static int by_descriptor(const char *path)
{
	return str_starts(str_of(path), "/dev/") || str_starts(str_of(path), "/proc/");
}

static enum nines_status open_target(struct nines_output *o, struct nines_error *err)
{
	const struct nines_io *const io = o->io;
	const int fd = io_open(io, o->target, O_WRONLY | O_NOCTTY, 0);
	struct nines_file_info info;
	enum nines_status rc;

	if (fd < 0 && errno != ENOENT)
		return err_errno(err, errno, o->target, "cannot open for writing");
	if (fd >= 0) {
		if (io->info(io->ctx, fd, &info) != 0) {
			rc = err_errno(err, errno, o->target, "cannot open for writing");
			(void)io->close(io->ctx, fd);
			return rc;
		}
		if (info.kind != NINES_FILE_REGULAR || by_descriptor(o->target)) {
			o->fd = fd;
			return NINES_OK;
		}
		(void)io->close(io->ctx, fd);
		o->mode = info.mode;
		o->has_mode = 1;
	}
	rc = follow(&o->target, err);
	return rc == NINES_OK ? open_temporary(o, err) : rc;
}

enum nines_status nines_output_open(
    struct nines_output **out, const struct nines_io *io, const char *path, struct nines_error *err)
{
	struct nines_output *const o = mem_new(1, sizeof *o);
	enum nines_status rc = NINES_OK;

	if (!o)
		return err_nomem(err);
	o->io = io;
	o->fd = -1;
	o->keep_open = !path || str_is(str_of(path), "/dev/stdout");
	o->target = mem_new(path ? strlen(path) + 1 : 1, 1);
	if (!o->target)
		rc = err_nomem(err);
	else if (path)
		memcpy(o->target, path, strlen(path));
	if (o->keep_open)
		o->fd = STDOUT_FILENO;
	else if (rc == NINES_OK)
		rc = open_target(o, err);
	if (rc != NINES_OK) {
		nines_output_free(o);
		return rc;
	}
	*out = o;
	return NINES_OK;
}

int nines_output_write(void *ctx, const char *p, size_t n)
{
	struct nines_output *const o = ctx;

	if (!o->failed && io_write_all(o->io, o->fd, p, n) != 0)
		o->failed = errno ? errno : EIO;
	errno = o->failed;
	return o->failed ? -1 : 0;
}

static int close_output(struct nines_output *o)
{
	const int fd = o->fd;

	o->fd = -1;
	if (fd < 0 || o->keep_open)
		return 0;
	/* After EINTR the descriptor is gone all the same; a second close could hit another
	 * thread's. */
	return o->io->close(o->io->ctx, fd) == 0 || errno == EINTR ? 0 : -1;
}

/* So that the new name, too, outlives a power cut.  Not every file system can: failure means
 * nothing. */
static void sync_directory(const struct nines_io *io, char *target)
{
	const size_t n = directory_of(target);
	const char kept = target[n];
	int fd;

	target[n] = '\0';
	fd = io_open(io, n > 0 ? target : ".", O_RDONLY | O_DIRECTORY, 0);
	target[n] = kept;
	if (fd < 0)
		return;
	(void)io->sync(io->ctx, fd);
	(void)io->close(io->ctx, fd);
}

static int sync_file(const struct nines_io *io, int fd)
{
	while (io->sync(io->ctx, fd) != 0) {
		if (errno == EINVAL || errno == ENOTSUP)
			return 0;
		if (errno != EINTR)
			return -1;
	}
	return 0;
}

enum nines_status nines_output_commit(struct nines_output *o, struct nines_error *err)
{
	const struct nines_io *const io = o->io;
	const char *const name = o->keep_open ? "(standard output)" : o->target;

	if (o->failed)
		return err_errno(err, o->failed, name, "cannot write");
	if (o->named && sync_file(io, o->fd) != 0)
		return err_errno(err, errno, name, "cannot write");
	if (close_output(o) != 0)
		return err_errno(err, errno, name, "cannot write");
	if (!o->named)
		return NINES_OK;
	if (io->rename(io->ctx, o->temporary, o->target) != 0)
		return err_errno(err, errno, name, "cannot rename");
	o->named = 0;
	sync_directory(io, o->target);
	return NINES_OK;
}

void nines_output_free(struct nines_output *o)
{
	if (!o)
		return;
	(void)close_output(o);
	if (o->named)
		(void)o->io->unlink(o->io->ctx, o->temporary);
	mem_free(o->temporary);
	mem_free(o->target);
	mem_free(o);
}
