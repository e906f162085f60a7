#include "note.h"

#include <stdio.h>
#include <string.h>

static const char *const what[SOURCE_STATUSES] = {
	[SOURCE_DUPLICATE] = "the same file as another, counted once",
	[SOURCE_MISSING] = "no such file",
	[SOURCE_UNREADABLE] = "cannot be opened",
	[SOURCE_DIRECTORY] = "is a directory; name its files or a quoted glob",
	[SOURCE_DEVICE] = "is a device",
	[SOURCE_TRUNCATED] = "ends early",
	[SOURCE_CORRUPT] = "is damaged",
	[SOURCE_TRAILING] = "has stray bytes after its end",
	[SOURCE_READ_ERROR] = "cannot be read to its end",
	[SOURCE_UNSUPPORTED] = "is packed or encoded in a way that this build cannot read",
	[SOURCE_INTERRUPTED] = "was interrupted",
	[SOURCE_GAP] = "was gone before its end was read",
};

static const char *describe(
    struct mem_arena *arena, const struct source *s, uint64_t discarded_lines)
{
	char reason[160] = "", place[64] = "", left_out[96] = "";

	if (s->status == SOURCE_UNREADABLE || s->status == SOURCE_READ_ERROR)
		(void)snprintf(reason, sizeof reason, ": %s", strerror(s->error));
	if (s->raw_bytes > 0 && s->status != SOURCE_UNSUPPORTED)
		(void)snprintf(place, sizeof place, " at byte %llu",
		    (unsigned long long)(s->damage_at > 0 ? s->damage_at : s->raw_bytes));
	if (discarded_lines > 0)
		(void)snprintf(left_out, sizeof left_out,
		    "; %llu line%s of the damaged part %s left out",
		    (unsigned long long)discarded_lines, discarded_lines == 1 ? "" : "s",
		    discarded_lines == 1 ? "was" : "were");
	return mem_arena_fmt(arena, "%s%s%s%s%s%s", what[s->status], place, reason, left_out,
	    s->note != NULL ? "; " : "", s->note != NULL ? s->note : "");
}

const char *note_of(struct mem_arena *arena, const struct source_list *list, size_t i,
    uint64_t discarded_lines, int *nomem)
{
	const struct source *s = &list->source[i];
	const char *note;

	if (s->status == SOURCE_OK)
		return NULL;
	if (s->status == SOURCE_DUPLICATE && s->duplicate_of < list->used)
		note = mem_arena_fmt(
		    arena, "the same file as %s, counted once", list->source[s->duplicate_of].name);
	else
		note = describe(arena, s, discarded_lines);
	*nomem |= note == NULL;
	return note;
}
