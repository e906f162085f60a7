/* What the numbers rest on: unparsed lines, missing fields, coverage, exclusions, annotations. */
#ifndef RENDER_NOTE_H
#define RENDER_NOTE_H
#include "render_page.h"

#define RENDER_NOTE_MARGIN 10 /* columns before a note, where its label stands */
/* Both return how many notes there were; the second leaves out what hangs on a verdict. */
size_t render_note(const struct render_page *page);
size_t render_note_basis(const struct render_page *page);
#endif
