#include "nines_impl.h"

#include "err.h"
#include "explain.h"
#include "gate.h"
#include "io.h"
#include "lint.h"
#include "num.h"
#include "render.h"
#include "report.h"
#include "run.h"
#include "trial.h"
#include "when.h"

const char *nines_version(void)
{
	return NINES_VERSION;
}

/* ---- output ---- */

int nines_visible(const char *p, size_t n, nines_write_fn *write, void *ctx)
{
	struct out o;

	out_init(&o, write, ctx);
	out_visible(&o, (struct str){ p, n });
	return out_finish(&o) == 0 ? 0 : -1;
}

const char *nines_nearest(const char *typed, const char *const *name, size_t n)
{
	return str_nearest(str_of(typed), name, n);
}

/* ---- spec ---- */

enum nines_status nines_spec_parse(struct nines_spec **spec, const struct nines_io *io,
    const char *source, const char *text, size_t n, struct nines_error *err)
{
	struct nines_spec *s = mem_new(1, sizeof *s);
	enum nines_status rc;

	if (s == NULL)
		return err_nomem(err);
	rc = spec_build(&s->spec, io, source, (struct str){ text, n }, err);
	if (s->spec == NULL)
		mem_free(s);
	else
		*spec = s;
	return rc;
}

enum nines_status nines_spec_load(
    struct nines_spec **spec, const struct nines_io *io, const char *path, struct nines_error *err)
{
	enum nines_status rc;
	char *text;
	size_t n;

	rc = io_read_file(io, path, SPEC_BYTES_MAX, &text, &n, err);
	if (rc != NINES_OK)
		return rc;
	rc = nines_spec_parse(spec, io, path, text, n, err);
	mem_free(text);
	return rc;
}

void nines_spec_free(struct nines_spec *spec)
{
	if (spec == NULL)
		return;
	spec_free(spec->spec);
	mem_free(spec);
}

size_t nines_spec_findings(const struct nines_spec *spec)
{
	return spec->spec->diag.used;
}

const struct nines_finding *nines_spec_finding(const struct nines_spec *spec, size_t i)
{
	return &spec->spec->diag.finding[i];
}

enum nines_status nines_spec_test(struct nines_spec *spec, struct nines_error *err)
{
	return trial_run(spec->spec, err);
}

enum nines_status nines_spec_advise(
    struct nines_spec *spec, const struct nines_tally *tally, struct nines_error *err)
{
	struct spec *s = spec->spec;
	for (size_t i = 0; i < s->slis; i++) {
		struct ledger_walk row;
		uint64_t valid = 0;

		ledger_walk_begin(&row, tally_column(&tally->tally, i));
		while (ledger_walk_next(&row))
			valid += row.cell.valid;
		for (size_t k = 0; k < s->sli[i]->objectives; k++)
			lint_traffic(s, s->sli[i], &s->sli[i]->objective[k], valid);
	}
	diag_sort(&s->diag);
	return s->diag.failed ? err_nomem(err) : NINES_OK;
}

struct nines_extent nines_spec_extent(const struct nines_spec *spec)
{
	const struct spec *s = spec->spec;
	struct nines_extent extent = { s->journeys, s->slis, 0, s->tests };

	for (size_t i = 0; i < s->slis; i++)
		extent.objectives += s->sli[i]->objectives;
	return extent;
}

const char *nines_spec_zone(const struct nines_spec *spec)
{
	return zone_name(spec->spec->zone);
}

size_t nines_spec_files(const struct nines_spec *spec)
{
	return spec->spec->files;
}

const char *nines_spec_file(const struct nines_spec *spec, size_t i)
{
	return spec->spec->file[i];
}

const char *nines_spec_state(const struct nines_spec *spec)
{
	return spec->spec->state;
}

/* ---- tally ---- */

enum nines_status nines_tally_read(struct nines_tally **tally, const struct nines_spec *spec,
    const struct nines_io *io, const struct nines_reading *reading, struct nines_error *err)
{
	return run_read(tally, spec->spec, io, reading, err);
}

void nines_tally_free(struct nines_tally *tally)
{
	run_free(tally);
}

int nines_tally_incomplete(const struct nines_tally *tally)
{
	return tally->incomplete;
}

int nines_tally_note(const struct nines_tally *tally, size_t i, struct nines_note *note)
{
	const struct run_source *s;

	if (i >= tally->sources)
		return 0;
	s = &tally->source[i];
	*note = (struct nines_note){ s->source.name, s->note, s->whole };
	return 1;
}

