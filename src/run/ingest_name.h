/* Names of rotated logs.  What rotation does to a name is convention, so that names are evidence,
 * never proof: x, x.1, x.2.gz, x-20250114, x.2025-01-14.gz, x.old and, of x.log, x-20250114.log are
 * one family (logrotate, newsyslog, rotatelogs). */
#ifndef INGEST_NAME_H
#define INGEST_NAME_H
#include "mem.h"

/* By their last components alone. */
int ingest_name_related(const char *a, const char *b);
/* Whether rotation added something to it. */
int ingest_name_rotated(const char *name);
int ingest_name_same_folder(const char *a, const char *b);
/* The name from the root; a relative one lies in `folder`, or in a place unknown when that is NULL.
 * The name itself or on the arena; NULL: no memory. */
const char *ingest_name_path(struct mem_arena *arena, const char *folder, const char *name);
#endif
