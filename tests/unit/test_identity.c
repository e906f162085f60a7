#include "identity.h"

#include <stdio.h>

#include "gz.h"
#include "suite.h"

/* What identity.h promises, said a second time, byte by byte: the content that counts, and where
 * its lines end. */
#define MODEL_MOST (1u << 19)

struct model {
	char *p;
	size_t n;
	struct mark *line; /* of each line's end */
	size_t *bytes;     /* decoded up to there */
	uint64_t *raw;     /* where it ends in what was fed */
	size_t lines;
	int in_content, in_comment;
	size_t decoded;
};

static void model_init(struct model *m)
{
	*m = (struct model){ 0 };
	m->p = malloc(MODEL_MOST);
	m->line = malloc(MODEL_MOST * sizeof *m->line);
	m->bytes = malloc(MODEL_MOST * sizeof *m->bytes);
	m->raw = malloc(MODEL_MOST * sizeof *m->raw);
	gz_require(m->p && m->line && m->bytes && m->raw);
}

static void model_fini(struct model *m)
{
	free(m->p);
	free(m->line);
	free(m->bytes);
	free(m->raw);
}

static struct mark mark_of(const char *p, size_t n)
{
	return (struct mark){ n, (uint32_t)crc32(0, (const Bytef *)p, (uInt)n) };
}

static void model_byte(struct model *m, char c)
{
	m->decoded++;
	if (c == '\0')
		return;
	if (!m->in_content && !m->in_comment) {
		m->in_comment = c == '#';
		m->in_content = !m->in_comment;
	}
	if (m->in_comment) {
		m->in_comment = c != '\n';
		return;
	}
	gz_require(m->n < MODEL_MOST);
	m->p[m->n++] = c;
	if (c != '\n')
		return;
	m->line[m->lines] = mark_of(m->p, m->n);
	m->raw[m->lines] = m->decoded;
	m->bytes[m->lines++] = m->decoded;
}

static void model_bytes(struct model *m, const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		model_byte(m, p[i]);
}

static int same(struct mark a, struct mark b)
{
	return a.length == b.length && a.crc == b.crc;
}

