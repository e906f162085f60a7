#include "decode_impl.h"

#include <errno.h>
#include <string.h>

#include "err.h"
#include "mem.h"

#define BEHIND_RANGE 4096u

/* Of the n bytes at p, which were just read, those up to the end of the range's last line: the one
 * that holds the last byte of the range. */
static size_t up_to_end(const struct source *s, const char *p, size_t n, int *over)
{
	const uint64_t start = s->at - n;
	const size_t skip = s->to - 1 > start ? (size_t)(s->to - 1 - start) : 0;
	const char *newline = memchr(p + skip, '\n', n - skip);

	*over = newline != NULL;
	return newline ? (size_t)(newline - p) + 1 : n;
}

/* Moves the n bytes at p up so that they start with a line: how many are left. */
static size_t from_line_start(struct decode *d, char *p, size_t n)
{
	const struct source *s = decode_source(d);
	const char *newline = memchr(p, '\n', n);
	const size_t skip = newline ? (size_t)(newline - p) + 1 : n;

	memmove(p, p + skip, n - skip);
	d->seeking = !newline;
	if (d->seeking && !d->over) {
		d->over = s->at >= s->to;
		(void)source_skip_hole(d->list, d->i);
	}
	return n - skip;
}

/* All that is left of the range, and behind it no more than a line or some: another thread reads on
 * there. */
static size_t range_room(const struct source *s, size_t room)
{
	const uint64_t left = s->at < s->to ? s->to - s->at : 0;

	return left < room && room - left > BEHIND_RANGE ? (size_t)left + BEHIND_RANGE : room;
}

static enum decode_event range_next(struct decode *d, char *p, size_t room, size_t *got)
{
	const struct source *s = decode_source(d);
	const ssize_t n = source_read(d->list, d->i, p, range_room(s, room));

	if (n < 0)
		return DECODE_FAILED;
	d->over = n == 0;
	*got = (size_t)n;
	if (s->at >= s->to && n > 0)
		*got = up_to_end(s, p, *got, &d->over);
	if (d->seeking)
		*got = from_line_start(d, p, *got);
	return d->over ? DECODE_VERIFIED : DECODE_DATA;
}

static enum decode_event plain_next(struct decode *d, char *p, size_t room, size_t *got)
{
	ssize_t n;

	if (d->at < d->used) {
		*got = d->used - d->at < room ? d->used - d->at : room;
		memcpy(p, d->in + d->at, *got);
		d->at += *got;
		return DECODE_DATA;
	}
	if (decode_source(d)->ranged)
		return range_next(d, p, room, got);
	n = source_read(d->list, d->i, p, room);
	if (n < 0)
		return DECODE_FAILED;
	*got = (size_t)n;
	d->over = n == 0;
	return n == 0 ? DECODE_VERIFIED : DECODE_DATA;
}

#define MAGIC(bytes)  .magic = bytes, .n = sizeof(bytes) - 1
#define PIPE(program) .advice = "pipe it through " program " and name '-'"
#ifdef NINES_ZSTD
#define ZSTD .next = decode_zstd_next, .begin = decode_zstd_begin, .fini = decode_zstd_fini
#else
#define ZSTD PIPE("zstdcat")
#endif

/* The first row is what has no magic.  Sources: RFC 1952, RFC 8878, the xz and LZ4 format
 * descriptions, bzip2's compress.c, ncompress' compress.c, APPNOTE.TXT, Unicode 23.8 (byte order
 * marks). */
