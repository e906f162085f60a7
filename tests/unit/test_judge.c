#include "suite.h"

#include <stdio.h>
#include <string.h>

#include "judge_model.h"

/* Says yes to "y", no to "n", and gives up on RUNAWAY. */
#define P       "'^(y|(a+)+)$'"
#define RUNAWAY "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!"

static struct spec *parse(const char *journeys)
{
	static const char head[] = "version: 1\nlogs: { format: combined+time }\n";
	struct nines_error err = { 0 };
	struct spec *spec = NULL;
	char text[40000];
	int n = snprintf(text, sizeof text, "%s%s", head, journeys);
	enum nines_status rc;

	ck_assert(n > 0 && (size_t)n < sizeof text);
	rc = spec_build(
	    &spec, nines_io_system(), "nines.yaml", (struct str){ text, (size_t)n }, &err);
	if (rc == NINES_E_SYNTAX)
		ck_abort_msg("%u: %s", spec->diag.finding[0].line, spec->diag.finding[0].text);
	ck_assert_msg(rc == NINES_OK, "%s", err.text);
	return spec;
}

static struct judge *judge_of(const struct spec *spec)
{
	struct judge *judge;

	ck_assert_int_eq(judge_new(&judge, spec, 0, NULL), NINES_OK);
	return judge;
}

/* Fields that no rule asks for have no slot. */
static int slot_of(const struct spec *spec, const char *field)
{
	for (int slot = 0; slot < format_slots(spec->format); slot++)
		if (str_is(format_slot_name(spec->format, slot), field))
			return slot;
	return -1;
}

static void set(const struct spec *spec, struct record *r, const char *field, const char *value)
{
	int slot = slot_of(spec, field);

	if (slot < 0)
		return;
	r->field[slot] = str_of(value);
	r->have |= UINT64_C(1) << slot;
}

static void lack(const struct spec *spec, struct record *r, const char *field)
{
	r->have &= ~(UINT64_C(1) << slot_of(spec, field));
}

/* ---- truth ---- */

static const enum judge_truth truths[] = { JUDGE_NO, JUDGE_YES, JUDGE_MISSING, JUDGE_LIMIT };

static void set_truth(
    const struct spec *spec, struct record *r, const char *field, enum judge_truth t)
{
	static const char *const value[] = {
		[JUDGE_NO] = "n", [JUDGE_YES] = "y", [JUDGE_LIMIT] = RUNAWAY
	};

	if (t == JUDGE_MISSING)
		lack(spec, r, field);
	else
		set(spec, r, field, value[t]);
}

static int any_is(const enum judge_truth *t, enum judge_truth wanted)
{
	return t[0] == wanted || t[1] == wanted || t[2] == wanted;
}

static enum judge_truth all_of(const enum judge_truth *t)
{
	if (any_is(t, JUDGE_NO))
		return JUDGE_NO;
	return any_is(t, JUDGE_LIMIT)  ? JUDGE_LIMIT
	    : any_is(t, JUDGE_MISSING) ? JUDGE_MISSING
	                               : JUDGE_YES;
}

static enum judge_truth any_of(const enum judge_truth *t)
{
	if (any_is(t, JUDGE_YES))
		return JUDGE_YES;
	return any_is(t, JUDGE_LIMIT)  ? JUDGE_LIMIT
	    : any_is(t, JUDGE_MISSING) ? JUDGE_MISSING
	                               : JUDGE_NO;
}

static enum judge_truth not(enum judge_truth t) {
	return t == JUDGE_NO ? JUDGE_YES
	    : t == JUDGE_YES ? JUDGE_NO
	                     : t;
}

