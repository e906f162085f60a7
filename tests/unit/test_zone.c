#include "zone.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "suite.h"
#include "when.h"

static struct zone *loaded(const char *name)
{
	struct nines_error err = { 0 };
	struct zone *z = NULL;

	ck_assert_msg(
	    zone_load(&z, str_of(name), nines_io_system(), &err) == NINES_OK, "%s", err.text);
	ck_assert_str_eq(zone_name(z), name);
	return z;
}

static int64_t instant(const char *text)
{
	int has_offset;
	int64_t t = 0;

	ck_assert_msg(when_rfc3339(str_of(text), &t, &has_offset), "%s", text);
	return t;
}

START_TEST(local_time_becomes_utc_over_gaps_and_repetitions)
{
	static const struct {
		const char *zone, *local;
		enum zone_fit fit;
		const char *utc;
	} row[] = {
		{ "UTC", "2025-03-30T02:30", ZONE_EXACT, "2025-03-30T02:30:00Z" },
		{ "Europe/Berlin", "2025-03-30T02:30", ZONE_MISSING, "2025-03-30T01:30:00Z" },
		{ "Europe/Berlin", "2025-03-30T03:00", ZONE_EXACT, "2025-03-30T01:00:00Z" },
		{ "Europe/Berlin", "2025-10-26T02:30", ZONE_AMBIGUOUS, "2025-10-26T00:30:00Z" },
		{ "Europe/Berlin", "2025-10-26T03:00", ZONE_EXACT, "2025-10-26T02:00:00Z" },
		{ "Europe/Berlin", "1900-01-01", ZONE_EXACT, "1899-12-31T23:00:00Z" },
		{ "America/New_York", "2060-03-14", ZONE_EXACT, "2060-03-14T05:00:00Z" },
		{ "America/New_York", "2060-03-15", ZONE_EXACT, "2060-03-15T04:00:00Z" },
		{ "America/New_York", "2400-07-04", ZONE_EXACT, "2400-07-04T04:00:00Z" },
		{ "America/Sao_Paulo", "2018-11-04", ZONE_MISSING, "2018-11-04T03:00:00Z" },
		{ "America/Sao_Paulo", "2018-11-04T01:00", ZONE_EXACT, "2018-11-04T03:00:00Z" },
		{ "Pacific/Apia", "2011-12-30", ZONE_MISSING, "2011-12-30T10:00:00Z" },
		{ "Pacific/Apia", "2011-12-31", ZONE_EXACT, "2011-12-30T10:00:00Z" },
		{ "Asia/Kathmandu", "1986-01-01", ZONE_MISSING, "1985-12-31T18:30:00Z" },
		{ "Africa/Monrovia", "1971-01-01", ZONE_EXACT, "1971-01-01T00:44:30Z" },
		{ "Europe/Dublin", "2025-07-01", ZONE_EXACT, "2025-06-30T23:00:00Z" },
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct zone *const z = loaded(row[i].zone);
		char buf[WHEN_SIZE];
		int64_t utc = 0;

		ck_assert_int_eq(zone_to_utc(z, instant(row[i].local), &utc), row[i].fit);
		ck_assert_str_eq(when_text(buf, utc), row[i].utc);
		zone_free(z);
	}
}
END_TEST

