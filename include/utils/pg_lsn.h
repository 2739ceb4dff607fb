/* Positions in the write-ahead log, as values. */
#ifndef PG_LSN_H
#define PG_LSN_H

#include "postgres.h"
#include "access/xlogdefs.h"
#include "fmgr.h"

PGBGW_BEGIN_DECLS

extern XLogRecPtr pg_lsn_in_internal(const char *str, bool *have_error);

static inline XLogRecPtr
DatumGetLSN(Datum X)
{
	return (XLogRecPtr) DatumGetInt64(X);
}

static inline Datum
LSNGetDatum(XLogRecPtr X)
{
	return Int64GetDatum((int64) X);
}

#define PG_GETARG_LSN(n) DatumGetLSN(PG_GETARG_DATUM(n))
#define PG_RETURN_LSN(x) return LSNGetDatum(x)

PGBGW_END_DECLS

#endif							/* PG_LSN_H */
