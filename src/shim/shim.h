/*
 * shim.h - the C that Rust cannot say: variadics, sigsetjmp and siglongjmp.
 *
 * Nothing here is exported: extensions reach the variadics through trampolines in src/exports.
 */
#ifndef PGBGW_SHIM_H
#define PGBGW_SHIM_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

/* The server's variables behind PG_TRY and the error context callbacks (src/abi/variables.rs). */
extern sigjmp_buf *PG_exception_stack;
extern void *error_context_stack;

/* Which text of the report under construction a formatted string becomes (src/error/fields.rs). */
enum pgbgw_text
{
	PGBGW_TEXT_MESSAGE,
	PGBGW_TEXT_DETAIL,
	PGBGW_TEXT_DETAIL_LOG,
	PGBGW_TEXT_HINT,
	PGBGW_TEXT_CONTEXT
};

/* Rust: takes a formatted text of len bytes, copies it; errno to use for %m is asked for first. */
extern void pgbgw__take_text(int which, const char *text, size_t len);
extern int	pgbgw__saved_errno(void);

/* Rust: the same for format_elog_string; the text is copied to ErrorContext. */
extern char *pgbgw__keep_text(const char *text, size_t len);
extern int	pgbgw__elog_string_errno(void);

/* Rust: what the exported functions of these names do; they may jump. */
extern void *pgbgw__palloc(size_t size);
extern void pgbgw__pfree(void *pointer);
extern size_t pgbgw__pvsnprintf(char *buf, size_t len, const char *fmt, va_list args);
extern int	pgbgw__append_formatted(void *str, const char *fmt, va_list args);
extern void pgbgw__enlarge_string(void *str, int needed);
/* printf.c: vsnprintf as PostgreSQL's. */
int			pgbgw_shim_vsnprintf(char *str, size_t count, const char *fmt, va_list ap);

int			pgbgw_shim_guard(void (*call) (void *), void *arg);
_Noreturn void pgbgw_shim_jump(void);

#endif
