#include <stdio.h>

#include "../fuzz/chain_check.h"
#include "suite.h"

#define COMBINED                                                                           \
	"203.0.113.9 - ann [10/Oct/2025:13:55:36 +0200] \"GET /a/b?q=1 HTTP/1.1\" 200 51 " \
	"\"https://x.example/\" \"Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101\""
#define LITTLE "198.51.100.1 - - [10/Oct/2025:13:55:36 +0000] \"-\" 400 - \"-\" \"-\""

/* Regexes as people write them for their servers' logs, and lines they are meant for.  Those with
 * quick = 1 match their line without PCRE2. */
static const struct {
	const char *regex, *line;
	int quick;
} logs[] = {
	{ "^(?<client>\\S+) \\S+ \\S+ \\[(?<time>[^\\]]+)\\] \"(?<method>[A-Z]+) (?<path>[^ ?]+)"
	  "[^\"]*\" (?<status>\\d+) (?<bytes>\\d+) \"[^\"]*\" \"[^\"]*\" (?<duration>[\\d.]+)$",
	    COMBINED " 0.088", 1 },
	{ "^(\\S+) (\\S+) (\\S+) \\[([\\w:/]+\\s[+\\-]\\d{4})\\] \"(\\S+) (\\S+)\\s*(\\S*)\" "
	  "(\\d{3}) (\\S+)",
	    COMBINED, 1 },
	{ "^(?P<client>[\\d.]+) - (?P<user>[^ ]*) \\[(?P<time>.*?)\\] \"(?P<request>.*?)\" "
	  "(?P<status>\\d+) (?P<bytes>\\d+|-)",
	    COMBINED, 1 },
	{ "^(?<client>\\S+) \\S+ \\S+ \\[(?<time>.+?)\\] \"(?:(?<method>\\S+) (?<path>\\S+)"
	  "(?: (?<proto>HTTP/[\\d.]+))?|-)\" (?<status>\\d{3}) (?<bytes>-|\\d+)",
	    COMBINED, 1 },
	{ "^(?<client>\\S+) .+? \"(?:(?<method>\\S+) (?<path>\\S+) [^\"]*|-)\" (?<status>\\d+)",
	    LITTLE, 0 },
	{ "^(?<client>\\S+) .+? \"(?:(?<method>\\w+) (?<path>\\S+) [^\"]*|-)\" (?<status>\\d+)",
	    LITTLE, 1 },
	{ "^(?<client>[^ ]*) [^ ]* (?<user>[^ ]*) \\[(?<time>[^\\]]*)\\] \"(?<method>\\S+)"
	  "(?: +(?<path>[^\\\"]*?)(?: +\\S*)?)?\" (?<code>[^ ]*) (?<size>[^ ]*)"
	  "(?: \"(?<referer>[^\\\"]*)\" \"(?<agent>.*)\")$",
	    COMBINED, 0 },
	{ "^(.*) - (.*) \\[(.*)\\] \"(.*) (.*) (.*)\" ([0-9]{3}) ([0-9]+) \"(.*)\" \"(.*)\"$",
	    COMBINED, 0 },
	{ "^(\\S+) .* \\[(?<time>.*)\\] \"(?<request>.*)\" (?<status>\\d+) .* \"(?<agent>.*)\"$",
	    "h - - [t] \"GET / HTTP/1.1\" 200 1 \"-\" \"x\"", 0 },
	{ "^(?<a>.*) (?<status>[1-5]\\d\\d)$", "some text 12 and more 404", 1 },
	{ "^\\w{3} [ \\d]\\d \\d\\d:\\d\\d:\\d\\d (?<host>\\S+) haproxy\\[(?<pid>\\d+)\\]: "
	  "(?<client>[^:]+):(?<port>\\d+) \\[(?<time>[^\\]]+)\\] (?<front>\\S+) (?<back>[^/]+)/"
	  "(?<server>\\S+) (?<tq>-?\\d+)/(-?\\d+)/(-?\\d+)/(-?\\d+)/(?<duration_ms>\\+?\\d+) "
	  "(?<status>\\d+) (?<bytes>\\+?\\d+) \\S+ \\S+ (\\S{4}) .* \"(?<request>[^\"]*)\"$",
	    "Feb  6 12:14:14 lb haproxy[14389]: 10.0.1.2:33317 [06/Feb/2009:12:14:14.655] http-in "
	    "static/srv1 10/0/30/69/109 200 2750 - - ---- 1/1/1/1/0 0/0 \"GET /index.html "
	    "HTTP/1.1\"",
	    1 },
	{ "^<(?<pri>\\d{1,3})>1 (?<time>\\S+) (?<host>\\S+) (?<app>[\\w.-]+) (?<pid>-|\\d+) "
	  "(?<id>\\S+) (?<sd>-|\\[.*?\\]) ?(?<message>.*)",
	    "<165>1 2003-10-11T22:14:15.003Z mymachine.example.com evntslog - ID47 "
	    "[exampleSDID@32473 iut=\"3\"] An application event",
	    1 },
	{ "^\\[(?<time>\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z)\\] \"(?<method>\\w+) "
	  "(?<path>[^?\\s]+)\\S* (?<proto>\\S+)\" (?<status>\\d+) (?<flags>\\S+) (\\d+) (\\d+) "
	  "(?<duration_ms>\\d+) (\\d+|-) ",
	    "[2016-04-15T20:17:00.310Z] \"POST /api/v1/locations?x HTTP/2\" 204 - 154 0 226 100 "
	    "\"10.0.35.28\" \"nsq2http\"",
	    1 },
	{ "(?<duration_ms>\\d+)ms$", "x 12 took 5ms", 0 },
	{ "time=(?<time>\\S+) .*status=(?<status>\\d+) .*?path=\"(?<path>[^\"]*)\"",
	    "level=info time=2025-01-01T00:00:00Z msg=x status=200 n=1 path=\"/a b\"", 1 },
	{ "\\[([^\\]]+)\\]", "a b [c] d [e]", 1 },
	{ "\\d{10}", "at 1700000000 x", 1 },
	{ "at=(\\S+)", "x at=5", 1 },
	{ "^(?<time>\\d{4}/\\d\\d/\\d\\d \\d\\d:\\d\\d:\\d\\d)\\t(?<level>[a-z]+)\\t",
	    "2025/01/02 03:04:05\tinfo\tx", 1 },
};

