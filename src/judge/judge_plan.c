#include "judge_impl.h"

#include <assert.h>
#include <string.h>

#include "err.h"

#define BRIEF_COST 1 /* of a predicate on a field that is a few bytes long */

static uint64_t mix(uint64_t hash, const void *p, size_t n)
{
	const unsigned char *byte = p;

	for (size_t i = 0; i < n; i++)
		hash = (hash ^ byte[i]) * UINT64_C(0x100000001b3); /* FNV-1a */
	return hash;
}

static int has_pattern(const struct judge_node *n)
{
	return n->kind == SPEC_MATCH || n->kind == SPEC_LINE;
}

static uint64_t node_hash(const struct judge_node *n, const uint32_t *child)
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

static int node_equal(const struct judge *j, const struct judge_node *a, const struct judge_node *b,
    const uint32_t *b_child)
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
static size_t table_seek(const struct judge *j, const struct judge_node *n, const uint32_t *child)
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

/* The node that equals n, made if need be.  JUDGE_NODE_NONE: memory ran out, or there is none to
 * find. */
static uint32_t node_intern(
    struct judge *j, struct judge_node n, const uint32_t *child, enum plan_mode mode)
{
	size_t at;
	void *grown;

	n.hash = node_hash(&n, child);
	if (mode == PLAN_MAKE && !table_grow(j))
		return JUDGE_NODE_NONE;
	if (j->table_size == 0)
		return JUDGE_NODE_NONE;
	at = table_seek(j, &n, child);
	if (j->table[at] != 0 || mode == PLAN_FIND)
		return j->table[at] - 1; /* 0 - 1 is JUDGE_NODE_NONE */
	if ((grown = mem_grow(j->node, &j->node_room, j->nodes + 1, sizeof *j->node)) == NULL)
		return JUDGE_NODE_NONE;
	j->node = grown;
	grown = mem_grow(j->child, &j->child_room, j->children + n.children + 1, sizeof *j->child);
	if (grown == NULL)
		return JUDGE_NODE_NONE;
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
	struct judge_node n = { .kind = rule->kind, .seek = JUDGE_NODE_NONE };
	size_t base = j->stack_used;
	uint32_t found = JUDGE_NODE_NONE;

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

