#include "render.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "num.h"
#include "suite.h"
#include "when.h"

#define NONE   ((double)NAN)
#define AS_OF  INT64_C(1738108800) /* 2025-01-29T00:00:00Z */
#define DAY    INT64_C(86400)
#define OUTAGE INT64_C(1736849100) /* 2025-01-14T10:05:00Z */

/* ---- a report by hand: a shop whose payments failed for three quarters of an hour ---- */

static struct report_objective objective(uint64_t target_ppb, uint64_t valid, uint64_t bad)
{
	const double budget = 1 - (double)target_ppb / 1e9;
	const double allowed = (double)valid * (double)(NUM_PPB - target_ppb) / 1e9;
	struct report_objective o = {
		.target_ppb = target_ppb,
		.window = { "28d", AS_OF - 28 * DAY, AS_OF, 1, 0 },
		.method = "occurrences",
		.valid = valid,
		.good = valid - bad,
		.bad = bad,
		.sli = (double)(valid - bad) / (double)valid,
		.confidence = 0.95,
		.met = (double)bad <= allowed,
		.allowed = allowed,
		.remaining = allowed - (double)bad,
		.remaining_ratio = budget > 0 ? (allowed - (double)bad) / allowed : NONE,
		.consumed_ratio = budget > 0 ? (double)bad / allowed : NONE,
		.exhaustion = NINES_NEVER,
		.worst = { NINES_NEVER, NINES_NEVER, 0, NULL },
	};

	o.state = o.met ? REPORT_MET : REPORT_MISSED;
	o.unparsed_low = (double)o.good / (double)(valid + 12);
	o.unparsed_high = (double)(o.good + 12) / (double)(valid + 12);
	o.interval_low = o.sli - 0.0005;
	o.interval_high = fmin(o.sli + 0.0005, 1);
	for (size_t i = 0; i < REPORT_SPARK; i++)
		o.spark[i] = 1;
	return o;
}

static struct report_objective nothing(uint64_t target_ppb)
{
	struct report_objective o = objective(target_ppb, 1, 0);

	o.valid = o.good = 0;
	o.unparsed_low = o.unparsed_high = NONE;
	o.sli = o.interval_low = o.interval_high = o.allowed = o.remaining = o.remaining_ratio =
	    o.consumed_ratio = NONE;
	o.state = REPORT_NO_DATA;
	o.met = -1;
	for (size_t i = 0; i < REPORT_SPARK; i++)
		o.spark[i] = NONE;
	return o;
}

static void burn(struct report_objective *o, double hour, double day, double days)
{
	o->burn[0] = (struct report_burn){ "5m", 300, hour / 2, 10, 10 };
	o->burn[1] = (struct report_burn){ "1h", 3600, hour, 120, 119 };
	o->burn[2] = (struct report_burn){ "6h", 21600, day, 720, 719 };
	o->burn[3] = (struct report_burn){ "3d", 259200, days, 8640, 8000 };
	o->burns = 4;
}

#define MOST 8
struct shop {
	struct report report;
	struct report_objective objective[MOST];
	struct report_sli sli[MOST];
	struct report_journey journey[MOST];
	struct report_source source[3];
	struct report_count reason[2], anomaly[2];
	struct report_alert alert[2];
	struct report_exclusion exclusion;
	struct report_removed removed;
	struct report_annotation annotation;
};

static void fill_input(struct shop *s)
{
	for (size_t i = 0; i < 3; i++)
		s->source[i] = (struct report_source){ "shop.access.log.1", "ok", "plain", NULL,
			570000000, 570000000, 609784, 0, 1 };
	s->reason[0] = (struct report_count){ "format", 9 };
	s->reason[1] = (struct report_count){ "time", 3 };
	s->anomaly[0] = (struct report_count){ "crlf", 0 };
	s->anomaly[1] = (struct report_count){ "bom", 0 };
	s->report.input = (struct report_input){
		.lines = 1829353,
		.parsed = 1829341,
		.unparsed = 12,
		.judged = 1801002,
		.ignored = 28339,
		.bytes = 1710000000,
		.first_event = AS_OF - 28 * DAY,
		.last_event = AS_OF - 1,
		.reason = s->reason,
		.anomaly = s->anomaly,
		.reasons = 2,
		.anomalies = 2,
		.source = s->source,
		.sources = 3,
		.max_unparsed_ppb = 10000000,
	};
}

