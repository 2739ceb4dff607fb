/* Strings, and the numbers in them. */
#ifndef COMMON_STRING_H
#define COMMON_STRING_H

#include <signal.h>

#include "c.h"

PGBGW_BEGIN_DECLS

extern bool pg_str_endswith(const char *str, const char *end);
extern int	strtoint(const char *str, char **endptr, int base);
extern char *pg_clean_ascii(const char *str, int alloc_flags);
extern int	pg_strip_crlf(char *str);
extern bool pg_is_ascii(const char *str);

/* For a program that asks: where the handler of SIGINT may jump to, while *enabled. */
typedef struct PromptInterruptContext
{
	void	   *jmpbuf;
	volatile sig_atomic_t *enabled;
	bool		canceled;
} PromptInterruptContext;

struct StringInfoData;
extern char *pg_get_line(FILE *stream, PromptInterruptContext *prompt_ctx);
extern bool pg_get_line_buf(FILE *stream, struct StringInfoData *buf);
extern bool pg_get_line_append(FILE *stream, struct StringInfoData *buf, PromptInterruptContext *prompt_ctx);

PGBGW_END_DECLS

#endif							/* COMMON_STRING_H */
