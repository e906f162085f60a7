#include "store.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "err.h"
#include "store_impl.h"

/* ---- what lies there ---- */

#define AT_VERSION 60
#define AT_ID      68

static uint32_t big_endian(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static int is_sqlite(const unsigned char *header)
{
	return memcmp(header, "SQLite format 3", 16) == 0;
}

int store_is_own(const unsigned char header[STORE_HEADER_BYTES])
{
	return is_sqlite(header) && big_endian(header + AT_ID) == STORE_APPLICATION_ID;
}

static enum nines_status refuse(const char *path, const char *what, struct nines_error *err)
{
	return err_about(err, NINES_E_STORE, path, "%s", what);
}

/* Looks at the header through the open file, without locks and before SQLite reads anything: a file
 * of another program stays as it is, with its journal. */
static enum nines_status header_check(const struct store *store, struct nines_error *err)
{
	static const char other[] = "is not a store of nines: give another name, or move it away";
	unsigned char p[STORE_HEADER_BYTES] = { 0 };
	sqlite3_file *file = NULL;
	uint32_t version;
	int rc = sqlite3_file_control(store->db, "main", SQLITE_FCNTL_FILE_POINTER, &file);

	if (rc == SQLITE_OK && file && file->pMethods)
		rc = file->pMethods->xRead(file, p, sizeof p, 0);
	if (rc == SQLITE_IOERR_SHORT_READ)
		return refuse(store->path, other, err);
	if (rc != SQLITE_OK)
		return store_sql_fail(store, rc, NULL, err);
	if (!is_sqlite(p))
		return refuse(store->path, other, err);
	if (!store_is_own(p))
		return refuse(store->path,
		    "is another program's SQLite file, not a store of nines: give another name",
		    err);
	version = big_endian(p + AT_VERSION);
	if (version > STORE_VERSION)
		return err_about(err, NINES_E_STORE, store->path,
		    "is a store of version %lu, and this nines knows versions up to %d: use a "
		    "newer nines",
		    (unsigned long)version, STORE_VERSION);
	return version > 0 ? NINES_OK : store_sql_damaged(store, "no version", err);
}

static enum nines_status kind_check(
    const char *path, const struct stat *st, struct nines_error *err)
{
	if (S_ISDIR(st->st_mode))
		return refuse(path, "is a folder, not a store: name a file in it", err);
	if (!S_ISREG(st->st_mode))
		return refuse(path, "is not a regular file, so no store: give another name", err);
	if (st->st_size == 0)
		return refuse(path, "is empty, not a store: remove it to have one made", err);
	return NINES_OK;
}

/* A store is there, or is made. */
static enum nines_status look(
    const char *path, enum store_mode mode, unsigned wait_ms, struct nines_error *err)
{
	enum nines_status status;
	struct stat st;
	int is_there;

	if (stat(path, &st) == 0)
		return kind_check(path, &st, err);
	if (errno != ENOENT && errno != ENOTDIR)
		return err_errno(err, errno, path, "cannot open the store");
	is_there = lstat(path, &st) == 0; /* a link to nothing, or made just now */
	if (is_there && S_ISLNK(st.st_mode))
		return refuse(path, "is a symbolic link to a file that does not exist", err);
	if (!is_there && mode == STORE_READ)
		return refuse(path, "no such store: 'nines ingest' makes one", err);
	if (!is_there) {
		status = store_create(path, wait_ms, err);
		if (status != NINES_OK)
			return status;
	}
	if (stat(path, &st) != 0)
		return err_errno(err, errno, path, "cannot open the store");
	return kind_check(path, &st, err);
}

/* A run that was killed while it made the store may have left its other name. */
static enum nines_status tidy(const struct store *store, struct nines_error *err)
{
	const size_t n = strlen(store->path);
	sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);
	struct stat st, other;
	char *path;

	if (stat(store->path, &st) != 0 || st.st_nlink < 2)
		return NINES_OK;
	path = mem_new(n + sizeof ".new", 1);
	if (!path)
		return err_nomem(err);
	memcpy(path, store->path, n);
	memcpy(path + n, ".new", sizeof ".new");
	if (stat(path, &other) == 0 && other.st_ino == st.st_ino && other.st_dev == st.st_dev)
		(void)vfs->xDelete(vfs, path, 0);
	mem_free(path);
	return NINES_OK;
}

