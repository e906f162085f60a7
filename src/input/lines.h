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
 * what was seen on the way.  A few kilobytes are looked at in one go, a little before their lines
 * are given: of lines that begin there the ends, and the quotes if asked for, are then listed. */
#define LINES_AHEAD 32 /* windows */
#define LINES_LIST  (STOPS_LINE_MOST + 1 + LINES_AHEAD * SIMD_WINDOW + STOPS_SPARE)

struct lines_walk {
	struct str block;    /* less than 4 GiB */
	struct stops *stops; /* of this block, with room for all of it; or NULL */
	size_t at;           /* the next line begins here */
	/* For lines.c alone. */
	size_t seen;     /* what was looked at ends here */
	size_t next;     /* the next line's stops begin here in the list, */
	size_t whole;    /* those of lines that end in it end here, */
	size_t listed;   /* and all end here */
	int is_high;     /* what was last looked at has a byte over 0x7f */
	int may_be_high; /* or something that the next line lies in has one */
	uint32_t list[LINES_LIST];
};

/* For lines_split alone: looks on until a line ends; 0: none does up to the end of the block. */
int lines_look_ahead(struct lines_walk *walk);
/* The same: a last line without a newline. */
int lines_split_rest(struct lines_walk *walk, struct str *line, struct lines_count *count);
/* The same: what is not as in most lines.  0: there is no line. */
int lines_trim(struct lines_walk *walk, struct str *line, int ended, struct lines_count *count);

/* The next line, without its "\n" or "\r\n", leading NUL bytes dropped.  0 at the end of the block.
 * Counts what it met. */
static inline int lines_split(struct lines_walk *w, struct str *line, struct lines_count *count)
{
	const char *block = w->block.p, *p = block + w->at;
	const uint32_t *first, *stop;
	size_t n;

	if (w->next == w->whole && !lines_look_ahead(w))
		return lines_split_rest(w, line, count);
	first = w->list + w->next;
	/* Lines of one format have as many quotes, so that the end of this loop is foreseen. */
	for (stop = first; block[*stop] != '\n'; stop++)
		;
	if (w->stops) {
		w->stops->line = p;
		w->stops->listed = first;
		w->stops->n = (size_t)(stop - first);
	}
	n = *stop - w->at;
	w->at = *stop + (size_t)1;
	w->next = (size_t)(stop + 1 - w->list);
	*line = (struct str){ p, n };
	if (n > 0 && (w->may_be_high || p[0] == '\0' || p[n - 1] == '\r'))
		return lines_trim(w, line, 1, count);
	return 1;
}
#endif
