/* The rule for the years beyond a time zone's table: the TZ string of POSIX.1-2017 section 8.3
 * ("CET-1CEST,M3.5.0,M10.5.0/3"), with the hours of RFC 8536 section 3.3.1. */
#ifndef ZONE_RULE_H
#define ZONE_RULE_H
#include "str.h"

/* A stretch of time in which the offset is one.  Half open; INT64_MIN and INT64_MAX: without end.
 */
struct zone_stretch {
	int64_t from, until;
	int32_t offset; /* seconds to add to UTC */
};

/* A day of the year, and the local time of that day (it may lie days away) at which the clocks
 * change. */
struct zone_day {
	enum { ZONE_DAY_OF_WEEK, ZONE_DAY_WITHOUT_LEAP, ZONE_DAY_OF_YEAR } kind;
	int month, week, day;
	int64_t time_s;
};

struct zone_rule {
	int present, has_dst;
	int32_t standard_s, dst_s;
	struct zone_day start, end; /* of daylight saving time */
};

/* The empty string is a rule that is not present.  0 when malformed. */
int zone_rule_parse(struct str s, struct zone_rule *rule);
/* The stretch around t, of a rule that is present. */
struct zone_stretch zone_rule_stretch(const struct zone_rule *rule, int64_t t);
#endif
