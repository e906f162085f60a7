#include "err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "str.h"

#define ERR_FORMATTED_MAX 2048

__attribute__((format(printf, 3, 0))) static void fill(
    struct nines_error *err, enum nines_status code, const char *fmt, va_list ap)
{
	char text[ERR_FORMATTED_MAX];

	if (vsnprintf(text, sizeof text, fmt, ap) < 0)
		text[0] = '\0';
	err->code = code;
	(void)str_escape(err->text, sizeof err->text, str_of(text));
}

enum nines_status err_set(struct nines_error *err, enum nines_status code, const char *fmt, ...)
{
	va_list ap;

	if (!err || err->code != NINES_OK)
		return code;
	va_start(ap, fmt);
	fill(err, code, fmt, ap);
	va_end(ap);
	return code;
}

enum nines_status err_about(
    struct nines_error *err, enum nines_status code, const char *source, const char *fmt, ...)
{
	va_list ap;

	if (!err || err->code != NINES_OK)
		return code;
	(void)str_escape(err->source, sizeof err->source, str_of(source));
	va_start(ap, fmt);
	fill(err, code, fmt, ap);
	va_end(ap);
	return code;
}

enum nines_status err_errno(
    struct nines_error *err, int number, const char *source, const char *what)
{
	char reason[128];

	if (!err || err->code != NINES_OK)
		return NINES_E_IO;
	if (strerror_r(number, reason, sizeof reason) != 0)
		(void)snprintf(reason, sizeof reason, "error %d", number);
	return err_about(
	    err, NINES_E_IO, source, "%s%s%s", what ? what : "", what ? ": " : "", reason);
}

enum nines_status err_nomem(struct nines_error *err)
{
	return err_set(err, NINES_E_NOMEM, "out of memory");
}