/* ---- report ---- */

enum nines_status nines_report_build(struct nines_report **report, const struct nines_spec *spec,
    const struct nines_tally *tally, const struct nines_io *io,
    const struct nines_question *question, struct nines_error *err)
{
	struct nines_report *r = mem_new(1, sizeof *r);
	struct nines_impl_input room;
	enum nines_status rc;

	if (r == NULL)
		return err_nomem(err);
	rc = nines_impl_input(&room, tally, err);
	if (rc == NINES_OK)
		rc = report_build(
		    &r->report, spec->spec, &tally->tally, &room.input, io, question, err);
	nines_impl_input_fini(&room);
	if (rc != NINES_OK) {
		mem_free(r);
		return rc;
	}
	r->report->since = tally->since;
	r->report->until = tally->until;
	*report = r;
	return NINES_OK;
}

void nines_report_free(struct nines_report *report)
{
	if (report == NULL)
		return;
	report_free(report->report);
	mem_free(report);
}

int nines_report_incomplete(const struct nines_report *report)
{
	return report->report->incomplete;
}

const char *nines_report_format(size_t i)
{
	const struct renderer *renderer = render_at(i);

	return renderer == NULL ? NULL : renderer->name;
}

enum nines_status nines_report_write(const struct nines_report *report, const char *format,
    const struct nines_style *style, nines_write_fn *write, void *ctx, struct nines_error *err)
{
	const struct renderer *renderer = render_find(format);
	struct out o;

	if (renderer == NULL)
		return err_set(err, NINES_E_SYNTAX, "unknown report format '%s'", format);
	out_init(&o, write, ctx);
	renderer->render(&o, report->report, style);
	return nines_impl_finish(&o, err);
}

enum nines_status nines_report_gate(const struct nines_report *report,
    const struct nines_gate *gate, const struct nines_io *io, nines_write_fn *write, void *ctx,
    enum nines_answer *answer, struct nines_error *err)
{
	enum nines_status rc;
	struct out o;

	out_init(&o, write, ctx);
	rc = gate_judge(report->report, gate, io, &o, answer, err);
	return rc != NINES_OK ? rc : nines_impl_finish(&o, err);
}

/* ---- explain, formats, schemas ---- */

enum nines_status nines_explain(const struct nines_spec *spec, const char *line, size_t n,
    const struct nines_style *style, nines_write_fn *write, void *ctx, struct nines_error *err)
{
	struct explain *explain;
	enum nines_status rc = explain_new(&explain, spec->spec, err);
	struct out o;

	if (rc != NINES_OK)
		return rc;
	out_init(&o, write, ctx);
	explain_line(explain, (struct str){ line, n }, NULL, style, &o);
	explain_free(explain);
	return nines_impl_finish(&o, err);
}

enum nines_status nines_explain_log(const struct nines_spec *spec, const struct nines_io *io,
    const struct nines_reading *reading, const struct nines_style *style, nines_write_fn *write,
    void *ctx, int *incomplete, struct nines_error *err)
{
	enum nines_status rc;
	struct out o;

	out_init(&o, write, ctx);
	rc = explain_log(spec->spec, io, reading, style, &o, incomplete, err);
	return rc != NINES_OK ? rc : nines_impl_finish(&o, err);
}

static void write_preset(struct out *o, const struct format_preset *preset)
{
	out_fmt(o, "%s\n  %s\n\n", preset->name, preset->summary);
	if (preset->directive != NULL)
		out_fmt(o, "  directive  %s\n", preset->directive);
	out_fmt(o, "  sample     %s\n", preset->sample);
	out_fmt(o, "  time       %s\n\n  fields\n", preset->moment);
}

static enum nines_status write_fields(
    struct out *o, const struct format_preset *preset, struct nines_error *err)
{
	struct format_source source = { .kind = FORMAT_TEXT, .text = str_of(preset->name) };
	struct format *format;
	enum nines_status rc;
	const char *name;

	if (preset->directive == NULL)
		source.kind = FORMAT_JSON;
	rc = format_new(&format, &source, err);
	if (rc != NINES_OK)
		return rc;
	for (size_t i = 0; (name = format_field(format, i)) != NULL; i++) {
		const char *meaning = "";

		for (int f = 0; f < RECORD_FIELDS; f++)
			if (strcmp(record_field_name((enum record_field)f), name) == 0)
				meaning = record_field_meaning((enum record_field)f);
		out_fmt(o, "    %-18s%s\n", name, meaning);
	}
	format_free(format);
	return NINES_OK;
}

