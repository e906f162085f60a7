/* Apache LogFormat directives (mod_log_config): "%{Referer}i", "%>s", "%!200,304{X}i", "%{ms}T". */
#include "format_impl.h"

#include <string.h>

#include "err.h"

#define FIELD(letter, name, field, rank, shape)                                   \
	{                                                                         \
		letter,                                                           \
		{                                                                 \
			name, field, rank, FORMAT_SHAPE_##shape, RECORD_UNIT_NONE \
		}                                                                 \
	}
#define OWN(letter, name, shape) FIELD(letter, name, FORMAT_OWN, 0, shape)

/* Own names are nginx's where it has the same thing.  %s without '>' is the status before internal
 * redirects: the weaker witness.  %U is decoded and may be rewritten: weaker than %r. */
static const struct letter {
	char letter;
	struct format_variable variable;
} letters[] = {
	FIELD('h', "remote_host", RECORD_CLIENT, 0, TOKEN),
	FIELD('a', "remote_addr", RECORD_CLIENT, 1, TOKEN),
	OWN('A', "server_addr", TOKEN),
	OWN('l', "ident", TOKEN),
	FIELD('u', "remote_user", RECORD_USER, 0, TEXT),
	FIELD('r', "request", FORMAT_REQUEST, 0, TEXT),
	FIELD('m', "request_method", RECORD_METHOD, 0, TOKEN),
	FIELD('U', "uri", RECORD_PATH, 80, TARGET),
	FIELD('q', "query_string", RECORD_QUERY, 0, TOKEN),
	FIELD('H', "server_protocol", RECORD_PROTO, 0, TOKEN),
	FIELD('s', "original_status", RECORD_STATUS, 1, NUMBER),
	FIELD('b', "body_bytes_sent", RECORD_BYTES, 0, NUMBER),
	FIELD('B', "body_bytes_sent", RECORD_BYTES, 0, NUMBER),
	FIELD('O', "bytes_sent", RECORD_BYTES, 1, NUMBER),
	FIELD('I', "request_length", RECORD_BYTES_IN, 0, NUMBER),
	OWN('S', "bytes_total", NUMBER),
	{ 'D', { "request_time", RECORD_DURATION, 0, FORMAT_SHAPE_NUMBER, RECORD_UNIT_US } },
	{ 'T', { "request_time", RECORD_DURATION, 2, FORMAT_SHAPE_NUMBER, RECORD_UNIT_S } },
	FIELD('V', "host", RECORD_HOST, 1, TOKEN),
	FIELD('v', "server_name", RECORD_HOST, 2, TOKEN),
	OWN('p', "server_port", PORT),
	OWN('P', "pid", PORT),
	OWN('k', "connection_requests", NUMBER),
	OWN('X', "connection_status", TOKEN),
	OWN('L', "request_log_id", TOKEN),
	OWN('f', "request_filename", TEXT),
	OWN('R', "handler", TOKEN),
};

/* %{name}x is "prefix_name", lower case, '-' as '_'. */
static const struct {
	char letter;
	const char *prefix;
} named[] = {
	{ 'i', "http_" },
	{ 'o', "sent_http_" },
	{ 'C', "cookie_" },
	{ 'e', "env_" },
	{ 'n', "note_" },
	{ 'x', "ssl_" },
};

/* Units of %{...}T. */
static const struct {
	const char *name;
	enum record_unit unit;
	unsigned rank;
} time_units[] = {
	{ "us", RECORD_UNIT_US, 0 },
	{ "ms", RECORD_UNIT_MS, 1 },
	{ "s", RECORD_UNIT_S, 2 },
};

/* One "%...x": its parts, and where it is. */
struct conversion {
	struct str parameter; /* between braces; .p NULL: none */
	char letter;
	int final;          /* '>' */
	int trailer;        /* "%^xx": letter is the last of the two */
	size_t column, end; /* end: index after it */
};

static enum nines_status read_conversion(
    const struct format_flat *flat, size_t i, struct conversion *c, struct nines_error *err)
{
	*c = (struct conversion){ .column = flat->column[i] };
	for (i++; i < flat->n; i++) {
		const char b = flat->p[i];
		size_t close;

		if (b == '>' || b == '<') {
			c->final = b == '>';
		} else if (b == '{') {
			close = str_find((struct str){ flat->p, flat->n }, i, '}');
			if (close == flat->n)
				return format_fail(err, flat->column[i], "'{' without its '}'");
			c->parameter = (struct str){ flat->p + i + 1, close - i - 1 };
			i = close;
		} else if (b == '^') {
			c->trailer = 1;
			i++;
		} else if (b != '!' && b != ',' && (b < '0' || b > '9')) {
			c->letter = b;
			c->end = i + 1;
			return NINES_OK;
		}
	}
	return format_fail(
	    err, c->column, "'%%' without a letter after it; a percent sign itself is '%%%%'");
}

