#include "decode.h"

#include <stdio.h>

#include "decode_run.h"
#include "suite.h"

/* ---- building inputs ---- */

static const char *const text[] = {
	"10.0.0.1 GET /first 200\n10.0.0.2 GET /second 404\n10.0.0.3 GET /third 500\n",
	"10.0.0.4 POST /fourth 200\n10.0.0.5 POST /fifth 302\n",
	"a third member without a newline at its end",
};

/* A recipe: a b c members of that text, e an empty member; and what is done to the end of what
 * stands so far: z 512 zero bytes, j junk, 1 8 the first one or two bytes of a member; M cut in the
 * middle of the last member, T its trailer cut off, C its CRC changed, S its size, B a byte in its
 * middle, H its method, R a reserved flag. */
static void build(struct gz *g, const char *recipe)
{
	static const char zeros[512];
	size_t m;

	for (; *recipe; recipe++) {
		m = g->last;
		switch (*recipe) {
		case 'a':
		case 'b':
		case 'c':
			gz_member(g, text[*recipe - 'a'], strlen(text[*recipe - 'a']), 9);
			break;
		case 'e':
			gz_member(g, "", 0, 9);
			break;
		case 'z':
			gz_bytes(g, zeros, sizeof zeros);
			break;
		case 'j':
			gz_bytes(g, "not gzip at all\n", 16);
			break;
		case '1':
			gz_bytes(g, "\x1f", 1);
			break;
		case '8':
			gz_bytes(g, "\x1f\x8b", 2);
			break;
		case 'M':
			g->n = m + (g->n - m) / 2;
			break;
		case 'T':
			g->n -= 8;
			break;
		case 'C':
			g->p[g->n - 8] ^= 1;
			break;
		case 'S':
			g->p[g->n - 4] ^= 1;
			break;
		case 'B':
			g->p[m + (g->n - m) / 2] ^= 0x10;
			break;
		case 'H':
			g->p[m + 2] = 9;
			break;
		case 'R':
			g->p[m + 3] |= 0x80;
			break;
		default:
			ck_abort_msg("recipe %c", *recipe);
		}
	}
}

