#include "trial.h"

#include "err.h"
#include "explain.h"

static void compare(struct spec *spec, const struct spec_expectation *want, enum spec_outcome got)
{
	struct diag_place place = { want->mark.line, want->mark.column, want->mark.width };

	const char *is =
	    want->sli == NULL && got == SPEC_NOT_VALID ? "judged" : spec_outcome_name(got);

	if (want->outcome == got)
		return;
	diag_add(&spec->diag, NINES_ERROR, place,
	    "nines explain shows why the line counted as it did",
	    "test failed: %s was expected to be %s, but is %s",
	    want->sli == NULL ? "the line" : want->sli->name, spec_outcome_name(want->outcome), is);
}

enum nines_status trial_run(struct spec *spec, struct nines_error *err)
{
	struct explain *explain;
	enum nines_status rc = explain_new(&explain, spec, err);

	if (rc != NINES_OK)
		return rc;
	for (size_t t = 0; t < spec->tests; t++)
		for (size_t i = 0; i < spec->test[t].expects; i++) {
			const struct spec_expectation *want = &spec->test[t].expect[i];

			compare(
			    spec, want, explain_outcome(explain, spec->test[t].line, want->sli));
		}
	explain_free(explain);
	diag_sort(&spec->diag);
	return spec->diag.failed ? err_nomem(err) : NINES_OK;
}