START_TEST(rules_follow_kleenes_logic_in_every_combination)
{
	static const char *const field[] = { "method", "referer", "agent" };
	struct spec *spec = parse(
	    "journeys:\n  - name: j\n    slis:\n"
	    "    - { name: all, good: { method: " P ", referer: " P ", agent: " P " } }\n"
	    "    - { name: any, good: [ { method: " P " }, { referer: " P " }, { agent: " P
	    " } ] }\n"
	    "    - { name: not, good: { not: { method: " P " } } }\n"
	    "    - name: none\n"
	    "      good: { not: [ { method: " P " }, { referer: " P " }, { agent: " P " } ] }\n");
	struct judge *judge = judge_of(spec);
	struct record r = { 0 };

	for (int i = 0; i < 64; i++) {
		enum judge_truth t[] = { truths[i % 4], truths[i / 4 % 4], truths[i / 16] };

		for (int k = 0; k < 3; k++)
			set_truth(spec, &r, field[k], t[k]);
		ck_assert_int_eq(judge_rule(judge, spec->sli[0]->good, &r), all_of(t));
		ck_assert_int_eq(judge_rule(judge, spec->sli[1]->good, &r), any_of(t));
		ck_assert_int_eq(judge_rule(judge, spec->sli[2]->good, &r), not(t[0]));
		ck_assert_int_eq(judge_rule(judge, spec->sli[3]->good, &r), not(any_of(t)));
	}
	ck_assert_int_eq(judge_rule(judge, NULL, &r), JUDGE_YES);
	judge_free(judge);
	spec_free(spec);
}
END_TEST

START_TEST(durations_are_within_up_to_and_including_the_threshold)
{
	static const struct {
		const char *value;
		enum judge_truth truth;
	} row[] = {
		{ "0.999", JUDGE_YES },
		{ "1.000", JUDGE_YES },
		{ "1.001", JUDGE_NO },
		{ "-", JUDGE_MISSING },
		{ "", JUDGE_MISSING },
		{ "soon", JUDGE_MISSING },
		{ "0.5, 0.5", JUDGE_YES },
	};
	struct spec *spec =
	    parse("journeys: [ { name: j, slis: [ { name: s, good: { within: 1s } } ] } ]\n");
	struct judge *judge = judge_of(spec);
	struct record r = { 0 };

	ck_assert_int_eq(judge_rule(judge, spec->sli[0]->good, &r), JUDGE_MISSING);
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		set(spec, &r, "duration", row[i].value);
		ck_assert_msg(
		    judge_rule(judge, spec->sli[0]->good, &r) == row[i].truth, "%s", row[i].value);
	}
	judge_free(judge);
	spec_free(spec);
}
END_TEST

START_TEST(line_rules_search_the_raw_line)
{
	struct spec *spec = parse(
	    "journeys: [ { name: j, slis: [ { name: s, good: { line: ' 2\\d\\d$' } } ] } ]\n");
	struct judge *judge = judge_of(spec);
	struct record r = { .line = STR("GET / 200") };

	ck_assert_int_eq(judge_rule(judge, spec->sli[0]->good, &r), JUDGE_YES);
	r.line = STR("GET / 200 ");
	ck_assert_int_eq(judge_rule(judge, spec->sli[0]->good, &r), JUDGE_NO);
	judge_free(judge);
	spec_free(spec);
}
END_TEST

/* ---- events ---- */

#define SHOP                                                                          \
	"ignore: [ { agent: probe } ]\n"                                              \
	"journeys:\n"                                                                 \
	"  - name: checkout\n"                                                        \
	"    valid: { method: '^POST$', path: '^/buy$' }\n"                           \
	"    slis:\n"                                                                 \
	"    - { name: availability, good: { status: '^[234]' } }\n"                  \
	"    - { name: latency, valid: { status: '^[23]' }, good: { within: 1s } }\n" \
	"    - { name: excluding, good: { within: 1s }, missing: exclude }\n"         \
	"    - { name: errors, bad: { status: '^5' } }\n"                             \
	"  - name: browse\n"                                                          \
	"    valid: { method: '^GET$' }\n"                                            \
	"    slis:\n"                                                                 \
	"    - { name: availability, good: { status: '^[234]' } }\n"

/* Per SLI: '.' not valid, 'g' good, 'b' bad, 'B' bad and missing, 'x' not valid and missing. */
static void read_verdict(const struct verdict *v, size_t slis, char *to)
{
	for (size_t i = 0; i < slis; i++) {
		const struct verdict_hit hit = verdict_of(v, i);
		const int valid = hit.valid, good = hit.good, missing = hit.missing;

		ck_assert(good <= valid);
		to[i] = good ? 'g' : valid ? missing ? 'B' : 'b' : missing ? 'x' : '.';
	}
	to[slis] = '\0';
}

