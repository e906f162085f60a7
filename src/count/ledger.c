#include "ledger.h"

#include <assert.h>
#include <string.h>

#include "err.h"
#include "mem.h"

struct ledger_run {
	struct ledger_run *older;
	struct ledger_page *first, *last; /* none is empty */
	size_t entries;
	int64_t last_s;
};

/* ---- pages ---- */

void ledger_pool_fini(struct ledger_pool *pool)
{
	while (pool->spare != NULL) {
		struct ledger_page *page = pool->spare;

		pool->spare = page->next;
		mem_free(page);
	}
}

static void page_put_back(struct ledger_pool *pool, struct ledger_page *page)
{
	page->next = pool->spare;
	pool->spare = page;
	pool->pages--;
}

static void pages_put_back(struct ledger_pool *pool, struct ledger_page *page)
{
	while (page != NULL) {
		struct ledger_page *next = page->next;

		page_put_back(pool, page);
		page = next;
	}
}

static struct ledger_page *page_make(struct ledger_pool *pool, int64_t first_s)
{
	struct ledger_page *page = pool->spare;

	if (page != NULL)
		pool->spare = page->next;
	else
		page = mem_new(1, sizeof *page);
	if (page == NULL)
		return NULL;
	page->next = NULL;
	page->first_s = first_s;
	page->used = 0;
	pool->pages++;
	return page;
}

/* ---- entries ---- */

/* An entry begins with its gap and kind as one number.  Numbers are LEB128: seven bits a byte, the
 * lowest first, the top bit set in all but the last.  So one whose numbers are all small has as
 * many bytes as its kind has numbers: it is read and written as one word, and no branch hangs on
 * what an indicator happened to count. */
enum kind {
	KIND_ONE,     /* one good event */
	KIND_GOOD,    /* valid; all of them good */
	KIND_BAD,     /* valid, valid - good */
	KIND_MISSING, /* valid, valid - good, missing */
};
#define KIND_BITS  2
#define KIND_MASK  ((1u << KIND_BITS) - 1)
#define GAP_MOST   (UINT64_MAX >> KIND_BITS) /* beyond it a page begins */
#define SMALL      0x80u                     /* numbers below are of one byte */
#define NUMBER_MAX 10u                       /* bytes */
#define ENTRY_MAX  (4 * NUMBER_MAX)

static enum kind kind_of(const struct tally_cell *cell)
{
	static const unsigned char kind[] = { KIND_ONE, KIND_GOOD, KIND_BAD, KIND_BAD, KIND_MISSING,
		KIND_MISSING, KIND_MISSING, KIND_MISSING };

	return (enum kind)
	    kind[(cell->missing > 0) << 2 | (cell->valid != cell->good) << 1 | (cell->valid != 1)];
}

static unsigned char *put_number(unsigned char *p, uint64_t n)
{
	for (; n >= SMALL; n >>= 7)
		*p++ = (unsigned char)(n | SMALL);
	*p++ = (unsigned char)n;
	return p;
}

static size_t put_entry(unsigned char *to, uint64_t gap, const struct tally_cell *cell)
{
	const uint64_t bad = cell->valid - cell->good; /* good > valid comes back as it was, too */
	const enum kind kind = kind_of(cell);
	const uint64_t head = gap << KIND_BITS | kind;
	unsigned char *p = to;

	if ((head | cell->valid | bad | cell->missing) < SMALL) {
		to[0] = (unsigned char)head;
		to[1] = (unsigned char)cell->valid;
		to[2] = (unsigned char)bad;
		to[3] = (unsigned char)cell->missing;
		return kind + (size_t)1;
	}
	p = put_number(p, head);
	if (kind >= KIND_GOOD)
		p = put_number(p, cell->valid);
	if (kind >= KIND_BAD)
		p = put_number(p, bad);
	if (kind >= KIND_MISSING)
		p = put_number(p, cell->missing);
	return (size_t)(p - to);
}

static inline uint64_t take_number(const unsigned char **p)
{
	uint64_t n = *(*p)++;

	if (n < SMALL)
		return n;
	n &= 0x7f;
	for (unsigned shift = 7;; shift += 7) {
		const uint64_t byte = *(*p)++;

		n |= (byte & 0x7f) << shift;
		if (byte < SMALL)
			return n;
	}
}

/* The start of the entry that the walk is at; `head` is its first number. */
static inline int64_t entry_start(const struct ledger_walk *w, uint64_t head)
{
	if (w->at == 0)
		return w->page->first_s;
	return (int64_t)((uint64_t)w->start_s + (head >> KIND_BITS) * (uint64_t)w->step_s);
}

