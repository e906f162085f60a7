#include "shim.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What a file held before a write or truncation that was not synced yet. */
struct shim_undo {
	struct shim_undo *older;
	sqlite3_file *file; /* the real one */
	sqlite3_int64 offset, size;
	int n;
	unsigned char before[];
};
struct shim_file {
	sqlite3_file base;
	struct shim *shim;
	sqlite3_file *real;
};

static struct shim *shim_of(void *ctx)
{
	return ctx;
}

static uint64_t next_random(uint64_t *state)
{
	uint64_t z = (*state += 0x9e3779b97f4a7c15u);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

/* ---- ending ---- */

static void take_back(const struct shim_undo *u)
{
	const struct sqlite3_io_methods *m = u->file->pMethods;
	sqlite3_int64 size;

	if (u->n > 0)
		(void)m->xWrite(u->file, u->before, u->n, u->offset);
	if (m->xFileSize(u->file, &size) == SQLITE_OK && size > u->size)
		(void)m->xTruncate(u->file, u->size);
}

static _Noreturn void end(struct shim *shim)
{
	if (shim->end == SHIM_POWER)
		for (const struct shim_undo *u = shim->undo; u; u = u->older)
			if (next_random(&shim->seed) & 1)
				take_back(u);
	_exit(SHIM_ENDED);
}

/* 1: this is the point at which the process ends. */
static int reached(struct shim *shim)
{
	return ++shim->points == shim->end_at;
}

static void point(struct shim *shim)
{
	if (reached(shim))
		end(shim);
}

/* ---- what a power cut may take back ---- */

static void forget(struct shim *shim, const sqlite3_file *file)
{
	struct shim_undo **at = &shim->undo;

	while (*at) {
		struct shim_undo *u = *at;

		if (u->file == file) {
			*at = u->older;
			free(u);
		} else {
			at = &u->older;
		}
	}
}

/* Remembers n bytes from offset on, as far as there are any. */
static void remember(struct shim *shim, sqlite3_file *file, sqlite3_int64 offset, sqlite3_int64 n)
{
	sqlite3_int64 size = 0;
	struct shim_undo *u;

	if (shim->end_at == 0 || shim->end != SHIM_POWER)
		return;
	(void)file->pMethods->xFileSize(file, &size);
	if (n > size - offset)
		n = size > offset ? size - offset : 0;
	u = malloc(sizeof *u + (size_t)n);
	if (!u)
		abort();
	*u = (struct shim_undo){
		.older = shim->undo, .file = file, .offset = offset, .size = size, .n = (int)n
	};
	if (n > 0 && file->pMethods->xRead(file, u->before, (int)n, offset) != SQLITE_OK)
		u->n = 0;
	shim->undo = u;
}

/* ---- a file ---- */

static struct shim_file *file_of(sqlite3_file *file)
{
	return (struct shim_file *)(void *)file;
}

static int file_close(sqlite3_file *file)
{
	struct shim_file *f = file_of(file);

	forget(f->shim, f->real);
	return f->real->pMethods->xClose(f->real);
}
static int file_read(sqlite3_file *file, void *p, int n, sqlite3_int64 offset)
{
	sqlite3_file *real = file_of(file)->real;

	return real->pMethods->xRead(real, p, n, offset);
}
static int file_write(sqlite3_file *file, const void *p, int n, sqlite3_int64 offset)
{
	struct shim_file *f = file_of(file);

	remember(f->shim, f->real, offset, n);
	if (reached(f->shim)) {
		if (f->shim->end == SHIM_TORN)
			(void)f->real->pMethods->xWrite(f->real, p, n / 2, offset);
		end(f->shim);
	}
	return f->real->pMethods->xWrite(f->real, p, n, offset);
}
static int file_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	struct shim_file *f = file_of(file);

	remember(f->shim, f->real, size, INT32_MAX);
	point(f->shim);
	return f->real->pMethods->xTruncate(f->real, size);
}
static int file_sync(sqlite3_file *file, int flags)
{
	struct shim_file *f = file_of(file);
	int rc;

	point(f->shim);
	rc = f->real->pMethods->xSync(f->real, flags);
	if (rc == SQLITE_OK)
		forget(f->shim, f->real);
	return rc;
}
static int file_size(sqlite3_file *file, sqlite3_int64 *size)
{
	sqlite3_file *real = file_of(file)->real;

	return real->pMethods->xFileSize(real, size);
}
static int file_lock(sqlite3_file *file, int lock)
{
	sqlite3_file *real = file_of(file)->real;

	return real->pMethods->xLock(real, lock);
}
static int file_unlock(sqlite3_file *file, int lock)
{
	sqlite3_file *real = file_of(file)->real;

	return real->pMethods->xUnlock(real, lock);
}
static int file_is_reserved(sqlite3_file *file, int *reserved)
{
	sqlite3_file *real = file_of(file)->real;

	return real->pMethods->xCheckReservedLock(real, reserved);
}
static int file_control(sqlite3_file *file, int op, void *arg)
{
	sqlite3_file *real = file_of(file)->real;

	return real->pMethods->xFileControl(real, op, arg);
}
static int file_sector_size(sqlite3_file *file)
{
	sqlite3_file *real = file_of(file)->real;

	return real->pMethods->xSectorSize(real);
}
static int file_traits(sqlite3_file *file)
{
	sqlite3_file *real = file_of(file)->real;

	return real->pMethods->xDeviceCharacteristics(real);
}

