#include "err.h"
#include "parts.h"

#include <stdlib.h>
#include <string.h>

/* ---- what a ~src line says, and a run's source ---- */

static const struct {
	const char *name;
	size_t at;
} facts[] = {
	{ "bytes", offsetof(struct run_source, source.bytes) },
	{ "raw_bytes", offsetof(struct run_source, source.raw_bytes) },
	{ "lines", offsetof(struct run_source, lines) },
	{ "discarded_lines", offsetof(struct run_source, discarded_lines) },
};
#define FACTS (sizeof facts / sizeof *facts)

/* A source that is lacking but was excused (allow_missing). */
#define EXCUSED "excused"

/* A status that this program does not know is still one that lacks something. */
static enum source_status known_status(const char *name)
{
	enum source_status status;

	return source_status_find(name, &status) ? status : SOURCE_UNSUPPORTED;
}

/* What should be said of a source that is not whole, and in which file; NULL when there is no
 * memory, "" for nothing. */
static const char *note_for(const struct partial_source *from, int placed, struct mem_arena *arena)
{
	const int whole = source_status_whole(known_status(from->status));
	const char *said = from->note != NULL ? from->note : whole ? "" : from->status;

	if (whole || !placed)
		return mem_arena_str(arena, str_of(said)).p;
	return mem_arena_fmt(arena, "%s (counted in %s)", said, from->where);
}

static int fill_source(
    struct run_source *to, const struct partial_source *from, int placed, struct mem_arena *arena)
{
	const struct str name = mem_arena_str(arena, str_of(from->name));
	const struct str decoder = mem_arena_str(arena, str_of(from->decoder));
	const char *note = note_for(from, placed, arena);

	if (name.p == NULL || decoder.p == NULL || note == NULL)
		return 0;
	*to = (struct run_source){ .hash = from->hash, .finished = 1 };
	to->source.name = name.p;
	to->source.fd = -1;
	to->source.status = known_status(from->status);
	to->source.decoder = from->decoder != NULL ? decoder.p : NULL;
	to->note = *note != '\0' ? note : NULL;
	to->whole = source_status_whole(to->source.status);
	for (size_t i = 0; i < from->items; i++) {
		to->whole |= strcmp(from->item[i].name, EXCUSED) == 0;
		for (size_t k = 0; k < FACTS; k++)
			if (strcmp(from->item[i].name, facts[k].name) == 0)
				memcpy((char *)to + facts[k].at, &from->item[i].n,
				    sizeof from->item[i].n);
	}
	return 1;
}

/* Lines come in any order. */
static int by_name(const void *a, const void *b)
{
	const struct run_source *x = a, *y = b;
	const int order = strcmp(x->source.name, y->source.name);

	return order != 0 ? order : (x->hash > y->hash) - (x->hash < y->hash);
}

enum nines_status parts_sources(const struct parts *parts, struct mem_arena *arena,
    struct run_source **source, size_t *sources, struct nines_error *err)
{
	const struct partial_source *from;
	const size_t n = partial_sources(parts->partial, &from);
	struct run_source *to = mem_new(n + parts->faults + 1, sizeof *to);
	int filled = to != NULL, placed = 0;

	for (size_t i = 1; i < n; i++)
		placed |= strcmp(from[i].where, from[0].where) != 0;
	for (size_t i = 0; filled && i < n; i++)
		filled = fill_source(&to[i], &from[i], placed, arena);
	if (!filled) {
		mem_free(to);
		return err_nomem(err);
	}
	qsort(to, n, sizeof *to, by_name);
	*source = to;
	*sources = n;
	return NINES_OK;
}

static size_t source_items(const struct run_source *from, struct item item[FACTS + 1])
{
	size_t n = 0;

	for (; n < FACTS; n++) {
		item[n].name = facts[n].name;
		memcpy(&item[n].n, (const char *)from + facts[n].at, sizeof item[n].n);
	}
	item[n].name = EXCUSED;
	item[n++].n = from->whole && !source_status_whole(from->source.status);
	return n;
}

