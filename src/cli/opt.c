#include "opt.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum kind { FLAG, TEXT, LIST, COUNT, PERCENT };

#define JUDGING    (OPT_REPORT | OPT_GATE)
#define COUNTING   (JUDGING | OPT_BACKFILL)
#define SCANNING   (COUNTING | OPT_COUNT)
#define READING    (SCANNING | OPT_INGEST | OPT_CHECK | OPT_EXPLAIN)
#define ALL        (READING | OPT_MERGE | OPT_STORE | OPT_FORMATS | OPT_SCHEMA | OPT_HELP)
#define STATEFUL   (COUNTING | OPT_INGEST | OPT_STORE)
#define AT(member) offsetof(struct opt, member)

/* An option without help text is for tests: it changes how, never what. */
/* clang-format off */
static const struct option {
	const char *name;
	char letter;
	enum kind kind;
	unsigned verbs;
	size_t at;
	const char *value, *help;
} options[] = {
	{ "config",        'c', TEXT,    READING | OPT_STORE,  AT(config),           "FILE",        "read this config instead of ./nines.yaml" },
	{ "log-format",    0,   TEXT,    READING,  AT(log_format),       "FORMAT",      "without a config: a preset or a server's own directive" },
	{ "valid",         0,   LIST,    READING,  AT(valid),            "FIELD=REGEX", "without a config: which events count" },
	{ "good",          0,   LIST,    READING,  AT(good),             "FIELD=REGEX", "without a config: which of them are good; within=300ms too" },
	{ "objective",     0,   TEXT,    READING,  AT(objective),        "PERCENT",     "without a config: the share that must be good" },
	{ "format",        'f', LIST,    COUNTING | OPT_STORE, AT(format),           "FMT[=FILE]",  "text or json, for backfill csv too; repeat for several outputs of one pass" },
	{ "output",        'o', TEXT,    SCANNING | OPT_MERGE, AT(output),           "FILE",        "write there, whole or not at all" },
	{ "by",            0,   TEXT,    OPT_BACKFILL, AT(by),           "PERIOD",      "hour, day (the default), week, month or quarter" },
	{ "since",         0,   TEXT,    SCANNING, AT(since),            "TIME",        "leave out events before TIME" },
	{ "until",         0,   TEXT,    SCANNING, AT(until),            "TIME",        "leave out events at or after TIME" },
	{ "as-of",         0,   TEXT,    COUNTING, AT(as_of),            "TIME",        "judge as of TIME (default: the end of the last event's minute); words such as 28d count from it" },
	{ "window",        0,   TEXT,    JUDGING,  AT(window),           "WINDOW",      "replace the windows of all objectives: 28d, month, all, ..." },
	{ "bucket",        0,   TEXT,    SCANNING, AT(bucket),           "SPAN",        "count in buckets of SPAN (default 1m)" },
	{ "tz",            0,   TEXT,    SCANNING, AT(tz),               "ZONE",        "IANA time zone of calendar windows and of times without an offset" },
	{ "journey",       0,   LIST,    COUNTING, AT(journey),          "NAME",        "only this journey; repeatable" },
	{ "sli",           0,   LIST,    COUNTING, AT(sli),              "NAME",        "only SLIs of this name; repeatable" },
	{ "jobs",          'j', COUNT,   SCANNING | OPT_INGEST | OPT_CHECK, AT(jobs), "N",           "threads (default: one a core)" },
	{ "max-unparsed",  0,   PERCENT, COUNTING, AT(max_unparsed_ppb), "PERCENT",     "more unparsed lines than this: exit 3" },
	{ "min-events",    0,   COUNT,   COUNTING, AT(min_events),       "N",           "fewer valid events than this are a low sample" },
	{ "min-coverage",  0,   PERCENT, OPT_GATE, AT(min_coverage_ppb), "PERCENT",     "less of the window covered by data: exit 3" },
	{ "confidence",    0,   PERCENT, COUNTING, AT(confidence_ppb),   "PERCENT",     "of the interval (default 95%); for gate, a straddling interval is exit 3" },
	{ "forecast-from", 0,   TEXT,    JUDGING,  AT(forecast_from),    "SPAN",        "the past that the forecast extends (default 1d)" },
	{ "strict",        0,   FLAG,    OPT_GATE | OPT_CHECK, AT(strict), NULL,        "gate: a verdict that hangs on unparsed lines is exit 3; check: advice is exit 1" },
	{ "fail-on",       0,   TEXT,    OPT_GATE, AT(fail_on),          "LIST",        "what fails: missed, budget<25%, burn>14.4/1h, no-data, unparsed>1%, drop>0.5%:FILE" },
	{ "state",         0,   TEXT,    STATEFUL, AT(state),            "FILE",        "the store of counts (default: `state:` of the config, $STATE_DIRECTORY or a usual place)" },
	{ "wait",          0,   TEXT,    STATEFUL, AT(wait),             "SPAN",        "how long to wait for another run that holds the store (default 60s)" },
	{ "max-age",       0,   TEXT,    JUDGING,  AT(max_age),          "SPAN",        "the last event is older than this before now (--as-of): exit 3" },
	{ "counts",        0,   FLAG,    COUNTING, AT(counts),           NULL,          "the operands are not logs but partial counts, which nines count wrote" },
	{ "partial",       0,   FLAG,    OPT_MERGE, AT(partial),         NULL,          "only add up, for later merging: the parts need not be all" },
	{ "allow-duplicates", 0, FLAG,   COUNTING | OPT_MERGE, AT(allow_duplicates), NULL, "of partial counts: a log that was counted twice counts twice" },
	{ "save-unparsed", 0,   TEXT,    SCANNING, AT(save_unparsed),    "FILE[:N]",    "write the first N (default 1000) unparsed lines there, raw" },
	{ "allow-missing", 0,   FLAG,    SCANNING | OPT_INGEST, AT(allow_missing),    NULL,          "a file that does not exist is not exit 3" },
	{ "color",         0,   TEXT,    READING,  AT(color),            "WHEN",        "auto, always or never" },
	{ "progress",      0,   TEXT,    SCANNING | OPT_INGEST, AT(progress),         "HOW",         "auto, plain or none" },
	{ "ascii",         0,   FLAG,    COUNTING, AT(ascii),            NULL,          "only ASCII characters" },
	{ "quiet",         'q', FLAG,    READING | OPT_MERGE | OPT_STORE, AT(quiet),            NULL,          "no notes on standard error; gate, check and ingest: no output at all" },
	{ "verbose",       'v', FLAG,    READING | OPT_STORE,  AT(verbose),          NULL,          "say more" },
	{ "dry-run",       'n', FLAG,    SCANNING | OPT_INGEST | OPT_STORE, AT(dry_run), NULL,          "only say what would be read, counted or removed" },
	{ "help",          'h', FLAG,    ALL,      AT(help),             NULL,          "show help" },
	{ "version",       'V', FLAG,    ALL,      AT(version),          NULL,          "show the version" },
	{ "no-jit",        0,   FLAG,    READING,  AT(no_jit),           NULL,          NULL },
	{ "buffer-bytes",  0,   COUNT,   READING,  AT(buffer_bytes),     "N",           NULL },
	{ "range-bytes",   0,   COUNT,   SCANNING, AT(range_bytes),      "N",           NULL },
};
/* clang-format on */
#define OPTIONS (sizeof options / sizeof *options)

