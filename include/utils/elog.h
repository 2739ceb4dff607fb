/*
 * Reports. ereport() calls errstart(); if that says so, the errxxx() calls fill the report in and
 * errfinish() sends it. An ERROR does not come back from errfinish(): it jumps to the nearest
 * PG_TRY of the process, which PG_exception_stack names.
 */
#ifndef ELOG_H
#define ELOG_H

#include <setjmp.h>

#include "c.h"
#include "lib/stringinfo.h"
#include "utils/errcodes.h"

PGBGW_BEGIN_DECLS

#define DEBUG5 10
#define DEBUG4 11
#define DEBUG3 12
#define DEBUG2 13
#define DEBUG1 14
#define LOG 15
#define LOG_SERVER_ONLY 16
#define COMMERROR LOG_SERVER_ONLY
#define INFO 17
#define NOTICE 18
#define WARNING 19
#define PGWARNING WARNING
#define WARNING_CLIENT_ONLY 20
#define ERROR 21
#define PGERROR ERROR
#define FATAL 22
#define PANIC 23

#define TEXTDOMAIN NULL

struct Node;

extern bool message_level_is_interesting(int elevel);
extern bool errstart(int elevel, const char *domain);
extern pg_attribute_cold bool errstart_cold(int elevel, const char *domain);
extern void errfinish(const char *filename, int lineno, const char *funcname);

extern int	errcode(int sqlerrcode);
extern int	errcode_for_file_access(void);
extern int	errcode_for_socket_access(void);
extern int	errmsg(const char *fmt,...) pg_attribute_printf(1, 2);
extern int	errmsg_internal(const char *fmt,...) pg_attribute_printf(1, 2);
extern int	errmsg_plural(const char *fmt_singular, const char *fmt_plural,
						  unsigned long n,...) pg_attribute_printf(1, 4) pg_attribute_printf(2, 4);
extern int	errdetail(const char *fmt,...) pg_attribute_printf(1, 2);
extern int	errdetail_internal(const char *fmt,...) pg_attribute_printf(1, 2);
extern int	errdetail_log(const char *fmt,...) pg_attribute_printf(1, 2);
extern int	errdetail_log_plural(const char *fmt_singular, const char *fmt_plural,
								 unsigned long n,...) pg_attribute_printf(1, 4) pg_attribute_printf(2, 4);
extern int	errdetail_plural(const char *fmt_singular, const char *fmt_plural,
							 unsigned long n,...) pg_attribute_printf(1, 4) pg_attribute_printf(2, 4);
extern int	errhint_plural(const char *fmt_singular, const char *fmt_plural,
						   unsigned long n,...) pg_attribute_printf(1, 4) pg_attribute_printf(2, 4);
extern int	errhint(const char *fmt,...) pg_attribute_printf(1, 2);
extern int	set_errcontext_domain(const char *domain);
extern int	errcontext_msg(const char *fmt,...) pg_attribute_printf(1, 2);
#define errcontext set_errcontext_domain(TEXTDOMAIN), errcontext_msg
extern int	errposition(int cursorpos);
extern int	internalerrposition(int cursorpos);
extern int	internalerrquery(const char *query);
extern int	errhidestmt(bool hide_stmt);
extern int	errhidecontext(bool hide_ctx);
extern int	errbacktrace(void);
/* The name of an object; field is a PG_DIAG_ one. */
extern int	err_generic_string(int field, const char *str);
extern int	geterrcode(void);
extern int	geterrlevel(void);
extern int	geterrposition(void);
extern int	getinternalerrposition(void);

/* errstart_cold() is for levels that are known to be ERROR or worse when the caller is compiled. */
#define PGBGW_IS_ERROR(elevel) (__builtin_constant_p(elevel) && (elevel) >= ERROR)

#define ereport_domain(elevel, domain, ...) \
	do { \
		if (PGBGW_IS_ERROR(elevel) ? errstart_cold(elevel, domain) : errstart(elevel, domain)) \
			__VA_ARGS__, errfinish(__FILE__, __LINE__, __func__); \
		if (PGBGW_IS_ERROR(elevel)) \
			pg_unreachable(); \
	} while (0)

#define ereport(elevel, ...) ereport_domain(elevel, TEXTDOMAIN, __VA_ARGS__)
#define elog(elevel, ...) ereport(elevel, errmsg_internal(__VA_ARGS__))

/* An error that is told to an ErrorSaveContext (nodes/miscnodes.h), or raised if that is none. */
#define errsave_domain(context, domain, ...) \
	do { \
		struct Node *_told = (context); \
		if (errsave_start(_told, domain)) \
			__VA_ARGS__, errsave_finish(_told, __FILE__, __LINE__, __func__); \
	} while (0)
#define errsave(context, ...) errsave_domain(context, TEXTDOMAIN, __VA_ARGS__)
#define ereturn_domain(context, dummy_value, domain, ...) \
	do { \
		errsave_domain(context, domain, __VA_ARGS__); \
		return dummy_value; \
	} while (0)
