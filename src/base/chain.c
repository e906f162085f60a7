#include "chain.h"

#include "chain_impl.h"
#include "mem.h"

/* A line being walked.  Of CHAIN_ROOM bytes behind its end some may be looked at with it, and do
 * not count. */
struct walk {
	const char *end;
	const char *from; /* where the match begins */
	const char *block;
	const uint32_t *quote; /* as listed: the line's, then its end */
	size_t quotes;
};

/* ---- the longest run that begins at p: it may seem to go on behind the line's end ---- */

/* In steps so large that their number hardly varies (simd_find_far). */
static inline const char *byte_end(const struct walk *w, char stop, const char *p)
{
	for (; p < w->end; p += SIMD_WINDOW) {
		const uint64_t hits = simd_window_equal(p, stop);

		if (hits)
			return p + (unsigned)__builtin_ctzll(hits);
	}
	return p;
}

static inline const char *quote_end(const struct walk *w, const char *p)
{
	const uint32_t at = (uint32_t)(p - w->block);
	size_t i = 0;

	while (i < w->quotes && w->quote[i] < at)
		i++;
	return i < w->quotes ? w->block + w->quote[i] : w->end;
}

/* Words mostly end within the first step.  n is a constant for the usual numbers of ranges. */
static inline const char *ranges_end(
    const struct walk *w, const struct chain_step *step, unsigned n, const char *p)
{
	uint32_t hits = (simd_outside(p, step->range, n) ^ step->turned) & 0xffff;

	if (hits)
		return p + (unsigned)__builtin_ctz(hits);
	for (p += SIMD_BYTES; p < w->end; p += 2 * SIMD_BYTES) {
		hits = simd_outside(p, step->range, n) |
		    simd_outside(p + SIMD_BYTES, step->range, n) << SIMD_BYTES;
		hits ^= step->turned;
		if (hits)
			return p + (unsigned)__builtin_ctz(hits);
	}
	return p;
}

static inline const char *each_end(
    const struct walk *w, const struct chain_step *step, const char *p)
{
	const size_t most = step->least + step->spread;
	const char *const limit = (size_t)(w->end - p) > most ? p + most : w->end;

	while (p < limit && byteset_has(&step->set, *p))
		p++;
	return p;
}

static inline const char *run_end(
    const struct walk *w, const struct chain_step *step, const char *p)
{
	switch (step->run) {
	case CHAIN_HERE:
		break;
	case CHAIN_QUOTE:
		return quote_end(w, p);
	case CHAIN_BYTE:
		return byte_end(w, step->stop, p);
	case CHAIN_RANGE:
		return ranges_end(w, step, 1, p);
	case CHAIN_TWO_RANGES:
		return ranges_end(w, step, 2, p);
	case CHAIN_RANGES:
		return ranges_end(w, step, step->ranges, p);
	case CHAIN_EACH:
		return each_end(w, step, p);
	}
	return p;
}

/* A run to q that is too long, too short (NULL) or seems to go on behind the line.  A branch that
 * is hardly ever taken costs less than choosing: no step has to wait for it. */
static const char *fit(
    const struct walk *w, const struct chain_step *step, const char *p, const char *q)
{
	const char *const end = q < w->end ? q : w->end;
	const size_t n = (size_t)(end - p);

	if (n < step->least)
		return NULL;
	return n - step->least > step->spread ? p + step->least + step->spread : end;
}

static inline const char *longest(
    const struct walk *w, const struct chain_step *step, const char *p)
{
	const char *q = run_end(w, step, p);

	if (q <= w->end && (size_t)(q - p) - step->least <= step->spread)
		return q;
	return fit(w, step, p, q);
}

/* ---- the text behind a run ---- */

/* At p, which may be the line's end: the text may seem to be there, and go on behind it. */
static inline int is_text(const struct chain_step *step, const char *p)
{
	uint64_t word;

	memcpy(&word, p, sizeof word);
	return (word & step->text_mask) == step->text_word;
}

/* Where the text is for the first time in [p, last], or NULL. */
static const char *first_text(
    const struct walk *w, const struct chain_step *step, const char *p, const char *last)
{
	for (; p <= last; p++) {
		p = byte_end(w, step->text[0], p);
		if (p <= last && is_text(step, p))
			return p;
	}
	return NULL;
}

/* The same for the last time. */
static const char *last_text(
    const struct walk *w, const struct chain_step *step, const char *p, const char *last)
{
	const char *q = last;

	while (q && (q + step->text_bytes > w->end || !is_text(step, q)))
		q = simd_find_last(p, q, step->text[0]);
	return q;
}

/* Where the run of a step ends and its text begins, or NULL. */
static inline const char *run_and_text(
    const struct walk *w, const struct chain_step *step, const char *p)
{
	const char *q = longest(w, step, p);

	if (!q)
		return NULL;
	if (step->op == CHAIN_LONGEST)
		return is_text(step, q) ? q : NULL;
	p += step->least;
	return step->op == CHAIN_FIRST ? first_text(w, step, p, q) : last_text(w, step, p, q);
}

/* ---- the walk ---- */

/* Group 0 begins at w->from: in its place runs are stored that nobody asked for. */
static inline void close_group(const struct walk *w, struct str *group, unsigned i, const char *p)
{
	if (i == 0)
		group->p = w->from;
	group->n = (size_t)(p - group->p);
}

/* Where it goes on after a step that takes no bytes, or NULL. */
static inline const struct chain_step *pass(const struct chain *chain, struct walk *w,
    const struct chain_step *step, const char *p, struct str *group)
{
	if (step->op == CHAIN_END)
		return p == w->end ? step + 1 : NULL;
	if (step->op == CHAIN_JUMP ||
	    (step->op == CHAIN_FORK && !(p < w->end && byteset_has(&step->set, *p))))
		return chain->step + step->to;
	if (step->op == CHAIN_OPEN)
		*(step->group ? &group[step->group].p : &w->from) = p;
	if (step->op == CHAIN_CLOSE)
		close_group(w, &group[step->group], step->group, p);
	return step + 1;
}

int chain_match(
    const struct chain *chain, struct str line, const struct stops *stops, struct str *group)
{
	const struct chain_step *step = chain->step;
	const char *p = line.p, *q;
	struct walk w;

	if (!stops || stops->line != line.p || stops->n > STOPS_LINE_MOST ||
	    line.n > CHAIN_LINE_MAX ||
	    (size_t)(stops->block.p + stops->block.n - line.p) < line.n + CHAIN_ROOM)
		return 0;
	w.end = p + line.n;
	w.from = p;
	w.block = stops->block.p;
	w.quote = stops->listed;
	w.quotes = stops->n;
	for (size_t i = 0; chain->forks && i < chain->groups; i++)
		group[i] = (struct str){ NULL, 0 };
	for (;;) {
		if (step->op >= CHAIN_OPEN) {
			if (step->op == CHAIN_MATCH)
				return 1;
			step = pass(chain, &w, step, p, group);
			if (!step)
				return 0;
			continue;
		}
		q = run_and_text(&w, step, p);
		if (!q || q + step->skip > w.end)
			return 0;
		group[step->group] = (struct str){ p, (size_t)(q - p) };
		p = q + step->skip;
		step++;
	}
}

void chain_free(struct chain *chain)
{
	mem_free(chain);
}
