#include "format.h"
#include "lines.h"
#include "suite.h"

#include <stdio.h>
#include <string.h>

#include "nines.h"

#define NONE "(none)"

/* ---- one format, wanted fields, lines ---- */

struct bench {
	struct format *format;
	struct format_cutter *cutter;
	struct record r;
};

static struct format *made(const struct format_source *source)
{
	struct nines_error err = { .code = NINES_OK };
	struct format *f = NULL;

	ck_assert_msg(format_new(&f, source, &err) == NINES_OK, "%.*s: column %u: %s",
	    STR_ARG(source->text), err.column, err.text);
	return f;
}

static void ready(struct bench *b, struct format *f)
{
	b->format = f;
	ck_assert_int_eq(format_ready(f, NULL), NINES_OK);
	ck_assert_int_eq(format_cutter_new(&b->cutter, f, 0, NULL), NINES_OK);
}

static void done(struct bench *b)
{
	format_cutter_free(b->cutter);
	format_free(b->format);
}

static enum record_reject cut(struct bench *b, const char *line)
{
	return format_cut(b->cutter, str_of(line), &b->r);
}

/* "path=/a status=200" where a field that is lacking reads (none), in slot order, and the time
 * first. */
static const char *told(const struct bench *b, char *out, size_t room)
{
	int n = snprintf(out, room, "%lld", (long long)b->r.time_s);

	for (int i = 0; i < format_slots(b->format); i++) {
		const struct str name = format_slot_name(b->format, i), v = b->r.field[i];
		const int has = b->r.have >> i & 1;

		n += snprintf(out + n, room - (size_t)n, " %.*s=<%.*s>", STR_ARG(name),
		    has ? (int)v.n : 6, has ? v.p : NONE);
	}
	return out;
}

static void want_all(struct format *f, const char *names)
{
	while (*names) {
		const size_t n = strcspn(names, " ");

		ck_assert_msg(format_want(f, (struct str){ names, n }) >= 0, "no field %s", names);
		names += n + strspn(names + n, " ");
	}
}

/* ---- directives and lines ---- */

#define CLF_HEAD "1.1.1.1 - - [10/Oct/2000:13:55:36 -0700] "
#define AT       "971211336"

