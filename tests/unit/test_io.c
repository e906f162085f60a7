#include "io.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mem.h"
#include "suite.h"

static char directory[] = "/tmp/nines-io-XXXXXX";

static void enter(void)
{
	ck_assert_ptr_nonnull(mkdtemp(directory));
	ck_assert_int_eq(chdir(directory), 0);
}

/* Files in the directory, but for "." and "..". */
static size_t entries(void)
{
	DIR *const d = opendir(".");
	size_t n = 0;

	ck_assert_ptr_nonnull(d);
	for (const struct dirent *e = readdir(d); e; e = readdir(d))
		n += strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
	(void)closedir(d);
	return n;
}

static void put(const char *path, const char *text)
{
	FILE *const f = fopen(path, "w");

	ck_assert_ptr_nonnull(f);
	ck_assert_int_ge(fputs(text, f), 0);
	ck_assert_int_eq(fclose(f), 0);
}

static void holds(const char *path, const char *want)
{
	struct nines_error err = { 0 };
	char *text = NULL;
	size_t n = 0;

	ck_assert_msg(io_read_file(nines_io_system(), path, 100000, &text, &n, &err) == NINES_OK,
	    "%s", err.text);
	ck_assert_str_eq(text, want);
	ck_assert_uint_eq(n, strlen(want));
	mem_free(text);
}

static enum nines_status write_file(
    const struct nines_io *io, const char *path, const char *text, struct nines_error *err)
{
	struct nines_output *o = NULL;
	enum nines_status rc = nines_output_open(&o, io, path, err);

	if (rc != NINES_OK)
		return rc;
	(void)nines_output_write(o, text, strlen(text));
	rc = nines_output_commit(o, err);
	nines_output_free(o);
	return rc;
}

static void leave(void)
{
	static const char *const name[] = { "a", "b", "link", "sub/real", "sub/link", "fifo" };

	for (size_t i = 0; i < sizeof name / sizeof *name; i++)
		(void)unlink(name[i]);
	(void)rmdir("sub");
	ck_assert_uint_eq(entries(), 0);
	ck_assert_int_eq(chdir("/"), 0);
	ck_assert_int_eq(rmdir(directory), 0);
}

START_TEST(a_file_is_read_whole_or_refused)
{
	struct nines_error err = { 0 };
	char *text = NULL;
	size_t n = 7;

	enter();
	put("a", "0123456789");
	ck_assert_int_eq(io_read_file(nines_io_system(), "a", 10, &text, &n, &err), NINES_OK);
	ck_assert_uint_eq(n, 10);
	ck_assert_str_eq(text, "0123456789");
	mem_free(text);
	text = NULL;
	ck_assert_int_eq(io_read_file(nines_io_system(), "a", 9, &text, &n, &err), NINES_E_LIMIT);
	ck_assert_str_eq(err.source, "a");
	ck_assert_str_eq(err.text, "larger than 9 bytes");
	err.code = NINES_OK;
	ck_assert_int_eq(io_read_file(nines_io_system(), "b", 9, &text, &n, &err), NINES_E_IO);
	ck_assert_str_eq(err.source, "b");
	ck_assert_ptr_nonnull(strstr(err.text, "No such file"));
	err.code = NINES_OK;
	ck_assert_int_eq(io_read_file(nines_io_system(), ".", 9, &text, &n, &err), NINES_E_IO);
	ck_assert_ptr_nonnull(strstr(err.text, "directory"));
	ck_assert_ptr_null(text);
	leave();
}
END_TEST

/* One byte at a time, every second call interrupted. */
struct slow {
	int reads, writes;
};

static ssize_t slow_read(void *ctx, int fd, void *p, size_t n)
{
	struct slow *const s = ctx;

	if (s->reads++ % 2 == 0) {
		errno = EINTR;
		return -1;
	}
	return read(fd, p, n > 0 ? 1 : 0);
}

static ssize_t slow_write(void *ctx, int fd, const void *p, size_t n)
{
	struct slow *const s = ctx;

	if (s->writes++ % 2 == 0) {
		errno = EINTR;
		return -1;
	}
	return write(fd, p, n > 0 ? 1 : 0);
}

START_TEST(interrupted_and_short_calls_are_put_together)
{
	struct slow slow = { 0 };
	struct nines_io io = *nines_io_system();
	char *text = NULL;
	size_t n = 0;

	enter();
	io.ctx = &slow;
	io.read = slow_read;
	io.write = slow_write;
	ck_assert_int_eq(write_file(&io, "a", "some words", NULL), NINES_OK);
	ck_assert_int_eq(io_read_file(&io, "a", 100, &text, &n, NULL), NINES_OK);
	ck_assert_str_eq(text, "some words");
	mem_free(text);
	leave();
}
END_TEST

