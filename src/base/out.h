/* Where text goes.  Failure sticks: after the first one every call is a no-op, so a renderer writes
 * straight through and its caller asks once, at out_finish(). */
#ifndef OUT_H
#define OUT_H
#include "nines.h"
#include "str.h"

struct out {
	nines_write_fn *write;
	void *ctx;
	int failed; /* errno of the first failure, 0 while all is well */
	int indent; /* nothing but blanks since the last newline: where a CI runner looks for a
	               command */
	size_t used;
	char buf[4096];
};

void out_init(struct out *o, nines_write_fn *write, void *ctx);
void out_bytes(struct out *o, const char *p, size_t n);
void out_cstr(struct out *o, const char *s);
void out_str(struct out *o, struct str s);
void out_char(struct out *o, char c);
void out_repeat(struct out *o, const char *s, size_t times);
void out_u64(struct out *o, uint64_t v);
void out_i64(struct out *o, int64_t v);
void out_fmt(struct out *o, const char *fmt, ...)
    __attribute__((format(printf, 2, 3))); /* over 1 KiB fails */
/* Thousands in groups: 182,934. */
void out_grouped(struct out *o, uint64_t v);
/* JSON: a quoted string that is always valid UTF-8 (bad bytes become U+FFFD, controls and
 * bidirectional controls \uxxxx, and '<' \u003c so that it can stand in a page); a number as the
 * shortest decimal that reads back the same, NaN and infinities as null. */
void out_json_str(struct out *o, struct str s);
void out_json_num(struct out *o, double v);
/* Text that came from a log or a file name, made harmless on a terminal and in a CI log: C0, DEL,
 * C1, invalid UTF-8 and bidirectional controls as \xhh, backslash doubled, and the command tokens
 * of CI runners broken ("::" at a line start, "##[", "##vso[", "##teamcity["). */
void out_visible(struct out *o, struct str s);
/* Flushes; 0, or the errno of the first failure. */
int out_finish(struct out *o);
#endif