static enum nines_status unknown_letter(const struct conversion *c, struct nines_error *err)
{
	return format_fail(
	    err, c->column, "Apache has no %%%s%c", c->parameter.p ? "{...}" : "", c->letter);
}

/* ---- %t ---- */

/* strftime letters that stand for several others; then the formats that a stamp parser reads, in
 * full.  "%f" is {msec_frac} or {usec_frac}, which Apache's manual puts between two %{...}t. */
static const struct {
	const char *from, *to;
} expansions[] = {
	{ "%T", "%H:%M:%S" },
	{ "%F", "%Y-%m-%d" },
	{ "%R", "%H:%M" },
	{ "%e", "%d" },
	{ "%h", "%b" },
};
static const struct {
	const char *format;
	enum format_shape shape;
} time_formats[] = {
	{ "%d/%b/%Y:%H:%M:%S", FORMAT_SHAPE_TIME },
	{ "%d/%b/%Y %H:%M:%S", FORMAT_SHAPE_TIME },
	{ "%Y-%m-%dT%H:%M:%S", FORMAT_SHAPE_TIME },
	{ "%Y-%m-%d %H:%M:%S", FORMAT_SHAPE_TIME },
	{ "%Y-%m-%d\t%H:%M:%S", FORMAT_SHAPE_TIME },
	{ "%s", FORMAT_SHAPE_NUMBER },
	{ "sec", FORMAT_SHAPE_NUMBER },
	{ "msec", FORMAT_SHAPE_NUMBER },
	{ "usec", FORMAT_SHAPE_NUMBER },
};
static const char *const time_tails[] = {
	"",
	"%z",
	" %z",
	"Z",
	".%f",
	".%f %z",
	".%f%z",
	".%fZ",
	",%f",
	",%f %z",
};

struct time_text {
	char p[64];
	size_t n;
};

static void text_add(struct time_text *t, struct str s)
{
	for (size_t i = 0; i < s.n && t->n < sizeof t->p; i++)
		t->p[t->n++] = s.p[i];
}

static int is_fraction(struct str parameter)
{
	return str_is(parameter, "msec_frac") || str_is(parameter, "usec_frac");
}

/* Adds what %{parameter}t says, shorthands written out. */
static void add_parameter(struct time_text *t, struct str p)
{
	if (str_starts(p, "begin:") || str_starts(p, "end:")) {
		const size_t n = str_find(p, 0, ':') + 1;

		p = (struct str){ p.p + n, p.n - n };
	}
	if (is_fraction(p))
		p = STR("%f");
	for (size_t i = 0; i < p.n;) {
		const struct str rest = { p.p + i, p.n - i };
		struct str add = { rest.p, 1 };
		size_t taken = 1;

		for (size_t j = 0; j < sizeof expansions / sizeof *expansions; j++) {
			if (!str_starts(rest, expansions[j].from))
				continue;
			add = str_of(expansions[j].to);
			taken = 2;
		}
		text_add(t, add);
		i += taken;
	}
}

/* Takes in the fraction and offset that follow with a blank, dot, comma or nothing between:
 * together one stamp. */
static enum nines_status join_times(
    const struct format_flat *flat, struct time_text *t, size_t *end, struct nines_error *err)
{
	for (;;) {
		struct conversion c;
		const size_t i = *end;
		const int apart = i < flat->n && strchr(" .,", flat->p[i]) != NULL && flat->p[i];
		const size_t next = i + (size_t)apart;
		enum nines_status rc;

		if (next + 1 >= flat->n || flat->p[next] != '%' || flat->p[next + 1] == '%')
			return NINES_OK;
		rc = read_conversion(flat, next, &c, err);
		if (rc != NINES_OK)
			return rc;
		if (c.letter != 't' || (!is_fraction(c.parameter) && !str_is(c.parameter, "%z")))
			return NINES_OK;
		text_add(t, (struct str){ flat->p + i, (size_t)apart });
		add_parameter(t, c.parameter);
		*end = c.end;
	}
}

static int find_time_format(struct str text, enum format_shape *shape)
{
	for (size_t i = 0; i < sizeof time_formats / sizeof *time_formats; i++) {
		const size_t n = strlen(time_formats[i].format);

		if (!str_starts(text, time_formats[i].format))
			continue;
		for (size_t j = 0; j < sizeof time_tails / sizeof *time_tails; j++) {
			if (!str_is((struct str){ text.p + n, text.n - n }, time_tails[j]))
				continue;
			*shape = time_formats[i].shape;
			return 1;
		}
	}
	return 0;
}