static const struct {
	const char *directive, *fields, *line, *told;
} cuts[] = {
	/* nginx */
	{ "$remote_addr - $remote_user [$time_local] \"$request\" $status",
	    "client user path status",
	    "1.1.1.1 - john - doe [x [10/Oct/2000:13:55:36 -0700] \"GET /a HTTP/1.1\" 200",
	    AT " client=<1.1.1.1> user=<john - doe [x> path=</a> status=<200>" },
	{ "log_format timed escape=default '$remote_addr [$time_local] ' # who and "
	  "when\n\t\"\\\"$request\\\" \"\n"
	  "\t$status ' ${request_time}s';",
	    "client uri status duration request_time",
	    "1.1.1.1 [10/Oct/2000:13:55:36 -0700] \"GET /a?b HTTP/1.1\" 200 0.031s",
	    AT " client=<1.1.1.1> uri=</a?b> status=<200> duration=<0.031> request_time=<0.031>" },
	{ "'[$time_iso8601] - $host - ' '$request_time - \"$request\"'", "host duration method",
	    "[2000-10-10T20:55:36+00:00] - shop.example - 0.5 - \"GET / HTTP/1.1\" and more",
	    AT " host=<shop.example> duration=<0.5> method=<GET>" },
	{ "$msec\t$request_uri\t$uri\t$args", "uri path query time",
	    "971211336.123\thttp://h/a/../b?c#d\t/b\tc",
	    AT " uri=<http://h/a/../b?c#d> path=</a/../b> query=<c> "
	       "time=<971211336.123>" },
	{ "$msec $request_method $scheme://$host$uri$is_args$args $server_protocol",
	    "host uri path query proto scheme",
	    "971211336.123 GET https://shop.example/a?b HTTP/1.1",
	    AT
	    " host=<shop.example> uri=</a?b> path=</a> query=<b> proto=<HTTP/1.1> scheme=<https>" },
	{ "$remote_addr:$remote_port [$time_local] $status", "client remote_port status",
	    "2001:db8::1:443 [10/Oct/2000:13:55:36 -0700] -",
	    AT " client=<2001:db8::1> remote_port=<443> status=<(none)>" },
	{ "$time_local$status", "status", "10/Oct/2000:13:55:36 -0700200", AT " status=<200>" },
	{ "[$time_local] $upstream_addr $upstream_response_time $upstream_status $request_id",
	    "upstream_addr upstream_duration upstream_status request_id",
	    "[10/Oct/2000:13:55:36 -0700] [::]:80, unix:/a : 10.0.0.1:80 0.001, - : 0.003 502, - : "
	    "200 5a1f",
	    AT
	    " upstream_addr=<[::]:80, unix:/a : 10.0.0.1:80> upstream_duration=<0.001, - : 0.003> "
	    "upstream_status=<200> request_id=<5a1f>" },
	{ "[$time_local] $upstream_response_time $upstream_status $request_id",
	    "upstream_duration upstream_status request_id", "[10/Oct/2000:13:55:36 -0700] - - 5a1f",
	    AT " upstream_duration=<-> upstream_status=<(none)> request_id=<5a1f>" },
	{ "[$time_local] $upstream_status", "upstream_status",
	    "[10/Oct/2000:13:55:36 -0700] 200, -", AT " upstream_status=<(none)>" },
	{ "$msec,$upstream_response_time,$status", "upstream_duration status",
	    "971211336,0.1, 0.2,200", AT " upstream_duration=<0.1, 0.2> status=<200>" },
	{ "$msec rt=$request_time uct=\"$upstream_connect_time\" urt=\"$upstream_response_time\"",
	    "duration upstream_connect_time upstream_duration",
	    "971211336 rt=0.1 uct=\"0.0, 0.1\" urt=\"-, 0.2\"",
	    AT " duration=<0.1> upstream_connect_time=<0.0, 0.1> upstream_duration=<-, 0.2>" },
	{ "log_format j escape=json "
	  "'{\"t\":\"$time_iso8601\",\"s\":$status,\"b\":$body_bytes_sent,\"a\":\"$http_user_"
	  "agent\"}';",
	    "status bytes agent",
	    "{\"t\":\"2000-10-10T20:55:36Z\",\"s\":200,\"b\":,\"a\":\"x \\\"y\\\",\\\\\"}",
	    AT " status=<200> bytes=<(none)> agent=<x \\\"y\\\",\\\\>" },
	{ "log_format n escape=none '$msec \"$http_user_agent\" $status';", "agent status",
	    "971211336 \"a\\\" b\" c\" 200", AT " agent=<a\\> status=<b\">" },
	{ "log_format n escape=none '$msec \"$http_user_agent\" \"$http_referer\"';",
	    "agent referer", "971211336 \"a\"b\" \"c\"d\"", AT " agent=<a\"b> referer=<c\"d>" },
	{ "$msec $http_x_foo", "http_x_foo", "971211336 a b", AT " http_x_foo=<a b>" },
	{ "$msec $pipe", "pipe", "971211336 p more", AT " pipe=<p>" },
	{ "$msec [$proxy_upstream_name] $status", "proxy_upstream_name status", "971211336 [] 200",
	    AT " proxy_upstream_name=<> status=<200>" },
	{ "\"$request\" [$time_local]", "request method",
	    "\"GET / HTTP/1.1\" [10/Oct/2000:13:55:36 -0700]",
	    AT " request=<GET / HTTP/1.1> method=<GET>" },
	{ "\"$request \\\"$msec\\\"\"", "request", "x \"971211336\"", AT " request=<x>" },
	/* Apache */
	{ "LogFormat \"%h %l %u %t \\\"%r\\\" %>s %b\" common", "client path status bytes",
	    CLF_HEAD "\"GET /a HTTP/1.0\" 200 2326",
	    AT " client=<1.1.1.1> path=</a> status=<200> bytes=<2326>" },
	{ "\"%h %t \\\"%r\\\"\"", "client proto",
	    "1.1.1.1 [10/Oct/2000:13:55:36 -0700] \"GET /a HTTP/1.0\"",
	    AT " client=<1.1.1.1> proto=<HTTP/1.0>" },
	{ "\"%r\" %t \"%{Referer}i\"", "path referer",
	    "\"GET /a HTTP/1.0\" [10/Oct/2000:13:55:36 -0700] \"-\"", AT " path=</a> referer=<->" },
	{ "%t %s %>s %!200,304{X-Foo}i %{Y-Bar}o %{sid}C",
	    "status original_status http_x_foo sent_http_y_bar cookie_sid",
	    "[10/Oct/2000:13:55:36 -0700] 302 200 a b c d",
	    AT
	    " status=<200> original_status=<302> http_x_foo=<a> sent_http_y_bar=<b> cookie_sid=<c "
	    "d>" },
	{ "%t \"%m %U%q %H\" %D %I %O %k%%",
	    "method uri path query proto duration bytes_in bytes connection_requests",
	    "[10/Oct/2000:13:55:36 -0700] \"GET /a?b=c HTTP/1.1\" 1500 10 20 3%",
	    AT " method=<GET> uri=</a?b=c> path=</a> query=<b=c> proto=<HTTP/1.1> duration=<1500> "
	       "bytes_in=<10> bytes=<20> "
	       "connection_requests=<3>" },
	{ "%t %U \"%q\"", "path query", "[10/Oct/2000:13:55:36 -0700] /a?b \"?c=d\"",
	    AT " path=</a?b> query=<c=d>" },
	{ "%{sec}t %{ms}T", "duration", "971211336 12", AT " duration=<12>" },
	{ "%{usec}t %{usec_frac}t", "usec_frac", "971211336123456 123456",
	    AT " usec_frac=<123456>" },
	{ "[%{%d/%b/%Y:%H:%M:%S %z}t] %>s", "status", "[10/Oct/2000:13:55:36 -0700] 200",
	    AT " status=<200>" },
	{ "%{%FT%T}t.%{msec_frac}t%{%z}t %>s", "status time", "2000-10-10T13:55:36.123-0700 200",
	    AT " status=<200> time=<2000-10-10T13:55:36.123-0700>" },
	{ "%{%d/%b/%Y %T}t.%{msec_frac}t %{%z}t %>s", "status",
	    "10/Oct/2000 13:55:36.123 -0700 200", AT " status=<200>" },
	{ "%{end:%s}t %{begin:}t %>s", "status time", "971211400 [10/Oct/2000:13:55:36 -0700] 200",
	    AT " status=<200> time=<10/Oct/2000:13:55:36 -0700>" },
	{ "%v:%p %h %l %u %t", "host client user",
	    "::1:80 2001:db8::2 - a b [10/Oct/2000:13:55:36 -0700]",
	    AT " host=<::1> client=<2001:db8::2> user=<a b>" },
	{ "%t %{User-Agent}i", "agent", "[10/Oct/2000:13:55:36 -0700] a b", AT " agent=<a b>" },
	{ "%t %^FB %{Foo}^ti", "first_byte trailer_foo", "[10/Oct/2000:13:55:36 -0700] 12 x",
	    AT " first_byte=<12> trailer_foo=<x>" },
};

static void check_cut(size_t i)
{
	const struct format_source source = { .kind = FORMAT_TEXT,
		.text = str_of(cuts[i].directive) };
	struct bench b = { .format = NULL };
	char text[1024];
	const char *expected;
	enum record_reject reject;

	b.format = made(&source);
	want_all(b.format, cuts[i].fields);
	ready(&b, b.format);
	reject = cut(&b, cuts[i].line);
	(void)format_failed_at(b.cutter, &expected);
	ck_assert_msg(reject == RECORD_OK, "%s: %s: at %zu, expected %s", cuts[i].directive,
	    cuts[i].line, format_failed_at(b.cutter, &expected), expected);
	ck_assert_str_eq(told(&b, text, sizeof text), cuts[i].told);
	done(&b);
}

START_TEST(a_directive_cuts_its_lines)
{
	for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++)
		check_cut(i);
}
END_TEST

/* ---- lines that do not fit ---- */

