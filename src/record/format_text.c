#include "format_impl.h"

#include <string.h>

#include "err.h"

/* ---- reading a directive ---- */

void format_text_push(struct format_flat *flat, char c, size_t at)
{
	flat->p[flat->n] = c;
	flat->column[flat->n++] = at + 1;
}

size_t format_text_unescape(struct format_flat *flat, struct str text, size_t i)
{
	static const char from[] = "\"'\\tnr", to[] = "\"'\\\t\n\r";
	const char *which;

	if (text.p[i] != '\\' || i + 1 >= text.n) {
		format_text_push(flat, text.p[i], i);
		return i + 1;
	}
	if (text.p[i + 1] == '\n')
		return i + 2;
	which = text.p[i + 1] ? strchr(from, text.p[i + 1]) : NULL;
	if (!which) {
		format_text_push(flat, '\\', i);
		return i + 1;
	}
	format_text_push(flat, to[which - from], i);
	return i + 2;
}

static struct format_element *element_add(struct format *f)
{
	struct format_element *grown =
	    mem_grow(f->element, &f->element_room, f->elements + 1, sizeof *grown);

	if (!grown)
		return NULL;
	f->element = grown;
	return &grown[f->elements++];
}

/* Literals grow in place, one after another, in f->literal. */
enum nines_status format_text_literal(
    struct format *f, char c, size_t column, struct nines_error *err)
{
	struct format_element *e = f->elements ? &f->element[f->elements - 1] : NULL;

	if (c == '\n' || c == '\r')
		return format_fail(
		    err, column, "a format is one line: no log line holds a line break");
	if (!e || e->shape != FORMAT_SHAPE_LITERAL) {
		e = element_add(f);
		if (!e)
			return err_nomem(err);
		*e = (struct format_element){ .shape = FORMAT_SHAPE_LITERAL, .column = column };
		e->text.p = f->literal + f->literal_used;
	}
	f->literal[f->literal_used++] = c;
	e->text.n++;
	return NINES_OK;
}

enum nines_status format_text_variable(struct format *f, enum format_shape shape,
    const struct format_origin *like, struct nines_error *err)
{
	struct format_origin *origin = format_origin_add(f, like->name, like->field, like->rank);
	struct format_element *e = origin ? element_add(f) : NULL;

	if (!e)
		return err_nomem(err);
	origin->unit = like->unit;
	origin->column = like->column;
	origin->decoded = like->decoded;
	*e = (struct format_element){
		.shape = shape, .origin = f->origins - 1, .column = like->column
	};
	return NINES_OK;
}

/* Two variables side by side: the second must show where it begins, or the first where it ends. */
static enum nines_status check_neighbours(const struct format *f, struct nines_error *err)
{
	for (size_t i = 1; i < f->elements; i++) {
		const struct format_element *a = &f->element[i - 1], *b = &f->element[i];

		if (a->shape == FORMAT_SHAPE_LITERAL || b->shape == FORMAT_SHAPE_LITERAL)
			continue;
		if (a->shape == FORMAT_SHAPE_TIME || b->shape == FORMAT_SHAPE_TARGET)
			continue;
		return format_fail(err, b->column,
		    "nothing between %.*s and %.*s says where one ends",
		    STR_ARG(f->origin[a->origin].name), STR_ARG(f->origin[b->origin].name));
	}
	return NINES_OK;
}

static int has_time(const struct format *f)
{
	for (size_t i = 0; i < f->origins; i++)
		if (f->origin[i].field == RECORD_TIME)
			return 1;
	return 0;
}

/* The origin that gives a field as logged, or NULL. */
static const struct format_origin *witness(const struct format *f, unsigned field)
{
	const struct format_origin *best = NULL;

	for (size_t i = 0; i < f->origins; i++)
		if (f->origin[i].field == field && (!best || f->origin[i].rank < best->rank))
			best = &f->origin[i];
	return best;
}

static void note(struct format *f, const struct format_origin *origin, const char *text)
{
	if (f->notes < sizeof f->note / sizeof *f->note)
		f->note[f->notes++] = (struct format_note){ text, origin ? origin->column : 1 };
}

