#include "source.h"

#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "memory_io.h"
#include "suite.h"

static char folder[64];

/* Every test runs in a process of its own: a folder to stand in is all it needs. */
static void enter_folder(void)
{
	(void)snprintf(folder, sizeof folder, "/tmp/nines-source-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	ck_assert_int_eq(chdir(folder), 0);
}

static void leave_folder(void)
{
	char command[128];

	ck_assert_int_eq(chdir("/"), 0);
	(void)snprintf(command, sizeof command, "rm -r %s", folder);
	ck_assert_int_eq(system(command), 0);
}

static void write_file(const char *name, const char *text)
{
	FILE *f = fopen(name, "w");

	ck_assert_ptr_nonnull(f);
	ck_assert_int_ge(fputs(text, f), 0);
	ck_assert_int_eq(fclose(f), 0);
}

static void open_system(struct source_list *list, const char *const *name, size_t n)
{
	struct nines_error err = { 0 };

	ck_assert_int_eq(source_list_open(list, name, n, nines_io_system(), &err), NINES_OK);
}

static size_t read_all(struct source_list *list, size_t i, char *p, size_t room)
{
	size_t n = 0;
	ssize_t got;

	while (n < room && (got = source_read(list, i, p + n, room - n)) > 0)
		n += (size_t)got;
	return n;
}

START_TEST(every_status_has_its_name)
{
	static const char *const name[SOURCE_STATUSES] = { "ok", "duplicate", "missing",
		"unreadable", "directory", "device", "truncated", "corrupt", "trailing",
		"read_error", "unsupported", "interrupted", "gap" };
	enum source_status found;

	for (int s = 0; s < SOURCE_STATUSES; s++) {
		ck_assert_str_eq(source_status_name((enum source_status)s), name[s]);
		ck_assert_int_eq(source_status_whole((enum source_status)s), s <= SOURCE_DUPLICATE);
		ck_assert(source_status_find(name[s], &found));
		ck_assert_int_eq((int)found, s);
	}
	ck_assert(!source_status_find("moon", &found));
}
END_TEST

START_TEST(what_cannot_be_read_is_a_status_and_the_others_are_read)
{
	/* clang-format off */
	static const struct {
		const char *name;
		enum source_status status;
		int error;
	} row[] = {
		{ "a", SOURCE_OK, 0 },
		{ "absent", SOURCE_MISSING, ENOENT },
		{ "a/b", SOURCE_MISSING, ENOTDIR },
		{ "folder", SOURCE_DIRECTORY, EISDIR },
		{ "loop", SOURCE_UNREADABLE, ELOOP },
		{ "socket", SOURCE_UNREADABLE, ENXIO },
		{ "/dev/zero", SOURCE_DEVICE, 0 },
		{ "/dev/null", SOURCE_OK, 0 },
		{ "link-to-null", SOURCE_OK, 0 },
		{ "/dev/fd/999", SOURCE_UNREADABLE, EBADF },
		{ "", SOURCE_MISSING, ENOENT },
		{ "b", SOURCE_OK, 0 },
	};
	/* clang-format on */
	enum { N = sizeof row / sizeof *row };
	struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = "socket" };
	const char *name[N];
	struct source_list list;
	char text[8];
	int fd;

	enter_folder();
	write_file("a", "one\n");
	write_file("b", "two\n");
	ck_assert_int_eq(mkdir("folder", 0700), 0);
	ck_assert_int_eq(symlink("loop", "loop"), 0);
	ck_assert_int_eq(symlink("/dev/null", "link-to-null"), 0);
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
	for (size_t i = 0; i < N; i++)
		name[i] = row[i].name;
	open_system(&list, name, N);
	ck_assert_int_eq(list.keep_open, 1);
	for (size_t i = 0; i < N; i++) {
		ck_assert_msg(list.source[i].status == row[i].status, "%s: %s", name[i],
		    source_status_name(list.source[i].status));
		ck_assert_msg(
		    list.source[i].error == row[i].error, "%s: %d", name[i], list.source[i].error);
		ck_assert_int_eq(source_ready(&list, i), row[i].status == SOURCE_OK);
		if (row[i].status == SOURCE_OK && name[i][0] != '/' && name[i][0] != 'l')
			ck_assert_uint_eq(read_all(&list, i, text, sizeof text), 4);
		source_done(&list, i);
		source_done(&list, i);
		ck_assert_int_eq(source_ready(&list, i), 0);
	}
	source_list_close(&list);
	(void)close(fd);
	leave_folder();
}
END_TEST

