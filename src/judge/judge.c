#include "judge_impl.h"

#include "err.h"

enum nines_status judge_new(
    struct judge **judge, const struct spec *spec, int no_jit, struct nines_error *err)
{
	struct judge *j = mem_new(1, sizeof *j);
	enum nines_status rc;

	if (j == NULL)
		return err_nomem(err);
	j->spec = spec;
	rc = pattern_scratch_new(&j->scratch, no_jit, err);
	if (rc == NINES_OK)
		rc = judge_plan_make(j, err);
	if (rc != NINES_OK) {
		judge_free(j);
		return rc;
	}
	*judge = j;
	return NINES_OK;
}

void judge_free(struct judge *j)
{
	if (j == NULL)
		return;
	pattern_scratch_free(j->scratch);
	mem_free(j->node);
	mem_free(j->child);
	mem_free(j->stack);
	mem_free(j->table);
	mem_free(j->memo);
	mem_free(j->journey);
	mem_free(j->column);
	mem_free(j->gate);
	mem_free(j->seek);
	guard_free(j->guard);
	mem_free(j->brief);
	mem_free(j->hit);
	precedents_free(j->precedents);
	mem_free(j);
}

static inline unsigned ctz(uint64_t bits)
{
	return (unsigned)__builtin_ctzll(bits);
}

/* ---- brief fields ---- */

/* What the brief rules say of a value; 0 when one cannot say. */
static int learn(
    struct judge *j, const struct brief *b, struct brief_value *v, const struct record *r)
{
	uint64_t yes = 0;

	for (uint64_t left = b->rules; left != 0; left &= left - 1) {
		const uint32_t node = j->brief_node[ctz(left)];
		const enum judge_truth t = judge_truth_of(j, node, r);

		if (t == JUDGE_LIMIT)
			return 0;
		if (t == JUDGE_YES)
			yes |= j->node[node].brief;
	}
	v->yes = yes;
	return 1;
}

/* Looks up what the rules say of this line's brief fields.  Whether all of it is known. */
static int recall(struct judge *j, const struct record *r)
{
	j->known = j->yes = 0;
	for (size_t i = 0; i < j->briefs; i++) {
		struct brief *b = &j->brief[i];
		const struct str s = r->field[b->slot];
		struct brief_value *v;
		uint64_t key;

		if (!(r->have >> b->slot & 1) || !brief_fits(s))
			continue;
		key = brief_key(head_of_far(s), s.n);
		v = &b->value[brief_at(key)];
		if (v->key != key) {
			v->key = 0;
			if (!learn(j, b, v, r))
				continue;
			v->key = key;
		}
		j->known |= b->rules;
		j->yes |= v->yes;
	}
	return j->known == j->brief_mask;
}

/* Looks up all brief fields, if all that there is to know of them is kept. */
static inline int recall_all(struct judge *j, const struct record *r)
{
	const struct head_room room = head_room(r->line, HEAD_BYTES);
	uint64_t yes = 0;

	if (j->brief_slots & ~r->have)
		return 0;
	for (size_t i = 0; i < j->briefs; i++) {
		const struct brief *b = &j->brief[i];
		const struct str s = r->field[b->slot];
		const struct brief_value *v;
		uint64_t key;

		if (!brief_fits(s) || !head_is_near(s, room))
			return 0;
		key = brief_key(head_load(s.p), s.n);
		v = &b->value[brief_at(key)];
		if (v->key != key)
			return 0;
		yes |= v->yes;
	}
	j->known = j->brief_mask;
	j->yes = yes;
	return 1;
}

/* ---- the exact way: any line ---- */

static enum judge_truth clause_truth(
    struct judge *j, const struct judge_clause *c, const struct record *r)
{
	if (c->brief & ~j->yes) /* what is not known is not said yes to either */
		return c->brief & j->known & ~j->yes ? JUDGE_NO : judge_truth_of(j, c->node, r);
	return judge_truth_of(j, c->rest, r);
}

