#include "interrupt.h"
#include "measure.h"

static const char *no_format(size_t i)
{
	(void)i;
	return NULL;
}

static enum nines_status build(struct measure *m, struct nines_error *err)
{
	(void)m;
	(void)err;
	return NINES_OK;
}

static int incomplete(const struct measure *m)
{
	return nines_tally_incomplete(m->tally);
}

static enum nines_status write_part(const struct measure *m, const char *format,
    const struct nines_style *style, nines_write_fn *write, void *ctx, struct nines_error *err)
{
	(void)format;
	(void)style;
	return nines_partial_write(m->tally, m->cli->spec, write, ctx, err);
}

static const struct measure_product a_part = {
	.hash_sources = 1,
	.format = no_format,
	.build = build,
	.incomplete = incomplete,
	.write = write_part,
};

/* Nothing is written before all was read: what was cut short must not look like a part. */
void cmd_count(struct cli *cli)
{
	struct measure m = { .product = &a_part };

	if (measure_run(&m, cli) && !interrupt_came())
		measure_write(&m, "partial");
	measure_free(&m);
	interrupt_obey();
}
