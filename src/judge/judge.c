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
	mem_free(j);
}

struct judge_hit judge_say(const struct judge_verdict *v, size_t sli)
{
	for (size_t i = 0; i < v->hits; i++)
		if (v->hit[i].sli == sli)
			return v->hit[i];
	return (struct judge_hit){ .sli = (uint32_t)sli };
}

/* ---- a line ---- */

static enum judge_truth truth_from(enum pattern_result result)
{
	switch (result) {
	case PATTERN_NO:
		return JUDGE_NO;
	case PATTERN_YES:
		return JUDGE_YES;
	case PATTERN_LIMIT:
		break;
	}
	return JUDGE_LIMIT;
}

static enum judge_truth search_line(struct judge *j, const struct judge_node *n, struct str line)
{
	const struct judge_seek *s = n->seek != JUDGE_NODE_NONE ? &j->seek[n->seek] : NULL;

	if (s != NULL && judge_seek_is_seen(j, line))
		return truth_from(pattern_test_from(n->pattern, j->scratch, line, s->next));
	return truth_from(pattern_test(n->pattern, j->scratch, line));
}

static inline enum judge_truth within(
    struct judge *j, const struct judge_node *n, const struct record *r)
{
	struct judge_took *t = &j->took[n->slot];

	if (t->generation != j->generation) {
		t->generation = j->generation;
		t->took = RECORD_TOOK_MISSING;
		if (r->have >> n->slot & 1)
			t->took = record_took_plain(r->field[n->slot], n->unit, &t->ns)
			    ? RECORD_TOOK
			    : record_took(r->field[n->slot], n->unit, &t->ns);
	}
	if (t->took != RECORD_TOOK)
		return JUDGE_MISSING;
	return t->ns <= n->within_ns ? JUDGE_YES : JUDGE_NO;
}

static inline enum judge_truth truth_of(struct judge *j, uint32_t node, const struct record *r);

/* ALL is decided by a no, ANY by a yes; without one a regex that ran out hides what it may have
 * been, and a lacking field comes after it.  The answer does not depend on the order of the
 * children. */
static enum judge_truth combine(struct judge *j, const struct judge_node *n, const struct record *r)
{
	enum judge_truth decides = n->kind == SPEC_ALL ? JUDGE_NO : JUDGE_YES;
	enum judge_truth truth = n->kind == SPEC_ALL ? JUDGE_YES : JUDGE_NO;

	for (uint32_t i = 0; i < n->children; i++) {
		enum judge_truth t = truth_of(j, j->child[n->child + i], r);

		if (t == decides)
			return t;
		if (t == JUDGE_LIMIT || (t == JUDGE_MISSING && truth != JUDGE_LIMIT))
			truth = t;
	}
	return truth;
}

static enum judge_truth negate(enum judge_truth t)
{
	static const enum judge_truth not [] = {
		[JUDGE_NO] = JUDGE_YES,
		[JUDGE_YES] = JUDGE_NO,
		[JUDGE_MISSING] = JUDGE_MISSING,
		[JUDGE_LIMIT] = JUDGE_LIMIT,
	};

	return not [t];
}

static enum judge_truth evaluate(
    struct judge *j, const struct judge_node *n, const struct record *r)
{
	switch (n->kind) {
	case SPEC_MATCH:
		if (!(r->have >> n->slot & 1))
			return JUDGE_MISSING;
		return truth_from(pattern_test(n->pattern, j->scratch, r->field[n->slot]));
	case SPEC_LINE:
		return search_line(j, n, r->line);
	case SPEC_NOT:
		return negate(truth_of(j, j->child[n->child], r));
	case SPEC_WITHIN:
	case SPEC_ALL:
	case SPEC_ANY:
		break;
	}
	return combine(j, n, r);
}

/* What was said of the node before on this line, or is found out now. */
static enum judge_truth settle(struct judge *j, uint32_t node, const struct record *r)
{
	enum judge_truth t;

	if (j->memo[node] >> 2 == j->generation)
		return (enum judge_truth)(j->memo[node] & 3);
	t = evaluate(j, &j->node[node], r);
	j->memo[node] = j->generation << 2 | (uint64_t)t;
	return t;
}

/* A prefix, or that a text is lacking, is told sooner than what the memo has been told of it is
 * looked up, and a duration has a memo of its own. */
static inline enum judge_truth truth_of(struct judge *j, uint32_t node, const struct record *r)
{
	const struct judge_node *n = &j->node[node];

	if (node == JUDGE_NODE_NONE)
		return JUDGE_YES;
	if (n->brief & j->known)
		return n->brief & j->yes ? JUDGE_YES : JUDGE_NO;
	if (n->kind == SPEC_WITHIN)
		return within(j, n, r);
	if (n->prefix != NULL && (r->have >> n->slot & 1)) {
		const enum prefix_answer answer = prefix_test(n->prefix, r->field[n->slot]);

		if (answer != PREFIX_ASK)
			return answer == PREFIX_YES ? JUDGE_YES : JUDGE_NO;
	}
	if (n->seek != JUDGE_NODE_NONE && judge_seek_lacks(j, &j->seek[n->seek], r->line))
		return JUDGE_NO;
	return settle(j, node, r);
}

