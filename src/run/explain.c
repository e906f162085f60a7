#include "explain.h"

#include "err.h"
#include "judge.h"
#include "when.h"

struct explain {
	const struct spec *spec;
	struct format_cutter *cutter;
	struct judge *judge;
	struct record record;
	const struct verdict *verdict;
};

enum nines_status explain_new(
    struct explain **explain, const struct spec *spec, struct nines_error *err)
{
	struct explain *e = mem_new(1, sizeof *e);
	enum nines_status rc;

	if (e == NULL)
		return err_nomem(err);
	e->spec = spec;
	rc = format_cutter_new(&e->cutter, spec->format, 0, err);
	if (rc == NINES_OK)
		rc = judge_new(&e->judge, spec, 0, err);
	if (rc != NINES_OK) {
		explain_free(e);
		return rc;
	}
	*explain = e;
	return NINES_OK;
}

void explain_free(struct explain *e)
{
	if (e == NULL)
		return;
	format_cutter_free(e->cutter);
	judge_free(e->judge);
	mem_free(e);
}

enum spec_outcome explain_outcome(struct explain *e, struct str line, const struct spec_sli *sli)
{
	struct verdict_hit hit;

	if (format_cut(e->cutter, line, &e->record) != RECORD_OK ||
	    (e->verdict = judge_event(e->judge, &e->record)) == NULL)
		return SPEC_UNPARSED;
	if (e->verdict->ignored)
		return SPEC_IGNORED;
	if (sli == NULL)
		return SPEC_NOT_VALID;
	hit = verdict_of(e->verdict, sli->index);
	if (!hit.valid)
		return SPEC_NOT_VALID;
	return hit.good ? SPEC_GOOD : SPEC_BAD;
}

struct paint {
	const char *on, *off;
};

static struct paint paint_of(const struct nines_style *style, const char *on)
{
	return style->color ? (struct paint){ on, "\033[0m" } : (struct paint){ "", "" };
}

#define PAINT_GOOD "\033[32m"
#define PAINT_BAD  "\033[31m"
#define PAINT_DIM  "\033[2m"

/* A field's text as a reader wants it: short, harmless, and visibly absent when it is. */
static void write_field(const struct explain *e, unsigned slot, struct out *o)
{
	struct str s = e->record.field[slot];

	if (!(e->record.have >> slot & 1)) {
		out_cstr(o, "(lacking)");
		return;
	}
	out_visible(o, s.n > 120 ? (struct str){ s.p, 120 } : s);
	if (s.n > 120)
		out_cstr(o, "...");
}

/* A regex as its author wrote it: backslashes are not doubled, control bytes are not printed. */
static void write_regex(struct str regex, struct out *o)
{
	for (size_t i = 0; i < regex.n; i++)
		out_char(
		    o, (unsigned char)regex.p[i] < 0x20 || regex.p[i] == 0x7f ? '?' : regex.p[i]);
}

static const char *const truth_name[] = {
	[JUDGE_NO] = "no",
	[JUDGE_YES] = "yes",
	[JUDGE_MISSING] = "lacks",
	[JUDGE_LIMIT] = "gave up",
};

/* Where a rule stands and what came of it: "    no     good   nines.yaml:29:17  ". */
struct line_of {
	const char *role; /* "valid", "good", "bad", "ignore" */
	unsigned indent, depth;
};

static enum judge_truth write_start(
    struct explain *e, const struct spec_rule *rule, const struct line_of *at, struct out *o)
{
	enum judge_truth truth = judge_rule(e->judge, rule, &e->record);

	out_repeat(o, " ", at->indent);
	out_fmt(o, "%-6s %-6s ", truth_name[truth], at->role);
	out_visible(o, str_of(e->spec->source));
	out_fmt(o, ":%u:%u  ", rule->mark.line, rule->mark.column);
	out_repeat(o, "  ", at->depth);
	return truth;
}

