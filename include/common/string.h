/* Strings, and the numbers in them. */
#ifndef COMMON_STRING_H
#define COMMON_STRING_H

#include "c.h"

PGBGW_BEGIN_DECLS

extern bool pg_str_endswith(const char *str, const char *end);
extern int	strtoint(const char *str, char **endptr, int base);
extern char *pg_clean_ascii(const char *str, int alloc_flags);
extern int	pg_strip_crlf(char *str);
extern bool pg_is_ascii(const char *str);

PGBGW_END_DECLS

#endif							/* COMMON_STRING_H */
