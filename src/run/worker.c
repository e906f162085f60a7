#include "worker.h"

#include <errno.h>

#include "err.h"
#include "judge.h"

struct worker {
	struct worker_shared *shared;
	struct lines *lines;
	struct identity *hash;     /* own; NULL: no hash is asked for */
	struct identity *identity; /* borrowed; NULL: nothing is recorded */
	int keep_known;
	struct format_cutter *cutter;
	struct stops stops; /* of the block under way */
	struct judge *judge;
	struct run_count count, unit_count; /* verified; since the last commit */
	struct tally tally, unit_tally;     /* the same of events */
	struct tally *into;    /* where events go: a plain file has no check to wait for */
	struct tally_row *row; /* of *into: most lines share it */
	int64_t row_from;      /* what of it the run asks for begins here, */
	uint64_t row_s;        /* and is so long; 0: there is no row */
	const char *source;    /* name of the current one */
	uint64_t line_number;
	void (*on_block)(void *ctx);
	void *on_block_ctx;
	struct nines_error failure;
	struct record record;
};

/* Room for the marks of the largest block, if any are asked for. */
static enum nines_status make_stops(struct worker *w, struct nines_error *err)
{
	const size_t windows = lines_block_max(w->lines) / SIMD_WINDOW + 1;

	w->stops.kind = format_wants_stops(w->shared->spec->format);
	if (w->stops.kind == STOPS_MARKS) {
		w->stops.mark = mem_new(windows, sizeof *w->stops.mark);
		if (w->stops.mark == NULL)
			return err_nomem(err);
	}
	format_cutter_see(w->cutter, &w->stops);
	return NINES_OK;
}

enum nines_status worker_new(
    struct worker **worker, struct worker_shared *shared, struct nines_error *err)
{
	const struct nines_reading *reading = shared->reading;
	int64_t bucket_s = reading->bucket_s > 0 ? reading->bucket_s : 60;
	struct worker *w = mem_new(1, sizeof *w);
	enum nines_status rc;

	if (w == NULL)
		return err_nomem(err);
	w->shared = shared;
	tally_init(&w->tally, shared->spec->slis, bucket_s);
	tally_init(&w->unit_tally, shared->spec->slis, bucket_s);
	rc = lines_new(&w->lines, reading->buffer_bytes, err);
	if (rc == NINES_OK && reading->hash_sources)
		rc = identity_new(&w->hash, IDENTITY_HASH, err);
	if (rc == NINES_OK)
		rc = format_cutter_new(&w->cutter, shared->spec->format, reading->no_jit, err);
	if (rc == NINES_OK)
		rc = judge_new(&w->judge, shared->spec, reading->no_jit, err);
	if (rc == NINES_OK)
		rc = make_stops(w, err);
	if (rc != NINES_OK) {
		worker_free(w);
		return rc;
	}
	lines_identify(w->lines, w->hash);
	*worker = w;
	return NINES_OK;
}

void worker_free(struct worker *w)
{
	if (w == NULL)
		return;
	lines_free(w->lines);
	identity_free(w->hash);
	format_cutter_free(w->cutter);
	judge_free(w->judge);
	mem_free(w->stops.mark);
	tally_fini(&w->tally);
	tally_fini(&w->unit_tally);
	mem_free(w);
}

void worker_may_run_ahead(struct worker *w, int may)
{
	lines_may_run_ahead(w->lines, may);
}

void worker_on_block(struct worker *w, void (*call)(void *ctx), void *ctx)
{
	w->on_block = call;
	w->on_block_ctx = ctx;
}

void worker_ingest(struct worker *w, struct identity *identity, int keep_known)
{
	w->identity = identity;
	w->keep_known = keep_known;
	lines_identify(w->lines, identity);
	lines_hold(w->lines, 1);
}

int worker_stopped(struct worker *w)
{
	const volatile int *stop = w->shared->reading->stop;

	if (stop != NULL && __atomic_load_n(stop, __ATOMIC_RELAXED) != 0)
		atomic_store(&w->shared->stopped, 1);
	return atomic_load(&w->shared->stopped);
}

