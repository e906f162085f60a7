/* What the readers of a config share.  A reader takes a node and fills a place; what it does not
 * like becomes a finding, and reading goes on: one run shows every mistake.  Failing memory sticks
 * in `nomem`, a file that cannot be opened in `refused`; both are asked for once, at the end,
 * so readers only avoid null pointers. */
#ifndef SPEC_IMPL_H
#define SPEC_IMPL_H
#include "spec.h"
#include "yaml.h"
#include <stddef.h>

struct spec_reader {
	struct spec *spec;
	const struct nines_io *io;
	int nomem;
	struct nines_error refused;  /* the system would not open a file: no fault of the config */
	unsigned guesses;            /* names compared for "did you mean"; bounds hostile configs */
	int no_format;               /* the format is wrong: say nothing about fields */
	struct format_source source; /* what the format was made of */
	struct spec_window window;   /* of objectives that name none */
	int nameless; /* some journey or SLI has no proper name: say nothing about unknown ones */
	const char **sli_name; /* "journey/sli" of all, made when first needed */
};

/* ---- maps: one table row per key ---- */

struct spec_key;
typedef void spec_read_fn(
    struct spec_reader *r, const struct spec_key *key, const struct yaml_node *node, void *into);
enum spec_need {
	SPEC_OPTIONAL,
	SPEC_REQUIRED,
	SPEC_EVEN_ABSENT
}; /* EVEN_ABSENT: read with node NULL */
struct spec_key {
	const char *name;
	enum spec_need need;
	spec_read_fn *read;
	size_t offset;       /* of the place to fill, in the object of the map */
	const char *example; /* how it is written, for hints */
};
struct spec_map {
	const char *what; /* "an SLI" */
	const struct spec_key *key;
	size_t keys;
};
#define SPEC_MAP(what, row)                         \
	{                                           \
		what, row, sizeof row / sizeof *row \
	}
/* Keys are read in the order of the table, whatever the order of the text; unknown, missing and
 * empty ones are findings.  0 when node is no map. */
int spec_map_read(
    struct spec_reader *r, const struct spec_map *map, const struct yaml_node *node, void *object);
/* An array of node->items objects of `size`, each filled by `read`; NULL when there are none.  node
 * is a list. */
void *spec_map_each(struct spec_reader *r, const struct spec_key *key, const struct yaml_node *node,
    size_t size, spec_read_fn *read);
/* 1 when the node is of that kind; else a finding. */
int spec_map_expect(struct spec_reader *r, const struct spec_key *key, const struct yaml_node *node,
    enum yaml_kind kind);

/* ---- values ---- */

/* Text that the arena keeps, or a note that memory ran out: use spec_value_fmt(r, "...", ...). */
const char *spec_value_keep(struct spec_reader *r, const char *text);
#define spec_value_fmt(r, ...) spec_value_keep(r, mem_arena_fmt(&(r)->spec->arena, __VA_ARGS__))
/* For "%.*s" in findings: the beginning of what the user wrote, on one line's worth of bytes. */
struct str spec_value_clip(struct str s);
struct spec_mark spec_value_mark(const struct yaml_node *node);
struct diag_place spec_value_place(struct spec_mark mark);
void *spec_value_new(struct spec_reader *r, size_t count, size_t size);
const char *spec_value_copy(struct spec_reader *r, struct str s);
/* The nearest of n names, or NULL. */
const char *spec_value_guess(
    struct spec_reader *r, struct str s, const char *const *name, size_t n);
/* "did you mean "x"? " or "", followed by what is known. */
const char *spec_value_suggest(
    struct spec_reader *r, struct str s, const char *const *name, size_t n, const char *known);

/* Readers of single values; `into` is ... */
spec_read_fn spec_value_text;    /* const char * */
spec_read_fn spec_value_percent; /* uint64_t: ppb */
spec_read_fn spec_value_share;   /* uint64_t: ppb, more than 0 % */
spec_read_fn spec_value_count;   /* uint64_t */
spec_read_fn spec_value_minutes; /* int64_t: seconds, a positive number of whole minutes */
/* A duration in nanoseconds; 0 after a finding.  `example` is one with its unit, for hints. */
int spec_value_span(
    struct spec_reader *r, const struct yaml_node *node, const char *example, int64_t *ns);
/* A name by the grammar; its place goes to *mark. */
const char *spec_value_name(struct spec_reader *r, const struct spec_key *key,
    const struct yaml_node *node, struct spec_mark *mark);
/* Index of the word among n, or -1 after a finding. */
int spec_value_word(struct spec_reader *r, const struct spec_key *key, const struct yaml_node *node,
    const char *const *word, size_t n);

/* ---- the parts of a config ---- */

spec_read_fn spec_logs_read;          /* struct spec; node may be NULL */
spec_read_fn spec_logs_zone;          /* struct zone * */
spec_read_fn spec_rule_read;          /* const struct spec_rule * */
spec_read_fn spec_journey_list;       /* struct spec */
spec_read_fn spec_objective_list;     /* struct spec_sli */
spec_read_fn spec_objective_window;   /* struct spec_window */
spec_read_fn spec_period_exclusions;  /* struct spec */
spec_read_fn spec_period_annotations; /* struct spec */
spec_read_fn spec_alert_list;         /* struct spec; node may be NULL */
spec_read_fn spec_test_list;          /* struct spec */

/* A finding about a regex or a format's text, at byte problem->column (0: as a whole) of the node's
 * value. */
void spec_rule_complain(
    struct spec_reader *r, const struct yaml_node *node, const struct nines_error *problem);
/* A warning when the regex is risky. */
void spec_rule_warn(struct spec_reader *r, const struct yaml_node *node);

/* ---- digests: XXH3-64 of kinds and values, never of how they were written ---- */

uint64_t spec_digest_mix(uint64_t digest, uint64_t value);
uint64_t spec_digest_node(
    const struct yaml_node *node); /* the order of a map's keys does not matter */
/* The order of ALL and ANY does not matter.  A rule that is not there has a digest of its own. */
uint64_t spec_digest_rule(const struct spec *spec, const struct spec_rule *rule);
uint64_t spec_digest_source(const struct format_source *source);
#endif
