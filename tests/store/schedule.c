/* nines_schedule SEED COUNT [-v]: random schedules of what servers, logrotate and cron do to logs,
 * with ingests at random moments, some of them killed, some raced.  At the end of each the store
 * must hold every line exactly once.
 *
 * Seeds are SEED, SEED + 1, ...  A schedule that fails is cut down to the steps that it takes and
 * told; -v tells every schedule.  It works below $NINES_SCHEDULE_DIR, /dev/shm or $TMPDIR. */
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "nines.h"
#include "shim.h"
#include "store.h"
#include "world.h"

#define STEPS_MOST 28
#define CLOCK_S    INT64_C(1736899200) /* the end of the day that the lines are of */

struct step {
	unsigned kind;
	uint64_t r;
};
struct tester { /* one run of one schedule */
	struct world world;
	struct shim *shim;
	const struct nines_spec *spec;
	char store[WORLD_PATH];
	struct step *now;
	uint64_t seed, shuffle;
	int verbose, shuffled;
	unsigned jobs;
	size_t buffer_bytes;
	unsigned long usual_points; /* of an ingest */
	char name[WORLD_FILES][WORLD_PATH];
	const char *names[WORLD_FILES];
	char failure[1024]; /* "": none */
};

static int ingest_step(struct tester *t), killed_step(struct tester *t),
    raced_step(struct tester *t), recount_step(struct tester *t), dry_step(struct tester *t);

/* clang-format off */
static const struct {
	const char *name;
	int weight;
	int races; /* may happen in the middle of an ingest */
	world_step_fn *world;
	int (*tester)(struct tester *t);
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
	{ "ingest",       17, 0, NULL, ingest_step },
	{ "killed",        5, 0, NULL, killed_step },
	{ "raced",         3, 0, NULL, raced_step },
	{ "recount",       1, 0, NULL, recount_step },
	{ "dry run",       1, 0, NULL, dry_step },
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

__attribute__((format(printf, 2, 3))) static int fail(struct tester *t, const char *format, ...)
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
static int ingest(
    struct tester *t, struct nines_ingest how, int *incomplete, struct nines_error *err)
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
	how.now = CLOCK_S;
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
	if (ingest(t, how, &incomplete, &err) != 0)
		return fail(t, "an ingest failed: %s: %s", err.source, err.text);
	if (incomplete && !world_is_broken(&t->world) && !t->world.destroyed && !t->shim->call &&
	    !t->world.burst)
		return fail(t, "an ingest was incomplete, though all could be read");
	if (!incomplete && world_is_broken(&t->world) && !t->shim->call && !how.dry_run)
		return fail(t, "an ingest was complete, though a gzip has no end");
	return 0;
}

static int ingest_step(struct tester *t)
{
	if (ingest_now(t, (struct nines_ingest){ .reading = NULL }) != 0)
		return -1;
	t->usual_points = t->shim->points;
	world_ingested(&t->world);
	return 0;
}
static int recount_step(struct tester *t)
{
	if (ingest_now(t, (struct nines_ingest){ .recount = 1 }) != 0)
		return -1;
	world_ingested(&t->world);
	return 0;
}
static int dry_step(struct tester *t)
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
	if (ingest(t, (struct nines_ingest){ .reading = NULL }, &incomplete, &err) == 0)
		_exit(0);
	fprintf(stderr, "%s: %s\n", err.source, err.text);
	_exit(1);
}

static int killed_step(struct tester *t)
{
	int status;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid == 0)
		die_ingesting(t, t->now->r);
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return fail(t, "cannot fork: %s", strerror(errno));
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
		world_ingested(&t->world);
		return 0;
	}
	if (!WIFEXITED(status) || WEXITSTATUS(status) != SHIM_ENDED)
		return fail(t, "an ingest that was to be killed ended with status %d", status);
	if (t->verbose)
		printf("    (killed)\n");
	world_perhaps_ingested(&t->world);
	return 0;
}

