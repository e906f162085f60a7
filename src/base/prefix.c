#include "prefix.h"

#include "byteset.h"
#include "quantifier.h"

#define PLACES      64 /* of all branches together: one bit each */
#define BRANCHES    16
#define SETS        128
#define DEPTH       8 /* groups within groups */
/* A longer regex is left alone: by 16 branches PCRE2 comes past its groups and places, and past
 * each byte that a run gives back, in far fewer steps than the 10,000 and 16 for each byte that it
 * has (pattern.h). */
#define REGEX_BYTES 512

enum ending { ENDS_NOT, ENDS_AT_END, ENDS_AT_WORD, ENDS_UNKNOWN };

struct branch {
	uint8_t place[PLACES]; /* indices of sets */
	unsigned n;
	int runs; /* what fits the last place may come again and again */
	enum ending ending;
};

struct list {
	struct branch branch[BRANCHES];
	unsigned n;
};

struct parser {
	const char *p, *end;
	struct byteset set[SETS];
	unsigned sets, depth;
};

/* ---- branches ---- */

static void end_all(struct list *l, enum ending ending)
{
	for (unsigned i = 0; i < l->n; i++) {
		struct branch *b = &l->branch[i];

		b->ending = b->ending == ENDS_NOT ? ending : ENDS_UNKNOWN;
	}
}

static int list_push(struct list *l, const struct branch *b)
{
	if (l->n == BRANCHES)
		return 0;
	l->branch[l->n++] = *b;
	return 1;
}

/* a, then b; what comes behind "$", "\b" or a run is left to the regex. */
static struct branch branch_join(const struct branch *a, const struct branch *b)
{
	struct branch both = *a;

	if (a->ending != ENDS_NOT || a->runs) {
		both.ending = ENDS_UNKNOWN;
		return both;
	}
	both.ending = b->ending;
	both.runs = b->runs;
	for (unsigned i = 0; i < b->n && both.n < PLACES; i++)
		both.place[both.n++] = b->place[i];
	if (both.n < a->n + b->n)
		both.ending = ENDS_UNKNOWN;
	return both;
}

/* Each branch of l, then each of `next`. */
static int list_join(struct list *l, const struct list *next)
{
	struct list all = { .n = 0 };

	for (unsigned i = 0; i < l->n; i++) {
		for (unsigned k = 0; k < next->n; k++) {
			const struct branch both = branch_join(&l->branch[i], &next->branch[k]);

			if (!list_push(&all, &both))
				return 0;
		}
	}
	*l = all;
	return 1;
}

/* One byte so many times, or anything once or not at all.  0: more than is kept. */
static int list_repeat(struct list *l, struct quantifier times)
{
	const struct list once = *l;
	struct list power = { .n = 1 }, all = { .n = 0 };

	if (times.least == 0)
		all = power;
	for (unsigned i = 1; i <= times.most; i++) {
		if (!list_join(&power, &once))
			return 0;
		if (i < times.least)
			continue;
		if (times.most == QUANTIFIER_NO_MOST)
			power.branch[0].runs = 1;
		for (unsigned k = 0; k < power.n; k++)
			if (!list_push(&all, &power.branch[k]))
				return 0;
		if (times.most == QUANTIFIER_NO_MOST)
			break;
	}
	*l = all;
	return 1;
}

/* ---- the regex ---- */

static int parse_alternatives(struct parser *x, struct list *l);

static int parse_group(struct parser *x, struct list *atom)
{
	int whole;

	x->p += x->end - x->p > 2 && x->p[1] == '?' ? 3 : 1;
	if (x->depth == DEPTH)
		return 0;
	x->depth++;
	whole = parse_alternatives(x, atom) && x->p < x->end && *x->p == ')';
	x->depth--;
	x->p += whole;
	return whole;
}

static int parse_atom(struct parser *x, struct list *atom)
{
	if (*x->p == '(')
		return parse_group(x, atom);
	if (x->sets == SETS || !byteset_read(&x->set[x->sets], &x->p, x->end))
		return 0;
	atom->n = 1;
	atom->branch[0] = (struct branch){ .place = { (uint8_t)x->sets++ }, .n = 1 };
	return 1;
}

/* What stands behind an atom, if anything.  0: it is not understood, of large numbers, lazy,
 * possessive or itself repeated. */
static int parse_times(struct parser *x, struct quantifier *times)
{
	if (!quantifier_read(times, &x->p, x->end) || times->lazy || times->possessive)
		return 0;
	if (times->least > PLACES || times->most < times->least ||
	    (times->most > PLACES && times->most != QUANTIFIER_NO_MOST))
		return 0;
	return x->p == x->end || !strchr("*{", *x->p);
}

/* An atom with its quantifier, or an assertion, behind what l has.  0: not understood from x->p on.
 */
static int parse_piece(struct parser *x, struct list *l)
{
	const char *const start = x->p;
	struct list atom = { .n = 0 };
	struct quantifier times;

	if (*x->p == '$') {
		x->p++;
		end_all(l, ENDS_AT_END);
		return 1;
	}
	if (x->end - x->p > 1 && x->p[0] == '\\' && x->p[1] == 'b') {
		x->p += 2;
		end_all(l, ENDS_AT_WORD);
		return 1;
	}
	if (!parse_atom(x, &atom)) {
		x->p = start;
		return 0;
	}
	if (!parse_times(x, &times)) {
		x->p = start;
		return 0;
	}
	if ((times.most == 1 || *start != '(') && list_repeat(&atom, times))
		return list_join(l, &atom);
	if (times.least > 0) /* so much is certain */
		(void)list_join(l, &atom);
	return 0;
}

