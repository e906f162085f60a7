/* JSON lines are read byte by byte, or, in a block whose stops are known, by comparing them with
 * the lines before.  Both must say the same of every line. */
#include "format.h"
#include "suite.h"

#include <stdio.h>
#include <string.h>

#include "format_gap.h"

#define BLOCK   (1u << 20)
#define WINDOWS (BLOCK / SIMD_WINDOW + 1)

struct bench {
	struct format *format;
	struct format_cutter *exact, *quick;
	char *block;
	uint64_t *words;
	uint32_t *list;
	struct stops stops;
	size_t used; /* of the block */
};

static void setup(struct bench *b, const char *const *wanted)
{
	const struct format_source source = { .kind = FORMAT_JSON };

	memset(b, 0, sizeof *b);
	ck_assert_int_eq(format_new(&b->format, &source, NULL), NINES_OK);
	for (; *wanted; wanted++)
		ck_assert_int_ge(format_want(b->format, str_of(*wanted)), 0);
	ck_assert_int_eq(format_ready(b->format, NULL), NINES_OK);
	ck_assert_int_eq(format_cutter_new(&b->exact, b->format, 0, NULL), NINES_OK);
	ck_assert_int_eq(format_cutter_new(&b->quick, b->format, 0, NULL), NINES_OK);
	b->block = calloc(WINDOWS, SIMD_WINDOW);
	b->words = calloc(WINDOWS, sizeof *b->words);
	b->list = calloc(BLOCK + STOPS_SPARE, sizeof *b->list);
	ck_assert(b->block && b->words && b->list);
	b->stops = (struct stops){ .kind = STOPS_MARKS, .mark = b->words };
	format_cutter_see(b->quick, &b->stops);
}

static void teardown(struct bench *b)
{
	format_cutter_free(b->exact);
	format_cutter_free(b->quick);
	format_free(b->format);
	free(b->block);
	free(b->words);
	free(b->list);
}

static void add(struct bench *b, struct str line)
{
	ck_assert_uint_lt(b->used + line.n, BLOCK);
	memcpy(b->block + b->used, line.p, line.n);
	b->used += line.n;
	b->block[b->used++] = '\n';
}

static void check_line(struct bench *b, struct str line)
{
	const char *expected[2] = { "", "" };
	size_t at[2] = { 0, 0 };
	struct record want, got;
	const enum record_reject reject = format_cut(b->exact, line, &want);

	ck_assert_msg(format_cut(b->quick, line, &got) == reject, "%.*s", STR_ARG(line));
	if (reject != RECORD_OK) {
		at[0] = format_failed_at(b->exact, &expected[0]);
		at[1] = format_failed_at(b->quick, &expected[1]);
	}
	ck_assert_msg(at[0] == at[1], "%zu, not %zu: %.*s", at[1], at[0], STR_ARG(line));
	ck_assert_str_eq(expected[0], expected[1]);
	ck_assert_msg(want.have == got.have, "%.*s", STR_ARG(line));
	ck_assert_int_eq(want.time_s, got.time_s);
	for (int i = 0; i < format_slots(b->format); i++)
		ck_assert_msg(!(want.have >> i & 1) || str_equal(want.field[i], got.field[i]),
		    "%.*s is not %.*s: %.*s", STR_ARG(got.field[i]), STR_ARG(want.field[i]),
		    STR_ARG(line));
}

static void look(struct bench *b)
{
	memset(b->block + b->used, 0, SIMD_WINDOW - b->used % SIMD_WINDOW);
	b->stops.block = (struct str){ b->block, b->used };
	(void)stops_look(STOPS_MARKS, b->block, b->used / SIMD_WINDOW + 1, 0,
	    &(struct stops_look){ b->list, b->stops.mark });
}

/* Checks all lines of the block and begins another. */
static void check_block(struct bench *b)
{
	const char *p = b->block, *end = b->block + b->used, *newline;

	look(b);
	for (; p < end; p = newline + 1) {
		newline = memchr(p, '\n', (size_t)(end - p));
		b->stops.line = p;
		check_line(b, (struct str){ p, (size_t)(newline - p) });
	}
	b->used = 0;
}

static const char *const wanted[] = { "method", "path", "query", "status", "bytes", "duration",
	"agent", "a.b", "a.b.c", "labels.tenant", "request_id", NULL };

