#include "world_impl.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- writing ---- */

static struct world_file *create(struct world *w, int log)
{
	static const char header[] = "#Version: 1.0\n#Fields: the same in every file\n";
	const struct world_log *l = &w->log[log];
	char packed[sizeof header + 64];
	const char *p = header;
	size_t n = l->header ? sizeof header - 1 : 0;
	struct world_file *f;
	uint64_t real;
	int body;

	if (n > 0 && l->gzip) {
		n = world_compressed(header, n, packed, sizeof packed);
		p = packed;
	}
	real = world_write_new(l->path, p, n);
	body = world_new_body(w, world_new_stream(w), 0, real);
	w->body[body].at = (int64_t)n;
	w->body[body].gzip = l->gzip;
	f = world_new_file(w, l->path, body);
	f->log = log;
	return f;
}

static void append(const struct world_file *f, struct world_body *body, const char *p, size_t n)
{
	const int fd = open(f->path, O_WRONLY);

	world_must(fd >= 0 && pwrite(fd, p, n, (off_t)body->at) == (ssize_t)n, f->path);
	(void)close(fd);
	body->at += (int64_t)n;
}

static int next_tick(struct world *w, uint64_t *r)
{
	if (!w->burst || world_below(r, 3) == 0)
		w->tick++;
	return w->tick;
}

static void add_line(struct world *w, struct world_body *body, int tick)
{
	world_must(w->lines < WORLD_LINES, "too many lines");
	w->line[w->lines++] = (struct world_line){ tick, body->stream, body->lines++, 0, 0 };
	w->stream[body->stream].lines = body->lines;
}

/* Lines begun in another stream's file never become whole. */
static void finish(struct world *w, const struct world_file *f)
{
	struct world_body *body = &w->body[f->body];

	if (!body->rest)
		return;
	append(f, body, body->rest, body->rest_n);
	for (int i = 0; i < body->rest_lines; i++)
		add_line(w, body, body->rest_tick + i);
	body->garbage |= body->rest_lines == 0;
	body->broken = 0;
	world_drop_rest(body);
}

static void write_lines(struct world *w, const struct world_file *f, int n, uint64_t *r)
{
	struct world_body *body = &w->body[f->body];
	struct world_text t = { .n = 0 };
	char packed[WORLD_TEXT];

	finish(w, f);
	for (int i = 0; i < n && w->lines < WORLD_LINES - 20; i++) {
		const int tick = next_tick(w, r);

		world_put_line(&t, &w->log[f->log], tick);
		add_line(w, body, tick);
	}
	if (body->gzip)
		append(f, body, packed, world_compressed(t.p, t.n, packed, sizeof packed));
	else
		append(f, body, t.p, t.n);
}

void world_write(struct world *w, uint64_t r)
{
	const int log = world_below(&r, w->logs),
	          n = 1 + world_below(&r, world_below(&r, 4) ? 6 : 20);
	struct world_file *f = world_live(w, log);

	if (!f)
		f = create(w, log);
	write_lines(w, f, n, &r);
	world_note(w, "write %d lines to %s", n, world_short_name(w, f->path));
}

void world_write_half(struct world *w, uint64_t r)
{
	const int log = world_below(&r, w->logs);
	struct world_file *f = world_live(w, log);
	struct world_text t = { .n = 0 };
	struct world_body *body;
	char packed[WORLD_TEXT];
	const char *p = t.p;
	size_t half;

	if (!f)
		f = create(w, log);
	body = &w->body[f->body];
	if (body->rest || w->lines > WORLD_LINES - 20)
		return;
	body->rest_lines = body->gzip ? 1 + world_below(&r, 3) : 1;
	body->rest_tick = w->tick + 1;
	for (int i = 0; i < body->rest_lines; i++)
		world_put_line(&t, &w->log[log], ++w->tick);
	if (body->gzip) {
		t.n = world_compressed(t.p, t.n, packed, sizeof packed);
		p = packed;
		body->broken = 1;
	}
	/* Either half of a line must be no line. */
	half = body->gzip ? 1 + (size_t)world_below(&r, (int)t.n - 1)
	                  : 14 + (size_t)world_below(&r, 30);
	append(f, body, p, half);
	body->rest_n = t.n - half;
	body->rest = malloc(body->rest_n);
	world_must(body->rest != NULL, "memory");
	memcpy(body->rest, p + half, body->rest_n);
	world_note(w, "write half a %s to %s", body->gzip ? "member" : "line",
	    world_short_name(w, f->path));
}

static int is_unfinished(const struct world *w, const struct world_file *f)
{
	return w->body[f->body].rest != NULL && f->kind == WORLD_LOG;
}

void world_finish(struct world *w, uint64_t r)
{
	const struct world_file *f = world_any(w, &r, is_unfinished);

	if (!f)
		return;
	finish(w, f);
	world_note(w, "finish what was half written to %s", world_short_name(w, f->path));
}

