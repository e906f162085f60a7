#include "yaml.h"
#include "yaml_complaint.h"
#include <assert.h>
#include <libyaml.h>

struct frame {
	struct yaml_node *node;      /* the open collection */
	const struct yaml_node *key; /* MAP: the key that waits for its value */
	size_t base;                 /* its first item in builder.item */
};

/* Marks of libyaml count characters; the cursor turns them into bytes.  They come almost in order,
 * so a text costs one walk, however long its lines are. */
struct cursor {
	size_t index, byte; /* characters and bytes before it */
	size_t line_start;  /* byte */
	unsigned line;      /* from 1; ended by '\n' alone, as excerpts are */
};

struct builder {
	struct mem_arena *arena;
	struct diag_list *diag;
	struct str text;
	struct cursor cursor;
	struct frame open[YAML_DEPTH_MAX];
	unsigned depth;
	struct yaml_item *item; /* finished items of all open collections, innermost last */
	size_t items, item_room;
	const struct yaml_item **order; /* scratch of the search for duplicates */
	size_t order_room;
	size_t nodes, documents;
	const struct yaml_node *root;
};

enum progress {
	GO_ON,
	STOP, /* a finding was added, memory ran out, or the text has ended */
};

static int continues(char c)
{
	return ((unsigned char)c & 0xC0) == 0x80;
}

static void step_forward(struct cursor *at, struct str text)
{
	if (text.p[at->byte] == '\n') {
		at->line++;
		at->line_start = at->byte + 1;
	}
	at->byte++;
	while (at->byte < text.n && continues(text.p[at->byte]))
		at->byte++;
	at->index++;
}

static void step_back(struct cursor *at, struct str text)
{
	do
		at->byte--;
	while (at->byte && continues(text.p[at->byte]));
	at->index--;
	if (text.p[at->byte] != '\n')
		return;
	at->line--;
	at->line_start = at->byte;
	while (at->line_start && text.p[at->line_start - 1] != '\n')
		at->line_start--;
}

static void move_to(struct builder *b, size_t index)
{
	while (b->cursor.index < index && b->cursor.byte < b->text.n)
		step_forward(&b->cursor, b->text);
	while (b->cursor.index > index && b->cursor.byte)
		step_back(&b->cursor, b->text);
}

static struct diag_place place_here(const struct cursor *at)
{
	return (struct diag_place){ at->line, (unsigned)(at->byte - at->line_start) + 1, 1 };
}

static struct diag_place place_of(struct builder *b, yaml_mark_t mark)
{
	move_to(b, mark.index);
	return place_here(&b->cursor);
}

/* Bytes from start to end, or to the end of the line; at least 1. */
static unsigned width_of(struct str text, size_t start, size_t end)
{
	size_t newline = str_find(text, start, '\n');
	size_t n = (newline < end ? newline : end) - start;

	return n ? (unsigned)n : 1;
}

static enum progress refuse(
    struct builder *b, struct diag_place place, const char *text, const char *hint)
{
	diag_add(b->diag, NINES_ERROR, place, hint, "%s", text);
	return STOP;
}

static enum progress nomem(struct builder *b)
{
	b->diag->failed = 1;
	return STOP;
}

static enum progress attach(struct builder *b, const struct yaml_node *node)
{
	struct frame *top = &b->open[b->depth ? b->depth - 1 : 0];
	struct yaml_item *grown;

	if (!b->depth) {
		b->root = node;
		return GO_ON;
	}
	if (top->node->kind == YAML_MAP && !top->key) {
		top->key = node;
		return GO_ON;
	}
	grown = mem_grow(b->item, &b->item_room, b->items + 1, sizeof *grown);
	if (!grown)
		return nomem(b);
	b->item = grown;
	b->item[b->items++] = (struct yaml_item){ top->key, node };
	top->key = NULL;
	return GO_ON;
}

static struct yaml_node *new_node(struct builder *b, const yaml_event_t *event, enum yaml_kind kind)
{
	struct yaml_node *node = mem_arena_new(b->arena, 1, sizeof *node);

	if (!node) {
		(void)nomem(b);
		return NULL;
	}
	b->nodes++;
	node->kind = kind;
	node->place = place_of(b, event->start_mark);
	node->start = node->end = b->cursor.byte;
	node->value = STR("");
	return node;
}

static void end_at(struct builder *b, struct yaml_node *node, yaml_mark_t mark)
{
	move_to(b, mark.index);
	node->end = b->cursor.byte > node->start ? b->cursor.byte : node->start;
	node->place.width = width_of(b->text, node->start, node->end);
}

static void refuse_decoration(
    struct builder *b, struct diag_place place, const void *anchor, const void *tag)
{
	if (anchor)
		(void)refuse(b, place, "anchors (&name) are not supported",
		    "remove it; put text that begins with & in single quotes");
	if (tag)
		(void)refuse(b, place, "tags (!name) are not supported",
		    "remove it; put text that begins with ! in single quotes");
}

