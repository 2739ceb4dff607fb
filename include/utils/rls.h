/* Row security. */
#ifndef RLS_H
#define RLS_H

#include "postgres.h"

PGBGW_BEGIN_DECLS

extern PGDLLIMPORT bool row_security;

enum CheckEnableRlsResult
{
	RLS_NONE,
	RLS_NONE_ENV,
	RLS_ENABLED,
};

extern int	check_enable_rls(Oid relid, Oid checkAsUser, bool noError);

PGBGW_END_DECLS

#endif							/* RLS_H */
