/* The inside of a judge: the plan that judge_plan.c makes and judge.c runs over lines. */
#ifndef JUDGE_IMPL_H
#define JUDGE_IMPL_H
#include "brief.h"
#include "guard.h"
#include "judge.h"
#include "mem.h"
#include "precedents.h"

/* The plan is a graph of nodes without repetition: equal predicates and equal combinations of them
 * are one node, whichever rules they stand in.  A node is evaluated at most once a line; its answer
 * is stamped with the line's generation, so that nothing has to be cleared between lines. */
#define JUDGE_NODE_NONE UINT32_MAX /* no rule: yes */

struct judge_node {
	enum spec_rule_kind kind;
	unsigned slot;
	enum record_unit unit;
	uint32_t child, children; /* in judge.child; by cost, which Kleene's logic ignores */
	int64_t within_ns;
	const struct pattern *pattern;
	const struct prefix *prefix; /* of the pattern, or NULL */
	uint64_t hash;
	uint64_t brief; /* its bit among the rules of brief fields, or 0 */
	int is_said;    /* brief fields and limits decide it */
	uint32_t cost;
	uint32_t seek; /* LINE: in judge.seek, or JUDGE_NODE_NONE */
};

/* The text that a `line:` rule's every match begins with, looked for in the whole block: most lines
 * lack it, and are told of by one comparison each. */
struct judge_seek {
	const struct pattern *pattern;
	ptrdiff_t bytes;  /* of the text */
	const char *next; /* none begins in the line under way or behind it, but before this */
	int found;        /* and one begins here */
};

/* A rule as a line asks it: what it demands of brief fields is one comparison, and only where all
 * of that holds is the rest looked at. */
struct judge_clause {
	uint64_t brief;      /* these must say yes */
	uint32_t rest, node; /* what else it demands; the whole rule */
	int asks;            /* what `rest` says has to be asked of each line */
};
struct judge_column {
	struct judge_clause valid, good;
	struct verdict_hit hit[3]; /* by what `good` says: no, yes or missing */
};
struct judge_journey {
	struct judge_clause valid;
	size_t column, columns;
};
/* What the guard tells apart: a journey, or one of the ways in which it may be met; those of one
 * journey are next to each other. */
struct judge_gate {
	uint64_t brief;   /* these must say yes */
	uint32_t rest;    /* what else the journey demands that passing the gate does not prove */
	uint32_t journey; /* whose it is */
	uint32_t seek;    /* a text that `rest` demands, in judge.seek; or JUDGE_NODE_NONE */
};
struct judge_word {     /* of 64 gates */
	uint64_t all;   /* there are */
	uint64_t seeks; /* these have a seek */
	uint64_t rests; /* and these a rest */
};
struct judge_took {
	uint64_t generation;
	enum record_took took;
	int64_t ns;
};
/* A duration's threshold, told of each line by one of two bits, or by none where it is lacking. */
struct judge_limit {
	uint32_t node;
	unsigned slot;
	uint64_t plain;   /* the bit of the slot, if it is in seconds */
	uint64_t most;    /* as record_took_digits has it */
	uint64_t says[3]; /* no, yes or missing: nothing */
};
#define JUDGE_LIMITS 8
/* Of gates: more journeys than a config can have SLIs there are not. */
#define JUDGE_WORDS  (SPEC_SLIS_MAX / 64)

struct judge {
	const struct spec *spec;
	struct pattern_scratch *scratch;
	struct judge_node *node;
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
	struct judge_journey *journey;
	struct judge_column *column;
	size_t journeys, columns;
	struct judge_gate *gate;
	size_t gates, words;
	struct judge_word word[JUDGE_WORDS];
	struct guard *guard; /* NULL: no journey asks for a prefix, and each has one gate */
	unsigned guard_slot; /* of which field */
	struct judge_seek *seek;
	size_t seeks;
	struct str block; /* that is looked through */
	size_t quiet;     /* its lines that end before this byte of it pass no gate */
	struct brief *brief;
	size_t briefs, brief_room, brief_rules;
	uint64_t brief_mask, brief_slots; /* the bits of all brief rules, and of their fields */
	uint32_t brief_node[BRIEF_RULES];
	/* Of this line: the gates it passes, and behind them what is said of it, which makes them
	 * the key of a precedent. */
	uint64_t passed[JUDGE_WORDS + 1];
	uint64_t known, yes; /* of this line: which brief rules were looked up, and say yes */
	struct judge_limit limit[JUDGE_LIMITS];
	size_t limits;
	struct judge_took
	    took[RECORD_SLOTS];          /* read once, however many thresholds it is held against */
	struct verdict own;              /* of this line, if it is not kept */
	struct verdict ignored, nothing; /* of all lines that are ignored, or meet no journey */
	struct verdict_hit *hit;         /* own's */
	struct precedents *precedents;   /* NULL: there are PRECEDENT_WORDS or more */
};

/* judge_seek.c.  Looks on, if what is known ends before the line does.  Whether the text is in the
 * line, which is of the block. */
int judge_seek_on(const struct judge *judge, struct judge_seek *seek, struct str line);

static inline int judge_seek_is_seen(const struct judge *j, struct str line)
{
	return (uintptr_t)line.p - (uintptr_t)j->block.p < j->block.n;
}

/* Whether it is known already that the text is not in the line: it comes later, or the line is too
 * short for it. */
static inline int judge_seek_is_far(
    const struct judge *j, const struct judge_seek *s, struct str line)
{
	return judge_seek_is_seen(j, line) && line.p + line.n - s->next < s->bytes;
}

/* Whether the line is certain not to match.  Else, and if it is of this block, the text's first
 * place in it is s->next. */
static inline int judge_seek_lacks(const struct judge *j, struct judge_seek *s, struct str line)
{
	return judge_seek_is_far(j, s, line) ||
	    (judge_seek_is_seen(j, line) && !judge_seek_on(j, s, line));
}

/* judge_rule.c.  What was said of the node before on this line, or is found out now. */
enum judge_truth judge_truth_ask(struct judge *judge, uint32_t node, const struct record *record);

/* A duration has a memo of its own, for all of its thresholds. */
static inline enum judge_truth judge_within(
    struct judge *j, const struct judge_node *n, const struct record *r)
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

static inline enum judge_truth judge_truth_of(
    struct judge *j, uint32_t node, const struct record *r)
{
	const struct judge_node *n = &j->node[node];

	if (node == JUDGE_NODE_NONE)
		return JUDGE_YES;
	if (n->brief & j->known)
		return n->brief & j->yes ? JUDGE_YES : JUDGE_NO;
	if (n->kind == SPEC_WITHIN)
		return judge_within(j, n, r);
	return judge_truth_ask(j, node, r);
}

/* judge_plan.c.  Makes the plan; on failure what was made is in *judge to be freed. */
enum nines_status judge_plan_make(struct judge *judge, struct nines_error *err);
/* judge_plan_guard.c.  When journeys and nodes are made: the gates and their guard. */
enum nines_status judge_plan_guard(struct judge *judge, struct nines_error *err);
/* The node of a rule that is in the plan, or JUDGE_NODE_NONE. */
uint32_t judge_plan_find(struct judge *judge, const struct spec_rule *rule);
#endif
