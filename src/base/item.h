/* An item: one named count, such as {"unparsed.time", 3}. */
#ifndef ITEM_H
#define ITEM_H
#include <stdint.h>

struct item {
	const char *name;
	uint64_t n;
};
#endif
