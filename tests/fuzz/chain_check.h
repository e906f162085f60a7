/* What a chain promises, checked against PCRE2 for one regex and one line: where it matches, PCRE2
 * does, with the same groups, wherever the line stands and whatever stands beside it. */
#ifndef CHAIN_CHECK_H
#define CHAIN_CHECK_H
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "chain.h"
#include "pattern.h"

struct chain_check {
	struct pattern *pattern;
	struct pattern_scratch *scratch;
	uint8_t wanted[PATTERN_GROUPS_MAX];
	size_t groups;
	struct chain *chain; /* NULL: not understood */
};

static void chain_require(int holds)
{
	if (!holds)
		abort();
}

/* Group i is wanted where bit i % 8 is set. */
static void chain_check_want(struct chain_check *x, uint8_t wanted)
{
	chain_free(x->chain);
	for (size_t i = 0; i < x->groups; i++)
		x->wanted[i] = wanted >> i % 8 & 1;
	chain_require(
	    chain_new(&x->chain, pattern_text(x->pattern), x->wanted, x->groups, NULL) == NINES_OK);
}

/* 0: PCRE2 refuses the regex. */
static int chain_check_init(struct chain_check *x, struct str regex, uint8_t wanted)
{
	*x = (struct chain_check){ .groups = 0 };
	if (pattern_new(&x->pattern, regex, NULL) != NINES_OK)
		return 0;
	chain_require(pattern_scratch_new(&x->scratch, 0, NULL) == NINES_OK);
	x->groups = (size_t)pattern_groups(x->pattern) + 1;
	if (x->groups > PATTERN_GROUPS_MAX)
		x->groups = PATTERN_GROUPS_MAX;
	chain_check_want(x, wanted);
	return 1;
}

static void chain_check_fini(struct chain_check *x)
{
	chain_free(x->chain);
	pattern_scratch_free(x->scratch);
	pattern_free(x->pattern);
}

static int chain_check_block(
    const struct chain_check *x, const struct stops *stops, struct str line)
{
	struct str quick[PATTERN_GROUPS_MAX], asked[PATTERN_GROUPS_MAX];

	if (!chain_match(x->chain, line, stops, quick))
		return 0;
	chain_require(pattern_match(x->pattern, x->scratch, line, asked, x->groups) == PATTERN_YES);
	for (size_t i = 0; i < x->groups; i++) {
		if (!x->wanted[i])
			continue;
		chain_require(quick[i].p == asked[i].p);
		chain_require(!quick[i].p || quick[i].n == asked[i].n);
	}
	return 1;
}

/* The line in a block with just room enough, and not quite.  Whether it matches. */
static int chain_check_line(const struct chain_check *x, struct str line)
{
	static const char beside[] =
	    "\" ] 00\n\"\\\" - [aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
	const size_t before = sizeof beside - 1, n = before + line.n + CHAIN_ROOM;
	const size_t windows = n / SIMD_WINDOW + 1;
	char *whole = calloc(windows, SIMD_WINDOW), *block = malloc(n);
	uint32_t *list = calloc(n + 1, sizeof *list);
	struct stops stops = { .kind = STOPS_QUOTES, .block = { block, n }, .listed = list };
	int matches;

	chain_require(whole && block && list);
	memcpy(whole, beside, before);
	if (line.n)
		memcpy(whole + before, line.p, line.n);
	memcpy(whole + before + line.n, beside, before < CHAIN_ROOM ? before : CHAIN_ROOM);
	memcpy(block, whole, n);
	for (size_t i = before; i < before + line.n; i++)
		if (block[i] == '"')
			list[stops.n++] = (uint32_t)i;
	line.p = stops.line = block + before;
	matches = chain_check_block(x, &stops, line);
	chain_require(!chain_check_block(x, NULL, line));
	stops.block.n--;
	chain_require(!chain_check_block(x, &stops, line));
	free(whole);
	free(block);
	free(list);
	return matches;
}
#endif