/* What stands apart: whether it is understood at all. */
static const struct {
	const char *regex;
	int understood;
} oddities[] = {
	{ "^a", 1 },
	{ "a$", 1 },
	{ "^", 1 },
	{ "$", 1 },
	{ "", 1 },
	{ "^a|b", 0 },
	{ "^(a|b)$", 1 },
	{ "^(a|)b", 1 },
	{ "^(|a)b", 0 },
	{ "^(a||c)b", 0 },
	{ "^(a)?(b)?$", 1 },
	{ "^(a*)?b", 0 },
	{ "^((a)|(b)|(c))?d", 1 },
	{ "^(?:(a)|x)(?:(b)|y)", 1 },
	{ "^((a)?b)?c", 1 },
	{ "^(a)??b", 0 },
	{ "^(a)?+b", 0 },
	{ "^(a)*b", 0 },
	{ "^(a){2}b", 0 },
	{ "^a??b", 1 },
	{ "^a*?b", 1 },
	{ "^[ab]*?ab", 1 },
	{ "^[ab]*ab", 1 },
	{ "^[ab]*+ab", 1 },
	{ "^[ab]{2}ab", 1 },
	{ "^[ab]{2,3}ab", 1 },
	{ "^[ab]{2,3}?ab", 1 },
	{ "^[ab]{2,}b", 1 },
	{ "^a{0}b", 1 },
	{ "^a{,3}b", 0 },
	{ "^.*?$", 1 },
	{ "^.*?", 0 },
	{ "^(.*?)(b)$", 0 },
	{ "^.*b.*$", 1 },
	{ "^.*a.*b.*a", 1 },
	{ "^(((a)))b", 1 },
	{ "^(?i)a", 0 },
	{ "^(?=a)a", 0 },
	{ "^(?<!a)a", 0 },
	{ "^(?<=a)a", 0 },
	{ "^(?>a+)b", 0 },
	{ "^(?|(a)|(b))", 0 },
	{ "^(?#a)b", 0 },
	{ "^(a)\\1", 0 },
	{ "^a\\b", 0 },
	{ "^\\Qa\\E", 0 },
	{ "^[[:alpha:]]+", 0 },
	{ "^[\\d-]+", 1 },
	{ "^[]a]+b", 1 },
	{ "^[^]a]+b", 1 },
	{ "^[\\s\\S]*b", 1 },
	{ "[^a]*b", 1 },
	{ "[ab]+c", 1 },
	{ "(a)b", 1 },
	{ "(?<x>a|b)c", 1 },
	{ "^a(b$|c)", 1 },
	{ "a^b", 0 },
	{ "^a$b", 1 },
	{ "^\\$\\^\\|", 1 },
	{ "^\xc3\xa4+", 1 },
	{ "^[\x80-\xff]+a", 1 },
	{ "^[acegikmoqsuwy]+b", 1 },
	{ "^aaaaaaaaaaaaab", 1 },
	{ "^[ab]*aaaaaaaaab", 1 },
	{ "^.*a.*a.*a.*a.*a.*a.*a.*a.*a", 0 },
	{ "aaaaaaaaaaaaaaaaaaaaaaaa", 1 },
};