START_TEST(every_kind_of_damage_has_its_answer)
{
	/* clang-format off */
	static const struct {
		const char *recipe;
		enum source_status status;
		const char *event;
		const char *sure;  /* members that are certain */
	} row[] = {
		{ "", SOURCE_OK, "VE", "" },
		{ "a", SOURCE_OK, "VE", "a" },
		{ "ab", SOURCE_OK, "VVE", "ab" },
		{ "abc", SOURCE_OK, "VVVE", "abc" },
		{ "e", SOURCE_OK, "VE", "" },
		{ "aeb", SOURCE_OK, "VVVE", "ab" },
		{ "azb", SOURCE_OK, "VVE", "ab" },
		{ "az", SOURCE_OK, "VE", "a" },
		{ "azzzbz", SOURCE_OK, "VVE", "ab" },
		{ "aj", SOURCE_TRAILING, "VE", "a" },
		{ "azj", SOURCE_TRAILING, "VE", "a" },
		{ "ajz", SOURCE_TRAILING, "VE", "a" },
		{ "ajb", SOURCE_CORRUPT, "VCVE", "ab" },
		{ "ajbj", SOURCE_CORRUPT, "VCVE", "ab" },
		{ "ajbjc", SOURCE_CORRUPT, "VCVCVE", "abc" },
		{ "a8", SOURCE_TRUNCATED, "VTE", "a" },
		{ "a1", SOURCE_TRUNCATED, "VTE", "a" },
		{ "az8", SOURCE_TRUNCATED, "VTE", "a" },
		{ "8", SOURCE_TRUNCATED, "TE", "" },
		{ "1", SOURCE_TRUNCATED, "TE", "" },
		{ "aM", SOURCE_TRUNCATED, "TE", "" },
		{ "aT", SOURCE_TRUNCATED, "TE", "" },
		{ "abM", SOURCE_TRUNCATED, "VTE", "a" },
		{ "abT", SOURCE_TRUNCATED, "VTE", "a" },
		{ "aC", SOURCE_CORRUPT, "CE", "" },
		{ "aS", SOURCE_CORRUPT, "CE", "" },
		{ "aB", SOURCE_CORRUPT, "CE", "" },
		{ "aCb", SOURCE_CORRUPT, "CVE", "b" },
		{ "aSb", SOURCE_CORRUPT, "CVE", "b" },
		{ "aBb", SOURCE_CORRUPT, "CVE", "b" },
		{ "aBzb", SOURCE_CORRUPT, "CVE", "b" },
		{ "aMb", SOURCE_CORRUPT, "CVE", "b" },
		{ "aTb", SOURCE_CORRUPT, "CVE", "b" },
		{ "abCc", SOURCE_CORRUPT, "VCVE", "ac" },
		{ "aCbCc", SOURCE_CORRUPT, "CCVE", "c" },
		{ "aCbM", SOURCE_CORRUPT, "CTE", "" },
		{ "aCj", SOURCE_CORRUPT, "CE", "" },
		{ "aH", SOURCE_CORRUPT, "CE", "" },
		{ "aHb", SOURCE_CORRUPT, "CVE", "b" },
		{ "aRb", SOURCE_CORRUPT, "CVE", "b" },
		{ "abH", SOURCE_TRAILING, "VE", "a" },
		{ "abHc", SOURCE_CORRUPT, "VCVE", "ac" },
		{ "abRc", SOURCE_CORRUPT, "VCVE", "ac" },
		{ "j", SOURCE_OK, "VE", "j" },
		{ "ja", SOURCE_OK, "VE", NULL },  /* text first: plain, whatever follows */
	};
	/* clang-format on */
	struct decode *decode = new_decode();

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		const char *recipe = row[i].recipe;
		struct gz g = { 0 };
		char sure[1024] = "";
		struct run r;

		build(&g, recipe);
		for (const char *c = row[i].sure; c && *c; c++)
			(void)snprintf(sure + strlen(sure), sizeof sure - strlen(sure), "%s",
			    *c == 'j' ? "not gzip at all\n" : text[*c - 'a']);
		decode_bytes(&r, decode, g.p, g.n, 0, 4096);
		ck_assert_msg(strcmp(r.event, row[i].event) == 0, "%s: %s", recipe, r.event);
		ck_assert_msg(r.source.status == row[i].status, "%s: %s", recipe,
		    source_status_name(r.source.status));
		if (row[i].sure)
			ck_assert_msg(r.sure.n == strlen(sure) &&
			        (r.sure.n == 0 || memcmp(r.sure.p, sure, r.sure.n) == 0),
			    "%s", recipe);
		ck_assert_uint_eq(r.source.raw_bytes, g.n);
		ck_assert_str_eq(r.source.decoder, g.n == 0 || recipe[0] == 'j' ? "plain" : "gzip");
		run_fini(&r);
		gz_fini(&g);
	}
	decode_free(decode);
}
END_TEST

START_TEST(damage_is_placed_where_it_showed)
{
	/* clang-format off */
	static const struct {
		const char *recipe, *before;  /* damage shows behind as many bytes as these give */
		size_t more;
	} row[] = {
		{ "aj", "a", 0 }, { "azj", "az", 0 }, { "ajb", "a", 0 }, { "a8", "a8", 0 },
		{ "abM", "abM", 0 }, { "aC", "aT", 4 }, { "abC", "abT", 4 }, { "aS", "a", 0 },
		{ "aH", "", 0 }, { "abHc", "a", 0 },
	};
	/* clang-format on */
	struct decode *decode = new_decode();

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct gz g = { 0 }, before = { 0 };
		struct run r;

		build(&g, row[i].recipe);
		build(&before, row[i].before);
		decode_bytes(&r, decode, g.p, g.n, 0, 4096);
		ck_assert_msg(r.source.damage_at == before.n + row[i].more, "%s: %ju",
		    row[i].recipe, (uintmax_t)r.source.damage_at);
		run_fini(&r);
		gz_fini(&before);
		gz_fini(&g);
	}
	decode_free(decode);
}
END_TEST

