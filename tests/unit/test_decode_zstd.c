#include "decode.h"

#include <zstd.h>

#include "decode_run.h"
#include "suite.h"

static const char *const text[] = {
	"10.0.0.1 GET /first 200\n10.0.0.2 GET /second 404\n10.0.0.3 GET /third 500\n",
	"10.0.0.4 POST /fourth 200\n10.0.0.5 POST /fifth 302\n",
	"a third frame without a newline at its end",
};

static void frame(struct gz *g, const void *p, size_t n, int checksum)
{
	const size_t most = ZSTD_compressBound(n);
	unsigned char *out = malloc(most);
	ZSTD_CCtx *context = ZSTD_createCCtx();
	size_t got;

	gz_require(out && context);
	gz_require(!ZSTD_isError(ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, checksum)));
	got = ZSTD_compress2(context, out, most, p, n);
	gz_require(!ZSTD_isError(got));
	g->last = g->n;
	gz_bytes(g, out, got);
	(void)ZSTD_freeCCtx(context);
	free(out);
}

/* A recipe: a b c frames of that text, A B C without checksums, e an empty one, s S skippable
 * frames of 5 and no bytes; and what is done to the end of what stands so far: z 512 zero bytes, j
 * junk, 1 2 that many bytes of a frame; M cut in the middle of the last frame, T its checksum cut
 * off, X its checksum changed, H a reserved bit of its header set. */
static void build(struct gz *g, const char *recipe)
{
	static const char zeros[512];

	for (; *recipe; recipe++) {
		switch (*recipe) {
		case 'a':
		case 'b':
		case 'c':
			frame(g, text[*recipe - 'a'], strlen(text[*recipe - 'a']), 1);
			break;
		case 'A':
		case 'B':
		case 'C':
			frame(g, text[*recipe - 'A'], strlen(text[*recipe - 'A']), 0);
			break;
		case 'e':
			frame(g, "", 0, 1);
			break;
		case 's':
			g->last = g->n;
			gz_bytes(g, "\x5e\x2a\x4d\x18\5\0\0\0hello", 13);
			break;
		case 'S':
			g->last = g->n;
			gz_bytes(g, "\x50\x2a\x4d\x18\0\0\0\0", 8);
			break;
		case 'z':
			gz_bytes(g, zeros, sizeof zeros);
			break;
		case 'j':
			gz_bytes(g, "no frame at all\n", 16);
			break;
		case '1':
		case '2':
			gz_bytes(g, "\x28\xb5", (size_t)(*recipe - '0'));
			break;
		case 'M':
			g->n = g->last + (g->n - g->last) / 2;
			break;
		case 'T':
			g->n -= 4;
			break;
		case 'X':
			g->p[g->n - 1] ^= 1;
			break;
		case 'H':
			g->p[g->last + 4] |= 0x08;
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
		const char *sure;  /* frames that are certain */
	} row[] = {
		{ "a", SOURCE_OK, "VE", "a" },
		{ "A", SOURCE_OK, "VE", "a" },
		{ "abc", SOURCE_OK, "VVVE", "abc" },
		{ "aBc", SOURCE_OK, "VVVE", "abc" },
		{ "e", SOURCE_OK, "VE", "" },
		{ "sa", SOURCE_OK, "VVE", "a" },
		{ "asb", SOURCE_OK, "VVVE", "ab" },
		{ "SaSSb", SOURCE_OK, "VVVVVE", "ab" },
		{ "s", SOURCE_OK, "VE", "" },
		{ "azb", SOURCE_OK, "VVE", "ab" },
		{ "az", SOURCE_OK, "VE", "a" },
		{ "aj", SOURCE_TRAILING, "VE", "a" },
		{ "ajb", SOURCE_CORRUPT, "VCVE", "ab" },
		{ "a1", SOURCE_TRUNCATED, "VTE", "a" },
		{ "a2", SOURCE_TRUNCATED, "VTE", "a" },
		{ "2", SOURCE_TRUNCATED, "TE", "" },
		{ "aM", SOURCE_TRUNCATED, "TE", "" },
		{ "AM", SOURCE_TRUNCATED, "TE", "" },
		{ "aT", SOURCE_TRUNCATED, "TE", "" },
		{ "abT", SOURCE_TRUNCATED, "VTE", "a" },
		{ "asM", SOURCE_TRUNCATED, "VTE", "a" },
		{ "aX", SOURCE_CORRUPT, "CE", "" },
		{ "aXb", SOURCE_CORRUPT, "CVE", "b" },
		{ "abXc", SOURCE_CORRUPT, "VCVE", "ac" },
		{ "aMb", SOURCE_CORRUPT, "CVE", "b" },
		{ "aTb", SOURCE_CORRUPT, "CVE", "b" },
		{ "aHb", SOURCE_CORRUPT, "CVE", "b" },
		{ "abH", SOURCE_CORRUPT, "VCE", "a" },
		{ "aXbM", SOURCE_CORRUPT, "CTE", "" },
	};
	/* clang-format on */
	struct decode *decode = new_decode();

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct gz g = { 0 };
		char sure[1024] = "";
		struct run r, other;

		build(&g, row[i].recipe);
		for (const char *c = row[i].sure; *c; c++)
			(void)snprintf(
			    sure + strlen(sure), sizeof sure - strlen(sure), "%s", text[*c - 'a']);
		decode_bytes(&r, decode, g.p, g.n, 0, 4096);
		ck_assert_msg(strcmp(r.event, row[i].event) == 0, "%s: %s", row[i].recipe, r.event);
		ck_assert_msg(r.source.status == row[i].status, "%s: %s", row[i].recipe,
		    source_status_name(r.source.status));
		ck_assert_msg(r.sure.n == strlen(sure) &&
		        (r.sure.n == 0 || memcmp(r.sure.p, sure, r.sure.n) == 0),
		    "%s", row[i].recipe);
		ck_assert_uint_eq(r.source.raw_bytes, g.n);
		ck_assert_str_eq(r.source.decoder, "zstd");
		decode_bytes(&other, decode, g.p, g.n, 1, 1);
		ck_assert_msg(same_run(&r, &other), "%s", row[i].recipe);
		run_fini(&other);
		run_fini(&r);
		gz_fini(&g);
	}
	decode_free(decode);
}
END_TEST

