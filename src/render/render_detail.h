/* Everything else that is known about each objective, for those who ask for more. */
#ifndef RENDER_DETAIL_H
#define RENDER_DETAIL_H
#include "render_page.h"

void render_detail(const struct render_page *page);
#endif
