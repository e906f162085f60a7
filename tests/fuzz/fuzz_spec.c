/* Any bytes as a config: reading ends, every finding has a place inside the text, and what is
 * accepted is accepted again with the same digests. */
#include "spec.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void require(int holds)
{
	if (!holds)
		abort();
}

/* Time zones other than UTC are not found: nothing outside decides. */
static int no_file(void *ctx, const char *path, int flags, unsigned mode)
{
	(void)ctx;
	(void)path;
	(void)flags;
	(void)mode;
	errno = ENOENT;
	return -1;
}

static void check_findings(const struct spec *spec, size_t n)
{
	unsigned lines = 1, errors = 0;

	for (size_t i = 0; i < spec->text.n; i++)
		lines += spec->text.p[i] == '\n';
	for (size_t i = 0; i < spec->diag.used; i++) {
		const struct nines_finding *f = &spec->diag.finding[i];

		require(f->line <= lines && f->column <= n + 1 && f->text[0] != '\0');
		require(f->line == 0 || (f->column > 0 && f->width > 0));
		errors += f->severity == NINES_ERROR;
	}
	require(errors == spec->diag.errors);
}

static void check_meaning(const struct spec *spec)
{
	require(spec->journeys > 0 && spec->slis >= spec->journeys && spec->zone &&
	    spec->log_zone && spec->format);
	for (size_t i = 0; i < spec->slis; i++) {
		const struct spec_sli *sli = spec->sli[i];

		require(sli->index == i && sli->name && sli->label && sli->good);
		for (size_t k = 0; k < sli->objectives; k++)
			require(sli->objective[k].target_ppb > 0 &&
			    sli->objective[k].target_ppb <= NINES_PPB);
	}
}

static void check_again(const struct nines_io *io, const struct spec *spec, struct str text)
{
	struct nines_error err = { 0 };
	struct spec *again = NULL;

	require(spec_build(&again, io, "fuzz.yaml", text, &err) == NINES_OK);
	require(again->digest == spec->digest && again->slis == spec->slis);
	for (size_t i = 0; i < spec->slis; i++)
		require(again->sli[i]->digest == spec->sli[i]->digest);
	spec_free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct nines_io io = *nines_io_system();
	struct nines_error err = { 0 };
	struct spec *spec = NULL;
	struct str text = { (const char *)p, n };
	enum nines_status rc;

	io.open = no_file;
	rc = spec_build(&spec, &io, "fuzz.yaml", text, &err);
	if (rc == NINES_E_NOMEM)
		return 0;
	require(spec && (rc == NINES_OK || rc == NINES_E_SYNTAX));
	require((rc == NINES_OK) == (spec->diag.errors == 0));
	check_findings(spec, n);
	if (rc == NINES_OK) {
		check_meaning(spec);
		check_again(&io, spec, text);
	}
	spec_free(spec);
	return 0;
}
