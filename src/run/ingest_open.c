#include <fcntl.h>
#include <string.h>

#include "err.h"
#include "ingest_impl.h"
#include "io.h"

/* A rotation renames a handful of files once; whoever renames faster than this twenty times in
 * succession is not rotating logs. */
#define ROUNDS 20
#define SPARE  8 /* descriptors for the store, its journal and a look at what a name stands for */

static void names(const struct ingesting *in, const char *const **name, size_t *n)
{
	const struct nines_reading *reading = in->order->reading;

	*name = reading->operand;
	*n = reading->operands;
	if (in->order->names != NULL)
		in->order->names(in->order->names_ctx, name, n);
}

/* The list keeps its names longer than whoever told them. */
static enum nines_status open_all(struct ingesting *in, struct nines_error *err)
{
	struct mem_arena *arena = &in->result->arena;
	const char *const *name, **copy;
	enum nines_status rc;
	size_t n;

	names(in, &name, &n);
	copy = mem_arena_new(arena, n + 1, sizeof *copy);
	if (copy == NULL)
		return err_nomem(err);
	for (size_t i = 0; i < n; i++) {
		copy[i] = mem_arena_str(arena, str_of(name[i])).p;
		if (copy[i] == NULL)
			return err_nomem(err);
	}
	rc = source_list_open(&in->list, copy, n, in->io, err);
	if (rc == NINES_OK)
		source_list_spare(&in->list, SPARE);
	return rc;
}

/* Whether the name stands for what is open under it, or still for nothing. */
static int is_there(const struct ingesting *in, const struct source *s)
{
	struct nines_file_info now = { 0 };
	int fd;

	if (s->borrowed || s->lazy)
		return 1;
	if (s->info.kind != NINES_FILE_REGULAR && s->status != SOURCE_MISSING)
		return 1;
	fd = io_open(in->io, s->name, O_RDONLY | O_NOCTTY | O_NONBLOCK, 0);
	if (fd < 0)
		return s->status == SOURCE_MISSING || s->status == SOURCE_UNREADABLE;
	if (in->io->info(in->io->ctx, fd, &now) != 0)
		now.inode = 0;
	(void)in->io->close(in->io->ctx, fd);
	return s->status != SOURCE_MISSING && now.device == s->info.device &&
	    now.inode == s->info.inode;
}

int ingest_open_is_settled(const struct ingesting *in)
{
	const char *const *name;
	size_t n;

	names(in, &name, &n);
	if (n != in->list.used)
		return 0;
	for (size_t i = 0; i < n; i++) {
		const struct source *s = &in->list.source[i];

		if (strcmp(name[i], s->name) != 0 || !is_there(in, s))
			return 0;
	}
	return 1;
}

enum nines_status ingest_open(struct ingesting *in, struct nines_error *err)
{
	int rounds = 0;

	for (;;) {
		const enum nines_status rc = open_all(in, err);

		if (rc != NINES_OK)
			return rc;
		if (ingest_open_is_settled(in))
			break;
		if (++rounds == ROUNDS) {
			in->result->unsettled = 1;
			break;
		}
		source_list_close(&in->list);
	}
	for (size_t i = 0; i < in->list.used; i++) {
		const struct source *s = &in->list.source[i];

		if (s->status == SOURCE_OK && s->info.kind == NINES_FILE_REGULAR &&
		    s->info.size > 0)
			in->progress.bytes_total += (uint64_t)s->info.size;
	}
	in->progress.sources = in->list.used;
	return NINES_OK;
}

struct turn {
	size_t i;
	int unknown; /* no known source has this device and inode */
	int64_t size;
};

static int by_turn(const void *a, const void *b)
{
	const struct turn *x = a, *y = b;

	if (x->unknown != y->unknown)
		return x->unknown - y->unknown;
	if (x->size != y->size)
		return x->size < y->size ? -1 : 1;
	return x->i < y->i ? -1 : 1;
}

static enum nines_status is_unknown(
    struct ingesting *in, const struct source *s, int *unknown, struct nines_error *err)
{
	struct mem_arena arena = { 0 };
	struct store_known *known;
	enum nines_status rc;
	size_t n = 0;

	*unknown = 1;
	if (in->store == NULL || in->list.used < 2 || s->fd < 0 || s->info.inode == 0)
		return NINES_OK;
	rc = store_find_inode(in->store, s->info.device, s->info.inode, &arena, &known, &n, err);
	*unknown = n == 0;
	mem_arena_fini(&arena);
	return rc;
}

enum nines_status ingest_open_order(
    struct ingesting *in, const size_t **order, struct nines_error *err)
{
	struct mem_arena *arena = &in->result->arena;
	const size_t n = in->list.used;
	struct turn *turn = mem_arena_new(arena, n + 1, sizeof *turn);
	size_t *made = mem_arena_new(arena, n + 1, sizeof *made);

	if (turn == NULL || made == NULL)
		return err_nomem(err);
	for (size_t i = 0; i < n; i++) {
		const struct source *s = &in->list.source[i];
		enum nines_status rc = is_unknown(in, s, &turn[i].unknown, err);

		if (rc != NINES_OK)
			return rc;
		turn[i].i = i;
		turn[i].size = s->info.kind == NINES_FILE_REGULAR ? s->info.size : INT64_MAX;
	}
	qsort(turn, n, sizeof *turn, by_turn);
	for (size_t i = 0; i < n; i++)
		made[i] = turn[i].i;
	*order = made;
	return NINES_OK;
}
