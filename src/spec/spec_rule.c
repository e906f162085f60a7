#include "pattern.h"
#include "spec_impl.h"

#define SECOND_NS    INT64_C(1000000000)
#define FIELDS_SHOWN 64

static const struct spec_rule *read_rule(struct spec_reader *r, const struct yaml_node *node);

static struct spec_rule *new_rule(
    struct spec_reader *r, enum spec_rule_kind kind, const struct yaml_node *at)
{
	struct spec_rule *rule = spec_value_new(r, 1, sizeof *rule);

	if (!rule)
		return NULL;
	rule->kind = kind;
	rule->mark = spec_value_mark(at);
	return rule;
}

/* Several rules as one: a single one stands for itself, none is NULL. */
static const struct spec_rule *combine(struct spec_reader *r, enum spec_rule_kind kind,
    const struct yaml_node *at, const struct spec_rule **child, size_t n)
{
	struct spec_rule *rule;

	if (n < 2)
		return n ? child[0] : NULL;
	rule = new_rule(r, kind, at);
	if (!rule)
		return NULL;
	rule->child = child;
	rule->children = n;
	return rule;
}

/* ---- regexes ---- */

void spec_rule_complain(
    struct spec_reader *r, const struct yaml_node *node, const struct nines_error *problem)
{
	struct diag_place place = node->place;

	if (problem->code == NINES_E_NOMEM) {
		r->nomem = 1;
		return;
	}
	if (problem->column)
		place = yaml_place_in(node, r->spec->text, problem->column - 1);
	diag_add(&r->spec->diag, NINES_ERROR, place, NULL, "%s", problem->text);
}

void spec_rule_warn(struct spec_reader *r, const struct yaml_node *node)
{
	size_t offset = 0;
	const char *risk = pattern_risk(node->value, &offset);
	const size_t backspace = str_find(node->value, 0, '\b');

	if (node->style == YAML_DOUBLE && backspace < node->value.n)
		diag_add(&r->spec->diag, NINES_WARNING,
		    yaml_place_in(node, r->spec->text, backspace),
		    "write the regex in single quotes, which leave \\b as it is",
		    "in double quotes \\b is a backspace, not the end of a word");
	if (risk)
		diag_add(&r->spec->diag, NINES_WARNING, yaml_place_in(node, r->spec->text, offset),
		    NULL, "%s", risk);
}

static const struct pattern *compile(struct spec_reader *r, const struct yaml_node *node)
{
	struct spec *spec = r->spec;
	struct nines_error problem = { 0 };
	struct pattern **grown =
	    mem_grow(spec->pattern, &spec->pattern_room, spec->patterns + 1, sizeof(*grown));

	if (!grown) {
		r->nomem = 1;
		return NULL;
	}
	spec->pattern = grown;
	spec_rule_warn(r, node);
	if (pattern_new(&grown[spec->patterns], node->value, &problem) != NINES_OK) {
		grown[spec->patterns] = NULL;
		spec_rule_complain(r, node, &problem);
		return NULL;
	}
	return grown[spec->patterns++];
}

/* What a map's key asks for: a regex on the line, or on the field in a slot. */
struct subject {
	enum spec_rule_kind kind;
	const struct yaml_node *key;
	const char *name;
	int slot;
};

/* Nothing was written, or YAML's word for nothing. */
static int no_regex(const struct yaml_node *node)
{
	static const char *const word[] = { "~", "null", "Null", "NULL" };

	for (size_t i = 0; node->style == YAML_PLAIN && i < sizeof word / sizeof *word; i++)
		if (str_is(node->value, word[i]))
			return 1;
	return yaml_absent(node);
}

static const struct spec_rule *read_regex(struct spec_reader *r, const struct subject *subject,
    const struct yaml_node *node, const struct yaml_node *at)
{
	struct spec_rule *rule;
	const struct pattern *pattern;
	struct str shown = spec_value_clip(subject->key->value);

	if (node->kind != YAML_SCALAR) {
		if (node->kind != YAML_REFUSED)
			diag_add(&r->spec->diag, NINES_ERROR, node->place,
			    "for example `status: '^[23]'`; to negate, write "
			    "`not: { status: '^5' }`",
			    "\"%.*s\" must be a regex or a list of regexes, not %s", STR_ARG(shown),
			    yaml_kind_name(node->kind));
		return NULL;
	}
	if (no_regex(node)) {
		diag_add(&r->spec->diag, NINES_ERROR, node->place,
		    "write '' to match whatever is there", "\"%.*s\" has no regex", STR_ARG(shown));
		return NULL;
	}
	pattern = compile(r, node);
	rule = pattern ? new_rule(r, subject->kind, at) : NULL;
	if (!rule)
		return NULL;
	rule->key = subject->name;
	rule->slot = subject->slot > 0 ? (unsigned)subject->slot : 0;
	rule->pattern = pattern;
	return rule;
}