/* What the brief rules say of a value; 0 when one cannot say. */
static int learn(
    struct judge *j, const struct brief *b, struct brief_value *v, const struct record *r)
{
	uint64_t yes = 0;

	for (uint64_t left = b->rules; left != 0; left &= left - 1) {
		const uint32_t node = j->brief_node[__builtin_ctzll(left)];
		const enum judge_truth t = truth_of(j, node, r);

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

/* ---- the exact way: any line ---- */

static enum judge_truth clause_truth(
    struct judge *j, const struct judge_clause *c, const struct record *r)
{
	if (c->brief & ~j->yes) /* what is not known is not said yes to either */
		return c->brief & j->known & ~j->yes ? JUDGE_NO : truth_of(j, c->node, r);
	return c->rest == JUDGE_NODE_NONE ? JUDGE_YES : truth_of(j, c->rest, r);
}

/* 0 when a regex that decides ran out of its budget. */
static int judge_column(
    struct judge *j, const struct judge_column *c, const struct record *r, struct judge_verdict *v)
{
	enum judge_truth t = clause_truth(j, &c->valid, r);

	if (t != JUDGE_YES)
		return t != JUDGE_LIMIT;
	t = clause_truth(j, &c->good, r);
	if (t == JUDGE_LIMIT)
		return 0;
	v->hit[v->hits++] = c->hit[t];
	return 1;
}

static int judge_journey(
    struct judge *j, const struct judge_journey *y, const struct record *r, struct judge_verdict *v)
{
	enum judge_truth t = clause_truth(j, &y->valid, r);

	if (t != JUDGE_YES)
		return t != JUDGE_LIMIT;
	for (size_t i = 0; i < y->columns; i++)
		if (!judge_column(j, &j->column[y->column + i], r, v))
			return 0;
	return 1;
}

/* The guarded field is lacking, which rules no journey out: a rule may yet be decided by a regex
 * that runs out of its budget.  Or it has a zero byte in its head, and might pass what is exact for
 * others. */
static __attribute__((noinline)) int judge_each(
    struct judge *j, const struct record *r, struct judge_verdict *v)
{
	(void)recall(j, r);
	for (size_t i = 0; i < j->journeys; i++)
		if (!judge_journey(j, &j->journey[i], r, v))
			return 0;
	return 1;
}

/* ---- the quick way: all brief fields are known, and a guard rules journeys out ---- */

/* Looks up all brief fields, if all that there is to know of them is kept. */
static inline int recall_all(struct judge *j, const struct record *r)
{
	const struct head_room room = head_room(r->line);
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
		key = brief_key(head_of(s), s.n);
		v = &b->value[brief_at(key)];
		if (v->key != key)
			return 0;
		yes |= v->yes;
	}
	j->known = j->brief_mask;
	j->yes = yes;
	return 1;
}

/* A rule that asks for more than brief fields, or for nothing.  What is told without the memo is
 * told here. */
static inline enum judge_truth rest_truth(struct judge *j, uint32_t node, const struct record *r)
{
	uint32_t seek;

	if (node == JUDGE_NODE_NONE)
		return JUDGE_YES;
	seek = j->node[node].seek;
	if (seek != JUDGE_NODE_NONE && judge_seek_lacks(j, &j->seek[seek], r->line))
		return JUDGE_NO;
	return truth_of(j, node, r);
}

/* 0 when a regex that decides ran out of its budget.  All brief rules are known here: what is not
 * said yes to is said no to. */
static inline int quick_columns(
    struct judge *j, const struct judge_journey *y, const struct record *r, struct judge_verdict *v)
{
	const struct judge_column *c = &j->column[y->column], *const end = c + y->columns;
	const uint64_t no = ~j->yes;
	size_t hits = v->hits;

	for (; c < end; c++) {
		enum judge_truth t;

		if (c->valid.brief & no)
			continue;
		if ((t = rest_truth(j, c->valid.rest, r)) == JUDGE_LIMIT)
			return 0;
		if (t != JUDGE_YES)
			continue;
		if (c->good.brief & no)
			t = JUDGE_NO;
		else if (c->within != NULL)
			t = within(j, c->within, r);
		else if ((t = rest_truth(j, c->good.rest, r)) == JUDGE_LIMIT)
			return 0;
		v->hit[hits++] = c->hit[t];
	}
	v->hits = hits;
	return 1;
}

/* `done` is the last journey whose columns were judged: another of its gates says nothing new. */
static inline int judge_gate(struct judge *j, const struct judge_gate *g, const struct record *r,
    struct judge_verdict *v, uint32_t *done)
{
	enum judge_truth t;

