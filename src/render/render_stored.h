/* What is told of the store that counts came from. */
#ifndef RENDER_STORED_H
#define RENDER_STORED_H
#include "render_page.h"

/* The source of a store that stands for lines which may be missing. */
int render_stored_is_gap(const struct report_source *s);
/* A note for SLIs that were not counted by their present rules all the time; how many notes. */
size_t render_stored_rules(const struct render_page *page);
/* A note where a window begins in time of which only hours are kept; how many. */
size_t render_stored_hours(const struct render_page *page);
/* Whether the objective's window has time in which the SLI was not counted. */
int render_stored_lacks(const struct report_sli *sli, const struct report_objective *objective);
/* Which store, and how new: among the last lines. */
void render_stored_origin(const struct render_page *page);
#endif
