#include "out.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "num.h"

#define FMT_MAX 1024

void out_init(struct out *o, nines_write_fn *write, void *ctx)
{
	o->write = write;
	o->ctx = ctx;
	o->failed = 0;
	o->indent = 1;
	o->used = 0;
}

static void give(struct out *o, const char *p, size_t n)
{
	if (o->failed || n == 0)
		return;
	errno = 0;
	if (o->write(o->ctx, p, n) != 0)
		o->failed = errno ? errno : EIO;
}

static void flush(struct out *o)
{
	give(o, o->buf, o->used);
	o->used = 0;
}

/* Whether nothing but blanks follows the last newline, when that held or not before p. */
static int indented(int before, const char *p, size_t n)
{
	while (n > 0 && (p[n - 1] == ' ' || p[n - 1] == '\t'))
		n--;
	return n == 0 ? before : p[n - 1] == '\n';
}

void out_bytes(struct out *o, const char *p, size_t n)
{
	if (o->failed || n == 0)
		return;
	o->indent = indented(o->indent, p, n);
	if (n > sizeof o->buf - o->used)
		flush(o);
	if (n > sizeof o->buf) {
		give(o, p, n);
		return;
	}
	memcpy(o->buf + o->used, p, n);
	o->used += n;
}

void out_cstr(struct out *o, const char *s)
{
	out_str(o, str_of(s));
}

void out_str(struct out *o, struct str s)
{
	out_bytes(o, s.p, s.n);
}

void out_char(struct out *o, char c)
{
	out_bytes(o, &c, 1);
}

void out_repeat(struct out *o, const char *s, size_t times)
{
	const struct str piece = str_of(s);

	for (size_t i = 0; i < times; i++)
		out_str(o, piece);
}

void out_u64(struct out *o, uint64_t v)
{
	char buf[20];
	size_t at = sizeof buf;

	do {
		buf[--at] = (char)('0' + (int)(v % 10));
		v /= 10;
	} while (v > 0);
	out_bytes(o, buf + at, sizeof buf - at);
}

void out_i64(struct out *o, int64_t v)
{
	if (v < 0)
		out_char(o, '-');
	out_u64(o, v < 0 ? 0 - (uint64_t)v : (uint64_t)v);
}

void out_fmt(struct out *o, const char *fmt, ...)
{
	char buf[FMT_MAX + 1];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(buf, sizeof buf, fmt, ap);
	va_end(ap);
	if (n >= 0 && (size_t)n < sizeof buf)
		out_bytes(o, buf, (size_t)n);
	else if (!o->failed)
		o->failed = EOVERFLOW;
}

void out_grouped(struct out *o, uint64_t v)
{
	char buf[26];
	size_t at = sizeof buf;

	for (unsigned digits = 0; digits == 0 || v > 0; digits++) {
		if (digits > 0 && digits % 3 == 0)
			buf[--at] = ',';
		buf[--at] = (char)('0' + (int)(v % 10));
		v /= 10;
	}
	out_bytes(o, buf + at, sizeof buf - at);
}

/* The length of the run from `at` that a JSON string may hold as it is. */
static size_t json_run(struct str s, size_t at)
{
	size_t i = at;

	while (i < s.n && s.p[i] != '"' && s.p[i] != '\\' && s.p[i] != '<') {
		const size_t n = str_shown(s, i);

		if (n == 0)
			break;
		i += n;
	}
	return i - at;
}

static void json_escape(struct out *o, uint32_t code)
{
	static const char plain[] = "\"\\\n\r\t", letter[] = "\"\\nrt";
	const char *const at = code ? strchr(plain, (int)(code & 0x7f)) : NULL;

	if (code < 0x80 && at && *at)
		out_fmt(o, "\\%c", letter[at - plain]);
	else
		out_fmt(o, "\\u%04" PRIx32, code);
}

void out_json_str(struct out *o, struct str s)
{
	out_char(o, '"');
	for (size_t i = 0; i < s.n;) {
		const size_t run = json_run(s, i);
		uint32_t code;
		size_t n;

		out_bytes(o, s.p + i, run);
		i += run;
		if (i >= s.n)
			break;
		n = str_decode(s, i, &code);
		if (n > 0)
			json_escape(o, code);
		else
			out_cstr(o, "\xef\xbf\xbd");
		i += n ? n : 1;
	}
	out_char(o, '"');
}

void out_json_num(struct out *o, double v)
{
	char buf[NUM_SIZE];

	out_cstr(o, num_shortest(buf, v));
}

static int same_letters(struct str s, size_t at, const char *lower)
{
	for (; *lower; lower++, at++) {
		if (at >= s.n || (s.p[at] | (*lower >= 'a' ? 0x20 : 0)) != *lower)
			return 0;
	}
	return 1;
}

/* Whether a CI runner would take what begins at `at` for a command of its own (GitHub, GitLab,
 * Azure, TeamCity). */
static int command_at(struct str s, size_t at, int line_start)
{
	static const char *const token[] = { "##[", "##vso[", "##teamcity[" };

	if (s.p[at] == ':')
		return line_start && same_letters(s, at, "::");
	if (s.p[at] != '#')
		return 0;
	for (size_t i = 0; i < sizeof token / sizeof *token; i++) {
		if (same_letters(s, at, token[i]))
			return 1;
	}
	return 0;
}

void out_visible(struct out *o, struct str s)
{
	size_t i = 0;

	while (i < s.n) {
		const size_t n = str_shown(s, i);

		if (n == 0 || command_at(s, i, o->indent)) {
			out_fmt(o, "\\x%02x", (unsigned)(unsigned char)s.p[i]);
			i++;
		} else {
			out_bytes(o, s.p + i, n);
			if (s.p[i] == '\\')
				out_char(o, '\\');
			i += n;
		}
	}
}

int out_finish(struct out *o)
{
	flush(o);
	return o->failed;
}
