#include "nines_impl.h"

#include "err.h"
#include "parts.h"

struct nines_parts {
	struct parts *parts;
	struct run_source *source;
	size_t sources;
	struct nines_parts_sum sum;
};

enum nines_status nines_partial_write(const struct nines_tally *tally,
    const struct nines_spec *spec, nines_write_fn *write, void *ctx, struct nines_error *err)
{
	struct partial *partial;
	enum nines_status rc = partial_new(&partial, err);
	struct out o;

	if (rc != NINES_OK)
		return rc;
	out_init(&o, write, ctx);
	rc = parts_add(partial, tally, spec->spec, err);
	if (rc == NINES_OK)
		rc = partial_write(partial, &o, err);
	partial_free(partial);
	return rc != NINES_OK ? rc : nines_impl_finish(&o, err);
}

/* ---- a sum of parts ---- */

static void add_up(struct nines_parts *p)
{
	const struct partial_end *end;
	const size_t ends = partial_ends(p->parts->partial, &end);

	p->sum = (struct nines_parts_sum){ .parts = ends,
		.logs = p->sources,
		.unread = p->parts->unread,
		.faults = p->parts->faults };
	for (size_t i = 0; i < ends; i++)
		for (size_t k = 0; k < end[i].items; k++)
			if (strcmp(end[i].item[k].name, "lines") == 0)
				p->sum.lines += end[i].item[k].n;
	for (size_t i = 0; i < p->sources; i++)
		p->sum.damaged += !p->source[i].whole;
}

enum nines_status nines_parts_read(struct nines_parts **parts, const struct nines_io *io,
    const struct nines_parts_order *order, struct nines_error *err)
{
	struct nines_parts *p = mem_new(1, sizeof *p);
	enum nines_status rc;

	if (p == NULL)
		return err_nomem(err);
	rc = parts_read(&p->parts, io, order, err);
	if (rc == NINES_OK)
		rc = parts_sources(p->parts, &p->parts->arena, &p->source, &p->sources, err);
	if (rc != NINES_OK) {
		nines_parts_free(p);
		return rc;
	}
	add_up(p);
	*parts = p;
	return NINES_OK;
}

void nines_parts_free(struct nines_parts *p)
{
	if (p == NULL)
		return;
	parts_free(p->parts);
	mem_free(p->source);
	mem_free(p);
}

struct nines_parts_sum nines_parts_sum(const struct nines_parts *p)
{
	return p->sum;
}

int nines_parts_note(const struct nines_parts *p, size_t i, struct nines_note *note)
{
	const struct run_source *s;

	if (i < p->parts->faults) {
		*note = p->parts->fault[i];
		return 1;
	}
	i -= p->parts->faults;
	if (i >= p->sources)
		return 0;
	s = &p->source[i];
	*note = (struct nines_note){ s->source.name, s->note, s->whole };
	return 1;
}

static void say(struct out *o, uint64_t n, const char *what)
{
	out_grouped(o, n);
	out_fmt(o, " %s%s", what, n == 1 ? "" : "s");
}

enum nines_status nines_parts_say(
    const struct nines_parts *p, nines_write_fn *write, void *ctx, struct nines_error *err)
{
	struct out o;

	out_init(&o, write, ctx);
	say(&o, p->sum.parts, "part");
	out_cstr(&o, ", ");
	say(&o, p->sum.logs, "log");
	out_cstr(&o, ", ");
	say(&o, p->sum.lines, "line");
	return nines_impl_finish(&o, err);
}

enum nines_status nines_parts_write(
    const struct nines_parts *p, nines_write_fn *write, void *ctx, struct nines_error *err)
{
	enum nines_status rc;
	struct out o;

	out_init(&o, write, ctx);
	rc = partial_write(p->parts->partial, &o, err);
	return rc != NINES_OK ? rc : nines_impl_finish(&o, err);
}

enum nines_status nines_parts_tally(struct nines_tally **tally, const struct nines_parts *p,
    const struct nines_spec *spec, struct nines_error *err)
{
	return parts_tally(tally, p->parts, spec->spec, err);
}
