#include "tally_room.h"

#include <stdio.h>
#include <string.h>

#include "mem.h"
#include "partial.h"

#define SLIS 3
static const char *const names[SLIS] = { "shop/availability", "shop/late ncy", "shop/av" };

static uint64_t draw(uint64_t *seed)
{
	*seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return *seed >> 33;
}

/* ---- text ---- */

struct text {
	char *p;
	size_t n;
};

static int append(void *ctx, const char *p, size_t n)
{
	struct text *text = ctx;

	text->p = realloc(text->p, text->n + n + 1);
	ck_assert_ptr_nonnull(text->p);
	memcpy(text->p + text->n, p, n);
	text->n += n;
	text->p[text->n] = '\0';
	return 0;
}

static struct text text_of(struct partial *partial)
{
	struct text text = { calloc(1, 1), 0 };
	struct out o;

	out_init(&o, append, &text);
	ck_assert_int_eq(partial_write(partial, &o, NULL), NINES_OK);
	ck_assert_int_eq(out_finish(&o), 0);
	return text;
}

static struct partial *empty(void)
{
	struct partial *partial;

	ck_assert_int_eq(partial_new(&partial, NULL), NINES_OK);
	return partial;
}

static enum nines_status add_text(struct partial *into, const char *p, struct nines_error *err)
{
	enum nines_status rc = NINES_OK;

	for (uint64_t line = 1; *p != '\0' && rc == NINES_OK; line++) {
		const size_t n = strcspn(p, "\n");

		rc = partial_add_line(into, (struct str){ p, n }, "part", line, err);
		p += n + (p[n] == '\n');
	}
	return rc;
}

static void ck_add(struct partial *into, const char *p)
{
	struct nines_error err = { 0 };

	if (add_text(into, p, &err) != NINES_OK)
		ck_abort_msg("%s:%u: %s", err.source, err.line, err.text);
}

/* ---- what is counted ---- */

struct event {
	int64_t at;
	uint64_t bits;
};

static struct event event_of(uint64_t *seed)
{
	struct event e;

	e.at = INT64_C(1735689600) + (int64_t)(draw(seed) % 3000) - 1500;
	e.bits = draw(seed);
	return e;
}

static void count(struct tally *t, const struct event *e)
{
	struct tally_row *row = tally_room_at(t, e->at);

	row->lines++;
	if (!(e->bits & 1))
		return;
	row->judged++;
	for (size_t i = 0; i < t->slis; i++) {
		row->cell[i].valid += e->bits >> (2 * i + 1) & 1;
		row->cell[i].good += e->bits >> (2 * i + 1) & e->bits >> (2 * i + 2) & 1;
		row->cell[i].missing += e->bits >> (i + 8) & 1;
	}
}

static void add_part(struct partial *into, struct tally *t, uint64_t hash, uint64_t config)
{
	const struct item item[] = { { "lines", 7 }, { "unparsed.time", 0 }, { "bytes", 99 } };
	const struct partial_source source[] = {
		{ .hash = hash,
		    .name = "a log|%\t\xff",
		    .status = "ok",
		    .decoder = "plain",
		    .item = item,
		    .items = 3 },
		{ .hash = hash + 1,
		    .name = "b.log",
		    .status = "truncated",
		    .note = "ends early: \"x\"",
		    .item = item,
		    .items = 1 },
	};
	const struct partial_part part = { .tally = t,
		.name = names,
		.config = config,
		.source = source,
		.sources = 2,
		.since = NINES_NEVER,
		.until = NINES_NEVER,
		.item = item,
		.items = 3 };
	struct nines_error err = { 0 };

	tally_room_settle(t);
	if (partial_add(into, &part, &err) != NINES_OK)
		ck_abort_msg("%s", err.text);
}

/* `parts` parts of random events, every one's text by itself, and all counted at once in *whole. */
static struct text *random_parts(uint64_t seed, size_t parts, struct tally *whole)
{
	struct text *text = calloc(parts, sizeof *text);

	tally_init(whole, SLIS, 60);
	for (size_t i = 0; i < parts; i++) {
		struct partial *partial = empty();
		struct tally t;

		tally_init(&t, SLIS, 60);
		for (uint64_t k = draw(&seed) % 200; k > 0; k--) {
			const struct event e = event_of(&seed);

			count(&t, &e);
			count(whole, &e);
		}
		add_part(partial, &t, 1000 * (i + 1), 5);
		text[i] = text_of(partial);
		partial_free(partial);
		tally_fini(&t);
	}
	return text;
}

