#include "partial_impl.h"

#include <string.h>

#include "err.h"

/* A line being put together. */
struct text {
	char *p;
	size_t n, room;
};

static int text_write(void *ctx, const char *p, size_t n)
{
	struct text *text = ctx;
	char *grown = mem_grow(text->p, &text->room, text->n + n + 1, 1);

	if (grown == NULL)
		return -1;
	memcpy(grown + text->n, p, n);
	text->p = grown;
	text->n += n;
	return 0;
}

/* Adds the line, which `o` writes into `text`, and empties it. */
static enum nines_status add_line(
    struct partial *p, struct out *o, struct text *text, struct nines_error *err)
{
	enum nines_status rc;

	if (out_finish(o) != 0)
		return err_nomem(err);
	rc = partial_add_line(p, (struct str){ text->p, text->n }, "", 0, err);
	text->n = 0;
	out_init(o, text_write, text);
	return rc;
}

static void put_hex(struct out *o, const char *before, uint64_t n)
{
	out_fmt(o, "%s%016llx", before, (unsigned long long)n);
}

static void put_text(struct out *o, const char *before, const char *text)
{
	if (text == NULL)
		return;
	out_cstr(o, before);
	partial_encode(o, str_of(text));
}

static void put_instant(struct out *o, const char *before, int64_t instant)
{
	if (instant == NINES_NEVER)
		return;
	out_cstr(o, before);
	out_i64(o, instant);
}

static void put_items(struct out *o, const struct item *item, size_t items)
{
	for (size_t i = 0; i < items; i++)
		if (item[i].n > 0)
			out_fmt(o, " %s=%llu", item[i].name, (unsigned long long)item[i].n);
}

/* ---- rows ---- */

/* Adds the rows of one column, and what they are to `check`; the key is PARTIAL_KEY_SIZE of room.
 */
static enum nines_status add_column(struct partial *p, const struct ledger *column,
    struct partial_row *row, char *key, uint64_t *check, struct nines_error *err)
{
	const struct partial_place place = { "", 0, err };
	const size_t name = partial_put_name(key, row->name);
	enum nines_status rc = NINES_OK;
	struct ledger_walk w;

	for (ledger_walk_begin(&w, column); rc == NINES_OK && ledger_walk_next(&w);) {
		const size_t n = partial_put_time(key + name, w.start_s, row->length_s);

		row->start_s = w.start_s;
		row->cell = w.cell;
		*check += partial_row_check((struct str){ key, name + n }, &w.cell);
		rc = partial_row_add(p, row, &place);
	}
	return rc;
}

static enum nines_status add_tally(
    struct partial *p, const struct partial_part *part, uint64_t *check, struct nines_error *err)
{
	const struct tally *t = part->tally;
	struct partial_row row = { .length_s = (uint32_t)t->bucket_s };
	enum nines_status rc = NINES_OK;
	struct mem_arena arena = { 0 };
	char *key = mem_arena_new(&arena, PARTIAL_KEY_SIZE, 1);

	for (size_t i = 0; i <= t->slis && rc == NINES_OK; i++) {
		row.name = i < t->slis ? partial_encoded(&arena, str_of(part->name[i]))
		                       : STR(PARTIAL_TRAFFIC);
		if (key == NULL || row.name.p == NULL)
			rc = err_nomem(err);
		else if (row.name.n > PARTIAL_LINE_MAX / 2)
			rc = err_set(err, NINES_E_LIMIT, "an SLI's name is too long for a part");
		else
			rc = add_column(p, tally_column(t, i), &row, key, check, err);
	}
	mem_arena_fini(&arena);
	return rc;
}

/* ---- ~ lines ---- */

static uint64_t id_of(const struct partial_part *part)
{
	uint64_t sum = 0, id = partial_hash_mix(part->config, part->sources);

	for (size_t i = 0; i < part->sources; i++)
		sum += partial_hash_mix(part->source[i].hash, 0);
	id = partial_hash_mix(id, sum);
	id = partial_hash_mix(id, (uint64_t)part->since);
	id = partial_hash_mix(id, (uint64_t)part->until);
	return partial_hash_mix(id, (uint64_t)part->tally->bucket_s);
}

static void put_source(struct out *o, const struct partial_source *s, uint64_t part)
{
	put_hex(o, "~src|xxh3:", s->hash);
	put_text(o, "|", s->name);
	put_hex(o, "\tv=1 part=", part);
	put_text(o, " status=", s->status);
	put_text(o, " decoder=", s->decoder);
	put_text(o, " note=", s->note);
	put_items(o, s->item, s->items);
}

static void put_end(struct out *o, const struct partial_end *end)
{
	put_hex(o, "~end|", end->part);
	put_hex(o, "\tv=1 cfg=", end->config);
	out_cstr(o, " sources=");
	out_u64(o, end->sources);
	put_hex(o, " check=", end->check);
	put_instant(o, " first=", end->first);
	put_instant(o, " last=", end->last);
	put_instant(o, " since=", end->since);
	put_instant(o, " until=", end->until);
	put_items(o, end->item, end->items);
}

static enum nines_status add_sources(struct partial *p, const struct partial_part *part,
    struct partial_end *end, struct out *o, struct text *text, struct nines_error *err)
{
	enum nines_status rc = NINES_OK;

	for (size_t i = 0; i < part->sources && rc == NINES_OK; i++) {
		put_source(o, &part->source[i], end->part);
		rc = add_line(p, o, text, err);
		if (rc == NINES_OK)
			end->sum += p->source_line[p->sources - 1].hash;
	}
	return rc;
}

static enum nines_status add_end(struct partial *p, struct partial_end *end, struct out *o,
    struct text *text, struct nines_error *err)
{
	put_end(o, end);
	if (out_finish(o) != 0)
		return err_nomem(err);
	end->sum += partial_hash((struct str){ text->p, text->n });
	put_hex(o, " sum=", end->sum);
	return add_line(p, o, text, err);
}

enum nines_status partial_add(
    struct partial *p, const struct partial_part *part, struct nines_error *err)
{
	const struct tally *t = part->tally;
	const int empty = t->first_s > t->last_s;
	struct partial_end end = {
		.part = id_of(part),
		.config = part->config,
		.sources = part->sources,
		.first = empty ? NINES_NEVER : t->first_s,
		.last = empty ? NINES_NEVER : t->last_s,
		.since = part->since,
		.until = part->until,
		.item = part->item,
		.items = part->items,
	};
	struct text text = { 0 };
	enum nines_status rc = add_tally(p, part, &end.check, err);
	struct out o;

	out_init(&o, text_write, &text);
	if (rc == NINES_OK)
		rc = add_sources(p, part, &end, &o, &text, err);
	if (rc == NINES_OK)
		rc = add_end(p, &end, &o, &text, err);
	mem_free(text.p);
	return rc;
}
