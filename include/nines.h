/* nines: service level indicators, objectives and error budgets from access logs.
 *
 * Four nouns.  A spec says what good means.  A tally is what was counted: reading logs makes one,
 * and tallies add up.  A report is a pure function of (spec, tally, as-of instant).  An error says
 * what went wrong, and where.
 *
 * Ownership: T_new/T_load/T_read/T_build give an object that is yours; T_free takes it back and
 * accepts NULL.  A returned `const` pointer belongs to the first argument.  Functions that can fail
 * return a status, fill `err` (which may be NULL) and set their result only on success, except
 * where they say otherwise.  The library prints nothing, exits nowhere, has no mutable global, and
 * reads neither clock nor environment nor locale: every contact with the world goes through struct
 * nines_io.
 *
 * Units: instants are int64_t seconds since 1970-01-01T00:00:00Z without leap seconds; ratios that
 * decide anything are integers in parts per billion (ppb: 99.9 % = 999,000,000). */
#ifndef NINES_H
#define NINES_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum nines_status {
	NINES_OK,
	NINES_E_NOMEM,  /* memory ran out */
	NINES_E_IO,     /* the system refused to open, read, write, sync or rename */
	NINES_E_SYNTAX, /* a config, option or format that cannot be understood */
	NINES_E_LIMIT,  /* a named maximum was exceeded */
	NINES_E_STORE,  /* no store, a store of a newer version, a damaged one: nothing was touched
	                 */
	NINES_E_BUSY,   /* another process holds the store */
	NINES_E_INTERNAL, /* an invariant does not hold: a bug, never a number */
};

struct nines_error {
	enum nines_status code;
	unsigned line, column; /* from 1; 0 when the failure has no place */
	char source[256];      /* what the failure is about (a file name), or "" */
	char text[512];        /* one line, no full stop, no newline, control bytes escaped */
};

#define NINES_NEVER INT64_MIN /* "no instant" */
#define NINES_PPB   1000000000u

const char *nines_version(void);

/* ---- the outside world ---- */

enum nines_file_kind {
	NINES_FILE_REGULAR,
	NINES_FILE_STREAM,
	NINES_FILE_DIRECTORY,
	NINES_FILE_DEVICE,
};

struct nines_file_info {
	enum nines_file_kind kind; /* STREAM: pipe, FIFO, socket or terminal */
	int64_t size; /* bytes; meaningless unless REGULAR, and even then only a hint */
	uint64_t device, inode;
	unsigned mode; /* permission bits */
};

/* Every call behaves as the POSIX call of its name: -1 and errno on failure.  Implementations need
 * not retry EINTR; the callers do.  All functions may be called from several threads at once. */
struct nines_io {
	void *ctx;
	int (*open)(void *ctx, const char *path, int flags, unsigned mode);
	int (*close)(void *ctx, int fd);
	int (*info)(void *ctx, int fd, struct nines_file_info *info);
	ssize_t (*read)(void *ctx, int fd, void *p, size_t n);
	ssize_t (*read_at)(void *ctx, int fd, void *p, size_t n, int64_t offset); /* pread */
	ssize_t (*write)(void *ctx, int fd, const void *p, size_t n);
	int (*widen)(void *ctx, int fd); /* a pipe holds more from now on; may be NULL */
	int64_t (*seek_data)(void *ctx, int fd, int64_t from); /* lseek(SEEK_DATA), or -1 */
	int (*sync)(void *ctx, int fd);
	int (*rename)(void *ctx, const char *from, const char *to);
	int (*unlink)(void *ctx, const char *path);
	int64_t (*now_ns)(void *ctx); /* wall clock, nanoseconds since 1970 */
};
const struct nines_io *nines_io_system(void);

/* Where text goes: 0 when all n bytes were taken, -1 with errno set otherwise. */
typedef int nines_write_fn(void *ctx, const char *p, size_t n);

/* Writes text that came from outside so that no terminal and no CI runner acts on it: control
 * bytes, invalid UTF-8 and direction marks as \xhh.  Returns what the last write did. */
int nines_visible(const char *p, size_t n, nines_write_fn *write, void *ctx);
/* Of n names, the one that was probably meant, or NULL. */
const char *nines_nearest(const char *typed, const char *const *name, size_t n);

