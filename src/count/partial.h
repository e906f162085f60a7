/* Partial counts, nines-partial/1: text that any engine can sort, split and concatenate, and that
 * adds up in any order (a commutative monoid, as tallies are).  ASCII, one TAB a line:
 *
 *	checkout/availability|1735689600|60	220 218 0
 *	*|1735689600|60	221 220
 *	~src|xxh3:8c1f...|access.log.1	v=1 part=5d0a... status=ok decoder=plain bytes=... lines=...
 *	~end|5d0a...	v=1 cfg=77fe... sources=1 check=08f2... first=... lines=... sum=1d0b...
 *
 * Key: SLI, start of the bucket, its length in seconds; value: valid, good, missing.  "*" is the
 * traffic: lines, judged lines.  ~src: one log that was read, by the XXH3 of its decoded bytes but
 * NUL.  ~end closes a part: what became of its lines, its first and last event, the bounds it was
 * counted between.  Rows add up; ~ lines are kept as they are.
 *
 * Two sums, both modulo 2^64, tell whether a line was lost, doubled or changed on the way.  `check`
 * is linear in the counts, so that it holds after any number of additions: over the numbers n_i (i
 * from 1) of a part's rows the sum of n_i * (XXH3(key, seed i) | 1).  The checks of all ends must
 * be that of all rows.  `sum` covers the ~ lines: the XXH3 of the ~end line before " sum=" and that
 * of each of the part's ~src lines.
 *
 * In names and texts bytes other than [A-Za-z0-9_.:,+=@/-] are written %HH.  There is one way to
 * write a line's meaning but for the order of a ~ line's fields.  nines-partial(5) is for readers.
 */
#ifndef PARTIAL_H
#define PARTIAL_H
#include "item.h"
#include "mem.h"
#include "nines.h"
#include "out.h"
#include "tally.h"

#define PARTIAL_LINE_MAX  (64u << 10)                  /* bytes of a line, without its newline */
#define PARTIAL_ITEMS_MAX 64                           /* of a ~ line */
#define PARTIAL_NOTHING   UINT64_C(0x2d06800538d394c2) /* XXH3 of no bytes */

struct partial_source {
	uint64_t hash, part;
	const char *name, *status, *decoder; /* name: hostile; decoder may be NULL */
	const char *note;                    /* what should be said of the status; or NULL */
	const char *where;       /* the file whose line it is, if there are several; not written */
	const struct item *item; /* bytes, lines, ...; those that are not 0 */
	size_t items;
};
struct partial_end {
	uint64_t part, config, sources, check, sum;
	int64_t first, last;  /* events; NINES_NEVER: none */
	int64_t since, until; /* NINES_NEVER: no bound */
	const struct item *item;
	size_t items;
};

/* A digest of two texts and a number, for configs. */
uint64_t partial_digest(const char *a, const char *b, uint64_t n);

struct partial; /* a sum of parts */
enum nines_status partial_new(struct partial **partial, struct nines_error *err);
void partial_free(struct partial *partial);

/* One part, made of a tally: adds its rows, its sources and its end.  name[i] is the SLI of column
 * i, "journey/sli".  The part's id is made of its sources' hashes, the config's digest and the
 * bounds.  After a failure the sum is worthless. */
struct partial_part {
	const struct tally *tally;
	const char *const *name;
	uint64_t config;
	const struct partial_source *source; /* at least one; their `part` is filled in here */
	size_t sources;
	int64_t since, until;
	const struct item *item;
	size_t items;
};
enum nines_status partial_add(
    struct partial *partial, const struct partial_part *part, struct nines_error *err);
/* One line of a part, without its newline; `where` and `line_number` are for messages: a line that
 * is none of the format is NINES_E_SYNTAX, a sum or number beyond 2^64 - 1 NINES_E_LIMIT; either
 * way it added nothing.  Blank lines add nothing. */
enum nines_status partial_add_line(struct partial *partial, struct str line, const char *where,
    uint64_t line_number, struct nines_error *err);

/* What keeps the sum from being whole.  Hostile names stand in the text as they are. */
enum partial_fault_kind {
	PARTIAL_NONE,    /* no part at all */
	PARTIAL_UNENDED, /* a part without its end, or with sources missing */
	PARTIAL_CONFIGS, /* parts that were counted by different rules */
	PARTIAL_BUCKETS, /* or in buckets of different length */
	PARTIAL_TWICE,   /* a source twice; empty ones may be */
	PARTIAL_TOTAL,   /* a line was lost, doubled or changed */
};
struct partial_fault {
	enum partial_fault_kind kind;
	const char *text;
};
enum nines_status partial_check(struct partial *partial, int allow_duplicates,
    struct mem_arena *arena, struct partial_fault **fault, size_t *faults, struct nines_error *err);

/* The same text whatever order the lines came in: as LC_ALL=C sort would have it. */
enum nines_status partial_write(struct partial *partial, struct out *o, struct nines_error *err);
/* In the order they came in. */
size_t partial_sources(const struct partial *partial, const struct partial_source **source);
size_t partial_ends(const struct partial *partial, const struct partial_end **end);
/* The counts as a tally of these SLIs (tally_init is done here; tally_fini is yours on success); no
 * row at all makes one of minutes.  SLIs without a row are zero; rows of other names, or buckets of
 * two lengths, are NINES_E_SYNTAX. */
enum nines_status partial_tally(struct partial *partial, const char *const *name, size_t slis,
    struct tally *tally, struct nines_error *err);
#endif
