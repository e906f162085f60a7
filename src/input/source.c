#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <string.h>

#include "err.h"
#include "io.h"
#include "mem.h"

static const char *const status_name[SOURCE_STATUSES] = {
	[SOURCE_OK] = "ok",
	[SOURCE_DUPLICATE] = "duplicate",
	[SOURCE_MISSING] = "missing",
	[SOURCE_UNREADABLE] = "unreadable",
	[SOURCE_DIRECTORY] = "directory",
	[SOURCE_DEVICE] = "device",
	[SOURCE_TRUNCATED] = "truncated",
	[SOURCE_CORRUPT] = "corrupt",
	[SOURCE_TRAILING] = "trailing",
	[SOURCE_READ_ERROR] = "read_error",
	[SOURCE_UNSUPPORTED] = "unsupported",
	[SOURCE_INTERRUPTED] = "interrupted",
	[SOURCE_GAP] = "gap",
};

const char *source_status_name(enum source_status s)
{
	return status_name[s];
}

int source_status_find(const char *name, enum source_status *s)
{
	for (int i = 0; i < SOURCE_STATUSES; i++)
		if (strcmp(status_name[i], name) == 0) {
			*s = (enum source_status)i;
			return 1;
		}
	return 0;
}

int source_status_whole(enum source_status s)
{
	return s == SOURCE_OK || s == SOURCE_DUPLICATE;
}

/* The descriptor that a name stands for, or -1 when it is a path.  Opening /dev/stdin anew would
 * begin a redirected file at its first byte again, and fails for a socket. */
static int descriptor_of(const char *name)
{
	static const char *const folder[] = { "/dev/fd/", "/proc/self/fd/" };
	const struct str s = str_of(name);
	uint64_t fd;

	if (str_is(s, "-") || str_is(s, "/dev/stdin"))
		return 0;
	for (size_t i = 0; i < sizeof folder / sizeof *folder; i++) {
		const size_t skip = strlen(folder[i]);

		if (str_starts(s, folder[i]) &&
		    str_u64((struct str){ s.p + skip, s.n - skip }, &fd) && fd <= INT32_MAX)
			return (int)fd;
	}
	return -1;
}

static void let_go(struct source_list *list, struct source *s)
{
	if (s->fd >= 0 && !s->borrowed)
		(void)list->io->close(list->io->ctx, s->fd);
	s->fd = -1;
}

static void refuse(struct source_list *list, struct source *s, enum source_status status, int error)
{
	s->status = status;
	s->error = error;
	let_go(list, s);
}

/* An inode of 0 identifies nothing: then only the descriptor does. */
static int same_file(const struct source *a, const struct source *b)
{
	if (a->borrowed && b->borrowed && a->fd == b->fd)
		return 1;
	return a->info.kind == b->info.kind && a->info.device == b->info.device &&
	    a->info.inode == b->info.inode && a->info.inode != 0;
}

/* The index of a source that is the same file, or i itself, which is then remembered.  An entry,
 * once seen, never changes, and neither does the identity it stands for: threads need no lock. */
static size_t first_of(struct source_list *list, size_t i)
{
	const struct source *s = &list->source[i];
	const uint64_t hash = (s->info.inode ^ s->info.device << 32) * UINT64_C(0x9e3779b97f4a7c15);
	size_t slot = (size_t)(hash >> 32) & (list->seen_room - 1);

	for (;; slot = (slot + 1) & (list->seen_room - 1)) {
		size_t other = 0;

		if (atomic_compare_exchange_strong(&list->seen[slot].first, &other, i + 1))
			return i;
		if (same_file(&list->source[other - 1], s))
			return other - 1;
	}
}

static int is_null_device(const struct nines_io *io, const struct nines_file_info *info)
{
	const int fd = io_open(io, "/dev/null", O_RDONLY | O_NOCTTY, 0);
	struct nines_file_info null;
	int same;

	if (fd < 0)
		return 0;
	same = io->info(io->ctx, fd, &null) == 0 && null.kind == info->kind &&
	    null.device == info->device && null.inode == info->inode;
	(void)io->close(io->ctx, fd);
	return same;
}

