/* Reading a JSON line: what format_json.c, with its scalars, and format_json_gap.c, with what is
 * between them, share. */
#ifndef FORMAT_JSON_H
#define FORMAT_JSON_H
#include "format_gap.h"

struct format_json_value {
	enum {
		FORMAT_JSON_NONE,
		FORMAT_JSON_PLAIN,
		FORMAT_JSON_ESCAPED
	} kind; /* NONE: null or nothing */
	struct str text;
};
struct format_json {
	const char *line, *end;
	const char *p; /* what is read next; once a function has returned 0, where it failed */
	const char *expected; /* what is missing there */
	struct format_cutter *c;
	struct record *r;
	/* The line's quotes and backslashes, as stops; then there is a window behind the line and a
	 * byte more, which may be read.  NULL: they are not known. */
	const struct stops *marks;
	const struct format_place *place; /* where a gap that is read has come to */
	struct format_json_value last;    /* of the array being read that somebody wants */
	int is_full;                      /* the scratch could not hold a value */
};

static inline int format_json_is_next(const struct format_json *j, char c)
{
	return j->p < j->end && *j->p == c;
}

/* format_json.c */
/* The string whose quote is at j->p. */
int format_json_string(struct format_json *j, struct format_json_value *value);
/* At the end of an array: its last scalar is its value. */
void format_json_give_last(struct format_json *j, const struct format_node *node);

/* format_json_gap.c */
/* The gap at j->p, byte by byte, which came after that one; or NULL. */
struct format_gap *format_json_gap_read(struct format_json *j, struct format_gap *before);
#endif
