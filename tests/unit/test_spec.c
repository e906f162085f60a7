#include "mem.h"
#include "spec.h"
#include "suite.h"
#include "yaml.h"
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct spec *build(const char *text, enum nines_status expected)
{
	struct nines_error err = { 0 };
	struct spec *spec = NULL;
	enum nines_status rc =
	    spec_build(&spec, nines_io_system(), "nines.yaml", str_of(text), &err);

	ck_assert_msg(rc == expected, "%s", err.text);
	ck_assert_ptr_nonnull(spec);
	return spec;
}

/* A config of one SLI; `good` and `more` are YAML. */
static struct spec *build_sli(const char *top, const char *good, const char *more)
{
	char text[4096];

	(void)snprintf(text, sizeof text,
	    "version: 1\n%sjourneys:\n  - name: shop\n    slis:\n      - name: latency\n        good: %s\n%s",
	    top, good, more);
	return build(text, NINES_OK);
}

/* ---- every config of tests/spec gives exactly the findings that stand beside it ---- */

struct text {
	char *p;
	size_t n, room;
};

static void append(struct text *t, const char *p, size_t n)
{
	if (t->n + n + 1 > t->room) {
		t->room = 2 * (t->n + n + 1);
		t->p = realloc(t->p, t->room);
		ck_assert_ptr_nonnull(t->p);
	}
	memcpy(t->p + t->n, p, n);
	t->n += n;
	t->p[t->n] = '\0';
}

static void append_text(struct text *t, const char *s)
{
	append(t, s, strlen(s));
}

static struct text read_file(const char *path)
{
	struct text t = { 0 };
	char buf[4096];
	FILE *f = fopen(path, "rb");

	append(&t, "", 0);
	if (!f)
		return t;
	for (size_t n; (n = fread(buf, 1, sizeof buf, f)) > 0;)
		append(&t, buf, n);
	(void)fclose(f);
	return t;
}

static void write_file(const char *path, const struct text *t)
{
	FILE *f = fopen(path, "wb");

	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(t->p, 1, t->n, f), t->n);
	ck_assert_int_eq(fclose(f), 0);
}

/* Columns count bytes; a caret stands under characters. */
static void render_caret(struct text *t, const struct nines_finding *f)
{
	size_t n = strlen(f->excerpt), from = f->column - 1, to = from + f->width;

	append_text(t, "  ");
	for (size_t i = 0; i < to; i++) {
		if (i < n && ((unsigned char)f->excerpt[i] & 0xC0) == 0x80)
			continue;
		append_text(t, i < from ? " " : i == from ? "^" : "~");
	}
	append_text(t, "\n");
}

static void render_finding(struct text *t, const struct nines_finding *f)
{
	static const char *const severity[] = { "error", "warning", "advice" };
	char place[64] = "";

	if (f->line)
		(void)snprintf(place, sizeof place, ":%u:%u", f->line, f->column);
	append_text(t, f->source);
	append_text(t, place);
	append_text(t, ": ");
	append_text(t, severity[f->severity]);
	append_text(t, ": ");
	append_text(t, f->text);
	append_text(t, "\n");
	if (f->line && f->excerpt) {
		append_text(t, "  ");
		append_text(t, f->excerpt);
		append_text(t, "\n");
		render_caret(t, f);
	}
	if (!f->hint)
		return;
	append_text(t, "  hint: ");
	append_text(t, f->hint);
	append_text(t, "\n");
}

static struct text findings_of(const char *path, const char *name)
{
	struct text config = read_file(path), t = { 0 };
	struct nines_error err = { 0 };
	struct spec *spec = NULL;
	enum nines_status rc =
	    spec_build(&spec, nines_io_system(), name, (struct str){ config.p, config.n }, &err);

	ck_assert_ptr_nonnull(spec);
	ck_assert_int_eq(rc, spec->diag.errors ? NINES_E_SYNTAX : NINES_OK);
	append(&t, "", 0);
	for (size_t i = 0; i < spec->diag.used; i++)
		render_finding(&t, &spec->diag.finding[i]);
	spec_free(spec);
	free(config.p);
	return t;
}

