/* Sources: the named inputs of a run, opened, told apart and read.
 * All are opened before any is read, so that a rotation during the run neither loses nor doubles
 * one; the same file named twice or through a link is read once.  What cannot be read is a status,
 * not an error. */
#ifndef SOURCE_H
#define SOURCE_H
#include "nines.h"
#include "str.h"

enum source_status {
	SOURCE_OK,
	SOURCE_DUPLICATE, /* the same file (device, inode) is read under another name */
	SOURCE_MISSING,
	SOURCE_UNREADABLE, /* open refused */
	SOURCE_DIRECTORY,
	SOURCE_DEVICE,
	SOURCE_TRUNCATED, /* compressed data ends early, or a file shrank while it was read */
	SOURCE_CORRUPT,   /* damaged compressed data: a member's check failed */
	SOURCE_TRAILING,  /* bytes after the last member that are no member: gzip's "trailing
	                     garbage" */
	SOURCE_READ_ERROR,
	SOURCE_UNSUPPORTED, /* a compression or encoding (UTF-16) that this build cannot read */
	SOURCE_INTERRUPTED,
	SOURCE_GAP, /* of a store: it was gone before its end was read */
	SOURCE_STATUSES,
};
const char *source_status_name(enum source_status s); /* "ok", "duplicate", ... as in JSON */
/* The way back; 0 when no status has this name. */
int source_status_find(const char *name, enum source_status *s);
int source_status_whole(enum source_status s); /* OK, DUPLICATE: nothing is lacking */

#define SOURCE_END UINT64_MAX /* the end of a file, wherever that is */

struct source {
	const char *name; /* as given; "-" is standard input. Hostile: escape before printing */
	int fd;           /* -1: not open */
	struct nines_file_info info;
	enum source_status status;
	int error;           /* errno of the failure, or 0 */
	size_t duplicate_of; /* index, for SOURCE_DUPLICATE */
	/* The lines that begin in [from, to) are meant.  Only a range (deal.h) has other bounds
	 * than the whole source: 0 and SOURCE_END. */
	uint64_t from, to;
	uint64_t start;      /* where source_seek had reading begin; else 0 */
	uint64_t at;         /* offset of the next read */
	uint64_t raw_bytes;  /* read so far of [from, to), as stored */
	uint64_t bytes;      /* after decoding */
	uint64_t damage_at;  /* raw offset of the first damage */
	const char *decoder; /* "plain", "gzip", "zstd"; NULL until read */
	const char
	    *note; /* what the user can do about the status, or NULL; constant, no control bytes */
	/* For deal.c and source.c. */
	int ranged;        /* read in ranges, by offset; or one of these ranges */
	size_t ranges_out; /* dealt out and not yet taken back */
	/* For source.c alone. */
	int borrowed; /* a descriptor that was there before, as standard input: never closed */
	int lazy;     /* opened by source_ready: the descriptor limit left no room */
	int ended;    /* the end was read: it stays the end */
};

struct source_seen {
	_Atomic size_t first; /* index + 1; 0: free */
};

struct source_list {
	struct source *source;
	size_t used;
	const struct nines_io *io;
	int keep_open; /* all fit under the descriptor limit; otherwise later ones are opened lazily
	                */
	/* For source.c alone: a hash table by (device, inode), never full. */
	struct source_seen *seen;
	size_t seen_room;
};
/* Names are borrowed until source_list_close.  Opening failures land in the statuses; NOMEM alone
 * is an error. */
enum nines_status source_list_open(struct source_list *list, const char *const *name, size_t n,
    const struct nines_io *io, struct nines_error *err);
void source_list_close(struct source_list *list);
/* Before anything is read: where the descriptor limit left no room, gives this many descriptors
 * back; their sources are opened when they are ready to be read. */
void source_list_spare(struct source_list *list, size_t descriptors);
/* Ready for reading: opens a lazy one.  0 when its status says there is nothing to read, or it was
 * read.  This and the functions below may run for different i at once. */
int source_ready(struct source_list *list, size_t i);
/* Has reading begin at this raw offset of a regular file that is ready: the beginning of a line or,
 * where decoder is not "plain", of a unit.  decoder may be NULL at offset 0. */
void source_seek(struct source_list *list, size_t i, uint64_t offset, const char *decoder);
void source_done(
    struct source_list *list, size_t i); /* closes it; checks that a regular file did not shrink */
/* EINTR and EAGAIN are waited out.  Bytes read, 0 at the end, -1 after setting status and error:
 * READ_ERROR, or INTERRUPTED when the io's read gives ECANCELED. */
ssize_t source_read(struct source_list *list, size_t i, char *p, size_t n);
/* Moves past a hole in a regular file, which reads as NUL bytes: how many were skipped, counted as
 * read; 0 where there is none or nobody knows. */
uint64_t source_skip_hole(struct source_list *list, size_t i);
#endif
