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
#define LINES_BUFFER_DEFAULT (512u << 10)

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

/* A walk over a block's lines.  Some kilobytes are looked at in one go, a little before their lines
 * are given: of lines that begin there the ends, and the quotes if asked for, are then listed. */
#define LINES_AHEAD 128 /* windows: where a look ends is not foreseen, so they are few */
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

/* `stops`: for those who want to know what was seen on the way, or NULL. */
static inline void lines_walk_begin(struct lines_walk *w, struct str block, struct stops *stops)
{
	w->block = block;
	w->stops = stops;
	w->at = w->seen = w->next = w->whole = w->listed = 0;
	w->is_high = w->may_be_high = 0;
}

/* For what follows alone: looks on until a line ends; 0: none does up to the end of the block. */
int lines_look_ahead(struct lines_walk *walk);
/* The same: a last line without a newline. */
int lines_split_rest(struct lines_walk *walk, struct str *line, struct lines_count *count);
/* The same: what is not as in most lines.  0: there is no line. */
int lines_trim(struct lines_walk *walk, struct str *line, int ended, struct lines_count *count);

/* The lines of a walk that were looked at together: nothing else of it is asked while they are gone
 * through. */
struct lines_run {
	struct stops *stops;
	const char *block, *p;        /* the next line begins at p, */
	const uint32_t *stop, *whole; /* its stops here, and those of all lines end there */
};

/* The next ones.  0: no line that has an end is left in the block; lines_split gives a last one. */
static inline int lines_run_begin(struct lines_walk *w, struct lines_run *run)
{
	if (w->next == w->whole && !lines_look_ahead(w))
		return 0;
	*run = (struct lines_run){ .stops = w->stops,
		.block = w->block.p,
		.p = w->block.p + w->at,
		.stop = w->list + w->next,
		.whole = w->list + w->whole };
	w->next = w->whole;
	w->at = w->list[w->whole - 1] + (size_t)1;
	return 1;
}

/* The next line of the run, without its "\n" alone.  0: there is none. */
static inline int lines_run_next(struct lines_run *run, struct str *line)
{
	const char *block = run->block, *p = run->p;
	const uint32_t *first = run->stop, *stop = first;

	if (first == run->whole)
		return 0;
	/* Lines of one format have as many quotes, so that the end of this loop is foreseen. */
	while (block[*stop] != '\n')
		stop++;
	if (run->stops) {
		run->stops->line = p;
		run->stops->listed = first;
		run->stops->n = (size_t)(stop - first);
	}
	*line = (struct str){ p, (size_t)(block + *stop - p) };
	run->p = block + *stop + 1;
	run->stop = stop + 1;
	return 1;
}

/* Of a line with its end behind it: it has to go through lines_trim, or is empty or begins as a
 * comment does.  '\0', '\n' and '#' are below all that lines of nearly all formats begin with. */
static inline int lines_is_odd(const struct lines_walk *w, struct str line)
{
	return w->may_be_high || (unsigned char)line.p[0] <= '#' || line.p[line.n - 1] == '\r';
}

/* The next line, without its "\n" or "\r\n", leading NUL bytes dropped.  0 at the end of the block.
 * Counts what it met. */
static inline int lines_split(struct lines_walk *w, struct str *line, struct lines_count *count)
{
	struct lines_run run;

	if (!lines_run_begin(w, &run))
		return lines_split_rest(w, line, count);
	(void)lines_run_next(&run, line);
	w->next = (size_t)(run.stop - w->list);
	w->at = (size_t)(run.p - w->block.p);
	return lines_is_odd(w, *line) ? lines_trim(w, line, 1, count) : 1;
}
#endif