struct parser {
	struct opt *opt;
	enum opt_verb verb;
	int argc, i;
	char **argv;
	struct nines_error *err;
};

static enum nines_status complain(struct parser *p, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static enum nines_status complain(struct parser *p, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	if (p->err != NULL && p->err->code == NINES_OK) {
		p->err->code = NINES_E_SYNTAX;
		(void)vsnprintf(p->err->text, sizeof p->err->text, fmt, ap);
	}
	va_end(ap);
	return NINES_E_SYNTAX;
}

/* Half a name is the commonest mistake, a slip of the finger the next. */
const char *opt_nearest(const char *typed, const char *const *name, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strlen(typed) > 1 && strncmp(name[i], typed, strlen(typed)) == 0)
			return name[i];
	return nines_nearest(typed, name, n);
}

static enum nines_status unknown(struct parser *p, const char *name)
{
	const char *known[OPTIONS], *near;
	size_t n = 0;

	for (size_t i = 0; i < OPTIONS; i++)
		if ((options[i].verbs & p->verb) && options[i].help != NULL)
			known[n++] = options[i].name;
	near = opt_nearest(name, known, n);
	if (near != NULL)
		return complain(p, "unknown option --%s; did you mean --%s?", name, near);
	return complain(p, "unknown option --%s; -h lists the options", name);
}

static enum nines_status set_count(struct parser *p, const struct option *o, const char *value)
{
	uint64_t n = 0;
	const char *c = value;

	for (; *c >= '0' && *c <= '9' && n < UINT64_C(1000000000000000); c++)
		n = n * 10 + (uint64_t)(*c - '0');
	if (c == value || *c != '\0')
		return complain(p, "--%s takes a whole number, not '%s'", o->name, value);
	memcpy((char *)p->opt + o->at, &n, sizeof n);
	return NINES_OK;
}

