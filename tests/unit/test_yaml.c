#include "suite.h"
#include "yaml.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct parsed {
	struct mem_arena arena;
	struct diag_list diag;
	const struct yaml_node *root;
};

static void parse_bytes(struct parsed *p, struct str text)
{
	memset(p, 0, sizeof *p);
	diag_init(&p->diag, STR("x.yaml"), text);
	p->root = yaml_parse(&p->arena, &p->diag, text);
	ck_assert(!p->diag.failed);
}

static void parse(struct parsed *p, const char *text)
{
	parse_bytes(p, str_of(text));
}

static void done(struct parsed *p)
{
	diag_fini(&p->diag);
	mem_arena_fini(&p->arena);
}

static void check_scalar(const struct yaml_node *node, const char *value, enum yaml_style style)
{
	ck_assert_ptr_nonnull(node);
	ck_assert_int_eq(node->kind, YAML_SCALAR);
	ck_assert_int_eq(node->style, style);
	ck_assert_uint_eq(node->value.n, strlen(value));
	ck_assert_str_eq(node->value.p, value);
}

static void check_place(struct diag_place place, unsigned line, unsigned column, unsigned width)
{
	ck_assert_uint_eq(place.line, line);
	ck_assert_uint_eq(place.column, column);
	ck_assert_uint_eq(place.width, width);
}

START_TEST(scalars_keep_their_text_and_their_style)
{
	struct parsed p;

	parse(&p,
	    "plain: 007\nsingle: 'it''s'\ndouble: \"a\\tb\"\nliteral: |\n  x\n  y\nfolded: >-\n  x\n  y\nnone:\n");
	check_scalar(yaml_get(p.root, "plain"), "007", YAML_PLAIN);
	check_scalar(yaml_get(p.root, "single"), "it's", YAML_SINGLE);
	check_scalar(yaml_get(p.root, "double"), "a\tb", YAML_DOUBLE);
	check_scalar(yaml_get(p.root, "literal"), "x\ny\n", YAML_BLOCK);
	check_scalar(yaml_get(p.root, "folded"), "x y", YAML_BLOCK);
	ck_assert(yaml_absent(yaml_get(p.root, "none")));
	ck_assert(!yaml_absent(yaml_get(p.root, "plain")));
	ck_assert_ptr_null(yaml_get(p.root, "nothing"));
	ck_assert_ptr_null(yaml_get(NULL, "plain"));
	ck_assert_ptr_null(yaml_get(yaml_get(p.root, "plain"), "x"));
	done(&p);
}
END_TEST

START_TEST(places_count_lines_and_bytes)
{
	struct parsed p;
	const struct yaml_node *list;

	parse(&p, "a: 1\r\n\"\xC3\xB6\xC3\xB6\": {k: 'v', l: [x]}\nlist:\n- one\n- two three\n");
	check_place(p.root->place, 1, 1, 1);
	check_place(yaml_get(p.root, "a")->place, 1, 4, 1);
	check_place(p.root->item[1].key->place, 2, 1, 6);
	check_place(p.root->item[1].value->place, 2, 9, 16);
	check_place(yaml_get(p.root->item[1].value, "k")->place, 2, 13, 3);
	check_place(yaml_get(p.root->item[1].value, "l")->place, 2, 21, 3);
	list = yaml_get(p.root, "list");
	check_place(list->place, 4, 1, 1);
	check_place(list->item[1].value->place, 5, 3, 9);
	done(&p);
}
END_TEST

START_TEST(a_byte_order_mark_is_no_column_of_the_indent)
{
	struct parsed p;

	parse(&p,
	    "\xEF\xBB\xBF"
	    "a: 1\nb: 2\n");
	ck_assert_ptr_nonnull(p.root);
	check_scalar(yaml_get(p.root, "b"), "2", YAML_PLAIN);
	done(&p);
}
END_TEST

START_TEST(an_empty_text_is_an_absent_scalar)
{
	static const char *const text[] = { "", "\n", "# only a comment\n", "---\n",
		"\xEF\xBB\xBF" };
	struct parsed p;

	for (size_t i = 0; i < sizeof text / sizeof *text; i++) {
		parse(&p, text[i]);
		ck_assert_ptr_nonnull(p.root);
		ck_assert(yaml_absent(p.root));
		ck_assert_uint_eq(p.diag.used, 0);
		done(&p);
	}
}
END_TEST