/* Any entry. */
static __attribute__((noinline)) void take_entry(struct ledger_walk *w)
{
	const unsigned char *p = w->page->data + w->at;
	const uint64_t head = take_number(&p);
	const enum kind kind = (enum kind)(head & KIND_MASK);
	uint64_t bad = 0;

	w->start_s = entry_start(w, head);
	w->cell = (struct tally_cell){ .valid = 1 };
	if (kind >= KIND_GOOD)
		w->cell.valid = take_number(&p);
	if (kind >= KIND_BAD)
		bad = take_number(&p);
	if (kind >= KIND_MISSING)
		w->cell.missing = take_number(&p);
	w->cell.good = w->cell.valid - bad;
	w->at = (size_t)(p - w->page->data);
}

int ledger_walk_next(struct ledger_walk *w)
{
	const unsigned char *p;
	uint32_t word;
	unsigned kind;

	if (w->page != NULL && w->at == w->page->used) {
		w->page = w->page->next;
		w->at = 0;
	}
	if (w->page == NULL)
		return 0;
	p = w->page->data + w->at;
	kind = p[0] & KIND_MASK;
	word = p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
	word &= UINT32_MAX >> 8 * (KIND_MISSING - kind);
	if (word & SMALL * 0x01010101u) {
		take_entry(w);
		return 1;
	}
	w->start_s = entry_start(w, word & 0xff);
	w->cell.valid = (word >> 8 & 0xff) + (kind == KIND_ONE);
	w->cell.good = w->cell.valid - (word >> 16 & 0xff);
	w->cell.missing = word >> 24;
	w->at += kind + 1;
	return 1;
}

void ledger_walk_from(struct ledger_walk *w, const struct ledger *l, const struct ledger_page *page,
    size_t at, int64_t start_s)
{
	*w =
	    (struct ledger_walk){ .start_s = start_s, .page = page, .at = at, .step_s = l->step_s };
}

/* ---- runs ---- */

static int page_has_room(
    const struct ledger_page *page, uint64_t gap, const struct tally_cell *cell)
{
	unsigned char entry[ENTRY_MAX];

	return page->used + ENTRY_MAX <= LEDGER_DATA ||
	    page->used + put_entry(entry, gap, cell) <= LEDGER_DATA;
}

/* Most steps are the one behind the last: then nothing is divided. */
static uint64_t steps_between(int64_t from_s, int64_t to_s, int64_t step_s)
{
	const uint64_t s = (uint64_t)to_s - (uint64_t)from_s;

	return s == (uint64_t)step_s ? 1 : s / (uint64_t)step_s;
}

/* Later than all of the run. */
static int append(struct ledger_run *run, struct ledger_pool *pool, int64_t step_s, int64_t start_s,
    const struct tally_cell *cell)
{
	struct ledger_page *page = run->last;
	uint64_t gap = 0;

	if (page != NULL)
		gap = steps_between(run->last_s, start_s, step_s);
	if (page == NULL || gap > GAP_MOST || !page_has_room(page, gap, cell)) {
		page = page_make(pool, start_s);
		if (page == NULL)
			return 0;
		*(run->last != NULL ? &run->last->next : &run->first) = page;
		run->last = page;
		gap = 0;
	}
	page->used = (uint16_t)(page->used + put_entry(page->data + page->used, gap, cell));
	run->entries++;
	run->last_s = start_s;
	return 1;
}

/* A run that is used up: pages go back to the pool as soon as they are read, and so become those of
 * the result. */
struct feed {
	struct ledger_walk walk;
	struct ledger_page *page;
	int more;
};

static void feed_next(struct feed *f, struct ledger_pool *pool)
{
	f->more = ledger_walk_next(&f->walk);
	while (f->page != f->walk.page) {
		struct ledger_page *next = f->page->next;

		page_put_back(pool, f->page);
		f->page = next;
	}
}

static void feed_begin(
    struct feed *f, struct ledger_pool *pool, const struct ledger *l, struct ledger_run *run)
{
	ledger_walk_from(&f->walk, l, run->first, 0, 0);
	f->page = run->first;
	feed_next(f, pool);
}

static enum nines_status merge_feeds(struct ledger_run *run, struct ledger_pool *pool,
    struct feed *a, struct feed *b, struct nines_error *err)
{
	while (a->more || b->more) {
		const int from_a = a->more && (!b->more || a->walk.start_s <= b->walk.start_s);
		const int from_b = b->more && (!a->more || b->walk.start_s <= a->walk.start_s);
		struct tally_cell cell = from_a ? a->walk.cell : b->walk.cell;
		const int64_t start_s = from_a ? a->walk.start_s : b->walk.start_s;

		if (from_a && from_b && !tally_cell_add(&cell, &b->walk.cell))
			return err_set(err, NINES_E_LIMIT, "a count would exceed %llu",
			    (unsigned long long)UINT64_MAX);
		if (!append(run, pool, a->walk.step_s, start_s, &cell))
			return err_nomem(err);
		if (from_a)
			feed_next(a, pool);
		if (from_b)
			feed_next(b, pool);
	}
	return NINES_OK;
}

