/* PCRE2 patterns over bytes: never UTF, never \C, `$` only at the very end, explicit lengths.
 * Work per subject is bounded: PCRE2's match limit, which counts from each start anew, is 10,000 +
 * 16 x length, and less on long subjects so that the sum over all starts is bounded, too.  Where
 * native code gives up, for its stack or that sum, the interpreter tries again with a budget of its
 * own. */
#ifndef PATTERN_H
#define PATTERN_H
#include "nines.h"
#include "prefix.h"
#include "str.h"

struct pattern;         /* immutable, shared between threads */
struct pattern_scratch; /* one per thread, serves any pattern */

/* err->column is the offset into the regex of the mistake, from 1. */
enum nines_status pattern_new(struct pattern **pattern, struct str regex, struct nines_error *err);
void pattern_free(struct pattern *pattern);
struct str pattern_text(const struct pattern *pattern);
/* What can often be told without PCRE2 and always agrees with pattern_test, or NULL. */
const struct prefix *pattern_prefix(const struct pattern *pattern);
/* The text that every match begins with, empty when there is none worth looking for.  A subject
 * that lacks it is told of without PCRE2: PATTERN_NO. */
struct str pattern_head(const struct pattern *pattern);
/* The first place in [p, end) where that text is, or NULL: for text of any length, of many
 * subjects at once. */
const char *pattern_find_head(const struct pattern *pattern, const char *p, const char *end);
/* Named groups: number of groups (0 = whole match excluded), the name of group i (from 1) or an
 * empty string. */
unsigned pattern_groups(const struct pattern *pattern);
struct str pattern_group_name(const struct pattern *pattern, unsigned group);

/* no_jit: use the interpreter throughout (valgrind, W^X systems, differential tests). */
enum nines_status pattern_scratch_new(
    struct pattern_scratch **scratch, int no_jit, struct nines_error *err);
void pattern_scratch_free(struct pattern_scratch *scratch);

enum pattern_result { PATTERN_NO, PATTERN_YES, PATTERN_LIMIT }; /* LIMIT: cannot say; never "no" */
enum pattern_result pattern_test(
    const struct pattern *pattern, struct pattern_scratch *scratch, struct str subject);
/* The same for one whose pattern_head was found, first at `head`. */
enum pattern_result pattern_test_from(const struct pattern *pattern,
    struct pattern_scratch *scratch, struct str subject, const char *head);
/* As pattern_test; on YES group[i] for i < n holds what group i captured (.p NULL: not set),
 * group[0] the whole match. Groups from PATTERN_GROUPS_MAX on are not set. */
#define PATTERN_GROUPS_MAX 256
enum pattern_result pattern_match(const struct pattern *pattern, struct pattern_scratch *scratch,
    struct str subject, struct str *group, size_t n);

/* What a reader should be told about the regex before it meets an attacker's URL, or NULL: nested
 * quantifiers that can run away ("(a+)+"), a leading ".*".  *offset is where, from 0. */
const char *pattern_risk(struct str regex, size_t *offset);
#endif
