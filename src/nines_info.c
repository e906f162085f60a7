#include "nines_impl.h"

#include <stdio.h>
#include <string.h>

#include "err.h"
#include "render_key.h"
#include "render_number.h"
#include "when.h"

#define SOURCES_SHOWN 20

/* ---- text: tables whose last column is a hostile name of any length ---- */

#define COLUMNS 7
#define CELL    32

struct row {
	char cell[COLUMNS][CELL];
	const char *name, *of; /* "name" or "name/of" */
};

struct table {
	const char *const *heading; /* the last is of the name; NULL ends */
	const char *right;          /* '>' for each column that is of numbers */
	size_t rows;
	void (*fill)(const struct store_info *info, size_t i, struct row *row);
};

static void put_cell(struct out *o, const char *text, size_t width, int right)
{
	const size_t blanks = width - strlen(text) + 2;

	if (right)
		out_repeat(o, " ", blanks - 2);
	out_cstr(o, text);
	out_repeat(o, " ", right ? 2 : blanks);
}

static void measure(
    const struct table *t, const struct store_info *info, size_t columns, size_t *width)
{
	for (size_t c = 0; c < columns; c++)
		width[c] = strlen(t->heading[c]);
	for (size_t i = 0; i < t->rows; i++) {
		struct row row = { .name = "" };

		t->fill(info, i, &row);
		for (size_t c = 0; c < columns; c++)
			if (strlen(row.cell[c]) > width[c])
				width[c] = strlen(row.cell[c]);
	}
}

static void put_table(struct out *o, const struct table *t, const struct store_info *info)
{
	size_t width[COLUMNS], columns = 0;

	if (t->rows == 0)
		return;
	while (t->heading[columns + 1] != NULL)
		columns++;
	measure(t, info, columns, width);
	out_char(o, '\n');
	for (size_t c = 0; c < columns; c++)
		put_cell(o, t->heading[c], width[c], t->right[c] == '>');
	out_fmt(o, "%s\n", t->heading[columns]);
	for (size_t i = 0; i < t->rows; i++) {
		struct row row = { .name = "" };

		t->fill(info, i, &row);
		for (size_t c = 0; c < columns; c++)
			put_cell(o, row.cell[c], width[c], t->right[c] == '>');
		out_visible(o, str_of(row.name));
		out_cstr(o, row.of != NULL ? "/" : "");
		out_visible(o, str_of(row.of != NULL ? row.of : ""));
		out_char(o, '\n');
	}
}

/* "2025-01-14 10:09:30", the seconds only where they tell something. */
static void cell_instant(char cell[CELL], int64_t t)
{
	struct when_civil c;
	int n;

	(void)snprintf(cell, CELL, "-");
	if (t == NINES_NEVER)
		return;
	when_to_civil(t, &c);
	n = snprintf(
	    cell, CELL, "%04d-%02d-%02d %02d:%02d", c.year, c.month, c.day, c.hour, c.minute);
	if (c.second != 0)
		(void)snprintf(cell + n, CELL - (size_t)n, ":%02d", c.second);
}

static void cell_count(char cell[CELL], uint64_t n)
{
	char text[RENDER_NUMBER_SIZE];

	(void)snprintf(cell, CELL, "%s", render_number_count(text, n));
}

static void fill_series(const struct store_info *info, size_t i, struct row *row)
{
	const struct store_info_series *s = &info->series[i];

	cell_instant(row->cell[0], s->from);
	cell_instant(row->cell[1], s->to);
	cell_count(row->cell[2], s->minutes);
	cell_count(row->cell[3], s->valid);
	cell_count(row->cell[4], s->good);
	cell_count(row->cell[5], s->missing);
	(void)snprintf(row->cell[6], CELL, "%016llx", (unsigned long long)s->digest);
	row->name = s->journey != NULL ? s->journey : "all lines, and those judged";
	row->of = s->sli;
}