START_TEST(a_pipe_that_would_block_is_waited_for)
{
	char got[8] = { 0 };
	int end[2];
	pid_t child;

	ck_assert_int_eq(pipe(end), 0);
	ck_assert_int_eq(fcntl(end[0], F_SETFL, O_NONBLOCK), 0);
	child = fork();
	ck_assert_int_ge(child, 0);
	if (child == 0) {
		(void)poll(NULL, 0, 50);
		_exit(write(end[1], "late", 4) == 4 ? 0 : 1);
	}
	ck_assert_int_eq(io_read(nines_io_system(), end[0], got, sizeof got - 1), 4);
	ck_assert_str_eq(got, "late");
	ck_assert_int_eq(waitpid(child, NULL, 0), child);
	(void)close(end[0]);
	(void)close(end[1]);
}
END_TEST

START_TEST(an_output_appears_whole_or_not_at_all)
{
	struct nines_output *o = NULL;

	enter();
	ck_assert_int_eq(write_file(nines_io_system(), "a", "first", NULL), NINES_OK);
	holds("a", "first");
	ck_assert_int_eq(nines_output_open(&o, nines_io_system(), "a", NULL), NINES_OK);
	ck_assert_int_eq(nines_output_write(o, "second", 6), 0);
	holds("a", "first");
	ck_assert_uint_eq(entries(), 2);
	nines_output_free(o);
	holds("a", "first");
	ck_assert_uint_eq(entries(), 1);
	nines_output_free(NULL);
	leave();
}
END_TEST

START_TEST(the_old_file_lends_its_permissions)
{
	struct stat st;

	enter();
	(void)umask(027);
	put("a", "old");
	ck_assert_int_eq(chmod("a", 0606), 0);
	ck_assert_int_eq(write_file(nines_io_system(), "a", "new", NULL), NINES_OK);
	ck_assert_int_eq(stat("a", &st), 0);
	ck_assert_int_eq(st.st_mode & 0777, 0606);
	ck_assert_int_eq(write_file(nines_io_system(), "b", "new", NULL), NINES_OK);
	ck_assert_int_eq(stat("b", &st), 0);
	ck_assert_int_eq(st.st_mode & 0777, 0640);
	leave();
}
END_TEST

START_TEST(a_link_stays_a_link)
{
	struct stat st;

	enter();
	ck_assert_int_eq(mkdir("sub", 0777), 0);
	ck_assert_int_eq(symlink("sub/link", "link"), 0);
	ck_assert_int_eq(symlink("real", "sub/link"), 0);
	ck_assert_int_eq(write_file(nines_io_system(), "link", "through two", NULL), NINES_OK);
	holds("sub/real", "through two");
	ck_assert_int_eq(write_file(nines_io_system(), "link", "again", NULL), NINES_OK);
	holds("sub/real", "again");
	ck_assert_int_eq(lstat("link", &st), 0);
	ck_assert(S_ISLNK(st.st_mode));
	ck_assert_int_eq(symlink("b", "b"), 0);
	ck_assert_int_eq(write_file(nines_io_system(), "b", "round", NULL), NINES_E_IO);
	leave();
}
END_TEST

START_TEST(devices_and_pipes_are_written_in_place)
{
	struct nines_error err = { 0 };
	char got[8] = { 0 };
	struct stat st;
	pid_t child;
	int fd;

	enter();
	ck_assert_int_eq(write_file(nines_io_system(), "/dev/null", "gone", NULL), NINES_OK);
	ck_assert_int_eq(stat("/dev/null", &st), 0);
	ck_assert(S_ISCHR(st.st_mode));
	if (access("/dev/full", W_OK) == 0) {
		ck_assert_int_eq(write_file(nines_io_system(), "/dev/full", "x", &err), NINES_E_IO);
		ck_assert_str_eq(err.source, "/dev/full");
		ck_assert_ptr_nonnull(strstr(err.text, "No space"));
	}
	ck_assert_int_eq(mkfifo("fifo", 0600), 0);
	child = fork();
	ck_assert_int_ge(child, 0);
	if (child == 0)
		_exit(write_file(nines_io_system(), "fifo", "words", NULL) == NINES_OK ? 0 : 1);
	fd = open("fifo", O_RDONLY);
	ck_assert_int_eq(io_read(nines_io_system(), fd, got, sizeof got - 1), 5);
	ck_assert_str_eq(got, "words");
	(void)close(fd);
	ck_assert_int_eq(waitpid(child, NULL, 0), child);
	leave();
}
END_TEST

