/* The inside of a format.  Whatever it was made from, a format is a list of origins: things that a
 * line yields by name (an element of a directive, a JSON path, a named group).  A wanted field is a
 * slot, linked to the origins that can fill it; an output is such a link seen from the origin.
 * format.c links, format_text.c and its dialects, format_json.c and format_pattern.c make origins,
 * format_cut.c, with format_clf.h, format_exact.c and format_part.c, and the last two run over
 * lines; format_json.c with format_json_gap.c, format_gap.c and format_escape.c. */
#ifndef FORMAT_IMPL_H
#define FORMAT_IMPL_H
#include "chain.h"
#include "format.h"
#include "mem.h"

#define FORMAT_SOURCE_MAX (64u << 10)   /* bytes of a directive */
#define FORMAT_SCRATCH    (66u << 10)   /* bytes: a line of values unescaped, and their units */
#define FORMAT_TIME_SLOT  RECORD_SLOTS  /* where the time goes: behind the record's */
#define FORMAT_SPARE_SLOT RECORD_SLOTS  /* a record's own: where what nobody asked for may go */
#define FORMAT_REQUEST    RECORD_FIELDS /* in place of an enum record_field: a request line */
#define FORMAT_OWN        (RECORD_FIELDS + 1) /* a field known by its own name only */
#define FORMAT_RANK_NONE  255

/* What of an origin's text goes into a slot.  NUMBER: lacking when "-" or empty.  LAST: of a list,
 * then as NUMBER. */
enum format_part {
	FORMAT_WHOLE,
	FORMAT_NUMBER,
	FORMAT_LAST,
	FORMAT_ARGS,
	FORMAT_TARGET_PATH,
	FORMAT_TARGET_QUERY,
	FORMAT_METHOD,
	FORMAT_URI,
	FORMAT_PATH,
	FORMAT_QUERY,
	FORMAT_PROTO,
};
struct format_output {
	uint8_t slot;
	uint8_t part;
	uint8_t rank; /* lower is preferred among the outputs to one slot */
	uint8_t unit; /* enum record_unit to write after the number; NONE: the slot's own */
};
/* A request line of which only these parts are asked for. */
struct format_plain {
	uint64_t have; /* the bits of their slots; 0: others are asked for, too, or nothing */
	uint8_t method, uri, path; /* slots */
};
struct format_origin {
	struct str name;       /* its own: the variable's, the group's, the key's */
	struct str path;       /* JSON: where it is */
	unsigned field;        /* enum record_field, FORMAT_REQUEST or FORMAT_OWN */
	unsigned rank;         /* lower is preferred among the origins of one field; below 100 */
	enum record_unit unit; /* of its text, when it is a duration */
	size_t column;         /* in the source text, from 1; PATTERN: the group's number */
	int decoded;           /* a path the server has decoded: '?' is part of it */
	struct format_plain plain;    /* set by format_text_ready and format_key_ready */
	struct format_output *output; /* set by format_ready */
	size_t outputs;
};

/* The shape of a variable's value as servers write it. */
enum format_shape {
	FORMAT_SHAPE_LITERAL, /* no variable: text to skip */
	FORMAT_SHAPE_TOKEN,   /* no blanks, unless what follows it says so */
	FORMAT_SHAPE_TEXT,    /* anything */
	FORMAT_SHAPE_NUMBER,  /* never a blank inside, never empty where absence is '-' */
	FORMAT_SHAPE_PORT,    /* digits */
	FORMAT_SHAPE_TARGET,  /* begins with '/' */
	FORMAT_SHAPE_LIST,    /* nginx $upstream_*: items parted by ", " and " : " */
	FORMAT_SHAPE_TIME,    /* a CLF or ISO stamp, without brackets: knows its own end */
	FORMAT_SHAPE_SECONDS, /* the last field of combined+time */
};
struct format_element {
	enum format_shape shape;
	struct str text; /* LITERAL */
	size_t origin;   /* otherwise: index */
	size_t column;
};

