/* A verdict: what the SLIs say of an event. */
#ifndef VERDICT_H
#define VERDICT_H
#include <stddef.h>
#include <stdint.h>

/* What one SLI, by its index, says; one that has no say in the event is left out.  good is a subset
 * of valid; missing: a field that `good` needed was lacking.  With `missing: exclude` such an event
 * is not valid, and still counted as missing. */
struct verdict_hit {
	uint32_t sli;
	uint8_t valid, good, missing;
};

/* Few verdicts are ever said of the many lines of a log.  One that is kept may be said again, and
 * counts the events it was said of, so that what it says is added up once for all of them. */
struct verdict {
	uint64_t events; /* the caller's to count, if it is kept; else nobody's */
	const struct verdict_hit *hit;
	uint32_t hits; /* by ascending SLI */
	uint8_t ignored, kept;
};

/* What the verdict says of one SLI; nothing: all zero. */
static inline struct verdict_hit verdict_of(const struct verdict *verdict, size_t sli)
{
	for (size_t i = 0; i < verdict->hits; i++)
		if (verdict->hit[i].sli == sli)
			return verdict->hit[i];
	return (struct verdict_hit){ .sli = (uint32_t)sli };
}
#endif
