#include "pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <string.h>

#include "err.h"
#include "mem.h"
#include "needle.h"
#include "simd.h"

#define OPTIONS              (PCRE2_NEVER_UTF | PCRE2_NEVER_UCP | PCRE2_NEVER_BACKSLASH_C | PCRE2_DOLLAR_ENDONLY)
#define MATCH_LIMIT_BASE     10000u
#define MATCH_LIMIT_PER_BYTE 16u
#define NATIVE_STEPS         500000000u /* over all starts: about a second */
#define INTERPRETER_STEPS    50000000u
#define HEAP_LIMIT_KIB       (32u << 10)
#define STACK_MIN_BYTES      (32u << 10)
#define STACK_MAX_BYTES      (1u << 20)
#define HEAD_BYTES_MIN       2 /* one is found at once by PCRE2, too */
#define SEEK_BYTES_MIN       3 /* two are nearly everywhere */

struct pattern {
	pcre2_code *code;
	char *text;
	size_t text_bytes;
	unsigned groups;
	int jit;               /* native code was made */
	int anchored;          /* there is one start only */
	struct prefix *prefix; /* NULL: it has none */
	char *head; /* the text that every match begins with; NULL: nothing worth looking for */
	size_t head_bytes;
	int head_is_all;       /* and that is all of it */
	struct prefix *onward; /* what must be met from there on, the head included, or NULL */
	struct needle needle;  /* the head's */
	int verbs; /* "(*COMMIT)" and the like: what one start says may bind the others */
};

struct pattern_scratch {
	pcre2_match_context *limits;
	pcre2_match_data *whole; /* room for the whole match alone: captures are not copied out */
	pcre2_match_data *groups;
	pcre2_jit_stack *stack; /* NULL in a build of PCRE2 without JIT */
	int no_jit;
};

static void *take(PCRE2_SIZE n, void *ctx)
{
	(void)ctx;
	return mem_new(1, n);
}

static void give_back(void *p, void *ctx)
{
	(void)ctx;
	mem_free(p);
}

static enum nines_status refuse(struct nines_error *err, int number, size_t offset)
{
	const int first = err && err->code == NINES_OK;
	PCRE2_UCHAR text[256];

	if (number == PCRE2_ERROR_HEAP_FAILED || number == PCRE2_ERROR_NOMEMORY)
		return err_nomem(err);
	if (pcre2_get_error_message(number, text, sizeof text) < 0)
		text[0] = '\0';
	(void)err_set(err, NINES_E_SYNTAX, "bad regex: %s", (const char *)text);
	if (first)
		err->column = (unsigned)offset + 1;
	return NINES_E_SYNTAX;
}

/* Leading verbs, "(*UTF)" or "(*CRLF)", would change the meaning that every pattern here has. */
static enum nines_status refuse_verb(struct nines_error *err)
{
	const int first = err && err->code == NINES_OK;

	(void)err_set(err, NINES_E_SYNTAX,
	    "bad regex: it must not begin with a verb such as (*UTF) or (*LIMIT_MATCH=n)");
	if (first)
		err->column = 1;
	return NINES_E_SYNTAX;
}

static int has_verbs(struct str regex)
{
	for (size_t i = str_find(regex, 0, '('); i + 1 < regex.n; i = str_find(regex, i + 1, '(')) {
		if (regex.p[i + 1] == '*')
			return 1;
	}
	return 0;
}

static enum nines_status compile(struct pattern *p, struct nines_error *err)
{
	pcre2_general_context *const memory = pcre2_general_context_create(take, give_back, NULL);
	pcre2_compile_context *const context = memory ? pcre2_compile_context_create(memory) : NULL;
	PCRE2_SIZE offset = 0;
	uint32_t groups = 0, options = 0;
	size_t native = 0;
	int number = 0;

	if (context && pcre2_set_newline(context, PCRE2_NEWLINE_LF) == 0)
		p->code = pcre2_compile(
		    (PCRE2_SPTR)p->text, p->text_bytes, OPTIONS, &number, &offset, context);
	pcre2_compile_context_free(context);
	pcre2_general_context_free(memory);
	if (!context)
		return err_nomem(err);
	if (!p->code)
		return refuse(err, number, offset);
	/* Where it is refused (W^X systems), the interpreter gives the same answer. */
	(void)pcre2_jit_compile(p->code, PCRE2_JIT_COMPLETE);
	p->jit = pcre2_pattern_info(p->code, PCRE2_INFO_JITSIZE, &native) == 0 && native > 0;
	if (pcre2_pattern_info(p->code, PCRE2_INFO_CAPTURECOUNT, &groups) == 0)
		p->groups = groups;
	if (pcre2_pattern_info(p->code, PCRE2_INFO_ALLOPTIONS, &options) == 0)
		p->anchored = (options & PCRE2_ANCHORED) != 0;
	p->verbs = has_verbs(pattern_text(p));
	return NINES_OK;
}