static void say(struct judge *j, const struct judge_column *c, enum judge_truth good)
{
	j->hit[j->own.hits++] = c->hit[good];
}

/* 0 when a regex that decides ran out of its budget. */
static int judge_column(struct judge *j, const struct judge_column *c, const struct record *r)
{
	enum judge_truth t = clause_truth(j, &c->valid, r);

	if (t != JUDGE_YES)
		return t != JUDGE_LIMIT;
	t = clause_truth(j, &c->good, r);
	if (t == JUDGE_LIMIT)
		return 0;
	say(j, c, t);
	return 1;
}

static int judge_journey(struct judge *j, const struct judge_journey *y, const struct record *r)
{
	enum judge_truth t = clause_truth(j, &y->valid, r);

	if (t != JUDGE_YES)
		return t != JUDGE_LIMIT;
	for (size_t i = 0; i < y->columns; i++)
		if (!judge_column(j, &j->column[y->column + i], r))
			return 0;
	return 1;
}

/* The guarded field is lacking, which rules no journey out: a rule may yet be decided by a regex
 * that runs out of its budget.  Or it has a zero byte in its head, and might pass what is exact for
 * others. */
static __attribute__((noinline)) struct verdict *judge_each(struct judge *j, const struct record *r)
{
	j->own.hits = 0;
	(void)recall(j, r);
	for (size_t i = 0; i < j->journeys; i++)
		if (!judge_journey(j, &j->journey[i], r))
			return NULL;
	return &j->own;
}

/* The line passes those gates, but not all is known of its brief fields, and has to be asked of
 * each rule. */
static struct verdict *judge_gates(struct judge *j, const struct record *r)
{
	j->own.hits = 0;
	for (size_t word = 0; word < j->words; word++) {
		uint32_t done = UINT32_MAX;

		for (uint64_t left = j->passed[word]; left != 0; left &= left - 1) {
			const struct judge_gate *g = &j->gate[word * 64 + ctz(left)];

			if (g->journey != done && !judge_journey(j, &j->journey[g->journey], r))
				return NULL;
			done = g->journey; /* another of its gates says nothing new */
		}
	}
	return &j->own;
}

/* ---- the quick way: all brief fields are known, and a guard rules journeys out ---- */

/* What is left of a rule when what it demands of brief fields holds. */
static inline enum judge_truth rest_truth(
    struct judge *j, const struct judge_clause *c, const struct record *r, int *asked)
{
	*asked |= c->asks;
	return judge_truth_of(j, c->rest, r);
}

/* All brief rules are known here: what is not said yes to is said no to.  0 when a regex that
 * decides ran out of its budget. */
static int judge_columns(
    struct judge *j, const struct judge_journey *y, const struct record *r, int *asked)
{
	const struct judge_column *c = &j->column[y->column], *const end = c + y->columns;
	const uint64_t no = ~j->yes;

	for (; c < end; c++) {
		enum judge_truth t;

		if (c->valid.brief & no)
			continue;
		t = rest_truth(j, &c->valid, r, asked);
		if (t == JUDGE_LIMIT)
			return 0;
		if (t != JUDGE_YES)
			continue;
		t = c->good.brief & no ? JUDGE_NO : rest_truth(j, &c->good, r, asked);
		if (t == JUDGE_LIMIT)
			return 0;
		say(j, c, t);
	}
	return 1;
}

/* There is no precedent, and there will be one now, unless a rule had to be asked of this very
 * line. */