static void fill_journeys(struct shop *s)
{
	s->objective[0] = objective(999000000, 182934, 2905);
	s->objective[0].worst.from = OUTAGE;
	s->objective[0].worst.to = OUTAGE + 45 * 60;
	s->objective[0].worst.bad = 2104;
	s->objective[0].worst.label = "INC-42 payment gateway outage";
	s->objective[0].spark[4] = 0.97;
	s->objective[0].spark[5] = 0.9945;
	burn(&s->objective[0], 0, 0.02, 0.12);
	s->objective[1] = objective(990000000, 182900, 236);
	s->objective[1].spark[4] = 0.992;
	s->objective[1].spark[5] = 0.996;
	burn(&s->objective[1], 0.1, 0.12, 0.1);
	s->objective[2] = objective(995000000, 1609600, 612);
	burn(&s->objective[2], 0.1, 0.1, 0.08);
	s->sli[0] = (struct report_sli){ "availability", "availability", NULL, 1, &s->objective[0],
		1, 182934, 180029, 0 };
	s->sli[1] = (struct report_sli){ "latency", "latency ≤ 1 s",
		"A basket is paid within a second", 2, &s->objective[1], 1, 182900, 182664, 0 };
	s->sli[2] = (struct report_sli){ "availability", "availability", NULL, 3, &s->objective[2],
		1, 1609600, 1608988, 0 };
	s->journey[0] =
	    (struct report_journey){ "checkout", "A shopper pays for the basket", s->sli, 2 };
	s->journey[1] = (struct report_journey){ "browse", NULL, s->sli + 2, 1 };
}

static void shop(struct shop *s)
{
	*s = (struct shop){ .report = {
		                .service = "web-shop",
		                .zone = "UTC",
		                .digest = 0xfeedface,
		                .as_of = AS_OF,
		                .since = NINES_NEVER,
		                .until = NINES_NEVER,
		                .journey = s->journey,
		                .journeys = 2,
		            } };
	fill_input(s);
	fill_journeys(s);
}

/* ---- where the text goes ---- */

struct text {
	char p[65536];
	size_t n;
};

static int collect(void *ctx, const char *p, size_t n)
{
	struct text *t = ctx;

	ck_assert_uint_lt(t->n + n, sizeof t->p);
	memcpy(t->p + t->n, p, n);
	t->n += n;
	t->p[t->n] = '\0';
	return 0;
}

static void render_as(
    struct text *t, const char *format, const struct report *r, struct nines_style style)
{
	struct out o;

	t->n = 0;
	out_init(&o, collect, t);
	render_find(format)->render(&o, r, &style);
	ck_assert_int_eq(out_finish(&o), 0);
}

static void compare(const char *name, const struct text *t)
{
	char path[512], want[sizeof t->p];
	FILE *f;
	size_t n;

	(void)snprintf(path, sizeof path, "%s/unit/golden/render_%s.txt", TESTS_DIR, name);
	if (getenv("NINES_BLESS")) {
		f = fopen(path, "w");
		ck_assert_ptr_nonnull(f);
		ck_assert_uint_eq(fwrite(t->p, 1, t->n, f), t->n);
		ck_assert_int_eq(fclose(f), 0);
		return;
	}
	f = fopen(path, "r");
	ck_assert_msg(f != NULL, "%s is missing", path);
	n = fread(want, 1, sizeof want - 1, f);
	(void)fclose(f);
	want[n] = '\0';
	ck_assert_str_eq(t->p, want);
}

static unsigned columns(const char *p, size_t n)
{
	unsigned count = 0;

	for (size_t i = 0; i < n; i++)
		count += ((unsigned char)p[i] & 0xc0) != 0x80;
	return count;
}

static void check_layout(const struct text *t, unsigned width)
{
	const char *p = t->p;

	ck_assert_uint_gt(t->n, 0);
	ck_assert_int_eq(t->p[t->n - 1], '\n');
	while (*p) {
		const size_t n = strcspn(p, "\n");

		if (n > 0 && p[n - 1] == ' ')
			ck_abort_msg("a line ends in a blank: %.*s", (int)n, p);
		if (width > 0 && columns(p, n) > width)
			ck_abort_msg("wider than %u: %.*s", width, (int)n, p);
		p += n + 1;
	}
	ck_assert_ptr_null(strstr(t->p, " nan"));
	ck_assert_ptr_null(strstr(t->p, " inf"));
	ck_assert_ptr_null(strchr(t->p, '\037'));
}

