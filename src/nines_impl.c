#include "nines_impl.h"

#include <string.h>

#include "err.h"
#include "mem.h"

enum nines_status nines_impl_finish(struct out *o, struct nines_error *err)
{
	int number = out_finish(o);

	return number == 0 ? NINES_OK : err_errno(err, number, "", "cannot write");
}

static void fill_source(struct report_source *to, const struct run_source *from)
{
	*to = (struct report_source){
		.name = from->source.name,
		.status = source_status_name(from->source.status),
		.decoder = from->source.decoder,
		.note = from->note,
		.bytes = from->source.bytes,
		.raw_bytes = from->source.raw_bytes,
		.lines = from->lines,
		.discarded_lines = from->discarded_lines,
		.whole = from->whole,
	};
}

/* The items whose name begins so, under the rest of it. */
static size_t fill_group(
    struct report_count *to, const struct item *item, size_t items, const char *group)
{
	const size_t skip = strlen(group);
	size_t n = 0;

	for (size_t i = 0; i < items; i++)
		if (strncmp(item[i].name, group, skip) == 0)
			to[n++] = (struct report_count){ item[i].name + skip, item[i].n };
	return n;
}

enum nines_status nines_impl_input(
    struct nines_impl_input *room, const struct nines_tally *t, struct nines_error *err)
{
	const struct run_count *c = &t->count;
	const int empty = t->tally.first_s > t->tally.last_s;
	struct item item[RUN_ITEMS_MAX];
	size_t items = run_items(c, item);

	room->source = mem_new(t->sources + 1, sizeof *room->source);
	if (room->source == NULL)
		return err_nomem(err);
	for (size_t i = 0; i < t->sources; i++)
		fill_source(&room->source[i], &t->source[i]);
	room->input = (struct report_input){
		.lines = c->lines,
		.parsed = c->parsed,
		.unparsed = run_unparsed(c),
		.blank = c->blank,
		.comments = c->comments,
		.ignored = c->ignored,
		.out_of_range = c->out_of_range,
		.bytes = c->bytes,
		.first_event = empty ? NINES_NEVER : t->tally.first_s,
		.last_event = empty ? NINES_NEVER : t->tally.last_s,
		.reason = room->reason,
		.reasons = fill_group(room->reason, item, items, "unparsed."),
		.anomaly = room->anomaly,
		.anomalies = fill_group(room->anomaly, item, items, "anomaly."),
		.source = room->source,
		.sources = t->sources,
	};
	return NINES_OK;
}

void nines_impl_input_fini(struct nines_impl_input *room)
{
	mem_free(room->source);
}