/* The newest run and the one before it become one. */
static enum nines_status merge_newest(
    struct ledger *l, struct ledger_pool *pool, struct nines_error *err)
{
	struct ledger_run *newest = l->newest, *into = newest->older,
	                  whole = { .older = into->older };
	enum nines_status rc = NINES_OK;
	struct feed a, b;

	if (into->last_s < newest->first->first_s) {
		into->last->next = newest->first;
		into->last = newest->last;
		into->last_s = newest->last_s;
		into->entries += newest->entries;
	} else {
		feed_begin(&a, pool, l, into);
		feed_begin(&b, pool, l, newest);
		rc = merge_feeds(&whole, pool, &a, &b, err);
		pages_put_back(pool, a.page);
		pages_put_back(pool, b.page);
		*into = whole;
	}
	l->newest = into;
	mem_free(newest);
	return rc;
}

/* As many as the promise of lengths asks for. */
static enum nines_status merge_short(
    struct ledger *l, struct ledger_pool *pool, struct nines_error *err)
{
	enum nines_status rc = NINES_OK;

	while (rc == NINES_OK && l->newest != NULL && l->newest->older != NULL &&
	    l->newest->older->entries / 2 < l->newest->entries)
		rc = merge_newest(l, pool, err);
	return rc;
}

/* ---- ledgers ---- */

void ledger_init(struct ledger *l, int64_t step_s)
{
	*l = (struct ledger){ .step_s = step_s };
}

void ledger_clear(struct ledger *l, struct ledger_pool *pool)
{
	while (l->newest != NULL) {
		struct ledger_run *run = l->newest;

		l->newest = run->older;
		pages_put_back(pool, run->first);
		mem_free(run);
	}
}

enum nines_status ledger_add(struct ledger *l, struct ledger_pool *pool, int64_t start_s,
    const struct tally_cell *cell, struct nines_error *err)
{
	if (l->newest == NULL || start_s <= l->newest->last_s) {
		enum nines_status rc = merge_short(l, pool, err);
		struct ledger_run *run;

		if (rc != NINES_OK)
			return rc;
		run = mem_new(1, sizeof *run);
		if (run == NULL)
			return err_nomem(err);
		run->older = l->newest;
		l->newest = run;
	}
	return append(l->newest, pool, l->step_s, start_s, cell) ? NINES_OK : err_nomem(err);
}

static size_t count_pages(const struct ledger_run *run)
{
	size_t pages = 0;

	for (const struct ledger_page *page = run->first; page != NULL; page = page->next)
		pages++;
	return pages;
}

enum nines_status ledger_take(struct ledger *l, struct ledger_pool *pool, struct ledger *from,
    struct ledger_pool *from_pool, struct nines_error *err)
{
	enum nines_status rc = NINES_OK;

	while (from->newest != NULL && rc == NINES_OK) {
		struct ledger_run *run = from->newest;
		const size_t pages = count_pages(run);

		from->newest = run->older;
		from_pool->pages -= pages;
		pool->pages += pages;
		run->older = l->newest;
		l->newest = run;
		rc = merge_short(l, pool, err);
	}
	return rc;
}

enum nines_status ledger_settle(struct ledger *l, struct ledger_pool *pool, struct nines_error *err)
{
	enum nines_status rc = NINES_OK;

	while (l->newest != NULL && l->newest->older != NULL && rc == NINES_OK)
		rc = merge_newest(l, pool, err);
	return rc;
}

/* ---- reading ---- */

size_t ledger_entries(const struct ledger *l)
{
	assert(l->newest == NULL || l->newest->older == NULL);
	return l->newest != NULL ? l->newest->entries : 0;
}

const struct ledger_page *ledger_first(const struct ledger *l)
{
	assert(l->newest == NULL || l->newest->older == NULL);
	return l->newest != NULL ? l->newest->first : NULL;
}

void ledger_walk_begin(struct ledger_walk *w, const struct ledger *l)
{
	ledger_walk_from(w, l, ledger_first(l), 0, 0);
}

/* Entries before its first one are before `from` too. */
static const struct ledger_page *page_near(const struct ledger_page *page, int64_t from)
{
	while (page != NULL && page->next != NULL && page->next->first_s <= from)
		page = page->next;
	return page;
}

void ledger_walk_near(struct ledger_walk *w, const struct ledger *l, int64_t from)
{
	ledger_walk_from(w, l, page_near(ledger_first(l), from), 0, 0);
}

struct tally_cell ledger_at(const struct ledger *l, int64_t start_s)
{
	struct tally_cell sum = { 0 };
	struct ledger_walk w;

	for (const struct ledger_run *run = l->newest; run != NULL; run = run->older) {
		if (run->last_s < start_s)
			continue;
		ledger_walk_from(&w, l, page_near(run->first, start_s), 0, 0);
		while (ledger_walk_next(&w) && w.start_s < start_s)
			continue;
		if (w.start_s == start_s)
			(void)tally_cell_add(&sum, &w.cell);
	}
	return sum;
}
