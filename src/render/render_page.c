#include "render_page.h"

#include <string.h>

#include "when.h"

static int same_window(const struct report_objective *a, const struct report_objective *b)
{
	return a->window.from == b->window.from && a->window.to == b->window.to &&
	    strcmp(a->window.name, b->window.name) == 0;
}

static int windows_agree(const struct report *r)
{
	const struct report_objective *first = NULL;

	for (size_t j = 0; j < r->journeys; j++)
		for (size_t s = 0; s < r->journey[j].slis; s++) {
			const struct report_sli *sli = &r->journey[j].sli[s];

			for (size_t i = 0; i < sli->objectives; i++) {
				const struct report_objective *o = &sli->objective[i];

				if (first == NULL)
					first = o;
				if (!same_window(first, o))
					return 0;
			}
		}
	return 1;
}

void render_page_init(struct render_page *page, struct out *o, const struct report *r,
    const struct nines_style *style)
{
	struct when_civil civil = { .year = 0 };

	if (r->as_of != NINES_NEVER)
		when_to_civil(r->as_of, &civil);
	*page = (struct render_page){
		.out = o,
		.report = r,
		.style = style,
		.dash = style->ascii ? "-" : "–",
		.same_window = windows_agree(r),
		.year = civil.year,
	};
}

void render_page_tone(const struct render_page *page, struct out *o, enum render_tone tone)
{
	static const char *const code[] = {
		[RENDER_PLAIN] = "\033[0m",
		[RENDER_STRONG] = "\033[1m",
		[RENDER_DIM] = "\033[2m",
		[RENDER_RED] = "\033[1;31m",
		[RENDER_YELLOW] = "\033[33m",
		[RENDER_GREEN] = "\033[32m",
	};

	if (page->style->color)
		out_cstr(o, code[tone]);
}

/* What our own words may hold has a spelling in ASCII; other scripts are masked byte by byte.
 * Returns how many bytes of s were spelled. */
static size_t spell(struct out *o, struct str s)
{
	static const struct {
		const char *from, *to;
	} spelling[] = { { "≤", "<=" }, { "–", "-" } };

	for (size_t i = 0; i < sizeof spelling / sizeof *spelling; i++)
		if (str_starts(s, spelling[i].from)) {
			out_cstr(o, spelling[i].to);
			return strlen(spelling[i].from);
		}
	out_fmt(o, "\\x%02x", (unsigned)(unsigned char)*s.p);
	return 1;
}

static void visible_ascii(struct out *o, struct str s)
{
	while (s.n > 0) {
		size_t run = 0;

		while (run < s.n && (unsigned char)s.p[run] < 0x80)
			run++;
		out_visible(o, (struct str){ s.p, run });
		s = (struct str){ s.p + run, s.n - run };
		run = s.n > 0 ? spell(o, s) : 0;
		s = (struct str){ s.p + run, s.n - run };
	}
}

void render_page_visible(const struct render_page *page, struct out *o, const char *text)
{
	if (page->style->ascii)
		visible_ascii(o, str_of(text));
	else
		out_visible(o, str_of(text));
}

static int is_column(char c)
{
	return ((unsigned char)c & 0xc0) != 0x80;
}

static int count_columns(void *ctx, const char *p, size_t n)
{
	unsigned *columns = ctx;

	for (size_t i = 0; i < n; i++)
		*columns += (unsigned)is_column(p[i]);
	return 0;
}

unsigned render_page_columns(const struct render_page *page, const char *text)
{
	unsigned columns = 0;
	struct out o;

	out_init(&o, count_columns, &columns);
	render_page_visible(page, &o, text);
	(void)out_finish(&o);
	return columns;
}

const char *render_page_state(enum report_state state, enum render_tone *tone)
{
	static const struct {
		const char *word;
		enum render_tone tone;
	} row[] = {
		[REPORT_MET] = { "met", RENDER_GREEN },
		[REPORT_AT_RISK] = { "AT RISK", RENDER_YELLOW },
		[REPORT_MISSED] = { "MISSED", RENDER_RED },
		[REPORT_NO_DATA] = { "NO DATA", RENDER_YELLOW },
		[REPORT_LOW_SAMPLE] = { "LOW SAMPLE", RENDER_YELLOW },
	};

	*tone = row[state].tone;
	return row[state].word;
}

static void new_line(struct render_flow *f)
{
	out_char(f->to, '\n');
	out_repeat(f->to, " ", f->indent);
	f->column = f->indent;
	f->blanks = 0;
	f->fresh = 1;
}

/* A line that begins with "::" would be a command to some CI runners. */
static int is_command(const struct render_flow *f)
{
	return f->used >= 2 && memcmp(f->word, "::", 2) == 0;
}

/* Writes the word or, when it fills the buffer, the part of it seen so far. */
static void put_word(struct render_flow *f)
{
	const char *p = f->word;
	size_t n = f->used;

	if (n == 0)
		return;
	if (f->width > 0 && !f->fresh && f->blanks > 0 &&
	    f->column + f->blanks + f->columns > f->width)
		new_line(f);
	out_repeat(f->to, " ", f->blanks);
	if (f->fresh && is_command(f)) {
		out_cstr(f->to, "\\x3a");
		p++;
		n--;
		f->column += 3;
	}
	out_bytes(f->to, p, n);
	f->column += f->blanks + f->columns;
	f->fresh &= f->columns == 0;
	f->blanks = 0;
	f->used = 0;
	f->columns = 0;
}

static void take(struct render_flow *f, char c)
{
	if (c == ' ') {
		put_word(f);
		f->blanks++;
		return;
	}
	if (f->used == sizeof f->word)
		put_word(f);
	f->in_escape |= c == '\033';
	f->columns += !f->in_escape && is_column(c);
	f->in_escape &= c != 'm';
	f->word[f->used++] = c == *RENDER_GLUE ? ' ' : c;
}

static int flow_write(void *ctx, const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		take(ctx, p[i]);
	return 0;
}

void render_flow_begin(struct render_flow *f, const struct render_page *page, unsigned indent,
    enum render_tone tone, const char *label)
{
	const unsigned n = (unsigned)strlen(label);

	out_init(&f->out, flow_write, f);
	f->to = page->out;
	f->width = page->style->width;
	f->indent = indent;
	f->column = n < indent ? indent : n;
	f->blanks = 0;
	f->used = 0;
	f->columns = 0;
	f->in_escape = 0;
	f->fresh = 1;
	if (tone != RENDER_PLAIN)
		render_page_tone(page, f->to, tone);
	out_cstr(f->to, label);
	if (tone != RENDER_PLAIN)
		render_page_tone(page, f->to, RENDER_PLAIN);
	out_repeat(f->to, " ", f->column - n);
}

void render_flow_end(struct render_flow *f)
{
	const int failed = out_finish(&f->out);

	put_word(f);
	out_char(f->to, '\n');
	if (failed && !f->to->failed)
		f->to->failed = failed;
}