static enum nines_status add_formatted_time(struct format *f, const struct format_flat *flat,
    const struct conversion *c, size_t *i, struct nines_error *err)
{
	struct format_origin like = {
		.name = STR("time_local"), .field = RECORD_TIME, .column = c->column
	};
	struct time_text t = { .n = 0 };
	enum format_shape shape;
	size_t joined = *i, alone;
	enum nines_status rc;

	if (is_fraction(c->parameter)) {
		like = (struct format_origin){
			.name = c->parameter, .field = FORMAT_OWN, .column = c->column
		};
		return format_text_variable(f, FORMAT_SHAPE_NUMBER, &like, err);
	}
	add_parameter(&t, c->parameter);
	alone = t.n;
	rc = join_times(flat, &t, &joined, err);
	if (rc != NINES_OK)
		return rc;
	like.rank = str_starts(c->parameter, "end:") ? 1 : 0;
	if (find_time_format((struct str){ t.p, t.n }, &shape))
		*i = joined;
	else if (!find_time_format((struct str){ t.p, alone }, &shape))
		return format_fail(err, c->column,
		    "no way to read the time format '%.*s': use %%t, %%{msec}t or "
		    "%%{%%d/%%b/%%Y:%%T %%z}t",
		    STR_ARG(c->parameter));
	return format_text_variable(f, shape, &like, err);
}

/* Plain %t comes with its brackets. */
static enum nines_status add_time(struct format *f, const struct format_flat *flat,
    const struct conversion *c, size_t *i, struct nines_error *err)
{
	const struct format_origin like = {
		.name = STR("time_local"), .field = RECORD_TIME, .column = c->column
	};
	enum nines_status rc;

	if (c->parameter.p && c->parameter.n && !str_is(c->parameter, "begin:") &&
	    !str_is(c->parameter, "end:"))
		return add_formatted_time(f, flat, c, i, err);
	rc = format_text_literal(f, '[', c->column, err);
	if (rc == NINES_OK)
		rc = format_text_variable(f, FORMAT_SHAPE_TIME, &like, err);
	return rc == NINES_OK ? format_text_literal(f, ']', c->column, err) : rc;
}

/* ---- the others ---- */

static char lower(char c)
{
	if (c >= 'A' && c <= 'Z')
		return (char)(c - 'A' + 'a');
	return c == '-' ? '_' : c;
}

/* %{Name}x.  Headers that nginx has a variable for mean what that means. */
static enum nines_status add_named(
    struct format *f, const struct conversion *c, const char *prefix, struct nines_error *err)
{
	char *name = mem_arena_fmt(&f->arena, "%s%.*s", prefix, STR_ARG(c->parameter));
	struct format_origin like = { .column = c->column };
	const struct format_variable *v;

	if (!name)
		return err_nomem(err);
	for (size_t i = 0; name[i]; i++)
		name[i] = lower(name[i]);
	like.name = str_of(name);
	v = format_nginx_variable(like.name);
	like.field = v->field;
	like.rank = str_is(like.name, "http_host") ? 0 : v->rank;
	return format_text_variable(f, FORMAT_SHAPE_TEXT, &like, err);
}

static enum nines_status add_duration(struct format *f, const struct conversion *c,
    struct format_origin *like, struct nines_error *err)
{
	for (size_t i = 0; i < sizeof time_units / sizeof *time_units; i++) {
		if (!str_is(c->parameter, time_units[i].name))
			continue;
		like->unit = time_units[i].unit;
		like->rank = time_units[i].rank;
		return format_text_variable(f, FORMAT_SHAPE_NUMBER, like, err);
	}
	return format_fail(
	    err, c->column, "the unit of %%T is ms, us or s, not '%.*s'", STR_ARG(c->parameter));
}

/* "%U%q" is the target, undivided. */
static int joins_query(const struct format_flat *flat, const struct conversion *c, size_t *i)
{
	if (c->letter != 'U' || *i + 1 >= flat->n || flat->p[*i] != '%' || flat->p[*i + 1] != 'q')
		return 0;
	*i += 2;
	return 1;
}