enum nines_status worker_failure(const struct worker *w, struct nines_error *err)
{
	if (w->failure.code == NINES_OK)
		return NINES_OK;
	if (err != NULL && err->code == NINES_OK)
		*err = w->failure;
	return w->failure.code;
}

const struct run_count *worker_count(const struct worker *w)
{
	return &w->count;
}

static void add_verdict(struct tally_row *row, const struct verdict *v, uint64_t events)
{
	for (size_t i = 0; i < v->hits; i++) {
		const struct verdict_hit *hit = &v->hit[i];
		struct tally_cell *cell = &row->cell[hit->sli];

		cell->valid += hit->valid * events;
		cell->good += hit->good * events;
		cell->missing += hit->missing * events;
	}
}

static void take_verdict(void *ctx, const struct verdict *v)
{
	add_verdict(ctx, v, v->events);
}

/* Before the row's tally is used otherwise: verdicts that are kept have yet to be added to it. */
static void leave_row(struct worker *w)
{
	if (w->row != NULL)
		judge_settle(w->judge, take_verdict, w->row);
	w->row = NULL;
	w->row_s = 0;
}

static void give_up(struct worker *w, const struct nines_error *why)
{
	if (w->failure.code == NINES_OK)
		w->failure = *why;
	atomic_store(&w->shared->stopped, 1);
}

void worker_settle(struct worker *w)
{
	struct nines_error why = { 0 };

	leave_row(w);
	if (w->failure.code == NINES_OK && tally_settle(&w->tally, &why) != NINES_OK)
		give_up(w, &why);
}

struct tally *worker_tally(struct worker *w)
{
	leave_row(w);
	return &w->tally;
}

void worker_tally_swap(struct worker *w, struct tally *tally)
{
	struct tally mine;

	leave_row(w);
	mine = w->tally;
	w->tally = *tally;
	*tally = mine;
}

static void anomalies_add(struct lines_count *into, const struct lines_count *from)
{
	into->crlf += from->crlf;
	into->bom += from->bom;
	into->nul_runs += from->nul_runs;
	into->nul_bytes += from->nul_bytes;
	into->unterminated += from->unterminated;
	into->invalid_utf8 += from->invalid_utf8;
}

void worker_counts_add(struct run_count *into, const struct run_count *from)
{
	into->lines += from->lines;
	into->parsed += from->parsed;
	into->blank += from->blank;
	into->comments += from->comments;
	into->ignored += from->ignored;
	into->out_of_range += from->out_of_range;
	into->ambiguous_time += from->ambiguous_time;
	for (int r = 0; r < RECORD_REJECTS; r++)
		into->reject[r] += from->reject[r];
	anomalies_add(&into->anomaly, &from->anomaly);
}

#define TALLY_BYTES_DEFAULT (UINT64_C(2) << 30)

enum nines_status worker_tally_fits(
    const struct worker_shared *shared, const struct tally *tally, struct nines_error *err)
{
	const uint64_t most =
	    shared->reading->tally_bytes ? shared->reading->tally_bytes : TALLY_BYTES_DEFAULT;

	if (tally_bytes(tally) <= most)
		return NINES_OK;
	return err_set(err, NINES_E_LIMIT,
	    "the events lie in so many buckets of time that their counts take more than %llu "
	    "bytes; read fewer days at a time, or count in longer buckets",
	    (unsigned long long)most);
}

/* Apart, as all that few lines come to: so the loop over lines keeps what it needs at hand. */
static __attribute__((noinline)) void reject(
    struct worker *w, enum record_reject reason, struct str line)
{
	const struct nines_reading *reading = w->shared->reading;

	w->unit_count.reject[reason]++;
	if (reading->reject == NULL)
		return;
	(void)pthread_mutex_lock(&w->shared->reject_lock);
	reading->reject(reading->reject_ctx, w->source, w->line_number, record_reject_name(reason),
	    line.p, line.n);
	(void)pthread_mutex_unlock(&w->shared->reject_lock);
}

/* Sets *row and what of its bucket the run asks for. */
static void enter_row(struct worker *w)
{
	const struct nines_reading *reading = w->shared->reading;
	int64_t from = w->row->start_s, to = from + w->into->bucket_s;

	if (reading->since != NINES_NEVER && reading->since > from)
		from = reading->since;
	if (reading->until != NINES_NEVER && reading->until < to)
		to = reading->until;
	if (reading->latest != NINES_NEVER && reading->latest < to)
		to = reading->latest + 1;
	w->row_from = from;
	w->row_s = (uint64_t)to - (uint64_t)from;
}

