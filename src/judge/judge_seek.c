#include "judge_impl.h"

void judge_see(struct judge *j, struct str block)
{
	j->block = block;
	j->quiet = 0;
	for (size_t i = 0; i < j->seeks; i++) {
		j->seek[i].next = block.p;
		j->seek[i].found = 0;
	}
}

/* How far is looked at least: not line by line, and not through text that may never be asked for.
 */
#define SEEK_BYTES (8 << 10)

/* Looks on, if what is known ends before the line does.  Whether the text is in the line. */
int judge_seek_on(const struct judge *j, struct judge_seek *s, struct str line)
{
	const char *const end = line.p + line.n, *const last = j->block.p + j->block.n;
	const char *far = end;

	if ((ptrdiff_t)line.n < s->bytes)
		return 0;
	if (s->next < line.p) {
		s->next = line.p;
		s->found = 0;
	}
	if (s->found)
		return end - s->next >= s->bytes;
	if (far - s->next < SEEK_BYTES)
		far = last - s->next < SEEK_BYTES ? last : s->next + SEEK_BYTES;
	s->next = pattern_find_head(s->pattern, s->next, far);
	s->found = s->next != NULL;
	if (!s->found)
		s->next = far - s->bytes + 1; /* what begins before would end before `far` */
	return end - s->next >= s->bytes;
}