/* A file that appears whole or not at all: a temporary file beside `path`, synced and renamed by
 * nines_output_commit.  path NULL is standard output.  Devices and FIFOs are written in place. */
struct nines_output;
enum nines_status nines_output_open(struct nines_output **out, const struct nines_io *io,
    const char *path, struct nines_error *err);
nines_write_fn nines_output_write; /* ctx is the struct nines_output */
enum nines_status nines_output_commit(struct nines_output *out, struct nines_error *err);
void nines_output_free(struct nines_output *out); /* without a commit: the old file stays whole */

/* ---- spec ---- */

enum nines_severity { NINES_ERROR, NINES_WARNING, NINES_ADVICE };

struct nines_finding {
	enum nines_severity severity;
	const char *source;           /* file name, or "(options)" */
	unsigned line, column, width; /* from 1; `width` bytes are meant; line 0: the whole file */
	const char *text;             /* one line */
	const char *hint;             /* what to do, or NULL */
	const char *excerpt; /* the source line, control bytes escaped as columns count, or NULL */
};

struct nines_spec;

/* Reads a config.  With NINES_E_SYNTAX *spec is set all the same, for its findings only. */
enum nines_status nines_spec_load(
    struct nines_spec **spec, const struct nines_io *io, const char *path, struct nines_error *err);
/* The same from text in memory; `source` names it in findings. */
enum nines_status nines_spec_parse(struct nines_spec **spec, const struct nines_io *io,
    const char *source, const char *text, size_t n, struct nines_error *err);
void nines_spec_free(struct nines_spec *spec);

/* All findings, errors and advice, in source order. */
size_t nines_spec_findings(const struct nines_spec *spec);
const struct nines_finding *nines_spec_finding(const struct nines_spec *spec, size_t i);
/* Runs the config's own `tests:`, adding a finding for each expectation that fails. */
enum nines_status nines_spec_test(struct nines_spec *spec, struct nines_error *err);
/* Adds advice that depends on traffic (targets that cannot be told apart). */
struct nines_tally;
enum nines_status nines_spec_advise(
    struct nines_spec *spec, const struct nines_tally *tally, struct nines_error *err);

/* How many journeys, SLIs, objectives and tests there are. */
struct nines_extent {
	size_t journeys, slis, objectives, tests;
};
struct nines_extent nines_spec_extent(const struct nines_spec *spec);
const char *nines_spec_zone(const struct nines_spec *spec); /* timezone: an IANA name */
size_t nines_spec_files(const struct nines_spec *spec);     /* logs.files, as written: globs */
const char *nines_spec_file(const struct nines_spec *spec, size_t i);
const char *nines_spec_state(const struct nines_spec *spec); /* state: a path, or NULL */

/* ---- tally ---- */

struct nines_progress {
	uint64_t bytes_done, bytes_total; /* as stored (compressed); total 0 when unknown */
	uint64_t lines;
	size_t sources_done, sources;
};
typedef void nines_progress_fn(void *ctx, const struct nines_progress *progress);
/* A line that could not be judged.  `line` is raw and hostile, without its newline. */
typedef void nines_reject_fn(void *ctx, const char *source, uint64_t line_number,
    const char *reason, const char *line, size_t n);

struct nines_reading {
	const char *const *operand; /* paths, or "-" for standard input; globs are expanded */
	size_t operands;
	unsigned jobs;        /* worker threads; 0 and 1: none beside the caller */
	int64_t since, until; /* half open; NINES_NEVER: no bound */
	int64_t latest;       /* events after it are rejects `future`; NINES_NEVER: no bound */
	int64_t bucket_s;     /* 0: 60 */
	size_t buffer_bytes;  /* 0: the default; small values are for tests */
	/* Files of twice that are shared out among the threads in ranges.  0: the default, 4 MiB,
	 * and none without threads; small values are for tests. */
	size_t range_bytes;
	/* The counts of one thread, and those of all together, may take about as much; beyond it
	 * reading is NINES_E_LIMIT.  0: the default, 2 GiB; small values are for tests. */
	uint64_t tally_bytes;
	int allow_missing; /* a file that does not exist leaves nothing incomplete */
	int hash_sources;  /* take the hash of every source's content; none is then shared out */
	int no_jit;        /* run the PCRE2 interpreter: slower, the same answer */
	/* Non-zero: end reading; the tally is incomplete.  May be NULL.  Threads read it: set it
	 * atomically. */
	const volatile int *stop;
	nines_progress_fn *progress; /* called from the calling thread, at least at every source */
	void *progress_ctx;
	/* Called with a lock held, in any order of the sources, but in a source's own: with it, no
	 * source is shared out. */
	nines_reject_fn *reject;
	void *reject_ctx;
};

