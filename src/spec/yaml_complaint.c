#include "yaml_complaint.h"
#include <libyaml.h>

enum how {
	HERE,       /* at the spot where it broke */
	BEGINNING,  /* where the broken thing begins */
	HERE_OF,    /* where it broke, saying where the broken thing begins */
	FIRST_BYTE, /* a character that no value begins with: here, */
	INDICATOR,  /* or at the beginning */
	COLON,      /* a key where none can stand */
	DOCUMENT,   /* text behind the end of the document */
};
struct complaint {
	const char *problem; /* libyaml's words */
	enum how how;
	const char *text, *hint;
};

#define SINGLE "use single quotes: a backslash stays a backslash in them"
#define CLOSE  "close it on the same line"
#define INDENT "check the indentation"

/* clang-format off */
static const struct complaint complaint_row[] = {
	{ "mapping values are not allowed in this context", COLON, NULL, NULL },
	{ "found character that cannot start any token", FIRST_BYTE, NULL, NULL },
	{ "did not find expected alphabetic or numeric character", INDICATOR, NULL, NULL },
	{ "found unknown escape character", HERE, "double quotes do not know this escape", SINGLE },
	{ "did not find expected hexdecimal number", HERE,
	  "double quotes expect a hexadecimal number here", SINGLE },
	{ "found invalid Unicode character escape code", HERE,
	  "this escape is no Unicode character", SINGLE },
	{ "found unexpected end of stream", BEGINNING, "this quote is never closed", CLOSE },
	{ "found unexpected document indicator", BEGINNING, "this quote is never closed", CLOSE },
	{ "found a tab character that violates indentation", HERE,
	  "a tab cannot indent", "indent with blanks" },
	{ "found a tab character where an indentation space is expected", HERE,
	  "a tab cannot indent", "indent with blanks" },
	{ "could not find expected ':'", BEGINNING, "a ': ' is lacking after this key",
	  "write `key: value`, with a blank after the colon" },
	{ "did not find expected key", HERE_OF, "this does not continue the map",
	  INDENT "; put a regex that begins with [, { or a quote in single quotes as a whole" },
	{ "did not find expected '-' indicator", HERE_OF, "this does not continue the list",
	  INDENT "; every item begins with '- ', all at one column" },
	{ "did not find expected ',' or ']'", HERE_OF,
	  "',' or ']' expected here to continue the list",
	  "put a regex that begins with [ in single quotes" },
	{ "did not find expected ',' or '}'", HERE_OF,
	  "',' or '}' expected here to continue the map",
	  "put a regex that holds { } [ ] or , in single quotes" },
	{ "did not find expected node content", HERE, "a value is expected here",
	  "put a value that begins with a special character in single quotes" },
	{ "block sequence entries are not allowed in this context", HERE,
	  "a list item cannot stand here", "begin the list on the next line, or write [a, b]" },
	{ "mapping keys are not allowed in this context", HERE,
	  "a key cannot stand here", "begin the map on the next line, or write {key: value}" },
	{ "did not find expected <document start>", DOCUMENT,
	  "this does not belong to the map or list above it",
	  INDENT ", and that every line is `key: value` or `- item`" },
	{ "found incompatible YAML document", HERE,
	  "this version of YAML is not known", "remove the line" },
	{ "did not find expected comment or line break", HERE, "only a comment may follow | or >",
	  "begin the text on the next line, or put it in single quotes" },
};
/* clang-format on */

struct spot {
	struct diag_list *diag;
	struct str text;
	size_t here, beginning; /* bytes */
};

/* libyaml counts characters. */
static size_t byte_of(struct str text, size_t skipped, size_t index)
{
	size_t byte = skipped;

	while (index-- && byte < text.n)
		do
			byte++;
		while (byte < text.n && ((unsigned char)text.p[byte] & 0xC0) == 0x80);
	return byte;
}

static struct diag_place place_of(struct str text, size_t byte)
{
	struct diag_place place = { 1, 1, 1 };
	size_t line = 0;

	for (size_t i = 0; i < byte && i < text.n; i++) {
		if (text.p[i] != '\n')
			continue;
		place.line++;
		line = i + 1;
	}
	place.column = (unsigned)(byte - line) + 1;
	return place;
}

static void say(const struct spot *at, size_t byte, const char *text, const char *hint)
{
	diag_add(at->diag, NINES_ERROR, place_of(at->text, byte), hint, "%s", text);
}

static void say_beginning(const struct spot *at, const struct complaint *row)
{
	struct diag_place began = place_of(at->text, at->beginning);

	diag_add(at->diag, NINES_ERROR, place_of(at->text, at->here), row->hint,
	    "%s that begins at %u:%u", row->text, began.line, began.column);
}

