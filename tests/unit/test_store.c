#include "store_room.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <time.h>

#include "mem.h"
#include "store_impl.h"

/* ---- helpers ---- */

struct bytes {
	size_t n;
	char p[1 << 17];
};

static void file_read(const char *path, struct bytes *b)
{
	FILE *f = fopen(path, "rb");

	ck_assert_ptr_nonnull(f);
	b->n = fread(b->p, 1, sizeof b->p, f);
	ck_assert_uint_lt(b->n, sizeof b->p);
	(void)fclose(f);
}

static void file_write(const char *path, const void *p, size_t n)
{
	FILE *f = fopen(path, "wb");

	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(p, 1, n, f), n);
	(void)fclose(f);
}

static size_t files(const char *folder)
{
	DIR *dir = opendir(folder);
	size_t n = 0;

	ck_assert_ptr_nonnull(dir);
	while (readdir(dir))
		n++;
	(void)closedir(dir);
	return n - 2;
}

static const char *beside(const char *suffix)
{
	static char path[128];

	(void)snprintf(path, sizeof path, "%s%s", room_path, suffix);
	return path;
}

static int exists(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

/* Statements run by SQLite itself, as a person would. */
static void sql(const char *path, const char *text)
{
	sqlite3 *db;

	ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
	ck_assert_msg(sqlite3_exec(db, text, NULL, NULL, NULL) == SQLITE_OK, "%s: %s", text,
	    sqlite3_errmsg(db));
	(void)sqlite3_close(db);
}

static void nap(long ms)
{
	(void)nanosleep(&(struct timespec){ ms / 1000, ms % 1000 * 1000000 }, NULL);
}

static void ck_waits_for(pid_t child)
{
	int status;

	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), 0);
}

/* A transaction that reached the file and was never ended, as kill -9 leaves it. */
static void die_within_a_write(void)
{
	const pid_t child = fork();

	if (child == 0) {
		struct store *store;
		struct store_source source;
		struct tally t;

		tally_init(&t, 2, 60);
		room_count(&t, NOON, 300, 9);
		source = room_source("killed.log", &t);
		if (store_open(&store, room_path, STORE_WRITE, 0, NULL) != NINES_OK ||
		    store_begin(store, NULL) != NINES_OK ||
		    store_write(store,
		        &(struct store_record){
		            .source = &source, .shape = &room_shape, .tally = &t },
		        NULL, NULL) != NINES_OK ||
		    sqlite3_db_cacheflush(store->db) != SQLITE_OK)
			_exit(1);
		_exit(0);
	}
	ck_waits_for(child);
}

/* ---- making one ---- */

START_TEST(a_store_is_made_with_its_last_folder)
{
	char path[128];
	struct store *store;

	room_make();
	(void)snprintf(path, sizeof path, "%s/new/nines.db", room_folder);
	OK(store_open(&store, path, STORE_WRITE, 0, &room_err));
	ck_assert_str_eq(store_path(store), path);
	ck_assert_uint_eq(room_lines(store), 0);
	ck_assert_uint_eq(room_verify(store, NULL), 0);
	store_close(store);
	OK(store_open(&store, path, STORE_READ, 0, &room_err));
	store_close(store);
	(void)snprintf(path, sizeof path, "%s/new", room_folder);
	ck_assert_uint_le(files(path), 2); /* the store and its journal */
	room_clear();
}
END_TEST

START_TEST(more_than_one_missing_folder_is_an_error_and_makes_nothing)
{
	char path[128];
	struct store *store;

	room_make();
	(void)snprintf(path, sizeof path, "%s/a/b/nines.db", room_folder);
	FAILS(NINES_E_IO, store_open(&store, path, STORE_WRITE, 0, &room_err));
	ck_assert_msg(
	    strstr(room_err.text, "No such file or directory") != NULL, "%s", room_err.text);
	ck_assert_uint_eq(files(room_folder), 0);
	room_clear();
}
END_TEST

START_TEST(reading_never_makes_a_store_and_says_what_does)
{
	struct store *store;

	room_make();
	FAILS(NINES_E_STORE, store_open(&store, room_path, STORE_READ, 0, &room_err));
	ck_assert_ptr_nonnull(strstr(room_err.text, "nines ingest"));
	ck_assert_str_eq(room_err.source, room_path);
	ck_assert_uint_eq(files(room_folder), 0);
	room_clear();
}
END_TEST