static const struct sqlite3_io_methods file_methods = {
	.iVersion = 1,
	.xClose = file_close,
	.xRead = file_read,
	.xWrite = file_write,
	.xTruncate = file_truncate,
	.xSync = file_sync,
	.xFileSize = file_size,
	.xLock = file_lock,
	.xUnlock = file_unlock,
	.xCheckReservedLock = file_is_reserved,
	.xFileControl = file_control,
	.xSectorSize = file_sector_size,
	.xDeviceCharacteristics = file_traits,
};

/* ---- the file system ---- */

static struct shim *installed; /* SQLite's list of file systems is the process's, too */
static sqlite3_vfs *under;

static int vfs_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out)
{
	struct shim_file *f = file_of(file);
	int rc;

	(void)vfs;
	*f = (struct shim_file){ .shim = installed,
		.real = (sqlite3_file *)(void *)((char *)file + sizeof *f) };
	if (flags & SQLITE_OPEN_CREATE)
		point(installed);
	rc = under->xOpen(under, name, f->real, flags, out);
	if (f->real->pMethods)
		f->base.pMethods = &file_methods;
	return rc;
}
static int vfs_delete(sqlite3_vfs *vfs, const char *name, int sync_folder)
{
	(void)vfs;
	point(installed);
	return under->xDelete(under, name, sync_folder);
}

int shim_install(struct shim *shim)
{
	static sqlite3_vfs vfs;

	installed = shim;
	under = sqlite3_vfs_find(NULL);
	if (!under)
		return -1;
	vfs = *under;
	vfs.szOsFile = (int)sizeof(struct shim_file) + under->szOsFile;
	vfs.zName = "shim";
	vfs.pNext = NULL;
	vfs.xOpen = vfs_open;
	vfs.xDelete = vfs_delete;
	return sqlite3_vfs_register(&vfs, 1) == SQLITE_OK ? 0 : -1;
}

/* ---- struct nines_io ---- */

static void call(struct shim *shim, int opening)
{
	point(shim);
	if (shim->call_at && shim->points >= shim->call_at) {
		shim->call_at = 0;
		shim->opening = opening;
		shim->call(shim->ctx);
	}
}

static int io_shim_open(void *ctx, const char *path, int flags, unsigned mode)
{
	const struct nines_io *io = nines_io_system();

	call(shim_of(ctx), 1);
	return io->open(io->ctx, path, flags, mode);
}
static int io_shim_info(void *ctx, int fd, struct nines_file_info *info)
{
	const struct nines_io *io = nines_io_system();
	struct shim *shim = shim_of(ctx);

	if (io->info(io->ctx, fd, info) != 0)
		return -1;
	info->inode = shim->inode(shim->ctx, info->inode);
	return 0;
}
static ssize_t io_shim_read(void *ctx, int fd, void *p, size_t n)
{
	const struct nines_io *io = nines_io_system();

	call(shim_of(ctx), 0);
	return io->read(io->ctx, fd, p, n);
}
static ssize_t io_shim_read_at(void *ctx, int fd, void *p, size_t n, int64_t offset)
{
	const struct nines_io *io = nines_io_system();

	call(shim_of(ctx), 0);
	return io->read_at(io->ctx, fd, p, n, offset);
}

struct nines_io shim_io(struct shim *shim)
{
	struct nines_io io = *nines_io_system();

	io.ctx = shim;
	io.open = io_shim_open;
	io.info = io_shim_info;
	io.read = io_shim_read;
	io.read_at = io_shim_read_at;
	return io;
}
