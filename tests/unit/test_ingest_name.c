#include "ingest_name.h"

#include "suite.h"

static const struct {
	const char *a, *b;
	int related;
} rows[] = {
	{ "x.log", "x.log", 1 },
	{ "x.log", "x.log.1", 1 },
	{ "/var/log/x.log", "old/x.log.12.gz", 1 },
	{ "x.log", "x.log-20250114", 1 },
	{ "x.log", "x.log-20250114.gz", 1 },
	{ "x.log", "x.log-20250114-03.1.zst", 1 },
	{ "x.log", "x.log-20250114-1736812800", 1 },
	{ "x.log", "x.log.2025-01-14.bz2", 1 },
	{ "x.log", "x-20250114.log.gz", 1 },
	{ "x.log", "x.2025-01-14.log", 1 },
	{ "x-20250113.log", "x-20250114.log.xz", 1 },
	{ "x.log", "x.log.old", 1 },
	{ "x.log", "x.log.bak", 1 },
	{ "x.log", "x.log~", 1 },
	{ "x.log", "y.log", 0 },
	{ "x.log", "x.log2", 0 },
	{ "x.log", "xx.log.1", 0 },
	{ "x.log", "x.err.1", 0 },
	{ "web-1.log", "web-2.log", 0 },
	{ "server-8080", "server-8081", 0 },
	{ "x.log", "x", 0 },
	{ "x.log", "", 0 },
	{ "1", "2", 0 },
	{ ".gz", ".1", 0 },
	{ "20250114", "20250115", 0 },
};

START_TEST(rotation_leaves_the_family)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		ck_assert_msg(ingest_name_related(rows[i].a, rows[i].b) == rows[i].related,
		    "%s, %s", rows[i].a, rows[i].b);
		ck_assert_int_eq(ingest_name_related(rows[i].b, rows[i].a), rows[i].related);
	}
}
END_TEST

START_TEST(a_rotated_name_tells)
{
	ck_assert_int_eq(ingest_name_rotated("a/x.log.1"), 1);
	ck_assert_int_eq(ingest_name_rotated("a/x-20250114.log"), 1);
	ck_assert_int_eq(ingest_name_rotated("a/x.log.gz"), 1);
	ck_assert_int_eq(ingest_name_rotated("a.1/x.log"), 0);
	ck_assert_int_eq(ingest_name_rotated("access_log"), 0);
	ck_assert_int_eq(ingest_name_rotated("-"), 0);
}
END_TEST

START_TEST(a_folder_is_all_before_the_last_slash)
{
	ck_assert_int_eq(ingest_name_same_folder("x", "y"), 1);
	ck_assert_int_eq(ingest_name_same_folder("a/x", "a/y"), 1);
	ck_assert_int_eq(ingest_name_same_folder("a/x", "b/x"), 0);
	ck_assert_int_eq(ingest_name_same_folder("a/x", "x"), 0);
}
END_TEST

START_TEST(a_name_is_made_a_path)
{
	static const struct {
		const char *folder, *name, *path;
	} row[] = {
		{ "/var/log", "x.log", "/var/log/x.log" },
		{ "/var/log", "nginx/x.log", "/var/log/nginx/x.log" },
		{ "/var/log", "./././x.log", "/var/log/x.log" },
		{ "/var/log", "../x.log", "/var/x.log" },
		{ "/var/log", "./../../x.log", "/x.log" },
		{ "/var/log", "../../../../x.log", "/x.log" },
		{ "/", "x.log", "/x.log" },
		{ "/", "../x.log", "/x.log" },
		{ "/var/log", "/srv/x.log", "/srv/x.log" },
		{ "/var/log", "-", "-" },
		{ NULL, "a/x.log", "a/x.log" },
		{ NULL, "./x.log", "x.log" },
		{ NULL, "../x.log", "../x.log" },
	};
	struct mem_arena arena = { 0 };

	for (size_t i = 0; i < sizeof row / sizeof *row; i++)
		ck_assert_str_eq(ingest_name_path(&arena, row[i].folder, row[i].name), row[i].path);
	mem_arena_fini(&arena);
}
END_TEST

SUITE("ingest_name", a_name_is_made_a_path, rotation_leaves_the_family, a_rotated_name_tells,
    a_folder_is_all_before_the_last_slash)