START_TEST(any_name_is_a_file_and_nothing_else)
{
	static const char *const name[] = { ":memory:", "file:x?mode=memory", "a%20b#c?d=e",
		" x\ty.db" };
	struct store *store;

	room_make();
	ck_assert_int_eq(chdir(room_folder), 0);
	for (size_t i = 0; i < sizeof name / sizeof *name; i++) {
		OK(store_open(&store, name[i], STORE_WRITE, 0, &room_err));
		(void)room_add(store, "x", NOON, 1);
		store_close(store);
		ck_assert(exists(name[i]));
		OK(store_open(&store, name[i], STORE_READ, 0, &room_err));
		ck_assert_uint_eq(room_lines(store), 2);
		store_close(store);
	}
	ck_assert_int_eq(chdir("/"), 0);
	room_clear();
}
END_TEST

/* What a kill leaves at each step of making a store. */
static void left_empty(void)
{
	file_write(beside(".new"), "", 0);
}
static void left_half_written(void)
{
	struct bytes b;

	store_close(room_open(STORE_WRITE));
	file_read(room_path, &b);
	file_write(beside(".new"), b.p, b.n / 2);
	ck_assert_int_eq(unlink(room_path), 0);
}
static void left_whole(void)
{
	store_close(room_open(STORE_WRITE));
	ck_assert_int_eq(rename(room_path, beside(".new")), 0);
}
static void left_twice(void)
{
	store_close(room_open(STORE_WRITE));
	ck_assert_int_eq(link(room_path, beside(".new")), 0);
}

START_TEST(what_a_killed_run_left_is_taken_up)
{
	static void (*const leave[])(
	    void) = { left_empty, left_half_written, left_whole, left_twice };

	for (size_t i = 0; i < sizeof leave / sizeof *leave; i++) {
		struct store *store;

		room_make();
		leave[i]();
		store = room_open(STORE_WRITE);
		(void)room_add(store, "x", NOON, 1);
		ck_assert_uint_eq(room_lines(store), 2);
		ck_assert_uint_eq(room_verify(store, NULL), 0);
		store_close(store);
		ck_assert(!exists(beside(".new")));
		room_clear();
	}
}
END_TEST

START_TEST(what_is_in_the_way_of_a_new_store_stays_and_is_named)
{
	static const char text[] = "somebody's notes";
	struct store *store;
	struct bytes b;

	room_make();
	file_write(beside(".new"), text, sizeof text);
	FAILS(NINES_E_STORE, store_open(&store, room_path, STORE_WRITE, 0, &room_err));
	ck_assert_str_eq(room_err.source, beside(".new"));
	file_read(beside(".new"), &b);
	ck_assert_uint_eq(b.n, sizeof text);
	ck_assert_mem_eq(b.p, text, sizeof text);
	ck_assert(!exists(room_path));
	room_clear();
}
END_TEST

static void left_to_a_store_that_was_moved(void)
{
	struct store *store = room_open(STORE_WRITE);

	(void)room_add(store, "x", NOON, 3);
	store_close(store);
	ck_assert_int_eq(link(room_path, beside(".new")), 0);
	ck_assert_int_eq(rename(room_path, beside(".moved")), 0);
}

START_TEST(a_store_that_was_moved_away_is_not_touched_by_making_another)
{
	struct store *store;

	room_make();
	left_to_a_store_that_was_moved();
	store = room_open(STORE_WRITE);
	ck_assert_uint_eq(room_lines(store), 0);
	store_close(store);
	OK(store_open(&store, beside(".moved"), STORE_READ, 0, &room_err));
	ck_assert_uint_eq(room_lines(store), 6);
	store_close(store);
	ck_assert(!exists(beside(".new")));
	room_clear();
}
END_TEST

START_TEST(the_journal_of_a_removed_store_is_not_played_into_a_new_one)
{
	struct store *store;

	room_make();
	store = room_open(STORE_WRITE);
	(void)room_add(store, "x", NOON, 3);
	store_close(store);
	die_within_a_write();
	ck_assert_int_eq(unlink(room_path), 0);
	store = room_open(STORE_WRITE);
	ck_assert_uint_eq(room_lines(store), 0);
	ck_assert_uint_eq(room_verify(store, NULL), 0);
	store_close(store);
	room_clear();
}
END_TEST

