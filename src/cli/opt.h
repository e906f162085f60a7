/* Options: one table from which the parser, `nines help` and the checks of the man page are made.
 * struct opt holds what was typed; what it means is decided where it is used. */
#ifndef OPT_H
#define OPT_H
#include "nines.h"
#include <stddef.h>
#include <stdint.h>

/* Which verbs take an option. */
enum opt_verb {
	OPT_REPORT = 1 << 0,
	OPT_GATE = 1 << 1,
	OPT_CHECK = 1 << 2,
	OPT_EXPLAIN = 1 << 3,
	OPT_FORMATS = 1 << 4,
	OPT_SCHEMA = 1 << 5,
	OPT_HELP = 1 << 6,
	OPT_BACKFILL = 1 << 7,
	OPT_COUNT = 1 << 8,
	OPT_MERGE = 1 << 9,
	OPT_INGEST = 1 << 10,
	OPT_STORE = 1 << 11,
};

#define OPT_LIST_MAX 64
struct opt_list {
	const char *item[OPT_LIST_MAX];
	size_t used;
}; /* a repeatable option; borrows from argv */

struct opt {
	const char *config, *since, *until, *as_of, *window, *bucket, *tz, *output, *save_unparsed;
	const char *log_format, *objective, *fail_on, *color, *progress, *forecast_from, *by;
	struct opt_list format, journey, sli, valid, good;
	uint64_t jobs, min_events, buffer_bytes, range_bytes;
	uint64_t max_unparsed_ppb, min_coverage_ppb, confidence_ppb;
	int strict, ascii, quiet, verbose, dry_run, help, version, no_jit, allow_missing;
	const char *state, *wait, *max_age;
	int counts, partial, allow_duplicates;
	char **operand; /* the operands, moved to the front of argv */
	size_t operands;
};

/* Parses argv after the verb.  Options and operands may mix; "--" ends options.  Messages name the
 * option and, for a misspelt one, the nearest. */
enum nines_status opt_parse(
    struct opt *opt, enum opt_verb verb, int argc, char **argv, struct nines_error *err);
/* Prints the options of a verb, a line each. */
void opt_help(enum opt_verb verb);
/* Of n names, the one that was probably meant, or NULL. */
const char *opt_nearest(const char *typed, const char *const *name, size_t n);
#endif
