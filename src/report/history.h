/* A history: successive periods, each judged by itself over one tally, and where the state of each
 * objective changed.  A period's objectives are those of a report as of the period's end whose
 * windows are the period: `nines report --as-of TO --window BY` over the same data says the same,
 * but for what only hindsight knows of a gap that was still open. */
#ifndef HISTORY_H
#define HISTORY_H
#include "report.h"

/* "hour", "day", "week", "month", "quarter"; NULL ends. */
const char *history_by(size_t i);

struct history_period {
	const char *name; /* as clocks in the zone show its start: "2025-01-14", "2025-Q1" */
	int64_t from, to; /* calendar bounds; the first and last may reach beyond the data */
	struct report_journey *journey; /* as many as the whole report has; the counts of their SLIs
	                                   are the period's */
};
struct history_change { /* the state of the first period that is in a new one, and the one before */
	const struct history_period *period;
	const struct report_journey *journey;
	const struct report_sli *sli;
	const struct report_objective *objective;
	size_t position; /* of the objective in its SLI, from 0 */
	enum report_state before;
};
struct history {
	struct mem_arena arena;
	const char *by;       /* "day", ... */
	int64_t since, until; /* as asked; NINES_NEVER: the data's own bounds */
	struct report *whole; /* of all that was read, as one period: service, zone, input, notes */
	struct history_period *period; /* ascending, without holes */
	size_t periods;
	struct history_change *change; /* by time, then config order; to and from NO_DATA count */
	size_t changes;
};
struct history_question {
	const char *by;                 /* hour, day, week, month, quarter */
	int64_t since, until;           /* NINES_NEVER: the data's own bounds */
	struct nines_question question; /* nothing from as_of on counts; window does not apply */
};
/* The cost is linear in rows plus periods.  NINES_E_SYNTAX: `by` is none of those; NINES_E_LIMIT
 * beyond HISTORY_PERIODS_MAX. */
#define HISTORY_PERIODS_MAX 100000
enum nines_status history_build(struct history **history, const struct spec *spec,
    const struct tally *tally, const struct report_input *input, const struct nines_io *io,
    const struct history_question *question, struct nines_error *err);
void history_free(struct history *history);
#endif
