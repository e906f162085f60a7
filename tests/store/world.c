#include "world_impl.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

uint64_t world_random(uint64_t *state)
{
	uint64_t z = (*state += 0x9e3779b97f4a7c15u);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

int world_below(uint64_t *r, int n)
{
	return (int)(world_random(r) % (uint64_t)n);
}

void world_must(int fine, const char *what)
{
	if (fine)
		return;
	fprintf(stderr, "the world is broken: %s: %s\n", what, strerror(errno));
	abort();
}

__attribute__((format(printf, 2, 3))) void world_note(struct world *w, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void)vsnprintf(w->note, sizeof w->note, format, args);
	va_end(args);
}

const char *world_short_name(const struct world *w, const char *path)
{
	return path + strlen(w->folder) + 1;
}

/* ---- bytes ---- */

void world_put_line(struct world_text *t, const struct world_log *log, int tick)
{
	const int minute = tick / WORLD_SLIS;
	const int n = snprintf(t->p + t->n, sizeof t->p - t->n,
	    "10.0.0.1 - - [14/Jan/2025:%02d:%02d:%02d +0000] \"GET /%d/%d HTTP/1.1\" %d 5 \"-\" \"%0*d\" "
	    "0.031\n",
	    minute / 60, minute % 60, tick % WORLD_SLIS * 7, tick % WORLD_SLIS, tick,
	    tick % 5 ? 200 : 500, log->padding + 1, 0);

	world_must(n > 0 && (size_t)n < sizeof t->p - t->n && minute < 24 * 60, "a line");
	t->n += (size_t)n;
}