static unsigned next(unsigned *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 16;
}

static unsigned below(unsigned *seed, unsigned n)
{
	return next(seed) % n;
}

static int check(const char *regex, uint8_t wanted, struct str line)
{
	struct chain_check x;
	int matches;

	ck_assert_msg(chain_check_init(&x, str_of(regex), wanted), "%s", regex);
	matches = x.chain && chain_check_line(&x, line);
	chain_check_fini(&x);
	return matches;
}

START_TEST(regexes_for_logs_match_without_pcre2)
{
	for (size_t i = 0; i < sizeof logs / sizeof *logs; i++) {
		const struct str line = str_of(logs[i].line);
		const int quick = check(logs[i].regex, 0xff, line);

		ck_assert_msg(quick == logs[i].quick, "%s", logs[i].regex);
		ck_assert(check(logs[i].regex, 0xfe, line) == quick);
		ck_assert(check(logs[i].regex, 0, line) || !quick);
	}
}
END_TEST

START_TEST(lines_that_are_nearly_right_are_matched_as_pcre2_does)
{
	static const char bytes[] = "\"\" []\\-.?/:\t\n\r0a\x80";
	unsigned seed = 1;

	for (size_t i = 0; i < sizeof logs / sizeof *logs; i++) {
		struct chain_check x;
		char text[512];

		ck_assert(chain_check_init(&x, str_of(logs[i].regex), 0xff));
		for (int round = 0; x.chain && round < 1000; round++) {
			size_t n = strlen(logs[i].line);

			memcpy(text, logs[i].line, n);
			for (unsigned k = below(&seed, 4); k > 0; k--)
				text[below(&seed, (unsigned)n)] = bytes[below(&seed, sizeof bytes)];
			if (below(&seed, 4) == 0)
				n = below(&seed, (unsigned)n + 1);
			(void)chain_check_line(&x, (struct str){ text, n });
		}
		chain_check_fini(&x);
	}
}
END_TEST

