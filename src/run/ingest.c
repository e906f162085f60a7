#include <string.h>

#include "err.h"
#include "ingest_impl.h"
#include "ingest_name.h"
#include "note.h"
#include "recall.h"

/* ---- progress ---- */

static void report_progress(struct ingesting *in)
{
	const struct nines_reading *reading = in->order->reading;
	struct nines_progress now = in->progress;

	if (reading->progress == NULL)
		return;
	now.bytes_done = atomic_load(&in->shared.raw_bytes);
	now.lines = atomic_load(&in->shared.lines);
	reading->progress(reading->progress_ctx, &now);
}

static void tick(void *ctx)
{
	report_progress(ctx);
}

/* ---- one source ---- */

static struct identity_state state_of(const struct store_source *known)
{
	return (struct identity_state){
		.first = known->first,
		.end = known->end,
		.raw_end = known->raw_end,
		.unit_end = known->unit_end,
	};
}

/* The store's names live shorter than the list. */
static const char *decoder_named(const char *name)
{
	const char *ours;

	for (size_t i = 0; (ours = decode_name(i)) != NULL; i++)
		if (strcmp(ours, name) == 0)
			break;
	return ours;
}

static void read_on(struct ingesting *in, struct ingest_match *match)
{
	const struct store_source *known = &match->source->source;
	const struct identity_state from = state_of(known);
	const int packed = strcmp(known->decoder, "plain") != 0;

	source_seek(&in->list, match->i, packed ? known->unit_end : known->raw_end,
	    decoder_named(known->decoder));
	identity_begin(in->identity, &from, NULL, NULL);
}

static void read_whole(struct ingesting *in, struct ingest_match *match)
{
	source_seek(&in->list, match->i, 0, NULL);
	identity_begin(in->identity, NULL, ingest_match_expect, match);
}

/* What the file's last reading met, it would meet again.  Its note, or NULL. */
static const char *remember(struct ingesting *in, const struct ingest_match *match)
{
	const struct store_source *known = match->alias ? match->alias : &match->source->source;

	(void)source_status_find(known->status, &in->list.source[match->i].status);
	return known->note;
}

static enum nines_status conclude(
    struct ingesting *in, size_t i, const char *known_note, struct nines_error *err)
{
	struct ingest *result = in->result;
	struct run_source *read = &result->source[i].source;
	int nomem = 0;

	read->note = known_note != NULL
	    ? mem_arena_str(&result->arena, str_of(known_note)).p
	    : note_of(&result->arena, &in->list, i, read->discarded_lines, &nomem);
	if (nomem || (known_note != NULL && read->note == NULL))
		return err_nomem(err);
	read->source = in->list.source[i];
	read->whole = source_status_whole(read->source.status) ||
	    (read->source.status == SOURCE_MISSING && in->order->reading->allow_missing);
	result->incomplete |= !read->whole;
	return NINES_OK;
}

static enum nines_status read_source(
    struct ingesting *in, struct ingest_match *match, enum ingest_way way, struct nines_error *err)
{
	struct run_source *read = &in->result->source[match->i].source;

	*read = (struct run_source){ 0 };
	worker_clear(in->worker);
	if (way == INGEST_ON)
		read_on(in, match);
	else
		read_whole(in, match);
	worker_read(in->worker, &in->list, match->i, read);
	if (match->status != NINES_OK) {
		if (err != NULL && err->code == NINES_OK)
			*err = match->err;
		return match->status;
	}
	return worker_failure(in->worker, err);
}

/* What is counted follows from what the file was found to be: with what was known before, when it
 * takes that source's place; without, when a recount met a part. */
static int is_misread(const struct ingesting *in, const struct ingest_match *match)
{
	return match->replaces || (in->order->recount && match->part > 0 && match->source == NULL);
}

static enum nines_status read_again(
    struct ingesting *in, struct ingest_match *match, struct nines_error *err)
{
	const struct ingest_match decided = *match;
	enum nines_status rc;

	if (!ingest_place_is_file(&in->list.source[match->i]))
		return NINES_OK;
	worker_ingest(in->worker, in->identity, match->replaces);
	rc = read_source(in, match, INGEST_WHOLE, err);
	worker_ingest(in->worker, in->identity, in->order->recount);
	match->source = decided.source;
	return rc;
}