static const struct {
	const char *format, *line;
	enum record_reject reject;
	size_t at;
	const char *expected;
} misfits[] = {
	{ "combined", "", RECORD_BAD_FORMAT, 0, "a blank after client" },
	{ "combined", "hello", RECORD_BAD_FORMAT, 5, "a blank after client" },
	{ "combined", "1.1.1.1 [10/Oct/2000:13:55:36 -0700] \"GET /\" 1 2 \"\" \"\"",
	    RECORD_BAD_FORMAT, 8, "a value of ident" },
	{ "combined", "1.1.1.1 - x 10/Oct/2000:13:55:36 -0700 \"GET /\" 1 2", RECORD_BAD_FORMAT, 10,
	    "' [' after user" },
	{ "combined", CLF_HEAD "\"GET / HTTP/1.1\" 200 5", RECORD_BAD_FORMAT, 63,
	    "' \"' after bytes" },
	{ "combined", CLF_HEAD "\"GET / HTTP/1.1\" 200 5 \"-\" \"agent", RECORD_BAD_FORMAT, 74,
	    "a '\"' that closes agent" },
	{ "combined", CLF_HEAD "\"GET / HTTP/1.1\" 200 5 \"-\" \"agent\\\"", RECORD_BAD_FORMAT, 76,
	    "a '\"' that closes agent" },
	{ "combined", CLF_HEAD "\"GET / HTTP/1.1\" 200 5 \"-\" \"agent\"x", RECORD_BAD_FORMAT, 75,
	    "a blank or the end after agent" },
	{ "common", CLF_HEAD "\"GET / HTTP/1.1\" 200 ", RECORD_BAD_FORMAT, 62, "a value of bytes" },
	{ "common", CLF_HEAD "\"GET / HTTP/1.1\" 200", RECORD_BAD_FORMAT, 61,
	    "a blank after status" },
	{ "common", CLF_HEAD "\"GET / HTTP/1.1 200 5", RECORD_BAD_FORMAT, 62,
	    "a '\"' that closes request" },
	{ "common", "1.1.1.1 - - [30/Feb/2000:13:55:36 -0700] \"GET / HTTP/1.1\" 200 5",
	    RECORD_BAD_TIME, 13, "a time that exists" },
	{ "common", "1.1.1.1 - - [yesterday] \"GET / HTTP/1.1\" 200 5", RECORD_BAD_TIME, 13,
	    "a time that exists" },
	{ "common", "1.1.1.1 - - [] \"GET / HTTP/1.1\" 200 5", RECORD_BAD_TIME, 13,
	    "a time that exists" },
	{ "common", "1.1.1.1 - - [10/Oct/2000:13:55:36 -0700 \"GET / HTTP/1.1\" 200 5",
	    RECORD_BAD_FORMAT, 39, "'] \"' after time" },
	{ "combined+time", CLF_HEAD "\"GET / HTTP/1.1\" 200 5 \"-\" \"agent\"", RECORD_BAD_FORMAT,
	    75, "a blank after agent" },
	{ "combined+time", CLF_HEAD "\"GET / HTTP/1.1\" 200 5 \"-\" \"agent\" \"-\"",
	    RECORD_BAD_FORMAT, 76, "a duration in seconds" },
	{ "combined+time", CLF_HEAD "\"GET / HTTP/1.1\" 200 5 \"-\" \"agent\" x", RECORD_BAD_FORMAT,
	    76, "a duration in seconds" },
	{ "combined+time", CLF_HEAD "\"GET / HTTP/1.1\" 200 5 \"-\" \"agent\" - 0.3",
	    RECORD_BAD_FORMAT, 76, "a duration in seconds" },
	{ "[$time_local] $status", "x", RECORD_BAD_FORMAT, 0, "'['" },
	{ "json", "", RECORD_BAD_FORMAT, 0, "'{'" },
	{ "json", "[1]", RECORD_BAD_FORMAT, 0, "'{'" },
	{ "json", "{", RECORD_BAD_FORMAT, 1, "a key in quotes" },
	{ "json", "{\"a\"", RECORD_BAD_FORMAT, 4, "':' after a key" },
	{ "json", "{\"a\":1", RECORD_BAD_FORMAT, 6, "',' or '}'" },
	{ "json", "{\"a\":1,}", RECORD_BAD_FORMAT, 7, "a key in quotes" },
	{ "json", "{\"a\":\"b}", RECORD_BAD_FORMAT, 8, "a '\"' that closes a string" },
	{ "json", "{\"a\":\"\\q\"}", RECORD_BAD_FORMAT, 6, "an escape that JSON has" },
	{ "json", "{\"a\":\"\\u12g4\"}", RECORD_BAD_FORMAT, 6, "an escape that JSON has" },
	{ "json", "{\"a\":\"\\", RECORD_BAD_FORMAT, 7, "a '\"' that closes a string" },
	{ "json", "{\"a\":1.}", RECORD_BAD_FORMAT, 5, "a JSON value" },
	{ "json", "{\"a\":0x1}", RECORD_BAD_FORMAT, 5, "a JSON value" },
	{ "json", "{\"a\":1.2.3.4}", RECORD_BAD_FORMAT, 5, "a JSON value" },
	{ "json", "{\"a\":[1 2]}", RECORD_BAD_FORMAT, 8, "',' or ']'" },
	{ "json", "{\"ts\":1700000000} x", RECORD_BAD_FORMAT, 18, "the end of the line" },
	{ "json", "{\"status\":200}", RECORD_BAD_FORMAT, 14,
	    "a time under one of the names servers use: time, timestamp, ts, ..." },
	{ "json", "{\"ts\":null}", RECORD_BAD_FORMAT, 11,
	    "a time under one of the names servers use: time, timestamp, ts, ..." },
	{ "json", "{\"ts\":\"soon\"}", RECORD_BAD_TIME, 7, "a time that exists" },
	{ "json", "{\"ts\":12}", RECORD_BAD_TIME, 6, "a time that exists" },
};

START_TEST(a_line_that_does_not_fit_says_where_and_what_was_expected)
{
	for (size_t i = 0; i < sizeof misfits / sizeof *misfits; i++) {
		const struct format_source source = { .kind = FORMAT_TEXT,
			.text = str_of(misfits[i].format) };
		struct bench b = { .format = NULL };
		const char *expected;

		ready(&b, made(&source));
		ck_assert_msg(cut(&b, misfits[i].line) == misfits[i].reject, "%s", misfits[i].line);
		ck_assert_msg(format_failed_at(b.cutter, &expected) == misfits[i].at &&
		        !strcmp(expected, misfits[i].expected),
		    "%s: at %zu, expected %s", misfits[i].line,
		    format_failed_at(b.cutter, &expected), expected);
		done(&b);
	}
}
END_TEST

/* ---- formats that cannot be ---- */