static void advise(struct format *f, int is_apache)
{
	const struct format_origin *status = witness(f, RECORD_STATUS);
	const struct format_origin *took = witness(f, RECORD_DURATION);
	const struct format_origin *uri = witness(f, RECORD_URI);

	if (is_apache && status && status->rank)
		note(f, status,
		    "%s is the status before internal redirects; %>s is the one the client got");
	if (is_apache && took && took->unit == RECORD_UNIT_S)
		note(f, took,
		    "%T counts whole seconds; %D (microseconds) can tell times below one second "
		    "apart");
	if (!is_apache && uri && uri->rank && !witness(f, FORMAT_REQUEST))
		note(f, uri,
		    "$uri is what rewriting made of the target; $request_uri is what the client "
		    "asked for");
	if (f->raw)
		note(f, NULL,
		    "with escape=none a client can write quotes and line breaks into the log, and "
		    "forge lines");
}

/* combined+time is combined and one field more, which knows where it is. */
static void mark_seconds(struct format *f)
{
	struct format_element *last = &f->element[f->elements - 1];

	last->shape = FORMAT_SHAPE_SECONDS;
	f->notes = 0;
}

static enum nines_status read_directive(struct format *f, struct str text, struct nines_error *err)
{
	const int is_nginx =
	    str_starts(str_trim(text), "log_format") || str_find(text, 0, '%') == text.n;
	enum nines_status rc =
	    is_nginx ? format_nginx_read(f, text, err) : format_apache_read(f, text, err);

	if (rc == NINES_OK && !f->origins)
		rc = format_fail(err, 1, "a format without variables says nothing about a line");
	if (rc == NINES_OK)
		rc = check_neighbours(f, err);
	if (rc == NINES_OK && !has_time(f))
		rc = format_fail(err, 1, "no time: without %s no line can be counted",
		    is_nginx ? "$time_local, $time_iso8601 or $msec" : "%t");
	if (rc == NINES_OK)
		advise(f, !is_nginx);
	return rc;
}

static enum nines_status unknown_preset(struct str text, struct nines_error *err)
{
	const char *names[32], *near;
	size_t n = 0;

	while (n < sizeof names / sizeof *names && format_preset(n)) {
		names[n] = format_preset(n)->name;
		n++;
	}
	near = str_nearest(text, names, n);
	if (near)
		return format_fail(
		    err, 1, "there is no format '%.*s'; did you mean '%s'?", STR_ARG(text), near);
	return format_fail(err, 1,
	    "there is no format '%.*s', and a directive has variables ($name or %%x)",
	    STR_ARG(text));
}

enum nines_status format_text_new(struct format *f, struct str text, struct nines_error *err)
{
	const char *preset = format_preset_source(text);
	enum nines_status rc;

	if (text.n > FORMAT_SOURCE_MAX)
		return err_set(
		    err, NINES_E_LIMIT, "a format of more than %u bytes", FORMAT_SOURCE_MAX);
	if (!preset && str_find(text, 0, '$') == text.n && str_find(text, 0, '%') == text.n)
		return unknown_preset(text, err);
	if (preset)
		text = str_of(preset);
	f->literal = mem_arena_new(&f->arena, text.n * 2 + 1, 1);
	if (!f->literal)
		return err_nomem(err);
	rc = read_directive(f, text, err);
	if (rc == NINES_OK && preset && f->element[f->elements - 1].shape == FORMAT_SHAPE_NUMBER &&
	    f->origin[f->origins - 1].field == RECORD_DURATION)
		mark_seconds(f);
	return rc;
}

/* ---- to a program of cuts ---- */

static const struct format_element *element_at(const struct format *f, size_t i)
{
	static const struct format_element nothing = { .shape = FORMAT_SHAPE_LITERAL };

	return i < f->elements ? &f->element[i] : &nothing;
}

static int is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Whether element i is "client" in "client ident user [time": there nginx may have put a list of
 * addresses. */
