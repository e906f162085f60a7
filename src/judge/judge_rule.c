#include "judge_impl.h"

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

/* ALL is decided by a no, ANY by a yes; without one a regex that ran out hides what it may have
 * been, and a lacking field comes after it.  The answer does not depend on the order of the
 * children. */
static enum judge_truth combine(struct judge *j, const struct judge_node *n, const struct record *r)
{
	enum judge_truth decides = n->kind == SPEC_ALL ? JUDGE_NO : JUDGE_YES;
	enum judge_truth truth = n->kind == SPEC_ALL ? JUDGE_YES : JUDGE_NO;

	for (uint32_t i = 0; i < n->children; i++) {
		enum judge_truth t = judge_truth_of(j, j->child[n->child + i], r);

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
		return negate(judge_truth_of(j, j->child[n->child], r));
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
 * looked up. */
enum judge_truth judge_truth_ask(struct judge *j, uint32_t node, const struct record *r)
{
	const struct judge_node *n = &j->node[node];

	if (n->prefix != NULL && (r->have >> n->slot & 1)) {
		const enum prefix_answer answer = prefix_test(n->prefix, r->field[n->slot]);

		if (answer != PREFIX_ASK)
			return answer == PREFIX_YES ? JUDGE_YES : JUDGE_NO;
	}
	if (n->seek != JUDGE_NODE_NONE && judge_seek_lacks(j, &j->seek[n->seek], r->line))
		return JUDGE_NO;
	return settle(j, node, r);
}

enum judge_truth judge_rule(struct judge *j, const struct spec_rule *rule, const struct record *r)
{
	uint32_t node;

	if (rule == NULL)
		return JUDGE_YES;
	j->generation++;
	j->known = 0;
	node = judge_plan_find(j, rule);
	return node == JUDGE_NODE_NONE ? JUDGE_LIMIT : judge_truth_of(j, node, r);
}
