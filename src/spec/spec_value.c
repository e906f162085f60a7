#include "num.h"
#include "spec_impl.h"
#include "when.h"

#define CLIP_BYTES  60
#define GUESSES_MAX 20000u /* names compared in one run */
#define MINUTE_NS   INT64_C(60000000000)

const char *spec_value_keep(struct spec_reader *r, const char *text)
{
	if (!text)
		r->nomem = 1;
	return text;
}

struct str spec_value_clip(struct str s)
{
	size_t n = s.n;

	if (n > CLIP_BYTES)
		for (n = CLIP_BYTES; n && ((unsigned char)s.p[n] & 0xC0) == 0x80;)
			n--;
	s.n = str_find((struct str){ s.p, n }, 0, '\n');
	return s;
}

struct spec_mark spec_value_mark(const struct yaml_node *node)
{
	return (struct spec_mark){ node->place.line, node->place.column, node->place.width };
}

struct diag_place spec_value_place(struct spec_mark mark)
{
	return (struct diag_place){ mark.line, mark.column, mark.width };
}

void *spec_value_new(struct spec_reader *r, size_t count, size_t size)
{
	void *p = mem_arena_new(&r->spec->arena, count, size);

	if (!p)
		r->nomem = 1;
	return p;
}

const char *spec_value_copy(struct spec_reader *r, struct str s)
{
	return spec_value_keep(r, mem_arena_str(&r->spec->arena, s).p);
}

const char *spec_value_guess(struct spec_reader *r, struct str s, const char *const *name, size_t n)
{
	if (n > GUESSES_MAX - r->guesses)
		return NULL;
	r->guesses += (unsigned)n;
	return str_nearest(s, name, n);
}

const char *spec_value_suggest(
    struct spec_reader *r, struct str s, const char *const *name, size_t n, const char *known)
{
	const char *guess = spec_value_guess(r, s, name, n);

	if (!guess)
		return known;
	if (!known)
		return spec_value_fmt(r, "did you mean \"%s\"?", guess);
	return spec_value_fmt(r, "did you mean \"%s\"? %s", guess, known);
}

static void refuse(
    struct spec_reader *r, const struct yaml_node *node, const char *hint, const char *why)
{
	struct str shown = spec_value_clip(node->value);

	diag_add(
	    &r->spec->diag, NINES_ERROR, node->place, hint, "\"%.*s\" %s", STR_ARG(shown), why);
}

void spec_value_text(
    struct spec_reader *r, const struct spec_key *key, const struct yaml_node *node, void *into)
{
	const char **text = into;

	if (spec_map_expect(r, key, node, YAML_SCALAR))
		*text = spec_value_copy(r, node->value);
}

static const char *percent_hint(struct spec_reader *r, struct str s)
{
	char buf[NUM_SIZE];
	uint64_t ppb;
	struct str shown = spec_value_clip(s);

	if (num_scaled(s, 9, &ppb) && ppb <= NUM_PPB && str_find(s, 0, '.') < s.n)
		return spec_value_fmt(r, "write %s%%", num_percent_text(buf, ppb));
	if (num_scaled(s, 7, &ppb) && ppb <= NUM_PPB)
		return spec_value_fmt(r, "write %.*s%%", STR_ARG(shown));
	return "write for example 99.9%";
}

void spec_value_percent(
    struct spec_reader *r, const struct spec_key *key, const struct yaml_node *node, void *into)
{
	uint64_t *ppb = into;

	if (!spec_map_expect(r, key, node, YAML_SCALAR))
		return;
	switch (num_percent(node->value, ppb)) {
	case NUM_OK:
		break;
	case NUM_NO_PERCENT_SIGN:
		refuse(r, node, percent_hint(r, node->value), "has no percent sign");
		break;
	case NUM_TOO_MANY_PLACES:
		refuse(r, node, "leave out the last ones", "has more than seven decimals");
		break;
	case NUM_OUT_OF_RANGE:
		refuse(r, node, "a percentage is 0% to 100%", "is out of range");
		break;
	case NUM_NOT_A_NUMBER:
		refuse(r, node, "write for example 99.9%", "is no percentage");
		break;
	}
}

void spec_value_share(
    struct spec_reader *r, const struct spec_key *key, const struct yaml_node *node, void *into)
{
	uint64_t ppb = UINT64_MAX, *share = into;

