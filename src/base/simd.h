/* Bytes by the sixteen: SSE2, which every x86-64 has, NEON, which every arm64 has, or plain C; all
 * give the same answers.  Wider registers buy 7 % where all text goes through (stops.c), elsewhere
 * nothing.  Nothing here reads a byte outside what it is given. */
#ifndef SIMD_H
#define SIMD_H
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define SIMD_BYTES  16
#define SIMD_WINDOW 64 /* bytes that one 64-bit mask tells about */

/* A range of bytes, each number sixteen times and with its top bit turned, since SSE2 compares
 * bytes with a sign only. */
struct simd_range {
	uint8_t least[SIMD_BYTES], more[SIMD_BYTES];
};

static inline void simd_range_set(struct simd_range *r, uint8_t from, uint8_t to)
{
	memset(r->least, from ^ 0x80, sizeof r->least);
	memset(r->more, (uint8_t)(to - from) ^ 0x80, sizeof r->more);
}

/* SIMD_PORTABLE (the build option NINES_SIMD=OFF): plain C wherever it runs. */
#if defined(__SSE2__) && !defined(SIMD_PORTABLE)
#include <emmintrin.h>

/* Bit i: byte i of the sixteen at p is c. */
static inline uint32_t simd_equal(const char *p, char c)
{
	const __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)p);

	return (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(c)));
}

/* Bit i: byte i of the sixteen at p is over 0x7f. */
static inline uint32_t simd_high(const char *p)
{
	return (uint32_t)_mm_movemask_epi8(_mm_loadu_si128((const __m128i *)(const void *)p));
}

/* Bit i: byte i of the sixteen at p is a or b. */
static inline uint32_t simd_equal_either(const char *p, char a, char b)
{
	const __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)p);

	return (uint32_t)_mm_movemask_epi8(_mm_or_si128(
	    _mm_cmpeq_epi8(bytes, _mm_set1_epi8(a)), _mm_cmpeq_epi8(bytes, _mm_set1_epi8(b))));
}

/* Bit i: byte i of the sixteen at p and that at q are the same. */
static inline uint32_t simd_same(const char *p, const char *q)
{
	return (uint32_t)_mm_movemask_epi8(
	    _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)(const void *)p),
	        _mm_loadu_si128((const __m128i *)(const void *)q)));
}

/* Bit i: byte i of the sixteen at p is a digit. */
static inline uint32_t simd_digits(const char *p)
{
	const __m128i value =
	    _mm_sub_epi8(_mm_loadu_si128((const __m128i *)(const void *)p), _mm_set1_epi8('0'));

	return (uint32_t)_mm_movemask_epi8(
	    _mm_cmpeq_epi8(_mm_min_epu8(value, _mm_set1_epi8(9)), value));
}

/* Bit i: byte i of the sixteen at p is in none of the n ranges. */
static inline uint32_t simd_outside(const char *p, const struct simd_range *r, unsigned n)
{
	const __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)p);
	__m128i outside = _mm_set1_epi8(-1);

	for (unsigned i = 0; i < n; i++) {
		const __m128i *range = (const __m128i *)(const void *)&r[i];
		const __m128i beyond = _mm_sub_epi8(bytes, _mm_loadu_si128(range));

		outside =
		    _mm_and_si128(outside, _mm_cmpgt_epi8(beyond, _mm_loadu_si128(range + 1)));
	}
	return (uint32_t)_mm_movemask_epi8(outside);
}

/* Windows laid over each other: that none of their bytes is over 0x7f takes one look. */
struct simd_laid {
	__m128i bits;
};

static inline struct simd_laid simd_laid_none(void)
{
	return (struct simd_laid){ _mm_setzero_si128() };
}

static inline struct simd_laid simd_lay_window(struct simd_laid laid, const char *p)
{
	const __m128i *bytes = (const __m128i *)(const void *)p;
	const __m128i low = _mm_or_si128(_mm_loadu_si128(bytes), _mm_loadu_si128(bytes + 1));
	const __m128i high = _mm_or_si128(_mm_loadu_si128(bytes + 2), _mm_loadu_si128(bytes + 3));

	return (struct simd_laid){ _mm_or_si128(laid.bits, _mm_or_si128(low, high)) };
}

static inline int simd_laid_is_ascii(struct simd_laid laid)
{
	return !_mm_movemask_epi8(laid.bits);
}

#elif defined(__aarch64__) && defined(__ARM_NEON) && !defined(SIMD_PORTABLE)
#include <arm_neon.h>

/* NEON has no movemask: each byte keeps the bit of its place, and each half is added up. */
static inline uint32_t simd_mask(uint8x16_t all_or_nothing)
{
	static const uint8_t place[SIMD_BYTES] = { 1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32,
		64, 128 };
	const uint8x16_t bits = vandq_u8(all_or_nothing, vld1q_u8(place));

	return (uint32_t)vaddv_u8(vget_low_u8(bits)) | (uint32_t)vaddv_u8(vget_high_u8(bits)) << 8;
}

