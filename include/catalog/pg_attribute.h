/* Rows of pg_attribute: what tuple descriptors are made of. */
#ifndef PG_ATTRIBUTE_H
#define PG_ATTRIBUTE_H

#include "postgres.h"
#include "catalog/pg_attribute_d.h"

PGBGW_BEGIN_DECLS

typedef struct FormData_pg_attribute
{
	Oid			attrelid;
	NameData	attname;
	Oid			atttypid;
	int16		attlen;
	int16		attnum;
	int32		attcacheoff;
	int32		atttypmod;
	int16		attndims;
	bool		attbyval;
	char		attalign;
	char		attstorage;
	char		attcompression;
	bool		attnotnull;
	bool		atthasdef;
	bool		atthasmissing;
	char		attidentity;
	char		attgenerated;
	bool		attisdropped;
	bool		attislocal;
	int16		attinhcount;
	Oid			attcollation;
} FormData_pg_attribute;

typedef FormData_pg_attribute *Form_pg_attribute;

typedef struct FormExtraData_pg_attribute
{
	NullableDatum attstattarget;
	NullableDatum attoptions;
} FormExtraData_pg_attribute;

#define ATTRIBUTE_FIXED_PART_SIZE \
	(offsetof(FormData_pg_attribute, attcollation) + sizeof(Oid))

PGBGW_END_DECLS

#endif							/* PG_ATTRIBUTE_H */