START_TEST(a_file_without_permission_is_unreadable)
{
	const char *const name[] = { "secret" };
	struct source_list list;

	enter_folder();
	write_file("secret", "x");
	ck_assert_int_eq(chmod("secret", 0), 0);
	if (geteuid() == 0)
		ck_assert_int_eq(chmod(folder, 0711) | seteuid(65534), 0);
	open_system(&list, name, 1);
	ck_assert_int_eq(list.source[0].status, SOURCE_UNREADABLE);
	ck_assert_int_eq(list.source[0].error, EACCES);
	source_list_close(&list);
	if (getuid() == 0)
		ck_assert_int_eq(seteuid(0), 0);
	leave_folder();
}
END_TEST

START_TEST(the_same_file_is_read_once_by_whatever_name)
{
	static const char *const name[] = { "a", "b", "a", "./a", "hard", "soft", "b", "copy" };
	static const size_t first[] = { 0, 1, 0, 0, 0, 0, 1, 7 };
	enum { N = sizeof name / sizeof *name };
	struct source_list list;

	enter_folder();
	write_file("a", "one\n");
	write_file("b", "one\n");
	write_file("copy", "one\n");
	ck_assert_int_eq(link("a", "hard"), 0);
	ck_assert_int_eq(symlink("a", "soft"), 0);
	open_system(&list, name, N);
	for (size_t i = 0; i < N; i++) {
		const int is_first = first[i] == i;

		ck_assert_int_eq(list.source[i].status, is_first ? SOURCE_OK : SOURCE_DUPLICATE);
		ck_assert_int_eq(source_ready(&list, i), is_first);
		if (!is_first)
			ck_assert_uint_eq(list.source[i].duplicate_of, first[i]);
	}
	source_list_close(&list);
	leave_folder();
}
END_TEST

START_TEST(standard_input_goes_on_where_it_stands_by_all_its_names)
{
	static const char *const own[] = { "-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0" };

	enter_folder();
	write_file("a", "head\ntail\n");
	for (size_t k = 0; k < 4; k++) {
		const char *const name[] = { own[k], own[(k + 1) % 4] };
		struct source_list list;
		char text[16] = "";
		int fd = open("a", O_RDONLY);

		ck_assert_int_eq(dup2(fd, 0), 0);
		ck_assert_int_eq(read(0, text, 5), 5);
		open_system(&list, name, 2);
		ck_assert_int_eq(source_ready(&list, 0), 1);
		ck_assert_uint_eq(read_all(&list, 0, text, sizeof text), 5);
		ck_assert_int_eq(memcmp(text, "tail\n", 5), 0);
		ck_assert_int_eq(list.source[1].status, SOURCE_DUPLICATE);
		source_done(&list, 0);
		ck_assert_int_eq(list.source[0].status, SOURCE_OK);
		source_list_close(&list);
		ck_assert_int_ge(fcntl(0, F_GETFD), 0);
		(void)close(fd);
	}
	leave_folder();
}
END_TEST

START_TEST(pipes_and_sockets_are_read_and_the_same_one_once)
{
	for (int is_socket = 0; is_socket < 2; is_socket++) {
		const char *name[3] = { "-" };
		struct source_list list;
		char text[16], by_number[32];
		int pair[2];

		ck_assert_int_eq(
		    is_socket ? socketpair(AF_UNIX, SOCK_STREAM, 0, pair) : pipe(pair), 0);
		ck_assert_int_eq(dup2(pair[0], 0), 0);
		ck_assert_int_eq(fcntl(0, F_SETFL, fcntl(0, F_GETFL) | O_NONBLOCK), 0);
		(void)snprintf(by_number, sizeof by_number, "/dev/fd/%d", pair[0]);
		name[1] = by_number;
		name[2] = "/dev/stdin";
		ck_assert_int_eq(write(pair[1], "abc\n", 4), 4);
		(void)close(pair[1]);
		open_system(&list, name, 3);
		ck_assert_int_eq(list.source[0].info.kind, NINES_FILE_STREAM);
		ck_assert_uint_eq(read_all(&list, 0, text, sizeof text), 4);
		ck_assert_int_eq(list.source[1].status, SOURCE_DUPLICATE);
		ck_assert_int_eq(list.source[2].status, SOURCE_DUPLICATE);
		source_list_close(&list);
		(void)close(pair[0]);
	}
}
END_TEST

