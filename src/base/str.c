#include "str.h"

#include <string.h>

#include "simd.h"

#define NEAREST_MAX 64 /* bytes; no name of ours is longer */

struct str str_of(const char *c)
{
	return c ? (struct str){ c, strlen(c) } : STR("");
}

int str_equal(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

int str_is(struct str a, const char *b)
{
	return str_equal(a, str_of(b));
}

int str_starts(struct str s, const char *prefix)
{
	const struct str p = str_of(prefix);

	return s.n >= p.n && str_equal((struct str){ s.p, p.n }, p);
}

static int blank(char c)
{
	return c == ' ' || c == '\t';
}

struct str str_trim(struct str s)
{
	while (s.n > 0 && blank(s.p[s.n - 1]))
		s.n--;
	while (s.n > 0 && blank(s.p[0])) {
		s.p++;
		s.n--;
	}
	return s;
}

int str_u64(struct str s, uint64_t *value)
{
	uint64_t v = 0;

	if (s.n == 0)
		return 0;
	for (size_t i = 0; i < s.n; i++) {
		const unsigned digit = (unsigned)(unsigned char)s.p[i] - '0';

		if (digit > 9 || v > (UINT64_MAX - digit) / 10)
			return 0;
		v = v * 10 + digit;
	}
	*value = v;
	return 1;
}

size_t str_find(struct str s, size_t from, char c)
{
	const char *at;

	if (from >= s.n)
		return s.n;
	at = memchr(s.p + from, c, s.n - from);
	return at ? (size_t)(at - s.p) : s.n;
}

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours; both at
 * most NEAREST_MAX. */
static unsigned distance(struct str a, struct str b)
{
	unsigned char row[3][NEAREST_MAX + 1];
	unsigned char *before = row[0], *above = row[1], *now = row[2];

	memset(row, 0, sizeof row);
	for (size_t j = 0; j <= b.n; j++)
		above[j] = (unsigned char)j;
	for (size_t i = 1; i <= a.n; i++) {
		unsigned char *const spare = before;

		now[0] = (unsigned char)i;
		for (size_t j = 1; j <= b.n; j++) {
			const unsigned differ = a.p[i - 1] != b.p[j - 1];
			unsigned d = least(above[j] + 1u, now[j - 1] + 1u);

			d = least(d, above[j - 1] + differ);
			if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] && a.p[i - 2] == b.p[j - 1])
				d = least(d, before[j - 2] + 1u);
			now[j] = (unsigned char)d;
		}
		before = above;
		above = now;
		now = spare;
	}
	return above[b.n];
}

const char *str_nearest(struct str s, const char *const *name, size_t n)
{
	const char *best = NULL;
	unsigned least_distance = s.n < 3 ? 1 : (unsigned)(s.n / 3);

	if (s.n > NEAREST_MAX)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		const struct str candidate = str_of(name[i]);
		unsigned d;

		if (candidate.n > NEAREST_MAX)
			continue;
		d = distance(s, candidate);
		if (d >= s.n || d > least_distance || (best && d == least_distance))
			continue;
		best = name[i];
		least_distance = d;
	}
	return best;
}

size_t str_decode(struct str s, size_t at, uint32_t *code)
{
	const unsigned char *const p = (const unsigned char *)s.p + at;
	const size_t room = s.n - at;
	const uint32_t lead = p[0];
	size_t n;
	uint32_t c;

	if (lead < 0x80) {
		*code = lead;
		return 1;
	}
	if (lead < 0xc2 || lead > 0xf4)
		return 0;
	n = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
	if (n > room)
		return 0;
	c = lead & (0x7fu >> n);
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3fu);
	}
	if ((n == 3 && c < 0x800) || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	if (n == 4 && (c < 0x10000 || c > 0x10ffff))
		return 0;
	*code = c;
	return n;
}

int str_utf8(struct str s)
{
	uint32_t code;

	for (size_t i = 0; i < s.n;) {
		size_t n = SIMD_BYTES;

		if (s.n - i < SIMD_BYTES || simd_high(s.p + i) != 0)
			n = str_decode(s, i, &code);
		if (n == 0)
			return 0;
		i += n;
	}
	return 1;
}

/* clang-format off */
static const struct {
	uint32_t first, last;
} masked[] = {
	{ 0x00, 0x1f },
	{ 0x7f, 0x9f },
	{ 0x61c, 0x61c },
	{ 0x200e, 0x200f },
	{ 0x2028, 0x202e },
	{ 0x2066, 0x2069 },
	{ 0xfeff, 0xfeff },
};
/* clang-format on */

size_t str_shown(struct str s, size_t at)
{
	uint32_t code;
	const size_t n = str_decode(s, at, &code);

	for (size_t i = 0; n > 0 && i < sizeof masked / sizeof *masked; i++) {
		if (code >= masked[i].first && code <= masked[i].last)
			return 0;
	}
	return n;
}

size_t str_escape(char *to, size_t room, struct str s)
{
	static const char hex[] = "0123456789abcdef";
	size_t used = 0, i = 0;

	while (i < s.n) {
		const size_t n = str_shown(s, i);

		if (used + (n ? n : 4) >= room)
			break;
		if (n > 0) {
			memcpy(to + used, s.p + i, n);
		} else {
			const unsigned char c = (unsigned char)s.p[i];
			const char mask[4] = { '\\', 'x', hex[c >> 4], hex[c & 15] };

			memcpy(to + used, mask, sizeof mask);
		}
		used += n ? n : 4;
		i += n ? n : 1;
	}
	to[used] = '\0';
	return used;
}