/* Moves to the '|' or ')' that ends the sequence, past what is not understood.  0: cannot tell. */
static int skip_sequence(struct parser *x)
{
	for (unsigned depth = 0; x->p < x->end; x->p++) {
		struct byteset ignored = { { 0 } };

		if (depth == 0 && (*x->p == '|' || *x->p == ')'))
			return 1;
		if (*x->p == '(')
			depth++;
		if (*x->p == ')')
			depth--;
		if (*x->p == '\\' && x->end - x->p > 1) {
			x->p++;
		} else if (*x->p == '[') {
			x->p++;
			x->p += x->p < x->end && *x->p == '^';
			if (!byteset_read_members(&ignored, &x->p, x->end))
				return 0;
			x->p--;
		}
	}
	return 1;
}

static int parse_sequence(struct parser *x, struct list *l)
{
	*l = (struct list){ .n = 1 };
	while (x->p < x->end && *x->p != '|' && *x->p != ')') {
		if (!parse_piece(x, l)) {
			end_all(l, ENDS_UNKNOWN);
			return skip_sequence(x);
		}
	}
	return 1;
}

/* Outermost, each alternative has to be anchored: in "^a|b" the '^' binds the first alone. */
static int parse_alternatives(struct parser *x, struct list *l)
{
	struct list one;

	l->n = 0;
	for (;; x->p++) {
		if (x->depth == 0 && (x->p == x->end || *x->p++ != '^'))
			return 0;
		if (!parse_sequence(x, &one))
			return 0;
		for (unsigned i = 0; i < one.n; i++)
			if (!list_push(l, &one.branch[i]))
				return 0;
		if (x->p == x->end || *x->p != '|')
			return 1;
	}
}

/* ---- the tables ---- */

static void lay_branch(
    struct prefix *prefix, const struct parser *x, const struct branch *b, unsigned at)
{
	uint64_t *const endings[] = {
		[ENDS_NOT] = &prefix->is_match,
		[ENDS_AT_END] = &prefix->at_end,
		[ENDS_AT_WORD] = &prefix->at_word,
		[ENDS_UNKNOWN] = &prefix->unknown,
	};
	const uint64_t last = UINT64_C(1) << (at + b->n - 1);

	prefix->first |= UINT64_C(1) << at;
	prefix->last |= last;
	*endings[b->ending] |= last;
	if (b->ending == ENDS_UNKNOWN)
		prefix->doubtful |= (last << 1) - (UINT64_C(1) << at);
	else if (b->ending != ENDS_NOT && b->runs)
		prefix->runs |= last;
	for (unsigned i = 0; i < b->n; i++)
		for (unsigned c = 0; c < 256; c++)
			if (byteset_has(&x->set[b->place[i]], (char)c))
				prefix->fits[c] |= UINT64_C(1) << (at + i);
}

static void lay_text(struct prefix *prefix, const struct parser *x, const struct branch *b)
{
	if (b->ending != ENDS_NOT && (b->ending != ENDS_AT_END || b->runs))
		return;
	for (unsigned i = 0; i < b->n; i++) {
		const int c = byteset_only(&x->set[b->place[i]]);

		if (c < 0)
			return;
		prefix->text[i] = (char)c;
	}
	prefix->text_bytes = b->n;
}

/* Too many places: each branch keeps as many as all can have. */
static int lay_out(struct prefix *prefix, const struct parser *x, struct list *l)
{
	unsigned places = 0, at = 0;

	for (unsigned i = 0; i < l->n; i++)
		places += l->branch[i].n;
	*prefix = (struct prefix){ .first = 0 };
	for (unsigned i = 0; i < l->n; i++) {
		struct branch *b = &l->branch[i];

		if (b->n == 0)
			return 0;
		if (places > PLACES && b->n > PLACES / l->n) {
			b->n = PLACES / l->n;
			b->ending = ENDS_UNKNOWN;
		}
		lay_branch(prefix, x, b, at);
		at += b->n;
	}
	if (l->n == 1)
		lay_text(prefix, x, &l->branch[0]);
	return 1;
}

/* Options in the midst of a regex ("(?i)"), verbs and quoting change how the rest is to be read,
 * and what "\c" escapes may be a bracket. */
static int is_plain(struct str regex)
{
	for (size_t i = 0; i + 1 < regex.n; i++) {
		const char *const p = regex.p + i;

		if (p[0] == '(' &&
		    (p[1] == '*' || (p[1] == '?' && (i + 2 == regex.n || p[2] != ':'))))
			return 0;
		if (p[0] == '\\' && (p[1] == 'Q' || p[1] == 'E' || p[1] == 'c'))
			return 0;
	}
	return 1;
}

int prefix_parse(struct prefix *prefix, struct str regex)
{
	struct parser x = { .p = regex.p, .end = regex.p + regex.n };
	struct list l;

	return regex.n <= REGEX_BYTES && is_plain(regex) && parse_alternatives(&x, &l) &&
	    x.p == x.end && lay_out(prefix, &x, &l);
}

void prefix_end_runs(struct prefix *x)
{
	if (x->runs != 0)
		x->doubtful = UINT64_MAX;
	x->unknown |= x->runs;
	x->at_end &= ~x->runs;
	x->at_word &= ~x->runs;
	x->runs = 0;
}
