/* Errors: a status travels by return, its words in a caller-owned struct nines_error. */
#ifndef ERR_H
#define ERR_H
#include "nines.h"

/* Returns `code`.  The first failure is the cause: if err already holds one, it stays.  err may be
 * NULL.  The text is escaped as by str_escape and
 * cut to fit at a character boundary. */
enum nines_status err_set(struct nines_error *err, enum nines_status code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* NINES_E_IO.  err->source names what it is about, err->text says what failed and why: "cannot
 * open: Permission denied"; `what` may be NULL. */
enum nines_status err_errno(
    struct nines_error *err, int number, const char *source, const char *what);
/* err_set with err->source. */
enum nines_status err_about(struct nines_error *err, enum nines_status code, const char *source,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));
enum nines_status err_nomem(struct nines_error *err);
#endif
