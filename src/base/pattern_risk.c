#include "pattern.h"

#include <string.h>

#define DEPTH_MAX    250 /* PCRE2's own limit on nested parentheses */
#define ELEMENTS_MAX 64  /* of a group: a longer one is not looked into */

struct risk_group {
	size_t at;
	struct str body;
	int loops;  /* holds an unbounded quantifier */
	int sealed; /* atomic: gives nothing back */
};

/* The bytes of the element at i that is no group: an escape, a class or one byte. */
static size_t element(struct str s, size_t i)
{
	size_t j = i + 1;

	if (s.p[i] == '\\' && j < s.n && s.p[j] == 'Q') {
		for (j++; j < s.n; j++) {
			if (s.p[j] == '\\' && j + 1 < s.n && s.p[j + 1] == 'E')
				return j + 2 - i;
		}
		return s.n - i;
	}
	if (s.p[i] == '\\')
		return j < s.n ? 2 : 1;
	if (s.p[i] != '[')
		return 1;
	j += j < s.n && s.p[j] == '^';
	j += j < s.n && s.p[j] == ']';
	while (j < s.n && s.p[j] != ']') {
		if (s.p[j] == '[' && j + 1 < s.n && s.p[j + 1] == ':') {
			const size_t end = str_find(s, j + 2, ']');

			j = end < s.n && s.p[end - 1] == ':' ? end + 1 : j + 1;
		} else {
			j += s.p[j] == '\\' && j + 1 < s.n ? 2 : 1;
		}
	}
	return (j < s.n ? j + 1 : s.n) - i;
}

/* The bytes of a quantifier at i, 0 when there is none; *unbounded unless it has an upper end or is
 * possessive. */
static size_t quantifier(struct str s, size_t i, int *unbounded)
{
	size_t n = 1, digits = 0;

	*unbounded = 0;
	if (i >= s.n)
		return 0;
	if (s.p[i] == '{') {
		for (; i + n < s.n && s.p[i + n] >= '0' && s.p[i + n] <= '9'; n++)
			digits++;
		*unbounded = i + n + 1 < s.n && s.p[i + n] == ',' && s.p[i + n + 1] == '}';
		if (i + n < s.n && s.p[i + n] == ',')
			n++;
		while (i + n < s.n && s.p[i + n] >= '0' && s.p[i + n] <= '9')
			n++;
		if (digits == 0 || i + n >= s.n || s.p[i + n] != '}')
			return 0;
		n++;
	} else if (s.p[i] == '*' || s.p[i] == '+') {
		*unbounded = 1;
	} else if (s.p[i] != '?') {
		return 0;
	}
	if (i + n < s.n && s.p[i + n] == '+')
		*unbounded = 0;
	return n + (i + n < s.n && (s.p[i + n] == '+' || s.p[i + n] == '?'));
}

/* Past "(" and what says which kind of group it is; comments are passed whole. */
static size_t open_group(struct str s, size_t i, struct risk_group *g)
{
	const struct str rest = { s.p + i, s.n - i };

	*g = (struct risk_group){ .at = i, .sealed = str_starts(rest, "(?>") };
	if (str_starts(rest, "(?#"))
		return str_find(s, i, ')');
	if (str_starts(rest, "(?") || str_starts(rest, "(*"))
		return i + 2;
	return i + 1;
}

/* ---- loops whose rounds cannot run into each other ---- */

/* The bytes an element may match: never too few, at worst too many. */
struct risk_set {
	uint64_t word[4];
};

struct risk_element {
	struct risk_set set;
	int optional; /* may match nothing */
	int varies;   /* its quantifier leaves a choice of how often */
};

static void set_add(struct risk_set *set, unsigned from, unsigned to)
{
	for (unsigned c = from; c <= to && c < 256; c++)
		set->word[c / 64] |= UINT64_C(1) << c % 64;
}

