/* The guard: which journeys the first bytes of one field rule out, for all of them at once, so that
 * a hundred journeys cost hardly more than three.  Most journeys ask for a path that begins in a
 * certain way: for each place in the field and each byte there, a row of bits, one a journey, says
 * for whom that byte will do.  The rows of a path's first bytes, taken together, leave the few
 * journeys that are worth a look.  What a guard rules out is certain; what it leaves is not. */
#ifndef GUARD_H
#define GUARD_H
#include "nines.h"
#include "prefix.h"
#include "str.h"

struct guard;
enum nines_status guard_new(struct guard **guard, size_t journeys, struct nines_error *err);
void guard_free(struct guard *guard);
/* Journey i asks for that prefix, and for those it was added with before. */
void guard_add(struct guard *guard, size_t i, const struct prefix *prefix);
/* Bit i of alive[i / 64]: journey i is not ruled out. */
void guard_alive(const struct guard *guard, struct str field, uint64_t *alive);
#endif