/* clang-format off */
static const struct decode_row row[] = {
	{ .name = "plain", .next = plain_next },
	{ .name = "gzip", MAGIC("\x1f\x8b"), .enough = 1, .next = decode_gzip_next,
	  .begin = decode_gzip_begin, .fini = decode_gzip_fini },
	{ .name = "zstd", MAGIC("\x28\xb5\x2f\xfd"), .enough = 2, ZSTD },
	{ .name = "zstd", MAGIC("\x50\x2a\x4d\x18"), .loose = 0x0f, .enough = 4, ZSTD },
	{ .name = "xz", MAGIC("\xfd" "7zXZ\0"), .enough = 2, PIPE("xzcat") },
	{ .name = "bzip2", MAGIC("BZh?1AY&SY"), .enough = 10, PIPE("bzcat") },
	{ .name = "bzip2", MAGIC("BZh?\x17\x72\x45\x38\x50\x90"), .enough = 10, PIPE("bzcat") },
	{ .name = "lz4", MAGIC("\x04\x22\x4d\x18"), .enough = 2, PIPE("lz4cat") },
	{ .name = "compress", MAGIC("\x1f\x9d"), .enough = 2, PIPE("zcat") },
	{ .name = "zip", MAGIC("PK\x03\x04"), .enough = 4, PIPE("'unzip -p'") },
	{ .name = "utf-16", MAGIC("\xff\xfe"), .enough = 2, PIPE("'iconv -f UTF-16 -t UTF-8'") },
	{ .name = "utf-16", MAGIC("\xfe\xff"), .enough = 2, PIPE("'iconv -f UTF-16 -t UTF-8'") },
};
/* clang-format on */
#define ROWS (sizeof row / sizeof *row)
_Static_assert(ROWS <= DECODE_ROWS, "every row has a state");

const char *decode_name(size_t i)
{
	for (size_t k = 0; k < ROWS; k++) {
		if (row[k].next && (k == 0 || strcmp(row[k].name, row[k - 1].name) != 0) &&
		    i-- == 0)
			return row[k].name;
	}
	return NULL;
}

enum nines_status decode_new(struct decode **decode, struct nines_error *err)
{
	struct decode *d = mem_new(1, sizeof *d);

	if (!d)
		return err_nomem(err);
	d->over = 1;
	d->inflate = decode_inflate_row(0);
	*decode = d;
	return NINES_OK;
}

void decode_free(struct decode *d)
{
	if (!d)
		return;
	decode_ahead_free(d);
	for (size_t i = 0; i < ROWS; i++) {
		if (row[i].fini && d->states[i])
			row[i].fini(d->states[i]);
	}
	mem_free(d);
}

void decode_may_run_ahead(struct decode *d, int may)
{
	d->may_run_ahead = may;
}

void decode_begin(struct decode *d, struct source_list *list, size_t i)
{
	decode_end(d);
	d->list = list;
	d->i = i;
	d->row = NULL;
	d->at = d->used = 0;
	d->over = list->source[i].fd < 0;
	d->seeking = list->source[i].from > 0;
	if (list->source[i].ranged) {
		d->row = &row[0];
		list->source[i].decoder = row[0].name;
	}
}

void decode_end(struct decode *d)
{
	decode_ahead_end(d);
	d->over = 1;
}

/* What begins amid a source is what it was before, whatever it looks like. */
static const struct decode_row *gone_on_with(const struct source *s)
{
	for (size_t i = 0; s->start > 0 && s->decoder && i < ROWS; i++) {
		if (row[i].next && strcmp(row[i].name, s->decoder) == 0)
			return &row[i];
	}
	return NULL;
}

struct source *decode_source(struct decode *d)
{
	return &d->list->source[d->i];
}

ptrdiff_t decode_want(struct decode *d, size_t n)
{
	while (d->used - d->at < n) {
		ssize_t got;

		if (d->used == sizeof d->in) {
			const size_t keep = d->at < DECODE_HISTORY ? d->at : DECODE_HISTORY;
			const size_t from = d->at - keep;

			memmove(d->in, d->in + from, d->used - from);
			d->at -= from;
			d->used -= from;
		}
		got = source_read(d->list, d->i, (char *)d->in + d->used, sizeof d->in - d->used);
		if (got < 0)
			return -1;
		if (got == 0)
			break;
		d->used += (size_t)got;
	}
	return (ptrdiff_t)(d->used - d->at < n ? d->used - d->at : n);
}

uint64_t decode_offset(const struct decode *d)
{
	return d->list->source[d->i].at - (d->used - d->at);
}

void decode_rewind(struct decode *d, uint64_t offset)
{
	const uint64_t back = decode_offset(d) - offset;

	d->at -= back < d->at ? (size_t)back : d->at;
}

void decode_damage(struct decode *d, enum source_status status, uint64_t offset)
{
	struct source *s = decode_source(d);

	if (s->status != SOURCE_OK)
		return;
	s->status = status;
	s->damage_at = offset;
}