static inline uint32_t simd_equal(const char *p, char c)
{
	return simd_mask(vceqq_u8(vld1q_u8((const uint8_t *)p), vdupq_n_u8((uint8_t)c)));
}

static inline uint32_t simd_high(const char *p)
{
	return simd_mask(vcgeq_u8(vld1q_u8((const uint8_t *)p), vdupq_n_u8(0x80)));
}

static inline uint32_t simd_equal_either(const char *p, char a, char b)
{
	const uint8x16_t bytes = vld1q_u8((const uint8_t *)p);

	return simd_mask(vorrq_u8(
	    vceqq_u8(bytes, vdupq_n_u8((uint8_t)a)), vceqq_u8(bytes, vdupq_n_u8((uint8_t)b))));
}

static inline uint32_t simd_same(const char *p, const char *q)
{
	return simd_mask(vceqq_u8(vld1q_u8((const uint8_t *)p), vld1q_u8((const uint8_t *)q)));
}

static inline uint32_t simd_digits(const char *p)
{
	return simd_mask(
	    vcleq_u8(vsubq_u8(vld1q_u8((const uint8_t *)p), vdupq_n_u8('0')), vdupq_n_u8(9)));
}

static inline uint32_t simd_outside(const char *p, const struct simd_range *r, unsigned n)
{
	const uint8x16_t bytes = vld1q_u8((const uint8_t *)p);
	uint8x16_t outside = vdupq_n_u8(0xff);

	for (unsigned i = 0; i < n; i++) {
		const uint8x16_t beyond = vsubq_u8(bytes, vld1q_u8(r[i].least));
		const uint8x16_t more = vld1q_u8(r[i].more);

		outside = vandq_u8(
		    outside, vcgtq_s8(vreinterpretq_s8_u8(beyond), vreinterpretq_s8_u8(more)));
	}
	return simd_mask(outside);
}

struct simd_laid {
	uint8x16_t bits;
};

static inline struct simd_laid simd_laid_none(void)
{
	return (struct simd_laid){ vdupq_n_u8(0) };
}

static inline struct simd_laid simd_lay_window(struct simd_laid laid, const char *p)
{
	const uint8_t *bytes = (const uint8_t *)p;
	const uint8x16_t low = vorrq_u8(vld1q_u8(bytes), vld1q_u8(bytes + 16));
	const uint8x16_t high = vorrq_u8(vld1q_u8(bytes + 32), vld1q_u8(bytes + 48));

	return (struct simd_laid){ vorrq_u8(laid.bits, vorrq_u8(low, high)) };
}

static inline int simd_laid_is_ascii(struct simd_laid laid)
{
	return vmaxvq_u8(laid.bits) < 0x80;
}

#else

static inline uint32_t simd_equal(const char *p, char c)
{
	uint32_t bits = 0;

	for (unsigned i = 0; i < SIMD_BYTES; i++)
		bits |= (uint32_t)(p[i] == c) << i;
	return bits;
}

static inline uint32_t simd_high(const char *p)
{
	uint32_t bits = 0;

	for (unsigned i = 0; i < SIMD_BYTES; i++)
		bits |= (uint32_t)((unsigned char)p[i] >> 7) << i;
	return bits;
}

static inline uint32_t simd_equal_either(const char *p, char a, char b)
{
	return simd_equal(p, a) | simd_equal(p, b);
}

static inline uint32_t simd_same(const char *p, const char *q)
{
	uint32_t bits = 0;

	for (unsigned i = 0; i < SIMD_BYTES; i++)
		bits |= (uint32_t)(p[i] == q[i]) << i;
	return bits;
}

static inline uint32_t simd_digits(const char *p)
{
	uint32_t bits = 0;

	for (unsigned i = 0; i < SIMD_BYTES; i++)
		bits |= (uint32_t)(p[i] >= '0' && p[i] <= '9') << i;
	return bits;
}

static inline uint32_t simd_outside(const char *p, const struct simd_range *r, unsigned n)
{
	uint32_t bits = (1u << SIMD_BYTES) - 1;

	for (unsigned i = 0; i < n; i++) {
		for (unsigned k = 0; k < SIMD_BYTES; k++) {
			const uint8_t beyond = (uint8_t)((uint8_t)p[k] - r[i].least[k]) ^ 0x80;
			const uint8_t more = r[i].more[k] ^ 0x80;

			bits &= ~((uint32_t)(beyond <= more) << k);
		}
	}
	return bits;
}

struct simd_laid {
	uint32_t bits;
};

static inline struct simd_laid simd_laid_none(void)
{
	return (struct simd_laid){ 0 };
}

static inline struct simd_laid simd_lay_window(struct simd_laid laid, const char *p)
{
	return (struct simd_laid){ laid.bits | simd_high(p) | simd_high(p + 16) |
		simd_high(p + 32) | simd_high(p + 48) };
}

static inline int simd_laid_is_ascii(struct simd_laid laid)
{
	return laid.bits == 0;
}

#endif

