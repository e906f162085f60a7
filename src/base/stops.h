/* Stops: where in a block of lines the bytes are that lines and fields end at, found in one pass
 * over the block for all who ask.  Text is read in windows of 64 bytes.  Stops that are few a line
 * are listed, so that whoever goes from one to the next has nothing to search, and no loop whose
 * end the processor cannot foresee; those that are many are marked, a bit a byte. */
#ifndef STOPS_H
#define STOPS_H
#include "simd.h"
#include "str.h"

enum stops_kind {
	STOPS_LINES,  /* newlines are listed */
	STOPS_QUOTES, /* newlines and '"' are */
	STOPS_MARKS,  /* newlines are listed; '"' and '\\' marked, not told apart */
};

/* A line of more quotes than that may have lost some of them. */
#define STOPS_LINE_MOST 64

struct stops {
	enum stops_kind kind;
	struct str block; /* whose stops these are, as far as it was looked at */
	uint64_t *mark;   /* MARKS: by window */
	/* QUOTES: those of the line that begins here, as offsets in the block. */
	const char *line;
	const uint32_t *listed;
	size_t n;
};

/* What one look finds.  The bits of a last window that is not full are zero behind the text. */
struct stops_look {
	uint32_t *list; /* room for one entry a byte and STOPS_SPARE; moved behind the last entry */
	uint64_t *mark; /* MARKS: of the first window looked at */
};
#define STOPS_SPARE 16 /* entries behind the last may be written */

/* Looks at so many windows from p on; `at` is the offset of the first.  Whether some byte is over
 * 0x7f. */
int stops_look(
    enum stops_kind kind, const char *p, size_t windows, uint32_t at, struct stops_look *look);

static inline size_t stops_window(const struct stops *m, const char *p)
{
	return (size_t)(p - m->block.p) / SIMD_WINDOW;
}
#endif
