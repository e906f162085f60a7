#include "judge.h"
#include "brief.h"
#include "err.h"
#include "guard.h"
#include "mem.h"
#include <assert.h>
#include <string.h>

/* The plan is a graph of nodes without repetition: equal predicates and equal combinations of them
 * are one node, whichever rules they stand in.  A node is evaluated at most once a line; its answer
 * is stamped with the line's generation, so that nothing has to be cleared between lines. */
#define NODE_NONE  UINT32_MAX /* no rule: yes */
#define BRIEF_COST 1          /* of a predicate on a field that is a few bytes long */

struct node {
	enum spec_rule_kind kind;
	unsigned slot;
	enum record_unit unit;
	uint32_t child, children; /* in judge.child; by cost, which Kleene's logic ignores */
	int64_t within_ns;
	const struct pattern *pattern;
	const struct prefix *prefix; /* of the pattern, or NULL */
	uint64_t hash;
	uint64_t brief; /* its bit among the rules of brief fields, or 0 */
	uint32_t cost;
};

/* A rule as a line asks it: what it demands of brief fields is one comparison, and only where all
 * of that holds is the rest looked at. */
struct clause {
	uint64_t brief;      /* these must say yes */
	uint32_t rest, node; /* what else it demands; the whole rule */
};
struct column {
	struct clause valid, good;
	uint16_t index;
	int good_is_bad, missing_excludes;
};
struct journey {
	struct clause valid;
	size_t column, columns;
};
struct took {
	uint64_t generation;
	enum record_took took;
	int64_t ns;
};

struct judge {
	const struct spec *spec;
	struct pattern_scratch *scratch;
	struct node *node;
	size_t nodes, node_room;
	uint32_t *child;
	size_t children, child_room;
	uint32_t *stack; /* children of the rules under way; as large as any needed */
	size_t stack_used, stack_room;
	uint32_t *table; /* open addressing, node + 1; 0 is empty; a power of two */
	size_t table_size;
	uint64_t *memo; /* by node: generation * 4 + truth */
	uint64_t generation;
	uint32_t ignore;
	struct journey *journey;
	struct column *column;
	size_t journeys, columns;
	struct guard *guard; /* NULL: no journey asks for a prefix */
	unsigned guard_slot; /* of which field */
	struct brief *brief;
	size_t briefs, brief_room, brief_rules;
	uint32_t brief_node[BRIEF_RULES];
	uint64_t known, yes; /* of this line: which brief rules were looked up, and say yes */
	struct took took[RECORD_SLOTS]; /* read once, however many thresholds it is held against */
};

/* ---- the plan ---- */

static uint64_t mix(uint64_t hash, const void *p, size_t n)
{
	const unsigned char *byte = p;

	for (size_t i = 0; i < n; i++)
		hash = (hash ^ byte[i]) * UINT64_C(0x100000001b3); /* FNV-1a */
	return hash;
}

static int has_pattern(const struct node *n)
{
	return n->kind == SPEC_MATCH || n->kind == SPEC_LINE;
}

static uint64_t node_hash(const struct node *n, const uint32_t *child)
{
	uint64_t hash = mix(UINT64_C(0xcbf29ce484222325), &n->kind, sizeof n->kind);

	hash = mix(hash, &n->slot, sizeof n->slot);
	hash = mix(hash, &n->within_ns, sizeof n->within_ns);
	hash = mix(hash, child, n->children * sizeof *child);
	if (has_pattern(n)) {
		struct str text = pattern_text(n->pattern);

		hash = mix(hash, text.p, text.n);
	}
	return hash ^ hash >> 32;
}

static int node_equal(
    const struct judge *j, const struct node *a, const struct node *b, const uint32_t *b_child)
{
	if (a->hash != b->hash || a->kind != b->kind || a->slot != b->slot)
		return 0;
	if (a->within_ns != b->within_ns || a->children != b->children)
		return 0;
	for (uint32_t i = 0; i < a->children; i++)
		if (j->child[a->child + i] != b_child[i])
			return 0;
	return !has_pattern(a) || str_equal(pattern_text(a->pattern), pattern_text(b->pattern));
}

/* Where the node is in the table, or the empty place where it belongs. */
static size_t table_seek(const struct judge *j, const struct node *n, const uint32_t *child)
{
	size_t at = (size_t)n->hash & (j->table_size - 1);

	while (j->table[at] != 0 && !node_equal(j, &j->node[j->table[at] - 1], n, child))
		at = (at + 1) & (j->table_size - 1);
	return at;
}