static int begins_clf(const struct format *f, size_t i)
{
	const struct format_element *e = f->element;

	return i + 6 < f->elements && f->origin[e[i].origin].field == RECORD_CLIENT &&
	    str_is(e[i + 1].text, " ") && e[i + 2].shape != FORMAT_SHAPE_LITERAL &&
	    str_is(f->origin[e[i + 2].origin].name, "ident") && str_is(e[i + 3].text, " ") &&
	    e[i + 4].shape != FORMAT_SHAPE_LITERAL &&
	    f->origin[e[i + 4].origin].field == RECORD_USER && str_is(e[i + 5].text, " [") &&
	    e[i + 6].shape == FORMAT_SHAPE_TIME;
}

static enum format_op op_until(struct str stop)
{
	return stop.n == 1 ? FORMAT_CUT_BYTE : FORMAT_CUT_UNTIL;
}

/* How to find the end of element i, a variable, before `stop`. */
static enum format_op choose_op(const struct format *f, size_t i, struct str stop, int in_quotes)
{
	const enum format_shape shape = f->element[i].shape;
	const struct format_element *after = element_at(f, i + 2);

	if (shape == FORMAT_SHAPE_TIME)
		return FORMAT_CUT_TIME;
	if (shape == FORMAT_SHAPE_SECONDS)
		return FORMAT_CUT_SECONDS;
	if (in_quotes && stop.n && stop.p[0] == '"')
		return f->raw ? op_until(stop) : FORMAT_CUT_QUOTED;
	if (shape == FORMAT_SHAPE_LIST && (!stop.n || is_blank(stop.p[0]) || stop.p[0] == ','))
		return FORMAT_CUT_LIST;
	if (shape == FORMAT_SHAPE_NUMBER || shape == FORMAT_SHAPE_PORT)
		return FORMAT_CUT_NUMBER;
	if (!stop.n)
		return shape == FORMAT_SHAPE_TEXT ? FORMAT_CUT_REST : FORMAT_CUT_TOKEN;
	if (begins_clf(f, i))
		return FORMAT_CUT_CLIENT;
	if (after->shape == FORMAT_SHAPE_TIME)
		return FORMAT_CUT_BEFORE_TIME;
	if (after->shape == FORMAT_SHAPE_PORT)
		return FORMAT_CUT_BEFORE_PORT;
	return op_until(stop);
}

/* Words for what must come after a field. */
static const char *expect_after(struct format *f, struct str stop, struct str name)
{
	if (!stop.n)
		return mem_arena_fmt(&f->arena, "a blank or the end after %.*s", STR_ARG(name));
	if (str_is(stop, " "))
		return mem_arena_fmt(&f->arena, "a blank after %.*s", STR_ARG(name));
	if (str_is(stop, "\t"))
		return mem_arena_fmt(&f->arena, "a tab after %.*s", STR_ARG(name));
	return mem_arena_fmt(&f->arena, "'%.*s' after %.*s", STR_ARG(stop), STR_ARG(name));
}

/* Words for what is missing when the cut fails. */
static enum nines_status set_words(
    struct format *f, struct format_cut *cut, struct nines_error *err)
{
	const struct str name = format_origin_name(cut->origin);

	if (cut->op == FORMAT_CUT_QUOTED) {
		cut->expected = mem_arena_fmt(&f->arena, "a '\"' that closes %.*s", STR_ARG(name));
		cut->absent =
		    expect_after(f, (struct str){ cut->stop.p + 1, cut->stop.n - 1 }, name);
	} else {
		cut->expected = expect_after(f, cut->stop, name);
		cut->absent = cut->op == FORMAT_CUT_SECONDS
		    ? "a duration in seconds"
		    : mem_arena_fmt(&f->arena, "a value of %.*s", STR_ARG(name));
	}
	return cut->expected && cut->absent ? NINES_OK : err_nomem(err);
}

static size_t count_quotes(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == '"';
	return n;
}

