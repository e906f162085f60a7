/* A regex and a line, parted by the first newline: where a chain matches, PCRE2 does the same. */
#include "chain_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const uint8_t wanted[] = { 0xff, 0xfe, 0x00, 0xaa, 0x54 };
	const struct str all = { (const char *)p, n };
	const size_t newline = str_find(all, 0, '\n');
	const size_t from = newline < n ? newline + 1 : n;
	struct chain_check x;

	if (!chain_check_init(&x, (struct str){ all.p, newline }, wanted[0]))
		return 0;
	for (size_t i = 1; x.chain && i <= sizeof wanted; i++) {
		(void)chain_check_line(&x, (struct str){ all.p + from, n - from });
		if (i < sizeof wanted)
			chain_check_want(&x, wanted[i]);
	}
	chain_check_fini(&x);
	return 0;
}