static void text_is(const char *name, const struct report *r, struct nines_style style)
{
	struct text t;

	render_as(&t, "text", r, style);
	if (!style.color)
		check_layout(&t, style.width);
	compare(name, &t);
}

/* ---- JSON is JSON ---- */

static const char *json_value(const char *p, int depth);

static const char *json_string(const char *p)
{
	for (p++; *p != '"'; p++) {
		if ((unsigned char)*p < 0x20)
			ck_abort_msg("a control byte in a string");
		if (*p == '\\' && !strchr("\"\\/bfnrtu", *++p))
			ck_abort_msg("no escape: %.20s", p);
	}
	return p + 1;
}

static const char *json_list(const char *p, int depth, char end)
{
	if (*++p == end)
		return p + 1;
	for (;; p++) {
		if (end == '}') {
			if (*p != '"')
				ck_abort_msg("no key: %.20s", p);
			p = json_string(p);
			if (*p++ != ':')
				ck_abort_msg("no colon: %.20s", p);
		}
		p = json_value(p, depth + 1);
		if (*p == end)
			return p + 1;
		if (*p != ',')
			ck_abort_msg("no comma: %.20s", p);
	}
}

static const char *json_value(const char *p, int depth)
{
	static const char *const word[] = { "null", "true", "false" };

	if (depth > 16)
		ck_abort_msg("too deep");
	if (*p == '"')
		return json_string(p);
	if (*p == '{' || *p == '[')
		return json_list(p, depth, *p == '{' ? '}' : ']');
	for (size_t i = 0; i < 3; i++)
		if (strncmp(p, word[i], strlen(word[i])) == 0)
			return p + strlen(word[i]);
	if (strspn(p, "-0123456789.e") == 0)
		ck_abort_msg("no value: %.20s", p);
	return p + strspn(p, "-0123456789.e");
}

/* The version moves on; what a report holds does not. */
static void forget_version(struct text *t)
{
	static const char key[] = "\"version\":\"";
	char *from = strstr(t->p, key);
	size_t n;

	ck_assert_ptr_nonnull(from);
	from += strlen(key);
	n = strcspn(from, "\"");
	memmove(from, from + n, strlen(from + n) + 1);
	t->n -= n;
}

static void json_is(const char *name, const struct report *r)
{
	struct text t;

	render_as(&t, "json", r, (struct nines_style){ .width = 0 });
	ck_assert_str_eq(json_value(t.p, 0), "\n");
	ck_assert(str_utf8((struct str){ t.p, t.n }));
	forget_version(&t);
	compare(name, &t);
}

/* ---- the tests ---- */

START_TEST(every_renderer_has_a_name_and_is_found_by_it)
{
	size_t n = 0;

	for (; render_at(n); n++)
		ck_assert_ptr_eq(render_find(render_at(n)->name), render_at(n));
	ck_assert_uint_eq(n, 2);
	ck_assert_ptr_null(render_find("xml"));
	ck_assert_ptr_null(render_find(""));
}
END_TEST

START_TEST(a_report_reads_well_at_any_width)
{
	static const struct {
		const char *name;
		unsigned width;
		int color, ascii, verbose;
	} row[] = {
		{ "unlimited", 0, 0, 0, 0 },
		{ "120", 120, 0, 0, 0 },
		{ "80", 80, 0, 0, 0 },
		{ "60", 60, 0, 0, 0 },
		{ "40", 40, 0, 0, 0 },
		{ "ascii_120", 120, 0, 1, 0 },
		{ "ascii_80", 80, 0, 1, 0 },
		{ "color_120", 120, 1, 0, 0 },
		{ "verbose_100", 100, 0, 0, 1 },
	};
	struct shop s;

	shop(&s);
	for (size_t i = 0; i < sizeof row / sizeof *row; i++)
		text_is(row[i].name, &s.report,
		    (struct nines_style){
		        row[i].width, row[i].color, row[i].ascii, row[i].verbose });
}
END_TEST

