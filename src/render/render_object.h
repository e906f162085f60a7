/* JSON objects that more than one format holds.  Keys are only ever added: what stands here has
 * been read by someone's program.  `before` is the punctuation and the key, as in render_key.h. */
#ifndef RENDER_OBJECT_H
#define RENDER_OBJECT_H
#include "out.h"
#include "report.h"

/* The first members of every object: {"schema":...,"generator":...,"service":...,"config_digest":
 */
void render_object_head(struct out *o, const char *schema, const struct report *r);
void render_object_input(struct out *o, const char *before, const struct report_input *in);
void render_object_journeys(
    struct out *o, const char *before, const struct report_journey *journey, size_t journeys);
/* The members "since", "until", "incomplete", "exclusions" and "annotations". */
void render_object_notes(struct out *o, const struct report *r);
#endif
