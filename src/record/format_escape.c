/* Escapes in the strings of JSON lines: RFC 8259's, and \xHH, which nginx writes. */
#include "format_impl.h"

#include <string.h>

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The number that `digits` hex digits at p write, or -1. */
static int32_t read_hex(const char *p, const char *end, int digits)
{
	int32_t v = 0;

	if (end - p < digits)
		return -1;
	for (int i = 0; i < digits; i++) {
		const int d = hex_value(p[i]);

		if (d < 0)
			return -1;
		v = v * 16 + d;
	}
	return v;
}

size_t format_escape_width(const char *p, const char *end)
{
	if (end - p < 2)
		return 0;
	if (p[1] == '"' || p[1] == '\\' || p[1] == '/')
		return 2;
	if (p[1] == 'u')
		return read_hex(p + 2, end, 4) >= 0 ? 6 : 0;
	if (p[1] == 'x')
		return read_hex(p + 2, end, 2) >= 0 ? 4 : 0;
	return p[1] && strchr("bfnrt", p[1]) ? 2 : 0;
}

static char *put_utf8(char *out, int32_t v)
{
	if (v < 0x80) {
		*out++ = (char)v;
		return out;
	}
	if (v >= 0x10000) {
		*out++ = (char)(0xf0 | v >> 18);
		*out++ = (char)(0x80 | (v >> 12 & 0x3f));
	} else if (v >= 0x800) {
		*out++ = (char)(0xe0 | v >> 12);
	} else {
		*out++ = (char)(0xc0 | v >> 6);
		*out++ = (char)(0x80 | (v & 0x3f));
		return out;
	}
	*out++ = (char)(0x80 | (v >> 6 & 0x3f));
	*out++ = (char)(0x80 | (v & 0x3f));
	return out;
}

/* \uXXXX, with the second of a surrogate pair; half a pair is U+FFFD.  Never writes more than it
 * reads. */
static char *put_unicode(char *out, const char **p, const char *end)
{
	int32_t v = read_hex(*p + 2, end, 4);

	*p += 6;
	if (v >= 0xd800 && v <= 0xdbff && end - *p >= 6 && (*p)[0] == '\\' && (*p)[1] == 'u') {
		const int32_t low = read_hex(*p + 2, end, 4);

		if (low >= 0xdc00 && low <= 0xdfff) {
			*p += 6;
			return put_utf8(out, 0x10000 + (v - 0xd800) * 0x400 + (low - 0xdc00));
		}
	}
	return put_utf8(out, v >= 0xd800 && v <= 0xdfff ? 0xfffd : v);
}

static char *put_escape(char *out, const char **p, const char *end)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char kind = (*p)[1];

	if (kind == 'u')
		return put_unicode(out, p, end);
	if (kind == 'x') {
		*out++ = (char)read_hex(*p + 2, end, 2);
		*p += 4;
		return out;
	}
	*out++ = to[strchr(from, kind) - from];
	*p += 2;
	return out;
}

size_t format_escape_undo(char *out, struct str s)
{
	const char *p = s.p, *end = s.p + s.n, *start = out;

	while (p < end) {
		if (*p == '\\')
			out = put_escape(out, &p, end);
		else
			*out++ = *p++;
	}
	return (size_t)(out - start);
}