/* Decides whether an open source is to be read.  A device is read only when somebody else opened it
 * for us. */
static void admit(struct source_list *list, size_t i)
{
	struct source *s = &list->source[i];
	size_t first;

	if (list->io->info(list->io->ctx, s->fd, &s->info) != 0) {
		refuse(list, s, SOURCE_UNREADABLE, errno);
		return;
	}
	switch (s->info.kind) {
	case NINES_FILE_DIRECTORY:
		refuse(list, s, SOURCE_DIRECTORY, EISDIR);
		break;
	case NINES_FILE_DEVICE:
		if (!s->borrowed && !is_null_device(list->io, &s->info))
			refuse(list, s, SOURCE_DEVICE, 0);
		break;
	case NINES_FILE_REGULAR:
	case NINES_FILE_STREAM:
		first = first_of(list, i);
		if (first != i) {
			s->duplicate_of = first;
			refuse(list, s, SOURCE_DUPLICATE, 0);
		} else if (s->info.kind == NINES_FILE_STREAM) {
			io_widen(list->io, s->fd);
		}
		break;
	}
}

static int is_descriptor_limit(int number)
{
	return number == EMFILE || number == ENFILE;
}

static void open_path(struct source_list *list, size_t i, int may_wait)
{
	struct source *s = &list->source[i];

	s->fd = io_open(list->io, s->name, O_RDONLY | O_NOCTTY, 0);
	if (s->fd >= 0) {
		admit(list, i);
		return;
	}
	if (may_wait && is_descriptor_limit(errno)) {
		s->lazy = 1;
		list->keep_open = 0;
		return;
	}
	s->error = errno;
	s->status = SOURCE_UNREADABLE;
	if (s->error == ENOENT || s->error == ENOTDIR)
		s->status = SOURCE_MISSING;
	if (s->error == ECANCELED)
		s->status = SOURCE_INTERRUPTED;
}

enum nines_status source_list_open(struct source_list *list, const char *const *name, size_t n,
    const struct nines_io *io, struct nines_error *err)
{
	struct source_list new = { .used = n, .io = io, .keep_open = 1, .seen_room = 2 };

	while (new.seen_room / 2 < n &&new.seen_room <= SIZE_MAX / 2)
		new.seen_room *= 2;
	new.source = mem_new(n, sizeof *new.source);
	new.seen = mem_new(new.seen_room, sizeof *new.seen);
	if (!new.source || !new.seen) {
		mem_free(new.source);
		mem_free(new.seen);
		return err_nomem(err);
	}
	for (size_t i = 0; i < n; i++) {
		struct source *s = &new.source[i];

		s->name = name[i];
		s->to = SOURCE_END;
		s->fd = descriptor_of(name[i]);
		s->borrowed = s->fd >= 0;
		if (s->borrowed)
			admit(&new, i);
		else if (new.keep_open)
			open_path(&new, i, 1);
		else
			s->lazy = 1;
	}
	*list = new;
	return NINES_OK;
}

void source_list_close(struct source_list *list)
{
	for (size_t i = 0; i < list->used; i++)
		let_go(list, &list->source[i]);
	mem_free(list->source);
	mem_free(list->seen);
	*list = (struct source_list){ 0 };
}

void source_list_spare(struct source_list *list, size_t descriptors)
{
	for (size_t i = list->used; i > 0 && descriptors > 0 && !list->keep_open; i--) {
		struct source *s = &list->source[i - 1];

		if (s->fd < 0 || s->borrowed)
			continue;
		let_go(list, s);
		s->lazy = 1;
		descriptors--;
	}
}

int source_ready(struct source_list *list, size_t i)
{
	struct source *s = &list->source[i];

	if (s->lazy) {
		s->lazy = 0;
		open_path(list, i, 0);
	}
	return s->fd >= 0;
}

