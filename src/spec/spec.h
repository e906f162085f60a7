/* A spec: what good means.  Built from a config by spec_build, immutable after, shared between
 * threads. Everything hangs on the spec's arena; strings are NUL-terminated copies. */
#ifndef SPEC_H
#define SPEC_H
#include "diag.h"
#include "format.h"
#include "mem.h"
#include "nines.h"
#include "zone.h"

#define SPEC_SLIS_MAX  4096       /* in all journeys together */
#define SPEC_BYTES_MAX (4u << 20) /* of a config file */

struct spec_mark {
	unsigned line, column, width;
};

/* Rules.  A rule is judged yes, no or missing (a field it needs is lacking), in Kleene's logic:
 * `not` of missing is missing; ALL with a no is no, ANY with a yes is yes, else a missing makes it
 * missing. */
enum spec_rule_kind { SPEC_MATCH, SPEC_LINE, SPEC_WITHIN, SPEC_ALL, SPEC_ANY, SPEC_NOT };
struct spec_rule {
	enum spec_rule_kind kind;
	struct spec_mark mark;
	const char *key;               /* "path", "line", "within", ...; NULL for ALL, ANY, NOT */
	unsigned slot;                 /* MATCH, WITHIN: index of record.field */
	const struct pattern *pattern; /* MATCH, LINE */
	int64_t within_ns;             /* WITHIN: duration <= this */
	const struct spec_rule *const *child;
	size_t children; /* NOT has one */
};

enum spec_window_kind {
	SPEC_ROLLING,
	SPEC_HOUR,
	SPEC_DAY,
	SPEC_WEEK,
	SPEC_MONTH,
	SPEC_QUARTER,
	SPEC_YEAR,
	SPEC_ALL_TIME
};
struct spec_window {
	enum spec_window_kind kind;
	int64_t length_s; /* ROLLING, in whole minutes */
	const char *name; /* "28d", "month", ... as written */
};
/* "28d", "1h", "day", ..., "all". name is borrowed from s (copy it).  0 when it is none. */
int spec_window_parse(struct str s, struct spec_window *window);

enum spec_method { SPEC_OCCURRENCES, SPEC_TIMESLICES, SPEC_RATIO_TIMESLICES };
enum spec_on_empty { SPEC_EMPTY_IGNORE, SPEC_EMPTY_GOOD, SPEC_EMPTY_BAD };
struct spec_objective {
	struct spec_mark mark; /* of the target */
	uint64_t target_ppb;
	uint64_t aspire_ppb; /* 0: none */
	uint64_t
	    warn_ppb; /* at risk when less than this share of the budget is left; default 25 % */
	struct spec_window window;
	enum spec_method method;
	int64_t slice_s;           /* timeslices: default 60 */
	uint64_t slice_target_ppb; /* TIMESLICES: default the target */
	enum spec_on_empty on_empty;
};

struct spec_sli {
	struct spec_mark mark;
	const char *name, *description;
	const char
	    *label; /* "latency <= 1 s" where good is a single `within`, else the name; UTF-8 "≤" */
	const struct spec_rule *valid; /* NULL: all of the journey's */
	const struct spec_rule *good;
	int good_is_bad;      /* the rule was given as `bad:`; good when it says no */
	int missing_excludes; /* `missing: exclude` */
	size_t index;         /* among all SLIs, in config order: the column in tallies */
	uint64_t digest; /* of the rules that decide what is counted (format, ignore, valid, good,
	                    missing) */
	struct spec_objective *objective;
	size_t objectives; /* may be 0: measured, not judged */
};
struct spec_journey {
	struct spec_mark mark;
	const char *name, *description;
	const struct spec_rule *valid; /* NULL: every event */
	struct spec_sli *sli;
	size_t slis;
};
struct spec_exclusion {
	int64_t from, to;
	const char *reason;
	struct spec_mark mark;
}; /* whole minutes */
struct spec_annotation {
	int64_t from, to;
	const char *label;
};
struct spec_alert {
	uint64_t budget_ppb;
	int64_t long_s, short_s;
	const char *severity;
	struct spec_mark mark;
};

enum spec_outcome { SPEC_NOT_VALID, SPEC_GOOD, SPEC_BAD, SPEC_IGNORED, SPEC_UNPARSED };
const char *spec_outcome_name(
    enum spec_outcome o); /* "not-valid", "good", "bad", "ignored", "unparsed" */
struct spec_expectation {
	const struct spec_sli *sli;
	enum spec_outcome outcome;
	struct spec_mark mark;
};
struct spec_test {
	struct str line;
	struct spec_mark mark;
	struct spec_expectation *expect;
	size_t expects;
};

struct spec {
	struct mem_arena arena;
	struct diag_list diag;
	const char *source;  /* its name */
	struct str text;     /* owned copy of the config */
	const char *service; /* "" when absent */
	struct zone *zone, *log_zone;
	const char *const *file;
	size_t files;
	struct format *format;
	uint64_t max_unparsed_ppb;      /* default 1 % */
	int64_t max_gap_s;              /* default 1 h */
	uint64_t min_events;            /* default 0 */
	const struct spec_rule *ignore; /* NULL: none */
	struct spec_journey *journey;
	size_t journeys;
	size_t slis;                 /* in all */
	const struct spec_sli **sli; /* by index */
	struct spec_exclusion *exclusion;
	size_t exclusions;
	struct spec_annotation *annotation;
	size_t annotations;
	struct spec_alert *alert;
	size_t alerts;
	struct spec_test *test;
	size_t tests;
	uint64_t digest; /* of the config's meaning: comments, blanks and quoting do not matter */
	uint64_t traffic_digest;  /* of what decides which lines are judged: format and ignore */
	const char *state;        /* the store's file, or NULL */
	int64_t retain_s;         /* minutes are kept so long, then hours; default 400 days */
	struct pattern **pattern; /* owned: all patterns, for spec_free */
	size_t patterns, pattern_room;
};

/* Lints too (lint_spec).  With NINES_E_SYNTAX *spec is set all the same, for its diag only. */
enum nines_status spec_build(struct spec **spec, const struct nines_io *io, const char *source,
    struct str text, struct nines_error *err);
void spec_free(struct spec *spec);
const struct spec_sli *spec_find_sli(const struct spec *spec, struct str journey_slash_sli);
const char *spec_schema(void); /* JSON Schema of the config, one string */
#endif
