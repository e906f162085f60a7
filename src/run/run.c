#include "run.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>

#include "deal.h"
#include "err.h"
#include "note.h"
#include "worker.h"

/* What the threads share.  A part belongs to the thread that it was dealt to. */
struct run {
	struct worker_shared shared;
	struct source_list list;
	struct nines_tally *result;
	struct nines_progress progress; /* sources and bytes_total; the rest is read from shared */
	pthread_mutex_t deal_lock;      /* over the deal and the results of its parts */
	struct deal deal;
};

static void report_progress(struct run *run)
{
	const struct nines_reading *reading = run->shared.reading;
	struct nines_progress now = run->progress;

	if (reading->progress == NULL)
		return;
	now.bytes_done = atomic_load(&run->shared.raw_bytes);
	now.lines = atomic_load(&run->shared.lines);
	now.sources_done = atomic_load(&run->shared.sources_done);
	reading->progress(reading->progress_ctx, &now);
}

static void tick(void *ctx)
{
	report_progress(ctx);
}

static int take_part(struct run *run, struct deal_part *part)
{
	int taken;

	(void)pthread_mutex_lock(&run->deal_lock);
	taken = deal_next(&run->deal, part);
	(void)pthread_mutex_unlock(&run->deal_lock);
	return taken;
}

/* A range that was not read to its end says so in its status, so that the last one back may speak
 * for all. */
static void give_back(struct run *run, const struct deal_part *part, const struct run_source *read)
{
	struct run_source *result = &run->result->source[part->of];
	int done;

	(void)pthread_mutex_lock(&run->deal_lock);
	result->lines += read->lines;
	result->discarded_lines += read->discarded_lines;
	done = deal_done(&run->deal, part);
	result->finished = done && read->finished;
	result->hash = read->hash;
	(void)pthread_mutex_unlock(&run->deal_lock);
	atomic_fetch_add(&run->shared.sources_done, (size_t)done);
}

/* Reads parts until none is left or the run is called off.  What is counted is then settled by each
 * thread for itself, so that merging finds it in order. */
static void work(struct run *run, struct worker *worker)
{
	struct deal_part part;

	while (!worker_stopped(worker) && take_part(run, &part)) {
		struct run_source read = { 0 };

		if (source_ready(part.list, part.i))
			worker_read(worker, part.list, part.i, &read);
		give_back(run, &part, &read);
	}
	worker_settle(worker);
}

struct thread {
	pthread_t id;
	struct run *run;
	struct worker *worker;
	int started;
};

static void *thread_main(void *ctx)
{
	struct thread *thread = ctx;

	work(thread->run, thread->worker);
	return NULL;
}

/* Adds up what the workers counted, one after the other, and frees each in turn.  Tallies are
 * moved, not copied. */
static enum nines_status merge(
    struct run *run, struct thread *thread, size_t workers, struct nines_error *err)
{
	struct nines_tally *into = run->result;
	enum nines_status rc = NINES_OK;

	for (size_t i = 0; i < workers; i++) {
		struct worker *worker = thread[i].worker;

		if (rc == NINES_OK)
			rc = worker_failure(worker, err);
		if (rc == NINES_OK)
			worker_counts_add(&into->count, worker_count(worker));
		if (rc == NINES_OK && i == 0)
			worker_tally_swap(worker, &into->tally);
		else if (rc == NINES_OK)
			rc = tally_merge(&into->tally, worker_tally(worker), err);
		worker_free(worker);
	}
	if (rc == NINES_OK)
		rc = tally_settle(&into->tally, err);
	return rc == NINES_OK ? worker_tally_fits(&run->shared, &into->tally, err) : rc;
}

/* The caller is worker 0, so that one thread means none beside it; a thread that cannot be started
 * is work for the others, not an error.  Where there are fewer parts than threads, the threads left
 * over decode for the first workers. */
static enum nines_status work_together(
    struct run *run, size_t workers, size_t threads, struct nines_error *err)
{
	struct thread *thread = mem_new(workers, sizeof *thread);
	enum nines_status rc = NINES_OK;

	if (thread == NULL)
		return err_nomem(err);
	for (size_t i = 0; i < workers && rc == NINES_OK; i++) {
		thread[i].run = run;
		rc = worker_new(&thread[i].worker, &run->shared, err);
		if (rc == NINES_OK)
			worker_may_run_ahead(thread[i].worker, i < threads - workers);
	}
	for (size_t i = 1; i < workers && rc == NINES_OK; i++)
		thread[i].started =
		    pthread_create(&thread[i].id, NULL, thread_main, &thread[i]) == 0;
	if (rc == NINES_OK) {
		worker_on_block(thread[0].worker, tick, run);
		work(run, thread[0].worker);
	}
	for (size_t i = 1; i < workers; i++)
		if (thread[i].started)
			(void)pthread_join(thread[i].id, NULL);
	if (rc == NINES_OK)
		rc = merge(run, thread, workers, err);
	else
		for (size_t i = 0; i < workers; i++)
			worker_free(thread[i].worker);
	mem_free(thread);
	return rc;
}

