/* What the files of partial.h share. */
#ifndef PARTIAL_IMPL_H
#define PARTIAL_IMPL_H
#include "partial.h"

#define PARTIAL_TRAFFIC "*"
static inline int partial_is_traffic(struct str name)
{
	return name.n == 1 && *name.p == *PARTIAL_TRAFFIC;
}

/* Beyond the years 1 to 9999 nothing can have happened. */
#define PARTIAL_INSTANT_MAX INT64_C(253402300799)
#define PARTIAL_INSTANT_MIN INT64_C(-62135596800)

struct partial_row {
	struct str name; /* as written */
	uint32_t length_s;
	int64_t start_s;
	struct tally_cell cell; /* of the traffic: lines as valid, judged lines as good */
};

/* The rows of one name and length whose starts are written with as many digits (and the same sign),
 * as nearly all are.  Their order as text is that of the starts without sign, which is how they
 * stand in the ledger. */
struct partial_column {
	struct str name; /* a '|' follows it: so keys begin */
	uint64_t hash;   /* of the name */
	uint32_t length_s;
	int64_t least_s, most_s;
	struct ledger ledger;
	struct tally_cell sum; /* of all rows ... */
	int beyond;            /* ... unless it would pass 2^64 - 1 */
};

struct partial_tail { /* a ~ line, kept as it came */
	struct str text;
	uint64_t hash; /* of what `sum` covers of it */
};

struct partial {
	struct mem_arena arena;
	struct ledger_pool pool;
	struct partial_column *column; /* as they first came */
	size_t columns, column_room;
	size_t *slot, slots; /* a table of indices + 1, 0 is free: a power of two */
	size_t last;         /* lines of one SLI mostly follow each other */
	struct partial_source *source;
	struct partial_tail *source_line; /* of source i */
	size_t sources, source_room, source_line_room;
	const char *where; /* of the last ~src line */
	int places;        /* files that had ~src lines: 0, 1 or 2 for more */
	struct partial_end *end;
	struct partial_tail *end_line;
	size_t ends, end_room, end_line_room;
};

struct partial_place { /* what a message is about */
	const char *where;
	uint64_t line;
	struct nines_error *err;
};

/* ---- partial_column.c ---- */

/* Adds a row to the one of the same key; NINES_E_LIMIT leaves it as it was. */
enum nines_status partial_row_add(
    struct partial *p, const struct partial_row *row, const struct partial_place *place);
/* Makes the columns readable, until a row is added. */
enum nines_status partial_settle(struct partial *p, struct nines_error *err);
/* The rows of a column in the order of their keys as text: begin with { .column = ... }. */
struct partial_walk {
	const struct partial_column *column;
	struct ledger_walk at;
	int64_t start_s;
	int more; /* what partial_walk_next returned */
};
int partial_walk_next(struct partial_walk *w); /* 0 behind the last */

/* ---- partial_text.c ---- */

uint64_t partial_hash(struct str s);
uint64_t partial_hash_mix(uint64_t a, uint64_t b);
/* Writes s with %HH where needed. */
void partial_encode(struct out *o, struct str s);
/* The same on the arena; .p is NULL when there is no memory. */
struct str partial_encoded(struct mem_arena *arena, struct str s);
/* 1 when s is how partial_encode writes something without NUL bytes. */
int partial_is_encoded(struct str s);
/* The way back, on the arena, NUL-terminated; NULL when there is no memory. */
const char *partial_decode(struct mem_arena *arena, struct str s);
/* Takes a number as it is written (no sign, no needless zero) off the front of *s. */
enum partial_number { PARTIAL_IS_NUMBER, PARTIAL_NO_NUMBER, PARTIAL_NUMBER_TOO_BIG };
enum partial_number partial_take_u64(struct str *s, uint64_t *n);
enum partial_number partial_take_i64(struct str *s, int64_t *n); /* "-" may come first */
size_t partial_put_u64(char *to, uint64_t n);                    /* up to 20 bytes */
int partial_hex(struct str s, uint64_t *n);                      /* 16 digits, small letters */
struct str partial_cut(struct str *s, char at); /* up to `at` or the end, which is skipped */

/* A key is written in two steps, to buffers of these sizes: "NAME|" and "START|SECONDS". */
#define PARTIAL_KEY_SIZE  (PARTIAL_LINE_MAX + PARTIAL_TIME_SIZE)
#define PARTIAL_TIME_SIZE 64
size_t partial_put_name(char *to, struct str name);
size_t partial_put_time(char *to, int64_t start_s, uint32_t length_s);
/* What a row adds to `check`. */
uint64_t partial_row_check(struct str key, const struct tally_cell *cell);

/* ---- partial_tail.c: a line that begins with '~' ---- */

enum nines_status partial_refuse(const struct partial_place *place, enum nines_status code,
    const char *fmt, ...) __attribute__((format(printf, 3, 4)));
enum nines_status partial_tail_add(
    struct partial *p, struct str line, const struct partial_place *place);
#endif
