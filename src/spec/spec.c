#include "spec.h"
#include "err.h"
#include "lint.h"
#include "spec_impl.h"
#include <stdio.h>

static void read_version(
    struct spec_reader *r, const struct spec_key *key, const struct yaml_node *node, void *into)
{
	struct str shown = spec_value_clip(node->value);

	(void)into;
	if (spec_map_expect(r, key, node, YAML_SCALAR) && !str_is(node->value, "1"))
		diag_add(&r->spec->diag, NINES_ERROR, node->place, "write `version: 1`",
		    "version \"%.*s\" is not known", STR_ARG(shown));
}

static void read_window(
    struct spec_reader *r, const struct spec_key *key, const struct yaml_node *node, void *into)
{
	(void)into;
	spec_objective_window(r, key, node, &r->window);
}

static void read_state(
    struct spec_reader *r, const struct spec_key *key, const struct yaml_node *node, void *into)
{
	spec_value_text(r, key, node, into);
	if (node->kind == YAML_SCALAR && !node->value.n)
		diag_add(&r->spec->diag, NINES_ERROR, node->place,
		    "for example `state: /var/lib/nines/nines.db`", "an empty file name");
}

/* Minutes are folded a whole day at a time. */
static void read_retain(
    struct spec_reader *r, const struct spec_key *key, const struct yaml_node *node, void *into)
{
	struct str shown = spec_value_clip(node->value);
	int64_t ns, *seconds = into;

	if (!spec_map_expect(r, key, node, YAML_SCALAR) || !spec_value_span(r, node, "400d", &ns))
		return;
	*seconds = ns / INT64_C(1000000000);
	if (*seconds < 86400)
		diag_add(&r->spec->diag, NINES_ERROR, node->place,
		    "minutes are kept for at least a day: write for example 400d",
		    "\"%.*s\" is less than a day", STR_ARG(shown));
}

/* clang-format off */
static const struct spec_key key_row[] = {
	{ "version", SPEC_REQUIRED, read_version, 0, "version: 1" },
	{ "service", SPEC_OPTIONAL, spec_value_text, offsetof(struct spec, service),
	  "service: web-shop" },
	{ "timezone", SPEC_OPTIONAL, spec_logs_zone, offsetof(struct spec, zone),
	  "timezone: Europe/Berlin" },
	{ "logs", SPEC_EVEN_ABSENT, spec_logs_read, 0, "logs: { format: combined }" },
	{ "window", SPEC_OPTIONAL, read_window, 0, "window: 28d" },
	{ "min_events", SPEC_OPTIONAL, spec_value_count, offsetof(struct spec, min_events),
	  "min_events: 100" },
	{ "ignore", SPEC_OPTIONAL, spec_rule_read, offsetof(struct spec, ignore),
	  "ignore: { path: '^/healthz$' }" },
	{ "journeys", SPEC_REQUIRED, spec_journey_list, 0,
	  "journeys: [{ name: checkout, slis: [...] }]" },
	{ "exclude", SPEC_OPTIONAL, spec_period_exclusions, 0,
	  "exclude: [{ from: 2025-01-20T01:00Z, to: 2025-01-20T02:00Z, reason: maintenance }]" },
	{ "annotations", SPEC_OPTIONAL, spec_period_annotations, 0,
	  "annotations: [{ from: 2025-01-20T01:00Z, to: 2025-01-20T02:00Z, label: 'INC-42' }]" },
	{ "alerts", SPEC_EVEN_ABSENT, spec_alert_list, 0, "alerts: default" },
	{ "state", SPEC_OPTIONAL, read_state, offsetof(struct spec, state),
	  "state: /var/lib/nines/nines.db" },
	{ "retain", SPEC_OPTIONAL, read_retain, offsetof(struct spec, retain_s), "retain: 400d" },
	{ "tests", SPEC_OPTIONAL, spec_test_list, 0,
	  "tests: [{ line: '...', expect: { checkout/availability: good } }]" },
};
/* clang-format on */
static const struct spec_map map = SPEC_MAP("the config", key_row);

static uint64_t sli_digest(const struct spec *spec, uint64_t basis,
    const struct spec_journey *journey, const struct spec_sli *sli)
{
	uint64_t digest = spec_digest_mix(basis, spec_digest_rule(spec, journey->valid));

	digest = spec_digest_mix(digest, spec_digest_rule(spec, sli->valid));
	digest = spec_digest_mix(digest, spec_digest_rule(spec, sli->good));
	digest = spec_digest_mix(digest, (uint64_t)sli->good_is_bad);
	return spec_digest_mix(digest, (uint64_t)sli->missing_excludes);
}

/* What only a config without mistakes gets. */
static void finish(struct spec_reader *r, const struct yaml_node *root)
{
	struct spec *spec = r->spec;
	struct nines_error problem = { 0 };
	uint64_t basis =
	    spec_digest_mix(spec_digest_source(&r->source), spec_digest_rule(spec, spec->ignore));

	spec->digest = spec_digest_node(root);
	spec->traffic_digest = basis;
	for (size_t j = 0; j < spec->journeys; j++)
		for (size_t i = 0; i < spec->journey[j].slis; i++)
			spec->journey[j].sli[i].digest =
			    sli_digest(spec, basis, &spec->journey[j], &spec->journey[j].sli[i]);
	if (!spec->zone && zone_load(&spec->zone, STR("UTC"), r->io, &problem) != NINES_OK) {
		spec->zone = NULL;
		r->nomem = 1;
		return;
	}
	if (format_ready(spec->format, &problem) == NINES_OK)
		return;
	if (problem.code == NINES_E_NOMEM)
		r->nomem = 1;
	else
		diag_add(&spec->diag, NINES_ERROR, (struct diag_place){ 0, 0, 0 }, NULL, "%s",
		    problem.text);
}

