#include "spec_impl.h"
#include <assert.h>

#define KEYS_MAX 32 /* of one table: one bit each */

static const char *known_keys(struct spec_reader *r, const struct spec_map *map)
{
	const char *list = "known:";

	for (size_t i = 0; i < map->keys && list; i++)
		list = spec_value_fmt(r, "%s%s %s", list, i ? "," : "", map->key[i].name);
	return list;
}

/* The index of the key that was meant, or map->keys. */
static size_t refuse_key(
    struct spec_reader *r, const struct spec_map *map, const struct yaml_node *key)
{
	const char *name[KEYS_MAX], *guess, *known = known_keys(r, map);
	struct str shown = spec_value_clip(key->value);
	size_t k = 0;

	for (size_t i = 0; i < map->keys; i++)
		name[i] = map->key[i].name;
	guess = spec_value_guess(r, key->value, name, map->keys);
	while (k < map->keys && name[k] != guess)
		k++;
	if (guess && known)
		known = spec_value_fmt(r, "did you mean \"%s\"? %s", guess, known);
	diag_add(&r->spec->diag, NINES_ERROR, key->place, known, "unknown key \"%.*s\" in %s",
	    STR_ARG(shown), map->what);
	return k;
}

/* One bit for each key of the table that a misspelt one stands for: it is not missing, too. */
static unsigned refuse_unknown(
    struct spec_reader *r, const struct spec_map *map, const struct yaml_node *node)
{
	unsigned meant = 0;

	for (size_t i = 0; i < node->items; i++) {
		const struct yaml_node *key = node->item[i].key;
		size_t k = 0;

		while (k < map->keys && !str_is(key->value, map->key[k].name))
			k++;
		if (k < map->keys || key->kind != YAML_SCALAR || r->spec->diag.used > DIAG_MAX)
			continue;
		k = refuse_key(r, map, key);
		if (k < map->keys)
			meant |= 1u << k;
	}
	return meant;
}

static void refuse_missing(struct spec_reader *r, const struct spec_map *map,
    const struct spec_key *key, const struct yaml_node *node)
{
	diag_add(&r->spec->diag, NINES_ERROR, node->place,
	    spec_value_fmt(r, "for example `%s`", key->example), "%s needs \"%s\"", map->what,
	    key->name);
}

static void read_key(
    struct spec_reader *r, const struct spec_key *key, const struct yaml_node *node, void *object)
{
	const struct yaml_node *value = yaml_get(node, key->name);
	void *into = (char *)object + key->offset;

	if (value && yaml_absent(value)) {
		diag_add(&r->spec->diag, NINES_ERROR, value->place,
		    spec_value_fmt(r, "for example `%s`", key->example), "\"%s\" has no value",
		    key->name);
		value = NULL;
	} else if (value) {
		key->read(r, key, value, into);
		return;
	}
	if (key->need == SPEC_EVEN_ABSENT)
		key->read(r, key, NULL, into);
}

int spec_map_read(
    struct spec_reader *r, const struct spec_map *map, const struct yaml_node *node, void *object)
{
	unsigned meant;

	assert(map->keys <= KEYS_MAX);
	if (node->kind != YAML_MAP) {
		if (node->kind != YAML_REFUSED)
			diag_add(&r->spec->diag, NINES_ERROR, node->place, known_keys(r, map),
			    "%s must be a map, not %s", map->what, yaml_kind_name(node->kind));
		return 0;
	}
	meant = refuse_unknown(r, map, node);
	for (size_t i = 0; i < map->keys; i++) {
		const struct spec_key *key = &map->key[i];

		if (key->need == SPEC_REQUIRED && !(meant >> i & 1) && !yaml_get(node, key->name))
			refuse_missing(r, map, key, node);
		read_key(r, key, node, object);
	}
	return 1;
}

void *spec_map_each(struct spec_reader *r, const struct spec_key *key, const struct yaml_node *node,
    size_t size, spec_read_fn *read)
{
	char *array = node->items ? spec_value_new(r, node->items, size) : NULL;

	for (size_t i = 0; array && i < node->items && !r->nomem; i++)
		read(r, key, node->item[i].value, array + i * size);
	return array;
}

int spec_map_expect(struct spec_reader *r, const struct spec_key *key, const struct yaml_node *node,
    enum yaml_kind kind)
{
	if (node->kind == kind)
		return 1;
	if (node->kind != YAML_REFUSED)
		diag_add(&r->spec->diag, NINES_ERROR, node->place,
		    spec_value_fmt(r, "for example `%s`", key->example),
		    "\"%s\" must be %s, not %s", key->name, yaml_kind_name(kind),
		    yaml_kind_name(node->kind));
	return 0;
}
