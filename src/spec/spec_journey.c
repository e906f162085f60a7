#include "spec_impl.h"
#include "when.h"

/* An SLI while it is read. */
struct draft {
	struct spec_sli *sli;
	const struct yaml_node *good, *bad;
};

static void read_sli_name(
    struct spec_reader *r, const struct spec_key *key, const struct yaml_node *node, void *into)
{
	struct draft *draft = into;

	draft->sli->name = spec_value_name(r, key, node, &draft->sli->mark);
}

static void read_sli_description(
    struct spec_reader *r, const struct spec_key *key, const struct yaml_node *node, void *into)
{
	struct draft *draft = into;

	spec_value_text(r, key, node, &draft->sli->description);
}

static void read_sli_valid(
    struct spec_reader *r, const struct spec_key *key, const struct yaml_node *node, void *into)
{
	struct draft *draft = into;

	spec_rule_read(r, key, node, &draft->sli->valid);
}

static void read_good(
    struct spec_reader *r, const struct spec_key *key, const struct yaml_node *node, void *into)
{
	struct draft *draft = into;

	draft->good = node;
	spec_rule_read(r, key, node, &draft->sli->good);
}

static void read_bad(
    struct spec_reader *r, const struct spec_key *key, const struct yaml_node *node, void *into)
{
	struct draft *draft = into;

	draft->bad = node;
	draft->sli->good_is_bad = 1;
	spec_rule_read(r, key, node, &draft->sli->good);
}

static void read_missing(
    struct spec_reader *r, const struct spec_key *key, const struct yaml_node *node, void *into)
{
	static const char *const word[] = { "bad", "exclude" };
	struct draft *draft = into;

	draft->sli->missing_excludes = spec_value_word(r, key, node, word, 2) == 1;
}

static void read_objective(
    struct spec_reader *r, const struct spec_key *key, const struct yaml_node *node, void *into)
{
	struct draft *draft = into;

	spec_objective_list(r, key, node, draft->sli);
}

/* clang-format off */
static const struct spec_key sli_key[] = {
	{ "name", SPEC_REQUIRED, read_sli_name, 0, "name: availability" },
	{ "description", SPEC_OPTIONAL, read_sli_description, 0,
	  "description: answers without a server error" },
	{ "valid", SPEC_OPTIONAL, read_sli_valid, 0, "valid: { status: '^[23]' }" },
	{ "good", SPEC_OPTIONAL, read_good, 0, "good: { status: '^[234]' }" },
	{ "bad", SPEC_OPTIONAL, read_bad, 0, "bad: { status: '^5' }" },
	{ "missing", SPEC_OPTIONAL, read_missing, 0, "missing: exclude" },
	{ "objective", SPEC_OPTIONAL, read_objective, 0, "objective: 99.9%" },
};
/* clang-format on */
static const struct spec_map sli_map = SPEC_MAP("an SLI", sli_key);

static void make_label(struct spec_reader *r, struct spec_sli *sli)
{
	const struct spec_rule *good = sli->good;
	char buf[WHEN_SIZE];
	const char *span, *unit;

	sli->label = sli->name;
	if (!sli->name || !good || good->kind != SPEC_WITHIN || sli->good_is_bad || r->no_format)
		return;
	if (!str_is(format_slot_name(r->spec->format, (int)good->slot), "duration"))
		return;
	span = when_span_text(buf, good->within_ns);
	for (unit = span; *unit >= '0' && *unit <= '9';)
		unit++;
	sli->label =
	    spec_value_fmt(r, "%s \xE2\x89\xA4 %.*s %s", sli->name, (int)(unit - span), span, unit);
}

static void read_sli(
    struct spec_reader *r, const struct spec_key *key, const struct yaml_node *node, void *into)
{
	struct draft draft = { .sli = into };

	(void)key;
	draft.sli->index = r->spec->slis++;
	draft.sli->mark = spec_value_mark(node);
	draft.sli->description = "";
	if (draft.sli->index == SPEC_SLIS_MAX)
		diag_add(&r->spec->diag, NINES_ERROR, node->place, "split the config into several",
		    "more than %d SLIs", SPEC_SLIS_MAX);
	if (draft.sli->index >= SPEC_SLIS_MAX || !spec_map_read(r, &sli_map, node, &draft))
		return;
	if (draft.good && draft.bad)
		diag_add(&r->spec->diag, NINES_ERROR,
		    draft.good->start > draft.bad->start ? draft.good->place : draft.bad->place,
		    "what is not good is bad: keep one of the two",
		    "an SLI has either \"good\" or \"bad\"");
	if (!draft.good && !draft.bad && !yaml_get(node, "good") && !yaml_get(node, "bad"))
		diag_add(&r->spec->diag, NINES_ERROR, node->place,
		    "for example `good: { status: '^[234]' }` or `bad: { status: '^5' }`",
		    "an SLI needs \"good\" or \"bad\"");
	r->nameless |= !draft.sli->name;
	make_label(r, draft.sli);
}

