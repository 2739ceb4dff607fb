/* Rows of pg_authid, without what can be NULL. */
#ifndef PG_AUTHID_H
#define PG_AUTHID_H

#include "postgres.h"
#include "catalog/pg_authid_d.h"

PGBGW_BEGIN_DECLS

typedef struct FormData_pg_authid
{
	Oid			oid;
	NameData	rolname;
	bool		rolsuper;
	bool		rolinherit;
	bool		rolcreaterole;
	bool		rolcreatedb;
	bool		rolcanlogin;
	bool		rolreplication;
	bool		rolbypassrls;
	int32		rolconnlimit;
} FormData_pg_authid;

typedef FormData_pg_authid *Form_pg_authid;

PGBGW_END_DECLS

#endif							/* PG_AUTHID_H */
