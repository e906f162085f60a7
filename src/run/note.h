/* Notes: one line about a source that was not read whole, or was met twice. */
#ifndef NOTE_H
#define NOTE_H
#include "mem.h"
#include "source.h"

/* NULL when nothing needs saying, or when *nomem was set.  Names stand in it as they are: hostile.
 */
const char *note_of(struct mem_arena *arena, const struct source_list *list, size_t i,
    uint64_t discarded_lines, int *nomem);
#endif
