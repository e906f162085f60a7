#include "store_impl.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "err.h"

#define TRIES   16 /* other processes may make and remove the new file between two steps */
#define STEP_MS 10

/* "file:" and the path, with everything that a URI has a meaning for written %HH.  SQLite may have
 * been built to take any name for a URI, and ":memory:" for no file at all. */
static char *uri_of(const char *path)
{
	static const char hex[] = "0123456789abcdef";
	const char *start = path[0] == '/' ? "file://" : "file:./";
	char *uri = mem_new(strlen(start) + 3 * strlen(path) + 1, 1), *p = uri;

	if (!uri)
		return NULL;
	while (*start)
		*p++ = *start++;
	for (; *path; path++) {
		const unsigned char c = (unsigned char)*path;

		if (c == '%' || c == '?' || c == '#') {
			*p++ = '%';
			*p++ = hex[c >> 4];
			*p++ = hex[c & 15];
		} else {
			*p++ = *path;
		}
	}
	return uri;
}

enum nines_status store_create_connect(
    struct store *store, const char *path, unsigned wait_ms, struct nines_error *err)
{
	char *uri = uri_of(path);
	int rc;

	if (!uri)
		return err_nomem(err);
	rc = sqlite3_open_v2(
	    uri, &store->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, NULL);
	mem_free(uri);
	if (rc != SQLITE_OK)
		return store_sql_fail(store, rc, "cannot open", err);
	(void)sqlite3_extended_result_codes(store->db, 1);
	(void)sqlite3_busy_timeout(store->db, wait_ms < INT32_MAX ? (int)wait_ms : INT32_MAX);
	return NINES_OK;
}

/* ---- a new store ---- */

/* A new store is built beside its name, locked, and linked to its name when it is whole and synced.
 * It is written as one piece, without a journal: a journal belongs to a name, and the file gets
 * another one. */
struct making {
	const char *path;
	char *new;          /* the path and ".new" */
	sqlite3_file *file; /* `new`, through SQLite's own calls, which know its locks */
	unsigned char *image;
	sqlite3_int64 bytes;
	unsigned wait_ms;
	int again; /* another process was faster: look anew */
};

/* Makes the last folder of the path where it is missing.  SQLite would not say why a folder cannot
 * be written. */
static enum nines_status make_folder(const char *path, struct nines_error *err)
{
	const char *slash = strrchr(path, '/');
	const size_t n = slash && slash > path ? (size_t)(slash - path) : 1;
	enum nines_status status = NINES_OK;
	char *folder = mem_new(n + 1, 1);
	struct stat st;

	if (!folder)
		return err_nomem(err);
	memcpy(folder, slash ? path : ".", n);
	if (stat(folder, &st) != 0 && mkdir(folder, 0777) != 0 && errno != EEXIST)
		status = err_errno(err, errno, folder, "cannot make the folder of the store");
	else if (access(folder, W_OK | X_OK) != 0)
		status = err_errno(err, errno, folder, "cannot make a store in this folder");
	mem_free(folder);
	return status;
}

/* The bytes of a store without counts. */
static enum nines_status make_image(struct making *m, struct nines_error *err)
{
	struct store store = { .path = m->new };
	int rc = sqlite3_open_v2(
	    ":memory:", &store.db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
	enum nines_status status = NINES_OK;

	if (rc != SQLITE_OK)
		status = store_sql_fail(&store, rc, NULL, err);
	if (status == NINES_OK)
		status = store_schema_migrate(&store, 0, err);
	if (status == NINES_OK)
		m->image = sqlite3_serialize(store.db, "main", &m->bytes, 0);
	store_sql_close(&store);
	return status != NINES_OK ? status : m->image ? NINES_OK : err_nomem(err);
}

static enum nines_status failed(const struct making *m, int rc, struct nines_error *err)
{
	if (rc == SQLITE_NOMEM || rc == SQLITE_IOERR_NOMEM)
		return err_nomem(err);
	return err_errno(
	    err, rc == SQLITE_FULL && errno == 0 ? ENOSPC : errno, m->new, "cannot make the store");
}

/* RESERVED is the lock of one writer. */
static enum nines_status lock(struct making *m, struct nines_error *err)
{
	for (unsigned waited = 0;; waited += STEP_MS) {
		int rc = m->file->pMethods->xLock(m->file, SQLITE_LOCK_SHARED);

		if (rc == SQLITE_OK)
			rc = m->file->pMethods->xLock(m->file, SQLITE_LOCK_RESERVED);
		if (rc == SQLITE_OK)
			return NINES_OK;
		(void)m->file->pMethods->xUnlock(m->file, SQLITE_LOCK_NONE);
		if (rc != SQLITE_BUSY)
			return failed(m, rc, err);
		if (waited >= m->wait_ms)
			return err_about(
			    err, NINES_E_BUSY, m->path, "another process is making the store");
		(void)sqlite3_sleep(STEP_MS);
	}
}

/* Whether the file is nobody else's: empty, or what a run that was killed left. */
static enum nines_status check_remains(struct making *m, struct nines_error *err)
{
	unsigned char p[STORE_HEADER_BYTES] = { 0 };
	sqlite3_int64 size = 0;
	int rc = m->file->pMethods->xFileSize(m->file, &size);

