#include <string.h>

#include "err.h"
#include "ingest_impl.h"
#include "ingest_name.h"
#include "io.h"

#define PEEK_BYTES (64u << 10)

static const struct source *file_of(const struct ingest_match *m)
{
	return &m->in->list.source[m->i];
}

static int is_plain(const struct store_source *s)
{
	return strcmp(s->decoder, "plain") == 0;
}

static int has_inode(const struct source *file, const struct store_source *known)
{
	return file->info.inode != 0 && file->info.inode == known->inode &&
	    file->info.device == known->device;
}

static int is_neighbour(const struct ingest_match *m, const struct store_source *known)
{
	return ingest_name_same_folder(m->in->item[m->i].path, known->path);
}

/* An alias of a source is kept so that it need not be read again; it counted nothing and has no
 * marks. */
static int is_alias(const struct store_known *k)
{
	return k->marks == 0;
}

static int same_mark(struct mark a, struct mark b)
{
	return a.length == b.length && a.crc == b.crc;
}

/* Whether another file was found to be the source, or will be.  An inode alone says nothing: it is
 * given out again when its file is gone. */
static int is_still(const struct ingest_match *m, size_t i, const struct store_source *known)
{
	const int64_t id = m->in->item[i].id;
	uint32_t crc;

	if (id != 0)
		return id == known->id;
	return known->raw_end > 0 && known->raw_end <= INT64_MAX &&
	    ingest_match_tail(m->in, i, known->raw_end, &crc) && crc == known->tail_crc;
}

/* What of a known source of less than MARK_SURE bytes, or of its beginning, is believed. */
enum trust {
	TRUST_NONE,
	TRUST_END, /* that the file goes on from its end */
	TRUST_ALL,
};

/* A stream has neither name nor inode, but may well be read again. */
static enum trust trust(const struct ingest_match *m, const struct store_source *known)
{
	const struct source_list *list = &m->in->list;
	const struct source *file = file_of(m);

	if (has_inode(file, known))
		return TRUST_ALL;
	if (!ingest_place_is_file(file) || known->inode == 0)
		return TRUST_END;
	if (!ingest_name_related(file->name, known->name))
		return TRUST_NONE;
	for (size_t i = 0; i < list->used; i++) {
		const struct source *other = &list->source[i];

		if (i != m->i && other->status != SOURCE_DUPLICATE && has_inode(other, known) &&
		    !ingest_name_same_folder(m->in->item[m->i].path, m->in->item[i].path) &&
		    ingest_name_same_folder(m->in->item[i].path, known->path) &&
		    is_still(m, i, known))
			return TRUST_NONE;
	}
	return TRUST_ALL;
}

static int is_believed(
    const struct ingest_match *m, const struct store_source *known, uint64_t length)
{
	const enum trust least = length == known->end.length ? TRUST_END : TRUST_ALL;

	return length >= MARK_SURE || trust(m, known) >= least;
}

int ingest_match_tail(const struct ingesting *in, size_t i, uint64_t raw_end, uint32_t *crc)
{
	const struct source *s = &in->list.source[i];
	const size_t n = raw_end < MARK_SURE ? (size_t)raw_end : MARK_SURE;
	char tail[MARK_SURE];

	for (size_t got = 0; got < n;) {
		const ssize_t more =
		    io_read_at(in->io, s->fd, tail + got, n - got, (int64_t)(raw_end - n + got));

		if (more <= 0)
			return 0;
		got += (size_t)more;
	}
	*crc = identity_crc(0, tail, n);
	return 1;
}

static int has_tail(const struct ingest_match *m, const struct store_source *known)
{
	uint32_t crc;

	return known->raw_end > 0 && known->raw_end <= INT64_MAX &&
	    ingest_match_tail(m->in, m->i, known->raw_end, &crc) && crc == known->tail_crc;
}

