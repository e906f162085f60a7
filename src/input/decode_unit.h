/* Units: what gzip members and zstd frames have in common.  They follow one another, perhaps with
 * zero padding between; what begins none is trailing garbage or damage; after damage the next one
 * is looked for.  What is inside a unit its codec knows. */
#ifndef DECODE_UNIT_H
#define DECODE_UNIT_H
#include "decode_impl.h"

enum decode_piece {
	DECODE_PIECE_MORE,   /* the room is used up; more to come */
	DECODE_PIECE_WHOLE,  /* to its end, and its check verified */
	DECODE_PIECE_ENDED,  /* the input ended inside */
	DECODE_PIECE_BROKEN, /* damage showed at the reading position */
	DECODE_PIECE_FAILED, /* read error or no memory; the source's status says so */
};

struct decode_codec {
	unsigned char first; /* byte of a unit that can be searched for */
	unsigned char few;   /* bytes that tell whether a unit may begin */
	unsigned char full;  /* bytes that tell it well enough for a search */
	int (*may_begin)(const unsigned char *p, size_t n); /* n <= few of them */
	int (*is_likely)(const unsigned char *p);           /* full of them */
	void (*begin)(struct decode *d);
	/* Reads on inside a unit; called with room. */
	enum decode_piece (*inside)(struct decode *d, char *p, size_t room, size_t *got);
};

/* Where reading is among the units of a source; begin with zeros. */
struct decode_unit {
	enum {
		DECODE_UNIT_BETWEEN, /* before a unit, or the zero padding before it */
		DECODE_UNIT_INSIDE,
		DECODE_UNIT_STRAY, /* behind the last unit, in bytes that are none */
		DECODE_UNIT_LOST,  /* behind damage, looking for the next unit */
	} place;
	uint64_t units; /* begun so far */
	uint64_t at;    /* raw offset of the last one begun */
	/* Up to here a search for the next unit went back once.  It does not do so again: no byte
	 * is decoded more than twice, whatever comes. */
	uint64_t tried;
};

enum decode_event decode_unit_next(struct decode *d, struct decode_unit *unit,
    const struct decode_codec *codec, char *p, size_t room, size_t *got);
#endif