static void *write_later(void *ctx)
{
	const char *const name = ctx;
	const struct timespec wait = { .tv_nsec = 20000000 };
	int fd;

	(void)nanosleep(&wait, NULL);
	fd = open(name, O_WRONLY);
	(void)nanosleep(&wait, NULL);
	if (fd < 0 || write(fd, "late\n", 5) != 5)
		abort();
	(void)close(fd);
	return NULL;
}

START_TEST(a_fifo_is_waited_for)
{
	const char *const name[] = { "fifo" };
	struct source_list list;
	char fifo[] = "fifo", text[16];
	pthread_t writer;

	enter_folder();
	ck_assert_int_eq(mkfifo("fifo", 0600), 0);
	ck_assert_int_eq(pthread_create(&writer, NULL, write_later, fifo), 0);
	open_system(&list, name, 1);
	ck_assert_uint_eq(read_all(&list, 0, text, sizeof text), 5);
	ck_assert_int_eq(pthread_join(writer, NULL), 0);
	source_list_close(&list);
	leave_folder();
}
END_TEST

START_TEST(more_files_than_descriptors_are_opened_one_after_the_other)
{
	enum { N = 40 };
	char names[N + 2][16];
	const char *name[N + 2];
	struct source_list list;
	const struct rlimit few = { 12, 12 };
	char text[16];
	size_t lazy = 0;
	int spare[3];

	enter_folder();
	for (size_t i = 0; i < N + 2; i++) {
		(void)snprintf(names[i], sizeof names[i], "log-%zu", i % N);
		name[i] = names[i];
		if (i < N)
			write_file(name[i], "x\n");
	}
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &few), 0);
	open_system(&list, name, N + 2);
	ck_assert_int_eq(list.keep_open, 0);
	source_list_spare(&list, 3);
	for (int i = 0; i < 3; i++)
		ck_assert_int_ge(spare[i] = open("/dev/null", O_RDONLY), 0);
	for (int i = 0; i < 3; i++)
		(void)close(spare[i]);
	for (size_t i = 0; i < N + 2; i++) {
		lazy += (size_t)list.source[i].lazy;
		ck_assert_int_eq(source_ready(&list, i), i < N);
		if (i < N)
			ck_assert_uint_eq(read_all(&list, i, text, sizeof text), 2);
		source_done(&list, i);
		ck_assert_int_eq(list.source[i].status, i < N ? SOURCE_OK : SOURCE_DUPLICATE);
	}
	ck_assert_uint_gt(lazy, N / 2);
	source_list_close(&list);
	leave_folder();
}
END_TEST

enum { SHARED = 400, DISTINCT = 100, THREADS = 4 };

struct shared {
	struct source_list list;
	_Atomic size_t next, files;
};

static void *read_shared(void *ctx)
{
	struct shared *s = ctx;
	char text[16];
	size_t i;

	while ((i = s->next++) < SHARED) {
		if (!source_ready(&s->list, i))
			continue;
		if (read_all(&s->list, i, text, sizeof text) == 2)
			s->files++;
		source_done(&s->list, i);
	}
	return NULL;
}

START_TEST(threads_that_open_at_once_read_every_file_once)
{
	static char names[SHARED][16];
	const struct rlimit few = { 32, 32 };
	const char *name[SHARED];
	pthread_t thread[THREADS];
	struct shared s = { 0 };

	enter_folder();
	for (size_t i = 0; i < SHARED; i++) {
		(void)snprintf(names[i], sizeof names[i], "log-%zu", i / 2 % DISTINCT);
		name[i] = names[i];
		if (i < DISTINCT * 2)
			write_file(name[i], "x\n");
	}
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &few), 0);
	open_system(&s.list, name, SHARED);
	for (int t = 0; t < THREADS; t++)
		ck_assert_int_eq(pthread_create(&thread[t], NULL, read_shared, &s), 0);
	for (int t = 0; t < THREADS; t++)
		ck_assert_int_eq(pthread_join(thread[t], NULL), 0);
	ck_assert_uint_eq(s.files, DISTINCT);
	for (size_t i = 0; i < SHARED; i++)
		ck_assert(source_status_whole(s.list.source[i].status));
	source_list_close(&s.list);
	leave_folder();
}
END_TEST

