#include "spec_impl.h"
#include "when.h"

#define DAY_S 86400

/* clang-format off */
static const struct {
	const char *name;
	enum spec_window_kind kind;
} period[] = {
	{ "hour", SPEC_HOUR },   { "day", SPEC_DAY },         { "week", SPEC_WEEK },
	{ "month", SPEC_MONTH }, { "quarter", SPEC_QUARTER }, { "year", SPEC_YEAR },
	{ "all", SPEC_ALL_TIME },
};
/* clang-format on */
static const char *const method_name[] = { "occurrences", "timeslices", "ratio-timeslices" };
static const char *const on_empty_name[] = { "ignore", "good", "bad" };

int spec_window_parse(struct str s, struct spec_window *window)
{
	int64_t ns, minute_ns = INT64_C(60000000000);

	for (size_t i = 0; i < sizeof period / sizeof *period; i++) {
		if (!str_is(s, period[i].name))
			continue;
		*window = (struct spec_window){ period[i].kind, 0, s.p };
		return 1;
	}
	if (!when_span(s, &ns) || ns < minute_ns || ns % minute_ns)
		return 0;
	*window = (struct spec_window){ SPEC_ROLLING, ns / INT64_C(1000000000), s.p };
	return 1;
}

void spec_objective_window(
    struct spec_reader *r, const struct spec_key *key, const struct yaml_node *node, void *into)
{
	struct spec_window *window = into, read;
	struct str shown = spec_value_clip(node->value);
	uint64_t bare;
	int64_t ns;

	if (!spec_map_expect(r, key, node, YAML_SCALAR))
		return;
	if (str_u64(node->value, &bare)) {
		(void)spec_value_span(r, node, "28d", &ns);
		return;
	}
	if (!spec_window_parse(node->value, &read)) {
		diag_add(&r->spec->diag, NINES_ERROR, node->place,
		    "whole minutes with their unit (28d, 1h), or hour, day, week, month, quarter, "
		    "year, all",
		    "\"%.*s\" is no window", STR_ARG(shown));
		return;
	}
	read.name = spec_value_copy(r, node->value);
	*window = read;
}

/* An objective while it is read: which keys were there decides what fits together. */
struct draft {
	struct spec_objective objective;
	const struct yaml_node *aspire, *slice, *slice_target, *on_empty;
};

static void read_target(
    struct spec_reader *r, const struct spec_key *key, const struct yaml_node *node, void *into)
{
	struct draft *draft = into;

	draft->objective.mark = spec_value_mark(node);
	spec_value_share(r, key, node, &draft->objective.target_ppb);
}

static void read_aspire(
    struct spec_reader *r, const struct spec_key *key, const struct yaml_node *node, void *into)
{
	struct draft *draft = into;

	draft->aspire = node;
	spec_value_share(r, key, node, &draft->objective.aspire_ppb);
}

static void read_method(
    struct spec_reader *r, const struct spec_key *key, const struct yaml_node *node, void *into)
{
	struct draft *draft = into;
	int i = spec_value_word(r, key, node, method_name, 3);

	if (i >= 0)
		draft->objective.method = (enum spec_method)i;
}

static void read_slice(
    struct spec_reader *r, const struct spec_key *key, const struct yaml_node *node, void *into)
{
	struct draft *draft = into;

	draft->slice = node;
	spec_value_minutes(r, key, node, &draft->objective.slice_s);
}

static void read_slice_target(
    struct spec_reader *r, const struct spec_key *key, const struct yaml_node *node, void *into)
{
	struct draft *draft = into;

	draft->slice_target = node;
	spec_value_share(r, key, node, &draft->objective.slice_target_ppb);
}

static void read_on_empty(
    struct spec_reader *r, const struct spec_key *key, const struct yaml_node *node, void *into)
{
	struct draft *draft = into;
	int i = spec_value_word(r, key, node, on_empty_name, 3);

	draft->on_empty = node;
	if (i >= 0)
		draft->objective.on_empty = (enum spec_on_empty)i;
}