static void set_join(struct risk_set *set, const struct risk_set *other)
{
	for (size_t i = 0; i < 4; i++)
		set->word[i] |= other->word[i];
}

static void set_invert(struct risk_set *set)
{
	for (size_t i = 0; i < 4; i++)
		set->word[i] = ~set->word[i];
}

static int set_meets(const struct risk_set *a, const struct risk_set *b)
{
	uint64_t common = 0;

	for (size_t i = 0; i < 4; i++)
		common |= a->word[i] & b->word[i];
	return common != 0;
}

/* Both cases of each letter that is there in either. */
static void set_fold(struct risk_set *set)
{
	static const uint64_t letters = UINT64_C(0x07fffffe); /* of the word from '@' on */
	const uint64_t upper = set->word[1] & letters, lower = set->word[1] >> 32 & letters;

	set->word[1] |= upper << 32 | lower;
}

/* What "\c" stands for: the byte, -1 for one of the classes \d \w \s, which are added, or -2. */
static int escape(unsigned char c, struct risk_set *set)
{
	static const char letter[] = "tnrfea", byte[] = "\t\n\r\f\x1b\a";
	const char *const at = strchr(letter, c);
	const unsigned char kind = c | 0x20;
	struct risk_set class = { { 0 } };

	if (c == '\0' || c >= 0x80)
		return -2;
	if (at)
		return byte[at - letter];
	if (kind == 's') {
		set_add(&class, '\t', '\r');
		set_add(&class, ' ', ' ');
	} else if (kind == 'd' || kind == 'w') {
		set_add(&class, '0', '9');
	} else {
		return (c >= '0' && c <= '9') || (kind >= 'a' && kind <= 'z') ? -2 : c;
	}
	if (kind == 'w') {
		set_add(&class, 'A', 'Z');
		set_add(&class, 'a', 'z');
		set_add(&class, '_', '_');
	}
	if (c != kind)
		set_invert(&class);
	set_join(set, &class);
	return -1;
}

/* One byte of a class at *i, past which *i is moved, or what escape() says. */
static int class_byte(struct str e, size_t *i, struct risk_set *set)
{
	if (e.p[*i] != '\\')
		return (unsigned char)e.p[(*i)++];
	*i += 2;
	return *i <= e.n ? escape((unsigned char)e.p[*i - 1], set) : -2;
}

/* e is a class with its brackets.  Of a named class "[:x:]" nothing is known: it is everything
 * where the set must not be too small, nothing where its complement must not be. */
static int class_set(struct str e, struct risk_set *set)
{
	const int negated = e.n > 1 && e.p[1] == '^';
	size_t i = 1 + (size_t)negated;

	if (e.n < 3 || e.p[e.n - 1] != ']')
		return 0;
	while (i + 1 < e.n) {
		int from, to;

		if (e.p[i] == '[' && e.p[i + 1] == ':') {
			if (!negated)
				set_add(set, 0, 255);
			i = str_find(e, i + 2, ']') + 1;
			continue;
		}
		from = to = class_byte(e, &i, set);
		if (from >= 0 && i + 2 < e.n && e.p[i] == '-') {
			i++;
			to = class_byte(e, &i, set);
		}
		if (from == -2 || to == -2)
			return 0;
		if (from >= 0 && to >= from)
			set_add(set, (unsigned)from, (unsigned)to);
	}
	if (negated)
		set_invert(set);
	return 1;
}

/* 0 for what is no byte, class or escape that is understood here. */
static int element_set(struct str e, struct risk_set *set)
{
	int c = (unsigned char)e.p[0];

	if (c == '[')
		return class_set(e, set);
	if (c == '.') {
		set_add(set, 0, 255);
		return 1;
	}
	if (c == '\0' || strchr("|()?*+{^$", c) || e.n > 2)
		return 0;
	if (c == '\\')
		c = e.n == 2 ? escape((unsigned char)e.p[1], set) : -2;
	if (c >= 0)
		set_add(set, (unsigned)c, (unsigned)c);
	return c != -2;
}