START_TEST(no_descriptor_at_all_is_a_status)
{
	struct memory_file file[] = { memory_log("x", 1) };
	const char *const name[] = { "log" };
	struct source_list list;
	struct memory_io m;

	memory_init(&m, file, 1);
	m.fds = 1;
	ck_assert_int_eq(source_list_open(&list, name, 1, &m.io, NULL), NINES_OK);
	ck_assert_int_eq(source_ready(&list, 0), 0);
	ck_assert_int_eq(list.source[0].status, SOURCE_UNREADABLE);
	ck_assert_int_eq(list.source[0].error, EMFILE);
	source_list_close(&list);
}
END_TEST

START_TEST(a_file_that_shrank_is_truncated_and_a_grown_one_is_not)
{
	/* clang-format off */
	static const struct {
		const char *name;
		int64_t at_open, at_done;  /* as info tells; six bytes are there */
		enum source_status status;
	} row[] = {
		{ "log", 6, 6, SOURCE_OK },
		{ "log", 0, 0, SOURCE_OK },
		{ "log", 4, 6, SOURCE_OK },
		{ "log", 7, 6, SOURCE_TRUNCATED },
		{ "log", 7, 9, SOURCE_TRUNCATED },
		{ "log", 6, 2, SOURCE_OK },
		{ "-", 9, 9, SOURCE_OK },
		{ "-", 9, 6, SOURCE_TRUNCATED },
	};
	/* clang-format on */

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct memory_file file[] = { memory_log("abcde\n", 6) };
		const char *const name[] = { row[i].name };
		struct source_list list;
		struct memory_io m;
		char text[16];

		file[0].name = row[i].name;
		file[0].size = row[i].at_open;
		memory_init(&m, file, 1);
		ck_assert_int_eq(source_list_open(&list, name, 1, &m.io, NULL), NINES_OK);
		ck_assert_uint_eq(read_all(&list, 0, text, sizeof text), 6);
		file[0].size = row[i].at_done;
		source_done(&list, 0);
		ck_assert_msg(list.source[0].status == row[i].status, "row %zu: %s", i,
		    source_status_name(list.source[0].status));
		source_list_close(&list);
	}
}
END_TEST

START_TEST(a_source_left_before_its_end_did_not_shrink)
{
	struct memory_file file[] = { memory_log("abcde\n", 6) };
	const char *const name[] = { "log" };
	struct source_list list;
	struct memory_io m;
	char text[2];

	memory_init(&m, file, 1);
	ck_assert_int_eq(source_list_open(&list, name, 1, &m.io, NULL), NINES_OK);
	ck_assert_int_eq(source_read(&list, 0, text, 2), 2);
	source_done(&list, 0);
	ck_assert_int_eq(list.source[0].status, SOURCE_OK);
	source_list_close(&list);
}
END_TEST

START_TEST(a_read_error_keeps_its_errno_and_its_place)
{
	/* clang-format off */
	static const struct {
		int error;
		enum source_status status;
	} row[] = { { EIO, SOURCE_READ_ERROR }, { ESTALE, SOURCE_READ_ERROR },
		{ ECANCELED, SOURCE_INTERRUPTED } };
	/* clang-format on */

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct memory_file file[] = { memory_log("abcde\n", 6) };
		const char *const name[] = { "log" };
		struct source_list list;
		struct memory_io m;
		char text[16];

		memory_init(&m, file, 1);
		m.interrupt = 1;
		m.fail_at = 4;
		m.fail_errno = row[i].error;
		ck_assert_int_eq(source_list_open(&list, name, 1, &m.io, NULL), NINES_OK);
		ck_assert_uint_eq(read_all(&list, 0, text, sizeof text), 4);
		ck_assert_int_eq(list.source[0].status, row[i].status);
		ck_assert_int_eq(list.source[0].error, row[i].error);
		ck_assert_uint_eq(list.source[0].damage_at, 4);
		ck_assert_uint_eq(list.source[0].raw_bytes, 4);
		source_done(&list, 0);
		ck_assert_int_eq(list.source[0].status, row[i].status);
		source_list_close(&list);
	}
}
END_TEST