START_TEST(events_are_judged_sli_by_sli)
{
	static const struct {
		const char *method, *path, *status, *duration, *verdict;
	} row[] = {
		{ "POST", "/buy", "200", "0.5", "gggg." },
		{ "POST", "/buy", "200", "1.5", "gbbg." },
		{ "POST", "/buy", "502", "0.5", "b.gb." },
		{ "POST", "/buy", "404", "0.5", "g.gg." },
		{ "POST", "/buy", "200", "-", "gBxg." },
		{ "POST", "/buy", "200", NULL, "gBxg." },
		{ "POST", "/buy", NULL, "0.5", "B.gB." },
		{ "POST", "/cart", "200", "0.5", "....." },
		{ "GET", "/buy", "200", "0.5", "....g" },
		{ "GET", "/", "500", "0.5", "....b" },
		{ "GET", NULL, NULL, NULL, "....B" },
		{ NULL, "/buy", "200", "0.5", "....." },
	};
	struct spec *spec = parse(SHOP);
	struct judge *judge = judge_of(spec);
	const struct verdict *v;
	char verdict[8];

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct record r = { 0 };

		if (row[i].method != NULL)
			set(spec, &r, "method", row[i].method);
		if (row[i].path != NULL)
			set(spec, &r, "path", row[i].path);
		if (row[i].status != NULL)
			set(spec, &r, "status", row[i].status);
		if (row[i].duration != NULL)
			set(spec, &r, "duration", row[i].duration);
		v = judge_event(judge, &r);
		ck_assert(v != NULL && !v->ignored);
		read_verdict(v, spec->slis, verdict);
		ck_assert_msg(strcmp(verdict, row[i].verdict) == 0, "row %zu: %s", i, verdict);
	}
	judge_free(judge);
	spec_free(spec);
}
END_TEST

START_TEST(ignored_events_are_not_judged)
{
	struct spec *spec = parse(SHOP);
	struct judge *judge = judge_of(spec);
	struct record r = { 0 };
	const struct verdict *v;

	set(spec, &r, "method", "GET");
	set(spec, &r, "status", "200");
	set(spec, &r, "agent", "kube-probe/1.30");
	v = judge_event(judge, &r);
	ck_assert(v != NULL && v->ignored && v->hits == 0);
	lack(spec, &r, "agent");
	v = judge_event(judge, &r);
	ck_assert(v != NULL && !v->ignored && v->hits > 0);
	judge_free(judge);
	spec_free(spec);
}
END_TEST

START_TEST(a_regex_that_gives_up_rejects_the_line_only_where_it_decides)
{
	struct spec *spec = parse("ignore: { agent: " P ", path: '^/probe$' }\n"
	                          "journeys:\n"
	                          "  - name: j\n"
	                          "    valid: { method: '^GET$' }\n"
	                          "    slis: [ { name: s, good: { referer: " P " } } ]\n");
	struct judge *judge = judge_of(spec);
	static const struct {
		const char *method, *path, *agent, *referer;
		int judged;
	} row[] = {
		{ "GET", "/", RUNAWAY, "y", 1 },
		{ "GET", "/probe", RUNAWAY, "y", 0 },
		{ "GET", "/", "n", RUNAWAY, 0 },
		{ "POST", "/", "n", RUNAWAY, 1 },
		{ "GET", "/probe", "y", RUNAWAY, 1 },
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct record r = { 0 };

		set(spec, &r, "method", row[i].method);
		set(spec, &r, "path", row[i].path);
		set(spec, &r, "agent", row[i].agent);
		set(spec, &r, "referer", row[i].referer);
		ck_assert_msg((judge_event(judge, &r) != NULL) == row[i].judged, "row %zu", i);
	}
	judge_free(judge);
	spec_free(spec);
}
END_TEST

