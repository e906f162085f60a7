/* Findings about a text: collected in one run, shown in source order.  Knows files, lines and
 * columns only. */
#ifndef DIAG_H
#define DIAG_H
#include "mem.h"
#include "nines.h"

struct diag_list {
	struct mem_arena arena;
	struct nines_finding *finding;
	size_t used, room;
	int failed; /* memory ran out while adding */
	unsigned errors;
	const char *source; /* borrowed, escaped by diag_init */
	struct str text;    /* the whole source text, borrowed: excerpts are cut from it */
};
#define DIAG_MAX 1000 /* findings kept; one more says that the rest was left out */

/* The list borrows text until diag_fini. */
void diag_init(struct diag_list *d, struct str source, struct str text);
void diag_fini(struct diag_list *d);
struct diag_place {
	unsigned line, column, width;
};
/* hint may be NULL.  Text and hint are copied, control bytes escaped. */
void diag_add(struct diag_list *d, enum nines_severity severity, struct diag_place place,
    const char *hint, const char *fmt, ...) __attribute__((format(printf, 5, 6)));
void diag_sort(
    struct diag_list *d); /* by line, column, severity; stable; drops exact repetitions */
#endif
