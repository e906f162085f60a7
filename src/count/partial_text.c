#include "partial_impl.h"

#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

uint64_t partial_hash(struct str s)
{
	return XXH3_64bits(s.p != NULL ? s.p : "", s.n);
}

uint64_t partial_hash_mix(uint64_t a, uint64_t b)
{
	unsigned char p[16];

	for (int i = 0; i < 8; i++) {
		p[i] = (unsigned char)(a >> (8 * i));
		p[8 + i] = (unsigned char)(b >> (8 * i));
	}
	return XXH3_64bits(p, sizeof p);
}

uint64_t partial_digest(const char *a, const char *b, uint64_t n)
{
	return partial_hash_mix(
	    partial_hash_mix(partial_hash(str_of(a)), partial_hash(str_of(b))), n);
}

/* ---- names ---- */

static int is_plain(unsigned char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	    (c != '\0' && strchr("_.:,+=@/-", c) != NULL);
}

void partial_encode(struct out *o, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		const unsigned char c = (unsigned char)s.p[i];

		if (is_plain(c))
			out_char(o, (char)c);
		else
			out_fmt(o, "%%%02X", (unsigned)c);
	}
}

struct str partial_encoded(struct mem_arena *arena, struct str s)
{
	static const char digit[] = "0123456789ABCDEF";
	char *text = s.n < SIZE_MAX / 3 ? mem_arena_new(arena, 3 * s.n + 1, 1) : NULL;
	size_t n = 0;

	for (size_t i = 0; text != NULL && i < s.n; i++) {
		const unsigned char c = (unsigned char)s.p[i];

		if (is_plain(c)) {
			text[n++] = (char)c;
			continue;
		}
		text[n++] = '%';
		text[n++] = digit[c >> 4];
		text[n++] = digit[c & 15];
	}
	return (struct str){ text, n };
}

static int hex_digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The byte that s stands for at i, and how many it takes; 0 when it is not as it is written. */
static size_t decode_at(struct str s, size_t i, unsigned char *byte)
{
	int high, low;

	if (is_plain((unsigned char)s.p[i])) {
		*byte = (unsigned char)s.p[i];
		return 1;
	}
	if (s.p[i] != '%' || s.n - i < 3)
		return 0;
	high = hex_digit(s.p[i + 1]);
	low = hex_digit(s.p[i + 2]);
	if (high < 0 || low < 0)
		return 0;
	*byte = (unsigned char)(high * 16 + low);
	return *byte == '\0' || is_plain(*byte) ? 0 : 3;
}

int partial_is_encoded(struct str s)
{
	for (size_t i = 0, took; i < s.n; i += took) {
		unsigned char byte;

		took = decode_at(s, i, &byte);
		if (took == 0)
			return 0;
	}
	return 1;
}

const char *partial_decode(struct mem_arena *arena, struct str s)
{
	char *text = mem_arena_new(arena, s.n + 1, 1);
	size_t n = 0;

	if (text == NULL)
		return NULL;
	for (size_t i = 0, took; i < s.n; i += took) {
		unsigned char byte;

		took = decode_at(s, i, &byte);
		if (took == 0)
			break;
		text[n++] = (char)byte;
	}
	return text;
}

/* ---- numbers ---- */

enum partial_number partial_take_u64(struct str *s, uint64_t *n)
{
	size_t i = 0;
	uint64_t value = 0;

	for (; i < s->n && s->p[i] >= '0' && s->p[i] <= '9'; i++) {
		const uint64_t digit = (uint64_t)(s->p[i] - '0');

		/* Nineteen digits are below 10^19, which fits. */
		if (i >= 19 && (value > UINT64_MAX / 10 || value * 10 > UINT64_MAX - digit))
			return PARTIAL_NUMBER_TOO_BIG;
		value = value * 10 + digit;
	}
	if (i == 0 || (s->p[0] == '0' && i > 1))
		return PARTIAL_NO_NUMBER;
	s->p += i;
	s->n -= i;
	*n = value;
	return PARTIAL_IS_NUMBER;
}

enum partial_number partial_take_i64(struct str *s, int64_t *n)
{
	struct str rest = *s;
	const int negative = rest.n > 0 && rest.p[0] == '-';
	enum partial_number rc;
	uint64_t value;

	rest.p += negative;
	rest.n -= (size_t)negative;
	rc = partial_take_u64(&rest, &value);
	if (rc != PARTIAL_IS_NUMBER)
		return rc;
	if (value > INT64_MAX)
		return PARTIAL_NUMBER_TOO_BIG;
	if (negative && value == 0)
		return PARTIAL_NO_NUMBER;
	*n = negative ? -(int64_t)value : (int64_t)value;
	*s = rest;
	return PARTIAL_IS_NUMBER;
}

size_t partial_put_u64(char *to, uint64_t n)
{
	char digit[20];
	size_t digits = 0;

	do {
		digit[digits++] = (char)('0' + n % 10);
		n /= 10;
	} while (n > 0);
	for (size_t i = 0; i < digits; i++)
		to[i] = digit[digits - 1 - i];
	return digits;
}

int partial_hex(struct str s, uint64_t *n)
{
	uint64_t value = 0;

	if (s.n != 16)
		return 0;
	for (size_t i = 0; i < s.n; i++) {
		const char c = s.p[i];

		if (c >= '0' && c <= '9')
			value = value << 4 | (uint64_t)(c - '0');
		else if (c >= 'a' && c <= 'f')
			value = value << 4 | (uint64_t)(c - 'a' + 10);
		else
			return 0;
	}
	*n = value;
	return 1;
}

struct str partial_cut(struct str *s, char at)
{
	const char *found = s->n > 0 ? memchr(s->p, at, s->n) : NULL;
	const struct str head = { s->p, found != NULL ? (size_t)(found - s->p) : s->n };
	const size_t took = head.n + (found != NULL);

	s->p += took;
	s->n -= took;
	return head;
}

/* ---- keys ---- */

size_t partial_put_name(char *to, struct str name)
{
	memcpy(to, name.p, name.n);
	to[name.n] = '|';
	return name.n + 1;
}

size_t partial_put_time(char *to, int64_t start_s, uint32_t length_s)
{
	const int negative = start_s < 0;
	size_t n = 0;

	if (negative)
		to[n++] = '-';
	n += partial_put_u64(to + n, negative ? 0 - (uint64_t)start_s : (uint64_t)start_s);
	to[n++] = '|';
	return n + partial_put_u64(to + n, length_s);
}

uint64_t partial_row_check(struct str key, const struct tally_cell *cell)
{
	const uint64_t number[] = { cell->valid, cell->good, cell->missing };
	uint64_t check = 0;

	for (size_t i = 0; i < 3; i++)
		if (number[i] > 0)
			check += number[i] * (XXH3_64bits_withSeed(key.p, key.n, i + 1) | 1);
	return check;
}