/* The verified bytes are whole members, in order; which: bit i for text[i]. -1: they are not. */
static int members_of(const struct gz *sure, const struct gz *member, size_t members)
{
	size_t at = 0;
	int which = 0;

	for (size_t i = 0; i < members; i++) {
		if (sure->n - at < member[i].n ||
		    memcmp(sure->p + at, member[i].p, member[i].n) != 0)
			continue;
		which |= 1 << i;
		at += member[i].n;
	}
	return at == sure->n ? which : -1;
}

static void build_members(struct gz *g, struct gz *plain, size_t *end)
{
	for (size_t i = 0; i < 3; i++) {
		gz_bytes(&plain[i], text[i], strlen(text[i]));
		gz_member(g, text[i], strlen(text[i]), i == 1 ? 0 : 9);
		end[i] = g->n;
		if (i == 1)
			gz_bytes(g, "\0\0\0\0\0", 5);
	}
}

START_TEST(cut_at_any_length_gives_the_members_that_are_whole)
{
	struct decode *decode = new_decode();
	struct gz g = { 0 }, plain[3] = { { 0 } };
	size_t end[3];

	build_members(&g, plain, end);
	for (size_t n = 0; n <= g.n; n++) {
		const int whole = (n >= end[0]) + 2 * (n >= end[1]) + 4 * (n >= end[2]);
		const int sound =
		    n == 0 || n == end[0] || (n >= end[1] && n <= end[1] + 5) || n == g.n;
		struct run r, other;

		decode_bytes(&r, decode, g.p, n, 0, 4096);
		ck_assert_int_eq(members_of(&r.sure, plain, 3), whole);
		ck_assert_msg(r.source.status == (sound ? SOURCE_OK : SOURCE_TRUNCATED), "%zu: %s",
		    n, source_status_name(r.source.status));
		ck_assert_int_eq(strchr(r.event, 'T') != NULL, !sound);
		decode_bytes(&other, decode, g.p, n, 1, 1);
		ck_assert(same_run(&r, &other));
		run_fini(&r);
		run_fini(&other);
	}
	for (size_t i = 0; i < 3; i++)
		gz_fini(&plain[i]);
	gz_fini(&g);
	decode_free(decode);
}
END_TEST

/* The header's text flag, time, extra flags and system tell nothing about the data, and no check
 * covers them. */
static int is_unchecked(size_t bit, const size_t *end)
{
	const size_t begin[3] = { 0, end[0], end[1] + 5 };

	for (size_t i = 0; i < 3; i++) {
		if (bit / 8 >= begin[i] + 4 && bit / 8 < begin[i] + 10)
			return 1;
		if (bit == (begin[i] + 3) * 8)
			return 1;
	}
	return 0;
}

START_TEST(any_flipped_bit_is_noticed_costs_one_member_and_never_verifies_wrong_bytes)
{
	/* clang-format off */
	static const struct {
		size_t piece, room;
	} cut[] = { { 1, 1 }, { 0, 3 }, { 7, 64 } };
	/* clang-format on */
	struct decode *decode = new_decode();
	struct gz g = { 0 }, plain[3] = { { 0 } };
	unsigned harmless = 0;
	size_t end[3];

	build_members(&g, plain, end);
	for (size_t bit = 0; bit < g.n * 8; bit++) {
		const unsigned char mask = (unsigned char)(1u << bit % 8);
		struct run r, other;
		int which;

		g.p[bit / 8] ^= mask;
		decode_bytes(&r, decode, g.p, g.n, 0, 4096);
		which = members_of(&r.sure, plain, 3);
		if (bit < 16) {
			ck_assert_str_eq(r.source.decoder, "plain");
		} else if (is_unchecked(bit, end)) {
			ck_assert_int_eq(which, 7);
			ck_assert_int_eq(r.source.status, SOURCE_OK);
		} else {
			ck_assert_msg(which == 7 || which == 6 || which == 5 || which == 3,
			    "bit %zu: %d", bit, which);
			harmless += (unsigned)source_status_whole(r.source.status);
			ck_assert(!source_status_whole(r.source.status) || which == 7);
		}
		for (size_t i = 0; i < sizeof cut / sizeof *cut; i++) {
			decode_bytes(&other, decode, g.p, g.n, cut[i].piece, cut[i].room);
			ck_assert_msg(same_run(&r, &other), "bit %zu, cut %zu: %s %s, %ju %ju", bit,
			    i, r.event, other.event, (uintmax_t)r.source.damage_at,
			    (uintmax_t)other.source.damage_at);
			run_fini(&other);
		}
		run_fini(&r);
		g.p[bit / 8] ^= mask;
	}
	/* The bits that fill up the last byte of a member's data are nobody's. */
	ck_assert_uint_le(harmless, 3 * 7);
	for (size_t i = 0; i < 3; i++)
		gz_fini(&plain[i]);
	gz_fini(&g);
	decode_free(decode);
}
END_TEST