/* Reads all operands.  Input that cannot be read is not an error here: it is a source with a
 * status, and nines_tally_incomplete() says so. */
enum nines_status nines_tally_read(struct nines_tally **tally, const struct nines_spec *spec,
    const struct nines_io *io, const struct nines_reading *reading, struct nines_error *err);
void nines_tally_free(struct nines_tally *tally);
int nines_tally_incomplete(const struct nines_tally *tally);

/* What should be said about a source that was not read whole or was met twice.  i counts sources
 * from 0; 0 when there is no such source.  text is NULL when nothing needs saying.  name and text
 * are hostile: nines_visible. */
struct nines_note {
	const char *source, *text;
	int whole;
};
int nines_tally_note(const struct nines_tally *tally, size_t i, struct nines_note *note);

/* ---- report ---- */

struct nines_question {
	int64_t as_of;      /* NINES_NEVER: the end of the last event's bucket */
	const char *window; /* replaces every objective's window; NULL: none */
	const char *zone;   /* replaces the config's timezone; NULL: none */
	const char *const *journey;
	size_t journeys; /* only these; 0: all */
	const char *const *sli;
	size_t slis;
	uint64_t confidence_ppb;   /* of the interval; 0: 95 % */
	uint64_t min_events;       /* below: low_sample; 0: none */
	int64_t forecast_from_s;   /* the past that the forecast extends; 0: one day */
	uint64_t max_unparsed_ppb; /* UINT64_MAX: the config's */
};

struct nines_report;
enum nines_status nines_report_build(struct nines_report **report, const struct nines_spec *spec,
    const struct nines_tally *tally, const struct nines_io *io,
    const struct nines_question *question, struct nines_error *err);
void nines_report_free(struct nines_report *report);
/* Non-zero: some input was not read, or more lines were unparsed than max_unparsed allows. */
int nines_report_incomplete(const struct nines_report *report);

struct nines_style {
	unsigned width; /* columns; 0: unlimited */
	int color, ascii, verbose;
};
/* format: "text" or "json"; nines_report_format(i) lists them, NULL ends. */
const char *nines_report_format(size_t i);
enum nines_status nines_report_write(const struct nines_report *report, const char *format,
    const struct nines_style *style, nines_write_fn *write, void *ctx, struct nines_error *err);

/* The same answer as an exit status. */
enum nines_answer { NINES_PASS = 0, NINES_MISSED = 1, NINES_UNKNOWN = 3 };
struct nines_gate {
	const char *fail_on;       /* comma separated; NULL: "missed" */
	uint64_t min_coverage_ppb; /* 0: none */
	int with_confidence;       /* a straddling interval is "cannot tell" */
	int strict;                /* so is a verdict that hangs on the unparsed lines */
};
/* Writes one line per reason that is not a pass.  A baseline named in fail_on is read through io.
 */
enum nines_status nines_report_gate(const struct nines_report *report,
    const struct nines_gate *gate, const struct nines_io *io, nines_write_fn *write, void *ctx,
    enum nines_answer *answer, struct nines_error *err);

/* ---- history: one report a period ---- */

struct nines_periods {
	const char *by;       /* see nines_history_by */
	int64_t since, until; /* NINES_NEVER: the data's own bounds */
};
const char *nines_history_by(size_t i); /* "hour", "day", "week", "month", "quarter"; NULL ends */
struct nines_history;
/* Every period is judged at its end, on what the tally holds from since to until; of the question,
 * window does not apply, and nothing from as_of on counts. */
enum nines_status nines_history_build(struct nines_history **history, const struct nines_spec *spec,
    const struct nines_tally *tally, const struct nines_io *io, const struct nines_periods *periods,
    const struct nines_question *question, struct nines_error *err);
