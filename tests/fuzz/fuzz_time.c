/* Stamps, one a line, through one memo.  The memo changes nothing, and what is read reads back the
 * same from its own RFC 3339 form.  Each line is a duration, too. */
#include <stdlib.h>
#include <string.h>

#include "record.h"
#include "stamp.h"
#include "when.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void require(int holds)
{
	if (!holds)
		abort();
}

static void check_stamp(struct stamp_memo *memo, struct str s)
{
	struct stamp_memo fresh = { .n = 0 };
	int64_t t = 0, with_memo = 0, back = 0;
	int twice = 0, twice_with_memo = 0, ok = stamp_parse(&fresh, NULL, s, &t, &twice);
	char text[WHEN_SIZE];

	require(stamp_width(s) <= s.n);
	require(stamp_parse(memo, NULL, s, &with_memo, &twice_with_memo) == ok);
	require(t == with_memo && twice == 0 && twice_with_memo == 0);
	if (!ok)
		return;
	require(t >= 0);
	require(stamp_parse(memo, NULL, str_of(when_text(text, t)), &back, &twice) && back == t);
}

static void check_duration(struct str s)
{
	for (int unit = RECORD_UNIT_NONE; unit <= RECORD_UNIT_NS; unit++) {
		int64_t ns = -1;
		const enum record_took took = record_took(s, (enum record_unit)unit, &ns);

		require(took == RECORD_TOOK ? ns >= 0 : ns == -1);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	const struct str all = { (const char *)p, n };
	struct stamp_memo memo = { .n = 0 };

	for (size_t from = 0; from <= n;) {
		const size_t to = str_find(all, from, '\n'), width = to - from;
		char *line = malloc(width ? width : 1);

		if (!line)
			abort();
		memcpy(line, all.p + from, width);
		check_stamp(&memo, (struct str){ line, width });
		check_duration((struct str){ line, width });
		free(line);
		from = to + 1;
	}
	return 0;
}
