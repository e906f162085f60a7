/* All inflaters of the build tell the same of the same input, whatever became of it. */
#include "decode_inflate.h"

#include "decode_impl.h"
#include "decode_run.h"
#include "suite.h"

struct dice {
	uint64_t x;
};

static uint32_t roll(struct dice *dice, uint32_t sides)
{
	dice->x ^= dice->x << 13;
	dice->x ^= dice->x >> 7;
	dice->x ^= dice->x << 17;
	return (uint32_t)(dice->x >> 32) % sides;
}

/* Lines like those of a log, the same every time. */
static size_t write_text(char *p, size_t room, struct dice *dice)
{
	static const char *const path[] = { "/", "/search", "/api/cart", "/p/1234/x" };
	size_t n = 0;

	while (room - n > 100)
		n += (size_t)snprintf(p + n, room - n, "10.0.%u.%u GET %s HTTP/1.1 %u %u\n",
		    roll(dice, 256), roll(dice, 256), path[roll(dice, 4)],
		    200 + roll(dice, 4) * 100, roll(dice, 100000));
	return n;
}

/* Three members of dynamic, fixed and stored blocks, about 1.4 KB. */
static void build(struct gz *g)
{
	struct dice dice = { 88172645463325252u };
	static const int level[] = { 9, 1, 0 };
	char text[3000];

	for (size_t i = 0; i < 3; i++) {
		const size_t n = write_text(text, i == 0 ? sizeof text : 400, &dice);

		gz_member(g, text, n, level[i]);
	}
}

/* Decodes n bytes by every inflater, uncut and cut.  Where exactly damage showed is a library's own
 * affair. */
static void compare(const void *p, size_t n, const char *what, size_t which)
{
	/* clang-format off */
	static const struct {
		size_t piece, room;
	} cut[] = { { 0, 16384 }, { 61, 1500 } };
	/* clang-format on */
	const struct decode_inflate *inflate;
	struct run want, got;

	for (size_t i = 0; (inflate = decode_inflate_row(i)) != NULL; i++) {
		struct decode *decode = new_decode();

		decode->inflate = inflate;
		for (size_t c = 0; c < sizeof cut / sizeof *cut; c++) {
			decode_bytes(i + c ? &got : &want, decode, p, n, cut[c].piece, cut[c].room);
			if (i + c == 0)
				continue;
			got.source.damage_at = want.source.damage_at;
			ck_assert_msg(same_run(&want, &got), "%s %zu by %s, cut %zu: %s, %s", what,
			    which, inflate->name, c, want.event, got.event);
			run_fini(&got);
		}
		decode_free(decode);
	}
	run_fini(&want);
}

START_TEST(the_same_of_every_cut_length)
{
	struct gz g = { 0 };

	build(&g);
	for (size_t n = 0; n <= g.n; n++)
		compare(g.p, n, "cut at", n);
	gz_fini(&g);
}
END_TEST

START_TEST(the_same_of_every_flipped_bit)
{
	struct gz g = { 0 };

	build(&g);
	for (size_t bit = 0; bit < g.n * 8; bit++) {
		g.p[bit / 8] ^= (unsigned char)(1u << bit % 8);
		compare(g.p, g.n, "bit", bit);
		g.p[bit / 8] ^= (unsigned char)(1u << bit % 8);
	}
	gz_fini(&g);
}
END_TEST

/* A cut, a flipped bit, a run of zeros, a piece left out. */
static void damage(struct gz *g, struct dice *dice)
{
	const size_t at = 1 + roll(dice, (uint32_t)g->n - 1), left = g->n - at;
	const size_t n = left < 600 ? left : roll(dice, 600);

	switch (roll(dice, 4)) {
	case 0:
		g->n = at;
		break;
	case 1:
		g->p[at] ^= (unsigned char)(1u << roll(dice, 8));
		break;
	case 2:
		memset(g->p + at, 0, n);
		break;
	default:
		memmove(g->p + at, g->p + at + n, left - n);
		g->n -= n;
		break;
	}
}

START_TEST(the_same_of_large_members_with_random_damage)
{
	enum { TEXT = 400000, ROUNDS = 120 };
	struct dice dice = { 3405691582u };
	char *text = malloc(TEXT);
	struct gz sound = { 0 };

	for (int i = 0; i < 3; i++)
		gz_member(&sound, text, write_text(text, TEXT / (i ? 8 : 1), &dice), 6);
	for (size_t i = 0; i < ROUNDS; i++) {
		struct gz g = { 0 };

		gz_bytes(&g, sound.p, sound.n);
		for (uint32_t k = i > 0 ? 1 + roll(&dice, 2) : 0; k > 0; k--)
			damage(&g, &dice);
		compare(g.p, g.n, "round", i);
		gz_fini(&g);
	}
	gz_fini(&sound);
	free(text);
}
END_TEST

SUITE("decode_inflate", the_same_of_every_cut_length, the_same_of_every_flipped_bit,
    the_same_of_large_members_with_random_damage)
