#include "zone.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "err.h"
#include "io.h"
#include "mem.h"
#include "when.h"
#include "zone_rule.h"

#define FILE_MAX_BYTES (256u << 10)
#define NAME_MAX_BYTES 128
#define HEADER_BYTES   44
#define TYPE_BYTES     6
#define TYPES_MAX      256
#define OFFSET_MAX_S   (26 * 3600) /* RFC 8536 section 3.2 advises -24:59:59 to 25:59:59 */
#define DAY_S          INT64_C(86400)
#define FIRST_S \
	INT64_C(-62167219200) /* 0000-01-01: all that when.h counts, and a year on both sides */
#define LAST_S INT64_C(253433923199) /* 10000-12-31T23:59:59Z */

static const char *const root[] = { "/usr/share/zoneinfo", "/usr/lib/zoneinfo",
	"/usr/share/lib/zoneinfo" };
#define ROOTS (sizeof root / sizeof *root)

struct zone {
	char name[NAME_MAX_BYTES + 1];
	size_t changes;
	int64_t *at;         /* ascending */
	unsigned char *type; /* in force from at[i] */
	int32_t offset[TYPES_MAX];
	struct zone_rule rule;
};

static int64_t big_endian(const char *p, size_t n)
{
	uint64_t v = 0;

	for (size_t i = 0; i < n; i++)
		v = v << 8 | (unsigned char)p[i];
	if (n < 8 && v >> (8 * n - 1))
		v |= UINT64_MAX << (8 * n);
	return v <= INT64_MAX ? (int64_t)v : -(int64_t)(UINT64_MAX - v) - 1;
}

struct block {
	size_t isutc, isstd, leap, times, types, chars;
	size_t time_bytes; /* 4 in the first block, 8 in the second */
};

/* Takes a header off the front.  The counts are below 2^31, the file below 2^18: a sum cannot
 * overflow. */
static int cut_header(struct str *s, size_t time_bytes, struct block *b, char *version)
{
	size_t count[6];

	if (s->n < HEADER_BYTES || memcmp(s->p, "TZif", 4) != 0)
		return 0;
	*version = s->p[4];
	for (size_t i = 0; i < 6; i++) {
		const int64_t v = big_endian(s->p + 20 + 4 * i, 4);

		if (v < 0 || v > FILE_MAX_BYTES)
			return 0;
		count[i] = (size_t)v;
	}
	*b = (struct block){ count[0], count[1], count[2], count[3], count[4], count[5],
		time_bytes };
	*s = (struct str){ s->p + HEADER_BYTES, s->n - HEADER_BYTES };
	return 1;
}

static size_t block_bytes(const struct block *b)
{
	return b->times * (b->time_bytes + 1) + b->types * TYPE_BYTES + b->chars +
	    b->leap * (b->time_bytes + 4) + b->isstd + b->isutc;
}

static int read_block(struct zone *z, struct str s, const struct block *b)
{
	const char *const index = s.p + b->times * b->time_bytes, *const type = index + b->times;

	if (b->types < 1 || b->types > TYPES_MAX || b->leap > 0)
		return 0;
	for (size_t i = 0; i < b->types; i++) {
		const int64_t offset = big_endian(type + i * TYPE_BYTES, 4);

		if (offset < -OFFSET_MAX_S || offset > OFFSET_MAX_S)
			return 0;
		z->offset[i] = (int32_t)offset;
	}
	for (size_t i = 0; i < b->times; i++) {
		z->at[i] = big_endian(s.p + i * b->time_bytes, b->time_bytes);
		z->type[i] = (unsigned char)index[i];
		if (z->type[i] >= b->types || (i > 0 && z->at[i] <= z->at[i - 1]))
			return 0;
	}
	z->changes = b->times;
	return 1;
}

/* A file is a 32-bit block, and from version 2 on a second one with 64 bits and a footer between
 * newlines. */
static int locate(struct str *s, struct block *b, struct str *footer)
{
	char version;
	size_t end;

	*footer = STR("");
	if (!cut_header(s, 4, b, &version) || block_bytes(b) > s->n)
		return 0;
	if (version == '\0')
		return 1;
	*s = (struct str){ s->p + block_bytes(b), s->n - block_bytes(b) };
	if (!cut_header(s, 8, b, &version) || block_bytes(b) > s->n)
		return 0;
	*footer = (struct str){ s->p + block_bytes(b), s->n - block_bytes(b) };
	if (footer->n == 0 || footer->p[0] != '\n')
		return 0;
	end = str_find(*footer, 1, '\n');
	if (end == footer->n)
		return 0;
	*footer = (struct str){ footer->p + 1, end - 1 };
	return 1;
}

static enum nines_status parse(struct zone *z, struct str s, struct nines_error *err)
{
	struct block b;
	struct str footer;

