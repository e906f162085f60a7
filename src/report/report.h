/* A report: everything a reader may be told, computed once, as plain values.  Renderers only write.
 * A double without a value is NaN; an instant without one NINES_NEVER.  Strings are the report's
 * own. */
#ifndef REPORT_H
#define REPORT_H
#include "mem.h"
#include "nines.h"

#define REPORT_SPARK 12 /* columns of the sparkline */
#define REPORT_BURNS 7  /* 5m 30m 1h 2h 6h 1d 3d */

enum report_state { REPORT_MET, REPORT_AT_RISK, REPORT_MISSED, REPORT_NO_DATA, REPORT_LOW_SAMPLE };
const char *report_state_name(enum report_state s); /* "met", "at_risk", ... as in JSON */

struct report_burn {
	const char *window;
	int64_t length_s;
	double rate;
	uint64_t valid, good;
}; /* method's unit */
struct report_alert {
	const char *severity, *long_name, *short_name;
	double factor, long_rate, short_rate;
	int firing;
};

struct report_objective {
	uint64_t target_ppb, aspire_ppb;
	struct {
		const char *name;
		int64_t from, to;
		double covered;
		int calendar;
	} window;
	const char *method;                 /* "occurrences", "timeslices", "ratio-timeslices" */
	int64_t slice_s;                    /* of slice methods, else 0 */
	uint64_t valid, good, bad, missing; /* events in the window, exclusions taken out */
	uint64_t slices, good_slices;       /* TIMESLICES: judged and good */
	double sli;
	double interval_low, interval_high, confidence;
	enum report_state state;
	int met; /* the bare verdict: 1, 0; -1 without data */
	double allowed, remaining, remaining_ratio,
	    consumed_ratio;                    /* events; slices for TIMESLICES */
	struct report_burn burn[REPORT_BURNS]; /* those that fit the data, shortest first */
	size_t burns;
	struct report_alert *alert;
	size_t alerts;
	int64_t exhaustion; /* forecast: the budget is gone, or a missed rolling objective is met
	                       again */
	double spark[REPORT_SPARK];         /* SLI of twelfths of the window, NaN without data */
	double unparsed_low, unparsed_high; /* G/(V+u) and (G+u)/(V+u) with u the unparsed lines */
	int straddles;                      /* the interval holds the target */
	int hangs_on_unparsed;              /* the verdict differs between the two bounds */
	/* The worst stretch of the window: the contiguous run of 5-minute spans that miss the
	 * target, bridging one that does not, with the most bad events; bad 0 when no span misses
	 * it. */
	struct {
		int64_t from, to;
		uint64_t bad;
		const char *label;
	} worst; /* label: an annotation that overlaps, or NULL */
};
struct report_span {
	int64_t from, to;
};
struct report_sli {
	const char *name, *label, *description;
	uint64_t digest;
	struct report_objective *objective;
	size_t objectives;
	uint64_t valid, good, missing; /* whole data, for SLIs without an objective */
	int recalled;                  /* its counts are of a store */
	/* Of a store: since when it is counted by its present rules (NINES_NEVER: never); the time
	 * that has lines, but in which it was not; the last minute counted by other rules
	 * (NINES_NEVER: none), and their digest. */
	int64_t counted_since;
	struct report_span *uncounted;
	size_t uncounteds;
	int64_t former_until;
	uint64_t former_digest;
};
struct report_journey {
	const char *name, *description;
	struct report_sli *sli;
	size_t slis;
};

struct report_source {
	const char *name, *status, *decoder, *note;
	uint64_t bytes, raw_bytes, lines, discarded_lines;
	int whole;
};
struct report_count {
	const char *name;
	uint64_t count;
};
struct report_exclusion {
	int64_t from, to;
	const char *reason;
	uint64_t lines; /* judged lines it removed */
	struct report_removed {
		const char *journey, *sli;
		uint64_t valid, bad;
		double budget;
	} * removed;
	size_t removals;
};
struct report_annotation {
	int64_t from, to;
	const char *label;
};

/* The store that the counts were recalled from. */
struct report_counted { /* the spans in which an SLI was counted by its present rules, ascending */
	const struct report_span *span;
	size_t spans;
};
struct report_former {
	size_t column;
	uint64_t digest;
	int64_t from, until;
};
struct report_store {
	const char *path;
	int64_t newest_event; /* NINES_NEVER: none */
	int64_t folded_until; /* rows before it hold an hour each; NINES_NEVER: none do */
	/* For the making alone. */
	int64_t later_event; /* what as_of may have left out; NINES_NEVER: nothing */
	const struct report_counted *counted; /* by column; NULL: everything was */
	struct report_counted traffic;        /* when any lines were */
	const struct report_former *former;
	size_t formers;
};

struct report_input {
	uint64_t lines, parsed, unparsed, blank, comments, judged, ignored, excluded, out_of_range,
	    bytes;
	int64_t first_event, last_event;
	struct report_count *reason,
	    *anomaly; /* unparsed by reason (all of them), anomalies (all of them) */
	size_t reasons, anomalies;
	struct report_source *source;
	size_t sources;
	uint64_t max_unparsed_ppb;
	int too_many_unparsed;
	const struct report_store *store; /* NULL: the counts are of logs */
};

/* unparsed / (parsed + unparsed) > max, in parts of NINES_PPB. */
int report_input_too_many(uint64_t parsed, uint64_t unparsed, uint64_t max_ppb);

struct report {
	struct mem_arena arena;
	const char *service, *zone;
	uint64_t digest;
	int64_t as_of;        /* NINES_NEVER: no event and none given */
	int64_t since, until; /* as asked; NINES_NEVER: no bound */
	int incomplete;       /* some input was not read whole, or too many lines were unparsed */
	struct report_input input;
	struct report_journey *journey;
	size_t journeys;
	struct report_exclusion *exclusion;
	size_t exclusions;
	struct report_annotation *annotation; /* those that touch a window */
	size_t annotations;
};
/* input: what the run counted; judged, excluded and the verdict on unparsed lines are computed
 * here.  Everything is copied.  Checks that the sums hold: NINES_E_INTERNAL when they do not. */
struct spec;
struct tally;
enum nines_status report_build(struct report **r, const struct spec *spec,
    const struct tally *tally, const struct report_input *input, const struct nines_io *io,
    const struct nines_question *question, struct nines_error *err);
void report_free(struct report *r);
#endif
