/* Borrowed bytes: never freed, never NUL-terminated, any content. */
#ifndef STR_H
#define STR_H
#include <stddef.h>
#include <stdint.h>

struct str {
	const char *p;
	size_t n;
};
#define STR(literal) ((struct str){ literal, sizeof(literal) - 1 })
#define STR_ARG(s)   (int)(s).n, (s).p /* for "%.*s" */

struct str str_of(const char *c); /* NULL gives the empty string */
int str_equal(struct str a, struct str b);
int str_is(struct str a, const char *b);
int str_starts(struct str s, const char *prefix);
struct str str_trim(struct str s); /* blanks and tabs at both ends */
/* Decimal digits only, at least one; 0 on overflow or anything else. */
int str_u64(struct str s, uint64_t *value);
/* First position of c at or after from, or s.n. */
size_t str_find(struct str s, size_t from, char c);
/* Of the n names, the one nearest to s by edit distance (with transpositions), or NULL when none is
 * near enough to have been meant. */
const char *str_nearest(struct str s, const char *const *name, size_t n);
/* 1 when the bytes are valid UTF-8 (RFC 3629: no surrogates, no overlong forms). */
int str_utf8(struct str s);
/* The character at `at` (< s.n): its length in bytes and its code point, or 0 when no valid UTF-8
 * begins there. */
size_t str_decode(struct str s, size_t at, uint32_t *code);
/* The length in bytes of the character at `at` if it may stand on a terminal as it is, or 0 when
 * its bytes must be masked: C0, DEL, C1, invalid UTF-8, bidirectional controls, line separators and
 * the byte order mark.  Masking byte by byte is right: the rest of a broken character is invalid,
 * too. */
size_t str_shown(struct str s, size_t at);
/* Copies s, what must be masked as \xhh, cut between characters to fit room (> 0), NUL-terminated;
 * the length. */
size_t str_escape(char *to, size_t room, struct str s);
#endif
