/* The shop: who asks for what, what comes of it and how long it takes.
 *
 * Latencies follow a log-normal curve with a longer tail.  In the incident the payment gateway
 * fails: most orders end in 502, late, and shoppers try again.  Addresses and names are the ones
 * reserved for documentation (RFC 5737, 3849, 2606). */
#ifndef SHOP_H
#define SHOP_H
#include "text.h"

/* splitmix64: Steele, Lea and Flood, OOPSLA 2014; constants by Vigna. */
struct dice {
	uint64_t state;
};

static inline uint64_t dice_roll(struct dice *dice)
{
	uint64_t z = dice->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

/* 0 … n - 1; the bias of the multiplication is below n / 2^32. */
static inline unsigned dice_below(struct dice *dice, unsigned n)
{
	return (unsigned)(((dice_roll(dice) >> 32) * n) >> 32);
}

enum wording { TERSE, USUAL, WORDY };

struct shop {
	struct dice dice;
	enum wording wording;
};

#define SHOP_PIECE_BYTES 1024 /* room for a URI, a referer or an address */

/* One request.  It borrows from itself: it is filled in place and never copied. */
struct event {
	int64_t time_s;
	unsigned us;
	const struct kind *kind;
	const char *method;
	struct text agent;
	unsigned status;
	uint64_t bytes, took_us;
	struct buf client, uri, referer;
	char room[3][SHOP_PIECE_BYTES];
};

/* Fills all of e but its time_s. */
void shop_event(struct shop *shop, struct event *e, int in_incident);
#endif
