/* YAML, and with it JSON, as a tree of nodes that know where they stand in the text.
 * The tree is built from libyaml's events and lives in the caller's arena.  What a config cannot
 * use safely is refused with a finding: aliases, anchors, tags, a second document, duplicate keys,
 * keys that are not scalars.  Scalars are text: nothing is turned into a number, a date or a
 * boolean. */
#ifndef SPEC_YAML_H
#define SPEC_YAML_H
#include "diag.h"
#include "mem.h"

#define YAML_DEPTH_MAX 32 /* maps and lists within each other */
#define YAML_NODES_MAX 200000u

enum yaml_kind {
	YAML_SCALAR,
	YAML_MAP,
	YAML_LIST,
	YAML_REFUSED, /* an alias, or a tag on nothing: already a finding, readers say no more */
};
enum yaml_style {
	YAML_PLAIN,
	YAML_SINGLE,
	YAML_DOUBLE,
	YAML_BLOCK
}; /* BLOCK: | and >, and collections by indent */

struct yaml_node {
	enum yaml_kind kind;
	enum yaml_style style; /* of scalars; collections: PLAIN in braces or brackets, or BLOCK */
	struct str value;      /* SCALAR: unescaped, NUL-terminated beyond n; .p is never NULL */
	const struct yaml_item *item; /* MAP: pairs, LIST: values, in source order */
	size_t items;
	size_t start, end;       /* byte offsets into the text, half open; quotes included */
	struct diag_place place; /* of the start; columns in bytes; the width ends with the line */
};
struct yaml_item {
	const struct yaml_node *key; /* MAP only: a scalar, or REFUSED */
	const struct yaml_node *value;
};

/* The root, or NULL when the text is malformed (diag->errors) or memory ran out (diag->failed).
 * Findings do not always mean NULL: what is well formed but refused leaves a tree, so that its
 * readers can find more.  A text without content is an empty plain scalar.  `text` must be diag's
 * own text; it is not borrowed beyond the call. */
const struct yaml_node *yaml_parse(
    struct mem_arena *arena, struct diag_list *diag, struct str text);
/* The value of the map's first pair of that key; NULL when there is none.  node may be anything. */
const struct yaml_node *yaml_get(const struct yaml_node *node, const char *key);
/* "a map", "a list", "a single value". */
const char *yaml_kind_name(enum yaml_kind kind);
/* Nothing was written: an empty plain scalar. */
int yaml_absent(const struct yaml_node *node);
/* Where byte `offset` of a scalar's value stands in the text: exact in plain and quoted scalars of
 * one line, else the scalar's own place. */
struct diag_place yaml_place_in(const struct yaml_node *node, struct str text, size_t offset);
#endif