START_TEST(a_hole_is_skipped_and_counted_as_read)
{
	/* clang-format off */
	static const struct {
		uint64_t hole, zeros, tail;
		enum nines_file_kind kind;
		uint64_t skipped;
	} row[] = {
		{ 1000, 0, 0, NINES_FILE_REGULAR, 996 },
		{ 1000, 1000, 0, NINES_FILE_REGULAR, 0 },
		{ 1000, 0, 0, NINES_FILE_STREAM, 0 },
		{ 0, 0, 1000, NINES_FILE_REGULAR, 0 },
	};
	/* clang-format on */

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct memory_file file[] = { memory_log("abcde\n", 6) };
		const char *const name[] = { "log" };
		struct source_list list;
		struct memory_io m;
		char text[2000];
		size_t rest;

		file[0].hole = row[i].hole;
		file[0].zeros = row[i].zeros;
		file[0].tail = row[i].tail;
		file[0].kind = row[i].kind;
		memory_init(&m, file, 1);
		ck_assert_int_eq(source_list_open(&list, name, 1, &m.io, NULL), NINES_OK);
		ck_assert_int_eq(source_read(&list, 0, text, 4), 4);
		ck_assert_uint_eq(source_skip_hole(&list, 0), row[i].skipped);
		rest = read_all(&list, 0, text, sizeof text);
		ck_assert_uint_eq(list.source[0].raw_bytes, memory_size(&file[0]));
		ck_assert_uint_eq(4 + row[i].skipped + rest, memory_size(&file[0]));
		source_done(&list, 0);
		ck_assert_int_eq(list.source[0].status, SOURCE_OK);
		source_list_close(&list);
	}
}
END_TEST

START_TEST(a_hole_up_to_the_end_is_the_end)
{
	struct memory_file file[] = { memory_log("abcd", 4) };
	const char *const name[] = { "log" };
	struct source_list list;
	struct memory_io m;
	char text[8];

	file[0].tail = UINT64_C(1) << 40;
	memory_init(&m, file, 1);
	ck_assert_int_eq(source_list_open(&list, name, 1, &m.io, NULL), NINES_OK);
	ck_assert_int_eq(source_read(&list, 0, text, 8), 8);
	ck_assert_uint_eq(source_skip_hole(&list, 0), file[0].tail - 4);
	ck_assert_int_eq(source_read(&list, 0, text, 8), 0);
	source_done(&list, 0);
	ck_assert_int_eq(list.source[0].status, SOURCE_OK);
	source_list_close(&list);
}
END_TEST

START_TEST(a_sparse_file_on_disk_is_read_at_once)
{
	const char *const name[] = { "sparse" };
	struct source_list list;
	uint64_t skipped;
	char text[4096];
	int fd;

	enter_folder();
	fd = open("sparse", O_WRONLY | O_CREAT, 0600);
	ck_assert_int_eq(pwrite(fd, "x\n", 2, (off_t)1 << 33), 2);
	(void)close(fd);
	open_system(&list, name, 1);
	ck_assert_int_eq(source_read(&list, 0, text, sizeof text), sizeof text);
	skipped = source_skip_hole(&list, 0);
	if (skipped > 0) {
		const size_t n = read_all(&list, 0, text, sizeof text);

		ck_assert_uint_eq(skipped + sizeof text + n, (UINT64_C(1) << 33) + 2);
	}
	source_list_close(&list);
	leave_folder();
}
END_TEST

START_TEST(an_empty_list_is_fine)
{
	struct source_list list;

	open_system(&list, NULL, 0);
	ck_assert_uint_eq(list.used, 0);
	source_list_close(&list);
	source_list_close(&list);
}
END_TEST

SUITE("source", every_status_has_its_name, what_cannot_be_read_is_a_status_and_the_others_are_read,
    a_file_without_permission_is_unreadable, the_same_file_is_read_once_by_whatever_name,
    standard_input_goes_on_where_it_stands_by_all_its_names,
    pipes_and_sockets_are_read_and_the_same_one_once, a_fifo_is_waited_for,
    more_files_than_descriptors_are_opened_one_after_the_other,
    threads_that_open_at_once_read_every_file_once, no_descriptor_at_all_is_a_status,
    a_file_that_shrank_is_truncated_and_a_grown_one_is_not,
    a_source_left_before_its_end_did_not_shrink, a_read_error_keeps_its_errno_and_its_place,
    a_hole_is_skipped_and_counted_as_read, a_hole_up_to_the_end_is_the_end,
    a_sparse_file_on_disk_is_read_at_once, an_empty_list_is_fine)
