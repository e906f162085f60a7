#include "spec_impl.h"
#include "when.h"

/* An exclusion or an annotation while it is read. */
struct draft {
	int64_t from, to;
	const struct yaml_node *from_node, *to_node;
	const char *words; /* the reason or the label */
};

static int read_instant(
    struct spec_reader *r, const struct spec_key *key, const struct yaml_node *node, int64_t *t)
{
	int has_offset = 0;
	int64_t local;
	struct str shown = spec_value_clip(node->value);

	if (!spec_map_expect(r, key, node, YAML_SCALAR))
		return 0;
	if (!when_rfc3339(node->value, &local, &has_offset)) {
		diag_add(&r->spec->diag, NINES_ERROR, node->place,
		    "write 2025-01-20, 2025-01-20T01:00Z or 2025-01-20T01:00+01:00",
		    "\"%.*s\" is no instant", STR_ARG(shown));
		return 0;
	}
	*t = local;
	if (has_offset || !r->spec->zone)
		return 1;
	if (zone_to_utc(r->spec->zone, local, t) == ZONE_EXACT)
		return 1;
	diag_add(&r->spec->diag, NINES_WARNING, node->place, "add the offset, for example +01:00",
	    "clocks in %s changed then: this time came twice or not at all",
	    zone_name(r->spec->zone));
	return 1;
}

static void read_from(
    struct spec_reader *r, const struct spec_key *key, const struct yaml_node *node, void *into)
{
	struct draft *draft = into;

	if (read_instant(r, key, node, &draft->from))
		draft->from_node = node;
}

static void read_to(
    struct spec_reader *r, const struct spec_key *key, const struct yaml_node *node, void *into)
{
	struct draft *draft = into;

	if (read_instant(r, key, node, &draft->to))
		draft->to_node = node;
}

static void check_minute(struct spec_reader *r, const struct yaml_node *node, int64_t t)
{
	if (node && when_floor(t, 60) != t)
		diag_add(&r->spec->diag, NINES_ERROR, node->place,
		    "events are counted by the minute: leave out the seconds",
		    "an exclusion begins and ends on a whole minute");
}

static void check_order(struct spec_reader *r, const struct draft *draft)
{
	if (draft->from_node && draft->to_node && draft->from >= draft->to)
		diag_add(&r->spec->diag, NINES_ERROR, draft->to_node->place,
		    "`to` is the first instant after it", "\"to\" must be later than \"from\"");
}

/* clang-format off */
static const struct spec_key exclusion_key[] = {
	{ "from", SPEC_REQUIRED, read_from, 0, "from: 2025-01-20T01:00Z" },
	{ "to", SPEC_REQUIRED, read_to, 0, "to: 2025-01-20T02:00Z" },
	{ "reason", SPEC_OPTIONAL, spec_value_text, offsetof(struct draft, words),
	  "reason: announced maintenance" },
};
/* clang-format on */
static const struct spec_map exclusion_map = SPEC_MAP("an exclusion", exclusion_key);

/* clang-format off */
static const struct spec_key annotation_key[] = {
	{ "from", SPEC_REQUIRED, read_from, 0, "from: 2025-01-20T01:00Z" },
	{ "to", SPEC_REQUIRED, read_to, 0, "to: 2025-01-20T02:00Z" },
	{ "label", SPEC_REQUIRED, spec_value_text, offsetof(struct draft, words),
	  "label: 'INC-42 outage'" },
};
/* clang-format on */
static const struct spec_map annotation_map = SPEC_MAP("an annotation", annotation_key);

static void read_exclusion(
    struct spec_reader *r, const struct spec_key *key, const struct yaml_node *node, void *into)
{
	struct draft draft = { .words = "" };
	struct spec_exclusion *exclusion = into;

	(void)key;
	if (!spec_map_read(r, &exclusion_map, node, &draft))
		return;
	check_minute(r, draft.from_node, draft.from);
	check_minute(r, draft.to_node, draft.to);
	check_order(r, &draft);
	*exclusion =
	    (struct spec_exclusion){ draft.from, draft.to, draft.words, spec_value_mark(node) };
}

static void read_annotation(
    struct spec_reader *r, const struct spec_key *key, const struct yaml_node *node, void *into)
{
	struct draft draft = { .words = "" };
	struct spec_annotation *annotation = into;

	(void)key;
	if (!spec_map_read(r, &annotation_map, node, &draft))
		return;
	check_order(r, &draft);
	*annotation = (struct spec_annotation){ draft.from, draft.to, draft.words };
}

void spec_period_exclusions(
    struct spec_reader *r, const struct spec_key *key, const struct yaml_node *node, void *into)
{
	struct spec *spec = into;

	if (!spec_map_expect(r, key, node, YAML_LIST))
		return;
	spec->exclusion = spec_map_each(r, key, node, sizeof *spec->exclusion, read_exclusion);
	spec->exclusions = spec->exclusion ? node->items : 0;
}

void spec_period_annotations(
    struct spec_reader *r, const struct spec_key *key, const struct yaml_node *node, void *into)
{
	struct spec *spec = into;

	if (!spec_map_expect(r, key, node, YAML_LIST))
		return;
	spec->annotation = spec_map_each(r, key, node, sizeof *spec->annotation, read_annotation);
	spec->annotations = spec->annotation ? node->items : 0;
}
