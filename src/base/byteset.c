#include "byteset.h"

#include "prefix.h"

void byteset_add(struct byteset *set, unsigned from, unsigned to)
{
	for (unsigned c = from; c <= to; c++)
		set->word[c / 32] |= UINT32_C(1) << c % 32;
}

void byteset_turn(struct byteset *set)
{
	for (unsigned i = 0; i < 8; i++)
		set->word[i] = ~set->word[i];
}

void byteset_merge(struct byteset *into, const struct byteset *from)
{
	for (unsigned i = 0; i < 8; i++)
		into->word[i] |= from->word[i];
}

int byteset_only(const struct byteset *set)
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

static int is_between(char c, char from, char to)
{
	return c >= from && c <= to;
}

/* "\d", "\W" and friends as PCRE2's own tables have them (pcre2pattern(3), "Generic character
 * types"), "\t", and escaped punctuation, which stands for itself.  0: another escape. */
static int escaped(char c, struct byteset *set)
{
	struct byteset s = { { 0 } };

	switch (c) {
	case 'd':
	case 'D':
		byteset_add(&s, '0', '9');
		break;
	case 'w':
	case 'W':
		byteset_add(&s, '0', '9');
		byteset_add(&s, 'A', 'Z');
		byteset_add(&s, 'a', 'z');
		byteset_add(&s, '_', '_');
		break;
	case 's':
	case 'S':
		byteset_add(&s, '\t', '\r');
		byteset_add(&s, ' ', ' ');
		break;
	case 't':
		byteset_add(&s, '\t', '\t');
		break;
	default:
		if (!is_between(c, '!', '~') || prefix_is_word(c))
			return 0;
		byteset_add(&s, (unsigned char)c, (unsigned char)c);
	}
	if (is_between(c, 'A', 'Z'))
		byteset_turn(&s);
	byteset_merge(set, &s);
	return 1;
}

/* One byte of a class, as it is or escaped; 0 when it is no single one, or is not understood. */
static int member(const char **p, const char *end, unsigned *c)
{
	if (*p < end && **p == '\\') {
		++*p;
		if (*p == end || prefix_is_word(**p) || !is_between(**p, '!', '~'))
			return 0;
	} else if (*p == end || **p == '[') {
		return 0;
	}
	*c = (unsigned char)*(*p)++;
	return 1;
}

/* A '-' that is not the last member. */
static int is_range(const char *p, const char *end)
{
	return end - p > 1 && p[0] == '-' && p[1] != ']';
}

/* A ']' is a member in first place. */
int byteset_read_members(struct byteset *set, const char **p, const char *end)
{
	for (int first = 1; *p < end && (first || **p != ']'); first = 0) {
		unsigned from, to;

		if (end - *p > 1 && **p == '\\' && prefix_is_word((*p)[1])) {
			if (!escaped((*p)[1], set))
				return 0;
			*p += 2;
			if (is_range(*p, end))
				return 0;
			continue;
		}
		if (!member(p, end, &from))
			return 0;
		to = from;
		if (is_range(*p, end)) {
			++*p;
			if (!member(p, end, &to))
				return 0;
		}
		byteset_add(set, from, to);
	}
	return *p < end && *(*p)++ == ']';
}

static int read_class(struct byteset *set, const char **p, const char *end)
{
	struct byteset s = { { 0 } };
	const int turned = *p < end && **p == '^';

	*p += turned;
	if (!byteset_read_members(&s, p, end))
		return 0;
	if (turned)
		byteset_turn(&s);
	byteset_merge(set, &s);
	return 1;
}

int byteset_read(struct byteset *set, const char **p, const char *end)
{
	const char c = *(*p)++;

	switch (c) {
	case '.':
		byteset_add(set, 0, '\n' - 1);
		byteset_add(set, '\n' + 1, 255);
		return 1;
	case '\\':
		return *p < end && escaped(*(*p)++, set);
	case '[':
		return read_class(set, p, end);
	case '^':
	case '?':
	case '*':
	case '+':
	case '{':
		return 0;
	default:
		byteset_add(set, (unsigned char)c, (unsigned char)c);
		return 1;
	}
}
