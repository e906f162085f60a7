#include "lines.h"

#include <assert.h>
#include <string.h>

#include "err.h"
#include "mem.h"
#include "simd.h"

/* Between calls `start` is where a line begins or, while skipping, amidst one over the cap. */
struct lines {
	struct decode *decode;
	struct identity *identity; /* NULL: none */
	size_t buffer_bytes;
	size_t start, end;      /* buf[start..end) was read and not yet given */
	size_t have;            /* buf[end..have) was decoded, too; the identity halted before it */
	uint64_t raw;           /* raw offset of buf[have], in plain content */
	size_t searched;        /* no newline in buf[start..searched) */
	enum decode_event told; /* what came with these bytes: to be passed on after them */
	int is_known;           /* what was fed ends at a known mark */
	int hold, holds;        /* as asked for; of this source */
	int skipping;
	int owed;     /* skipping a line that is to be told of at its end */
	int in_nuls;  /* this line begins with NUL bytes that were counted as a run */
	int at_first; /* nothing of the source was given: a byte order mark may stand here */
	char buf[];
};

enum nines_status lines_new(struct lines **lines, size_t buffer_bytes, struct nines_error *err)
{
	const size_t bytes = buffer_bytes ? buffer_bytes : LINES_BUFFER_DEFAULT;
	struct lines *l;
	enum nines_status rc;

	if (bytes > UINT32_MAX - LINES_CAP - sizeof *l)
		return err_set(err, NINES_E_LIMIT, "a buffer of %zu bytes is too large", bytes);
	l = mem_new(1, sizeof *l + LINES_CAP + bytes);
	if (!l)
		return err_nomem(err);
	rc = decode_new(&l->decode, err);
	if (rc != NINES_OK) {
		mem_free(l);
		return rc;
	}
	l->buffer_bytes = bytes;
	l->told = DECODE_END;
	*lines = l;
	return NINES_OK;
}

void lines_free(struct lines *l)
{
	if (!l)
		return;
	decode_free(l->decode);
	mem_free(l);
}

size_t lines_block_max(const struct lines *l)
{
	return l->buffer_bytes + LINES_CAP;
}

/* Forgets the piece of a line that was read. */
static void drop_piece(struct lines *l)
{
	l->start = l->end = l->have = l->searched = 0;
	l->skipping = l->owed = l->in_nuls = l->at_first = l->is_known = 0;
}

void lines_identify(struct lines *l, struct identity *identity)
{
	l->identity = identity;
}

void lines_hold(struct lines *l, int hold)
{
	l->hold = hold;
}

void lines_may_run_ahead(struct lines *l, int may)
{
	decode_may_run_ahead(l->decode, may);
}

enum nines_status lines_begin(
    struct lines *l, struct source_list *list, size_t i, struct nines_error *err)
{
	(void)err;
	drop_piece(l);
	l->at_first = list->source[i].from == 0 && list->source[i].start == 0;
	l->told = DECODE_DATA;
	l->holds = 0;
	decode_begin(l->decode, list, i);
	return NINES_OK;
}

void lines_end(struct lines *l)
{
	decode_end(l->decode);
}

static void count_nuls(struct lines *l, uint64_t n, struct lines_count *count)
{
	if (n == 0)
		return;
	count->nul_runs += l->in_nuls ? 0 : 1;
	count->nul_bytes += n;
	l->in_nuls = 1;
}

static size_t nuls_at(const char *p, size_t n)
{
	size_t i = 0;

	while (i < n && p[i] == '\0')
		i++;
	return i;
}

static int all_nuls(const char *p, size_t n)
{
	return n > 0 && p[0] == '\0' && p[n - 1] == '\0' && memcmp(p, p + 1, n - 1) == 0;
}

/* Passes over what is no part of a line at its beginning. */
static void drop_prefix(struct lines *l, struct lines_count *count)
{
	static const char mark[] = { '\xef', '\xbb', '\xbf' };
	const size_t have = l->end - l->start;
	size_t nuls;

	if (l->at_first && have > 0) {
		if (memcmp(l->buf + l->start, mark, have < sizeof mark ? have : sizeof mark) != 0) {
			l->at_first = 0;
		} else if (have >= sizeof mark) {
			l->start += sizeof mark;
			l->at_first = 0;
			count->bom++;
		}
	}
	nuls = nuls_at(l->buf + l->start, l->end - l->start);
	l->start += nuls;
	count_nuls(l, nuls, count);
	if (l->searched < l->start)
		l->searched = l->start;
}

