/*
 * format.c - the variadic server functions: format, then hand the text to Rust.
 *
 * errno for %m is the one that errstart saved. Short texts are formatted on the stack: a report about lack of memory needs none.
 */
#define _GNU_SOURCE
#include "shim.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

struct formatted
{
	char		small[1024];
	char	   *large;
	const char *text;
	size_t		len;
};

/* Formats into out; %m stands for errnum. What cannot be formatted is given as it is. */
static void
format_text(struct formatted *out, int errnum, const char *fmt, va_list ap)
{
	va_list		again;
	int			caller_errno = errno;
	int			n;

	out->large = NULL;
	va_copy(again, ap);
	errno = errnum;
	n = pgbgw_shim_vsnprintf(out->small, sizeof(out->small), fmt, ap);
	if (n >= (int) sizeof(out->small))
	{
		errno = errnum;
		out->large = malloc((size_t) n + 1);
		if (out->large != NULL)
			n = pgbgw_shim_vsnprintf(out->large, (size_t) n + 1, fmt, again);
		else
			n = (int) sizeof(out->small) - 1;
	}
	va_end(again);
	out->text = n < 0 ? fmt : out->large ? out->large : out->small;
	out->len = n < 0 ? __builtin_strlen(fmt) : (size_t) n;
	errno = caller_errno;
}

static void
give_text(int which, const char *fmt, va_list ap)
{
	struct formatted formatted;

	format_text(&formatted, pgbgw__saved_errno(), fmt, ap);
	pgbgw__take_text(which, formatted.text, formatted.len);
	free(formatted.large);
}

/* A report function: takes fmt and its arguments, fills one text, returns 0 as PostgreSQL's do. */
#define REPORT_TEXT(name, which) \
	int name(const char *fmt, ...); \
	int name(const char *fmt, ...) \
	{ \
		va_list		ap; \
		va_start(ap, fmt); \
		give_text(which, fmt, ap); \
		va_end(ap); \
		return 0; \
	}

/* The same in the singular and the plural, chosen by n as English does. */
#define REPORT_TEXT_PLURAL(name, which) \
	int name(const char *one, const char *many, unsigned long n, ...); \
	int name(const char *one, const char *many, unsigned long n, ...) \
	{ \
		va_list		ap; \
		va_start(ap, n); \
		give_text(which, n == 1 ? one : many, ap); \
		va_end(ap); \
		return 0; \
	}

REPORT_TEXT(pgbgw_shim_errmsg, PGBGW_TEXT_MESSAGE)
REPORT_TEXT(pgbgw_shim_errmsg_internal, PGBGW_TEXT_MESSAGE)
REPORT_TEXT(pgbgw_shim_errdetail, PGBGW_TEXT_DETAIL)
REPORT_TEXT(pgbgw_shim_errdetail_log, PGBGW_TEXT_DETAIL_LOG)
REPORT_TEXT(pgbgw_shim_errhint, PGBGW_TEXT_HINT)
REPORT_TEXT(pgbgw_shim_errcontext_msg, PGBGW_TEXT_CONTEXT)
REPORT_TEXT_PLURAL(pgbgw_shim_errmsg_plural, PGBGW_TEXT_MESSAGE)
REPORT_TEXT_PLURAL(pgbgw_shim_errdetail_plural, PGBGW_TEXT_DETAIL)
REPORT_TEXT_PLURAL(pgbgw_shim_errdetail_log_plural, PGBGW_TEXT_DETAIL_LOG)
REPORT_TEXT_PLURAL(pgbgw_shim_errhint_plural, PGBGW_TEXT_HINT)

/* A text of a check hook, in ErrorContext. */
char	   *pgbgw_shim_format_elog_string(const char *fmt, ...);

char *
pgbgw_shim_format_elog_string(const char *fmt, ...)
{
	struct formatted formatted;
	char	   *kept;
	va_list		ap;

	va_start(ap, fmt);
	format_text(&formatted, pgbgw__elog_string_errno(), fmt, ap);
	va_end(ap);
	kept = pgbgw__keep_text(formatted.text, formatted.len);
	free(formatted.large);
	return kept;
}