static int check_config(const char *path)
{
	const char *name = strrchr(path, '/') + 1;
	struct text found = findings_of(path, name), expected;
	char txt[512];
	int same;

	(void)snprintf(txt, sizeof txt, "%.*s.txt", (int)(strlen(path) - strlen(".yaml")), path);
	if (getenv("NINES_BLESS"))
		write_file(txt, &found);
	expected = read_file(txt);
	same = !strcmp(found.p, expected.p);
	if (strncmp(name, "good_", 5) == 0 && found.n)
		same = 0;
	if (!same)
		(void)fprintf(
		    stderr, "--- %s: expected\n%s--- found\n%s", name, expected.p, found.p);
	free(found.p);
	free(expected.p);
	return same;
}

START_TEST(every_config_gives_the_findings_that_stand_beside_it)
{
	glob_t found;
	size_t wrong = 0;

	ck_assert_int_eq(glob(TESTS_DIR "/spec/*.yaml", 0, NULL, &found), 0);
	ck_assert_uint_gt(found.gl_pathc, 90);
	for (size_t i = 0; i < found.gl_pathc; i++)
		wrong += !check_config(found.gl_pathv[i]);
	globfree(&found);
	ck_assert_uint_eq(wrong, 0);
}
END_TEST

/* ---- what a config becomes ---- */

#define GOOD "{ status: '^2' }"

static const struct spec_sli *only_sli(const struct spec *spec)
{
	ck_assert_uint_eq(spec->slis, 1);
	return spec->sli[0];
}

START_TEST(what_is_not_said_has_a_default)
{
	struct spec *spec = build_sli("", GOOD, "        objective: 99.9%\n");
	const struct spec_objective *o = only_sli(spec)->objective;

	ck_assert_str_eq(spec->service, "");
	ck_assert_str_eq(zone_name(spec->zone), "UTC");
	ck_assert_str_eq(zone_name(spec->log_zone), "UTC");
	ck_assert_uint_eq(spec->max_unparsed_ppb, 10000000);
	ck_assert_int_eq(spec->max_gap_s, 3600);
	ck_assert_uint_eq(spec->min_events, 0);
	ck_assert_uint_eq(spec->files + spec->exclusions + spec->annotations + spec->tests, 0);
	ck_assert_ptr_null(spec->ignore);
	ck_assert_ptr_null(spec->journey[0].valid);
	ck_assert_str_eq(spec->journey[0].description, "");
	ck_assert_str_eq(only_sli(spec)->label, "latency");
	ck_assert_uint_eq(o->target_ppb, 999000000);
	ck_assert_uint_eq(o->aspire_ppb, 0);
	ck_assert_uint_eq(o->warn_ppb, 250000000);
	ck_assert_int_eq(o->window.kind, SPEC_ROLLING);
	ck_assert_int_eq(o->window.length_s, 28 * 86400);
	ck_assert_str_eq(o->window.name, "28d");
	ck_assert_int_eq(o->method, SPEC_OCCURRENCES);
	ck_assert_int_eq(o->slice_s, 60);
	ck_assert_int_eq(o->on_empty, SPEC_EMPTY_IGNORE);
	ck_assert_uint_eq(spec->alerts, 4);
	ck_assert_uint_eq(spec->alert[0].budget_ppb, 20000000);
	ck_assert_int_eq(spec->alert[3].long_s, 3 * 86400);
	ck_assert_str_eq(spec->alert[2].severity, "ticket");
	spec_free(spec);
}
END_TEST

