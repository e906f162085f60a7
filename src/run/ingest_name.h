/* Names of rotated logs.  What rotation does to a name is convention, so that names are evidence,
 * never proof: x, x.1, x.2.gz, x-20250114, x.2025-01-14.gz, x.old and, of x.log, x-20250114.log are
 * one family (logrotate, newsyslog, rotatelogs). */
#ifndef INGEST_NAME_H
#define INGEST_NAME_H

/* By their last components alone. */
int ingest_name_related(const char *a, const char *b);
/* Whether rotation added something to it. */
int ingest_name_rotated(const char *name);
int ingest_name_same_folder(const char *a, const char *b);
#endif