/* ---- a tally as a part ---- */

const char *const *parts_names(const struct spec *spec, struct mem_arena *arena)
{
	const char **name = mem_arena_new(arena, spec->slis + 1, sizeof *name);

	for (size_t j = 0; name != NULL && j < spec->journeys; j++) {
		const struct spec_journey *journey = &spec->journey[j];

		for (size_t i = 0; i < journey->slis; i++) {
			const char *text =
			    mem_arena_fmt(arena, "%s/%s", journey->name, journey->sli[i].name);

			if (text == NULL)
				return NULL;
			name[journey->sli[i].index] = text;
		}
	}
	return name;
}

/* Order does not matter: tallies are told apart by name. */
uint64_t parts_config(const struct spec *spec)
{
	uint64_t sum = 0;

	for (size_t j = 0; j < spec->journeys; j++) {
		const struct spec_journey *journey = &spec->journey[j];

		for (size_t i = 0; i < journey->slis; i++)
			sum += partial_digest(
			    journey->name, journey->sli[i].name, journey->sli[i].digest);
	}
	return partial_digest("", "", sum ^ spec->traffic_digest);
}

enum nines_status parts_add(struct partial *partial, const struct nines_tally *tally,
    const struct spec *spec, struct nines_error *err)
{
	struct mem_arena arena = { 0 };
	struct partial_source *source = mem_arena_new(&arena, tally->sources + 1, sizeof *source);
	const char *const *name = parts_names(spec, &arena);
	struct item item[RUN_ITEMS_MAX];
	enum nines_status rc = source == NULL || name == NULL ? err_nomem(err) : NINES_OK;
	const struct partial_part part = {
		.tally = &tally->tally,
		.name = name,
		.config = parts_config(spec),
		.source = source,
		.sources = tally->sources,
		.since = tally->since,
		.until = tally->until,
		.item = item,
		.items = run_items(&tally->count, item),
	};

	for (size_t i = 0; rc == NINES_OK && i < tally->sources; i++) {
		const struct run_source *from = &tally->source[i];
		struct item *facts_of = mem_arena_new(&arena, FACTS + 1, sizeof *facts_of);

		if (facts_of == NULL) {
			rc = err_nomem(err);
			break;
		}
		source[i] = (struct partial_source){
			.hash = from->source.bytes > 0 ? from->hash : PARTIAL_NOTHING,
			.name = from->source.name,
			.status = source_status_name(from->source.status),
			.decoder = from->source.decoder,
			.note = from->note,
			.item = facts_of,
			.items = source_items(from, facts_of),
		};
	}
	if (rc == NINES_OK)
		rc = partial_add(partial, &part, err);
	mem_arena_fini(&arena);
	return rc;
}

/* ---- a sum of parts as a tally ---- */

static enum nines_status check_config(
    const struct parts *parts, const struct spec *spec, struct nines_error *err)
{
	const uint64_t config = parts_config(spec);
	const struct partial_end *end;
	const size_t ends = partial_ends(parts->partial, &end);

	for (size_t i = 0; i < ends; i++)
		if (end[i].config != config)
			return err_set(err, NINES_E_SYNTAX,
			    "part %016llx was counted by the rules cfg=%016llx, but this config's"
			    " are cfg=%016llx; give the config that it was counted with, or count"
			    " the logs again with this one",
			    (unsigned long long)end[i].part, (unsigned long long)end[i].config,
			    (unsigned long long)config);
	return NINES_OK;
}

static enum nines_status add_item(
    struct nines_tally *t, const struct item *item, size_t ends, struct nines_error *err)
{
	if (item->n > UINT64_MAX / 2 / ends)
		return err_set(err, NINES_E_LIMIT, "%s is too large a number", item->name);
	if (!run_items_add(&t->count, item))
		return err_set(err, NINES_E_SYNTAX,
		    "the parts count '%s', which this program does not know: they come from a"
		    " newer one",
		    item->name);
	return NINES_OK;
}

