/* Rows of pg_type, without what can be NULL. */
#ifndef PG_TYPE_H
#define PG_TYPE_H

#include "postgres.h"
#include "catalog/objectaddress.h"
#include "catalog/pg_type_d.h"
#include "nodes/nodes.h"

PGBGW_BEGIN_DECLS

typedef struct FormData_pg_type
{
	Oid			oid;
	NameData	typname;
	Oid			typnamespace;
	Oid			typowner;
	int16		typlen;
	bool		typbyval;
	char		typtype;
	char		typcategory;
	bool		typispreferred;
	bool		typisdefined;
	char		typdelim;
	Oid			typrelid;
	regproc		typsubscript;
	Oid			typelem;
	Oid			typarray;
	regproc		typinput;
	regproc		typoutput;
	regproc		typreceive;
	regproc		typsend;
	regproc		typmodin;
	regproc		typmodout;
	regproc		typanalyze;
	char		typalign;
	char		typstorage;
	bool		typnotnull;
	Oid			typbasetype;
	int32		typtypmod;
	int32		typndims;
	Oid			typcollation;
} FormData_pg_type;

typedef FormData_pg_type *Form_pg_type;

PGBGW_END_DECLS

#endif							/* PG_TYPE_H */
