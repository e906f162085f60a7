#include "lint.h"
#include "num.h"
#include "spec_impl.h"
#include "when.h"
#include <stdio.h>

#define SLIS_ADVISED 3
#define PAIRS_MAX    1000000u /* comparisons of SLIs with each other */
#define DAY_S        INT64_C(86400)
#define SECOND_NS    INT64_C(1000000000)

static struct diag_place place(struct spec_mark mark)
{
	return spec_value_place(mark);
}

static void too_many_slis(struct spec *spec, const struct spec_journey *journey)
{
	if (journey->slis > SLIS_ADVISED)
		diag_add(&spec->diag, NINES_ADVICE, place(journey->mark),
		    "one to three that a user would notice say more",
		    "%zu SLIs for journey \"%.*s\"", journey->slis,
		    STR_ARG(spec_value_clip(str_of(journey->name))));
}

/* ---- rules that say the same ---- */

static const struct spec_journey *journey_of(const struct spec *spec, const struct spec_sli *sli)
{
	size_t j = 0;

	while (sli < spec->journey[j].sli || sli >= spec->journey[j].sli + spec->journey[j].slis)
		j++;
	return &spec->journey[j];
}

static void same_rules(struct spec *spec)
{
	size_t pairs = 0;

	for (size_t i = 1; i < spec->slis; i++) {
		size_t k = 0;

		while (k < i && spec->sli[k]->digest != spec->sli[i]->digest)
			k++;
		pairs += k;
		if (pairs > PAIRS_MAX)
			return;
		if (k < i)
			diag_add(&spec->diag, NINES_WARNING, place(spec->sli[i]->mark),
			    "one SLI can have several objectives: `objective: [99.9%, 99.5%]`",
			    "counts the same events as \"%s/%s\" (at %u:%u)",
			    journey_of(spec, spec->sli[k])->name, spec->sli[k]->name,
			    spec->sli[k]->mark.line, spec->sli[k]->mark.column);
	}
}

/* A good rule that repeats what made the event valid is always met. */
static void always_good(
    struct spec *spec, const struct spec_journey *journey, const struct spec_sli *sli)
{
	uint64_t good = spec_digest_rule(spec, sli->good);
	int repeats = sli->valid && good == spec_digest_rule(spec, sli->valid);

	repeats |= journey->valid && good == spec_digest_rule(spec, journey->valid);
	if (repeats && sli->good)
		diag_add(&spec->diag, NINES_WARNING, place(sli->good->mark),
		    "\"valid\" chooses the events, \"good\" or \"bad\" judges them",
		    "every valid event is %s",
		    sli->good_is_bad ? "bad: \"bad\" repeats \"valid\""
		                     : "good: \"good\" repeats \"valid\"");
}

/* ---- objectives ---- */

static int same_window(const struct spec_objective *a, const struct spec_objective *b)
{
	return a->window.kind == b->window.kind && a->window.length_s == b->window.length_s;
}

static int same_method(const struct spec_objective *a, const struct spec_objective *b)
{
	if (a->method != b->method || a->method == SPEC_OCCURRENCES)
		return a->method == b->method;
	return a->slice_s == b->slice_s && a->slice_target_ppb == b->slice_target_ppb &&
	    a->on_empty == b->on_empty;
}

static void same_objective(struct spec *spec, const struct spec_sli *sli, size_t i)
{
	const struct spec_objective *o = sli->objective;

	for (size_t k = 0; k < i; k++) {
		if (o[k].target_ppb != o[i].target_ppb || !same_window(&o[k], &o[i]) ||
		    !same_method(&o[k], &o[i]))
			continue;
		diag_add(&spec->diag, NINES_WARNING, place(o[i].mark), "remove one of the two",
		    "the same objective as at %u:%u", o[k].mark.line, o[k].mark.column);
		return;
	}
}

static void window_of_a_minute(struct spec *spec, const struct spec_objective *objective)
{
	if (objective->window.kind == SPEC_ROLLING && objective->window.length_s == 60)
		diag_add(&spec->diag, NINES_WARNING, place(objective->mark),
		    "a calendar month is `window: month`", "the window \"%s\" is one minute",
		    objective->window.name);
}

/* ---- alerts ---- */

/* The shortest that the SLO period can be; 0 when it is not known. */
static int64_t shortest_period_s(const struct spec_window *window)
{
	switch (window->kind) {
	case SPEC_ROLLING:
		return window->length_s;
	case SPEC_HOUR:
		return 3600;
	case SPEC_DAY:
		return DAY_S;
	case SPEC_WEEK:
		return 7 * DAY_S;
	case SPEC_MONTH:
		return 28 * DAY_S;
	case SPEC_QUARTER:
		return 90 * DAY_S;
	case SPEC_YEAR:
		return 365 * DAY_S;
	case SPEC_ALL_TIME:
		break;
	}
	return 0;
}

/* budget * period / long > 1 / (1 - target), exactly. */
static int never_fires(const struct spec_alert *alert, const struct spec_objective *objective)
{
	__extension__ unsigned __int128 left = alert->budget_ppb, right = NINES_PPB;

	left = left * (uint64_t)shortest_period_s(&objective->window) *
	    (NINES_PPB - objective->target_ppb);
	right = right * NINES_PPB * (uint64_t)alert->long_s;
	return objective->target_ppb < NINES_PPB && left > right;
}