static void refuse_double(struct spec_reader *r, const char *what, const char *name,
    struct spec_mark mark, struct spec_mark first)
{
	struct str shown = spec_value_clip(str_of(name));

	diag_add(&r->spec->diag, NINES_ERROR, spec_value_place(mark),
	    "names are unique among their neighbours", "there is already %s \"%.*s\" (at %u:%u)",
	    what, STR_ARG(shown), first.line, first.column);
}

static void check_sli_names(struct spec_reader *r, const struct spec_journey *journey)
{
	const struct spec_sli *sli = journey->sli;

	for (size_t i = 1; i < journey->slis && i < SPEC_SLIS_MAX; i++)
		for (size_t k = 0; k < i; k++)
			if (sli[i].name && sli[k].name && !strcmp(sli[i].name, sli[k].name)) {
				refuse_double(r, "an SLI", sli[i].name, sli[i].mark, sli[k].mark);
				break;
			}
}

static void check_journey_names(struct spec_reader *r)
{
	const struct spec_journey *journey = r->spec->journey;

	for (size_t i = 1; i < r->spec->journeys && i < SPEC_SLIS_MAX; i++)
		for (size_t k = 0; k < i; k++)
			if (journey[i].name && journey[k].name &&
			    !strcmp(journey[i].name, journey[k].name)) {
				refuse_double(r, "a journey", journey[i].name, journey[i].mark,
				    journey[k].mark);
				break;
			}
}

static void read_slis(
    struct spec_reader *r, const struct spec_key *key, const struct yaml_node *node, void *into)
{
	struct spec_journey *journey = into;

	if (!spec_map_expect(r, key, node, YAML_LIST))
		return;
	if (!node->items)
		diag_add(&r->spec->diag, NINES_ERROR, node->place,
		    "for example `- { name: availability, good: { status: '^[234]' }, "
		    "objective: 99.9% }`",
		    "a journey without an SLI measures nothing");
	journey->sli = spec_map_each(r, key, node, sizeof *journey->sli, read_sli);
	journey->slis = journey->sli ? node->items : 0;
	check_sli_names(r, journey);
}

static void read_name(
    struct spec_reader *r, const struct spec_key *key, const struct yaml_node *node, void *into)
{
	struct spec_journey *journey = into;

	journey->name = spec_value_name(r, key, node, &journey->mark);
}

/* clang-format off */
static const struct spec_key journey_key[] = {
	{ "name", SPEC_REQUIRED, read_name, 0, "name: checkout" },
	{ "description", SPEC_OPTIONAL, spec_value_text, offsetof(struct spec_journey, description),
	  "description: A shopper pays for the basket" },
	{ "valid", SPEC_OPTIONAL, spec_rule_read, offsetof(struct spec_journey, valid),
	  "valid: { path: '^/api/' }" },
	{ "slis", SPEC_REQUIRED, read_slis, 0,
	  "slis: [{ name: availability, good: { status: '^[234]' }, objective: 99.9% }]" },
};
/* clang-format on */
static const struct spec_map journey_map = SPEC_MAP("a journey", journey_key);

static void read_journey(
    struct spec_reader *r, const struct spec_key *key, const struct yaml_node *node, void *into)
{
	struct spec_journey *journey = into;

	(void)key;
	journey->mark = spec_value_mark(node);
	journey->description = "";
	(void)spec_map_read(r, &journey_map, node, journey);
	r->nameless |= !journey->name;
}

static void number_slis(struct spec_reader *r)
{
	struct spec *spec = r->spec;

	spec->sli = spec_value_new(r, spec->slis, sizeof *spec->sli);
	for (size_t j = 0; spec->sli && j < spec->journeys; j++)
		for (size_t i = 0; i < spec->journey[j].slis; i++)
			spec->sli[spec->journey[j].sli[i].index] = &spec->journey[j].sli[i];
}

void spec_journey_list(
    struct spec_reader *r, const struct spec_key *key, const struct yaml_node *node, void *into)
{
	struct spec *spec = into;

	if (!spec_map_expect(r, key, node, YAML_LIST))
		return;
	if (!node->items)
		diag_add(&spec->diag, NINES_ERROR, node->place, "name at least one journey",
		    "without a journey there is nothing to measure");
	spec->journey = spec_map_each(r, key, node, sizeof *spec->journey, read_journey);
	spec->journeys = spec->journey ? node->items : 0;
	check_journey_names(r);
	number_slis(r);
}
