#include "chain.h"

#include <string.h>

#include "chain_impl.h"
#include "err.h"
#include "mem.h"
#include "prefix.h"
#include "quantifier.h"

#define DEPTH_MAX    8
#define BRANCHES_MAX 16

struct parser {
	const char *p, *end;
	struct chain *chain;
	const uint8_t *wanted;
	unsigned group; /* the last that was opened */
	unsigned depth;
	unsigned
	    fence; /* steps from here on may not become part of those before: a way leads here */
};

/* ---- steps ---- */

static struct chain_step *push(struct parser *x, enum chain_op op)
{
	struct chain *c = x->chain;

	/* The last one is CHAIN_MATCH's. */
	if (c->steps + 1 >= CHAIN_STEPS_MAX)
		return NULL;
	c->step[c->steps] = (struct chain_step){ .op = op };
	return &c->step[c->steps++];
}

/* The last step if it is a run or text that may still grow, or NULL. */
static struct chain_step *last_step(const struct parser *x)
{
	struct chain *c = x->chain;
	struct chain_step *last = c->steps > x->fence ? &c->step[c->steps - 1] : NULL;

	return last && last->op < CHAIN_OPEN ? last : NULL;
}

static int push_byte(struct parser *x, char c)
{
	struct chain_step *step = last_step(x);

	if (!step || step->text_bytes == CHAIN_TEXT_MAX)
		step = push(x, CHAIN_LONGEST);
	if (!step)
		return 0;
	step->text[step->text_bytes++] = c;
	step->skip = step->text_bytes;
	return 1;
}

static int is_same_set(const struct byteset *a, const struct byteset *b)
{
	return !memcmp(a->word, b->word, sizeof a->word);
}

/* "\d\d" is "\d{2}". */
static int push_run(struct parser *x, const struct byteset *set, const struct quantifier *q)
{
	struct chain_step *step = last_step(x);

	if (step && step->run == CHAIN_EACH && !step->text_bytes && !step->group && !step->spread &&
	    q->least == q->most && is_same_set(&step->set, set)) {
		step->least += q->least;
		return 1;
	}
	step = push(x, CHAIN_LONGEST);
	if (!step)
		return 0;
	step->run = CHAIN_EACH;
	step->set = *set;
	step->least = q->least;
	step->spread = q->most - q->least;
	step->lazy = q->lazy && step->spread;
	step->possessive = q->possessive;
	return 1;
}

static int push_open(struct parser *x, unsigned group)
{
	struct chain_step *step;

	if (group >= x->chain->groups || !x->wanted[group])
		return 1;
	step = push(x, CHAIN_OPEN);
	if (step)
		step->group = group;
	return step != NULL;
}

/* A group that is one run is a part of its step. */
static int push_close(struct parser *x, unsigned group)
{
	struct chain *c = x->chain;
	struct chain_step *step = last_step(x);

	if (group >= c->groups || !x->wanted[group])
		return 1;
	if (group > 0 && step && step->run != CHAIN_HERE && !step->text_bytes && !step->group &&
	    c->steps - 1 > x->fence && step[-1].op == CHAIN_OPEN && step[-1].group == group) {
		step->group = group;
		step[-1] = *step;
		c->steps--;
		return 1;
	}
	step = push(x, CHAIN_CLOSE);
	if (step)
		step->group = group;
	return step != NULL;
}

/* The bytes that what begins with step i may begin with; 0 when it may be nothing. */
static int first_bytes(const struct chain *c, unsigned i, struct byteset *set)
{
	while (i < c->steps) {
		const struct chain_step *step = &c->step[i];

		if (step->run == CHAIN_EACH) {
			byteset_merge(set, &step->set);
			return step->least > 0;
		}
		if (step->text_bytes) {
			byteset_add(
			    set, (unsigned char)step->text[0], (unsigned char)step->text[0]);
			return 1;
		}
		if (step->op == CHAIN_END)
			return 0;
		if (step->op == CHAIN_FORK)
			byteset_merge(set, &step->set);
		i = step->op == CHAIN_FORK || step->op == CHAIN_JUMP ? step->to : i + 1;
	}
	return 0;
}

/* ---- the regex ---- */

static int parse_bytes(struct parser *x)
{
	struct byteset set = { { 0 } };
	struct quantifier q;
	int byte;

	if (!byteset_read(&set, &x->p, x->end) || !quantifier_read(&q, &x->p, x->end))
		return 0;
	byte = byteset_only(&set);
	if (byte >= 0 && q.least == 1 && q.most == 1)
		return push_byte(x, (char)byte);
	return push_run(x, &set, &q);
}

static int is_quantifier(const struct parser *x)
{
	return x->p < x->end && *x->p && strchr("*+?{", *x->p);
}

/* What kind of group begins at "(": its number, 0 when it captures nothing, -1 when it is neither.
 */