/* Bytes that do not compress, so that a member is as long as its data; the same every time. */
static void noise(unsigned char *p, size_t n)
{
	uint64_t x = 88172645463325252u;

	for (size_t i = 0; i < n; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		p[i] = (unsigned char)(x >> 32);
	}
}

START_TEST(a_member_behind_a_long_broken_one_is_found)
{
	enum { N = 300000 };
	static const size_t room[] = { 1 << 20, 1000 };
	static const size_t piece[] = { 0, 1, 65536, 999 };
	/* Where the first member is cut; 0: a bit is flipped.  Some are about where the input
	 * buffer ends. */
	static const size_t cut[] = { 0, N / 2, 131000, 131060, 131072, 131100, 196600 };
	unsigned char *bytes = malloc(N);
	struct decode *decode = new_decode();

	noise(bytes, N);
	for (size_t c = 0; c < sizeof cut / sizeof *cut; c++) {
		struct gz g = { 0 };
		struct run first, r;

		gz_member(&g, bytes, N, 6);
		g.p[N / 2] ^= 1;
		g.n = cut[c] ? cut[c] : g.n;
		build(&g, "bzc");
		decode_bytes(&first, decode, g.p, g.n, 0, 1 << 20);
		ck_assert_msg(strcmp(first.event, "CVVE") == 0, "%zu: %s", cut[c], first.event);
		ck_assert_uint_eq(first.sure.n, strlen(text[1]) + strlen(text[2]));
		for (size_t i = 0; i < sizeof piece / sizeof *piece; i++) {
			decode_bytes(&r, decode, g.p, g.n, piece[i], room[i % 2]);
			ck_assert_msg(same_run(&first, &r), "%zu, piece %zu", cut[c], piece[i]);
			run_fini(&r);
		}
		run_fini(&first);
		gz_fini(&g);
	}
	free(bytes);
	decode_free(decode);
}
END_TEST

/* Each of these begins a member whose file name runs on and on, to a zero byte and an invalid
 * block.  Were the search to go back again and again, there would be a failure for every one of
 * them. */
START_TEST(forged_headers_cost_no_more_than_reading_twice)
{
	enum { N = 4 << 20, STEP = 40000 };
	unsigned char *p = malloc(N);
	struct decode *decode = new_decode();
	struct run r;

	for (size_t i = 0; i < N; i++)
		p[i] = (unsigned char)"\x1f\x8b\x08\x08\x11\x11\x11\x11\x02\x03"[i % 10];
	for (size_t i = STEP; i + 4 < N; i += STEP)
		memcpy(p + i, "\0\xff\xff\xff", 4);
	decode_bytes(&r, decode, p, N, 0, 65536);
	ck_assert_int_eq(r.source.status, SOURCE_CORRUPT);
	ck_assert_uint_eq(r.sure.n, 0);
	ck_assert_uint_ge(r.events, N / STEP);
	ck_assert_uint_le(r.events, 2 * N / STEP + 2);
	run_fini(&r);
	free(p);
	decode_free(decode);
}
END_TEST

