#include <string.h>

#include "err.h"
#include "mem.h"
#include "report_frame.h"

int report_choice_journey(const struct report_frame *f, const struct spec_journey *journey)
{
	for (size_t i = 0; i < f->question.journeys; i++)
		if (strcmp(f->question.journey[i], journey->name) == 0)
			return 1;
	return f->question.journeys == 0;
}

/* "latency" or "checkout/latency". */
static int names_sli(
    const char *name, const struct spec_journey *journey, const struct spec_sli *sli)
{
	size_t n = strlen(journey->name);

	if (strcmp(name, sli->name) == 0)
		return 1;
	return strncmp(name, journey->name, n) == 0 && name[n] == '/' &&
	    strcmp(name + n + 1, sli->name) == 0;
}

int report_choice_sli(
    const struct report_frame *f, const struct spec_journey *journey, const struct spec_sli *sli)
{
	if (!report_choice_journey(f, journey))
		return 0;
	for (size_t i = 0; i < f->question.slis; i++)
		if (names_sli(f->question.sli[i], journey, sli))
			return 1;
	return f->question.slis == 0;
}

static enum nines_status unknown(
    const char *what, const char *name, const char *const *known, size_t n, struct nines_error *err)
{
	const char *nearest = str_nearest(str_of(name), known, n);

	if (nearest == NULL)
		return err_set(err, NINES_E_SYNTAX, "there is no %s '%s'", what, name);
	return err_set(
	    err, NINES_E_SYNTAX, "there is no %s '%s'; did you mean '%s'?", what, name, nearest);
}

static enum nines_status check_journeys(
    const struct report_frame *f, const char **known, struct nines_error *err)
{
	const struct spec *spec = f->spec;

	for (size_t i = 0; i < spec->journeys; i++)
		known[i] = spec->journey[i].name;
	for (size_t q = 0; q < f->question.journeys; q++) {
		const char *name = f->question.journey[q];
		size_t i = 0;

		while (i < spec->journeys && strcmp(known[i], name) != 0)
			i++;
		if (i == spec->journeys)
			return unknown("journey", name, known, spec->journeys, err);
	}
	return NINES_OK;
}

static int is_known(const struct report_frame *f, const char *name)
{
	for (size_t j = 0; j < f->spec->journeys; j++) {
		const struct spec_journey *journey = &f->spec->journey[j];

		for (size_t i = 0; i < journey->slis; i++)
			if (report_choice_journey(f, journey) &&
			    names_sli(name, journey, &journey->sli[i]))
				return 1;
	}
	return 0;
}

static enum nines_status check_slis(
    const struct report_frame *f, const char **known, struct nines_error *err)
{
	size_t n = 0;

	for (size_t j = 0; j < f->spec->journeys; j++)
		for (size_t i = 0; i < f->spec->journey[j].slis; i++)
			if (report_choice_journey(f, &f->spec->journey[j]))
				known[n++] = f->spec->journey[j].sli[i].name;
	for (size_t q = 0; q < f->question.slis; q++)
		if (!is_known(f, f->question.sli[q]))
			return unknown("SLI", f->question.sli[q], known, n, err);
	return NINES_OK;
}

enum nines_status report_choice_make(struct report_frame *f, struct nines_error *err)
{
	const struct spec *spec = f->spec;
	const char **known = mem_new(spec->journeys + spec->slis + 1, sizeof *known);
	enum nines_status rc;

	f->sli = mem_new(spec->slis + 1, sizeof *f->sli);
	if (known == NULL || f->sli == NULL) {
		rc = err_nomem(err);
		goto out;
	}
	rc = check_journeys(f, known, err);
	if (rc == NINES_OK)
		rc = check_slis(f, known, err);
	for (size_t j = 0; j < spec->journeys; j++)
		for (size_t i = 0; i < spec->journey[j].slis; i++)
			if (report_choice_sli(f, &spec->journey[j], &spec->journey[j].sli[i]))
				f->sli[f->slis++] = &spec->journey[j].sli[i];
out:
	mem_free(known);
	return rc;
}
