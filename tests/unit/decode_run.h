/* A source in memory through a decoder, to its end, and what came of it. */
#ifndef DECODE_RUN_H
#define DECODE_RUN_H
#include <check.h>
#include <stdio.h>

#include "decode.h"
#include "gz.h"
#include "memory_io.h"

/* What came of one input: all bytes but those that were taken back as corrupt, those that an event
 * made certain, and the events, one letter each: V C T E F.  DECODE_DATA is left out: how the bytes
 * are cut is the caller's choice. */
struct run {
	struct gz all, sure;
	uint64_t bytes; /* with those taken back */
	char event[4096];
	size_t events;
	size_t unit; /* where the unit in progress begins in `all` */
	struct source source;
};

static inline void run_fini(struct run *r)
{
	gz_fini(&r->all);
	gz_fini(&r->sure);
}

static inline void run_event(struct run *r, enum decode_event event)
{
	ck_assert_uint_lt(r->events, sizeof r->event - 1);
	if (event != DECODE_DATA)
		r->event[r->events++] = "?VCTEF"[event];
	if (event == DECODE_VERIFIED && r->all.n > r->unit)
		gz_bytes(&r->sure, r->all.p + r->unit, r->all.n - r->unit);
	if (event == DECODE_CORRUPT)
		r->all.n = r->unit;
	if (event == DECODE_VERIFIED)
		r->unit = r->all.n;
}

/* DECODE_END must stay, and be the only thing that does. */
static inline void run_decode(
    struct run *r, struct memory_io *m, struct decode *decode, size_t room)
{
	const char *const name[] = { m->file[0].name };
	struct source_list list;
	enum decode_event event;
	char *p = malloc(room);
	size_t got;

	*r = (struct run){ 0 };
	ck_assert_int_eq(source_list_open(&list, name, 1, &m->io, NULL), NINES_OK);
	ck_assert_int_eq(source_ready(&list, 0), 1);
	decode_begin(decode, &list, 0);
	do {
		event = decode_next(decode, p, room, &got);
		ck_assert_uint_le(got, room);
		ck_assert(event != DECODE_DATA || got > 0);
		gz_bytes(&r->all, p, got);
		r->bytes += got;
		if (event == DECODE_DATA && decode_reads_plain(decode))
			ck_assert_uint_eq(decode_at(decode), r->bytes);
		run_event(r, event);
	} while (event != DECODE_END);
	ck_assert_int_eq(decode_next(decode, p, room, &got), DECODE_END);
	ck_assert_uint_eq(got, 0);
	source_done(&list, 0);
	r->source = list.source[0];
	ck_assert_uint_eq(r->source.bytes, r->bytes);
	source_list_close(&list);
	free(p);
}

static inline void decode_bytes(
    struct run *r, struct decode *decode, const void *p, size_t n, size_t piece, size_t room)
{
	struct memory_file file[] = { memory_log(p, n) };
	struct memory_io m;

	memory_init(&m, file, 1);
	m.piece = piece;
	run_decode(r, &m, decode, room);
}

static inline struct decode *new_decode(void)
{
	struct decode *decode;

	ck_assert_int_eq(decode_new(&decode, NULL), NINES_OK);
	return decode;
}

/* A library may tell where damage showed from its own way of looking ahead. */
#define DAMAGE_SLACK 16

static inline int same_run(const struct run *a, const struct run *b)
{
	return strcmp(a->event, b->event) == 0 && a->all.n == b->all.n && a->sure.n == b->sure.n &&
	    (a->all.n == 0 || memcmp(a->all.p, b->all.p, a->all.n) == 0) &&
	    (a->sure.n == 0 || memcmp(a->sure.p, b->sure.p, a->sure.n) == 0) &&
	    a->source.status == b->source.status &&
	    a->source.damage_at <= b->source.damage_at + DAMAGE_SLACK &&
	    b->source.damage_at <= a->source.damage_at + DAMAGE_SLACK &&
	    a->source.raw_bytes == b->source.raw_bytes && a->source.error == b->source.error;
}
#endif
