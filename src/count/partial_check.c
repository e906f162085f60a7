#include "partial_impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "err.h"

#define NAMED_MAX 3 /* sources named in one fault */

struct check {
	const struct partial *p;
	struct mem_arena *arena;
	struct partial_fault *fault;
	size_t faults, room;
	int nomem;
};

static void add(struct check *c, enum partial_fault_kind kind, const char *text)
{
	struct partial_fault *grown =
	    text == NULL ? NULL : mem_grow(c->fault, &c->room, c->faults + 1, sizeof *grown);

	if (grown == NULL) {
		c->nomem = 1;
		return;
	}
	c->fault = grown;
	c->fault[c->faults++] = (struct partial_fault){ kind, text };
}

/* ---- what belongs together ---- */

struct keyed {
	uint64_t key;
	size_t i;
};

static int by_key(const void *a, const void *b)
{
	const struct keyed *x = a, *y = b;

	if (x->key != y->key)
		return x->key > y->key ? 1 : -1;
	return (x->i > y->i) - (x->i < y->i);
}

enum what { SOURCES_BY_PART, SOURCES_BY_HASH, ENDS_BY_PART, ENDS_BY_CONFIG };

/* Sorted, and beyond the end a key that no other is compared with; mem_free it. */
static struct keyed *sorted(const struct partial *p, enum what what)
{
	const int ends = what == ENDS_BY_PART || what == ENDS_BY_CONFIG;
	const size_t n = ends ? p->ends : p->sources;
	struct keyed *list = mem_new(n + 1, sizeof *list);

	if (list == NULL)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		list[i].i = i;
		list[i].key = what == ENDS_BY_PART ? p->end[i].part
		    : what == ENDS_BY_CONFIG       ? p->end[i].config
		    : what == SOURCES_BY_PART      ? p->source[i].part
		                                   : p->source[i].hash;
	}
	qsort(list, n, sizeof *list, by_key);
	return list;
}

/* One past the run of equal keys that begins at `from`. */
static size_t run_end(const struct keyed *list, size_t from, size_t n)
{
	size_t to = from;

	while (to < n && list[to].key == list[from].key)
		to++;
	return to;
}

/* "a.log, b.log in web2.part and 3 more"; what is called the same counts once. */
static const char *names(struct check *c, const struct keyed *list, size_t n)
{
	const struct partial_source *last = NULL;
	const char *text = "";
	size_t named = 0;

	for (size_t i = 0; i < n && text != NULL; i++) {
		const struct partial_source *s = &c->p->source[list[i].i];
		const int placed = c->p->places > 1;

		if (last != NULL && strcmp(last->name, s->name) == 0 &&
		    (!placed || strcmp(last->where, s->where) == 0))
			continue;
		last = s;
		if (named++ < NAMED_MAX)
			text = mem_arena_fmt(c->arena, "%s%s%s%s%s", text, named > 1 ? ", " : "",
			    s->name, placed ? " in " : "", placed ? s->where : "");
	}
	if (named > NAMED_MAX && text != NULL)
		text = mem_arena_fmt(c->arena, "%s and %zu more", text, named - NAMED_MAX);
	c->nomem |= text == NULL;
	return text != NULL ? text : "";
}

/* ---- one part ---- */

struct part {
	uint64_t id;
	const struct keyed *source, *end;
	size_t sources, ends;
};

static void check_sources(struct check *c, const struct part *part, uint64_t want)
{
	const char *who = names(c, part->source, part->sources);

	if (part->sources < want)
		add(c, PARTIAL_UNENDED,
		    mem_arena_fmt(c->arena, "of part %016llx %llu of %llu logs %s missing%s%s",
		        (unsigned long long)part->id, (unsigned long long)(want - part->sources),
		        (unsigned long long)want, want - part->sources == 1 ? "is" : "are",
		        part->sources > 0 ? "; there are " : "", who));
	else
		add(c, PARTIAL_TOTAL,
		    mem_arena_fmt(c->arena, "part %016llx has %llu logs too many; there are %s",
		        (unsigned long long)part->id, (unsigned long long)(part->sources - want),
		        who));
}

static void check_part(struct check *c, const struct part *part)
{
	const struct partial *p = c->p;
	uint64_t want = 0, said = 0, found = 0;
	const char *who;

	for (size_t i = 0; i < part->ends; i++) {
		const uint64_t n = p->end[part->end[i].i].sources;

		want = n > UINT64_MAX - want ? UINT64_MAX : want + n;
		said += p->end[part->end[i].i].sum;
		found += p->end_line[part->end[i].i].hash;
	}
	for (size_t i = 0; i < part->sources; i++)
		found += p->source_line[part->source[i].i].hash;
	if (part->ends > 0 && part->sources != want) {
		check_sources(c, part, want);
	} else if (part->ends == 0) {
		who = names(c, part->source, part->sources);
		add(c, PARTIAL_UNENDED,
		    mem_arena_fmt(c->arena,
		        "%s: part %016llx has no end: the count was cut short, or not all of it"
		        " was kept",
		        who, (unsigned long long)part->id));
	} else if (said != found) {
		who = names(c, part->source, part->sources);
		add(c, PARTIAL_TOTAL,
		    mem_arena_fmt(c->arena, "%s: a ~ line of part %016llx was changed", who,
		        (unsigned long long)part->id));
	}
}

