/* Text as partial counts: what can be read is written in one form, which reads back as itself;
 * added to itself, every number doubles or the limit is named; the check and the tally take all of
 * it. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../unit/lines_model.h"
#include "mem.h"
#include "partial.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

struct text {
	char *p;
	size_t n;
};

static int append(void *ctx, const char *p, size_t n)
{
	struct text *text = ctx;

	text->p = realloc(text->p, text->n + n + 1);
	model_require(text->p != NULL);
	memcpy(text->p + text->n, p, n);
	text->n += n;
	return 0;
}

/* Refused lines are left out: they must leave no trace. */
static enum nines_status add_text(struct partial *partial, const char *p, size_t n)
{
	enum nines_status worst = NINES_OK;

	for (uint64_t line = 1; n > 0; line++) {
		const char *end = memchr(p, '\n', n);
		const size_t length = end != NULL ? (size_t)(end - p) : n;
		struct nines_error err = { 0 };
		enum nines_status rc =
		    partial_add_line(partial, (struct str){ p, length }, "fuzz", line, &err);

		model_require(rc == NINES_OK || rc == NINES_E_SYNTAX || rc == NINES_E_LIMIT);
		model_require(rc == NINES_OK || (err.line == line && err.text[0] != '\0'));
		worst = rc != NINES_OK ? rc : worst;
		p += length + (end != NULL);
		n -= length + (end != NULL);
	}
	return worst;
}

static struct text write_text(struct partial *partial)
{
	struct text text = { NULL, 0 };
	struct out o;

	out_init(&o, append, &text);
	model_require(partial_write(partial, &o, NULL) == NINES_OK);
	model_require(out_finish(&o) == 0);
	return text;
}

static int same(const struct text *a, const struct text *b)
{
	return a->n == b->n && (a->n == 0 || memcmp(a->p, b->p, a->n) == 0);
}

static struct partial *read_text(const char *p, size_t n, enum nines_status want)
{
	struct partial *partial;

	model_require(partial_new(&partial, NULL) == NINES_OK);
	model_require(add_text(partial, p, n) == want || want != NINES_OK);
	return partial;
}

static void use(struct partial *partial)
{
	static const char *const name[] = { "shop/availability", "a/b" };
	struct mem_arena arena = { 0 };
	struct partial_fault *fault;
	struct tally tally;
	size_t strict, loose;

	model_require(partial_check(partial, 0, &arena, &fault, &strict, NULL) == NINES_OK);
	for (size_t i = 0; i < strict; i++)
		model_require(fault[i].text != NULL);
	model_require(partial_check(partial, 1, &arena, &fault, &loose, NULL) == NINES_OK);
	model_require(loose <= strict);
	mem_arena_fini(&arena);
	if (partial_tally(partial, name, 2, &tally, NULL) == NINES_OK)
		tally_fini(&tally);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct partial *first, *second;
	struct text once, again;
	char *input = malloc(n + 1);

	model_require(input != NULL);
	memcpy(input, p, n);
	first = read_text(input, n, NINES_E_SYNTAX);
	once = write_text(first);
	use(first);
	second = read_text(once.p, once.n, NINES_OK);
	again = write_text(second);
	model_require(same(&once, &again));
	free(again.p);
	/* Adding it once more keeps every row and ~ line; the combiner changes nothing of that. */
	if (add_text(second, once.p, once.n) == NINES_OK) {
		struct partial *third = read_text(once.p, once.n, NINES_OK);
		struct text doubled = write_text(second), combined;

		(void)add_text(third, once.p, once.n);
		combined = write_text(third);
		model_require(same(&doubled, &combined));
		model_require(doubled.n >= once.n);
		free(doubled.p);
		free(combined.p);
		partial_free(third);
	}
	partial_free(first);
	partial_free(second);
	free(once.p);
	free(input);
	return 0;
}