static int was_stopped(struct ingesting *in, size_t i)
{
	return worker_stopped(in->worker) || in->list.source[i].status == SOURCE_INTERRUPTED;
}

/* Looks up, reads and records within one transaction. */
static enum nines_status take(
    struct ingesting *in, struct ingest_match *match, struct nines_error *err)
{
	const char *known_note = NULL;
	enum ingest_way way;
	enum nines_status rc = ingest_match_peek(match, &way, err);

	if (rc == NINES_OK && way != INGEST_SAME)
		rc = read_source(in, match, way, err);
	if (rc != NINES_OK || was_stopped(in, match->i))
		return rc;
	if (way == INGEST_SAME)
		known_note = remember(in, match);
	ingest_match_decide(match, way);
	if (is_misread(in, match))
		rc = read_again(in, match, err);
	if (rc != NINES_OK || was_stopped(in, match->i))
		return rc;
	in->result->source[match->i].fate = match->fate;
	in->result->source[match->i].waits =
	    way != INGEST_SAME && identity_state(in->identity).rest > 0;
	rc = conclude(in, match->i, known_note, err);
	return rc == NINES_OK ? ingest_write(match, way, err) : rc;
}

/* The first source that is interrupted ends the run: it and those after it were not read. */
static enum nines_status skip(struct ingesting *in, size_t i, struct nines_error *err)
{
	struct source *s = &in->list.source[i];

	if (s->status == SOURCE_OK)
		s->status = SOURCE_INTERRUPTED;
	in->result->source[i].fate = s->status == SOURCE_DUPLICATE ? INGEST_KNOWN : INGEST_UNREAD;
	return conclude(in, i, NULL, err);
}

static enum nines_status take_one(struct ingesting *in, size_t i, struct nines_error *err)
{
	struct ingest_match match = { .in = in, .i = i };
	enum nines_status rc;

	if (was_stopped(in, i) || !source_ready(&in->list, i))
		return skip(in, i, err);
	rc = ingest_write_begin(in, err);
	if (rc == NINES_OK)
		rc = take(in, &match, err);
	if (rc == NINES_OK && !was_stopped(in, i))
		rc = ingest_write_commit(in, err);
	else if (rc == NINES_OK)
		rc = skip(in, i, err);
	ingest_match_fini(&match);
	source_done(&in->list, i);
	in->progress.sources_done++;
	report_progress(in);
	return rc;
}

/* ---- the run ---- */

static enum nines_status prepare(struct ingesting *in, struct nines_error *err)
{
	enum nines_status rc = recall_shape(&in->shape, in->spec, &in->result->arena, err);

	if (rc == NINES_OK)
		rc = identity_new(&in->identity, IDENTITY_MARKS, err);
	if (rc == NINES_OK)
		rc = worker_new(&in->worker, &in->shared, err);
	if (rc != NINES_OK)
		return rc;
	worker_ingest(in->worker, in->identity, in->order->recount);
	worker_on_block(in->worker, tick, in);
	worker_may_run_ahead(in->worker, in->order->reading->jobs > 1);
	rc = ingest_open(in, err);
	if (rc != NINES_OK)
		return rc;
	in->item = mem_new(in->list.used + 1, sizeof *in->item);
	in->result->source = mem_new(in->list.used + 1, sizeof *in->result->source);
	if (in->item == NULL || in->result->source == NULL)
		return err_nomem(err);
	in->result->sources = in->list.used;
	for (size_t i = 0; i < in->list.used; i++) {
		const char *path = ingest_name_path(
		    &in->result->arena, in->order->folder, in->list.source[i].name);

		if (path == NULL)
			return err_nomem(err);
		in->item[i] = (struct ingest_item){ .path = path, .first_event = NINES_NEVER };
	}
	return NINES_OK;
}

/* An empty span is enough to learn what there is. */
static enum nines_status look(
    struct ingesting *in, struct store_view *view, struct nines_error *err)
{
	*view = (struct store_view){ .newest_event = NINES_NEVER };
	if (in->store == NULL)
		return NINES_OK;
	return store_load(in->store, &in->shape, 0, 0, view, err);
}

