#include "gate_baseline.h"

#include <string.h>

#include "diag.h"
#include "err.h"
#include "io.h"
#include "mem.h"
#include "num.h"
#include "yaml.h"

struct gate_baseline {
	struct mem_arena arena; /* holds the tree */
	const struct yaml_node *root;
};

static int is(const struct yaml_node *node, const char *value)
{
	return node != NULL && node->kind == YAML_SCALAR && str_is(node->value, value);
}

static enum nines_status parse(
    struct gate_baseline *b, const char *path, struct str text, struct nines_error *err)
{
	enum nines_status rc = NINES_OK;
	struct diag_list diag;

	diag_init(&diag, str_of(path), text);
	b->root = yaml_parse(&b->arena, &diag, text);
	if (diag.failed)
		rc = err_nomem(err);
	else if (b->root == NULL || !is(yaml_get(b->root, "schema"), "nines-report/1"))
		rc = err_set(err, NINES_E_SYNTAX,
		    "fail-on: %s is no nines-report/1 file; nines report -f json writes one", path);
	diag_fini(&diag);
	return rc;
}

static enum nines_status read(
    struct gate_baseline *b, struct str path, const struct nines_io *io, struct nines_error *err)
{
	const char *name = mem_arena_str(&b->arena, path).p;
	enum nines_status rc;
	char *text;
	size_t n;

	if (name == NULL)
		return err_nomem(err);
	rc = io_read_file(io, name, GATE_BASELINE_BYTES_MAX, &text, &n, err);
	if (rc != NINES_OK)
		return rc;
	rc = parse(b, name, (struct str){ text, n }, err);
	mem_free(text);
	return rc;
}

enum nines_status gate_baseline_load(struct gate_baseline **baseline, struct str path,
    const struct nines_io *io, struct nines_error *err)
{
	struct gate_baseline *b = mem_new(1, sizeof *b);
	enum nines_status rc = b == NULL ? err_nomem(err) : read(b, path, io, err);

	if (rc != NINES_OK) {
		gate_baseline_free(b);
		return rc;
	}
	*baseline = b;
	return NINES_OK;
}

void gate_baseline_free(struct gate_baseline *b)
{
	if (b == NULL)
		return;
	mem_arena_fini(&b->arena);
	mem_free(b);
}

/* Of the list under `key`, the item with that name. */
static const struct yaml_node *named(
    const struct yaml_node *node, const char *key, const char *name)
{
	const struct yaml_node *list = yaml_get(node, key);

	for (size_t i = 0; list != NULL && list->kind == YAML_LIST && i < list->items; i++)
		if (is(yaml_get(list->item[i].value, "name"), name))
			return list->item[i].value;
	return NULL;
}

static int number(const struct yaml_node *node, const char *key, uint64_t *n)
{
	const struct yaml_node *value = yaml_get(node, key);

	return value != NULL && value->kind == YAML_SCALAR && str_u64(value->value, n);
}

static int take_share(const struct yaml_node *node, int occurrences, struct gate_share *share)
{
	const struct yaml_node *sli = yaml_get(node, "sli");
	struct gate_share s = { .valid = NINES_PPB };

	if (occurrences && !(number(node, "valid", &s.valid) && number(node, "good", &s.good)))
		return 0;
	if (!occurrences &&
	    (sli == NULL || sli->kind != YAML_SCALAR || !num_scaled(sli->value, 9, &s.good)))
		return 0;
	if (s.valid == 0 || s.good > s.valid)
		return 0;
	*share = s;
	return 1;
}

int gate_baseline_find(const struct gate_baseline *b, const struct report_journey *journey,
    const struct report_sli *sli, const struct report_objective *o, struct gate_share *share)
{
	const struct yaml_node *list =
	    named(named(b->root, "journeys", journey->name), "slis", sli->name);

	list = yaml_get(list, "objectives");
	for (size_t i = 0; list != NULL && list->kind == YAML_LIST && i < list->items; i++) {
		const struct yaml_node *node = list->item[i].value;

		if (is(yaml_get(yaml_get(node, "window"), "name"), o->window.name) &&
		    is(yaml_get(node, "method"), o->method))
			return take_share(node, strcmp(o->method, "occurrences") == 0, share);
	}
	return 0;
}
