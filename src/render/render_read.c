#include "render_read.h"

#include <string.h>

#include "render_note.h"
#include "render_number.h"
#include "render_say.h"
#include "render_stored.h"

#define STANDARD_INPUT "-"

/* ---- the first line ---- */

void render_read_service(const struct render_page *page, struct out *o)
{
	const char *service = page->report->service;

	if (service == NULL || *service == '\0')
		return;
	render_page_tone(page, o, RENDER_STRONG);
	render_page_visible(page, o, service);
	render_page_tone(page, o, RENDER_PLAIN);
	out_cstr(o, "   ");
}

/* Sources but for the gaps of a store, which stand for what was lost of others. */
static size_t count_gaps(const struct report_input *in)
{
	size_t gaps = 0;

	for (size_t i = 0; i < in->sources; i++)
		gaps += render_stored_is_gap(&in->source[i]) != 0;
	return gaps;
}

static void say_unread(const struct render_page *page, struct out *o)
{
	const struct report_input *in = &page->report->input;
	const size_t files = in->sources - count_gaps(in);
	size_t lacking = 0, lost = 0;

	for (size_t i = 0; i < in->sources; i++)
		if (!in->source[i].whole)
			(*(render_stored_is_gap(&in->source[i]) ? &lost : &lacking))++;
	if (lacking == 1 && files == 1) {
		out_fmt(o, ": %s could not be read whole",
		    strcmp(in->source->name, STANDARD_INPUT) == 0 ? "standard input" : "the file");
	} else if (lacking > 0) {
		out_cstr(o, ": ");
		render_say_count(o, lacking);
		out_cstr(o, " of ");
		render_say_count(o, files);
		out_cstr(o, " files could not be read whole");
	}
	if (lost > 0)
		out_fmt(o, "%s a log was gone before its end was read", lacking > 0 ? ";" : ":");
	if (in->too_many_unparsed)
		out_fmt(o, "%s too many lines are unparsed", lacking + lost > 0 ? ";" : ":");
	else if (lacking + lost == 0)
		out_cstr(o, ": some input was not read");
}

void render_read_incomplete(const struct render_page *page, struct out *o)
{
	if (!page->report->incomplete)
		return;
	out_cstr(o, "   ");
	render_page_tone(page, o, RENDER_YELLOW);
	out_cstr(o, "INCOMPLETE");
	render_page_tone(page, o, RENDER_PLAIN);
	say_unread(page, o);
}

void render_read_nothing(const struct render_page *page)
{
	const struct report_input *in = &page->report->input;
	struct render_flow f;

	if (in->first_event != NINES_NEVER)
		return;
	render_flow_begin(&f, page, 0, RENDER_PLAIN, "");
	out_cstr(&f.out,
	    in->store != NULL    ? "The store has nothing to judge in these windows."
	        : in->lines == 0 ? "Nothing was read: there is no event to judge."
	                         : "No line held an event to judge.");
	render_flow_end(&f);
	out_char(page->out, '\n');
}

/* ---- the last lines ---- */

/* How many inputs there were.  Of one nothing is said, so that a log reads the same from a file and
 * from a pipe. */
static void say_sources(const struct report_input *in, struct out *o)
{
	const size_t inputs = in->sources - count_gaps(in);
	size_t streams = 0;

	if (inputs < 2)
		return;
	for (size_t i = 0; i < in->sources; i++)
		streams += strcmp(in->source[i].name, STANDARD_INPUT) == 0;
	if (streams > 0)
		out_cstr(o, inputs > streams ? "standard input and " : "standard input");
	if (inputs > streams) {
		render_say_count(o, inputs - streams);
		out_cstr(o, inputs - streams == 1 ? " file" : " files");
	}
	out_cstr(o, ", ");
}

static void say_lines(const struct report_input *in, struct out *o)
{
	const struct {
		uint64_t n;
		const char *what;
		int always;
	} part[] = {
		{ in->judged, "judged", 1 },
		{ in->ignored, "ignored", 0 },
		{ in->excluded, "excluded", 0 },
		{ in->out_of_range, "out of range", 0 },
		{ in->blank, "blank", 0 },
		{ in->comments, in->comments == 1 ? "comment" : "comments", 0 },
		{ in->unparsed, "unparsed", 1 },
	};
	char buf[RENDER_NUMBER_SIZE];

	for (size_t i = 0; i < sizeof part / sizeof *part; i++) {
		if (part[i].n == 0 && !part[i].always)
			continue;
		out_cstr(o, i ? ", " : "");
		render_say_count(o, part[i].n);
		out_fmt(o, RENDER_GLUE "%s", part[i].what);
	}
	if (in->unparsed == 0)
		return;
	out_cstr(o, RENDER_GLUE "(");
	render_say_percent(o, render_number_share(buf, in->unparsed, in->parsed + in->unparsed));
	if (in->too_many_unparsed) {
		out_cstr(o, ", ");
		render_say_ppb(o, in->max_unparsed_ppb);
		out_cstr(o, " allowed");
	}
	out_char(o, ')');
}