static enum yaml_style scalar_style(yaml_scalar_style_t style)
{
	if (style == YAML_SINGLE_QUOTED_SCALAR_STYLE)
		return YAML_SINGLE;
	if (style == YAML_DOUBLE_QUOTED_SCALAR_STYLE)
		return YAML_DOUBLE;
	if (style == YAML_LITERAL_SCALAR_STYLE || style == YAML_FOLDED_SCALAR_STYLE)
		return YAML_BLOCK;
	return YAML_PLAIN;
}

static enum progress on_scalar(struct builder *b, const yaml_event_t *event)
{
	struct yaml_node *node = new_node(b, event, YAML_SCALAR);

	if (!node)
		return STOP;
	node->style = scalar_style(event->data.scalar.style);
	node->value = mem_arena_str(b->arena,
	    (struct str){ (const char *)event->data.scalar.value, event->data.scalar.length });
	if (!node->value.p)
		return nomem(b);
	end_at(b, node, event->end_mark);
	refuse_decoration(b, node->place, event->data.scalar.anchor, event->data.scalar.tag);
	if (yaml_absent(node) && node->end > node->start)
		node->kind = YAML_REFUSED;
	return attach(b, node);
}

static enum progress on_alias(struct builder *b, const yaml_event_t *event)
{
	struct yaml_node *node = new_node(b, event, YAML_REFUSED);

	if (!node)
		return STOP;
	end_at(b, node, event->end_mark);
	(void)refuse(b, node->place, "aliases (*name) are not supported",
	    "write the value out; put a regex or glob that begins with * in single quotes");
	return attach(b, node);
}

static enum progress on_open(struct builder *b, const yaml_event_t *event, enum yaml_kind kind)
{
	const struct frame *top = &b->open[b->depth ? b->depth - 1 : 0];
	struct yaml_node *node;

	if (b->depth && top->node->kind == YAML_MAP && !top->key)
		return refuse(b, place_of(b, event->start_mark), "a key cannot be a map or a list",
		    "put text that begins with { or [ in single quotes");
	if (b->depth == YAML_DEPTH_MAX) {
		diag_add(b->diag, NINES_ERROR, place_of(b, event->start_mark), NULL,
		    "maps and lists are nested more than %d deep", YAML_DEPTH_MAX);
		return STOP;
	}
	node = new_node(b, event, kind);
	if (!node)
		return STOP;
	b->open[b->depth++] = (struct frame){ .node = node, .base = b->items };
	return GO_ON;
}

static enum progress on_open_map(struct builder *b, const yaml_event_t *event)
{
	enum progress progress = on_open(b, event, YAML_MAP);

	if (progress == STOP)
		return STOP;
	if (event->data.mapping_start.style == YAML_BLOCK_MAPPING_STYLE)
		b->open[b->depth - 1].node->style = YAML_BLOCK;
	refuse_decoration(b, b->open[b->depth - 1].node->place, event->data.mapping_start.anchor,
	    event->data.mapping_start.tag);
	return GO_ON;
}

static enum progress on_open_list(struct builder *b, const yaml_event_t *event)
{
	enum progress progress = on_open(b, event, YAML_LIST);

	if (progress == STOP)
		return STOP;
	if (event->data.sequence_start.style == YAML_BLOCK_SEQUENCE_STYLE)
		b->open[b->depth - 1].node->style = YAML_BLOCK;
	refuse_decoration(b, b->open[b->depth - 1].node->place, event->data.sequence_start.anchor,
	    event->data.sequence_start.tag);
	return GO_ON;
}

static int by_key_then_place(const void *left, const void *right)
{
	const struct yaml_node *a = (*(const struct yaml_item *const *)left)->key;
	const struct yaml_node *b = (*(const struct yaml_item *const *)right)->key;
	int order =
	    memcmp(a->value.p, b->value.p, a->value.n < b->value.n ? a->value.n : b->value.n);

	if (order)
		return order;
	if (a->value.n != b->value.n)
		return a->value.n < b->value.n ? -1 : 1;
	return (a->start > b->start) - (a->start < b->start);
}

static enum progress find_duplicates(struct builder *b, const struct yaml_node *map)
{
	const struct yaml_item **order =
	    mem_grow(b->order, &b->order_room, map->items, sizeof *order);
	const struct yaml_node *first = NULL;
	size_t n = 0;

