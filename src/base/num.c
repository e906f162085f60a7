#include "num.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PERCENT_PLACES 7  /* 1 % is 10^7 ppb */
#define RATIO_PLACES   16 /* 2^64 x 10^18, rounded up, is below 2^128 and fits the buffer */

/* Where the first dot stands, or s.n; 0 in *ok unless s is digits with at most one dot and at least
 * one digit. */
static size_t dot_of(struct str s, int *ok)
{
	size_t dot = s.n, digits = 0;

	*ok = 0;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '.' && dot == s.n)
			dot = i;
		else if (s.p[i] >= '0' && s.p[i] <= '9')
			digits++;
		else
			return s.n;
	}
	*ok = digits > 0;
	return dot;
}

enum num_problem num_percent(struct str s, uint64_t *ppb)
{
	int ok, sign, negative;
	uint64_t v;
	size_t dot;

	s = str_trim(s);
	sign = s.n > 0 && s.p[s.n - 1] == '%';
	s.n -= (size_t)sign;
	s = str_trim(s);
	negative = s.n > 0 && s.p[0] == '-';
	s.p += negative;
	s.n -= (size_t)negative;
	dot = dot_of(s, &ok);
	if (!ok)
		return NUM_NOT_A_NUMBER;
	if (!sign)
		return NUM_NO_PERCENT_SIGN;
	if (negative)
		return NUM_OUT_OF_RANGE;
	if (dot < s.n && s.n - dot - 1 > PERCENT_PLACES)
		return NUM_TOO_MANY_PLACES;
	if (!num_scaled(s, PERCENT_PLACES, &v) || v > NUM_PPB)
		return NUM_OUT_OF_RANGE;
	*ppb = v;
	return NUM_OK;
}

static int push_digit(uint64_t *v, unsigned digit)
{
	if (*v > (UINT64_MAX - digit) / 10)
		return 0;
	*v = *v * 10 + digit;
	return 1;
}

int num_scaled(struct str s, unsigned scale, uint64_t *value)
{
	uint64_t v = 0;
	unsigned left = scale;
	int dots = 0, digits = 0;

	for (size_t i = 0; i < s.n; i++) {
		const unsigned digit = (unsigned)(unsigned char)s.p[i] - '0';

		if (s.p[i] == '.') {
			dots++;
			continue;
		}
		if (digit > 9)
			return 0;
		digits = 1;
		if (dots && left == 0)
			continue;
		left -= (unsigned)dots;
		if (dots > 1 || !push_digit(&v, digit))
			return 0;
	}
	for (; left > 0; left--) {
		if (!push_digit(&v, 0))
			return 0;
	}
	if (!digits || dots > 1)
		return 0;
	*value = v;
	return 1;
}

#define DIGITS_MAX 17 /* enough for any double to read back */
#define PLAIN_FROM (-7)
#define PLAIN_TO   20

/* Digits d1d2...dn (no dot) times 10^(exponent - n + 1), written plainly. */
static void write_plain(char *to, size_t room, const char *digits, int exponent)
{
	static const char zeros[] = "000000000000000000000";
	const int n = (int)strlen(digits), whole = exponent + 1;

	if (whole <= 0)
		(void)snprintf(to, room, "0.%.*s%.*s", -whole, zeros, DIGITS_MAX, digits);
	else if (n <= whole)
		(void)snprintf(to, room, "%.*s%.*s", DIGITS_MAX, digits, whole - n, zeros);
	else
		(void)snprintf(to, room, "%.*s.%s", whole, digits, digits + whole);
}

/* text is what "%.*e" wrote for a positive number: d[.ddd]e[+-]xx. */
static void rewrite(char *to, size_t room, const char *text)
{
	char digits[DIGITS_MAX + 1];
	const char *p = text;
	int exponent = 0, negative;
	size_t n = 0;

	for (; *p && *p != 'e'; p++) {
		if (*p != '.' && n < DIGITS_MAX)
			digits[n++] = *p;
	}
	digits[n] = '\0';
	negative = *p == 'e' && p[1] == '-';
	for (p += *p == 'e' ? 2 : 0; *p >= '0' && *p <= '9' && exponent < 1000; p++)
		exponent = exponent * 10 + (*p - '0');
	if (negative)
		exponent = -exponent;
	if (exponent >= PLAIN_FROM && exponent <= PLAIN_TO)
		write_plain(to, room, digits, exponent);
	else
		(void)snprintf(to, room, "%c%s%.*se%d", digits[0], n > 1 ? "." : "", DIGITS_MAX - 1,
		    digits + 1, exponent % 1000);
}

const char *num_shortest(char buf[NUM_SIZE], double v)
{
	char text[NUM_SIZE];
	const int negative = v < 0;
	const double size = negative ? -v : v;

	if (!isfinite(v))
		return memcpy(buf, "null", 5);
	if (!(size > 0))
		return memcpy(buf, "0", 2);
	for (int places = 0; places < DIGITS_MAX; places++) {
		(void)snprintf(text, sizeof text, "%.*e", places, size);
		if (!(strtod(text, NULL) < size) && !(strtod(text, NULL) > size))
			break;
	}
	buf[0] = '-';
	rewrite(buf + negative, (size_t)(NUM_SIZE - negative), text);
	return buf;
}

const char *num_percent_text(char buf[NUM_SIZE], uint64_t ppb)
{
	size_t n;

	(void)snprintf(buf, NUM_SIZE, "%llu.%07llu", (unsigned long long)(ppb / 10000000),
	    (unsigned long long)(ppb % 10000000));
	n = strlen(buf);
	while (buf[n - 1] == '0')
		n--;
	buf[buf[n - 1] == '.' ? n - 1 : n] = '\0';
	return buf;
}

const char *num_ratio_text(char buf[NUM_SIZE], uint64_t a, uint64_t b, unsigned places, int up)
{
	char *p = buf + NUM_SIZE;
	__extension__ unsigned __int128 v = a;

	if (places > RATIO_PLACES)
		places = RATIO_PLACES;
	for (unsigned i = 0; i < places + 2; i++)
		v *= 10;
	v = v / b + (up && v % b != 0);
	*--p = '\0';
	for (unsigned i = 0; v > 0 || i <= places; i++) {
		if (i == places && places > 0)
			*--p = '.';
		*--p = (char)('0' + (int)(v % 10));
		v /= 10;
	}
	return memmove(buf, p, (size_t)(buf + NUM_SIZE - p));
}