START_TEST(no_line_is_wider_than_the_page)
{
	struct shop s;
	struct text t;

	shop(&s);
	for (unsigned width = 40; width < 160; width++) {
		render_as(&t, "text", &s.report, (struct nines_style){ width, 0, 0, 1 });
		check_layout(&t, width);
		render_as(&t, "text", &s.report, (struct nines_style){ width, 0, 1, 0 });
		check_layout(&t, width);
		for (size_t i = 0; i < t.n; i++)
			if ((unsigned char)t.p[i] >= 0x80)
				ck_abort_msg("not ASCII: %.20s", t.p + i);
	}
}
END_TEST

START_TEST(json_holds_what_the_text_says_and_more)
{
	struct shop s;

	shop(&s);
	json_is("json", &s.report);
}
END_TEST

/* A second SLO of another window and method, one at risk, one without data, one too small, one
 * without a target. */
static void mixed(struct shop *s)
{
	shop(s);
	s->objective[3] = objective(950000000, 402400, 700);
	s->objective[3].window.name = "7d";
	s->objective[3].window.from = AS_OF - 7 * DAY;
	s->objective[3].window.covered = 0.12;
	s->objective[3].method = "timeslices";
	s->objective[3].slice_s = 300;
	s->objective[3].slices = 2016;
	s->objective[3].good_slices = 1990;
	s->objective[3].sli = 1990.0 / 2016;
	s->objective[3].allowed = 100.8;
	s->objective[3].remaining = 74.8;
	s->objective[3].remaining_ratio = 74.8 / 100.8;
	s->objective[3].consumed_ratio = 26 / 100.8;
	s->objective[3].aspire_ppb = 990000000;
	s->sli[2].objectives = 2;
	s->alert[0] = (struct report_alert){ "page", "1h", "5m", 13.44, 15.2, 18.03, 1 };
	s->alert[1] = (struct report_alert){ "ticket", "3d", "6h", 0.9333333, 1.1, 2.1, 1 };
	s->objective[4] = objective(990000000, 182900, 1609);
	s->objective[4].state = REPORT_AT_RISK;
	s->objective[4].alert = s->alert;
	s->objective[4].alerts = 2;
	s->objective[4].window.name = "month";
	s->objective[4].window.calendar = 1;
	s->objective[4].window.covered = 0.998;
	s->objective[4].exhaustion = AS_OF + 36 * 3600;
	s->objective[4].missing = 1203;
	s->objective[2].window.from -= 7 * DAY;
	s->objective[2].window.name = "35d";
	s->objective[2].window.covered = 0.8;
	burn(&s->objective[4], 15.2, 3.5, 1.1);
	s->objective[5] = nothing(999000000);
	s->objective[6] = objective(990000000, 9, 1);
	s->objective[6].state = REPORT_LOW_SAMPLE;
	s->objective[6].interval_low = 0.5650;
	s->objective[6].interval_high = 0.9801;
	s->objective[6].straddles = 1;
	s->objective[6].hangs_on_unparsed = 1;
	s->objective[6].unparsed_low = 0.380952;
	s->objective[6].unparsed_high = 0.952381;
	for (size_t i = 0; i < 9; i++)
		s->objective[6].spark[i] = NONE;
	s->sli[3] = (struct report_sli){ "latency", "latency ≤ 300 ms", NULL, 4, &s->objective[4],
		1, 182900, 181291, 1203 };
	s->sli[4] =
	    (struct report_sli){ "freshness", "freshness", NULL, 5, &s->objective[5], 1, 0, 0, 0 };
	s->sli[5] =
	    (struct report_sli){ "upload", "upload", NULL, 6, &s->objective[6], 1, 9, 8, 0 };
	s->sli[6] =
	    (struct report_sli){ "search", "search", NULL, 7, s->objective, 0, 20000, 19999, 0 };
	s->journey[1].slis = 4;
	s->journey[2] = (struct report_journey){ "find", NULL, &s->sli[6], 1 };
	s->report.journeys = 3;
	s->report.zone = "Europe/Berlin";
	s->removed = (struct report_removed){ "checkout", "availability", 1203, 3, 0.0164 };
	s->exclusion = (struct report_exclusion){ AS_OF - 9 * DAY + 3600, AS_OF - 9 * DAY + 7200,
		"announced maintenance", 2406, &s->removed, 1 };
	s->annotation =
	    (struct report_annotation){ OUTAGE, OUTAGE + 45 * 60, "INC-42 payment gateway outage" };
	s->report.exclusion = &s->exclusion;
	s->report.exclusions = 1;
	s->report.annotation = &s->annotation;
	s->report.annotations = 1;
	s->report.input.excluded = 2406;
	s->report.input.judged -= 2406;
	s->report.since = AS_OF - 35 * DAY;
	s->anomaly[0].count = 1829353;
	s->anomaly[1].count = 1;
}