START_TEST(a_read_error_anywhere_keeps_what_came_before)
{
	struct decode *decode = new_decode();
	struct gz g = { 0 }, plain[3] = { { 0 } };
	size_t end[3];

	build_members(&g, plain, end);
	for (size_t n = 0; n <= g.n; n++) {
		const int whole = (n >= end[0]) + 2 * (n >= end[1]) + 4 * (n >= end[2]);
		struct memory_file file[] = { memory_log(g.p, g.n) };
		struct memory_io m;
		struct run r;

		memory_init(&m, file, 1);
		m.fail_at = n;
		m.interrupt = 1;
		run_decode(&r, &m, decode, 4096);
		ck_assert_int_eq(members_of(&r.sure, plain, 3), whole);
		ck_assert_int_eq(r.source.status, SOURCE_READ_ERROR);
		ck_assert_int_eq(r.source.error, EIO);
		ck_assert_uint_eq(r.source.damage_at, n);
		ck_assert_str_eq(r.event + strlen(r.event) - 2, "FE");
		run_fini(&r);
		file[0] = memory_log(text[0], strlen(text[0]));
		memory_init(&m, file, 1);
		m.fail_at = n < file[0].n ? n : file[0].n;
		run_decode(&r, &m, decode, 4096);
		ck_assert_str_eq(r.event, "FE");
		ck_assert_uint_eq(r.all.n, m.fail_at);
		run_fini(&r);
	}
	for (size_t i = 0; i < 3; i++)
		gz_fini(&plain[i]);
	gz_fini(&g);
	decode_free(decode);
}
END_TEST

START_TEST(content_decides_and_what_cannot_be_read_says_what_to_do)
{
	/* clang-format off */
	static const struct {
		const char *p;
		size_t n;
		const char *decoder, *advice;  /* a piece of it; NULL: readable */
	} row[] = {
#define ROW(bytes, decoder, advice) { bytes, sizeof(bytes) - 1, decoder, advice }
		ROW("\xfd" "7zXZ\0...", "xz", "xzcat"),
		ROW("BZh91AY&SY...", "bzip2", "bzcat"),
		ROW("BZh1\x17\x72\x45\x38\x50\x90....", "bzip2", "bzcat"),
		ROW("\x04\x22\x4d\x18...", "lz4", "lz4cat"),
		ROW("\x1f\x9d\x90...", "compress", "zcat"),
		ROW("PK\x03\x04...", "zip", "unzip"),
		ROW("\xff\xfe" "1\0" "0\0", "utf-16", "iconv"),
		ROW("\xfe\xff\0" "1\0" "0", "utf-16", "iconv"),
		ROW("BZh9 is how a line may begin\n", "plain", NULL),
		ROW("BZh91AY&S", "plain", NULL),
		ROW("PK\n", "plain", NULL),
		ROW("P", "plain", NULL),
		ROW("(\n", "plain", NULL),
		ROW("\xef\xbb\xbf" "a line\n", "plain", NULL),
		ROW("\0\0\0\0\0\0\0\0\0\0\0\0", "plain", NULL),
		ROW("\x1e\x8b\x08", "plain", NULL),
		ROW("\xff", "plain", NULL),
		ROW("\n", "plain", NULL),
#undef ROW
	};
	/* clang-format on */
	struct decode *decode = new_decode();

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		for (size_t piece = 0; piece < 3; piece++) {
			struct run r;

			decode_bytes(&r, decode, row[i].p, row[i].n, piece, 5);
			ck_assert_str_eq(r.source.decoder, row[i].decoder);
			if (row[i].advice) {
				ck_assert_str_eq(r.event, "FE");
				ck_assert_int_eq(r.source.status, SOURCE_UNSUPPORTED);
				ck_assert_ptr_nonnull(strstr(r.source.note, row[i].advice));
				ck_assert_uint_eq(r.all.n, 0);
			} else {
				ck_assert_str_eq(r.event, "VE");
				ck_assert_int_eq(r.source.status, SOURCE_OK);
				ck_assert_ptr_null(r.source.note);
				ck_assert_uint_eq(r.sure.n, row[i].n);
				ck_assert_int_eq(memcmp(r.sure.p, row[i].p, row[i].n), 0);
			}
			run_fini(&r);
		}
	}
	decode_free(decode);
}
END_TEST

static int reads_zstd(void)
{
	return decode_name(2) != NULL;
}

