/* Formats: how a line is cut into fields.
 * A format comes from a preset's name, a server's own directive, a regex with named groups, a JSON
 * key map, or only a regex that finds the time.  Text formats compile to a short program of cut
 * operations over the needed fields; they never become a regex.  Unknown trailing text is ignored;
 * what is missing is a reject with its column.
 *
 * Request line: METHOD uri[ PROTO]; the uri may contain blanks; what does not begin with a method
 * token (RFC 9110) and a blank has no method, uri, path, query or proto.  path is the target
 * without scheme, authority, query and fragment. In status, bytes and upstream_status, "-" and ""
 * mean the field is lacking; in text fields they are the text.
 *
 * A line is parsed when it fits the whole format, whatever fields are wanted; a blank and any text
 * may follow.  A field of a directive ends at the first occurrence of the whole literal that
 * follows it; inside quotes a backslash hides the next byte (not with escape=none); numbers hold no
 * blank and, where absence is '-', are not empty.  Fields are slices as logged: escapes stay.  JSON
 * strings are given unescaped.
 *
 * Variables become the canonical fields of record.h where they mean one; of several the better
 * witness does ($request_uri before $request before $uri; %>s before %s; %D before %T).  Each also
 * has its own name: nginx's without '$'; Apache's under nginx's name for the same thing, headers as
 * %{X-Foo}i http_x_foo, %{X-Foo}o sent_http_x_foo, %{C}C cookie_c,
 * %{E}e env_e, %{N}n note_n; %l ident, %p server_port, %P pid, %k connection_requests, %X
 * connection_status, %A server_addr, %L request_log_id, %f request_filename, %R handler, %S
 * bytes_total, %^FB first_byte.
 *
 * JSON without a key map: canonical names, and any dotted path as a name of its own.  A path goes
 * through nested objects; of an array the last scalar is the value, of a repeated key the first,
 * and null is lacking.  The duration's text is in seconds, or carries its unit ("357313ns" for
 * Traefik's Duration).  With a key map: its fields and what they give. */
#ifndef FORMAT_H
#define FORMAT_H
#include "nines.h"
#include "pattern.h"
#include "record.h"
#include "stamp.h"
#include "stops.h"

enum format_kind { FORMAT_TEXT, FORMAT_JSON, FORMAT_PATTERN, FORMAT_TIME };

struct format_key {
	struct str field, path;
}; /* JSON: field name, dotted path in the line's object */
/* Field names may carry a unit: duration_ms, duration_us, duration_ns, upstream_duration_ms, ...;
 * plain `duration` is in seconds.  `request` is a request line and gives method, uri, path, query
 * and proto. */
struct format_source {
	enum format_kind kind;
	struct str text; /* TEXT: a preset's name or a directive; PATTERN, TIME: the regex */
	const struct format_key
	    *key; /* JSON; 0 keys: the well-known names of nginx, Caddy, Traefik, GCP and friends */
	size_t keys;
	const struct zone *zone; /* of stamps without an offset; NULL: UTC.  Borrowed */
};

struct format; /* immutable once format_ready was called; shared between threads */
/* err->column points into text (from 1).  TEXT: preset names first; text with '$' and no '%' is an
 * nginx log_format (the whole directive "log_format name escape=json '...' '...';" or only its
 * string), text with '%' an Apache LogFormat (with or without the LogFormat keyword and nickname).
 */
enum nines_status format_new(
    struct format **format, const struct format_source *source, struct nines_error *err);
void format_free(struct format *format);
/* The slot of record.field that will hold the named field, or -1 when this format has no such
 * field, -2 when all RECORD_SLOTS are taken.  The same name gives the same slot. */
int format_want(struct format *format, struct str name);
enum record_unit format_unit(
    const struct format *format, int slot); /* RECORD_UNIT_NONE: not a duration */
struct str format_slot_name(const struct format *format, int slot);
int format_slots(const struct format *format);
enum nines_status format_ready(struct format *format, struct nines_error *err);
/* Name of field i this format offers, NULL ends: for did-you-mean and `nines formats`. */
const char *format_field(const struct format *format, size_t i);
/* What should be known about the source text, or NULL: "%s is the status before redirects, %>s the
 * final one". */
const char *format_advice(const struct format *format, size_t *column, size_t i);

/* Cutting: one per thread. */
struct format_cutter;
enum nines_status format_cutter_new(struct format_cutter **cutter, const struct format *format,
    int no_jit, struct nines_error *err);
void format_cutter_free(struct format_cutter *cutter);
/* Fills r->line, time_s, have and field.  No allocation.  On a reject, what was cut before it stays
 * in r.  Slices live as long as the line; those of JSON also only until the cutter's next line. */
enum record_reject format_cut(struct format_cutter *cutter, struct str line, struct record *r);
/* Which stops make cutting quicker; then tell the cutter of each block whose lines it gets, before
 * the first.  Stops are borrowed, and not needed: NULL, or a line from elsewhere, is cut without.
 */
enum stops_kind format_wants_stops(const struct format *format);
void format_cutter_see(struct format_cutter *cutter, const struct stops *stops);
/* Of the last reject: the first byte (from 0) that did not fit and what was expected there, e.g. "a
 * blank after client". */
size_t format_failed_at(const struct format_cutter *cutter, const char **expected);

/* Presets. */
struct format_preset {
	const char *name;      /* "combined" */
	const char *directive; /* what it is, in Apache's or nginx's words; NULL for json */
	const char *summary;   /* one line */
	const char *sample;    /* a line in it */
	const char *moment;    /* which moment its time is, and what its duration measures */
};
const struct format_preset *format_preset(size_t i); /* NULL ends */
/* The preset that reads the most of the line; NULL when none that is made of fields gets past the
 * time. */
const struct format_preset *format_nearest(struct str line, int *reads_it);
#endif
