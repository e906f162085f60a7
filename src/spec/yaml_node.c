#include "yaml.h"

const struct yaml_node *yaml_get(const struct yaml_node *node, const char *key)
{
	if (!node || node->kind != YAML_MAP)
		return NULL;
	for (size_t i = 0; i < node->items; i++)
		if (str_is(node->item[i].key->value, key))
			return node->item[i].value;
	return NULL;
}

const char *yaml_kind_name(enum yaml_kind kind)
{
	static const char *const name[] = {
		[YAML_SCALAR] = "a single value",
		[YAML_MAP] = "a map",
		[YAML_LIST] = "a list",
		[YAML_REFUSED] = "an alias",
	};

	return name[kind];
}

int yaml_absent(const struct yaml_node *node)
{
	return node->kind == YAML_SCALAR && node->style == YAML_PLAIN && !node->value.n;
}

/* Escapes that are not one byte for two: their hexadecimal digits, or the bytes they stand for. */
static const struct {
	char letter;
	unsigned char digits, bytes;
} escape[] = {
	{ 'x', 2, 0 },
	{ 'u', 4, 0 },
	{ 'U', 8, 0 }, /* a code point */
	{ 'N', 0, 2 },
	{ '_', 0, 2 },
	{ 'L', 0, 3 },
	{ 'P', 0, 3 },
};

static size_t utf8_bytes(const char *digit, size_t n)
{
	uint32_t code = 0;

	for (size_t i = 0; i < n; i++)
		code = code << 4 | (uint32_t)((digit[i] & 0xF) + (digit[i] > '9' ? 9 : 0));
	return 1 + (size_t)(code >= 0x80) + (size_t)(code >= 0x800) + (size_t)(code >= 0x10000);
}

/* Source bytes of the escape at p, and how many bytes of value it stands for. */
static size_t escape_length(const char *p, size_t left, size_t *value)
{
	size_t i = 0, n = sizeof escape / sizeof *escape;

	*value = 1;
	while (i < n && escape[i].letter != p[1])
		i++;
	if (i == n)
		return 2;
	*value = escape[i].bytes;
	if (escape[i].digits && escape[i].digits + 2u <= left)
		*value = utf8_bytes(p + 2, escape[i].digits);
	return 2u + escape[i].digits;
}

/* Bytes of source that give `offset` bytes of a quoted scalar's value; p is behind the opening
 * quote. */
static size_t source_offset(enum yaml_style style, const char *p, size_t n, size_t offset)
{
	size_t at = 0, value = 0;

	while (at < n && value < offset) {
		size_t length = 1, stands_for = 1;

		if (style == YAML_SINGLE && p[at] == '\'')
			length = 2;
		else if (style == YAML_DOUBLE && p[at] == '\\' && at + 1 < n)
			length = escape_length(p + at, n - at, &stands_for);
		at += length;
		value += stands_for;
	}
	return at < n ? at : n;
}

struct diag_place yaml_place_in(const struct yaml_node *node, struct str text, size_t offset)
{
	size_t quote = node->style == YAML_SINGLE || node->style == YAML_DOUBLE ? 1 : 0;
	size_t n = node->end - node->start;
	struct diag_place place = node->place;

	if (node->kind != YAML_SCALAR || node->style == YAML_BLOCK || n < 2 * quote ||
	    n > place.width)
		return place;
	n -= 2 * quote;
	if (quote)
		offset = source_offset(node->style, text.p + node->start + quote, n, offset);
	else if (offset > n)
		offset = n;
	place.column += (unsigned)(quote + offset);
	place.width = 1;
	return place;
}