START_TEST(zstd_is_known_by_its_magic_whether_it_can_be_read_or_not)
{
	/* clang-format off */
	static const struct {
		const char *p;
		size_t n;
		int is_zstd;
	} row[] = {
#define ROW(bytes, is) { bytes, sizeof(bytes) - 1, is }
		ROW("\x28\xb5\x2f\xfd\xff...", 1),
		ROW("\x28\xb5\x2f", 1),
		ROW("\x28\xb5", 1),
		ROW("\x50\x2a\x4d\x18\xff\xff\xff\xff....", 1),
		ROW("\x5f\x2a\x4d\x18\xff\xff\xff\xff....", 1),
		ROW("\x60\x2a\x4d\x18\xff\xff\xff\xff....", 0),
		ROW("P*M", 0),
		ROW("(", 0),
#undef ROW
	};
	/* clang-format on */
	struct decode *decode = new_decode();

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		const int unread = row[i].is_zstd && !reads_zstd();
		struct run r;

		decode_bytes(&r, decode, row[i].p, row[i].n, 1, 5);
		ck_assert_str_eq(r.source.decoder, row[i].is_zstd ? "zstd" : "plain");
		ck_assert_int_eq(r.source.status == SOURCE_OK, !row[i].is_zstd);
		ck_assert_int_eq(r.source.status == SOURCE_UNSUPPORTED, unread);
		ck_assert(!unread || strstr(r.source.note, "zstdcat"));
		run_fini(&r);
	}
	decode_free(decode);
}
END_TEST