static const struct spec_objective *out_of_reach(
    const struct spec *spec, const struct spec_alert *alert)
{
	for (size_t i = 0; i < spec->slis; i++)
		for (size_t k = 0; k < spec->sli[i]->objectives; k++)
			if (never_fires(alert, &spec->sli[i]->objective[k]))
				return &spec->sli[i]->objective[k];
	return NULL;
}

/* Standard alerts are nobody's mistake: the first one beyond an objective is told there, once. */
static void unreachable_alerts(struct spec *spec)
{
	static const char hint[] =
	    "even when every event is bad, the burn rate stays below its factor: "
	    "take a smaller budget or a longer `long`";

	for (size_t i = 0; i < spec->alerts; i++) {
		const struct spec_alert *alert = &spec->alert[i];
		const struct spec_objective *o = out_of_reach(spec, alert);
		char target[NUM_SIZE], span[WHEN_SIZE];

		if (!o)
			continue;
		(void)num_percent_text(target, o->target_ppb);
		(void)when_span_text(span, alert->long_s * SECOND_NS);
		if (!alert->mark.line) {
			diag_add(&spec->diag, NINES_ADVICE, place(o->mark),
			    "`alerts:` takes a list of your own",
			    "the standard %s alert over %s can never fire for this target: "
			    "even when every event "
			    "is bad, the burn rate stays below its factor",
			    alert->severity, span);
			return;
		}
		diag_add(&spec->diag, NINES_WARNING, place(alert->mark), hint,
		    "this alert can never fire for the target %s%% at %u:%u", target, o->mark.line,
		    o->mark.column);
	}
}

static void silent_exclusions(struct spec *spec)
{
	for (size_t i = 0; i < spec->exclusions; i++)
		if (!spec->exclusion[i].reason[0])
			diag_add(&spec->diag, NINES_ADVICE, place(spec->exclusion[i].mark),
			    "for example `reason: announced maintenance`",
			    "an exclusion without a reason");
}

/* Before `retain` all of an hour's events stand at its start. */
static void slices_of_folded_minutes(struct spec *spec, const struct spec_objective *objective)
{
	if (objective->method != SPEC_OCCURRENCES && objective->slice_s % 3600 != 0 &&
	    shortest_period_s(&objective->window) > spec->retain_s)
		diag_add(&spec->diag, NINES_WARNING, place(objective->mark),
		    "a longer `retain`, slices of whole hours or a shorter window",
		    "the window \"%s\" reaches further back than `retain` keeps minutes, which its"
		    " slices need",
		    objective->window.name);
}

static void lint_sli(
    struct spec *spec, const struct spec_journey *journey, const struct spec_sli *sli)
{
	always_good(spec, journey, sli);
	for (size_t i = 0; i < sli->objectives; i++) {
		same_objective(spec, sli, i);
		window_of_a_minute(spec, &sli->objective[i]);
		slices_of_folded_minutes(spec, &sli->objective[i]);
	}
}

void lint_spec(struct spec *spec)
{
	for (size_t j = 0; j < spec->journeys; j++) {
		const struct spec_journey *journey = &spec->journey[j];

		too_many_slis(spec, journey);
		for (size_t i = 0; i < journey->slis; i++)
			lint_sli(spec, journey, &journey->sli[i]);
	}
	same_rules(spec);
	unreachable_alerts(spec);
	silent_exclusions(spec);
	diag_sort(&spec->diag);
}

/* ---- advice that needs traffic ---- */

/* Whole bad events that the target allows. */
static uint64_t allowed(uint64_t valid, uint64_t target_ppb)
{
	__extension__ unsigned __int128 bad = valid;

	return (uint64_t)(bad * (NINES_PPB - target_ppb) / NINES_PPB);
}

void lint_traffic(struct spec *spec, const struct spec_sli *sli,
    const struct spec_objective *objective, uint64_t valid)
{
	char target[NUM_SIZE], other[NUM_SIZE];
	uint64_t bad = allowed(valid, objective->target_ppb);

	if (!valid || objective->method != SPEC_OCCURRENCES || objective->target_ppb == NINES_PPB)
		return;
	(void)num_percent_text(target, objective->target_ppb);
	if (!bad)
		diag_add(&spec->diag, NINES_ADVICE, place(objective->mark),
		    "take a longer window or a lower target",
		    "%s%% of %llu valid events (window %s) allows not one bad event", target,
		    (unsigned long long)valid, objective->window.name);
	for (const struct spec_objective *o = sli->objective; bad && o < objective; o++) {
		if (!same_window(o, objective) || o->method != SPEC_OCCURRENCES ||
		    o->target_ppb == objective->target_ppb || allowed(valid, o->target_ppb) != bad)
			continue;
		diag_add(&spec->diag, NINES_ADVICE, place(objective->mark),
		    "one of the two is enough for this traffic",
		    "%s%% and %s%% cannot be told apart: of %llu valid events (window %s) "
		    "both allow %llu bad",
		    num_percent_text(other, o->target_ppb), target, (unsigned long long)valid,
		    objective->window.name, (unsigned long long)bad);
	}
	diag_sort(&spec->diag);
}
