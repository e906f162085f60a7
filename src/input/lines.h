/* Lines: log bytes to blocks of whole lines, in one reused buffer.  No line is ever split or
 * joined; none is copied, except the piece that straddles two reads.  Memory is fixed, whatever
 * comes: a line longer than the cap is skipped to its newline and reported once, a hole of NUL
 * bytes is jumped over. */
#ifndef LINES_H
#define LINES_H
#include "decode.h"
#include "identity.h"
#include "stops.h"

#define LINES_CAP            (64u << 10) /* longest line, without its newline */
#define LINES_BUFFER_DEFAULT (256u << 10)

/* A line belongs to the unit that its end is in.  What is left uncommitted after LINES_CUT is sound
 * as far as it goes, but no check says so; a sound end is always committed before LINES_END. */
enum lines_event {
	LINES_BLOCK, /* one or more whole lines, each ended by '\n' but for a last one at the end of
	                the input */
	LINES_LONG,  /* one line over the cap; block holds its first LINES_CAP bytes */
	LINES_COMMIT,  /* all since the last commit is verified */
	LINES_KNOWN,   /* all whole lines so far, committed or not, were known before */
	LINES_DISCARD, /* all since the last commit is in doubt (damaged); take it back */
	LINES_CUT, /* the input ended early; a piece of a last line, if any, was dropped: not a line
	            */
	LINES_END,
};

/* Anomalies, counted and shown.  lines_next counts what it drops itself (NUL bytes before a line,
 * the byte order mark) and the unterminated last line, lines_split what it meets inside a block:
 * which of the two meets a NUL run hangs on the buffer, so hand both the same count, and take it
 * back with the lines at LINES_DISCARD. */
struct lines_count {
	uint64_t crlf, bom, nul_runs, nul_bytes, unterminated, invalid_utf8;
};

struct lines;
/* buffer_bytes: how much is read at a time, 0 for the default, at least 1.  The buffer is that plus
 * the cap. */
enum nines_status lines_new(struct lines **lines, size_t buffer_bytes, struct nines_error *err);
void lines_free(struct lines *lines);
/* From the next source on: what is read is also fed to this identity, which the caller begins; may
 * be NULL.  It is borrowed. */
void lines_identify(struct lines *lines, struct identity *identity);
/* From the next source on: a last line of plain content that lacks its newline is not given, and
 * nothing is told of it.  A line over the cap is then given at its end, without its bytes. */
void lines_hold(struct lines *lines, int hold);
void lines_may_run_ahead(struct lines *lines, int may); /* as decode_may_run_ahead */
enum nines_status lines_begin(
    struct lines *lines, struct source_list *list, size_t i, struct nines_error *err);
void lines_end(struct lines *lines);               /* as decode_end */
size_t lines_block_max(const struct lines *lines); /* bytes of the largest block there can be */
/* The block is borrowed until the next call; it is empty but for LINES_BLOCK and LINES_LONG. */
enum lines_event lines_next(struct lines *lines, struct str *block, struct lines_count *count);

/* A walk over a block's lines; begin with { .block = block }, and .stops when others want to know
 * what was seen on the way.  Some kilobytes are looked at in one go, a little before their lines
 * are given. */
#define LINES_AHEAD 64 /* windows */

struct lines_walk {
	struct str block;
	const struct stops *stops; /* of this block, with room for all of it; or NULL */
	size_t at;                 /* the next line begins here */
	/* For lines.c alone. */
	size_t from, seen;      /* the windows last looked at are these bytes of the block */
	size_t window, windows; /* where among them the walk is, and how many they are */
	uint64_t newlines;      /* of this window: those not yet passed */
	uint64_t newline[LINES_AHEAD];
	int is_high;     /* they have a byte over 0x7f */
	int may_be_high; /* some windows that the next line lies in have one */
};

/* For lines_split alone: looks at the next windows; 0 at the end of the block. */
int lines_look_ahead(struct lines_walk *walk);
/* The same: what is not as in most lines.  0: there is no line. */
int lines_trim(struct lines_walk *walk, struct str *line, int ended, struct lines_count *count);

/* The next line, without its "\n" or "\r\n", leading NUL bytes dropped.  0 at the end of the block.
 * Counts what it met. */
static inline int lines_split(struct lines_walk *w, struct str *line, struct lines_count *count)
{
	const char *p = w->block.p + w->at;
	uint64_t newlines = w->newlines;
	size_t window = w->window, newline = w->block.n, n;

	if (w->at >= w->block.n)
		return 0;
	while (newlines == 0) {
		if (++window >= w->windows) {
			if (!lines_look_ahead(w))
				break;
			window = 0;
		}
		newlines = w->newline[window];
	}
	if (newlines != 0)
		newline = w->from + window * SIMD_WINDOW + (size_t)__builtin_ctzll(newlines);
	w->window = window;
	w->newlines = newlines & (newlines - 1);
	n = newline - w->at;
	w->at = newline < w->block.n ? newline + 1 : newline;
	*line = (struct str){ p, n };
	if (n > 0 && (w->may_be_high || p[0] == '\0' || p[n - 1] == '\r'))
		return lines_trim(w, line, newline < w->block.n, count);
	return 1;
}
#endif
