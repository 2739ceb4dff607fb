/* Checks and assignments of the server's settings that modules use. */
#ifndef GUC_HOOKS_H
#define GUC_HOOKS_H

#include "postgres.h"
#include "utils/guc.h"

PGBGW_BEGIN_DECLS

extern bool check_application_name(char **newval, void **extra, GucSource source);
extern void assign_application_name(const char *newval, void *extra);
extern bool check_client_encoding(char **newval, void **extra, GucSource source);
extern void assign_client_encoding(const char *newval, void *extra);
extern bool check_datestyle(char **newval, void **extra, GucSource source);
extern void assign_datestyle(const char *newval, void *extra);
extern bool check_log_timezone(char **newval, void **extra, GucSource source);
extern void assign_log_timezone(const char *newval, void *extra);
extern const char *show_log_timezone(void);
extern bool check_role(char **newval, void **extra, GucSource source);
extern void assign_role(const char *newval, void *extra);
extern const char *show_role(void);
extern bool check_search_path(char **newval, void **extra, GucSource source);
extern bool check_session_authorization(char **newval, void **extra, GucSource source);
extern void assign_session_authorization(const char *newval, void *extra);
extern bool check_timezone(char **newval, void **extra, GucSource source);
extern void assign_timezone(const char *newval, void *extra);
extern const char *show_timezone(void);

PGBGW_END_DECLS

#endif							/* GUC_HOOKS_H */