size_t world_compressed(const char *p, size_t n, char *to, size_t room)
{
	z_stream z = { .next_in = (unsigned char *)(uintptr_t)p,
		.avail_in = (unsigned)n,
		.next_out = (unsigned char *)to,
		.avail_out = (unsigned)room };

	world_must(
	    deflateInit2(&z, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK, "deflate");
	world_must(deflate(&z, Z_FINISH) == Z_STREAM_END, "deflate");
	(void)deflateEnd(&z);
	return room - z.avail_out;
}

char *world_read_all(const char *path, size_t *n)
{
	char *p = malloc(WORLD_FILE);
	const int fd = open(path, O_RDONLY);
	ssize_t got = fd >= 0 && p ? read(fd, p, WORLD_FILE) : -1;

	world_must(got >= 0 && got < WORLD_FILE, path);
	(void)close(fd);
	*n = (size_t)got;
	return p;
}

/* A new file.  Its inode. */
uint64_t world_write_new(const char *path, const char *p, size_t n)
{
	const int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
	struct stat st;

	world_must(fd >= 0 && write(fd, p, n) == (ssize_t)n && fstat(fd, &st) == 0, path);
	(void)close(fd);
	return (uint64_t)st.st_ino;
}

/* ---- bodies and files ---- */

static uint64_t shown_inode(struct world *w)
{
	for (uint64_t i = 1; w->reuse && i <= w->inodes; i++) {
		int used = 0;

		for (int b = 0; b < w->bodies; b++)
			used |= w->body[b].names > 0 && w->body[b].shown == i;
		if (!used)
			return i;
	}
	return ++w->inodes;
}

int world_new_stream(struct world *w)
{
	world_must(w->streams < WORLD_STREAMS, "too many streams");
	w->stream[w->streams] = (struct world_stream){ 0 };
	return w->streams++;
}

int world_new_body(struct world *w, int stream, int lines, uint64_t real)
{
	world_must(w->bodies < WORLD_BODIES, "too many bodies");
	w->body[w->bodies] = (struct world_body){ .stream = stream, .lines = lines, .real = real };
	w->body[w->bodies].shown = shown_inode(w);
	return w->bodies++;
}

struct world_file *world_new_file(struct world *w, const char *path, int body)
{
	struct world_file *f = &w->file[w->files++];

	world_must(w->files <= WORLD_FILES, "too many files");
	*f = (struct world_file){ .body = body };
	(void)snprintf(f->path, sizeof f->path, "%s", path);
	w->body[body].names++;
	return f;
}

struct world_file *world_find(struct world *w, const char *path)
{
	for (int i = 0; i < w->files; i++)
		if (strcmp(w->file[i].path, path) == 0)
			return &w->file[i];
	return NULL;
}

/* What the body holds is about to go.  Nobody need notice when somebody else holds it as well, or
 * when all of it was read where it would grow no more. */
void world_destroy(struct world *w, struct world_body *body)
{
	const int settled = body->gzip || body->seen_slot >= 2;

	if (body->broken || (body->lines == 0 && !body->garbage))
		return;
	if (settled && body->seen_lines == body->lines && !body->rest)
		return;
	for (int i = 0; i < w->bodies; i++)
		if (&w->body[i] != body && w->body[i].names > 0 && !w->body[i].broken &&
		    w->body[i].stream == body->stream && w->body[i].lines >= body->lines)
			return;
	w->destroyed = 1;
}

void world_drop_rest(struct world_body *body)
{
	free(body->rest);
	body->rest = NULL;
}

void world_remove_file(struct world *w, struct world_file *f)
{
	struct world_body *body = &w->body[f->body];

	world_must(unlink(f->path) == 0, f->path);
	if (body->names == 1) {
		world_destroy(w, body);
		world_drop_rest(body);
	}
	body->names--;
	*f = w->file[--w->files];
}

void world_name_of(const struct world *w, int log, int slot, const char *suffix, char *path)
{
	if (slot == 0)
		(void)snprintf(path, WORLD_PATH, "%s%s", w->log[log].path, suffix);
	else
		(void)snprintf(path, WORLD_PATH, "%s.%d%s", w->log[log].path, slot, suffix);
}

struct world_file *world_live(struct world *w, int log)
{
	return world_find(w, w->log[log].path);
}

/* One of the files that `fits`, or NULL. */
struct world_file *world_any(
    struct world *w, uint64_t *r, int (*fits)(const struct world *w, const struct world_file *f))
{
	struct world_file *chosen = NULL;
	int n = 0;

	for (int i = 0; i < w->files; i++)
		if (fits(w, &w->file[i]) && world_below(r, ++n) == 0)
			chosen = &w->file[i];
	return chosen;
}

/* ---- what is known ---- */

uint64_t world_inode(const struct world *w, uint64_t real)
{
	for (int i = 0; i < w->bodies; i++)
		if (w->body[i].names > 0 && w->body[i].real == real)
			return w->body[i].shown;
	return real;
}

static int is_there(const struct world *w, int stream, int lines)
{
	for (int i = 0; i < w->bodies; i++)
		if (w->body[i].names > 0 && w->body[i].stream == stream &&
		    w->body[i].lines >= lines && (!w->body[i].broken || w->body[i].rest))
			return 1;
	return 0;
}

int world_is_broken(const struct world *w)
{
	for (int i = 0; i < w->files; i++)
		if (w->body[w->file[i].body].broken)
			return 1;
	return 0;
}

/* A stream that was known to grow under its log's own name, did grow, and is gone, while the name
 * holds something else. */
static void look_for_gaps(struct world *w)
{
	for (int i = 0; i < w->streams; i++) {
		struct world_stream *s = &w->stream[i];
		const struct world_file *f = s->live ? world_live(w, s->live - 1) : NULL;

		if (!f || s->known == 0 || w->body[f->body].stream == i ||
		    w->body[f->body].lines == 0 || is_there(w, i, s->known))
			continue;
		if (s->lines > s->known && !s->unsure && !w->burst)
			w->gap_due = 1;
		s->live = 0;
	}
}

/* A log that is written as gzip may be one that was rotated: it is not missed. */
static int is_growing(const struct world *w, const struct world_file *f)
{
	return f->slot == 0 && f->kind == WORLD_LOG && !w->body[f->body].gzip;
}

void world_ingested(struct world *w)
{
	look_for_gaps(w);
	for (int i = 0; i < w->lines; i++)
		if (is_there(w, w->line[i].stream, w->line[i].at + 1))
			w->line[i].counted = 1;
	for (int i = 0; i < w->files; i++) {
		struct world_body *body = &w->body[w->file[i].body];
		struct world_stream *s = &w->stream[body->stream];

		body->seen_lines = body->lines;
		body->seen_slot = w->file[i].slot;
		if (body->broken && !body->rest)
			continue;
		if (body->lines < s->known)
			continue;
		s->known = body->lines;
		s->unsure = 0;
		s->live = is_growing(w, &w->file[i]) ? w->file[i].log + 1 : 0;
	}
}

void world_perhaps_ingested(struct world *w)
{
	for (int i = 0; i < w->lines; i++)
		if (is_there(w, w->line[i].stream, w->line[i].at + 1))
			w->line[i].maybe = 1;
	for (int i = 0; i < w->streams; i++)
		w->stream[i].unsure = 1;
}

void world_expect(const struct world *w, int tick, int *least, int *most)
{
	*least = *most = 0;
	for (int i = 0; i < w->lines; i++)
		if (w->line[i].tick == tick) {
			*least += w->line[i].counted;
			*most += w->line[i].counted || w->line[i].maybe;
		}
	/* What lines alike do to a log that begins with them, nobody can tell from a copy. */
	if (w->burst)
		*least = 0;
}

/* ---- beginning and end ---- */

int world_init(struct world *w, const char *folder)
{
	static const char *const name[WORLD_LOGS] = { "a/x.log", "b/x.log", "a/y.log" };
	char path[WORLD_PATH];

	*w = (struct world){ .logs = 1 };
	(void)snprintf(w->folder, sizeof w->folder, "%s", folder);
	for (int i = 0; i < WORLD_LOGS; i++)
		(void)snprintf(w->log[i].path, sizeof w->log[i].path, "%s/%s", w->folder, name[i]);
	for (const char *p = "ab"; *p; p++) {
		(void)snprintf(path, sizeof path, "%s/%c", w->folder, *p);
		if (mkdir(path, 0700) != 0 && errno != EEXIST)
			return -1;
	}
	return 0;
}

void world_fini(struct world *w)
{
	while (w->files > 0) {
		struct world_file *f = &w->file[w->files - 1];

		(void)unlink(f->path);
		world_drop_rest(&w->body[f->body]);
		w->files--;
	}
}
