/* Keys of JSON lines: which path gives which field, and the tree in which keys are looked up. */
#include "format_impl.h"

#include "err.h"

/* Where servers put things.  Rows of one field are in order of preference: what is more exact, or
 * closer to the client, goes first.  The names are those of
 *   nginx           as hand-made log_formats have them, after its variables
 *   Caddy           ts, request.*, duration in float seconds
 *   Traefik         StartUTC, RequestMethod, Duration in nanoseconds
 *   Google Cloud    httpRequest.* of its load balancers
 *   Cloudflare      Logpush: Edge*, Client*, Origin*
 *   Elastic         Common Schema: http.*, url.*, event.duration in nanoseconds
 * Envoy's start_time is not among them, on purpose: its `duration` is in milliseconds, and would be
 * taken for Caddy's seconds.  Its lines need a key map. */
#define ROW(field, path)                               \
	{                                              \
		RECORD_##field, RECORD_UNIT_NONE, path \
	}
#define TOOK(field, unit, path)                          \
	{                                                \
		RECORD_##field, RECORD_UNIT_##unit, path \
	}
#define REQUEST(path)                                  \
	{                                              \
		FORMAT_REQUEST, RECORD_UNIT_NONE, path \
	}
static const struct {
	uint8_t field, unit;
	const char *path;
} well_known[] = {
	ROW(TIME, "StartUTC"),
	ROW(TIME, "StartLocal"),
	ROW(TIME, "EdgeStartTimestamp"),
	ROW(TIME, "time_iso8601"),
	ROW(TIME, "time_local"),
	ROW(TIME, "msec"),
	ROW(TIME, "@timestamp"),
	ROW(TIME, "timestamp"),
	ROW(TIME, "ts"),
	ROW(TIME, "time"),
	ROW(METHOD, "request_method"),
	ROW(METHOD, "requestMethod"),
	ROW(METHOD, "RequestMethod"),
	ROW(METHOD, "ClientRequestMethod"),
	ROW(METHOD, "httpRequest.requestMethod"),
	ROW(METHOD, "request.method"),
	ROW(METHOD, "http.request.method"),
	ROW(METHOD, "method"),
	ROW(URI, "request_uri"),
	ROW(URI, "requestUrl"),
	ROW(URI, "RequestPath"),
	ROW(URI, "ClientRequestURI"),
	ROW(URI, "httpRequest.requestUrl"),
	ROW(URI, "request.uri"),
	ROW(URI, "url.original"),
	ROW(URI, "uri"),
	ROW(URI, "url"),
	ROW(URI, "url.path"),
	ROW(URI, "path"),
	ROW(QUERY, "args"),
	ROW(QUERY, "query_string"),
	ROW(QUERY, "url.query"),
	ROW(QUERY, "query"),
	ROW(PROTO, "server_protocol"),
	ROW(PROTO, "RequestProtocol"),
	ROW(PROTO, "ClientRequestProtocol"),
	ROW(PROTO, "httpRequest.protocol"),
	ROW(PROTO, "request.proto"),
	ROW(PROTO, "protocol"),
	ROW(PROTO, "proto"),
	REQUEST("request"),
	REQUEST("RequestLine"),
	ROW(STATUS, "DownstreamStatus"),
	ROW(STATUS, "EdgeResponseStatus"),
	ROW(STATUS, "httpRequest.status"),
	ROW(STATUS, "http.response.status_code"),
	ROW(STATUS, "response_code"),
	ROW(STATUS, "status_code"),
	ROW(STATUS, "status"),
	ROW(BYTES, "body_bytes_sent"),
	ROW(BYTES, "bytes_sent"),
	ROW(BYTES, "DownstreamContentSize"),
	ROW(BYTES, "EdgeResponseBytes"),
	ROW(BYTES, "httpRequest.responseSize"),
	ROW(BYTES, "http.response.body.bytes"),
	ROW(BYTES, "body_bytes"),
	ROW(BYTES, "size"),
	ROW(BYTES, "bytes"),
	ROW(BYTES_IN, "request_length"),
	ROW(BYTES_IN, "bytes_received"),
	ROW(BYTES_IN, "RequestContentSize"),
	ROW(BYTES_IN, "ClientRequestBytes"),
	ROW(BYTES_IN, "httpRequest.requestSize"),
	ROW(BYTES_IN, "bytes_read"),
	ROW(BYTES_IN, "bytes_in"),
	TOOK(DURATION, S, "request_time"),
	TOOK(DURATION, NS, "Duration"),
	TOOK(DURATION, S, "httpRequest.latency"),
	TOOK(DURATION, NS, "event.duration"),
	TOOK(DURATION, NS, "duration_ns"),
	TOOK(DURATION, US, "duration_us"),
	TOOK(DURATION, MS, "duration_ms"),
	TOOK(DURATION, MS, "latency_ms"),
	TOOK(DURATION, MS, "responseTime"),
	TOOK(DURATION, S, "response_time"),
	TOOK(DURATION, S, "latency"),
	TOOK(DURATION, S, "duration"),
	TOOK(UPSTREAM_DURATION, S, "upstream_response_time"),
	TOOK(UPSTREAM_DURATION, NS, "OriginDuration"),
	TOOK(UPSTREAM_DURATION, MS, "OriginResponseDurationMs"),
	TOOK(UPSTREAM_DURATION, NS, "OriginResponseTime"),
	TOOK(UPSTREAM_DURATION, MS, "upstream_duration_ms"),
	TOOK(UPSTREAM_DURATION, S, "upstream_duration"),
	ROW(UPSTREAM_STATUS, "upstream_status"),
	ROW(UPSTREAM_STATUS, "OriginStatus"),
	ROW(UPSTREAM_STATUS, "OriginResponseStatus"),
	ROW(HOST, "http_host"),
	ROW(HOST, "RequestHost"),
	ROW(HOST, "ClientRequestHost"),
	ROW(HOST, "request.host"),
	ROW(HOST, "authority"),
	ROW(HOST, "url.domain"),
	ROW(HOST, "host"),
	ROW(HOST, "server_name"),
	ROW(CLIENT, "remote_addr"),
	ROW(CLIENT, "ClientHost"),
	ROW(CLIENT, "ClientIP"),
	ROW(CLIENT, "httpRequest.remoteIp"),
	ROW(CLIENT, "request.client_ip"),
	ROW(CLIENT, "request.remote_ip"),
	ROW(CLIENT, "source.ip"),
	ROW(CLIENT, "client.ip"),
	ROW(CLIENT, "client_ip"),
	ROW(CLIENT, "remote_ip"),
	ROW(CLIENT, "client"),
	ROW(USER, "remote_user"),
	ROW(USER, "ClientUsername"),
	ROW(USER, "user_id"),
	ROW(USER, "user.name"),
	ROW(USER, "user"),
	ROW(AGENT, "http_user_agent"),
	ROW(AGENT, "request_User-Agent"),
	ROW(AGENT, "httpRequest.userAgent"),
	ROW(AGENT, "ClientRequestUserAgent"),
	ROW(AGENT, "request.headers.User-Agent"),
	ROW(AGENT, "user_agent.original"),
	ROW(AGENT, "user_agent"),
	ROW(AGENT, "agent"),
	ROW(AGENT, "ua"),
	ROW(REFERER, "http_referer"),
	ROW(REFERER, "request_Referer"),
	ROW(REFERER, "httpRequest.referer"),
	ROW(REFERER, "ClientRequestReferer"),
	ROW(REFERER, "request.headers.Referer"),
	ROW(REFERER, "http.request.referrer"),
	ROW(REFERER, "referer"),
	ROW(REFERER, "referrer"),
	ROW(REQUEST_ID, "request_id"),
	ROW(REQUEST_ID, "RayID"),
	ROW(REQUEST_ID, "insertId"),
	ROW(REQUEST_ID, "http.request.id"),
	ROW(REQUEST_ID, "x_request_id"),
	ROW(REQUEST_ID, "req_id"),
};