/* What servers write, and what they could. */
static const char *const lines[] = {
	"{\"time_iso8601\":\"2025-01-01T00:00:13+00:00\",\"remote_addr\":\"198.51.100.43\","
	"\"remote_user\":\"\",\"request\":\"POST /api/x?y=1 HTTP/1.1\",\"status\":201,"
	"\"body_bytes_sent\":299,\"request_time\":0.088,\"http_user_agent\":"
	"\"Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131\"}",
	"{\"level\":\"info\",\"ts\":1735689604.444359,\"request\":{\"proto\":\"HTTP/2.0\",\"method\":"
	"\"GET\",\"uri\":\"/a?b\",\"headers\":{\"Accept\":[\"*/*\"],\"User-Agent\":[\"curl\",\"x\"]},"
	"\"tls\":{\"resumed\":false,\"version\":772}},\"bytes_read\":0,\"duration\":0.001842,\"size\":2,"
	"\"status\":200,\"resp_headers\":{\"Server\":[\"Caddy\"],\"Alt-Svc\":"
	"[\"h3=\\\":443\\\"; ma=2592000\"]}}",
	"{ \"ts\" : 1735689604 , \"a\" : { \"b\" : [ 1 , [ 2 , null ] , { \"c\" : [ 3 ] } ] } , "
	"\"a.b.c\":-1.5e3,\"status\":-,\"size\":,\"labels\":{},\"labels.tenant\":[]}",
	"escape=json{\"ts\":\"1735689604\",\"a\":{\"b\":{\"c\":[[[[true,]]],]}},\"status\":000,"
	"\"labels\":{\"tenant\":\"\\u00e9\\x41\\\\\"},\"x\":null,\"y\":tru}",
	"{\"a_key_that_is_longer_than_what_is_compared_at_one_glance\":1,\"ts\":1735689604,"
	"\"one_that_is_longer_than_anything_which_is_kept_for_comparing_with\":{\"a\":\"b\"},"
	"\"method\":\"GET\",\"method\":\"PUT\",\"status\":\"200\"}",
};
#define LINES (sizeof lines / sizeof *lines)

START_TEST(a_line_cut_short_anywhere_fails_alike)
{
	struct bench b;

	setup(&b, wanted);
	for (size_t i = 0; i < LINES; i++) {
		const struct str line = str_of(lines[i]);

		add(&b, line);
		for (size_t n = 1; n <= line.n; n++) {
			add(&b, (struct str){ line.p, n });
			if (b.used > BLOCK / 2)
				check_block(&b);
		}
		check_block(&b);
	}
	teardown(&b);
}
END_TEST

START_TEST(what_stands_behind_a_line_is_not_read)
{
	struct bench b;

	setup(&b, wanted);
	for (size_t i = 0; i < LINES; i++) {
		const struct str line = { b.block, strlen(lines[i]) };

		add(&b, str_of(lines[i]));
		add(&b, str_of(lines[i]));
		look(&b);
		check_line(&b, line);
		for (size_t n = 1; n <= line.n; n++)
			check_line(&b, (struct str){ line.p, n });
		b.used = 0;
	}
	teardown(&b);
}
END_TEST

START_TEST(a_line_with_a_byte_changed_anywhere_is_read_alike)
{
	static const char bytes[] = "\"\\{}[],: \r0.-xu\xc3";
	struct bench b;

	setup(&b, wanted);
	for (size_t i = 0; i < LINES; i++) {
		const struct str line = str_of(lines[i]);

		for (size_t at = 0; at < line.n; at++) {
			add(&b, line);
			for (const char *c = bytes; *c; c++) {
				add(&b, line);
				b.block[b.used - 1 - line.n + at] = *c;
			}
			/* One byte less. */
			add(&b, line);
			memmove(b.block + b.used - 1 - line.n + at, b.block + b.used - line.n + at,
			    line.n - at);
			b.used--;
			check_block(&b);
		}
	}
	teardown(&b);
}
END_TEST

static const char *const members[] = { "\"ts\":1735689604", "\"status\":200", "\"size\":12",
	"\"method\":\"GET\"", "\"uri\":\"/x\"", "\"a\":{\"b\":[\"p\",\"q\"]}",
	"\"a\":{\"b\":{\"c\":7}}", "\"labels\":{\"tenant\":\"t\",\"zone\":1}", "\"x\":[]",
	"\"status\":[404]", "\"method\":[]", "\"a.b\":[null]", "\"y\":[{},[1,2]]",
	"\"duration_ms\":4", "\"k\\\"\":\"v\\\"\"" };