/* For comparing a stop at once. */
static void set_stop_word(struct format_cut *cut)
{
	if (cut->stop.n == 0 || cut->stop.n > sizeof cut->stop_word)
		return;
	memcpy(&cut->stop_word, cut->stop.p, cut->stop.n);
	memset(&cut->stop_mask, 0xff, cut->stop.n);
}

/* The quick way is for stops that begin with a blank or a quote, and for a last field. */
static enum format_quick choose_quick(const struct format_cut *cut)
{
	static const enum format_quick before_blank[] = {
		[FORMAT_CUT_BYTE] = FORMAT_QUICK_WORD,
		[FORMAT_CUT_CLIENT] = FORMAT_QUICK_CLIENT,
		[FORMAT_CUT_NUMBER] = FORMAT_QUICK_NUMBER,
		[FORMAT_CUT_BEFORE_TIME] = FORMAT_QUICK_BEFORE_TIME,
		[FORMAT_CUT_REST] = FORMAT_QUICK_NONE,
	};

	if (cut->stop.n == 0) {
		if (cut->op == FORMAT_CUT_TOKEN)
			return FORMAT_QUICK_LAST_WORD;
		return cut->op == FORMAT_CUT_NUMBER || cut->op == FORMAT_CUT_SECONDS
		    ? FORMAT_QUICK_LAST_NUMBER
		    : FORMAT_QUICK_NONE;
	}
	if (!cut->stop_mask || (cut->last && cut->op != FORMAT_CUT_QUOTED))
		return FORMAT_QUICK_NONE;
	if (cut->op == FORMAT_CUT_TIME)
		return FORMAT_QUICK_TIME;
	if (cut->op == FORMAT_CUT_QUOTED)
		return FORMAT_QUICK_QUOTED;
	return cut->stop.p[0] == ' ' ? before_blank[cut->op] : FORMAT_QUICK_NONE;
}

static enum format_use choose_use(const struct format_cut *cut)
{
	const struct format_output *o = cut->origin->output;
	size_t parts = 0;

	if (cut->origin->outputs == 0)
		return FORMAT_USE_NONE;
	while (parts < cut->origin->outputs && o[parts].part >= FORMAT_METHOD)
		parts++;
	if (parts == cut->origin->outputs)
		return FORMAT_USE_REQUEST;
	if (cut->origin->outputs > 1)
		return FORMAT_USE_PARTS;
	if (o->part == FORMAT_WHOLE)
		return o->slot == FORMAT_TIME_SLOT ? FORMAT_USE_TIME : FORMAT_USE_AS_IS;
	return o->part == FORMAT_NUMBER ? FORMAT_USE_NUMBER : FORMAT_USE_PARTS;
}

/* Element i, a variable, with the literal or the target that follows it. */
static enum nines_status build_cut(
    struct format *f, size_t i, int in_quotes, struct nines_error *err)
{
	const struct format_element *e = &f->element[i], *next = element_at(f, i + 1);
	struct format_cut *cut = &f->cut[f->cuts++];

	cut->origin = &f->origin[e->origin];
	cut->stop = next->text;
	cut->skip = cut->stop.n;
	if (next->shape != FORMAT_SHAPE_LITERAL && e->shape != FORMAT_SHAPE_TIME) {
		cut->stop = STR("/");
		cut->skip = 0;
	}
	cut->last =
	    i + 1 >= f->elements || (next->shape == FORMAT_SHAPE_LITERAL && i + 2 >= f->elements);
	cut->op = choose_op(f, i, cut->stop, in_quotes);
	set_stop_word(cut);
	cut->quick = choose_quick(cut);
	cut->use = choose_use(cut);
	cut->slot = FORMAT_SPARE_SLOT;
	if (cut->use == FORMAT_USE_AS_IS || cut->use == FORMAT_USE_NUMBER) {
		cut->slot = cut->origin->output->slot;
		cut->have = UINT64_C(1) << cut->slot;
	}
	if (cut->use == FORMAT_USE_REQUEST)
		f->origin[e->origin].plain = format_part_plain_of(cut->origin);
	cut->filled = cut->op == FORMAT_CUT_NUMBER && !f->absent_is_empty;
	return set_words(f, cut, err);
}

