/* What stands between two scalars of a JSON line, remembered.
 *
 * A log has the same keys line after line.  So the text from behind one scalar to before the next,
 * `,"status":` or `},"bytes_read":`, comes again and again, and which scalar comes next, who wants
 * it and how deep it lies hangs on two things alone: that text, and the place that it begins at.  A
 * gap is all of that.  Text that a gap's is found to be equal to, at the gap's place, needs no
 * reading: whatever reading it would say, it said before.
 *
 * A place is a nesting of objects and arrays, each with what is wanted there; of two places that
 * are the same one is kept, so that they compare by address.  Memory is fixed.  Where there is no
 * room for a gap, it is read each time; the next line then begins with nothing remembered. */
#ifndef FORMAT_GAP_H
#define FORMAT_GAP_H
#include "format_impl.h"

#include "simd.h"

#define FORMAT_DEPTH_MAX   FORMAT_KEY_STEPS_MAX /* nested objects and arrays */
#define FORMAT_PLACES      128
#define FORMAT_GAPS        256
#define FORMAT_GAP_BUCKETS 256
#define FORMAT_GAP_OTHERS  32 /* in a bucket: keys made to share one cost no more than that */
#define FORMAT_GAP_BYTES   64 /* a longer one is not remembered */
#define FORMAT_GAP_GLANCE  (2 * SIMD_BYTES)

struct format_place {
	const struct format_place *parent;
	struct format_place *child, *next; /* of those kept: the first inside, the next beside */
	/* Object: what is wanted of its keys.  Array: who wants its last scalar.  Or NULL. */
	const struct format_node *node;
	unsigned depth; /* of the line's object: 0 */
	int is_array;
	int is_kept;
};

struct format_gap {
	const struct format_place *from, *to; /* NULL: before or behind the line's object */
	const struct format_node *wanted;     /* who wants the scalar behind it, or NULL */
	const struct format_output *only;     /* its node's, unless it is of an array */
	const struct format_node *closed;     /* who wants the array that it closes, or NULL */
	struct format_gap *next;              /* what came after it the last time: a guess */
	struct format_gap *beside;            /* in the same bucket */
	size_t n;
	size_t least;    /* how many bytes of the line there are where it is: its own and, unless
	                    it is the last, one behind it */
	uint32_t glance; /* which of the first bytes are its own */
	char text[FORMAT_GAP_BYTES];
};

struct format_gaps {
	struct format_place *inside; /* the line's object, once it was seen */
	size_t places, gaps;
	int is_full;               /* something was not kept */
	struct format_gap begin;   /* what comes before a line */
	struct format_gap nowhere; /* needs more bytes than there are */
	struct format_gap read;    /* the last one that was read, not compared */
	struct format_place passing[FORMAT_DEPTH_MAX]; /* by depth: places there was no room for */
	struct format_gap *bucket[FORMAT_GAP_BUCKETS];
	struct format_place place[FORMAT_PLACES];
	struct format_gap gap[FORMAT_GAPS];
};

struct format_gaps *format_gap_new(void); /* NULL: no memory */
/* At the start of a line, when something was not kept. */
void format_gap_forget(struct format_gaps *g);
/* A place inside of that one, or NULL when it would be too deep. */
const struct format_place *format_gap_open(struct format_gaps *g, const struct format_place *parent,
    int is_array, const struct format_node *node);
/* The gap that was read, g->read, has this text and came after that one: it as it is kept from now
 * on, or as it was kept before, or itself. */
struct format_gap *format_gap_keep(
    struct format_gaps *g, struct format_gap *before, struct str text);

static inline size_t format_gap_bucket(const char *key, size_t n)
{
	const unsigned char *p = (const unsigned char *)key;

	return (n + 5u * p[n / 2] + 11u * p[n - 1] + 17u * p[n > 1]) % FORMAT_GAP_BUCKETS;
}

/* Those that may have this first key, which begins at its quote and ends before the other. */
static inline struct format_gap *format_gap_first(
    const struct format_gaps *g, const char *key, size_t n)
{
	return g->bucket[format_gap_bucket(key, n)];
}

/* Whether text that goes on to `end` begins with the gap's.  FORMAT_GAP_GLANCE bytes from p on may
 * be read. */
static inline int format_gap_is_at(const struct format_gap *gap, const char *p, const char *end)
{
	const uint32_t same = simd_same(p, gap->text) |
	    simd_same(p + SIMD_BYTES, gap->text + SIMD_BYTES) << SIMD_BYTES;

	if ((same & gap->glance) != gap->glance || (size_t)(end - p) < gap->least)
		return 0;
	return gap->n <= FORMAT_GAP_GLANCE ||
	    !memcmp(
	        p + FORMAT_GAP_GLANCE, gap->text + FORMAT_GAP_GLANCE, gap->n - FORMAT_GAP_GLANCE);
}
#endif