	if (g->journey == *done || g->brief & ~j->yes)
		return 1;
	t = rest_truth(j, g->rest, r);
	if (t != JUDGE_YES)
		return t != JUDGE_LIMIT;
	*done = g->journey;
	return quick_columns(j, &j->journey[g->journey], r, v);
}

/* Where nothing is guarded: all gates but those that demand a text which comes later. */
static inline uint64_t pass_unguarded(const struct judge *j, const struct record *r, size_t word)
{
	const struct judge_gate *gate = &j->gate[word * 64];
	uint64_t passed = word + 1 < j->words ? ~UINT64_C(0) : j->last_word;

	for (uint64_t left = passed; left != 0; left &= left - 1) {
		const uint32_t seek = gate[__builtin_ctzll(left)].seek;

		if (seek != JUDGE_NODE_NONE && judge_seek_is_far(j, &j->seek[seek], r->line))
			passed &= ~(left & -left);
	}
	return passed;
}

/* The gates of that word that the line passes; `head` is the guarded field's, if any is. */
static inline uint64_t pass(
    const struct judge *j, const struct record *r, size_t word, const unsigned char *head)
{
	if (j->guard == NULL)
		return pass_unguarded(j, r, word);
	return guard_pass(j->guard, word, head, r->field[j->guard_slot].n);
}

/* What is not known of brief fields has to be asked of each rule. */
static int judge_gate_exactly(struct judge *j, const struct judge_gate *g, const struct record *r,
    struct judge_verdict *v, uint32_t *done)
{
	if (g->journey == *done)
		return 1;
	*done = g->journey;
	return judge_journey(j, &j->journey[g->journey], r, v);
}

/* The line passes those gates of the first word.  It is a call of its own, since many lines pass
 * none and need not pay for what the others do. */
static __attribute__((noinline)) int judge_passed(struct judge *j, const struct record *r,
    struct judge_verdict *v, uint64_t passed, const unsigned char *head)
{
	const int is_known = recall_all(j, r) || recall(j, r);

	for (size_t word = 0;;) {
		const struct judge_gate *gate = &j->gate[word * 64];
		uint32_t done = UINT32_MAX;

		for (; passed != 0; passed &= passed - 1) {
			const struct judge_gate *g = &gate[__builtin_ctzll(passed)];

			if (!(is_known ? judge_gate(j, g, r, v, &done)
			               : judge_gate_exactly(j, g, r, v, &done)))
				return 0;
		}
		if (++word >= j->words)
			return 1;
		passed = pass(j, r, word, head);
	}
}

static inline int judge_journeys(struct judge *j, const struct record *r, struct judge_verdict *v)
{
	const struct str field = r->field[j->guard_slot];
	unsigned char near[HEAD_BYTES];
	const unsigned char *head = NULL;
	uint64_t word, passed;

	if (j->guard != NULL) {
		if (!(r->have >> j->guard_slot & 1))
			return judge_each(j, r, v);
		word =
		    head_is_near(field, head_room(r->line)) ? head_of(field) : head_of_far(field);
		if (j->guard->runs && head_has_zero(word, field.n))
			return judge_each(j, r, v);
		/* One pointer or the other, without a branch: lengths are hard to foresee. */
		head_put(near, word);
		head = field.n < HEAD_BYTES ? near : (const unsigned char *)field.p;
	}
	passed = pass(j, r, 0, head);
	return passed == 0 && j->words == 1 ? 1 : judge_passed(j, r, v, passed, head);
}

static __attribute__((noinline)) int judge_unless_ignored(
    struct judge *j, const struct record *r, struct judge_verdict *v)
{
	const enum judge_truth t = truth_of(j, j->ignore, r);

	v->ignored = t == JUDGE_YES;
	if (t == JUDGE_LIMIT || t == JUDGE_YES)
		return t == JUDGE_YES;
	return judge_journeys(j, r, v);
}

int judge_event(struct judge *j, const struct record *r, struct judge_verdict *v)
{
	j->generation++;
	j->known = j->yes = 0;
	v->ignored = 0;
	v->hits = 0;
	if (j->ignore != JUDGE_NODE_NONE)
		return judge_unless_ignored(j, r, v);
	return judge_journeys(j, r, v);
}

enum judge_truth judge_rule(struct judge *j, const struct spec_rule *rule, const struct record *r)
{
	uint32_t node;

	if (rule == NULL)
		return JUDGE_YES;
	j->generation++;
	j->known = 0;
	node = judge_plan_find(j, rule);
	return node == JUDGE_NODE_NONE ? JUDGE_LIMIT : truth_of(j, node, r);
}