static void write_leaf(
    struct explain *e, const struct spec_rule *rule, const struct line_of *at, struct out *o)
{
	enum judge_truth truth = write_start(e, rule, at, o);
	char span[WHEN_SIZE];

	if (rule->kind == SPEC_LINE) {
		out_cstr(o, "the line");
	} else {
		struct str name = format_slot_name(e->spec->format, (int)rule->slot);

		out_fmt(o, "%.*s ", STR_ARG(name));
		write_field(e, rule->slot, o);
	}
	if (rule->kind == SPEC_WITHIN) {
		out_fmt(o, " is %swithin %s", truth == JUDGE_YES ? "" : "not ",
		    when_span_text(span, rule->within_ns));
	} else {
		out_cstr(o, truth == JUDGE_YES ? " matches " : " does not match ");
		write_regex(pattern_text(rule->pattern), o);
	}
	out_char(o, '\n');
}

/* What stands side by side in a map must all hold, so the map itself needs no line of its own. */
static void write_rule(
    struct explain *e, const struct spec_rule *rule, struct line_of at, struct out *o)
{
	static const char *const word[] = {
		[SPEC_ALL] = "all of",
		[SPEC_ANY] = "any of",
		[SPEC_NOT] = "not",
	};

	if (rule == NULL)
		return;
	if (rule->kind == SPEC_MATCH || rule->kind == SPEC_LINE || rule->kind == SPEC_WITHIN) {
		write_leaf(e, rule, &at, o);
		return;
	}
	if (rule->kind == SPEC_NOT ||
	    (rule->children > 1 && (rule->kind == SPEC_ANY || at.depth > 0))) {
		(void)write_start(e, rule, &at, o);
		out_fmt(o, "%s\n", word[rule->kind]);
		at.depth++;
	}
	for (size_t i = 0; i < rule->children; i++)
		write_rule(e, rule->child[i], at, o);
}

static void write_outcome(const char *indent, const char *name, enum spec_outcome outcome,
    const struct nines_style *style, struct out *o)
{
	const char *color = outcome == SPEC_GOOD ? PAINT_GOOD
	    : outcome == SPEC_BAD                ? PAINT_BAD
	                                         : PAINT_DIM;
	struct paint p = paint_of(style, color);

	out_fmt(o, "%s%s: %s%s%s", indent, name, p.on, spec_outcome_name(outcome), p.off);
}

static void write_sli(
    struct explain *e, const struct spec_sli *sli, const struct nines_style *style, struct out *o)
{
	const struct verdict_hit hit = verdict_of(e->verdict, sli->index);

	write_outcome("    ", sli->name,
	    !hit.valid     ? SPEC_NOT_VALID
	        : hit.good ? SPEC_GOOD
	                   : SPEC_BAD,
	    style, o);
	if (hit.missing)
		out_cstr(o,
		    hit.valid ? ", because a field that the rule needs is lacking"
		              : ", taken out because a field that the rule needs is lacking");
	out_char(o, '\n');
	write_rule(e, sli->valid, (struct line_of){ "valid", 6, 0 }, o);
	if (hit.valid || hit.missing)
		write_rule(
		    e, sli->good, (struct line_of){ sli->good_is_bad ? "bad" : "good", 6, 0 }, o);
}

static void write_journey(struct explain *e, const struct spec_journey *journey,
    const struct nines_style *style, struct out *o)
{
	const struct line_of valid = { "valid", 4, 0 };

	if (judge_rule(e->judge, journey->valid, &e->record) != JUDGE_YES) {
		write_outcome("  ", journey->name, SPEC_NOT_VALID, style, o);
		out_char(o, '\n');
		write_rule(e, journey->valid, valid, o);
		return;
	}
	out_fmt(o, "  %s\n", journey->name);
	write_rule(e, journey->valid, valid, o);
	for (size_t i = 0; i < journey->slis; i++)
		write_sli(e, &journey->sli[i], style, o);
}