static int table_grow(struct judge *j)
{
	size_t size = j->table_size == 0 ? 64 : j->table_size * 2;
	uint32_t *table;

	if ((j->nodes + 1) * 2 <= j->table_size)
		return 1;
	if ((table = mem_new(size, sizeof *table)) == NULL)
		return 0;
	for (uint32_t i = 0; i < j->nodes; i++) {
		size_t at = (size_t)j->node[i].hash & (size - 1);

		while (table[at] != 0)
			at = (at + 1) & (size - 1);
		table[at] = i + 1;
	}
	mem_free(j->table);
	j->table = table;
	j->table_size = size;
	return 1;
}

/* Fields that are a few bytes long go first, the whole line last. */
static uint32_t predicate_cost(const struct spec_rule *rule)
{
	static const char *const brief[] = { "method", "status", "proto", "upstream_status" };

	if (rule->kind == SPEC_LINE)
		return 16;
	if (rule->kind == SPEC_WITHIN)
		return 2;
	for (size_t i = 0; i < sizeof brief / sizeof *brief; i++)
		if (rule->key != NULL && strcmp(rule->key, brief[i]) == 0)
			return BRIEF_COST;
	return 4;
}

static void sort_by_cost(const struct judge *j, uint32_t *child, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		uint32_t c = child[i];
		size_t k = i;

		for (; k > 0 && j->node[child[k - 1]].cost > j->node[c].cost; k--)
			child[k] = child[k - 1];
		child[k] = c;
	}
}

enum plan_mode { PLAN_MAKE, PLAN_FIND };

/* The node that equals n, made if need be.  NODE_NONE: memory ran out, or there is none to find. */
static uint32_t node_intern(
    struct judge *j, struct node n, const uint32_t *child, enum plan_mode mode)
{
	size_t at;
	void *grown;

	n.hash = node_hash(&n, child);
	if (mode == PLAN_MAKE && !table_grow(j))
		return NODE_NONE;
	if (j->table_size == 0)
		return NODE_NONE;
	at = table_seek(j, &n, child);
	if (j->table[at] != 0 || mode == PLAN_FIND)
		return j->table[at] - 1; /* 0 - 1 is NODE_NONE */
	if ((grown = mem_grow(j->node, &j->node_room, j->nodes + 1, sizeof *j->node)) == NULL)
		return NODE_NONE;
	j->node = grown;
	grown = mem_grow(j->child, &j->child_room, j->children + n.children + 1, sizeof *j->child);
	if (grown == NULL)
		return NODE_NONE;
	j->child = grown;
	n.child = (uint32_t)j->children;
	for (uint32_t i = 0; i < n.children; i++)
		j->child[j->children++] = child[i];
	j->node[j->nodes] = n;
	j->table[at] = (uint32_t)++j->nodes;
	return j->table[at] - 1;
}

static int push(struct judge *j, uint32_t node)
{
	void *grown = mem_grow(j->stack, &j->stack_room, j->stack_used + 1, sizeof *j->stack);

	if (grown == NULL)
		return 0;
	j->stack = grown;
	j->stack[j->stack_used++] = node;
	return 1;
}

/* The rule's node.  Finding one again allocates nothing: the stack was large enough to make it.
 * Recursion is as deep as the rule, which the spec bounds. */
static uint32_t node_of(struct judge *j, const struct spec_rule *rule, enum plan_mode mode)
{
	struct node n = { .kind = rule->kind };
	size_t base = j->stack_used;
	uint32_t found = NODE_NONE;

	if (rule->kind == SPEC_MATCH || rule->kind == SPEC_LINE || rule->kind == SPEC_WITHIN) {
		n.slot = rule->kind == SPEC_LINE ? 0 : rule->slot;
		n.pattern = rule->pattern;
		if (rule->kind == SPEC_MATCH)
			n.prefix = pattern_prefix(rule->pattern);
		n.cost = predicate_cost(rule);
		if (rule->kind == SPEC_WITHIN) {
			n.within_ns = rule->within_ns;
			n.unit = format_unit(j->spec->format, (int)rule->slot);
		}
		return node_intern(j, n, NULL, mode);
	}
	if (rule->children == 1 && rule->kind != SPEC_NOT)
		return node_of(j, rule->child[0], mode);
	for (; n.children < rule->children; n.children++) {
		uint32_t c = node_of(j, rule->child[n.children], mode);

		if (c == NODE_NONE || !push(j, c))
			goto out;
		n.cost += j->node[c].cost;
	}
	sort_by_cost(j, j->stack + base, n.children);
	found = node_intern(j, n, j->stack + base, mode);
out:
	j->stack_used = base;
	return found;
}