	if (!locate(&s, &b, &footer))
		return err_set(err, NINES_E_SYNTAX, "'%s' is not a time zone", z->name);
	z->at = mem_new(b.times, sizeof *z->at);
	z->type = mem_new(b.times, 1);
	if (!z->at || !z->type)
		return err_nomem(err);
	if (b.leap > 0)
		return err_set(err, NINES_E_SYNTAX,
		    "time zone '%s' counts leap seconds: use the one without 'right/'", z->name);
	if (!read_block(z, s, &b) || !zone_rule_parse(footer, &z->rule))
		return err_set(
		    err, NINES_E_SYNTAX, "the file of time zone '%s' is damaged", z->name);
	return NINES_OK;
}

static int well_formed(struct str name)
{
	if (name.n == 0 || name.n > NAME_MAX_BYTES || name.p[0] == '/' || name.p[0] == '.')
		return 0;
	for (size_t i = 0; i < name.n; i++) {
		const char c = name.p[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
		    (c == '\0' || !strchr("/_+-.", c)))
			return 0;
		if (c == '.' && i > 0 && name.p[i - 1] == '.')
			return 0;
	}
	return name.p[name.n - 1] != '/';
}

/* 1 when there is such a file, 0 when there is not, -1 and errno when the system would not say. */
static int exists(const struct nines_io *io, const char *path, enum nines_file_kind kind)
{
	const int fd = io_open(io, path, O_RDONLY | O_NONBLOCK, 0);
	struct nines_file_info info;
	int same;

	if (fd < 0)
		return errno == ENOENT || errno == ENOTDIR ? 0 : -1;
	same = io->info(io->ctx, fd, &info) == 0 && info.kind == kind;
	(void)io->close(io->ctx, fd);
	return same;
}

static enum nines_status not_found(
    struct str name, const struct nines_io *io, struct nines_error *err)
{
	for (size_t i = 0; i < ROOTS; i++) {
		if (exists(io, root[i], NINES_FILE_DIRECTORY) == 1)
			return err_set(err, NINES_E_SYNTAX,
			    "time zone '%.*s' not found: names are UTC or as in Europe/Berlin",
			    STR_ARG(name));
	}
	return err_set(err, NINES_E_SYNTAX,
	    "time zone '%.*s' not found: the system has no time zone data (install tzdata)",
	    STR_ARG(name));
}

static enum nines_status load(
    struct zone *z, struct str name, const struct nines_io *io, struct nines_error *err)
{
	char path[NAME_MAX_BYTES + 64];
	enum nines_status rc;
	char *text;
	size_t n;

	for (size_t i = 0; i < ROOTS; i++) {
		int found;

		(void)snprintf(path, sizeof path, "%s/%s", root[i], z->name);
		found = exists(io, path, NINES_FILE_REGULAR);
		if (found < 0)
			return err_errno(err, errno, path, "cannot open");
		if (!found)
			continue;
		rc = io_read_file(io, path, FILE_MAX_BYTES, &text, &n, err);
		if (rc != NINES_OK)
			return rc;
		rc = parse(z, (struct str){ text, n }, err);
		mem_free(text);
		return rc;
	}
	return not_found(name, io, err);
}

enum nines_status zone_load(
    struct zone **zone, struct str name, const struct nines_io *io, struct nines_error *err)
{
	const int utc = str_is(name, "UTC") || str_is(name, "Etc/UTC") || str_is(name, "Z");
	enum nines_status rc = NINES_OK;
	struct zone *z;

	if (!well_formed(name))
		return not_found(name, io, err);
	z = mem_new(1, sizeof *z);
	if (!z)
		return err_nomem(err);
	memcpy(z->name, name.p, name.n);
	if (!utc)
		rc = load(z, name, io, err);
	if (rc != NINES_OK) {
		zone_free(z);
		return rc;
	}
	*zone = z;
	return NINES_OK;
}

void zone_free(struct zone *zone)
{
	if (!zone)
		return;
	mem_free(zone->at);
	mem_free(zone->type);
	mem_free(zone);
}

const char *zone_name(const struct zone *zone)
{
	return zone->name;
}

static int64_t within_years(int64_t t)
{
	return t < FIRST_S ? FIRST_S : t > LAST_S ? LAST_S : t;
}

