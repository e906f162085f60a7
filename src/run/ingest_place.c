#include <string.h>

#include "err.h"
#include "ingest_impl.h"
#include "ingest_name.h"

/* What is there is said anew that often, so that the store keeps all marks of a log that still lies
 * there. */
#define SEEN_S 86400

int ingest_place_is_file(const struct source *s)
{
	return !s->borrowed && s->info.kind == NINES_FILE_REGULAR;
}

static const struct source *file_of(const struct ingest_match *m)
{
	return &m->in->list.source[m->i];
}

static const char *path_of(const struct ingest_match *m)
{
	return m->in->item[m->i].path;
}

/* Whether another open file was found to be the source, and is still the one that it is known by.
 */
static int is_elsewhere(const struct ingest_match *m, const struct store_source *known)
{
	const struct ingesting *in = m->in;

	for (size_t i = 0; i < in->list.used; i++) {
		const struct source *other = &in->list.source[i];

		if (i != m->i && in->item[i].id == known->id && other->info.inode != 0 &&
		    other->info.inode == known->inode && other->info.device == known->device)
			return 1;
	}
	return 0;
}

static int is_taken(const struct ingest_match *m, const char *path)
{
	const struct source_list *list = &m->in->list;

	for (size_t i = 0; i < list->used; i++)
		if (i != m->i && strcmp(m->in->item[i].path, path) == 0 &&
		    list->source[i].status != SOURCE_MISSING)
			return 1;
	return 0;
}

/* What was not read because nothing was new is packed as it was. */
static const char *decoder_of(const struct ingest_match *m)
{
	const struct source *s = file_of(m);

	if (s->decoder != NULL)
		return s->decoder;
	return m->source != NULL ? m->source->source.decoder : decode_name(0);
}

/* A log that is still written to.  One whose former name holds something else by now was rotated,
 * and was read to its end. */
static int is_live(const struct ingest_match *m)
{
	const struct source *s = file_of(m);

	if (!ingest_place_is_file(s) || strcmp(decoder_of(m), decode_name(0)) != 0 ||
	    ingest_name_rotated(s->name))
		return 0;
	return m->source == NULL || strcmp(m->source->source.path, path_of(m)) == 0 ||
	    ingest_name_rotated(m->source->source.name) || !is_taken(m, m->source->source.path);
}

static void stand_for(const struct ingest_match *m, struct store_source *to)
{
	const struct source *s = file_of(m);

	to->name = s->name;
	to->path = path_of(m);
	to->device = ingest_place_is_file(s) ? s->info.device : 0;
	to->inode = ingest_place_is_file(s) ? s->info.inode : 0;
	to->live = is_live(m);
	to->seen_s = m->in->order->clock_s;
}

/* What is damaged stays so, though a later reading begins behind the damage. */
static void fill_status(const struct ingest_match *m, struct store_source *to)
{
	const struct source *s = file_of(m);

	if (s->start > 0 && s->status == SOURCE_OK && to->status != NULL &&
	    strcmp(to->status, source_status_name(SOURCE_CORRUPT)) == 0)
		return;
	to->status = source_status_name(s->status);
	to->note = m->in->result->source[m->i].source.note;
}

/* Where a stream's bytes ended says nothing of a file. */
void ingest_place_fill(const struct ingest_match *m, struct store_source *to)
{
	const struct identity_state state = identity_state(m->in->identity);
	const struct source *s = file_of(m);
	const int is_file = ingest_place_is_file(s);

	*to = (struct store_source){ .first_event = NINES_NEVER, .last_event = NINES_NEVER };
	if (m->source != NULL)
		*to = m->source->source;
	if (m->source == NULL || is_file)
		stand_for(m, to);
	if (m->source == NULL)
		to->first = state.first;
	to->end = state.end;
	to->decoder = decoder_of(m);
	to->raw_size = is_file ? s->start + s->raw_bytes : 0;
	to->raw_end = is_file ? state.raw_end : 0;
	to->unit_end = is_file ? state.unit_end : 0;
	to->tail_crc = 0;
	if (to->raw_end > 0 && !ingest_match_tail(m->in, m->i, to->raw_end, &to->tail_crc))
		to->raw_end = to->unit_end = 0;
	fill_status(m, to);
}

/* The alias that this file was before it changed, or 0. */
static int64_t former_alias(const struct ingest_match *m)
{
	const struct source *s = file_of(m);

	for (size_t i = 0; i < m->n; i++)
		if (m->known[i].marks == 0 && m->known[i].source.inode == s->info.inode &&
		    m->known[i].source.device == s->info.device)
			return m->known[i].source.id;
	return 0;
}

/* The source is known by this file from now on; or this one becomes an alias of it, a source
 * without marks and counts, so that it is not read again. */
static enum nines_status move(const struct ingest_match *m, int as_alias, struct nines_error *err)
{
	struct ingesting *in = m->in;
	struct tally none;
	struct store_source source;
	const struct store_record record = {
		.source = &source, .shape = &in->shape, .tally = &none
	};

	tally_init(&none, in->shape.slis, STORE_BUCKET_S);
	ingest_place_fill(m, &source);
	if (source.raw_end == 0)
		return NINES_OK;
	if (as_alias) {
		source.id = former_alias(m);
		source.first_event = source.last_event = NINES_NEVER;
		source.live = 0;
	}
	return store_write(in->store, &record, NULL, err);
}

static enum nines_status touch(const struct ingest_match *m, const struct store_source *known,
    struct store_source *now, struct nines_error *err)
{
	const int64_t clock = m->in->order->clock_s;

	if (strcmp(now->path, known->path) == 0 && now->device == known->device &&
	    now->inode == known->inode && now->live == known->live &&
	    clock - known->seen_s < SEEN_S)
		return NINES_OK;
	now->seen_s = clock;
	return store_touch(m->in->store, now, err);
}

enum nines_status ingest_place_seen(
    const struct ingest_match *m, const struct store_source *known, struct nines_error *err)
{
	struct store_source now = *known;

	return touch(m, known, &now, err);
}

enum nines_status ingest_place_known(
    const struct ingest_match *m, enum ingest_way way, struct nines_error *err)
{
	const struct store_source *known = &m->source->source;
	const struct source *s = file_of(m);
	struct store_source now = *known;
	enum nines_status rc;

	if (m->alias != NULL) {
		rc = ingest_place_seen(m, m->alias, err);
		return rc == NINES_OK ? ingest_place_seen(m, known, err) : rc;
	}
	if (!ingest_place_is_file(s))
		return ingest_place_seen(m, known, err);
	if (way == INGEST_WHOLE || s->info.device != known->device || s->info.inode != known->inode)
		return move(m, is_elsewhere(m, known), err);
	stand_for(m, &now);
	return touch(m, known, &now, err);
}