static const struct {
	enum format_kind kind;
	const char *text;
	unsigned column;
	const char *says;
} mistakes[] = {
	{ FORMAT_TEXT, "combind", 1, "there is no format 'combind'; did you mean 'combined'?" },
	{ FORMAT_TEXT, "", 1,
	    "there is no format '', and a directive has variables ($name or %x)" },
	{ FORMAT_TEXT, "$remote_addr $status", 1,
	    "no time: without $time_local, $time_iso8601 or $msec no line can be counted" },
	{ FORMAT_TEXT, "%h %>s", 1, "no time: without %t no line can be counted" },
	{ FORMAT_TEXT, "$time_local $host$status", 18,
	    "nothing between host and status says where one ends" },
	{ FORMAT_TEXT, "%t %s%b", 6,
	    "nothing between original_status and body_bytes_sent says where one ends" },
	{ FORMAT_TEXT, "$time_local 100$", 16, "'$' without a variable's name" },
	{ FORMAT_TEXT, "$time_local ${host", 13, "'${' without its '}'" },
	{ FORMAT_TEXT, "log_format x '$time_local", 14, "this quote is not closed" },
	{ FORMAT_TEXT, "log_format x escape=jsn '$time_local';", 21,
	    "escape is default, json or none; did you mean 'json'?" },
	{ FORMAT_TEXT, "log_format x '$time_local'; log_format y '$msec';", 29,
	    "one log_format at a time: nothing may follow its ';'" },
	{ FORMAT_TEXT, "log_format x '$time_local '\n'$host' # a\n'$status';", 42,
	    "nothing between host and status says where one ends" },
	{ FORMAT_TEXT, "$time_local\n$status", 12,
	    "a format is one line: no log line holds a line break" },
	{ FORMAT_TEXT, "LogFormat \"%t %h", 11, "this quote is not closed" },
	{ FORMAT_TEXT, "%t %", 4, "'%' without a letter after it; a percent sign itself is '%%'" },
	{ FORMAT_TEXT, "%t %{Referer", 5, "'{' without its '}'" },
	{ FORMAT_TEXT, "%t %Y", 4, "Apache has no %Y" },
	{ FORMAT_TEXT, "%t %{x}Y", 4, "Apache has no %{...}Y" },
	{ FORMAT_TEXT, "%t %{m}T", 4, "the unit of %T is ms, us or s, not 'm'" },
	{ FORMAT_TEXT, "%h %{%c}t", 4,
	    "no way to read the time format '%c': use %t, %{msec}t or %{%d/%b/%Y:%T %z}t" },
	{ FORMAT_PATTERN, "^(?<status>...)", 1, "no time: the pattern has no group (?<time>...)" },
};

START_TEST(a_wrong_directive_is_refused_with_its_column)
{
	for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
		const struct format_source source = { .kind = mistakes[i].kind,
			.text = str_of(mistakes[i].text) };
		struct nines_error err = { .code = NINES_OK };
		struct format *f = NULL;

		ck_assert_int_eq(format_new(&f, &source, &err), NINES_E_SYNTAX);
		ck_assert_ptr_null(f);
		ck_assert_str_eq(err.text, mistakes[i].says);
		ck_assert_msg(err.column == mistakes[i].column, "%s: column %u", mistakes[i].text,
		    err.column);
	}
}
END_TEST

START_TEST(a_pattern_with_a_mistake_is_refused_with_its_column)
{
	const struct format_source source = { .kind = FORMAT_PATTERN, .text = STR("(?<time>") };
	struct nines_error err = { .code = NINES_OK };
	struct format *f = NULL;

	ck_assert_int_eq(format_new(&f, &source, &err), NINES_E_SYNTAX);
	ck_assert_uint_gt(err.column, 0);
}
END_TEST

static const struct {
	const char *text;
	size_t column;
	const char *says;
} advised[] = {
	{ "%t %s", 4, "%s is the status before internal redirects; %>s is the one the client got" },
	{ "%t %>s %T", 8,
	    "%T counts whole seconds; %D (microseconds) can tell times below one second apart" },
	{ "$msec $uri", 7,
	    "$uri is what rewriting made of the target; $request_uri is what the client asked for" },
	{ "log_format x escape=none '$msec $status';", 1,
	    "with escape=none a client can write quotes and line breaks into the log, and forge "
	    "lines" },
	{ "%t %s %>s %T %D", 0, NULL },
	{ "$msec $uri $request_uri", 0, NULL },
	{ "combined+time", 0, NULL },
};

START_TEST(advice_is_given_where_a_directive_says_less_than_it_seems)
{
	for (size_t i = 0; i < sizeof advised / sizeof *advised; i++) {
		const struct format_source source = { .kind = FORMAT_TEXT,
			.text = str_of(advised[i].text) };
		struct format *f = made(&source);
		size_t column = 0;
		const char *text = format_advice(f, &column, 0);

		ck_assert_msg(!text == !advised[i].says, "%s", advised[i].text);
		if (text) {
			ck_assert_str_eq(text, advised[i].says);
			ck_assert_uint_eq(column, advised[i].column);
			ck_assert_ptr_null(format_advice(f, &column, 1));
		}
		format_free(f);
	}
}
END_TEST

/* ---- request lines ---- */

static const struct {
	const char *request, *told;
} requests[] = {
	{ "GET /a?b#c HTTP/1.1", "method=<GET> uri=</a?b#c> path=</a> query=<b> proto=<HTTP/1.1>" },
	{ "GET /a", "method=<GET> uri=</a> path=</a> query=<> proto=<(none)>" },
	{ "GET /a b  c HTTP/1.0",
	    "method=<GET> uri=</a b  c> path=</a b  c> query=<> proto=<HTTP/1.0>" },
	{ "GET /a b", "method=<GET> uri=</a b> path=</a b> query=<> proto=<(none)>" },
	{ "GET /a HTTP/1.0 ", "method=<GET> uri=</a> path=</a> query=<> proto=<HTTP/1.0>" },
	{ "GET  HTTP/1.1", "method=<GET> uri=<> path=<> query=<> proto=<HTTP/1.1>" },
	{ "GET HTTP/1.1", "method=<GET> uri=<> path=<> query=<> proto=<HTTP/1.1>" },
	{ "GET ", "method=<GET> uri=<> path=<> query=<> proto=<(none)>" },
	{ "GET", "method=<(none)> uri=<(none)> path=<(none)> query=<(none)> proto=<(none)>" },
	{ "-", "method=<(none)> uri=<(none)> path=<(none)> query=<(none)> proto=<(none)>" },
	{ "- - -", "method=<(none)> uri=<(none)> path=<(none)> query=<(none)> proto=<(none)>" },
	{ "", "method=<(none)> uri=<(none)> path=<(none)> query=<(none)> proto=<(none)>" },
	{ "\\x16\\x03 x",
	    "method=<(none)> uri=<(none)> path=<(none)> query=<(none)> proto=<(none)>" },
	{ "PRI * HTTP/2.0", "method=<PRI> uri=<*> path=<*> query=<> proto=<HTTP/2.0>" },
	{ "OPTIONS * HTTP/1.1", "method=<OPTIONS> uri=<*> path=<*> query=<> proto=<HTTP/1.1>" },
	{ "CONNECT h:443 HTTP/1.1",
	    "method=<CONNECT> uri=<h:443> path=<h:443> query=<> proto=<HTTP/1.1>" },
	{ "GET https://u@h:1/a/b?c HTTP/2",
	    "method=<GET> uri=<https://u@h:1/a/b?c> path=</a/b> query=<c> proto=<HTTP/2>" },
	{ "GET http://h HTTP/1.1",
	    "method=<GET> uri=<http://h> path=</> query=<> proto=<HTTP/1.1>" },
	{ "GET http://h?a HTTP/1.1",
	    "method=<GET> uri=<http://h?a> path=</> query=<a> proto=<HTTP/1.1>" },
	{ "GET http:// HTTP/1.1", "method=<GET> uri=<http://> path=</> query=<> proto=<HTTP/1.1>" },
	{ "GET /r?u=http://x/ HTTP/1.1",
	    "method=<GET> uri=</r?u=http://x/> path=</r> query=<u=http://x/> proto=<HTTP/1.1>" },
	{ "GET //a HTTP/1.1", "method=<GET> uri=<//a> path=<//a> query=<> proto=<HTTP/1.1>" },
};