/* The same for the 64 bytes of a window. */
static inline uint64_t simd_window_equal(const char *p, char c)
{
	return (uint64_t)simd_equal(p, c) | (uint64_t)simd_equal(p + 16, c) << 16 |
	    (uint64_t)simd_equal(p + 32, c) << 32 | (uint64_t)simd_equal(p + 48, c) << 48;
}

static inline uint64_t simd_window_equal_either(const char *p, char a, char b)
{
	return (uint64_t)simd_equal_either(p, a, b) |
	    (uint64_t)simd_equal_either(p + 16, a, b) << 16 |
	    (uint64_t)simd_equal_either(p + 32, a, b) << 32 |
	    (uint64_t)simd_equal_either(p + 48, a, b) << 48;
}

/* The bytes of [p, end) that are c, at most the first 16 or 64 of them, as bits.  What is left is
 * often shorter than that; then it is looked at together with bytes before it, which may be read
 * from `from` on. */
static inline uint32_t simd_next(const char *from, const char *p, const char *end, char c)
{
	uint32_t bits = 0;

	if (end - p >= SIMD_BYTES)
		return simd_equal(p, c);
	if (end - from >= SIMD_BYTES)
		return simd_equal(end - SIMD_BYTES, c) >> (SIMD_BYTES - (end - p));
	for (unsigned i = 0; p < end; i++)
		bits |= (uint32_t)(*p++ == c) << i;
	return bits;
}

static inline uint32_t simd_next_either(
    const char *from, const char *p, const char *end, char a, char b)
{
	if (end - p >= SIMD_BYTES)
		return simd_equal_either(p, a, b);
	return simd_next(from, p, end, a) | simd_next(from, p, end, b);
}

static inline uint64_t simd_next_window(const char *from, const char *p, const char *end, char c)
{
	uint64_t bits = 0;

	if (end - p >= SIMD_WINDOW)
		return simd_window_equal(p, c);
	if (end - from >= SIMD_WINDOW && p < end)
		return simd_window_equal(end - SIMD_WINDOW, c) >> (SIMD_WINDOW - (end - p));
	for (unsigned i = 0; p < end; i++)
		bits |= (uint64_t)(*p++ == c) << i;
	return bits;
}

/* The first c in [p, end), or NULL.  For words: most are shorter than 16 bytes. */
static inline const char *simd_find(const char *from, const char *p, const char *end, char c)
{
	for (; p < end; p += SIMD_BYTES) {
		const uint32_t hits = simd_next(from, p, end, c);

		if (hits)
			return p + __builtin_ctz(hits);
	}
	return NULL;
}

/* The same for text of any length: steps are larger, so that their number hardly varies, for a loop
 * whose end the processor did not foresee costs more than all the comparing. */
static inline const char *simd_find_far(const char *from, const char *p, const char *end, char c)
{
	for (; p < end; p += SIMD_WINDOW) {
		const uint64_t hits = simd_next_window(from, p, end, c);

		if (hits)
			return p + __builtin_ctzll(hits);
	}
	return NULL;
}

/* The first a or b in [p, end), or end. */
static inline const char *simd_find_either(
    const char *from, const char *p, const char *end, char a, char b)
{
	for (; p < end; p += SIMD_BYTES) {
		const uint32_t hits = simd_next_either(from, p, end, a, b);

		if (hits)
			return p + __builtin_ctz(hits);
	}
	return end;
}

/* The last c in [p, end), or NULL. */
static inline const char *simd_find_last(const char *p, const char *end, char c)
{
	for (; end - p >= SIMD_BYTES; end -= SIMD_BYTES) {
		const uint32_t hits = simd_equal(end - SIMD_BYTES, c);

		if (hits)
			return end - SIMD_BYTES + (31 - __builtin_clz(hits));
	}
	while (end > p)
		if (*--end == c)
			return end;
	return NULL;
}

/* The first of the sixteen places at p where the text is, or NULL: its first and last byte are
 * rarely both there by chance. */
static inline const char *simd_next_text(const char *p, const char *text, size_t n)
{
	uint32_t hits = simd_equal(p, text[0]) & simd_equal(p + n - 1, text[n - 1]);

	for (; hits; hits &= hits - 1)
		if (!memcmp(p + __builtin_ctz(hits), text, n))
			return p + __builtin_ctz(hits);
	return NULL;
}

/* The first place in [p, end) where the text is, or NULL; it has two bytes or more. */
static inline const char *simd_find_text(const char *p, const char *end, const char *text, size_t n)
{
	const char *last, *found;

	if ((size_t)(end - p) < SIMD_BYTES + n - 1) {
		for (; (size_t)(end - p) >= n; p++)
			if (!memcmp(p, text, n))
				return p;
		return NULL;
	}
	/* The last sixteen places may overlap those before. */
	last = end - (SIMD_BYTES + n - 1);
	for (; p < last; p += SIMD_BYTES)
		if ((found = simd_next_text(p, text, n)))
			return found;
	return simd_next_text(last, text, n);
}
#endif
