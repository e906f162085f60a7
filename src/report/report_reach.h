/* How far back a report looks: the earliest instant that any number of it can depend on.  Windows,
 * the look-backs of burn rates and alerts, what the forecast extends, whole slices, whole
 * exclusions, and the silence before a window that tells whether its beginning is a gap. */
#ifndef REPORT_REACH_H
#define REPORT_REACH_H
#include "report.h"

/* *reach: a whole hour; NINES_NEVER: no bound, as for the window `all` and for SLIs without an
 * objective.  The question's as_of must be given.  Rows before *reach change no objective, provided
 * that the input's store says since when each SLI was counted. */
struct spec;
enum nines_status report_reach(int64_t *reach, const struct spec *spec, const struct nines_io *io,
    const struct nines_question *question, struct nines_error *err);
#endif