static size_t faults_of(struct partial *partial, int allow_duplicates, char *kinds)
{
	static const char letter[] = "NUCBDT";
	struct mem_arena arena = { 0 };
	struct partial_fault *fault;
	size_t faults;

	ck_assert_int_eq(
	    partial_check(partial, allow_duplicates, &arena, &fault, &faults, NULL), NINES_OK);
	for (size_t i = 0; i < faults; i++) {
		ck_assert_uint_gt(strlen(fault[i].text), 0);
		if (kinds != NULL)
			*kinds++ = letter[fault[i].kind];
	}
	if (kinds != NULL)
		*kinds = '\0';
	mem_arena_fini(&arena);
	return faults;
}

static size_t text_faults(const char *text, char *kinds)
{
	struct partial *partial = empty();
	size_t faults;

	if (add_text(partial, text, NULL) == NINES_OK)
		faults = faults_of(partial, 0, kinds);
	else
		faults = 1;
	partial_free(partial);
	return faults;
}

static void ck_kinds(const char *text, const char *want)
{
	char kinds[64];

	(void)text_faults(text, kinds);
	ck_assert_str_eq(kinds, want);
}

/* ---- splitting and shuffling ---- */

struct lines {
	char **line;
	size_t n;
};

static struct lines lines_of(char *text)
{
	struct lines lines = { calloc(strlen(text) + 1, sizeof(char *)), 0 };

	for (char *p = strtok(text, "\n"); p != NULL; p = strtok(NULL, "\n"))
		lines.line[lines.n++] = p;
	return lines;
}

static void shuffle(struct lines *lines, uint64_t *seed)
{
	for (size_t i = lines->n; i > 1; i--) {
		const size_t k = draw(seed) % i;
		char *line = lines->line[k];

		lines->line[k] = lines->line[i - 1];
		lines->line[i - 1] = line;
	}
}

/* The combiner: these lines, added up and written again. */
static char *combine(char *const *line, size_t n)
{
	struct partial *partial = empty();
	struct text text;

	for (size_t i = 0; i < n; i++)
		ck_assert_int_eq(partial_add_line(partial, (struct str){ line[i], strlen(line[i]) },
		                     "", 0, NULL),
		    NINES_OK);
	text = text_of(partial);
	partial_free(partial);
	return text.p;
}

/* Shuffles the lines, cuts them into pieces and adds each piece up; again, `rounds` times. */
static char *merge_anyhow(char *text, unsigned rounds, uint64_t *seed)
{
	while (rounds-- > 0) {
		struct lines lines = lines_of(text);
		struct text next = { calloc(1, 1), 0 };
		size_t from = 0, to;

		shuffle(&lines, seed);
		for (; from < lines.n; from = to) {
			char *piece;

			to = from + 1 + draw(seed) % lines.n;
			to = to < lines.n ? to : lines.n;
			piece = combine(lines.line + from, to - from);
			append(&next, piece, strlen(piece));
			free(piece);
		}
		free(lines.line);
		free(text);
		text = next.p;
	}
	return text;
}

START_TEST(any_split_in_any_order_merged_in_any_tree_is_the_same_text)
{
	for (uint64_t seed = 1; seed <= 40; seed++) {
		const size_t parts = 1 + seed % 7;
		struct text all = { calloc(1, 1), 0 }, want, *text;
		struct partial *once = empty(), *anyhow = empty();
		struct tally whole;
		uint64_t chance = seed;
		char *merged;

		text = random_parts(seed, parts, &whole);
		for (size_t i = 0; i < parts; i++) {
			append(&all, text[i].p, text[i].n);
			free(text[i].p);
		}
		ck_add(once, all.p);
		want = text_of(once);
		merged = merge_anyhow(all.p, 1 + seed % 4, &chance);
		ck_add(anyhow, merged);
		free(merged);
		merged = text_of(anyhow).p;
		ck_assert_str_eq(merged, want.p);
		ck_assert_uint_eq(faults_of(anyhow, 0, NULL), 0);
		free(merged);
		free(want.p);
		free(text);
		tally_fini(&whole);
		partial_free(once);
		partial_free(anyhow);
	}
}
END_TEST