START_TEST(every_state_says_why)
{
	struct shop s;

	mixed(&s);
	text_is("mixed_120", &s.report, (struct nines_style){ .width = 120 });
	text_is("mixed_80", &s.report, (struct nines_style){ .width = 80 });
	text_is("mixed_unlimited", &s.report, (struct nines_style){ .width = 0 });
	text_is("mixed_color", &s.report, (struct nines_style){ .width = 80, .color = 1 });
	text_is("mixed_verbose", &s.report, (struct nines_style){ .width = 100, .verbose = 1 });
	json_is("mixed_json", &s.report);
}
END_TEST

START_TEST(what_was_not_read_is_said_first_and_last)
{
	struct shop s;

	shop(&s);
	s.report.incomplete = 1;
	s.source[1] = (struct report_source){ "shop.access.log.2.gz", "truncated", "gzip",
		"ends early at byte 1048576; 3 lines of the damaged part were left out", 1000, 1000,
		1203, 3, 0 };
	s.source[2] = (struct report_source){ "./shop.access.log.1", "duplicate", NULL,
		"the same file as shop.access.log.1, counted once", 0, 0, 0, 0, 1 };
	text_is("incomplete", &s.report, (struct nines_style){ .width = 80 });
	s.source[0] = (struct report_source){ "-", "read_error", "plain", NULL, 10, 10, 1, 0, 0 };
	s.report.input.sources = 1;
	s.report.input.too_many_unparsed = 1;
	text_is("incomplete_stdin", &s.report, (struct nines_style){ .width = 80 });
	s.report.input.sources = 0;
	s.report.input.too_many_unparsed = 0;
	text_is("incomplete_unknown", &s.report, (struct nines_style){ .width = 80 });
}
END_TEST

START_TEST(a_report_on_nothing_says_so)
{
	struct shop s;

	shop(&s);
	s.report.as_of = NINES_NEVER;
	s.report.input = (struct report_input){ .first_event = NINES_NEVER,
		.last_event = NINES_NEVER,
		.source = s.source,
		.sources = 1 };
	s.source[0] = (struct report_source){ "-", "ok", "plain", NULL, 0, 0, 0, 0, 1 };
	for (size_t i = 0; i < 3; i++) {
		s.objective[i] = nothing(999000000);
		s.objective[i].window.from = s.objective[i].window.to = NINES_NEVER;
		s.objective[i].window.covered = NONE;
	}
	text_is("empty", &s.report, (struct nines_style){ .width = 80 });
	json_is("empty_json", &s.report);
	s.report.input.lines = s.report.input.unparsed = 7;
	s.report.input.bytes = 700;
	text_is("no_event", &s.report, (struct nines_style){ .width = 80 });
	s.report.journeys = 0;
	s.report.service = "";
	text_is("no_journey", &s.report, (struct nines_style){ .width = 80 });
}
END_TEST

/* A table of one objective; where its row begins. */
static const char *one_row(struct text *t, struct report_objective *o)
{
	struct report_sli sli = { "a", "a", NULL, 0, o, 1, o->valid, o->good, 0 };
	struct report_journey journey = { "j", NULL, &sli, 1 };
	struct report r = { .zone = "UTC",
		.as_of = AS_OF,
		.since = NINES_NEVER,
		.until = NINES_NEVER,
		.journey = &journey,
		.journeys = 1 };
	char *line, *end;

	render_as(t, "text", &r, (struct nines_style){ .width = 0 });
	line = strstr(t->p, "\nj\n");
	ck_assert_ptr_nonnull(line);
	end = strchr(line + 3, '\n');
	ck_assert_ptr_nonnull(end);
	*end = '\0';
	return line + 3;
}

static void row_holds(uint64_t target_ppb, uint64_t valid, uint64_t bad, const char *want)
{
	struct report_objective o = objective(target_ppb, valid, bad);
	struct text t;
	const char *row = one_row(&t, &o);

	ck_assert_msg(strstr(row, want) != NULL, "want %s\ngot  %s", want, row);
}

