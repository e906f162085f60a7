#include "chain.h"

#include "chain_impl.h"
#include "mem.h"

/* ---- the longest run; p < limit ---- */

static const char *each_end(const struct chain_step *step, const char *p, const char *limit)
{
	while (p < limit && byteset_has(&step->set, *p))
		p++;
	return p;
}

/* What may be read behind the line is looked at with it, and does not count. */
static inline const char *byte_end(
    const struct chain_view *view, char stop, const char *p, const char *limit)
{
	for (; p < limit; p += SIMD_WINDOW) {
		const uint64_t hits = simd_next_window(view->line.p, p, view->readable, stop);

		if (hits) {
			p += __builtin_ctzll(hits);
			return p < limit ? p : limit;
		}
	}
	return limit;
}

static inline const char *quote_end(const struct chain_view *view, const char *p, const char *limit)
{
	const char *quote;

	if (!view->stops || !view->stops->quote)
		return byte_end(view, '"', p, limit);
	quote = stops_find(view->stops, view->stops->quote, p, limit);
	return quote ? quote : limit;
}

static inline const char *ranges_end(
    const struct chain_view *view, const struct chain_step *step, const char *p, const char *limit)
{
	for (; p < limit; p += SIMD_BYTES) {
		uint32_t hits;

		if (view->readable - p < SIMD_BYTES)
			return each_end(step, p, limit);
		hits = simd_in_ranges(p, &step->ranges) ^ step->turned;
		if (hits) {
			p += __builtin_ctz(hits);
			return p < limit ? p : limit;
		}
	}
	return limit;
}

static inline const char *longest(
    const struct chain_view *view, const struct chain_step *step, enum chain_op run, const char *p)
{
	const char *const end = view->line.p + view->line.n;
	const char *const limit = (size_t)(end - p) > step->most ? p + step->most : end;

	if (run == CHAIN_RANGES)
		return ranges_end(view, step, p, limit);
	if (run == CHAIN_QUOTE)
		return quote_end(view, p, limit);
	if (run == CHAIN_BYTE)
		return byte_end(view, step->stop, p, limit);
	return each_end(step, p, limit);
}

/* ---- the text behind a run ---- */

static inline int is_text(
    const struct chain_view *view, const struct chain_step *step, const char *p)
{
	const char *const end = view->line.p + view->line.n;
	uint64_t word;

	if ((size_t)(end - p) < step->text_bytes)
		return 0;
	if ((size_t)(view->readable - p) < sizeof word)
		return !memcmp(p, step->text, step->text_bytes);
	memcpy(&word, p, sizeof word);
	return (word & step->text_mask) == step->text_word;
}

/* Where the text is for the first time from p + least on, or NULL; a run goes that far. */
static const char *first_end(
    const struct chain_view *view, const struct chain_step *step, const char *p)
{
	const char *const last = longest(view, step, step->run, p);

	if ((size_t)(last - p) < step->least)
		return NULL;
	for (p += step->least; p <= last; p++) {
		p = byte_end(view, step->text[0], p, last);
		if (is_text(view, step, p))
			return p;
	}
	return NULL;
}

static const char *last_end(
    const struct chain_view *view, const struct chain_step *step, const char *p)
{
	const char *q = longest(view, step, step->run, p);

	if ((size_t)(q - p) < step->least)
		return NULL;
	for (p += step->least; q && !is_text(view, step, q);)
		q = simd_find_last(p, q, step->text[0]);
	return q;
}

/* Where the run of a step that begins at p ends and its text begins, or NULL. */
static inline const char *run_end(
    const struct chain_view *view, const struct chain_step *step, const char *p)
{
	const char *q;

	if (step->op == CHAIN_FIRST)
		return first_end(view, step, p);
	if (step->op == CHAIN_LAST)
		return last_end(view, step, p);
	q = step->op == CHAIN_HERE ? p : longest(view, step, step->op, p);
	return (size_t)(q - p) >= step->least && is_text(view, step, q) ? q : NULL;
}

/* ---- the walk ---- */

/* The step after one that takes no bytes, or NULL. */
static const struct chain_step *pass(const struct chain *chain, const struct chain_view *view,
    const struct chain_step *step, const char *p, struct str *group)
{
	const char *const end = view->line.p + view->line.n;

	if (step->op == CHAIN_OPEN)
		group[step->group].p = p;
	else if (step->op == CHAIN_CLOSE)
		group[step->group].n = (size_t)(p - group[step->group].p);
	else if (step->op == CHAIN_JUMP ||
	    (step->op == CHAIN_FORK && !(p < end && byteset_has(&step->set, *p))))
		return chain->step + step->to;
	else if (step->op == CHAIN_END && p < end)
		return NULL;
	return step + 1;
}

int chain_match(const struct chain *chain, const struct chain_view *view, struct str *group)
{
	const struct chain_step *step = chain->step;
	const char *p = view->line.p;
	struct str unasked;

	if (!p || view->line.n > CHAIN_LINE_MAX)
		return 0;
	for (size_t i = 0; chain->forks && i < chain->groups; i++)
		group[i] = (struct str){ NULL, 0 };
	while (step && step->op != CHAIN_MATCH) {
		const char *end;

		if (step->op >= CHAIN_OPEN) {
			step = pass(chain, view, step, p, group);
			continue;
		}
		end = run_end(view, step, p);
		if (!end)
			return 0;
		*(step->group ? &group[step->group] : &unasked) =
		    (struct str){ p, (size_t)(end - p) };
		p = end + step->skip;
		step++;
	}
	return step != NULL;
}

int chain_wants_quotes(const struct chain *chain)
{
	return chain && chain->quotes;
}

void chain_free(struct chain *chain)
{
	mem_free(chain);
}