static int open_group(struct parser *x)
{
	const struct str rest = { x->p, (size_t)(x->end - x->p) };
	const int named = str_starts(rest, "(?<") || str_starts(rest, "(?P<");

	if (str_starts(rest, "(?:")) {
		x->p += 3;
		return 0;
	}
	if (named) {
		/* "(?<=", "(?<!" and "(?<*" look behind. */
		x->p += x->p[2] == 'P' ? 4 : 3;
		while (x->p < x->end && prefix_is_word(*x->p))
			x->p++;
		if (x->p == x->end || *x->p++ != '>')
			return -1;
	} else if (str_starts(rest, "(?") || str_starts(rest, "(*")) {
		return -1;
	} else {
		x->p++;
	}
	return x->p < x->end ? (int)++x->group : -1;
}

/* Behind "(" and its kind: whether the group has alternatives, and what stands behind its ")".  0:
 * cannot tell. */
static int survey(const struct parser *x, int *forks, char *behind)
{
	const char *p = x->p;
	unsigned depth = 0;

	*forks = 0;
	while (p < x->end && !(*p == ')' && depth == 0)) {
		struct byteset ignored = { { 0 } };

		if (*p == '\\' || *p == '[') {
			if (!byteset_read(&ignored, &p, x->end))
				return 0;
			continue;
		}
		depth += *p == '(';
		depth -= *p == ')';
		*forks |= *p++ == '|' && depth == 0;
	}
	*behind = x->end - p > 1 ? p[1] : '\0';
	return p < x->end;
}

static int parse_sequence(struct parser *x);

/* All but the last begin with a fork to the next and end with a jump behind the last.  Where what
 * the fork lets pass turns out not to match, later ones might still: the chain then does not. */
static int parse_alternatives(struct parser *x)
{
	struct chain *c = x->chain;
	unsigned jump[BRANCHES_MAX], jumps = 0;

	for (;;) {
		struct chain_step *fork = push(x, CHAIN_FORK), *last;
		const unsigned first = c->steps;

		if (!fork || !parse_sequence(x) || x->p == x->end)
			return 0;
		if (*x->p == ')') {
			fork->op = CHAIN_LONGEST;
			break;
		}
		x->p++;
		if (jumps == BRANCHES_MAX || !first_bytes(c, first, &fork->set))
			return 0;
		jump[jumps++] = c->steps;
		last = push(x, CHAIN_JUMP);
		if (!last)
			return 0;
		fork->to = x->fence = c->steps;
	}
	x->fence = c->steps;
	while (jumps)
		c->step[jump[--jumps]].to = c->steps;
	return 1;
}

static int parse_inside(struct parser *x, int group, int forks)
{
	int whole;

	if (group && !push_open(x, (unsigned)group))
		return 0;
	if (x->depth == DEPTH_MAX)
		return 0;
	x->depth++;
	whole = forks ? parse_alternatives(x) : parse_sequence(x);
	x->depth--;
	if (!whole || x->p == x->end || *x->p != ')')
		return 0;
	x->p++;
	return !group || push_close(x, (unsigned)group);
}

static int parse_group(struct parser *x)
{
	struct chain *c = x->chain;
	const int group = open_group(x);
	struct chain_step *fork;
	unsigned first;
	char behind;
	int forks;

	if (group < 0 || !survey(x, &forks, &behind))
		return 0;
	c->forks |= forks || behind == '?';
	if (behind != '?')
		return parse_inside(x, group, forks) && !is_quantifier(x);
	fork = push(x, CHAIN_FORK);
	first = c->steps;
	if (!fork || !parse_inside(x, group, forks) || !first_bytes(c, first, &fork->set))
		return 0;
	x->p++;
	fork->to = x->fence = c->steps;
	return !is_quantifier(x);
}

/* Up to the regex's end, a '|' or a ')'. */
static int parse_sequence(struct parser *x)
{
	while (x->p < x->end && *x->p != '|' && *x->p != ')') {
		int ok;

		if (*x->p == '(') {
			ok = parse_group(x);
		} else if (*x->p == '$') {
			x->p++;
			ok = push(x, CHAIN_END) && !is_quantifier(x);
		} else {
			ok = parse_bytes(x);
		}
		if (!ok)
			return 0;
	}
	return 1;
}

/* ---- the whole ---- */

static int parse(struct parser *x)
{
	const int anchored = x->p < x->end && *x->p == '^';

	x->p += anchored;
	if (!anchored && !push(x, CHAIN_LONGEST))
		return 0;
	x->fence = x->chain->steps;
	if (!push_open(x, 0) || !parse_sequence(x) || x->p < x->end || !push_close(x, 0))
		return 0;
	x->chain->step[x->chain->steps].op = CHAIN_MATCH;
	return chain_settle(x->chain, anchored);
}

enum nines_status chain_new(struct chain **chain, struct str regex, const uint8_t *wanted, size_t n,
    struct nines_error *err)
{
	struct chain *c = mem_new(1, sizeof *c);
	struct parser x = { .p = regex.p, .end = regex.p + regex.n, .chain = c, .wanted = wanted };

	*chain = NULL;
	if (!c)
		return err_nomem(err);
	c->groups = n;
	if (parse(&x))
		*chain = c;
	else
		mem_free(c);
	return NINES_OK;
}
