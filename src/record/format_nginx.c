/* nginx log_format directives (ngx_http_log_module): quoted pieces, comments, escape=, ${name}. */
#include "format_impl.h"

#include <string.h>

#include "err.h"

#define FIELD(name, field, rank, shape)                                   \
	{                                                                 \
		name, field, rank, FORMAT_SHAPE_##shape, RECORD_UNIT_NONE \
	}
#define OWN(name, shape) FIELD(name, FORMAT_OWN, 0, shape)
#define SECONDS(name)                                                 \
	{                                                             \
		name, FORMAT_OWN, 0, FORMAT_SHAPE_LIST, RECORD_UNIT_S \
	}

/* The first row that fits is taken.  Ranks say which of several variables is the better witness of
 * a field: what the client sent before what a rewrite made of it, the address seen before one
 * believed. */
static const struct format_variable variables[] = {
	FIELD("time_local", RECORD_TIME, 0, TIME),
	FIELD("time_iso8601", RECORD_TIME, 1, TIME),
	FIELD("msec", RECORD_TIME, 2, NUMBER),
	FIELD("request", FORMAT_REQUEST, 0, TEXT),
	FIELD("request_method", RECORD_METHOD, 0, TOKEN),
	FIELD("request_uri", RECORD_URI, 0, TARGET),
	FIELD("uri", RECORD_URI, 80, TARGET),
	FIELD("document_uri", RECORD_URI, 81, TARGET),
	FIELD("args", RECORD_QUERY, 0, TOKEN),
	FIELD("query_string", RECORD_QUERY, 1, TOKEN),
	FIELD("server_protocol", RECORD_PROTO, 0, TOKEN),
	FIELD("status", RECORD_STATUS, 0, NUMBER),
	FIELD("body_bytes_sent", RECORD_BYTES, 0, NUMBER),
	FIELD("bytes_sent", RECORD_BYTES, 1, NUMBER),
	FIELD("request_length", RECORD_BYTES_IN, 0, NUMBER),
	{ "request_time", RECORD_DURATION, 0, FORMAT_SHAPE_NUMBER, RECORD_UNIT_S },
	{ "upstream_response_time", RECORD_UPSTREAM_DURATION, 0, FORMAT_SHAPE_LIST, RECORD_UNIT_S },
	FIELD("upstream_status", RECORD_UPSTREAM_STATUS, 0, LIST),
	SECONDS("upstream_header_time"),
	SECONDS("upstream_connect_time"),
	SECONDS("upstream_queue_time"),
	SECONDS("upstream_first_byte_time"),
	SECONDS("upstream_session_time"),
	FIELD("host", RECORD_HOST, 0, TOKEN),
	FIELD("http_host", RECORD_HOST, 1, TOKEN),
	FIELD("server_name", RECORD_HOST, 2, TOKEN),
	FIELD("remote_addr", RECORD_CLIENT, 0, TOKEN),
	FIELD("remote_user", RECORD_USER, 0, TEXT),
	FIELD("http_user_agent", RECORD_AGENT, 0, TEXT),
	FIELD("http_referer", RECORD_REFERER, 0, TEXT),
	FIELD("request_id", RECORD_REQUEST_ID, 0, TOKEN),
	FIELD("req_id", RECORD_REQUEST_ID, 1, TOKEN),
	FIELD("http_x_request_id", RECORD_REQUEST_ID, 2, TOKEN),
	OWN("http_x_forwarded_for", LIST),
	OWN("remote_port", PORT),
	OWN("server_port", PORT),
	OWN("pid", PORT),
	OWN("upstream_http_*", TEXT),
	OWN("upstream_cookie_*", TEXT),
	OWN("upstream_trailer_*", TEXT),
	OWN("upstream_*", LIST),
	OWN("http_*", TEXT),
	OWN("sent_http_*", TEXT),
	OWN("sent_trailer_*", TEXT),
	OWN("cookie_*", TEXT),
	OWN("arg_*", TEXT),
	OWN("geoip_*", TEXT),
	OWN("ssl_client_*", TEXT),
	OWN("request_body", TEXT),
	OWN("*", TOKEN),
};

const struct format_variable *format_nginx_variable(struct str name)
{
	const struct format_variable *v = variables;

	for (;; v++) {
		const size_t n = strlen(v->name) - 1;

		if (str_is(name, v->name))
			return v;
		if (v->name[n] == '*' && name.n >= n && !memcmp(name.p, v->name, n))
			return v;
	}
}

static int is_name_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	    c == '_';
}

static int is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* ---- the directive's words ---- */

/* Past blanks and comments. */
static size_t skip_space(struct str text, size_t i)
{
	while (i < text.n && (is_space(text.p[i]) || text.p[i] == '#')) {
		if (text.p[i] == '#')
			i = str_find(text, i, '\n');
		else
			i++;
	}
	return i;
}

static size_t word_end(struct str text, size_t i)
{
	while (i < text.n && !is_space(text.p[i]) && text.p[i] != ';')
		i++;
	return i;
}

/* The piece that begins at the quote text[*i]. */
static enum nines_status read_piece(
    struct str text, size_t *i, struct format_flat *flat, struct nines_error *err)
{
	const size_t open = *i;
	size_t at = open + 1;

	while (at < text.n && text.p[at] != text.p[open])
		at = format_text_unescape(flat, text, at);
	if (at >= text.n)
		return format_fail(err, open + 1, "this quote is not closed");
	*i = at + 1;
	return NINES_OK;
}