/* ---- origins ---- */

static enum nines_status add_well_known(struct format *f, struct nines_error *err)
{
	unsigned rank = 0;

	f->well_known = 1;
	f->time_expected = "a time under one of the names servers use: time, timestamp, ts, ...";
	for (size_t i = 0; i < sizeof well_known / sizeof *well_known; i++) {
		const struct str path = str_of(well_known[i].path);
		struct format_origin *o;

		rank = i && well_known[i].field == well_known[i - 1].field ? rank + 1 : 0;
		o = format_origin_add(f, path, well_known[i].field, rank);
		if (!o)
			return err_nomem(err);
		o->unit = (enum record_unit)well_known[i].unit;
		o->path = o->name;
	}
	return NINES_OK;
}

static size_t count_steps(struct str path)
{
	size_t n = 1;

	for (size_t i = 0; i < path.n; i++)
		n += path.p[i] == '.';
	return n;
}

static enum nines_status add_key(
    struct format *f, const struct format_key *key, struct nines_error *err)
{
	enum record_unit unit;
	const unsigned field = format_name_field(key->field, &unit);
	struct format_origin *o;

	if (!key->field.n || !key->path.n)
		return format_fail(err, 0, "a key map needs a field and a key on every row");
	if (count_steps(key->path) > FORMAT_KEY_STEPS_MAX)
		return format_fail(err, 0, "the key of %.*s has more than %d steps",
		    STR_ARG(key->field), FORMAT_KEY_STEPS_MAX);
	o = format_origin_add(f, key->field, field, 0);
	if (!o)
		return err_nomem(err);
	o->unit = unit;
	o->path = mem_arena_str(&f->arena, key->path);
	if (!o->path.p)
		return err_nomem(err);
	if (field != RECORD_TIME || f->time_expected)
		return NINES_OK;
	f->time_expected = mem_arena_fmt(&f->arena, "the key '%.*s', its time", STR_ARG(key->path));
	return f->time_expected ? NINES_OK : err_nomem(err);
}

