#include "nines_impl.h"

#include "err.h"
#include "history.h"
#include "mem.h"
#include "render_history.h"

struct nines_history {
	struct history *history;
};

const char *nines_history_by(size_t i)
{
	return history_by(i);
}

enum nines_status nines_history_build(struct nines_history **history, const struct nines_spec *spec,
    const struct nines_tally *tally, const struct nines_io *io, const struct nines_periods *periods,
    const struct nines_question *question, struct nines_error *err)
{
	const struct history_question q = { periods->by, periods->since, periods->until,
		*question };
	struct nines_history *h = mem_new(1, sizeof *h);
	struct nines_impl_input room;
	enum nines_status rc;

	if (h == NULL)
		return err_nomem(err);
	rc = nines_impl_input(&room, tally, err);
	if (rc == NINES_OK)
		rc =
		    history_build(&h->history, spec->spec, &tally->tally, &room.input, io, &q, err);
	nines_impl_input_fini(&room);
	if (rc != NINES_OK) {
		mem_free(h);
		return rc;
	}
	*history = h;
	return NINES_OK;
}

void nines_history_free(struct nines_history *history)
{
	if (history == NULL)
		return;
	history_free(history->history);
	mem_free(history);
}

int nines_history_incomplete(const struct nines_history *history)
{
	return history->history->whole->incomplete;
}

const char *nines_history_format(size_t i)
{
	const struct render_history *format = render_history_at(i);

	return format == NULL ? NULL : format->name;
}

enum nines_status nines_history_write(const struct nines_history *history, const char *format,
    const struct nines_style *style, nines_write_fn *write, void *ctx, struct nines_error *err)
{
	const struct render_history *found = render_history_find(format);
	struct out o;

	if (found == NULL)
		return err_set(err, NINES_E_SYNTAX, "unknown backfill format '%s'", format);
	out_init(&o, write, ctx);
	found->render(&o, history->history, style);
	return nines_impl_finish(&o, err);
}