static uint64_t size_now(const struct ingest_match *m)
{
	const struct source *s = file_of(m);
	struct nines_file_info now;

	if (m->in->io->info(m->in->io->ctx, s->fd, &now) != 0 || now.size < 0)
		return 0;
	return (uint64_t)now.size;
}

static enum nines_status find_first(
    struct ingest_match *m, struct mark first, struct nines_error *err)
{
	m->known = NULL;
	m->n = 0;
	if (m->in->store == NULL)
		return NINES_OK;
	return store_find_first(m->in->store, first, &m->arena, &m->known, &m->n, err);
}

static int holds(const struct store_known *k, struct mark mark)
{
	if (is_alias(k))
		return 0;
	for (size_t i = 0; i < k->marks; i++)
		if (same_mark(k->mark[i], mark))
			return 1;
	return same_mark(k->source.end, mark);
}

/* Of the sources that are believed to begin with `mark` one of this folder, else the one with this
 * device and inode, else one that ends there, else the longest. */
static const struct store_known *holder(const struct ingest_match *m, struct mark mark)
{
	const struct store_known *best = NULL;
	int best_rank = 0;

	for (size_t i = 0; i < m->n; i++) {
		const struct store_known *k = &m->known[i];
		const struct source *file = file_of(m);
		const int rank = 1 + same_mark(k->source.end, mark) +
		    2 * has_inode(file, &k->source) + 4 * is_neighbour(m, &k->source);

		if (rank < best_rank || !holds(k, mark) || !is_believed(m, &k->source, mark.length))
			continue;
		if (rank == best_rank && k->source.end.length <= best->source.end.length)
			continue;
		best = k;
		best_rank = rank;
	}
	return best;
}

/* ---- before reading ---- */

/* What is believed of an alias only while the source that it is one of is there. */
static enum nines_status peek_alias(struct ingest_match *m, const struct store_known *alias,
    enum ingest_way *way, struct nines_error *err)
{
	const enum nines_status rc = find_first(m, alias->source.first, err);

	if (rc != NINES_OK)
		return rc;
	m->source = holder(m, alias->source.end);
	if (m->source != NULL) {
		m->alias = &alias->source;
		*way = INGEST_SAME;
	}
	return NINES_OK;
}

/* A file of the same device and inode may still hold something else; a little of it in another
 * folder may be as much alike by chance as an inode may be given out again. */
static enum nines_status peek_inode(struct ingest_match *m, const struct store_known *k,
    enum ingest_way *way, struct nines_error *err)
{
	const uint64_t size = size_now(m);

	if (size < k->source.raw_end || size < k->source.raw_size || !has_tail(m, &k->source))
		return NINES_OK;
	if (k->source.end.length < MARK_SURE && !is_neighbour(m, &k->source))
		return NINES_OK;
	if (is_alias(k))
		return size == k->source.raw_size ? peek_alias(m, k, way, err) : NINES_OK;
	m->source = k;
	if (size == k->source.raw_size)
		*way = INGEST_SAME;
	else if (is_plain(&k->source) || k->source.unit_end > 0)
		*way = INGEST_ON;
	return NINES_OK;
}

/* The first line of a plain file, if its first bytes hold it. */
static struct mark first_line(const struct ingest_match *m)
{
	const struct nines_io *io = m->in->io;
	const struct source *s = file_of(m);
	const int64_t data = io->seek_data(io->ctx, s->fd, 0);
	struct mark none = { 0 };
	char *p = mem_new(1, PEEK_BYTES);
	ssize_t n;

	if (p == NULL)
		return none;
	n = io_read_at(io, s->fd, p, PEEK_BYTES, data > 0 ? data : 0);
	identity_begin(m->in->identity, NULL, NULL, NULL);
	if (n > 0 && decode_is_plain((struct str){ p, (size_t)n }))
		(void)identity_feed(m->in->identity, p, (size_t)n, 0);
	mem_free(p);
	return identity_state(m->in->identity).first;
}