START_TEST(a_request_line_gives_method_uri_path_query_and_proto)
{
	const struct format_source source = { .kind = FORMAT_TEXT,
		.text = STR("$msec \"$request\"") };
	struct bench b = { .format = made(&source) };
	char line[256], text[512], want[512];

	want_all(b.format, "method uri path query proto");
	ready(&b, b.format);
	for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
		snprintf(line, sizeof line, "971211336 \"%s\"", requests[i].request);
		snprintf(want, sizeof want, AT " %s", requests[i].told);
		ck_assert_int_eq(cut(&b, line), RECORD_OK);
		ck_assert_str_eq(told(&b, text, sizeof text), want);
	}
	done(&b);
}
END_TEST

/* ---- JSON ---- */

static const struct {
	const char *line, *told;
} jsons[] = {
	{ "{\"t\":\"2000-10-10T20:55:36\",\"r\":\"GET \\/a?b HTTP/1.1\",\"d\":{\"ms\":12},\"n\":7}",
	    AT " method=<GET> path=</a> duration=<12> mine=<7> duration_ms=<12>" },
	{ "{\"t\":971211336,\"t\":1,\"d.ms\":\"5\",\"n\":[1,[2],{\"x\":3},\"four\"]}",
	    AT " method=<(none)> path=<(none)> duration=<5> mine=<four> duration_ms=<5>" },
	{ "{\"t\":9.71211336e8,\"d\":{\"ms\":null,\"ms\":3},\"n\":true}",
	    AT " method=<(none)> path=<(none)> duration=<3> mine=<true> duration_ms=<3>" },
	{ "escape=json{\"n\":\"\\ud83d\\ude00\\ud83dx\\u0041\\x41\\n\",\"t\":\"971211336\"}",
	    AT " method=<(none)> path=<(none)> duration=<(none)> "
	       "mine=<\xf0\x9f\x98\x80\xef\xbf\xbdxAA\n> duration_ms=<(none)>" },
	{ "{\"t\":971211336,\"n\":-,\"d\":{\"ms\":},\"x\":{\"n\":{\"d\":{\"ms\":4}}}}",
	    AT " method=<(none)> path=<(none)> duration=<(none)> mine=<-> duration_ms=<(none)>" },
	{ "{\"t\":971211336,\"n\":\"\\u00e9\\u20ac\\u0000\"}",
	    AT " method=<(none)> path=<(none)> duration=<(none)> mine=<\xc3\xa9\xe2\x82\xac" },
};

START_TEST(a_key_map_says_where_fields_are)
{
	static const struct format_key key[] = {
		{ { "time", 4 }, { "t", 1 } },
		{ { "request", 7 }, { "r", 1 } },
		{ { "duration_ms", 11 }, { "d.ms", 4 } },
		{ { "mine", 4 }, { "n", 1 } },
	};
	const struct format_source source = { .kind = FORMAT_JSON, .key = key, .keys = 4 };
	struct bench b = { .format = made(&source) };
	char text[512];

	want_all(b.format, "method path duration mine duration_ms");
	ck_assert_int_eq(format_want(b.format, STR("status")), -1);
	ck_assert_int_eq(format_want(b.format, STR("a.b")), -1);
	ck_assert_int_eq(format_unit(b.format, 2), RECORD_UNIT_MS);
	ck_assert_int_eq(format_unit(b.format, 4), RECORD_UNIT_MS);
	ck_assert_int_eq(format_unit(b.format, 3), RECORD_UNIT_NONE);
	ready(&b, b.format);
	for (size_t i = 0; i < sizeof jsons / sizeof *jsons; i++) {
		ck_assert_int_eq(cut(&b, jsons[i].line), RECORD_OK);
		told(&b, text, sizeof text);
		ck_assert_msg(!strncmp(text, jsons[i].told, strlen(jsons[i].told)), "%s", text);
	}
	done(&b);
}
END_TEST

START_TEST(a_key_map_without_a_time_is_refused)
{
	static const struct format_key key[] = { { { "status", 6 }, { "s", 1 } } };
	const struct format_source source = { .kind = FORMAT_JSON, .key = key, .keys = 1 };
	struct nines_error err = { .code = NINES_OK };
	struct format *f = NULL;

	ck_assert_int_eq(format_new(&f, &source, &err), NINES_E_SYNTAX);
	ck_assert_str_eq(err.text, "no time: the key map does not say which key is the time");
}
END_TEST

START_TEST(json_gives_any_dotted_path_and_canonical_names_only)
{
	const struct format_source source = { .kind = FORMAT_JSON };
	struct bench b = { .format = made(&source) };
	char text[256];

	ck_assert_int_eq(format_want(b.format, STR("tenant")), -1);
	ck_assert_int_eq(format_want(b.format, STR("labels.tenant")), 0);
	ck_assert_int_eq(format_want(b.format, STR("labels.tenant")), 0);
	ck_assert_int_eq(format_want(b.format, STR("duration")), 1);
	ck_assert_int_eq(format_unit(b.format, 1), RECORD_UNIT_S);
	ready(&b, b.format);
	ck_assert_int_eq(
	    cut(&b, "{\"ts\":971211336,\"labels\":{\"tenant\":\"a\"},\"duration_ms\":12.5}"),
	    RECORD_OK);
	ck_assert_str_eq(told(&b, text, sizeof text), AT " labels.tenant=<a> duration=<12.5ms>");
	ck_assert_int_eq(
	    cut(&b,
	        "{\"duration\":3,\"ts\":1,\"Duration\":7,\"StartUTC\":\"2000-10-10T20:55:36Z\"}"),
	    RECORD_OK);
	ck_assert_str_eq(told(&b, text, sizeof text), AT " labels.tenant=<(none)> duration=<7ns>");
	done(&b);
}
END_TEST

/* A line of `n` times `piece` between head and tail. */
static char *repeated(const char *head, const char *piece, size_t n, const char *tail)
{
	const size_t room = strlen(head) + strlen(piece) * n + strlen(tail) + 1;
	char *text = malloc(room), *p = text;

	p += snprintf(p, room, "%s", head);
	for (size_t i = 0; i < n; i++) {
		memcpy(p, piece, strlen(piece));
		p += strlen(piece);
	}
	memcpy(p, tail, strlen(tail) + 1);
	return text;
}