START_TEST(the_sum_of_parts_is_the_tally_of_all_events)
{
	for (uint64_t seed = 1; seed <= 20; seed++) {
		struct partial *partial = empty();
		struct tally whole, got;
		struct text *text = random_parts(seed, 5, &whole);

		for (size_t i = 0; i < 5; i++) {
			ck_add(partial, text[i].p);
			free(text[i].p);
		}
		ck_assert_int_eq(partial_tally(partial, names, SLIS, &got, NULL), NINES_OK);
		tally_room_same(&whole, &got);
		tally_fini(&whole);
		tally_fini(&got);
		free(text);
		partial_free(partial);
	}
}
END_TEST

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

START_TEST(the_text_is_sorted_as_bytes)
{
	static const char text[] =
	    "b/a|9960|60\t1 1 0\nb/a|120|60\t1 1 0\nb/a|12000|60\t1 1 0\n"
	    "b/a|-60|60\t1 1 0\nb/a-b|1735689600|60\t1 1 0\n"
	    "b/a|1735689600|3600\t1 1 0\nb/a|1735689600|60\t1 1 0\n"
	    "b/a|0|600\t1 1 0\nb/a|0|60\t1 1 0\n*|60|60\t3 2\nb/a%20|60|60\t1 1 0\n"
	    "b/a|1735693200|60\t1 1 0\n";
	struct partial *partial = empty();
	struct lines lines;
	struct text got;

	ck_add(partial, text);
	got = text_of(partial);
	lines = lines_of(got.p);
	ck_assert_uint_eq(lines.n, 12);
	for (size_t i = 1; i < lines.n; i++)
		ck_assert_int_lt(by_text(&lines.line[i - 1], &lines.line[i]), 0);
	free(lines.line);
	free(got.p);
	partial_free(partial);
}
END_TEST

/* ---- faults ---- */

/* Two parts, of two logs each. */
static char *example(void)
{
	struct partial *partial = empty();
	struct text text;

	for (uint64_t i = 0; i < 2; i++) {
		const struct event event[] = { { 1735689600 + (int64_t)i, 0x3ff },
			{ 1735689660, 0x7f }, { 1735689700 + 60 * (int64_t)i, 0x1c3 } };
		struct tally t;

		tally_init(&t, SLIS, 60);
		for (size_t k = 0; k < 3; k++)
			count(&t, &event[k]);
		add_part(partial, &t, 1000 * (i + 1), 5);
		tally_fini(&t);
	}
	text = text_of(partial);
	partial_free(partial);
	return text.p;
}

/* All lines but the i-th, which is put in `times` times. */
static char *with_line(const char *text, size_t i, unsigned times)
{
	struct text got = { calloc(1, 1), 0 };

	for (size_t line = 0; *text != '\0'; line++) {
		const size_t n = strcspn(text, "\n") + 1;

		for (unsigned k = 0; k < (line == i ? times : 1); k++)
			append(&got, text, n);
		text += n;
	}
	return got.p;
}

START_TEST(every_line_that_is_lost_or_doubled_is_found)
{
	char *text = example(), *changed;
	size_t lines = 0;

	ck_assert_uint_eq(text_faults(text, NULL), 0);
	for (const char *p = text; *p != '\0'; p++)
		lines += *p == '\n';
	ck_assert_uint_gt(lines, 12);
	for (size_t i = 0; i < lines; i++)
		for (unsigned times = 0; times <= 3; times++) {
			changed = with_line(text, i, times);
			ck_assert_uint_eq(text_faults(changed, NULL) > 0, times != 1);
			free(changed);
		}
	free(text);
}
END_TEST

/* Every byte of every line, changed to every printable one, to a TAB and a newline: found, unless
 * the text still means the same. */
START_TEST(every_line_that_is_changed_is_found)
{
	char *text = example();

	for (size_t i = 0; text[i] != '\0'; i++) {
		const char was = text[i];

		for (char to = '\t'; to <= '~'; to = to == '\n' ? ' ' : (char)(to + 1)) {
			text[i] = to;
			if (text_faults(text, NULL) == 0 && to != was)
				ck_abort_msg("byte %zu: %c to %c is not found", i, was, to);
		}
		text[i] = was;
	}
	free(text);
}
END_TEST

START_TEST(events_that_move_from_one_row_to_another_are_found)
{
	char *text = example(), *p = strstr(text, "shop/av|"), *q;

	p = strchr(p, '\t');
	q = strchr(p + 1, '\t');
	ck_assert_int_gt(p[1], '0');
	p[1]--;
	p[3] = '0';
	q[1]++;
	ck_assert_uint_gt(text_faults(text, NULL), 0);
	free(text);
}
END_TEST

