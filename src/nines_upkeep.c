#include "nines_impl.h"

#include "err.h"
#include "when.h"

/* What is changed counts, unless it is only tried. */
static enum nines_status conclude(
    struct store *store, enum nines_status rc, int dry_run, struct nines_error *err)
{
	if (rc == NINES_OK && !dry_run)
		return store_commit(store, err);
	store_rollback(store);
	return rc;
}

/* ---- verify ---- */

static void put_finding(void *ctx, const char *text)
{
	struct out *o = ctx;

	out_visible(o, str_of(text));
	out_char(o, '\n');
}

enum nines_status nines_store_verify(struct nines_store *store, nines_write_fn *write, void *ctx,
    size_t *findings, struct nines_error *err)
{
	enum nines_status rc;
	struct out o;

	out_init(&o, write, ctx);
	rc = store_verify(store->store, put_finding, &o, findings, err);
	return rc == NINES_OK ? nines_impl_finish(&o, err) : rc;
}

/* ---- prune ---- */

static void put_folded(struct out *o, uint64_t folded, int64_t before, int dry_run)
{
	char text[WHEN_SIZE];

	(void)when_text(text, before);
	if (folded == 0) {
		out_fmt(o, "nothing to fold: there are no minutes from before %s\n", text);
		return;
	}
	out_grouped(o, folded);
	out_fmt(o, " minute%s from before %s %sfolded into hours\n", folded == 1 ? "" : "s", text,
	    dry_run ? "would be " : "");
}

/* Counted back from the newest event, as nines ingest does. */
static enum nines_status newest_event(struct store *store, int64_t *newest, struct nines_error *err)
{
	const struct store_shape none = { .slis = 0 };
	struct store_view view;
	enum nines_status rc = store_load(store, &none, 0, 0, &view, err);

	if (rc != NINES_OK)
		return rc;
	*newest = view.newest_event;
	store_view_fini(&view);
	return NINES_OK;
}

enum nines_status nines_store_prune(struct nines_store *store, const struct nines_spec *spec,
    int dry_run, nines_write_fn *write, void *ctx, struct nines_error *err)
{
	int64_t newest, before = 0;
	uint64_t folded = 0;
	enum nines_status rc = newest_event(store->store, &newest, err);
	struct out o;

	if (rc != NINES_OK)
		return rc;
	out_init(&o, write, ctx);
	if (newest == NINES_NEVER) {
		out_cstr(&o, "nothing to fold: there is no event\n");
		return nines_impl_finish(&o, err);
	}
	before = when_floor(newest - spec->spec->retain_s, 86400);
	rc = store_begin(store->store, err);
	if (rc != NINES_OK)
		return rc;
	rc = store_prune(store->store, before, &folded, err);
	rc = conclude(store->store, rc, dry_run, err);
	if (rc != NINES_OK)
		return rc;
	put_folded(&o, folded, before, dry_run);
	return nines_impl_finish(&o, err);
}

/* ---- forget ---- */

enum nines_status nines_store_forget(struct nines_store *store, const char *source, int dry_run,
    nines_write_fn *write, void *ctx, struct nines_error *err)
{
	enum nines_status rc = store_begin(store->store, err);
	size_t forgotten = 0;
	struct out o;

	if (rc != NINES_OK)
		return rc;
	rc = store_forget(store->store, source, &forgotten, err);
	if (rc == NINES_OK && forgotten == 0)
		rc = err_about(err, NINES_E_SYNTAX, source,
		    "the store knows no log of this name; nines store info lists them");
	rc = conclude(store->store, rc, dry_run, err);
	if (rc != NINES_OK)
		return rc;
	out_init(&o, write, ctx);
	out_visible(&o, str_of(source));
	out_fmt(&o, ": %zu log%s %sforgotten, with all that was counted of %s\n", forgotten,
	    forgotten == 1 ? "" : "s", dry_run ? "would be " : "", forgotten == 1 ? "it" : "them");
	return nines_impl_finish(&o, err);
}