START_TEST(everything_that_is_said_arrives)
{
	struct spec *spec = build_sli(
	    "service: web\ntimezone: Europe/Berlin\nwindow: quarter\nmin_events: 100\n"
	    "logs: { files: [a, b], format: combined+time, timezone: America/New_York,\n"
	    "  max_unparsed: 0.5%, max_gap: 2h }\n"
	    "exclude: [{ from: 2025-07-01, to: 2025-07-02T00:00Z, reason: r }]\n"
	    "annotations: [{ from: 2025-07-01T00:00:01Z, to: 2025-07-02, label: l }]\n",
	    GOOD,
	    "        description: text\n        missing: exclude\n"
	    "        objective:\n          - { target: 99%, aspire: 99.5%, warn: 10% }\n"
	    "          - { target: 98%, window: 7d, method: timeslices, slice: 5m, slice_target: 95%, on_empty: bad }\n"
	    "          - { target: 97%, method: timeslices }\n");
	const struct spec_sli *sli = only_sli(spec);

	ck_assert_str_eq(spec->service, "web");
	ck_assert_str_eq(zone_name(spec->zone), "Europe/Berlin");
	ck_assert_str_eq(zone_name(spec->log_zone), "America/New_York");
	ck_assert_uint_eq(spec->min_events, 100);
	ck_assert_uint_eq(spec->files, 2);
	ck_assert_str_eq(spec->file[1], "b");
	ck_assert_uint_eq(spec->max_unparsed_ppb, 5000000);
	ck_assert_int_eq(spec->max_gap_s, 7200);
	ck_assert_int_eq(spec->exclusion[0].from, INT64_C(1751320800));
	ck_assert_int_eq(spec->exclusion[0].to, INT64_C(1751414400));
	ck_assert_str_eq(spec->exclusion[0].reason, "r");
	ck_assert_int_eq(spec->annotation[0].from, INT64_C(1751328001));
	ck_assert_str_eq(spec->annotation[0].label, "l");
	ck_assert_str_eq(sli->description, "text");
	ck_assert_int_eq(sli->missing_excludes, 1);
	ck_assert_uint_eq(sli->objectives, 3);
	ck_assert_uint_eq(sli->objective[0].aspire_ppb, 995000000);
	ck_assert_uint_eq(sli->objective[0].warn_ppb, 100000000);
	ck_assert_int_eq(sli->objective[0].window.kind, SPEC_QUARTER);
	ck_assert_int_eq(sli->objective[1].window.length_s, 7 * 86400);
	ck_assert_int_eq(sli->objective[1].method, SPEC_TIMESLICES);
	ck_assert_int_eq(sli->objective[1].slice_s, 300);
	ck_assert_uint_eq(sli->objective[1].slice_target_ppb, 950000000);
	ck_assert_int_eq(sli->objective[1].on_empty, SPEC_EMPTY_BAD);
	ck_assert_uint_eq(sli->objective[2].slice_target_ppb, 970000000);
	spec_free(spec);
}
END_TEST

/* A rule as text: "(path=^/a & !(status=^5))". */
static void write_rule(struct text *t, const struct spec_rule *rule)
{
	static const char *const sign[] = {
		[SPEC_ALL] = " & ", [SPEC_ANY] = " | ", [SPEC_NOT] = ""
	};
	char buf[128];

	if (rule->kind == SPEC_MATCH || rule->kind == SPEC_LINE) {
		(void)snprintf(
		    buf, sizeof buf, "%s=%.*s", rule->key, STR_ARG(pattern_text(rule->pattern)));
		append_text(t, buf);
		return;
	}
	if (rule->kind == SPEC_WITHIN) {
		(void)snprintf(buf, sizeof buf, "%s<=%lld", rule->key, (long long)rule->within_ns);
		append_text(t, buf);
		return;
	}
	append_text(t, rule->kind == SPEC_NOT ? "!(" : "(");
	for (size_t i = 0; i < rule->children; i++) {
		append_text(t, i ? sign[rule->kind] : "");
		write_rule(t, rule->child[i]);
	}
	append_text(t, ")");
}

START_TEST(rules_become_trees)
{
	static const struct {
		const char *yaml, *tree;
	} row[] = {
		{ "{ status: '^2' }", "status=^2" },
		{ "{ status: 200 }", "status=200" },
		{ "{ status: '^2', path: ['^/a', b] }", "(status=^2 & (path=^/a | path=b))" },
		{ "[{ status: '^2' }, { path: a, method: GET }]",
		    "(status=^2 | (path=a & method=GET))" },
		{ "[{ status: '^2' }]", "status=^2" },
		{ "{ not: { status: '^5' } }", "!(status=^5)" },
		{ "{ not: [{ status: '^5' }, { status: '^4' }] }", "!((status=^5 | status=^4))" },
		{ "{ path: x, not: { agent: bot, line: y } }",
		    "(path=x & !((agent=bot & line=y)))" },
		{ "{ line: [a, b] }", "(line=a | line=b)" },
		{ "{ within: 1.5s }", "within<=1500000000" },
		{ "{ within: { duration: 300ms } }", "within<=300000000" },
		{ "{ status: '', within: 2s }", "(status= & within<=2000000000)" },
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct spec *spec = build_sli("logs: { format: combined+time }\n", row[i].yaml, "");
		struct text t = { 0 };

		write_rule(&t, only_sli(spec)->good);
		ck_assert_str_eq(t.p, row[i].tree);
		free(t.p);
		spec_free(spec);
	}
}
END_TEST