START_TEST(periods_begin_and_end_where_the_calendar_says)
{
	static const struct {
		const char *zone;
		enum zone_period period;
		const char *utc, *start, *next;
	} row[] = {
		{ "UTC", ZONE_DAY, "2025-01-29T12:34:56Z", "2025-01-29T00:00:00Z",
		    "2025-01-30T00:00:00Z" },
		{ "UTC", ZONE_WEEK, "2025-01-29T12:34:56Z", "2025-01-27T00:00:00Z",
		    "2025-02-03T00:00:00Z" },
		{ "UTC", ZONE_MONTH, "2024-02-29T12:00:00Z", "2024-02-01T00:00:00Z",
		    "2024-03-01T00:00:00Z" },
		{ "UTC", ZONE_QUARTER, "2024-12-31T23:59:59Z", "2024-10-01T00:00:00Z",
		    "2025-01-01T00:00:00Z" },
		{ "UTC", ZONE_YEAR, "2024-12-31T23:59:59Z", "2024-01-01T00:00:00Z",
		    "2025-01-01T00:00:00Z" },
		{ "UTC", ZONE_DAY, "1969-12-31T23:59:59Z", "1969-12-31T00:00:00Z",
		    "1970-01-01T00:00:00Z" },
		{ "Europe/Berlin", ZONE_DAY, "2025-03-30T12:00:00Z", "2025-03-29T23:00:00Z",
		    "2025-03-30T22:00:00Z" },
		{ "Europe/Berlin", ZONE_DAY, "2025-10-26T00:59:59Z", "2025-10-25T22:00:00Z",
		    "2025-10-26T23:00:00Z" },
		{ "Europe/Berlin", ZONE_MONTH, "2025-03-30T12:00:00Z", "2025-02-28T23:00:00Z",
		    "2025-03-31T22:00:00Z" },
		{ "America/Sao_Paulo", ZONE_DAY, "2018-11-04T03:00:00Z", "2018-11-04T03:00:00Z",
		    "2018-11-05T02:00:00Z" },
		{ "America/Sao_Paulo", ZONE_DAY, "2018-11-04T02:59:59Z", "2018-11-03T03:00:00Z",
		    "2018-11-04T03:00:00Z" },
		{ "America/Sao_Paulo", ZONE_DAY, "2018-02-18T02:30:00Z", "2018-02-17T02:00:00Z",
		    "2018-02-18T03:00:00Z" },
		{ "Pacific/Apia", ZONE_DAY, "2011-12-30T09:59:59Z", "2011-12-29T10:00:00Z",
		    "2011-12-30T10:00:00Z" },
		{ "Pacific/Apia", ZONE_DAY, "2011-12-30T10:00:00Z", "2011-12-30T10:00:00Z",
		    "2011-12-31T10:00:00Z" },
		{ "Australia/Lord_Howe", ZONE_DAY, "2025-10-05T00:00:00Z", "2025-10-04T13:30:00Z",
		    "2025-10-05T13:00:00Z" },
		{ "America/St_Johns", ZONE_DAY, "2006-10-29T02:30:30Z", "2006-10-29T02:30:00Z",
		    "2006-10-30T03:30:00Z" },
		{ "America/St_Johns", ZONE_DAY, "2006-10-29T02:45:00Z", "2006-10-29T02:30:00Z",
		    "2006-10-30T03:30:00Z" },
		{ "Europe/Berlin", ZONE_HOUR, "2025-10-26T00:30:00Z", "2025-10-26T00:00:00Z",
		    "2025-10-26T01:00:00Z" },
		{ "Europe/Berlin", ZONE_HOUR, "2025-10-26T01:30:00Z", "2025-10-26T01:00:00Z",
		    "2025-10-26T02:00:00Z" },
		{ "Asia/Kathmandu", ZONE_HOUR, "2025-01-01T00:00:00Z", "2024-12-31T23:15:00Z",
		    "2025-01-01T00:15:00Z" },
		{ "Australia/Lord_Howe", ZONE_HOUR, "2025-04-05T15:10:00Z", "2025-04-05T15:00:00Z",
		    "2025-04-05T15:30:00Z" },
		{ "Australia/Lord_Howe", ZONE_HOUR, "2025-10-04T15:45:00Z", "2025-10-04T15:30:00Z",
		    "2025-10-04T16:00:00Z" },
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct zone *const z = loaded(row[i].zone);
		const int64_t start = zone_floor(z, row[i].period, instant(row[i].utc));
		char buf[WHEN_SIZE];

		ck_assert_str_eq(when_text(buf, start), row[i].start);
		ck_assert_str_eq(when_text(buf, zone_next(z, row[i].period, start)), row[i].next);
		zone_free(z);
	}
}
END_TEST

static void part(const struct zone *z, enum zone_period period, int64_t first, int64_t last)
{
	int64_t start = zone_floor(z, period, first);

	while (start < last) {
		const int64_t next = zone_next(z, period, start);

		if (next <= start || zone_floor(z, period, start) != start ||
		    zone_floor(z, period, next - 1) != start)
			ck_abort_msg(
			    "%s, period %d, at %lld", zone_name(z), (int)period, (long long)start);
		start = next;
	}
}

