/* What an anchored regex asks of the first bytes of its subject, answered without running the
 * regex.
 *
 * Rules are mostly '^POST$', '^[234]', '^/(p|c|search)\b' or '^/api/cart': sequences of byte sets
 * with few branches, or '^/p/[0-9]+$', with a run of one set at the end. Those are understood in
 * full.  Of any other regex that begins with '^' the part before the first construct that is not
 * understood (a repetition in the midst, a lookahead, ...) still tells most subjects apart: where
 * no branch of it fits, the regex cannot match, and could not run out of its budget either, for
 * PCRE2 fails in that part just the same. */
#ifndef PREFIX_H
#define PREFIX_H
#include <stdint.h>
#include <string.h>

#include "str.h"

enum prefix_answer { PREFIX_NO, PREFIX_YES, PREFIX_ASK }; /* ASK: only the regex itself can say */

/* All branches side by side, a bit for each place of each (the "shift-and" of Baeza-Yates and
 * Gonnet, 1992). */
struct prefix {
	uint64_t fits[256]; /* by byte: the places it fits */
	uint64_t first;     /* the first place of each branch */
	uint64_t last;      /* the last one of each, which is in one of: */
	uint64_t is_match;  /* nothing more is asked */
	uint64_t at_end;    /* the subject must end here: $ */
	uint64_t at_word;   /* a word must begin or end here: \b */
	uint64_t unknown;   /* more is asked than is understood */
	uint64_t runs;      /* of at_end and at_word: what fits may come again and again */
	uint64_t doubtful;  /* all places of branches that end in the unknown */
	/* Where one text is all that is asked, at_end or not, that text; else of no bytes. */
	size_t text_bytes;
	char text[64];
};

/* 0: of this regex nothing is understood, and *prefix is of no use. */
int prefix_parse(struct prefix *prefix, struct str regex);
/* Leaves runs to the regex: for a prefix that is tried at many places of one subject, of which they
 * would go over each byte again and again, and PCRE2 might give up on them. */
void prefix_end_runs(struct prefix *prefix);

static inline int prefix_is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	    c == '_';
}

/* What the branches say of which one's last place was met at s.p[i].  A yes holds only where PCRE2
 * cannot have gone into what is unknown first, and given up there. */
static inline enum prefix_answer prefix_end(
    const struct prefix *x, uint64_t met, struct str s, size_t i)
{
	const int is_end = i + 1 == s.n;

	if ((met & x->is_match) || ((met & x->at_end) && is_end) ||
	    ((met & x->at_word) &&
	        prefix_is_word(s.p[i]) != (!is_end && prefix_is_word(s.p[i + 1]))))
		return met & x->doubtful ? PREFIX_ASK : PREFIX_YES;
	return met & x->unknown ? PREFIX_ASK : PREFIX_NO;
}

static inline enum prefix_answer prefix_test(const struct prefix *x, struct str s)
{
	const uint64_t last = x->last;
	uint64_t alive = x->first;

	if (x->text_bytes) {
		if (x->at_end ? s.n != x->text_bytes : s.n < x->text_bytes)
			return PREFIX_NO;
		return memcmp(s.p, x->text, x->text_bytes) ? PREFIX_NO : PREFIX_YES;
	}
	for (size_t i = 0; i < s.n; i++) {
		const uint64_t met = alive & x->fits[(unsigned char)s.p[i]];

		if (!met)
			return PREFIX_NO;
		if (met & last) {
			const enum prefix_answer answer = prefix_end(x, met, s, i);

			if (answer != PREFIX_NO)
				return answer;
		}
		alive = (met & ~last) << 1 | (met & x->runs);
	}
	return PREFIX_NO;
}
#endif