START_TEST(deep_json_is_refused_and_long_strings_are_read)
{
	static const struct format_key key[] = { { { "time", 4 }, { "t", 1 } },
		{ { "mine", 4 }, { "n", 1 } } };
	const struct format_source source = { .kind = FORMAT_JSON, .key = key, .keys = 2 };
	struct bench b = { .format = made(&source) };
	char *arrays = repeated("{\"n\":", "[", 60000, ""),
	     *objects = repeated("", "{\"n\":", 12000, "1}");
	char *escapes = repeated("{\"t\":971211336,\"n\":\"", "\\n", 32000, "\"}");
	char *backslashes = repeated("{\"t\":971211336,\"n\":\"", "\\\\", 32000, "\"}");
	char *too_many = repeated("{\"t\":971211336,\"n\":\"", "\\n", 40000, "\"}");

	want_all(b.format, "mine");
	ready(&b, b.format);
	ck_assert_int_eq(cut(&b, arrays), RECORD_BAD_FORMAT);
	ck_assert_int_eq(cut(&b, objects), RECORD_BAD_FORMAT);
	ck_assert_int_eq(cut(&b, escapes), RECORD_OK);
	ck_assert_uint_eq(b.r.field[0].n, 32000);
	ck_assert_int_eq(cut(&b, backslashes), RECORD_OK);
	ck_assert_uint_eq(b.r.field[0].n, 32000);
	ck_assert_int_eq(cut(&b, too_many), RECORD_TOO_LONG);
	done(&b);
	free(arrays);
	free(objects);
	free(escapes);
	free(backslashes);
	free(too_many);
}
END_TEST

START_TEST(hostile_lines_cost_their_length)
{
	static const char *const pieces[] = { "\\", "\\\"", " [", "\" ", ", ", " : ", ":1", " - ",
		"[10/Oct/2000:13:55:36 -0700] ", "\"", "," };
	static const char *const formats[] = { "combined", "vhost_combined", "combined+time",
		"$msec $upstream_addr $upstream_status \"$http_referer\" $status",
		"$remote_addr:$remote_port - $remote_user [$time_local]" };

	for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
		const struct format_source source = { .kind = FORMAT_TEXT,
			.text = str_of(formats[i]) };
		struct bench b = { .format = NULL };

		ready(&b, made(&source));
		for (size_t j = 0; j < sizeof pieces / sizeof *pieces; j++) {
			char *bare = repeated("", pieces[j], 65536 / strlen(pieces[j]), "");
			char *quoted =
			    repeated(CLF_HEAD "\"", pieces[j], 65000 / strlen(pieces[j]), "");

			(void)cut(&b, bare);
			(void)cut(&b, quoted);
			free(bare);
			free(quoted);
		}
		done(&b);
	}
}
END_TEST

/* ---- patterns ---- */

START_TEST(a_pattern_gives_its_named_groups)
{
	const struct format_source source = { .kind = FORMAT_PATTERN,
		.text = STR(
		    "^(?<time>\\S+) (?<request>[^|]*)\\|(?<duration_ms>\\d+)\\|(?<tier>\\w+)?") };
	struct bench b = { .format = made(&source) };
	char text[256];

	want_all(b.format, "path tier duration method");
	ck_assert_int_eq(format_unit(b.format, 2), RECORD_UNIT_MS);
	ck_assert_int_eq(format_want(b.format, STR("status")), -1);
	ready(&b, b.format);
	ck_assert_int_eq(cut(&b, "971211336 GET /a?b HTTP/1.1|12|gold"), RECORD_OK);
	ck_assert_str_eq(
	    told(&b, text, sizeof text), AT " path=</a> tier=<gold> duration=<12> method=<GET>");
	ck_assert_int_eq(cut(&b, "971211336 x|12|"), RECORD_OK);
	ck_assert_str_eq(told(&b, text, sizeof text),
	    AT " path=<(none)> tier=<(none)> duration=<12> method=<(none)>");
	ck_assert_int_eq(cut(&b, "971211336 x"), RECORD_BAD_FORMAT);
	ck_assert_int_eq(cut(&b, "soon x|12|"), RECORD_BAD_TIME);
	done(&b);
}
END_TEST

static const char *const patterns[] = {
	"^\\S+ \\S+ \\S+ \\[(?<time>[^\\]]+)\\] \"(?<method>[A-Z]+) (?<uri>[^ ]+)[^\"]*\" "
	"(?<status>\\d+) (?<bytes>\\d+|-)(?: (?<duration>[\\d.]+))?$",
	"^(?<client>.*?) - .* \\[(?<time>.*)\\] \"(?<request>.*)\" (?<status>\\d*) (?<bytes>\\S*)",
	"(?<time>\\[[^\\]]+\\]) \"(?<request>[^\"]*)\" (?<status>\\d{3}) ",
};

static const char *const pattern_lines =
    "h - - [10/Oct/2025:13:55:36 +0200] \"GET /a/b?q=1#x HTTP/1.1\" 200 51\n"
    "h - - [10/Oct/2025:13:55:59 +0200] \"GET http://h?q HTTP/1.1\" 200 - 0.5\n"
    "h - - [10/Oct/2025:13:55:60 +0200] \"POST /a/a/long/path/that/takes/more/than/one/look "
    "HTTP/1.1\" 404 1\n"
    "h - - [10/Oct/2025:13:55:37 +0200] \"-\" 400 0\n"
    "h - - [10/Oct/2025:13:55:37] \"GET / HTTP/1.1\" 200 -\n"
    "h - - [31/Feb/2025:13:55:37 +0200] \"GET / HTTP/1.1\" 200 1\n"
    "nothing of the kind\n"
    "\n"
    "h - - [10/Oct/2025:13:55:38 +0200] \"GET /last HTTP/1.1\" 2 51 0.25\n"
    "h - - [10/Oct/2025:13:55:39 +0200] \"GET /late HTTP/1.1\" 200 51 0.25";