/* ---- open and close ---- */

static enum nines_status attach(struct store *store, unsigned wait_ms, struct nines_error *err)
{
	enum nines_status status = store_create_connect(store, store->path, wait_ms, err);

	if (status == NINES_OK)
		status = header_check(store, err);
	if (status == NINES_OK && store->mode == STORE_WRITE &&
	    sqlite3_db_readonly(store->db, "main") == 1)
		status = err_about(err, NINES_E_IO, store->path, "the store cannot be written");
	if (status == NINES_OK)
		status = store_schema_settle(store, err);
	return status == NINES_OK && store->mode == STORE_WRITE ? tidy(store, err) : status;
}

enum nines_status store_open(struct store **store, const char *path, enum store_mode mode,
    unsigned wait_ms, struct nines_error *err)
{
	const size_t n = strlen(path) + 1;
	enum nines_status status = look(path, mode, wait_ms, err);
	struct store *new;

	if (status != NINES_OK)
		return status;
	new = mem_new(1, sizeof *new);
	if (!new)
		return err_nomem(err);
	new->mode = mode;
	new->path = mem_new(n, 1);
	if (new->path)
		memcpy(new->path, path, n);
	status = new->path ? attach(new, wait_ms, err) : err_nomem(err);
	if (status == NINES_OK)
		*store = new;
	else
		store_close(new);
	return status;
}

void store_close(struct store *store)
{
	if (!store)
		return;
	store_sql_close(store);
	mem_free(store->path);
	mem_free(store);
}

const char *store_path(const struct store *store)
{
	return store->path;
}

/* ---- transactions ---- */

enum nines_status store_in_transaction(const struct store *store, struct nines_error *err)
{
	if (store->mode == STORE_WRITE && !sqlite3_get_autocommit(store->db))
		return NINES_OK;
	return err_about(err, NINES_E_INTERNAL, store->path, "a write outside a transaction");
}

enum nines_status store_begin(struct store *store, struct nines_error *err)
{
	int64_t version = 0;
	enum nines_status status;

	if (store->mode != STORE_WRITE || !sqlite3_get_autocommit(store->db))
		return err_about(
		    err, NINES_E_INTERNAL, store->path, "a transaction where there can be none");
	status = store_sql_run(store, STORE_SQL_BEGIN_WRITE, NULL, 0, err);
	if (status == NINES_OK)
		status = store_sql_value(store, STORE_SQL_VERSION, NULL, 0, &version, err);
	if (status == NINES_OK && version != STORE_VERSION)
		status = refuse(store->path, "was changed by a newer nines: use that", err);
	if (status != NINES_OK)
		store_rollback(store);
	return status;
}

enum nines_status store_commit(struct store *store, struct nines_error *err)
{
	enum nines_status status = store_in_transaction(store, err);

	if (status == NINES_OK)
		status = store_sql_run(store, STORE_SQL_COMMIT, NULL, 0, err);
	if (status != NINES_OK)
		store_rollback(store);
	return status;
}

void store_rollback(struct store *store)
{
	if (!sqlite3_get_autocommit(store->db))
		(void)store_sql_run(store, STORE_SQL_ROLLBACK, NULL, 0, NULL);
}

enum nines_status store_read_begin(struct store *store, struct nines_error *err)
{
	store->own_read = sqlite3_get_autocommit(store->db);
	return store->own_read ? store_sql_run(store, STORE_SQL_BEGIN_READ, NULL, 0, err)
	                       : NINES_OK;
}

void store_read_end(struct store *store)
{
	if (store->own_read)
		store_rollback(store);
	store->own_read = 0;
}
