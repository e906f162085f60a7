/* A worker: one thread's share of a run.  It owns its scratch and a private tally, and shares
 * nothing per line.
 *
 * A unit of compressed input (a gzip member) is a transaction.  Its counts gather in a tally of
 * their own and join the worker's when the unit's check verified; those of a damaged unit are
 * dropped.  A plain file is one unit without a check, so its counts go straight to the worker's. */
#ifndef WORKER_H
#define WORKER_H
#include "run.h"
#include <pthread.h>
#include <stdatomic.h>

struct worker_shared {
	const struct spec *spec;
	const struct nines_reading *reading;
	pthread_mutex_t reject_lock;
	atomic_int stopped; /* called off: by the caller's stop flag or a worker's failure */
	atomic_size_t sources_done;
	atomic_uint_fast64_t raw_bytes, lines;
};

struct worker;
enum nines_status worker_new(
    struct worker **worker, struct worker_shared *shared, struct nines_error *err);
void worker_free(struct worker *worker);
void worker_may_run_ahead(struct worker *worker, int may); /* as decode_may_run_ahead */
void worker_on_block(struct worker *worker, void (*call)(void *ctx), void *ctx);
/* From now on sources are read to be recorded: with this identity, which is borrowed and which the
 * caller begins for each source; what no check vouches for and an unterminated last line of plain
 * content are left out; at a known mark all that was counted of the source is dropped, unless
 * keep_known. */
void worker_ingest(struct worker *worker, struct identity *identity, int keep_known);
void worker_clear(struct worker *worker); /* counts and tally are empty again */
void worker_read(
    struct worker *worker, struct source_list *list, size_t i, struct run_source *result);
int worker_stopped(struct worker *worker);
/* NINES_OK, or why this worker gave up; its counts are then worthless. */
enum nines_status worker_failure(const struct worker *worker, struct nines_error *err);
const struct run_count *worker_count(const struct worker *worker);
void worker_settle(struct worker *worker);         /* tally_settle, unless it gave up */
struct tally *worker_tally(struct worker *worker); /* between two reads; yours to settle or merge */
void worker_tally_swap(struct worker *worker, struct tally *tally); /* of the same shape */
/* NINES_E_LIMIT when the counts take more memory than they may: times that a log makes up could
 * otherwise take all there is.  A tally that is not settled may take twice what it will in the end,
 * so that near the limit the answer hangs on the order of the lines. */
enum nines_status worker_tally_fits(
    const struct worker_shared *shared, const struct tally *tally, struct nines_error *err);
void worker_counts_add(struct run_count *into, const struct run_count *from);
#endif
