/* All memory comes from here: zeroed, counted, overflow-checked; NULL when there is none. */
#ifndef MEM_H
#define MEM_H
#include "str.h"
#include <stddef.h>

void *mem_new(size_t count, size_t size);
/* Grows an array to hold at least `want` elements (doubling).  On failure the old array stays valid
 * and NULL is returned; on success *room is the new capacity and new elements are zero. */
void *mem_grow(void *p, size_t *room, size_t want, size_t size);
void mem_free(void *p);

/* An arena: many small things that live and die together. */
struct mem_arena {
	struct mem_chunk *chunk;
	size_t used, room; /* of the newest chunk */
};
void *mem_arena_new(struct mem_arena *a, size_t count, size_t size);
struct str mem_arena_str(
    struct mem_arena *a, struct str s); /* copy, NUL-terminated; .p NULL on failure */
char *mem_arena_fmt(struct mem_arena *a, const char *fmt, ...) /* NULL on failure */
    __attribute__((format(printf, 2, 3)));
void mem_arena_fini(struct mem_arena *a);
#endif