static enum nines_status add_letter(struct format *f, const struct format_flat *flat,
    const struct conversion *c, size_t *i, struct nines_error *err)
{
	const struct letter *l = letters;
	struct format_origin like = { .column = c->column };

	while (l < letters + sizeof letters / sizeof *letters && l->letter != c->letter)
		l++;
	if (l == letters + sizeof letters / sizeof *letters)
		return unknown_letter(c, err);
	like.name = str_of(l->variable.name);
	like.field = l->variable.field;
	like.rank = l->variable.rank;
	like.unit = l->variable.unit;
	like.decoded = c->letter == 'U';
	if (c->letter == 'T' && c->parameter.p)
		return add_duration(f, c, &like, err);
	if (c->letter == 's' && c->final) {
		like.name = STR("status");
		like.rank = 0;
	}
	if (joins_query(flat, c, i))
		like.field = RECORD_URI;
	return format_text_variable(f, l->variable.shape, &like, err);
}

/* %^FB, %^ti, %^to (mod_logio, trailers). */
static enum nines_status add_trailer(
    struct format *f, const struct conversion *c, struct nines_error *err)
{
	struct format_origin like = {
		.name = STR("first_byte"), .field = FORMAT_OWN, .column = c->column
	};

	if (c->letter == 'i')
		return add_named(f, c, "trailer_", err);
	if (c->letter == 'o')
		return add_named(f, c, "sent_trailer_", err);
	if (c->letter != 'B')
		return unknown_letter(c, err);
	like.unit = RECORD_UNIT_US;
	return format_text_variable(f, FORMAT_SHAPE_NUMBER, &like, err);
}

static enum nines_status add_conversion(
    struct format *f, const struct format_flat *flat, size_t *i, struct nines_error *err)
{
	struct conversion c;
	enum nines_status rc = read_conversion(flat, *i, &c, err);

	if (rc != NINES_OK)
		return rc;
	*i = c.end;
	if (c.letter == '%')
		return format_text_literal(f, '%', c.column, err);
	if (c.trailer)
		return add_trailer(f, &c, err);
	if (c.letter == 't')
		return add_time(f, flat, &c, i, err);
	for (size_t j = 0; c.parameter.p && j < sizeof named / sizeof *named; j++)
		if (named[j].letter == c.letter)
			return add_named(f, &c, named[j].prefix, err);
	return add_letter(f, flat, &c, i, err);
}

/* ---- the directive ---- */

static int is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static size_t skip_space(struct str text, size_t i)
{
	while (i < text.n && is_space(text.p[i]))
		i++;
	return i;
}

/* Index of the quote that closes the one at text[i], or text.n. */
static size_t closing(struct str text, size_t i)
{
	const char quote = text.p[i];

	for (i++; i < text.n && text.p[i] != quote; i++)
		if (text.p[i] == '\\')
			i++;
	return i < text.n ? i : text.n;
}

/* Narrows text to the format string: without the keyword, the quotes around it and the nickname
 * after it.  A string that only begins with a quoted field has more conversions behind that. */
static enum nines_status find_string(
    struct str text, size_t *from, size_t *to, struct nines_error *err)
{
	static const char keyword[] = "LogFormat";
	size_t i = skip_space(text, 0), close;
	const struct str rest = { text.p + i, text.n - i };
	const int is_directive = str_starts(rest, keyword);

	if (is_directive)
		i = skip_space(text, i + sizeof keyword - 1);
	*from = i;
	*to = text.n;
	while (*to > i && is_space(text.p[*to - 1]))
		--*to;
	if (i == *to || (text.p[i] != '"' && text.p[i] != '\''))
		return NINES_OK;
	close = closing(text, i);
	if (close == text.n && is_directive)
		return format_fail(err, i + 1, "this quote is not closed");
	if (close == text.n || (!is_directive && str_find(text, close, '%') < text.n))
		return NINES_OK;
	*from = i + 1;
	*to = close;
	return NINES_OK;
}

enum nines_status format_apache_read(struct format *f, struct str text, struct nines_error *err)
{
	struct format_flat flat = {
		.p = mem_arena_new(&f->arena, text.n + 1, 1),
		.column = mem_arena_new(&f->arena, text.n + 1, sizeof *flat.column),
	};
	size_t from = 0, to = 0;
	enum nines_status rc;

	if (!flat.p || !flat.column)
		return err_nomem(err);
	rc = find_string(text, &from, &to, err);
	while (rc == NINES_OK && from < to)
		from = format_text_unescape(&flat, (struct str){ text.p, to }, from);
	for (size_t i = 0; rc == NINES_OK && i < flat.n;) {
		if (flat.p[i] == '%') {
			rc = add_conversion(f, &flat, &i, err);
		} else {
			rc = format_text_literal(f, flat.p[i], flat.column[i], err);
			i++;
		}
	}
	return rc;
}
