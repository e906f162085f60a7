#include "identity.h"

#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "decode_inflate.h"
#include "err.h"
#include "mem.h"

/* Up to 4096 lines in the first MARK_SURE bytes, 256 distances of that up to 1 MiB, then 7,700
 * steps of 1/256 up to 2^64. */
#define MARKS_MAX  12288u
#define FEW_PARTS  256u
#define HASH_ALIGN 64u /* what XXH3 asks of its state */

enum part {
	PART_START,   /* at the beginning of a line; no content so far */
	PART_COMMENT, /* in a comment line; no content so far */
	PART_CONTENT,
};

/* A place in the content, which everything can be taken back to. */
struct place {
	enum part part;
	struct mark at; /* of all content so far */
	struct mark first, end, known;
	struct mark within; /* a known mark in the line that is not yet at its end */
	uint64_t bytes, bytes_end, bytes_known; /* decoded, up to `at`, `end` and `known` */
	uint64_t raw_end;                       /* of `end`, in plain content */
	uint64_t due;                           /* a line's end of this length is the next mark */
	size_t marks;                           /* used of mark[] */
	size_t next;                            /* of expected[] */
};

struct hash {
	XXH3_state_t now, sure;
};

struct identity {
	struct place now, sure; /* sure: as far as it is verified */
	uint64_t unit_raw, unit_end;
	int packed;
	int is_known;
	identity_expect_fn *expect;
	void *ctx;
	const struct mark *expected;
	size_t expecteds;
	struct hash *hash; /* in `room`; NULL when none is asked for */
	void *room;
	struct mark mark[MARKS_MAX + 1]; /* and `end` */
};

enum nines_status identity_new(
    struct identity **identity, enum identity_kind kind, struct nines_error *err)
{
	struct identity *id = mem_new(1, sizeof *id);

	if (!id)
		return err_nomem(err);
	if (kind == IDENTITY_HASH) {
		id->room = mem_new(1, sizeof *id->hash + HASH_ALIGN);
		if (!id->room) {
			mem_free(id);
			return err_nomem(err);
		}
		id->hash =
		    (void *)((char *)id->room + HASH_ALIGN - (uintptr_t)id->room % HASH_ALIGN);
	}
	*identity = id;
	return NINES_OK;
}

void identity_free(struct identity *id)
{
	if (!id)
		return;
	mem_free(id->room);
	mem_free(id);
}

uint64_t identity_distance(uint64_t length)
{
	if (length < MARK_SURE)
		return 1;
	return length / FEW_PARTS > MARK_SURE ? length / FEW_PARTS : MARK_SURE;
}

void identity_begin(
    struct identity *id, const struct identity_state *from, identity_expect_fn *expect, void *ctx)
{
	struct place *now = &id->now;

	*now = (struct place){ .due = 1 };
	id->unit_raw = id->unit_end = 0;
	if (from) {
		now->part = PART_CONTENT;
		now->first = from->first;
		now->at = now->end = now->known = from->end;
		now->raw_end = from->raw_end;
		now->due = from->end.length + identity_distance(from->end.length);
		id->unit_raw = from->raw_end;
		id->unit_end = from->unit_end;
	}
	id->sure = *now;
	id->packed = id->is_known = 0;
	id->expect = expect;
	id->ctx = ctx;
	id->expected = NULL;
	id->expecteds = 0;
	if (id->hash) {
		(void)XXH3_64bits_reset(&id->hash->now);
		(void)XXH3_64bits_reset(&id->hash->sure);
	}
}

struct identity_state identity_state(const struct identity *id)
{
	const struct place *sure = &id->sure;
	const int beyond = sure->known.length > sure->end.length;

	return (struct identity_state){
		.first = sure->first,
		.end = sure->end,
		.known = beyond ? sure->end : sure->known,
		.within = sure->within,
		.rest = sure->at.length - sure->end.length,
		.raw_end = id->packed ? id->unit_raw : sure->raw_end,
		.unit_end = id->unit_end,
		.bytes = sure->bytes_end,
		.new_bytes = beyond ? 0 : sure->bytes_end - sure->bytes_known,
	};
}

