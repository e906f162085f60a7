/* The judge: records to verdicts.  Predicates that several rules share are evaluated once a line.
 */
#ifndef JUDGE_H
#define JUDGE_H
#include "record.h"
#include "spec.h"

#define JUDGE_WORDS (SPEC_SLIS_MAX / 64)
struct judge_verdict { /* one bit per SLI index; only the first judge_words() words are touched */
	int ignored;
	uint64_t valid[JUDGE_WORDS], good[JUDGE_WORDS], missing[JUDGE_WORDS];
};

struct judge; /* one per thread: an immutable plan and its scratch */
enum nines_status judge_new(
    struct judge **judge, const struct spec *spec, int no_jit, struct nines_error *err);
void judge_free(struct judge *judge);
size_t judge_words(const struct judge *judge);
/* good is a subset of valid; missing: a field that `good` needed was lacking.  With `missing:
 * exclude` such an event is not valid, and still counted as missing.  0 when a regex ran out of its
 * budget: the line is then a reject. */
int judge_event(struct judge *judge, const struct record *record, struct judge_verdict *verdict);

enum judge_truth { JUDGE_NO, JUDGE_YES, JUDGE_MISSING, JUDGE_LIMIT };
/* One rule of the judge's spec, or a part of one, alone, for explaining; it is the very evaluation
 * that judge_event uses.  NULL rule: JUDGE_YES. */
enum judge_truth judge_rule(
    struct judge *judge, const struct spec_rule *rule, const struct record *record);
#endif
