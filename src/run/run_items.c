#include "run.h"

#include <stddef.h>
#include <string.h>

#define AT(member) offsetof(struct run_count, member)

/* Every count of a run, under the name by which stores and parts keep it. */
static const struct {
	const char *name;
	size_t at;
} rows[] = {
	{ "bytes", AT(bytes) },
	{ "lines", AT(lines) },
	{ "parsed", AT(parsed) },
	{ "blank", AT(blank) },
	{ "comments", AT(comments) },
	{ "ignored", AT(ignored) },
	{ "out_of_range", AT(out_of_range) },
	{ "unparsed.format", AT(reject[RECORD_BAD_FORMAT]) },
	{ "unparsed.time", AT(reject[RECORD_BAD_TIME]) },
	{ "unparsed.future", AT(reject[RECORD_FUTURE]) },
	{ "unparsed.too_long", AT(reject[RECORD_TOO_LONG]) },
	{ "unparsed.regex_limit", AT(reject[RECORD_REGEX_LIMIT]) },
	{ "anomaly.crlf", AT(anomaly.crlf) },
	{ "anomaly.bom", AT(anomaly.bom) },
	{ "anomaly.nul_runs", AT(anomaly.nul_runs) },
	{ "anomaly.nul_bytes", AT(anomaly.nul_bytes) },
	{ "anomaly.unterminated", AT(anomaly.unterminated) },
	{ "anomaly.invalid_utf8", AT(anomaly.invalid_utf8) },
	{ "anomaly.ambiguous_time", AT(ambiguous_time) },
};
#define ROWS (sizeof rows / sizeof *rows)
_Static_assert(ROWS <= RUN_ITEMS_MAX, "every row fits");

size_t run_items(const struct run_count *count, struct item item[RUN_ITEMS_MAX])
{
	for (size_t i = 0; i < ROWS; i++) {
		item[i].name = rows[i].name;
		memcpy(&item[i].n, (const char *)count + rows[i].at, sizeof item[i].n);
	}
	return ROWS;
}

int run_items_add(struct run_count *count, const struct item *item)
{
	for (size_t i = 0; i < ROWS; i++) {
		uint64_t n;

		if (strcmp(rows[i].name, item->name) != 0)
			continue;
		memcpy(&n, (const char *)count + rows[i].at, sizeof n);
		n += item->n;
		memcpy((char *)count + rows[i].at, &n, sizeof n);
		return 1;
	}
	return 0;
}
