#include "format_gap.h"

#include <string.h>

struct format_gaps *format_gap_new(void)
{
	struct format_gaps *g = mem_new(1, sizeof *g);

	if (!g)
		return NULL;
	g->nowhere.least = SIZE_MAX;
	format_gap_forget(g);
	return g;
}

void format_gap_forget(struct format_gaps *g)
{
	g->inside = NULL;
	g->places = g->gaps = 0;
	g->is_full = 0;
	g->begin.next = &g->nowhere;
	memset(g->bucket, 0, sizeof g->bucket);
}

/* ---- places ---- */

static struct format_place *find_place(
    struct format_place *first, int is_array, const struct format_node *node)
{
	while (first && (first->is_array != is_array || first->node != node))
		first = first->next;
	return first;
}

/* Those inside of a place that is kept. */
static struct format_place **places_inside(struct format_gaps *g, const struct format_place *parent)
{
	return parent ? &g->place[parent - g->place].child : &g->inside;
}

const struct format_place *format_gap_open(struct format_gaps *g, const struct format_place *parent,
    int is_array, const struct format_node *node)
{
	const unsigned depth = parent ? parent->depth + 1 : 0;
	struct format_place **first, *place;
	int is_kept;

	if (depth >= FORMAT_DEPTH_MAX)
		return NULL;
	first = !parent || parent->is_kept ? places_inside(g, parent) : NULL;
	place = first ? find_place(*first, is_array, node) : NULL;
	if (place)
		return place;
	is_kept = first && g->places < FORMAT_PLACES;
	place = is_kept ? &g->place[g->places++] : &g->passing[depth];
	*place = (struct format_place){ .parent = parent,
		.node = node,
		.depth = depth,
		.is_array = is_array,
		.is_kept = is_kept };
	g->is_full |= !is_kept;
	if (is_kept) {
		place->next = *first;
		*first = place;
	}
	return place;
}

/* ---- gaps ---- */

static int is_kept(const struct format_place *place)
{
	return !place || place->is_kept;
}

/* The same as format_gap_first: a gap is known by its first key, if it has one. */
static struct format_gap **bucket_of(struct format_gaps *g, struct str text)
{
	const char *end = text.p + text.n, *key = memchr(text.p, '"', text.n);
	const char *key_end = key ? memchr(key + 1, '"', (size_t)(end - key) - 1) : NULL;

	if (!key_end)
		return &g->bucket[format_gap_bucket(text.p, text.n)];
	return &g->bucket[format_gap_bucket(key, (size_t)(key_end - key))];
}

static int is_same(const struct format_gap *a, const struct format_gap *b)
{
	return a->from == b->from && a->n == b->n && !memcmp(a->text, b->text, a->n);
}

struct format_gap *format_gap_keep(
    struct format_gaps *g, struct format_gap *before, struct str text)
{
	struct format_gap *read = &g->read, *gap, **bucket;
	size_t others = 0;

	read->next = &g->nowhere;
	if (text.n > FORMAT_GAP_BYTES || !is_kept(read->from) || !is_kept(read->to))
		return read;
	read->n = text.n;
	memcpy(read->text, text.p, text.n);
	bucket = bucket_of(g, text);
	for (gap = *bucket; gap && !is_same(gap, read); gap = gap->beside)
		others++;
	if (!gap && (g->gaps == FORMAT_GAPS || others == FORMAT_GAP_OTHERS)) {
		g->is_full |= g->gaps == FORMAT_GAPS;
		return read;
	}
	if (!gap) {
		gap = &g->gap[g->gaps++];
		*gap = *read;
		gap->least = text.n + (gap->to != NULL);
		gap->glance = text.n < FORMAT_GAP_GLANCE ? (UINT32_C(1) << text.n) - 1 : UINT32_MAX;
		gap->beside = *bucket;
		*bucket = gap;
	}
	before->next = gap;
	return gap;
}