static int is_first(const struct world *w, const struct world_file *f)
{
	return f->slot == 1 && f->kind == WORLD_LOG && w->body[f->body].at >= 0;
}

/* A server that has not yet opened its new log. */
void world_write_late(struct world *w, uint64_t r)
{
	const struct world_file *f = world_any(w, &r, is_first);
	const int n = 1 + world_below(&r, 3);

	if (!f)
		return;
	write_lines(w, f, n, &r);
	world_note(w, "write %d lines late to %s", n, world_short_name(w, f->path));
}

void world_alike(struct world *w, int lines)
{
	const int tick = w->tick;
	uint64_t r = 1;
	const int burst = w->burst;

	w->burst = 0;
	for (int log = 0; log < 2; log++) {
		w->tick = tick;
		w->log[log].padding = w->log[0].padding;
		write_lines(w, create(w, log), lines, &r);
	}
	w->burst = burst;
	world_note(w, "write the same %d lines to two logs", lines);
}

/* ---- rotating ---- */

static void shift(struct world *w, int log)
{
	static const char *const suffix[] = { "", ".gz" };
	char from[WORLD_PATH], to[WORLD_PATH];

	for (int slot = WORLD_SLOTS - 1; slot > 0; slot--)
		for (int i = 0; i < 2; i++) {
			struct world_file *f;

			world_name_of(w, log, slot, suffix[i], from);
			f = world_find(w, from);
			if (!f)
				continue;
			if (slot == WORLD_SLOTS - 1) {
				world_remove_file(w, f);
				continue;
			}
			world_name_of(w, log, slot + 1, suffix[i], to);
			world_must(rename(from, to) == 0, from);
			memcpy(f->path, to, sizeof to);
			f->slot++;
		}
}

void world_rotate(struct world *w, uint64_t r)
{
	const int log = world_below(&r, w->logs);
	struct world_file *f;
	char to[WORLD_PATH];

	if (!world_live(w, log))
		return;
	shift(w, log);
	f = world_live(w, log);
	world_name_of(w, log, 1, "", to);
	world_must(rename(f->path, to) == 0, to);
	memcpy(f->path, to, sizeof to);
	f->slot = 1;
	if (world_below(&r, 2))
		(void)create(w, log);
	world_note(w, "rotate %s%s", world_short_name(w, w->log[log].path),
	    world_live(w, log) ? " and make a new one" : "");
}

/* ---- compressing ---- */

static int is_rotated_plain(const struct world *w, const struct world_file *f)
{
	return f->slot >= 1 && f->kind == WORLD_LOG && !w->body[f->body].gzip;
}

/* Writes f's .gz beside it, whole or up to a half. */
static struct world_file *compress_file(
    struct world *w, const struct world_file *from, int half, int *existed)
{
	const struct world_body *plain = &w->body[from->body];
	const struct world_file source = *from;
	char path[WORLD_PATH], *p, *packed;
	struct world_file *f, *old;
	uint64_t real;
	size_t n;
	int body;

	world_name_of(w, source.log, source.slot, ".gz", path);
	old = world_find(w, path);
	*existed = old != NULL;
	if (old)
		world_remove_file(w, old);
	p = world_read_all(source.path, &n);
	packed = malloc(WORLD_FILE);
	world_must(packed != NULL, "memory");
	n = world_compressed(p, n, packed, WORLD_FILE);
	real = world_write_new(path, packed, half ? n / 2 : n);
	free(p);
	free(packed);
	body = world_new_body(w, plain->stream, plain->lines, real);
	w->body[body].broken = half;
	w->body[body].gzip = 1;
	f = world_new_file(w, path, body);
	f->log = source.log;
	f->slot = source.slot;
	f->kind = WORLD_GZIP;
	return f;
}

static void gzip(struct world *w, uint64_t r, int half, int keep)
{
	struct world_file *f = world_any(w, &r, is_rotated_plain);
	char path[WORLD_PATH];
	int existed;

	if (!f)
		return;
	memcpy(path, f->path, sizeof path);
	if (world_below(&r, 8))
		finish(w, f);
	(void)compress_file(w, f, half, &existed);
	if (!keep)
		world_remove_file(w, world_find(w, path));
	world_note(w, "%s %s%s",
	    half       ? "begin to gzip"
	        : keep ? "gzip -k"
	               : "gzip",
	    world_short_name(w, path), existed ? " again" : "");
}

void world_gzip(struct world *w, uint64_t r)
{
	gzip(w, r, 0, 0);
}
void world_gzip_keep(struct world *w, uint64_t r)
{
	gzip(w, r, 0, 1);
}
void world_gzip_begin(struct world *w, uint64_t r)
{
	gzip(w, r, 1, 1);
}

/* ---- copies and other names ---- */

static int is_log(const struct world *w, const struct world_file *f)
{
	return f->kind == WORLD_LOG && !w->body[f->body].broken;
}

