/*
 * format.c - the variadic server functions: format, then hand the text to Rust.
 *
 * glibc's printf does what PostgreSQL's own does, %m included; errno for %m is the one that
 * errstart saved. Short texts are formatted on the stack: a report about lack of memory needs none.
 */
#define _GNU_SOURCE
#include "shim.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static void
give_text(int which, const char *fmt, va_list ap)
{
	char		small[1024];
	char	   *large = NULL;
	va_list		again;
	int			caller_errno = errno;
	int			n;

	va_copy(again, ap);
	errno = pgbgw__saved_errno();
	n = vsnprintf(small, sizeof(small), fmt, ap);
	if (n >= (int) sizeof(small))
	{
		errno = pgbgw__saved_errno();
		large = malloc((size_t) n + 1);
		if (large != NULL)
			n = vsnprintf(large, (size_t) n + 1, fmt, again);
		else
			n = (int) sizeof(small) - 1;
	}
	va_end(again);
	if (n < 0)
		pgbgw__take_text(which, fmt, __builtin_strlen(fmt));
	else
		pgbgw__take_text(which, large ? large : small, (size_t) n);
	free(large);
	errno = caller_errno;
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

/* port.h's printf family: PostgreSQL's names for what glibc does. */
int			pgbgw_shim_snprintf(char *str, size_t count, const char *fmt, ...);
int			pgbgw_shim_sprintf(char *str, const char *fmt, ...);
int			pgbgw_shim_fprintf(FILE *stream, const char *fmt, ...);

int
pgbgw_shim_snprintf(char *str, size_t count, const char *fmt, ...)
{
	va_list		ap;
	int			n;

	va_start(ap, fmt);
	n = vsnprintf(str, count, fmt, ap);
	va_end(ap);
	return n;
}

int
pgbgw_shim_sprintf(char *str, const char *fmt, ...)
{
	va_list		ap;
	int			n;

	va_start(ap, fmt);
	n = vsprintf(str, fmt, ap);
	va_end(ap);
	return n;
}

int
pgbgw_shim_fprintf(FILE *stream, const char *fmt, ...)
{
	va_list		ap;
	int			n;

	va_start(ap, fmt);
	n = vfprintf(stream, fmt, ap);
	va_end(ap);
	return n;
}
