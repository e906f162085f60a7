#include "spec_impl.h"
#define XXH_INLINE_ALL
#include <xxhash.h>

static void little_endian(unsigned char p[8], uint64_t v)
{
	for (int i = 0; i < 8; i++)
		p[i] = (unsigned char)(v >> (8 * i));
}

uint64_t spec_digest_mix(uint64_t digest, uint64_t value)
{
	unsigned char p[16];

	little_endian(p, digest);
	little_endian(p + 8, value);
	return XXH3_64bits(p, sizeof p);
}

static uint64_t digest_str(uint64_t kind, struct str s)
{
	return spec_digest_mix(spec_digest_mix(kind, s.n), XXH3_64bits(s.p ? s.p : "", s.n));
}

uint64_t spec_digest_node(const struct yaml_node *node)
{
	uint64_t digest = spec_digest_mix(node->kind, node->items), sum = 0;

	if (node->kind == YAML_SCALAR)
		return digest_str(node->kind, node->value);
	for (size_t i = 0; i < node->items; i++) {
		uint64_t value = spec_digest_node(node->item[i].value);

		if (node->kind == YAML_MAP)
			sum += spec_digest_mix(spec_digest_node(node->item[i].key), value);
		else
			digest = spec_digest_mix(digest, value);
	}
	return spec_digest_mix(digest, sum);
}

uint64_t spec_digest_rule(const struct spec *spec, const struct spec_rule *rule)
{
	uint64_t digest, sum = 0;

	if (!rule)
		return spec_digest_mix(UINT64_MAX, 0);
	digest = spec_digest_mix(rule->kind, rule->children);
	switch (rule->kind) {
	case SPEC_WITHIN:
		digest = spec_digest_mix(digest, (uint64_t)rule->within_ns);
		return spec_digest_mix(
		    digest, digest_str(0, format_slot_name(spec->format, (int)rule->slot)));
	case SPEC_MATCH:
		digest = spec_digest_mix(digest, digest_str(0, str_of(rule->key)));
		return spec_digest_mix(digest, digest_str(1, pattern_text(rule->pattern)));
	case SPEC_LINE:
		return spec_digest_mix(digest, digest_str(1, pattern_text(rule->pattern)));
	case SPEC_ALL:
	case SPEC_ANY:
	case SPEC_NOT:
		break;
	}
	for (size_t i = 0; i < rule->children; i++)
		sum += spec_digest_rule(spec, rule->child[i]);
	return spec_digest_mix(digest, sum);
}

uint64_t spec_digest_source(const struct format_source *source)
{
	uint64_t digest = digest_str(source->kind, source->text), sum = 0;

	for (size_t i = 0; i < source->keys; i++)
		sum += spec_digest_mix(
		    digest_str(0, source->key[i].field), digest_str(1, source->key[i].path));
	digest = spec_digest_mix(digest, sum);
	return spec_digest_mix(
	    digest, digest_str(2, str_of(source->zone ? zone_name(source->zone) : "UTC")));
}