static void say_character(const struct spot *at, size_t byte)
{
	const char c = at->text.p[byte < at->text.n ? byte : 0];

	if (c == '\t')
		say(at, byte, "a tab cannot indent", "indent with blanks");
	else
		diag_add(at->diag, NINES_ERROR, place_of(at->text, byte),
		    "put the value in single quotes", "a value cannot begin with '%c'", c);
}

static size_t line_start(struct str text, size_t byte)
{
	while (byte && text.p[byte - 1] != '\n')
		byte--;
	return byte;
}

/* The last line above the byte `start` that says something, without its indentation. */
static struct str line_above(struct str text, size_t start)
{
	struct str line = { text.p, 0 };

	while (start && (!line.n || line.p[0] == '#')) {
		size_t end = start - 1;

		start = line_start(text, end);
		end -= end > start && text.p[end - 1] == '\r';
		line = str_trim((struct str){ text.p + start, end - start });
	}
	return line;
}

static int has_key(struct str line)
{
	for (size_t i = 0; i < line.n; i++)
		if (line.p[i] == ':' && (i + 1 == line.n || line.p[i + 1] == ' '))
			return 1;
	return 0;
}

static void say_no_key(const struct spot *at, struct str line)
{
	struct diag_place place = place_of(at->text, (size_t)(line.p - at->text.p));

	place.width = (unsigned)line.n;
	diag_add(at->diag, NINES_ERROR, place, "a blank follows the colon",
	    "this line is no `key: value`");
}

/* A second colon in a line, or a key below a line that was meant to be a key and its value. */
static void say_colon(const struct spot *at)
{
	size_t start = line_start(at->text, at->here);
	struct str before = { at->text.p + start, at->here - start };
	struct str above = line_above(at->text, start);

	if (str_find(before, 0, ':') < before.n) {
		say(at, at->here, "a second ': ' in one line",
		    "if it belongs to a regex, put the regex in single quotes");
		return;
	}
	if (!above.n || has_key(above))
		say(at, at->here, "a key cannot stand here", INDENT);
	else
		say_no_key(at, above);
}

/* A line such as `version:1` at the top is a whole document, and the next line is too much. */
static void say_document(const struct spot *at, const struct complaint *row)
{
	struct str above = line_above(at->text, line_start(at->text, at->here));

	if (above.n && !has_key(above) && str_find(above, 0, ':') < above.n && above.p[0] != '-')
		say_no_key(at, above);
	else
		say(at, at->here, row->text, row->hint);
}

static void say_row(const struct spot *at, const struct complaint *row)
{
	switch (row->how) {
	case HERE:
		say(at, at->here, row->text, row->hint);
		break;
	case BEGINNING:
		say(at, at->beginning, row->text, row->hint);
		break;
	case HERE_OF:
		say_beginning(at, row);
		break;
	case FIRST_BYTE:
		say_character(at, at->here);
		break;
	case INDICATOR:
		say_character(at, at->beginning);
		break;
	case COLON:
		say_colon(at);
		break;
	case DOCUMENT:
		say_document(at, row);
		break;
	}
}

/* Errors of libyaml's reader have an offset in bytes and no mark. */
static void say_bytes(const struct spot *at, const yaml_parser_t *parser, size_t skipped)
{
	size_t byte = parser->problem_offset + skipped;

	if (!str_is(str_of(parser->problem), "control characters are not allowed"))
		say(at, byte, "this is not UTF-8", "save the file as UTF-8");
	else
		diag_add(at->diag, NINES_ERROR, place_of(at->text, byte),
		    "remove it; in a regex, write it as an escape, for example \\x00",
		    "control character 0x%02x", (unsigned)parser->problem_value);
}

void yaml_complaint_add(
    struct diag_list *diag, struct str text, size_t skipped, const struct yaml_parser_s *parser)
{
	struct spot at = { diag, text, byte_of(text, skipped, parser->problem_mark.index), 0 };

	if (parser->error == YAML_MEMORY_ERROR) {
		diag->failed = 1;
		return;
	}
	if (parser->error == YAML_READER_ERROR) {
		say_bytes(&at, parser, skipped);
		return;
	}
	at.beginning =
	    parser->context ? byte_of(text, skipped, parser->context_mark.index) : at.here;
	for (size_t i = 0; i < sizeof complaint_row / sizeof *complaint_row; i++) {
		if (!str_is(str_of(parser->problem), complaint_row[i].problem))
			continue;
		say_row(&at, &complaint_row[i]);
		return;
	}
	diag_add(diag, NINES_ERROR, place_of(text, at.here), NULL, "%s%s%s", parser->problem,
	    parser->context ? " " : "", parser->context ? parser->context : "");
}