static void fill_source(const struct store_info *info, size_t i, struct row *row)
{
	const struct store_source *s = &info->source[i];

	(void)snprintf(row->cell[0], CELL, "#%lld", (long long)s->id);
	cell_instant(row->cell[1], s->first_event);
	cell_instant(row->cell[2], s->last_event);
	cell_count(row->cell[3], s->end.length);
	(void)snprintf(row->cell[4], CELL, "%.16s", s->decoder);
	(void)snprintf(row->cell[5], CELL, "%.16s%s", s->status,
	    s->folded     ? ", folded"
	        : s->live ? ", live"
	                  : "");
	row->name = s->name;
}

static void fill_gap(const struct store_info *info, size_t i, struct row *row)
{
	const struct store_lost *gap = &info->lost[i];

	cell_instant(row->cell[0], gap->from);
	cell_instant(row->cell[1], gap->to);
	cell_instant(row->cell[2], gap->noticed_s);
	row->name = gap->name;
}

static void put_fact(struct out *o, const char *name, int64_t t)
{
	char cell[CELL];

	cell_instant(cell, t);
	out_fmt(o, "%-12s%s\n", name, t == NINES_NEVER ? "never" : cell);
}

static void put_head(struct out *o, const char *path, const struct store_info *info)
{
	char size[RENDER_NUMBER_SIZE], from[CELL], to[CELL];

	out_visible(o, str_of(path));
	out_fmt(o, ": version %d, %s; times are UTC\n", info->version,
	    render_number_bytes(size, info->bytes));
	cell_instant(from, info->oldest_minute);
	cell_instant(to, info->newest_minute);
	out_fmt(o, "%-12s", "counts");
	if (info->oldest_minute == NINES_NEVER)
		out_cstr(o, "none\n");
	else
		out_fmt(o, "%s to %s\n", from, to);
	if (info->oldest_minute != NINES_NEVER && info->oldest_minute < info->folded_until) {
		cell_instant(from, info->folded_until);
		out_fmt(o, "%-12suntil %s\n", "by the hour", from);
	}
	put_fact(o, "last event", info->newest_event);
	put_fact(o, "written", info->written_s);
}

static void put_text(struct out *o, const char *path, const struct store_info *info, int verbose)
{
	static const char *const series[] = { "from", "to", "minutes", "valid", "good", "missing",
		"rules", "SLI", NULL };
	static const char *const source[] = { "id", "first event", "last event", "bytes", "as",
		"status", "log", NULL };
	static const char *const gap[] = { "lost from", "to", "noticed", "log", NULL };
	const size_t shown =
	    verbose || info->sources <= SOURCES_SHOWN ? info->sources : SOURCES_SHOWN;
	const struct table table[] = {
		{ series, "  >>>> ", info->series_count, fill_series },
		{ source, "   >  ", shown, fill_source },
		{ gap, "   ", info->losts, fill_gap },
	};

	put_head(o, path, info);
	put_table(o, &table[0], info);
	put_table(o, &table[1], info);
	if (shown < info->sources) {
		out_cstr(o, "and ");
		out_grouped(o, info->sources - shown);
		out_cstr(o, " older; -v lists all\n");
	}
	put_table(o, &table[2], info);
}

/* ---- JSON ---- */

static void json_series(struct out *o, const struct store_info_series *s)
{
	render_key_str(o, "{\"journey\":", s->journey);
	render_key_str(o, ",\"sli\":", s->sli);
	render_key_digest(o, ",\"digest\":", s->digest);
	render_key_when(o, ",\"from\":", s->from);
	render_key_when(o, ",\"to\":", s->to);
	render_key_u64(o, ",\"minutes\":", s->minutes);
	render_key_u64(o, s->journey != NULL ? ",\"valid\":" : ",\"lines\":", s->valid);
	render_key_u64(o, s->journey != NULL ? ",\"good\":" : ",\"judged\":", s->good);
	if (s->journey != NULL)
		render_key_u64(o, ",\"missing\":", s->missing);
	out_char(o, '}');
}