enum decode_event decode_fail(struct decode *d, enum source_status status, int error)
{
	struct source *s = decode_source(d);

	if (s->status == SOURCE_OK)
		s->damage_at = decode_offset(d);
	s->status = status;
	s->error = error;
	return DECODE_FAILED;
}

enum fit { FIT_NO, FIT_SO_FAR, FIT_YES };

static enum fit row_fits(const struct decode_row *r, const unsigned char *p, size_t n, int ended)
{
	for (size_t i = 0; i < r->n && i < n; i++) {
		const unsigned loose = i == 0 ? r->loose : 0;

		if (r->magic[i] != '?' && ((unsigned char)r->magic[i] | loose) != (p[i] | loose))
			return FIT_NO;
	}
	if (n >= r->n)
		return FIT_YES;
	if (ended)
		return n >= r->enough ? FIT_YES : FIT_NO;
	return FIT_SO_FAR;
}

int decode_is_plain(struct str start)
{
	int plain = 1;

	for (size_t i = 1; i < ROWS; i++)
		plain &= row_fits(&row[i], (const unsigned char *)start.p, start.n, 1) == FIT_NO;
	return plain;
}

/* Reads as little as tells the rows apart: a pipe may give its first line byte by byte.  NULL: read
 * error. */
static const struct decode_row *choose(struct decode *d)
{
	for (size_t want = 1;; want++) {
		const ptrdiff_t n = decode_want(d, want);
		enum fit fit = FIT_NO;

		if (n < 0)
			return NULL;
		for (size_t i = 1; i < ROWS && fit != FIT_YES; i++) {
			const enum fit f =
			    row_fits(&row[i], d->in + d->at, d->used - d->at, (size_t)n < want);

			if (f == FIT_YES)
				return &row[i];
			fit = f > fit ? f : fit;
		}
		if (fit == FIT_NO)
			return &row[0];
	}
}

/* 1, or 0 after setting the source's status. */
static int open_content(struct decode *d)
{
	struct source *s = decode_source(d);

	d->row = gone_on_with(s);
	if (!d->row)
		d->row = choose(d);
	if (!d->row)
		return 0;
	s->decoder = d->row->name;
	if (!d->row->next) {
		(void)decode_fail(d, SOURCE_UNSUPPORTED, 0);
		s->note = d->row->advice;
		return 0;
	}
	d->state = &d->states[d->row - row];
	if (d->row->begin && !d->row->begin(d)) {
		(void)decode_fail(d, SOURCE_READ_ERROR, ENOMEM);
		return 0;
	}
	return 1;
}

enum decode_event decode_step(struct decode *d, char *p, size_t room, size_t *got)
{
	enum decode_event event;

	*got = 0;
	if (d->over)
		return DECODE_END;
	event = d->row->next(d, p, room, got);
	decode_source(d)->bytes += *got;
	if (event == DECODE_FAILED || event == DECODE_TRUNCATED || event == DECODE_END)
		d->over = 1;
	return event;
}

/* A thread pays where there is something to decode.  Plain content is read fast enough, and has
 * holes that are passed over at the reader's word. */
enum decode_event decode_next(struct decode *d, char *p, size_t room, size_t *got)
{
	if (decode_ahead_runs(d))
		return decode_ahead_next(d, p, room, got);
	if (!d->over && !d->row) {
		*got = 0;
		if (!open_content(d)) {
			d->over = 1;
			return DECODE_FAILED;
		}
		if (d->may_run_ahead && d->row != &row[0] && decode_ahead_begin(d))
			return decode_ahead_next(d, p, room, got);
	}
	return decode_step(d, p, room, got);
}

uint64_t decode_at(const struct decode *d)
{
	return decode_ahead_runs(d) ? decode_ahead_at(d) : decode_offset(d);
}

int decode_reads_plain(const struct decode *d)
{
	return d->row == &row[0];
}

uint64_t decode_skip_hole(struct decode *d)
{
	uint64_t skipped;

	if (decode_ahead_runs(d) || d->over || d->row != &row[0] || d->at < d->used)
		return 0;
	skipped = source_skip_hole(d->list, d->i);
	decode_source(d)->bytes += skipped;
	return skipped;
}
