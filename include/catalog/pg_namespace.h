/* Rows of pg_namespace, without what can be NULL. */
#ifndef PG_NAMESPACE_H
#define PG_NAMESPACE_H

#include "postgres.h"
#include "catalog/pg_namespace_d.h"
#include "utils/acl.h"

PGBGW_BEGIN_DECLS

typedef struct FormData_pg_namespace
{
	Oid			oid;
	NameData	nspname;
	Oid			nspowner;
} FormData_pg_namespace;

typedef FormData_pg_namespace *Form_pg_namespace;

PGBGW_END_DECLS

#endif							/* PG_NAMESPACE_H */
