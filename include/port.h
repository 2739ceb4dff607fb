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
extern int	pg_vsprintf(char *str, const char *fmt, va_list args) pg_attribute_printf(2, 0);
extern int	pg_fprintf(FILE *stream, const char *fmt,...) pg_attribute_printf(2, 3);
extern int	pg_vfprintf(FILE *stream, const char *fmt, va_list args) pg_attribute_printf(2, 0);
extern int	pg_printf(const char *fmt,...) pg_attribute_printf(1, 2);
extern int	pg_vprintf(const char *fmt, va_list args) pg_attribute_printf(1, 0);
extern int	pg_strfromd(char *str, size_t count, int precision, double value);
extern char *pg_strerror(int errnum);
extern char *pg_strerror_r(int errnum, char *buf, size_t buflen);
#define PG_STRERROR_R_BUFLEN 256
extern void pg_qsort(void *base, size_t nel, size_t elsize, int (*cmp) (const void *, const void *));
extern int	pg_qsort_strcmp(const void *a, const void *b);
typedef int (*qsort_arg_comparator) (const void *a, const void *b, void *arg);
extern void qsort_interruptible(void *base, size_t nel, size_t elsize, qsort_arg_comparator cmp, void *arg);
extern void *bsearch_arg(const void *key, const void *base0, size_t nmemb, size_t size,
						 int (*compar) (const void *, const void *, void *), void *arg);
extern void qsort_arg(void *base, size_t nel, size_t elsize, qsort_arg_comparator cmp, void *arg);

#undef snprintf
#undef vsnprintf
#undef sprintf
#undef vsprintf
#undef fprintf
#undef vfprintf
#undef printf
#undef vprintf
#undef strerror
#undef strerror_r
#undef qsort
#define snprintf pg_snprintf
#define vsnprintf pg_vsnprintf
#define sprintf pg_sprintf
#define vsprintf pg_vsprintf
#define fprintf pg_fprintf
#define vfprintf pg_vfprintf
#define printf(...) pg_printf(__VA_ARGS__)
#define vprintf pg_vprintf
#define strerror pg_strerror
#define strerror_r pg_strerror_r
#define qsort(a, b, c, d) pg_qsort(a, b, c, d)

extern void pg_usleep(long microsec);
extern const char *pg_strsignal(int signum);
/* Newer C libraries have them. */
#if !__GLIBC_PREREQ(2, 38)
extern size_t strlcpy(char *dst, const char *src, size_t siz);
extern size_t strlcat(char *dst, const char *src, size_t siz);
#endif
extern int	timingsafe_bcmp(const void *b1, const void *b2, size_t len);

/* How a child ended, as system() and wait() say it. */
extern char *wait_result_to_str(int exitstatus);
extern bool wait_result_is_signal(int exit_status, int signum);
extern bool wait_result_is_any_signal(int exit_status, bool include_command_not_found);
extern int	wait_result_to_exit_code(int exit_status);

extern int	pclose_check(FILE *stream);

extern bool pg_get_user_name(uid_t user_id, char *buffer, size_t buflen);
extern bool pg_get_user_home_dir(uid_t user_id, char *buffer, size_t buflen);
extern int	getpeereid(int sock, uid_t *uid, gid_t *gid);
extern char *escape_single_quotes_ascii(const char *src);

extern bool rmtree(const char *path, bool rmtopdir);
extern int	pg_mkdir_p(char *path, int omode);
/* 0 there is none, 1 it is empty, 2 hidden files, 3 lost+found, 4 more, -1 errno says. */
extern int	pg_check_dir(const char *dir);
extern int	pg_strcasecmp(const char *s1, const char *s2);
extern int	pg_strncasecmp(const char *s1, const char *s2, size_t n);
extern unsigned char pg_toupper(unsigned char ch);
extern unsigned char pg_tolower(unsigned char ch);
extern unsigned char pg_ascii_toupper(unsigned char ch);
extern unsigned char pg_ascii_tolower(unsigned char ch);
extern bool pg_set_noblock(pgsocket sock);
extern bool pg_set_block(pgsocket sock);
extern bool pg_strong_random(void *buf, size_t len);

extern void canonicalize_path(char *path);
extern char *first_dir_separator(const char *filename);
extern char *last_dir_separator(const char *filename);
extern void join_path_components(char *ret_path, const char *head, const char *tail);
extern void get_parent_directory(char *path);
extern char *make_absolute_path(const char *path);
extern bool path_contains_parent_reference(const char *path);
extern bool path_is_relative_and_below_cwd(const char *path);
extern bool path_is_safe_for_extraction(const char *path);
extern bool has_drive_prefix(const char *path);
extern char *first_path_var_separator(const char *pathlist);
extern void make_native_path(char *filename);
extern void cleanup_path(char *path);
extern const char *get_progname(const char *argv0);
extern bool get_home_path(char *ret_path);
extern bool path_is_prefix_of_path(const char *path1, const char *path2);
extern int	find_my_exec(const char *argv0, char *retpath);
#define IS_DIR_SEP(ch) ((ch) == '/')
#define is_absolute_path(filename) (IS_DIR_SEP((filename)[0]))

PGBGW_END_DECLS

#endif							/* PG_PORT_H */