START_TEST(json_is_read_too)
{
	struct parsed p;

	parse(&p,
	    "{\"schema\":\"nines-report/1\",\"n\":-1.5e3,\"none\":null,\"list\":[{\"a\":\"x\\u003cy\\\"\\/\"},[]],\"o\":{}}\n");
	check_scalar(yaml_get(p.root, "schema"), "nines-report/1", YAML_DOUBLE);
	check_scalar(yaml_get(p.root, "n"), "-1.5e3", YAML_PLAIN);
	check_scalar(yaml_get(p.root, "none"), "null", YAML_PLAIN);
	check_scalar(yaml_get(yaml_get(p.root, "list")->item[0].value, "a"), "x<y\"/", YAML_DOUBLE);
	ck_assert_int_eq(yaml_get(p.root, "o")->kind, YAML_MAP);
	ck_assert_uint_eq(yaml_get(p.root, "o")->items, 0);
	ck_assert_uint_eq(p.diag.used, 0);
	done(&p);
}
END_TEST

START_TEST(duplicate_keys_are_findings_and_the_first_one_is_kept)
{
	struct parsed p;

	parse(&p, "a: 1\nb: {x: 1, y: 2, x: 3}\na: 2\nA: 3\na: 4\n");
	ck_assert_ptr_nonnull(p.root);
	diag_sort(&p.diag);
	ck_assert_uint_eq(p.diag.used, 3);
	ck_assert_str_eq(p.diag.finding[0].text, "duplicate key \"x\" (first at 2:5)");
	ck_assert_str_eq(p.diag.finding[1].text, "duplicate key \"a\" (first at 1:1)");
	ck_assert_str_eq(p.diag.finding[2].text, "duplicate key \"a\" (first at 1:1)");
	ck_assert_uint_eq(p.diag.finding[2].line, 5);
	check_scalar(yaml_get(p.root, "a"), "1", YAML_PLAIN);
	done(&p);
}
END_TEST

START_TEST(an_alias_is_refused_and_the_rest_is_read)
{
	struct parsed p;

	parse(&p, "a: &x 1\nb: *x\nc: *x\nd: !!str 4\n");
	ck_assert_ptr_nonnull(p.root);
	ck_assert_uint_eq(p.diag.errors, 4);
	ck_assert_int_eq(yaml_get(p.root, "b")->kind, YAML_REFUSED);
	check_scalar(yaml_get(p.root, "a"), "1", YAML_PLAIN);
	check_scalar(yaml_get(p.root, "d"), "4", YAML_PLAIN);
	done(&p);
}
END_TEST

START_TEST(an_alias_bomb_ends_at_its_size_in_the_text)
{
	struct parsed p;
	char text[4096];
	size_t n = (size_t)snprintf(text, sizeof text, "a0: &a0 [x]\n");

	for (int i = 1; i < 30; i++)
		n += (size_t)snprintf(text + n, sizeof text - n,
		    "a%d: &a%d [*a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d]\n", i, i,
		    i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1);
	parse(&p, text);
	ck_assert_uint_gt(p.diag.errors, 0);
	done(&p);
}
END_TEST

static char *repeat(const char *s, size_t times, const char *end)
{
	size_t n = strlen(s);
	char *text = malloc(n * times + strlen(end) + 1);

	ck_assert_ptr_nonnull(text);
	for (size_t i = 0; i < times; i++)
		memcpy(text + i * n, s, n);
	memcpy(text + n * times, end, strlen(end) + 1);
	return text;
}

static void check_stops(const char *piece, size_t times, const char *words)
{
	char *text = repeat(piece, times, "");
	struct parsed p;

	parse(&p, text);
	ck_assert_ptr_null(p.root);
	ck_assert_uint_ge(p.diag.errors, 1);
	ck_assert_ptr_nonnull(strstr(p.diag.finding[p.diag.used - 1].text, words));
	done(&p);
	free(text);
}

START_TEST(depth_and_number_are_bounded_while_reading)
{
	check_stops("[", 1000000, "32 deep");
	check_stops("{a: ", 1000000, "32 deep");
	check_stops("- ", 1000000, "32 deep");
	check_stops("- a\n", 300000, "200,000");
}
END_TEST

START_TEST(thirty_two_levels_are_fine)
{
	struct parsed p;
	char *text = repeat("[", 32, "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]");

	parse(&p, text);
	ck_assert_ptr_nonnull(p.root);
	done(&p);
	free(text);
}
END_TEST