/* One cut: from here to `stop` is a field. */
enum format_op {
	FORMAT_CUT_UNTIL,  /* to the first `stop` */
	FORMAT_CUT_BYTE,   /* the same, of one byte */
	FORMAT_CUT_QUOTED, /* to the first `stop` that no backslash escapes */
	FORMAT_CUT_NUMBER, /* to a blank or `stop`, which must be there */
	FORMAT_CUT_LIST,   /* nginx's upstream lists */
	FORMAT_CUT_TIME,
	FORMAT_CUT_CLIENT,      /* before " ident user [time": nginx puts "a, b, c" there */
	FORMAT_CUT_BEFORE_TIME, /* to the first `stop` that a stamp and its own stop follow */
	FORMAT_CUT_BEFORE_PORT, /* to the first `stop` that digits and their own stop follow */
	FORMAT_CUT_SECONDS,     /* quoted fields, then seconds */
	FORMAT_CUT_TOKEN,       /* to a blank or the line's end */
	FORMAT_CUT_REST,        /* to the line's end */
};
/* How to find the end of a field in a line that is as lines nearly always are. */
enum format_quick {
	FORMAT_QUICK_NONE,
	FORMAT_QUICK_WORD, /* a blank ends it */
	FORMAT_QUICK_CLIENT,
	FORMAT_QUICK_NUMBER,
	FORMAT_QUICK_BEFORE_TIME,
	FORMAT_QUICK_TIME,
	FORMAT_QUICK_QUOTED,
	FORMAT_QUICK_LAST_WORD, /* the line's end ends it, and it is short */
	FORMAT_QUICK_LAST_NUMBER,
};
/* What is done with a field's text. */
enum format_use {
	FORMAT_USE_NONE,   /* nobody asked */
	FORMAT_USE_AS_IS,  /* it goes into one slot */
	FORMAT_USE_NUMBER, /* the same unless it is lacking */
	FORMAT_USE_TIME,
	FORMAT_USE_REQUEST, /* parts of a request line */
	FORMAT_USE_PARTS,
};
struct format_cut {
	enum format_op op;
	enum format_quick quick;
	enum format_use use;
	unsigned slot;      /* AS_IS, NUMBER; NONE: the spare one */
	uint64_t have;      /* its bit; NONE: 0 */
	struct str stop;    /* may be empty */
	uint64_t stop_word; /* the same in a word, its other bytes zero */
	uint64_t stop_mask; /* which bytes count; 0: longer than a word */
	size_t
	    skip;   /* bytes of stop to go past: all, or none where the next field begins with it */
	int last;   /* nothing but a blank or the line's end may follow */
	int filled; /* must not be empty */
	const struct format_origin *origin;
	const char *expected; /* when stop is not there */
	const char *absent;   /* when the field is not there; QUOTED: when its quote is, and what
	                         follows is not */
};

#define FORMAT_CLF      2 /* cuts: "request" status */
#define FORMAT_COMBINED 5 /* the same, bytes "referer" "agent" */

/* A group of a pattern that is asked for. */
struct format_capture {
	enum format_use use; /* AS_IS, NUMBER, TIME or PARTS */
	unsigned slot;       /* AS_IS, NUMBER */
	size_t group;
	const struct format_origin *origin;
};

struct format_slot {
	struct str name;
	enum record_unit unit;
};
struct format_link {
	size_t origin;
	struct format_output output;
};
struct format_note {
	const char *text;
	size_t column;
};
struct format {
	struct mem_arena arena;
	enum format_kind kind;
	const struct zone *zone;
	int several;    /* JSON: a slot has several origins, the line decides */
	int well_known; /* JSON without a key map */
	int failed;     /* memory ran out in format_want */
	int ready;
	struct format_origin *origin;
	size_t origins, origin_room;
	struct format_link *link;
	size_t links, link_room;
	struct format_slot slot[RECORD_SLOTS];
	int slots;
	const char **name; /* of format_field */
	size_t names;
	struct format_note note[4];
	size_t notes;

	struct format_element *element; /* TEXT */
	size_t elements, element_room;
	char *literal; /* the bytes of all literals */
	size_t literal_used;
	int raw;             /* escape=none: no backslash hides a quote */
	int absent_is_empty; /* escape=json and none: an absent value is empty, not '-' */
	struct str lead;     /* what a line begins with */
	const char *lead_expected;
	struct format_cut *cut, *cuts_end;
	size_t cuts;
	size_t begins_clf;   /* so many cuts are client, user and time, and FORMAT_CLF follow as in
	                        the servers' own formats; 0: they are not */
	int begins_combined; /* FORMAT_COMBINED do */
	int ends_in_number;  /* and nothing follows them but one number */
	int wants_client;    /* of these, somebody asks for the client, ident or user */
	int wants_agent;     /* or for the bytes, referer or agent */

	struct format_node *root;  /* JSON; NULL: no key is wanted */
	const char *time_expected; /* JSON: what to say of a line without a time */
	struct pattern *pattern;   /* PATTERN, TIME */
	struct chain *chain;       /* the same where it is one, or NULL */
	struct format_capture *capture;
	size_t captures;
};

struct format_cutter {
	const struct format *format;
	struct stamp_memo memo;
	struct str time;  /* .p NULL: not found */
	struct str again; /* a stamp of this line that stamp_again knew, or .p NULL */
	int64_t again_s;
	int again_ambiguous;
	const char *line;          /* what fields are slices of; NULL: copies */
	const char *readable;      /* bytes up to here, at least the line's, may be read */
	const struct stops *seen;  /* of the last block told of, or NULL */
	const struct stops *stops; /* the same if the line is in it, else NULL */
	/* Where a line is cut field by field: the block's text, and of the line's quotes in it, by
	 * offset, those that are not yet past. */
	const char *block;
	const uint32_t *quote;
	size_t quotes; /* 0: none is listed */
	size_t failed_at, failed_cut;
	const char *expected;
	uint8_t rank[RECORD_SLOTS + 1]; /* JSON: of what fills the slot */
	char *scratch;                  /* JSON: unescaped values */
	size_t scratch_used;
	struct format_gaps *gaps; /* JSON: see format_gap.h */
	struct pattern_scratch *pattern;
	struct str *group;
	size_t groups;
};