#define ereturn(context, dummy_value, ...) \
	ereturn_domain(context, dummy_value, TEXTDOMAIN, __VA_ARGS__)

extern bool errsave_start(struct Node *context, const char *domain);
extern void errsave_finish(struct Node *context, const char *filename, int lineno,
						   const char *funcname);

/* Texts made outside of a report. */
extern void pre_format_elog_string(int errnumber, const char *domain);
extern char *format_elog_string(const char *fmt,...) pg_attribute_printf(1, 2);

/* A source of CONTEXT lines; callback calls errcontext(). */
typedef struct ErrorContextCallback
{
	struct ErrorContextCallback *previous;
	void		(*callback) (void *arg);
	void	   *arg;
} ErrorContextCallback;

extern PGDLLIMPORT ErrorContextCallback *error_context_stack;
extern PGDLLIMPORT sigjmp_buf *PG_exception_stack;

/*
 * PG_TRY(); { ... } PG_CATCH(); { ... } PG_END_TRY();
 * PG_TRY(); { ... } PG_FINALLY(); { ... } PG_END_TRY();
 *
 * An argument, the same for all macros of a block, keeps the variables of nested blocks apart.
 */
#define PG_TRY(...) \
	do { \
		sigjmp_buf *_outer_stack##__VA_ARGS__ = PG_exception_stack; \
		ErrorContextCallback *_outer_context##__VA_ARGS__ = error_context_stack; \
		sigjmp_buf _here##__VA_ARGS__; \
		bool _raise_again##__VA_ARGS__ = false; \
		if (sigsetjmp(_here##__VA_ARGS__, 0) == 0) \
		{ \
			PG_exception_stack = &_here##__VA_ARGS__

#define PG_CATCH(...) \
		} \
		else \
		{ \
			PG_exception_stack = _outer_stack##__VA_ARGS__; \
			error_context_stack = _outer_context##__VA_ARGS__

#define PG_FINALLY(...) \
		} \
		else \
			_raise_again##__VA_ARGS__ = true; \
		{ \
			PG_exception_stack = _outer_stack##__VA_ARGS__; \
			error_context_stack = _outer_context##__VA_ARGS__

#define PG_END_TRY(...) \
		} \
		if (_raise_again##__VA_ARGS__) \
			PG_RE_THROW(); \
		PG_exception_stack = _outer_stack##__VA_ARGS__; \
		error_context_stack = _outer_context##__VA_ARGS__; \
	} while (0)

#define PG_RE_THROW() pg_re_throw()
extern void pg_re_throw(void) pg_attribute_noreturn();

/* One report, as handlers and hooks see it; what may be freed was palloc'd. */
typedef struct ErrorData
{
	int			elevel;
	bool		output_to_server;
	bool		output_to_client;
	bool		hide_stmt;
	bool		hide_ctx;
	const char *filename;
	int			lineno;
	const char *funcname;
	const char *domain;
	const char *context_domain;
	int			sqlerrcode;
	char	   *message;
	char	   *detail;
	char	   *detail_log;
	char	   *hint;
	char	   *context;
	char	   *backtrace;
	const char *message_id;
	char	   *schema_name;
	char	   *table_name;
	char	   *column_name;
	char	   *datatype_name;
	char	   *constraint_name;
	int			cursorpos;
	int			internalpos;
	char	   *internalquery;
	int			saved_errno;
	struct MemoryContextData *assoc_context;
} ErrorData;

extern ErrorData *CopyErrorData(void);
extern void FreeErrorData(ErrorData *edata);
extern void FlushErrorState(void);
extern void EmitErrorReport(void);
extern void ThrowErrorData(ErrorData *edata);
/* The lines of context that a report would have now. */
extern char *GetErrorContextStack(void);
extern void ReThrowError(ErrorData *edata) pg_attribute_noreturn();

typedef void (*emit_log_hook_type) (ErrorData *edata);
extern PGDLLIMPORT emit_log_hook_type emit_log_hook;

typedef enum
{
	PGERROR_TERSE,
	PGERROR_DEFAULT,
	PGERROR_VERBOSE,
} PGErrorVerbosity;

extern PGDLLIMPORT int Log_error_verbosity;

#define LOG_DESTINATION_STDERR 1
#define LOG_DESTINATION_SYSLOG 2
#define LOG_DESTINATION_EVENTLOG 4
#define LOG_DESTINATION_CSVLOG 8
#define LOG_DESTINATION_JSONLOG 16

extern char *unpack_sql_state(int sql_state);
extern const char *error_severity(int elevel);
extern bool in_error_recursion_trouble(void);

/* To stderr itself, past the log. */
extern void write_stderr(const char *fmt,...) pg_attribute_printf(1, 2);
extern void vwrite_stderr(const char *fmt, va_list ap) pg_attribute_printf(1, 0);

PGBGW_END_DECLS

#endif							/* ELOG_H */