static const struct spec_rule *read_regexes(
    struct spec_reader *r, const struct subject *subject, const struct yaml_node *node)
{
	const struct spec_rule **child;
	size_t n = 0;

	if (node->kind != YAML_LIST)
		return read_regex(r, subject, node, subject->key);
	if (!node->items) {
		diag_add(&r->spec->diag, NINES_ERROR, node->place,
		    "name at least one regex, or remove the key", "an empty list matches nothing");
		return NULL;
	}
	child = spec_value_new(r, node->items, sizeof *child);
	for (size_t i = 0; child && i < node->items; i++) {
		const struct yaml_node *item = node->item[i].value;
		const struct spec_rule *rule = read_regex(r, subject, item, item);

		if (rule)
			child[n++] = rule;
	}
	return child ? combine(r, SPEC_ANY, subject->key, child, n) : NULL;
}

/* ---- fields ---- */

static const char *field_hint(struct spec_reader *r, struct str name)
{
	const char *field[FIELDS_SHOWN], *list = "fields:";
	size_t n = 0;

	if (r->source.kind == FORMAT_TIME)
		return "with `logs.time` alone there are only `line:` rules; "
		       "for fields, give `logs.format`";
	if (str_is(name, "duration"))
		return "log it ($request_time in nginx, %D in Apache) and name that format, "
		       "as `format: combined+time`";
	while (n < FIELDS_SHOWN && format_field(r->spec->format, n)) {
		field[n] = format_field(r->spec->format, n);
		n++;
	}
	for (size_t i = 0; i < n && list; i++)
		list = spec_value_fmt(r, "%s%s %s", list, i ? "," : "", field[i]);
	return spec_value_suggest(r, name, field, n, list);
}

/* The slot of a field, or -1 after a finding, or without one when the format itself is wrong. */
static int want_field(struct spec_reader *r, struct str name, struct diag_place place)
{
	struct str shown = spec_value_clip(name);
	int slot;

	if (r->no_format)
		return -1;
	slot = format_want(r->spec->format, name);
	if (slot >= 0)
		return slot;
	if (slot == -2)
		diag_add(&r->spec->diag, NINES_ERROR, place, NULL,
		    "rules use more than %d different fields", RECORD_SLOTS);
	else if (r->spec->diag.used <= DIAG_MAX)
		diag_add(&r->spec->diag, NINES_ERROR, place, field_hint(r, name),
		    "the log format has no field \"%.*s\"", STR_ARG(shown));
	return -1;
}

/* ---- within ---- */

/* Apache's %T counts whole seconds. */
static int ticks_seconds(const struct format_source *source)
{
	static const char *const finer[] = { "%D", "%{ms}T", "%{us}T" };
	int ticks = 0;

	if (source->kind != FORMAT_TEXT)
		return 0;
	for (size_t i = 0; i + 1 < source->text.n; i++) {
		struct str rest = { source->text.p + i, source->text.n - i };

		ticks |= str_starts(rest, "%T") || str_starts(rest, "%{s}T");
		for (size_t k = 0; k < sizeof finer / sizeof *finer; k++)
			if (str_starts(rest, finer[k]))
				return 0;
	}
	return ticks;
}

static void check_unit(
    struct spec_reader *r, int slot, struct str name, const struct yaml_node *at, int64_t within_ns)
{
	struct str shown = spec_value_clip(name);

	if (slot < 0)
		return;
	if (format_unit(r->spec->format, slot) == RECORD_UNIT_NONE)
		diag_add(&r->spec->diag, NINES_ERROR, at->place,
		    "durations are duration, upstream_duration and names that end in _s, _ms, _us "
		    "or _ns",
		    "field \"%.*s\" is not a duration", STR_ARG(shown));
	else if (within_ns % SECOND_NS && str_is(name, "duration") && ticks_seconds(&r->source))
		diag_add(&r->spec->diag, NINES_WARNING, at->place,
		    "log %D (microseconds) or %{ms}T instead",
		    "the format's %%T is in whole seconds: too coarse for this limit");
}

static const struct spec_rule *read_limit(struct spec_reader *r, struct str field,
    const struct yaml_node *at, const struct yaml_node *node)
{
	struct spec_rule *rule;
	struct str shown = spec_value_clip(field);
	int slot = want_field(r, field, at->place);
	int64_t ns = 0;

	if (node->kind != YAML_SCALAR) {
		if (node->kind != YAML_REFUSED)
			diag_add(&r->spec->diag, NINES_ERROR, node->place,
			    "for example `within: 300ms`",
			    "the limit of \"%.*s\" must be a duration, not %s", STR_ARG(shown),
			    yaml_kind_name(node->kind));
		return NULL;
	}
	if (!spec_value_span(r, node, "300ms", &ns))
		return NULL;
	if (!ns)
		diag_add(&r->spec->diag, NINES_ERROR, node->place, "for example `within: 300ms`",
		    "a limit must be more than 0");
	check_unit(r, slot, field, at, ns);
	rule = new_rule(r, SPEC_WITHIN, at);
	if (!rule)
		return NULL;
	rule->key = "within";
	rule->slot = slot > 0 ? (unsigned)slot : 0;
	rule->within_ns = ns;
	return rule;
}

