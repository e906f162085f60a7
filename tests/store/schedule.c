/* nines_schedule SEED COUNT [-v]: random schedules of what servers, logrotate and cron do to logs,
 * with ingests at random moments, some of them killed, some raced.  At the end of each the store
 * must hold every line exactly once.
 *
 * Seeds are SEED, SEED + 1, ...  A schedule that fails is cut down to the steps that it takes and
 * told; -v tells every schedule.  It works below $NINES_SCHEDULE_DIR, /dev/shm or $TMPDIR. */
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tester.h"

#define STEPS_MOST 28

struct step {
	unsigned kind;
	uint64_t r;
};

/* clang-format off */
static const struct {
	const char *name;
	int weight;
	int races; /* may happen in the middle of an ingest */
	world_step_fn *world;
	tester_step_fn *tester;
} kind[] = {
	{ "write",        24, 1, world_write,        NULL },
	{ "half",          4, 1, world_write_half,   NULL },
	{ "finish",        4, 1, world_finish,       NULL },
	{ "late",          3, 1, world_write_late,   NULL },
	{ "rotate",       11, 1, world_rotate,       NULL },
	{ "gzip",          7, 1, world_gzip,         NULL },
	{ "gzip -k",       3, 1, world_gzip_keep,    NULL },
	{ "half a gzip",   2, 1, world_gzip_begin,   NULL },
	{ "copy",          3, 1, world_copy,         NULL },
	{ "link",          2, 1, world_link,         NULL },
	{ "remove",        4, 1, world_remove_extra, NULL },
	{ "copytruncate",  5, 1, world_copytruncate, NULL },
	{ "truncate",      1, 0, world_truncate,     NULL },
	{ "rewrite",       1, 0, world_rewrite,      NULL },
	{ "recreate",      1, 0, world_recreate,     NULL },
	{ "ingest",       17, 0, NULL, tester_ingest },
	{ "killed",        5, 0, NULL, tester_killed },
	{ "raced",         3, 0, NULL, tester_raced },
	{ "recount",       1, 0, NULL, tester_recount },
	{ "dry run",       1, 0, NULL, tester_dry },
};
/* clang-format on */
#define KINDS (sizeof kind / sizeof *kind)

static int pick(uint64_t r, int racing)
{
	int sum = 0, at = 0;

	for (size_t i = 0; i < KINDS; i++)
		sum += !racing || kind[i].races ? kind[i].weight : 0;
	at = (int)(r % (uint64_t)sum);
	for (size_t i = 0; i < KINDS; i++) {
		if (racing && !kind[i].races)
			continue;
		at -= kind[i].weight;
		if (at < 0)
			return (int)i;
	}
	return 0;
}

/* What others do while an ingest runs. */
static void race(void *ctx)
{
	struct tester *t = ctx;
	uint64_t r = t->now + 1;
	const int steps = 1 + (int)(world_random(&r) % 2);

	world_perhaps_ingested(&t->world);
	for (int i = 0; i < steps; i++) {
		const int k = pick(world_random(&r), 1);

		t->world.note[0] = '\0';
		/* What is cut and written again between two reads of one file was never there. */
		if (kind[k].world == world_copytruncate && !t->shim->opening)
			continue;
		kind[k].world(&t->world, world_random(&r));
		if (t->verbose && t->world.note[0])
			printf("    meanwhile: %s\n", t->world.note);
	}
	world_perhaps_ingested(&t->world);
}

/* ---- a schedule ---- */

static void empty_folder(const char *path)
{
	DIR *d = opendir(path);
	char name[WORLD_PATH * 2];

	for (const struct dirent *e = d ? readdir(d) : NULL; e; e = readdir(d)) {
		(void)snprintf(name, sizeof name, "%s/%s", path, e->d_name);
		if (e->d_name[0] != '.')
			(void)unlink(name);
	}
	if (d)
		(void)closedir(d);
}

static uint64_t shown_inode(void *ctx, uint64_t real)
{
	return world_inode(&((struct tester *)ctx)->world, real);
}