/* A regular file that gave fewer bytes than it held at first has shrunk.  Where reading began in a
 * borrowed one is unknown: there the size must have gone down. */
static int has_shrunk(const struct source_list *list, const struct source *s)
{
	struct nines_file_info now;

	if (s->info.kind != NINES_FILE_REGULAR || !s->ended || s->info.size < 0 ||
	    s->start + s->raw_bytes >= (uint64_t)s->info.size)
		return 0;
	return !s->borrowed ||
	    (list->io->info(list->io->ctx, s->fd, &now) == 0 && now.size < s->info.size);
}

/* Where reading begins in a descriptor that was there before is its owner's. */
static int goes_by_offset(const struct source *s)
{
	return s->info.kind == NINES_FILE_REGULAR && !s->borrowed;
}

void source_seek(struct source_list *list, size_t i, uint64_t offset, const char *decoder)
{
	struct source *s = &list->source[i];

	if (!goes_by_offset(s))
		return;
	s->start = s->at = offset;
	s->ended = 0;
	s->raw_bytes = s->bytes = 0;
	s->decoder = decoder;
}

void source_done(struct source_list *list, size_t i)
{
	struct source *s = &list->source[i];

	if (s->fd < 0)
		return;
	if (s->status == SOURCE_OK && has_shrunk(list, s)) {
		s->status = SOURCE_TRUNCATED;
		s->damage_at = s->start + s->raw_bytes;
	}
	let_go(list, s);
}

/* The last line of a range seldom goes on for more than this behind it. */
#define BEHIND_BYTES 4096u

static ssize_t read_range(struct source_list *list, const struct source *s, char *p, size_t n)
{
	const uint64_t left = s->at < s->to ? s->to - s->at : 0;

	if (n > BEHIND_BYTES && left < n - BEHIND_BYTES)
		n = (size_t)left + BEHIND_BYTES;
	return io_read_at(list->io, s->fd, p, n, (int64_t)s->at);
}

/* Moves on by n bytes and counts those that lie in the range. */
static void pass(struct source *s, uint64_t n)
{
	const uint64_t first = s->at > s->from ? s->at : s->from;

	s->at += n;
	if (first < s->at && first < s->to)
		s->raw_bytes += (s->at < s->to ? s->at : s->to) - first;
}

ssize_t source_read(struct source_list *list, size_t i, char *p, size_t n)
{
	struct source *s = &list->source[i];
	ssize_t got;

	if (s->ended)
		return 0;
	if (s->ranged)
		got = read_range(list, s, p, n);
	else if (goes_by_offset(s))
		got = io_read_at(list->io, s->fd, p, n, (int64_t)s->at);
	else
		got = io_read(list->io, s->fd, p, n);
	if (got < 0) {
		s->error = errno;
		if (s->status == SOURCE_OK)
			s->damage_at = s->at;
		s->status = s->error == ECANCELED ? SOURCE_INTERRUPTED : SOURCE_READ_ERROR;
		return -1;
	}
	s->ended = got == 0;
	pass(s, (uint64_t)got);
	return got;
}

/* ENXIO means that no data follows: the hole reaches to the end of the file. */
static int64_t data_after(const struct source_list *list, struct source *s, int64_t from)
{
	const int64_t at = list->io->seek_data(list->io->ctx, s->fd, from);
	struct nines_file_info now;

	if (at >= 0 || errno != ENXIO || list->io->info(list->io->ctx, s->fd, &now) != 0 ||
	    now.size <= from)
		return at;
	s->ended = 1;
	return now.size;
}

uint64_t source_skip_hole(struct source_list *list, size_t i)
{
	struct source *s = &list->source[i];
	int64_t from, at;

	if (!goes_by_offset(s) || s->ended || s->at > INT64_MAX)
		return 0;
	from = (int64_t)s->at;
	at = data_after(list, s, from);
	if (at <= from)
		return 0;
	pass(s, (uint64_t)(at - from));
	return (uint64_t)(at - from);
}