START_TEST(the_label_of_a_duration_limit_says_the_limit)
{
	static const struct {
		const char *good, *label;
	} row[] = {
		{ "{ within: 1000ms }", "latency \xE2\x89\xA4 1 s" },
		{ "{ within: 300ms }", "latency \xE2\x89\xA4 300 ms" },
		{ "{ within: 90s }", "latency \xE2\x89\xA4 90 s" },
		{ "{ within: 1.5s }", "latency \xE2\x89\xA4 1500 ms" },
		{ "[{ within: 1s }]", "latency \xE2\x89\xA4 1 s" },
		{ "{ within: 1s, status: '^2' }", "latency" },
		{ "{ not: { within: 1s } }", "latency" },
		{ "{ status: '^2' }", "latency" },
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct spec *spec = build_sli("logs: { format: combined+time }\n", row[i].good, "");

		ck_assert_str_eq(only_sli(spec)->label, row[i].label);
		spec_free(spec);
	}
}
END_TEST

START_TEST(places_of_rules_are_those_of_their_keys)
{
	struct spec *spec = build_sli("", "{ status: '^2', path: ['^/a'] }", "");
	const struct spec_rule *good = only_sli(spec)->good;

	ck_assert_uint_eq(good->mark.line, 6);
	ck_assert_uint_eq(good->child[0]->mark.column, 17);
	ck_assert_uint_eq(good->child[0]->mark.width, 6);
	ck_assert_uint_eq(good->child[1]->mark.column, 38);
	spec_free(spec);
}
END_TEST

START_TEST(bad_stands_for_good_turned_around)
{
	struct spec *spec = build(
	    "version: 1\njourneys: [{ name: a, slis: [{ name: b, bad: { status: '^5' } }] }]\n",
	    NINES_OK);

	ck_assert_int_eq(only_sli(spec)->good_is_bad, 1);
	ck_assert_uint_eq(only_sli(spec)->objectives, 0);
	spec_free(spec);
}
END_TEST

START_TEST(slis_are_numbered_and_found_by_name)
{
	struct spec *spec = build(
	    "version: 1\njourneys:\n"
	    "  - { name: a, slis: [{ name: x, good: { status: 2 } }, { name: y, good: { status: 3 } }] }\n"
	    "  - { name: b, slis: [{ name: x, good: { status: 4 } }] }\n"
	    "tests: [{ line: l, expect: { b/x: bad, a/y: not-valid } }, { line: m, expect: unparsed }]\n",
	    NINES_OK);

	ck_assert_uint_eq(spec->slis, 3);
	for (size_t i = 0; i < 3; i++)
		ck_assert_uint_eq(spec->sli[i]->index, i);
	ck_assert_ptr_eq(spec_find_sli(spec, STR("a/y")), spec->sli[1]);
	ck_assert_ptr_eq(spec_find_sli(spec, STR("b/x")), spec->sli[2]);
	ck_assert_ptr_null(spec_find_sli(spec, STR("b/y")));
	ck_assert_ptr_null(spec_find_sli(spec, STR("c/x")));
	ck_assert_ptr_null(spec_find_sli(spec, STR("x")));
	ck_assert_ptr_null(spec_find_sli(spec, STR("")));
	ck_assert_ptr_eq(spec->test[0].expect[0].sli, spec->sli[2]);
	ck_assert_int_eq(spec->test[0].expect[0].outcome, SPEC_BAD);
	ck_assert_int_eq(spec->test[0].expect[1].outcome, SPEC_NOT_VALID);
	ck_assert_ptr_null(spec->test[1].expect[0].sli);
	ck_assert_int_eq(spec->test[1].expect[0].outcome, SPEC_UNPARSED);
	spec_free(spec);
}
END_TEST

