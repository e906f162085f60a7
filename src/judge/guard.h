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

/* Behind these bytes paths differ little, or are told apart anyway. */
#define GUARD_PLACES (2 * HEAD_BYTES)
#define GUARD_ENDS   (GUARD_PLACES + 2) /* lengths that are told apart: all longer ones are one */

struct guard_rows {                       /* of 64 gates */
	uint64_t fits[GUARD_PLACES][256]; /* by place and byte, zero behind the end */
	uint64_t ends[GUARD_ENDS];        /* by length */
};
struct guard {
	size_t words;
	size_t places;           /* that are looked at: one head or two */
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

/* The first bytes of a field, zero behind its end. */
struct guard_field {
	size_t length;
	unsigned char byte[GUARD_PLACES];
};

/* The field lies within that line.  0: a zero byte is one of the field's own, and looks like what
 * is behind an end, so that gates that are given a run cannot be trusted. */
static inline int guard_look(
    const struct guard *g, struct str field, struct str line, struct guard_field *look)
{
	const size_t skip = field.n < HEAD_BYTES ? field.n : HEAD_BYTES;
	const struct str behind = { field.p + skip, field.n - skip };
	const int is_near = head_is_near(g->places > HEAD_BYTES ? behind : field, head_room(line));
	const uint64_t head = is_near ? head_of(field) : head_of_far(field);

	look->length = field.n;
	head_put(look->byte, head);
	if (g->runs && head_has_zero(head, field.n))
		return 0;
	if (g->places > HEAD_BYTES) {
		const uint64_t next = is_near ? head_of(behind) : head_of_far(behind);

		head_put(look->byte + HEAD_BYTES, next);
		return !(g->runs && head_has_zero(next, behind.n));
	}
	return 1;
}

/* The gates of word w that a field passes.  Straight on, without a look at what is left: a loop
 * that ends sooner for some fields costs more than it saves. */
static inline uint64_t guard_pass(const struct guard *g, size_t w, const struct guard_field *field)
{
	const struct guard_rows *rows = &g->rows[w];
	uint64_t pass = rows->ends[field->length < GUARD_ENDS ? field->length : GUARD_ENDS - 1];

	for (size_t place = 0; place < HEAD_BYTES; place++)
		pass &= rows->fits[place][field->byte[place]];
	if (g->places > HEAD_BYTES)
		for (size_t place = HEAD_BYTES; place < GUARD_PLACES; place++)
			pass &= rows->fits[place][field->byte[place]];
	return pass;
}
#endif
