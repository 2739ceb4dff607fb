/*
 * strings.c - the variadic server functions whose text lands in palloc'd memory.
 *
 * What Rust is asked for may end in a jump: nothing is held here meanwhile. errno for %m is the
 * caller's, also when a text is formatted a second time.
 */
#include "shim.h"

#include <errno.h>

int			pgbgw_shim_format_into(char *buf, size_t len, const char *fmt, va_list args);
char	   *pgbgw_shim_psprintf(const char *fmt, ...);
void		pgbgw_shim_appendStringInfo(void *str, const char *fmt, ...);

/* printf.c's, under a name that Rust declares with its arguments: exports only jump to the other. */
int
pgbgw_shim_format_into(char *buf, size_t len, const char *fmt, va_list args)
{
	return pgbgw_shim_vsnprintf(buf, len, fmt, args);
}

/* Formats into a buffer that is made larger until the text fits. */
char *
pgbgw_shim_psprintf(const char *fmt, ...)
{
	size_t		size = 128;
	int			caller_errno = errno;

	for (;;)
	{
		char	   *text = pgbgw__palloc(size);
		size_t		needed;
		va_list		ap;

		errno = caller_errno;
		va_start(ap, fmt);
		needed = pgbgw__pvsnprintf(text, size, fmt, ap);
		va_end(ap);
		if (needed < size)
			return text;
		pgbgw__pfree(text);
		size = needed;
	}
}

void
pgbgw_shim_appendStringInfo(void *str, const char *fmt, ...)
{
	int			caller_errno = errno;

	for (;;)
	{
		int			needed;
		va_list		ap;

		errno = caller_errno;
		va_start(ap, fmt);
		needed = pgbgw__append_formatted(str, fmt, ap);
		va_end(ap);
		if (needed == 0)
			return;
		pgbgw__enlarge_string(str, needed);
	}
}