START_TEST(windows_are_spans_or_periods)
{
	static const struct {
		const char *text;
		int ok;
		enum spec_window_kind kind;
		int64_t length_s;
	} row[] = {
		{ "28d", 1, SPEC_ROLLING, 28 * 86400 },
		{ "1h", 1, SPEC_ROLLING, 3600 },
		{ "60s", 1, SPEC_ROLLING, 60 },
		{ "1.5h", 1, SPEC_ROLLING, 5400 },
		{ "2w", 1, SPEC_ROLLING, 14 * 86400 },
		{ "hour", 1, SPEC_HOUR, 0 },
		{ "day", 1, SPEC_DAY, 0 },
		{ "week", 1, SPEC_WEEK, 0 },
		{ "month", 1, SPEC_MONTH, 0 },
		{ "quarter", 1, SPEC_QUARTER, 0 },
		{ "year", 1, SPEC_YEAR, 0 },
		{ "all", 1, SPEC_ALL_TIME, 0 },
		{ "", 0, SPEC_ROLLING, 0 },
		{ "28", 0, SPEC_ROLLING, 0 },
		{ "90s", 0, SPEC_ROLLING, 0 },
		{ "0d", 0, SPEC_ROLLING, 0 },
		{ "Month", 0, SPEC_ROLLING, 0 },
		{ "1M", 0, SPEC_ROLLING, 0 },
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct spec_window window = { SPEC_ROLLING, 0, NULL };

		ck_assert_msg(spec_window_parse(str_of(row[i].text), &window) == row[i].ok, "%s",
		    row[i].text);
		ck_assert_int_eq(window.kind, row[i].kind);
		ck_assert_int_eq(window.length_s, row[i].length_s);
	}
}
END_TEST

/* ---- digests ---- */

static uint64_t config_digest(const char *text)
{
	struct spec *spec = build(text, NINES_OK);
	uint64_t digest = spec->digest;

	spec_free(spec);
	return digest;
}

START_TEST(comments_blanks_quotes_and_key_order_do_not_change_the_digest)
{
	uint64_t digest = config_digest("version: 1\njourneys:\n  - name: a\n    slis:\n"
	                                "      - name: b\n        good: { status: '^2' }\n");

	ck_assert_uint_eq(digest,
	    config_digest("# c\njourneys: [ {\"slis\": [{name: b, good: {status: ^2}}],\n"
	                  " name: 'a'} ]\nversion: \"1\" # c\n"));
	ck_assert_uint_ne(digest,
	    config_digest("version: 1\njourneys:\n  - name: a\n    slis:\n"
	                  "      - name: b\n        good: { status: '^3' }\n"));
	ck_assert_uint_ne(digest,
	    config_digest("version: 1\njourneys:\n  - name: a\n    slis:\n"
	                  "      - name: b\n        good: { status: ['^2'] }\n"));
}
END_TEST

static uint64_t sli_digest(const char *top, const char *good, const char *more)
{
	struct spec *spec = build_sli(top, good, more);
	uint64_t digest = only_sli(spec)->digest;

	spec_free(spec);
	return digest;
}

#define TIMED "logs: { format: combined+time }\n"

START_TEST(where_counts_are_kept_changes_no_sli)
{
	struct spec *spec = build_sli("", GOOD, "");

	ck_assert_ptr_null(spec->state);
	ck_assert_int_eq(spec->retain_s, INT64_C(400) * 86400);
	spec_free(spec);
	spec = build_sli("state: counts/nines.db\nretain: 90d\n", GOOD, "");
	ck_assert_str_eq(spec->state, "counts/nines.db");
	ck_assert_int_eq(spec->retain_s, INT64_C(90) * 86400);
	spec_free(spec);
	ck_assert_uint_eq(
	    sli_digest("", GOOD, ""), sli_digest("state: a.db\nretain: 90d\n", GOOD, ""));
}
END_TEST