uint64_t identity_hash(const struct identity *id)
{
	return XXH3_64bits_digest(id->packed ? &id->hash->sure : &id->hash->now);
}

const struct mark *identity_marks(struct identity *id, size_t *n)
{
	const struct place *sure = &id->sure;

	*n = sure->marks;
	if (sure->end.length > 0 && (*n == 0 || id->mark[*n - 1].length != sure->end.length))
		id->mark[(*n)++] = sure->end;
	return id->mark;
}

/* Passes over the expected marks that the content has reached: 1 when it is as one of them says. */
static int meet(struct identity *id)
{
	struct place *now = &id->now;
	int met = 0;

	for (; now->next < id->expecteds && id->expected[now->next].length <= now->at.length;
	     now->next++) {
		const struct mark *known = &id->expected[now->next];

		if (known->length != now->at.length || known->crc != now->at.crc)
			continue;
		if (now->at.length != now->end.length) {
			now->within = *known;
			continue;
		}
		now->known = *known;
		now->bytes_known = now->bytes;
		met = 1;
	}
	id->is_known |= met;
	return met;
}

uint32_t identity_crc(uint32_t crc, const char *p, size_t n)
{
	return decode_inflate_row(0)->crc(crc, p, n);
}

static void advance(struct identity *id, const char *p, size_t n)
{
	struct mark *at = &id->now.at;

	at->crc = identity_crc(at->crc, p, n);
	at->length += n;
	id->now.bytes += n;
}

static void end_line(struct identity *id, uint64_t raw_at)
{
	struct place *now = &id->now;

	now->end = now->at;
	now->within = (struct mark){ 0 };
	now->bytes_end = now->bytes;
	now->raw_end = raw_at;
	if (now->at.length >= now->due) {
		if (now->marks < MARKS_MAX)
			id->mark[now->marks++] = now->at;
		now->due = now->at.length + identity_distance(now->at.length);
	}
	if (now->first.length > 0)
		return;
	now->first = now->at;
	if (id->expect)
		id->expect(id->ctx, now->first, &id->expected, &id->expecteds);
}

static size_t behind_last_newline(const char *p, size_t n)
{
	while (n > 0 && p[n - 1] != '\n')
		n--;
	return n;
}

/* Content without NUL bytes: up to and with the line's end that is the next mark, or all of it. */
static size_t take_to_mark(struct identity *id, const char *p, size_t n, uint64_t raw_at)
{
	const struct place *now = &id->now;
	const uint64_t ahead = now->due > now->at.length ? now->due - now->at.length - 1 : 0;
	const char *newline = ahead < n ? memchr(p + ahead, '\n', n - (size_t)ahead) : NULL;
	const size_t lines = newline ? (size_t)(newline - p) + 1
	                             : behind_last_newline(p, ahead < n ? (size_t)ahead : n);

	advance(id, p, lines);
	if (lines > 0)
		end_line(id, raw_at + lines);
	if (newline)
		return lines;
	advance(id, p + lines, n - lines);
	return n;
}

/* Content without NUL bytes, up to the first expected mark that is met. */
static size_t take_content(struct identity *id, const char *p, size_t n, uint64_t raw_at)
{
	size_t used = 0;

	while (used < n) {
		const struct place *now = &id->now;
		size_t room = n - used;

		if (now->next < id->expecteds &&
		    id->expected[now->next].length - now->at.length < room)
			room = (size_t)(id->expected[now->next].length - now->at.length);
		used += take_to_mark(id, p + used, room, raw_at + used);
		if (meet(id))
			break;
	}
	return used;
}

