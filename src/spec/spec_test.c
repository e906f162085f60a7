#include "spec_impl.h"

static const char *const outcome_name[] = {
	[SPEC_NOT_VALID] = "not-valid",
	[SPEC_GOOD] = "good",
	[SPEC_BAD] = "bad",
	[SPEC_IGNORED] = "ignored",
	[SPEC_UNPARSED] = "unparsed",
};
#define OUTCOMES_OF_SLI  3 /* the first three */
#define OUTCOMES_OF_LINE 2 /* the other two */

const char *spec_outcome_name(enum spec_outcome o)
{
	return outcome_name[o];
}

static const char *const *sli_names(struct spec_reader *r)
{
	struct spec *spec = r->spec;

	if (r->sli_name)
		return r->sli_name;
	r->sli_name = spec_value_new(r, spec->slis, sizeof *r->sli_name);
	for (size_t j = 0; r->sli_name && j < spec->journeys; j++)
		for (size_t i = 0; i < spec->journey[j].slis; i++)
			r->sli_name[spec->journey[j].sli[i].index] = spec_value_fmt(
			    r, "%s/%s", spec->journey[j].name, spec->journey[j].sli[i].name);
	return r->sli_name;
}

static const struct spec_sli *find(struct spec_reader *r, const struct yaml_node *name)
{
	const struct spec_sli *sli = r->nameless ? NULL : spec_find_sli(r->spec, name->value);
	const char *const *names;
	const char *hint;
	struct str shown = spec_value_clip(name->value);

	if (sli || r->nameless || name->kind != YAML_SCALAR || r->spec->diag.used > DIAG_MAX)
		return sli;
	names = sli_names(r);
	hint = names ? spec_value_suggest(r, name->value, names, r->spec->slis, NULL) : NULL;
	diag_add(&r->spec->diag, NINES_ERROR, name->place, hint ? hint : "name it as journey/sli",
	    "there is no SLI \"%.*s\"", STR_ARG(shown));
	return NULL;
}

static void read_expectation(
    struct spec_reader *r, const struct yaml_item *item, struct spec_expectation *expect)
{
	static const struct spec_key key = { .name = "expect",
		.example = "expect: { checkout/availability: good }" };
	int outcome = spec_value_word(r, &key, item->value, outcome_name, OUTCOMES_OF_SLI);

	expect->sli = find(r, item->key);
	expect->mark = spec_value_mark(item->key);
	if (outcome >= 0)
		expect->outcome = (enum spec_outcome)outcome;
}

static void expect_of_line(struct spec_reader *r, const struct spec_key *key,
    const struct yaml_node *node, struct spec_test *test)
{
	int i = spec_value_word(r, key, node, outcome_name + OUTCOMES_OF_SLI, OUTCOMES_OF_LINE);

	if (i < 0)
		return;
	test->expect = spec_value_new(r, 1, sizeof *test->expect);
	if (!test->expect)
		return;
	test->expects = 1;
	test->expect[0].outcome = (enum spec_outcome)(i + OUTCOMES_OF_SLI);
	test->expect[0].mark = spec_value_mark(node);
}

static void read_expect(
    struct spec_reader *r, const struct spec_key *key, const struct yaml_node *node, void *into)
{
	struct spec_test *test = into;

	if (node->kind == YAML_SCALAR) {
		expect_of_line(r, key, node, test);
		return;
	}
	if (!spec_map_expect(r, key, node, YAML_MAP))
		return;
	if (!node->items)
		diag_add(&r->spec->diag, NINES_ERROR, node->place,
		    "for example `expect: { checkout/availability: good }`",
		    "a test that expects nothing");
	test->expect = spec_value_new(r, node->items, sizeof *test->expect);
	test->expects = test->expect ? node->items : 0;
	for (size_t i = 0; i < test->expects; i++)
		read_expectation(r, &node->item[i], &test->expect[i]);
}

/* A block scalar ends in a newline that no log line has. */
static void read_line(
    struct spec_reader *r, const struct spec_key *key, const struct yaml_node *node, void *into)
{
	struct spec_test *test = into;
	struct str line = node->value;

	if (!spec_map_expect(r, key, node, YAML_SCALAR))
		return;
	if (node->style == YAML_BLOCK && line.n && line.p[line.n - 1] == '\n')
		line.n--;
	if (str_find(line, 0, '\n') < line.n)
		diag_add(&r->spec->diag, NINES_ERROR, node->place, "write one test for each line",
		    "a log line cannot hold a line break");
	test->line.p = spec_value_copy(r, line);
	test->line.n = test->line.p ? line.n : 0;
	test->mark = spec_value_mark(node);
}

/* clang-format off */
static const struct spec_key key_row[] = {
	{ "line", SPEC_REQUIRED, read_line, 0,
	  "line: '10.0.0.9 - - [14/Jan/2025:10:06:01 +0000] \"GET / HTTP/1.1\" 200 5'" },
	{ "expect", SPEC_REQUIRED, read_expect, 0, "expect: { checkout/availability: good }" },
};
/* clang-format on */
static const struct spec_map map = SPEC_MAP("a test", key_row);

static void read_test(
    struct spec_reader *r, const struct spec_key *key, const struct yaml_node *node, void *into)
{
	struct spec_test *test = into;

	(void)key;
	test->line = STR("");
	test->mark = spec_value_mark(node);
	(void)spec_map_read(r, &map, node, test);
}

void spec_test_list(
    struct spec_reader *r, const struct spec_key *key, const struct yaml_node *node, void *into)
{
	struct spec *spec = into;

	if (!spec_map_expect(r, key, node, YAML_LIST))
		return;
	spec->test = spec_map_each(r, key, node, sizeof *spec->test, read_test);
	spec->tests = spec->test ? node->items : 0;
}