static void count(struct risk_element *element, struct str quantifier)
{
	size_t i = 1;

	if (quantifier.n == 0)
		return;
	element->varies = 1;
	element->optional = quantifier.p[0] != '+';
	if (quantifier.p[0] != '{')
		return;
	for (element->optional = 1; quantifier.p[i] >= '0' && quantifier.p[i] <= '9'; i++)
		element->optional &= quantifier.p[i] == '0';
	element->varies = element->optional || quantifier.p[i] == ',';
}

/* What may come after element i of a round, in it or in the next one. */
static struct risk_set follow(const struct risk_element *element, size_t n, size_t i)
{
	struct risk_set set = { { 0 } };

	for (size_t k = 1; k <= n; k++) {
		const struct risk_element *const next = &element[(i + k) % n];

		set_join(&set, &next->set);
		if (!next->optional)
			break;
	}
	return set;
}

/* 1 when every byte settles whether an element goes on, ends, or the next round begins: as in
 * "(/[^/]+)*", "(\d+\.)+", "(a+b)+".  There is then one way only to match, nothing to run away
 * with.  body is what stands between the parentheses. */
static int harmless(struct str body, int caseless)
{
	struct risk_element round[ELEMENTS_MAX] = { 0 };
	size_t n = 0, i = str_starts(body, "?:") ? 2 : 0;

	while (i < body.n) {
		const struct str e = { body.p + i, element(body, i) };
		struct str q = { e.p + e.n, 0 };
		int unbounded;

		if (n == ELEMENTS_MAX || !element_set(e, &round[n].set))
			return 0;
		if (caseless)
			set_fold(&round[n].set);
		i += e.n;
		q.n = quantifier(body, i, &unbounded);
		i += q.n;
		count(&round[n++], q);
	}
	for (i = 0; i < n; i++) {
		const struct risk_set after = follow(round, n, i);

		if (round[i].varies && set_meets(&round[i].set, &after))
			return 0;
	}
	return n > 0;
}

/* 1 when an option setting such as "(?i)" or "(?s-i:" names the letter, wherever it holds. */
static int names_option(struct str s, char letter)
{
	for (size_t i = 0; i + 2 < s.n; i++) {
		size_t j = i + 2;

		if (s.p[i] != '(' || s.p[i + 1] != '?')
			continue;
		while (j < s.n && s.p[j] != letter && s.p[j] != '\0' &&
		    strchr("imnsxrJUaDPSTW^-", s.p[j]))
			j++;
		if (j < s.n && s.p[j] == letter)
			return 1;
	}
	return 0;
}

const char *pattern_risk(struct str regex, size_t *offset)
{
	struct risk_group group[DEPTH_MAX + 1] = { 0 };
	const int caseless = names_option(regex, 'i'), extended = names_option(regex, 'x');
	size_t depth = 0, i = 0;
	int unbounded;

	if (str_starts(regex, ".*")) {
		*offset = 0;
		return "a leading '.*' only costs time: the search already begins anywhere";
	}
	while (i < regex.n) {
		struct risk_group done = { 0 };

		if (regex.p[i] == '(' && depth < DEPTH_MAX) {
			i = open_group(regex, i, &group[++depth]);
			continue;
		}
		if (regex.p[i] == ')' && depth > 0) {
			done = group[depth--];
			done.body = (struct str){ regex.p + done.at + 1, i - done.at - 1 };
		}
		i += element(regex, i);
		i += quantifier(regex, i, &unbounded);
		if (unbounded && done.loops && !done.sealed &&
		    (extended || !harmless(done.body, caseless))) {
			*offset = done.at;
			return "repetition inside repetition can take very long on a hostile value";
		}
		if ((unbounded || done.loops) && !done.sealed)
			group[depth].loops = 1;
	}
	return NULL;
}
