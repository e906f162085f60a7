#include "record.h"
#include <string.h>

static const struct {
	const char *name, *meaning;
} fields[RECORD_FIELDS] = {
	[RECORD_TIME] = { "time", "when it happened, as logged" },
	[RECORD_METHOD] = { "method", "GET, POST, ..." },
	[RECORD_URI] = { "uri", "the request target as logged" },
	[RECORD_PATH] = { "path", "the target without scheme, authority, query and fragment" },
	[RECORD_QUERY] = { "query", "what follows the '?', empty when there is none" },
	[RECORD_PROTO] = { "proto", "HTTP/1.1, ..." },
	[RECORD_STATUS] = { "status", "the response status the client got" },
	[RECORD_BYTES] = { "bytes", "bytes sent to the client" },
	[RECORD_BYTES_IN] = { "bytes_in", "bytes received from the client" },
	[RECORD_DURATION] = { "duration", "how long the request took" },
	[RECORD_UPSTREAM_DURATION] = { "upstream_duration",
	    "how long the upstream took, all tries together" },
	[RECORD_UPSTREAM_STATUS] = { "upstream_status", "the status of the last upstream try" },
	[RECORD_HOST] = { "host", "the host name asked for, or the virtual host" },
	[RECORD_CLIENT] = { "client", "who asked: an address or a host name" },
	[RECORD_USER] = { "user", "the authenticated user" },
	[RECORD_AGENT] = { "agent", "the User-Agent header" },
	[RECORD_REFERER] = { "referer", "the Referer header" },
	[RECORD_REQUEST_ID] = { "request_id", "the request's own identifier" },
};

const char *record_field_name(enum record_field f)
{
	return fields[f].name;
}

const char *record_field_meaning(enum record_field f)
{
	return fields[f].meaning;
}

const char *record_reject_name(enum record_reject r)
{
	static const char *const name[RECORD_REJECTS] = {
		[RECORD_OK] = "ok",
		[RECORD_BAD_FORMAT] = "format",
		[RECORD_BAD_TIME] = "time",
		[RECORD_FUTURE] = "future",
		[RECORD_TOO_LONG] = "too_long",
		[RECORD_REGEX_LIMIT] = "regex_limit",
	};

	return name[r];
}

/* Nanoseconds are mantissa * scale * 10^power. */
struct unit {
	int power;
	unsigned scale;
};
static const struct unit units[] = {
	[RECORD_UNIT_NONE] = { 9, 1 },
	[RECORD_UNIT_S] = { 9, 1 },
	[RECORD_UNIT_MS] = { 6, 1 },
	[RECORD_UNIT_US] = { 3, 1 },
	[RECORD_UNIT_NS] = { 0, 1 },
};

/* Longer spellings first: the first that fits is taken. */
static const struct {
	struct str text;
	struct unit unit;
} suffixes[] = {
	{ { "ns", 2 }, { 0, 1 } },
	{ { "us", 2 }, { 3, 1 } },
	{ { "\xc2\xb5s", 3 }, { 3, 1 } },
	{ { "\xce\xbcs", 3 }, { 3, 1 } },
	{ { "ms", 2 }, { 6, 1 } },
	{ { "s", 1 }, { 9, 1 } },
	{ { "m", 1 }, { 9, 60 } },
	{ { "h", 1 }, { 9, 3600 } },
};

static int is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static int begins_with(struct str s, struct str head)
{
	return s.n >= head.n && !memcmp(s.p, head.p, head.n);
}

static void skip(struct str *s, size_t n)
{
	s->p += n;
	s->n -= n;
}

static size_t count_digits(struct str s)
{
	size_t n = 0;

	while (n < s.n && is_digit(s.p[n]))
		n++;
	return n;
}

/* A decimal as it is written: digits with a dot somewhere, and an exponent. */
struct decimal {
	struct str whole, fraction;
	int exponent;
};
#define EXPONENT_MAX 99

static int take_exponent(struct str *s, int *exponent)
{
	struct str rest = *s;
	int minus, e = 0;
	size_t n;

	*exponent = 0;
	if (!rest.n || (rest.p[0] != 'e' && rest.p[0] != 'E'))
		return 1;
	skip(&rest, 1);
	minus = rest.n && rest.p[0] == '-';
	if (rest.n && (rest.p[0] == '-' || rest.p[0] == '+'))
		skip(&rest, 1);
	n = count_digits(rest);
	if (!n)
		return 0;
	for (size_t i = 0; i < n; i++) {
		e = e * 10 + (rest.p[i] - '0');
		if (e > EXPONENT_MAX)
			return 0;
	}
	skip(&rest, n);
	*exponent = minus ? -e : e;
	*s = rest;
	return 1;
}

static int take_decimal(struct str *s, struct decimal *d)
{
	d->whole = (struct str){ s->p, count_digits(*s) };
	skip(s, d->whole.n);
	d->fraction = (struct str){ s->p, 0 };
	if (s->n && s->p[0] == '.') {
		skip(s, 1);
		d->fraction = (struct str){ s->p, count_digits(*s) };
		skip(s, d->fraction.n);
	}
	return d->whole.n + d->fraction.n > 0 && take_exponent(s, &d->exponent);
}

