#include "decode_unit.h"

#include <string.h>

static void begin_unit(struct decode *d, struct decode_unit *unit, const struct decode_codec *codec)
{
	unit->place = DECODE_UNIT_INSIDE;
	unit->units++;
	unit->at = decode_offset(d);
	codec->begin(d);
}

/* Whether a unit came before: then zero padding and stray bytes may follow. */
static int is_behind_one(struct decode *d, const struct decode_unit *unit)
{
	return unit->units > 0 || decode_source(d)->start > 0;
}

/* Between units, until one begins or an event is due.  1: go on. */
static int between(struct decode *d, struct decode_unit *unit, const struct decode_codec *codec,
    enum decode_event *event)
{
	ptrdiff_t n;

	while ((n = decode_want(d, 1)) == 1 && d->in[d->at] == 0 && is_behind_one(d, unit))
		d->at++;
	if (n == 1)
		n = decode_want(d, codec->few);
	*event = n < 0 ? DECODE_FAILED : DECODE_END;
	if (n <= 0)
		return 0;
	if (codec->may_begin(d->in + d->at, (size_t)n)) {
		if (n == codec->few) {
			begin_unit(d, unit, codec);
			return 1;
		}
		decode_damage(d, SOURCE_TRUNCATED, decode_offset(d) + (size_t)n);
		*event = DECODE_TRUNCATED;
		return 0;
	}
	if (is_behind_one(d, unit)) {
		decode_damage(d, SOURCE_TRAILING, decode_offset(d));
		unit->place = DECODE_UNIT_STRAY;
		return 1;
	}
	decode_damage(d, SOURCE_CORRUPT, decode_offset(d));
	unit->place = DECODE_UNIT_LOST;
	*event = DECODE_CORRUPT;
	return 0;
}

/* Moves to the next likely unit at or after the reading position: 1, 0 when there is none, -1 read
 * error. */
static int find(struct decode *d, const struct decode_codec *codec)
{
	for (;;) {
		const ptrdiff_t n = decode_want(d, codec->full);
		const unsigned char *hit;

		if (n < codec->full)
			return n < 0 ? -1 : 0;
		if (codec->is_likely(d->in + d->at))
			return 1;
		d->at++;
		hit = memchr(d->in + d->at, codec->first, d->used - d->at);
		d->at = hit ? (size_t)(hit - d->in) : d->used;
	}
}

/* Stray bytes with a unit behind them were no trailing garbage, but a unit whose header is
 * damaged. */
static int resume(struct decode *d, struct decode_unit *unit, const struct decode_codec *codec,
    enum decode_event *event)
{
	const int found = find(d, codec);

	*event = found < 0 ? DECODE_FAILED : DECODE_END;
	if (found <= 0)
		return 0;
	if (unit->place == DECODE_UNIT_LOST) {
		begin_unit(d, unit, codec);
		return 1;
	}
	if (decode_source(d)->status == SOURCE_TRAILING)
		decode_source(d)->status = SOURCE_CORRUPT;
	unit->place = DECODE_UNIT_LOST;
	*event = DECODE_CORRUPT;
	return 0;
}

/* Sends the search for the next unit back to just behind the first byte of this one, or as far as
 * the history goes. */
static void go_back(struct decode *d, struct decode_unit *unit)
{
	const uint64_t at = decode_offset(d);
	uint64_t back = at > DECODE_HISTORY ? at - DECODE_HISTORY : 0;

	back = back > unit->at ? back : unit->at + 1;
	back = back > unit->tried ? back : unit->tried;
	if (back < at)
		decode_rewind(d, back);
	unit->tried = at > unit->tried ? at : unit->tried;
	unit->place = DECODE_UNIT_LOST;
}

static enum decode_event broken(struct decode *d, struct decode_unit *unit)
{
	decode_damage(d, SOURCE_CORRUPT, decode_offset(d));
	go_back(d, unit);
	return DECODE_CORRUPT;
}

/* The input ended inside a unit: it is cut, unless it had lost its own end and swallowed a later
 * one. */
static enum decode_event ended(
    struct decode *d, struct decode_unit *unit, const struct decode_codec *codec)
{
	const uint64_t at = decode_offset(d);

	go_back(d, unit);
	if (find(d, codec) == 1) {
		decode_damage(d, SOURCE_CORRUPT, at);
		return DECODE_CORRUPT;
	}
	decode_damage(d, SOURCE_TRUNCATED, at);
	return DECODE_TRUNCATED;
}

enum decode_event decode_unit_next(struct decode *d, struct decode_unit *unit,
    const struct decode_codec *codec, char *p, size_t room, size_t *got)
{
	enum decode_event event;
	int more = 1;

	while (more && unit->place != DECODE_UNIT_INSIDE)
		more = unit->place == DECODE_UNIT_BETWEEN ? between(d, unit, codec, &event)
		                                          : resume(d, unit, codec, &event);
	if (!more)
		return event;
	switch (codec->inside(d, p, room, got)) {
	case DECODE_PIECE_MORE:
		return DECODE_DATA;
	case DECODE_PIECE_WHOLE:
		unit->place = DECODE_UNIT_BETWEEN;
		return DECODE_VERIFIED;
	case DECODE_PIECE_ENDED:
		return ended(d, unit, codec);
	case DECODE_PIECE_BROKEN:
		return broken(d, unit);
	case DECODE_PIECE_FAILED:
		break;
	}
	return DECODE_FAILED;
}