static void read_config(struct spec_reader *r)
{
	struct spec *spec = r->spec;
	const struct yaml_node *root = yaml_parse(&spec->arena, &spec->diag, spec->text);

	if (!root)
		return;
	if (yaml_absent(root)) {
		diag_add(&spec->diag, NINES_ERROR, (struct diag_place){ 0, 0, 0 },
		    "nines.yaml(5) shows one to begin with", "the config is empty");
		return;
	}
	if (spec_map_read(r, &map, root, spec) && !r->nomem && !spec->diag.failed &&
	    !spec->diag.errors)
		finish(r, root);
}

static enum nines_status first_error(const struct spec *spec, struct nines_error *err)
{
	const struct nines_finding *finding = spec->diag.finding;
	size_t i = 0;
	int first = err && err->code == NINES_OK;

	while (i < spec->diag.used && finding[i].severity != NINES_ERROR)
		i++;
	if (i == spec->diag.used)
		return err_set(err, NINES_E_SYNTAX, "the config has mistakes");
	(void)err_set(err, NINES_E_SYNTAX, "%s", finding[i].text);
	if (!first)
		return NINES_E_SYNTAX;
	err->line = finding[i].line;
	err->column = finding[i].column;
	(void)snprintf(err->source, sizeof err->source, "%s", finding[i].source);
	return NINES_E_SYNTAX;
}

/* The spec with its copy of the text; NULL when memory ran out. */
static struct spec *new_spec(const char *source, struct str text)
{
	struct spec *spec = mem_new(1, sizeof *spec);
	struct str name, copy;

	if (!spec)
		return NULL;
	copy = mem_arena_str(&spec->arena, text.n > SPEC_BYTES_MAX || !text.p ? STR("") : text);
	name = mem_arena_str(&spec->arena, str_of(source));
	if (!copy.p || !name.p) {
		mem_arena_fini(&spec->arena);
		mem_free(spec);
		return NULL;
	}
	spec->text = copy;
	spec->source = name.p;
	spec->service = "";
	spec->max_unparsed_ppb = NINES_PPB / 100;
	spec->max_gap_s = 3600;
	spec->retain_s = INT64_C(400) * 86400;
	diag_init(&spec->diag, name, copy);
	return spec;
}

enum nines_status spec_build(struct spec **spec, const struct nines_io *io, const char *source,
    struct str text, struct nines_error *err)
{
	struct spec_reader r = { .spec = new_spec(source, text),
		.io = io,
		.window = { SPEC_ROLLING, INT64_C(28) * 86400, "28d" } };

	if (!r.spec)
		return err_nomem(err);
	if (text.n > SPEC_BYTES_MAX)
		diag_add(&r.spec->diag, NINES_ERROR, (struct diag_place){ 0, 0, 0 }, NULL,
		    "the config is larger than %u MiB", SPEC_BYTES_MAX >> 20);
	else
		read_config(&r);
	if (!r.nomem && !r.spec->diag.failed && !r.spec->diag.errors)
		lint_spec(r.spec);
	diag_sort(&r.spec->diag);
	if (r.nomem || r.spec->diag.failed || r.refused.code != NINES_OK) {
		spec_free(r.spec);
		return r.refused.code == NINES_OK
		    ? err_nomem(err)
		    : err_about(err, r.refused.code, r.refused.source, "%s", r.refused.text);
	}
	*spec = r.spec;
	return r.spec->diag.errors ? first_error(r.spec, err) : NINES_OK;
}

void spec_free(struct spec *spec)
{
	if (!spec)
		return;
	format_free(spec->format);
	for (size_t i = 0; i < spec->patterns; i++)
		pattern_free(spec->pattern[i]);
	mem_free(spec->pattern);
	zone_free(spec->zone);
	zone_free(spec->log_zone);
	diag_fini(&spec->diag);
	mem_arena_fini(&spec->arena);
	mem_free(spec);
}

static const struct spec_sli *find_in(const struct spec_journey *journey, struct str name)
{
	for (size_t i = 0; i < journey->slis; i++)
		if (journey->sli[i].name && str_is(name, journey->sli[i].name))
			return &journey->sli[i];
	return NULL;
}

const struct spec_sli *spec_find_sli(const struct spec *spec, struct str journey_slash_sli)
{
	size_t slash = str_find(journey_slash_sli, 0, '/');
	struct str journey = { journey_slash_sli.p, slash };
	struct str sli = { journey_slash_sli.p + slash + 1, journey_slash_sli.n - slash - 1 };

	if (slash == journey_slash_sli.n)
		return NULL;
	for (size_t j = 0; j < spec->journeys; j++)
		if (spec->journey[j].name && str_is(journey, spec->journey[j].name))
			return find_in(&spec->journey[j], sli);
	return NULL;
}