/* Adds one digit worth 10^place; what is below a nanosecond is cut off. */
static int push_digit(uint64_t *v, char digit, int place)
{
	if (place < 0)
		return 1;
	return !__builtin_mul_overflow(*v, (uint64_t)10, v) &&
	    !__builtin_add_overflow(*v, (uint64_t)(digit - '0'), v);
}

static int decimal_ns(const struct decimal *d, struct unit unit, uint64_t *ns)
{
	int place = (int)d->whole.n + d->exponent + unit.power;
	uint64_t v = 0;

	for (size_t i = 0; i < d->whole.n; i++)
		if (!push_digit(&v, d->whole.p[i], --place))
			return 0;
	for (size_t i = 0; i < d->fraction.n; i++)
		if (!push_digit(&v, d->fraction.p[i], --place))
			return 0;
	while (v && place-- > 0)
		if (!push_digit(&v, '0', 0))
			return 0;
	return !__builtin_mul_overflow(v, (uint64_t)unit.scale, ns);
}

/* Takes a unit off the front; 0 when there is none. */
static int take_suffix(struct str *s, struct unit *unit)
{
	for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
		if (begins_with(*s, suffixes[i].text)) {
			*unit = suffixes[i].unit;
			skip(s, suffixes[i].text.n);
			return 1;
		}
	}
	return 0;
}

/* One value: a decimal in the field's unit, or decimals each with its own unit ("1m2.5s"). */
static enum record_took took_item(struct str s, enum record_unit unit, uint64_t *ns)
{
	struct decimal d;
	int has_suffix = 1;

	*ns = 0;
	if (str_is(s, "-") || str_is(s, "-1"))
		return RECORD_TOOK_MISSING;
	if (s.n && s.p[0] == '+')
		skip(&s, 1);
	if (!s.n)
		return RECORD_TOOK_INVALID;
	while (s.n && has_suffix) {
		struct unit u = units[unit];
		uint64_t part;

		if (!take_decimal(&s, &d))
			return RECORD_TOOK_INVALID;
		has_suffix = take_suffix(&s, &u);
		if (!decimal_ns(&d, u, &part) || __builtin_add_overflow(*ns, part, ns))
			return RECORD_TOOK_INVALID;
	}
	return s.n || *ns > INT64_MAX ? RECORD_TOOK_INVALID : RECORD_TOOK;
}

static size_t separator_width(struct str s)
{
	if (begins_with(s, STR(", ")))
		return 2;
	return begins_with(s, STR(" : ")) ? 3 : 0;
}

/* Takes the next item off an nginx list: ", " between tries, " : " between internal redirects, with
 * the blanks (ngx_http_upstream.c); "1:30" is no list.  *more tells whether a separator followed
 * the item. */
static struct str take_item(struct str *s, int *more)
{
	struct str rest = *s, item = *s;

	*more = 0;
	while (rest.n) {
		const size_t width = separator_width(rest);

		if (width) {
			item.n -= rest.n;
			skip(&rest, width);
			*more = 1;
			break;
		}
		skip(&rest, 1);
	}
	*s = rest;
	return item;
}

/* "12.48": digits, a dot and digits, few enough for no overflow and no digit
 * below a nanosecond. 0: read it the long way. */
static int took_short(struct str s, enum record_unit unit, int64_t *ns)
{
	static const uint32_t power_of_ten[] = { 1, 10, 100, 1000, 10000, 100000, 1000000, 10000000,
		100000000, 1000000000 };
	int places = 0, has_dot = 0;
	uint64_t v = 0;
	int64_t scaled;

	if (!s.n || s.n > 10)
		return 0;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '.' && !has_dot && s.n > 1) {
			has_dot = 1;
			continue;
		}
		if (!is_digit(s.p[i]))
			return 0;
		v = v * 10 + (uint64_t)(s.p[i] - '0');
		places += has_dot;
	}
	if (places > units[unit].power ||
	    __builtin_mul_overflow(v, power_of_ten[units[unit].power - places], &scaled))
		return 0;
	*ns = scaled;
	return 1;
}

enum record_took record_took(struct str s, enum record_unit unit, int64_t *ns)
{
	uint64_t sum = 0, v;
	int more = 1, some = 0;

	if (took_short(s, unit, ns))
		return RECORD_TOOK;
	s = str_trim(s);
	if (!s.n)
		return RECORD_TOOK_MISSING;
	while (more) {
		enum record_took took = took_item(take_item(&s, &more), unit, &v);

		if (took == RECORD_TOOK_INVALID)
			return RECORD_TOOK_INVALID;
		if (took == RECORD_TOOK_MISSING)
			continue;
		some = 1;
		if (__builtin_add_overflow(sum, v, &sum) || sum > INT64_MAX)
			return RECORD_TOOK_INVALID;
	}
	if (!some)
		return RECORD_TOOK_MISSING;
	*ns = (int64_t)sum;
	return RECORD_TOOK;
}