/* Log lines come nearly in order, so the last event's row nearly always fits.  Then all is known of
 * the time that is to be known: the run asks for it. */
static inline int is_in_row(const struct worker *w, int64_t time_s)
{
	return (uint64_t)time_s - (uint64_t)w->row_from < w->row_s;
}

static int is_future(const struct worker *w, int64_t time_s)
{
	const int64_t latest = w->shared->reading->latest;

	return latest != NINES_NEVER && time_s > latest;
}

static int in_range(const struct nines_reading *reading, int64_t t)
{
	return (reading->since == NINES_NEVER || t >= reading->since) &&
	    (reading->until == NINES_NEVER || t < reading->until);
}

static struct tally_row *next_row(struct worker *w, int64_t time_s)
{
	struct tally *tally = w->into;
	struct nines_error why = { 0 };

	if (w->failure.code != NINES_OK)
		return NULL;
	leave_row(w);
	if (tally_at(tally, time_s, &w->row, &why) != NINES_OK ||
	    worker_tally_fits(w->shared, tally, &why) != NINES_OK) {
		give_up(w, &why);
		return NULL;
	}
	enter_row(w);
	return w->row;
}

/* The row of another bucket than the last event's; NULL: it is not to be counted.  A time that is
 * not asked for is told of first, since an error is half a kilobyte to clear. */
static __attribute__((noinline)) struct tally_row *other_row(struct worker *w, int64_t time_s)
{
	if (in_range(w->shared->reading, time_s))
		return next_row(w, time_s);
	w->unit_count.out_of_range++;
	return NULL;
}

/* Each second of a log is new once, which cannot be foreseen: no branch hangs on it. */
static inline void widen(struct tally *tally, int64_t time_s)
{
	const int64_t first_s = tally->first_s, last_s = tally->last_s;

	tally->first_s = time_s < first_s ? time_s : first_s;
	tally->last_s = time_s > last_s ? time_s : last_s;
}

static inline void count_event(struct worker *w, struct verdict *verdict)
{
	struct run_count *count = &w->unit_count;
	const int64_t time_s = w->record.time_s;
	struct tally_row *row = w->row;

	count->parsed++;
	count->ambiguous_time += (uint64_t)w->record.ambiguous_time;
	if (!is_in_row(w, time_s))
		row = other_row(w, time_s);
	if (row == NULL)
		return;
	widen(w->into, time_s);
	row->lines++;
	if (verdict->ignored) {
		count->ignored++;
		return;
	}
	row->judged++;
	if (verdict->kept) /* which the last row's end may have put an end to */
		verdict->events++;
	else
		add_verdict(row, verdict, 1);
}

static inline void take_line(struct worker *w, struct str line)
{
	struct verdict *verdict = NULL;
	enum record_reject why;

	w->line_number++;
	why = format_cut(w->cutter, line, &w->record);
	if (why == RECORD_OK && !is_in_row(w, w->record.time_s) && is_future(w, w->record.time_s))
		why = RECORD_FUTURE;
	if (why == RECORD_OK && (verdict = judge_event(w->judge, &w->record)) == NULL)
		why = RECORD_REGEX_LIMIT;
	if (why != RECORD_OK)
		reject(w, why, line);
	else
		count_event(w, verdict);
}

/* A line that begins or ends as few do, and is trimmed. */
static __attribute__((noinline)) void take_odd(struct worker *w, struct str line)
{
	if (line.n > 0 && line.p[0] != '#') {
		take_line(w, line);
		return;
	}
	w->line_number++;
	if (line.n == 0)
		w->unit_count.blank++;
	else
		w->unit_count.comments++;
}

