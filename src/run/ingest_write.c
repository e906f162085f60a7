#include <string.h>

#include "err.h"
#include "ingest_impl.h"

enum nines_status ingest_write_begin(struct ingesting *in, struct nines_error *err)
{
	enum nines_status rc = NINES_OK;

	if (in->store != NULL && !in->begun)
		rc = store_begin(in->store, err);
	in->begun = rc == NINES_OK;
	return rc;
}

/* In a dry run all is one transaction, so that later files see what earlier ones would change. */
enum nines_status ingest_write_commit(struct ingesting *in, struct nines_error *err)
{
	if (in->store == NULL || in->order->dry_run)
		return NINES_OK;
	in->begun = 0;
	return store_commit(in->store, err);
}

static int64_t earlier(int64_t a, int64_t b)
{
	return a == NINES_NEVER || (b != NINES_NEVER && b < a) ? b : a;
}

static int64_t later(int64_t a, int64_t b)
{
	return a == NINES_NEVER || (b != NINES_NEVER && b > a) ? b : a;
}

static int is_recount(const struct ingest_match *m)
{
	return m->source != NULL && (m->in->order->recount || m->replaces);
}

/* The marks that are not yet remembered. */
static void fill_marks(const struct ingest_match *m, struct store_record *record)
{
	const uint64_t from =
	    m->source != NULL && !m->replaces ? m->source->source.end.length : m->part;

	record->mark = identity_marks(m->in->identity, &record->marks);
	for (; record->marks > 0 && record->mark->length <= from; record->marks--)
		record->mark++;
}

/* What is counted anew was counted before: it is not new to whoever asks. */
static void add_up(struct ingesting *in, size_t i, const struct run_count *count)
{
	const struct tally *tally = worker_tally(in->worker);

	if (tally->first_s <= tally->last_s)
		in->item[i].first_event = tally->first_s;
	worker_counts_add(&in->result->count, count);
	in->result->count.bytes += count->bytes;
	in->result->events += count->parsed;
	in->wrote = 1;
}

static enum nines_status write_counts(const struct ingest_match *m, struct nines_error *err)
{
	struct ingesting *in = m->in;
	const struct identity_state state = identity_state(in->identity);
	struct tally *tally = worker_tally(in->worker);
	struct run_count count = *worker_count(in->worker);
	struct ingest_source *result = &in->result->source[m->i];
	struct item item[RUN_ITEMS_MAX];
	struct store_source source;
	struct store_record record = {
		.source = &source,
		.shape = &in->shape,
		.tally = tally,
		.item = item,
		.recount = is_recount(m),
	};
	enum nines_status rc = tally_settle(tally, err);

	if (rc != NINES_OK)
		return rc;
	ingest_place_fill(m, &source);
	if (tally->first_s <= tally->last_s) {
		source.first_event = earlier(source.first_event, tally->first_s);
		source.last_event = later(source.last_event, tally->last_s);
	}
	fill_marks(m, &record);
	count.bytes = record.recount ? state.bytes : state.new_bytes;
	record.items = run_items(&count, item);
	add_up(in, m->i, &count);
	if (in->store != NULL)
		rc = store_write(in->store, &record, &result->id, err);
	in->item[m->i].id = result->id;
	return rc;
}

static int lies_in(int64_t instant, const struct store_span *span, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (span[i].from <= instant && instant < span[i].to)
			return 1;
	return 0;
}

/* Whether the source was counted by all the present rules, from its first event to its last.  Which
 * spans those are is asked of the store, not the counts in them. */
static enum nines_status find_counted(
    const struct ingest_match *m, int *is_counted, struct nines_error *err)
{
	const struct store_source *known = &m->source->source;
	struct store_view view;
	enum nines_status rc = store_load(m->in->store, &m->in->shape, 0, 0, &view, err);

	if (rc != NINES_OK)
		return rc;
	*is_counted = 1;
	for (size_t i = 0; i < m->in->shape.slis; i++)
		*is_counted &= lies_in(known->first_event, view.counted[i], view.counteds[i]) &&
		    lies_in(known->last_event, view.counted[i], view.counteds[i]);
	store_view_fini(&view);
	return NINES_OK;
}

/* A part's beginning is another source's, and what is folded is no longer told apart. */
static enum nines_status refuse_recount(const struct ingest_match *m, struct nines_error *err)
{
	struct ingest *result = m->in->result;
	struct run_source *read = &result->source[m->i].source;

	read->note = mem_arena_fmt(&result->arena, "stays as it was counted: %s",
	    m->source->source.folded ? "it was folded into hours"
	                             : "its beginning was counted from another log");
	read->whole = 0;
	result->incomplete = 1;
	return read->note != NULL ? NINES_OK : err_nomem(err);
}

/* What cannot be counted anew need not be, if it was counted by the present rules. */
static enum nines_status keep_counts(
    const struct ingest_match *m, enum ingest_way way, struct nines_error *err)
{
	int is_counted = 0;
	enum nines_status rc = NINES_OK;

	if (m->fate == INGEST_KNOWN && m->source->source.first_event != NINES_NEVER)
		rc = find_counted(m, &is_counted, err);
	if (rc != NINES_OK)
		return rc;
	return is_counted ? ingest_place_known(m, way, err) : refuse_recount(m, err);
}

static int is_part(const struct store_known *k)
{
	return k->mark->length > k->source.first.length;
}

static enum nines_status name_source(const struct ingest_match *m, struct nines_error *err)
{
	struct ingest_source *result = &m->in->result->source[m->i];
	const struct store_source *known = &m->source->source;

	result->id = known->id;
	if (strcmp(known->name, m->in->list.source[m->i].name) == 0)
		return NINES_OK;
	result->known_as = mem_arena_str(&m->in->result->arena, str_of(known->name)).p;
	return result->known_as != NULL ? NINES_OK : err_nomem(err);
}

/* The file is the source, or goes on from it. */
static enum nines_status write_met(
    const struct ingest_match *m, enum ingest_way way, struct nines_error *err)
{
	const struct store_source *known = &m->source->source;
	enum nines_status rc = NINES_OK;

	m->in->item[m->i].id = known->id;
	if (!known->live)
		rc = store_gap_close(m->in->store, known->id, err);
	if (rc != NINES_OK)
		return rc;
	if (is_recount(m) && (known->folded || is_part(m->source)))
		return keep_counts(m, way, err);
	if (is_recount(m) || m->fate == INGEST_GROWN)
		return write_counts(m, err);
	return ingest_place_known(m, way, err);
}

enum nines_status ingest_write(
    const struct ingest_match *m, enum ingest_way way, struct nines_error *err)
{
	enum nines_status rc;

	if (m->source == NULL)
		return m->fate == INGEST_NEW ? write_counts(m, err) : NINES_OK;
	rc = name_source(m, err);
	if (rc != NINES_OK)
		return rc;
	if (m->whole)
		return write_met(m, way, err);
	m->in->item[m->i].within = m->source->source.id;
	if (m->alias != NULL)
		return ingest_place_known(m, way, err);
	return ingest_place_seen(m, &m->source->source, err);
}
