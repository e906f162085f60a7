/* Time zones by IANA name, read from TZif files (RFC 8536, with the POSIX footer rule for the years
 * beyond the table).  An unknown zone is an error: nothing falls back to UTC. */
#ifndef ZONE_H
#define ZONE_H
#include "nines.h"
#include "str.h"

struct zone;
/* "UTC" needs no file.  Names that could leave the zoneinfo tree (leading '/', "..") are refused.
 */
enum nines_status zone_load(
    struct zone **zone, struct str name, const struct nines_io *io, struct nines_error *err);
void zone_free(struct zone *zone);
const char *zone_name(const struct zone *zone);
/* Seconds to add to UTC to get local time at that instant. */
int32_t zone_offset(const struct zone *zone, int64_t utc);
enum zone_fit { ZONE_EXACT, ZONE_AMBIGUOUS, ZONE_MISSING };
/* The instant at which local clocks showed `local` (civil seconds as if UTC).  Ambiguous (clocks
 * went back): the first of the two.  Missing (clocks went forward): the instant at which the gap
 * began plus the excess, as if the old offset still held. */
enum zone_fit zone_to_utc(const struct zone *zone, int64_t local, int64_t *utc);

/* Calendar periods in the zone; weeks begin on Monday. */
enum zone_period { ZONE_HOUR, ZONE_DAY, ZONE_WEEK, ZONE_MONTH, ZONE_QUARTER, ZONE_YEAR };
int64_t zone_floor(
    const struct zone *zone, enum zone_period period, int64_t utc); /* start of the period of utc */
int64_t zone_next(
    const struct zone *zone, enum zone_period period, int64_t start); /* start of the one after */
#endif
