/* Explaining: why a line counted as it did, field by field and rule by rule, with the place of each
 * rule. */
#ifndef EXPLAIN_H
#define EXPLAIN_H
#include "out.h"
#include "spec.h"

struct explain; /* one thread's scratch for any number of lines */
enum nines_status explain_new(
    struct explain **explain, const struct spec *spec, struct nines_error *err);
void explain_free(struct explain *explain);
/* One line, without its newline.  where: "access.log:12", or NULL for a line that stands alone. */
void explain_line(struct explain *explain, struct str line, const char *where,
    const struct nines_style *style, struct out *o);
/* Every line of the operands.  *incomplete: some input was not read whole. */
enum nines_status explain_log(const struct spec *spec, const struct nines_io *io,
    const struct nines_reading *reading, const struct nines_style *style, struct out *o,
    int *incomplete, struct nines_error *err);
/* What one SLI says of a line, for the config's own tests.  sli NULL: NOT_VALID for a line that is
 * judged at all. */
enum spec_outcome explain_outcome(
    struct explain *explain, struct str line, const struct spec_sli *sli);
#endif