	if (rc == SQLITE_OK && size > 0)
		rc = m->file->pMethods->xRead(m->file, p, sizeof p, 0);
	if (rc != SQLITE_OK && rc != SQLITE_IOERR_SHORT_READ)
		return failed(m, rc, err);
	if (size == 0 || (rc == SQLITE_OK && store_is_own(p)))
		return NINES_OK;
	return err_about(err, NINES_E_STORE, m->new, "is in the way of a new store: remove it");
}

static enum nines_status fill(struct making *m, struct nines_error *err)
{
	const sqlite3_io_methods *call = m->file->pMethods;
	int rc = call->xTruncate(m->file, 0);

	if (rc == SQLITE_OK)
		rc = call->xWrite(m->file, m->image, (int)m->bytes, 0);
	if (rc == SQLITE_OK)
		rc = call->xSync(m->file, SQLITE_SYNC_FULL);
	return rc == SQLITE_OK ? NINES_OK : failed(m, rc, err);
}

/* A journal that a removed store left would be played back into the new one. */
static enum nines_status remove_journal(struct making *m, sqlite3_vfs *vfs, struct nines_error *err)
{
	const size_t room = strlen(m->path) + sizeof "-journal";
	char *journal = mem_new(room, 1);
	int rc;

	if (!journal)
		return err_nomem(err);
	(void)snprintf(journal, room, "%s-journal", m->path);
	rc = vfs->xDelete(vfs, journal, 0);
	mem_free(journal);
	return rc == SQLITE_OK || rc == SQLITE_IOERR_DELETE_NOENT ? NINES_OK : failed(m, rc, err);
}

/* Gives the file its name, unless another process gave one by now. */
static enum nines_status name(struct making *m, sqlite3_vfs *vfs, struct nines_error *err)
{
	enum nines_status status;
	struct stat st;

	if (lstat(m->path, &st) == 0)
		return NINES_OK;
	status = fill(m, err);
	if (status == NINES_OK)
		status = remove_journal(m, vfs, err);
	if (status == NINES_OK && link(m->new, m->path) != 0 && errno != EEXIST)
		status = err_errno(err, errno, m->path, "cannot make the store");
	return status;
}

/* Whoever removes a file of the new name holds its lock, as this process does now: until this
 * returns, the name means the file that is open. */
static enum nines_status publish(struct making *m, struct nines_error *err)
{
	sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);
	enum nines_status status = check_remains(m, err);
	struct stat st;
	int rc;

	if (status != NINES_OK)
		return status;
	/* A file of two names is a store that was made by a run that was killed below.  It may have
	 * been moved since; only this name goes. */
	m->again = lstat(m->new, &st) != 0 || st.st_nlink > 1;
	if (!m->again)
		status = name(m, vfs, err);
	rc = vfs->xDelete(vfs, m->new, 1);
	if (rc != SQLITE_OK && rc != SQLITE_IOERR_DELETE_NOENT && status == NINES_OK)
		status = err_errno(err, errno, m->new, "cannot remove");
	return status;
}

static enum nines_status make(struct making *m, struct nines_error *err)
{
	sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);
	int flags = SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, moved = 0;
	enum nines_status status;
	int rc = vfs->xOpen(vfs, m->new, m->file, flags, &flags);

	if (rc != SQLITE_OK)
		return failed(m, rc, err);
	m->again = 0;
	status = lock(m, err);
	if (status == NINES_OK) {
		(void)m->file->pMethods->xFileControl(m->file, SQLITE_FCNTL_HAS_MOVED, &moved);
		m->again = moved;
	}
	if (status == NINES_OK && !moved)
		status = publish(m, err);
	(void)m->file->pMethods->xClose(m->file);
	return status;
}

enum nines_status store_create(const char *path, unsigned wait_ms, struct nines_error *err)
{
	const size_t room = strlen(path) + sizeof ".new" + 1;
	struct making m = { .path = path, .new = mem_new(room, 1), .wait_ms = wait_ms, .again = 1 };
	enum nines_status status = NINES_OK;

	if (sqlite3_initialize() == SQLITE_OK)
		m.file = mem_new(1, (size_t)sqlite3_vfs_find(NULL)->szOsFile);
	if (!m.new || !m.file)
		status = err_nomem(err);
	else
		(void)snprintf(m.new, room, "%s.new", path);
	if (status == NINES_OK)
		status = make_folder(path, err);
	if (status == NINES_OK)
		status = make_image(&m, err);
	for (int i = 0; i < TRIES && status == NINES_OK && m.again; i++)
		status = make(&m, err);
	if (status == NINES_OK && m.again)
		status =
		    err_about(err, NINES_E_BUSY, path, "other processes keep making the store");
	sqlite3_free(m.image);
	mem_free(m.file);
	mem_free(m.new);
	return status;
}