/* All lines of up to five of these bytes. */
START_TEST(odd_regexes_are_understood_or_not_but_never_wrong)
{
	static const char bytes[] = { 'a', 'b', 'c', '\n', ' ' };

	for (size_t i = 0; i < sizeof oddities / sizeof *oddities; i++) {
		struct chain_check x;

		ck_assert_msg(
		    chain_check_init(&x, str_of(oddities[i].regex), 0xff), "%s", oddities[i].regex);
		ck_assert_msg((x.chain != NULL) == oddities[i].understood, "%s", oddities[i].regex);
		for (unsigned code = 0; x.chain && code < 3125; code++) {
			char text[5];
			unsigned rest = code;

			for (size_t k = 0; k < 5; k++, rest /= 5)
				text[k] = bytes[rest % 5];
			for (size_t n = 0; n <= 5; n++)
				(void)chain_check_line(&x, (struct str){ text, n });
		}
		chain_check_fini(&x);
	}
}
END_TEST

/* ---- random chains ---- */

static const char *const pieces[] = { "a", "b", "ab", " ", "\"", "\\.", "a+", "a*", "a?", "[ab]+",
	"[ab]*", "[^b]*", "[^\"]*", "[^a ]+", "\\S+", "\\S*?", ".*", ".*?", ".+?", "\\w+", "\\d+",
	"[ab]{2}", "[ab]{1,2}", "[^b]{2,}", "a++", "[ab]*+", "(?:a|b)", "(?:ab?|\\d)", "(?:a)?",
	"(?:b+ )?", "(a|b+)", "(?: \")?", "[^ab]", "[\\w.-]+", "$" };
#define PIECES (sizeof pieces / sizeof *pieces)

static void make_regex(char *to, size_t room, unsigned *seed)
{
	size_t n = (size_t)snprintf(to, room, "%s", below(seed, 4) ? "^" : "");
	unsigned open = 0;

	for (unsigned left = 1 + below(seed, 7); left > 0; left--) {
		const int opens = below(seed, 3) == 0, closes = open > 0 && below(seed, 2) == 0;

		open += (unsigned)opens;
		n += (size_t)snprintf(
		    to + n, room - n, "%s%s", opens ? "(" : "", pieces[below(seed, PIECES)]);
		if (closes)
			n += (size_t)snprintf(to + n, room - n, ")");
		open -= (unsigned)closes;
	}
	for (; open > 0; open--)
		n += (size_t)snprintf(to + n, room - n, ")");
	(void)snprintf(to + n, room - n, "%s", below(seed, 3) == 0 ? "$" : "");
}

START_TEST(random_chains_match_as_pcre2_does)
{
	static const char bytes[] = "aaaabbb  \".1\n";
	unsigned seed = 3, understood = 0, matched = 0;

	for (int round = 0; round < 4000; round++) {
		struct chain_check x;
		char regex[256], text[64];

		make_regex(regex, sizeof regex, &seed);
		ck_assert_msg(
		    chain_check_init(&x, str_of(regex), (uint8_t)next(&seed)), "%s", regex);
		understood += x.chain != NULL;
		for (int i = 0; x.chain && i < 30; i++) {
			const size_t n = below(&seed, i % 3 ? 10 : sizeof text);

			for (size_t k = 0; k < n; k++)
				text[k] = bytes[below(&seed, sizeof bytes - 1)];
			matched += (unsigned)chain_check_line(&x, (struct str){ text, n });
		}
		chain_check_fini(&x);
	}
	/* Enough of both to mean something. */
	ck_assert_uint_gt(understood, 2000);
	ck_assert_uint_gt(matched, 10000);
}
END_TEST

START_TEST(long_lines_are_left_to_pcre2)
{
	char *text = malloc(CHAIN_LINE_MAX + 1);

	ck_assert_ptr_nonnull(text);
	memset(text, 'a', CHAIN_LINE_MAX + 1);
	ck_assert(check("^a+", 0xff, (struct str){ text, CHAIN_LINE_MAX }));
	ck_assert(!check("^a+", 0xff, (struct str){ text, CHAIN_LINE_MAX + 1 }));
	free(text);
}
END_TEST

SUITE("chain", regexes_for_logs_match_without_pcre2,
    lines_that_are_nearly_right_are_matched_as_pcre2_does,
    odd_regexes_are_understood_or_not_but_never_wrong, random_chains_match_as_pcre2_does,
    long_lines_are_left_to_pcre2)
