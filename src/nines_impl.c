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

static struct report_counted copy_spans(
    struct report_span **room, const struct store_span *span, size_t spans)
{
	struct report_counted counted = { *room, spans };

	for (size_t i = 0; i < spans; i++)
		*(*room)++ = (struct report_span){ span[i].from, span[i].to };
	return counted;
}

static enum nines_status fill_store(
    struct nines_impl_input *room, const struct nines_tally *t, struct nines_error *err)
{
	const struct run_store *from = t->store;
	size_t spans = from->traffics;
	struct report_span *next;

	for (size_t i = 0; i < t->tally.slis; i++)
		spans += from->counteds[i];
	room->span = next = mem_new(spans + 1, sizeof *room->span);
	room->counted = mem_new(t->tally.slis + 1, sizeof *room->counted);
	room->former = mem_new(from->formers + 1, sizeof *room->former);
	if (room->span == NULL || room->counted == NULL || room->former == NULL)
		return err_nomem(err);
	for (size_t i = 0; i < from->formers; i++)
		room->former[i] = (struct report_former){ from->former[i].sli,
			from->former[i].digest, from->former[i].from, from->former[i].until };
	for (size_t i = 0; i < t->tally.slis; i++)
		room->counted[i] = copy_spans(&next, from->counted[i], from->counteds[i]);
	room->store = (struct report_store){
		.path = from->path,
		.newest_event = from->newest_event,
		.folded_until = from->folded_until,
		.later_event = t->until == NINES_NEVER ? from->newest_event : NINES_NEVER,
		.counted = room->counted,
		.traffic = copy_spans(&next, from->traffic, from->traffics),
		.former = room->former,
		.formers = from->formers,
	};
	room->input.store = &room->store;
	return NINES_OK;
}

enum nines_status nines_impl_input(
    struct nines_impl_input *room, const struct nines_tally *t, struct nines_error *err)
{
	const struct run_count *c = &t->count;
	const int empty = t->tally.first_s > t->tally.last_s;
	struct item item[RUN_ITEMS_MAX];
	size_t items = run_items(c, item);

	*room = (struct nines_impl_input){ .source = NULL };
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
	return t->store != NULL ? fill_store(room, t, err) : NINES_OK;
}

void nines_impl_input_fini(struct nines_impl_input *room)
{
	mem_free(room->source);
	mem_free(room->span);
	mem_free(room->counted);
	mem_free(room->former);
}