static int plan_rule(struct judge *j, const struct spec_rule *rule, uint32_t *node)
{
	*node = NODE_NONE;
	return rule == NULL || (*node = node_of(j, rule, PLAN_MAKE)) != NODE_NONE;
}

/* The brief field of that slot, made if need be; NULL: memory ran out. */
static struct brief *brief_of(struct judge *j, unsigned slot)
{
	struct brief *grown;

	for (size_t i = 0; i < j->briefs; i++)
		if (j->brief[i].slot == slot)
			return &j->brief[i];
	grown = mem_grow(j->brief, &j->brief_room, j->briefs + 1, sizeof *grown);
	if (grown == NULL)
		return NULL;
	j->brief = grown;
	grown += j->briefs++;
	*grown = (struct brief){ .slot = slot };
	return grown;
}

/* Gives the node a bit when it asks for a brief field and there are bits left. */
static int plan_brief(struct judge *j, uint32_t node)
{
	struct node *n = &j->node[node];
	struct brief *b;

	if (n->kind != SPEC_MATCH || n->cost > BRIEF_COST || n->brief != 0 ||
	    j->brief_rules == BRIEF_RULES)
		return 1;
	if ((b = brief_of(j, n->slot)) == NULL)
		return 0;
	n->brief = UINT64_C(1) << j->brief_rules;
	b->rules |= n->brief;
	j->brief_node[j->brief_rules++] = node;
	return 1;
}

/* Parts the children of ALL: brief ones become bits, the others, pushed, a rule of their own. */
static int part_children(struct judge *j, const struct node *all, struct clause *c)
{
	struct node rest = { .kind = SPEC_ALL };
	const size_t base = j->stack_used;
	int ok = 1;

	for (uint32_t i = 0; i < all->children && ok; i++) {
		const uint32_t child = j->child[all->child + i];

		ok = plan_brief(j, child);
		c->brief |= j->node[child].brief;
		if (ok && j->node[child].brief == 0) {
			ok = push(j, child);
			rest.cost += j->node[child].cost;
			rest.children++;
		}
	}
	if (ok && rest.children == 1)
		c->rest = j->stack[base];
	else if (ok && rest.children > 1)
		ok = (c->rest = node_intern(j, rest, j->stack + base, PLAN_MAKE)) != NODE_NONE;
	j->stack_used = base;
	return ok;
}

static int plan_clause(struct judge *j, const struct spec_rule *rule, struct clause *c)
{
	struct node n;

	*c = (struct clause){ .rest = NODE_NONE };
	if (!plan_rule(j, rule, &c->node))
		return 0;
	if (c->node == NODE_NONE)
		return 1;
	n = j->node[c->node];
	if (n.kind == SPEC_ALL)
		return part_children(j, &n, c);
	if (!plan_brief(j, c->node))
		return 0;
	c->brief = j->node[c->node].brief;
	c->rest = c->brief != 0 ? NODE_NONE : c->node;
	return 1;
}

static int plan_journey(struct judge *j, const struct spec_journey *from)
{
	struct journey *to = &j->journey[j->journeys];

	to->column = j->columns;
	to->columns = from->slis;
	if (!plan_clause(j, from->valid, &to->valid))
		return 0;
	for (size_t i = 0; i < from->slis; i++) {
		const struct spec_sli *sli = &from->sli[i];
		struct column *c = &j->column[j->columns++];

		c->index = (uint16_t)sli->index;
		c->good_is_bad = sli->good_is_bad;
		c->missing_excludes = sli->missing_excludes;
		if (!plan_clause(j, sli->valid, &c->valid) || !plan_clause(j, sli->good, &c->good))
			return 0;
	}
	j->journeys += from->slis > 0;
	return 1;
}

/* Calls for each node that must hold for the journey and asks a prefix of a field. */
static void each_demand(
    struct judge *j, size_t journey, void (*call)(struct judge *, size_t journey, uint32_t node))
{
	const uint32_t valid = j->journey[journey].valid.node;
	const struct node *rule = valid != NODE_NONE ? &j->node[valid] : NULL;
	const int is_all = rule != NULL && rule->kind == SPEC_ALL;

