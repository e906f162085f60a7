/* A request line as nearly all are, told at a glance: "GET /path HTTP/1.1". */
#ifndef FORMAT_PART_H
#define FORMAT_PART_H
#include <string.h>

#include "format_impl.h"
#include "simd.h"

#define FORMAT_HTTP_BYTES 9 /* " HTTP/1.1" */

/* A blank, "HTTP/", and two digits with a dot between them, or nearly: the bytes from '0' to '?'
 * will do, for none of them is a blank. */
static inline int format_ends_in_http(const char *end)
{
	static const char text[8] = "HTTP/0.0", bits[8] = "\xff\xff\xff\xff\xff\xf0\xff\xf0";
	uint64_t word, mask, want;

	memcpy(&word, end - sizeof word, sizeof word);
	memcpy(&mask, bits, sizeof mask);
	memcpy(&want, text, sizeof want);
	return (word & mask) == want && end[-FORMAT_HTTP_BYTES] == ' ';
}

/* Up to a '?' or '#' in [p, end), where bytes up to `readable` may be looked at.  Most targets end
 * within the first look; then no branch hangs on whether they have a query. */
static inline const char *format_path_end(const char *p, const char *end, const char *readable)
{
	uint64_t hits;

	if (readable - p < SIMD_WINDOW || end - p >= SIMD_WINDOW)
		return simd_find_either(p, p, end, '?', '#');
	hits = simd_window_equal_either(p, '?', '#') | UINT64_C(1) << (end - p);
	return p + (unsigned)__builtin_ctzll(hits);
}

/* "GET " or "POST ", or no method known here.  Which of the two it is can hardly be foreseen: no
 * branch hangs on it. */
static inline size_t format_common_method(const char *p)
{
	static const struct {
		char text[8], bits[8];
	} method[] = {
		{ "POST ", "\xff\xff\xff\xff\xff" },
		{ "GET ", "\xff\xff\xff\xff" },
	};
	const unsigned is_brief = p[3] == ' ';
	uint64_t word, mask, want;

	memcpy(&word, p, sizeof word);
	memcpy(&mask, method[is_brief].bits, sizeof mask);
	memcpy(&want, method[is_brief].text, sizeof want);
	return (word & mask) == want ? 4 - is_brief : 0;
}

/* Stores the parts that `plain` asks for; 0: the request is another, look closer. */
static inline int format_part_plain(
    const struct format_plain *plain, struct str s, const char *readable, struct record *r)
{
	const char *end = s.p + s.n, *uri;
	size_t n;

	if (s.n < sizeof "GET / HTTP/1.1" - 1 || !(n = format_common_method(s.p)))
		return 0;
	uri = s.p + n + 1;
	if (*uri != '/' || !format_ends_in_http(end))
		return 0;
	end -= FORMAT_HTTP_BYTES;
	r->have |= plain->have;
	r->field[plain->method] = (struct str){ s.p, n };
	r->field[plain->uri] = (struct str){ uri, (size_t)(end - uri) };
	r->field[plain->path] =
	    (struct str){ uri, (size_t)(format_path_end(uri, end, readable) - uri) };
	return 1;
}
#endif
