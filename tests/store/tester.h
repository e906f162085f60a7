/* A tester: one run of one schedule.  It ingests what the world has written, killed and raced if
 * need be, and at the end looks whether the store holds every line exactly once. */
#ifndef TESTER_H
#define TESTER_H
#include "nines.h"
#include "shim.h"
#include "world.h"

#define TESTER_CLOCK_S INT64_C(1736899200) /* the end of the day that the lines are of */

struct tester {
	struct world world;
	struct shim *shim;
	const struct nines_spec *spec;
	char store[WORLD_PATH];
	uint64_t now;            /* what decides in the step that is taken */
	void (*race)(void *ctx); /* of a tester: what others do while an ingest runs */
	uint64_t seed, shuffle;
	int verbose, shuffled;
	unsigned jobs;
	size_t buffer_bytes;
	unsigned long usual_points; /* of an ingest */
	char name[WORLD_FILES][WORLD_PATH];
	const char *names[WORLD_FILES];
	char failure[1024]; /* "": none */
};

/* The first failure stays; always -1. */
int tester_fail(struct tester *t, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Steps: 0, or -1 with a failure. */
typedef int tester_step_fn(struct tester *t);
tester_step_fn tester_ingest, tester_killed, tester_raced, tester_recount, tester_dry;

/* Whether the store holds what it must. */
void tester_check(struct tester *t);
#endif
