#include "stops.h"

/* What was found in one window. */
struct found {
	uint64_t newline, quote, escape;
};

static inline uint64_t listed(enum stops_kind kind, struct found f)
{
	return kind == STOPS_QUOTES ? f.newline | f.quote : f.newline;
}

static inline void mark(enum stops_kind kind, struct stops_look *look, size_t i, struct found f)
{
	if (kind != STOPS_MARKS)
		return;
	look->mark[i] = f.quote | f.escape;
}

static inline uint32_t *list(uint32_t *to, uint64_t bits, uint32_t at)
{
	for (; bits; bits &= bits - 1)
		*to++ = at + (uint32_t)__builtin_ctzll(bits);
	return to;
}

/* Inlined once for each kind, so that none costs what another needs. */
static inline int look_for(
    enum stops_kind kind, const char *p, size_t windows, uint32_t at, struct stops_look *look)
{
	struct simd_laid laid = simd_laid_none();
	uint32_t *to = look->list;

	for (size_t i = 0; i < windows; i++, p += SIMD_WINDOW, at += SIMD_WINDOW) {
		const struct found f = {
			.newline = simd_window_equal(p, '\n'),
			.quote = kind == STOPS_LINES ? 0 : simd_window_equal(p, '"'),
			.escape = kind == STOPS_MARKS ? simd_window_equal(p, '\\') : 0,
		};

		to = list(to, listed(kind, f), at);
		mark(kind, look, i, f);
		laid = simd_lay_window(laid, p);
	}
	look->list = to;
	return !simd_laid_is_ascii(laid);
}

static int look_narrow(
    enum stops_kind kind, const char *p, size_t windows, uint32_t at, struct stops_look *look)
{
	if (kind == STOPS_MARKS)
		return look_for(STOPS_MARKS, p, windows, at, look);
	return kind == STOPS_QUOTES ? look_for(STOPS_QUOTES, p, windows, at, look)
	                            : look_for(STOPS_LINES, p, windows, at, look);
}

#if defined(__x86_64__) && !defined(SIMD_PORTABLE)
#include <immintrin.h>

/* The same by wider registers, where the processor has them: all the text goes through here and
 * nothing of it is kept in between, so that here they are worth their while.  Those of AVX-512,
 * which could pack a list by one instruction, are not: that took 2 % off the whole on Zen 5. */
#define WIDE __attribute__((target("avx2,bmi,popcnt")))

WIDE static inline uint64_t wide_equal(__m256i low, __m256i high, char c)
{
	const __m256i all = _mm256_set1_epi8(c);

	return (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, all)) |
	    (uint64_t)(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(high, all)) << 32;
}

/* Nearly all windows have at most so many stops.  As many are written whatever their number is,
 * since a loop that goes once for each costs more where its end was not foreseen than the writing
 * does. JSON's lines are so long that most windows have none. */
WIDE static inline uint32_t *wide_list(
    enum stops_kind kind, uint32_t *to, uint64_t bits, uint32_t at)
{
	const int few = kind == STOPS_QUOTES ? 4 : 1;
	uint32_t *const end = to + _mm_popcnt_u64(bits);

	if (kind == STOPS_MARKS)
		return list(to, bits, at);
	for (int i = 0; i < few; i++, bits = _blsr_u64(bits))
		*to++ = at + (uint32_t)_tzcnt_u64(bits);
	if (__builtin_expect(to < end, 0))
		(void)list(to, bits, at);
	return end;
}

WIDE static inline int wide_look(
    enum stops_kind kind, const char *p, size_t windows, uint32_t at, struct stops_look *look)
{
	__m256i laid = _mm256_setzero_si256();
	uint32_t *to = look->list;

	for (size_t i = 0; i < windows; i++, p += SIMD_WINDOW, at += SIMD_WINDOW) {
		const __m256i *bytes = (const __m256i *)(const void *)p;
		const __m256i low = _mm256_loadu_si256(bytes);
		const __m256i high = _mm256_loadu_si256(bytes + 1);
		const struct found f = {
			.newline = wide_equal(low, high, '\n'),
			.quote = kind == STOPS_LINES ? 0 : wide_equal(low, high, '"'),
			.escape = kind == STOPS_MARKS ? wide_equal(low, high, '\\') : 0,
		};

		to = wide_list(kind, to, listed(kind, f), at);
		mark(kind, look, i, f);
		laid = _mm256_or_si256(laid, _mm256_or_si256(low, high));
	}
	look->list = to;
	return _mm256_movemask_epi8(laid) != 0;
}

WIDE static int look_wide(
    enum stops_kind kind, const char *p, size_t windows, uint32_t at, struct stops_look *look)
{
	if (kind == STOPS_MARKS)
		return wide_look(STOPS_MARKS, p, windows, at, look);
	return kind == STOPS_QUOTES ? wide_look(STOPS_QUOTES, p, windows, at, look)
	                            : wide_look(STOPS_LINES, p, windows, at, look);
}

static int is_wide(void)
{
	return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
	    __builtin_cpu_supports("popcnt");
}
#else
#define look_wide look_narrow
static int is_wide(void)
{
	return 0;
}
#endif

int stops_look(
    enum stops_kind kind, const char *p, size_t windows, uint32_t at, struct stops_look *look)
{
	return is_wide() ? look_wide(kind, p, windows, at, look)
	                 : look_narrow(kind, p, windows, at, look);
}
