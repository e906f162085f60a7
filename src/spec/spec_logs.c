#include "pattern.h"
#include "spec_impl.h"

/* The logs map while it is read: its keys together make the format. */
struct draft {
	const struct yaml_node *format; /* as given; NULL: absent */
	const struct yaml_node *time;
	struct zone *zone;
};

void spec_logs_zone(
    struct spec_reader *r, const struct spec_key *key, const struct yaml_node *node, void *into)
{
	struct zone **zone = into;
	struct nines_error problem = { 0 };

	if (!spec_map_expect(r, key, node, YAML_SCALAR))
		return;
	if (zone_load(zone, node->value, r->io, &problem) == NINES_OK)
		return;
	*zone = NULL;
	if (problem.code == NINES_E_NOMEM)
		r->nomem = 1;
	else if (problem.code == NINES_E_IO)
		r->refused = problem;
	else
		diag_add(&r->spec->diag, NINES_ERROR, node->place, NULL, "%s", problem.text);
}

static void read_file(
    struct spec_reader *r, const struct spec_key *key, const struct yaml_node *node, void *into)
{
	spec_value_text(r, key, node, into);
	if (node->kind == YAML_SCALAR && !node->value.n)
		diag_add(&r->spec->diag, NINES_ERROR, node->place, "name a file or a glob",
		    "an empty file name");
}

static void read_files(
    struct spec_reader *r, const struct spec_key *key, const struct yaml_node *node, void *into)
{
	struct spec *spec = r->spec;
	const char **file;

	(void)into;
	if (node->kind == YAML_LIST) {
		spec->file = spec_map_each(r, key, node, sizeof *spec->file, read_file);
		spec->files = spec->file ? node->items : 0;
		if (!node->items)
			diag_add(&spec->diag, NINES_ERROR, node->place,
			    "name a file or a glob, or remove the key and name logs on the command "
			    "line",
			    "an empty list of files");
		return;
	}
	file = spec_value_new(r, 1, sizeof *file);
	if (!file)
		return;
	read_file(r, key, node, file);
	spec->file = file;
	spec->files = 1;
}

static void read_node(
    struct spec_reader *r, const struct spec_key *key, const struct yaml_node *node, void *into)
{
	const struct yaml_node **kept = into;

	(void)r;
	(void)key;
	*kept = node;
}

static void read_max_unparsed(
    struct spec_reader *r, const struct spec_key *key, const struct yaml_node *node, void *into)
{
	(void)into;
	spec_value_percent(r, key, node, &r->spec->max_unparsed_ppb);
}

static void read_max_gap(
    struct spec_reader *r, const struct spec_key *key, const struct yaml_node *node, void *into)
{
	(void)into;
	spec_value_minutes(r, key, node, &r->spec->max_gap_s);
}

/* clang-format off */
static const struct spec_key key_row[] = {
	{ "files", SPEC_OPTIONAL, read_files, 0, "files: [/var/log/nginx/access.log*]" },
	{ "format", SPEC_OPTIONAL, read_node, offsetof(struct draft, format), "format: combined" },
	{ "time", SPEC_OPTIONAL, read_node, offsetof(struct draft, time),
	  "time: '\\[(?<time>[^]]+)\\]'" },
	{ "timezone", SPEC_OPTIONAL, spec_logs_zone, offsetof(struct draft, zone),
	  "timezone: UTC" },
	{ "max_unparsed", SPEC_OPTIONAL, read_max_unparsed, 0, "max_unparsed: 1%" },
	{ "max_gap", SPEC_OPTIONAL, read_max_gap, 0, "max_gap: 1h" },
};
/* clang-format on */
static const struct spec_map map = SPEC_MAP("logs", key_row);

/* ---- the format ---- */

static void read_pattern(
    struct spec_reader *r, const struct spec_key *key, const struct yaml_node *node, void *into)
{
	(void)into;
	if (!spec_map_expect(r, key, node, YAML_SCALAR)) {
		r->no_format = 1;
		return;
	}
	r->source.kind = FORMAT_PATTERN;
	r->source.text = node->value;
	spec_rule_warn(r, node);
}

static void read_json(
    struct spec_reader *r, const struct spec_key *key, const struct yaml_node *node, void *into)
{
	struct format_key *field;

	(void)into;
	if (node->kind == YAML_MAP && !node->items)
		diag_add(&r->spec->diag, NINES_ERROR, node->place,
		    "write `format: json` for the well-known names", "an empty map of fields");
	r->no_format = !spec_map_expect(r, key, node, YAML_MAP) || !node->items;
	field = r->no_format ? NULL : spec_value_new(r, node->items, sizeof *field);
	if (!field)
		return;
	for (size_t i = 0; i < node->items; i++) {
		const struct yaml_item *item = &node->item[i];

		field[i] = (struct format_key){ item->key->value, item->value->value };
		if (item->value->kind == YAML_SCALAR && item->value->value.n)
			continue;
		r->no_format = 1;
		if (item->value->kind != YAML_REFUSED)
			diag_add(&r->spec->diag, NINES_ERROR, item->value->place,
			    "for example `status: response.status`",
			    "a field is found by its path in the line's object: names, joined by "
			    "dots");
	}
	r->source.kind = FORMAT_JSON;
	r->source.key = field;
	r->source.keys = node->items;
}