static int is_better(
    const struct ingest_match *m, const struct store_known *k, const struct store_known *than)
{
	const uint64_t length = k->source.end.length, other = than->source.end.length;

	if (length != other)
		return length > other;
	return is_neighbour(m, &k->source) > is_neighbour(m, &than->source);
}

/* A little that is alike, in another folder, while a log of this folder begins so, too: which of
 * the two it is, its marks will tell. */
static int is_foreign(const struct ingest_match *m, const struct store_known *k)
{
	int has_neighbour = 0;

	for (size_t i = 0; i < m->n; i++)
		has_neighbour |= !is_alias(&m->known[i]) && is_neighbour(m, &m->known[i].source);
	return has_neighbour && k->source.end.length < MARK_SURE && !is_neighbour(m, &k->source);
}

static enum nines_status peek_first(
    struct ingest_match *m, enum ingest_way *way, struct nines_error *err)
{
	const struct mark first = first_line(m);
	const uint64_t size = size_now(m);
	const struct store_known *longest = NULL;
	enum nines_status rc;

	if (first.length == 0)
		return NINES_OK;
	rc = find_first(m, first, err);
	for (size_t i = 0; rc == NINES_OK && i < m->n; i++) {
		const struct store_known *k = &m->known[i];

		if (is_alias(k) || !is_plain(&k->source) || size < k->source.raw_end ||
		    (longest && !is_better(m, k, longest)) || is_foreign(m, k) ||
		    !is_believed(m, &k->source, k->source.end.length) || !has_tail(m, &k->source))
			continue;
		longest = k;
	}
	if (longest)
		*way = INGEST_ON;
	m->source = longest;
	return rc;
}

enum nines_status ingest_match_peek(
    struct ingest_match *m, enum ingest_way *way, struct nines_error *err)
{
	const struct source *s = file_of(m);
	struct store_known *known = NULL;
	size_t n = 0;
	enum nines_status rc = NINES_OK;

	*way = INGEST_WHOLE;
	if (!ingest_place_is_file(s))
		return NINES_OK;
	if (m->in->store != NULL)
		rc = store_find_inode(
		    m->in->store, s->info.device, s->info.inode, &m->arena, &known, &n, err);
	for (size_t i = 0; rc == NINES_OK && i < n && *way == INGEST_WHOLE; i++)
		rc = peek_inode(m, &known[i], way, err);
	if (rc == NINES_OK && *way == INGEST_WHOLE) {
		m->source = NULL;
		rc = peek_first(m, way, err);
	}
	if (rc == NINES_OK && m->in->order->recount && *way != INGEST_WHOLE) {
		m->only = m->source->source.id;
		m->source = NULL;
		m->alias = NULL;
		*way = INGEST_WHOLE;
	}
	return rc;
}

/* ---- while reading ---- */

static int by_length(const void *a, const void *b)
{
	const struct mark *x = a, *y = b;

	return x->length < y->length ? -1 : x->length > y->length;
}

/* Once it is known which source the file is, the others are not asked. */
static void keep_only(struct ingest_match *m)
{
	size_t kept = 0;

	for (size_t i = 0; i < m->n; i++)
		if (m->only == 0 || m->known[i].source.id == m->only)
			m->known[kept++] = m->known[i];
	m->n = kept;
}

