#include "decode_inflate.h"

const struct decode_inflate *decode_inflate_row(size_t i)
{
	static const struct decode_inflate *const row[] = {
#ifdef NINES_ISAL
		&decode_inflate_isal,
#endif
		&decode_inflate_zlib,
	};

	return i < sizeof row / sizeof *row ? row[i] : NULL;
}
