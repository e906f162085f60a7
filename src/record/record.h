/* A record: one log line cut into the fields that rules ask for.  Slices borrow from the line. */
#ifndef RECORD_H
#define RECORD_H
#include <stdint.h>
#include <string.h>

#include "str.h"

/* The fields every format shares.  A format adds its own names (nginx $variables, named groups,
 * JSON keys). */
enum record_field {
	RECORD_TIME,
	RECORD_METHOD,
	RECORD_URI,
	RECORD_PATH,
	RECORD_QUERY,
	RECORD_PROTO,
	RECORD_STATUS,
	RECORD_BYTES,
	RECORD_BYTES_IN,
	RECORD_DURATION,
	RECORD_UPSTREAM_DURATION,
	RECORD_UPSTREAM_STATUS,
	RECORD_HOST,
	RECORD_CLIENT,
	RECORD_USER,
	RECORD_AGENT,
	RECORD_REFERER,
	RECORD_REQUEST_ID,
	RECORD_FIELDS,
};
const char *record_field_name(enum record_field f);    /* "time", "method", ... */
const char *record_field_meaning(enum record_field f); /* one line for `nines formats` */

#define RECORD_SLOTS 64 /* distinct fields one config may ask for; more is a finding */

struct record {
	struct str line;                    /* the whole line */
	int64_t time_s;                     /* event time, UTC */
	int ambiguous_time;                 /* a local stamp that the clocks showed twice */
	uint64_t have;                      /* bit i: field[i] is there */
	struct str field[RECORD_SLOTS + 1]; /* by slot (format_want); the last is nobody's */
};

/* Why a line could not be judged. */
enum record_reject {
	RECORD_OK,
	RECORD_BAD_FORMAT,  /* the line does not fit the format */
	RECORD_BAD_TIME,    /* its time is malformed or no real moment */
	RECORD_FUTURE,      /* its time is later than the run allows */
	RECORD_TOO_LONG,    /* over the line cap */
	RECORD_REGEX_LIMIT, /* a regex ran out of its budget on it */
	RECORD_REJECTS,
};
const char *record_reject_name(
    enum record_reject r); /* "format", "time", "future", "too_long", "regex_limit" */

/* Durations. */
enum record_unit {
	RECORD_UNIT_NONE,
	RECORD_UNIT_S,
	RECORD_UNIT_MS,
	RECORD_UNIT_US,
	RECORD_UNIT_NS
};
enum record_took { RECORD_TOOK, RECORD_TOOK_MISSING, RECORD_TOOK_INVALID };
/* Text of a duration field in nanoseconds.  Accepts the unit as a suffix ("0.248406s", "123ms"), a
 * leading '+' (HAProxy logasap), exponents as Caddy writes them, and nginx lists ("0.001, 0.020 :
 * 0.003"), which are summed, items '-' skipped.  '-', empty, -1 and all-'-' lists are MISSING;
 * other negatives and anything else INVALID. */
enum record_took record_took(struct str s, enum record_unit unit, int64_t *ns);
/* "0.248" alone, as nearly all of those in seconds are: one digit, a dot and three more.  A byte
 * each, the first the highest and the dot a zero, so that what took longer is a greater number.  0:
 * it is none of these. */
static inline int record_took_digits(struct str s, uint64_t *digits)
{
	uint32_t first;
	uint64_t each;

	if (s.n != 5)
		return 0;
	memcpy(&first, s.p, sizeof first);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	first = __builtin_bswap32(first);
#endif
	each = ((uint64_t)first << 8 | (unsigned char)s.p[4]) ^ UINT64_C(0x302e303030);
	*digits = each;
	/* A byte is a digit when neither it nor six more than it is over fifteen.  One that is told
	 * of anyway may carry. */
	return ((each | (each + UINT64_C(0x0600060606))) & UINT64_C(0xf0fff0f0f0)) == 0;
}
#endif
