/* The inside of a chain: its steps, which chain_parse.c makes and chain.c walks. */
#ifndef CHAIN_IMPL_H
#define CHAIN_IMPL_H
#include "byteset.h"
#include "chain.h"

#define CHAIN_STEPS_MAX  96
#define CHAIN_TEXT_MAX   8 /* of one step: what a word holds */
#define CHAIN_RANGES_MAX 6

/* How the longest run of bytes is found. */
enum chain_run {
	CHAIN_HERE,  /* it is empty */
	CHAIN_QUOTE, /* a '"' ends it */
	CHAIN_BYTE,  /* another byte does */
	CHAIN_RANGE, /* its bytes, or those that end it, are one range */
	CHAIN_TWO_RANGES,
	CHAIN_RANGES,
	CHAIN_EACH, /* its bytes are looked at one by one */
};

enum chain_op {
	CHAIN_LONGEST, /* the longest run, and the text behind it */
	CHAIN_FIRST,   /* the shortest that the text follows */
	CHAIN_LAST,    /* the longest that the text follows */
	CHAIN_OPEN,    /* a group begins */
	CHAIN_CLOSE,   /* and ends */
	CHAIN_FORK,    /* unless the next byte is in the set, goes to another step */
	CHAIN_JUMP,    /* goes there in any case */
	CHAIN_END,     /* here the line ends */
	CHAIN_MATCH,   /* that was all */
};

struct chain_step {
	enum chain_op op;
	enum chain_run run;
	unsigned group;       /* which the run is; 0: none that is asked for */
	size_t least, spread; /* bytes of the run: at least, and so many more */
	uint64_t text_word;   /* in the order of memory, behind the text zero */
	uint64_t text_mask;
	size_t skip;     /* bytes of text to go past: all, or none */
	uint32_t turned; /* RANGES: all bits when they are those of bytes that end the run */
	unsigned ranges; /* how many of: */
	char stop;       /* BYTE */
	unsigned to;     /* FORK, JUMP: index */
	size_t text_bytes;
	char text[CHAIN_TEXT_MAX];
	struct byteset set;   /* of the run; FORK */
	int lazy, possessive; /* as the regex has it */
	struct simd_range range[CHAIN_RANGES_MAX];
};

struct chain {
	size_t groups; /* with the whole match */
	int forks;     /* not all groups are passed */
	unsigned steps;
	struct chain_step step[CHAIN_STEPS_MAX];
};

/* chain_settle.c.  The parser leaves all runs to CHAIN_EACH and, of a regex that is not anchored,
 * an empty first step for the search.  0: some step cannot be done. */
int chain_settle(struct chain *chain, int anchored);
#endif