void nines_history_free(struct nines_history *history);
int nines_history_incomplete(const struct nines_history *history);
/* format: "text", "json" or "csv"; nines_history_format(i) lists them, NULL ends. */
const char *nines_history_format(size_t i);
enum nines_status nines_history_write(const struct nines_history *history, const char *format,
    const struct nines_style *style, nines_write_fn *write, void *ctx, struct nines_error *err);

/* ---- store: counts that outlive a run ---- */

/* One SQLite file.  It is read and written by SQLite, not through struct nines_io. */
enum nines_store_mode { NINES_STORE_READ, NINES_STORE_WRITE }; /* WRITE makes one that is absent */
struct nines_store;
enum nines_status nines_store_open(struct nines_store **store, const char *path,
    enum nines_store_mode mode, unsigned wait_s, struct nines_error *err);
void nines_store_free(struct nines_store *store);

/* Lists the operands anew, globs expanded; the names are borrowed until the next call. */
typedef void nines_names_fn(void *ctx, const char *const **name, size_t *n);
struct nines_ingest {
	const struct nines_reading *reading; /* `since`, `until`, `bucket_s` do not apply */
	nines_names_fn *names; /* instead of the reading's operands: asked until what is open is
	                          what is there, so that a rotation does no harm; may be NULL */
	void *names_ctx;
	const char *folder; /* where relative names lie, from the root; NULL: they are as good */
	int64_t now;
	int recount; /* known logs are counted anew under the present rules */
	int dry_run; /* nothing is written */
};
struct nines_ingested;
/* Counts what is new in the logs, each line exactly once, and records it. */
enum nines_status nines_store_ingest(struct nines_ingested **ingested, struct nines_store *store,
    const struct nines_spec *spec, const struct nines_io *io, const struct nines_ingest *ingest,
    struct nines_error *err);
void nines_ingested_free(struct nines_ingested *ingested);
/* Something was not read: damaged, missing, or gone before its end was read. */
int nines_ingested_incomplete(const struct nines_ingested *ingested);
/* "3 files: 1 new, 1 grown, 1 already counted" and what else should be said; verbose: a line a
 * file. */
enum nines_status nines_ingested_write(const struct nines_ingested *ingested, int verbose,
    nines_write_fn *write, void *ctx, struct nines_error *err);
/* Notes of the files and gaps, as nines_tally_note. */
int nines_ingested_note(const struct nines_ingested *ingested, size_t i, struct nines_note *note);

struct nines_recall {
	const struct nines_question
	    *question;        /* its as_of must be given: later events do not count */
	int64_t since, until; /* half open, in whole minutes; NINES_NEVER: no bound */
	int everything;       /* not only what a report's windows need: for a history */
	int allow_missing;    /* lines that may be missing leave nothing incomplete */
};
/* The counts that the store has for the spec, as a tally. */
enum nines_status nines_tally_recall(struct nines_tally **tally, struct nines_store *store,
    const struct nines_spec *spec, const struct nines_io *io, const struct nines_recall *recall,
    struct nines_error *err);
/* The instant of the last event before `before`, or at least its bucket's last second; INT64_MAX:
 * no bound.  NINES_NEVER: without one, and when a store's lies before all that was asked of it. */
int64_t nines_tally_last_event(const struct nines_tally *tally, int64_t before);

/* What the store holds.  format: "text" or "json"; nines_store_format(i) lists them, NULL ends.
 * verbose: every log, not only the newest ones. */
const char *nines_store_format(size_t i);
enum nines_status nines_store_info(struct nines_store *store, const char *format, int verbose,
    nines_write_fn *write, void *ctx, struct nines_error *err);
/* *findings: how many defects were written, a line each. */
enum nines_status nines_store_verify(struct nines_store *store, nines_write_fn *write, void *ctx,
    size_t *findings, struct nines_error *err);
/* Folds minutes older than the config's `retain` into hours, as every ingest does. */
enum nines_status nines_store_prune(struct nines_store *store, const struct nines_spec *spec,
    int dry_run, nines_write_fn *write, void *ctx, struct nines_error *err);