static void json_source(struct out *o, const struct store_source *s)
{
	render_key_u64(o, "{\"id\":", (uint64_t)s->id);
	render_key_str(o, ",\"name\":", s->name);
	render_key_str(o, ",\"decoder\":", s->decoder);
	render_key_str(o, ",\"status\":", s->status);
	render_key_str(o, ",\"note\":", s->note);
	render_key_truth(o, ",\"live\":", s->live != 0);
	render_key_truth(o, ",\"folded\":", s->folded != 0);
	render_key_u64(o, ",\"bytes\":", s->end.length);
	render_key_u64(o, ",\"raw_bytes\":", s->raw_end);
	render_key_when(o, ",\"first_event\":", s->first_event);
	render_key_when(o, ",\"last_event\":", s->last_event);
	render_key_when(o, ",\"seen\":", s->seen_s);
	out_char(o, '}');
}

static void json_gap(struct out *o, const struct store_lost *gap)
{
	render_key_str(o, "{\"name\":", gap->name);
	render_key_when(o, ",\"from\":", gap->from);
	render_key_when(o, ",\"to\":", gap->to);
	render_key_when(o, ",\"noticed\":", gap->noticed_s);
	out_char(o, '}');
}

static void put_json(struct out *o, const char *path, const struct store_info *info, int verbose)
{
	(void)verbose;
	render_key_str(o, "{\"schema\":", "nines-store/1");
	render_key_str(o, ",\"path\":", path);
	render_key_u64(o, ",\"version\":", (uint64_t)info->version);
	render_key_u64(o, ",\"bytes\":", info->bytes);
	render_key_when(o, ",\"oldest_minute\":", info->oldest_minute);
	render_key_when(o, ",\"newest_minute\":", info->newest_minute);
	render_key_when(o, ",\"folded_until\":", info->folded_until);
	render_key_when(o, ",\"newest_event\":", info->newest_event);
	render_key_when(o, ",\"written\":", info->written_s);
	out_cstr(o, ",\"series\":[");
	for (size_t i = 0; i < info->series_count; i++) {
		out_cstr(o, i > 0 ? "," : "");
		json_series(o, &info->series[i]);
	}
	out_cstr(o, "],\"sources\":[");
	for (size_t i = 0; i < info->sources; i++) {
		out_cstr(o, i > 0 ? "," : "");
		json_source(o, &info->source[i]);
	}
	out_cstr(o, "],\"gaps\":[");
	for (size_t i = 0; i < info->losts; i++) {
		out_cstr(o, i > 0 ? "," : "");
		json_gap(o, &info->lost[i]);
	}
	out_cstr(o, "]}\n");
}

/* ---- both ---- */

static const struct {
	const char *name;
	void (*put)(struct out *o, const char *path, const struct store_info *info, int verbose);
} formats[] = { { "text", put_text }, { "json", put_json } };
#define FORMATS (sizeof formats / sizeof *formats)

const char *nines_store_format(size_t i)
{
	return i < FORMATS ? formats[i].name : NULL;
}

enum nines_status nines_store_info(struct nines_store *store, const char *format, int verbose,
    nines_write_fn *write, void *ctx, struct nines_error *err)
{
	struct store_info info;
	enum nines_status rc;
	struct out o;
	size_t i = 0;

	while (i < FORMATS && strcmp(formats[i].name, format) != 0)
		i++;
	if (i == FORMATS)
		return err_set(err, NINES_E_SYNTAX, "unknown format '%s'", format);
	rc = store_inspect(store->store, &info, err);
	if (rc != NINES_OK)
		return rc;
	out_init(&o, write, ctx);
	formats[i].put(&o, store_path(store->store), &info, verbose);
	store_info_fini(&info);
	return nines_impl_finish(&o, err);
}
