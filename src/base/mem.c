#include "mem.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK_BYTES 4096u

struct mem_chunk {
	struct mem_chunk *older;
	max_align_t data[];
};

void *mem_new(size_t count, size_t size)
{
	if (size > 0 && count > SIZE_MAX / size)
		return NULL;
	return count == 0 || size == 0 ? calloc(1, 1) : calloc(count, size);
}

void *mem_grow(void *p, size_t *room, size_t want, size_t size)
{
	size_t next = *room < 8 ? 8 : *room > SIZE_MAX / 2 ? SIZE_MAX : *room * 2;
	char *grown;

	if (p && want <= *room)
		return p;
	if (next < want)
		next = want;
	if (size == 0 || next > SIZE_MAX / size)
		return NULL;
	grown = realloc(p, next * size);
	if (!grown)
		return NULL;
	if (!p)
		*room = 0;
	memset(grown + *room * size, 0, (next - *room) * size);
	*room = next;
	return grown;
}

void mem_free(void *p)
{
	free(p);
}

/* n bytes at a multiple of align, which divides alignof(max_align_t). */
static void *take(struct mem_arena *a, size_t n, size_t align)
{
	size_t at = (a->used + align - 1) / align * align;
	struct mem_chunk *chunk;
	size_t room;

	if (a->chunk && at <= a->room && n <= a->room - at) {
		a->used = at + n;
		return (char *)a->chunk->data + at;
	}
	room = n > CHUNK_BYTES ? n : CHUNK_BYTES;
	if (room > SIZE_MAX - sizeof *chunk)
		return NULL;
	chunk = calloc(1, sizeof *chunk + room);
	if (!chunk)
		return NULL;
	chunk->older = a->chunk;
	a->chunk = chunk;
	a->used = n;
	a->room = room;
	return chunk->data;
}

void *mem_arena_new(struct mem_arena *a, size_t count, size_t size)
{
	if (size > 0 && count > SIZE_MAX / size)
		return NULL;
	return take(a, count * size, _Alignof(max_align_t));
}

struct str mem_arena_str(struct mem_arena *a, struct str s)
{
	char *const p = s.n < SIZE_MAX ? take(a, s.n + 1, 1) : NULL;

	if (!p)
		return (struct str){ NULL, 0 };
	if (s.n > 0)
		memcpy(p, s.p, s.n);
	p[s.n] = '\0';
	return (struct str){ p, s.n };
}

char *mem_arena_fmt(struct mem_arena *a, const char *fmt, ...)
{
	va_list ap;
	char *p;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		return NULL;
	p = take(a, (size_t)n + 1, 1);
	if (!p)
		return NULL;
	va_start(ap, fmt);
	(void)vsnprintf(p, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return p;
}

void mem_arena_fini(struct mem_arena *a)
{
	while (a->chunk) {
		struct mem_chunk *const older = a->chunk->older;

		free(a->chunk);
		a->chunk = older;
	}
	*a = (struct mem_arena){ 0 };
}
