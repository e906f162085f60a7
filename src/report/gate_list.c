#include "gate_list.h"

#include <string.h>

#include "err.h"
#include "mem.h"
#include "num.h"
#include "report_frame.h"

static int parse_nothing(struct gate_condition *c, struct str rest)
{
	(void)c;
	return rest.n == 0;
}

static int parse_share(struct gate_condition *c, struct str rest)
{
	return num_percent(rest, &c->amount_ppb) == NUM_OK;
}

static int parse_burn(struct gate_condition *c, struct str rest)
{
	size_t slash = str_find(rest, 0, '/');
	struct str factor = { rest.p, slash }, window = { rest.p + slash, rest.n - slash };

	if (window.n == 0 || !num_scaled(factor, 9, &c->amount_ppb))
		return 0;
	window.p++;
	window.n--;
	for (size_t i = 0; i < REPORT_BURNS; i++)
		if (str_is(window, report_objective_lookback[i].name))
			c->length_s = report_objective_lookback[i].length_s;
	return c->length_s > 0;
}

static int parse_drop(struct gate_condition *c, struct str rest)
{
	size_t colon = str_find(rest, 0, ':');

	if (colon + 1 >= rest.n || !parse_share(c, (struct str){ rest.p, colon }))
		return 0;
	c->path = (struct str){ rest.p + colon + 1, rest.n - colon - 1 };
	return 1;
}

static const struct {
	enum gate_kind kind;
	const char *word, *shape;
	int (*parse)(struct gate_condition *c, struct str rest);
} words[] = {
	{ GATE_MISSED, "missed", "missed", parse_nothing },
	{ GATE_NO_DATA, "no-data", "no-data", parse_nothing },
	{ GATE_BUDGET, "budget<", "budget<25%", parse_share },
	{ GATE_BURN, "burn>", "burn>14.4/1h, over 5m, 30m, 1h, 2h, 6h, 1d or 3d", parse_burn },
	{ GATE_UNPARSED, "unparsed>", "unparsed>1%", parse_share },
	{ GATE_DROP, "drop>", "drop>0.5%:BASELINE.json", parse_drop },
};

static enum nines_status parse_item(
    struct gate_condition *c, struct str item, struct nines_error *err)
{
	c->text = item;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		size_t n = strlen(words[i].word);

		if (!str_starts(item, words[i].word))
			continue;
		c->kind = words[i].kind;
		if (words[i].parse(c, (struct str){ item.p + n, item.n - n }))
			return NINES_OK;
		return err_set(err, NINES_E_SYNTAX,
		    "fail-on: '%.*s' cannot be understood; write %s", STR_ARG(item),
		    words[i].shape);
	}
	return err_set(err, NINES_E_SYNTAX,
	    "fail-on: '%.*s' is no condition; there are missed,"
	    " budget<25%%, burn>14.4/1h, no-data, unparsed>1%% and drop>0.5%%:BASELINE.json",
	    STR_ARG(item));
}

static enum nines_status add_item(
    struct gate_list *list, struct str item, const struct nines_io *io, struct nines_error *err)
{
	void *grown =
	    mem_grow(list->condition, &list->room, list->conditions + 1, sizeof *list->condition);
	struct gate_condition *c;
	enum nines_status rc;

	if (grown == NULL)
		return err_nomem(err);
	list->condition = grown;
	c = &list->condition[list->conditions++];
	rc = parse_item(c, item, err);
	if (rc == NINES_OK && c->kind == GATE_DROP)
		rc = gate_baseline_load(&c->baseline, c->path, io, err);
	return rc;
}

enum nines_status gate_list_parse(
    struct gate_list *list, const char *text, const struct nines_io *io, struct nines_error *err)
{
	struct str all = str_of(text == NULL ? "missed" : text);
	enum nines_status rc = NINES_OK;

	for (size_t at = 0, end; at <= all.n && rc == NINES_OK; at = end + 1) {
		end = str_find(all, at, ',');
		rc = add_item(list, str_trim((struct str){ all.p + at, end - at }), io, err);
	}
	return rc;
}

void gate_list_fini(struct gate_list *list)
{
	for (size_t i = 0; i < list->conditions; i++)
		gate_baseline_free(list->condition[i].baseline);
	mem_free(list->condition);
	*list = (struct gate_list){ 0 };
}

int gate_list_has(const struct gate_list *list, enum gate_kind kind)
{
	for (size_t i = 0; i < list->conditions; i++)
		if (list->condition[i].kind == kind)
			return 1;
	return 0;
}
