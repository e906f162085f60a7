#include "chain.h"

#include <string.h>

#include "chain_impl.h"
#include "err.h"
#include "mem.h"
#include "prefix.h"

#define DEPTH_MAX    8
#define BRANCHES_MAX 16
#define COUNT_MAX    65535 /* PCRE2's own */
#define EACH_MAX     2     /* bytes that are sooner looked at than found */

struct parser {
	const char *p, *end;
	struct chain *chain;
	const uint8_t *wanted;
	unsigned group; /* the last that was opened */
	unsigned depth;
	unsigned
	    fence; /* steps from here on may not become part of those before: a way leads here */
};

struct quantifier {
	size_t least, most;
	int lazy, possessive;
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

static int read_count(struct parser *x, size_t *n)
{
	const char *const start = x->p;

	for (*n = 0; x->p < x->end && *x->p >= '0' && *x->p <= '9' && *n <= COUNT_MAX; x->p++)
		*n = *n * 10 + (size_t)(*x->p - '0');
	return x->p > start && *n <= COUNT_MAX;
}

/* "{n}", "{n,}" or "{n,m}"; other braces are not understood. */
static int read_counts(struct parser *x, struct quantifier *q)
{
	x->p++;
	if (!read_count(x, &q->least))
		return 0;
	q->most = q->least;
	if (x->p < x->end && *x->p == ',') {
		x->p++;
		if (x->p < x->end && *x->p == '}')
			q->most = CHAIN_NO_MOST;
		else if (!read_count(x, &q->most))
			return 0;
	}
	return x->p < x->end && *x->p++ == '}';
}

static int read_quantifier(struct parser *x, struct quantifier *q)
{
	const char c = x->p < x->end ? *x->p : '\0';

	*q = (struct quantifier){ .least = 1, .most = 1 };
	if (c == '{') {
		if (!read_counts(x, q))
			return 0;
	} else if (c == '*' || c == '+' || c == '?') {
		x->p++;
		q->least = c == '+';
		q->most = c == '?' ? 1 : CHAIN_NO_MOST;
	} else {
		return 1;
	}
	q->lazy = x->p < x->end && *x->p == '?';
	q->possessive = x->p < x->end && *x->p == '+';
	x->p += q->lazy || q->possessive;
	return 1;
}

/* The only byte of a set, or -1. */
static int only_byte(const struct byteset *set)
{
	int only = -1;

	for (int c = 0; c < 256; c++) {
		if (!byteset_has(set, (char)c))
			continue;
		if (only >= 0)
			return -1;
		only = c;
	}
	return only;
}

static int parse_bytes(struct parser *x)
{
	struct byteset set = { { 0 } };
	struct quantifier q;
	int byte;

	if (!byteset_read(&set, &x->p, x->end) || !read_quantifier(x, &q))
		return 0;
	byte = only_byte(&set);
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

/* ---- how steps are best done ---- */

/* The set's ranges, or 0 when there are more than there is room for. */
static unsigned find_ranges(const struct byteset *set, struct simd_range *range)
{
	unsigned n = 0;

	for (unsigned c = 0; c < 256; c++) {
		const unsigned from = c;

		if (!byteset_has(set, (char)c))
			continue;
		if (n == CHAIN_RANGES_MAX)
			return 0;
		while (c < 255 && byteset_has(set, (char)(c + 1)))
			c++;
		simd_range_set(&range[n++], (uint8_t)from, (uint8_t)c);
	}
	return n;
}

/* The ranges of the set or of the bytes that end it, whichever are fewer. */
static enum chain_run choose_ranges(struct chain_step *step, const struct byteset *stops)
{
	struct simd_range of_stops[CHAIN_RANGES_MAX];
	const unsigned n = find_ranges(stops, of_stops);

	step->ranges = find_ranges(&step->set, step->range);
	step->turned = 0;
	if (n && (!step->ranges || n < step->ranges)) {
		memcpy(step->range, of_stops, sizeof of_stops);
		step->ranges = n;
		step->turned = UINT32_MAX;
	}
	if (!step->ranges)
		return CHAIN_EACH;
	if (step->ranges > 2)
		return CHAIN_RANGES;
	return step->ranges == 1 ? CHAIN_RANGE : CHAIN_TWO_RANGES;
}

static enum chain_run choose_run(struct chain_step *step)
{
	struct byteset stops = step->set;
	int stop;

	byteset_turn(&stops);
	stop = only_byte(&stops);
	if (step->least + step->spread <= EACH_MAX)
		return CHAIN_EACH;
	if (stop == '"')
		return CHAIN_QUOTE;
	if (stop < 0)
		return choose_ranges(step, &stops);
	step->stop = (char)stop;
	return CHAIN_BYTE;
}

/* A lazy run needs to know what ends it: its text, or the end of the line, to which the longest
 * goes. */
static int settle_lazy(const struct chain *c, struct chain_step *step)
{
	const struct chain_step *next = step + 1;

	if (step->text_bytes) {
		step->op = CHAIN_FIRST;
		return 1;
	}
	while (next < c->step + c->steps && next->op == CHAIN_CLOSE)
		next++;
	return next->op == CHAIN_END;
}

/* A run that its text might be a part of gives so much back that the text fits. */
static int gives_back(const struct chain_step *step)
{
	return step->spread && !step->lazy && !step->possessive && step->text_bytes &&
	    byteset_has(&step->set, step->text[0]);
}

static int settle(struct chain *c)
{
	size_t searches = 0;

	for (unsigned i = 0; i < c->steps; i++) {
		struct chain_step *step = &c->step[i];

		memcpy(&step->text_word, step->text, sizeof step->text_word);
		memset(&step->text_mask, 0xff, step->text_bytes);
		if (step->run != CHAIN_EACH)
			continue;
		step->run = choose_run(step);
		if (step->lazy && !settle_lazy(c, step))
			return 0;
		if (gives_back(step))
			step->op = CHAIN_LAST;
		searches += step->op != CHAIN_LONGEST;
	}
	return searches <= CHAIN_SEARCHES;
}

/* A regex that may match anywhere does not before the bytes that it begins with, and at each start
 * PCRE2 counts anew.  Without such bytes the first start is where the line begins. */
static void settle_start(struct chain *c)
{
	struct chain_step *start = &c->step[0], *first = start + 1;

	while (first->op == CHAIN_OPEN)
		first++;
	if (first->run == CHAIN_HERE && first->text_bytes) {
		byteset_turn(&start->set);
		memcpy(start->text, first->text, sizeof start->text);
		start->text_bytes = first->text_bytes;
		start->lazy = 1;
	} else if (first->run == CHAIN_EACH && first->least > 0) {
		start->set = first->set;
		byteset_turn(&start->set);
	} else {
		return;
	}
	start->run = CHAIN_EACH;
	start->spread = CHAIN_NO_MOST;
}

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
	if (!anchored)
		settle_start(x->chain);
	return settle(x->chain);
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