/* 200 SLIs in 20 journeys that share predicates: the answers are those of each rule alone. */
START_TEST(shared_predicates_give_what_each_rule_gives_alone)
{
	char text[20000];
	size_t at = 0;
	struct spec *spec;
	struct judge *judge;

	at += (size_t)snprintf(text, sizeof text, "journeys:\n");
	for (int j = 0; j < 20; j++) {
		at += (size_t)snprintf(text + at, sizeof text - at,
		    "  - { name: j%d, valid: { path: '^/p%d' }, slis: [", j, j % 5);
		for (int i = 0; i < 10; i++)
			at += (size_t)snprintf(text + at, sizeof text - at,
			    "{ name: s%d, good: { status: '^%d', within: %dms } },", i, i % 3 + 2,
			    i % 4 * 100 + 100);
		at += (size_t)snprintf(text + at, sizeof text - at, "] }\n");
	}
	spec = parse(text);
	judge = judge_of(spec);
	ck_assert_uint_gt(spec->slis, 3 * 64);
	for (int i = 0; i < 100; i++) {
		static const char *const path[] = { "/p0", "/p1", "/p2x", "/p3", "/p4", "/q", "" };
		static const char *const status[] = { "200", "301", "404", "500" };
		static const char *const duration[] = { "0.05", "0.15", "0.3", "0.35", "9" };
		struct record r = { 0 };
		const struct verdict *v;

		set(spec, &r, "path", path[i % 7]);
		set(spec, &r, "status", status[i % 4]);
		set(spec, &r, "duration", duration[i % 5]);
		v = judge_event(judge, &r);
		ck_assert_ptr_nonnull(v);
		for (size_t j = 0; j < spec->journeys; j++)
			for (size_t s = 0; s < spec->journey[j].slis; s++) {
				const struct spec_sli *sli = &spec->journey[j].sli[s];
				int valid =
				    judge_rule(judge, spec->journey[j].valid, &r) == JUDGE_YES;
				int good = valid && judge_rule(judge, sli->good, &r) == JUDGE_YES;

				ck_assert_int_eq(verdict_of(v, sli->index).valid, valid);
				ck_assert_int_eq(verdict_of(v, sli->index).good, good);
			}
	}
	judge_free(judge);
	spec_free(spec);
}
END_TEST

/* Values of all lengths, often and in turns, so that they are kept, met again and thrown out. */
START_TEST(what_is_kept_of_brief_values_is_what_the_rules_say)
{
	static const char *const value[] = { "", "G", "GE", "GET", "GETS", "POST", "PATCH",
		"DELETE", "OPTIONS", "PROPFIND", "PROPPATCH", "2", "20", "200", "299", "2000",
		"404", "\x80" };
	struct spec *spec =
	    parse("journeys:\n"
	          "  - name: a\n"
	          "    valid: { method: '^(GET|POST|PROPFIND)$' }\n"
	          "    slis:\n"
	          "    - { name: x, good: { status: '^2' } }\n"
	          "    - { name: y, valid: { status: '0' }, good: { method: 'S' } }\n"
	          "  - name: b\n"
	          "    valid: { method: " P " }\n"
	          "    slis:\n"
	          "    - { name: z, good: { status: " P " } }\n");
	const size_t values = sizeof value / sizeof *value;
	struct judge *used = judge_of(spec);

	for (size_t i = 0; i < 3 * values * values; i++) {
		struct judge *fresh = judge_of(spec);
		const struct verdict *kept, *said;
		struct record r = { 0 };

		set(spec, &r, "method", value[i % values]);
		set(spec, &r, "status", value[i / values % values]);
		if (i % 5 == 0)
			set(spec, &r, "status", RUNAWAY);
		if (i % 7 == 0)
			lack(spec, &r, "method");
		kept = judge_event(used, &r);
		said = judge_event(fresh, &r);
		ck_assert_int_eq(kept != NULL, said != NULL);
		for (size_t sli = 0; kept != NULL && sli < spec->slis; sli++) {
			const struct verdict_hit a = verdict_of(kept, sli),
			                         b = verdict_of(said, sli);

			ck_assert(a.valid == b.valid && a.good == b.good && a.missing == b.missing);
		}
		judge_free(fresh);
	}
	judge_free(used);
	spec_free(spec);
}
END_TEST

/* The text lies at each place about the end of what is looked at in one go, in the one line that
 * has it, in one that ends within it, and with other blocks before and behind. */
START_TEST(a_text_is_found_wherever_in_a_block_it_is)
{
	static const char text[] = "POST /buy";
	struct spec *spec = parse(
	    "journeys: [ { name: j, slis: [ { name: s, good: { line: 'POST /buy' } } ] } ]\n");
	struct judge *judge = judge_of(spec);
	static char block[20000];

	for (size_t at = 8192 - 30; at < 8192 + 30; at++) {
		for (size_t i = 0; i < sizeof block; i++)
			block[i] = i % 100 == 99 ? '\n' : 'P';
		memcpy(block + at, text, sizeof text - 1);
		judge_see(judge, (struct str){ block, sizeof block });
		for (size_t from = 0; from < sizeof block; from += 100) {
			struct record r = { .line = { block + from, 99 } };
			const int is_in = at >= from && at + sizeof text - 1 <= from + 99;

			ck_assert_msg(judge_rule(judge, spec->sli[0]->good, &r) ==
			        (is_in ? JUDGE_YES : JUDGE_NO),
			    "at %zu, line from %zu", at, from);
			r.line = STR("a POST /buy from elsewhere");
			ck_assert_int_eq(judge_rule(judge, spec->sli[0]->good, &r), JUDGE_YES);
		}
	}
	judge_free(judge);
	spec_free(spec);
}
END_TEST