START_TEST(headers_with_every_optional_field_are_read)
{
	struct decode *decode = new_decode();
	struct gz g = { 0 };
	z_stream z = { 0 };
	unsigned char extra[] = "XX\4\0data", name[] = "access.log", comment[] = "rotated";
	gz_header head = {
		.extra = extra, .extra_len = 8, .name = name, .comment = comment, .hcrc = 1
	};
	unsigned char in[] = "line\n", out[200];
	struct run r;

	for (int broken = 0; broken < 2; broken++) {
		z = (z_stream){
			.next_in = in, .avail_in = 5, .next_out = out, .avail_out = sizeof out
		};
		ck_assert_int_eq(deflateInit2(&z, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
		ck_assert_int_eq(deflateSetHeader(&z, &head), Z_OK);
		z.next_in = in;
		z.avail_in = 5;
		z.next_out = out;
		z.avail_out = sizeof out;
		ck_assert_int_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
		(void)deflateEnd(&z);
		out[25] ^= (unsigned char)broken;
		gz_bytes(&g, out, sizeof out - z.avail_out);
		build(&g, "b");
		decode_bytes(&r, decode, g.p, g.n, 1, 3);
		ck_assert_str_eq(r.event, broken ? "CVE" : "VVE");
		run_fini(&r);
		gz_fini(&g);
	}
	decode_free(decode);
}
END_TEST

START_TEST(a_bomb_streams_and_a_nested_one_stays_packed)
{
	enum { N = 16 << 20 };
	char *zeros = calloc(N, 1);
	struct decode *decode = new_decode();
	struct gz inner = { 0 }, outer = { 0 };
	struct run r;

	gz_member(&inner, zeros, N, 9);
	gz_member(&outer, inner.p, inner.n, 9);
	decode_bytes(&r, decode, inner.p, inner.n, 0, 1 << 16);
	ck_assert_uint_eq(r.source.bytes, N);
	run_fini(&r);
	decode_bytes(&r, decode, outer.p, outer.n, 0, 1 << 16);
	ck_assert_uint_eq(r.sure.n, inner.n);
	run_fini(&r);
	gz_fini(&inner);
	gz_fini(&outer);
	free(zeros);
	decode_free(decode);
}
END_TEST

START_TEST(the_decoders_are_listed_and_one_serves_many_sources)
{
	static const char *const recipe[] = { "aM", "j", "ab" };
	static const char *const event[] = { "TE", "VE", "VVE" };
	struct decode *decode = new_decode();

	ck_assert_str_eq(decode_name(0), "plain");
	ck_assert_str_eq(decode_name(1), "gzip");
	if (reads_zstd())
		ck_assert_str_eq(decode_name(2), "zstd");
	ck_assert_ptr_null(decode_name(reads_zstd() ? 3 : 2));
	for (int i = 0; i < 6; i++) {
		struct gz g = { 0 };
		struct run r;

		build(&g, recipe[i % 3]);
		decode_bytes(&r, decode, g.p, g.n, 0, 16);
		ck_assert_str_eq(r.event, event[i % 3]);
		run_fini(&r);
		gz_fini(&g);
	}
	decode_free(decode);
	decode_free(NULL);
}
END_TEST

/* More than the blocks between the threads hold. */
START_TEST(running_ahead_changes_nothing_and_may_stop_anywhere)
{
	enum { N = 3 << 20 };
	static const char *const recipe[] = { "abc", "aMb", "aj", "abM", "j", "" };
	static const size_t room[] = { 1 << 20, 100, 4096 };
	unsigned char *bytes = malloc(N);
	struct decode *plainly = new_decode(), *ahead = new_decode();

	noise(bytes, N);
	decode_may_run_ahead(ahead, 1);
	for (size_t i = 0; i < 2 * sizeof recipe / sizeof *recipe; i++) {
		struct gz g = { 0 };
		struct run a, b;

		if (i % 2)
			gz_member(&g, bytes, N, 1);
		build(&g, recipe[i / 2]);
		decode_bytes(&a, plainly, g.p, g.n, 0, 1 << 16);
		for (size_t k = 0; k < sizeof room / sizeof *room; k++) {
			decode_bytes(&b, ahead, g.p, g.n, 0, room[k]);
			ck_assert_msg(same_run(&a, &b), "%zu: %s, %s", i, a.event, b.event);
			ck_assert_ptr_eq(a.source.decoder, b.source.decoder);
			ck_assert_uint_eq(a.source.bytes, b.source.bytes);
			run_fini(&b);
		}
		run_fini(&a);
		gz_fini(&g);
	}
	free(bytes);
	decode_free(plainly);
	decode_free(ahead);
}
END_TEST

START_TEST(a_reader_ahead_can_be_left_at_any_time)
{
	enum { N = 2 << 20 };
	static const char *const name[] = { "log" };
	unsigned char *bytes = malloc(N);
	struct decode *decode = new_decode();
	struct gz g = { 0 };

	noise(bytes, N);
	gz_member(&g, bytes, N, 1);
	decode_may_run_ahead(decode, 1);
	for (int calls = 0; calls < 12; calls++) {
		struct memory_file file[] = { memory_log(g.p, g.n) };
		struct source_list list;
		struct memory_io m;
		char p[4096];
		size_t got;

		memory_init(&m, file, 1);
		ck_assert_int_eq(source_list_open(&list, name, 1, &m.io, NULL), NINES_OK);
		decode_begin(decode, &list, 0);
		for (int i = 0; i < calls; i++) {
			ck_assert_int_eq(decode_next(decode, p, sizeof p, &got), DECODE_DATA);
			ck_assert_mem_eq(p, bytes + (size_t)i * sizeof p, got);
		}
		decode_end(decode);
		ck_assert_int_eq(decode_next(decode, p, sizeof p, &got), DECODE_END);
		source_list_close(&list);
	}
	gz_fini(&g);
	free(bytes);
	decode_free(decode);
}
END_TEST

SUITE("decode", every_kind_of_damage_has_its_answer, damage_is_placed_where_it_showed,
    cut_at_any_length_gives_the_members_that_are_whole,
    any_flipped_bit_is_noticed_costs_one_member_and_never_verifies_wrong_bytes,
    a_member_behind_a_long_broken_one_is_found, forged_headers_cost_no_more_than_reading_twice,
    a_read_error_anywhere_keeps_what_came_before,
    content_decides_and_what_cannot_be_read_says_what_to_do,
    zstd_is_known_by_its_magic_whether_it_can_be_read_or_not,
    headers_with_every_optional_field_are_read, a_bomb_streams_and_a_nested_one_stays_packed,
    the_decoders_are_listed_and_one_serves_many_sources,
    running_ahead_changes_nothing_and_may_stop_anywhere, a_reader_ahead_can_be_left_at_any_time)
