#include "render_number.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "num.h"

#define PLACES_LEAST    3
#define PLACES_MOST     7 /* of a percent: what a target may have */
#define SUM_PLACES_MOST 9 /* events times a target in parts per billion */

static const char *say(char buf[RENDER_NUMBER_SIZE], const char *text)
{
	(void)snprintf(buf, RENDER_NUMBER_SIZE, "%s", text);
	return buf;
}

static const char *percent(char buf[RENDER_NUMBER_SIZE], const char *text)
{
	(void)snprintf(buf, RENDER_NUMBER_SIZE, "%s %%", text);
	return buf;
}

/* Commas between the thousands of the integer part. */
static void group(char buf[RENDER_NUMBER_SIZE])
{
	char *const digits = buf + (*buf == '-');
	size_t whole = strcspn(digits, ".");

	if (strlen(buf) + whole / 3 >= RENDER_NUMBER_SIZE)
		return;
	while (whole > 3) {
		whole -= 3;
		memmove(digits + whole + 1, digits + whole, strlen(digits + whole) + 1);
		digits[whole] = ',';
	}
}

static void decimals(char buf[RENDER_NUMBER_SIZE], double v, int places)
{
	(void)snprintf(buf, RENDER_NUMBER_SIZE, "%.*f", places, v);
}

/* ---- ratios, exact ---- */

struct ratio {
	uint64_t good, valid, target_ppb;
	int met;
};

/* Slice ratios have no two integers behind them: 2^53 holds every digit of theirs. */
static struct ratio ratio_of(const struct report_objective *o)
{
	const uint64_t one = UINT64_C(1) << 53;
	struct ratio r = { o->good, o->valid, o->target_ppb, o->met };

	if (strcmp(o->method, "timeslices") == 0) {
		r.good = o->good_slices;
		r.valid = o->slices;
	} else if (o->slice_s > 0) {
		r.valid = isnan(o->sli) ? 0 : one;
		r.good = o->sli > 0 ? (uint64_t)(o->sli * (double)one) : 0;
	}
	if (r.good > r.valid)
		r.good = r.valid;
	return r;
}

static const char *nearest(char buf[NUM_SIZE], const struct ratio *r, unsigned places)
{
	char finer[NUM_SIZE];

	num_ratio_text(finer, r->good, r->valid, places + 1, 0);
	return num_ratio_text(buf, r->good, r->valid, places, finer[strlen(finer) - 1] >= '5');
}

static int is_true(const char *text, const struct ratio *r)
{
	uint64_t shown;

	if (!num_scaled(str_of(text), PLACES_MOST, &shown))
		return 0;
	if (r->good < r->valid && shown >= NUM_PPB)
		return 0;
	return r->met < 0 || (shown >= r->target_ppb) == r->met;
}

static const char *ratio_text(char buf[RENDER_NUMBER_SIZE], const struct ratio *r, const char *dash)
{
	char text[NUM_SIZE];

	if (r->valid == 0)
		return say(buf, dash);
	if (r->good == r->valid)
		return say(buf, "100 %");
	for (unsigned places = PLACES_LEAST; places <= PLACES_MOST; places++)
		if (is_true(nearest(text, r, places), r))
			return percent(buf, text);
	num_ratio_text(text, r->good, r->valid, PLACES_MOST, 0);
	if (!is_true(text, r))
		num_ratio_text(text, r->good, r->valid, PLACES_MOST, 1);
	return percent(buf, text);
}

const char *render_number_sli(
    char buf[RENDER_NUMBER_SIZE], const struct report_objective *o, const char *dash)
{
	const struct ratio r = ratio_of(o);

	return ratio_text(buf, &r, dash);
}

const char *render_number_ratio(
    char buf[RENDER_NUMBER_SIZE], uint64_t good, uint64_t valid, const char *dash)
{
	return ratio_text(buf, &(struct ratio){ good, valid, 0, -1 }, dash);
}

const char *render_number_ppb(char buf[RENDER_NUMBER_SIZE], uint64_t ppb)
{
	char text[NUM_SIZE];

	return percent(buf, num_percent_text(text, ppb));
}

/* ---- estimates ---- */

/* A percentage with about one digit below 10 and none that only seems to be 0 or 100. */
static const char *rough(char buf[RENDER_NUMBER_SIZE], double v)
{
	const double size = fabs(v);
	char text[RENDER_NUMBER_SIZE];
	int places = size >= 9.95 ? 0 : 1;

	if (size > 99 && size < 100)
		(void)snprintf(text, sizeof text, "%.1f", floor(size * 10) / 10 * (v < 0 ? -1 : 1));
	else if (size > 0 && size < 0.0000001)
		return say(buf, v < 0 ? "-0.0000001 %" : "0.0000001 %");
	else {
		while (size > 0 && size * pow(10, places) < 0.95)
			places++;
		decimals(text, v, size > 0 ? places : 0);
	}
	if (size >= 10000)
		group(text);
	return percent(buf, text);
}

const char *render_number_left(char buf[RENDER_NUMBER_SIZE], double ratio, const char *dash)
{
	return isfinite(ratio) ? rough(buf, ratio * 100) : say(buf, dash);
}