/* The prefix of an anchored regex; NULL when nothing of it is understood. */
static enum nines_status find_prefix(
    struct prefix **prefix, struct str regex, struct nines_error *err)
{
	*prefix = mem_new(1, sizeof **prefix);
	if (!*prefix)
		return err_nomem(err);
	if (!prefix_parse(*prefix, regex)) {
		mem_free(*prefix);
		*prefix = NULL;
	}
	return NINES_OK;
}

/* Of a regex that begins with a text: what an anchored one in its stead would ask. */
static enum nines_status find_onward(struct pattern *p, struct nines_error *err)
{
	char *anchored = mem_new(p->text_bytes + 1, 1);
	enum nines_status rc;

	if (!anchored)
		return err_nomem(err);
	anchored[0] = '^';
	memcpy(anchored + 1, p->text, p->text_bytes);
	rc = find_prefix(&p->onward, (struct str){ anchored, p->text_bytes + 1 }, err);
	mem_free(anchored);
	if (p->onward)
		prefix_end_runs(p->onward);
	return rc;
}

static int is_punctuation(char c)
{
	return c >= '!' && c <= '~' && !prefix_is_word(c);
}

/* The text that the regex begins with, until something else than bytes and escaped punctuation
 * comes.  What "?" or the like may leave out is no part of it.  Where such a text is not found
 * there is no match, and PCRE2, which fails in it at every start just the same, could not run out
 * of its budget either.  Behind a '|' there may be another text. */
static size_t read_head(struct str regex, char *head, int *is_all)
{
	size_t n = 0, i = 0;

	*is_all = 0;
	if (str_find(regex, 0, '|') < regex.n)
		return 0;
	while (i < regex.n) {
		const size_t escaped = regex.p[i] == '\\';

		if (escaped && (i + 1 == regex.n || !is_punctuation(regex.p[i + 1])))
			return n;
		if (!escaped && strchr("^$.[]()*+?{}", regex.p[i])) {
			if (n > 0 && strchr("*+?{", regex.p[i]))
				n--;
			return n;
		}
		i += escaped;
		head[n++] = regex.p[i++];
	}
	*is_all = 1;
	return n;
}

static enum nines_status find_head(struct pattern *p, struct nines_error *err)
{
	p->head = mem_new(p->text_bytes + 1, 1);
	if (!p->head)
		return err_nomem(err);
	p->head_bytes = read_head(pattern_text(p), p->head, &p->head_is_all);
	if (p->head_bytes < HEAD_BYTES_MIN) {
		mem_free(p->head);
		p->head = NULL;
		return NINES_OK;
	}
	p->needle = needle_of((struct str){ p->head, p->head_bytes });
	return p->head_is_all ? NINES_OK : find_onward(p, err);
}

enum nines_status pattern_new(struct pattern **pattern, struct str regex, struct nines_error *err)
{
	struct pattern *p;
	enum nines_status rc;

	if (str_starts(regex, "(*"))
		return refuse_verb(err);
	p = mem_new(1, sizeof *p);
	if (!p)
		return err_nomem(err);
	p->text = mem_new(regex.n + 1, 1);
	p->text_bytes = regex.n;
	if (p->text && regex.n > 0)
		memcpy(p->text, regex.p, regex.n);
	rc = p->text ? compile(p, err) : err_nomem(err);
	if (rc == NINES_OK)
		rc = find_prefix(&p->prefix, pattern_text(p), err);
	if (rc == NINES_OK)
		rc = find_head(p, err);
	if (rc != NINES_OK) {
		pattern_free(p);
		return rc;
	}
	*pattern = p;
	return NINES_OK;
}

void pattern_free(struct pattern *pattern)
{
	if (!pattern)
		return;
	pcre2_code_free(pattern->code);
	mem_free(pattern->prefix);
	mem_free(pattern->onward);
	mem_free(pattern->head);
	mem_free(pattern->text);
	mem_free(pattern);
}

struct str pattern_text(const struct pattern *pattern)
{
	return (struct str){ pattern->text, pattern->text_bytes };
}

const struct prefix *pattern_prefix(const struct pattern *pattern)
{
	return pattern->prefix;
}