/* Takes back what the logs of this name, or the one with this "#ID", counted.  NINES_E_SYNTAX when
 * there is none. */
enum nines_status nines_store_forget(struct nines_store *store, const char *source, int dry_run,
    nines_write_fn *write, void *ctx, struct nines_error *err);

/* ---- partial counts: nines-partial/1, see nines-partial(5) ---- */

/* Writes what was counted as one part.  The tally was read with hash_sources. */
enum nines_status nines_partial_write(const struct nines_tally *tally,
    const struct nines_spec *spec, nines_write_fn *write, void *ctx, struct nines_error *err);

/* A sum of parts. */
struct nines_parts;
struct nines_parts_order {
	const char *const *path; /* "-": standard input */
	size_t paths;
	int allow_duplicates; /* a log that was counted twice is no fault */
};
/* Adds up the parts in these files.  A line that is none of the format is NINES_E_SYNTAX, with its
 * place; what keeps the sum from being whole is no error but a fault. */
enum nines_status nines_parts_read(struct nines_parts **parts, const struct nines_io *io,
    const struct nines_parts_order *order, struct nines_error *err);
void nines_parts_free(struct nines_parts *parts);

struct nines_parts_sum {
	uint64_t parts, logs, lines;
	size_t unread;  /* files that could not be read whole */
	size_t faults;  /* these, and all else that makes the sum another than what was counted */
	size_t damaged; /* logs that could not be read whole when they were counted */
};
struct nines_parts_sum nines_parts_sum(const struct nines_parts *parts);
/* The faults, then the logs that need a word, as nines_tally_note. */
int nines_parts_note(const struct nines_parts *parts, size_t i, struct nines_note *note);
/* "3 parts, 12 logs, 1,829,353 lines" */
enum nines_status nines_parts_say(
    const struct nines_parts *parts, nines_write_fn *write, void *ctx, struct nines_error *err);
/* The sum as text, which is again one of the format, ~ lines and faults included. */
enum nines_status nines_parts_write(
    const struct nines_parts *parts, nines_write_fn *write, void *ctx, struct nines_error *err);
/* As a tally of this spec's SLIs, incomplete when there are faults.  NINES_E_SYNTAX when they were
 * counted by other rules, or when faults leave nothing that adds up. */
enum nines_status nines_parts_tally(struct nines_tally **tally, const struct nines_parts *parts,
    const struct nines_spec *spec, struct nines_error *err);

/* ---- explain, formats, schemas ---- */

/* Why the line counted as it did, field by field and rule by rule.  The line comes without newline.
 */
enum nines_status nines_explain(const struct nines_spec *spec, const char *line, size_t n,
    const struct nines_style *style, nines_write_fn *write, void *ctx, struct nines_error *err);
/* The same for every line of the operands (of `reading`, only operand and buffer_bytes count).
 * *incomplete: some input was not read whole. */
enum nines_status nines_explain_log(const struct nines_spec *spec, const struct nines_io *io,
    const struct nines_reading *reading, const struct nines_style *style, nines_write_fn *write,
    void *ctx, int *incomplete, struct nines_error *err);
/* All formats, or the named one with its fields. NINES_E_SYNTAX: no such format. */
enum nines_status nines_formats(
    const char *name, nines_write_fn *write, void *ctx, struct nines_error *err);
/* JSON Schema of "config" or "report". */
enum nines_status nines_schema(
    const char *name, nines_write_fn *write, void *ctx, struct nines_error *err);

/* Instants and spans as options and configs write them.  Words and "28d" (ago) count from `now`, in
 * the named zone: RFC 3339, 2025-01-14, 28d, now, today, yesterday, last-week, last-month. */
enum nines_status nines_parse_instant(const char *text, int64_t now, const char *zone,
    const struct nines_io *io, int64_t *instant, struct nines_error *err);
#define NINES_INSTANT_SIZE 32
const char *nines_instant_text(char text[NINES_INSTANT_SIZE], int64_t t); /* 2025-01-29T00:00:00Z */
enum nines_status nines_parse_duration(const char *text, int64_t *ns, struct nines_error *err);
enum nines_status nines_parse_percent(const char *text, uint64_t *ppb, struct nines_error *err);

#endif