/* A small generator of numbers: the same log on every machine. */
static uint32_t next(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

/* A log with comments at its beginning, holes, and lines of all lengths. */
static size_t make_log(char *p, size_t room, uint32_t *seed)
{
	size_t n = 0;
	const size_t most = next(seed) % 3 == 0 || room < 30000 ? 40 : 9000;
	int at_start = 1;

	for (uint32_t i = next(seed) % 4; i > 0; i--)
		n += (size_t)snprintf(p + n, room - n, "#comment %u\n", i);
	while (n + most + 200 < room) {
		size_t length = next(seed) % most;

		if (next(seed) % 11 == 0) {
			const size_t nuls = next(seed) % 90;

			memset(p + n, 0, nuls);
			n += nuls;
		}
		if (next(seed) % 5 == 0 && !at_start)
			p[n++] = '#';
		at_start = 0;
		for (p[n++] = 'a'; length > 0; length--)
			p[n++] = (char)('!' + next(seed) % 90);
		p[n++] = '\n';
	}
	n -= next(seed) % 2 ? next(seed) % 7 : 0;
	return n;
}

/* Feeds it in pieces; how often it halted. */
static size_t feed(struct identity *id, const char *p, size_t n, uint64_t raw, uint32_t *seed)
{
	size_t halts = 0;

	for (size_t used = 0; used < n;) {
		size_t piece = 1 + next(seed) % (next(seed) % 2 ? 7 : 70000);

		piece = piece < n - used ? piece : n - used;
		piece =
		    identity_feed(id, p + used, piece, raw == IDENTITY_PACKED ? raw : raw + used);
		ck_assert_uint_gt(piece, 0);
		used += piece;
		halts += (size_t)identity_is_known(id);
	}
	return halts;
}

static struct identity *new_identity(enum identity_kind kind)
{
	struct identity *id = NULL;

	ck_assert_int_eq(identity_new(&id, kind, NULL), NINES_OK);
	return id;
}

static void marks_agree(struct identity *id, const struct model *m, size_t from)
{
	size_t n, line = from, longest = 0;
	const struct mark *mark = identity_marks(id, &n);

	for (size_t i = 0; i < m->lines; i++) {
		const size_t before = i > 0 ? m->line[i - 1].length : 0;

		longest =
		    m->line[i].length - before > longest ? m->line[i].length - before : longest;
	}
	for (size_t i = 0; i < n; i++) {
		const uint64_t before = i > 0 ? mark[i - 1].length
		    : from > 0                ? m->line[from - 1].length
		                              : 0;

		while (line < m->lines && m->line[line].length < mark[i].length)
			line++;
		ck_assert_uint_lt(line, m->lines);
		ck_assert(same(mark[i], m->line[line]));
		ck_assert_uint_lt(mark[i].length - before, identity_distance(before) + longest + 1);
	}
	ck_assert_uint_gt(n, 0);
	ck_assert(same(mark[n - 1], m->line[m->lines - 1]));
	for (size_t i = from; i < m->lines && m->line[i].length <= MARK_SURE; i++)
		ck_assert(i - from < n && same(mark[i - from], m->line[i]));
}

START_TEST(a_plain_log_has_the_marks_that_its_bytes_say)
{
	struct identity *id = new_identity(IDENTITY_MARKS);
	char *p = malloc(MODEL_MOST);

	for (uint32_t seed = 1; seed < 40; seed++) {
		uint32_t s = seed;
		const size_t n = make_log(p, seed % 2 ? 3000 : 200000, &s);
		struct identity_state state;
		struct model m;

		model_init(&m);
		model_bytes(&m, p, n);
		identity_begin(id, NULL, NULL, NULL);
		(void)feed(id, p, n, 0, &s);
		identity_verified(id, n);
		state = identity_state(id);
		ck_assert(same(state.first, m.line[0]));
		ck_assert(same(state.end, m.line[m.lines - 1]));
		ck_assert_uint_eq(state.raw_end, m.raw[m.lines - 1]);
		ck_assert_uint_eq(state.bytes, m.bytes[m.lines - 1]);
		ck_assert_uint_eq(state.unit_end, 0);
		marks_agree(id, &m, 0);
		model_fini(&m);
	}
	free(p);
	identity_free(id);
}
END_TEST

START_TEST(going_on_from_any_line_comes_to_the_same_end)
{
	struct identity *id = new_identity(IDENTITY_MARKS);
	char *p = malloc(MODEL_MOST);

	for (uint32_t seed = 1; seed < 40; seed++) {
		uint32_t s = seed;
		const size_t n = make_log(p, 60000, &s);
		struct identity_state state;
		struct model m;
		size_t line;

		model_init(&m);
		model_bytes(&m, p, n);
		line = next(&s) % m.lines;
		identity_begin(id, NULL, NULL, NULL);
		/* A piece of the line that follows was there, too. */
		(void)feed(id, p, m.raw[line] + (line + 1 < m.lines ? 1 : 0), 0, &s);
		state = identity_state(id);
		ck_assert(same(state.end, m.line[line]));
		identity_begin(id, &state, NULL, NULL);
		(void)feed(id, p + state.raw_end, n - state.raw_end, state.raw_end, &s);
		state = identity_state(id);
		ck_assert(same(state.first, m.line[0]));
		ck_assert(same(state.end, m.line[m.lines - 1]));
		ck_assert_uint_eq(state.raw_end, m.raw[m.lines - 1]);
		ck_assert_uint_eq(state.bytes, m.bytes[m.lines - 1] - m.bytes[line]);
		ck_assert_uint_eq(state.new_bytes, state.bytes);
		if (line + 1 < m.lines)
			marks_agree(id, &m, line + 1);
		model_fini(&m);
	}
	free(p);
	identity_free(id);
}
END_TEST

struct known {
	struct mark mark[4096];
	size_t marks;
	struct mark first;
	int asked;
};

static void tell_known(void *ctx, struct mark first, const struct mark **known, size_t *n)
{
	struct known *k = ctx;

	k->first = first;
	k->asked++;
	*known = k->mark;
	*n = k->marks;
}

/* Some lines' ends, some ends of other logs and some that no line has. */
static size_t some_marks(struct known *k, const struct model *m, uint32_t *seed)
{
	size_t met = 0;

	*k = (struct known){ 0 };
	for (size_t i = 0; i < m->lines && k->marks + 3 < 4096; i++) {
		const uint32_t what = next(seed) % 8;

		if (what > 3)
			continue;
		k->mark[k->marks] = m->line[i];
		k->mark[k->marks].crc ^= what % 2;
		met += what % 2 == 0;
		k->marks++;
		if (what == 0) /* two sources have marks of one length */
			k->mark[k->marks++] = (struct mark){ m->line[i].length, 7 };
		if (what == 1)
			k->mark[k->marks++] = (struct mark){ m->line[i].length + 1, 7 };
	}
	return met;
}

static size_t longest_met(const struct known *k, const struct model *m)
{
	size_t longest = SIZE_MAX;

	for (size_t i = 0; i < m->lines; i++)
		for (size_t j = 0; j < k->marks; j++)
			if (same(k->mark[j], m->line[i]))
				longest = i;
	return longest;
}

START_TEST(reading_halts_at_every_known_mark_and_nowhere_else)
{
	struct identity *id = new_identity(IDENTITY_MARKS);
	struct known *k = malloc(sizeof *k);
	char *p = malloc(MODEL_MOST);

	for (uint32_t seed = 1; seed < 60; seed++) {
		uint32_t s = seed;
		const size_t n = make_log(p, seed % 2 ? 2000 : 40000, &s);
		struct identity_state state;
		struct model m;
		size_t met, longest;

		model_init(&m);
		model_bytes(&m, p, n);
		met = some_marks(k, &m, &s);
		longest = longest_met(k, &m);
		identity_begin(id, NULL, tell_known, k);
		ck_assert_uint_eq(feed(id, p, n, 0, &s), met);
		state = identity_state(id);
		ck_assert_int_eq(k->asked, 1);
		ck_assert(same(k->first, m.line[0]));
		ck_assert(same(state.end, m.line[m.lines - 1]));
		if (longest == SIZE_MAX) {
			ck_assert_uint_eq(state.known.length, 0);
			ck_assert_uint_eq(state.new_bytes, state.bytes);
		} else {
			ck_assert(same(state.known, m.line[longest]));
			ck_assert_uint_eq(state.new_bytes, m.bytes[m.lines - 1] - m.bytes[longest]);
		}
		model_fini(&m);
	}
	free(p);
	free(k);
	identity_free(id);
}
END_TEST

/* Units, some damaged: what is left is what the good ones hold, each damaged one having cut the
 * line that it stood in. */
START_TEST(damaged_units_are_taken_back)
{
	struct identity *id = new_identity(IDENTITY_MARKS);
	char *p = malloc(MODEL_MOST);

	for (uint32_t seed = 1; seed < 60; seed++) {
		uint32_t s = seed;
		const size_t n = make_log(p, 30000, &s);
		struct identity_state state;
		struct model m;

		model_init(&m);
		identity_begin(id, NULL, NULL, NULL);
		for (size_t used = 0; used < n;) {
			size_t unit = next(&s) % 5000;

			unit = unit < n - used ? unit : n - used;
			(void)feed(id, p + used, unit, IDENTITY_PACKED, &s);
			if (next(&s) % 3 == 0) {
				identity_corrupt(id);
				m.n = m.lines ? m.line[m.lines - 1].length : 0;
				m.in_comment = 0;
				m.in_content = m.n > 0;
			} else {
				identity_verified(id, used + unit);
				model_bytes(&m, p + used, unit);
			}
			used += unit;
		}
		state = identity_state(id);
		if (m.lines > 0) {
			ck_assert(same(state.first, m.line[0]));
			ck_assert(same(state.end, m.line[m.lines - 1]));
			marks_agree(id, &m, 0);
		} else {
			ck_assert_uint_eq(state.end.length, 0);
		}
		model_fini(&m);
	}
	free(p);
	identity_free(id);
}
END_TEST

START_TEST(a_unit_that_ends_with_a_line_can_be_gone_on_with)
{
	struct identity *id = new_identity(IDENTITY_MARKS);

	identity_begin(id, NULL, NULL, NULL);
	(void)identity_feed(id, "a\nb\n", 4, IDENTITY_PACKED);
	identity_verified(id, 100);
	ck_assert_uint_eq(identity_state(id).unit_end, 100);
	(void)identity_feed(id, "c", 1, IDENTITY_PACKED);
	identity_verified(id, 200);
	ck_assert_uint_eq(identity_state(id).unit_end, 100);
	ck_assert_uint_eq(identity_state(id).raw_end, 200);
	(void)identity_feed(id, "\nd", 2, IDENTITY_PACKED);
	identity_verified(id, 300);
	ck_assert_uint_eq(identity_state(id).unit_end, 0);
	ck_assert_uint_eq(identity_state(id).end.length, 6);
	(void)identity_feed(id, "\n", 1, IDENTITY_PACKED);
	identity_verified(id, 400);
	ck_assert_uint_eq(identity_state(id).unit_end, 400);
	(void)identity_feed(id, "e\n", 2, IDENTITY_PACKED);
	ck_assert_uint_eq(identity_state(id).end.length, 8);
	identity_free(id);
}
END_TEST

START_TEST(an_unterminated_last_line_counts_when_the_content_is_over)
{
	struct identity *id = new_identity(IDENTITY_MARKS);
	struct known k = { .mark = { mark_of("a\nb", 3) }, .marks = 1 };
	size_t n;

	identity_begin(id, NULL, tell_known, &k);
	(void)identity_feed(id, "a\nb", 3, IDENTITY_PACKED);
	identity_verified(id, 50);
	ck_assert_uint_eq(identity_state(id).end.length, 2);
	ck_assert_uint_eq(identity_state(id).known.length, 0);
	ck_assert(same(identity_state(id).within, mark_of("a\nb", 3)));
	identity_finished(id);
	ck_assert(same(identity_state(id).end, mark_of("a\nb", 3)));
	ck_assert(same(identity_state(id).known, mark_of("a\nb", 3)));
	ck_assert_uint_eq(identity_state(id).unit_end, 50);
	ck_assert_uint_eq(identity_marks(id, &n)[1].length, 3);
	ck_assert_uint_eq(n, 2);

	identity_begin(id, NULL, tell_known, &k);
	(void)identity_feed(id, "one", 3, IDENTITY_PACKED);
	identity_verified(id, 50);
	ck_assert_uint_eq(identity_state(id).first.length, 0);
	identity_finished(id);
	ck_assert(same(identity_state(id).first, mark_of("one", 3)));
	identity_free(id);
}
END_TEST

START_TEST(what_a_known_mark_vouched_for_stays_known_after_damage)
{
	struct identity *id = new_identity(IDENTITY_MARKS);
	struct known k = { .mark = { mark_of("a\nb\n", 4) }, .marks = 1 };

	identity_begin(id, NULL, tell_known, &k);
	(void)identity_feed(id, "a\n", 2, IDENTITY_PACKED);
	identity_verified(id, 50);
	(void)identity_feed(id, "b\n", 2, IDENTITY_PACKED);
	ck_assert_int_eq(identity_is_known(id), 1);
	ck_assert_int_eq(identity_is_known(id), 0);
	identity_corrupt(id);
	ck_assert(same(identity_state(id).known, mark_of("a\n", 2)));
	ck_assert_uint_eq(identity_state(id).new_bytes, 0);
	identity_free(id);
}
END_TEST

START_TEST(comments_alone_are_no_content)
{
	struct identity *id = new_identity(IDENTITY_MARKS);
	size_t n;

	identity_begin(id, NULL, NULL, NULL);
	(void)identity_feed(id, "#Version: 1.0\n\0#Fields: x\n#half", 31, 0);
	ck_assert_uint_eq(identity_state(id).end.length, 0);
	(void)identity_marks(id, &n);
	ck_assert_uint_eq(n, 0);
	(void)identity_feed(id, "\nx\n#y\n", 7, 31);
	ck_assert(same(identity_state(id).first, mark_of("x\n", 2)));
	ck_assert(same(identity_state(id).end, mark_of("x\n#y\n", 5)));
	identity_free(id);
}
END_TEST

START_TEST(a_hash_hangs_on_the_content_alone)
{
	struct identity *id = new_identity(IDENTITY_HASH);
	char *p = malloc(MODEL_MOST);
	uint32_t s = 5;
	const size_t n = make_log(p, 100000, &s);
	uint64_t want;
	size_t unit;

	identity_begin(id, NULL, NULL, NULL);
	ck_assert_uint_eq(identity_feed(id, p, n, 0), n);
	want = identity_hash(id);
	for (int i = 0; i < 5; i++) {
		identity_begin(id, NULL, NULL, NULL);
		(void)feed(id, p, n, 0, &s);
		identity_skipped(id, 1000);
		ck_assert_uint_eq(identity_hash(id), want);
	}
	identity_begin(id, NULL, NULL, NULL);
	for (size_t used = 0; used < n; used += unit) {
		unit = n - used < 7777 ? n - used : 7777;
		(void)identity_feed(id, "damaged", 7, IDENTITY_PACKED);
		identity_corrupt(id);
		(void)identity_feed(id, p + used, unit, IDENTITY_PACKED);
		identity_verified(id, used);
	}
	(void)identity_feed(id, "cut off", 7, IDENTITY_PACKED);
	ck_assert_uint_eq(identity_hash(id), want);
	(void)identity_feed(id, p, 1, IDENTITY_PACKED);
	identity_verified(id, n);
	ck_assert_uint_ne(identity_hash(id), want);
	free(p);
	identity_free(id);
}
END_TEST

START_TEST(marks_stay_few)
{
	struct identity *id = new_identity(IDENTITY_MARKS);
	char *p = malloc(1 << 20);
	size_t n;

	for (size_t i = 0; i < 1 << 20; i++)
		p[i] = '\n';
	identity_begin(id, NULL, NULL, NULL);
	for (int i = 0; i < 64; i++)
		ck_assert_uint_eq(identity_feed(id, p, 1 << 20, (uint64_t)i << 20), 1 << 20);
	(void)identity_marks(id, &n);
	ck_assert_uint_gt(n, 4096 + 255);
	ck_assert_uint_lt(n, 4096 + 256 + 256 * 5);
	free(p);
	identity_free(id);
}
END_TEST

SUITE("identity", a_plain_log_has_the_marks_that_its_bytes_say,
    going_on_from_any_line_comes_to_the_same_end,
    reading_halts_at_every_known_mark_and_nowhere_else, damaged_units_are_taken_back,
    a_unit_that_ends_with_a_line_can_be_gone_on_with,
    an_unterminated_last_line_counts_when_the_content_is_over,
    what_a_known_mark_vouched_for_stays_known_after_damage, comments_alone_are_no_content,
    a_hash_hangs_on_the_content_alone, marks_stay_few)