/* The lie of the land: how the logs are written, and how they are read. */
static void settle(struct tester *t)
{
	struct world *w = &t->world;
	uint64_t r = t->seed ^ 0x5eed;

	w->logs = 1 + (int)(world_random(&r) % WORLD_LOGS);
	w->burst = world_random(&r) % 12 == 0;
	w->reuse = (int)(world_random(&r) % 2);
	t->shuffled = (int)(world_random(&r) % 2);
	t->shuffle = world_random(&r);
	t->jobs = world_random(&r) % 16 == 0 ? 2 : 1;
	t->buffer_bytes = world_random(&r) % 3 == 0 ? 1024 : 0;
	for (int i = 0; i < WORLD_LOGS; i++) {
		w->log[i].header = world_random(&r) % 3 == 0;
		w->log[i].gzip = world_random(&r) % 8 == 0;
		w->log[i].holes = world_random(&r) % 6 == 0;
		w->log[i].padding = world_random(&r) % 3 == 0 ? 700 : 0;
	}
	if (w->logs > 1 && world_random(&r) % 4 == 0)
		world_alike(w, 1 + (int)(world_random(&r) % 3));
	if (t->verbose)
		printf("%d logs%s%s%s%s\n", w->logs, w->burst ? ", bursts" : "",
		    w->reuse ? ", inodes are reused" : "", t->shuffled ? ", read in any order" : "",
		    w->lines ? ", alike at first" : "");
	for (int i = 0; t->verbose && i < w->logs; i++)
		printf("  %s:%s%s%s%s\n", w->log[i].path, w->log[i].header ? " header" : "",
		    w->log[i].gzip ? " gzip" : "", w->log[i].holes ? " holes" : "",
		    w->log[i].padding ? " long lines" : "");
}

static void take(struct tester *t, struct step *step, int number)
{
	t->now = step->r;
	t->world.note[0] = '\0';
	if (kind[step->kind].tester) {
		if (t->verbose)
			printf("%3d %s\n", number, kind[step->kind].name);
		(void)kind[step->kind].tester(t);
		return;
	}
	kind[step->kind].world(&t->world, step->r);
	if (t->verbose && t->world.note[0])
		printf("%3d %s\n", number, t->world.note);
}

struct place { /* what all schedules share */
	char folder[WORLD_PATH / 2];
	struct nines_spec *spec;
	struct shim shim;
};

/* Runs the steps; the failure in *failure, "" for none. */
static void run(struct place *place, uint64_t seed, struct step *step, int steps, int verbose,
    char failure[1024])
{
	struct tester *t = calloc(1, sizeof *t);
	struct step last = { 0, seed };
	char state[WORLD_PATH];

	if (!t || world_init(&t->world, place->folder) != 0)
		abort();
	t->race = race;
	t->shim = &place->shim;
	t->shim->inode = shown_inode;
	t->shim->ctx = t;
	t->spec = place->spec;
	t->seed = seed;
	t->verbose = verbose;
	t->usual_points = 40;
	(void)snprintf(state, sizeof state, "%s/state", place->folder);
	(void)snprintf(t->store, sizeof t->store, "%s/state/nines.db", place->folder);
	empty_folder(state);
	settle(t);
	for (int i = 0; i < steps && !t->failure[0]; i++)
		take(t, &step[i], i + 1);
	if (!t->failure[0]) {
		last.kind = KINDS - 5;
		take(t, &last, steps + 1);
	}
	if (!t->failure[0])
		tester_check(t);
	memcpy(failure, t->failure, sizeof t->failure);
	if (verbose && failure[0])
		printf("--> %s\n", failure);
	world_fini(&t->world);
	free(t);
}

/* Leaves out every step without which it fails as well. */
static int shrink(struct place *place, uint64_t seed, struct step *step, int steps)
{
	struct step fewer[STEPS_MOST];
	char failure[1024];

	for (int i = steps - 1; i >= 0; i--) {
		memcpy(fewer, step, (size_t)steps * sizeof *step);
		memmove(fewer + i, fewer + i + 1, (size_t)(steps - i - 1) * sizeof *step);
		run(place, seed, fewer, steps - 1, 0, failure);
		if (!failure[0])
			continue;
		memcpy(step, fewer, sizeof fewer);
		steps--;
		i = steps;
	}
	return steps;
}