enum nines_status nines_formats(
    const char *name, nines_write_fn *write, void *ctx, struct nines_error *err)
{
	const struct format_preset *preset;
	enum nines_status rc;
	struct out o;

	out_init(&o, write, ctx);
	for (size_t i = 0; (preset = format_preset(i)) != NULL; i++) {
		if (name == NULL) {
			out_fmt(&o, "%-16s%s\n", preset->name, preset->summary);
		} else if (strcmp(preset->name, name) == 0) {
			write_preset(&o, preset);
			rc = write_fields(&o, preset, err);
			return rc != NINES_OK ? rc : nines_impl_finish(&o, err);
		}
	}
	if (name != NULL)
		return err_set(
		    err, NINES_E_SYNTAX, "there is no format '%s'; nines formats lists them", name);
	return nines_impl_finish(&o, err);
}

enum nines_status nines_schema(
    const char *name, nines_write_fn *write, void *ctx, struct nines_error *err)
{
	struct out o;

	out_init(&o, write, ctx);
	if (strcmp(name, "config") == 0)
		out_cstr(&o, spec_schema());
	else if (strcmp(name, "report") == 0)
		render_schema_report(&o);
	else if (strcmp(name, "backfill") == 0)
		render_schema_history(&o);
	else
		return err_set(err, NINES_E_SYNTAX,
		    "there is no schema '%s'; there are config, report and backfill", name);
	return nines_impl_finish(&o, err);
}

/* ---- instants, spans, percentages ---- */

_Static_assert(NINES_INSTANT_SIZE == WHEN_SIZE, "an instant fits");

const char *nines_instant_text(char text[NINES_INSTANT_SIZE], int64_t t)
{
	return when_text(text, t);
}

enum nines_status nines_parse_duration(const char *text, int64_t *ns, struct nines_error *err)
{
	if (!when_span(str_of(text), ns))
		return err_set(err, NINES_E_SYNTAX,
		    "'%s' is no duration; write 300ms, 90s, 5m, 6h, 28d or 4w", text);
	return NINES_OK;
}

enum nines_status nines_parse_percent(const char *text, uint64_t *ppb, struct nines_error *err)
{
	if (num_percent(str_of(text), ppb) != NUM_OK)
		return err_set(err, NINES_E_SYNTAX,
		    "'%s' is no percentage; write 99.9%% (0 to 100, up to"
		    " seven decimals)",
		    text);
	return NINES_OK;
}

/* Words for an instant: the start of the period that lies `back` periods before now's. */
static const struct {
	const char *word;
	enum zone_period period;
	int back;
} words[] = {
	{ "today", ZONE_DAY, 0 },
	{ "yesterday", ZONE_DAY, 1 },
	{ "last-week", ZONE_WEEK, 1 },
	{ "last-month", ZONE_MONTH, 1 },
};

static int word_instant(const char *text, int64_t now, const struct zone *zone, int64_t *instant)
{
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (strcmp(words[i].word, text) != 0)
			continue;
		*instant = zone_floor(zone, words[i].period, now);
		if (words[i].back > 0)
			*instant = zone_floor(zone, words[i].period, *instant - 1);
		return 1;
	}
	return 0;
}

static int parse_instant(const char *text, int64_t now, const struct zone *zone, int64_t *instant)
{
	int has_offset;
	int64_t t, ns;

	if (strcmp(text, "now") == 0) {
		*instant = now;
		return 1;
	}
	if (word_instant(text, now, zone, instant))
		return 1;
	if (when_span(str_of(text), &ns)) {
		*instant = now - ns / 1000000000;
		return 1;
	}
	if (!when_rfc3339(str_of(text), &t, &has_offset))
		return 0;
	if (!has_offset)
		(void)zone_to_utc(zone, t, &t);
	*instant = t;
	return 1;
}

enum nines_status nines_parse_instant(const char *text, int64_t now, const char *zone_name,
    const struct nines_io *io, int64_t *instant, struct nines_error *err)
{
	struct zone *zone;
	enum nines_status rc = zone_load(&zone, str_of(zone_name), io, err);

	if (rc != NINES_OK)
		return rc;
	if (!parse_instant(text, now, zone, instant))
		rc = err_set(err, NINES_E_SYNTAX,
		    "'%s' is no time; write 2025-01-14, 2025-01-14T10:05Z, 28d"
		    " (ago), today, yesterday, last-week, last-month or now",
		    text);
	zone_free(zone);
	return rc;
}