START_TEST(as_many_digits_as_it_takes)
{
	static const struct {
		uint64_t target_ppb, valid, bad;
		const char *sli;
	} row[] = {
		{ 999000000, 182934, 2905, " 98.412 % " },
		{ 999000000, 1000, 1, " 99.900 % " },
		{ 999000000, 100000, 101, " 99.899 % " },
		{ 999000000, 10000000, 10004, " 99.89996 % " },
		{ 999000000, 1000000000, 1000001, " 99.8999999 % " },
		{ 999000000, UINT64_C(1000000000000), 1000000001, " 99.8999999 % " },
		{ 999999999, UINT64_C(1000000000000), 1000, " 99.9999999 % " },
		{ 999000000, 10000000, 9996, " 99.900 % " },
		{ 999554000, 100000000, 44560, " 99.9554 % " },
		{ 999000000, 100000000, 1, " 99.999999 % " },
		{ 999000000, UINT64_C(1000000000000), 1, " 99.9999999 % " },
		{ 999000000, 10, 0, " 100 % " },
		{ 999000000, 10, 10, " 0.000 % " },
		{ 1000000000, 10000000, 1, " 99.99999 % " },
		{ 1000000000, 10000000, 0, " 100 % " },
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++)
		row_holds(row[i].target_ppb, row[i].valid, row[i].bad, row[i].sli);
}
END_TEST

START_TEST(no_sli_is_rounded_across_its_target)
{
	static const uint64_t target[] = { 900000000, 950000000, 995000000, 999000000, 999950000,
		999990000 };

	for (size_t i = 0; i < sizeof target / sizeof *target; i++)
		for (uint64_t k = 1; k <= 200; k++) {
			const uint64_t valid = k * 20000 + k % 3;
			const uint64_t allowed = valid * (NUM_PPB - target[i]) / NUM_PPB;

			for (uint64_t bad = allowed; bad <= allowed + 1; bad++) {
				struct report_objective o = objective(target[i], valid, bad);
				struct text t;
				const char *row;
				uint64_t shown;

				o.met = bad == allowed;
				row = one_row(&t, &o) + 3;
				row += strspn(row, " ");
				ck_assert(
				    num_scaled((struct str){ row, strcspn(row, " ") }, 7, &shown));
				ck_assert_msg((shown >= target[i]) == o.met, "%s", row);
			}
		}
}
END_TEST

START_TEST(what_was_bad_never_seems_to_have_been_allowed)
{
	static const struct {
		uint64_t target_ppb, valid, bad;
		const char *want;
	} row[] = {
		{ 999000000, 182934, 2905, " 2,905 / 182.9 " },
		{ 990000000, 182900, 236, " 236 / 1,829 " },
		{ 999000000, 182960, 183, " 183 / 182.96 " },
		{ 999000000, 1829999, 1830, " 1,830 / 1,829.999 " },
		{ 999000000, 183040, 183, " 183 / 183.0 " },
		{ 999000000, 500, 0, " 0 / 0.5 " },
		{ 999000000, 5000, 0, " 0 / 5 " },
		{ 999000000, 52, 1, " 1 / 0.052 " },
		{ 1000000000, 52, 1, " 1 / 0 " },
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++)
		row_holds(row[i].target_ppb, row[i].valid, row[i].bad, row[i].want);
}
END_TEST

START_TEST(budget_left_has_sensible_digits)
{
	static const struct {
		uint64_t valid, bad;
		const char *want;
	} row[] = {
		{ 182934, 2905, " -1488 % " },
		{ 1000000, 130, " 87 % " },
		{ 1000000, 996, " 0.4 % " },
		{ 1000000, 1000, " 0 % " },
		{ 1000000, 0, " 100 % " },
		{ 1000000, 1, " 99.9 % " },
		{ 1000000, 1003, " -0.3 % " },
		{ 100000000, 99999, " 0.001 % " },
		{ 1000000, 955, " 4.5 % " },
		{ 1000, 1000, " -99,900 % " },
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++)
		row_holds(999000000, row[i].valid, row[i].bad, row[i].want);
}
END_TEST