/* What nothing was counted of before under these rules, but under others. */
static enum nines_status tell_formers(struct ingesting *in, const struct store_view *before,
    const struct store_view *after, struct nines_error *err)
{
	struct ingest *result = in->result;

	result->former = mem_arena_new(&result->arena, after->formers + 1, sizeof *result->former);
	if (result->former == NULL)
		return err_nomem(err);
	for (size_t i = 0; i < after->formers; i++) {
		const size_t sli = after->former[i].sli;

		if (before->counteds[sli] == 0 && after->counteds[sli] > 0)
			result->former[result->formers++] = after->former[i];
	}
	return NINES_OK;
}

static enum nines_status fold(
    struct ingesting *in, const struct store_view *after, struct nines_error *err)
{
	enum nines_status rc;

	if (in->store == NULL || in->spec->retain_s <= 0 || after->newest_event == NINES_NEVER)
		return NINES_OK;
	rc = ingest_write_begin(in, err);
	if (rc == NINES_OK)
		rc = store_prune(
		    in->store, after->newest_event - in->spec->retain_s, &in->result->folded, err);
	return rc == NINES_OK ? ingest_write_commit(in, err) : rc;
}

static enum nines_status finish(
    struct ingesting *in, const struct store_view *before, struct nines_error *err)
{
	struct store_view after;
	enum nines_status rc;

	if (!worker_stopped(in->worker)) {
		rc = ingest_gap_find(in, err);
		if (rc != NINES_OK)
			return rc;
	}
	if (!in->wrote)
		return NINES_OK;
	rc = look(in, &after, err);
	if (rc != NINES_OK)
		return rc;
	rc = tell_formers(in, before, &after, err);
	if (rc == NINES_OK)
		rc = fold(in, &after, err);
	store_view_fini(&after);
	return rc;
}

static enum nines_status work(struct ingesting *in, struct nines_error *err)
{
	struct store_view before;
	const size_t *order;
	enum nines_status rc = prepare(in, err);

	if (rc == NINES_OK)
		rc = ingest_open_order(in, &order, err);
	if (rc == NINES_OK)
		rc = look(in, &before, err);
	if (rc != NINES_OK)
		return rc;
	for (size_t i = 0; i < in->list.used && rc == NINES_OK; i++)
		rc = take_one(in, order[i], err);
	if (rc == NINES_OK)
		rc = finish(in, &before, err);
	store_view_fini(&before);
	in->result->incomplete |= in->result->unsettled;
	return rc;
}

enum nines_status ingest_run(struct ingest **ingest, struct store *store, const struct spec *spec,
    const struct nines_io *io, const struct ingest_order *order, struct nines_error *err)
{
	struct nines_reading reading = *order->reading;
	struct ingest_order own = *order;
	struct ingesting in = { .order = &own, .spec = spec, .io = io, .store = store };
	enum nines_status rc;

	reading.since = reading.until = NINES_NEVER;
	reading.bucket_s = STORE_BUCKET_S;
	reading.hash_sources = 0;
	own.reading = &reading;
	in.shared.spec = spec;
	in.shared.reading = &reading;
	in.result = mem_new(1, sizeof *in.result);
	if (in.result == NULL)
		return err_nomem(err);
	if (pthread_mutex_init(&in.shared.reject_lock, NULL) != 0) {
		ingest_free(in.result);
		return err_nomem(err);
	}
	rc = work(&in, err);
	if (in.begun && store != NULL)
		store_rollback(store);
	source_list_close(&in.list);
	worker_free(in.worker);
	identity_free(in.identity);
	mem_free(in.item);
	(void)pthread_mutex_destroy(&in.shared.reject_lock);
	if (rc == NINES_OK)
		*ingest = in.result;
	else
		ingest_free(in.result);
	return rc;
}

void ingest_free(struct ingest *ingest)
{
	if (ingest == NULL)
		return;
	mem_free(ingest->source);
	mem_arena_fini(&ingest->arena);
	mem_free(ingest);
}