/* format.c.  Fills err, if it is free, with a column into the source text. */
enum nines_status format_fail(struct nines_error *err, size_t column, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* The field that a group or key of that name gives, and the unit its name carries. */
unsigned format_name_field(struct str name, enum record_unit *unit);
/* The name of an origin as people know it: "agent", "request", "http_x_foo". */
struct str format_origin_name(const struct format_origin *origin);
/* A new origin, its name copied, or NULL when memory ran out.  Valid until the next. */
struct format_origin *format_origin_add(
    struct format *f, struct str name, unsigned field, unsigned rank);

/* format_text.c: the format string as one run of bytes, each with its column in the source. */
struct format_flat {
	char *p;
	size_t *column;
	size_t n;
};
void format_text_push(struct format_flat *flat, char c, size_t at);
/* Copies text[i] or what a backslash there stands for; returns the index after it. */
size_t format_text_unescape(struct format_flat *flat, struct str text, size_t i);
/* Literal bytes and variables are added in order. */
enum nines_status format_text_literal(
    struct format *f, char c, size_t column, struct nines_error *err);
enum nines_status format_text_variable(struct format *f, enum format_shape shape,
    const struct format_origin *like, struct nines_error *err);
enum nines_status format_text_new(struct format *f, struct str text, struct nines_error *err);
enum nines_status format_text_ready(struct format *f, struct nines_error *err);

/* format_nginx.c, format_apache.c: the two dialects. */
struct format_variable {
	const char *name; /* nginx's, a last '*' standing for any rest */
	unsigned field;
	unsigned rank;
	enum format_shape shape;
	enum record_unit unit;
};
const struct format_variable *format_nginx_variable(struct str name);
enum nines_status format_nginx_read(struct format *f, struct str text, struct nines_error *err);
enum nines_status format_apache_read(struct format *f, struct str text, struct nines_error *err);

/* format_preset.c */
const char *format_preset_source(struct str name); /* what is compiled; NULL: no such preset */

/* format_key.c: JSON paths. */
#define FORMAT_KEY_STEPS_MAX 64
#define FORMAT_KEY_BUCKETS   32
struct format_leaf {
	const struct format_origin *origin;
	struct format_leaf *next;
};
struct format_node {
	struct str key;
	struct format_leaf *leaf; /* who wants the scalar that is here */
	/* If that is one output, of all the text or of a number that is not lacking: this. */
	const struct format_output *only;
	struct format_node *next; /* in the same bucket of the parent */
	struct format_node *child[FORMAT_KEY_BUCKETS];
};
enum nines_status format_key_new(
    struct format *f, const struct format_source *source, struct nines_error *err);
enum nines_status format_key_ready(struct format *f, struct nines_error *err);
/* What is wanted of the value of that key, or NULL. */
const struct format_node *format_key_child(const struct format_node *node, struct str key);

/* format_escape.c */
/* Bytes of the escape at p, a backslash, or 0 when there is none such. */
size_t format_escape_width(const char *p, const char *end);
/* Writes the text without its escapes, which are known to be well formed, and never more bytes than
 * it has; their number. */
size_t format_escape_undo(char *out, struct str s);

/* format_json.c */
enum record_reject format_json_cut(struct format_cutter *c, struct str line, struct record *r);
/* The number and its unit, in the cutter's scratch; other text as it is. */
struct str format_json_with_unit(struct format_cutter *c, struct str number, enum record_unit unit);

/* format_pattern.c */
enum nines_status format_pattern_new(struct format *f, struct str text, struct nines_error *err);
enum record_reject format_pattern_cut(struct format_cutter *c, struct str line, struct record *r);
/* Once it is known which groups are asked for. */
enum nines_status format_pattern_ready(struct format *f, struct nines_error *err);

/* format_part.c: what of a field goes into a slot */
void format_part_store(
    struct format_cutter *c, const struct format_origin *origin, struct str text, struct record *r);

/* Nothing is plain when a part is asked for twice, or another. */
struct format_plain format_part_plain_of(const struct format_origin *origin);

/* The same where all that is asked for are parts of a request line. */
void format_part_request(
    struct format_cutter *c, const struct format_origin *origin, struct str text, struct record *r);

/* format_cut.c */
enum record_reject format_cut_fail(struct format_cutter *c, size_t at, const char *expected);
#endif