static void take_block(struct worker *w, struct str block)
{
	const uint64_t before = w->line_number;
	struct lines_walk walk;
	struct lines_run run;
	struct str line;

	lines_walk_begin(&walk, block, &w->stops);
	w->stops.block = block;
	judge_see(w->judge, block);
	while (lines_run_begin(&walk, &run))
		while (lines_run_next(&run, &line)) {
			if (!lines_is_odd(&walk, line))
				take_line(w, line);
			else if (lines_trim(&walk, &line, 1, &w->unit_count.anomaly))
				take_odd(w, line);
		}
	if (lines_split(&walk, &line, &w->unit_count.anomaly))
		take_odd(w, line);
	w->unit_count.lines += w->line_number - before;
}

static void unit_clear(struct worker *w)
{
	w->unit_count = (struct run_count){ 0 };
	if (w->into == &w->unit_tally)
		leave_row(w);
	tally_clear(&w->unit_tally);
}

static void commit(struct worker *w, struct run_source *result)
{
	worker_counts_add(&w->count, &w->unit_count);
	result->lines += w->unit_count.lines;
	leave_row(w);
	if (w->failure.code == NINES_OK &&
	    (tally_merge(&w->tally, &w->unit_tally, &w->failure) != NINES_OK ||
	        worker_tally_fits(w->shared, &w->tally, &w->failure) != NINES_OK))
		atomic_store(&w->shared->stopped, 1);
	unit_clear(w);
}

static void discard(struct worker *w, struct run_source *result)
{
	result->discarded_lines += w->unit_count.lines;
	unit_clear(w);
}

void worker_clear(struct worker *w)
{
	leave_row(w);
	w->count = (struct run_count){ 0 };
	tally_clear(&w->tally);
	unit_clear(w);
}

static void drop_known(struct worker *w, struct run_source *result)
{
	if (w->keep_known)
		return;
	worker_clear(w);
	result->lines = 0;
}

static int is_plain(const struct source *source)
{
	return source->decoder != NULL && strcmp(source->decoder, "plain") == 0;
}

static void choose_tally(struct worker *w, const struct source *source)
{
	struct tally *into = is_plain(source) ? &w->tally : &w->unit_tally;

	if (into != w->into)
		leave_row(w);
	w->into = into;
}

static void take_long(struct worker *w, struct str start)
{
	w->unit_count.lines++;
	w->line_number++;
	reject(w, RECORD_TOO_LONG, start);
}

/* 0 when the source is at its end. */
static int take_next(struct worker *w, struct source *source, struct run_source *result)
{
	struct str block;

	switch (lines_next(w->lines, &block, &w->unit_count.anomaly)) {
	case LINES_BLOCK:
		choose_tally(w, source);
		take_block(w, block);
		return 1;
	case LINES_LONG:
		choose_tally(w, source);
		take_long(w, block);
		return 1;
	case LINES_KNOWN:
		drop_known(w, result);
		return 1;
	case LINES_CUT:
		if (w->identity != NULL && !is_plain(source))
			discard(w, result);
		else
			commit(w, result);
		return 1;
	case LINES_COMMIT:
		commit(w, result);
		return 1;
	case LINES_DISCARD:
		discard(w, result);
		return 1;
	case LINES_END:
		break;
	}
	return 0;
}

void worker_read(struct worker *w, struct source_list *list, size_t i, struct run_source *result)
{
	struct source *source = &list->source[i];
	uint64_t raw_seen = 0, lines_seen = 0;
	int more = 1;

	w->source = source->name;
	w->line_number = 0;
	leave_row(w);
	w->into = &w->unit_tally;
	if (w->hash != NULL)
		identity_begin(w->hash, NULL, NULL, NULL);
	if (lines_begin(w->lines, list, i, &w->failure) != NINES_OK) {
		atomic_store(&w->shared->stopped, 1);
		return;
	}
	while (more && !worker_stopped(w)) {
		more = take_next(w, source, result);
		atomic_fetch_add(&w->shared->raw_bytes, source->raw_bytes - raw_seen);
		atomic_fetch_add(&w->shared->lines, w->line_number - lines_seen);
		raw_seen = source->raw_bytes;
		lines_seen = w->line_number;
		if (w->on_block != NULL)
			w->on_block(w->on_block_ctx);
	}
	lines_end(w->lines);
	result->finished = !more;
	if (more || source->error == ECANCELED)
		source->status = SOURCE_INTERRUPTED;
	commit(w, result);
	if (w->hash != NULL)
		result->hash = identity_hash(w->hash);
}
