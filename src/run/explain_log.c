#include "err.h"
#include "explain.h"
#include "lines.h"
#include "note.h"

static void explain_block(struct explain *explain, struct str block, uint64_t *number,
    const char *name, const struct nines_style *style, struct out *o)
{
	struct lines_walk walk;
	struct lines_count count = { 0 };
	char where[300];
	struct str line;

	lines_walk_begin(&walk, block, NULL);
	while (lines_split(&walk, &line, &count)) {
		(void)snprintf(where, sizeof where, "%s:%llu", name, (unsigned long long)++*number);
		explain_line(explain, line, where, style, o);
	}
}

static void explain_source(struct explain *explain, struct lines *lines, const char *name,
    const struct nines_style *style, struct out *o)
{
	struct lines_count count = { 0 };
	enum lines_event event;
	uint64_t number = 0;
	struct str block;

	while ((event = lines_next(lines, &block, &count)) != LINES_END && !o->failed) {
		if (event == LINES_BLOCK)
			explain_block(explain, block, &number, name, style, o);
		if (event == LINES_LONG) {
			out_visible(o, str_of(name));
			out_fmt(o, ":%llu: unparsed (too_long): over %u bytes\n",
			    (unsigned long long)++number, LINES_CAP);
		}
		if (event == LINES_DISCARD) {
			out_visible(o, str_of(name));
			out_cstr(o,
			    ": damaged: the lines above since the last sound part do not count\n");
		}
	}
}

/* What cannot be read is explained too. */
static enum nines_status explain_status(
    const struct source_list *list, size_t i, struct out *o, struct nines_error *err)
{
	struct mem_arena arena = { 0 };
	int nomem = 0;
	const char *note = note_of(&arena, list, i, 0, &nomem);

	if (note != NULL) {
		out_visible(o, str_of(list->source[i].name));
		out_cstr(o, ": ");
		out_visible(o, str_of(note));
		out_char(o, '\n');
	}
	mem_arena_fini(&arena);
	return nomem ? err_nomem(err) : NINES_OK;
}

enum nines_status explain_log(const struct spec *spec, const struct nines_io *io,
    const struct nines_reading *reading, const struct nines_style *style, struct out *o,
    int *incomplete, struct nines_error *err)
{
	struct source_list list = { 0 };
	struct explain *explain = NULL;
	struct lines *lines = NULL;
	enum nines_status rc = explain_new(&explain, spec, err);

	*incomplete = 0;
	if (rc == NINES_OK)
		rc = lines_new(&lines, reading->buffer_bytes, err);
	if (rc == NINES_OK)
		rc = source_list_open(&list, reading->operand, reading->operands, io, err);
	for (size_t i = 0; i < list.used && rc == NINES_OK; i++) {
		if (source_ready(&list, i)) {
			rc = lines_begin(lines, &list, i, err);
			if (rc == NINES_OK)
				explain_source(explain, lines, reading->operand[i], style, o);
			source_done(&list, i);
		}
		*incomplete |= !source_status_whole(list.source[i].status);
		if (rc == NINES_OK)
			rc = explain_status(&list, i, o, err);
	}
	source_list_close(&list);
	lines_free(lines);
	explain_free(explain);
	return rc;
}
