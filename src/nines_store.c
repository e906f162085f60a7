#include "nines_impl.h"

#include "err.h"
#include "ingest.h"
#include "when.h"

enum nines_status nines_store_open(struct nines_store **store, const char *path,
    enum nines_store_mode mode, unsigned wait_s, struct nines_error *err)
{
	const enum store_mode how = mode == NINES_STORE_WRITE ? STORE_WRITE : STORE_READ;
	const unsigned wait_ms = wait_s < UINT32_MAX / 1000 ? wait_s * 1000 : UINT32_MAX;
	struct nines_store *s = mem_new(1, sizeof *s);
	enum nines_status rc;

	if (s == NULL)
		return err_nomem(err);
	rc = store_open(&s->store, path, how, wait_ms, err);
	if (rc != NINES_OK)
		mem_free(s);
	else
		*store = s;
	return rc;
}

void nines_store_free(struct nines_store *store)
{
	if (store == NULL)
		return;
	store_close(store->store);
	mem_free(store);
}

/* ---- ingest ---- */

struct nines_ingested {
	struct ingest *ingest;
	int dry_run, too_many_unparsed;
	struct nines_note *note;
	size_t notes;
};

static enum nines_status note_former(struct nines_ingested *i, const struct spec *spec,
    const struct store_former *former, struct nines_error *err)
{
	struct nines_note *note = &i->note[i->notes];
	const struct spec_sli *sli = spec->sli[former->sli];
	char until[WHEN_SIZE];

	for (size_t j = 0; j < spec->journeys; j++)
		if (sli >= spec->journey[j].sli &&
		    sli < spec->journey[j].sli + spec->journey[j].slis)
			note->source = mem_arena_fmt(
			    &i->ingest->arena, "%s/%s", spec->journey[j].name, sli->name);
	note->text = mem_arena_fmt(&i->ingest->arena,
	    "is counted under new rules from now on; what was counted under the old ones, up to %s,"
	    " stays apart",
	    when_text(until, former->until));
	note->whole = 1;
	if (note->source == NULL || note->text == NULL)
		return err_nomem(err);
	i->notes++;
	return NINES_OK;
}

static enum nines_status note_all(
    struct nines_ingested *i, const struct spec *spec, struct nines_error *err)
{
	const struct ingest *g = i->ingest;
	enum nines_status rc = NINES_OK;

	i->note = mem_new(g->sources + g->gaps + g->formers + 2, sizeof *i->note);
	if (i->note == NULL)
		return err_nomem(err);
	for (size_t k = 0; k < g->sources; k++) {
		const struct run_source *s = &g->source[k].source;

		if (s->note != NULL && !s->whole)
			i->note[i->notes++] =
			    (struct nines_note){ s->source.name, s->note, s->whole };
	}
	for (size_t k = 0; k < g->gaps; k++)
		i->note[i->notes++] = (struct nines_note){ g->gap[k].name, g->gap[k].text, 0 };
	if (g->unsettled)
		i->note[i->notes++] = (struct nines_note){ "the logs",
			"were renamed again and again while they were opened: some may be read only"
			" in the next run",
			0 };
	/* What was counted now is judged as a report of it would be. */
	i->too_many_unparsed =
	    report_input_too_many(g->count.parsed, run_unparsed(&g->count), spec->max_unparsed_ppb);
	if (i->too_many_unparsed)
		i->note[i->notes++] = (struct nines_note){ "the logs",
			"more of the new lines than max_unparsed allows were not understood; nines"
			" explain tells why",
			0 };
	for (size_t k = 0; k < g->formers && rc == NINES_OK; k++)
		rc = note_former(i, spec, &g->former[k], err);
	return rc;
}

enum nines_status nines_store_ingest(struct nines_ingested **ingested, struct nines_store *store,
    const struct nines_spec *spec, const struct nines_io *io, const struct nines_ingest *ingest,
    struct nines_error *err)
{
	const struct ingest_order order = {
		.reading = ingest->reading,
		.names = ingest->names,
		.names_ctx = ingest->names_ctx,
		.folder = ingest->folder,
		.recount = ingest->recount,
		.dry_run = ingest->dry_run,
		.clock_s = ingest->now,
	};
	struct nines_ingested *i = mem_new(1, sizeof *i);
	enum nines_status rc;