START_TEST(each_fault_has_its_kind)
{
	struct partial *partial = empty();
	char *text = example(), *twice;
	struct tally t;

	ck_kinds("", "N");
	ck_kinds("\n\n", "N");
	ck_kinds("*|0|60\t1 1\n", "T");
	ck_kinds("~src|xxh3:0000000000000001|a\tv=1 part=0000000000000002 status=ok\n", "U");
	ck_kinds("*|0|60\t0 0\n*|0|120\t0 0\n", "B");
	twice = with_line(text, 0, 1);
	twice = realloc(twice, 2 * strlen(text) + 1);
	memcpy(twice + strlen(text), text, strlen(text) + 1);
	ck_kinds(twice, "DDDD");
	ck_add(partial, twice);
	ck_assert_uint_eq(faults_of(partial, 1, NULL), 0);
	partial_free(partial);

	partial = empty();
	tally_init(&t, SLIS, 60);
	ck_add(partial, text);
	add_part(partial, &t, 9000, 6);
	twice = (free(twice), text_of(partial).p);
	ck_kinds(twice, "C");
	tally_fini(&t);
	partial_free(partial);
	free(twice);
	free(text);
}
END_TEST

START_TEST(any_number_of_empty_logs_may_be_alike)
{
	static const struct partial_source source = {
		.hash = UINT64_C(0x2d06800538d394c2), .name = "-", .status = "ok"
	};
	struct partial *partial = empty();
	struct tally t;
	const struct partial_part part = { .tally = &t,
		.name = names,
		.config = 5,
		.source = &source,
		.sources = 1,
		.since = NINES_NEVER,
		.until = NINES_NEVER };

	tally_init(&t, SLIS, 60);
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(partial_add(partial, &part, NULL), NINES_OK);
	ck_assert_uint_eq(faults_of(partial, 0, NULL), 0);
	ck_assert_int_eq(partial_tally(partial, names, SLIS, &t, NULL), NINES_OK);
	ck_assert_uint_eq(tally_rows(&t), 0);
	ck_assert_int_gt(t.first_s, t.last_s);
	tally_fini(&t);
	partial_free(partial);
}
END_TEST

/* ---- what is kept ---- */

START_TEST(sources_and_ends_come_back_as_they_were)
{
	struct partial *partial = empty();
	const struct partial_source *source;
	const struct partial_end *end;
	char *text = example();

	ck_add(partial, text);
	ck_assert_uint_eq(partial_sources(partial, &source), 4);
	ck_assert_uint_eq(partial_ends(partial, &end), 2);
	for (size_t i = 0; i < 4; i++) {
		if (source[i].hash != 1000)
			continue;
		ck_assert_str_eq(source[i].name, "a log|%\t\xff");
		ck_assert_str_eq(source[i].decoder, "plain");
		ck_assert_ptr_null(source[i].note);
		ck_assert_uint_eq(source[i].items, 2);
		ck_assert_str_eq(source[i].item[1].name, "bytes");
		ck_assert_uint_eq(source[i].item[1].n, 99);
	}
	ck_assert_uint_eq(end[0].config, 5);
	ck_assert_uint_eq(end[0].sources, 2);
	ck_assert_int_eq(end[0].since, NINES_NEVER);
	ck_assert_str_eq(end[0].item[0].name, "lines");
	for (const char *p = text; *p != '\0'; p++)
		ck_assert(*p == '\n' || *p == '\t' || (*p >= ' ' && *p <= '~'));
	free(text);
	partial_free(partial);
}
END_TEST

START_TEST(rows_of_other_slis_and_of_two_lengths_are_no_tally)
{
	struct partial *partial = empty();
	struct nines_error err = { 0 };
	struct tally t;

	ck_add(partial, "other/sli|0|60\t1 1 0\n");
	ck_assert_int_eq(partial_tally(partial, names, SLIS, &t, &err), NINES_E_SYNTAX);
	ck_assert_str_eq(err.text, "the config has no SLI other/sli");
	partial_free(partial);
	partial = empty();
	ck_add(partial, "*|0|60\t1 1\n*|0|120\t1 1\n");
	ck_assert_int_eq(partial_tally(partial, names, SLIS, &t, NULL), NINES_E_SYNTAX);
	partial_free(partial);
	partial = empty();
	ck_add(partial, "*|0|60\t18446744073709551615 1\n*|60|60\t1 1\n");
	ck_assert_int_eq(partial_tally(partial, names, SLIS, &t, NULL), NINES_E_LIMIT);
	partial_free(partial);
}
END_TEST

