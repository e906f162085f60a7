/* The judge: records to verdicts.  Predicates that several rules share are evaluated once a line,
 * and lines that are alike in all that the rules ask for share their verdict.
 */
#ifndef JUDGE_H
#define JUDGE_H
#include "record.h"
#include "spec.h"
#include "verdict.h"

struct judge; /* one per thread: an immutable plan and its scratch */
enum nines_status judge_new(
    struct judge **judge, const struct spec *spec, int no_jit, struct nines_error *err);
void judge_free(struct judge *judge);
/* The block whose lines are judged next, so that what a line must have somewhere is looked for in
 * all of it at once.  It is borrowed until the next one is told of, and not needed: NULL bytes, or
 * a line from elsewhere, is judged without. */
void judge_see(struct judge *judge, struct str block);
/* The verdict is the judge's, until it judges the next event.  NULL when a regex ran out of its
 * budget: the line is then a reject. */
struct verdict *judge_event(struct judge *judge, const struct record *record);
/* Hands over the verdicts that are kept and whose count of events is not zero, which it then is.
 * The verdict of the last event stays good, but may not be kept any more. */
void judge_settle(
    struct judge *judge, void (*take)(void *ctx, const struct verdict *verdict), void *ctx);

enum judge_truth { JUDGE_NO, JUDGE_YES, JUDGE_MISSING, JUDGE_LIMIT };
/* One rule of the judge's spec, or a part of one, alone, for explaining; it is the very evaluation
 * that judge_event uses.  NULL rule: JUDGE_YES. */
enum judge_truth judge_rule(
    struct judge *judge, const struct spec_rule *rule, const struct record *record);
#endif