enum nines_status format_key_new(
    struct format *f, const struct format_source *source, struct nines_error *err)
{
	enum nines_status rc = NINES_OK;

	f->several = 1;
	if (!source->keys || source->kind != FORMAT_JSON)
		return add_well_known(f, err);
	for (size_t i = 0; rc == NINES_OK && i < source->keys; i++)
		rc = add_key(f, &source->key[i], err);
	if (rc == NINES_OK && !f->time_expected)
		rc = format_fail(err, 0, "no time: the key map does not say which key is the time");
	return rc;
}

/* ---- wanted paths, as a tree of keys ---- */

/* Most keys of a line are nobody's: an empty bucket says so at once. */
static size_t bucket_of(struct str key)
{
	if (!key.n)
		return 0;
	return (key.n + 5 * (unsigned char)key.p[0] + 11 * (unsigned char)key.p[key.n - 1]) %
	    FORMAT_KEY_BUCKETS;
}

static struct format_node *find_child(const struct format_node *node, struct str key)
{
	struct format_node *child = node ? node->child[bucket_of(key)] : NULL;

	while (child && !str_equal(child->key, key))
		child = child->next;
	return child;
}

const struct format_node *format_key_child(const struct format_node *node, struct str key)
{
	return find_child(node, key);
}

static struct format_node *add_child(struct format *f, struct format_node *node, struct str key)
{
	struct format_node *child = find_child(node, key), **bucket = &node->child[bucket_of(key)];

	if (child)
		return child;
	child = mem_arena_new(&f->arena, 1, sizeof *child);
	if (!child)
		return NULL;
	child->key = key;
	child->next = *bucket;
	*bucket = child;
	return child;
}

static const struct format_output *only_output(const struct format_origin *origin)
{
	const struct format_output *o = origin->output;
	const int is_simple = o->part == FORMAT_WHOLE || o->part == FORMAT_NUMBER;

	return origin->outputs == 1 && is_simple && o->unit == RECORD_UNIT_NONE ? o : NULL;
}

static int add_leaf(struct format *f, struct format_node *node, const struct format_origin *origin)
{
	struct format_leaf *leaf = node ? mem_arena_new(&f->arena, 1, sizeof *leaf) : NULL;

	if (!leaf)
		return 0;
	*leaf = (struct format_leaf){ origin, node->leaf };
	node->leaf = leaf;
	node->only = leaf->next ? NULL : only_output(origin);
	return 1;
}

/* From each step of the path, what is left of it is a key, too. */
static int add_path(struct format *f, const struct format_origin *origin)
{
	struct format_node *node = f->root;
	struct str rest = origin->path;

	for (;;) {
		const size_t dot = str_find(rest, 0, '.');

		if (!add_leaf(f, add_child(f, node, rest), origin))
			return 0;
		if (dot == rest.n)
			return 1;
		node = add_child(f, node, (struct str){ rest.p, dot });
		if (!node)
			return 0;
		rest = (struct str){ rest.p + dot + 1, rest.n - dot - 1 };
	}
}

enum nines_status format_key_ready(struct format *f, struct nines_error *err)
{
	f->root = mem_arena_new(&f->arena, 1, sizeof *f->root);
	if (!f->root)
		return err_nomem(err);
	for (size_t i = 0; i < f->origins; i++) {
		struct format_origin *origin = &f->origin[i];

		if (origin->outputs && !add_path(f, origin))
			return err_nomem(err);
		origin->plain = format_part_plain_of(origin);
	}
	return NINES_OK;
}