START_TEST(members_may_come_in_any_order)
{
	const unsigned n = sizeof members / sizeof *members;
	unsigned seed = 5;
	struct bench b;

	setup(&b, wanted);
	for (int round = 0; round < 3000; round++) {
		char text[1024] = "{";

		for (unsigned i = 0, most = 1 + seed % 9; i < most; i++) {
			seed = seed * 1664525u + 1013904223u;
			if (i)
				strncat(text, ",", 2);
			strncat(text, members[(seed >> 16) % n], 64);
		}
		strncat(text, "}", 2);
		add(&b, str_of(text));
		if (b.used > BLOCK / 4)
			check_block(&b);
	}
	check_block(&b);
	teardown(&b);
}
END_TEST

/* More than there is room for, of keys and of places. */
START_TEST(what_is_remembered_is_bounded)
{
	struct bench b;
	char text[4096];

	setup(&b, wanted);
	for (unsigned i = 0; i < 4 * FORMAT_GAPS; i++) {
		(void)snprintf(text, sizeof text,
		    "{\"ts\":1735689604,\"k%u\":{\"%u\":%u},\"status\":200}", i, i % 7, i);
		add(&b, str_of(text));
		add(&b, str_of(lines[i % LINES]));
	}
	check_block(&b);
	ck_assert_uint_le(b.quick->gaps->gaps, FORMAT_GAPS);
	/* Nested to and beyond the limit, as objects where a bit of i is set. */
	for (unsigned i = 0; i < 2 * FORMAT_PLACES; i++) {
		size_t n = 0;

		n += (size_t)snprintf(text, sizeof text, "{\"ts\":1735689604,\"a\":");
		for (unsigned depth = 0; depth < i % (FORMAT_DEPTH_MAX + 1); depth++)
			n += (size_t)snprintf(text + n, sizeof text - n, "%s",
			    i >> depth % 8 & 1 ? "{\"b\":" : "[1,");
		n += (size_t)snprintf(text + n, sizeof text - n, "3");
		for (unsigned depth = i % (FORMAT_DEPTH_MAX + 1); depth-- > 0;)
			text[n++] = i >> depth % 8 & 1 ? '}' : ']';
		text[n++] = '}';
		add(&b, (struct str){ text, n });
		add(&b, str_of(lines[1]));
	}
	check_block(&b);
	ck_assert_uint_le(b.quick->gaps->places, FORMAT_PLACES);
	teardown(&b);
}
END_TEST

/* A line like the one before is not read at all: each of its gaps was kept. */
START_TEST(a_line_like_the_last_teaches_nothing)
{
	static const char more[] = "{\"ts\":1735689604,\"status\":404,\"other\":\"x\"}";
	struct bench b;
	size_t gaps, places;

	setup(&b, wanted);
	for (int i = 0; i < 3; i++)
		add(&b, str_of(lines[1]));
	check_block(&b);
	gaps = b.quick->gaps->gaps;
	places = b.quick->gaps->places;
	ck_assert_uint_eq(gaps, 17); /* 16 scalars and the end */
	ck_assert_uint_eq(places, 8);
	for (int i = 0; i < 100; i++)
		add(&b, str_of(lines[1]));
	check_block(&b);
	ck_assert_uint_eq(b.quick->gaps->gaps, gaps);
	add(&b, str_of(more));
	add(&b, str_of(lines[1]));
	check_block(&b);
	/* Its first, `,"other":` and `}` at another place. */
	ck_assert_uint_gt(b.quick->gaps->gaps, gaps);
	ck_assert_uint_le(b.quick->gaps->gaps, gaps + 4);
	ck_assert_uint_eq(b.quick->gaps->places, places);
	teardown(&b);
}
END_TEST

SUITE("format_json", a_line_cut_short_anywhere_fails_alike, what_stands_behind_a_line_is_not_read,
    a_line_with_a_byte_changed_anywhere_is_read_alike, members_may_come_in_any_order,
    what_is_remembered_is_bounded, a_line_like_the_last_teaches_nothing)
