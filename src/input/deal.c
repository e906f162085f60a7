#include "deal.h"

#include <errno.h>

#include "decode.h"
#include "io.h"

/* Where reading begins in a descriptor that was there before is unknown, and one that waits to be
 * opened cannot be looked at. */
static int goes_in_ranges(const struct source_list *list, const struct source *s, uint64_t bytes)
{
	char start[DECODE_MAGIC_MOST];
	ssize_t n;

	if (s->fd < 0 || s->borrowed || s->info.kind != NINES_FILE_REGULAR || s->info.size < 0 ||
	    (uint64_t)s->info.size / 2 < bytes)
		return 0;
	n = io_read_at(list->io, s->fd, start, sizeof start, 0);
	return n > 0 && decode_is_plain((struct str){ start, (size_t)n });
}

void deal_begin(struct deal *deal, struct source_list *list, size_t range_bytes)
{
	*deal = (struct deal){ .list = list, .range_bytes = range_bytes };
	for (size_t i = 0; i < list->used && range_bytes > 0; i++)
		list->source[i].ranged = goes_in_ranges(list, &list->source[i], range_bytes);
}

size_t deal_most(const struct deal *deal)
{
	size_t most = 0;

	for (size_t i = 0; i < deal->list->used; i++) {
		const struct source *s = &deal->list->source[i];
		const uint64_t parts = s->ranged ? (uint64_t)s->info.size / deal->range_bytes : 1;

		most += parts < SIZE_MAX - most ? (size_t)parts : SIZE_MAX - most;
	}
	return most;
}

/* The last range goes on to the end, wherever that will be when it is reached. */
static uint64_t range_end(const struct deal *deal, const struct source *s)
{
	const uint64_t size = (uint64_t)s->info.size, to = deal->from + deal->range_bytes;
	int64_t data;

	if (to > size - deal->range_bytes)
		return SOURCE_END;
	data = deal->list->io->seek_data(deal->list->io->ctx, s->fd, (int64_t)to);
	if (data < 0 && errno == ENXIO)
		return SOURCE_END;
	return data > (int64_t)to ? (uint64_t)data : to;
}

/* The byte before a range tells whether a line begins with it. */
static struct source range_of(const struct source *s, uint64_t from, uint64_t to)
{
	return (struct source){
		.name = s->name,
		.fd = s->fd,
		.info = s->info,
		.from = from,
		.to = to,
		.at = from > 0 ? from - 1 : 0,
		.ranged = 1,
	};
}

int deal_next(struct deal *deal, struct deal_part *part)
{
	const size_t i = deal->next;
	struct source *s;
	uint64_t to;

	if (i >= deal->list->used)
		return 0;
	s = &deal->list->source[i];
	if (!s->ranged) {
		*part = (struct deal_part){ .list = deal->list, .i = i, .of = i };
		deal->next++;
		return 1;
	}
	to = range_end(deal, s);
	*part = (struct deal_part){ .list = &part->one, .of = i };
	part->range = range_of(s, deal->from, to);
	part->one = (struct source_list){ .source = &part->range, .used = 1, .io = deal->list->io };
	s->ranges_out++;
	deal->next += to == SOURCE_END;
	deal->from = to == SOURCE_END ? 0 : to;
	return 1;
}

/* Plain content is as long as it is stored.  Of several failures the first in the file counts. */
static void add_range(struct source *s, const struct source *range)
{
	s->decoder = range->decoder;
	s->raw_bytes += range->raw_bytes;
	s->bytes += range->raw_bytes;
	s->ended |= range->ended;
	if (range->status == SOURCE_OK ||
	    (s->status != SOURCE_OK && s->damage_at <= range->damage_at))
		return;
	s->status = range->status;
	s->error = range->error;
	s->damage_at = range->damage_at;
}

int deal_done(struct deal *deal, const struct deal_part *part)
{
	struct source *s = &deal->list->source[part->of];

	if (s->ranged) {
		add_range(s, &part->range);
		s->ranges_out--;
		if (s->ranges_out > 0 || deal->next <= part->of)
			return 0;
	}
	source_done(deal->list, part->of);
	return 1;
}