START_TEST(a_long_line_of_json_costs_one_walk)
{
	char *text = repeat("{\"name\":\"\xC3\xB6\",\"n\":1},", 39000, "{}]}"),
	     *whole = malloc(strlen(text) + 16);
	struct parsed p;
	const struct yaml_node *list, *last;

	ck_assert_ptr_nonnull(whole);
	(void)snprintf(whole, strlen(text) + 16, "{\"list\":[%s", text);
	parse(&p, whole);
	ck_assert_ptr_nonnull(p.root);
	list = yaml_get(p.root, "list");
	ck_assert_uint_eq(list->items, 39001);
	last = list->item[39000].value;
	ck_assert_int_eq(memcmp(whole + last->start, "{}]}", 4), 0);
	ck_assert_uint_eq(last->place.column, last->start + 1);
	done(&p);
	free(whole);
	free(text);
}
END_TEST

/* Bytes that are no text: libyaml knows their offset only. */
START_TEST(bad_bytes_are_found_at_their_line_and_column)
{
	static const struct {
		struct str text;
		unsigned line, column;
		const char *words;
	} row[] = {
		{ { "a: 1\nb: \xFF\n", 10 }, 2, 4, "not UTF-8" },
		{ { "a: 1\n\nb: x\0y\n", 13 }, 3, 5, "0x00" },
		{ { "\xC3\xB6: \x1B[1m\n", 9 }, 1, 5, "0x1b" },
		{ { "a: \xED\xA0\x80\n", 7 }, 1, 4, "not UTF-8" },
		{ { "\xEF\xBB\xBF"
		    "a: 1\nb: \x80\n",
		      13 },
		    2, 4, "not UTF-8" },
		{ { "a: \xC3", 4 }, 1, 4, "not UTF-8" },
	};
	struct parsed p;

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		parse_bytes(&p, row[i].text);
		ck_assert_ptr_null(p.root);
		ck_assert_uint_eq(p.diag.used, 1);
		ck_assert_msg(p.diag.finding[0].line == row[i].line &&
		        p.diag.finding[0].column == row[i].column,
		    "row %zu: %u:%u", i, p.diag.finding[0].line, p.diag.finding[0].column);
		ck_assert_ptr_nonnull(strstr(p.diag.finding[0].text, row[i].words));
		done(&p);
	}
}
END_TEST

START_TEST(an_offset_into_a_value_is_found_in_the_text)
{
	static const struct {
		const char *text;
		size_t offset;
		unsigned line, column;
	} row[] = {
		{ "k: abc\n", 2, 1, 6 },
		{ "k: abc\n", 3, 1, 7 },
		{ "k: abc\n", 99, 1, 7 },
		{ "k: 'abc'\n", 2, 1, 7 },
		{ "k: 'a''b''c'\n", 4, 1, 11 },
		{ "k: \"a\\\\b\\tc\"\n", 4, 1, 11 },
		{ "k: \"\\x41\\u00e9\\U0001F600z\"\n", 7, 1, 25 },
		{ "k: \"\\N\\_\\Lz\"\n", 7, 1, 11 },
		{ "k: '\xC3\xB6(x'\n", 2, 1, 7 },
		{ "k: |\n  abc\n", 2, 1, 4 },
		{ "k: 'a\n  b'\n", 2, 1, 4 },
		{ "k: ''\n", 0, 1, 5 },
	};
	struct parsed p;
	struct diag_place place;

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		parse(&p, row[i].text);
		place = yaml_place_in(yaml_get(p.root, "k"), str_of(row[i].text), row[i].offset);
		ck_assert_msg(place.line == row[i].line && place.column == row[i].column,
		    "row %zu: %u:%u", i, place.line, place.column);
		done(&p);
	}
}
END_TEST

SUITE("yaml", scalars_keep_their_text_and_their_style, places_count_lines_and_bytes,
    a_byte_order_mark_is_no_column_of_the_indent, an_empty_text_is_an_absent_scalar,
    json_is_read_too, duplicate_keys_are_findings_and_the_first_one_is_kept,
    an_alias_is_refused_and_the_rest_is_read, an_alias_bomb_ends_at_its_size_in_the_text,
    depth_and_number_are_bounded_while_reading, thirty_two_levels_are_fine,
    a_long_line_of_json_costs_one_walk, bad_bytes_are_found_at_their_line_and_column,
    an_offset_into_a_value_is_found_in_the_text)
