/* The guard: which journeys the first bytes of one field rule out, for all of them at once, so that
 * a hundred journeys cost hardly more than three.  Most journeys ask for a path that begins in a
 * certain way: for each place in the field and each byte there, a row of bits says for whom that
 * byte will do.  The rows of a path's first bytes, taken together, leave the few that are worth a
 * look.
 *
 * A bit of the rows is a gate.  A gate that one branch of a prefix was added to is exact when the
 * branch ends within the places that are looked at: then what passes has that prefix, too.  Several
 * branches at one gate only rule out what none of them has; what they leave is not certain. */
#ifndef GUARD_H
#define GUARD_H
#include "head.h"
#include "nines.h"
#include "prefix.h"
#include "simd.h"

/* Behind these bytes paths differ little, or are told apart anyway. */
#define GUARD_PLACES SIMD_BYTES
#define GUARD_ENDS   (GUARD_PLACES + 2) /* lengths that are told apart: all longer ones are one */

struct guard_rows {                       /* of 64 gates */
	uint64_t fits[GUARD_PLACES][256]; /* by place and byte, zero behind the end */
	uint64_t ends[GUARD_ENDS];        /* by length */
};
struct guard {
	size_t words;
	int runs;                /* some gate has been given a run by guard_add_run */
	struct guard_rows *rows; /* by word of gates */
};
/* All gates are shut. */
enum nines_status guard_new(struct guard **guard, size_t gates, struct nines_error *err);
void guard_free(struct guard *guard);
void guard_open(struct guard *guard, size_t gate); /* lets everything pass */
/* Lets pass, beside what it did before, what may have that branch of the prefix: one bit of
 * prefix->first.  Whether the gate, if it was shut, is exact now. */
int guard_add(struct guard *guard, size_t gate, const struct prefix *prefix, uint64_t branch);

/* Whether that branch goes on in a run to the end of its field. */
int guard_is_run(const struct prefix *prefix, uint64_t branch);
/* Such a branch by two gates that were shut: the first for fields that are looked at whole, the
 * next for longer ones.  Whether the first is exact, as it is for fields without zero bytes, which
 * look like what is behind an end.  The next one never is. */
int guard_add_run(struct guard *guard, size_t gate, const struct prefix *prefix, uint64_t branch);

/* The first bytes of a field, zero behind its end, and its length, if it is not longer than all
 * that are told apart. */
struct guard_look {
	size_t length;
	unsigned char byte[GUARD_PLACES];
};

static inline void guard_look_far(struct str field, struct guard_look *look)
{
	memset(look->byte, 0, sizeof look->byte);
	for (size_t i = 0; i < field.n && i < GUARD_PLACES; i++)
		look->byte[i] = (unsigned char)field.p[i];
}

/* What of the places is a field's own: if it has n bytes, those from n before the middle on. */
static const unsigned char guard_kept[2 * GUARD_PLACES] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };

/* At a field of that line. */
static inline void guard_look(struct str field, struct str line, struct guard_look *look)
{
	const size_t n = field.n < GUARD_PLACES ? field.n : GUARD_PLACES;
	unsigned char byte[GUARD_PLACES], kept[GUARD_PLACES];

	look->length = field.n < GUARD_ENDS ? field.n : GUARD_ENDS - 1;
	if (!head_is_near(field, head_room(line, GUARD_PLACES))) {
		guard_look_far(field, look);
		return;
	}
	memcpy(byte, field.p, GUARD_PLACES);
	memcpy(kept, guard_kept + GUARD_PLACES - n, GUARD_PLACES);
	for (size_t i = 0; i < GUARD_PLACES; i++)
		look->byte[i] = byte[i] & kept[i];
}

/* A zero byte of the field's own looks like what is behind an end: gates that are given a run
 * cannot be trusted. */
static inline int guard_is_doubtful(const struct guard *g, const struct guard_look *look)
{
	const uint32_t own = (UINT32_C(1) << look->length) - 1;

	return g->runs && (simd_equal((const char *)look->byte, '\0') & own);
}

/* The gates of word w that a field passes.  Straight on, without a look at what is left: a loop
 * that ends sooner for some fields costs more than it saves. */
static inline uint64_t guard_pass(const struct guard *g, size_t w, const struct guard_look *look)
{
	const struct guard_rows *rows = &g->rows[w];
	uint64_t pass = rows->ends[look->length];

	for (size_t place = 0; place < GUARD_PLACES; place++)
		pass &= rows->fits[place][look->byte[place]];
	return pass;
}
#endif
