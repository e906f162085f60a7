/* What the public API's files share: the structs behind the public names. */
#ifndef NINES_IMPL_H
#define NINES_IMPL_H
#include "nines.h"
#include "out.h"
#include "report.h"
#include "run.h"
#include "spec.h"
#include "store.h"

struct nines_spec {
	struct spec *spec;
};
struct nines_store {
	struct store *store;
};
struct nines_report {
	struct report *report;
};

/* Writing goes through the sticky sink: the first failure is told once, at the end. */
enum nines_status nines_impl_finish(struct out *o, struct nines_error *err);

/* What was counted, as the report's plain values, borrowed from the tally. */
struct nines_impl_input {
	struct report_input input;
	struct report_source *source;
	struct report_count reason[RUN_ITEMS_MAX], anomaly[RUN_ITEMS_MAX];
	struct report_store store;
	struct report_span *span;
	struct report_counted *counted;
	struct report_former *former;
};
enum nines_status nines_impl_input(
    struct nines_impl_input *room, const struct nines_tally *tally, struct nines_error *err);
void nines_impl_input_fini(struct nines_impl_input *room);
#endif
