#include "pattern.h"

#include <string.h>

#define DEPTH_MAX 250 /* PCRE2's own limit on nested parentheses */

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

/* "(/[^/]+)*" and "([^/]+/)*" are harmless: a separator that no loop in the group can eat parts the
 * rounds.  body is what stands between the parentheses. */
static int separated(struct str body, char separator)
{
	for (size_t i = 0; i < body.n;) {
		const struct str e = { body.p + i, element(body, i) };
		int unbounded;

		if (e.p[0] == '|' || e.p[0] == '(' || (e.p[0] == '\\' && e.n > 2))
			return 0;
		i += e.n;
		i += quantifier(body, i, &unbounded);
		if (unbounded && !(str_starts(e, "[^") && str_find(e, 2, separator) < e.n))
			return 0;
	}
	return 1;
}

static int harmless(struct str body)
{
	static const char separators[] = "/,;&=_";

	if (str_starts(body, "?:"))
		body = (struct str){ body.p + 2, body.n - 2 };
	if (body.n < 2)
		return 0;
	if (strchr(separators, body.p[0]) && !strchr("?*+{", body.p[1]) &&
	    separated(body, body.p[0]))
		return 1;
	return strchr(separators, body.p[body.n - 1]) && separated(body, body.p[body.n - 1]);
}

const char *pattern_risk(struct str regex, size_t *offset)
{
	struct risk_group group[DEPTH_MAX + 1] = { 0 };
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
		if (unbounded && done.loops && !done.sealed && !harmless(done.body)) {
			*offset = done.at;
			return "repetition inside repetition can take very long on a hostile value";
		}
		if ((unbounded || done.loops) && !done.sealed)
			group[depth].loops = 1;
	}
	return NULL;
}