/* What others do while an ingest runs. */
static void race(void *ctx)
{
	struct tester *t = ctx;
	uint64_t r = t->now->r + 1;
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

static int raced_step(struct tester *t)
{
	uint64_t r = t->now->r;
	int rc;

	t->shim->call = race;
	t->shim->call_at = 1 + world_random(&r) % (t->usual_points / 2 + 4);
	rc = ingest_now(t, (struct nines_ingest){ .reading = NULL });
	t->shim->call = NULL;
	if (rc == 0 && t->shim->call_at)
		world_ingested(&t->world);
	t->shim->call_at = 0;
	return rc;
}

/* ---- what the store must hold ---- */

static struct tally_cell cell_of(const struct tally *tally, int64_t minute, int sli)
{
	struct ledger_walk w;

	ledger_walk_near(&w, tally_column(tally, (size_t)sli), minute);
	while (ledger_walk_next(&w))
		if (w.start_s == minute)
			return w.cell;
	return (struct tally_cell){ 0 };
}

static uint64_t sum_of(const struct ledger *column)
{
	struct ledger_walk w;
	uint64_t sum = 0;

	for (ledger_walk_begin(&w, column); ledger_walk_next(&w);)
		sum += w.cell.valid;
	return sum;
}

static int check_cells(struct tester *t, const struct store_view *view)
{
	uint64_t sum = 0, all = 0, lines;

	for (int tick = 0; tick <= t->world.tick; tick++) {
		const int64_t minute = CLOCK_S - 86400 + tick / WORLD_SLIS * 60;
		const struct tally_cell cell = cell_of(&view->tally, minute, tick % WORLD_SLIS);
		int least, most;

		world_expect(&t->world, tick, &least, &most);
		sum += cell.valid;
		if (cell.valid < (uint64_t)least || cell.valid > (uint64_t)most)
			return fail(t, "line %d was counted %" PRIu64 " times, not %d%s", tick,
			    cell.valid, least, most > least ? " or more" : "");
		if (cell.good != (tick % 5 ? cell.valid : 0))
			return fail(t, "line %d was judged wrongly", tick);
	}
	for (size_t i = 0; i < WORLD_SLIS; i++)
		all += sum_of(tally_column(&view->tally, i));
	lines = sum_of(tally_traffic(&view->tally));
	if (all != sum)
		return fail(t, "%" PRIu64 " events more than lines", all - sum);
	if (lines != sum)
		return fail(t, "the traffic is %" PRIu64 " lines, not %" PRIu64, lines, sum);
	return 0;
}

/* The digests of the series, as the store has them. */
static struct store_shape shape_of(
    const struct store_info *info, struct store_series series[WORLD_SLIS], char name[WORLD_SLIS][8])
{
	struct store_shape shape = { .sli = series, .slis = WORLD_SLIS };

	for (size_t i = 0; i < WORLD_SLIS; i++) {
		(void)snprintf(name[i], sizeof name[i], "j%zu", i);
		series[i] = (struct store_series){ i + 1, name[i], "availability" };
	}
	for (size_t i = 0; i < info->series_count; i++) {
		const struct store_info_series *s = &info->series[i];

		if (!s->journey)
			shape.traffic = s->digest;
		for (size_t j = 0; s->journey && j < WORLD_SLIS; j++)
			if (strcmp(s->journey, name[j]) == 0)
				series[j].digest = s->digest;
	}
	return shape;
}

static void finding(void *ctx, const char *text)
{
	(void)fail(ctx, "verify: %s", text);
}

static int check_open(struct tester *t, struct store *store, struct nines_error *err)
{
	struct store_series series[WORLD_SLIS];
	char name[WORLD_SLIS][8];
	struct store_shape shape;
	struct store_info info;
	struct store_view view;
	size_t findings, gaps;

	if (store_inspect(store, &info, err) != NINES_OK)
		return -1;
	shape = shape_of(&info, series, name);
	gaps = info.losts;
	store_info_fini(&info);
	if (store_load(store, &shape, NINES_NEVER, NINES_NEVER, &view, err) != NINES_OK)
		return -1;
	(void)check_cells(t, &view);
	store_view_fini(&view);
	if (gaps == 0 && t->world.gap_due)
		return fail(t, "lines were lost, and no gap was noticed");
	if (gaps > 0 && !t->world.destroyed)
		return fail(t, "a gap, though nothing was lost");
	if (t->seed % 4 == 0 && store_verify(store, finding, t, &findings, err) != NINES_OK)
		return -1;
	return 0;
}

static void check(struct tester *t)
{
	struct nines_error err = { NINES_OK, 0, 0, "", "" };
	struct store *store = NULL;

	if (store_open(&store, t->store, STORE_READ, 0, &err) != NINES_OK ||
	    (check_open(t, store, &err) != 0 && !t->failure[0]))
		(void)fail(t, "the store cannot be read: %s: %s", err.source, err.text);
	store_close(store);
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
	t->now = step;
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
		check(t);
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