static enum nines_status read_escape(
    struct format *f, struct str text, size_t i, size_t end, struct nines_error *err)
{
	static const char *const modes[] = { "default", "json", "none" };
	const size_t from = i + sizeof "escape=" - 1;
	const struct str mode = { text.p + from, end - from };
	const char *near;

	f->raw = str_is(mode, "none");
	f->absent_is_empty = f->raw || str_is(mode, "json");
	if (f->absent_is_empty || str_is(mode, "default"))
		return NINES_OK;
	near = str_nearest(mode, modes, sizeof modes / sizeof *modes);
	return format_fail(err, from + 1, "escape is default, json or none%s%s%s",
	    near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

/* Pieces up to ';' or the end, joined as nginx joins them: with nothing between. */
static enum nines_status read_pieces(
    struct format *f, struct str text, size_t i, struct format_flat *flat, struct nines_error *err)
{
	for (i = skip_space(text, i); i < text.n && text.p[i] != ';'; i = skip_space(text, i)) {
		const size_t end = word_end(text, i);
		enum nines_status rc = NINES_OK;

		if (text.p[i] == '\'' || text.p[i] == '"') {
			rc = read_piece(text, &i, flat, err);
		} else if (!flat->n && str_starts((struct str){ text.p + i, end - i }, "escape=")) {
			rc = read_escape(f, text, i, end, err);
			i = end;
		} else {
			while (i < end)
				i = format_text_unescape(flat, text, i);
		}
		if (rc != NINES_OK)
			return rc;
	}
	if (i < text.n)
		i = skip_space(text, i + 1);
	if (i < text.n)
		return format_fail(
		    err, i + 1, "one log_format at a time: nothing may follow its ';'");
	return NINES_OK;
}

/* Whether the text is a single piece in the quotes it begins with. */
static int is_one_piece(struct str text)
{
	size_t i = 1;

	while (i < text.n && text.p[i] != text.p[0])
		i += text.p[i] == '\\' ? 2 : 1;
	return i < text.n && skip_space(text, i + 1) == text.n;
}

static enum nines_status read_source(
    struct format *f, struct str text, struct format_flat *flat, struct nines_error *err)
{
	size_t i = skip_space(text, 0);
	const struct str rest = { text.p + i, text.n - i };

	if (str_starts(rest, "log_format") && rest.n > 10 && is_space(rest.p[10])) {
		i = skip_space(text, i + 10);
		return read_pieces(f, text, word_end(text, i), flat, err);
	}
	if (rest.n && (rest.p[0] == '\'' || (rest.p[0] == '"' && is_one_piece(rest))))
		return read_pieces(f, text, i, flat, err);
	while (text.n > i && is_space(text.p[text.n - 1]))
		text.n--;
	i = 0;
	while (i < text.n)
		i = format_text_unescape(flat, text, i);
	return NINES_OK;
}

/* ---- the format string ---- */

static int starts_at(const struct format_flat *flat, size_t i, const char *what)
{
	return i <= flat->n && str_starts((struct str){ flat->p + i, flat->n - i }, what);
}

/* The variable at flat->p[*i], a '$': its name, and *i past it. */
static enum nines_status read_name(
    const struct format_flat *flat, size_t *i, struct str *name, struct nines_error *err)
{
	const int braced = starts_at(flat, *i, "${");
	const size_t from = *i + 1 + (size_t)braced;
	size_t end = from;

	while (end < flat->n && is_name_byte(flat->p[end]))
		end++;
	*name = (struct str){ flat->p + from, end - from };
	if (!name->n)
		return format_fail(err, flat->column[*i], "'$' without a variable's name");
	if (braced && (end >= flat->n || flat->p[end] != '}'))
		return format_fail(err, flat->column[*i], "'${' without its '}'");
	*i = end + (size_t)braced;
	return NINES_OK;
}

/* "$uri$is_args$args" is one target. */
static int joins_args(const struct format_flat *flat, struct str name, size_t *i)
{
	static const char *const joined[] = { "$is_args$args", "$is_args$query_string" };

	if (!str_is(name, "uri") && !str_is(name, "document_uri"))
		return 0;
	for (size_t j = 0; j < sizeof joined / sizeof *joined; j++) {
		const size_t n = strlen(joined[j]);

		if (!starts_at(flat, *i, joined[j]) ||
		    (*i + n < flat->n && is_name_byte(flat->p[*i + n])))
			continue;
		*i += n;
		return 1;
	}
	return 0;
}

static enum nines_status add_variable(
    struct format *f, const struct format_flat *flat, size_t *i, struct nines_error *err)
{
	struct format_origin like = { .column = flat->column[*i] };
	const struct format_variable *v;
	enum nines_status rc = read_name(flat, i, &like.name, err);

	if (rc != NINES_OK)
		return rc;
	(void)joins_args(flat, like.name, i);
	v = format_nginx_variable(like.name);
	like.field = v->field;
	like.rank = v->rank;
	like.unit = v->unit;
	return format_text_variable(f, v->shape, &like, err);
}

enum nines_status format_nginx_read(struct format *f, struct str text, struct nines_error *err)
{
	struct format_flat flat = {
		.p = mem_arena_new(&f->arena, text.n + 1, 1),
		.column = mem_arena_new(&f->arena, text.n + 1, sizeof *flat.column),
	};
	enum nines_status rc;

	if (!flat.p || !flat.column)
		return err_nomem(err);
	rc = read_source(f, text, &flat, err);
	for (size_t i = 0; rc == NINES_OK && i < flat.n;) {
		if (flat.p[i] == '$') {
			rc = add_variable(f, &flat, &i, err);
		} else {
			rc = format_text_literal(f, flat.p[i], flat.column[i], err);
			i++;
		}
	}
	return rc;
}