/* ---- the model ---- */

static uint64_t draw(uint64_t *seed, uint64_t n)
{
	*seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (*seed >> 33) % n;
}

struct text {
	char text[30000];
	size_t n;
};

static void put(struct text *t, const char *s)
{
	const size_t n = strlen(s);

	ck_assert_uint_lt(t->n + n, sizeof t->text);
	memcpy(t->text + t->n, s, n + 1);
	t->n += n;
}

static const char *const predicates[] = {
	"method: '^GET$'",
	"method: '^(GET|POST)$'",
	"method: 'S'",
	"method: " P,
	"status: '^[23]'",
	"status: '^5'",
	"status: '^(200|404)$'",
	"path: '^/$'",
	"path: '^/p/[0-9]'",
	"path: '^/p/[0-9]+$'",
	"path: '^/(p|c|search)(/|$)'",
	"path: '^/api/cart$'",
	"path: '^/api/cart'",
	"path: '^/api/completePurchase$'",
	"path: '^/search$'",
	"path: '^/searchs?$'",
	"path: '^/(a|b|c|d|e|f|g|h|i|j|k|l)/'",
	"path: '^/s\\b'",
	"path: 'cart'",
	"path: '^/[^/]*$'",
	"path: '^/p|^/p/1|^/[a-z]|^/.*'",
	"path: '^/(p|p/|p/1|search|s.a)'",
	"agent: 'bot'",
	"agent: 'kube-probe/1\\.\\d'",
	"agent: " P,
	"referer: " P,
	"within: 300ms",
	"within: 1s",
	"within: 248ms",
	"within: 300500us",
	"within: 999ms",
	"within: 9999ms",
	"within: 10s",
	"within: 12345ms",
	"within: 1001ms",
	"within: 1m",
	"line: 'GET'",
	"line: 'POST\t/api'",
	"line: '\t[45][0-9][0-9]\t'",
	"line: '/p/[0-9]\t'",
	"line: 'kube-probe/1.30$'",
	"line: '(bot|probe)'",
	"line: 'ab+c'",
};

static void put_predicates(struct text *t, uint64_t *seed)
{
	char used[8][16];
	size_t n = 1 + draw(seed, 3), k = 0;

	put(t, "{ ");
	for (size_t tries = 0; tries < 9 && k < n; tries++) {
		const char *p = predicates[draw(seed, sizeof predicates / sizeof *predicates)];
		const size_t key = strcspn(p, ":");
		size_t i = 0;

		while (i < k && (strlen(used[i]) != key || strncmp(used[i], p, key) != 0))
			i++;
		if (i < k)
			continue;
		(void)snprintf(used[k++], sizeof *used, "%.*s", (int)key, p);
		put(t, k > 1 ? ", " : "");
		put(t, p);
	}
	put(t, " }");
}

static void put_rule(struct text *t, uint64_t *seed, unsigned depth)
{
	const uint64_t kind = depth == 0 ? 0 : draw(seed, 6);
	const size_t n = 1 + draw(seed, 3);

	if (kind < 4) {
		put_predicates(t, seed);
	} else if (kind == 4) {
		put(t, "{ not: ");
		put_rule(t, seed, depth - 1);
		put(t, " }");
	} else {
		put(t, "[ ");
		for (size_t i = 0; i < n; i++) {
			put(t, i > 0 ? ", " : "");
			put_rule(t, seed, depth - 1);
		}
		put(t, " ]");
	}
}

static struct spec *random_spec(uint64_t *seed)
{
	static const size_t sizes[] = { 1, 2, 3, 10, 40, 70 };
	const size_t journeys = sizes[draw(seed, 6)];
	static struct text t;