	for (uint32_t i = 0; rule != NULL && i < (is_all ? rule->children : 1); i++) {
		const uint32_t node = is_all ? j->child[rule->child + i] : valid;

		if (j->node[node].kind == SPEC_MATCH && j->node[node].prefix != NULL)
			call(j, journey, node);
	}
}

static void note_demand(struct judge *j, size_t journey, uint32_t node)
{
	(void)journey;
	j->memo[node] = 1;
}

static void guard_demand(struct judge *j, size_t journey, uint32_t node)
{
	if (j->node[node].slot == j->guard_slot)
		guard_add(j->guard, journey, j->node[node].prefix);
}

/* Guards the field of which the most different things are asked: the path, as a rule. */
static enum nines_status plan_guard(struct judge *j, struct nines_error *err)
{
	size_t asked[RECORD_SLOTS] = { 0 };
	enum nines_status rc;

	for (size_t i = 0; i < j->journeys; i++)
		each_demand(j, i, note_demand);
	for (uint32_t i = 0; i < j->nodes; i++) {
		const unsigned slot = j->node[i].slot;

		asked[slot] += (size_t)j->memo[i];
		j->memo[i] = 0;
		if (asked[slot] > asked[j->guard_slot])
			j->guard_slot = slot;
	}
	if (asked[j->guard_slot] == 0)
		return NINES_OK;
	rc = guard_new(&j->guard, j->journeys, err);
	for (size_t i = 0; i < j->journeys && rc == NINES_OK; i++)
		each_demand(j, i, guard_demand);
	return rc;
}

static int plan(struct judge *j, const struct spec *spec)
{
	j->journey = mem_new(spec->journeys + 1, sizeof *j->journey);
	j->column = mem_new(spec->slis + 1, sizeof *j->column);
	j->stack = mem_grow(NULL, &j->stack_room, 1, sizeof *j->stack);
	if (j->journey == NULL || j->column == NULL || j->stack == NULL)
		return 0;
	if (!plan_rule(j, spec->ignore, &j->ignore))
		return 0;
	for (size_t i = 0; i < spec->journeys; i++)
		if (!plan_journey(j, &spec->journey[i]))
			return 0;
	assert(j->columns == spec->slis);
	j->memo = mem_new(j->nodes + 1, sizeof *j->memo);
	return j->memo != NULL;
}

enum nines_status judge_new(
    struct judge **judge, const struct spec *spec, int no_jit, struct nines_error *err)
{
	struct judge *j = mem_new(1, sizeof *j);
	enum nines_status rc;

	if (j == NULL)
		return err_nomem(err);
	j->spec = spec;
	rc = pattern_scratch_new(&j->scratch, no_jit, err);
	if (rc == NINES_OK && !plan(j, spec))
		rc = err_nomem(err);
	if (rc == NINES_OK)
		rc = plan_guard(j, err);
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

static enum judge_truth within(struct judge *j, const struct node *n, const struct record *r)
{
	struct took *t = &j->took[n->slot];

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
static enum judge_truth combine(struct judge *j, const struct node *n, const struct record *r)
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

static enum judge_truth evaluate(struct judge *j, const struct node *n, const struct record *r)
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
	const struct node *n = &j->node[node];

	if (node == NODE_NONE)
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
    struct judge *j, const struct clause *c, const struct record *r)
{
	if (c->brief & j->known & ~j->yes)
		return JUDGE_NO;
	if (c->brief & ~j->known)
		return truth_of(j, c->node, r);
	return c->rest == NODE_NONE ? JUDGE_YES : truth_of(j, c->rest, r);
}

/* 0 when a regex that decides ran out of its budget. */
static int judge_column(
    struct judge *j, const struct column *c, const struct record *r, struct judge_verdict *v)
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
	hit->valid = !(t == JUDGE_MISSING && c->missing_excludes);
	hit->good = hit->valid && t == (c->good_is_bad ? JUDGE_NO : JUDGE_YES);
	return 1;
}

static int judge_journey(
    struct judge *j, const struct journey *y, const struct record *r, struct judge_verdict *v)
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
	if (j->ignore != NODE_NONE) {
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
	node = node_of(j, rule, PLAN_FIND);
	return node == NODE_NONE ? JUDGE_LIMIT : truth_of(j, node, r);
}
