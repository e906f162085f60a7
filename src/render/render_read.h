/* What was read, and what was not: the parts of a page that any answer from logs needs. */
#ifndef RENDER_READ_H
#define RENDER_READ_H
#include "render_page.h"

/* For the first line: the service's name, if it has one; "INCOMPLETE: ..." if it is. */
void render_read_service(const struct render_page *page, struct out *o);
void render_read_incomplete(const struct render_page *page, struct out *o);
/* Says so when there was no event, with an empty line after it. */
void render_read_nothing(const struct render_page *page);
/* The last lines: how much was read, what was odd about it, which sources need a word. */
void render_read(const struct render_page *page);
#endif