/* Bounds of the sum: what no part may hold, nor does the sum. */
static enum nines_status add_ends(
    struct nines_tally *t, const struct parts *parts, struct nines_error *err)
{
	const struct partial_end *end;
	const size_t ends = partial_ends(parts->partial, &end);
	enum nines_status rc = NINES_OK;

	t->since = ends > 0 ? end[0].since : NINES_NEVER;
	t->until = ends > 0 ? end[0].until : NINES_NEVER;
	for (size_t i = 0; i < ends && rc == NINES_OK; i++) {
		if (end[i].since < t->since)
			t->since = end[i].since;
		if (end[i].until == NINES_NEVER ||
		    (t->until != NINES_NEVER && end[i].until > t->until))
			t->until = end[i].until;
		for (size_t k = 0; k < end[i].items && rc == NINES_OK; k++)
			rc = add_item(t, &end[i].item[k], ends, err);
	}
	return rc;
}

/* Whether rows and ~end lines tell the same: a report of rows that do not would be a wrong one. */
static enum nines_status check_sums(const struct nines_tally *t, struct nines_error *err)
{
	const struct run_count *c = &t->count;
	uint64_t lines = 0, judged = 0;
	struct ledger_walk row;

	for (ledger_walk_begin(&row, tally_traffic(&t->tally)); ledger_walk_next(&row);) {
		lines += row.cell.valid;
		judged += row.cell.good;
	}
	if (run_sums_hold(t) && lines == c->parsed - c->out_of_range &&
	    judged == lines - c->ignored)
		return NINES_OK;
	return err_set(err, NINES_E_SYNTAX,
	    "the parts do not add up, so that nothing can be reported; count again what is"
	    " named above");
}

static const char *copy(struct mem_arena *arena, const char *text)
{
	return mem_arena_str(arena, str_of(text)).p;
}

/* Faults are told where a report tells of logs. */
static enum nines_status add_faults(
    struct nines_tally *t, const struct parts *parts, struct nines_error *err)
{
	for (size_t i = 0; i < parts->faults; i++) {
		struct run_source *s = &t->source[t->sources];

		*s = (struct run_source){ .source.fd = -1,
			.source.status = i < parts->unread ? SOURCE_UNREADABLE : SOURCE_CORRUPT };
		s->source.name = copy(&t->arena, parts->fault[i].source);
		s->note = copy(&t->arena, parts->fault[i].text);
		if (s->source.name == NULL || s->note == NULL)
			return err_nomem(err);
		t->sources++;
	}
	return NINES_OK;
}

static enum nines_status fill_tally(struct nines_tally *t, const struct parts *parts,
    const struct spec *spec, struct nines_error *err)
{
	const char *const *name = parts_names(spec, &t->arena);
	enum nines_status rc;

	if (name == NULL)
		return err_nomem(err);
	rc = partial_tally(parts->partial, name, spec->slis, &t->tally, err);
	if (rc == NINES_OK)
		rc = add_ends(t, parts, err);
	if (rc == NINES_OK)
		rc = check_sums(t, err);
	if (rc == NINES_OK)
		rc = parts_sources(parts, &t->arena, &t->source, &t->sources, err);
	if (rc == NINES_OK)
		rc = add_faults(t, parts, err);
	for (size_t i = 0; rc == NINES_OK && i < t->sources; i++)
		t->incomplete |= !t->source[i].whole;
	return rc;
}

enum nines_status parts_tally(struct nines_tally **tally, const struct parts *parts,
    const struct spec *spec, struct nines_error *err)
{
	enum nines_status rc = check_config(parts, spec, err);
	struct nines_tally *t;

	if (rc != NINES_OK)
		return rc;
	t = mem_new(1, sizeof *t);
	if (t == NULL)
		return err_nomem(err);
	rc = fill_tally(t, parts, spec, err);
	if (rc == NINES_OK)
		*tally = t;
	else
		run_free(t);
	return rc;
}