static int is_used(const struct format_cut *cut, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (cut[i].use != FORMAT_USE_NONE)
			return 1;
	return 0;
}

/* Cuts that the quick way takes together, if a format begins with them. */
struct known_cut {
	enum format_op op;
	const char *stop; /* NULL: any */
};

static int is_known(const struct format_cut *cut, const struct known_cut *known)
{
	return cut->op == known->op && (!known->stop || str_is(cut->stop, known->stop));
}

/* How many of the first cuts are those before the request: "client ident user [time" as Apache has
 * it, or "client - user [time", nginx.  0: neither. */
static size_t count_client(const struct format *f)
{
	static const struct known_cut apache[] = { { FORMAT_CUT_CLIENT, " " },
		{ FORMAT_CUT_BYTE, " " }, { FORMAT_CUT_BEFORE_TIME, " [" },
		{ FORMAT_CUT_TIME, "] \"" } };
	static const struct known_cut nginx[] = { { FORMAT_CUT_UNTIL, " - " },
		{ FORMAT_CUT_BEFORE_TIME, " [" }, { FORMAT_CUT_TIME, "] \"" } };
	const int is_apache = f->cuts > 0 && f->cut[0].op == FORMAT_CUT_CLIENT;
	const struct known_cut *known = is_apache ? apache : nginx;
	const size_t most = is_apache ? 4 : 3;
	size_t n = 0;

	while (n < most && n < f->cuts && is_known(&f->cut[n], &known[n]))
		n++;
	return n == most && f->cut[n - 1].use == FORMAT_USE_TIME ? n : 0;
}

static void find_clf(struct format *f)
{
	static const struct known_cut known[FORMAT_COMBINED] = {
		{ FORMAT_CUT_QUOTED, "\" " },
		{ FORMAT_CUT_NUMBER, " " },
		{ FORMAT_CUT_NUMBER, " \"" },
		{ FORMAT_CUT_QUOTED, "\" \"" },
		{ FORMAT_CUT_QUOTED, NULL },
	};
	const size_t client = count_client(f);
	const struct format_cut *cut = f->cut + client;
	const size_t cuts = f->cuts - client;
	size_t n = 0;

	while (n < FORMAT_COMBINED && n < cuts && is_known(&cut[n], &known[n]) && cut[n].stop_mask)
		n++;
	if (f->lead.n || !client || n < FORMAT_CLF || cut[1].use == FORMAT_USE_PARTS)
		return;
	f->begins_clf = client;
	f->wants_client = is_used(f->cut, client - 1);
	f->begins_combined = n == FORMAT_COMBINED;
	f->wants_agent = f->begins_combined && is_used(cut + FORMAT_CLF, 3);
	f->ends_in_number = f->begins_combined && cuts == FORMAT_COMBINED + 1 &&
	    cut[FORMAT_COMBINED].quick == FORMAT_QUICK_LAST_NUMBER &&
	    cut[FORMAT_COMBINED].use != FORMAT_USE_PARTS;
}

enum nines_status format_text_ready(struct format *f, struct nines_error *err)
{
	size_t quotes = 0;
	enum nines_status rc = NINES_OK;

	f->lead = element_at(f, 0)->text;
	f->lead_expected = mem_arena_fmt(&f->arena, "'%.*s'", STR_ARG(f->lead));
	f->cut = mem_arena_new(&f->arena, f->elements, sizeof *f->cut);
	if (!f->cut || !f->lead_expected)
		return err_nomem(err);
	for (size_t i = 0; rc == NINES_OK && i < f->elements; i++) {
		if (f->element[i].shape == FORMAT_SHAPE_LITERAL)
			quotes += count_quotes(f->element[i].text);
		else
			rc = build_cut(f, i, quotes % 2 == 1, err);
	}
	f->cuts_end = f->cut + f->cuts;
	if (rc == NINES_OK)
		find_clf(f);
	return rc;
}
