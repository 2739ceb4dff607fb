/* The hook at authentication. */
#ifndef AUTH_H
#define AUTH_H

#include "postgres.h"
#include "libpq/libpq-be.h"
#include "lib/stringinfo.h"

PGBGW_BEGIN_DECLS

typedef void (*ClientAuthentication_hook_type) (Port *, int);

extern PGDLLIMPORT ClientAuthentication_hook_type ClientAuthentication_hook;

typedef char *(*auth_password_hook_typ) (char *input);

PGBGW_END_DECLS

#endif							/* AUTH_H */