/* The position behind the last newline in buf[from..to), or from. */
static size_t behind_newline(const struct lines *l, size_t from, size_t to)
{
	while (to > from && l->buf[to - 1] != '\n')
		to--;
	return to;
}

/* Gives buf[start..to) away; what follows begins a line unless the caller says otherwise. */
static void give(struct lines *l, size_t to, struct str *block)
{
	*block = (struct str){ l->buf + l->start, to - l->start };
	l->start = l->searched = to;
	l->in_nuls = 0;
	l->at_first = 0;
}

/* Passes over the rest of a line over the cap.  1 when it ended and was not told of before. */
static int end_long(struct lines *l, struct str *block, enum lines_event *event)
{
	const char *newline = memchr(l->buf + l->start, '\n', l->end - l->start);

	l->start = l->searched = newline ? (size_t)(newline - l->buf) + 1 : l->end;
	l->skipping = !newline;
	if (l->skipping || !l->owed)
		return 0;
	l->owed = 0;
	*block = (struct str){ l->buf + l->start, 0 };
	*event = LINES_LONG;
	return 1;
}

/* Looks at one window of a line's greatest length at a time, from its end: a newline there bounds
 * all lines in it, so the others need not be found.  1 when a block or a line over the cap was
 * given. */
static int take(
    struct lines *l, struct str *block, struct lines_count *count, enum lines_event *event)
{
	size_t to;

	if (l->skipping && end_long(l, block, event))
		return 1;
	if (l->skipping)
		return 0;
	drop_prefix(l, count);
	to = l->start;
	for (;;) {
		const size_t window = l->end - to > LINES_CAP ? to + LINES_CAP + 1 : l->end;
		const size_t from = l->searched > to ? l->searched : to;
		const size_t behind = behind_newline(l, from, window);

		if (behind > from) {
			to = behind;
			continue;
		}
		if (to > l->start) {
			give(l, to, block);
			*event = LINES_BLOCK;
			return 1;
		}
		l->searched = window;
		if (window - to <= LINES_CAP)
			return 0;
		give(l, to + LINES_CAP, block);
		l->skipping = 1;
		l->owed = l->holds;
		*event = LINES_LONG;
		return !l->owed || end_long(l, block, event);
	}
}

/* Lets the identity see what was decoded, up to the next known mark. */
static void feed(struct lines *l)
{
	const size_t left = l->have - l->end;

	l->end += identity_feed(l->identity, l->buf + l->end, left,
	    decode_reads_plain(l->decode) ? l->raw - left : IDENTITY_PACKED);
	l->is_known = identity_is_known(l->identity);
}

static void fill(struct lines *l, struct lines_count *count)
{
	const size_t piece = l->end - l->start;
	char *p = l->buf + piece;
	size_t got;

	if (piece > 0 && l->start > 0)
		memmove(l->buf, l->buf + l->start, piece);
	l->searched -= l->start;
	l->start = 0;
	l->told = decode_next(l->decode, p, l->buffer_bytes, &got);
	l->have = piece + got;
	l->raw = decode_at(l->decode);
	l->end = l->identity ? piece : l->have;
	l->holds = l->hold && decode_reads_plain(l->decode);
	if (l->end < l->have)
		feed(l);
	if (l->told == DECODE_DATA && piece == 0 && all_nuls(p, got)) {
		const uint64_t skipped = decode_skip_hole(l->decode);

		if (!l->skipping)
			count_nuls(l, skipped, count);
		if (l->identity)
			identity_skipped(l->identity, skipped);
	}
}

/* The end of sound input: a line that lacks only its newline is one. */
static enum lines_event finish(struct lines *l, struct str *block, struct lines_count *count)
{
	const int skipping = l->skipping;

	if (l->holds)
		drop_piece(l);
	if (l->holds || (l->start == l->end && !skipping))
		return LINES_END;
	if (l->identity) {
		identity_finished(l->identity);
		l->is_known |= identity_is_known(l->identity);
	}
	count->unterminated++;
	l->skipping = 0;
	l->told = DECODE_VERIFIED;
	if (!skipping) {
		give(l, l->end, block);
		return LINES_BLOCK;
	}
	l->told = DECODE_DATA;
	return LINES_COMMIT;
}

static enum lines_event pass_on(struct lines *l, struct str *block, struct lines_count *count)
{
	const enum decode_event told = l->told;

