#include <stdlib.h>
#include <string.h>

#include "simd.h"
#include "suite.h"

/* Byte by byte, what each function promises. */
static const char *model_find(const char *p, const char *end, char a, char b)
{
	while (p < end && *p != a && *p != b)
		p++;
	return p < end ? p : NULL;
}

static const char *model_find_last(const char *p, const char *end, char c)
{
	while (end > p)
		if (*--end == c)
			return end;
	return NULL;
}

/* Few values, so that all of them are met often: the ends of signed and unsigned ranges among them.
 */
static void fill(char *p, size_t n, unsigned *seed)
{
	static const char some[] = { 'a', 'b', 'x', 'x', 'x', '\0', '\x7f', '\x80', '\xff', '\n' };

	for (size_t i = 0; i < n; i++) {
		*seed = *seed * 1664525u + 1013904223u;
		p[i] = some[(*seed >> 16) % sizeof some];
	}
}

START_TEST(a_mask_has_the_bits_of_its_bytes)
{
	unsigned seed = 1;
	char p[SIMD_WINDOW];

	for (int round = 0; round < 500; round++) {
		uint64_t equal, high = 0, want = 0;

		fill(p, sizeof p, &seed);
		for (unsigned i = 0; i < SIMD_WINDOW; i++) {
			want |= (uint64_t)(p[i] == '\x80') << i;
			high |= (uint64_t)((unsigned char)p[i] >> 7) << i;
		}
		equal = simd_window_equal(p, '\x80');
		ck_assert(equal == want);
		ck_assert_uint_eq(simd_equal(p, '\x80'), want & 0xffff);
		ck_assert_uint_eq(simd_high(p), high & 0xffff);
		ck_assert_int_eq(
		    simd_laid_is_ascii(simd_lay_window(simd_laid_none(), p)), high == 0);
	}
}
END_TEST

START_TEST(a_mask_tells_the_same_bytes_and_the_digits)
{
	unsigned seed = 3;
	char p[SIMD_BYTES], q[SIMD_BYTES];

	for (int round = 0; round < 500; round++) {
		uint32_t same = 0, digits = 0;

		fill(p, sizeof p, &seed);
		fill(q, sizeof q, &seed);
		/* '/' to ':' lie around the digits. */
		for (unsigned i = 0; i < SIMD_BYTES; i += 1 + (unsigned)round % 3)
			p[i] = (char)('/' + (seed >> 16) % 12 + i % 2);
		for (unsigned i = 0; i < SIMD_BYTES; i++) {
			same |= (uint32_t)(p[i] == q[i]) << i;
			digits |= (uint32_t)(p[i] >= '0' && p[i] <= '9') << i;
		}
		ck_assert_uint_eq(simd_same(p, q), same);
		ck_assert_uint_eq(simd_same(p, p), 0xffff);
		ck_assert_uint_eq(simd_digits(p), digits);
	}
}
END_TEST

/* Ranges that touch the ends of the bytes and of the signed ones. */
START_TEST(bytes_outside_ranges_are_marked)
{
	static const uint8_t ends[][2] = { { 0, 0 }, { 255, 255 }, { 0, 255 }, { 0x7f, 0x80 },
		{ 'a', 'b' }, { 0x80, 0xff }, { 0, 0x7f }, { 'x', 'x' } };
	struct simd_range range[sizeof ends / sizeof *ends];

	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
		simd_range_set(&range[i], ends[i][0], ends[i][1]);
	for (unsigned first = 0; first < 256; first += SIMD_BYTES) {
		char p[SIMD_BYTES];

		for (unsigned k = 0; k < SIMD_BYTES; k++)
			p[k] = (char)(first + k);
		ck_assert_uint_eq(simd_outside(p, range, 0), 0xffff);
		for (size_t i = 0; i + 1 < sizeof ends / sizeof *ends; i++) {
			uint32_t one = 0, two;

			for (unsigned k = 0; k < SIMD_BYTES; k++)
				one |= (uint32_t)(first + k < ends[i][0] || first + k > ends[i][1])
				    << k;
			two = one & simd_outside(p, &range[i + 1], 1);
			ck_assert_uint_eq(simd_outside(p, &range[i], 1), one);
			ck_assert_uint_eq(simd_outside(p, &range[i], 2), two);
		}
	}
}
END_TEST

START_TEST(one_byte_of_laid_windows_is_no_ascii)
{
	char p[2 * SIMD_WINDOW];

	for (size_t i = 0; i <= sizeof p; i++) {
		struct simd_laid laid;

		memset(p, 'x', sizeof p);
		if (i < sizeof p)
			p[i] = '\x80';
		laid = simd_lay_window(simd_laid_none(), p);
		laid = simd_lay_window(laid, p + SIMD_WINDOW);
		ck_assert_int_eq(simd_laid_is_ascii(laid), i == sizeof p);
	}
}
END_TEST

/* Each text is a block of its own size, so that a sanitizer notices a byte read outside. */
START_TEST(finding_agrees_with_looking_at_each_byte)
{
	unsigned seed = 7;

	for (size_t n = 0; n < 200; n++) {
		char *text = malloc(n + 1), *end = text + n;

		ck_assert_ptr_nonnull(text);
		for (int round = 0; round < 20; round++) {
			fill(text, n, &seed);
			for (const char *p = text; p <= end; p += 1 + (p - text) / 7) {
				const char *either = model_find(p, end, 'a', '\xff');

				ck_assert_ptr_eq(
				    simd_find(text, p, end, 'a'), model_find(p, end, 'a', 'a'));
				ck_assert_ptr_eq(
				    simd_find(p, p, end, '\0'), model_find(p, end, '\0', '\0'));
				ck_assert_ptr_eq(
				    simd_find_far(text, p, end, 'b'), model_find(p, end, 'b', 'b'));
				ck_assert_ptr_eq(simd_find_far(p, p, end, 'q'), NULL);
				ck_assert_ptr_eq(simd_find_either(text, p, end, 'a', '\xff'),
				    either ? either : end);
				ck_assert_ptr_eq(
				    simd_find_last(p, end, '\n'), model_find_last(p, end, '\n'));
			}
		}
		free(text);
	}
}
END_TEST

START_TEST(a_text_is_found_where_it_is_first)
{
	static const char bytes[] = "aab";
	unsigned seed = 11;

	for (size_t n = 0; n < 120; n++) {
		char *subject = malloc(n + 1), text[5];

		ck_assert_ptr_nonnull(subject);
		for (int round = 0; round < 60; round++) {
			const size_t width = 2 + (size_t)round % 4;
			const char *want = NULL;

			for (size_t i = 0; i < n + width; i++) {
				seed = seed * 1664525u + 1013904223u;
				if (i < n)
					subject[i] = bytes[(seed >> 16) % 3];
				else
					text[i - n] = bytes[(seed >> 16) % 3];
			}
			if (round % 3 == 0)
				text[width - 1] = 'z';
			if (round % 6 == 0 && n >= width)
				memcpy(subject + n - width, text, width);
			for (size_t i = 0; i + width <= n && !want; i++)
				want = memcmp(subject + i, text, width) ? NULL : subject + i;
			ck_assert_ptr_eq(simd_find_text(subject, subject + n, text, width), want);
		}
		free(subject);
	}
}
END_TEST

SUITE("simd", a_mask_has_the_bits_of_its_bytes, a_mask_tells_the_same_bytes_and_the_digits,
    bytes_outside_ranges_are_marked, one_byte_of_laid_windows_is_no_ascii,
    finding_agrees_with_looking_at_each_byte, a_text_is_found_where_it_is_first)
