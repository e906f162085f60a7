#include "parts.h"

#include "err.h"
#include "note.h"

struct reader {
	struct parts *parts;
	const struct nines_io *io;
	const struct nines_parts_order *order;
	struct source_list list;
	struct lines *lines;
	struct nines_error *err;
	enum nines_status rc;
	const char *where; /* the file that is read, and how far */
	uint64_t line;
};

/* ---- reading ---- */

static void refuse(struct reader *r, enum nines_status code, const char *why)
{
	if (r->rc != NINES_OK)
		return;
	if (r->err != NULL && r->err->code == NINES_OK)
		r->err->line = r->line < UINT32_MAX ? (unsigned)r->line : UINT32_MAX;
	r->rc = err_about(r->err, code, r->where, "%s", why);
}

/* After a failure the rest is read all the same: whoever writes it should not be cut off. */
static void add_block(struct reader *r, struct str block)
{
	struct lines_walk walk;
	struct lines_count met = { 0 };
	struct str line;

	lines_walk_begin(&walk, block, NULL);
	while (lines_split(&walk, &line, &met)) {
		r->line++;
		if (r->rc != NINES_OK)
			continue;
		if (met.nul_bytes > 0)
			refuse(r, NINES_E_SYNTAX, "the line has NUL bytes");
		else
			r->rc =
			    partial_add_line(r->parts->partial, line, r->where, r->line, r->err);
	}
}

static void read_file(struct reader *r, size_t i)
{
	struct lines_count met = { 0 };
	enum lines_event event;
	struct str block;

	r->where = r->list.source[i].name;
	r->line = 0;
	if (!source_ready(&r->list, i))
		return;
	if (lines_begin(r->lines, &r->list, i, r->err) != NINES_OK) {
		r->rc = r->rc != NINES_OK ? r->rc : NINES_E_NOMEM;
		return;
	}
	do {
		event = lines_next(r->lines, &block, &met);
		if (event == LINES_BLOCK)
			add_block(r, block);
		if (event == LINES_LONG) {
			r->line++;
			refuse(r, NINES_E_LIMIT, "a line of more than 64 KiB");
		}
		if (met.nul_bytes > 0)
			refuse(r, NINES_E_SYNTAX, "there are NUL bytes after this line");
	} while (event != LINES_END && event != LINES_CUT);
	source_done(&r->list, i);
}

static enum nines_status read_files(struct reader *r)
{
	enum nines_status rc = lines_new(&r->lines, 0, r->err);

	if (rc != NINES_OK)
		return rc;
	rc = source_list_open(&r->list, r->order->path, r->order->paths, r->io, r->err);
	for (size_t i = 0; rc == NINES_OK && i < r->list.used; i++)
		read_file(r, i);
	lines_free(r->lines);
	return rc != NINES_OK ? rc : r->rc;
}

/* ---- faults ---- */

static enum nines_status add_fault(
    struct parts *parts, size_t *room, const struct nines_note *fault, struct nines_error *err)
{
	struct nines_note *grown = mem_grow(parts->fault, room, parts->faults + 1, sizeof *grown);
	const struct str name = mem_arena_str(&parts->arena, str_of(fault->source));

	if (grown != NULL)
		parts->fault = grown;
	if (grown == NULL || name.p == NULL || fault->text == NULL)
		return err_nomem(err);
	grown[parts->faults++] = (struct nines_note){ name.p, fault->text, 0 };
	return NINES_OK;
}

static enum nines_status find_faults(struct reader *r)
{
	struct parts *parts = r->parts;
	struct nines_note note = { 0 };
	struct partial_fault *fault = NULL;
	enum nines_status rc = NINES_OK;
	size_t room = 0, faults = 0;
	int nomem = 0;

	for (size_t i = 0; i < r->list.used && rc == NINES_OK; i++) {
		if (source_status_whole(r->list.source[i].status))
			continue;
		note.source = r->list.source[i].name;
		note.text = note_of(&parts->arena, &r->list, i, 0, &nomem);
		rc = add_fault(parts, &room, &note, r->err);
	}
	parts->unread = parts->faults;
	if (rc == NINES_OK)
		rc = partial_check(parts->partial, r->order->allow_duplicates, &parts->arena,
		    &fault, &faults, r->err);
	for (size_t i = 0; rc == NINES_OK && i < faults; i++) {
		note.source = r->order->paths == 1 ? r->order->path[0] : "partial counts";
		note.text = fault[i].text;
		rc = add_fault(parts, &room, &note, r->err);
	}
	return rc;
}

enum nines_status parts_read(struct parts **parts, const struct nines_io *io,
    const struct nines_parts_order *order, struct nines_error *err)
{
	struct reader r = { .io = io, .order = order, .err = err };
	enum nines_status rc;

	r.parts = mem_new(1, sizeof *r.parts);
	if (r.parts == NULL)
		return err_nomem(err);
	rc = partial_new(&r.parts->partial, err);
	if (rc == NINES_OK)
		rc = read_files(&r);
	if (rc == NINES_OK)
		rc = find_faults(&r);
	source_list_close(&r.list);
	if (rc == NINES_OK)
		*parts = r.parts;
	else
		parts_free(r.parts);
	return rc;
}

void parts_free(struct parts *parts)
{
	if (parts == NULL)
		return;
	partial_free(parts->partial);
	mem_free(parts->fault);
	mem_arena_fini(&parts->arena);
	mem_free(parts);
}