/* The nth call of all that can fail fails with ENOSPC. */
struct faulty {
	int left;
	int hit;
};

static int due(void *ctx)
{
	struct faulty *const f = ctx;

	if (f->left-- != 0)
		return 0;
	f->hit = 1;
	errno = ENOSPC;
	return 1;
}

static int faulty_open(void *ctx, const char *path, int flags, unsigned mode)
{
	return due(ctx) ? -1 : open(path, flags, (mode_t)mode);
}

static ssize_t faulty_write(void *ctx, int fd, const void *p, size_t n)
{
	return due(ctx) ? -1 : write(fd, p, n);
}

static int faulty_sync(void *ctx, int fd)
{
	return due(ctx) ? -1 : fsync(fd);
}

static int faulty_rename(void *ctx, const char *from, const char *to)
{
	return due(ctx) ? -1 : rename(from, to);
}

static int faulty_close(void *ctx, int fd)
{
	const int failed = due(ctx), number = errno;

	(void)close(fd);
	errno = number;
	return failed ? -1 : 0;
}

START_TEST(whatever_fails_the_old_file_stays_and_nothing_is_left)
{
	struct nines_io io = *nines_io_system();
	struct faulty faulty = { .hit = 1 };
	int refused = 0;

	enter();
	io.ctx = &faulty;
	io.open = faulty_open;
	io.write = faulty_write;
	io.sync = faulty_sync;
	io.rename = faulty_rename;
	io.close = faulty_close;
	for (int n = 0; faulty.hit; n++) {
		struct nines_error err = { 0 };
		enum nines_status rc;

		put("a", "old");
		faulty = (struct faulty){ .left = n };
		rc = write_file(&io, "a", "new", &err);
		ck_assert_uint_eq(entries(), 1);
		holds("a", rc == NINES_OK ? "new" : "old");
		if (rc == NINES_OK)
			continue;
		refused++;
		ck_assert_int_eq(rc, NINES_E_IO);
		ck_assert_str_eq(err.source, "a");
		ck_assert_ptr_nonnull(strstr(err.text, "No space left"));
	}
	ck_assert_int_ge(refused, 5);
	leave();
}
END_TEST

START_TEST(a_reader_that_left_is_an_error)
{
	struct nines_error err = { 0 };
	const int kept = dup(STDOUT_FILENO);
	enum nines_status rc;
	int end[2];

	ck_assert(signal(SIGPIPE, SIG_IGN) != SIG_ERR);
	ck_assert_int_eq(pipe(end), 0);
	ck_assert_int_eq(dup2(end[1], STDOUT_FILENO), STDOUT_FILENO);
	(void)close(end[0]);
	(void)close(end[1]);
	rc = write_file(nines_io_system(), NULL, "nobody reads", &err);
	ck_assert_int_eq(dup2(kept, STDOUT_FILENO), STDOUT_FILENO);
	(void)close(kept);
	ck_assert_int_eq(rc, NINES_E_IO);
	ck_assert_ptr_nonnull(strstr(err.text, "pipe"));
}
END_TEST

START_TEST(a_pipe_takes_more_once_it_is_widened_and_a_device_does_not_mind)
{
	const struct nines_io *const io = nines_io_system();
	int end[2], fd = open("/dev/null", O_RDONLY);

	ck_assert_int_eq(pipe(end), 0);
	if (io->widen(io->ctx, end[0]) == 0) {
		static const char page[65536];

		ck_assert_int_eq(write(end[1], page, sizeof page), sizeof page);
		ck_assert_int_eq(fcntl(end[1], F_SETFL, O_NONBLOCK), 0);
		ck_assert_int_eq(write(end[1], page, sizeof page), sizeof page);
	}
	io_widen(io, fd);
	(void)close(fd);
	(void)close(end[0]);
	(void)close(end[1]);
}
END_TEST

SUITE("io", a_file_is_read_whole_or_refused, interrupted_and_short_calls_are_put_together,
    a_pipe_that_would_block_is_waited_for, an_output_appears_whole_or_not_at_all,
    the_old_file_lends_its_permissions, a_link_stays_a_link, devices_and_pipes_are_written_in_place,
    whatever_fails_the_old_file_stays_and_nothing_is_left, a_reader_that_left_is_an_error,
    a_pipe_takes_more_once_it_is_widened_and_a_device_does_not_mind)
