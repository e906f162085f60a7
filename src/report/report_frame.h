/* What every part of a report knows: the question with its defaults filled in, the rows, and
 * scratch space.  It lives as long as report_build, or as a history is built; what a part leaves
 * behind goes into the arena. */
#ifndef REPORT_FRAME_H
#define REPORT_FRAME_H
#include "report.h"
#include "report_series.h"

/* When one SLI was counted by its present rules; logs count every SLI all the time. */
struct report_column {
	int64_t since; /* the first instant; NINES_NEVER: none */
	/* Lines were counted then, but not by these rules.  Ascending, disjoint. */
	const struct window_span *hole;
	size_t holes;
	const struct window_span *excluded; /* the spec's exclusions and the holes, joined */
	size_t exclusions;
	struct window_span *own_hole, *own_excluded;
};

struct report_frame {
	const struct spec *spec;
	struct nines_question question;
	struct zone *own_zone; /* of question.zone, or NULL */
	const struct zone *zone;
	struct spec_window window; /* of question.window, in place of every objective's */
	int has_window;
	int64_t as_of; /* a bucket's end, or NINES_NEVER */
	double z;      /* of the confidence */
	uint64_t min_events;
	uint64_t unparsed;
	const struct report_store *store;   /* the input's */
	const struct window_span *bounds;   /* rows outside are left out; NULL: none is */
	uint64_t left_out, left_out_judged; /* their lines */
	struct report_rows rows;
	struct window_span data; /* start of the first row to the end of the last */
	int64_t first_event, last_event;
	uint64_t judged;               /* lines of the rows, excluded ones among them */
	struct window_span *exclusion; /* the spec's, ascending and disjoint */
	size_t exclusions;
	struct window_span *gap; /* without any line, ascending; before and after the data, too */
	size_t gaps, gap_room;
	struct report_column *columns;      /* of each SLI, by index */
	const struct report_column *column; /* of the SLI whose events are at hand */
	int hindsight; /* what came after as_of is known: a gap counts whole, as does the end */
	const struct spec_sli **sli; /* those asked for, in order */
	size_t slis;
	struct report_series events, slices;
	struct mem_arena *arena; /* the report's */
};

/* Fills a zeroed frame in; report_frame_fini whatever it returns. */
enum nines_status report_frame_init(struct report_frame *f, const struct spec *spec,
    const struct tally *tally, const struct nines_io *io, struct nines_error *err);
void report_frame_fini(struct report_frame *f);
/* The judged lines of the rows that start in the span, excluded or not. */
uint64_t report_frame_judged(const struct report_frame *f, struct window_span span);
/* report.c: the report that the frame's question asks for; the frame can be used again. */
enum nines_status report_over(struct report_frame *f, const struct report_input *input,
    struct report **report, struct nines_error *err);
/* Copies a string that may be NULL.  0 when memory ran out. */
int report_frame_copy(struct report_frame *f, const char **to, const char *from);

/* One objective's counts in its window, in the unit of its method. */
struct report_measure {
	const struct spec_objective *objective;
	const struct report_series *series;
	struct window_span span;
	enum spec_window_kind kind;
	int64_t period_s;
	struct tally_cell total;
};

/* report_choice.c: which journeys and SLIs were asked for. An unknown name is NINES_E_SYNTAX. */
enum nines_status report_choice_make(struct report_frame *f, struct nines_error *err);
int report_choice_journey(const struct report_frame *f, const struct spec_journey *journey);
int report_choice_sli(
    const struct report_frame *f, const struct spec_journey *journey, const struct spec_sli *sli);

/* report_counted.c: what was counted when. */
enum nines_status report_counted_init(struct report_frame *f, struct nines_error *err);
void report_counted_fini(struct report_frame *f);
/* From now on the SLI's events and column are at hand. */
enum nines_status report_counted_take(
    struct report_frame *f, const struct spec_sli *sli, struct nines_error *err);
/* Seconds from when the SLI at hand was first counted to as_of; 0: not before it. */
int64_t report_counted_history(const struct report_frame *f);
/* Fills in what the reader is told of it. */
enum nines_status report_counted_tell(struct report_frame *f, struct report_sli *to,
    const struct spec_sli *sli, struct nines_error *err);

/* report_cover.c: gaps longer than max_gap; and the share of the span that is neither in one nor
 * before the first line, and in which the SLI at hand was counted.  A gap that is still open at the
 * span's end counts up to there, when that is long enough, or with hindsight. */
enum nines_status report_cover_gaps(struct report_frame *f, struct nines_error *err);
double report_cover_share(const struct report_frame *f, struct window_span span);

/* report_exclusion.c: joins the spans whose rows do not count; and, once the objectives are known,
 * lists what each exclusion that meets the data removed.  Where two overlap, both list it. */
enum nines_status report_exclusion_mark(struct report_frame *f, struct nines_error *err);
enum nines_status report_exclusion_list(
    struct report_frame *f, struct report *r, struct nines_error *err);

/* report_input.c: copies what the run counted, adds what the rows say, checks the sums. */
enum nines_status report_input_build(struct report_frame *f, struct report *r,
    const struct report_input *input, struct nines_error *err);

/* report_objective.c: the SLI is at hand.  Look-backs, shortest first. */
struct report_lookback {
	const char *name;
	int64_t length_s;
};
extern const struct report_lookback report_objective_lookback[REPORT_BURNS];
enum nines_status report_objective_build(struct report_frame *f, struct report_objective *to,
    const struct spec_objective *from, struct nines_error *err);

/* report_forecast.c: the instant at which the verdict turns if the last forecast_from_s go on. */
int64_t report_forecast_turn(const struct report_frame *f, const struct report_measure *m);

/* report_worst.c: fills o->worst from o->window and o->target_ppb. */
void report_worst_find(const struct report_frame *f, struct report_objective *o);
#endif