	if (i == NULL)
		return err_nomem(err);
	i->dry_run = ingest->dry_run;
	rc = ingest_run(
	    &i->ingest, store != NULL ? store->store : NULL, spec->spec, io, &order, err);
	if (rc == NINES_OK)
		rc = note_all(i, spec->spec, err);
	if (rc == NINES_OK)
		*ingested = i;
	else
		nines_ingested_free(i);
	return rc;
}

void nines_ingested_free(struct nines_ingested *i)
{
	if (i == NULL)
		return;
	mem_free(i->note);
	ingest_free(i->ingest);
	mem_free(i);
}

int nines_ingested_incomplete(const struct nines_ingested *i)
{
	return i->ingest->incomplete || i->too_many_unparsed;
}

int nines_ingested_note(const struct nines_ingested *ingested, size_t i, struct nines_note *note)
{
	if (i >= ingested->notes)
		return 0;
	*note = ingested->note[i];
	return 1;
}

/* ---- what was done, in words ---- */

static const struct {
	const char *word;
	int always; /* said even when there is none */
} fate[INGEST_FATES] = {
	[INGEST_NEW] = { "new", 1 },
	[INGEST_GROWN] = { "grown", 1 },
	[INGEST_KNOWN] = { "already counted", 1 },
	[INGEST_EMPTY] = { "empty", 0 },
	[INGEST_UNREAD] = { "unread", 0 },
};

static void write_source(struct out *o, const struct ingest_source *s)
{
	const struct run_source *read = &s->source;

	out_visible(o, str_of(read->source.name));
	out_fmt(o, ": %s", fate[s->fate].word);
	if (s->fate == INGEST_NEW || s->fate == INGEST_GROWN) {
		out_cstr(o, ", ");
		out_grouped(o, read->lines);
		out_cstr(o, read->lines == 1 ? " line" : " lines");
	}
	if (s->waits)
		out_cstr(o, ", a last line waits for its end");
	if (s->known_as != NULL) {
		out_cstr(o, ", known as ");
		out_visible(o, str_of(s->known_as));
	}
	if (read->note != NULL) {
		out_cstr(o, "; ");
		out_visible(o, str_of(read->note));
	}
	out_char(o, '\n');
}

static void write_sum(struct out *o, const struct nines_ingested *i)
{
	const struct ingest *g = i->ingest;
	size_t n[INGEST_FATES] = { 0 };
	const char *before = ": ";

	for (size_t k = 0; k < g->sources; k++)
		n[g->source[k].fate]++;
	out_grouped(o, g->sources);
	out_cstr(o, g->sources == 1 ? " file" : " files");
	for (int f = 0; f < INGEST_FATES; f++) {
		if (n[f] == 0 && !fate[f].always)
			continue;
		out_cstr(o, before);
		out_grouped(o, n[f]);
		out_fmt(o, " %s", fate[f].word);
		before = ", ";
	}
	out_cstr(o, "; ");
	out_grouped(o, g->count.lines);
	out_cstr(o, g->count.lines == 1 ? " line" : " lines");
	out_cstr(o, i->dry_run ? " would be counted" : " counted");
	if (run_unparsed(&g->count) > 0) {
		out_cstr(o, ", ");
		out_grouped(o, run_unparsed(&g->count));
		out_cstr(o, " of them unparsed");
	}
	out_char(o, '\n');
}

enum nines_status nines_ingested_write(const struct nines_ingested *i, int verbose,
    nines_write_fn *write, void *ctx, struct nines_error *err)
{
	const struct ingest *g = i->ingest;
	struct out o;

	out_init(&o, write, ctx);
	for (size_t k = 0; verbose && k < g->sources; k++)
		write_source(&o, &g->source[k]);
	write_sum(&o, i);
	if (verbose && g->folded > 0) {
		out_grouped(&o, g->folded);
		out_cstr(&o, g->folded == 1 ? " minute" : " minutes");
		out_cstr(&o, " folded into hours\n");
	}
	return nines_impl_finish(&o, err);
}
