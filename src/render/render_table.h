/* The table of objectives: one row each, by journey, as many columns as the page has room for. */
#ifndef RENDER_TABLE_H
#define RENDER_TABLE_H
#include "render_page.h"

/* A narrow page loses columns, the least important first; a number is never cut. */
void render_table(const struct render_page *page);
#endif
