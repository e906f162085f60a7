/* A struct nines_io over files in memory, with faults on demand: short reads, interruptions, read
 * errors, a limit of descriptors, files that shrink.  Descriptor 0 is the file named "-". */
#ifndef MEMORY_IO_H
#define MEMORY_IO_H
#include <errno.h>
#include <string.h>

#include "nines.h"

#define MEMORY_FDS 64

struct memory_file {
	const char *name;
	const void *p;
	size_t n;
	uint64_t hole;  /* so many NUL bytes stand before p */
	uint64_t zeros; /* so many of them are written, not a hole, for seek_data */
	uint64_t tail;  /* a hole of so many bytes stands after p */
	enum nines_file_kind kind;
	uint64_t inode; /* 0: none */
	int64_t size;   /* as info tells; -1: the truth */
};

struct memory_io {
	struct nines_io io;
	struct memory_file *file;
	size_t files;
	size_t piece;     /* most bytes for one read; 0: no limit */
	int interrupt;    /* every other read fails with EINTR */
	uint64_t fail_at; /* reading at this offset fails; UINT64_MAX: never */
	int fail_errno;
	int fds; /* descriptors there may be, 0 included */
	_Atomic unsigned reads, seeks, opens;
	struct {
		const struct memory_file *file;
		_Atomic uint64_t at;
	} open[MEMORY_FDS];
};

static inline int memory_open(void *ctx, const char *path, int flags, unsigned mode)
{
	struct memory_io *m = ctx;

	(void)flags;
	(void)mode;
	for (size_t i = 0; i < m->files; i++) {
		if (strcmp(m->file[i].name, path) != 0)
			continue;
		for (int fd = 1; fd < m->fds; fd++) {
			if (m->open[fd].file)
				continue;
			m->open[fd].file = &m->file[i];
			m->open[fd].at = 0;
			m->opens++;
			return fd;
		}
		errno = EMFILE;
		return -1;
	}
	errno = ENOENT;
	return -1;
}

static inline int memory_close(void *ctx, int fd)
{
	struct memory_io *m = ctx;

	m->open[fd].file = NULL;
	return 0;
}

static inline uint64_t memory_size(const struct memory_file *f)
{
	return f->hole + f->n + f->tail;
}

static inline int memory_info(void *ctx, int fd, struct nines_file_info *info)
{
	struct memory_io *m = ctx;
	const struct memory_file *f = fd < MEMORY_FDS ? m->open[fd].file : NULL;

	if (!f) {
		errno = EBADF;
		return -1;
	}
	*info = (struct nines_file_info){
		.kind = f->kind,
		.size = f->size >= 0 ? f->size : (int64_t)memory_size(f),
		.inode = f->inode,
		.mode = 0600,
	};
	return 0;
}

static inline ssize_t memory_read_at(void *ctx, int fd, void *p, size_t n, int64_t offset)
{
	struct memory_io *m = ctx;
	const struct memory_file *f = m->open[fd].file;
	uint64_t at = (uint64_t)offset, end = memory_size(f);
	const unsigned read = m->reads++;

	if (m->interrupt && read % 2 == 0) {
		errno = EINTR;
		return -1;
	}
	if (at >= m->fail_at) {
		errno = m->fail_errno ? m->fail_errno : EIO;
		return -1;
	}
	if (m->piece && n > m->piece)
		n = m->piece;
	if (end > m->fail_at)
		end = m->fail_at;
	if (n > (at < end ? end - at : 0))
		n = at < end ? (size_t)(end - at) : 0;
	for (size_t i = 0; i < n; i++) {
		const uint64_t k = at + i;

		((char *)p)[i] =
		    k < f->hole || k >= f->hole + f->n ? '\0' : ((const char *)f->p)[k - f->hole];
	}
	return (ssize_t)n;
}

static inline ssize_t memory_read(void *ctx, int fd, void *p, size_t n)
{
	struct memory_io *m = ctx;
	ssize_t got = memory_read_at(ctx, fd, p, n, (int64_t)m->open[fd].at);

	m->open[fd].at += got > 0 ? (uint64_t)got : 0;
	return got;
}

static inline int64_t memory_seek_data(void *ctx, int fd, int64_t from)
{
	struct memory_io *m = ctx;
	const struct memory_file *f = m->open[fd].file;
	uint64_t at = (uint64_t)from;

	m->seeks++;
	if (at >= f->hole + f->n) {
		errno = ENXIO;
		return -1;
	}
	if (at >= f->zeros && at < f->hole)
		at = f->hole;
	m->open[fd].at = at;
	return (int64_t)at;
}

static inline void memory_init(struct memory_io *m, struct memory_file *file, size_t files)
{
	*m = (struct memory_io){
		.io = { .open = memory_open,
		    .close = memory_close,
		    .info = memory_info,
		    .read = memory_read,
		    .read_at = memory_read_at,
		    .seek_data = memory_seek_data },
		.file = file,
		.files = files,
		.fail_at = UINT64_MAX,
		.fds = MEMORY_FDS,
	};
	m->io.ctx = m;
	for (size_t i = 0; i < files; i++) {
		if (strcmp(file[i].name, "-") == 0)
			m->open[0].file = &file[i];
	}
}

/* One regular file called "log". */
static inline struct memory_file memory_log(const void *p, size_t n)
{
	return (struct memory_file){ .name = "log", .p = p, .n = n, .inode = 7, .size = -1 };
}
#endif
