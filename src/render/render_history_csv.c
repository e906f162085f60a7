#include <math.h>
#include <string.h>

#include "render_history.h"
#include "render_key.h"
#include "when.h"

/* RFC 4180: CRLF ends a record, a cell that holds a comma or a quote is quoted. */

struct column;
struct sheet {
	struct out *o;
	const struct history *h;
	const struct column *column;
};

typedef void cell_fn(const struct sheet *sheet, const struct render_history_row *row);
struct column {
	const char *heading;
	cell_fn *cell;
	size_t at; /* of a number in the objective */
};

/* A cell that begins so is a formula to a spreadsheet; the quote makes it text. */
static int is_formula(const char *text)
{
	return *text != '\0' && strchr("=+-@\t\r", *text) != NULL;
}

/* What must not stand on a terminal is written as \xhh: so no cell holds a line end. */
static void put_name(const struct sheet *sheet, const char *text)
{
	const struct str s = str_of(text);
	const int quoted = strpbrk(text, ",\"") != NULL;
	size_t n;

	out_cstr(sheet->o, quoted ? "\"" : "");
	out_cstr(sheet->o, is_formula(text) ? "'" : "");
	for (size_t i = 0; i<s.n; i += n> 0 ? n : 1) {
		n = str_shown(s, i);
		if (n == 0)
			out_fmt(sheet->o, "\\x%02x", (unsigned)(unsigned char)s.p[i]);
		else
			out_bytes(sheet->o, s.p + i, n);
		out_cstr(sheet->o, n > 0 && s.p[i] == '"' ? "\"" : "");
	}
	out_cstr(sheet->o, quoted ? "\"" : "");
}

/* ---- cells ---- */

static void service_cell(const struct sheet *sheet, const struct render_history_row *row)
{
	(void)row;
	put_name(sheet, sheet->h->whole->service);
}

static void by_cell(const struct sheet *sheet, const struct render_history_row *row)
{
	(void)row;
	out_cstr(sheet->o, sheet->h->by);
}

static void period_cell(const struct sheet *sheet, const struct render_history_row *row)
{
	out_cstr(sheet->o, row->period->name);
}

static void put_when(const struct sheet *sheet, int64_t t)
{
	char buf[WHEN_SIZE];

	out_cstr(sheet->o, when_text(buf, t));
}

static void from_cell(const struct sheet *sheet, const struct render_history_row *row)
{
	put_when(sheet, row->period->from);
}

static void to_cell(const struct sheet *sheet, const struct render_history_row *row)
{
	put_when(sheet, row->period->to);
}

static void journey_cell(const struct sheet *sheet, const struct render_history_row *row)
{
	put_name(sheet, row->journey->name);
}

static void sli_cell(const struct sheet *sheet, const struct render_history_row *row)
{
	put_name(sheet, row->sli->name);
}

static void position_cell(const struct sheet *sheet, const struct render_history_row *row)
{
	if (row->objective)
		out_u64(sheet->o, row->position);
}

static void target_cell(const struct sheet *sheet, const struct render_history_row *row)
{
	if (row->objective)
		render_key_ppb(sheet->o, "", row->objective->target_ppb);
}

static void method_cell(const struct sheet *sheet, const struct render_history_row *row)
{
	if (row->objective)
		out_cstr(sheet->o, row->objective->method);
}

static void slice_cell(const struct sheet *sheet, const struct render_history_row *row)
{
	if (row->objective && row->objective->slice_s > 0)
		out_i64(sheet->o, row->objective->slice_s);
}

static void slices_cell(const struct sheet *sheet, const struct render_history_row *row)
{
	if (row->objective && row->objective->slice_s > 0)
		out_u64(sheet->o, row->objective->slices);
}

static void good_slices_cell(const struct sheet *sheet, const struct render_history_row *row)
{
	if (row->objective && strcmp(row->objective->method, "timeslices") == 0)
		out_u64(sheet->o, row->objective->good_slices);
}

static void valid_cell(const struct sheet *sheet, const struct render_history_row *row)
{
	out_u64(sheet->o, row->sli->valid);
}

static void good_cell(const struct sheet *sheet, const struct render_history_row *row)
{
	out_u64(sheet->o, row->sli->good);
}

static void bad_cell(const struct sheet *sheet, const struct render_history_row *row)
{
	out_u64(sheet->o, row->sli->valid - row->sli->good);
}

static void missing_cell(const struct sheet *sheet, const struct render_history_row *row)
{
	out_u64(sheet->o, row->sli->missing);
}

static void number_cell(const struct sheet *sheet, const struct render_history_row *row)
{
	double v;

	if (row->objective == NULL)
		return;
	memcpy(&v, (const char *)row->objective + sheet->column->at, sizeof v);
	if (isfinite(v))
		out_json_num(sheet->o, v);
}

static void state_cell(const struct sheet *sheet, const struct render_history_row *row)
{
	if (row->objective)
		out_cstr(sheet->o, report_state_name(row->objective->state));
}

#define AT(member) offsetof(struct report_objective, member)

/* Columns are only ever added, at the end. */
/* clang-format off */
static const struct column columns[] = {
	{ "service",         service_cell,     0 },
	{ "by",              by_cell,          0 },
	{ "period",          period_cell,      0 },
	{ "from",            from_cell,        0 },
	{ "to",              to_cell,          0 },
	{ "journey",         journey_cell,     0 },
	{ "sli",             sli_cell,         0 },
	{ "objective",       position_cell,    0 },
	{ "target",          target_cell,      0 },
	{ "method",          method_cell,      0 },
	{ "slice_s",         slice_cell,       0 },
	{ "covered",         number_cell,      AT(window.covered) },
	{ "valid",           valid_cell,       0 },
	{ "good",            good_cell,        0 },
	{ "bad",             bad_cell,         0 },
	{ "missing",         missing_cell,     0 },
	{ "slices",          slices_cell,      0 },
	{ "good_slices",     good_slices_cell, 0 },
	{ "ratio",           number_cell,      AT(sli) },
	{ "low",             number_cell,      AT(interval_low) },
	{ "high",            number_cell,      AT(interval_high) },
	{ "confidence",      number_cell,      AT(confidence) },
	{ "allowed",         number_cell,      AT(allowed) },
	{ "remaining",       number_cell,      AT(remaining) },
	{ "remaining_ratio", number_cell,      AT(remaining_ratio) },
	{ "consumed_ratio",  number_cell,      AT(consumed_ratio) },
	{ "state",           state_cell,       0 },
};
/* clang-format on */
#define COLUMNS (sizeof columns / sizeof *columns)

static void put_row(void *ctx, const struct render_history_row *row)
{
	struct sheet *sheet = ctx;

	for (size_t i = 0; i < COLUMNS; i++) {
		out_cstr(sheet->o, i ? "," : "");
		sheet->column = &columns[i];
		columns[i].cell(sheet, row);
	}
	out_cstr(sheet->o, "\r\n");
}

void render_history_csv(struct out *o, const struct history *h, const struct nines_style *style)
{
	struct sheet sheet = { o, h, NULL };

	(void)style;
	for (size_t i = 0; i < COLUMNS; i++)
		out_fmt(o, "%s%s", i ? "," : "", columns[i].heading);
	out_cstr(o, "\r\n");
	render_history_each(h, put_row, &sheet);
}