START_TEST(periods_part_the_time_line)
{
	static const char *const name[] = { "UTC", "Europe/Berlin", "America/Sao_Paulo",
		"Pacific/Apia", "Australia/Lord_Howe", "America/St_Johns", "Africa/Casablanca" };
	static const struct {
		const char *first, *last;
	} row[] = {
		{ "2005-12-30T00:00:00Z", "2007-01-01T00:00:00Z" },
		{ "2011-09-01T00:00:00Z", "2012-05-01T00:00:00Z" },
		{ "2050-01-01T00:00:00Z", "2051-01-01T00:00:00Z" },
	};

	for (size_t i = 0; i < sizeof name / sizeof *name; i++) {
		struct zone *const z = loaded(name[i]);

		for (int period = ZONE_HOUR; period <= ZONE_YEAR; period++) {
			for (size_t k = 0; k < sizeof row / sizeof *row; k++)
				part(z, (enum zone_period)period, instant(row[k].first),
				    instant(row[k].last));
		}
		zone_free(z);
	}
}
END_TEST

START_TEST(a_name_that_is_no_zone_is_an_error)
{
	static const char *const name[] = { "Europe/Nowhere", "", "/etc/passwd", "../../etc/passwd",
		"Europe/../Europe/Berlin", "Europe", "Europe/", "zone.tab", "a\nb", "." };

	for (size_t i = 0; i < sizeof name / sizeof *name; i++) {
		struct nines_error err = { 0 };
		struct zone *z = NULL;

		ck_assert_int_eq(
		    zone_load(&z, str_of(name[i]), nines_io_system(), &err), NINES_E_SYNTAX);
		ck_assert_ptr_null(z);
		ck_assert_ptr_nonnull(strstr(err.text, "zone"));
	}
}
END_TEST

/* A system whose only zone file is ctx. */
static int open_instead(void *ctx, const char *path, int flags, unsigned mode)
{
	const struct nines_io *const real = nines_io_system();

	return real->open(real->ctx, strstr(path, "/Test") ? (const char *)ctx : path, flags, mode);
}

static enum nines_status load_bytes(
    const unsigned char *bytes, size_t n, struct zone **z, struct nines_error *err)
{
	char path[] = "/tmp/nines-zone-XXXXXX";
	const int fd = mkstemp(path);
	struct nines_io io = *nines_io_system();
	enum nines_status rc;

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, bytes, n), (ssize_t)n);
	(void)close(fd);
	io.ctx = path;
	io.open = open_instead;
	rc = zone_load(z, STR("Test"), &io, err);
	(void)unlink(path);
	return rc;
}

/* A version 2 file with one type of +1 h, no changes, and the footer. */
static size_t write_file(unsigned char *to, const char *footer)
{
	static const unsigned char header[44] = { 'T', 'Z', 'i', 'f', '2', [39] = 1, [43] = 4 };
	static const unsigned char body[10] = { 0, 0, 0x0e, 0x10, 0, 0, 'C', 'E', 'T', 0 };
	size_t n = 0;

	for (int block = 0; block < 2; block++) {
		memcpy(to + n, header, sizeof header);
		memcpy(to + n + sizeof header, body, sizeof body);
		n += sizeof header + sizeof body;
	}
	return n + (size_t)sprintf((char *)to + n, "\n%s\n", footer);
}