static enum nines_status set_percent(struct parser *p, const struct option *o, const char *value)
{
	struct nines_error why = { 0 };
	uint64_t ppb;

	if (nines_parse_percent(value, &ppb, &why) != NINES_OK)
		return complain(p, "--%s: %s", o->name, why.text);
	memcpy((char *)p->opt + o->at, &ppb, sizeof ppb);
	return NINES_OK;
}

static enum nines_status set(struct parser *p, const struct option *o, const char *value)
{
	void *at = (char *)p->opt + o->at;
	struct opt_list *list = at;
	int on = 1;

	switch (o->kind) {
	case FLAG:
		memcpy(at, &on, sizeof on);
		return NINES_OK;
	case TEXT:
		memcpy(at, &value, sizeof value);
		return NINES_OK;
	case LIST:
		if (list->used == OPT_LIST_MAX)
			return complain(p, "--%s is given too often", o->name);
		list->item[list->used++] = value;
		return NINES_OK;
	case COUNT:
		return set_count(p, o, value);
	case PERCENT:
		return set_percent(p, o, value);
	}
	return NINES_E_INTERNAL;
}

/* "--name", "--name=value" or "--name value". */
static enum nines_status parse_long(struct parser *p, const char *arg)
{
	const char *equals = strchr(arg, '=');
	size_t n = equals != NULL ? (size_t)(equals - arg) : strlen(arg);
	const struct option *o = NULL;
	char name[64];

	(void)snprintf(name, sizeof name, "%.*s", (int)(n < 63 ? n : 63), arg);
	for (size_t i = 0; i < OPTIONS; i++)
		if ((options[i].verbs & p->verb) && strcmp(options[i].name, name) == 0)
			o = &options[i];
	if (o == NULL)
		return unknown(p, name);
	if (o->kind == FLAG)
		return equals != NULL ? complain(p, "--%s takes no value", name) : set(p, o, NULL);
	if (equals != NULL)
		return set(p, o, equals + 1);
	if (p->i + 1 >= p->argc)
		return complain(p, "--%s needs a value: %s", name, o->value);
	return set(p, o, p->argv[++p->i]);
}

/* "-q", "-qv", "-cFILE" or "-c FILE". */
static enum nines_status parse_short(struct parser *p, const char *arg)
{
	for (; *arg != '\0'; arg++) {
		const char letter[2] = { *arg, '\0' };
		const struct option *o = NULL;
		enum nines_status rc;

		for (size_t i = 0; i < OPTIONS; i++)
			if ((options[i].verbs & p->verb) && options[i].letter == *arg)
				o = &options[i];
		if (o == NULL)
			return complain(p, "unknown option -%s; -h lists the options", letter);
		if (o->kind != FLAG && arg[1] != '\0')
			return set(p, o, arg + 1);
		if (o->kind != FLAG && p->i + 1 >= p->argc)
			return complain(p, "-%s needs a value: %s", letter, o->value);
		rc = set(p, o, o->kind == FLAG ? NULL : p->argv[++p->i]);
		if (rc != NINES_OK || o->kind != FLAG)
			return rc;
	}
	return NINES_OK;
}

enum nines_status opt_parse(
    struct opt *opt, enum opt_verb verb, int argc, char **argv, struct nines_error *err)
{
	struct parser p = { .opt = opt, .verb = verb, .argc = argc, .argv = argv, .err = err };
	enum nines_status rc = NINES_OK;
	int only_operands = 0;

	*opt = (struct opt){ .max_unparsed_ppb = UINT64_MAX, .operand = argv };
	for (p.i = 0; p.i < argc && rc == NINES_OK; p.i++) {
		const char *arg = argv[p.i];

		if (only_operands || arg[0] != '-' || arg[1] == '\0')
			opt->operand[opt->operands++] = argv[p.i];
		else if (strcmp(arg, "--") == 0)
			only_operands = 1;
		else if (arg[1] == '-')
			rc = parse_long(&p, arg + 2);
		else
			rc = parse_short(&p, arg + 1);
	}
	return rc;
}

void opt_help(enum opt_verb verb)
{
	for (size_t i = 0; i < OPTIONS; i++) {
		const struct option *o = &options[i];
		char flag[64], letter[8] = "    ";

		if (!(o->verbs & verb) || o->help == NULL)
			continue;
		if (o->letter != 0)
			(void)snprintf(letter, sizeof letter, "-%c, ", o->letter);
		(void)snprintf(flag, sizeof flag, "--%s%s%s", o->name, o->value != NULL ? " " : "",
		    o->value != NULL ? o->value : "");
		(void)printf("  %s%-24s  %s\n", letter, flag, o->help);
	}
}
