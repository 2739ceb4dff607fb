/* Rows of pg_proc, without what can be NULL. */
#ifndef PG_PROC_H
#define PG_PROC_H

#include "postgres.h"
#include "catalog/objectaddress.h"
#include "catalog/pg_proc_d.h"
#include "nodes/pg_list.h"

PGBGW_BEGIN_DECLS

__extension__ typedef struct FormData_pg_proc
{
	Oid			oid;
	NameData	proname;
	Oid			pronamespace;
	Oid			proowner;
	Oid			prolang;
	float4		procost;
	float4		prorows;
	Oid			provariadic;
	regproc		prosupport;
	char		prokind;
	bool		prosecdef;
	bool		proleakproof;
	bool		proisstrict;
	bool		proretset;
	char		provolatile;
	char		proparallel;
	int16		pronargs;
	int16		pronargdefaults;
	Oid			prorettype;
	oidvector	proargtypes;
} FormData_pg_proc;

typedef FormData_pg_proc *Form_pg_proc;

PGBGW_END_DECLS

#endif							/* PG_PROC_H */