/* Two sorted lists, walked side by side. */
static void check_parts(struct check *c)
{
	const size_t sources = c->p->sources, ends = c->p->ends;
	struct keyed *source = sorted(c->p, SOURCES_BY_PART), *end = sorted(c->p, ENDS_BY_PART);
	const int ready = source != NULL && end != NULL;

	for (size_t s = 0, e = 0; ready && (s < sources || e < ends);) {
		struct part part = { .source = source + s, .end = end + e };

		if (e == ends || (s < sources && source[s].key < end[e].key))
			part.id = source[s].key;
		else
			part.id = end[e].key;
		if (s < sources && source[s].key == part.id)
			part.sources = run_end(source, s, sources) - s;
		if (e < ends && end[e].key == part.id)
			part.ends = run_end(end, e, ends) - e;
		check_part(c, &part);
		s += part.sources;
		e += part.ends;
	}
	c->nomem |= !ready;
	mem_free(source);
	mem_free(end);
}

/* ---- all parts together ---- */

/* A log of the part, to say which one is meant. */
static const char *a_source_of(struct check *c, uint64_t part)
{
	struct keyed of = { 0, 0 };

	for (; of.i < c->p->sources; of.i++)
		if (c->p->source[of.i].part == part)
			return names(c, &of, 1);
	return "";
}

static void check_configs(struct check *c)
{
	struct keyed *end = sorted(c->p, ENDS_BY_CONFIG);
	const char *text = "";
	size_t configs = 0;

	c->nomem |= end == NULL;
	for (size_t i = 0; end != NULL && i < c->p->ends && text != NULL; configs++) {
		const size_t next = run_end(end, i, c->p->ends);

		if (configs < NAMED_MAX)
			text =
			    mem_arena_fmt(c->arena, "%s%scfg=%016llx in %zu (such as that of %s)",
			        text, configs > 0 ? ", " : "", (unsigned long long)end[i].key,
			        next - i, a_source_of(c, c->p->end[end[i].i].part));
		i = next;
	}
	mem_free(end);
	c->nomem |= text == NULL;
	if (configs > 1 && text != NULL)
		add(c, PARTIAL_CONFIGS,
		    mem_arena_fmt(c->arena, "parts were counted by %zu different configs: %s",
		        configs, text));
}

static void check_buckets(struct check *c)
{
	const struct partial_column *column = c->p->column;

	for (size_t i = 1; i < c->p->columns; i++)
		if (column[i].length_s != column[0].length_s) {
			const uint32_t a = column[0].length_s, b = column[i].length_s;

			add(c, PARTIAL_BUCKETS,
			    mem_arena_fmt(c->arena,
			        "parts were counted in buckets of %u s and of %u s",
			        (unsigned)(a < b ? a : b), (unsigned)(a < b ? b : a)));
			return;
		}
}

static void check_twice(struct check *c)
{
	struct keyed *source = sorted(c->p, SOURCES_BY_HASH);

	c->nomem |= source == NULL;
	for (size_t i = 0, next; source != NULL && i < c->p->sources; i = next) {
		next = run_end(source, i, c->p->sources);
		if (next - i > 1 && source[i].key != PARTIAL_NOTHING)
			add(c, PARTIAL_TWICE,
			    mem_arena_fmt(c->arena,
			        "%s: one log, by its content, counted %zu times;"
			        " --allow-duplicates if that is meant",
			        names(c, source + i, next - i), next - i));
	}
	mem_free(source);
}

/* What the rows of a column add to `check`; the key is PARTIAL_KEY_SIZE of room. */
static uint64_t column_check(const struct partial_column *column, char *key)
{
	const size_t name = partial_put_name(key, column->name);
	struct partial_walk w = { .column = column };
	uint64_t check = 0;

	while (partial_walk_next(&w)) {
		const size_t n = partial_put_time(key + name, w.start_s, column->length_s);

		check += partial_row_check((struct str){ key, name + n }, &w.at.cell);
	}
	return check;
}

static void check_total(struct check *c)
{
	char *key = mem_new(PARTIAL_KEY_SIZE, 1);
	uint64_t said = 0, found = 0;

	c->nomem |= key == NULL;
	for (size_t i = 0; i < c->p->ends; i++)
		said += c->p->end[i].check;
	for (size_t i = 0; key != NULL && i < c->p->columns; i++)
		found += column_check(&c->p->column[i], key);
	if (said != found)
		add(c, PARTIAL_TOTAL,
		    "the rows are not what was counted: one was lost, doubled or changed, or"
		    " a part is incomplete");
	mem_free(key);
}

enum nines_status partial_check(struct partial *p, int allow_duplicates, struct mem_arena *arena,
    struct partial_fault **fault, size_t *faults, struct nines_error *err)
{
	struct check c = { .p = p, .arena = arena };
	enum nines_status rc = partial_settle(p, err);
	struct partial_fault *copy;

	if (rc != NINES_OK)
		return rc;
	if (p->columns == 0 && p->sources == 0 && p->ends == 0)
		add(&c, PARTIAL_NONE, "there is no part: not even that of an empty log");
	check_parts(&c);
	check_configs(&c);
	check_buckets(&c);
	if (!allow_duplicates)
		check_twice(&c);
	check_total(&c);
	copy = mem_arena_new(arena, c.faults + 1, sizeof *copy);
	if (copy == NULL || c.nomem) {
		mem_free(c.fault);
		return err_nomem(err);
	}
	for (size_t i = 0; i < c.faults; i++)
		copy[i] = c.fault[i];
	mem_free(c.fault);
	*fault = copy;
	*faults = c.faults;
	return NINES_OK;
}
