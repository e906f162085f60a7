#include "decode_impl.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>

#include "mem.h"

/* Enough for either side to go on while the other one is held up, and small enough to stay in the
 * cache that both share. */
#define BLOCKS      4u
#define BLOCK_BYTES (256u << 10)

struct block {
	enum decode_event event; /* what came with the bytes */
	size_t got, given;
	struct source told; /* what was known of the source then */
	uint64_t at;        /* raw offset of the decoder then */
	char bytes[BLOCK_BYTES];
};

/* Blocks [given, made) are filled; both only count up.  `own` is the thread's copy of the source,
 * in a list by itself: the one in the caller's list is touched by the caller alone. */
struct decode_ahead {
	pthread_t thread;
	sigset_t mask;        /* of the thread that called, before */
	pthread_mutex_t lock; /* over made, given, stop */
	pthread_cond_t changed;
	size_t made, given;
	int stop;
	int running; /* the thread was started and not yet joined */
	struct source_list *list;
	size_t i;
	struct source own;
	struct source_list one;
	uint64_t at; /* of the block that was given last */
	struct block block[BLOCKS];
};

int decode_ahead_runs(const struct decode *d)
{
	return d->ahead && d->ahead->running;
}

/* The next free block, or NULL when nobody wants more. */
static struct block *wait_for_room(struct decode_ahead *a)
{
	struct block *b;

	(void)pthread_mutex_lock(&a->lock);
	while (!a->stop && a->made - a->given == BLOCKS)
		(void)pthread_cond_wait(&a->changed, &a->lock);
	b = a->stop ? NULL : &a->block[a->made % BLOCKS];
	(void)pthread_mutex_unlock(&a->lock);
	return b;
}

static void move_on(struct decode_ahead *a, size_t *count)
{
	(void)pthread_mutex_lock(&a->lock);
	++*count;
	(void)pthread_cond_signal(&a->changed);
	(void)pthread_mutex_unlock(&a->lock);
}

static void *thread_main(void *ctx)
{
	struct decode *d = ctx;
	struct decode_ahead *a = d->ahead;
	enum decode_event event = DECODE_DATA;
	struct block *b;

	while (event != DECODE_END && (b = wait_for_room(a)) != NULL) {
		event = decode_step(d, b->bytes, sizeof b->bytes, &b->got);
		b->event = event;
		b->given = 0;
		b->told = a->own;
		b->at = decode_offset(d);
		move_on(a, &a->made);
	}
	return NULL;
}

static struct decode_ahead *ahead_new(void)
{
	struct decode_ahead *a = mem_new(1, sizeof *a);

	if (!a)
		return NULL;
	if (pthread_mutex_init(&a->lock, NULL) != 0) {
		mem_free(a);
		return NULL;
	}
	if (pthread_cond_init(&a->changed, NULL) != 0) {
		(void)pthread_mutex_destroy(&a->lock);
		mem_free(a);
		return NULL;
	}
	return a;
}

/* A signal is to interrupt the read that waits for a quiet pipe, and that is in the other thread.
 */
static void leave_signals_to_the_other(struct decode_ahead *a)
{
	sigset_t all;

	(void)sigfillset(&all);
	(void)sigdelset(&all, SIGPIPE);
	(void)pthread_sigmask(SIG_BLOCK, &all, &a->mask);
}

int decode_ahead_begin(struct decode *d)
{
	struct decode_ahead *a = d->ahead ? d->ahead : ahead_new();

	if (!a)
		return 0;
	d->ahead = a;
	a->list = d->list;
	a->i = d->i;
	a->own = d->list->source[d->i];
	a->one = (struct source_list){ .source = &a->own, .used = 1, .io = d->list->io };
	a->made = a->given = 0;
	a->stop = 0;
	d->list = &a->one;
	d->i = 0;
	a->running = pthread_create(&a->thread, NULL, thread_main, d) == 0;
	if (a->running) {
		leave_signals_to_the_other(a);
	} else {
		d->list = a->list;
		d->i = a->i;
	}
	return a->running;
}

/* The blocks that were not given tell of bytes that were read, but nobody saw. */
void decode_ahead_end(struct decode *d)
{
	struct decode_ahead *a = d->ahead;

	if (!decode_ahead_runs(d))
		return;
	(void)pthread_mutex_lock(&a->lock);
	a->stop = 1;
	(void)pthread_cond_signal(&a->changed);
	(void)pthread_mutex_unlock(&a->lock);
	(void)pthread_join(a->thread, NULL);
	(void)pthread_sigmask(SIG_SETMASK, &a->mask, NULL);
	a->running = 0;
	d->list = a->list;
	d->i = a->i;
}

void decode_ahead_free(struct decode *d)
{
	if (!d->ahead)
		return;
	decode_ahead_end(d);
	(void)pthread_cond_destroy(&d->ahead->changed);
	(void)pthread_mutex_destroy(&d->ahead->lock);
	mem_free(d->ahead);
}

uint64_t decode_ahead_at(const struct decode *d)
{
	return d->ahead->at;
}

static struct block *wait_for_block(struct decode_ahead *a)
{
	(void)pthread_mutex_lock(&a->lock);
	while (a->made == a->given)
		(void)pthread_cond_wait(&a->changed, &a->lock);
	(void)pthread_mutex_unlock(&a->lock);
	return &a->block[a->given % BLOCKS];
}

/* What identifies the source stays: other threads look at it. */
static void tell(struct source *s, const struct source *told)
{
	s->status = told->status;
	s->error = told->error;
	s->at = told->at;
	s->raw_bytes = told->raw_bytes;
	s->bytes = told->bytes;
	s->damage_at = told->damage_at;
	s->decoder = told->decoder;
	s->note = told->note;
	s->ended = told->ended;
}

enum decode_event decode_ahead_next(struct decode *d, char *p, size_t room, size_t *got)
{
	struct decode_ahead *a = d->ahead;
	struct block *b = wait_for_block(a);
	const size_t left = b->got - b->given, n = left < room ? left : room;
	const enum decode_event event = b->event;

	tell(&a->list->source[a->i], &b->told);
	a->at = b->at;
	memcpy(p, b->bytes + b->given, n);
	b->given += n;
	*got = n;
	if (b->given < b->got)
		return DECODE_DATA;
	if (event != DECODE_END)
		move_on(a, &a->given);
	return event;
}