#define MAKERS 8

START_TEST(many_processes_that_make_one_store_at_once_share_it)
{
	struct store *store;
	pid_t child[MAKERS];

	room_make();
	for (int i = 0; i < MAKERS; i++) {
		child[i] = fork();
		if (child[i] != 0)
			continue;
		if (store_open(&store, room_path, STORE_WRITE, 60000, &room_err) != NINES_OK) {
			(void)fprintf(stderr, "%s: %s\n", room_err.source, room_err.text);
			_exit(1);
		}
		(void)room_add(store, "x", NOON, 1);
		store_close(store);
		_exit(0);
	}
	for (int i = 0; i < MAKERS; i++)
		ck_waits_for(child[i]);
	store = room_open(STORE_READ);
	ck_assert_uint_eq(room_lines(store), MAKERS * 2);
	store_close(store);
	ck_assert(!exists(beside(".new")));
	room_clear();
}
END_TEST

/* ---- what is no store ---- */

static void make_empty(void)
{
	file_write(room_path, "", 0);
}
static void make_short(void)
{
	file_write(room_path, "SQLite format 3", 16);
}
static void make_text(void)
{
	char text[400];

	memset(text, 'x', sizeof text);
	file_write(room_path, text, sizeof text);
}
static void make_foreign(void)
{
	sql(room_path, "CREATE TABLE theirs (x); INSERT INTO theirs VALUES (1)");
}
static void make_newer(void)
{
	store_close(room_open(STORE_WRITE));
	(void)unlink(beside("-journal"));
	sql(room_path, "PRAGMA user_version = 2");
}
static void make_unversioned(void)
{
	store_close(room_open(STORE_WRITE));
	(void)unlink(beside("-journal"));
	sql(room_path, "PRAGMA user_version = 0");
}
/* A transaction of another program that waits to be undone. */
static void make_foreign_hot(void)
{
	pid_t child;

	make_foreign();
	child = fork();
	if (child == 0) {
		sqlite3 *db;

		if (sqlite3_open(room_path, &db) != SQLITE_OK ||
		    sqlite3_exec(db, "BEGIN; INSERT INTO theirs VALUES (2)", NULL, NULL, NULL) !=
		        SQLITE_OK ||
		    sqlite3_db_cacheflush(db) != SQLITE_OK)
			_exit(1);
		_exit(0);
	}
	ck_waits_for(child);
	ck_assert(exists(beside("-journal")));
}

START_TEST(what_is_no_store_is_refused_in_words_and_stays_as_it_is)
{
	static const struct {
		void (*make)(void);
		const char *says;
	} row[] = {
		{ make_empty, "is empty, not a store" },
		{ make_short, "is not a store of nines" },
		{ make_text, "is not a store of nines" },
		{ make_foreign, "another program's SQLite file" },
		{ make_foreign_hot, "another program's SQLite file" },
		{ make_newer, "version 2" },
		{ make_unversioned, "is damaged" },
	};
	struct bytes before, after;
	struct store *store;

	for (size_t i = 0; i < sizeof row / sizeof *row; i++)
		for (enum store_mode mode = STORE_READ; mode <= STORE_WRITE; mode++) {
			size_t n;

			room_make();
			row[i].make();
			n = files(room_folder);
			file_read(room_path, &before);
			FAILS(NINES_E_STORE, store_open(&store, room_path, mode, 0, &room_err));
			ck_assert_msg(
			    strstr(room_err.text, row[i].says) != NULL, "%s", room_err.text);
			ck_assert_str_eq(room_err.source, room_path);
			file_read(room_path, &after);
			ck_assert_uint_eq(before.n, after.n);
			ck_assert_mem_eq(before.p, after.p, before.n);
			ck_assert_uint_eq(files(room_folder), n);
			room_clear();
		}
}
END_TEST