START_TEST(the_digest_of_an_sli_is_that_of_its_rules)
{
	uint64_t digest = sli_digest(TIMED, "{ within: 1s, status: '^2' }", "");

	ck_assert_uint_eq(digest,
	    sli_digest("service: x\n" TIMED, "{ status: '^2', within: 1000ms }",
	        "        description: x\n        objective: 99%\n        missing: bad\n"));
	ck_assert_uint_eq(
	    sli_digest("", GOOD, ""), sli_digest("logs: { format: combined }\n", GOOD, ""));
	ck_assert_uint_ne(digest, sli_digest(TIMED, "{ within: 2s, status: '^2' }", ""));
	ck_assert_uint_ne(digest, sli_digest(TIMED, "[{ within: 1s }, { status: '^2' }]", ""));
	ck_assert_uint_ne(digest,
	    sli_digest(TIMED, "{ within: 1s, status: '^2' }", "        missing: exclude\n"));
	ck_assert_uint_ne(digest,
	    sli_digest(TIMED, "{ within: 1s, status: '^2' }", "        valid: { path: x }\n"));
	ck_assert_uint_ne(
	    digest, sli_digest(TIMED "ignore: { path: x }\n", "{ within: 1s, status: '^2' }", ""));
	ck_assert_uint_ne(digest,
	    sli_digest("logs: { format: combined+time, timezone: Europe/Berlin }\n",
	        "{ within: 1s, status: '^2' }", ""));
	ck_assert_uint_ne(
	    sli_digest("", GOOD, ""), sli_digest("logs: { format: common }\n", GOOD, ""));
}
END_TEST

/* ---- bounds ---- */

START_TEST(a_config_over_the_limit_is_refused_unread)
{
	size_t n = SPEC_BYTES_MAX + 1;
	char *text = malloc(n);
	struct nines_error err = { 0 };
	struct spec *spec = NULL;

	ck_assert_ptr_nonnull(text);
	memset(text, ' ', n);
	ck_assert_int_eq(
	    spec_build(&spec, nines_io_system(), "big.yaml", (struct str){ text, n }, &err),
	    NINES_E_SYNTAX);
	ck_assert_uint_eq(spec->diag.used, 1);
	ck_assert_str_eq(spec->diag.finding[0].text, "the config is larger than 4 MiB");
	spec_free(spec);
	free(text);
}
END_TEST

static struct spec *build_slis(size_t slis, enum nines_status expected)
{
	struct text t = { 0 };
	struct spec *spec;
	char row[128];

	append_text(&t, "version: 1\njourneys:\n  - name: a\n    slis:\n");
	for (size_t i = 0; i < slis; i++) {
		(void)snprintf(
		    row, sizeof row, "      - { name: s%zu, good: { status: '%zu' } }\n", i, i);
		append_text(&t, row);
	}
	spec = build(t.p, expected);
	free(t.p);
	return spec;
}

START_TEST(four_thousand_and_ninety_six_slis_are_the_most)
{
	struct spec *spec = build_slis(SPEC_SLIS_MAX, NINES_OK);

	ck_assert_uint_eq(spec->slis, SPEC_SLIS_MAX);
	spec_free(spec);
	spec = build_slis(SPEC_SLIS_MAX + 1, NINES_E_SYNTAX);
	ck_assert_uint_eq(spec->diag.errors, 1);
	ck_assert_str_eq(spec->diag.finding[0].text, "more than 4096 SLIs");
	spec_free(spec);
}
END_TEST

START_TEST(the_first_mistake_is_the_error)
{
	struct nines_error err = { 0 };
	struct spec *spec = NULL;

	ck_assert_int_eq(spec_build(&spec, nines_io_system(), "x.yaml",
	                     STR("version: 1\nservise: x\njourneys: 7\n"), &err),
	    NINES_E_SYNTAX);
	ck_assert_str_eq(err.text, "unknown key \"servise\" in the config");
	ck_assert_str_eq(err.source, "x.yaml");
	ck_assert_uint_eq(err.line, 2);
	ck_assert_uint_eq(err.column, 1);
	spec_free(spec);
	spec_free(NULL);
}
END_TEST