START_TEST(slice_ratios_keep_their_verdict)
{
	struct report_objective o = objective(990000000, 1000000, 0);
	struct text t;

	o.method = "ratio-timeslices";
	o.slice_s = 60;
	o.slices = 43200;
	o.sli = 0.98999996;
	o.met = 0;
	o.allowed = 432;
	o.remaining = -0.001728;
	ck_assert_ptr_nonnull(strstr(one_row(&t, &o), " 98.999996 % "));
}
END_TEST

/* ---- hostile text ---- */

static void check_harmless(const struct text *t)
{
	static const char *const token[] = { "##[", "##vso[", "##teamcity[", "\n::" };

	for (size_t i = 0; i < t->n; i++) {
		const unsigned char c = (unsigned char)t->p[i];

		if (c != '\n' && (c < 0x20 || c == 0x7f))
			ck_abort_msg("byte %02x at %zu", c, i);
	}
	ck_assert(str_utf8((struct str){ t->p, t->n }));
	for (size_t i = 0; i < sizeof token / sizeof *token; i++)
		ck_assert_ptr_null(strstr(t->p, token[i]));
	for (const char *p = t->p; (p = strchr(p, '\n')) != NULL; p++)
		if (strncmp(p + 1 + strspn(p + 1, " "), "::", 2) == 0)
			ck_abort_msg("a command: %.40s", p);
}

/* The same hostile text in every place where a log, a config or a file name can put one. */
static void poison(struct shop *s, const char *text)
{
	mixed(s);
	s->report.incomplete = 1;
	s->report.service = s->report.zone = text;
	for (size_t i = 0; i < 3; i++)
		s->source[i] =
		    (struct report_source){ text, "corrupt", "gzip", text, 1, 1, 1, 1, 0 };
	s->reason[0].name = text;
	s->exclusion.reason = s->annotation.label = s->objective[0].worst.label = text;
	s->removed.journey = s->removed.sli = text;
	s->alert[0].severity = s->alert[1].severity = text;
	for (size_t i = 0; i < MOST; i++) {
		s->sli[i].name = s->sli[i].label = s->sli[i].description = text;
		s->journey[i].name = s->journey[i].description = text;
	}
}

START_TEST(hostile_text_is_shown_and_does_nothing)
{
	static const char *const text[] = {
		"\033[2J\033]0;owned\007",
		"::error::gotcha",
		"##[group]gotcha",
		"##vso[task.complete]",
		"<script>alert(1)</script>",
		"a\nb\r\nc",
		"\xe2\x80\xaegnp.exe",
		"\xff\xfe broken \xc3",
		"words and ::set-output name=x::y and more words and ::warning::z ::a ::b ::c ::d ::e",
		"\037\037",
		"##",
		"\\",
		"",
		" ",
		"\302\23331m",
		"%s%n%d",
		"\"quoted\" {json}",
	};
	static const unsigned width[] = { 0, 40, 41, 42, 43, 44, 45, 46, 80 };
	struct shop s;
	struct text t;

	for (size_t i = 0; i < sizeof text / sizeof *text; i++) {
		poison(&s, text[i]);
		for (size_t w = 0; w < sizeof width / sizeof *width; w++) {
			render_as(&t, "text", &s.report, (struct nines_style){ width[w], 0, 0, 1 });
			check_harmless(&t);
			render_as(&t, "text", &s.report, (struct nines_style){ width[w], 0, 1, 1 });
			check_harmless(&t);
		}
		render_as(&t, "json", &s.report, (struct nines_style){ .width = 0 });
		ck_assert_str_eq(json_value(t.p, 0), "\n");
		ck_assert(str_utf8((struct str){ t.p, t.n }));
		ck_assert_ptr_null(strstr(t.p, "<script"));
	}
	poison(&s, "\033[31m ::error::x <b>");
	text_is("hostile", &s.report, (struct nines_style){ .width = 80 });
}
END_TEST

START_TEST(no_byte_at_any_position_reaches_a_terminal_raw)
{
	struct shop s;
	struct text t;

	for (int c = 1; c < 256; c++)
		for (size_t at = 0; at < 3; at++) {
			char text[] = "abc";

			text[at] = (char)c;
			poison(&s, text);
			render_as(&t, "text", &s.report, (struct nines_style){ 80, 0, c & 1, 1 });
			check_harmless(&t);
			render_as(&t, "json", &s.report, (struct nines_style){ .width = 0 });
			ck_assert_str_eq(json_value(t.p, 0), "\n");
			ck_assert(str_utf8((struct str){ t.p, t.n }));
		}
}
END_TEST