static const struct spec_rule *read_within(
    struct spec_reader *r, const struct yaml_node *key, const struct yaml_node *node)
{
	const struct spec_rule **child;
	size_t n = 0;

	if (node->kind != YAML_MAP)
		return read_limit(r, STR("duration"), key, node);
	if (!node->items) {
		diag_add(&r->spec->diag, NINES_ERROR, node->place,
		    "for example `within: { upstream_duration: 300ms }`",
		    "an empty map limits nothing");
		return NULL;
	}
	child = spec_value_new(r, node->items, sizeof *child);
	for (size_t i = 0; child && i < node->items; i++) {
		const struct yaml_item *item = &node->item[i];
		const struct spec_rule *rule =
		    read_limit(r, item->key->value, item->key, item->value);

		if (rule)
			child[n++] = rule;
	}
	return child ? combine(r, SPEC_ALL, key, child, n) : NULL;
}

/* ---- maps and lists of rules ---- */

static const struct spec_rule *read_not(
    struct spec_reader *r, const struct yaml_node *key, const struct yaml_node *node)
{
	const struct spec_rule *inner = read_rule(r, node), **child;
	struct spec_rule *rule = inner ? new_rule(r, SPEC_NOT, key) : NULL;

	child = rule ? spec_value_new(r, 1, sizeof *child) : NULL;
	if (!child)
		return NULL;
	child[0] = inner;
	rule->child = child;
	rule->children = 1;
	return rule;
}

static const struct spec_rule *read_pair(struct spec_reader *r, const struct yaml_item *item)
{
	const struct yaml_node *key = item->key;
	struct subject subject = { SPEC_LINE, key, "line", 0 };

	if (key->kind != YAML_SCALAR)
		return NULL;
	if (str_is(key->value, "within"))
		return read_within(r, key, item->value);
	if (str_is(key->value, "not"))
		return read_not(r, key, item->value);
	if (!str_is(key->value, "line")) {
		subject.kind = SPEC_MATCH;
		subject.slot = want_field(r, key->value, key->place);
		subject.name = spec_value_copy(r, key->value);
	}
	return read_regexes(r, &subject, item->value);
}

static const struct spec_rule *read_map(struct spec_reader *r, const struct yaml_node *node)
{
	const struct spec_rule **child = spec_value_new(r, node->items, sizeof *child);
	size_t n = 0;

	for (size_t i = 0; child && i < node->items && !r->nomem; i++) {
		const struct spec_rule *rule = read_pair(r, &node->item[i]);

		if (rule)
			child[n++] = rule;
	}
	return child ? combine(r, SPEC_ALL, node, child, n) : NULL;
}

static const struct spec_rule *read_list(struct spec_reader *r, const struct yaml_node *node)
{
	const struct spec_rule **child = spec_value_new(r, node->items, sizeof *child);
	size_t n = 0;

	for (size_t i = 0; child && i < node->items && !r->nomem; i++) {
		const struct spec_rule *rule = read_rule(r, node->item[i].value);

		if (rule)
			child[n++] = rule;
	}
	return child ? combine(r, SPEC_ANY, node, child, n) : NULL;
}

static const struct spec_rule *read_rule(struct spec_reader *r, const struct yaml_node *node)
{
	if (node->kind == YAML_REFUSED)
		return NULL;
	if (node->kind == YAML_SCALAR) {
		diag_add(&r->spec->diag, NINES_ERROR, node->place,
		    "for example `{ path: '^/api/' }`; to search the whole line, `{ line: '...' }`",
		    "a rule must be a map from field to regex, or a list of such maps, "
		    "not a single value");
		return NULL;
	}
	if (!node->items) {
		diag_add(&r->spec->diag, NINES_ERROR, node->place,
		    "remove the key if every event is meant, or name a field, "
		    "for example `path: '^/api/'`",
		    "this rule is empty");
		return NULL;
	}
	return node->kind == YAML_MAP ? read_map(r, node) : read_list(r, node);
}

void spec_rule_read(
    struct spec_reader *r, const struct spec_key *key, const struct yaml_node *node, void *into)
{
	const struct spec_rule **rule = into;

	(void)key;
	*rule = read_rule(r, node);
}