/* clang-format off */
static const struct spec_key key_row[] = {
	{ "target", SPEC_REQUIRED, read_target, 0, "target: 99.9%" },
	{ "aspire", SPEC_OPTIONAL, read_aspire, 0, "aspire: 99.95%" },
	{ "window", SPEC_OPTIONAL, spec_objective_window, offsetof(struct draft, objective.window),
	  "window: 28d" },
	{ "method", SPEC_OPTIONAL, read_method, 0, "method: timeslices" },
	{ "slice", SPEC_OPTIONAL, read_slice, 0, "slice: 5m" },
	{ "slice_target", SPEC_OPTIONAL, read_slice_target, 0, "slice_target: 99%" },
	{ "on_empty", SPEC_OPTIONAL, read_on_empty, 0, "on_empty: ignore" },
	{ "warn", SPEC_OPTIONAL, spec_value_percent, offsetof(struct draft, objective.warn_ppb),
	  "warn: 25%" },
};
/* clang-format on */
static const struct spec_map map = SPEC_MAP("an objective", key_row);

static void refuse(
    struct spec_reader *r, const struct yaml_node *node, const char *text, const char *hint)
{
	if (node)
		diag_add(&r->spec->diag, NINES_ERROR, node->place, hint, "%s", text);
}

/* Slices are cut in UTC from the start of the era: no window cuts a slice that divides it. */
static void check_slice(struct spec_reader *r, const struct draft *draft)
{
	const struct spec_objective *o = &draft->objective;
	int64_t length = o->window.kind == SPEC_ROLLING ? o->window.length_s : DAY_S;

	if (o->window.kind == SPEC_ALL_TIME || !draft->slice || o->slice_s < 60 ||
	    length % o->slice_s == 0)
		return;
	if (o->window.kind == SPEC_ROLLING)
		refuse(r, draft->slice, "the slice does not divide the window",
		    "the window must be a whole number of slices");
	else
		refuse(r, draft->slice, "the slice does not divide a day",
		    "calendar windows begin at midnight: write for example 1m, 5m or 1h");
}

static void check(struct spec_reader *r, const struct draft *draft)
{
	const struct spec_objective *o = &draft->objective;
	const char *hint = "add `method: timeslices` or remove it";

	if (draft->aspire && o->aspire_ppb && o->target_ppb && o->aspire_ppb <= o->target_ppb)
		refuse(r, draft->aspire, "\"aspire\" must be more than \"target\"",
		    "it is the better target to grow into");
	if (o->method == SPEC_OCCURRENCES) {
		refuse(r, draft->slice, "\"slice\" has no meaning for occurrences", hint);
		refuse(r, draft->on_empty, "\"on_empty\" has no meaning for occurrences", hint);
	} else {
		check_slice(r, draft);
	}
	if (o->method == SPEC_OCCURRENCES)
		refuse(r, draft->slice_target, "\"slice_target\" has no meaning for occurrences",
		    hint);
	if (o->method == SPEC_RATIO_TIMESLICES)
		refuse(r, draft->slice_target,
		    "\"slice_target\" has no meaning for ratio-timeslices",
		    "there a slice counts by its ratio: remove it");
}

static void read_objective(
    struct spec_reader *r, const struct spec_key *key, const struct yaml_node *node, void *into)
{
	struct spec_objective *objective = into;
	struct draft draft = { .objective = { .mark = spec_value_mark(node),
		                   .warn_ppb = NINES_PPB / 4,
		                   .window = r->window,
		                   .slice_s = 60 } };

	if (node->kind == YAML_SCALAR)
		read_target(r, key, node, &draft);
	else if (node->kind == YAML_LIST)
		diag_add(&r->spec->diag, NINES_ERROR, node->place,
		    "for example `objective: [99.9%, 99.5%]`",
		    "a list of objectives cannot hold a list");
	else if (spec_map_read(r, &map, node, &draft))
		check(r, &draft);
	*objective = draft.objective;
	if (objective->method == SPEC_TIMESLICES && !objective->slice_target_ppb)
		objective->slice_target_ppb = objective->target_ppb;
}

void spec_objective_list(
    struct spec_reader *r, const struct spec_key *key, const struct yaml_node *node, void *into)
{
	struct spec_sli *sli = into;

	if (node->kind == YAML_LIST && !node->items)
		refuse(r, node, "an empty list of objectives",
		    "remove the key to measure without judging, or write for example 99.9%");
	if (node->kind == YAML_LIST) {
		sli->objective =
		    spec_map_each(r, key, node, sizeof *sli->objective, read_objective);
		sli->objectives = sli->objective ? node->items : 0;
		return;
	}
	sli->objective = spec_value_new(r, 1, sizeof *sli->objective);
	if (!sli->objective)
		return;
	sli->objectives = 1;
	read_objective(r, key, node, sli->objective);
}