static __attribute__((noinline)) struct verdict *judge_anew(struct judge *j, const struct record *r)
{
	struct verdict *kept = NULL;
	int asked = 0;

	j->own.hits = 0;
	for (size_t word = 0; word < j->words; word++) {
		uint32_t done = UINT32_MAX;

		for (uint64_t left = j->passed[word]; left != 0; left &= left - 1) {
			const struct judge_gate *g = &j->gate[word * 64 + ctz(left)];

			if (g->journey == done || g->brief & ~j->yes)
				continue;
			done = g->journey; /* another of its gates says nothing new */
			if (!judge_columns(j, &j->journey[g->journey], r, &asked))
				return NULL;
		}
	}
	if (!asked && j->precedents != NULL)
		kept = precedents_add(j->precedents, j->passed, &j->own);
	return kept != NULL ? kept : &j->own;
}

/* Shuts those gates whose journeys the line does not meet after all.  0 when a regex that decides
 * ran out of its budget. */
static __attribute__((noinline)) int ask_rests(struct judge *j, const struct record *r)
{
	for (size_t word = 0; word < j->words; word++)
		for (uint64_t left = j->passed[word] & j->word[word].rests; left != 0;
		     left &= left - 1) {
			const struct judge_gate *g = &j->gate[word * 64 + ctz(left)];
			enum judge_truth t = JUDGE_NO;

			if (!(g->brief & ~j->yes))
				t = judge_truth_of(j, g->rest, r);
			if (t == JUDGE_LIMIT)
				return 0;
			if (t != JUDGE_YES)
				j->passed[word] &= ~(left & -left);
		}
	return 1;
}

/* What is said of a plain duration; 0: it is none, and nothing is. */
static inline uint64_t say_plain(const struct judge_limit *l, const struct record *r)
{
	uint64_t digits;

	if (!(r->have & l->plain) || !record_took_digits(r->field[l->slot], &digits))
		return 0;
	return l->says[digits <= l->most ? JUDGE_YES : JUDGE_NO];
}

static uint64_t say_limits(struct judge *j, const struct record *r)
{
	uint64_t said = 0;

	for (size_t i = 0; i < j->limits; i++) {
		const struct judge_limit *l = &j->limit[i];
		const uint64_t plain = say_plain(l, r);

		said |= plain ? plain : l->says[judge_within(j, &j->node[l->node], r)];
	}
	return said;
}

/* A precedent's key is what is said of the line behind the gates that it passes. */
static inline struct verdict *judge_precedent(
    struct judge *j, const struct record *r, size_t words, uint64_t limits)
{
	struct verdict *kept = NULL;

	j->passed[words] = j->yes | limits;
	if (words < PRECEDENT_WORDS)
		kept = precedents_find(j->precedents, j->passed, words + 1);
	return kept != NULL ? kept : judge_anew(j, r);
}

/* All brief fields are known. */
static __attribute__((noinline)) struct verdict *judge_known(
    struct judge *j, const struct record *r)
{
	uint64_t any = 0, rests = 0;

	for (size_t word = 0; word < j->words; word++) {
		any |= j->passed[word];
		rests |= j->passed[word] & j->word[word].rests;
	}
	if (!any) /* and nobody asks for durations */
		return &j->nothing;
	if (rests && !ask_rests(j, r))
		return NULL;
	return judge_precedent(j, r, j->words, say_limits(j, r));
}

/* A value that was not met before, or that cannot be kept. */
static __attribute__((noinline)) struct verdict *judge_unknown(
    struct judge *j, const struct record *r)
{
	return recall(j, r) ? judge_known(j, r) : judge_gates(j, r);
}

/* Where nothing is guarded: all gates but those that demand a text which comes later. */
static inline uint64_t pass_unguarded(const struct judge *j, const struct record *r, size_t word)
{
	uint64_t passed = j->word[word].all;

	for (uint64_t left = j->word[word].seeks; left != 0; left &= left - 1) {
		const struct judge_gate *g = &j->gate[word * 64 + ctz(left)];

		if (judge_seek_is_far(j, &j->seek[g->seek], r->line))
			passed &= ~(left & -left);
	}
	return passed;
}

/* Where in the block the first of the texts ends that the gates demand, each of a gate: lines that
 * end before pass none.  0: some gate demands none. */
