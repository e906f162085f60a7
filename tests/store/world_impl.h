/* What the model (world.c) has for the steps (world_step.c). */
#ifndef WORLD_IMPL_H
#define WORLD_IMPL_H
#include "world.h"

#define WORLD_TEXT (64 << 10)
#define WORLD_FILE (1 << 20) /* bytes that a file has at most */

struct world_text {
	char p[WORLD_TEXT];
	size_t n;
};
void world_must(int fine, const char *what); /* or the test itself is broken */
void world_note(struct world *w, const char *format, ...) __attribute__((format(printf, 2, 3)));
int world_below(uint64_t *r, int n);
const char *world_short_name(const struct world *w, const char *path);

void world_put_line(struct world_text *t, const struct world_log *log, int tick);
size_t world_compressed(const char *p, size_t n, char *to, size_t room);
char *world_read_all(const char *path, size_t *n);
uint64_t world_write_new(const char *path, const char *p, size_t n); /* its inode */

int world_new_stream(struct world *w);
int world_new_body(struct world *w, int stream, int lines, uint64_t real);
struct world_file *world_new_file(struct world *w, const char *path, int body);
struct world_file *world_find(struct world *w, const char *path);
struct world_file *world_live(struct world *w, int log); /* under the log's own name */
void world_name_of(const struct world *w, int log, int slot, const char *suffix, char *path);
/* One of the files that `fits`, or NULL. */
struct world_file *world_any(
    struct world *w, uint64_t *r, int (*fits)(const struct world *w, const struct world_file *f));
void world_remove_file(struct world *w, struct world_file *f);
void world_destroy(struct world *w, struct world_body *body);
void world_drop_rest(struct world_body *body);
#endif