static void write_fields(struct explain *e, struct out *o)
{
	char text[WHEN_SIZE];
	int slots = format_slots(e->spec->format);

	out_fmt(o, "  %-18s%s\n", "time", when_text(text, e->record.time_s));
	for (int i = 0; i < slots; i++) {
		struct str name = format_slot_name(e->spec->format, i);

		if (str_is(name, "time"))
			continue;
		out_fmt(o, "  %-18.*s", STR_ARG(name));
		write_field(e, (unsigned)i, o);
		out_char(o, '\n');
	}
}

/* The line with a caret under byte `at`, in a window that keeps the caret on the screen.  The bar,
 * and the '?' for the first '#' of two, keep a CI runner from taking it for a command. */
static void write_caret(struct str line, size_t at, const struct nines_style *style, struct out *o)
{
	size_t width = style->width >= 40 ? style->width - 6 : 100;
	size_t last =
	    line.n > width ? line.n - width : 0; /* where a window that ends the line begins */
	size_t middle = at > width / 2 ? at - width / 2 : 0;
	size_t from = middle < last ? middle : last;
	size_t n = line.n - from < width ? line.n - from : width;
	struct paint p = paint_of(style, PAINT_BAD);

	out_cstr(o, "  | ");
	for (size_t i = from; i < from + n; i++) {
		int command = line.p[i] == '#' && i + 1 < line.n && line.p[i + 1] == '#';

		out_char(o, line.p[i] >= 0x20 && line.p[i] < 0x7f && !command ? line.p[i] : '?');
	}
	out_cstr(o, "\n  | ");
	out_repeat(o, " ", at - from);
	out_fmt(o, "%s^%s\n", p.on, p.off);
}

static void write_reject(struct explain *e, struct str line, enum record_reject why,
    const struct nines_style *style, struct out *o)
{
	const char *expected = NULL;
	size_t at = format_failed_at(e->cutter, &expected);
	const struct format_preset *near;
	int reads_it = 0;

	if (at > line.n)
		at = line.n;
	out_fmt(o, "  unparsed (%s): column %zu: expected %s\n", record_reject_name(why), at + 1,
	    expected != NULL ? expected : "something else");
	write_caret(line, at, style, o);
	near = format_nearest(line, &reads_it);
	if (near == NULL)
		out_cstr(o,
		    "  no preset reads this line; `nines formats` lists what can be said instead\n");
	else if (reads_it)
		out_fmt(o, "  the preset '%s' reads this line\n", near->name);
	else
		out_fmt(o, "  the nearest preset is '%s': %s\n", near->name, near->summary);
}

static void write_judged(struct explain *e, const struct nines_style *style, struct out *o)
{
	const struct spec *spec = e->spec;

	write_fields(e, o);
	if ((e->verdict = judge_event(e->judge, &e->record)) == NULL) {
		out_cstr(o,
		    "  unparsed (regex_limit): a regex gave up on this line; see `nines check`\n");
		return;
	}
	if (e->verdict->ignored) {
		out_cstr(o, "  ignored\n");
		write_rule(e, spec->ignore, (struct line_of){ "ignore", 4, 0 }, o);
		return;
	}
	for (size_t j = 0; j < spec->journeys; j++)
		write_journey(e, &spec->journey[j], style, o);
}

void explain_line(struct explain *e, struct str line, const char *where,
    const struct nines_style *style, struct out *o)
{
	struct paint dim = paint_of(style, PAINT_DIM);
	enum record_reject why;

	if (where != NULL) {
		out_cstr(o, dim.on);
		out_visible(o, str_of(where));
		out_fmt(o, ":%s ", dim.off);
	}
	out_visible(o, line);
	out_char(o, '\n');
	if (line.n == 0 || line.p[0] == '#') {
		out_cstr(
		    o, line.n == 0 ? "  blank line: not counted\n" : "  comment: not counted\n");
		return;
	}
	why = format_cut(e->cutter, line, &e->record);
	if (why != RECORD_OK)
		write_reject(e, line, why, style, o);
	else
		write_judged(e, style, o);
}