START_TEST(cut_at_any_length_gives_the_frames_that_are_whole)
{
	struct decode *decode = new_decode();
	struct gz g = { 0 };
	size_t end[3], bytes[4] = { 0 };

	for (size_t i = 0; i < 3; i++) {
		frame(&g, text[i], strlen(text[i]), i != 1);
		end[i] = g.n;
		bytes[i + 1] = bytes[i] + strlen(text[i]);
	}
	for (size_t n = 2; n <= g.n; n++) {
		const int whole = (n >= end[0]) + (n >= end[1]) + (n >= end[2]);
		const int sound = n == end[0] || n == end[1] || n == end[2];
		struct run r, other;

		decode_bytes(&r, decode, g.p, n, 0, 4096);
		ck_assert_uint_eq(r.sure.n, bytes[whole]);
		ck_assert_int_eq(r.source.status, sound ? SOURCE_OK : SOURCE_TRUNCATED);
		decode_bytes(&other, decode, g.p, n, 7, 3);
		ck_assert(same_run(&r, &other));
		run_fini(&r);
		run_fini(&other);
	}
	gz_fini(&g);
	decode_free(decode);
}
END_TEST

/* Which of the texts p is put together of, in order; bit i for text[i]. -1: it is not. */
static int texts_of(const struct gz *p)
{
	size_t at = 0;
	int which = 0;

	for (size_t i = 0; i < 3; i++) {
		const size_t n = strlen(text[i]);

		if (p->n - at < n || memcmp(p->p + at, text[i], n) != 0)
			continue;
		which |= 1 << i;
		at += n;
	}
	return at == p->n ? which : -1;
}

