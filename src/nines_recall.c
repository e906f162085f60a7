#include "nines_impl.h"

#include "err.h"
#include "recall.h"
#include "report_reach.h"
#include "when.h"

static int is_minute(int64_t t)
{
	return t == NINES_NEVER || when_floor(t, STORE_BUCKET_S) == t;
}

enum nines_status nines_tally_recall(struct nines_tally **tally, struct nines_store *store,
    const struct nines_spec *spec, const struct nines_io *io, const struct nines_recall *recall,
    struct nines_error *err)
{
	const struct nines_question *question = recall->question;
	struct recall_order order = {
		.from = NINES_NEVER,
		.since = recall->since,
		.until = recall->until,
		.allow_missing = recall->allow_missing,
	};
	enum nines_status rc = NINES_OK;

	if (!is_minute(recall->since) || !is_minute(recall->until))
		return err_set(err, NINES_E_SYNTAX,
		    "a store counts by the minute: since and until must be whole ones");
	if (question->as_of == NINES_NEVER)
		return err_set(err, NINES_E_INTERNAL, "a store is asked as of some instant");
	order.to = when_floor(question->as_of, STORE_BUCKET_S);
	if (!recall->everything)
		rc = report_reach(&order.from, spec->spec, io, question, err);
	return rc == NINES_OK ? recall_tally(tally, store->store, spec->spec, &order, err) : rc;
}

/* When in its bucket an event happened is not known: the doubt speaks for the newest. */
static int64_t last_of_rows(const struct tally *tally, int64_t before)
{
	int64_t last = NINES_NEVER;
	struct ledger_walk row;

	ledger_walk_begin(&row, tally_traffic(tally));
	while (ledger_walk_next(&row) && row.start_s < before) {
		last = row.start_s + tally->bucket_s - 1;
		last = last < before ? last : before - 1;
	}
	return last;
}

int64_t nines_tally_last_event(const struct nines_tally *tally, int64_t before)
{
	int64_t last = NINES_NEVER;

	if (tally_rows(&tally->tally) > 0)
		last = tally->tally.last_s;
	else if (tally->store != NULL)
		last = tally->store->newest_event;
	return last < before ? last : last_of_rows(&tally->tally, before);
}