void ingest_match_expect(void *ctx, struct mark first, const struct mark **known, size_t *n)
{
	struct ingest_match *m = ctx;
	size_t all = 0, used = 0;

	m->status = find_first(m, first, &m->err);
	if (m->status != NINES_OK)
		return;
	keep_only(m);
	for (size_t i = 0; i < m->n; i++)
		all += m->known[i].marks + 1;
	m->mark = mem_arena_new(&m->arena, all + 1, sizeof *m->mark);
	if (m->mark == NULL) {
		m->status = err_nomem(&m->err);
		return;
	}
	for (size_t i = 0; i < m->n; i++) {
		const struct store_known *k = &m->known[i];
		const enum trust much = trust(m, &k->source);

		for (size_t j = 0; j < k->marks; j++)
			if (much == TRUST_ALL || k->mark[j].length >= MARK_SURE)
				m->mark[used++] = k->mark[j];
		if (!is_alias(k) && is_believed(m, &k->source, k->source.end.length))
			m->mark[used++] = k->source.end;
	}
	if (used > 1)
		qsort(m->mark, used, sizeof *m->mark, by_length);
	*known = m->mark;
	*n = used;
}

/* ---- after reading ---- */

static uint64_t next_mark(const struct store_known *k, uint64_t length)
{
	for (size_t i = 0; i < k->marks; i++)
		if (k->mark[i].length > length)
			return k->mark[i].length;
	return k->source.end.length;
}

/* Whether a file that meets no mark after `known` may still be an older copy of the source. */
static int may_be_older(
    const struct ingest_match *m, const struct store_known *k, const struct identity_state *state)
{
	const struct tally *tally = worker_tally(m->in->worker);

	return state->known.length >= MARK_SURE &&
	    state->end.length < next_mark(k, state->known.length) &&
	    (tally->first_s > tally->last_s || tally->last_s <= k->source.last_event);
}

/* Whether the file is what the damaged source was before the damage, or a longer one. */
static int is_restored(
    const struct ingest_match *m, const struct store_known *k, const struct identity_state *state)
{
	const struct source *s = file_of(m);

	return strcmp(k->source.status, source_status_name(SOURCE_CORRUPT)) == 0 &&
	    s->status == SOURCE_OK && ingest_place_is_file(s) &&
	    trust(m, &k->source) == TRUST_ALL && !k->source.folded &&
	    state->end.length > k->source.end.length;
}

/* Damage takes a file from its course: what follows was probably counted, and counting it twice
 * would be worse than leaving it out and saying so. */
static void decide_whole(struct ingest_match *m, const struct identity_state *state)
{
	const struct store_known *k = holder(m, state->within);

	if (state->within.length > 0 && k != NULL) {
		m->source = k;
		m->fate = INGEST_KNOWN;
		return;
	}
	k = holder(m, state->known);
	m->fate = INGEST_NEW;
	if (k == NULL || state->known.length == 0)
		return;
	if (same_mark(k->source.end, state->known)) {
		m->source = k;
		m->whole = 1;
		m->fate = same_mark(state->end, state->known) ? INGEST_KNOWN : INGEST_GROWN;
	} else if (same_mark(state->end, state->known) || may_be_older(m, k, state) ||
	    file_of(m)->status == SOURCE_CORRUPT) {
		m->source = k;
		m->fate = INGEST_KNOWN;
	} else if (is_restored(m, k, state)) {
		m->source = k;
		m->whole = m->replaces = 1;
		m->part = state->known.length;
		m->fate = INGEST_GROWN;
	} else {
		m->part = state->known.length;
	}
}

void ingest_match_decide(struct ingest_match *m, enum ingest_way way)
{
	const struct identity_state state = identity_state(m->in->identity);

	if (way == INGEST_WHOLE && state.end.length > 0) {
		decide_whole(m, &state);
	} else if (way == INGEST_WHOLE) {
		m->fate = source_status_whole(file_of(m)->status) ? INGEST_EMPTY : INGEST_UNREAD;
	} else {
		/* An alias may be a copy that the source has left behind. */
		m->whole = m->alias == NULL || same_mark(m->alias->end, m->source->source.end);
		m->fate = way == INGEST_ON && !same_mark(state.end, m->source->source.end)
		    ? INGEST_GROWN
		    : INGEST_KNOWN;
	}
}

void ingest_match_fini(struct ingest_match *m)
{
	mem_arena_fini(&m->arena);
}
