/* A sentence for each objective that is not met: by how much, when, and what is to come. */
#ifndef RENDER_TELL_H
#define RENDER_TELL_H
#include "render_page.h"

/* Missed first, then at risk, no data and low sample.  How many sentences there were. */
size_t render_tell(const struct render_page *page);
#endif