struct str pattern_head(const struct pattern *pattern)
{
	if (!pattern->head || pattern->head_bytes < SEEK_BYTES_MIN)
		return STR("");
	return (struct str){ pattern->head, pattern->head_bytes };
}

const char *pattern_find_head(const struct pattern *pattern, const char *p, const char *end)
{
	return needle_find(&pattern->needle, p, end);
}

unsigned pattern_groups(const struct pattern *pattern)
{
	return pattern->groups;
}

/* The name table has entries of one size: the number in two bytes, high byte first, then the name
 * and a NUL. */
struct str pattern_group_name(const struct pattern *pattern, unsigned group)
{
	PCRE2_SPTR entry = NULL;
	uint32_t names = 0, size = 0;

	if (pcre2_pattern_info(pattern->code, PCRE2_INFO_NAMECOUNT, &names) != 0 ||
	    pcre2_pattern_info(pattern->code, PCRE2_INFO_NAMEENTRYSIZE, &size) != 0 ||
	    pcre2_pattern_info(pattern->code, PCRE2_INFO_NAMETABLE, &entry) != 0 || !entry)
		return STR("");
	for (; names > 0; names--, entry += size) {
		if (((unsigned)entry[0] << 8 | entry[1]) == group)
			return str_of((const char *)entry + 2);
	}
	return STR("");
}

static int fill(struct pattern_scratch *s, pcre2_general_context *memory)
{
	uint32_t has_jit = 0;

	s->limits = pcre2_match_context_create(memory);
	s->whole = pcre2_match_data_create(1, memory);
	s->groups = pcre2_match_data_create(PATTERN_GROUPS_MAX, memory);
	if (!s->limits || !s->whole || !s->groups)
		return 0;
	(void)pcre2_set_heap_limit(s->limits, HEAP_LIMIT_KIB);
	(void)pcre2_config(PCRE2_CONFIG_JIT, &has_jit);
	if (!has_jit || s->no_jit)
		return 1;
	s->stack = pcre2_jit_stack_create(STACK_MIN_BYTES, STACK_MAX_BYTES, memory);
	if (!s->stack)
		return 0;
	pcre2_jit_stack_assign(s->limits, NULL, s->stack);
	return 1;
}

enum nines_status pattern_scratch_new(
    struct pattern_scratch **scratch, int no_jit, struct nines_error *err)
{
	pcre2_general_context *const memory = pcre2_general_context_create(take, give_back, NULL);
	struct pattern_scratch *const s = mem_new(1, sizeof *s);
	int whole = 0;

	if (memory && s) {
		s->no_jit = no_jit;
		whole = fill(s, memory);
	}
	pcre2_general_context_free(memory);
	if (!whole) {
		pattern_scratch_free(s);
		return err_nomem(err);
	}
	*scratch = s;
	return NINES_OK;
}

void pattern_scratch_free(struct pattern_scratch *scratch)
{
	if (!scratch)
		return;
	pcre2_match_context_free(scratch->limits);
	pcre2_match_data_free(scratch->whole);
	pcre2_match_data_free(scratch->groups);
	pcre2_jit_stack_free(scratch->stack);
	mem_free(scratch);
}

/* From one start, or from each of them when the sum must stay below `steps`. */
static uint32_t limit_for(const struct pattern *pattern, struct str subject, uint32_t steps)
{
	const size_t most = (UINT32_MAX - MATCH_LIMIT_BASE) / MATCH_LIMIT_PER_BYTE;
	const uint32_t n = (uint32_t)(subject.n < most ? subject.n : most);
	const uint32_t limit = MATCH_LIMIT_BASE + MATCH_LIMIT_PER_BYTE * n;
	const int is_little = ((uint64_t)limit + 1) * ((uint64_t)n + 1) <= steps;

	return steps == 0 || pattern->anchored || is_little ? limit : steps / (n + 1);
}

struct search {
	const struct pattern *pattern;
	struct pattern_scratch *scratch;
	struct str subject;
	pcre2_match_data *into;
};

static int interpret(const struct search *s, size_t start, uint32_t options, uint32_t limit)
{
	(void)pcre2_set_match_limit(s->scratch->limits, limit);
	return pcre2_match(s->pattern->code, (PCRE2_SPTR)s->subject.p, s->subject.n, start,
	    options | PCRE2_NO_JIT, s->into, s->scratch->limits);
}

/* Start by start: first with the little that all can have, then those that need more out of one
 * budget. */