static size_t first_end(const struct judge *j)
{
	size_t first = j->block.n;

	for (size_t i = 0; i < j->gates; i++) {
		const struct judge_seek *s;
		size_t end;

		if (j->gate[i].seek == JUDGE_NODE_NONE)
			return 0;
		s = &j->seek[j->gate[i].seek];
		end = (size_t)(s->next - j->block.p) + (size_t)s->bytes;
		first = end < first ? end : first;
	}
	return first;
}

static __attribute__((noinline)) struct verdict *judge_open(struct judge *j, const struct record *r)
{
	struct verdict *verdict = &j->nothing;
	uint64_t any = 0;

	for (size_t word = 0; word < j->words; word++)
		any |= j->passed[word] = pass_unguarded(j, r, word);
	if (any)
		verdict = recall_all(j, r) ? judge_known(j, r) : judge_unknown(j, r);
	j->quiet = first_end(j);
	return verdict;
}

/* Where nothing is guarded.  Most lines lack the texts that are demanded, if any are. */
static inline struct verdict *judge_unguarded(struct judge *j, const struct record *r)
{
	const uintptr_t at = (uintptr_t)r->line.p - (uintptr_t)j->block.p;

	if (at < j->quiet && at + r->line.n < j->quiet) /* elsewhere `at` is huge */
		return &j->nothing;
	return judge_open(j, r);
}

/* Straight on, whatever the line meets, since that cannot be foreseen. */
static inline __attribute__((always_inline)) struct verdict *judge_guarded(
    struct judge *j, const struct record *r, size_t words)
{
	uint64_t rests = 0, limits = 0;
	struct guard_look look;

	guard_look(r->field[j->guard_slot], r->line, &look);
	if (guard_is_doubtful(j->guard, &look))
		return judge_each(j, r);
	for (size_t word = 0; word < words; word++) {
		j->passed[word] = guard_pass(j->guard, word, &look);
		rests |= j->passed[word] & j->word[word].rests;
	}
	if (!recall_all(j, r))
		return judge_unknown(j, r);
	for (const struct judge_limit *l = j->limit, *const end = l + j->limits; l < end; l++) {
		const uint64_t plain = say_plain(l, r);

		if (!plain)
			return judge_known(j, r);
		limits |= plain;
	}
	if (rests && !ask_rests(j, r))
		return NULL;
	return judge_precedent(j, r, words, limits);
}

static __attribute__((noinline)) struct verdict *judge_guarded_word(
    struct judge *j, const struct record *r)
{
	return judge_guarded(j, r, 1);
}

static __attribute__((noinline)) struct verdict *judge_guarded_words(
    struct judge *j, const struct record *r)
{
	return judge_guarded(j, r, j->words);
}

static inline struct verdict *judge_line(struct judge *j, const struct record *r)
{
	if (j->guard == NULL)
		return judge_unguarded(j, r);
	if (!(r->have >> j->guard_slot & 1))
		return judge_each(j, r);
	return j->words == 1 ? judge_guarded_word(j, r) : judge_guarded_words(j, r);
}

static __attribute__((noinline)) struct verdict *judge_unless_ignored(
    struct judge *j, const struct record *r)
{
	enum judge_truth t;

	j->known = 0;
	t = judge_truth_of(j, j->ignore, r);
	if (t == JUDGE_LIMIT)
		return NULL;
	return t == JUDGE_YES ? &j->ignored : judge_line(j, r);
}

struct verdict *judge_event(struct judge *j, const struct record *r)
{
	j->generation++;
	return j->ignore != JUDGE_NODE_NONE ? judge_unless_ignored(j, r) : judge_line(j, r);
}

void judge_settle(struct judge *j, void (*take)(void *ctx, const struct verdict *v), void *ctx)
{
	if (j->precedents != NULL)
		precedents_settle(j->precedents, take, ctx);
}
