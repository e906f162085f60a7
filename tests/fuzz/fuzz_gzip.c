/* Any bytes through the decoders; the first byte chooses how reads and room are cut.  Whatever the
 * cut, events and bytes are the same, but for those taken back; all bytes given are counted, all
 * stored bytes are read, an end comes; what zlib alone takes for one good member, and nothing else,
 * is verified with the same bytes; and every inflater reads what zlib reads without a complaint. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "../unit/memory_io.h"
#include "decode_impl.h"

#define MOST (1u << 22) /* bytes of output beyond which an input tells nothing new */

struct outcome {
	uint64_t hash;          /* of all bytes, but those taken back, and events, in order */
	uint64_t verified_hash; /* of the bytes of the last verified unit */
	uint64_t verified, bytes;
	unsigned units, damages;
	struct source source;
};

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void require(int holds)
{
	if (!holds)
		abort();
}

static uint64_t hash_bytes(uint64_t hash, const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		hash = (hash ^ (unsigned char)p[i]) * 1099511628211u;
	return hash;
}

static void take_event(
    struct outcome *o, enum decode_event event, uint64_t *unit_hash, uint64_t *unit_bytes)
{
	if (event == DECODE_DATA)
		return;
	if (event != DECODE_CORRUPT)
		o->hash ^= *unit_hash * 3;
	o->hash = (o->hash ^ (uint64_t)(256 + (int)event)) * 1099511628211u;
	if (event == DECODE_VERIFIED) {
		o->verified_hash = *unit_hash;
		o->verified += *unit_bytes;
		o->units++;
	} else if (event != DECODE_END) {
		o->damages++;
	}
	*unit_hash = 0;
	*unit_bytes = 0;
}

/* 0: more output than is worth the time. */
static int run(struct outcome *o, const struct decode_inflate *inflate, const uint8_t *p, size_t n,
    size_t piece, size_t room)
{
	static const char *const name[] = { "log" };
	struct memory_file file = memory_log(p, n);
	uint64_t unit_hash = 0, unit_bytes = 0;
	struct source_list list;
	struct decode *decode = NULL;
	struct memory_io m;
	enum decode_event event = DECODE_DATA;
	char *out = malloc(room);
	size_t got;

	*o = (struct outcome){ 0 };
	memory_init(&m, &file, 1);
	m.piece = piece;
	m.interrupt = piece == 1;
	require(out && decode_new(&decode, NULL) == NINES_OK);
	require(source_list_open(&list, name, 1, &m.io, NULL) == NINES_OK);
	decode->inflate = inflate;
	decode_begin(decode, &list, 0);
	while (event != DECODE_END && o->bytes < MOST) {
		event = decode_next(decode, out, room, &got);
		require(got <= room && (got > 0 || event != DECODE_DATA) &&
		    (got == 0 || event != DECODE_END));
		o->bytes += got;
		unit_hash = hash_bytes(unit_hash, out, got);
		unit_bytes += got;
		take_event(o, event, &unit_hash, &unit_bytes);
	}
	source_done(&list, 0);
	o->source = list.source[0];
	require(o->source.bytes == o->bytes);
	source_list_close(&list);
	decode_free(decode);
	free(out);
	return event == DECODE_END;
}

/* Whether zlib finds one member and nothing else; then *hash and *bytes are of its data. */
static int is_one_member(const uint8_t *p, size_t n, uint64_t *hash, uint64_t *bytes)
{
	unsigned char in[4096], out[4096];
	z_stream z = { 0 };
	size_t at = 0;
	int rc = Z_OK;

	*hash = *bytes = 0;
	require(inflateInit2(&z, 16 + MAX_WBITS) == Z_OK);
	while (rc == Z_OK) {
		if (z.avail_in == 0 && at < n) {
			z.avail_in = (uInt)(n - at < sizeof in ? n - at : sizeof in);
			z.next_in = memcpy(in, p + at, z.avail_in);
			at += z.avail_in;
		}
		z.next_out = out;
		z.avail_out = sizeof out;
		rc = inflate(&z, Z_NO_FLUSH);
		*hash = hash_bytes(*hash, (const char *)out, sizeof out - z.avail_out);
		*bytes += sizeof out - z.avail_out;
	}
	rc = rc == Z_STREAM_END && z.avail_in == 0 && at == n;
	(void)inflateEnd(&z);
	return rc;
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct outcome whole, cut, other;
	const struct decode_inflate *inflate;
	uint64_t hash, bytes;
	uint8_t how;

	if (n == 0)
		return 0;
	how = *p++;
	n--;
	if (!run(&whole, &decode_inflate_zlib, p, n, 0, 65536))
		return 0;
	require(run(&cut, &decode_inflate_zlib, p, n, how & 15, 1u + (how >> 4) * 7u));
	require(whole.hash == cut.hash && whole.units == cut.units);
	require(whole.bytes == cut.bytes || whole.damages > 0);
	require(whole.verified == cut.verified && whole.source.status == cut.source.status &&
	    whole.source.damage_at == cut.source.damage_at && whole.damages == cut.damages);
	require((whole.damages > 0) <= !source_status_whole(whole.source.status));
	require(whole.source.damage_at <= n && whole.source.raw_bytes <= n);
	require(whole.source.raw_bytes == n || whole.source.status == SOURCE_UNSUPPORTED);
	for (size_t i = 0; (inflate = decode_inflate_row(i)) != NULL; i++) {
		require(run(&other, inflate, p, n, how & 15, 1u + (how >> 4) * 7u) ||
		    other.bytes >= MOST);
		require(whole.damages > 0 ||
		    (other.hash == whole.hash && other.source.status == whole.source.status));
	}
	if (is_one_member(p, n, &hash, &bytes))
		require(whole.source.status == SOURCE_OK && whole.units == 1 &&
		    whole.damages == 0 && whole.verified == bytes && whole.verified_hash == hash);
	return 0;
}