static void put_input(const struct render_page *page)
{
	const struct report_input *in = &page->report->input;
	char buf[RENDER_NUMBER_SIZE];
	struct render_flow f;

	render_flow_begin(&f, page, 0, RENDER_PLAIN, "");
	f.indent = 2;
	if (in->sources > 0) {
		say_sources(in, &f.out);
		render_say_percent(&f.out, render_number_bytes(buf, in->bytes));
		out_cstr(&f.out, ", ");
	}
	render_say_count(&f.out, in->lines);
	out_cstr(&f.out, in->lines == 1 ? " line: " : " lines: ");
	say_lines(in, &f.out);
	render_flow_end(&f);
}

struct wording {
	const char *name, *one, *many;
};

/* "7 not in the format, 5 without a time"; a name without a wording stands as it is. */
static void put_counts(const struct render_page *page, const char *label,
    const struct report_count *count, size_t n, const struct wording *wording)
{
	struct render_flow f;
	int any = 0;

	for (size_t i = 0; i < n; i++) {
		const struct wording *w = wording;

		if (count[i].count == 0)
			continue;
		if (!any)
			render_flow_begin(&f, page, RENDER_NOTE_MARGIN, RENDER_PLAIN, label);
		out_cstr(&f.out, any ? ", " : "");
		any = 1;
		render_say_count(&f.out, count[i].count);
		out_char(&f.out, ' ');
		while (w->name && strcmp(w->name, count[i].name) != 0)
			w++;
		if (w->name)
			out_cstr(&f.out, count[i].count == 1 ? w->one : w->many);
		else
			render_page_visible(page, &f.out, count[i].name);
	}
	if (any)
		render_flow_end(&f);
}

static void put_oddities(const struct render_page *page)
{
	static const struct wording reason[] = {
		{ "format", "not in the format", "not in the format" },
		{ "time", "without a valid time", "without a valid time" },
		{ "future", "from the future", "from the future" },
		{ "too_long", "too long", "too long" },
		{ "regex_limit", "too hard for a regex", "too hard for a regex" },
		{ NULL, NULL, NULL },
	};
	static const struct wording anomaly[] = {
		{ "crlf", "line ends in CRLF", "lines end in CRLF" },
		{ "bom", "byte order mark", "byte order marks" },
		{ "nul_runs", "run of NUL bytes", "runs of NUL bytes" },
		{ "nul_bytes", "NUL byte", "NUL bytes" },
		{ "unterminated", "last line without a newline", "last lines without a newline" },
		{ "invalid_utf8", "line not in UTF-8", "lines not in UTF-8" },
		{ "ambiguous_time", "time that the clocks showed twice",
		    "times that the clocks showed twice" },
		{ NULL, NULL, NULL },
	};
	const struct report_input *in = &page->report->input;

	put_counts(page, "unparsed", in->reason, in->reasons, reason);
	put_counts(page, "oddities", in->anomaly, in->anomalies, anomaly);
}

static void put_source(const struct render_page *page, const struct report_source *s)
{
	struct render_flow f;

	render_flow_begin(&f, page, RENDER_NOTE_MARGIN, s->whole ? RENDER_PLAIN : RENDER_YELLOW,
	    s->whole ? "source" : "unread");
	if (strcmp(s->name, STANDARD_INPUT) == 0)
		out_cstr(&f.out, "standard input");
	else
		render_page_visible(page, &f.out, s->name);
	out_cstr(&f.out, ": ");
	render_page_visible(page, &f.out, s->note ? s->note : s->status);
	if (!s->whole && s->lines > 0) {
		out_cstr(&f.out, "; ");
		render_say_count(&f.out, s->lines);
		out_fmt(&f.out, " line%s counted", s->lines == 1 ? " was" : "s were");
	}
	render_flow_end(&f);
}

static void put_sources(const struct render_page *page)
{
	const struct report_input *in = &page->report->input;

	for (size_t i = 0; i < in->sources; i++)
		if (!in->source[i].whole || in->source[i].note)
			put_source(page, &in->source[i]);
}

void render_read(const struct render_page *page)
{
	put_input(page);
	render_stored_origin(page);
	put_oddities(page);
	put_sources(page);
}
