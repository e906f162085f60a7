#include "judge_impl.h"

#include "err.h"

/* Of what must hold for the journey, the first rule that asks a prefix of that field; or
 * JUDGE_NODE_NONE. */
static uint32_t demand_of(const struct judge *j, size_t journey, unsigned slot)
{
	const uint32_t valid = j->journey[journey].valid.node;
	const struct judge_node *rule = valid != JUDGE_NODE_NONE ? &j->node[valid] : NULL;
	const int is_all = rule != NULL && rule->kind == SPEC_ALL;

	for (uint32_t i = 0; rule != NULL && i < (is_all ? rule->children : 1); i++) {
		const uint32_t node = is_all ? j->child[rule->child + i] : valid;
		const struct judge_node *n = &j->node[node];

		if (n->kind == SPEC_MATCH && n->prefix != NULL && n->slot == slot)
			return node;
	}
	return JUDGE_NODE_NONE;
}

/* The field of which the most different things are asked: the path, as a rule.  RECORD_SLOTS: no
 * journey asks for a prefix. */
static unsigned most_asked(struct judge *j)
{
	unsigned found = RECORD_SLOTS;
	size_t most = 0;

	for (unsigned slot = 0; slot < RECORD_SLOTS; slot++) {
		size_t asked = 0;

		for (size_t i = 0; i < j->journeys; i++) {
			const uint32_t node = demand_of(j, i, slot);

			if (node == JUDGE_NODE_NONE || j->memo[node] == slot + 1)
				continue;
			j->memo[node] = slot + 1;
			asked++;
		}
		if (asked > most) {
			most = asked;
			found = slot;
		}
	}
	for (size_t i = 0; i < j->nodes; i++)
		j->memo[i] = 0;
	return found;
}

static void plan_gate(struct judge *j, size_t journey, uint32_t rest)
{
	j->gate[j->gates++] = (struct judge_gate){
		.brief = j->journey[journey].valid.brief,
		.rest = rest,
		.journey = (uint32_t)journey,
		.seek = JUDGE_NODE_NONE,
	};
}

/* One gate for the branch, or two. */
static void guard_branch(
    struct judge *j, size_t journey, const struct prefix *x, uint64_t branch, int is_all)
{
	const uint32_t rest = j->journey[journey].valid.rest;
	const int is_run = guard_is_run(x, branch);
	const int is_exact = is_run ? guard_add_run(j->guard, j->gates, x, branch)
	                            : guard_add(j->guard, j->gates, x, branch);

	plan_gate(j, journey, is_exact && is_all ? JUDGE_NODE_NONE : rest);
	if (is_run)
		plan_gate(j, journey, rest);
}

/* The journey's gates, all in one word: one or two for each branch of its prefix, if there are so
 * many left beside the one that each journey behind it must have. */
static void guard_journey(struct judge *j, size_t journey, size_t most)
{
	const uint32_t demand = demand_of(j, journey, j->guard_slot);
	const uint32_t rest = j->journey[journey].valid.rest;
	const size_t left = most - j->gates - (j->journeys - journey - 1);
	const struct prefix *x;
	size_t branches;

	if (demand == JUDGE_NODE_NONE) {
		guard_open(j->guard, j->gates);
		plan_gate(j, journey, rest);
		return;
	}
	x = j->node[demand].prefix;
	branches = (size_t)__builtin_popcountll(x->first);
	for (uint64_t first = x->first; first != 0; first &= first - 1)
		branches += (size_t)guard_is_run(x, first & -first);
	if (branches > left || j->gates % 64 + branches > 64) {
		for (uint64_t first = x->first; first != 0; first &= first - 1)
			(void)guard_add(j->guard, j->gates, x, first & -first);
		plan_gate(j, journey, rest);
		return;
	}
	for (uint64_t first = x->first; first != 0; first &= first - 1)
		guard_branch(j, journey, x, first & -first, rest == demand);
}

static void plan_gate_seek(const struct judge *j, struct judge_gate *g)
{
	const struct judge_node *rule = g->rest != JUDGE_NODE_NONE ? &j->node[g->rest] : NULL;

	if (rule == NULL)
		return;
	g->seek = rule->seek;
	for (uint32_t i = 0; rule->kind == SPEC_ALL && i < rule->children; i++)
		if (g->seek == JUDGE_NODE_NONE)
			g->seek = j->node[j->child[rule->child + i]].seek;
}

static void plan_gate_word(struct judge *j, size_t gate)
{
	const uint64_t bit = UINT64_C(1) << gate % 64;
	struct judge_word *word = &j->word[gate / 64];
	struct judge_gate *g = &j->gate[gate];

	plan_gate_seek(j, g);
	word->all |= bit;
	if (g->seek != JUDGE_NODE_NONE)
		word->seeks |= bit;
	if (g->rest != JUDGE_NODE_NONE)
		word->rests |= bit;
}

/* As many words of gates as journeys alone take: a word more would cost each line more than the
 * certainty saves. */
enum nines_status judge_plan_guard(struct judge *j, struct nines_error *err)
{
	const size_t most = (j->journeys + 63) / 64 * 64;
	const unsigned slot = most_asked(j);
	enum nines_status rc = NINES_OK;

	j->gate = mem_new(most + 1, sizeof *j->gate);
	if (j->gate == NULL)
		return err_nomem(err);
	if (slot < RECORD_SLOTS) {
		j->guard_slot = slot;
		rc = guard_new(&j->guard, most, err);
	}
	for (size_t i = 0; i < j->journeys && rc == NINES_OK; i++) {
		if (j->guard != NULL)
			guard_journey(j, i, most);
		else
			plan_gate(j, i, j->journey[i].valid.rest);
	}
	for (size_t i = 0; i < j->gates; i++)
		plan_gate_word(j, i);
	j->words = j->gates == 0 ? 1 : (j->gates + 63) / 64;
	return rc;
}