/* ---- hostile lines ---- */

#define SRC  "~src|xxh3:0123456789abcdef|a\t"
#define END  "~end|0123456789abcdef\t"
#define ENDS "v=1 cfg=0123456789abcdef sources=1 check=0123456789abcdef"
#define SUM  " sum=0123456789abcdef"

static const struct {
	const char *line;
	enum nines_status status;
} refused[] = {
	{ "a/b", NINES_E_SYNTAX },
	{ "a/b|0|60", NINES_E_SYNTAX },
	{ "a/b\t1 1 0", NINES_E_SYNTAX },
	{ "|0|60\t1 1 0", NINES_E_SYNTAX },
	{ "a b|0|60\t1 1 0", NINES_E_SYNTAX },
	{ "a%|0|60\t1 1 0", NINES_E_SYNTAX },
	{ "a%2|0|60\t1 1 0", NINES_E_SYNTAX },
	{ "a%zz|0|60\t1 1 0", NINES_E_SYNTAX },
	{ "a%2f|0|60\t1 1 0", NINES_E_SYNTAX },
	{ "a%41|0|60\t1 1 0", NINES_E_SYNTAX },
	{ "a%00|0|60\t1 1 0", NINES_E_SYNTAX },
	{ "a\xff|0|60\t1 1 0", NINES_E_SYNTAX },
	{ "**|0|60\t1 1 0", NINES_E_SYNTAX },
	{ "a/b|0|60|\t1 1 0", NINES_E_SYNTAX },
	{ "a/b|0|60\t1 1 0\t", NINES_E_SYNTAX },
	{ "a/b|0|60\t1 1 0 ", NINES_E_SYNTAX },
	{ "a/b|0|60\t1  1 0", NINES_E_SYNTAX },
	{ "a/b|0|60\t1 1", NINES_E_SYNTAX },
	{ "a/b|0|60\t1 1 ", NINES_E_SYNTAX },
	{ "a/b|0|60\t1 1 0 0", NINES_E_SYNTAX },
	{ "*|0|60\t1 1 0", NINES_E_SYNTAX },
	{ "a/b|0|60\t1 2 0", NINES_E_SYNTAX },
	{ "*|0|60\t1 2", NINES_E_SYNTAX },
	{ "a/b|0|60\t01 1 0", NINES_E_SYNTAX },
	{ "a/b|0|60\t-1 1 0", NINES_E_SYNTAX },
	{ "a/b|0|60\t+1 1 0", NINES_E_SYNTAX },
	{ "a/b|0|60\t1 1 0x0", NINES_E_SYNTAX },
	{ "a/b|0|60\t18446744073709551616 1 0", NINES_E_LIMIT },
	{ "a/b|0|60\t99999999999999999999999999 1 0", NINES_E_LIMIT },
	{ "a/b|1|60\t1 1 0", NINES_E_SYNTAX },
	{ "a/b|-0|60\t1 1 0", NINES_E_SYNTAX },
	{ "a/b|00|60\t1 1 0", NINES_E_SYNTAX },
	{ "a/b||60\t1 1 0", NINES_E_SYNTAX },
	{ "a/b|-|60\t1 1 0", NINES_E_SYNTAX },
	{ "a/b|60\t1 1 0", NINES_E_SYNTAX },
	{ "a/b|0|\t1 1 0", NINES_E_SYNTAX },
	{ "a/b|0|0\t1 1 0", NINES_E_SYNTAX },
	{ "a/b|0|1\t1 1 0", NINES_E_SYNTAX },
	{ "a/b|0|420\t1 1 0", NINES_E_SYNTAX },
	{ "a/b|0|86400\t1 1 0", NINES_E_SYNTAX },
	{ "a/b|0|18446744073709551676\t1 1 0", NINES_E_SYNTAX },
	{ "a/b|9223372036854775800|60\t1 1 0", NINES_E_SYNTAX },
	{ "a/b|9223372036854775808|60\t1 1 0", NINES_E_SYNTAX },
	{ "a/b|-9223372036854775800|60\t1 1 0", NINES_E_SYNTAX },
	{ "a/b|253402300800|60\t1 1 0", NINES_E_SYNTAX },
	{ "~", NINES_E_SYNTAX },
	{ "~src", NINES_E_SYNTAX },
	{ "~foo|x\tv=1", NINES_E_SYNTAX },
	{ "~src|xxh3:0123456789abcdeF|a\tv=1 part=0123456789abcdef status=ok", NINES_E_SYNTAX },
	{ "~src|md5:0123456789abcdef|a\tv=1 part=0123456789abcdef status=ok", NINES_E_SYNTAX },
	{ "~src|xxh3:|a\tv=1 part=0123456789abcdef status=ok", NINES_E_SYNTAX },
	{ "~src|xxh3\tv=1 part=0123456789abcdef status=ok", NINES_E_SYNTAX },
	{ "~src|xxh3:0123456789abcdef|a b\tv=1 part=0123456789abcdef status=ok", NINES_E_SYNTAX },
	{ SRC, NINES_E_SYNTAX },
	{ SRC "v=1", NINES_E_SYNTAX },
	{ SRC "v=2 part=0123456789abcdef status=ok", NINES_E_SYNTAX },
	{ SRC "v=1 part=123 status=ok", NINES_E_SYNTAX },
	{ SRC "v=1 part=0123456789abcdef status=ok ", NINES_E_SYNTAX },
	{ SRC "v=1  part=0123456789abcdef status=ok", NINES_E_SYNTAX },
	{ SRC "v=1 part=0123456789abcdef status=o|k", NINES_E_SYNTAX },
	{ SRC "v=1 part=0123456789abcdef status=", NINES_E_SYNTAX },
	{ SRC "v=1 part=0123456789abcdef status=ok status=ok", NINES_E_SYNTAX },
	{ SRC "v=1 part=0123456789abcdef status=ok note=%0", NINES_E_SYNTAX },
	{ SRC "v=1 part=0123456789abcdef status=ok lines", NINES_E_SYNTAX },
	{ SRC "v=1 part=0123456789abcdef status=ok lines=", NINES_E_SYNTAX },
	{ SRC "v=1 part=0123456789abcdef status=ok lines=-1", NINES_E_SYNTAX },
	{ SRC "v=1 part=0123456789abcdef status=ok lines=1 lines=1", NINES_E_SYNTAX },
	{ SRC "v=1 part=0123456789abcdef status=ok Lines=1", NINES_E_SYNTAX },
	{ SRC "v=1 part=0123456789abcdef status=ok lines=18446744073709551616", NINES_E_LIMIT },
	{ SRC "v=1 part=0123456789abcdef status=ok\tx=1", NINES_E_SYNTAX },
	{ SRC "v=1 part=0123456789abcdef status=ok \x01", NINES_E_SYNTAX },
	{ END, NINES_E_SYNTAX },
	{ END ENDS, NINES_E_SYNTAX },
	{ END ENDS SUM " ", NINES_E_SYNTAX },
	{ END ENDS SUM " lines=1", NINES_E_SYNTAX },
	{ END ENDS " sum=0123456789abcde", NINES_E_SYNTAX },
	{ END ENDS SUM SUM, NINES_E_SYNTAX },
	{ END ENDS " first=1" SUM, NINES_E_SYNTAX },
	{ END ENDS " first=2 last=1" SUM, NINES_E_SYNTAX },
	{ END ENDS " since=9223372036854775807" SUM, NINES_E_SYNTAX },
	{ END ENDS " until=99999999999999999999" SUM, NINES_E_SYNTAX },
	{ END "v=1 cfg=0123456789abcdef sources=0 check=0123456789abcdef" SUM, NINES_E_SYNTAX },
	{ "~end|0\t" ENDS SUM, NINES_E_SYNTAX },
};

