/* Plain text through lines.h, compared with its model.  The first byte chooses the buffer, the
 * second the size of reads; in the rest 0xfe stands for 30,000 letters and 0xfd for 30,000 NUL
 * bytes, so that short inputs reach the cap. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../unit/lines_model.h"
#include "../unit/memory_io.h"

#define RUN  30000u
#define MOST (1u << 20)

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* What the input stands for, to be freed; *n is its length. */
static char *expand(const uint8_t *p, size_t *n)
{
	char *text = malloc(MOST);
	size_t used = 0;

	model_require(text != NULL);
	for (size_t i = 0; i < *n && used + RUN <= MOST; i++) {
		const size_t run = p[i] >= 0xfd && p[i] <= 0xfe ? RUN : 1;

		memset(text + used, p[i] == 0xfe ? 'x' : p[i] == 0xfd ? '\0' : p[i], run);
		used += run;
	}
	*n = used;
	return text;
}

static struct source read_lines(
    struct diary *diary, const char *p, size_t n, size_t buffer, size_t piece)
{
	static const char *const name[] = { "log" };
	struct memory_file file = memory_log(p, n);
	struct source_list list;
	struct source source;
	struct lines *lines;
	struct memory_io m;

	memory_init(&m, &file, 1);
	m.piece = piece;
	m.interrupt = piece == 2;
	model_require(source_list_open(&list, name, 1, &m.io, NULL) == NINES_OK);
	model_require(lines_new(&lines, buffer, NULL) == NINES_OK);
	diary_of_lines(diary, lines, &list);
	source_done(&list, 0);
	source = list.source[0];
	source_list_close(&list);
	lines_free(lines);
	return source;
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const size_t large[] = { 4096, 65535, 65536, 65537, 100000, 0 };
	struct diary want = { 0 }, got = { 0 };
	struct source source;
	struct model model;
	size_t buffer;
	char *text;

	if (n < 2)
		return 0;
	buffer = p[0] < 250 ? p[0] + 1u : large[p[0] - 250];
	n -= 2;
	text = expand(p + 2, &n);
	source = read_lines(&got, text, n, buffer, p[1]);
	model_require(strcmp(source.decoder, "plain") != 0 || source.bytes == n);
	if (strcmp(source.decoder, "plain") == 0) {
		model_init(&model, &want);
		model_bytes(&model, text, n);
		model_event(&model, 'C');
		model_end(&model);
		model_require(strcmp(want.p, got.p) == 0);
		model_fini(&model);
	}
	free(want.p);
	free(got.p);
	free(text);
	return 0;
}
