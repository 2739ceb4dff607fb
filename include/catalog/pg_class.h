/* Rows of pg_class, without what can be NULL. */
#ifndef PG_CLASS_H
#define PG_CLASS_H

#include "postgres.h"
#include "catalog/pg_class_d.h"

PGBGW_BEGIN_DECLS

typedef struct FormData_pg_class
{
	Oid			oid;
	NameData	relname;
	Oid			relnamespace;
	Oid			reltype;
	Oid			reloftype;
	Oid			relowner;
	Oid			relam;
	Oid			relfilenode;
	Oid			reltablespace;
	int32		relpages;
	float4		reltuples;
	int32		relallvisible;
	Oid			reltoastrelid;
	bool		relhasindex;
	bool		relisshared;
	char		relpersistence;
	char		relkind;
	int16		relnatts;
	int16		relchecks;
	bool		relhasrules;
	bool		relhastriggers;
	bool		relhassubclass;
	bool		relrowsecurity;
	bool		relforcerowsecurity;
	bool		relispopulated;
	char		relreplident;
	bool		relispartition;
	Oid			relrewrite;
	TransactionId relfrozenxid;
	TransactionId relminmxid;
} FormData_pg_class;

#define CLASS_TUPLE_SIZE (offsetof(FormData_pg_class,relminmxid) + sizeof(TransactionId))

typedef FormData_pg_class *Form_pg_class;

PGBGW_END_DECLS

#endif							/* PG_CLASS_H */
