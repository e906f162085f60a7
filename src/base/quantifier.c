#include "quantifier.h"

#define COUNT_MAX 65535 /* PCRE2's own */

static int read_count(size_t *n, const char **p, const char *end)
{
	const char *const start = *p;

	for (*n = 0; *p < end && **p >= '0' && **p <= '9' && *n <= COUNT_MAX; ++*p)
		*n = *n * 10 + (size_t)(**p - '0');
	return *p > start && *n <= COUNT_MAX;
}

static int read_counts(struct quantifier *q, const char **p, const char *end)
{
	++*p;
	if (!read_count(&q->least, p, end))
		return 0;
	q->most = q->least;
	if (*p < end && **p == ',') {
		++*p;
		if (*p < end && **p == '}')
			q->most = QUANTIFIER_NO_MOST;
		else if (!read_count(&q->most, p, end))
			return 0;
	}
	return *p < end && *(*p)++ == '}';
}

int quantifier_read(struct quantifier *q, const char **p, const char *end)
{
	const char c = *p < end ? **p : '\0';

	*q = (struct quantifier){ .least = 1, .most = 1 };
	if (c == '{') {
		if (!read_counts(q, p, end))
			return 0;
	} else if (c == '*' || c == '+' || c == '?') {
		++*p;
		q->least = c == '+';
		q->most = c == '?' ? 1 : QUANTIFIER_NO_MOST;
	} else {
		return 1;
	}
	q->lazy = *p < end && **p == '?';
	q->possessive = *p < end && **p == '+';
	*p += q->lazy || q->possessive;
	return 1;
}
