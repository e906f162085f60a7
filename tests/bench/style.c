#include "style.h"

struct date {
	int64_t year;
	unsigned month, day;
};

/* Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil and its inverse,
 * for years from 1970. */
int64_t style_days(int64_t year, unsigned month, unsigned day)
{
	const int64_t y = year - (month <= 2);
	const int64_t era = y / 400, yoe = y % 400;
	const int64_t doy = (153 * ((int64_t)month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static struct date date_from_days(int64_t days)
{
	const int64_t z = days + 719468, era = z / 146097, doe = z % 146097;
	const int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	const int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	const int64_t mp = (5 * doy + 2) / 153;
	const int64_t month = mp < 10 ? mp + 3 : mp - 9;

	return (struct date){
		.year = yoe + era * 400 + (month <= 2),
		.month = (unsigned)month,
		.day = (unsigned)(doy - (153 * mp + 2) / 5 + 1),
	};
}

void style_stamp(struct stamp *s, int64_t minute)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	const struct date d = date_from_days(minute / DAY_MINUTES);
	const unsigned hh = (unsigned)(minute % DAY_MINUTES / 60), mm = (unsigned)(minute % 60);
	struct buf clf = { s->clf, 0 }, iso = { s->iso, 0 };

	s->minute = minute;
	put_digits(&clf, d.day, 2);
	PUT(&clf, "/");
	put(&clf, names + (size_t)3 * (d.month - 1), 3);
	PUT(&clf, "/");
	put_digits(&clf, (unsigned)d.year, 4);
	put_digits(&iso, (unsigned)d.year, 4);
	PUT(&iso, "-");
	put_digits(&iso, d.month, 2);
	PUT(&iso, "-");
	put_digits(&iso, d.day, 2);
	PUT(&clf, ":");
	PUT(&iso, "T");
	put_digits(&clf, hh, 2);
	put_digits(&iso, hh, 2);
	PUT(&clf, ":");
	PUT(&iso, ":");
	put_digits(&clf, mm, 2);
	put_digits(&iso, mm, 2);
	PUT(&clf, ":");
	PUT(&iso, ":");
}

/* Microseconds as seconds with three or six decimals. */
static void put_seconds(struct buf *b, uint64_t us, unsigned decimals)
{
	put_number(b, us / 1000000);
	PUT(b, ".");
	put_digits(b, (unsigned)(us % 1000000 / (decimals == 3 ? 1000 : 1)), decimals);
}

static void put_request(struct buf *b, const struct event *e)
{
	put(b, e->method, strlen(e->method));
	PUT(b, " ");
	put_buf(b, &e->uri);
	PUT(b, " HTTP/1.1");
}

/* combined followed by $request_time. */
static void line_combined(struct buf *b, const struct event *e, const struct stamp *s)
{
	put_buf(b, &e->client);
	PUT(b, " - - [");
	put(b, s->clf, sizeof(s->clf));
	put_digits(b, (unsigned)(e->time_s % 60), 2);
	PUT(b, " +0000] \"");
	put_request(b, e);
	PUT(b, "\" ");
	put_digits(b, e->status, 3);
	PUT(b, " ");
	put_number(b, e->bytes);
	PUT(b, " \"");
	put_buf(b, &e->referer);
	PUT(b, "\" \"");
	put_text(b, e->agent);
	PUT(b, "\" ");
	put_seconds(b, e->took_us, 3);
	PUT(b, "\n");
}

/* An nginx log_format with escape=json, its keys named as the variables are. */
static void line_nginx(struct buf *b, const struct event *e, const struct stamp *s)
{
	PUT(b, "{\"time_iso8601\":\"");
	put(b, s->iso, sizeof(s->iso));
	put_digits(b, (unsigned)(e->time_s % 60), 2);
	PUT(b, "+00:00\",\"remote_addr\":\"");
	put_buf(b, &e->client);
	PUT(b, "\",\"remote_user\":\"\",\"request\":\"");
	put_request(b, e);
	PUT(b, "\",\"status\":");
	put_digits(b, e->status, 3);
	PUT(b, ",\"body_bytes_sent\":");
	put_number(b, e->bytes);
	PUT(b, ",\"request_time\":");
	put_seconds(b, e->took_us, 3);
	PUT(b, ",\"http_referer\":\"");
	put_buf(b, &e->referer);
	PUT(b, "\",\"http_user_agent\":\"");
	put_text(b, e->agent);
	PUT(b, "\"}\n");
}

static void put_caddy_request(struct buf *b, const struct event *e)
{
	PUT(b, "\"request\":{\"remote_ip\":\"");
	put_buf(b, &e->client);
	PUT(b, "\",\"remote_port\":\"");
	put_number(b, 32768 + e->us % 28000);
	PUT(b, "\",\"client_ip\":\"");
	put_buf(b, &e->client);
	PUT(b, "\",\"proto\":\"HTTP/2.0\",\"method\":\"");
	put(b, e->method, strlen(e->method));
	PUT(b, "\",\"host\":\"shop.example\",\"uri\":\"");
	put_buf(b, &e->uri);
	PUT(b, "\",\"headers\":{\"User-Agent\":[\"");
	put_text(b, e->agent);
	PUT(b,
	    "\"],\"Accept\":[\"*/*\"],\"Accept-Encoding\":[\"gzip, deflate, br\"],"
	    "\"Referer\":[\"");
	put_buf(b, &e->referer);
	PUT(b,
	    "\"]},\"tls\":{\"resumed\":false,\"version\":772,\"cipher_suite\":4865,"
	    "\"proto\":\"h2\",\"server_name\":\"shop.example\"}}");
}

static void line_caddy(struct buf *b, const struct event *e, const struct stamp *s)
{
	(void)s;
	PUT(b, "{\"level\":\"info\",\"ts\":");
	put_number(b, (uint64_t)e->time_s);
	PUT(b, ".");
	put_digits(b, e->us, 6);
	PUT(b, ",\"logger\":\"http.log.access\",\"msg\":\"handled request\",");
	put_caddy_request(b, e);
	PUT(b, ",\"bytes_read\":0,\"user_id\":\"\",\"duration\":");
	put_seconds(b, e->took_us, 6);
	PUT(b, ",\"size\":");
	put_number(b, e->bytes);
	PUT(b, ",\"status\":");
	put_digits(b, e->status, 3);
	PUT(b,
	    ",\"resp_headers\":{\"Server\":[\"Caddy\"],"
	    "\"Content-Type\":[\"text/html; charset=utf-8\"],"
	    "\"Alt-Svc\":[\"h3=\\\":443\\\"; ma=2592000\"]}}\n");
}

/* clang-format off */
static const struct style styles[] = {
	{ "combined-time", line_combined, USUAL },
	{ "short", line_combined, TERSE },
	{ "long", line_combined, WORDY },
	{ "json-nginx", line_nginx, USUAL },
	{ "json-caddy", line_caddy, USUAL },
	{ NULL, NULL, USUAL },
};
/* clang-format on */

struct odd {
	struct buf *b;
	size_t line; /* where the line begins, which is there as it should be */
	const struct event *e;
	const struct stamp *stamp;
};

/* The disk was full for a moment. */
static void odd_cut(const struct odd *o)
{
	o->b->n = o->line + (o->b->n - o->line) * 2 / 3;
	PUT(o->b, "\n");
}

/* Two processes wrote at once. */
static void odd_torn(const struct odd *o)
{
	char whole[STYLE_LINE_BYTES];
	const size_t n = o->b->n - o->line;

	memcpy(whole, o->b->p + o->line, n);
	o->b->n = o->line + 31;
	put(o->b, whole, n);
}

/* nginx's error_log goes to the same file. */
static void odd_error_log(const struct odd *o)
{
	struct buf *b = o->b;

	b->n = o->line;
	put(b, o->stamp->iso, sizeof(o->stamp->iso));
	b->p[o->line + 4] = b->p[o->line + 7] = '/';
	b->p[o->line + 10] = ' ';
	put_digits(b, (unsigned)(o->e->time_s % 60), 2);
	PUT(b, " [error] 31#31: *");
	put_number(b, 40000 + o->e->us % 50000);
	PUT(b,
	    " upstream prematurely closed connection while reading response header from "
	    "upstream, client: ");
	put_buf(b, &o->e->client);
	PUT(b, ", server: shop.example, request: \"");
	put_request(b, o->e);
	PUT(b, "\", upstream: \"http://10.42.3.9:8080");
	put_buf(b, &o->e->uri);
	PUT(b, "\", host: \"shop.example\"\n");
}

/* Somebody joined several logs with tail. */
static void odd_header(const struct odd *o)
{
	o->b->n = o->line;
	PUT(o->b, "==> /var/log/nginx/shop.access.log <==\n");
}

static void (*const odd_lines[])(const struct odd *) = {
	odd_cut,
	odd_torn,
	odd_error_log,
	odd_header,
};

void style_odd_line(const struct style *style, struct buf *b, const struct event *e,
    const struct stamp *s, struct dice *dice)
{
	const struct odd odd = { b, b->n, e, s };

	style->line(b, e, s);
	odd_lines[dice_below(dice, COUNT(odd_lines))](&odd);
}

const struct style *style_find(const char *name)
{
	const struct style *style = styles;

	while (style->name && strcmp(style->name, name) != 0)
		style++;
	return style->name ? style : NULL;
}
