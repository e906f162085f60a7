#include "render.h"

#include <string.h>

static const struct renderer table[] = {
	{ "text", "text/plain; charset=utf-8", "a table and sentences for people", render_text },
	{ "json", "application/json", "one object, schema nines-report/1", render_json },
};
#define RENDERERS (sizeof table / sizeof *table)

const struct renderer *render_find(const char *name)
{
	for (size_t i = 0; i < RENDERERS; i++)
		if (strcmp(table[i].name, name) == 0)
			return &table[i];
	return NULL;
}

const struct renderer *render_at(size_t i)
{
	return i < RENDERERS ? &table[i] : NULL;
}