const char *render_number_share(char buf[RENDER_NUMBER_SIZE], uint64_t a, uint64_t b)
{
	return rough(buf, b > 0 ? (double)a * 100 / (double)b : 0);
}

const char *render_number_covered(char buf[RENDER_NUMBER_SIZE], double covered)
{
	return rough(buf, isfinite(covered) && covered > 0 ? covered * 100 : 0);
}

const char *render_number_count(char buf[RENDER_NUMBER_SIZE], uint64_t n)
{
	(void)snprintf(buf, RENDER_NUMBER_SIZE, "%llu", (unsigned long long)n);
	group(buf);
	return buf;
}

static const char *trim_zeros(char buf[RENDER_NUMBER_SIZE])
{
	size_t n = strlen(buf);

	if (strchr(buf, '.') == NULL)
		return buf;
	while (buf[n - 1] == '0')
		n--;
	buf[buf[n - 1] == '.' ? n - 1 : n] = '\0';
	return buf;
}

static int places_for(double v)
{
	return v >= 999.95 ? 0 : v >= 10 ? 1 : v >= 0.1 ? 2 : v >= 0.01 ? 3 : 4;
}

const char *render_number_bad(
    char buf[RENDER_NUMBER_SIZE], const struct report_objective *o, const char *dash)
{
	const double bad = o->allowed - o->remaining;

	if (o->slice_s == 0)
		return render_number_count(buf, o->bad);
	if (strcmp(o->method, "timeslices") == 0)
		return render_number_count(buf, o->slices - o->good_slices);
	if (!isfinite(bad))
		return say(buf, dash);
	decimals(buf, bad, places_for(bad));
	(void)trim_zeros(buf);
	group(buf);
	return buf;
}

/* The number that the text says, without its rounding. */
static double shown_as(double v, int places)
{
	const double scale = pow(10, places);

	return floor(v * scale + 0.5) / scale;
}

static const char *allowed(
    char buf[RENDER_NUMBER_SIZE], const struct report_objective *o, int places, const char *dash)
{
	if (!isfinite(o->allowed))
		return say(buf, dash);
	while (o->remaining < 0 && places < SUM_PLACES_MOST &&
	    shown_as(o->allowed, places) >= o->allowed - o->remaining)
		places++;
	decimals(buf, o->allowed, places);
	if (places != 1 || shown_as(o->allowed, 0) >= o->allowed)
		(void)trim_zeros(buf);
	group(buf);
	return buf;
}

const char *render_number_allowed(
    char buf[RENDER_NUMBER_SIZE], const struct report_objective *o, const char *dash)
{
	return allowed(buf, o, places_for(o->allowed), dash);
}

const char *render_number_allowed_round(
    char buf[RENDER_NUMBER_SIZE], const struct report_objective *o, const char *dash)
{
	return allowed(buf, o, o->allowed >= 99.5 ? 0 : places_for(o->allowed), dash);
}

const char *render_number_rate(char buf[RENDER_NUMBER_SIZE], double rate, const char *dash)
{
	if (!isfinite(rate))
		return say(buf, dash);
	decimals(buf, rate, rate < 99.95);
	group(buf);
	return buf;
}

const char *render_number_factor(char buf[RENDER_NUMBER_SIZE], double rate, const char *dash)
{
	if (!isfinite(rate) || rate >= 999.95)
		return render_number_rate(buf, rate, dash);
	(void)snprintf(buf, RENDER_NUMBER_SIZE, "%.4g", rate);
	return buf;
}

const char *render_number_range(
    char buf[RENDER_NUMBER_SIZE], double low, double high, const char *dash)
{
	const double slack = 1e-6; /* of the last place: a double's error is no step outward */
	int places = PLACES_LEAST;
	double scale;

	if (!isfinite(low) || !isfinite(high))
		return say(buf, dash);
	if (high - low > 1e-9)
		places = 1 - (int)floor(log10((high - low) * 100));
	places = places < 0 ? 0 : places > PLACES_MOST ? PLACES_MOST : places;
	scale = pow(10, places);
	low = floor(low * 100 * scale + slack) / scale;
	high = ceil(high * 100 * scale - slack) / scale;
	(void)snprintf(buf, RENDER_NUMBER_SIZE, "%.*f%s%.*f %%", low > 0 ? places : 0, low, dash,
	    high < 100 ? places : 0, high);
	return buf;
}

const char *render_number_bytes(char buf[RENDER_NUMBER_SIZE], uint64_t bytes)
{
	static const char *const unit[] = { "kB", "MB", "GB", "TB", "PB", "EB" };
	double v = (double)bytes / 1000;
	size_t i = 0;

	if (bytes < 1000) {
		(void)snprintf(
		    buf, RENDER_NUMBER_SIZE, "%u byte%s", (unsigned)bytes, bytes == 1 ? "" : "s");
		return buf;
	}
	for (; v >= 999.5 && i + 1 < sizeof unit / sizeof *unit; i++)
		v /= 1000;
	(void)snprintf(buf, RENDER_NUMBER_SIZE, "%.*f %s", v < 9.95, v, unit[i]);
	return buf;
}