/* A cutter that was told of the block and one that was not agree on each of its lines. */
START_TEST(a_pattern_gives_the_same_in_a_block_that_is_known)
{
	const struct str block = str_of(pattern_lines);
	struct stops stops = { .kind = STOPS_QUOTES, .block = block };

	for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
		const struct format_source source = { .kind = FORMAT_PATTERN,
			.text = str_of(patterns[i]) };
		struct bench known = { .format = made(&source) }, plain = { .format = NULL };
		struct lines_walk walk = { .block = block, .stops = &stops };
		struct lines_count count = { 0 };
		struct str line;

		want_all(known.format, "path method status");
		ck_assert_int_eq(format_want(known.format, STR("client")) >= 0, i == 1);
		ready(&known, known.format);
		plain.format = known.format;
		ck_assert_int_eq(format_cutter_new(&plain.cutter, plain.format, 0, NULL), NINES_OK);
		format_cutter_see(known.cutter, &stops);
		while (lines_split(&walk, &line, &count)) {
			const enum record_reject reject = format_cut(plain.cutter, line, &plain.r);
			char of_known[512], of_plain[512];

			ck_assert_int_eq(format_cut(known.cutter, line, &known.r), reject);
			ck_assert_str_eq(told(&known, of_known, sizeof of_known),
			    told(&plain, of_plain, sizeof of_plain));
		}
		format_cutter_free(plain.cutter);
		done(&known);
	}
}
END_TEST

START_TEST(a_time_alone_is_found_by_its_regex)
{
	const struct format_source first = { .kind = FORMAT_TIME, .text = STR("at=(\\S+)") };
	const struct format_source whole = { .kind = FORMAT_TIME, .text = STR("\\d{10}") };
	struct bench b = { .format = made(&first) };

	ck_assert_int_eq(format_want(b.format, STR("path")), -1);
	ready(&b, b.format);
	ck_assert_int_eq(cut(&b, "x at=971211336 y"), RECORD_OK);
	ck_assert_int_eq(b.r.time_s, 971211336);
	ck_assert_int_eq(cut(&b, "x"), RECORD_BAD_FORMAT);
	done(&b);
	ready(&b, made(&whole));
	ck_assert_int_eq(cut(&b, "x 1700000000 y"), RECORD_OK);
	ck_assert_int_eq(b.r.time_s, 1700000000);
	done(&b);
}
END_TEST

/* ---- slots ---- */

START_TEST(a_name_has_one_slot_and_there_are_so_many)
{
	const struct format_source source = { .kind = FORMAT_JSON };
	struct format *f = made(&source);
	char name[16];

	for (int i = 0; i < RECORD_SLOTS; i++) {
		snprintf(name, sizeof name, "a.f%d", i);
		ck_assert_int_eq(format_want(f, str_of(name)), i);
		ck_assert_int_eq(format_want(f, str_of(name)), i);
	}
	ck_assert_int_eq(format_slots(f), RECORD_SLOTS);
	ck_assert_int_eq(format_want(f, STR("a.more")), -2);
	ck_assert_int_eq(format_want(f, STR("path")), -2);
	ck_assert_int_eq(format_want(f, STR("nonsense")), -1);
	ck_assert_int_eq(format_ready(f, NULL), NINES_OK);
	format_free(f);
}
END_TEST

START_TEST(the_better_witness_of_a_field_is_taken)
{
	const struct format_source source = { .kind = FORMAT_TEXT,
		.text = STR(
		    "$msec $uri \"$request\" $server_name $host $bytes_sent $body_bytes_sent") };
	struct bench b = { .format = made(&source) };
	char text[256];

	want_all(b.format, "uri path host bytes server_name bytes_sent");
	ready(&b, b.format);
	ck_assert_int_eq(
	    cut(&b, "971211336 /index.php \"GET /shop HTTP/1.1\" _ shop.example 500 300"),
	    RECORD_OK);
	ck_assert_str_eq(told(&b, text, sizeof text),
	    AT " uri=</shop> path=</shop> host=<shop.example> bytes=<300> "
	       "server_name=<_> bytes_sent=<500>");
	done(&b);
}
END_TEST

/* ---- presets ---- */

static size_t read_file(const char *path, char *text, size_t room)
{
	FILE *file = fopen(path, "rb");
	size_t n;

	ck_assert_msg(file != NULL, "a preset without a real sample: %s", path);
	n = fread(text, 1, room - 1, file);
	text[n] = '\0';
	fclose(file);
	return n;
}

/* Cuts the field or line off the front of *text, up to `end` or a newline. */
static char *next_piece(char **text, char end)
{
	char *piece = *text, stop[3] = { end, '\n', '\0' };
	const size_t n = strcspn(piece, stop);

	*text = piece + n + (piece[n] == end);
	if (piece[n] == end)
		piece[n] = '\0';
	return piece;
}

static void check_value(const struct bench *b, int slot, const char *want, const char *line)
{
	const struct str v = b->r.field[slot], name = format_slot_name(b->format, slot);
	const int has = b->r.have >> slot & 1;

	ck_assert_msg(has ? str_is(v, want) : !strcmp(want, NONE), "%s: %.*s is '%.*s', not '%s'",
	    line, STR_ARG(name), has ? (int)v.n : 0, has ? v.p : "", want);
}

/* One row of fields.tsv against its line. */
static void check_row(struct bench *b, char *line, char *row)
{
	int64_t want = 0;
	const char *digits;

	ck_assert_int_eq(cut(b, line), RECORD_OK);
	(void)next_piece(&row, '\t');
	for (digits = next_piece(&row, '\t'); *digits; digits++)
		want = want * 10 + (*digits - '0');
	ck_assert_msg(b->r.time_s == want, "%s: %lld", line, (long long)b->r.time_s);
	for (int i = 0; i < format_slots(b->format); i++)
		check_value(b, i, next_piece(&row, '\t'), line);
}

static void check_preset(const struct format_preset *preset)
{
	static char sample[16384], fields[16384];
	const struct format_source source = { .kind = FORMAT_TEXT, .text = str_of(preset->name) };
	struct bench b = { .format = made(&source) };
	char path[1024], *line = sample, *row = fields, *heading;
	int rows = 0;

	snprintf(path, sizeof path, TESTS_DIR "/formats/%s/sample.log", preset->name);
	ck_assert_uint_gt(read_file(path, sample, sizeof sample), 0);
	snprintf(path, sizeof path, TESTS_DIR "/formats/%s/fields.tsv", preset->name);
	ck_assert_uint_gt(read_file(path, fields, sizeof fields), 0);
	heading = next_piece(&row, '\n');
	ck_assert_str_eq(next_piece(&heading, '\t'), "line");
	ck_assert_str_eq(next_piece(&heading, '\t'), "time_s");
	while (*heading)
		ck_assert_int_ge(format_want(b.format, str_of(next_piece(&heading, '\t'))), 0);
	ready(&b, b.format);
	for (; *line; rows++)
		check_row(&b, next_piece(&line, '\n'), next_piece(&row, '\n'));
	ck_assert_int_gt(rows, 2);
	ck_assert_int_eq(*row, '\0');
	done(&b);
}

START_TEST(every_preset_reads_its_real_sample)
{
	for (size_t i = 0; format_preset(i); i++)
		check_preset(format_preset(i));
}
END_TEST

