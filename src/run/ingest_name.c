#include "ingest_name.h"

#include <string.h>

#include "str.h"

#define ROUNDS 6 /* x.log-20250114-03.1.gz takes four */

static struct str folder_of(const char *name)
{
	const char *slash = strrchr(name, '/');

	return (struct str){ name, slash ? (size_t)(slash - name) : 0 };
}

static struct str last_of(const char *name)
{
	const char *slash = strrchr(name, '/');

	return str_of(slash ? slash + 1 : name);
}

static int is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static int is_separator(char c)
{
	return c == '.' || c == '-' || c == '_';
}

static size_t digits_at_end(struct str s)
{
	size_t n = 0;

	while (n < s.n && is_digit(s.p[s.n - n - 1]))
		n++;
	return n;
}

static int is_dashed_date(const char *p)
{
	static const char shape[] = "0000-00-00";

	for (size_t i = 0; i < sizeof shape - 1; i++) {
		if (shape[i] == '0' ? !is_digit(p[i]) : p[i] != shape[i])
			return 0;
	}
	return 1;
}

/* How many bytes at the end are a separator and a date, "-20250114" or ".2025-01-14". */
static size_t date_at_end(struct str s)
{
	const size_t digits = digits_at_end(s);

	if (digits >= 8 && s.n > digits + 1 && is_separator(s.p[s.n - digits - 1]))
		return digits + 1;
	if (s.n > 11 && is_separator(s.p[s.n - 11]) && is_dashed_date(s.p + s.n - 10))
		return 11;
	return 0;
}

/* How many bytes at the end were added by one step of rotation or packing. */
static size_t added_at_end(struct str s)
{
	static const char *const word[] = { ".gz", ".bz2", ".xz", ".zst", ".lz4", ".Z", ".old",
		".bak", ".orig", ".save", "~" };
	const size_t digits = digits_at_end(s), date = date_at_end(s);

	for (size_t i = 0; i < sizeof word / sizeof *word; i++) {
		const size_t n = strlen(word[i]);

		if (s.n > n && memcmp(s.p + s.n - n, word[i], n) == 0)
			return n;
	}
	if (date > 0)
		return date;
	if (digits == 0 || s.n <= digits + 1 || !is_separator(s.p[s.n - digits - 1]))
		return 0;
	if (digits <= 4 && s.p[s.n - digits - 1] == '.')
		return digits + 1;
	/* The hour or the time after a date. */
	if (digits <= 6 && date_at_end((struct str){ s.p, s.n - digits - 1 }) > 0)
		return digits + 1;
	return 0;
}

/* The two ends of the family's name, which is `head` and `tail` in one. */
struct family {
	struct str head, tail;
};

static struct str without_added(struct str s)
{
	for (int i = 0; i < ROUNDS; i++) {
		const size_t n = added_at_end(s);

		if (n == 0)
			break;
		s.n -= n;
	}
	return s;
}

/* A date may stand before the extension. */
static struct family family_of(const char *name)
{
	struct family f = { .head = without_added(last_of(name)) };
	size_t stem = f.head.n, date;

	while (stem > 0 && f.head.p[stem - 1] != '.')
		stem--;
	if (stem < 2)
		return f;
	stem--;
	date = date_at_end((struct str){ f.head.p, stem });
	if (date > 0) {
		f.tail = (struct str){ f.head.p + stem, f.head.n - stem };
		f.head.n = stem - date;
	}
	return f;
}

static char at(const struct family *f, size_t i)
{
	return i < f->head.n ? f->head.p[i] : f->tail.p[i - f->head.n];
}

int ingest_name_related(const char *a, const char *b)
{
	const struct family x = family_of(a), y = family_of(b);
	const size_t n = x.head.n + x.tail.n;

	if (n != y.head.n + y.tail.n)
		return 0;
	for (size_t i = 0; i < n; i++) {
		if (at(&x, i) != at(&y, i))
			return 0;
	}
	return 1;
}

int ingest_name_rotated(const char *name)
{
	const struct family f = family_of(name);

	return f.head.n + f.tail.n < last_of(name).n;
}

int ingest_name_same_folder(const char *a, const char *b)
{
	return str_equal(folder_of(a), folder_of(b));
}

/* Leading "./" and "../" are taken away, which is right where `folder` has no symbolic links. */
const char *ingest_name_path(struct mem_arena *arena, const char *folder, const char *name)
{
	size_t n = folder ? strlen(folder) : 0;

	while (n > 0 && folder[n - 1] == '/')
		n--;
	for (;;) {
		if (strncmp(name, "./", 2) == 0) {
			name += 2;
		} else if (folder && strncmp(name, "../", 3) == 0) {
			name += 3;
			while (n > 0 && folder[--n] != '/')
				;
		} else {
			break;
		}
	}
	if (folder == NULL || name[0] == '/' || strcmp(name, "-") == 0)
		return name;
	return mem_arena_fmt(arena, "%.*s/%s", (int)n, folder, name);
}
