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
	guard_free(j->guard);
	mem_free(j->brief);
	mem_free(j);
}

struct judge_hit judge_say(const struct judge_verdict *v, size_t sli)
{
	for (size_t i = 0; i < v->hits; i++)
		if (v->hit[i].sli == sli)
			return v->hit[i];
	return (struct judge_hit){ .sli = (uint16_t)sli };
}

/* ---- a line ---- */

static enum judge_truth search(struct judge *j, const struct pattern *pattern, struct str subject)
{
	switch (pattern_test(pattern, j->scratch, subject)) {
	case PATTERN_NO:
		return JUDGE_NO;
	case PATTERN_YES:
		return JUDGE_YES;
	case PATTERN_LIMIT:
		break;
	}
	return JUDGE_LIMIT;
}

static enum judge_truth within(struct judge *j, const struct judge_node *n, const struct record *r)
{
	struct judge_took *t = &j->took[n->slot];

	if (t->generation != j->generation) {
		t->generation = j->generation;
		t->took = RECORD_TOOK_MISSING;
		if (r->have >> n->slot & 1)
			t->took = record_took(r->field[n->slot], n->unit, &t->ns);
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
		return search(j, n->pattern, r->field[n->slot]);
	case SPEC_LINE:
		return search(j, n->pattern, r->line);
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

/* A prefix is told sooner than what the memo has been told of it is looked up, and a duration has a
 * memo of its own. */
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

/* Looks up what the rules say of this line's brief fields. */
static void recall(struct judge *j, const struct record *r)
{
	for (size_t i = 0; i < j->briefs; i++) {
		struct brief *b = &j->brief[i];
		const struct str s = r->field[b->slot];
		struct brief_value *v;
		uint64_t word;

		if (!(r->have >> b->slot & 1) || s.n - 1 >= BRIEF_BYTES)
			continue;
		word = brief_word(s);
		v = brief_at(b, word);
		if (v->word != word || v->n != s.n) {
			v->n = 0;
			if (!learn(j, b, v, r))
				continue;
			v->word = word;
			v->n = s.n;
		}
		j->known |= b->rules;
		j->yes |= v->yes;
	}
}

static inline enum judge_truth clause_truth(
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
	struct judge_hit *hit;

	if (t != JUDGE_YES)
		return t != JUDGE_LIMIT;
	t = clause_truth(j, &c->good, r);
	if (t == JUDGE_LIMIT)
		return 0;
	hit = &v->hit[v->hits++];
	hit->sli = c->index;
	hit->missing = t == JUDGE_MISSING;
	hit->valid = !(hit->missing & c->missing_excludes);
	hit->good = hit->valid & (t == c->good_when);
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

/* The journeys worth a look, by their word.  A lacking field rules none out: a rule may yet be
 * decided by a regex that runs out of its budget. */
static inline uint64_t alive(const struct judge *j, const struct record *r, size_t word)
{
	if (j->guard != NULL && r->have >> j->guard_slot & 1)
		return guard_alive(j->guard, r->field[j->guard_slot], word);
	return word < j->journeys / 64 ? ~UINT64_C(0) : (UINT64_C(1) << j->journeys % 64) - 1;
}

static int judge_journeys(struct judge *j, const struct record *r, struct judge_verdict *v)
{
	const size_t words = (j->journeys + 63) / 64;

	for (size_t i = 0; i < words; i++) {
		uint64_t left = alive(j, r, i);

		if (left != 0 && j->known == 0)
			recall(j, r);
		for (; left != 0; left &= left - 1)
			if (!judge_journey(
			        j, &j->journey[i * 64 + (size_t)__builtin_ctzll(left)], r, v))
				return 0;
	}
	return 1;
}

int judge_event(struct judge *j, const struct record *r, struct judge_verdict *v)
{
	j->generation++;
	j->known = j->yes = 0;
	v->ignored = 0;
	v->hits = 0;
	if (j->ignore != JUDGE_NODE_NONE) {
		const enum judge_truth t = truth_of(j, j->ignore, r);

		v->ignored = t == JUDGE_YES;
		if (t == JUDGE_LIMIT || t == JUDGE_YES)
			return t == JUDGE_YES;
	}
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
