/* Partial counts, nines-partial/1: text that any engine can sort, split and concatenate, and that
 *adds up in any order (a commutative monoid, as tallies are).  ASCII, one TAB a line:
 *
 *	checkout/availability|1735689600|60	220 218 0
 *	*|1735689600|60	221 220
 *	~src|xxh3:8c1f...|access.log.1	part=5d0a... cfg=77fe... v=1 status=ok bytes=... lines=...
 *... ~end|5d0a...	rows=61 sources=1 total=8113
 *
 * Key: SLI, start of the bucket, its length in seconds; value: valid, good, missing.  "*" is the
 * traffic: lines, judged lines.  ~src: one log that was read, by the XXH3 of its decoded bytes, and
 * what became of its lines.  ~end closes a part; `total` is the sum of all numbers in its rows, so
 *that after any number of additions the totals still tell whether a row was lost or doubled. Bytes
 *other than [A-Za-z0-9_.:,+=@/-] in names are written %HH. */
#ifndef PARTIAL_H
#define PARTIAL_H
#include "item.h"
#include "mem.h"
#include "nines.h"
#include "out.h"
#include "tally.h"

struct partial_source {
	uint64_t hash;
	const char *name, *status;
	uint64_t part, config;
	struct item *item; /* bytes, lines, parsed, ... */
	size_t items;
};
struct partial_end {
	uint64_t part, rows, sources, total;
};

struct partial; /* a sum of parts */
enum nines_status partial_new(struct partial **partial, struct nines_error *err);
void partial_free(struct partial *partial);

/* One part, made of a tally: adds its rows, its sources and its end.  name[i] is the SLI of column
 * i, "journey/sli".  The part's id is made of its sources' hashes and the config's. */
struct partial_part {
	const struct tally *tally;
	const char *const *name;
	uint64_t config;
	const struct partial_source *source; /* part and config are filled in here */
	size_t sources;
};
enum nines_status partial_add(
    struct partial *partial, const struct partial_part *part, struct nines_error *err);
/* One line of a part, without its newline; `where` and `line_number` are for the error: a line that
 * is none of the format is NINES_E_SYNTAX.  Blank lines add nothing. */
enum nines_status partial_add_line(struct partial *partial, struct str line, const char *where,
    uint64_t line_number, struct nines_error *err);

/* What keeps the sum from being whole: a part without its end or with sources missing, two configs,
 * a source twice (unless it is empty), totals that differ, no part at all.  text is one line and
 * hostile; NULL ends. */
struct partial_fault {
	enum { PARTIAL_UNENDED, PARTIAL_CONFIGS, PARTIAL_TWICE, PARTIAL_TOTAL, PARTIAL_NONE } kind;
	const char *text;
};
enum nines_status partial_check(const struct partial *partial, int allow_duplicates,
    struct mem_arena *arena, struct partial_fault **fault, size_t *faults, struct nines_error *err);

/* The same text whatever order the lines came in: sorted by key, in bytes. */
enum nines_status partial_write(
    const struct partial *partial, struct out *o, struct nines_error *err);
size_t partial_sources(const struct partial *partial, const struct partial_source **source);
size_t partial_ends(const struct partial *partial, const struct partial_end **end);
/* The counts as a tally of these SLIs; buckets of one length only, which *tally gets (tally_init is
 * done here).  SLIs without a row are zero; rows of other names are NINES_E_SYNTAX. */
enum nines_status partial_tally(const struct partial *partial, const char *const *name, size_t slis,
    struct tally *tally, struct nines_error *err);
#endif