/* clang-format off */
static const struct spec_key format_key_row[] = {
	{ "pattern", SPEC_OPTIONAL, read_pattern, 0,
	  "pattern: '^(?<client>\\S+) \\[(?<time>[^]]+)\\]'" },
	{ "json", SPEC_OPTIONAL, read_json, 0, "json: { time: ts, status: response.status }" },
};
/* clang-format on */
static const struct spec_map format_map = SPEC_MAP("format", format_key_row);

/* What the format is made of, or no_format after a finding. */
static void read_source(struct spec_reader *r, const struct draft *draft)
{
	const struct yaml_node *format = draft->format, *time = draft->time;
	unsigned errors = r->spec->diag.errors;

	r->source = (struct format_source){
		.kind = FORMAT_TEXT, .text = STR("combined"), .zone = draft->zone
	};
	if (format && time)
		diag_add(&r->spec->diag, NINES_ERROR, time->place,
		    "it is for logs of which only the time is known: remove \"time\" or \"format\"",
		    "\"time\" cannot stand beside \"format\"");
	if (format && format->kind == YAML_SCALAR) {
		r->source.text = format->value;
	} else if (format && format->kind == YAML_MAP) {
		(void)spec_map_read(r, &format_map, format, r);
		if (format->items != 1 && r->spec->diag.errors == errors)
			diag_add(&r->spec->diag, NINES_ERROR, format->place,
			    "for example `format: combined`, or `format: { pattern: '...' }`",
			    "a format is either \"pattern\" or \"json\"");
	} else if (format) {
		(void)spec_map_expect(r, &key_row[1], format, YAML_SCALAR);
	} else if (time && spec_map_expect(r, &key_row[2], time, YAML_SCALAR)) {
		r->source.kind = FORMAT_TIME;
		r->source.text = time->value;
	}
	r->no_format |= r->spec->diag.errors != errors;
}

static void refuse_format(
    struct spec_reader *r, const struct yaml_node *node, const struct nines_error *problem)
{
	struct str text = node->value;
	int is_name = r->source.kind == FORMAT_TEXT && str_find(text, 0, '$') == text.n &&
	    str_find(text, 0, '%') == text.n;

	if (problem->code == NINES_E_NOMEM || !is_name)
		spec_rule_complain(r, node, problem);
	else
		diag_add(&r->spec->diag, NINES_ERROR, node->place,
		    "`nines formats` lists the formats", "%s", problem->text);
}

static void advise(struct spec_reader *r, const struct yaml_node *node)
{
	size_t column = 0;
	const char *text;

	for (size_t i = 0; node && (text = format_advice(r->spec->format, &column, i)); i++)
		diag_add(&r->spec->diag, NINES_ADVICE,
		    yaml_place_in(node, r->spec->text, column ? column - 1 : 0), NULL, "%s", text);
}

/* The node that holds source.text; NULL when it is the default. */
static const struct yaml_node *source_node(const struct draft *draft)
{
	const struct yaml_node *pattern = yaml_get(draft->format, "pattern");

	if (pattern)
		return pattern;
	return draft->format ? draft->format : draft->time;
}

static void make_format(struct spec_reader *r, const struct draft *draft)
{
	const struct yaml_node *node = source_node(draft);
	struct nines_error problem = { 0 };

	if (r->no_format)
		return;
	if (format_new(&r->spec->format, &r->source, &problem) == NINES_OK) {
		advise(r, node);
		return;
	}
	r->spec->format = NULL;
	r->no_format = 1;
	if (node)
		refuse_format(r, node, &problem);
	else if (problem.code == NINES_E_NOMEM)
		r->nomem = 1;
	else
		diag_add(&r->spec->diag, NINES_ERROR, (struct diag_place){ 0, 0, 0 }, NULL, "%s",
		    problem.text);
}

void spec_logs_read(
    struct spec_reader *r, const struct spec_key *key, const struct yaml_node *node, void *into)
{
	struct spec *spec = into;
	struct draft draft = { 0 };
	struct nines_error problem = { 0 };

	(void)key;
	r->no_format = node && !spec_map_read(r, &map, node, &draft);
	if (!draft.zone && zone_load(&draft.zone, STR("UTC"), r->io, &problem) != NINES_OK) {
		draft.zone = NULL;
		r->nomem = 1;
	}
	spec->log_zone = draft.zone;
	read_source(r, &draft);
	make_format(r, &draft);
}
