#include "spec_impl.h"

/* SRE Workbook, chapter 5, with the day pair of its code listing. */
/* clang-format off */
static const struct spec_alert standard[] = {
	{ .budget_ppb = 20000000, .long_s = 3600, .short_s = 300, .severity = "page" },
	{ .budget_ppb = 50000000, .long_s = 21600, .short_s = 1800, .severity = "page" },
	{ .budget_ppb = 100000000, .long_s = 86400, .short_s = 7200, .severity = "ticket" },
	{ .budget_ppb = 100000000, .long_s = 259200, .short_s = 21600, .severity = "ticket" },
};
/* clang-format on */

static void read_severity(
    struct spec_reader *r, const struct spec_key *key, const struct yaml_node *node, void *into)
{
	struct spec_alert *alert = into;
	struct spec_mark mark;

	alert->severity = spec_value_name(r, key, node, &mark);
}

/* clang-format off */
static const struct spec_key key_row[] = {
	{ "budget", SPEC_REQUIRED, spec_value_share, offsetof(struct spec_alert, budget_ppb),
	  "budget: 2%" },
	{ "long", SPEC_REQUIRED, spec_value_minutes, offsetof(struct spec_alert, long_s),
	  "long: 1h" },
	{ "short", SPEC_REQUIRED, spec_value_minutes, offsetof(struct spec_alert, short_s),
	  "short: 5m" },
	{ "severity", SPEC_REQUIRED, read_severity, 0, "severity: page" },
};
/* clang-format on */
static const struct spec_map map = SPEC_MAP("an alert", key_row);

static void read_alert(
    struct spec_reader *r, const struct spec_key *key, const struct yaml_node *node, void *into)
{
	struct spec_alert *alert = into;

	(void)key;
	alert->mark = spec_value_mark(node);
	if (!spec_map_read(r, &map, node, alert) || !alert->long_s || !alert->short_s)
		return;
	if (alert->short_s >= alert->long_s)
		diag_add(&r->spec->diag, NINES_ERROR, yaml_get(node, "short")->place,
		    "a twelfth of it is usual: `long: 1h, short: 5m`",
		    "\"short\" must be shorter than \"long\"");
}

static void set_standard(struct spec_reader *r)
{
	struct spec_alert *alert =
	    spec_value_new(r, sizeof standard / sizeof *standard, sizeof *alert);

	if (!alert)
		return;
	memcpy(alert, standard, sizeof standard);
	r->spec->alert = alert;
	r->spec->alerts = sizeof standard / sizeof *standard;
}

void spec_alert_list(
    struct spec_reader *r, const struct spec_key *key, const struct yaml_node *node, void *into)
{
	struct spec *spec = into;
	const char *hint =
	    "write `default`, or a list of { budget: 2%, long: 1h, short: 5m, severity: page }";
	struct str shown;

	if (!node || (node->kind == YAML_SCALAR && str_is(node->value, "default"))) {
		set_standard(r);
		return;
	}
	if (node->kind == YAML_SCALAR) {
		shown = spec_value_clip(node->value);
		diag_add(&spec->diag, NINES_ERROR, node->place, hint,
		    "\"%.*s\" is no value of \"alerts\"", STR_ARG(shown));
		return;
	}
	if (!spec_map_expect(r, key, node, YAML_LIST))
		return;
	spec->alert = spec_map_each(r, key, node, sizeof *spec->alert, read_alert);
	spec->alerts = spec->alert ? node->items : 0;
}