START_TEST(long_names_and_words_are_never_cut)
{
	char name[1001];
	struct shop s;
	struct text t;

	shop(&s);
	memset(name, 'x', sizeof name - 1);
	name[sizeof name - 1] = '\0';
	s.sli[0].name = s.sli[0].label = name;
	s.source[0].name = name;
	s.source[0].whole = 0;
	render_as(&t, "text", &s.report, (struct nines_style){ .width = 80 });
	for (const char *p = t.p; (p = strchr(p, 'x')) != NULL; p += strspn(p, "x"))
		ck_assert_msg(strspn(p, "x") == 1000, "%.20s", p);
	ck_assert_ptr_nonnull(strstr(t.p, " 98.412 % "));
}
END_TEST

START_TEST(values_without_meaning_are_null_in_json)
{
	struct shop s;
	struct text t;

	shop(&s);
	s.objective[0] = nothing(1000000000);
	s.objective[1] = objective(1000000000, 10, 1);
	s.objective[1].burn[0] = (struct report_burn){ "1h", 3600, (double)INFINITY, 1, 0 };
	s.objective[1].burns = 1;
	render_as(&t, "json", &s.report, (struct nines_style){ .width = 0 });
	ck_assert_str_eq(json_value(t.p, 0), "\n");
	ck_assert_ptr_nonnull(
	    strstr(t.p, "\"sli\":null,\"interval\":{\"low\":null,\"high\":null,"));
	ck_assert_ptr_nonnull(strstr(t.p, "\"target\":1,"));
	ck_assert_ptr_nonnull(strstr(t.p, "\"rate\":null"));
	ck_assert_ptr_null(strstr(t.p, "nan"));
	ck_assert_ptr_null(strstr(t.p, "inf"));
}
END_TEST

struct flat {
	char p[sizeof((struct text *)0)->p], last;
	size_t n;
	int quoted;
};

static int flatten(void *ctx, const char *p, size_t n)
{
	struct flat *flat = ctx;

	for (; n > 0; p++, n--) {
		flat->quoted ^= *p == '"' && flat->last != '\\';
		flat->last = *p;
		if (flat->quoted || (*p != ' ' && *p != '\n'))
			flat->p[flat->n++] = *p;
		ck_assert_uint_lt(flat->n, sizeof flat->p);
	}
	flat->p[flat->n] = '\0';
	return 0;
}

START_TEST(the_schemas_are_json)
{
	static void (*const schema[])(
	    struct out *) = { render_schema_report, render_schema_history };

	for (size_t i = 0; i < sizeof schema / sizeof *schema; i++) {
		struct flat flat = { .n = 0 };
		struct out o;

		out_init(&o, flatten, &flat);
		schema[i](&o);
		ck_assert_int_eq(out_finish(&o), 0);
		ck_assert_str_eq(json_value(flat.p, 0), "");
	}
}
END_TEST

static int refuse(void *ctx, const char *p, size_t n)
{
	(void)ctx;
	(void)p;
	(void)n;
	return -1;
}

START_TEST(a_full_disk_is_told_once_at_the_end)
{
	struct shop s;
	struct out o;

	mixed(&s);
	for (size_t i = 0; render_at(i); i++) {
		out_init(&o, refuse, NULL);
		render_at(i)->render(&o, &s.report, &(struct nines_style){ 80, 1, 0, 1 });
		ck_assert_int_ne(out_finish(&o), 0);
	}
}
END_TEST

SUITE("render", every_renderer_has_a_name_and_is_found_by_it, a_report_reads_well_at_any_width,
    no_line_is_wider_than_the_page, json_holds_what_the_text_says_and_more, every_state_says_why,
    what_was_not_read_is_said_first_and_last, a_report_on_nothing_says_so,
    as_many_digits_as_it_takes, no_sli_is_rounded_across_its_target,
    what_was_bad_never_seems_to_have_been_allowed, budget_left_has_sensible_digits,
    slice_ratios_keep_their_verdict, hostile_text_is_shown_and_does_nothing,
    no_byte_at_any_position_reaches_a_terminal_raw, long_names_and_words_are_never_cut,
    values_without_meaning_are_null_in_json, the_schemas_are_json,
    a_full_disk_is_told_once_at_the_end)
