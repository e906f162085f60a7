#include "format_ways.h"
#include "suite.h"

#include <stdio.h>

static struct format *made(struct str text, enum ways_want want)
{
	const struct format_source source = { .kind = FORMAT_TEXT, .text = text };
	struct format *f = NULL;

	ck_assert_int_eq(format_new(&f, &source, NULL), NINES_OK);
	ways_ready(f, want);
	return f;
}

static void check(const char *format, const char *line, size_t n)
{
	const struct str text = str_of(format);

	if (n == 0)
		return;
	for (int want = WAYS_NONE; want <= WAYS_ALL; want++)
		ways_check(made(text, (enum ways_want)want), made(text, (enum ways_want)want),
		    (struct str){ line, n });
}

/* Every byte in turn becomes each of those that mean something somewhere, is taken out, and is put
 * in twice. */
static void check_all(const char *format, const char *line)
{
	static const char bytes[] = " \"\\\t,-[]0:/?#x\x80";
	const size_t n = strlen(line);
	char copy[512];

	ck_assert_uint_lt(n, sizeof copy);
	check(format, line, n);
	for (size_t i = 0; i < n; i++) {
		check(format, line, i);
		memcpy(copy, line, n);
		for (size_t k = 0; k < sizeof bytes - 1; k++) {
			copy[i] = bytes[k];
			check(format, copy, n);
		}
		memcpy(copy + i, line + i + 1, n - i - 1);
		check(format, copy, n - 1);
		memcpy(copy, line, i + 1);
		memcpy(copy + i + 1, line + i, n - i);
		check(format, copy, n + 1);
	}
}

#define CLIENT   "192.0.2.7 - - [10/Oct/2000:13:55:36 -0700] "
#define COMBINED CLIENT "\"GET /a/b?q=1 HTTP/1.1\" 200 23 \"https://x.example/\" \"Moz 5 (X)\""

#define NGINX                                                                              \
	"$remote_addr - $remote_user [$time_local] \"$request\" $status $body_bytes_sent " \
	"\"$http_referer\" \"$http_user_agent\" $request_time"

START_TEST(a_quick_cut_is_the_exact_one)
{
	static const struct {
		const char *format, *line;
	} row[] = {
		{ "combined+time", COMBINED " 0.123" },
		{ "combined+time",
		    "2001:db8::8a2e:370:7334 - frank [2000-10-10T13:55:36Z] \"POST / HTTP/2.0\" 304 0 "
		    "\"\" \"-\" 1" },
		{ "combined", COMBINED },
		{ "combined", "10.0.0.2, " COMBINED },
		{ NGINX, COMBINED " 0.123" },
		{ NGINX,
		    "2001:db8::8a2e:370:7334 - frank [10/Oct/2000:13:55:36 +0000] \"POST / HTTP/1.1\" "
		    "204 10 \"-\" \"x\" 1.5" },
		{ "common", CLIENT "\"HEAD /a#b HTTP/1.0\" 200 -" },
		{ "vhost_combined", "www.example:443 " COMBINED },
		{ "$remote_addr - $remote_user [$time_local] \"$request\" $status $body_bytes_sent "
		  "\"$http_referer\" \"$http_user_agent\" \"$http_x_forwarded_for\" $request_time",
		    COMBINED " \"10.0.0.1, 10.0.0.2\" 0.25" },
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++)
		check_all(row[i].format, row[i].line);
}
END_TEST

/* Requests and fields of every length around those that one look at registers covers. */
START_TEST(a_quick_cut_is_the_exact_one_at_every_width)
{
	char line[1024], wide[200];

	memset(wide, 'w', sizeof wide);
	for (int n = 0; n < 150; n++) {
		const int where = n % 5;

		(void)snprintf(line, sizeof line,
		    "%.*s1 - %.*s- [10/Oct/2000:13:55:36 +0000] \"GET /%.*s?a HTTP/1.1\" 200 %d "
		    "\"%.*s\" \"agent%.*s\" 0.%0*d",
		    where == 0 ? n : 1, wide, where == 1 ? n : 0, wide, where == 2 ? n : 3, wide, n,
		    where == 3 ? n : 2, wide, where == 4 ? n : 9, wide, 1 + n % 20, n);
		check("combined+time", line, strlen(line));
	}
}
END_TEST

START_TEST(a_line_of_very_many_quotes_is_cut_like_any_other)
{
	char line[3000];
	int n = snprintf(line, sizeof line, COMBINED " 0.123 ");

	for (int quotes = 50; quotes < 1500; quotes += quotes < 80 ? 1 : 100) {
		memset(line + n, '"', (size_t)quotes);
		check("combined+time", line, (size_t)(n + quotes));
		check(
		    "$remote_addr - $remote_user [$time_local] \"$request\" $status $other \"$a\" "
		    "\"$b\"",
		    line, (size_t)(n + quotes));
	}
}
END_TEST

SUITE("format_quick", a_quick_cut_is_the_exact_one, a_quick_cut_is_the_exact_one_at_every_width,
    a_line_of_very_many_quotes_is_cut_like_any_other)
