/* replay FILE|FOLDER...: feeds each file to a fuzz target, so that its corpus is a plain test, too.
 */
#define _POSIX_C_SOURCE 200809L
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static int replay_file(const char *path, long long size)
{
	/* Exactly as long as the input, so that a sanitizer sees a step beyond it. */
	uint8_t *p = malloc(size > 0 ? (size_t)size : 1);
	FILE *f = fopen(path, "rb");
	int ok = p && f && fread(p, 1, (size_t)size, f) == (size_t)size;

	if (ok)
		(void)LLVMFuzzerTestOneInput(p, (size_t)size);
	else
		perror(path);
	if (f)
		(void)fclose(f);
	free(p);
	return ok;
}

static int replay(const char *path, unsigned *files)
{
	struct dirent *entry;
	struct stat st;
	DIR *dir;
	int ok = 1;

	if (stat(path, &st) != 0) {
		perror(path);
		return 0;
	}
	if (!S_ISDIR(st.st_mode)) {
		++*files;
		return replay_file(path, (long long)st.st_size);
	}
	dir = opendir(path);
	while (dir && (entry = readdir(dir)) != NULL) {
		char name[4096];

		if (entry->d_name[0] == '.')
			continue;
		(void)snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
		ok = stat(name, &st) == 0 && S_ISREG(st.st_mode) &&
		    replay_file(name, (long long)st.st_size) && ok;
		++*files;
	}
	if (dir)
		(void)closedir(dir);
	return ok && dir;
}

int main(int argc, char **argv)
{
	unsigned files = 0;
	int ok = 1;

	for (int i = 1; i < argc; i++)
		ok = replay(argv[i], &files) && ok;
	(void)printf("%u inputs\n", files);
	return ok && files > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
