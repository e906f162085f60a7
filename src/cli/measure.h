/* Measuring: what report, gate and backfill have in common.  Reads the inputs, builds what is asked
 * for from what was counted, writes the outputs. */
#ifndef MEASURE_H
#define MEASURE_H
#include "cli.h"
#include "state.h"

/* What a product can be made of beside logs. */
enum measure_store {
	MEASURE_NO_STORE,
	MEASURE_STORE, /* of what a report needs of a store */
	MEASURE_STORE_WHOLE,
};

struct measure;
/* What is made of a tally, and how it is written. */
struct measure_product {
	int hash_sources; /* of the reading */
	enum measure_store store;
	/* With --state and operands: puts these into the store that then answers.  NULL: that is
	 * not for this product.  0 after complaining. */
	int (*record)(struct measure *m);
	const char *(*format)(size_t i); /* NULL ends; known before anything is read */
	enum nines_status (*build)(struct measure *m, struct nines_error *err);
	int (*incomplete)(const struct measure *m);
	enum nines_status (*write)(const struct measure *m, const char *format,
	    const struct nines_style *style, nines_write_fn *write, void *ctx,
	    struct nines_error *err);
};

struct measure {
	struct cli *cli;
	const struct measure_product *product; /* NULL: a report */
	struct nines_reading reading;
	struct nines_question question;
	struct state state;
	int stored;  /* the store answers, not logs */
	int records; /* after it has taken them up */
	int64_t max_age_s;
	struct nines_tally *tally;
	struct nines_report *report;
	struct nines_history *history;
};
/* Fills m in but for `product`.  0 when there is no product; the exit status says why. */
int measure_run(struct measure *m, struct cli *cli);
/* Writes the formats asked for; `otherwise` (may be NULL) when none was. */
void measure_write(struct measure *m, const char *otherwise);
void measure_free(struct measure *m);
unsigned measure_threads(const struct cli *cli); /* -j, or one a core */
#endif
