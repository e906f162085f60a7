/* The judge: records to verdicts.  Predicates that several rules share are evaluated once a line.
 */
#ifndef JUDGE_H
#define JUDGE_H
#include "record.h"
#include "spec.h"

struct judge_hit { /* what one SLI, by its index, says of an event; one that it has no say in is
	            * left out */
	uint32_t sli;
	uint8_t valid, good, missing;
};
struct judge_verdict {
	int ignored;
	size_t hits; /* by ascending SLI */
	struct judge_hit hit[SPEC_SLIS_MAX];
};

struct judge; /* one per thread: an immutable plan and its scratch */
enum nines_status judge_new(
    struct judge **judge, const struct spec *spec, int no_jit, struct nines_error *err);
void judge_free(struct judge *judge);
/* The block whose lines are judged next, so that what a line must have somewhere is looked for in
 * all of it at once.  It is borrowed until the next one is told of, and not needed: NULL bytes, or
 * a line from elsewhere, is judged without. */
void judge_see(struct judge *judge, struct str block);
/* What the verdict says of one SLI; nothing: all zero. */
struct judge_hit judge_say(const struct judge_verdict *verdict, size_t sli);
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
