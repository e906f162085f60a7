/* A history: reports of successive periods over one tally, and where the state of each objective
 * changed.  Every period is judged by itself: its objectives' windows are the period. */
#ifndef HISTORY_H
#define HISTORY_H
#include "report.h"

struct history_period {
	int64_t from, to;      /* calendar bounds; the first and last may reach beyond the data */
	struct report *report; /* of this period; its input counts are the whole history's */
};
struct history_change {
	const char *journey, *sli,
	    *window_name; /* the objective: target and position tell two apart */
	size_t objective;
	uint64_t target_ppb;
	enum report_state before, after;
	int64_t at; /* start of the first period in the new state */
};
struct history {
	struct mem_arena arena;
	const char *by;       /* "day", ... */
	struct report *whole; /* service, zone, input, sources, notes: of all that was read */
	struct history_period *period; /* ascending, without holes */
	size_t periods;
	struct history_change
	    *change; /* by time, then config order; from and to NO_DATA count, too */
	size_t changes;
};
struct history_question {
	const char *by;       /* hour, day, week, month, quarter */
	int64_t since, until; /* NINES_NEVER: the data's own bounds */
	struct nines_question question;
};
/* The cost is linear in rows plus periods.  NINES_E_LIMIT beyond HISTORY_PERIODS_MAX. */
#define HISTORY_PERIODS_MAX 100000
enum nines_status history_build(struct history **history, const struct spec *spec,
    const struct tally *tally, const struct report_input *input, const struct nines_io *io,
    const struct history_question *question, struct nines_error *err);
void history_free(struct history *history);
#endif