	if (!order)
		return nomem(b);
	b->order = order;
	for (size_t i = 0; i < map->items; i++)
		if (map->item[i].key->kind == YAML_SCALAR)
			order[n++] = &map->item[i];
	qsort(order, n, sizeof *order, by_key_then_place);
	for (size_t i = 0; i < n; i++) {
		const struct yaml_node *key = order[i]->key;
		int shown = key->value.n < 60 ? (int)key->value.n : 60;

		if (first && str_equal(first->value, key->value))
			diag_add(b->diag, NINES_ERROR, key->place, "keep one of the two",
			    "duplicate key \"%.*s\" (first at %u:%u)", shown, key->value.p,
			    first->place.line, first->place.column);
		else
			first = key;
	}
	return GO_ON;
}

static enum progress on_close(struct builder *b, const yaml_event_t *event)
{
	const struct frame *top = &b->open[--b->depth];
	struct yaml_node *node = top->node;
	struct yaml_item *item;

	assert(node);
	node->items = b->items - top->base;
	end_at(b, node, event->end_mark);
	if (node->items) {
		item = mem_arena_new(b->arena, node->items, sizeof *item);
		if (!item)
			return nomem(b);
		memcpy(item, b->item + top->base, node->items * sizeof *item);
		node->item = item;
		b->items = top->base;
	}
	if (node->style == YAML_BLOCK)
		node->place.width =
		    node->kind == YAML_MAP && node->items ? node->item[0].key->place.width : 1;
	if (node->kind == YAML_MAP && node->items > 1 && find_duplicates(b, node) == STOP)
		return STOP;
	return attach(b, node);
}

static enum progress on_document(struct builder *b, const yaml_event_t *event)
{
	if (!b->documents++)
		return GO_ON;
	return refuse(b, place_of(b, event->start_mark), "a second document",
	    "put it into a file of its own");
}

static enum progress on_event(struct builder *b, const yaml_event_t *event)
{
	if (b->nodes > YAML_NODES_MAX)
		return refuse(b, place_of(b, event->start_mark), "more than 200,000 values", NULL);
	switch (event->type) {
	case YAML_DOCUMENT_START_EVENT:
		return on_document(b, event);
	case YAML_ALIAS_EVENT:
		return on_alias(b, event);
	case YAML_SCALAR_EVENT:
		return on_scalar(b, event);
	case YAML_SEQUENCE_START_EVENT:
		return on_open_list(b, event);
	case YAML_MAPPING_START_EVENT:
		return on_open_map(b, event);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		return on_close(b, event);
	case YAML_STREAM_END_EVENT:
		return STOP;
	case YAML_NO_EVENT:
	case YAML_STREAM_START_EVENT:
	case YAML_DOCUMENT_END_EVENT:
		break;
	}
	return GO_ON;
}

static void read_events(struct builder *b, yaml_parser_t *parser, size_t skipped)
{
	enum progress progress = GO_ON;

	while (progress == GO_ON) {
		yaml_event_t event;

		if (!yaml_parser_parse(parser, &event)) {
			b->root = NULL;
			yaml_complaint_add(b->diag, b->text, skipped, parser);
			return;
		}
		progress = on_event(b, &event);
		if (progress == STOP && event.type != YAML_STREAM_END_EVENT)
			b->root = NULL;
		yaml_event_delete(&event);
	}
}

/* The byte order mark is taken off here: libyaml would count it as a column of the first line. */
static size_t byte_order_mark(struct builder *b)
{
	if (str_starts(b->text, "\xFF\xFE") || str_starts(b->text, "\xFE\xFF")) {
		(void)refuse(b, (struct diag_place){ 0, 0, 0 }, "the file is UTF-16",
		    "save the file as UTF-8");
		return b->text.n;
	}
	return str_starts(b->text, "\xEF\xBB\xBF") ? 3 : 0;
}

static const struct yaml_node *nothing(struct builder *b)
{
	struct yaml_node *node = mem_arena_new(b->arena, 1, sizeof *node);

	if (!node) {
		(void)nomem(b);
		return NULL;
	}
	node->value = STR("");
	node->place = (struct diag_place){ 1, 1, 1 };
	return node;
}

const struct yaml_node *yaml_parse(struct mem_arena *arena, struct diag_list *diag, struct str text)
{
	struct builder b = { .arena = arena,
		.diag = diag,
		.text = text.p ? text : STR(""),
		.cursor = { .line = 1 } };
	unsigned errors = diag->errors;
	size_t skipped = byte_order_mark(&b);
	yaml_parser_t parser;

	if (diag->errors > errors)
		return NULL;
	if (!yaml_parser_initialize(&parser)) {
		(void)nomem(&b);
		return NULL;
	}
	b.cursor.byte = skipped;
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(
	    &parser, (const unsigned char *)b.text.p + skipped, b.text.n - skipped);
	read_events(&b, &parser, skipped);
	yaml_parser_delete(&parser);
	mem_free(b.item);
	mem_free(b.order);
	if (!b.root && !b.documents && !diag->failed && diag->errors == errors)
		return nothing(&b);
	return diag->failed ? NULL : b.root;
}