static struct world_file *copy(struct world *w, const struct world_file *from, const char *path)
{
	const struct world_body was = w->body[from->body];
	const struct world_file source = *from;
	struct world_file *f;
	size_t n;
	char *p = world_read_all(source.path, &n);
	const uint64_t real = world_write_new(path, p, n);
	const int body = world_new_body(w, was.stream, was.lines, real);

	free(p);
	w->body[body].gzip = was.gzip;
	w->body[body].broken = was.broken;
	w->body[body].at = -1;
	f = world_new_file(w, path, body);
	f->log = source.log;
	return f;
}

void world_copy(struct world *w, uint64_t r)
{
	const struct world_file *f = world_any(w, &r, is_log);
	char path[WORLD_PATH], from[WORLD_PATH];

	if (!f)
		return;
	memcpy(from, f->path, sizeof from);
	(void)snprintf(path, sizeof path, "%s-20250114", w->log[f->log].path);
	if (world_find(w, path))
		return;
	copy(w, f, path)->kind = WORLD_COPY;
	world_note(w, "cp %s %s", world_short_name(w, from), world_short_name(w, path));
}

void world_link(struct world *w, uint64_t r)
{
	const struct world_file *f = world_any(w, &r, is_log);
	char path[WORLD_PATH], from[WORLD_PATH];
	struct world_file *second;
	int body, log;

	if (!f)
		return;
	memcpy(from, f->path, sizeof from);
	body = f->body;
	log = f->log;
	(void)snprintf(path, sizeof path, "%s.old", w->log[log].path);
	if (world_find(w, path))
		return;
	world_must(link(from, path) == 0, path);
	second = world_new_file(w, path, body);
	second->kind = WORLD_LINK;
	second->log = log;
	world_note(w, "ln %s %s", world_short_name(w, from), world_short_name(w, path));
}

static int is_extra(const struct world *w, const struct world_file *f)
{
	struct world_file *plain;
	char path[WORLD_PATH];

	if (f->kind == WORLD_COPY || f->kind == WORLD_LINK)
		return 1;
	if (f->kind != WORLD_LOG || f->slot == 0)
		return 0;
	/* A plain file whose gzip is whole and beside it. */
	world_name_of(w, f->log, f->slot, ".gz", path);
	plain = world_find((struct world *)(uintptr_t)w, path);
	return plain && !w->body[plain->body].broken &&
	    w->body[plain->body].lines == w->body[f->body].lines;
}

void world_remove_extra(struct world *w, uint64_t r)
{
	struct world_file *f = world_any(w, &r, is_extra);

	if (!f)
		return;
	world_note(w, "rm %s", world_short_name(w, f->path));
	world_remove_file(w, f);
}

/* ---- losing ---- */

/* The body's writer goes on, at the beginning or where it was. */
static void empty(struct world *w, const struct world_file *f)
{
	struct world_body *body = &w->body[f->body];

	world_must(truncate(f->path, 0) == 0, f->path);
	world_destroy(w, body);
	body->stream = world_new_stream(w);
	body->lines = 0;
	body->seen_lines = 0;
	body->seen_slot = 0;
	body->rest_lines = 0;
	body->garbage = 0;
	if (!w->log[f->log].holes)
		body->at = 0;
}

void world_copytruncate(struct world *w, uint64_t r)
{
	const int log = world_below(&r, w->logs);
	struct world_file *f = world_live(w, log);
	char path[WORLD_PATH];

	if (!f || w->body[f->body].broken || w->log[log].gzip)
		return;
	shift(w, log);
	world_name_of(w, log, 1, "", path);
	copy(w, world_live(w, log), path)->slot = 1;
	empty(w, world_live(w, log));
	world_note(w, "copytruncate %s", world_short_name(w, w->log[log].path));
}

void world_truncate(struct world *w, uint64_t r)
{
	const int log = world_below(&r, w->logs);

	if (!world_live(w, log) || w->log[log].gzip)
		return;
	empty(w, world_live(w, log));
	world_note(w, "truncate %s", world_short_name(w, w->log[log].path));
}

/* The same inode with other content, longer or shorter than before. */
void world_rewrite(struct world *w, uint64_t r)
{
	const int log = world_below(&r, w->logs), n = 1 + world_below(&r, 12);
	struct world_file *f = world_live(w, log);

	if (!f || w->log[log].gzip)
		return;
	world_drop_rest(&w->body[f->body]);
	empty(w, f);
	w->body[f->body].at = 0;
	write_lines(w, f, n, &r);
	world_note(w, "write %s anew with %d lines", world_short_name(w, f->path), n);
}

void world_recreate(struct world *w, uint64_t r)
{
	const int log = world_below(&r, w->logs), n = 1 + world_below(&r, 6);

	if (!world_live(w, log))
		return;
	world_remove_file(w, world_live(w, log));
	write_lines(w, create(w, log), n, &r);
	world_note(w, "remove %s and make a new one with %d lines",
	    world_short_name(w, w->log[log].path), n);
}
