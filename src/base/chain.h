/* Chains: regexes that are a row of repeated byte classes and literal texts, such as people write
 * for log lines, matched without backtracking.
 *
 * PCRE2 tries the choices of a regex in a fixed order and answers with the first row of choices
 * that leads to the end: of a greedy class the longest run, of a lazy one the shortest, of
 * alternatives the first.  A chain walks down that first row, and passes over a choice only where
 * what follows it cannot begin there.  So where it comes to the end, its groups are PCRE2's.  Where
 * it does not, nothing is said: PCRE2 may have matched by other choices and must be asked.
 *
 * Neither could PCRE2 have run out of its budget where a chain matches: its match limit is then at
 * least 10,000 and 16 for each byte (pattern.h), and of the steps down that row only CHAIN_SEARCHES
 * count more than once, for each byte at most. */
#ifndef CHAIN_H
#define CHAIN_H
#include "nines.h"
#include "stops.h"
#include "str.h"

#define CHAIN_LINE_MAX 4096 /* longer lines are PCRE2's */
#define CHAIN_SEARCHES 8

#define CHAIN_ROOM SIMD_WINDOW /* bytes of the block behind the line; few lines have less */

struct chain; /* immutable, shared between threads */

/* The regex is one that PCRE2 compiled with pattern.h's options.  *chain stays NULL when it is not
 * understood.  wanted[i] for i < n: the text of group i is asked for; of group 0, the whole
 * match's. */
enum nines_status chain_new(struct chain **chain, struct str regex, const uint8_t *wanted, size_t n,
    struct nines_error *err);
void chain_free(struct chain *chain);
/* 1: the groups that were asked for are set as pattern_match sets them, others are of no use.  0:
 * ask PCRE2.  The line is the one whose quotes these stops list; stops may be NULL. */
int chain_match(
    const struct chain *chain, struct str line, const struct stops *stops, struct str *group);
#endif
