/* Rows of pg_extension, without what can be NULL. */
#ifndef PG_EXTENSION_H
#define PG_EXTENSION_H

#include "postgres.h"
#include "catalog/pg_extension_d.h"

PGBGW_BEGIN_DECLS

typedef struct FormData_pg_extension
{
	Oid			oid;
	NameData	extname;
	Oid			extowner;
	Oid			extnamespace;
	bool		extrelocatable;
} FormData_pg_extension;

typedef FormData_pg_extension *Form_pg_extension;

#define EXTENSIONOID ZEXTENSIONOID

PGBGW_END_DECLS

#endif							/* PG_EXTENSION_H */