START_TEST(any_flipped_bit_is_noticed_costs_one_frame_and_never_verifies_wrong_bytes)
{
	/* clang-format off */
	static const struct {
		size_t piece, room;
	} cut[] = { { 1, 1 }, { 0, 3 }, { 7, 64 } };
	/* clang-format on */
	struct decode *decode = new_decode();
	struct gz g = { 0 };

	build(&g, "abc");
	for (size_t bit = 32; bit < g.n * 8; bit++) {
		struct run r, other;
		int which;

		g.p[bit / 8] ^= (unsigned char)(1u << bit % 8);
		decode_bytes(&r, decode, g.p, g.n, 0, 4096);
		which = texts_of(&r.sure);
		ck_assert_msg(which == 7 || which == 6 || which == 5 || which == 3,
		    "bit %zu: %d, %s", bit, which, r.event);
		ck_assert(!source_status_whole(r.source.status) || which == 7);
		for (size_t i = 0; i < sizeof cut / sizeof *cut; i++) {
			decode_bytes(&other, decode, g.p, g.n, cut[i].piece, cut[i].room);
			ck_assert_msg(same_run(&r, &other), "bit %zu, cut %zu: %s %s", bit, i,
			    r.event, other.event);
			run_fini(&other);
		}
		run_fini(&r);
		g.p[bit / 8] ^= (unsigned char)(1u << bit % 8);
	}
	gz_fini(&g);
	decode_free(decode);
}
END_TEST

/* RFC 8878, 3.1.1: a frame of one raw block whose header declares what it likes. */
START_TEST(a_frame_that_asks_for_too_much_is_named_and_the_next_one_read)
{
	/* clang-format off */
	static const struct {
		const char *p;
		size_t n;
		const char *event, *advice;  /* a piece of it; NULL: readable */
	} row[] = {
#define ROW(header, event, advice) \
		{ "\x28\xb5\x2f\xfd" header "\x29\0\0line\n", sizeof(header) + 11, event, advice }
		ROW("\x00\x00", "VVE", NULL),        /* a window of 1 KiB */
		ROW("\x00\x88", "VVE", NULL),        /* 128 MiB */
		ROW("\x00\x89", "CVE", "--long=31"), /* an eighth more */
		ROW("\x00\xa8", "CVE", "--long=31"),
		ROW("\x01\x00\x07", "CVE", "-D DICTIONARY"),
#undef ROW
	};
	/* clang-format on */
	struct decode *decode = new_decode();

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct gz g = { 0 };
		struct run r;

		gz_bytes(&g, row[i].p, row[i].n);
		build(&g, "b");
		decode_bytes(&r, decode, g.p, g.n, 0, 64);
		ck_assert_msg(strcmp(r.event, row[i].event) == 0, "%zu: %s", i, r.event);
		ck_assert_int_eq(r.source.status, row[i].advice ? SOURCE_UNSUPPORTED : SOURCE_OK);
		ck_assert(!row[i].advice || strstr(r.source.note, row[i].advice));
		run_fini(&r);
		gz_fini(&g);
	}
	decode_free(decode);
}
END_TEST

START_TEST(large_frames_and_bombs_stream)
{
	enum { N = 16 << 20 };
	static const size_t room[] = { 1 << 16, 1000, N };
	unsigned char *p = calloc(N, 1);
	struct decode *decode = new_decode();
	uint64_t x = 88172645463325252u;

	for (int noisy = 0; noisy < 2; noisy++) {
		struct gz g = { 0 };

		for (size_t i = 0; noisy && i < N; i++) {
			x ^= x << 13;
			x ^= x >> 7;
			x ^= x << 17;
			p[i] = (unsigned char)(x % 23);
		}
		frame(&g, p, N, 1);
		for (size_t i = 0; i < sizeof room / sizeof *room; i++) {
			struct run r;

			decode_bytes(&r, decode, g.p, g.n, i == 1 ? 999 : 0, room[i]);
			ck_assert_str_eq(r.event, "VE");
			ck_assert(r.sure.n == N && memcmp(r.sure.p, p, N) == 0);
			run_fini(&r);
		}
		gz_fini(&g);
	}
	free(p);
	decode_free(decode);
}
END_TEST

SUITE("decode_zstd", every_kind_of_damage_has_its_answer,
    cut_at_any_length_gives_the_frames_that_are_whole,
    any_flipped_bit_is_noticed_costs_one_frame_and_never_verifies_wrong_bytes,
    a_frame_that_asks_for_too_much_is_named_and_the_next_one_read, large_frames_and_bombs_stream)
