#include "format_impl.h"

#include <string.h>

#define CLF      "%h %l %u %t \"%r\" %>s "
#define HEADERS  " \"%{Referer}i\" \"%{User-Agent}i\""
#define COMBINED CLF "%b" HEADERS

#define CLF_SAMPLE     "[14/Jan/2025:10:06:01 +0000] \"GET /cart?id=7 HTTP/1.1\" 200 5316"
#define HEADERS_SAMPLE " \"https://shop.example/\" \"Mozilla/5.0\""

#define CLF_MOMENT \
	"Apache writes when the request was received, nginx when the response ended; no duration"

/* shown.directive is how people know the format; `source` is compiled, where that reads more. */
static const struct {
	struct format_preset shown;
	const char *source;
} presets[] = {
	{ .shown = {
		.name = "common",
		.directive = CLF "%b",
		.summary = "the Common Log Format of Apache, and of half the web since 1993",
		.sample = "203.0.113.7 - ana " CLF_SAMPLE,
		.moment = CLF_MOMENT,
	} },
	{ .shown = {
		.name = "combined",
		.directive = COMBINED,
		.summary = "common, Referer and User-Agent: Apache's combined, nginx's default",
		.sample = "203.0.113.7 - - " CLF_SAMPLE HEADERS_SAMPLE,
		.moment = CLF_MOMENT,
	} },
	{ .shown = {
		.name = "vhost_combined",
		.directive = "%v:%p " CLF "%O" HEADERS,
		.summary = "combined with the virtual host and port in front, as Debian's Apache "
		    "writes it",
		.sample = "shop.example:443 203.0.113.7 - - " CLF_SAMPLE HEADERS_SAMPLE,
		.moment = "when the request was received; no duration",
	} },
	{ .shown = {
		.name = "combined+time",
		.directive = "$remote_addr - $remote_user [$time_local] \"$request\" $status "
		    "$body_bytes_sent \"$http_referer\" \"$http_user_agent\" $request_time",
		.summary = "combined and the request's duration in seconds; quoted fields before "
		    "it, as $http_x_forwarded_for, are skipped",
		.sample = "203.0.113.7 - - " CLF_SAMPLE HEADERS_SAMPLE " 0.031",
		.moment = "the response's end; the duration is from the client's first byte to the "
		    "end, to the millisecond",
	  }, .source = COMBINED " %T" },
	{ .shown = {
		.name = "json",
		.summary = "one JSON object a line, under the names nginx, Caddy, Traefik, Google "
		    "Cloud and others use",
		.sample = "{\"time\":\"2025-01-14T10:06:01Z\",\"request_method\":\"GET\","
		    "\"request_uri\":\"/cart?id=7\",\"status\":200,\"request_time\":0.031}",
		.moment = "as the server that wrote it; a duration is in seconds unless its name "
		    "says otherwise",
	} },
};
#define PRESETS (sizeof presets / sizeof *presets)
#define JSON_AT (PRESETS - 1)

const struct format_preset *format_preset(size_t i)
{
	return i < PRESETS ? &presets[i].shown : NULL;
}

const char *format_preset_source(struct str name)
{
	for (size_t i = 0; i < PRESETS; i++)
		if (str_is(name, presets[i].shown.name))
			return presets[i].source ? presets[i].source : presets[i].shown.directive;
	return NULL;
}

/* How well a preset takes a line: the cuts that fit, all of them when it reads it. */
struct fit {
	size_t cuts;
	int reads, past_time;
};

/* Index of the first cut that is a time. */
static size_t time_cut(const struct format *f)
{
	size_t i = 0;

	while (i + 1 < f->cuts && f->cut[i].op != FORMAT_CUT_TIME)
		i++;
	return i;
}

static int try(const struct format_preset *preset, struct str line, struct fit *fit)
{
	const struct format_source source = { .kind = FORMAT_TEXT, .text = str_of(preset->name) };
	struct format *format = NULL;
	struct format_cutter *cutter = NULL;
	struct record record = { .have = 0 };
	int rc = 0;

	if (format_new(&format, &source, NULL) != NINES_OK ||
	    format_ready(format, NULL) != NINES_OK ||
	    format_cutter_new(&cutter, format, 0, NULL) != NINES_OK)
		goto out;
	fit->reads = format_cut(cutter, line, &record) == RECORD_OK;
	fit->cuts = fit->reads ? format->cuts : cutter->failed_cut;
	fit->past_time = fit->cuts > time_cut(format);
	rc = 1;
out:
	format_cutter_free(cutter);
	format_free(format);
	return rc;
}

static int is_better(const struct fit *a, const struct fit *b)
{
	return a->reads != b->reads ? a->reads > b->reads : a->cuts > b->cuts;
}

const struct format_preset *format_nearest(struct str line, int *reads_it)
{
	const struct format_preset *best = NULL;
	struct fit best_fit = { 0 };

	line = str_trim(line);
	for (size_t i = 0; i < PRESETS; i++) {
		struct fit fit = { 0 };
		const int is_json = i == JSON_AT;

		if (is_json != (line.n && line.p[0] == '{') || !try(&presets[i].shown, line, &fit))
			continue;
		if ((!is_json && !fit.past_time) || (best && !is_better(&fit, &best_fit)))
			continue;
		best = &presets[i].shown;
		best_fit = fit;
	}
	*reads_it = best_fit.reads;
	return best;
}