/* How many of the changes are at or before t. */
static size_t changes_until(const struct zone *z, int64_t t)
{
	size_t low = 0, high = z->changes;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (z->at[middle] <= t)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct zone_stretch stretch_at(const struct zone *z, int64_t t)
{
	const size_t passed = changes_until(z, t);
	const int64_t from = passed > 0 ? z->at[passed - 1] : INT64_MIN;
	struct zone_stretch s;

	if (passed == z->changes && z->rule.present) {
		s = zone_rule_stretch(&z->rule, t);
		s.from = s.from < from ? from : s.from;
		return s;
	}
	s.from = from;
	s.until = passed < z->changes ? z->at[passed] : INT64_MAX;
	s.offset = z->offset[passed > 0 ? z->type[passed - 1] : 0];
	return s;
}

int32_t zone_offset(const struct zone *zone, int64_t utc)
{
	return stretch_at(zone, within_years(utc)).offset;
}

/* zone_to_utc, with the instant at which the gap began when there is one. */
static enum zone_fit find_local(const struct zone *zone, int64_t local, int64_t *utc, int64_t *gap)
{
	struct zone_stretch s, next;
	int64_t found;

	local = within_years(local);
	s = stretch_at(zone, within_years(local - OFFSET_MAX_S));
	/* Every stretch before this one ends before local shows; walk on until one shows it or
	 * begins after it. */
	while (s.until != INT64_MAX && local - s.offset >= s.until) {
		next = stretch_at(zone, s.until);
		if (local - next.offset < s.until) {
			*utc = local - s.offset;
			*gap = s.until;
			return ZONE_MISSING;
		}
		s = next;
	}
	found = local - s.offset;
	*utc = found;
	*gap = found;
	while (s.until != INT64_MAX && s.until <= found + 2 * OFFSET_MAX_S) {
		s = stretch_at(zone, s.until);
		if (local - s.offset >= s.from && local - s.offset < s.until)
			return ZONE_AMBIGUOUS;
	}
	return ZONE_EXACT;
}

enum zone_fit zone_to_utc(const struct zone *zone, int64_t local, int64_t *utc)
{
	int64_t gap;

	return find_local(zone, local, utc, &gap);
}

/* The first instant at which local clocks show `local` or later. */
static int64_t boundary(const struct zone *zone, int64_t local)
{
	int64_t utc, gap;

	return find_local(zone, local, &utc, &gap) == ZONE_MISSING ? gap : utc;
}

static int64_t first_of(int year, int month)
{
	return when_from_civil(&(struct when_civil){ .year = year, .month = month, .day = 1 });
}

/* The start of the local period that lies `periods` after the one of `local`, in civil seconds. */
static int64_t civil_start(enum zone_period period, int64_t local, int periods)
{
	const int64_t day = when_floor(local, DAY_S);
	struct when_civil c;
	int months = 1;

	if (period == ZONE_HOUR)
		return when_floor(local, 3600) + periods * INT64_C(3600);
	if (period == ZONE_DAY)
		return day + periods * DAY_S;
	if (period == ZONE_WEEK)
		return day + (periods * 7 - when_weekday(day)) * DAY_S;
	when_to_civil(local, &c);
	if (period == ZONE_QUARTER)
		months = 3;
	else if (period == ZONE_YEAR)
		months = 12;
	months = c.year * 12 + (c.month - 1) / months * months + periods * months;
	return first_of(months / 12, months % 12 + 1);
}

/* Hours are those of the clock, so that a repeated hour is two; where the offset changes by a part
 * of an hour, one ends early and one begins at the change. */
static int64_t hour_floor(const struct zone *zone, int64_t utc)
{
	const struct zone_stretch s = stretch_at(zone, utc);
	const int64_t start = when_floor(utc + s.offset, 3600) - s.offset;

	if (start >= s.from || (zone_offset(zone, s.from - 1) - s.offset) % 3600 == 0)
		return start;
	return s.from;
}

static int64_t hour_next(const struct zone *zone, int64_t start)
{
	const struct zone_stretch s = stretch_at(zone, start);
	const int64_t next = when_floor(start + s.offset, 3600) + 3600 - s.offset;

	if (s.until >= next || (zone_offset(zone, s.until) - s.offset) % 3600 == 0)
		return next;
	return s.until;
}

/* Periods part the time line at the first instant of each, also where clocks went back over
 * midnight. */
int64_t zone_floor(const struct zone *zone, enum zone_period period, int64_t utc)
{
	int64_t local, start, after;

	utc = within_years(utc);
	if (period == ZONE_HOUR)
		return hour_floor(zone, utc);
	local = utc + zone_offset(zone, utc);
	start = boundary(zone, civil_start(period, local, 0));
	after = boundary(zone, civil_start(period, local, 1));
	if (start > utc)
		return boundary(zone, civil_start(period, local, -1));
	return after <= utc ? after : start;
}

int64_t zone_next(const struct zone *zone, enum zone_period period, int64_t start)
{
	int64_t local, next;

	start = within_years(start);
	if (period == ZONE_HOUR)
		return hour_next(zone, start);
	local = start + zone_offset(zone, start);
	next = boundary(zone, civil_start(period, local, 1));
	return next > start ? next : boundary(zone, civil_start(period, local, 2));
}
