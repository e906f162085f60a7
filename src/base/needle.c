#include "needle.h"

#include <string.h>

#include "simd.h"

/* The higher the rarer.  Half of a log is digits and what is between them; agents are full of
 * capitals, but each of them is rare. */
static unsigned rarity(char c)
{
	static const char common[] = " \"/.-:;,()=_";

	if (c >= 'a' && c <= 'z')
		return 1;
	if (c >= 'A' && c <= 'Z')
		return 2;
	return (c >= '0' && c <= '9') || memchr(common, c, sizeof common - 1) ? 0 : 3;
}

struct needle needle_of(struct str text)
{
	size_t first = 0, last = text.n - 1;

	for (size_t i = 1; i + 1 < text.n; i++)
		if (rarity(text.p[i]) > rarity(text.p[first]))
			first = i;
	for (size_t i = text.n - 1; i-- > first + 1;)
		if (rarity(text.p[i]) > rarity(text.p[last]))
			last = i;
	return (struct needle){ text, { first, last } };
}

static inline int is_here(const struct needle *n, const char *p)
{
	return memcmp(p, n->text.p, n->text.n) == 0;
}

/* Of the places that `hits` marks, behind p, the first with all of the text. */
static inline const char *first_of(const struct needle *n, const char *p, uint64_t hits)
{
	for (; hits; hits &= hits - 1)
		if (is_here(n, p + __builtin_ctzll(hits)))
			return p + __builtin_ctzll(hits);
	return NULL;
}

/* The last places, fewer than a window, and those of short text. */
static const char *find_near(const struct needle *n, const char *p, const char *end)
{
	for (; end - p >= SIMD_BYTES + (ptrdiff_t)n->at[1]; p += SIMD_BYTES) {
		uint32_t hits = simd_equal(p + n->at[0], n->text.p[n->at[0]]) &
		    simd_equal(p + n->at[1], n->text.p[n->at[1]]);

		for (; hits; hits &= hits - 1) {
			const char *const at = p + __builtin_ctz(hits);

			if (end - at >= (ptrdiff_t)n->text.n && is_here(n, at))
				return at;
		}
	}
	for (; end - p >= (ptrdiff_t)n->text.n; p++)
		if (is_here(n, p))
			return p;
	return NULL;
}

/* Whole windows of places: each may be the beginning of all of the text. */
static const char *find(const struct needle *n, const char *p, const char *end)
{
	const ptrdiff_t window = SIMD_WINDOW - 1 + (ptrdiff_t)n->text.n;
	const char *found;

	for (; end - p >= window; p += SIMD_WINDOW) {
		const uint64_t hits = simd_window_equal(p + n->at[0], n->text.p[n->at[0]]) &
		    simd_window_equal(p + n->at[1], n->text.p[n->at[1]]);

		if (hits && (found = first_of(n, p, hits)))
			return found;
	}
	return find_near(n, p, end);
}

#if defined(__x86_64__) && !defined(SIMD_PORTABLE)
#include <immintrin.h>

#define WIDE      __attribute__((target("avx2")))
#define WIDE_STEP 128

WIDE static inline __m256i wide_hits(const char *a, const char *b, __m256i is_a, __m256i is_b)
{
	return _mm256_and_si256(
	    _mm256_cmpeq_epi8(_mm256_loadu_si256((const __m256i *)(const void *)a), is_a),
	    _mm256_cmpeq_epi8(_mm256_loadu_si256((const __m256i *)(const void *)b), is_b));
}

WIDE static inline uint64_t wide_bits(__m256i low, __m256i high)
{
	return (uint32_t)_mm256_movemask_epi8(low) |
	    (uint64_t)(uint32_t)_mm256_movemask_epi8(high) << 32;
}

/* The same by registers twice as wide and steps twice as long: all of a block goes through here,
 * and what it does 32 bytes at a time is two comparisons and hardly anything else. */
WIDE static const char *find_wide(const struct needle *n, const char *p, const char *end)
{
	const ptrdiff_t step = WIDE_STEP - 1 + (ptrdiff_t)n->text.n;
	const __m256i is_a = _mm256_set1_epi8(n->text.p[n->at[0]]);
	const __m256i is_b = _mm256_set1_epi8(n->text.p[n->at[1]]);
	const char *found;

	for (; end - p >= step; p += WIDE_STEP) {
		const char *const a = p + n->at[0], *const b = p + n->at[1];
		const __m256i hits[] = {
			wide_hits(a, b, is_a, is_b),
			wide_hits(a + 32, b + 32, is_a, is_b),
			wide_hits(a + 64, b + 64, is_a, is_b),
			wide_hits(a + 96, b + 96, is_a, is_b),
		};
		const __m256i low = _mm256_or_si256(hits[0], hits[1]);
		const __m256i high = _mm256_or_si256(hits[2], hits[3]);
		const __m256i any = _mm256_or_si256(low, high);

		if (_mm256_testz_si256(any, any))
			continue;
		if ((found = first_of(n, p, wide_bits(hits[0], hits[1]))))
			return found;
		if ((found = first_of(n, p + SIMD_WINDOW, wide_bits(hits[2], hits[3]))))
			return found;
	}
	return find(n, p, end);
}

static int is_wide(void)
{
	return __builtin_cpu_supports("avx2");
}
#else
#define find_wide find
static int is_wide(void)
{
	return 0;
}
#endif

const char *needle_find(const struct needle *n, const char *p, const char *end)
{
	return is_wide() ? find_wide(n, p, end) : find(n, p, end);
}