START_TEST(every_preset_reads_the_sample_that_it_shows)
{
	for (size_t i = 0; format_preset(i); i++) {
		const struct format_preset *p = format_preset(i);
		const struct format_source source = { .kind = FORMAT_TEXT,
			.text = str_of(p->name) };
		struct bench b = { .format = NULL };
		int reads = 0;

		ready(&b, made(&source));
		ck_assert_int_eq(cut(&b, p->sample), RECORD_OK);
		ck_assert_int_eq(b.r.time_s, 1736849161);
		ck_assert_uint_gt(strlen(p->summary), 0);
		ck_assert_uint_gt(strlen(p->moment), 0);
		ck_assert_str_eq(
		    format_preset(i)->name, format_nearest(str_of(p->sample), &reads)->name);
		ck_assert_int_eq(reads, 1);
		done(&b);
	}
}
END_TEST

START_TEST(a_directive_that_a_preset_shows_reads_its_sample)
{
	for (size_t i = 0; format_preset(i); i++) {
		const struct format_preset *p = format_preset(i);
		const struct format_source source = { .kind = FORMAT_TEXT,
			.text = str_of(p->directive) };
		struct bench b = { .format = NULL };

		if (!p->directive)
			continue;
		ready(&b, made(&source));
		ck_assert_int_eq(cut(&b, p->sample), RECORD_OK);
		done(&b);
	}
}
END_TEST

START_TEST(the_nearest_preset_is_the_one_that_gets_furthest)
{
	static const struct {
		const char *line, *name;
		int reads;
	} near[] = {
		{ CLF_HEAD "\"GET / HTTP/1.1\" 200 5", "common", 1 },
		{ CLF_HEAD "\"GET / HTTP/1.1\" 200", "common", 0 },
		{ CLF_HEAD "\"GET / HTTP/1.1\" 200 5 \"-\" \"x\" \"-\"", "combined", 1 },
		{ CLF_HEAD "\"GET / HTTP/1.1\" 200 5 \"-\" \"x\" \"-\" 0.1", "combined+time", 1 },
		{ "{\"ts\":1700000000}", "json", 1 },
		{ "{\"x\":1}", "json", 0 },
		{ "Jan  1 00:00:00 host app: hello [world]", NULL, 0 },
		{ "hello", NULL, 0 },
		{ "", NULL, 0 },
	};

	for (size_t i = 0; i < sizeof near / sizeof *near; i++) {
		int reads = 7;
		const struct format_preset *p = format_nearest(str_of(near[i].line), &reads);

		ck_assert_msg(!p == !near[i].name, "%s", near[i].line);
		if (p)
			ck_assert_str_eq(p->name, near[i].name);
		ck_assert_msg(reads == near[i].reads, "%s", near[i].line);
	}
}
END_TEST

/* ---- what real servers wrote ---- */

static const char *data_dir(void)
{
	const char *dir = getenv("NINES_DATA");

	return dir ? dir : TESTS_DIR "/../../shared/data";
}

static const struct {
	const char *file, *format;
	unsigned ok, rejected;
} real[] = {
	{ "elastic_apache_logs/access.log", "combined", 9999, 1 },
	{ "nasa_short/access.log", "common", 7084, 0 },
	{ "formats/apache/beats_apache.log", "common", 7, 0 },
	{ "formats/apache/beats_nginx.log", "combined", 7, 0 },
	{ "formats/apache/lnav_access_log.log", "combined", 3, 0 },
	{ "formats/apache/plaso_apache_access.log", "common", 15, 0 },
	{ "formats/apache/webreadr_combined.log", "combined", 12, 0 },
	{ "formats/malformed/crowdsec_apache_malformed.log", "combined", 11, 0 },
	{ "formats/malformed/crowdsec_nginx_malformed.log", "combined", 12, 0 },
	{ "formats/malformed/lnav_bad_access_log.log", "combined", 2, 1 },
	{ "formats/nginx_request_time/alp_combined_rt.log", "combined+time", 13, 1 },
	{ "formats/nginx_request_time/alp_json.log", "json", 14, 0 },
	{ "formats/caddy/lnav_caddy_json.log", "json", 4, 0 },
	{ "formats/traefik/crowdsec_traefik_json.log", "json", 6, 1 },
	{ "formats/traefik/crowdsec_traefik_json_80.log", "json", 80, 0 },
	{ "formats/gcp_lb/gcp_lb.ndjson", "json", 3, 0 },
	{ "formats/cloudflare/lnav_cloudflare.json", "json", 1, 0 },
};

static void count_lines(struct bench *b, FILE *file, unsigned count[2])
{
	static char line[65536];

	while (fgets(line, sizeof line, file)) {
		line[strcspn(line, "\r\n")] = '\0';
		if (*line)
			count[cut(b, line) != RECORD_OK]++;
	}
}

START_TEST(real_logs_have_as_many_lines_as_were_counted)
{
	for (size_t i = 0; i < sizeof real / sizeof *real; i++) {
		const struct format_source source = { .kind = FORMAT_TEXT,
			.text = str_of(real[i].format) };
		struct bench b = { .format = NULL };
		unsigned count[2] = { 0, 0 };
		char path[1024];
		FILE *file;

		snprintf(path, sizeof path, "%s/%s", data_dir(), real[i].file);
		file = fopen(path, "rb");
		if (!file) {
			fprintf(stderr, "skipped, not there: %s\n", path);
			continue;
		}
		ready(&b, made(&source));
		count_lines(&b, file, count);
		ck_assert_msg(count[0] == real[i].ok && count[1] == real[i].rejected,
		    "%s: %u read, %u not", real[i].file, count[0], count[1]);
		done(&b);
		fclose(file);
	}
}
END_TEST

SUITE("format", a_directive_cuts_its_lines,
    a_line_that_does_not_fit_says_where_and_what_was_expected,
    a_wrong_directive_is_refused_with_its_column,
    a_pattern_with_a_mistake_is_refused_with_its_column,
    advice_is_given_where_a_directive_says_less_than_it_seems,
    a_request_line_gives_method_uri_path_query_and_proto, a_key_map_says_where_fields_are,
    a_key_map_without_a_time_is_refused, json_gives_any_dotted_path_and_canonical_names_only,
    deep_json_is_refused_and_long_strings_are_read, hostile_lines_cost_their_length,
    a_pattern_gives_its_named_groups, a_pattern_gives_the_same_in_a_block_that_is_known,
    a_time_alone_is_found_by_its_regex, a_name_has_one_slot_and_there_are_so_many,
    the_better_witness_of_a_field_is_taken, every_preset_reads_its_real_sample,
    every_preset_reads_the_sample_that_it_shows, a_directive_that_a_preset_shows_reads_its_sample,
    the_nearest_preset_is_the_one_that_gets_furthest, real_logs_have_as_many_lines_as_were_counted)
