#include "diag.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define EXCERPT_MAX 400 /* bytes */
#define TEXT_MAX    1024

static const char *keep(struct diag_list *d, struct str text)
{
	char escaped[TEXT_MAX];
	const size_t n = str_escape(escaped, sizeof escaped, text);
	const char *const p = mem_arena_str(&d->arena, (struct str){ escaped, n }).p;

	d->failed |= !p;
	return p ? p : "";
}

void diag_init(struct diag_list *d, struct str source, struct str text)
{
	*d = (struct diag_list){ .text = text };
	d->source = keep(d, source);
}

void diag_fini(struct diag_list *d)
{
	mem_free(d->finding);
	mem_arena_fini(&d->arena);
	*d = (struct diag_list){ .source = "" };
}

/* The line counted from 1, without its end; 0 when there is none. */
static int line_of(struct str text, unsigned line, struct str *found)
{
	size_t at = 0, end;

	for (; line > 1; line--) {
		at = str_find(text, at, '\n') + 1;
		if (at > text.n)
			return 0;
	}
	if (line == 0 || at > text.n)
		return 0;
	end = str_find(text, at, '\n');
	*found = (struct str){ text.p + at, end - at };
	if (found->n > 0 && found->p[found->n - 1] == '\r')
		found->n--;
	return 1;
}

/* What must not be shown becomes one blank or question mark a byte, so that columns hold; so does
 * the first '#' of "##[" and "##vso[", which are commands to CI runners. */
static const char *excerpt_of(struct diag_list *d, unsigned line)
{
	char copy[EXCERPT_MAX];
	size_t used = 0;
	struct str s;
	const char *p;

	if (!line_of(d->text, line, &s))
		return NULL;
	while (used < s.n) {
		const size_t n = str_shown(s, used);

		if (used + (n ? n : 1) > sizeof copy)
			break;
		if (s.p[used] == '#' && used + 1 < s.n && s.p[used + 1] == '#')
			copy[used] = '?';
		else if (n > 0)
			memcpy(copy + used, s.p + used, n);
		else
			copy[used] = s.p[used] == '\t' ? ' ' : '?';
		used += n ? n : 1;
	}
	p = mem_arena_str(&d->arena, (struct str){ copy, used }).p;
	d->failed |= !p;
	return p;
}

/* The last place is for the finding that says how the list was cut; it is as severe as the worst
 * left out. */
static void leave_out(struct diag_list *d, enum nines_severity severity)
{
	struct nines_finding *const last = &d->finding[DIAG_MAX];

	if (d->used == DIAG_MAX) {
		*last = (struct nines_finding){
			.severity = severity,
			.source = d->source,
			.text = "too many findings: the rest is left out",
		};
		d->used++;
		d->errors += severity == NINES_ERROR;
	} else if (severity < last->severity) {
		d->errors += severity == NINES_ERROR;
		last->severity = severity;
	}
}

void diag_add(struct diag_list *d, enum nines_severity severity, struct diag_place place,
    const char *hint, const char *fmt, ...)
{
	struct nines_finding *const grown =
	    mem_grow(d->finding, &d->room, d->used + 1, sizeof *d->finding);
	char text[TEXT_MAX];
	struct nines_finding f;
	va_list ap;

	if (!grown) {
		d->failed = 1;
		return;
	}
	d->finding = grown;
	if (d->used >= DIAG_MAX) {
		leave_out(d, severity);
		return;
	}
	va_start(ap, fmt);
	if (vsnprintf(text, sizeof text, fmt, ap) < 0)
		text[0] = '\0';
	va_end(ap);
	f = (struct nines_finding){
		.severity = severity,
		.source = d->source,
		.line = place.line,
		.column = place.column,
		.width = place.width,
		.text = keep(d, str_of(text)),
		.hint = hint ? keep(d, str_of(hint)) : NULL,
		.excerpt = excerpt_of(d, place.line),
	};
	d->finding[d->used++] = f;
	d->errors += severity == NINES_ERROR;
}

static int compare(const struct nines_finding *a, const struct nines_finding *b)
{
	if (a->line != b->line)
		return a->line < b->line ? -1 : 1;
	if (a->column != b->column)
		return a->column < b->column ? -1 : 1;
	return (int)a->severity - (int)b->severity;
}

static int same(const struct nines_finding *a, const struct nines_finding *b)
{
	return compare(a, b) == 0 && a->width == b->width && str_is(str_of(a->text), b->text) &&
	    str_is(str_of(a->hint), b->hint);
}

/* Whether f repeats one of the n findings before it, of which the last ones have the same place. */
static int repeated(const struct nines_finding *finding, size_t n, const struct nines_finding *f)
{
	while (n > 0 && compare(&finding[n - 1], f) == 0) {
		if (same(&finding[n - 1], f))
			return 1;
		n--;
	}
	return 0;
}

void diag_sort(struct diag_list *d)
{
	const size_t sorted = d->used < DIAG_MAX ? d->used : DIAG_MAX;
	size_t kept = 0;

	for (size_t i = 1; i < sorted; i++) {
		const struct nines_finding f = d->finding[i];
		size_t at = i;

		for (; at > 0 && compare(&d->finding[at - 1], &f) > 0; at--)
			d->finding[at] = d->finding[at - 1];
		d->finding[at] = f;
	}
	d->errors = 0;
	for (size_t i = 0; i < d->used; i++) {
		const struct nines_finding f = d->finding[i];

		if (repeated(d->finding, kept, &f))
			continue;
		d->finding[kept++] = f;
		d->errors += f.severity == NINES_ERROR;
	}
	d->used = kept;
}