	t.n = 0;
	if (draw(seed, 3) == 0) {
		put(&t, "ignore: ");
		put_rule(&t, seed, 1);
		put(&t, "\n");
	}
	put(&t, "journeys:\n");
	for (size_t k = 0; k < journeys; k++) {
		char name[64];

		(void)snprintf(name, sizeof name, "  - name: j%zu\n", k);
		put(&t, name);
		if (draw(seed, 8) > 0) {
			put(&t, "    valid: ");
			put_rule(&t, seed, 1);
			put(&t, "\n");
		}
		put(&t, "    slis:\n");
		for (size_t i = 0, n = 1 + draw(seed, 2); i < n; i++) {
			(void)snprintf(name, sizeof name, "    - { name: s%zu, %s", i,
			    draw(seed, 4) == 0 ? "missing: exclude, " : "");
			put(&t, name);
			if (draw(seed, 3) == 0) {
				put(&t, "valid: ");
				put_rule(&t, seed, 1);
				put(&t, ", ");
			}
			put(&t, draw(seed, 4) == 0 ? "bad: " : "good: ");
			put_rule(&t, seed, 2);
			put(&t, " }\n");
		}
	}
	return parse(t.text);
}

/* Words in the order of `fields`; the last is what is met at the end of a line.  A '@' is a zero
 * byte. */
static const char *const fields[] = { "method", "path", "status", "duration", "referer", "agent",
	NULL };

static void put_line(struct text *t, uint64_t *seed)
{
	static const char *const word[][12] = {
		{ "GET", "GET", "POST", "OPTIONS", "PROPFIND", "", "~", "y", "G", RUNAWAY, "S",
		    "PUT" },
		{ "/", "/p/1", "/p/12345678", "/c", "/search", "/searchs", "/api/cart",
		    "/api/completePurchase", "/api/carts/1", "~", "", "/p/1@" },
		{ "200", "200", "301", "404", "500", "503", "20", "~", "", "2000000", "12345678",
		    "4" },
		{ "0.248", "0.300", "0.301", "1.000", "1.001", "-", "~", "9.999", "soon", "9.x99",
		    "0.2", "12.345" },
		{ "-", "y", "n", RUNAWAY, "~", "", "/p/1", "GET", "bot", "y", "n", "x" },
		{ "bot/1", "kube-probe/1.30", "kube-probe/1x3", "y", RUNAWAY, "~", "", "abbc",
		    "abc",
		    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:134.0) Gecko/20100101 Firefox/134.0",
		    "200", "GET" },
	};
	const size_t from = t->n;

	for (size_t i = 0; i < 6; i++) {
		put(t, i > 0 ? "\t" : "");
		put(t, word[i][draw(seed, 12)]);
	}
	for (char *p = t->text + from; (p = strchr(p, '@')) != NULL; p++)
		*p = '\0';
	put(t, "\n");
}

/* Blocks of lines: told of, told of too late, or not at all. */
static void judge_block(const struct spec *spec, struct pattern_scratch *scratch,
    struct judge *judge, struct str block, int told)
{
	static struct model_counts counts;
	struct record r;

	if (told)
		judge_see(judge, block);
	for (size_t at = 0; at < block.n;) {
		const size_t end = str_find(block, at, '\n');
		const struct str line = { block.p + at, end - at };

		model_cut(spec, line, fields, &r);
		ck_assert_msg(model_agrees(spec, scratch, judge, &r, &counts), "%.*s\n%.*s",
		    STR_ARG(line), STR_ARG(spec->text));
		at = end + 1;
	}
	ck_assert_msg(model_settles(judge, &counts), "%.*s", STR_ARG(spec->text));
}

START_TEST(any_judge_says_what_plain_evaluation_says)
{
	struct pattern_scratch *scratch = NULL;
	uint64_t seed = 1;

	ck_assert_int_eq(pattern_scratch_new(&scratch, 0, NULL), NINES_OK);
	for (int k = 0; k < 300; k++) {
		struct spec *spec = random_spec(&seed);
		struct judge *judge = judge_of(spec);
		static struct text t;

		for (uint64_t block = 0; block < 4; block++) {
			t.n = 0;
			for (int i = 0, n = block == 3 && k % 8 == 0 ? 300 : 30; i < n; i++)
				put_line(&t, &seed);
			/* Of a size of its own, so that a step outside it is seen. */
			char *const own = malloc(t.n);

			ck_assert_ptr_nonnull(own);
			memcpy(own, t.text, t.n);
			judge_block(spec, scratch, judge, (struct str){ own, t.n }, block % 4 != 2);
			judge_see(judge, (struct str){ NULL, 0 });
			free(own);
		}
		judge_free(judge);
		spec_free(spec);
	}
	pattern_scratch_free(scratch);
}
END_TEST

