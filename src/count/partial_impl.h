/* What the files of partial.h share. */
#ifndef PARTIAL_IMPL_H
#define PARTIAL_IMPL_H
#include "partial.h"

#define PARTIAL_NUMBERS 3
#define PARTIAL_TRAFFIC "*"

/* Beyond the years 1 to 9999 nothing can have happened. */
#define PARTIAL_INSTANT_MAX INT64_C(253402300799)
#define PARTIAL_INSTANT_MIN INT64_C(-62135596800)

struct partial_row {
	uint32_t name, length_s;
	int64_t start_s;
	uint64_t n[PARTIAL_NUMBERS];
};

struct partial_name {
	struct str text; /* as written */
	uint64_t hash;
};

struct partial_tail { /* a ~ line, kept as it came */
	struct str text;
	uint64_t hash; /* of what `sum` covers of it */
};

struct partial {
	struct mem_arena arena;
	struct partial_name *name;
	size_t names, name_room;
	struct partial_row *row;
	size_t rows, row_room;
	/* Tables of indices + 1, 0 is free; powers of two, at most half full. */
	uint32_t *name_slot, *row_slot;
	size_t name_slots, row_slots;
	uint32_t last_name; /* lines of one SLI mostly follow each other ... */
	size_t last_row;    /* ... and parts that are alike hold their rows in the same order */
	struct partial_source *source;
	struct partial_tail *source_line; /* of source i */
	size_t sources, source_room, source_line_room;
	const char *where; /* of the last ~src line */
	int places;        /* files that had ~src lines: 0, 1 or 2 for more */
	struct partial_end *end;
	struct partial_tail *end_line;
	size_t ends, end_room, end_line_room;
};

/* ---- partial_row.c ---- */

/* The index of a name as written, made when new; canonical names only. */
enum nines_status partial_name_of(
    struct partial *p, struct str text, uint32_t *name, struct nines_error *err);
/* 1 when there is such a name. */
int partial_name_find(const struct partial *p, struct str text, uint32_t *name);
int partial_name_is_traffic(const struct partial *p, uint32_t name);
/* Adds a row to the one of the same key; NINES_E_LIMIT leaves it as it was. */
enum nines_status partial_row_add(
    struct partial *p, const struct partial_row *row, struct nines_error *err);

/* The key as written; room for any. */
#define PARTIAL_KEY_SIZE (PARTIAL_LINE_MAX + 64)
size_t partial_row_key(const struct partial *p, const struct partial_row *row, char *key);
size_t partial_row_numbers(const struct partial *p, const struct partial_row *row); /* 2 or 3 */
/* What the row adds to `check`. */
uint64_t partial_row_check(const struct partial *p, const struct partial_row *row, char *key);

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

/* ---- partial_tail.c: a line that begins with '~' ---- */

struct partial_place {
	const char *where;
	uint64_t line;
	struct nines_error *err;
};
enum nines_status partial_refuse(const struct partial_place *place, enum nines_status code,
    const char *fmt, ...) __attribute__((format(printf, 3, 4)));
enum nines_status partial_tail_add(
    struct partial *p, struct str line, const struct partial_place *place);
#endif