START_TEST(a_folder_a_pipe_and_a_link_to_nothing_are_no_stores)
{
	struct store *store;

	room_make();
	FAILS(NINES_E_STORE, store_open(&store, room_folder, STORE_WRITE, 0, &room_err));
	ck_assert_ptr_nonnull(strstr(room_err.text, "is a folder"));
	ck_assert_int_eq(mkfifo(room_path, 0600), 0);
	FAILS(NINES_E_STORE, store_open(&store, room_path, STORE_READ, 0, &room_err));
	ck_assert_int_eq(unlink(room_path), 0);
	ck_assert_int_eq(symlink("nowhere", room_path), 0);
	FAILS(NINES_E_STORE, store_open(&store, room_path, STORE_WRITE, 0, &room_err));
	ck_assert_ptr_nonnull(strstr(room_err.text, "symbolic link"));
	room_clear();
}
END_TEST

START_TEST(a_store_in_another_journal_mode_is_brought_back)
{
	struct store *store;

	room_make();
	store = room_open(STORE_WRITE);
	(void)room_add(store, "x", NOON, 1);
	store_close(store);
	sql(room_path, "PRAGMA journal_mode = WAL");
	store = room_open(STORE_READ);
	ck_assert_uint_eq(room_lines(store), 2);
	store_close(store);
	store = room_open(STORE_WRITE);
	(void)room_add(store, "y", NOON, 1);
	ck_assert_uint_eq(room_lines(store), 4);
	store_close(store);
	ck_assert(!exists(beside("-wal")));
	room_clear();
}
END_TEST

/* ---- transactions ---- */

START_TEST(what_was_not_committed_is_gone)
{
	struct store_source source;
	struct store *store;
	struct tally t;

	room_make();
	tally_init(&t, 2, 60);
	room_count(&t, NOON, 5, 2);
	source = room_source("x", &t);
	for (int i = 0; i < 2; i++) {
		store = room_open(STORE_WRITE);
		OK(store_begin(store, &room_err));
		OK(store_write(store,
		    &(struct store_record){ .source = &source, .shape = &room_shape, .tally = &t },
		    NULL, &room_err));
		ck_assert_uint_eq(room_lines(store), 10); /* the transaction sees itself */
		if (i == 0) {
			store_rollback(store);
			ck_assert_uint_eq(room_lines(store), 0);
		}
		store_close(store);
	}
	store = room_open(STORE_READ);
	ck_assert_uint_eq(room_lines(store), 0);
	store_close(store);
	tally_fini(&t);
	room_clear();
}
END_TEST

START_TEST(a_write_that_was_killed_is_undone_by_who_comes_next)
{
	for (enum store_mode mode = STORE_READ; mode <= STORE_WRITE; mode++) {
		struct store *store;
		struct stat st;

		room_make();
		store = room_open(STORE_WRITE);
		(void)room_add(store, "x", NOON, 3);
		store_close(store);
		die_within_a_write();
		ck_assert_int_eq(stat(beside("-journal"), &st), 0);
		ck_assert_int_gt(st.st_size, 0);
		store = room_open(mode);
		ck_assert_uint_eq(room_lines(store), 6);
		ck_assert_uint_eq(room_verify(store, NULL), 0);
		store_close(store);
		room_clear();
	}
}
END_TEST

START_TEST(writing_outside_a_transaction_or_into_a_store_to_read_is_a_bug)
{
	struct store *store;
	struct tally t;
	struct store_source source;

	room_make();
	tally_init(&t, 2, 60);
	source = room_source("x", &t);
	store = room_open(STORE_WRITE);
	FAILS(NINES_E_INTERNAL,
	    store_write(store,
	        &(struct store_record){ .source = &source, .shape = &room_shape, .tally = &t },
	        NULL, &room_err));
	FAILS(NINES_E_INTERNAL, store_touch(store, &source, &room_err));
	FAILS(NINES_E_INTERNAL, store_gap(store, 1, NOON, NOON, &room_err));
	FAILS(NINES_E_INTERNAL, store_prune(store, NOON, NULL, &room_err));
	FAILS(NINES_E_INTERNAL, store_forget(store, "x", NULL, &room_err));
	FAILS(NINES_E_INTERNAL, store_commit(store, &room_err));
	OK(store_begin(store, NULL));
	FAILS(NINES_E_INTERNAL, store_begin(store, &room_err));
	FAILS(NINES_E_INTERNAL, store_touch(store, &source, &room_err)); /* there is no source 0 */
	FAILS(NINES_E_INTERNAL, store_gap(store, 1, NOON, NOON, &room_err));
	store_close(store);
	room_err.code = NINES_OK;
	store = room_open(STORE_READ);
	FAILS(NINES_E_INTERNAL, store_begin(store, &room_err));
	store_close(store);
	room_clear();
}
END_TEST

