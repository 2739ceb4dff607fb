/* UUIDs. */
#ifndef UUID_H
#define UUID_H

#include "postgres.h"

PGBGW_BEGIN_DECLS

#define UUID_LEN 16

typedef struct pg_uuid_t
{
	unsigned char data[UUID_LEN];
} pg_uuid_t;

static inline pg_uuid_t *
DatumGetUUIDP(Datum X)
{
	return (pg_uuid_t *) DatumGetPointer(X);
}

static inline Datum
UUIDPGetDatum(const pg_uuid_t *X)
{
	return PointerGetDatum(X);
}

#define PG_GETARG_UUID_P(X) DatumGetUUIDP(PG_GETARG_DATUM(X))
#define PG_RETURN_UUID_P(X) return UUIDPGetDatum(X)

PGBGW_END_DECLS

#endif							/* UUID_H */