	spec_value_percent(r, key, node, &ppb);
	if (ppb == UINT64_MAX)
		return;
	if (!ppb)
		diag_add(&r->spec->diag, NINES_ERROR, node->place,
		    spec_value_fmt(r, "for example `%s`", key->example),
		    "\"%s\" must be more than 0%%", key->name);
	*share = ppb;
}

void spec_value_count(
    struct spec_reader *r, const struct spec_key *key, const struct yaml_node *node, void *into)
{
	uint64_t *count = into;

	if (spec_map_expect(r, key, node, YAML_SCALAR) && !str_u64(node->value, count))
		refuse(r, node, spec_value_fmt(r, "for example `%s`", key->example),
		    "is no whole number");
}

/* The unit of the example fits, but for a bare limit such as 1.5, which hardly means ms. */
static const char *span_hint(struct spec_reader *r, struct str s, const char *example)
{
	struct str shown = spec_value_clip(s), unit = str_of(example);
	uint64_t bare;

	if (!num_scaled(s, 0, &bare))
		return spec_value_fmt(
		    r, "the units are ms, s, m, h, d and w; for example %s", example);
	while (unit.n && unit.p[0] >= '0' && unit.p[0] <= '9')
		unit = (struct str){ unit.p + 1, unit.n - 1 };
	if (bare < 10 && str_is(unit, "ms"))
		unit = STR("s");
	return spec_value_fmt(
	    r, "the units are ms, s, m, h, d and w; write %.*s%.*s", STR_ARG(shown), STR_ARG(unit));
}

int spec_value_span(
    struct spec_reader *r, const struct yaml_node *node, const char *example, int64_t *ns)
{
	uint64_t bare;

	if (when_span(node->value, ns))
		return 1;
	refuse(r, node, span_hint(r, node->value, example),
	    num_scaled(node->value, 0, &bare) ? "has no unit" : "is no duration");
	return 0;
}

void spec_value_minutes(
    struct spec_reader *r, const struct spec_key *key, const struct yaml_node *node, void *into)
{
	int64_t ns, *seconds = into;

	if (!spec_map_expect(r, key, node, YAML_SCALAR) || !spec_value_span(r, node, "5m", &ns))
		return;
	if (ns < MINUTE_NS || ns % MINUTE_NS)
		refuse(r, node, "events are counted by the minute: write 1m or a multiple of it",
		    "is not a number of whole minutes");
	*seconds = ns / INT64_C(1000000000);
}

static int name_byte(char c, size_t at)
{
	if ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
		return 1;
	return at > 0 && (c == '_' || c == '.' || c == '-');
}

const char *spec_value_name(struct spec_reader *r, const struct spec_key *key,
    const struct yaml_node *node, struct spec_mark *mark)
{
	size_t at = 0;
	struct diag_place place;

	*mark = spec_value_mark(node);
	if (!spec_map_expect(r, key, node, YAML_SCALAR))
		return NULL;
	while (at < node->value.n && name_byte(node->value.p[at], at))
		at++;
	if (at == node->value.n && at)
		return spec_value_copy(r, node->value);
	place = yaml_place_in(node, r->spec->text, at);
	diag_add(&r->spec->diag, NINES_ERROR, place,
	    "letters, digits, _ . and - make a name, and a letter or digit begins it",
	    at < node->value.n ? "this character cannot stand in a name"
	                       : "a name cannot be empty");
	return NULL;
}

int spec_value_word(struct spec_reader *r, const struct spec_key *key, const struct yaml_node *node,
    const char *const *word, size_t n)
{
	const char *known = "one of:";
	struct str shown = spec_value_clip(node->value);

	if (!spec_map_expect(r, key, node, YAML_SCALAR))
		return -1;
	for (size_t i = 0; i < n; i++)
		if (str_is(node->value, word[i]))
			return (int)i;
	for (size_t i = 0; i < n && known; i++)
		known = spec_value_fmt(r, "%s%s %s", known, i ? "," : "", word[i]);
	diag_add(&r->spec->diag, NINES_ERROR, node->place,
	    spec_value_suggest(r, node->value, word, n, known), "\"%.*s\" is no value of \"%s\"",
	    STR_ARG(shown), key->name);
	return -1;
}