/* ---- two processes ---- */

/* Holds the write lock until `release` is closed; `held` tells when it is held. */
static pid_t hold_the_lock(int commit, int release[2])
{
	int held[2];
	pid_t child;
	char c;

	ck_assert_int_eq(pipe(held), 0);
	ck_assert_int_eq(pipe(release), 0);
	child = fork();
	if (child == 0) {
		struct store *store = room_open(STORE_WRITE);
		struct store_source source;
		struct tally t;

		(void)close(release[1]);
		tally_init(&t, 2, 60);
		room_count(&t, NOON + HOUR, 1, 100);
		source = room_source("theirs", &t);
		OK(store_begin(store, &room_err));
		OK(store_write(store,
		    &(struct store_record){ .source = &source, .shape = &room_shape, .tally = &t },
		    NULL, &room_err));
		(void)!write(held[1], "!", 1);
		(void)!read(release[0], &c, 1);
		if (commit)
			OK(store_commit(store, &room_err));
		store_close(store);
		_exit(0);
	}
	(void)close(release[0]);
	ck_assert_int_eq(read(held[0], &c, 1), 1);
	(void)close(held[0]);
	(void)close(held[1]);
	return child;
}

START_TEST(a_second_writer_is_told_that_the_store_is_held)
{
	struct store *store;
	int release[2];
	pid_t child;

	room_make();
	store = room_open(STORE_WRITE);
	child = hold_the_lock(0, release);
	FAILS(NINES_E_BUSY, store_begin(store, &room_err));
	ck_assert_str_eq(room_err.source, room_path);
	(void)close(release[1]);
	ck_waits_for(child);
	OK(store_begin(store, NULL));
	store_close(store);
	room_clear();
}
END_TEST

START_TEST(a_second_writer_waits_its_turn)
{
	struct store *store;
	int release[2];
	pid_t child, waiting;

	room_make();
	store_close(room_open(STORE_WRITE));
	child = hold_the_lock(1, release);
	waiting = fork();
	if (waiting == 0) {
		(void)close(release[1]);
		OK(store_open(&store, room_path, STORE_WRITE, 60000, &room_err));
		(void)room_add(store, "mine", NOON, 1);
		store_close(store);
		_exit(0);
	}
	nap(50);
	ck_assert_int_eq(waitpid(waiting, NULL, WNOHANG), 0);
	(void)close(release[1]);
	ck_waits_for(child);
	ck_waits_for(waiting);
	store = room_open(STORE_READ);
	ck_assert_uint_eq(room_lines(store), 102);
	store_close(store);
	room_clear();
}
END_TEST

START_TEST(readers_see_what_was_committed_last_while_a_writer_writes)
{
	struct store *store;
	int release[2];
	pid_t child;

	room_make();
	store = room_open(STORE_WRITE);
	(void)room_add(store, "x", NOON, 3);
	store_close(store);
	child = hold_the_lock(1, release);
	store = room_open(STORE_READ);
	ck_assert_uint_eq(room_lines(store), 6);
	(void)close(release[1]);
	ck_waits_for(child);
	ck_assert_uint_eq(room_lines(store), 106);
	store_close(store);
	room_clear();
}
END_TEST

START_TEST(a_commit_that_a_reader_keeps_from_happening_leaves_nothing)
{
	struct store *store;
	struct store_source source;
	struct tally t;
	int ready[2], release[2];
	pid_t child;
	char c;

	room_make();
	store = room_open(STORE_WRITE);
	ck_assert_int_eq(pipe(ready), 0);
	ck_assert_int_eq(pipe(release), 0);
	child = fork();
	if (child == 0) {
		struct store *reader = room_open(STORE_READ);
		struct store_meta meta;

		(void)close(release[1]);
		OK(store_read_begin(reader, &room_err));
		OK(store_source_meta(reader, &meta, &room_err));
		(void)!write(ready[1], "!", 1);
		(void)!read(release[0], &c, 1);
		_exit(0);
	}
	ck_assert_int_eq(read(ready[0], &c, 1), 1);
	tally_init(&t, 2, 60);
	room_count(&t, NOON, 1, 2);
	source = room_source("x", &t);
	OK(store_begin(store, &room_err));
	OK(store_write(store,
	    &(struct store_record){ .source = &source, .shape = &room_shape, .tally = &t }, NULL,
	    &room_err));
	FAILS(NINES_E_BUSY, store_commit(store, &room_err));
	(void)close(release[1]);
	ck_waits_for(child);
	ck_assert_uint_eq(room_lines(store), 0);
	OK(store_begin(store, NULL)); /* and the lock is free */
	store_close(store);
	tally_fini(&t);
	room_clear();
}
END_TEST

