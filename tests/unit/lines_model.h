/* What lines.h promises, said a second time, byte by byte and without a buffer: the model that the
 * real one is compared with.  Both write the same kind of diary: a letter and a hash of the content
 * for every line, a letter and all counts for every other event, so that two diaries are equal
 * exactly when lines, events, counts and their order are. */
#ifndef LINES_MODEL_H
#define LINES_MODEL_H
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lines.h"

/* Holds in every build, as assert does not. */
static inline void model_require(int holds)
{
	if (!holds)
		abort();
}

struct diary {
	char *p;
	size_t n, room;
};

static inline void diary_add(struct diary *d, char letter, const char *text)
{
	const size_t n = strlen(text);

	if (d->n + n + 3 > d->room) {
		d->room = (d->n + n + 3) * 2;
		d->p = realloc(d->p, d->room);
		model_require(d->p != NULL);
	}
	d->p[d->n++] = letter;
	memcpy(d->p + d->n, text, n + 1);
	d->n += n;
	d->p[d->n++] = ' ';
	d->p[d->n] = '\0';
}

static inline void diary_line(struct diary *d, char letter, const char *p, size_t n)
{
	uint64_t hash = 14695981039346656037u;
	char text[48];

	for (size_t i = 0; i < n; i++)
		hash = (hash ^ (unsigned char)p[i]) * 1099511628211u;
	(void)snprintf(text, sizeof text, "%zu:%08jx", n, (uintmax_t)(hash & 0xffffffff));
	diary_add(d, letter, text);
}

static inline void diary_event(struct diary *d, char letter, const struct lines_count *c)
{
	char text[160];

	(void)snprintf(text, sizeof text, "(%ju,%ju,%ju,%ju,%ju,%ju)\n", (uintmax_t)c->crlf,
	    (uintmax_t)c->bom, (uintmax_t)c->nul_runs, (uintmax_t)c->nul_bytes,
	    (uintmax_t)c->unterminated, (uintmax_t)c->invalid_utf8);
	diary_add(d, letter, text);
}

/* Some blocks by runs, the others by single lines: which of the two must make no difference. */
static inline void diary_block(struct diary *d, struct str block, struct lines_count *count)
{
	struct lines_walk walk;
	struct lines_run run;
	struct str line;

	lines_walk_begin(&walk, block, NULL);
	while (block.n % 2 && lines_run_begin(&walk, &run))
		while (lines_run_next(&run, &line)) {
			if (lines_is_odd(&walk, line))
				model_require(lines_trim(&walk, &line, 1, count));
			diary_line(d, 'L', line.p, line.n);
		}
	while (lines_split(&walk, &line, count))
		diary_line(d, 'L', line.p, line.n);
	model_require(walk.at == block.n);
}

/* The real ones.  The count starts anew after every event that takes or returns what was counted.
 */
static inline void diary_of_lines(struct diary *d, struct lines *lines, struct source_list *list)
{
	static const char letter[] = {
		[LINES_COMMIT] = 'C', [LINES_DISCARD] = 'D', [LINES_CUT] = 'X', [LINES_END] = 'E'
	};
	struct lines_count count = { 0 };
	enum lines_event event;
	struct str block;

	if (lines_begin(lines, list, 0, NULL) != NINES_OK)
		abort();
	do {
		event = lines_next(lines, &block, &count);
		if (event == LINES_LONG) {
			diary_line(d, 'l', block.p, block.n);
		} else if (event == LINES_BLOCK) {
			model_require(block.n > 0);
			diary_block(d, block, &count);
		} else {
			model_require(block.n == 0);
			diary_event(d, letter[event], &count);
			count = (struct lines_count){ 0 };
		}
	} while (event != LINES_END);
	model_require(lines_next(lines, &block, &count) == LINES_END);
}

struct model {
	struct diary *diary;
	struct lines_count count;
	char *line;
	size_t n;    /* bytes of the line */
	size_t mark; /* bytes of a byte order mark met; 3: no longer looked for */
	int skipping, in_nuls;
};

static inline void model_init(struct model *m, struct diary *diary)
{
	*m = (struct model){ .diary = diary, .line = malloc(LINES_CAP) };
	model_require(m->line != NULL);
}

static inline void model_fini(struct model *m)
{
	free(m->line);
}

static inline void model_end_line(struct model *m, int newline)
{
	if (newline && m->n > 0 && m->line[m->n - 1] == '\r') {
		m->n--;
		m->count.crlf++;
	}
	m->count.invalid_utf8 += !str_utf8((struct str){ m->line, m->n });
	diary_line(m->diary, 'L', m->line, m->n);
	m->n = 0;
	m->in_nuls = 0;
}

static inline void model_byte(struct model *m, char c)
{
	if (m->skipping) {
		m->skipping = c != '\n';
	} else if (c == '\n') {
		model_end_line(m, 1);
	} else if (c == '\0' && m->n == 0) {
		m->count.nul_runs += !m->in_nuls;
		m->count.nul_bytes++;
		m->in_nuls = 1;
	} else if (m->n == LINES_CAP) {
		diary_line(m->diary, 'l', m->line, m->n);
		m->n = 0;
		m->in_nuls = 0;
		m->skipping = 1;
	} else {
		m->line[m->n++] = c;
	}
}

/* Bytes of one unit; call it as often as there are pieces. */
static inline void model_bytes(struct model *m, const void *p, size_t n)
{
	static const char mark[] = "\xef\xbb\xbf";
	const char *c = p;

	for (size_t i = 0; i < n; i++) {
		if (m->mark < 3 && c[i] == mark[m->mark]) {
			if (++m->mark == 3)
				m->count.bom++;
			continue;
		}
		for (size_t k = 0; m->mark < 3 && k < m->mark; k++)
			model_byte(m, mark[k]);
		m->mark = 3;
		model_byte(m, c[i]);
	}
}

static inline void model_event(struct model *m, char letter)
{
	diary_event(m->diary, letter, &m->count);
	m->count = (struct lines_count){ 0 };
	if (letter == 'C')
		return;
	m->n = 0;
	m->skipping = m->in_nuls = 0;
	m->mark = 3;
}

static inline void model_end(struct model *m)
{
	if (m->mark < 3) {
		memcpy(m->line, "\xef\xbb\xbf", m->mark);
		m->n = m->mark;
	}
	if (m->n > 0 || m->skipping) {
		m->count.unterminated++;
		if (m->n > 0)
			model_end_line(m, 0);
		m->skipping = 0;
		model_event(m, 'C');
	}
	diary_event(m->diary, 'E', &m->count);
}
#endif
