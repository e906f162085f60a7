/* Dealing: which thread reads what.  A part is a whole source or, of a large plain file, one range:
 * the lines that begin in it.  A range is a source of its own that reads the same descriptor by
 * offset: it passes over the end of a line that began before it, and reads on to the end of its
 * last line.  So every line is read once and whole, wherever the cuts fall.
 *
 * A hole in a file lies in one range, whatever its size, and is jumped over there.
 *
 * Call these functions with one lock held; read a part without it. */
#ifndef DEAL_H
#define DEAL_H
#include "source.h"

#define DEAL_RANGE_DEFAULT (4u << 20)

struct deal {
	struct source_list *list;
	uint64_t range_bytes;
	size_t next;   /* the source to deal out next */
	uint64_t from; /* of it, where the next range begins */
};
struct deal_part {
	struct source_list *list; /* read source i of this list */
	size_t i;
	size_t of; /* the part's source in the list that is dealt out */
	/* For deal.c alone: a range, and the list that it makes up. */
	struct source range;
	struct source_list one;
};

/* range_bytes: files of twice that and more are dealt out in ranges if their content is plain; 0:
 * none is. */
void deal_begin(struct deal *deal, struct source_list *list, size_t range_bytes);
size_t deal_most(const struct deal *deal); /* no more parts than this */
/* The next part, which must not be moved, or 0 when there is none. */
int deal_next(struct deal *deal, struct deal_part *part);
/* Takes back a part that was read, or was not ready.  1 when its source is done with that. */
int deal_done(struct deal *deal, const struct deal_part *part);
#endif