/* ---- permissions and room ---- */

/* Root may do anything; the tests of permissions are nobody's. */
static void be_nobody(void)
{
	ck_assert_int_eq(chmod(room_folder, 0755), 0);
	if (geteuid() == 0)
		ck_assert_int_eq(setuid(65534), 0);
	else
		ck_assert_int_eq(chmod(room_folder, 0555), 0);
}

/* In a process of its own, so that the folder can be removed after. */
static void as_nobody(void (*call)(void))
{
	const pid_t child = fork();

	if (child == 0) {
		be_nobody();
		call();
		_exit(0);
	}
	ck_waits_for(child);
}

static void reads_but_does_not_write(void)
{
	struct store *store = room_open(STORE_READ);

	ck_assert_uint_eq(room_lines(store), 2);
	ck_assert_uint_eq(room_verify(store, NULL), 0);
	store_close(store);
	FAILS(NINES_E_IO, store_open(&store, room_path, STORE_WRITE, 0, &room_err));
}

START_TEST(a_store_that_cannot_be_written_can_be_read)
{
	struct store *store;

	room_make();
	store = room_open(STORE_WRITE);
	(void)room_add(store, "x", NOON, 1);
	store_close(store);
	ck_assert_int_eq(chmod(room_path, 0444), 0);
	as_nobody(reads_but_does_not_write);
	ck_assert_int_eq(unlink(beside("-journal")), 0);
	as_nobody(reads_but_does_not_write);
	room_clear();
}
END_TEST

static void says_that_a_write_must_be_undone(void)
{
	struct store *store;

	FAILS(NINES_E_IO, store_open(&store, room_path, STORE_READ, 0, &room_err));
	ck_assert_ptr_nonnull(strstr(room_err.text, "interrupted write"));
}

START_TEST(an_interrupted_write_that_cannot_be_undone_here_is_told)
{
	struct store *store;

	room_make();
	store = room_open(STORE_WRITE);
	(void)room_add(store, "x", NOON, 1);
	store_close(store);
	die_within_a_write();
	ck_assert_int_eq(chmod(room_path, 0444), 0);
	ck_assert_int_eq(chmod(beside("-journal"), 0444), 0);
	as_nobody(says_that_a_write_must_be_undone);
	ck_assert_int_eq(chmod(room_folder, 0755), 0);
	ck_assert_int_eq(chmod(room_path, 0644), 0);
	ck_assert_int_eq(chmod(beside("-journal"), 0644), 0);
	store = room_open(STORE_WRITE);
	ck_assert_uint_eq(room_lines(store), 2);
	store_close(store);
	room_clear();
}
END_TEST

static void makes_nothing(void)
{
	struct store *store;

	FAILS(NINES_E_IO, store_open(&store, room_path, STORE_WRITE, 0, &room_err));
	ck_assert_msg(strstr(room_err.text, "Permission denied") != NULL, "%s", room_err.text);
}

START_TEST(where_nothing_can_be_made_no_store_is_made)
{
	room_make();
	as_nobody(makes_nothing);
	ck_assert_uint_eq(files(room_folder), 0);
	room_clear();
}
END_TEST

