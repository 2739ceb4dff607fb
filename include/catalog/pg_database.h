/* Rows of pg_database, without what can be NULL. */
#ifndef PG_DATABASE_H
#define PG_DATABASE_H

#include "postgres.h"
#include "catalog/pg_database_d.h"
#include "storage/relfilelocator.h"

PGBGW_BEGIN_DECLS

typedef struct FormData_pg_database
{
	Oid			oid;
	NameData	datname;
	Oid			datdba;
	int32		encoding;
	char		datlocprovider;
	bool		datistemplate;
	bool		datallowconn;
	bool		dathasloginevt;
	int32		datconnlimit;
	TransactionId datfrozenxid;
	TransactionId datminmxid;
	Oid			dattablespace;
} FormData_pg_database;

typedef FormData_pg_database *Form_pg_database;

#define DATCONNLIMIT_UNLIMITED -1
#define DATCONNLIMIT_INVALID_DB -2

extern bool database_is_invalid_form(Form_pg_database datform);
extern bool database_is_invalid_oid(Oid dboid);

PGBGW_END_DECLS

#endif							/* PG_DATABASE_H */