static enum nines_status conclude(struct run *run, struct nines_error *err)
{
	struct nines_tally *t = run->result;
	int nomem = 0;

	for (size_t i = 0; i < run->list.used; i++) {
		struct run_source *s = &t->source[i];
		struct source *source = &run->list.source[i];
		struct str name;

		if (source->status == SOURCE_OK && atomic_load(&run->shared.stopped) &&
		    !s->finished)
			source->status = SOURCE_INTERRUPTED;
		s->note = note_of(&t->arena, &run->list, i, s->discarded_lines, &nomem);
		s->source = *source;
		name = mem_arena_str(&t->arena, str_of(s->source.name));
		if (name.p == NULL || nomem)
			return err_nomem(err);
		s->source.name = name.p;
		t->count.bytes += s->source.bytes;
		s->whole = source_status_whole(s->source.status) ||
		    (s->source.status == SOURCE_MISSING && run->shared.reading->allow_missing);
		t->incomplete |= !s->whole;
	}
	if (!run_sums_hold(t))
		return err_set(err, NINES_E_INTERNAL, "the counted lines do not add up");
	return NINES_OK;
}

/* Rejects come in the order of their file, and a hash is of all of it, so one thread reads it. */
static size_t range_bytes(const struct nines_reading *reading)
{
	if (reading->reject != NULL || reading->hash_sources)
		return 0;
	if (reading->range_bytes > 0)
		return reading->range_bytes;
	return reading->jobs > 1 ? DEAL_RANGE_DEFAULT : 0;
}

static enum nines_status prepare(
    struct run *run, const struct spec *spec, const struct nines_io *io, struct nines_error *err)
{
	const struct nines_reading *reading = run->shared.reading;
	struct nines_tally *t = run->result;
	enum nines_status rc;

	tally_init(&t->tally, spec->slis, reading->bucket_s > 0 ? reading->bucket_s : 60);
	t->since = reading->since;
	t->until = reading->until;
	t->source = mem_new(reading->operands + 1, sizeof *t->source);
	if (t->source == NULL)
		return err_nomem(err);
	t->sources = reading->operands;
	rc = source_list_open(&run->list, reading->operand, reading->operands, io, err);
	if (rc != NINES_OK)
		return rc;
	deal_begin(&run->deal, &run->list, range_bytes(reading));
	run->progress.sources = run->list.used;
	for (size_t i = 0; i < run->list.used; i++)
		if (run->list.source[i].status == SOURCE_OK &&
		    run->list.source[i].info.kind == NINES_FILE_REGULAR)
			run->progress.bytes_total += (uint64_t)run->list.source[i].info.size;
	return NINES_OK;
}

enum nines_status run_read(struct nines_tally **tally, const struct spec *spec,
    const struct nines_io *io, const struct nines_reading *reading, struct nines_error *err)
{
	struct run run = { .shared = { .spec = spec, .reading = reading } };
	const size_t threads = reading->jobs > 1 ? reading->jobs : 1;
	size_t parts, workers = threads;
	enum nines_status rc;

	if (pthread_mutex_init(&run.shared.reject_lock, NULL) != 0)
		return err_nomem(err);
	if (pthread_mutex_init(&run.deal_lock, NULL) != 0) {
		(void)pthread_mutex_destroy(&run.shared.reject_lock);
		return err_nomem(err);
	}
	run.result = mem_new(1, sizeof *run.result);
	if (run.result == NULL) {
		rc = err_nomem(err);
		goto out;
	}
	rc = prepare(&run, spec, io, err);
	if (rc != NINES_OK)
		goto out;
	parts = deal_most(&run.deal);
	if (workers > parts)
		workers = parts > 0 ? parts : 1;
	rc = work_together(&run, workers, threads, err);
	if (rc == NINES_OK)
		rc = conclude(&run, err);
	report_progress(&run);
	source_list_close(&run.list);
	if (rc == NINES_OK) {
		*tally = run.result;
		run.result = NULL;
	}
out:
	run_free(run.result);
	(void)pthread_mutex_destroy(&run.deal_lock);
	(void)pthread_mutex_destroy(&run.shared.reject_lock);
	return rc;
}

void run_free(struct nines_tally *tally)
{
	if (tally == NULL)
		return;
	tally_fini(&tally->tally);
	mem_free(tally->source);
	mem_arena_fini(&tally->arena);
	mem_free(tally);
}

uint64_t run_unparsed(const struct run_count *c)
{
	uint64_t n = 0;

	for (int r = RECORD_OK + 1; r < RECORD_REJECTS; r++)
		n += c->reject[r];
	return n;
}

int run_sums_hold(const struct nines_tally *t)
{
	const struct run_count *c = &t->count;

	return c->lines == c->parsed + run_unparsed(c) + c->blank + c->comments &&
	    c->ignored + c->out_of_range <= c->parsed;
}