START_TEST(a_line_of_another_kind_is_refused_with_its_place)
{
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		struct partial *partial = empty();
		struct nines_error err = { 0 };
		struct text text;
		enum nines_status rc;

		ck_add(partial, "a/b|0|60\t1 1 0\n");
		rc = partial_add_line(partial,
		    (struct str){ refused[i].line, strlen(refused[i].line) }, "x.part", 42, &err);
		if (rc != refused[i].status)
			ck_abort_msg("%s: %d %s", refused[i].line, (int)rc, err.text);
		ck_assert_int_eq(err.code, rc);
		ck_assert_str_eq(err.source, "x.part");
		ck_assert_uint_eq(err.line, 42);
		ck_assert_uint_gt(strlen(err.text), 0);
		text = text_of(partial);
		ck_assert_str_eq(text.p, "a/b|0|60\t1 1 0\n");
		free(text.p);
		partial_free(partial);
	}
}
END_TEST

START_TEST(nul_bytes_are_refused)
{
	static const char row[] = "a/b|0|60\t1 1\0000",
	                  source[] = SRC "v=1 part=0123456789abcdef\0 status=ok";
	struct partial *partial = empty();

	ck_assert_int_eq(
	    partial_add_line(partial, (struct str){ row, sizeof row - 1 }, "", 0, NULL),
	    NINES_E_SYNTAX);
	ck_assert_int_eq(
	    partial_add_line(partial, (struct str){ source, sizeof source - 1 }, "", 0, NULL),
	    NINES_E_SYNTAX);
	partial_free(partial);
}
END_TEST