START_TEST(outcomes_have_names)
{
	ck_assert_str_eq(spec_outcome_name(SPEC_NOT_VALID), "not-valid");
	ck_assert_str_eq(spec_outcome_name(SPEC_GOOD), "good");
	ck_assert_str_eq(spec_outcome_name(SPEC_BAD), "bad");
	ck_assert_str_eq(spec_outcome_name(SPEC_IGNORED), "ignored");
	ck_assert_str_eq(spec_outcome_name(SPEC_UNPARSED), "unparsed");
}
END_TEST

/* ---- the schema ---- */

/* "known: a, b, c" of the finding for an unknown key, against the schema's properties. */
static void check_keys(const struct yaml_node *properties, const char *config)
{
	struct spec *spec = build(config, NINES_E_SYNTAX);
	const char *known = NULL;
	char key[64];
	size_t keys = 0;

	for (size_t i = 0; i < spec->diag.used; i++)
		if (strstr(spec->diag.finding[i].text, "unknown key \"qqqqq\""))
			known = strstr(spec->diag.finding[i].hint, "known:");
	ck_assert_ptr_nonnull(known);
	known += strlen("known:");
	for (int n; sscanf(known, " %63[a-z_]%n", key, &n) == 1; keys++) {
		ck_assert_msg(yaml_get(properties, key) != NULL, "%s", key);
		known += n + (known[n] == ',');
	}
	ck_assert_uint_eq(keys, properties->items);
	spec_free(spec);
}

START_TEST(the_schema_knows_every_key)
{
	static const struct {
		const char *definition, *config;
	} row[] = {
		{ "logs", "version: 1\nlogs: { qqqqq: 1 }\n" },
		{ "journey", "version: 1\njourneys: [{ qqqqq: 1, name: a, slis: [] }]\n" },
		{ "sli",
		    "version: 1\njourneys: [{ name: a, slis: [{ qqqqq: 1, name: b, good: { status: 2 } }] }]\n" },
		{ "objective",
		    "version: 1\njourneys: [{ name: a, slis: [{ name: b, good: { status: 2 },\n"
		    " objective: { qqqqq: 1, target: 9% } }] }]\n" },
		{ "exclusion",
		    "version: 1\nexclude: [{ qqqqq: 1, from: 2025-01-01, to: 2025-01-02 }]\njourneys: []" },
		{ "annotation",
		    "version: 1\nannotations: [{ qqqqq: 1, from: 2025-01-01, to: 2025-01-02, label: x }]\n"
		    "journeys: []\n" },
		{ "alert",
		    "version: 1\nalerts: [{ qqqqq: 1, budget: 2%, long: 1h, short: 5m, severity: x }]\njourneys: []" },
		{ "test",
		    "version: 1\ntests: [{ qqqqq: 1, line: x, expect: ignored }]\njourneys: []" },
	};
	struct mem_arena arena = { 0 };
	struct diag_list diag;
	const struct yaml_node *root, *definition;
	struct str text = str_of(spec_schema());

	diag_init(&diag, STR("schema"), text);
	root = yaml_parse(&arena, &diag, text);
	ck_assert_ptr_nonnull(root);
	ck_assert_uint_eq(diag.used, 0);
	check_keys(yaml_get(root, "properties"), "version: 1\nqqqqq: 1\njourneys: []\n");
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		definition = yaml_get(yaml_get(root, "definitions"), row[i].definition);
		check_keys(yaml_get(definition, "properties"), row[i].config);
	}
	diag_fini(&diag);
	mem_arena_fini(&arena);
}
END_TEST

SUITE("spec", every_config_gives_the_findings_that_stand_beside_it, what_is_not_said_has_a_default,
    everything_that_is_said_arrives, rules_become_trees,
    the_label_of_a_duration_limit_says_the_limit, places_of_rules_are_those_of_their_keys,
    bad_stands_for_good_turned_around, slis_are_numbered_and_found_by_name,
    windows_are_spans_or_periods, comments_blanks_quotes_and_key_order_do_not_change_the_digest,
    where_counts_are_kept_changes_no_sli, the_digest_of_an_sli_is_that_of_its_rules,
    a_config_over_the_limit_is_refused_unread, four_thousand_and_ninety_six_slis_are_the_most,
    the_first_mistake_is_the_error, outcomes_have_names, the_schema_knows_every_key)