/* Of many kinds, all of which may be kept. */
static void put_plain_line(struct text *t, uint64_t *seed)
{
	static const char *const method[] = { "GET", "POST", "PUT", "S", "G", "x" };
	static const char *const path[] = { "/", "/p", "/p/1", "/api/cart", "/c", "x" };
	static const char *const status[] = { "200", "299", "302", "404", "50", "500" };
	char line[64];

	(void)snprintf(line, sizeof line, "%s\t%s\t%s\t%d.%d00\t-\tx\n", method[draw(seed, 6)],
	    path[draw(seed, 6)], status[draw(seed, 6)], (int)draw(seed, 2), (int)draw(seed, 10));
	put(t, line);
}

/* More kinds of lines than verdicts are kept: some are forgotten and met again. */
START_TEST(verdicts_that_find_no_room_are_said_all_the_same)
{
	struct pattern_scratch *scratch = NULL;
	struct spec *spec =
	    parse("journeys:\n"
	          "  - name: a\n"
	          "    valid: { path: '^/' }\n"
	          "    slis:\n"
	          "    - { name: a, good: { method: '^GET$' } }\n"
	          "    - { name: b, good: { method: '^(POST|S)$' } }\n"
	          "    - { name: c, missing: exclude, good: { not: { method: '^(PUT|S)$' } } }\n"
	          "    - { name: d, bad: { status: '^5' } }\n"
	          "    - { name: e, good: [ { status: '^20' }, { within: 150ms } ] }\n"
	          "    - { name: f, good: [ { status: '^[23]' }, { within: 250ms } ] }\n"
	          "    - { name: g, good: { within: 350ms } }\n"
	          "    - { name: h, missing: exclude, good: { within: 1s, status: '0' } }\n"
	          "    - { name: i, valid: { within: 1s }, good: { status: '^[0-9]{3}$' } }\n"
	          "  - name: b\n"
	          "    valid: { path: '^/p' }\n"
	          "    slis: [ { name: s, good: { method: 'G' } } ]\n"
	          "  - name: c\n"
	          "    valid: { path: '^/api/cart$' }\n"
	          "    slis: [ { name: s, good: { method: '^[A-Z]' } } ]\n"
	          "  - name: d\n"
	          "    valid: { path: '^/[^/]*$' }\n"
	          "    slis: [ { name: s, good: { within: 1500ms, method: 'S' } } ]\n");
	struct judge *judge = judge_of(spec);
	static struct text t;
	uint64_t seed = 7;
	size_t kept = 0, own = 0;

	ck_assert_int_eq(pattern_scratch_new(&scratch, 0, NULL), NINES_OK);
	for (int block = 0; block < 100; block++) {
		t.n = 0;
		for (int i = 0; i < 100; i++)
			block % 2 ? put_line(&t, &seed) : put_plain_line(&t, &seed);
		judge_block(spec, scratch, judge, (struct str){ t.text, t.n }, 0);
	}
	/* Unsettled for long. */
	for (int i = 0; i < 3000; i++) {
		struct record r;

		t.n = 0;
		put_plain_line(&t, &seed);
		model_cut(spec, (struct str){ t.text, t.n - 1 }, fields, &r);
		*(judge_event(judge, &r)->kept ? &kept : &own) += 1;
	}
	ck_assert(kept > 1000 && own > 1000);
	judge_free(judge);
	pattern_scratch_free(scratch);
	spec_free(spec);
}
END_TEST

SUITE("judge", verdicts_that_find_no_room_are_said_all_the_same,
    rules_follow_kleenes_logic_in_every_combination,
    durations_are_within_up_to_and_including_the_threshold, line_rules_search_the_raw_line,
    events_are_judged_sli_by_sli, ignored_events_are_not_judged,
    a_regex_that_gives_up_rejects_the_line_only_where_it_decides,
    shared_predicates_give_what_each_rule_gives_alone,
    what_is_kept_of_brief_values_is_what_the_rules_say, a_text_is_found_wherever_in_a_block_it_is,
    any_judge_says_what_plain_evaluation_says)