/* One line or a piece of one, before there is content. */
static size_t take_comment(struct identity *id, const char *p, size_t n)
{
	const char *newline;

	if (id->now.part == PART_START)
		id->now.part = p[0] == '#' ? PART_COMMENT : PART_CONTENT;
	if (id->now.part == PART_CONTENT)
		return 0;
	newline = memchr(p, '\n', n);
	if (newline) {
		id->now.part = PART_START;
		n = (size_t)(newline - p) + 1;
	}
	id->now.bytes += n;
	return n;
}

static size_t nuls_at(const char *p, size_t n)
{
	size_t i = 0;

	while (i < n && p[i] == '\0')
		i++;
	return i;
}

static size_t take(struct identity *id, const char *p, size_t n, uint64_t raw_at)
{
	size_t used = 0;

	while (used < n && !id->is_known) {
		const char *nul = memchr(p + used, '\0', n - used);
		const size_t end = nul ? (size_t)(nul - p) : n;
		size_t nuls;

		while (used < end && id->now.part != PART_CONTENT)
			used += take_comment(id, p + used, end - used);
		if (used < end)
			used += take_content(id, p + used, end - used, raw_at + used);
		if (used < end)
			continue;
		nuls = nuls_at(p + used, n - used);
		id->now.bytes += nuls;
		used += nuls;
	}
	return used;
}

static void hash_all(struct hash *hash, const char *p, size_t n)
{
	for (size_t used = 0; used < n;) {
		const char *nul = memchr(p + used, '\0', n - used);
		const size_t end = nul ? (size_t)(nul - p) : n;

		(void)XXH3_64bits_update(&hash->now, p + used, end - used);
		used = end + nuls_at(p + end, n - end);
	}
}

size_t identity_feed(struct identity *id, const char *p, size_t n, uint64_t raw_at)
{
	id->packed = raw_at == IDENTITY_PACKED;
	if (id->hash) {
		hash_all(id->hash, p, n);
		return n;
	}
	n = take(id, p, n, raw_at);
	if (!id->packed)
		id->sure = id->now;
	return n;
}

void identity_skipped(struct identity *id, uint64_t n)
{
	id->now.bytes += n;
}

void identity_verified(struct identity *id, uint64_t raw_at)
{
	const int moved = id->now.end.length != id->sure.end.length;

	id->sure = id->now;
	if (!id->packed)
		return;
	if (id->hash)
		id->hash->sure = id->hash->now;
	if (id->now.at.length == id->now.end.length)
		id->unit_end = raw_at;
	else if (moved)
		id->unit_end = 0;
	id->unit_raw = raw_at;
}

/* Of what a known mark beyond the damage vouched for, the verified beginning stays known. */
void identity_corrupt(struct identity *id)
{
	struct place *sure = &id->sure;

	if (id->now.known.length > sure->end.length) {
		sure->known = sure->end;
		sure->bytes_known = sure->bytes_end;
	}
	sure->at = sure->end;
	sure->bytes = sure->bytes_end;
	sure->within = (struct mark){ 0 };
	sure->part = sure->end.length > 0 ? PART_CONTENT : PART_START;
	id->now = *sure;
	if (id->hash)
		id->hash->now = id->hash->sure;
}

void identity_finished(struct identity *id)
{
	struct place *now = &id->now;
	const struct mark within = now->within;

	if (now->at.length == now->end.length)
		return;
	/* Elsewhere this line may yet be written to its end: what is before it must be known there.
	 */
	if (now->marks < MARKS_MAX && now->end.length > 0 &&
	    (now->marks == 0 || id->mark[now->marks - 1].length != now->end.length))
		id->mark[now->marks++] = now->end;
	end_line(id, now->raw_end);
	if (within.length == now->at.length) {
		now->known = within;
		now->bytes_known = now->bytes;
		id->is_known = 1;
	}
	if (id->packed)
		id->unit_end = id->unit_raw;
	id->sure = id->now;
}

int identity_is_known(struct identity *id)
{
	const int is_known = id->is_known;

	id->is_known = 0;
	return is_known;
}
