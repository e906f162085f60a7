#include "tester.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

int tester_fail(struct tester *t, const char *format, ...)
{
	va_list args;

	if (t->failure[0])
		return -1;
	va_start(args, format);
	(void)vsnprintf(t->failure, sizeof t->failure, format, args);
	va_end(args);
	return -1;
}

static int write_text(void *ctx, const char *p, size_t n)
{
	return !ctx || fwrite(p, 1, n, ctx) == n ? 0 : -1;
}

/* ---- ingest ---- */

/* Any order of names, but always the same one, as of a glob. */
static uint64_t rank(const struct tester *t, const char *name)
{
	uint64_t hash = t->shuffle;

	while (*name)
		hash = (hash ^ (unsigned char)*name++) * 0x100000001b3u;
	return hash;
}

static void list_names(void *ctx, const char *const **name, size_t *n)
{
	struct tester *t = ctx;

	*n = (size_t)t->world.files;
	for (size_t i = 0; i < *n; i++) {
		size_t at = i;

		memcpy(t->name[i], t->world.file[i].path, sizeof t->name[i]);
		for (; at > 0; at--) {
			const char *before = t->names[at - 1];

			if (t->shuffled ? rank(t, before) < rank(t, t->name[i])
			                : strcmp(before, t->name[i]) < 0)
				break;
			t->names[at] = before;
		}
		t->names[at] = t->name[i];
	}
	*name = t->names;
}

static void tell(const struct tester *t, const struct nines_ingested *done)
{
	struct nines_error err;
	struct nines_note note;

	(void)nines_ingested_write(done, t->verbose, write_text, t->verbose ? stdout : NULL, &err);
	for (size_t i = 0; nines_ingested_note(done, i, &note); i++)
		if (t->verbose && note.text)
			printf("    %s: %s\n", note.source, note.text);
}

/* One run as cron starts it.  0, or -1 with *err. */
static int run(struct tester *t, struct nines_ingest how, int *incomplete, struct nines_error *err)
{
	const struct nines_io io = shim_io(t->shim);
	const struct nines_reading reading = {
		.jobs = t->jobs,
		.since = NINES_NEVER,
		.until = NINES_NEVER,
		.latest = NINES_NEVER,
		.buffer_bytes = t->buffer_bytes,
		.no_jit = 1,
	};
	struct nines_ingested *done = NULL;
	struct nines_store *store = NULL;
	enum nines_status status;

	how.reading = &reading;
	how.names = list_names;
	how.names_ctx = t;
	how.now = TESTER_CLOCK_S;
	status = nines_store_open(&store, t->store, NINES_STORE_WRITE, 0, err);
	if (status == NINES_OK)
		status = nines_store_ingest(&done, store, t->spec, &io, &how, err);
	if (status == NINES_OK) {
		tell(t, done);
		*incomplete = nines_ingested_incomplete(done);
	}
	nines_ingested_free(done);
	nines_store_free(store);
	return status == NINES_OK ? 0 : -1;
}

static int ingest_now(struct tester *t, struct nines_ingest how)
{
	struct nines_error err = { NINES_OK, 0, 0, "", "" };
	int incomplete = 0;

	t->shim->points = 0;
	if (run(t, how, &incomplete, &err) != 0)
		return tester_fail(t, "an ingest failed: %s: %s", err.source, err.text);
	if (incomplete && !world_is_broken(&t->world) && !t->world.destroyed && !t->shim->call &&
	    !t->world.burst)
		return tester_fail(t, "an ingest was incomplete, though all could be read");
	if (!incomplete && world_is_broken(&t->world) && !t->shim->call && !how.dry_run)
		return tester_fail(t, "an ingest was complete, though a gzip has no end");
	return 0;
}

int tester_ingest(struct tester *t)
{
	if (ingest_now(t, (struct nines_ingest){ .reading = NULL }) != 0)
		return -1;
	t->usual_points = t->shim->points;
	world_ingested(&t->world);
	return 0;
}
int tester_recount(struct tester *t)
{
	if (ingest_now(t, (struct nines_ingest){ .recount = 1 }) != 0)
		return -1;
	world_ingested(&t->world);
	return 0;
}
int tester_dry(struct tester *t)
{
	struct stat st;

	/* Without a store, too; but opening it for writing makes one. */
	return stat(t->store, &st) == 0 ? ingest_now(t, (struct nines_ingest){ .dry_run = 1 }) : 0;
}

static _Noreturn void die_ingesting(struct tester *t, uint64_t r)
{
	struct nines_error err = { NINES_OK, 0, 0, "", "" };
	int incomplete;

	t->shim->points = 0;
	t->shim->end_at = 1 + world_random(&r) % (t->usual_points + 10);
	t->shim->end = (enum shim_end)(world_random(&r) % 3);
	t->shim->seed = r;
	if (run(t, (struct nines_ingest){ .reading = NULL }, &incomplete, &err) == 0)
		_exit(0);
	fprintf(stderr, "%s: %s\n", err.source, err.text);
	_exit(1);
}

int tester_killed(struct tester *t)
{
	int status;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid == 0)
		die_ingesting(t, t->now);
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return tester_fail(t, "cannot fork: %s", strerror(errno));
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
		world_ingested(&t->world);
		return 0;
	}
	if (!WIFEXITED(status) || WEXITSTATUS(status) != SHIM_ENDED)
		return tester_fail(
		    t, "an ingest that was to be killed ended with status %d", status);
	if (t->verbose)
		printf("    (killed)\n");
	world_perhaps_ingested(&t->world);
	return 0;
}

int tester_raced(struct tester *t)
{
	uint64_t r = t->now;
	int rc;

	t->shim->call = t->race;
	t->shim->call_at = 1 + world_random(&r) % (t->usual_points / 2 + 4);
	rc = ingest_now(t, (struct nines_ingest){ .reading = NULL });
	t->shim->call = NULL;
	if (rc == 0 && t->shim->call_at)
		world_ingested(&t->world);
	t->shim->call_at = 0;
	return rc;
}
