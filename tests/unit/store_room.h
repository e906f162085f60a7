/* A temporary folder with a store in it, and short ways to write and read it. */
#ifndef STORE_ROOM_H
#define STORE_ROOM_H
#include "suite.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store.h"
#include "tally_room.h"

#define NOON   INT64_C(1736942400) /* 2025-01-15T12:00:00Z */
#define MINUTE INT64_C(60)
#define HOUR   INT64_C(3600)
#define DAY    INT64_C(86400)

#define OK(call) \
	ck_assert_msg((call) == NINES_OK, "%s: %s %s", #call, room_err.source, room_err.text)
#define FAILS(code_, call)                                           \
	do {                                                         \
		room_err = (struct nines_error){ .code = NINES_OK }; \
		ck_assert_int_eq(call, code_);                       \
		ck_assert_int_eq(room_err.code, code_);              \
		ck_assert_uint_gt(strlen(room_err.text), 0);         \
	} while (0)

static struct nines_error room_err;
static char room_folder[64], room_path[96];

static void room_make(void)
{
	room_err = (struct nines_error){ .code = NINES_OK };
	(void)snprintf(room_folder, sizeof room_folder, "/tmp/nines-store-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(room_folder));
	(void)snprintf(room_path, sizeof room_path, "%s/nines.db", room_folder);
}

static inline void room_shell(const char *command)
{
	char line[1024];

	(void)snprintf(line, sizeof line, "cd %s && %s", room_folder, command);
	ck_assert_int_eq(system(line), 0);
}

static void room_clear(void)
{
	char line[256];

	(void)snprintf(line, sizeof line, "chmod -R u+w %s; rm -r %s", room_folder, room_folder);
	ck_assert_int_eq(system(line), 0);
}

static inline struct store *room_open(enum store_mode mode)
{
	struct store *store = NULL;

	OK(store_open(&store, room_path, mode, 0, &room_err));
	ck_assert_ptr_nonnull(store);
	return store;
}

/* ---- what is counted ---- */

static const struct store_series room_sli[] = {
	{ 0xa1, "checkout", "availability" },
	{ 0xa2, "checkout", "latency" },
};
static const struct store_shape room_shape = { 0x7f, room_sli, 2 };

/* `minutes` minutes from `start`, `lines` lines in each: all judged, all valid for the first SLI,
 * half good; the second SLI has a missing one. */
static inline void room_count(struct tally *t, int64_t start, int64_t minutes, uint64_t lines)
{
	for (int64_t m = 0; m < minutes; m++) {
		struct tally_row *row = tally_room_at(t, start + m * MINUTE);

		row->lines += lines;
		row->judged += lines;
		for (size_t i = 0; i < t->slis; i++) {
			row->cell[i].valid += lines;
			row->cell[i].good += lines / 2;
			row->cell[i].missing += i;
		}
	}
}

/* Settles the tally. */
static inline struct store_source room_source(const char *name, struct tally *t)
{
	tally_room_settle(t);
	return (struct store_source){
		.name = name,
		.device = UINT64_MAX,
		.inode = 7,
		.first = { 100, 0xdeadbeef },
		.end = { 5000, 0xffffffff },
		.tail_crc = 1,
		.raw_end = 5000,
		.unit_end = 0,
		.raw_size = 5100,
		.decoder = "plain",
		.status = "ok",
		.live = 1,
		.first_event = t->first_s <= t->last_s ? t->first_s : NINES_NEVER,
		.last_event = t->first_s <= t->last_s ? t->last_s : NINES_NEVER,
		.seen_s = t->first_s <= t->last_s ? t->last_s + 5 : NOON,
	};
}

/* In a transaction of its own.  Settles the tally. */
static inline int64_t room_write(struct store *store, const struct store_source *source,
    const struct store_shape *shape, struct tally *tally, int recount)
{
	struct ledger_walk row;
	uint64_t lines = 0;
	int64_t id = 0;

	tally_room_settle(tally);
	for (ledger_walk_begin(&row, tally_traffic(tally)); ledger_walk_next(&row);)
		lines += row.cell.valid;
	OK(store_begin(store, &room_err));
	OK(store_write(store,
	    &(struct store_record){
	        .source = source,
	        .mark = (struct mark[]){ { 100, 0xdeadbeef }, { 5000, 0xffffffff } },
	        .marks = 2,
	        .shape = shape,
	        .tally = tally,
	        .item = (struct item[]){ { "lines", lines + 2 }, { "parsed", lines },
	            { "unparsed.time", 2 }, { "blank", 0 } },
	        .items = 4,
	        .recount = recount,
	    },
	    &id, &room_err));
	OK(store_commit(store, &room_err));
	return id;
}

/* A new source of this name, with minutes of two lines. */
static inline int64_t room_add(
    struct store *store, const char *name, int64_t start, int64_t minutes)
{
	struct store_source source;
	struct tally t;
	int64_t id;

	tally_init(&t, 2, 60);
	room_count(&t, start, minutes, 2);
	source = room_source(name, &t);
	id = room_write(store, &source, &room_shape, &t, 0);
	tally_fini(&t);
	return id;
}

static inline struct store_view room_load(struct store *store, int64_t from, int64_t to)
{
	struct store_view view;

	OK(store_load(store, &room_shape, from, to, &view, &room_err));
	return view;
}

struct room_sum {
	uint64_t lines, judged;
	struct tally_cell cell[2];
};

/* All counts of [from, to) under room_shape. */
static inline struct room_sum room_sum(struct store *store, int64_t from, int64_t to)
{
	struct store_view view = room_load(store, from, to);
	struct room_sum sum = { 0 };
	const struct tally_row *row;
	struct tally_walk walk;

	OK(tally_walk_begin(&walk, &view.tally, &room_err));
	while ((row = tally_walk_next(&walk)) != NULL) {
		sum.lines += row->lines;
		sum.judged += row->judged;
		for (size_t k = 0; k < 2; k++) {
			sum.cell[k].valid += row->cell[k].valid;
			sum.cell[k].good += row->cell[k].good;
			sum.cell[k].missing += row->cell[k].missing;
		}
	}
	tally_walk_end(&walk);
	store_view_fini(&view);
	return sum;
}

static inline uint64_t room_lines(struct store *store)
{
	return room_sum(store, NINES_NEVER, NINES_NEVER).lines;
}

static inline void room_finding(void *ctx, const char *text)
{
	if (ctx)
		(void)snprintf(ctx, 256, "%s", text);
}

/* The last finding in `text`, which may be NULL. */
static inline size_t room_verify(struct store *store, char text[256])
{
	size_t findings = 0;

	OK(store_verify(store, room_finding, text, &findings, &room_err));
	return findings;
}
#endif