static int interpret_each(const struct search *s, uint32_t little, uint32_t full)
{
	uint32_t budget = INTERPRETER_STEPS;

	for (size_t start = 0; start <= s->subject.n; start++) {
		uint32_t limit = little;
		int rc = interpret(s, start, PCRE2_ANCHORED, limit);

		while (rc == PCRE2_ERROR_MATCHLIMIT && limit < full) {
			limit = limit < full / 4 ? limit * 4 : full;
			if (limit > budget)
				return rc;
			budget -= limit;
			rc = interpret(s, start, PCRE2_ANCHORED, limit);
		}
		if (rc != PCRE2_ERROR_NOMATCH)
			return rc;
	}
	return PCRE2_ERROR_NOMATCH;
}

static int search(const struct search *s)
{
	const struct pattern *const pattern = s->pattern;
	const uint32_t full = limit_for(pattern, s->subject, 0);
	uint32_t limit;
	int rc;

	if (pattern->jit && !s->scratch->no_jit) {
		limit = limit_for(pattern, s->subject, NATIVE_STEPS);
		(void)pcre2_set_match_limit(s->scratch->limits, limit);
		rc = pcre2_jit_match(pattern->code, (PCRE2_SPTR)s->subject.p, s->subject.n, 0, 0,
		    s->into, s->scratch->limits);
		if (rc != PCRE2_ERROR_JIT_STACKLIMIT &&
		    (rc != PCRE2_ERROR_MATCHLIMIT || limit == full))
			return rc;
	}
	limit = limit_for(pattern, s->subject, INTERPRETER_STEPS);
	rc = interpret(s, 0, 0, limit);
	if (rc != PCRE2_ERROR_MATCHLIMIT || limit == full || pattern->verbs)
		return rc;
	return interpret_each(s, limit, full);
}

static enum pattern_result run(const struct pattern *pattern, struct pattern_scratch *scratch,
    struct str subject, pcre2_match_data *into)
{
	const struct search s = {
		.pattern = pattern,
		.scratch = scratch,
		.subject = subject.p ? subject : STR(""),
		.into = into,
	};
	const int rc = search(&s);

	if (rc >= 0)
		return PATTERN_YES;
	return rc == PCRE2_ERROR_NOMATCH ? PATTERN_NO : PATTERN_LIMIT;
}

/* Tries what is understood of the regex wherever its head is, first at `head`. */
static enum prefix_answer test_onward(
    const struct pattern *pattern, struct str subject, const char *head)
{
	const char *const end = subject.p + subject.n;

	for (; head; head = simd_find_text(head + 1, end, pattern->head, pattern->head_bytes)) {
		const struct str onward = { head, (size_t)(end - head) };
		const enum prefix_answer answer = prefix_test(pattern->onward, onward);

		if (answer != PREFIX_NO)
			return answer;
	}
	return PREFIX_NO;
}

enum pattern_result pattern_test_from(const struct pattern *pattern,
    struct pattern_scratch *scratch, struct str subject, const char *head)
{
	if (pattern->head_is_all)
		return PATTERN_YES;
	if (pattern->onward) {
		const enum prefix_answer answer = test_onward(pattern, subject, head);

		if (answer != PREFIX_ASK)
			return answer == PREFIX_YES ? PATTERN_YES : PATTERN_NO;
	}
	return run(pattern, scratch, subject, scratch->whole);
}

enum pattern_result pattern_test(
    const struct pattern *pattern, struct pattern_scratch *scratch, struct str subject)
{
	const char *head;

	if (!pattern->head || !subject.p)
		return run(pattern, scratch, subject, scratch->whole);
	head = simd_find_text(subject.p, subject.p + subject.n, pattern->head, pattern->head_bytes);
	if (!head)
		return PATTERN_NO;
	return pattern_test_from(pattern, scratch, subject, head);
}

enum pattern_result pattern_match(const struct pattern *pattern, struct pattern_scratch *scratch,
    struct str subject, struct str *group, size_t n)
{
	const enum pattern_result rc = run(pattern, scratch, subject, scratch->groups);
	const PCRE2_SIZE *const at = pcre2_get_ovector_pointer(scratch->groups);

	if (rc != PATTERN_YES)
		return rc;
	for (size_t i = 0; i < n; i++) {
		const int set = i <= pattern->groups && i < PATTERN_GROUPS_MAX &&
		    at[2 * i] != PCRE2_UNSET && at[2 * i] <= at[2 * i + 1];

		group[i] = (struct str){ NULL, 0 };
		if (set && subject.p)
			group[i] = (struct str){ subject.p + at[2 * i], at[2 * i + 1] - at[2 * i] };
		else if (set)
			group[i] = STR("");
	}
	return PATTERN_YES;
}
