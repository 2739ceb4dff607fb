/*
 * Stand-ins for C library functions. printf's family is renamed as in PostgreSQL, as far as the
 * server exports it: the server's versions know %m everywhere.
 */
#ifndef PG_PORT_H
#define PG_PORT_H

#include "c.h"

PGBGW_BEGIN_DECLS

typedef int pgsocket;
#define PGINVALID_SOCKET (-1)
#define closesocket close

typedef void (*pqsigfunc) (SIGNAL_ARGS);
extern pqsigfunc pqsignal(int signo, pqsigfunc func);

extern int	pg_snprintf(char *str, size_t count, const char *fmt,...) pg_attribute_printf(3, 4);
extern int	pg_vsnprintf(char *str, size_t count, const char *fmt, va_list args) pg_attribute_printf(3, 0);
extern int	pg_sprintf(char *str, const char *fmt,...) pg_attribute_printf(2, 3);
extern int	pg_fprintf(FILE *stream, const char *fmt,...) pg_attribute_printf(2, 3);
extern char *pg_strerror(int errnum);
extern void pg_qsort(void *base, size_t nel, size_t elsize, int (*cmp) (const void *, const void *));

#undef snprintf
#undef vsnprintf
#undef sprintf
#undef fprintf
#undef strerror
#undef qsort
#define snprintf pg_snprintf
#define vsnprintf pg_vsnprintf
#define sprintf pg_sprintf
#define fprintf pg_fprintf
#define strerror pg_strerror
#define qsort(a, b, c, d) pg_qsort(a, b, c, d)

extern void pg_usleep(long microsec);
extern int	pg_strcasecmp(const char *s1, const char *s2);
extern int	pg_strncasecmp(const char *s1, const char *s2, size_t n);
extern bool pg_set_noblock(pgsocket sock);
extern bool pg_set_block(pgsocket sock);
extern bool pg_strong_random(void *buf, size_t len);

extern void canonicalize_path(char *path);
extern char *last_dir_separator(const char *filename);
extern int	find_my_exec(const char *argv0, char *retpath);
#define IS_DIR_SEP(ch) ((ch) == '/')
#define is_absolute_path(filename) (IS_DIR_SEP((filename)[0]))

PGBGW_END_DECLS

#endif							/* PG_PORT_H */