static int schedule(struct place *place, uint64_t seed, int verbose)
{
	struct step step[STEPS_MOST];
	uint64_t r = seed;
	const int steps = 10 + (int)(world_random(&r) % 16);
	char failure[1024];
	int left;

	for (int i = 0; i < steps; i++) {
		step[i].kind = (unsigned)pick(world_random(&r), 0);
		step[i].r = world_random(&r);
	}
	run(place, seed, step, steps, verbose, failure);
	if (!failure[0])
		return 0;
	left = shrink(place, seed, step, steps);
	printf("FAILED: seed %" PRIu64 ": %s\nThe steps that it takes:\n", seed, failure);
	run(place, seed, step, left, 1, failure);
	fflush(stdout);
	return -1;
}

/* ---- beginning and end ---- */

static struct nines_spec *load_spec(void)
{
	static char text[4096];
	struct nines_error err;
	struct nines_spec *spec = NULL;
	int n = snprintf(text, sizeof text,
	    "version: 1\nlogs: { format: combined+time, max_unparsed: 100%% }\nwindow: all\n"
	    "journeys:\n");

	for (int i = 0; i < WORLD_SLIS; i++)
		n += snprintf(text + n, sizeof text - (size_t)n,
		    "  - name: j%d\n    valid: { path: '^/%d/' }\n    slis:\n"
		    "      - { name: availability, good: { status: '^2' }, objective: 99%% }\n",
		    i, i);
	if (nines_spec_parse(&spec, nines_io_system(), "schedule", text, (size_t)n, &err) ==
	    NINES_OK)
		return spec;
	fprintf(stderr, "the config is refused: %s\n", err.text);
	exit(2);
}

static void make_place(struct place *place)
{
	const char *const choice[] = { getenv("NINES_SCHEDULE_DIR"), "/dev/shm", getenv("TMPDIR"),
		"/tmp" };
	char path[WORLD_PATH];
	const char *root = NULL;

	for (size_t i = 0; !root && i < sizeof choice / sizeof *choice; i++)
		if (choice[i] && access(choice[i], W_OK | X_OK) == 0)
			root = choice[i];
	(void)snprintf(place->folder, sizeof place->folder, "%s/nines-XXXXXX", root ? root : ".");
	if (!mkdtemp(place->folder))
		exit(2);
	(void)snprintf(path, sizeof path, "%s/state", place->folder);
	if (mkdir(path, 0700) != 0 || shim_install(&place->shim) != 0)
		exit(2);
	place->spec = load_spec();
}

static void leave_place(struct place *place)
{
	static const char *const sub[] = { "a", "b", "state", "" };
	char path[WORLD_PATH];

	for (size_t i = 0; i < sizeof sub / sizeof *sub; i++) {
		(void)snprintf(path, sizeof path, "%s/%s", place->folder, sub[i]);
		empty_folder(path);
		(void)rmdir(path);
	}
	nines_spec_free(place->spec);
}

int main(int argc, char **argv)
{
	const uint64_t seed = argc > 2 ? strtoull(argv[1], NULL, 10) : 0;
	const long count = argc > 2 ? strtol(argv[2], NULL, 10) : 0;
	const int verbose = argc > 3 && strcmp(argv[3], "-v") == 0;
	static struct place place;
	int failed = 0;

	if (argc < 3 || count < 1) {
		fputs("usage: nines_schedule SEED COUNT [-v]\n", stderr);
		return 2;
	}
	make_place(&place);
	for (long i = 0; i < count && failed < 20; i++)
		failed += schedule(&place, seed + (uint64_t)i, verbose) != 0;
	leave_place(&place);
	if (failed == 0)
		printf(
		    "%ld schedules from seed %" PRIu64 ": every line counted once\n", count, seed);
	return failed > 0;
}