START_TEST(footers_are_understood_or_refused)
{
	static const struct {
		const char *footer, *utc;
		int offset; /* -1: refused */
	} row[] = {
		{ "CET-1CEST,M3.5.0,M10.5.0/3", "2025-07-01T00:00:00Z", 7200 },
		{ "CET-1CEST,M3.5.0,M10.5.0/3", "2025-01-01T00:00:00Z", 3600 },
		{ "<-03>3<-02>,M3.5.0/-2,M10.5.0/-1", "2025-03-30T01:00:00Z", -7200 },
		{ "<-03>3<-02>,M3.5.0/-2,M10.5.0/-1", "2025-03-30T00:59:59Z", -10800 },
		{ "<+0330>-3:30", "2025-01-01T00:00:00Z", 12600 },
		{ "NZST-12NZDT,M9.5.0,M4.1.0/3", "2025-01-01T00:00:00Z", 46800 },
		{ "NZST-12NZDT,M9.5.0,M4.1.0/3", "2025-06-01T00:00:00Z", 43200 },
		{ "XXX3EDT4,0/0,J365/23", "2025-01-01T03:00:00Z", -14400 },
		{ "XXX3EDT4,0/0,J365/23", "2024-12-31T23:59:59Z", -14400 },
		{ "AAA0BBB,J60,J300", "2024-03-01T02:00:00Z", 3600 },
		{ "AAA0BBB,J60,J300", "2024-03-01T01:59:59Z", 0 },
		{ "AAA0BBB,59,J300", "2024-02-29T02:00:00Z", 3600 },
		{ "EET-2EEST,M3.4.4/50,M10.4.4/50", "2025-03-29T00:00:00Z", 10800 },
		{ "EET-2EEST,M3.4.4/50,M10.4.4/50", "2025-03-28T23:59:59Z", 7200 },
		{ "", "2025-01-01T00:00:00Z", 3600 },
		{ "CET", NULL, -1 },
		{ "CE-1", NULL, -1 },
		{ "<+03-3", NULL, -1 },
		{ "CET-25", NULL, -1 },
		{ "CET-1CEST", NULL, -1 },
		{ "CET-1CEST,M13.5.0,M10.5.0", NULL, -1 },
		{ "CET-1CEST,M3.0.0,M10.5.0", NULL, -1 },
		{ "CET-1CEST,M3.5.7,M10.5.0", NULL, -1 },
		{ "CET-1CEST,M3.5.0/168,M10.5.0", NULL, -1 },
		{ "CET-1CEST,J0,J365", NULL, -1 },
		{ "CET-1CEST,M3.5.0,M10.5.0,", NULL, -1 },
		{ "CET-99999999999999999999", NULL, -1 },
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		unsigned char file[512];
		const size_t n = write_file(file, row[i].footer);
		struct nines_error err = { 0 };
		struct zone *z = NULL;
		const enum nines_status rc = load_bytes(file, n, &z, &err);

		if (row[i].offset < 0 && !row[i].utc) {
			ck_assert_msg(rc == NINES_E_SYNTAX, "%s", row[i].footer);
			continue;
		}
		ck_assert_msg(rc == NINES_OK, "%s: %s", row[i].footer, err.text);
		ck_assert_msg(zone_offset(z, instant(row[i].utc)) == row[i].offset, "%s at %s: %d",
		    row[i].footer, row[i].utc, zone_offset(z, instant(row[i].utc)));
		zone_free(z);
	}
}
END_TEST

START_TEST(a_cut_or_altered_file_is_refused_or_bounded)
{
	unsigned char file[512], bad[512];
	const size_t whole = write_file(file, "CET-1CEST,M3.5.0,M10.5.0/3");

	for (size_t n = 0; n < whole; n++) {
		struct zone *z = NULL;

		ck_assert_msg(load_bytes(file, n, &z, NULL) == NINES_E_SYNTAX, "%zu bytes", n);
	}
	for (size_t i = 0; i < whole; i++) {
		for (int bit = 0; bit < 8; bit++) {
			struct zone *z = NULL;

			memcpy(bad, file, whole);
			bad[i] ^= (unsigned char)(1 << bit);
			if (load_bytes(bad, whole, &z, NULL) != NINES_OK)
				continue;
			(void)zone_floor(z, ZONE_WEEK, INT64_MIN);
			(void)zone_next(z, ZONE_YEAR, INT64_MAX);
			(void)zone_next(z, ZONE_HOUR, 0);
			zone_free(z);
		}
	}
}
END_TEST

SUITE("zone", local_time_becomes_utc_over_gaps_and_repetitions,
    periods_begin_and_end_where_the_calendar_says, periods_part_the_time_line,
    a_name_that_is_no_zone_is_an_error, footers_are_understood_or_refused,
    a_cut_or_altered_file_is_refused_or_bounded)
