/* The inside of a chain: its steps, which chain_parse.c makes and chain.c walks. */
#ifndef CHAIN_IMPL_H
#define CHAIN_IMPL_H
#include "byteset.h"
#include "chain.h"

#define CHAIN_STEPS_MAX 96
#define CHAIN_TEXT_MAX  8 /* of one step: what a word holds */
#define CHAIN_NO_MOST   SIZE_MAX

/* The first ones are a run of bytes and the text behind it; either may be empty. */
enum chain_op {
	CHAIN_HERE,   /* no run */
	CHAIN_QUOTE,  /* the longest run, which a '"' ends */
	CHAIN_BYTE,   /* which another byte ends */
	CHAIN_RANGES, /* whose bytes are looked at by the sixteen */
	CHAIN_EACH,   /* or one by one */
	CHAIN_FIRST,  /* the shortest run that the text follows */
	CHAIN_LAST,   /* the longest run that the text follows */
	CHAIN_OPEN,   /* a group begins */
	CHAIN_CLOSE,  /* and ends */
	CHAIN_FORK,   /* unless the next byte is in the set, goes to another step */
	CHAIN_JUMP,   /* goes there in any case */
	CHAIN_END,    /* here the line ends */
	CHAIN_MATCH,  /* that was all */
};

struct chain_step {
	enum chain_op op;
	enum chain_op run;    /* FIRST, LAST: how the longest run is found */
	unsigned group;       /* which the run is, or 0; OPEN, CLOSE: any */
	unsigned to;          /* FORK, JUMP: index */
	size_t least, most;   /* bytes of the run */
	struct byteset set;   /* of the run; FORK */
	char stop;            /* BYTE */
	int lazy, possessive; /* as the regex has it */
	uint32_t turned;      /* RANGES: 0 when the ranges are those of bytes that end the run */
	size_t skip;          /* bytes of text to go past: all, or none */
	size_t text_bytes;
	uint64_t text_word; /* in the order of memory, behind the text zero */
	uint64_t text_mask;
	char text[CHAIN_TEXT_MAX];
	struct simd_ranges ranges;
};

struct chain {
	size_t groups; /* with the whole match */
	int forks;     /* not all groups are passed */
	int quotes;
	unsigned steps;
	struct chain_step step[CHAIN_STEPS_MAX];
};
#endif
