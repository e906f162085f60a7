/* Members of JSON objects.  `before` is the punctuation and the key: `{"a":` or `,"b":`. */
#ifndef RENDER_KEY_H
#define RENDER_KEY_H
#include "out.h"

void render_key_str(struct out *o, const char *before, const char *s); /* NULL: null */
void render_key_u64(struct out *o, const char *before, uint64_t v);
void render_key_num(struct out *o, const char *before, double v);    /* NaN: null */
void render_key_when(struct out *o, const char *before, int64_t t);  /* NINES_NEVER: null */
void render_key_truth(struct out *o, const char *before, int truth); /* negative: null */
/* Parts per billion as the shortest decimal, exact: 999000000 is 0.999. */
void render_key_ppb(struct out *o, const char *before, uint64_t ppb);
void render_key_digest(struct out *o, const char *before, uint64_t digest);
#endif
