/* Rows of pg_index, without what can be NULL. */
#ifndef PG_INDEX_H
#define PG_INDEX_H

#include "postgres.h"
#include "catalog/pg_index_d.h"

PGBGW_BEGIN_DECLS

__extension__ typedef struct FormData_pg_index
{
	Oid			indexrelid;
	Oid			indrelid;
	int16		indnatts;
	int16		indnkeyatts;
	bool		indisunique;
	bool		indnullsnotdistinct;
	bool		indisprimary;
	bool		indisexclusion;
	bool		indimmediate;
	bool		indisclustered;
	bool		indisvalid;
	bool		indcheckxmin;
	bool		indisready;
	bool		indislive;
	bool		indisreplident;
	int2vector	indkey;
} FormData_pg_index;

typedef FormData_pg_index *Form_pg_index;

PGBGW_END_DECLS

#endif							/* PG_INDEX_H */