START_TEST(sums_beyond_their_limit_add_nothing)
{
	struct partial *partial = empty();
	struct nines_error err = { 0 };
	struct text text;

	ck_add(partial, "a/b|0|60\t18446744073709551615 5 0\n");
	ck_assert_int_eq(add_text(partial, "a/b|0|60\t1 1 0\n", &err), NINES_E_LIMIT);
	ck_assert_uint_eq(err.line, 1);
	text = text_of(partial);
	ck_assert_str_eq(text.p, "a/b|0|60\t18446744073709551615 5 0\n");
	free(text.p);
	partial_free(partial);
}
END_TEST

START_TEST(long_lines_have_a_limit)
{
	struct partial *partial = empty();
	struct nines_error err = { 0 };
	char *line = malloc(PARTIAL_LINE_MAX + 2);
	const char tail[] = "|0|60\t1 1 0";

	memset(line, 'a', PARTIAL_LINE_MAX + 1);
	memcpy(line + PARTIAL_LINE_MAX + 1 - strlen(tail), tail, strlen(tail));
	ck_assert_int_eq(
	    partial_add_line(partial, (struct str){ line + 1, PARTIAL_LINE_MAX }, "x", 1, &err),
	    NINES_OK);
	ck_assert_int_eq(
	    partial_add_line(partial, (struct str){ line, PARTIAL_LINE_MAX + 1 }, "x", 7, &err),
	    NINES_E_LIMIT);
	ck_assert_uint_eq(err.line, 7);
	ck_assert_uint_eq(faults_of(partial, 0, NULL), 1);
	free(text_of(partial).p);
	free(line);
	partial_free(partial);
}
END_TEST

START_TEST(many_rows_and_names_are_kept_apart)
{
	struct partial *partial = empty();
	uint64_t sum = 0;
	struct text text;

	for (int round = 0; round < 2; round++)
		for (unsigned i = 0; i < 30000; i++) {
			char line[64];
			int n = snprintf(line, sizeof line, "j%u/s|%u|60\t%u 0 0", i % 3000,
			    60 * (i / 10), i + 1);

			ck_assert_int_eq(
			    partial_add_line(partial, (struct str){ line, (size_t)n }, "", 0, NULL),
			    NINES_OK);
		}
	text = text_of(partial);
	for (char *p = text.p; *p != '\0'; p = strchr(p, '\n') + 1)
		sum += strtoull(strchr(p, '\t'), NULL, 10);
	ck_assert_uint_eq(sum, UINT64_C(30000) * 30001);
	free(text.p);
	partial_free(partial);
}
END_TEST

SUITE("partial", any_split_in_any_order_merged_in_any_tree_is_the_same_text,
    the_sum_of_parts_is_the_tally_of_all_events, the_text_is_sorted_as_bytes,
    every_line_that_is_lost_or_doubled_is_found, every_line_that_is_changed_is_found,
    events_that_move_from_one_row_to_another_are_found, each_fault_has_its_kind,
    any_number_of_empty_logs_may_be_alike, sources_and_ends_come_back_as_they_were,
    rows_of_other_slis_and_of_two_lengths_are_no_tally,
    a_line_of_another_kind_is_refused_with_its_place, nul_bytes_are_refused,
    sums_beyond_their_limit_add_nothing, long_lines_have_a_limit,
    many_rows_and_names_are_kept_apart)
