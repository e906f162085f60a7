#include <stdio.h>
#include <string.h>

#include "err.h"
#include "ingest_impl.h"
#include "when.h"

static int is_read(const struct source *s)
{
	return !s->borrowed && s->info.kind == NINES_FILE_REGULAR;
}

static int was_met(const struct ingesting *in, int64_t id)
{
	for (size_t i = 0; i < in->list.used; i++)
		if (in->item[i].id == id)
			return 1;
	return 0;
}

static enum nines_status tell_gap(
    struct ingesting *in, const struct store_source *lost, struct nines_error *err)
{
	struct ingest *result = in->result;
	struct ingest_gap *gap;
	char after[WHEN_SIZE + 8] = "", from[WHEN_SIZE];

	if (lost->last_event != NINES_NEVER)
		(void)snprintf(after, sizeof after, " after %s", when_text(from, lost->last_event));
	gap = mem_arena_new(&result->arena, result->gaps + 1, sizeof *gap);
	if (gap == NULL)
		return err_nomem(err);
	if (result->gaps > 0)
		memcpy(gap, result->gap, result->gaps * sizeof *gap);
	result->gap = gap;
	gap += result->gaps;
	gap->name = mem_arena_str(&result->arena, str_of(lost->name)).p;
	gap->text = mem_arena_fmt(&result->arena,
	    "was replaced before its end was read: lines%s may be missing; name its rotated"
	    " copies, too",
	    after);
	if (gap->name == NULL || gap->text == NULL)
		return err_nomem(err);
	result->gaps++;
	result->incomplete = 1;
	return NINES_OK;
}

static enum nines_status gap_of(
    struct ingesting *in, size_t i, const struct store_source *lost, struct nines_error *err)
{
	const struct ingest_item *item = &in->item[i];
	const int64_t next = item->first_event, last = lost->last_event;
	int64_t to = next != NINES_NEVER && next > last ? next : in->order->clock_s;
	enum nines_status rc;

	if (was_met(in, lost->id) || item->within == lost->id ||
	    lost->device != in->list.source[i].info.device)
		return NINES_OK;
	/* A copy that was made since the files were opened is met by the next run. */
	if (!ingest_open_is_settled(in))
		return NINES_OK;
	rc = tell_gap(in, lost, err);
	if (rc != NINES_OK)
		return rc;
	if (to <= last)
		to = last + 1;
	return store_gap(in->store, lost->id, to, in->order->clock_s, err);
}

static enum nines_status gaps_of(struct ingesting *in, size_t i, struct nines_error *err)
{
	struct mem_arena arena = { 0 };
	struct store_known *known;
	size_t n;
	enum nines_status rc =
	    store_find_live(in->store, in->item[i].path, &arena, &known, &n, err);

	for (size_t k = 0; rc == NINES_OK && k < n; k++)
		rc = gap_of(in, i, &known[k].source, err);
	mem_arena_fini(&arena);
	return rc;
}

enum nines_status ingest_gap_find(struct ingesting *in, struct nines_error *err)
{
	enum nines_status rc;

	if (in->store == NULL)
		return NINES_OK;
	rc = ingest_write_begin(in, err);
	for (size_t i = 0; rc == NINES_OK && i < in->list.used; i++)
		if (is_read(&in->list.source[i]) && in->result->source[i].fate != INGEST_UNREAD)
			rc = gaps_of(in, i, err);
	return rc == NINES_OK ? ingest_write_commit(in, err) : rc;
}