static void limit_files(rlim_t bytes)
{
	struct rlimit limit;

	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = bytes;
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

START_TEST(a_full_disk_leaves_the_store_as_it_was)
{
	struct store *store;
	struct store_source source;
	struct tally t;
	enum nines_status status;
	struct stat st;

	room_make();
	(void)signal(SIGXFSZ, SIG_IGN);
	store = room_open(STORE_WRITE);
	(void)room_add(store, "x", NOON, 3);
	tally_init(&t, 2, 60);
	room_count(&t, NOON, 20000, 2);
	source = room_source("y", &t);
	ck_assert_int_eq(stat(room_path, &st), 0);
	for (rlim_t room = 0; room < 300000; room += 33333) {
		limit_files((rlim_t)st.st_size + room);
		room_err = (struct nines_error){ .code = NINES_OK };
		OK(store_begin(store, &room_err));
		status = store_write(store,
		    &(struct store_record){ .source = &source, .shape = &room_shape, .tally = &t },
		    NULL, &room_err);
		if (status == NINES_OK)
			status = store_commit(store, &room_err);
		store_rollback(store);
		ck_assert_int_eq(status, NINES_E_IO);
		ck_assert_int_eq(room_err.code, NINES_E_IO);
		limit_files(RLIM_INFINITY);
		ck_assert_uint_eq(room_lines(store), 6);
		ck_assert_uint_eq(room_verify(store, NULL), 0);
	}
	ck_assert_int_eq(room_write(store, &source, &room_shape, &t, 0), 2);
	ck_assert_uint_eq(room_lines(store), 40006);
	store_close(store);
	tally_fini(&t);
	room_clear();
}
END_TEST

START_TEST(a_store_that_does_not_fit_is_not_made)
{
	struct store *store;
	struct stat st;

	room_make();
	store_close(room_open(STORE_WRITE));
	ck_assert_int_eq(stat(room_path, &st), 0);
	room_clear();
	for (rlim_t room = 0; room < (rlim_t)st.st_size; room += 4096) {
		room_make();
		(void)signal(SIGXFSZ, SIG_IGN);
		limit_files(room);
		FAILS(NINES_E_IO, store_open(&store, room_path, STORE_WRITE, 0, &room_err));
		limit_files(RLIM_INFINITY);
		ck_assert(!exists(room_path));
		room_err.code = NINES_OK;
		store_close(room_open(STORE_WRITE));
		room_clear();
	}
}
END_TEST

START_TEST(a_store_that_was_removed_while_open_takes_no_writes)
{
	struct store *store;
	struct store_source source;
	struct tally t;
	enum nines_status status;

	room_make();
	store = room_open(STORE_WRITE);
	(void)room_add(store, "x", NOON, 3);
	ck_assert_int_eq(unlink(room_path), 0);
	tally_init(&t, 2, 60);
	source = room_source("y", &t);
	room_err = (struct nines_error){ .code = NINES_OK };
	status = store_begin(store, &room_err);
	if (status == NINES_OK)
		status = store_write(store,
		    &(struct store_record){ .source = &source, .shape = &room_shape, .tally = &t },
		    NULL, &room_err);
	ck_assert_int_eq(status, NINES_E_IO);
	ck_assert_ptr_nonnull(strstr(room_err.text, "moved or removed"));
	store_close(store);
	room_clear();
}
END_TEST

SUITE("store", a_store_is_made_with_its_last_folder,
    more_than_one_missing_folder_is_an_error_and_makes_nothing,
    reading_never_makes_a_store_and_says_what_does, any_name_is_a_file_and_nothing_else,
    what_a_killed_run_left_is_taken_up, what_is_in_the_way_of_a_new_store_stays_and_is_named,
    a_store_that_was_moved_away_is_not_touched_by_making_another,
    the_journal_of_a_removed_store_is_not_played_into_a_new_one,
    many_processes_that_make_one_store_at_once_share_it,
    what_is_no_store_is_refused_in_words_and_stays_as_it_is,
    a_folder_a_pipe_and_a_link_to_nothing_are_no_stores,
    a_store_in_another_journal_mode_is_brought_back, what_was_not_committed_is_gone,
    a_write_that_was_killed_is_undone_by_who_comes_next,
    writing_outside_a_transaction_or_into_a_store_to_read_is_a_bug,
    a_second_writer_is_told_that_the_store_is_held, a_second_writer_waits_its_turn,
    readers_see_what_was_committed_last_while_a_writer_writes,
    a_commit_that_a_reader_keeps_from_happening_leaves_nothing,
    a_store_that_cannot_be_written_can_be_read,
    an_interrupted_write_that_cannot_be_undone_here_is_told,
    where_nothing_can_be_made_no_store_is_made, a_full_disk_leaves_the_store_as_it_was,
    a_store_that_does_not_fit_is_not_made, a_store_that_was_removed_while_open_takes_no_writes)