	l->told = DECODE_DATA;
	switch (told) {
	case DECODE_CORRUPT:
		if (l->identity)
			identity_corrupt(l->identity);
		drop_piece(l);
		return LINES_DISCARD;
	case DECODE_TRUNCATED:
	case DECODE_FAILED:
		drop_piece(l);
		return LINES_CUT;
	case DECODE_END:
		return finish(l, block, count);
	case DECODE_DATA:
	case DECODE_VERIFIED:
		if (l->identity)
			identity_verified(l->identity, l->raw);
		break;
	}
	return LINES_COMMIT;
}

enum lines_event lines_next(struct lines *l, struct str *block, struct lines_count *count)
{
	enum lines_event event;

	for (;;) {
		*block = (struct str){ l->buf, 0 };
		if (take(l, block, count, &event))
			return event;
		if (l->is_known && l->start == l->end && !l->skipping) {
			l->is_known = 0;
			return LINES_KNOWN;
		}
		if (l->end < l->have)
			feed(l);
		else if (l->told != DECODE_DATA)
			return pass_on(l, block, count);
		else
			fill(l, count);
	}
}

/* The block's last bytes are fewer than a window: NUL bytes fill it up, which are neither of what
 * is looked for. */
static const char *last_window(const struct lines_walk *w, char window[SIMD_WINDOW])
{
	const size_t n = w->block.n - w->seen;

	memcpy(window, w->block.p + w->seen, n);
	memset(window + n, 0, SIMD_WINDOW - n);
	return window;
}

/* Keeps the stops of the line under way alone; of more than may be asked for, one too many. */
static void keep_unfinished(struct lines_walk *w)
{
	const size_t n = w->listed - w->next;

	w->listed = n <= STOPS_LINE_MOST ? n : STOPS_LINE_MOST + 1;
	memmove(w->list, w->list + w->next, w->listed * sizeof *w->list);
	w->next = w->whole = 0;
}

static void look(struct lines_walk *w)
{
	const size_t left = w->block.n - w->seen, first = w->seen / SIMD_WINDOW;
	const enum stops_kind kind = w->stops ? w->stops->kind : STOPS_LINES;
	size_t windows = left / SIMD_WINDOW < LINES_AHEAD ? left / SIMD_WINDOW : LINES_AHEAD;
	struct stops_look look = { .list = w->list + w->listed };
	char copy[SIMD_WINDOW];
	const char *p = w->block.p + w->seen;

	if (windows == 0) {
		p = last_window(w, copy);
		windows = 1;
	}
	if (kind == STOPS_MARKS)
		look.mark = w->stops->mark + first;
	w->is_high = stops_look(kind, p, windows, (uint32_t)w->seen, &look);
	w->may_be_high |= w->is_high;
	w->listed = (size_t)(look.list - w->list);
	w->seen += left < SIMD_WINDOW ? left : windows * SIMD_WINDOW;
}

int lines_look_ahead(struct lines_walk *w)
{
	assert(w->block.n <= UINT32_MAX);
	while (w->whole == w->next) {
		if (w->seen == w->block.n)
			return 0;
		keep_unfinished(w);
		look(w);
		w->whole = w->listed;
		while (w->whole > w->next && w->block.p[w->list[w->whole - 1]] != '\n')
			w->whole--;
	}
	return 1;
}

int lines_split_rest(struct lines_walk *w, struct str *line, struct lines_count *count)
{
	*line = (struct str){ w->block.p + w->at, w->block.n - w->at };
	if (line->n == 0)
		return 0;
	w->at = w->block.n;
	if (w->stops) {
		w->stops->line = line->p;
		w->stops->listed = w->list + w->next;
		w->stops->n = w->listed - w->next;
	}
	w->next = w->whole = w->listed;
	return lines_trim(w, line, 0, count);
}

/* A line begins with NUL bytes, ends in a carriage return or lies where some byte is no ASCII. */
int lines_trim(struct lines_walk *w, struct str *line, int ended, struct lines_count *count)
{
	if (line->n > 0 && line->p[0] == '\0') {
		const size_t nuls = nuls_at(line->p, line->n);

		count->nul_runs++;
		count->nul_bytes += nuls;
		line->p += nuls;
		line->n -= nuls;
		if (line->n == 0 && !ended)
			return 0;
	}
	if (line->n > 0 && line->p[line->n - 1] == '\r' && ended) {
		count->crlf++;
		line->n--;
	}
	/* What was looked at has many lines: only one with such a byte of its own is no ASCII. */
	if (w->may_be_high && !str_utf8(*line))
		count->invalid_utf8++;
	w->may_be_high = w->is_high;
	return 1;
}
