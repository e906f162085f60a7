/* What an ingest asks of the system passes through here: every open and read of struct nines_io,
 * every write, sync, truncation and deletion that SQLite does.  Each is a point.  At a chosen point
 * the process ends, as by SIGKILL or as by a power cut, or the tester is called, to do in the
 * middle of an ingest what other processes do. */
#ifndef SHIM_H
#define SHIM_H
#include "nines.h"
#include <sys/types.h>

enum shim_end {
	SHIM_KILL,  /* what was written stays */
	SHIM_TORN,  /* of the last write only a part stays */
	SHIM_POWER, /* of what was written since a file's last sync, some stays */
};
#define SHIM_ENDED 99 /* exit status of a process that was ended */

struct shim {
	unsigned long points; /* so far */
	unsigned long end_at; /* the process ends at this point; 0: never */
	enum shim_end end;
	uint64_t seed; /* of what a power cut leaves */
	/* Called at the opens and reads among the points from call_at on; 0: never. */
	unsigned long call_at;
	void (*call)(void *ctx);
	int opening; /* the call is at an open, not in the middle of a file */
	/* The inode that a real one is shown as. */
	uint64_t (*inode)(void *ctx, uint64_t real);
	void *ctx;
	struct shim_undo *undo; /* private */
};
/* Puts *shim between SQLite and its files, in the whole process, for good.  0, or -1. */
int shim_install(struct shim *shim);
/* The system's struct nines_io through *shim. */
struct nines_io shim_io(struct shim *shim);
#endif