		if (c == JUDGE_NODE_NONE || !push(j, c))
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
	*node = JUDGE_NODE_NONE;
	return rule == NULL || (*node = node_of(j, rule, PLAN_MAKE)) != JUDGE_NODE_NONE;
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
	struct judge_node *n = &j->node[node];
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
static int part_children(struct judge *j, const struct judge_node *all, struct judge_clause *c)
{
	struct judge_node rest = { .kind = SPEC_ALL, .seek = JUDGE_NODE_NONE };
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
		ok =
		    (c->rest = node_intern(j, rest, j->stack + base, PLAN_MAKE)) != JUDGE_NODE_NONE;
	j->stack_used = base;
	return ok;
}

static int plan_clause(struct judge *j, const struct spec_rule *rule, struct judge_clause *c)
{
	struct judge_node n;

	*c = (struct judge_clause){ .rest = JUDGE_NODE_NONE };
	if (!plan_rule(j, rule, &c->node))
		return 0;
	if (c->node == JUDGE_NODE_NONE)
		return 1;
	n = j->node[c->node];
	if (n.kind == SPEC_ALL)
		return part_children(j, &n, c);
	if (!plan_brief(j, c->node))
		return 0;
	c->brief = j->node[c->node].brief;
	c->rest = c->brief != 0 ? JUDGE_NODE_NONE : c->node;
	return 1;
}

static void plan_hits(struct judge_column *c, const struct spec_sli *sli)
{
	for (int t = JUDGE_NO; t <= JUDGE_MISSING; t++) {
		const int missing = t == JUDGE_MISSING;

		c->hit[t] = (struct verdict_hit){
			.sli = (uint32_t)sli->index,
			.missing = (uint8_t)missing,
			.valid = (uint8_t)(!missing || !sli->missing_excludes),
			.good = t == (sli->good_is_bad ? JUDGE_NO : JUDGE_YES),
		};
	}
}

static int plan_journey(struct judge *j, const struct spec_journey *from)
{
	struct judge_journey *to = &j->journey[j->journeys];

	to->column = j->columns;
	to->columns = from->slis;
	if (!plan_clause(j, from->valid, &to->valid))
		return 0;
	for (size_t i = 0; i < from->slis; i++) {
		const struct spec_sli *sli = &from->sli[i];
		struct judge_column *c = &j->column[j->columns++];

		plan_hits(c, sli);
		if (!plan_clause(j, sli->valid, &c->valid) || !plan_clause(j, sli->good, &c->good))
			return 0;
	}
	j->journeys += from->slis > 0;
	return 1;
}

/* Which `line:` rules begin with a text, and so can be looked for. */
static enum nines_status plan_seeks(struct judge *j, struct nines_error *err)
{
	j->seek = mem_new(j->nodes + 1, sizeof *j->seek);
	if (j->seek == NULL)
		return err_nomem(err);
	for (size_t i = 0; i < j->nodes; i++) {
		struct judge_node *n = &j->node[i];
		const size_t bytes = n->kind == SPEC_LINE ? pattern_head(n->pattern).n : 0;

		if (bytes == 0)
			continue;
		n->seek = (uint32_t)j->seeks;
		j->seek[j->seeks++] =
		    (struct judge_seek){ .pattern = n->pattern, .bytes = (ptrdiff_t)bytes };
	}
	return NINES_OK;
}

/* Rules of brief fields that stand within other rules. */
static int plan_briefs(struct judge *j)
{
	for (uint32_t i = 0; i < j->nodes; i++)
		if (!plan_brief(j, i))
			return 0;
	for (size_t i = 0; i < j->briefs; i++) {
		j->brief_slots |= UINT64_C(1) << j->brief[i].slot;
		j->brief_mask |= j->brief[i].rules;
	}
	return 1;
}

/* A threshold as record_took_digits has it; all plain ones are within longer ones. */
static uint64_t digits_of(int64_t within_ns)
{
	const int64_t ms = within_ns / 1000000, most = ms < 9999 ? ms : 9999;

	return (uint64_t)(most / 1000) << 32 | (uint64_t)(most / 100 % 10) << 16 |
	    (uint64_t)(most / 10 % 10) << 8 | (uint64_t)(most % 10);
}

/* Durations and their thresholds, if there are few, behind the bits of brief rules. */
static void plan_limits(struct judge *j)
{
	unsigned bit = (unsigned)j->brief_rules;

	for (uint32_t i = 0; i < j->nodes; i++) {
		struct judge_node *n = &j->node[i];

		if (n->kind != SPEC_WITHIN)
			continue;
		if (j->limits == JUDGE_LIMITS || bit + 2 > BRIEF_RULES)
			return;
		n->is_said = 1;
		j->limit[j->limits++] = (struct judge_limit){ .node = i,
			.slot = n->slot,
			.plain = n->unit == RECORD_UNIT_S ? UINT64_C(1) << n->slot : 0,
			.most = digits_of(n->within_ns),
			.says = {
			    [JUDGE_YES] = UINT64_C(1) << bit,
			    [JUDGE_NO] = UINT64_C(2) << bit,
			} };
		bit += 2;
	}
}

/* A node comes behind its children. */
static void plan_said(struct judge *j)
{
	for (size_t i = 0; i < j->nodes; i++) {
		struct judge_node *n = &j->node[i];

		if (n->brief != 0 ||
		    (n->kind == SPEC_NOT || n->kind == SPEC_ALL || n->kind == SPEC_ANY))
			n->is_said = 1;
		for (uint32_t k = 0; k < n->children; k++)
			n->is_said &= j->node[j->child[n->child + k]].is_said;
	}
}

static void plan_asks(const struct judge *j, struct judge_clause *c)
{
	c->asks = c->rest != JUDGE_NODE_NONE && !j->node[c->rest].is_said;
}

/* What is known only when all nodes are made. */
static enum nines_status plan_quick(struct judge *j, struct nines_error *err)
{
	plan_limits(j);
	plan_said(j);
	for (size_t i = 0; i < j->columns; i++) {
		plan_asks(j, &j->column[i].valid);
		plan_asks(j, &j->column[i].good);
	}
	j->hit = mem_new(j->columns + 1, sizeof *j->hit);
	if (j->hit == NULL)
		return err_nomem(err);
	j->own.hit = j->hit;
	j->ignored.ignored = 1;
	j->nothing.kept = 1;
	if (j->words >= PRECEDENT_WORDS)
		return NINES_OK;
	return precedents_new(&j->precedents, 1 + j->words, err);
}

static int plan_rules(struct judge *j)
{
	const struct spec *spec = j->spec;

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
	if (!plan_briefs(j))
		return 0;
	j->memo = mem_new(j->nodes + 1, sizeof *j->memo);
	return j->memo != NULL;
}

enum nines_status judge_plan_make(struct judge *j, struct nines_error *err)
{
	enum nines_status rc = plan_rules(j) ? NINES_OK : err_nomem(err);

	if (rc == NINES_OK)
		rc = plan_seeks(j, err);
	if (rc == NINES_OK)
		rc = judge_plan_guard(j, err);
	return rc == NINES_OK ? plan_quick(j, err) : rc;
}

uint32_t judge_plan_find(struct judge *j, const struct spec_rule *rule)
{
	return node_of(j, rule, PLAN_FIND);
}
